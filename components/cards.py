"""White sheets on the paper: groups of what belongs together."""

from collections.abc import Callable

from markupsafe import Markup
from nicegui import ui

from components.icons import icon as draw_icon
from components.markup import NOTHING, markup, show


def card(heading: str | None = None) -> ui.element:
    """Open a card with an optional h2: ``with card('Giấy tờ'):``."""
    box = ui.element('section' if heading else 'div').classes('mc-card')
    if heading:
        with box:
            show(Markup('{}').format(heading), tag='h2')
    return box


def stack() -> ui.element:
    """Open a column with even gaps: ``with stack(): ...``."""
    return ui.element('div').classes('mc-stack')


def card_markup(body: Markup, heading: str | None = None) -> Markup:
    """Return a card of static content."""
    title = markup('<h2>{heading}</h2>', heading=heading) if heading else NOTHING
    return markup('<div class="mc-card">{title}{body}</div>', title=title, body=body)


def fold(summary: str, *, is_open: bool = False, on_unfold: Callable[[], object] | None = None) -> ui.element:
    """Open something to unfold: ``with fold('Lọc kết quả'):``; the browser does the folding.

    ``on_unfold`` is called once, when it is first unfolded: for what is too dear to be drawn before somebody looks.
    """
    box = ui.element('details').classes('mc-fold')
    if is_open:
        box.props('open')
    if on_unfold:
        waiting = [on_unfold]
        box.on('toggle', lambda: waiting and waiting.pop()(), args=[])
    with box:
        show(markup('{summary}', summary=summary), tag='summary')
        return ui.element('div')


def tile(href: str, title: str, *, note: str | None = None, icon: str | None = None) -> Markup:
    """Return a large link with a picture and a short note."""
    return markup(
        '<a class="mc-tile" href="{href}">{icon}<span>{title}{note}</span></a>',
        href=href,
        title=title,
        icon=draw_icon(icon, 28) if icon else NOTHING,
        note=markup(' <small>{note}</small>', note=note) if note else NOTHING,
    )
