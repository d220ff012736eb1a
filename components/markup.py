"""Static parts of a screen are text made once on the server: safe by escaping, one element each in the browser.

A *drawing* function such as ``timeline`` returns ``Markup``; ``show`` puts one or more of them on a NiceGUI page.
This is the only file that hands HTML to the browser without cleaning it there.
"""

from collections.abc import Iterable
from typing import Any, LiteralString

from markupsafe import Markup
from nicegui import ui

NOTHING = Markup()


def markup(template: LiteralString, **values: Any) -> Markup:
    """Fill ``{names}`` of a template of ours. Every value is escaped unless it is ``Markup`` already."""
    return Markup(template).format(**values)  # noqa: S704 - a template is always a literal of ours


def vietnamese(text: str) -> Markup:
    """Mark a text that is only there in Vietnamese, such as the citation of a law."""
    return markup('<span lang="vi">{text}</span>', text=text)


def join(parts: Iterable[str]) -> Markup:
    """Put parts one after the other, escaping those that are plain text."""
    return NOTHING.join(parts)


def attribute(name: LiteralString, value: str | None) -> Markup:
    """Return `` name="value"``, or nothing where there is no value."""
    return NOTHING if value is None else markup(' {name}="{value}"', name=name, value=value)


class Shown(ui.html):
    """Markup on a page; ``show`` makes it, ``set`` changes it."""

    def __init__(self, content: Markup, tag: str = 'div') -> None:
        super().__init__(_checked(content), sanitize=False, tag=tag)

    def set(self, *parts: Markup) -> None:
        """Replace what is shown."""
        self.set_content(_checked(join(parts)))


def show(*parts: Markup, tag: str = 'div', classes: str = '') -> Shown:
    """Place markup on the page as a single element. Raises TypeError for text that nobody has escaped."""
    for part in parts:
        _checked(part)
    element = Shown(join(parts), tag)
    return element.classes(f'{"mc-stack" if len(parts) > 1 else ""} {classes}')


def _checked(content: str) -> Markup:
    if not isinstance(content, Markup):
        raise TypeError('Only Markup may be shown: wrap the text with markup(...)')
    return content
