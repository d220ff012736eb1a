"""The top of a screen: way back, heading, lead; the document's title and the focus follow it."""

from markupsafe import Markup
from nicegui import ui

from app.i18n import Words
from components.icons import icon
from components.markup import NOTHING, join, markup


class PageHead(ui.element, component='static/js/heading.js', dependencies=['static/js/motcua.js']):
    """The only h1 of the page."""

    def __init__(self, text: str, before: Markup, after: Markup) -> None:
        super().__init__()
        self._props.update(text=text, before=str(before), after=str(after))


def page_head(
    heading: str,
    t: Words,
    *,
    lead: str | None = None,
    back: tuple[str, str] | None = None,
    above: Markup = NOTHING,
    below: Markup = NOTHING,
    title: str | None = None,
) -> PageHead:
    """Draw the heading and name the document ``<title> – <service>``. ``back`` is (address, words).

    ``above`` takes the steps, ``below`` tags or facts.
    """
    ui.page_title(f'{title or heading} – {t("common.service")}')
    way = back_link(*back) if back else NOTHING
    text = markup('<p class="mc-lead">{lead}</p>', lead=lead) if lead else NOTHING
    return PageHead(heading, join((way, above)), join((text, below)))


def back_link(href: str, words: str) -> Markup:
    """Return the way back at the top of a screen."""
    return markup('<a class="mc-back" href="{href}">{icon}{words}</a>', href=href, words=words, icon=icon('back', 20))
