"""``/can-bo/cho-duyet``: what waits for a leader, read in place; approved one by one, or several that were each read."""

from markupsafe import Markup
from nicegui import ui

from app.access import Permission
from app.dossiers import desk
from app.dossiers.inbox import Approval, approvals
from app.errors import Stale
from components.buttons import Button, link_button, primary, quiet, secondary
from components.markup import markup, show
from components.notice import notice
from components.page_head import page_head, section_head
from components.queues import InboxRow, RowList, Split, action_bar
from components.summary_list import facts
from components.toast import toast
from components.viewer import PaperPage, Viewer
from pages.officer import handling
from pages.officer.acting import Acting
from pages.officer.acts import Act
from pages.officer.papers import VIEWABLE
from pages.officer.saying import TONES, code_link, term_words
from pages.officer.signing_many import outcomes, sign_many
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor


class Approving:
    """The list, what is open, and what was chosen to be approved together: only what was read, as it was read."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.found: dict[str, Approval] = {}
        self.chosen: dict[str, int] = {}
        self.opened: Approval | None = None
        t = self.t
        page_head(t('officer.approve_title'), t, hidden=True)
        self.split = Split(on_left=self.close)
        with self.split.list:
            self.told = show(classes='mc-desk-empty').props('role=status')
            self.rows = RowList(t('officer.approve_title'), t, on_open=guarded(self.open))
            with ui.element('div').classes('mc-listbar') as self.bar:
                self.all = primary('', guarded(self.approve_chosen, single=True), t=t)

    async def show(self) -> None:
        """Draw the list as it is now. What changed since it was read is no longer chosen."""
        found = {one.row.dossier_id: one for one in await approvals(await self.visitor.actor(used=False))}
        changed = [
            self.found[key].row.number
            for key, version in self.chosen.items()
            if key in self.found and (key not in found or found[key].version != version)
        ]
        was_empty, self.found = not self.found, found
        self.chosen = {k: v for k, v in self.chosen.items() if k in found and found[k].version == v}
        if changed:
            self.told.set(notice(self.t('officer.approve_changed', numbers=', '.join(changed)), tone='warn'))
        elif not found:
            self.told.set(markup('<p class="mc-empty">{text}</p>', text=self.t('officer.approve_none')))
        elif was_empty:
            self.told.set(Markup())
        self._rows()
        if self.opened and found.get(self.opened.row.dossier_id) != self.opened:
            self._follow(found.get(self.opened.row.dossier_id))

    def _follow(self, now: Approval | None) -> None:
        """What is open has changed or left the list."""
        if now is None:
            return self.close()
        self._draw(now)
        return None

    def _rows(self) -> None:
        t = self.t
        self.rows.set_rows(
            [self._row(one) for one in self.found.values()], self.opened.row.dossier_id if self.opened else None
        )
        self.rows.set_visibility(bool(self.found))
        self.bar.set_visibility(bool(self.chosen))
        self.all.set_label(t('officer.approve_chosen', count=len(self.chosen)))

    def _row(self, one: Approval) -> InboxRow:
        t, row = self.t, one.row
        is_chosen = row.dossier_id in self.chosen
        term = term_words(t, row.due_at, row.band) or None
        return InboxRow(
            row.dossier_id,
            row.applicant_name,
            t.pick(row.procedure_name),
            f'/can-bo/ho-so/{row.dossier_id}',
            t('officer.approve_is_chosen') if is_chosen else term,
            'ok' if is_chosen else TONES[row.band or 'normal'],
            code=row.number,
        )

    def open(self, dossier_id: str) -> None:
        """Open one to be read."""
        if one := self.found.get(dossier_id):
            self.split.open(True)
            self._draw(one)
            self._rows()

    def close(self) -> None:
        """Go back to the list."""
        self.opened = None
        self.split.open(False)
        self.split.detail.clear()
        with self.split.detail:
            show(notice(self.t('officer.approve_choose')), classes='mc-desk-empty')
        self._rows()

    def _draw(self, one: Approval) -> None:
        """Show what is to be signed, in place."""
        t, row = self.t, one.row
        self.opened = one
        self.split.detail.clear()
        with self.split.detail, ui.element('div').classes('mc-case mc-reading'):
            with ui.element('div').classes('mc-case-head'):
                quiet(t('officer.back_to_list'), self.close, t=t, icon='back').classes('mc-only-small')
                section_head(f'{row.applicant_name} – {t.pick(row.procedure_name)}')
                due = t.moment(row.due_at) if row.due_at else '—'
                number = code_link(row.dossier_id, row.number, t)
                show(facts([(t('officer.sheet_number'), number), (t('officer.due'), due)]))
            with ui.element('div').classes('mc-case-body'):
                self._preview(one)
            with action_bar():
                self._acts(one)

    def _preview(self, one: Approval) -> None:
        t = self.t
        if not one.files:
            show(notice(t('officer.no_result_yet'), tone='warn'))
        for file in one.files:
            title = f'{t(f"officer.kind_{file.kind}")}: {file.name}'
            show(markup('{title}', title=title), tag='h3', classes='mc-preview')
            if file.media_type in VIEWABLE:
                Viewer([PaperPage(f'/tep/{file.id}/trang/{n}') for n in range(1, file.pages + 1)], title, t)
            else:
                show(link_button(t('officer.save_file'), f'/tep/{file.id}', kind='secondary', download=True))

    def _acts(self, one: Approval) -> None:
        t = self.t
        if one.is_ready:
            primary(t('workflow.action_approve'), guarded(lambda: self.act(handling.approve, one), single=True), t=t)
            if one.row.dossier_id in self.chosen:
                secondary(t('officer.approve_unchoose'), guarded(lambda: self.choose(one, False)), t=t)
            else:
                secondary(t('officer.approve_choose_next'), guarded(lambda: self.choose(one, True)), t=t)
            back = t('workflow.action_send_back')
            Button(back, guarded(lambda: self.act(handling.send_back, one), single=True), t=t, kind='secondary')
        else:
            show(markup('<p>{text}</p>', text=t('officer.approve_not_ready')))

    async def act(self, act: Act, one: Approval) -> None:
        """Approve or send back what is open; if it changed since it was read, it is read again first."""
        view = await desk.desk_dossier(await self.visitor.actor(), one.row.dossier_id)
        if view.version != one.version:
            await self.show()
            raise Stale()
        await act(Acting(self.visitor, view, reload=self.show, stale=self.show))

    def choose(self, one: Approval, is_chosen: bool) -> None:
        """Note what was read and may be approved together with others; the next one opens."""
        key = one.row.dossier_id
        if not is_chosen:
            self.chosen.pop(key, None)
            self._draw(one)
            return self._rows()
        self.chosen[key] = one.version
        following = [k for k, other in self.found.items() if other.is_ready and k not in self.chosen]
        order = list(self.found)
        after = [k for k in following if order.index(k) > order.index(key)] or following
        return self.open(after[0]) if after else self.close()

    async def approve_chosen(self) -> None:
        """Sign and approve everything chosen, each at the version that was read; whatever fails is named and stays."""
        t = self.t
        chosen = [(self.found[key], version) for key, version in self.chosen.items() if key in self.found]

        def tell(done: int) -> None:
            self.chosen.clear()  # what is approved now is no surprise when the list follows
            self.told.set(notice(t('signing.batch_progress', done=done, total=len(chosen))))

        found = await sign_many(self.visitor, chosen, tell)
        if found is None:
            return
        await self.show()
        failed = [one for one in found if not one.is_done]
        if done := len(found) - len(failed):
            toast(t('officer.approve_done', count=done), t)
        self.told.set(notice(outcomes(found, t), tone='error' if failed else 'ok'))


async def approving_page(visitor: Visitor, screen: Screen) -> None:
    """Draw what waits for this leader; it follows every change by itself."""
    table = Approving(visitor)
    table.close()
    await table.show()
    units = (await visitor.actor()).units(Permission.DOSSIER_APPROVE)
    with table.split.list:
        screen.on_change([f'queue:{unit}' for unit in units], table.show)


ROUTES = [
    Route(
        '/can-bo/cho-duyet',
        approving_page,
        need=Permission.DOSSIER_APPROVE,
        title_key='officer.approve_title',
        menu='edit',
        wide=True,
    )
]
