"""Before sending: everything once more, each line with its way back, and a clear word that nothing is sent yet."""

from collections.abc import Callable
from functools import partial
from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.access import Actor
from app.dossiers import filing
from app.dossiers.destination import Destination
from app.dossiers.drafts import DraftView
from app.dossiers.filing import Submitted
from app.dossiers.queries import Asked
from app.errors import Invalid, Problem
from app.fields.base import Control
from app.i18n import Words
from app.procedures.schema import DocumentRequirement
from app.procedures.validation import applicant, find_field, shown_documents, summary
from components import wording
from components.buffer import DraftBuffer
from components.buttons import actions, primary, secondary
from components.error_summary import ErrorSummary
from components.fields import draw as draw_question
from components.markup import NOTHING, markup, show
from components.notice import callout, notice
from components.summary_list import Row, summary_list
from components.tags import tag
from pages.apply.parts import heading, keep_orphan, veiled
from pages.apply.way import LATER, REVIEW, Way
from pages.asking import Form, ask_form
from pages.shell import guarded
from pages.visitor import Visitor

DECLARED = 'cam-doan'


def draw(visitor: Visitor, actor: Actor, view: DraftView, way: Way, asked: Asked | None, to: Destination) -> None:
    """Draw the review. What still stands in the way is listed first, with links."""
    t = visitor.t
    problems = ErrorSummary(t)
    heading(way, REVIEW, t('apply.review_title'), view, t)
    show(notice(t('apply.not_sent_text'), tone='warn', title=t('apply.not_sent_title')))
    if asked:
        _asked(view, way, asked, t)
    _answers(actor, view, way, t)
    show(*_section(t('apply.papers_section'), _papers(view, way, t), t))
    show(*_section(t('apply.where_section'), _where(view, to, t), t))
    show(*_section(t('apply.fee_section'), _facts(actor, view, way, t), t))
    keep = partial(keep_orphan, visitor, view.token)
    with DraftBuffer(view.draft_id, t, saved_at=view.saved_at, on_orphan=keep) as buffer:
        show(NOTHING)
    is_ticked = _declaration(view, t)

    async def send() -> None:
        async with buffer.settled():
            found = await filing.problems(await visitor.actor(), view.token)
            if not found and not is_ticked():
                found = {DECLARED: Problem('apply.declare_first')}
        if found:
            return _say(problems, found, view, way, t)
        try:
            await filing.submit(await visitor.actor(), view.token)
        except Invalid as refused:
            return _say(problems, refused.problems, view, way, t)
        except filing.SecretNeeded as why:
            if not await _send_with_secret(visitor, view, t.error(why), t):
                return
        buffer.forget()
        ui.navigate.to(way.base)

    with actions():
        primary(t('apply.send'), guarded(send, single=True), t=t, busy=t('apply.sending'))
        secondary(t('apply.later'), guarded(lambda: ui.navigate.to(way.address(LATER))), t=t)


async def _send_with_secret(visitor: Visitor, view: DraftView, why: str, t: Words) -> bool:
    """Ask for the secret of the dossier that this one replaces, and send with it; a wrong one is said where it was typed."""

    def build(form: Form) -> None:
        form.say(markup('<p>{why}</p>', why=why))
        form.text('secret', t('public.track_secret'), limit=20, hint=t('public.track_secret_hint'))

    async def act(typed: dict[str, Any]) -> Submitted:
        return await filing.submit(await visitor.actor(), view.token, secret=str(typed['secret'] or ''))

    return (await ask_form(t('apply.secret_again'), t, build, act, confirm=t('apply.send'), key='khoa'))[0]


def _asked(view: DraftView, way: Way, asked: Asked, t: Words) -> None:
    """Draw what an officer asked for, each item with its way there."""
    items = NOTHING.join(_asked_item(view, way, item, t) for item in asked.items)
    with callout(title=t('apply.asked_title'), text=asked.reason):
        show(markup('<ul class="mc-asked">{items}</ul><p>{text}</p>', items=items, text=asked.guidance))


def _asked_item(view: DraftView, way: Way, item: dict[str, str], t: Words) -> Markup:
    path = f'document:{item["id"]}' if item['kind'] == 'document' else item['id']
    if not path or way.stop_of(path) == REVIEW:
        return markup('<li>{text}</li>', text=item['text'])
    words = f'{_label(view, path, t)}: {item["text"]}'
    return markup('<li><a class="mc-link" href="{href}">{words}</a></li>', href=way.to_question(path), words=words)


