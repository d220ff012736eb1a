"""What an applicant has to do or may do about a dossier: supplement, look at the draft, withdraw."""

from collections.abc import Awaitable, Callable
from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.dossiers import again, applicant, drafts
from app.dossiers.queries import Asked, Progress
from app.errors import NotFound, Problem
from app.fields.base import Control
from app.i18n import Words
from app.procedures.schema import ProcedureSpec
from app.workflow.transitions import Action
from components.buttons import actions, danger, link_button, primary, secondary
from components.dialogs import Dialog, ask
from components.fields import FieldView
from components.fields import draw as draw_question
from components.markup import NOTHING, join, markup, show
from components.notice import callout, notice
from components.viewer import PaperPage, Viewer
from models.enums import AttachmentKind
from pages.apply.way import REVIEW, way_of
from pages.citizen.dossiers import PATH
from pages.shell import guarded
from pages.visitor import Visitor

Reload = Callable[[], Awaitable[None]]


def draw(visitor: Visitor, found: Progress, reload: Reload) -> None:
    """Draw what waits for the applicant."""
    t = visitor.t
    if found.replaced_by:
        show(notice(t('public.progress_replaced', number=found.replaced_by)))
    if found.asked:
        _asked(visitor, found, found.asked)
    if Action.CONFIRM_DRAFT in found.actions:
        _draft(visitor, found)
    if again.may_file_again(found.status, found.replaced_by):
        _again(visitor, found)


def _again(visitor: Visitor, found: Progress) -> None:
    """Lead to a new filing with what was typed before."""
    t = visitor.t

    async def begin() -> None:
        started = await again.start_again(await visitor.actor(), found.dossier_id)
        way = way_of(await drafts.view(await visitor.actor(), started.token))
        ui.navigate.to(way.address(way.stops[0]))

    with callout(title=t('citizen.again_title'), text=t('citizen.again_text')), actions():
        secondary(t('citizen.again'), opened(begin), t=t, icon='turn')


def _asked(visitor: Visitor, found: Progress, asked: Asked) -> None:
    """Say what is missing, until when, whom to ask; one button leads to it."""
    t = visitor.t

    async def begin() -> None:
        started = await applicant.start_replacement(await visitor.actor(), found.dossier_id)
        view = await drafts.view(await visitor.actor(), started.token)
        ui.navigate.to(way_of(view).address(REVIEW))

    with callout(tone='warn', title=t('public.progress_asked'), text=what_is_asked(found.spec, asked, t)):
        if asked.by_new_filing:
            show(markup('<p>{text}</p>', text=t('citizen.anew_text')))
        with actions():
            if asked.by_new_filing:
                primary(t('citizen.supplement'), opened(begin), t=t, icon='camera')
            else:
                show(link_button(t('citizen.supplement'), f'{PATH}/{found.dossier_id}/bo-sung', icon='camera'))


def opened(handler: Callable[[], Awaitable[None]]) -> Callable[..., Any]:
    """Wrap an act on a dossier; where it was opened too long ago the page is loaded anew, which asks for the secret."""

    async def run() -> None:
        try:
            await handler()
        except NotFound:
            ui.navigate.reload()

    return guarded(run, single=True)


def what_is_asked(spec: ProcedureSpec, asked: Asked, t: Words) -> Markup:
    """Return the request in full: reason, items, guidance, limit, contact."""
    items = join(_item(spec, item, t) for item in asked.items)
    limit = t('public.progress_asked_by', moment=t.moment(asked.limit_at)) if asked.limit_at else ''
    written = asked.written_limit_at
    moved = t('public.progress_asked_moved', moment=t.moment(written)) if written else ''
    contact = t('public.progress_contact', contact=asked.contact) if asked.contact else ''
    after = join(markup('<p>{line}</p>', line=line) for line in (moved, asked.guidance, contact) if line)
    return markup(
        '<p>{reason}</p><ul class="mc-asked">{items}</ul>{limit}{after}',
        reason=t('public.progress_asked_reason', reason=asked.reason),
        items=items,
        limit=markup('<p><b>{limit}</b></p>', limit=limit) if limit else NOTHING,
        after=after,
    )


