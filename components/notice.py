"""Callouts: what the person should know before anything else on the screen."""

from typing import Literal

from markupsafe import Markup
from nicegui import ui

from components.markup import NOTHING, markup, show

Tone = Literal['info', 'warn', 'error', 'ok']


def notice(text: str | Markup, *, tone: Tone = 'info', title: str | None = None) -> Markup:
    """Return a callout with an optional bold first line."""
    return markup('<div class="mc-notice is-{tone}">{inside}</div>', tone=tone, inside=_inside(text, title))


def callout(*, tone: Tone = 'info', title: str | None = None, text: str | Markup = NOTHING) -> ui.element:
    """Open a callout that holds more elements, such as a button: ``with callout(tone='warn', title=...):``."""
    box = ui.element('div').classes(f'mc-notice is-{tone}')
    with box:
        if title or text:
            show(_inside(text, title), classes='mc-flow')
    return box


def _inside(text: str | Markup, title: str | None) -> Markup:
    head = markup('<p><strong>{title}</strong></p>', title=title) if title else NOTHING
    if isinstance(text, Markup) and text.startswith('<p>'):
        return head + text  # paragraphs already, which no other may hold
    return head + (markup('<p>{text}</p>', text=text) if text else NOTHING)
