"""What has happened, what is happening, what comes next, in order of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from app.i18n import Words
from components.markup import NOTHING, join, markup


@dataclass(frozen=True)
class Moment:
    """One entry: its state, its title, when, and a note (text or markup)."""

    state: Literal['done', 'now', 'next']
    title: str
    when: str = ''
    note: str | Markup = ''
    iso: str | None = None
    """The moment as a machine reads it."""


def timeline(moments: Iterable[Moment], t: Words) -> Markup:
    """Return the list; each state is also said in words to who cannot see the dots."""
    return markup('<ol class="mc-timeline">{items}</ol>', items=join(_item(moment, t) for moment in moments))


def _item(moment: Moment, t: Words) -> Markup:
    when = NOTHING
    if moment.iso:
        when = markup('<time datetime="{iso}">{when}</time>', iso=moment.iso, when=moment.when)
    elif moment.when:
        when = markup('<span class="mc-when">{when}</span>', when=moment.when)
    return markup(
        '<li class="is-{state}"{current}>{when}<b>{title}<span class="mc-sr"> ({said})</span></b>{note}</li>',
        state=moment.state,
        current=Markup(' aria-current="step"') if moment.state == 'now' else NOTHING,
        when=when,
        title=moment.title,
        said=t(f'ui.state_{moment.state}'),
        note=markup('<div>{note}</div>', note=moment.note) if moment.note else NOTHING,
    )
