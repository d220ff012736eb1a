"""Filing a draft: its private link opens where the person left, and after sending it shows the confirmation."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from nicegui import ui

from app.access import Actor
from app.dossiers import drafts, filing
from app.dossiers.destination import destination
from app.dossiers.drafts import DraftView
from app.dossiers.filing import DELIVERY
from app.dossiers.queries import Asked, progress
from app.errors import NotFound
from app.i18n import Words
from app.procedures.pages import FormPage
from components.buffer import DraftBuffer
from components.error_summary import ErrorSummary
from components.frame import narrow
from components.markup import markup, show
from components.notice import notice
from pages.apply import documents, later, review, sent
from pages.apply.parts import draw_actions, heading, keep_orphan, onward, remarks, veiled
from pages.apply.questions import Questions
from pages.apply.way import DOCUMENTS, LATER, REVIEW, Way, way_of
from pages.shell import Route, Screen
from pages.visitor import Visitor


async def form(
    visitor: Visitor, screen: Screen, slug: str, token: str, trang: str = '', ve: str = '', o: str = ''
) -> None:
    """Draw the stop of the form that is asked for, else the one the person left, else the first."""
    actor = await visitor.actor()
    if done := await filing.confirmation(actor, token):
        return await sent.draw(visitor, screen, done)
    view = await drafts.view(actor, token)
    if view.slug != slug:
        raise NotFound('dossier.draft_gone')
    way = way_of(view)
    stop = way.known(trang, view.page)
    if stop not in (view.page, LATER):
        await drafts.turn_to(actor, token, stop)
    asked = await _asked(actor, view)
    with narrow():
        if stop == LATER:
            later.draw(visitor, view, way)
        elif stop == REVIEW:
            review.draw(visitor, actor, view, way, asked, await destination(actor, token))
        elif stop == DOCUMENTS:
            said = remarks(asked, 'document')
            documents.draw(visitor, screen, view, way, said, to=onward(way, stop, ve), back_to=ve, focus=o)
        elif page := way.page(stop):
            _draw_page(visitor, actor, view, way, page, asked, ve, o)


async def _asked(actor: Actor, view: DraftView) -> Asked | None:
    """Return what was asked of the dossier that this draft will replace, for whoever still has it open."""
    try:
        return (await progress(actor, view.replaces)).asked if view.replaces else None
    except NotFound:
        return None


def _draw_page(
    visitor: Visitor, actor: Actor, view: DraftView, way: Way, page: FormPage, asked: Asked | None, ve: str, o: str
) -> None:
    t, to = visitor.t, onward(way, page.key, ve)
    summary = ErrorSummary(t)
    heading(way, page.key, t.pick(page.title), view, t, back_to=ve)
    _first_words(view, way, page, asked, t)
    questions = _questions(visitor, actor, view, page, remarks(asked, 'field'))
    keep = partial(keep_orphan, visitor, view.token)
    with DraftBuffer(view.draft_id, t, saved_at=view.saved_at, on_orphan=keep) as buffer:
        questions.draw()

    async def go_on() -> None:
        async with buffer.settled():
            found = questions.problems()
        questions.say_problems(found)
        if found:
            return summary.show(found, labels=questions.labels())
        ui.navigate.to(way.address(to))

    draw_actions(buffer, way, go_on, t, returns=ve == REVIEW)
    later.fold_link(view, way, t)
    if one := questions.all_views().get(o):
        one.focus()


def _first_words(view: DraftView, way: Way, page: FormPage, asked: Asked | None, t: Words) -> None:
    """Say on the first page that nothing is lost, and to whom a supplement is asked what is asked."""
    if asked:
        items = ''.join(f'\n– {item["text"]}' for item in asked.items if item.get('text'))
        text = markup('<span class="mc-lines">{text}</span>', text=f'{asked.reason}{items}')
        show(notice(text, tone='warn', title=t('apply.asked_title')))
    elif way.number(page.key) == 1:
        show(notice(t('apply.saved_as_you_go_account' if view.has_account else 'apply.saved_as_you_go')))


def _questions(visitor: Visitor, actor: Actor, view: DraftView, page: FormPage, said: Mapping[str, str]) -> Questions:
    t = visitor.t

    async def save(raw: dict[str, Any]) -> tuple[drafts.SavedAnswer, ...]:
        return await drafts.save(await visitor.actor(), view.token, raw)

    notes = {key: t('apply.officer_says', text=text) for key, text in said.items() if text}
    if not view.has_account:
        notes.setdefault(DELIVERY, t('apply.electronic_slip'))
    return Questions(
        spec=view.spec,
        fields=page.all_fields,
        answers=dict(view.answers),
        values=dict(view.values),
        t=t,
        save=save,
        unread=dict(view.problems),
        notes=notes,
        veiled={key: t('apply.veiled', number=number) for key, number in veiled(view).items()},
    )


ROUTES = [Route('/nop/{slug}/{token}', form, 'anyone', 'apply.title')]
