"""Short states in words; colour only helps."""

from typing import Literal

from markupsafe import Markup

from components.markup import join, markup

Tone = Literal['neutral', 'action', 'ok', 'warn', 'error', 'brand']


def tag(words: str, tone: Tone = 'neutral') -> Markup:
    """Return one tag."""
    return markup('<span class="mc-tag is-{tone}">{words}</span>', tone=tone, words=words)


def tags(*each: Markup) -> Markup:
    """Return tags in a row."""
    return markup('<div class="mc-tags">{tags}</div>', tags=join(each))
