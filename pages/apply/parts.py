"""What the stops of a form have in common: heading with steps, the buttons at the end, answers that came late."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from app.dossiers import drafts
from app.dossiers.drafts import DraftView
from app.dossiers.queries import Asked
from app.errors import NotFound
from app.i18n import Words
from components.buffer import DraftBuffer
from components.buttons import actions, primary, secondary
from components.markup import markup
from components.page_head import page_head
from components.steps import steps
from pages.apply.way import LATER, REVIEW, Way
from pages.shell import guarded
from pages.visitor import Visitor


def heading(way: Way, stop: str, words: str, view: DraftView, t: Words, *, back_to: str = '') -> None:
    """Draw the heading of a stop with the steps above it and the way back."""
    before = REVIEW if back_to == REVIEW else way.before(stop)
    href = way.address(before) if before else f'/nop/{way.slug}'
    label = t('apply.back_review') if back_to == REVIEW else t('apply.back')
    name = t.pick(view.spec.short_name or view.spec.name)
    about = markup('<p class="mc-about">{name}</p>', name=name)
    above = about + steps(way.number(stop), len(way.stops), t)
    page_head(words, t, back=(href, label), above=above, title=f'{words} – {name}')


def draw_actions(
    buffer: DraftBuffer, way: Way, go_on: Callable[[], Awaitable[None]], t: Words, *, returns: bool = False
) -> None:
    """Draw the two ways on: forward, and later."""

    async def stop_here() -> None:
        async with buffer.settled():
            ui.navigate.to(way.address(LATER))

    with actions():
        label = t('apply.save_return') if returns else t('apply.next')
        primary(label, guarded(go_on, single=True), t=t, busy=t('apply.saving'))
        secondary(t('apply.later'), guarded(stop_here), t=t)


def onward(way: Way, stop: str, back_to: str) -> str:
    """Return the next stop: the review again for somebody who came from there."""
    return REVIEW if back_to == REVIEW else way.after(stop)


def remarks(asked: Asked | None, kind: str) -> dict[str, str]:
    """Return what an officer wrote, by the id of the question or the paper it is about."""
    return {item['id']: item.get('text', '') for item in asked.items if item['kind'] == kind} if asked else {}


def veiled(view: DraftView) -> dict[str, str]:
    """Return the personal numbers that came along from an earlier dossier, masked.

    Whoever has only the slip with number and secret does not get them back, with an account of their own neither.
    """
    return {key: text for key, text in view.told.items() if key in view.veiled and isinstance(text, str)}


async def keep_orphan(visitor: Visitor, token: str, name: str, raw: object) -> None:
    """Save an answer that the browser still had for a question of another page; a question that is gone is let go."""
    try:
        await drafts.save(await visitor.actor(), token, {name: raw})
    except NotFound as error:
        if error.key == 'dossier.draft_gone':
            raise
