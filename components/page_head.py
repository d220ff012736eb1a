"""The top of a screen: way back, heading, lead; the document's title and the focus follow it."""

from markupsafe import Markup
from nicegui import ui

from app.i18n import Words
from components.icons import icon
from components.markup import NOTHING, join, markup


class PageHead(ui.element, component='static/js/heading.js', dependencies=['static/js/motcua.js']):
    """A heading with what stands above and below it. Make it with ``page_head`` or ``section_head``."""

    def __init__(self, text: str, before: Markup, after: Markup, *, level: int = 1, hidden: bool = False) -> None:
        super().__init__()
        self._props.update(text=text, before=str(before), after=str(after), level=level, hidden=hidden)

    def set_below(self, below: Markup) -> None:
        """Change what stands below the heading."""
        self._props['after'] = str(below)

    def set_text(self, text: str) -> None:
        """Change the heading's words; the document's title stays."""
        self._props['text'] = text


def page_head(
    heading: str,
    t: Words,
    *,
    lead: str | None = None,
    back: tuple[str, str] | None = None,
    above: Markup = NOTHING,
    below: Markup = NOTHING,
    title: str | None = None,
    hidden: bool = False,
) -> PageHead:
    """Draw the only h1 of the page and name the document ``<title> – <service>``. ``back`` is (address, words).

    ``above`` takes the steps, ``below`` tags or facts. A ``hidden`` heading is heard only, for an inbox of two columns.
    """
    ui.page_title(f'{title or heading} – {t("common.service")}')
    way = back_link(*back) if back else NOTHING
    text = markup('<p class="mc-lead">{lead}</p>', lead=lead) if lead else NOTHING
    return PageHead(heading, join((way, above)), join((text, below)), hidden=hidden)


def section_head(heading: str, *, above: Markup = NOTHING, below: Markup = NOTHING) -> PageHead:
    """Draw the h2 of something that was opened inside the page, such as a dossier beside its list: it takes the focus."""
    return PageHead(heading, above, below, level=2)


def back_link(href: str, words: str) -> Markup:
    """Return the way back at the top of a screen."""
    return markup('<a class="mc-back" href="{href}">{icon}{words}</a>', href=href, words=words, icon=icon('back', 20))
