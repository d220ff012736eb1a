"""A dossier on the officer's desk: papers, answers, history, and the acts that are possible now."""

from collections.abc import Callable

from markupsafe import Markup
from nicegui import ui

from app.dossiers import commands, desk
from app.dossiers.desk import DeskDossier
from app.fields.base import Control
from app.i18n import Words
from components.buttons import quiet, secondary
from components.cards import card
from components.fields import draw
from components.live import LiveNotice
from components.markup import NOTHING, Shown, show
from components.page_head import section_head
from components.queues import action_bar
from components.tabs import Tab, Tabs
from pages.officer import reading
from pages.officer.acting import Acting
from pages.officer.acts import draw_acts
from pages.officer.apologising import ApologyBox
from pages.officer.papers import Papers
from pages.officer.sheet import print_sheet
from pages.shell import Screen, guarded
from pages.visitor import Visitor


class DossierPanel:
    """One opened dossier. It follows every change by itself; its acts keep the version the officer decided on."""

    def __init__(self, visitor: Visitor, screen: Screen, view: DeskDossier, on_close: Callable[[], object]) -> None:
        self.visitor, self.screen, self.now, self.t = visitor, screen, view, visitor.t
        self.acting = Acting(visitor, view, reload=self.reload, stale=self.changed)
        self.note = ''
        self._refresh: Callable[[DeskDossier], object] = _nothing
        with ui.element('div').classes('mc-case') as self.box:
            self._draw(on_close)
        with self.box:
            screen.on_change([f'dossier:{view.dossier_id}'], self.echo)

    def _draw(self, on_close: Callable[[], object]) -> None:
        t, view = self.t, self.now
        with ui.element('div').classes('mc-case-head'):
            quiet(t('officer.back_to_list'), on_close, t=t, icon='back').classes('mc-only-small')
            self.head = section_head(f'{view.applicant_name} – {t.pick(view.spec.short_name or view.spec.name)}')
            self.top = show(reading.head(t, view))
        self.live = LiveNotice(t, guarded(self.reload), text=t('officer.changed'))
        with ui.element('div').classes('mc-case-body'):
            self.told = show(reading.warnings(t, view))
            self.apology = ApologyBox(self.acting)
            Tabs(self._tabs(), t('officer.dossier_title'))
        with action_bar() as self.bar:
            draw_acts(self.acting, self._print)
        self.sheet = show(NOTHING, classes='mc-sheet')

    def _tabs(self) -> list[Tab]:
        t = self.t
        return [
            Tab('papers', t('officer.tab_papers'), self._papers),
            Tab('answers', t('officer.tab_answers'), lambda: self._text(reading.answers)),
            Tab('steps', t('officer.tab_steps'), lambda: self._text(reading.steps)),
            Tab('history', t('officer.tab_history'), self._history),
        ]

    def _papers(self) -> None:
        self._refresh = Papers(self.visitor, self.now).refresh

    def _text(self, write: Callable[[Words, DeskDossier], Markup]) -> Shown:
        """Draw a tab that is only read."""
        shown = show(write(self.t, self.now)).classes('mc-stack')
        self._refresh = lambda view: shown.set(write(self.t, view))
        return shown

    def _history(self) -> None:
        t = self.t

        def typed(raw: object) -> None:
            self.note = raw if isinstance(raw, str) else ''

        async def keep() -> None:
            await commands.add_note(await self.visitor.actor(), self.now.dossier_id, self.note)
            self.note = ''
            note.set_value('')

        with card():
            note = draw(
                Control('textarea', maxlength=2000),
                id='note',
                label=t('officer.note_title'),
                t=t,
                hint=t('officer.note_hint'),
                required=True,
                value=self.note,
                on_change=typed,
            )
            secondary(t('officer.note_save'), guarded(keep, single=True), t=t).classes('mc-after')
        self._text(reading.history)

    async def echo(self) -> None:
        """Somebody changed the dossier; what one does oneself is shown when it is done."""
        if not self.acting.is_busy:
            await self.changed()

    async def changed(self) -> None:
        """Show the present state. Acts that were on offer keep their version until the officer has looked."""
        fresh = await desk.desk_dossier(await self.visitor.actor(used=False), self.now.dossier_id)
        if fresh == self.now:
            return
        if self._keeps_its_acts(fresh):
            self._show(fresh)
            self.acting.is_old = True
            self.live.changed()
        else:
            self._renew(fresh)

    def _keeps_its_acts(self, fresh: DeskDossier) -> bool:
        """Nothing was decided yet where nothing could be done; and the same version allows the same decision."""
        return fresh.version != self.acting.view.version and bool(self.acting.view.actions)

    async def reload(self) -> None:
        """Draw the dossier as it is now, acts too: the officer asked for it, or has just acted."""
        self._renew(await desk.desk_dossier(await self.visitor.actor(), self.now.dossier_id))
        self.live.clear()
        self.head.run_method('focus')

    def _renew(self, fresh: DeskDossier) -> None:
        had = self.acting.view
        self.acting.view, self.acting.is_old = fresh, False
        self._show(fresh)
        if (had.actions, had.is_mine) != (fresh.actions, fresh.is_mine):
            self.bar.clear()
            with self.bar:
                draw_acts(self.acting, self._print)

    def _show(self, fresh: DeskDossier) -> None:
        self.now = fresh
        self.top.set(reading.head(self.t, fresh))
        self.told.set(reading.warnings(self.t, fresh))
        self.apology.refresh(fresh)
        self._refresh(fresh)

    async def _print(self) -> None:
        actor = await self.visitor.actor()
        await print_sheet(self.sheet, self.t, actor, self.now)


def _nothing(_view: DeskDossier) -> None:
    """No tab is open yet."""
