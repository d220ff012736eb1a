"""The papers of a dossier on the desk: a checklist of the components, each paper read in place and marked."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from markupsafe import Markup
from nicegui import background_tasks, ui

from app.dossiers import attachments
from app.dossiers.desk import Component, DeskDossier
from app.dossiers.files import File
from app.errors import AppError
from app.fields.base import Control
from app.i18n import Words
from app.signing import shown
from app.workflow.transitions import Action
from components.buttons import Button, link_button
from components.cards import fold
from components.declared import declared
from components.fields import FieldView, draw
from components.icons import icon
from components.issued import issued
from components.markup import NOTHING, markup, show
from components.signatures import signatures
from components.tags import Tone, tag, tags
from components.viewer import PaperPage, Viewer
from models.enums import AttachmentState
from pages.shell import guarded
from pages.visitor import Visitor

VIEWABLE = frozenset({'application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'image/heic'})
CHECKS: dict[str, Tone] = {'ok': 'ok', 'unclear': 'warn', 'missing': 'error'}
CHECKING = frozenset({Action.ACCEPT, Action.FORWARD, Action.APPROVE, Action.FINISH, Action.REQUEST_SUPPLEMENT})
"""Whoever can do one of these decides on the papers, so they mark them."""


class Papers:
    """All papers. A refresh changes marks in place; only where papers came or went is the list drawn again."""

    def __init__(self, visitor: Visitor, view: DeskDossier) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.shape: tuple[object, ...] = ()
        self.box = ui.element('div').classes('mc-papers')
        self._draw(view)
        if view.may_see_papers and any(file.is_unread for file in _files(view)):
            background_tasks.create(self._read_signatures(), name='signatures')

    async def _read_signatures(self) -> None:
        """Look at signatures for the first time; what is found comes as a change of the dossier."""
        with suppress(AppError):
            await shown.of_dossier(await self.visitor.actor(used=False), self.view.dossier_id)

    def refresh(self, view: DeskDossier) -> None:
        """Show what has changed; an opened paper stays open, on its page."""
        if self._shape(view) != self.shape:
            return self._draw(view)
        self.view = view
        for file in _files(view):
            self.rows[file.id].refresh(file)
        if self.sent is not None:
            self.sent.set(_sent(view, self.t))
        self.issued.set(_issued(view, self.t))
        return None

    def _shape(self, view: DeskDossier) -> tuple[object, ...]:
        return view.may_see_papers, _may_mark(view), tuple((f.id, f.state) for f in _files(view)), len(view.components)

    def _draw(self, view: DeskDossier) -> None:
        t = self.t
        self.view, self.shape = view, self._shape(view)
        self.rows: dict[str, PaperRow] = {}
        self.box.clear()
        with self.box:
            asked = [c for c in view.components if c.mode == 'upload']
            received = sum(bool(_present(c)) for c in asked)
            heading = (
                t('officer.components', received=received, total=len(asked)) if asked else t('officer.no_components')
            )
            show(markup('{h}', h=heading), tag='h3')
            for component in view.components:
                with ui.element('div').classes('mc-card mc-paper'):
                    show(_head(component, t), classes='mc-paper-head')
                    self._list(component.files, t.pick(component.name))
            self._others(view.other_files)
            self.sent = show(_sent(view, t)) if view.declared else None
            self.issued = show(_issued(view, t))

    def _others(self, files: tuple[File, ...]) -> None:
        """Draw what stands; what was exchanged since is kept folded, for whoever asks how it came about."""
        t = self.t
        old = [file for file in files if file.state is AttachmentState.SUPERSEDED]
        if files:
            show(markup('{h}', h=t('officer.other_papers')), tag='h3')
        for file in files:
            if file not in old:
                self._other(file)
        if old:
            with fold(t('officer.superseded_count', count=len(old))):
                for file in old:
                    self._other(file)

    def _other(self, file: File) -> None:
        kind = self.t(f'officer.kind_{file.kind}')
        with ui.element('div').classes('mc-card mc-paper'):
            show(markup('<p><strong>{kind}</strong></p>', kind=kind), classes='mc-paper-head')
            self._list((file,), kind)

    def _list(self, files: tuple[File, ...], title: str) -> None:
        for file in files:
            self.rows[file.id] = PaperRow(self, file, title)

    async def mark(self, file_id: str, result: Any) -> None:
        """Keep an officer's word on a paper."""
        await attachments.check_paper(await self.visitor.actor(), self.view.dossier_id, file_id, result)


def _sent(view: DeskDossier, t: Words) -> Markup:
    """Return the declaration as it was sent, with its corrections."""
    heading = markup('<h3>{title}</h3>', title=t('documents.declared_title'))
    return heading + declared(view.dossier_id, view.declared, t)


