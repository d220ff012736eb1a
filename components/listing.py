"""Links between the pages of a long list."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class PageLink:
    """A link to one page of a list; ``kind``: previous, next, number, or gap between numbers."""

    kind: str
    number: int = 0
    url: str = ''
    is_current: bool = False


def page_links(path: str, chosen: Mapping[str, str], page: int, pages: int) -> list[PageLink]:
    """Return the links of page ``page`` of ``pages``: previous, first, those around, last, next; none for one page."""
    if pages < 2:
        return []
    kept = {name: value for name, value in chosen.items() if value}

    def address(number: int) -> str:
        query = urlencode(kept | ({'trang': str(number)} if number > 1 else {}))
        return f'{path}?{query}' if query else path

    links = [PageLink('previous', page - 1, address(page - 1))] if page > 1 else []
    before = 0
    for number in sorted({1, page - 1, page, page + 1, pages} & set(range(1, pages + 1))):
        if number > before + 1:
            links.append(PageLink('gap'))
        links.append(PageLink('number', number, address(number), number == page))
        before = number
    return links + ([PageLink('next', page + 1, address(page + 1))] if page < pages else [])
