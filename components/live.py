"""Says that what is on the screen has changed elsewhere; the person decides when to load it again."""

from nicegui import ui

from app.i18n import Words
from components.buttons import Button
from components.handlers import Callback, call
from components.markup import markup, show


class LiveNotice(ui.element):
    """An empty region until ``changed()``; then a sentence and a button that runs ``on_reload`` and empties it."""

    def __init__(self, t: Words, on_reload: Callback, *, text: str | None = None) -> None:
        super().__init__('div')
        self.props('role=status').classes('mc-live')
        self._t, self._on_reload = t, on_reload
        self._sentence = text or t('ui.live_changed')

    @property
    def is_shown(self) -> bool:
        """Tell whether a change was announced and not yet loaded."""
        return bool(self.default_slot.children)

    def changed(self) -> None:
        """Announce the change, once."""
        if self.is_shown or self.is_deleted:
            return
        with self, ui.element('div').classes('mc-notice is-info mc-live-box'):
            show(markup('{text}', text=self._sentence), tag='p')
            Button(self._t('ui.live_reload'), self._reload, t=self._t, kind='secondary')

    async def _reload(self) -> None:
        await call(self._on_reload)
        if not self.is_deleted:
            self.clear()