def _issued(view: DeskDossier, t: Words) -> Markup:
    """Return the papers that were given out, and the way to the control sheet."""
    sheet = markup(
        '<p><a class="mc-link" href="/can-bo/phieu-kiem-soat/{id}" target="_blank">{words}</a></p>',
        id=view.dossier_id,
        words=t('documents.control_sheet'),
    )
    return markup('<h3>{title}</h3>', title=t('documents.issued')) + issued(view.issued, t) + sheet


class PaperRow:
    """One paper: what it is, buttons to read and keep it, and the officer's mark."""

    def __init__(self, papers: Papers, file: File, title: str) -> None:
        self.file, self.title, self.t = file, title, papers.t
        self.check: FieldView | None = None
        with ui.element('div').classes('mc-paper-row'):
            self.facts = show(self._facts(file), classes='mc-paper-facts')
            if papers.view.may_see_papers and file.opens:
                with ui.element('div').classes('mc-paper-acts'):
                    self._buttons(file)
                    if _may_mark(papers.view) and file.state is AttachmentState.STORED and file.document_id:
                        self._marks(papers, file)
        self.place = ui.element('div').classes('mc-paper-place')

    def _facts(self, file: File) -> Markup:
        t = self.t
        marks = []
        if file.state is AttachmentState.SUPERSEDED:
            marks.append(tag(t('officer.superseded')))
        if file.state is AttachmentState.QUARANTINED:
            marks.append(tag(t('papers.state_waiting'), 'warn'))
        if file.infected:
            marks.append(tag(t('papers.state_infected'), 'error'))
        if file.in_supplement:
            marks.append(tag(t('officer.from_supplement'), 'action'))
        if file.check_result:
            marks.append(tag(t(f'officer.check_{file.check_result}'), CHECKS[file.check_result]))
        signed = signatures(file.signatures or (), t)
        size = f'{max(1, file.size // 1024)} KB'
        facts = ' · '.join((size, t('officer.pages', count=file.pages), t.short_moment(file.uploaded_at)))
        return markup(
            '{icon}<p>{name}<small class="mc-muted">{facts}</small>{signed}</p>{marks}',
            icon=icon('file', 24),
            name=file.name,
            facts=facts,
            signed=signed,
            marks=tags(*marks) if marks else NOTHING,
        )

    def _buttons(self, file: File) -> None:
        t = self.t
        if file.media_type in VIEWABLE:
            self.look = Button(
                t('officer.view'), guarded(self._look), t=t, kind='secondary', icon='eye', about=file.name
            )
        show(link_button(t('officer.save_file'), f'/tep/{file.id}', kind='quiet', icon='download', download=True))

    def _look(self) -> None:
        """Open the paper in its place, or close it again."""
        is_open = bool(self.place.default_slot.children)
        self.look.set_label(self.t('officer.view' if is_open else 'officer.view_close'))
        self.place.clear()
        if not is_open:
            with self.place:
                pages = [PaperPage(f'/tep/{self.file.id}/trang/{n}') for n in range(1, self.file.pages + 1)]
                Viewer(pages, f'{self.title}: {self.file.name}', self.t)

    def _marks(self, papers: Papers, file: File) -> None:
        t = self.t
        options = tuple((result, t(f'officer.mark_{result}')) for result in CHECKS)
        mark: Callable[[Any], Awaitable[None]] = partial(papers.mark, file.id)
        self.check = draw(
            Control('radio', options=options),
            id=f'check.{file.id}',
            label=t('officer.mark', name=file.name),
            t=t,
            required=True,
            value=file.check_result,
            hide_label=True,
            on_change=guarded(mark),
        )

    def refresh(self, file: File) -> None:
        """Show another mark."""
        if file == self.file:
            return
        self.file = file
        self.facts.set(self._facts(file))
        if self.check:
            self.check.set_value(file.check_result)


def _head(component: Component, t: Words) -> Markup:
    """Return a component's name and whether it is there."""
    if _present(component):
        state = tag(t('officer.received'), 'ok')
    elif component.mode == 'show':
        state = tag(t('officer.to_show'))
    elif component.mode == 'database':
        state = tag(t('officer.from_database', name=component.replaceable_by or ''))
    else:
        state = tag(t('officer.not_received'), 'error' if component.required else 'neutral')
    looked_up = NOTHING
    if component.mode == 'upload' and component.replaceable_by and not _present(component):
        looked_up = tag(t('officer.from_database', name=component.replaceable_by))
    return markup('<p><strong>{name}</strong></p>{state}', name=t.pick(component.name), state=tags(state, looked_up))


def _present(component: Component) -> bool:
    return any(f.present for f in component.files)


def _files(view: DeskDossier) -> tuple[File, ...]:
    return (*(f for c in view.components for f in c.files), *view.other_files)


def _may_mark(view: DeskDossier) -> bool:
    return bool(CHECKING & set(view.actions))