def _say(problems: ErrorSummary, found: dict[str, Problem], view: DraftView, way: Way, t: Words) -> None:
    """List what stands in the way; each line leads to the page where it is mended."""
    elsewhere = {path: way.to_question(path) for path in found if path != DECLARED}
    labels = {path: _label(view, path, t) for path in elsewhere}
    problems.show(found, labels=labels, links=elsewhere)


def _label(view: DraftView, path: str, t: Words) -> str:
    if path.startswith('document:'):
        document = view.spec.document(path.removeprefix('document:'))
        return t.pick(document.name) if document else ''
    return t.pick(find_field(view.spec, path).label)


def _answers(actor: Actor, view: DraftView, way: Way, t: Words) -> None:
    """Draw the answers by section. What could not be read is shown as it was typed, marked."""
    hidden = veiled(view)
    for title, lines in summary(view.spec, view.values, t):
        rows = [Row(label, hidden.get(key, text), _way_back(way, key)) for label, text, key in lines]
        show(*_section(title, rows, t))
    unread = {k: a.raw for k, a in view.answers.items() if isinstance(a.raw, str) and a.raw and k in view.problems}
    bad = tag(t('apply.to_mend'), 'error')
    rows = [Row(_label(view, key, t), raw, way.to_question(key), bad) for key, raw in unread.items()]
    if rows:
        show(*_section(t('apply.unread_section'), rows, t))


def _way_back(way: Way, key: str) -> str | None:
    return way.to_question(key) if way.stop_of(key) != REVIEW else None


def _section(title: str, rows: list[Row], t: Words) -> tuple[Markup, ...]:
    heading_ = markup('<h2 class="mc-review">{title}</h2>', title=title)
    return (heading_, summary_list(rows, t)) if rows else (NOTHING,)


def _papers(view: DraftView, way: Way, t: Words) -> list[Row]:
    return [_paper(view, way, d, t) for d in shown_documents(view.spec, view.values)]


def _paper(view: DraftView, way: Way, document: DocumentRequirement, t: Words) -> Row:
    name = t.pick(document.name)
    if document.mode == 'generated':
        return Row(name, t('public.paper_generated'))
    if document.mode == 'show':
        return Row(name, t('apply.paper_show'))
    names = [file.name for file in view.files if file.document_id == document.id and file.present]
    is_missing = document.required and document.mode == 'upload' and not names
    text = '\n'.join(names) or t('apply.paper_none' if document.mode == 'upload' else 'public.paper_looked_up')
    mark = tag(t('apply.paper_missing'), 'error') if is_missing else NOTHING
    return Row(name, NOTHING if is_missing else text, way.to_question(f'document:{document.id}'), mark)


def _where(view: DraftView, to: Destination, t: Words) -> list[Row]:
    """Return who receives the dossier, and who decides where that is another."""
    resolving = to.resolving or (t.pick(view.spec.resolving_agency) if view.spec.authority != 'commune' else '')
    rows = [Row(t('public.who_receives'), to.receiving)]
    return [*rows, Row(t('public.who_agency'), resolving)] if resolving else rows


def _facts(actor: Actor, view: DraftView, way: Way, t: Words) -> list[Row]:
    """Return the fee, the term, and who will be told where."""
    spec = view.spec
    email = applicant(spec, view.values).get('email') or (actor.email if view.has_account else None)
    field = next((f.id for s in spec.sections for f in s.fields if f.prefill == 'email'), None)
    told = t('apply.told_mail', email=email) if email else t('apply.told_nobody')
    return [
        Row(t('public.fact_fee'), wording.fee_text(spec.fee, t)),
        Row(t('public.fact_term'), wording.term_text(spec.term, t)),
        Row(t('apply.told_label'), told, _way_back(way, field) if field else None),
    ]


def _declaration(view: DraftView, t: Words) -> Callable[[], bool]:
    """Draw what the applicant declares, to be ticked; return what tells whether it is."""
    texts = [t.pick(text) for text in view.spec.declarations] or [t('apply.declaration')]
    ticked: list[bool] = [False]

    def changed(raw: object) -> None:
        ticked[0] = raw is True

    show(markup('<h2 class="mc-review">{title}</h2>', title=t('apply.declare_title')))
    if len(texts) > 1:
        items = NOTHING.join(markup('<li>{text}</li>', text=text) for text in texts)
        show(markup('<ul class="mc-bullets">{items}</ul>', items=items))
    label = t('apply.declare_all') if len(texts) > 1 else texts[0]
    draw_question(Control('checkbox'), id=DECLARED, label=label, t=t, required=True, on_change=changed)
    return lambda: ticked[0]
