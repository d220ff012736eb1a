"""Papers in place: pages as pictures with turning, enlarging and leafing. Nothing is downloaded to be read."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from app.i18n import Words
from components.icons import icon

_TEXTS = ('previous', 'next', 'smaller', 'larger', 'turn', 'stage', 'broken')
_ICONS = ('back', 'arrow', 'minus', 'plus', 'turn')


@dataclass(frozen=True)
class PaperPage:
    """One page as a picture: its address, and the paper it belongs to where several are shown together."""

    url: str
    label: str | None = None


class Viewer(ui.element, component='static/js/viewer.js'):
    """Shows one page at a time. Keys: left and right leaf, + and - enlarge, r turns."""

    def __init__(self, pages: Sequence[PaperPage], title: str, t: Words) -> None:
        super().__init__()
        texts = {name: t(f'ui.viewer_{name}') for name in _TEXTS} | {'retry': t('ui.upload_retry')}
        with self._props.suspend_updates():
            self._props['texts'] = texts | {'where': t('ui.viewer_where')}
            self._props['icons'] = {name: str(icon(name, 22)) for name in _ICONS}
        self.show(pages, title)

    def show(self, pages: Sequence[PaperPage], title: str) -> None:
        """Show another paper from its first page."""
        with self._props.suspend_updates():
            self._props['pages'] = [{'url': page.url, 'label': page.label} for page in pages]
            self._props['title'] = title
        self.update()