def _item(spec: ProcedureSpec, item: dict[str, str], t: Words) -> Markup:
    name, text = named(spec, item, t), item.get('text', '')
    if not name or text.startswith(name):
        return markup('<li>{text}</li>', text=text)
    return markup('<li><b>{name}</b>: {text}</li>', name=name, text=text)


def named(spec: ProcedureSpec, item: dict[str, str], t: Words) -> str:
    """Return the paper or the question that an item is about; empty for one of its own words."""
    document, question = spec.document(item.get('id', '')), spec.field(item.get('id', ''))
    if item.get('kind') == 'document' and document:
        return t.pick(document.name)
    return t.pick(question.label) if question else ''


def _draft(visitor: Visitor, found: Progress) -> None:
    """Show the draft of the result, to agree with or to say what is wrong."""
    t = visitor.t
    files = [f for f in found.files if f.kind is AttachmentKind.RESULT_DRAFT and f.id in found.openable]
    pages = [PaperPage(f'/tep/{f.id}/trang/{n}') for f in files for n in range(1, f.pages + 1)]
    text = t('citizen.draft_text', moment=t.moment(found.draft_limit)) if found.draft_limit else ''

    async def agree() -> None:
        sure = await ask(t('citizen.agree_title'), t('citizen.agree_text'), t, confirm=t('citizen.agree'))
        if sure:
            await applicant.confirm_draft(await visitor.actor(), found.dossier_id, found.version)
            ui.navigate.to(f'{PATH}/{found.dossier_id}?xong=dong-y')

    async def object_() -> None:
        what = await _reason(t('citizen.object_title'), t('citizen.object_label'), t, t('citizen.object_send'))
        if what:
            await applicant.object_to_draft(await visitor.actor(), found.dossier_id, found.version, what)
            ui.navigate.to(f'{PATH}/{found.dossier_id}?xong=de-nghi')

    with callout(tone='warn', title=t('public.progress_draft'), text=text):
        if pages:
            Viewer(pages, t('citizen.draft_paper'), t)
        with actions():
            primary(t('citizen.agree'), opened(agree), t=t)
            secondary(t('citizen.object'), opened(object_), t=t)


def draw_withdrawal(visitor: Visitor, found: Progress) -> None:
    """Draw the way out, while there is one."""
    if Action.WITHDRAW not in found.actions:
        return
    t = visitor.t

    async def withdraw() -> None:
        label = t('citizen.withdraw_reason')
        reason = await _reason(t('citizen.withdraw_title'), label, t, t('citizen.withdraw'), is_danger=True)
        if reason is not None:
            await applicant.withdraw(await visitor.actor(), found.dossier_id, found.version, reason=reason or None)
            ui.navigate.to(f'{PATH}/{found.dossier_id}?xong=rut')

    with actions():
        danger(t('citizen.withdraw'), opened(withdraw), t=t)


async def _reason(heading: str, label: str, t: Words, confirm: str, *, is_danger: bool = False) -> str | None:
    """Ask for a text; None when the person turned back. Only a withdrawal may go without one."""
    boxes: list[FieldView] = []

    def check() -> bool:
        is_missing = not is_danger and not _text(boxes[0].value)
        boxes[0].set_problem(Problem('fields.required') if is_missing else None)
        return not is_missing

    kind = 'danger' if is_danger else 'primary'
    with Dialog(heading, t, confirm=confirm, kind=kind, on_confirm=check) as dialog:  # type: ignore[arg-type]
        if is_danger:
            show(markup('<p>{text}</p>', text=t('citizen.withdraw_text')))
        boxes.append(draw_question(Control('textarea'), id='ly-do', label=label, t=t, required=not is_danger))
    return _text(boxes[0].value) if await dialog else None


def _text(raw: object) -> str:
    return raw.strip() if isinstance(raw, str) else ''
