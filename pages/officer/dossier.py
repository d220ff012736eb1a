"""A dossier on the officer's desk: papers, answers, history, and the acts that are possible now."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.dossiers import attachments, commands, desk
from app.dossiers.attachments import File
from app.dossiers.desk import Component, DeskDossier
from app.fields.base import Control
from app.i18n import Words
from app.workflow.transitions import Action
from components.buttons import link_button, quiet, secondary
from components.cards import card
from components.fields import draw
from components.live import LiveNotice
from components.markup import join, markup, show
from components.notice import notice
from components.page_head import section_head
from components.queues import action_bar
from components.summary_list import Row, facts, summary_list
from components.tabs import Tab, Tabs
from components.tags import tag, tags
from components.timeline import Moment, timeline
from components.viewer import PaperPage, Viewer
from models.enums import AttachmentState
from pages.officer.acts import Acts
from pages.officer.saying import status_tag, term_tag
from pages.shell import Screen, guarded
from pages.visitor import Visitor

VIEWABLE = ('application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'image/heic')
CHECKS = {'ok': 'ok', 'unclear': 'warn', 'missing': 'error'}


class DossierPanel:
    """One opened dossier. Its acts carry the version that this drawing showed."""

    def __init__(self, visitor: Visitor, screen: Screen, view: DeskDossier, on_close: Callable[[], object]) -> None:
        self.visitor, self.screen, self.view, self.on_close, self.t = visitor, screen, view, on_close, visitor.t
        self.box = ui.element('div').classes('mc-dossier')
        self.tab = 'papers'

    def draw(self, *, focus: bool) -> None:
        """Draw everything in its place."""
        t, view = self.t, self.view
        with self.box:
            quiet(t('officer.back_to_list'), self.on_close, t=t, icon='back').classes('mc-only-small')
            heading = f'{view.applicant_name} – {t.pick(view.spec.short_name or view.spec.name)}'
            section_head(heading) if focus else show(markup('{h}', h=heading), tag='h2')
            self.live = LiveNotice(t, guarded(self.reload), text=t('officer.changed'))
            self.top = ui.element('div')
            self._draw_top(view)
            Tabs(
                [
                    Tab('papers', t('officer.tab_papers'), self._papers),
                    Tab('answers', t('officer.tab_answers'), self._answers),
                    Tab('steps', t('officer.tab_steps'), self._steps),
                    Tab('history', t('officer.tab_history'), self._history),
                ],
                t('officer.dossier_title'),
                selected=self.tab,
            )
            with action_bar():
                Acts(self.visitor, view, self.reload).draw()

    def _draw_top(self, view: DeskDossier) -> None:
        """Draw what changes by itself: state, dates, what is waited for."""
        self.top.clear()
        with self.top:
            show(_tags(self.t, view))
            self._facts(view)
            self._warnings(view)

    def _facts(self, view: DeskDossier) -> None:
        t = self.t
        due = t.moment(view.due_at) if view.due_at else '—'
        promised = t.moment(view.promised_at) if view.promised_at else None
        rows = [
            (t('officer.submitted'), t.short_moment(view.submitted_at)),
            (t('officer.due'), due),
            *([(t('officer.promised'), promised)] if promised and promised != due else []),
            (t('officer.holder'), view.holder or t('officer.nobody')),
            (t('officer.channel'), t(f'officer.channel_{view.channel}')),
        ]
        show(facts([(label, str(value)) for label, value in rows]))
        if view.due_explained:
            show(markup('<p class="mc-muted mc-small">{text}</p>', text=view.due_explained))

    def _warnings(self, view: DeskDossier) -> None:
        t = self.t
        if view.asked_items:
            limit = t.moment(view.asked_limit) if view.asked_limit else ''
            items = markup('<ul>{i}</ul>', i=join(markup('<li>{x}</li>', x=item['text']) for item in view.asked_items))
            show(notice(items, tone='warn', title=t('officer.asked', limit=limit)))
        if view.supplemented:
            show(notice(t('officer.supplemented_now'), tone='info'))
        if view.draft_confirmation:
            show(
                notice(
                    t(f'officer.draft_{view.draft_confirmation}'),
                    tone='ok' if view.draft_confirmation == 'confirmed' else 'warn',
                )
            )
        if view.is_out_of_order and Action.ACCEPT in view.actions:
            show(notice(t('officer.earlier_waiting'), tone='warn'))

    def _papers(self) -> None:
        t, view = self.t, self.view
        received = sum(bool(_present(c)) for c in view.components)
        show(markup('<h3>{h}</h3>', h=t('officer.components', received=received, total=len(view.components))))
        for component in view.components:
            self._component(component)
        if view.other_files:
            show(markup('<h3>{h}</h3>', h=t('officer.other_papers')))
            for file in view.other_files:
                with card():
                    self._file(file, t(f'officer.kind_{file.kind}'))

    def _component(self, component: Component) -> None:
        t = self.t
        with card():
            present = _present(component)
            state = (
                tag(t('officer.received'), 'ok')
                if present
                else tag(t('officer.not_received'), 'error' if component.required else 'neutral')
            )
            if component.replaceable_by and not present:
                state += tag(t('officer.from_database', name=component.replaceable_by), 'neutral')
            show(markup('<p><strong>{name}</strong></p>{state}', name=t.pick(component.name), state=tags(state)))
            for file in component.files:
                self._file(file, t.pick(component.name))

    def _file(self, file: File, title: str) -> None:
        t = self.t
        marks = []
        if file.state is AttachmentState.SUPERSEDED:
            marks.append(tag(t('officer.superseded')))
        if file.in_supplement:
            marks.append(tag(t('officer.from_supplement'), 'action'))
        if file.check_result:
            marks.append(tag(t(f'officer.check_{file.check_result}'), CHECKS[file.check_result]))  # type: ignore[arg-type]
        size = f'{max(1, file.size // 1024)} KB · {t("officer.pages", count=file.pages)} · {t.short_moment(file.uploaded_at)}'
        show(
            markup(
                '<p>{name}<br><small class="mc-muted">{size}</small></p>{marks}',
                name=file.name,
                size=size,
                marks=tags(*marks),
            )
        )
        if not self.view.may_see_papers:
            return
        place = ui.element('div')
        with ui.element('div').classes('mc-actions is-tight'):
            if file.media_type in VIEWABLE:
                secondary(t('officer.view'), guarded(lambda: self._look(place, file, title)), t=t, icon='eye')
            show(link_button(t('officer.save_file'), f'/tep/{file.id}', kind='quiet', icon='download', download=True))
            if Action.FORWARD in self.view.actions or Action.ACCEPT in self.view.actions:
                for result in CHECKS:
                    quiet(t(f'officer.mark_{result}'), guarded(self._check(file.id, result)), t=t, about=title)

    def _look(self, place: ui.element, file: File, title: str) -> None:
        """Open the paper in its place, or close it again."""
        if place.default_slot.children:
            place.clear()
            return
        with place:
            Viewer([PaperPage(f'/tep/{file.id}/trang/{n}') for n in range(1, file.pages + 1)], title, self.t)

    def _check(self, file_id: str, result: str) -> Callable[[], Any]:
        async def check() -> None:
            await attachments.check_paper(await self.visitor.actor(), self.view.dossier_id, file_id, result)
            await self.reload()

        return check

    def _answers(self) -> None:
        t, view = self.t, self.view
        contact = [
            Row(t('officer.applicant'), view.applicant_name),
            Row(t('officer.personal_id'), view.personal_id or ''),
            Row(t('officer.phone'), view.contact_phone or ''),
            Row(t('officer.email'), view.contact_email or ''),
            Row(
                t('officer.delivery'),
                t(f'officer.delivery_{view.delivery}')
                + (f': {view.delivery_address}' if view.delivery_address else ''),
            ),
        ]
        with card(t('officer.contact')):
            show(summary_list(contact, t))
        for title, lines in view.answers:
            with card(title):
                show(summary_list([Row(label, text) for label, text, _ in lines], t))
        if view.fees:
            with card(t('officer.fees')):
                show(
                    summary_list(
                        [
                            Row(name, t.money(amount) if amount is not None else t('officer.fee_unset'))
                            for name, amount in view.fees
                        ],
                        t,
                    )
                )

    def _steps(self) -> None:
        t = self.t
        rows = []
        for step in self.view.steps:
            state = 'done' if step.ended_at else 'now'
            taken = t.short_moment(step.taken_at) if step.taken_at else t('officer.not_taken')
            parts = [t('officer.step_given', at=t.short_moment(step.given_at)), t('officer.step_taken', at=taken)]
            if step.ended_at:
                parts.append(t('officer.step_ended', at=t.short_moment(step.ended_at)))
            if step.due_at:
                parts.append(t('officer.step_due', at=t.short_moment(step.due_at)))
            late = tags(tag(t('officer.step_late'), 'error')) if step.is_late else Markup('')
            note = markup('<p>{p}</p>{late}', p=' · '.join(parts), late=late)
            rows.append(Moment(state, f'{t.pick(step.title)} – {step.person or t("officer.nobody")}', '', note))  # type: ignore[arg-type]
        done = {step.number for step in self.view.steps}
        show(timeline(rows, t) if done else notice(t('officer.no_steps')))

    def _history(self) -> None:
        t = self.t
        rows = [
            Moment(
                'done',
                t(f'workflow.done_{h.action}'),
                t.moment(h.at),
                ' – '.join(filter(None, (h.who, h.note))),
                h.at.isoformat(),
            )
            for h in reversed(self.view.history)
        ]
        with card(t('officer.note_title')):
            note = draw(
                Control('textarea', maxlength=2000),
                id='note',
                label=t('officer.note_label'),
                t=t,
                hint=t('officer.note_hint'),
            )

            async def keep() -> None:
                await commands.add_note(await self.visitor.actor(), self.view.dossier_id, note.value)
                self.tab = 'history'
                await self.reload()

            secondary(t('officer.note_save'), guarded(keep), t=t)
        show(timeline(rows, t))

    def listen(self) -> None:
        """Say when somebody else changes the dossier. What is drawn, and its version, stay until the officer reloads."""
        with self.box:
            self.screen.on_change([f'dossier:{self.view.dossier_id}'], self.changed)

    async def changed(self) -> None:
        """Show the new state and announce it; the acts keep the version they were drawn with until the officer decides."""
        view = await desk.desk_dossier(await self.visitor.actor(), self.view.dossier_id)
        if view.version == self.view.version and len(view.history) == len(self.view.history):
            return
        if not self.view.actions:
            return await self.reload()
        self._draw_top(view)
        self.live.changed()

    async def reload(self) -> None:
        """Draw the dossier as it is now."""
        self.view = await desk.desk_dossier(await self.visitor.actor(), self.view.dossier_id)
        self.box.clear()
        self.draw(focus=False)


def _tags(t: Words, view: DeskDossier) -> Markup:
    return tags(status_tag(t, view), term_tag(t, view), tag(view.official_code or view.filing_number))


def _present(component: Component) -> bool:
    return any(f.state is AttachmentState.STORED for f in component.files)
