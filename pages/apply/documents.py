"""The papers of a draft: one card each, photographed or chosen, sent at once, checked by the server."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.dossiers import attachments, binding, drafts
from app.dossiers.drafts import DraftView
from app.dossiers.files import File
from app.errors import Problem
from app.i18n import Words
from app.papers import SIZE_LIMIT
from app.procedures.schema import DocumentRequirement
from app.procedures.validation import shown_documents
from components import wording
from components.buffer import DraftBuffer
from components.cards import card
from components.error_summary import ErrorSummary
from components.markup import NOTHING, markup, show
from components.signatures import said
from components.tags import tag, tags
from components.upload import ACCEPT, PaperFile, Upload
from pages import csrf
from pages.apply import later
from pages.apply.parts import draw_actions, heading, keep_orphan
from pages.apply.way import DOCUMENTS, REVIEW, Way
from pages.shell import Screen
from pages.visitor import Visitor

TAKEN = f'{ACCEPT},.docx,.xlsx'
"""What the chooser of files offers first; what a file is, the server finds out from its content."""


def draw(
    visitor: Visitor,
    screen: Screen,
    view: DraftView,
    way: Way,
    remarks: Mapping[str, str],
    *,
    to: str,
    back_to: str,
    focus: str,
) -> None:
    """Draw the papers that apply to the answers given, those to send first."""
    t = visitor.t
    summary = ErrorSummary(t)
    heading(way, DOCUMENTS, t('apply.papers_title'), view, t, back_to=back_to)
    show(markup('<p>{text}</p>', text=t('apply.papers_lead', mb=SIZE_LIMIT // 2**20)))
    wanted = [d for d in shown_documents(view.spec, view.values) if d.mode != 'generated']
    uploads: dict[str, Upload] = {}
    keep = partial(keep_orphan, visitor, view.token)
    with DraftBuffer(view.draft_id, t, saved_at=view.saved_at, on_orphan=keep) as buffer:
        for document in sorted(wanted, key=_order):
            with card():
                if document.mode == 'show':
                    show(_only_shown(document, t))
                else:
                    uploads[f'document:{document.id}'] = _upload(visitor, screen, view, document, remarks)

    async def go_on() -> None:
        fresh = await drafts.view(await visitor.actor(), view.token)
        there = {file.document_id for file in fresh.files if file.present}
        missing = [d for d in wanted if d.required and d.mode == 'upload' and d.id not in there]
        problems = {f'document:{d.id}': Problem('fields.document_missing') for d in missing}
        for name, upload in uploads.items():
            upload.set_problem(problems.get(name))
        if problems:
            return summary.show(problems, labels={f'document:{d.id}': t.pick(d.name) for d in missing})
        ui.navigate.to(way.address(to))

    draw_actions(buffer, way, go_on, t, returns=back_to == REVIEW)
    later.fold_link(view, way, t)
    if focus in uploads:
        uploads[focus].focus()


def _order(document: DocumentRequirement) -> int:
    return 2 if document.mode == 'show' else 0 if document.required and document.mode == 'upload' else 1


def _only_shown(document: DocumentRequirement, t: Words) -> Markup:
    instead = t('public.paper_database', name=document.replaceable_by) if document.replaceable_by else ''
    return markup(
        '<p class="mc-label">{name}</p><p class="mc-hint">{text}</p>{tags}',
        name=t.pick(document.name),
        text=t('apply.paper_show'),
        tags=tags(tag(instead, 'ok')) if instead else NOTHING,
    )


def _upload(
    visitor: Visitor, screen: Screen, view: DraftView, document: DocumentRequirement, remarks: Mapping[str, str]
) -> Upload:
    t, token = visitor.t, view.token

    async def done(file_id: str) -> PaperFile | None:
        fresh = await drafts.view(await visitor.actor(), token)
        mine = (f for f in fresh.files if f.id == file_id and f.document_id == document.id)
        return next((as_paper(file, token, t) for file in mine), None)

    async def remove(file_id: str) -> None:
        await attachments.remove_from_draft(await visitor.actor(), token, file_id)

    async def bind(files: Any, pages: Any) -> PaperFile:
        book = await binding.bind_draft(await visitor.actor(), token, document.id, files, pages)
        return as_paper(book, token, t)

    upload = Upload(
        id=f'document:{document.id}',
        label=t.pick(document.name),
        url=f'/tep/nop/{token}/{document.id}',
        csrf=csrf.token(screen.client.request),
        t=t,
        on_done=done,
        on_remove=remove,
        on_bind=bind,
        files=[as_paper(f, token, t) for f in view.files if f.document_id == document.id],
        hint=hint(document, remarks.get(document.id), t),
        required=document.required and document.mode == 'upload',
        accept=TAKEN,
        max_bytes=SIZE_LIMIT,
        max_files=attachments.PER_DOCUMENT,
    )
    if document.replaceable_by:
        show(tags(tag(t('public.paper_database', name=document.replaceable_by), 'ok')))
    return upload


def hint(document: DocumentRequirement, remark: str | None, t: Words) -> str | None:
    """Say how many of it, what it is, and what an officer wrote about it."""
    said = t('apply.officer_says', text=remark) if remark else ''
    copies = wording.copies_text(document, t)
    looked_up = t('public.paper_looked_up') if document.mode == 'database' else ''
    lines = (said, t('apply.paper_copies', copies=copies) if copies else '', looked_up, t.pick(document.help))
    return '\n'.join(filter(None, lines)) or None


def as_paper(file: File, token: str | None, t: Words) -> PaperFile:
    """Return a stored file as the list of papers shows it."""
    size = f'{file.size / 2**20:.1f} MB' if file.size >= 2**20 else f'{max(1, round(file.size / 1024))} KB'
    size = size.replace('.', ',') if t.lang == 'vi' else size
    note = t('apply.paper_note', size=size, pages=file.pages) if file.pages > 1 else size
    if not file.opens:
        note = t('papers.state_infected' if file.infected else 'papers.state_waiting')
    note = ' · '.join((note, *(said(one, t) for one in file.signatures or ())))
    place = f'?nhap={token}' if token else ''
    shown = file.opens and not (file.reused and file.identity)
    return PaperFile(
        file.id,
        file.name,
        file.size,
        f'/tep/{file.id}{place}' if shown else None,
        note,
        pages=file.pages,
        bindable=file.is_bindable,
        leaf=f'/tep/{file.id}/trang/{{n}}{place}' if shown else None,
    )
