"""Buttons: one press is one act. The browser holds a pressed button until the server has answered."""

from typing import Literal

from markupsafe import Markup
from nicegui import ui

from app.i18n import Words
from components.handlers import Callback, call
from components.icons import icon as draw_icon
from components.markup import NOTHING, attribute, markup

Kind = Literal['primary', 'secondary', 'danger', 'quiet']


class Button(ui.element, component='static/js/press.js', dependencies=['static/js/motcua.js']):
    """A button that runs ``on_press`` once, shows that it is busy meanwhile, and refuses while offline.

    ``about`` is heard but not seen: it tells "Xóa" of one row from "Xóa" of another.
    """

    def __init__(
        self,
        label: str,
        on_press: Callback,
        *,
        t: Words,
        kind: Kind = 'primary',
        icon: str | None = None,
        busy: str | None = None,
        about: str | None = None,
    ) -> None:
        super().__init__()
        self._on_press = on_press
        self._busy = False
        with self._props.suspend_updates():
            self._props.update(label=label, kind=kind)
            self._props['offline-text'] = t('ui.offline_press')
            self._props.set_optional('busy-label', busy)
            self._props.set_optional('about', about)
            self._props.set_optional('icon', str(draw_icon(icon)) if icon else None)
        self.on('press', self._pressed, args=[])

    def set_label(self, label: str) -> None:
        """Show another text."""
        self._props['label'] = label

    def set_enabled(self, enabled: bool) -> None:
        """Allow pressing or not; the button stays reachable and says that it is disabled."""
        self._props.set_bool('off', not enabled)

    def focus(self) -> None:
        """Move the focus here."""
        self.run_method('focus')

    async def _pressed(self) -> None:
        if self._busy or self._props.get('off'):
            return
        self._busy = True
        try:
            await call(self._on_press)
        finally:
            self._busy = False
            if not self.is_deleted:
                self._props['done'] = self._props.get('done', 0) + 1


def primary(label: str, on_press: Callback, *, t: Words, icon: str | None = None, busy: str | None = None) -> Button:
    """Draw the one main act of a screen."""
    return Button(label, on_press, t=t, icon=icon, busy=busy)


def secondary(label: str, on_press: Callback, *, t: Words, icon: str | None = None, busy: str | None = None) -> Button:
    """Draw another act."""
    return Button(label, on_press, t=t, kind='secondary', icon=icon, busy=busy)


def danger(label: str, on_press: Callback, *, t: Words, icon: str | None = None, busy: str | None = None) -> Button:
    """Draw an act that takes something away; the caller asks before doing it."""
    return Button(label, on_press, t=t, kind='danger', icon=icon, busy=busy)


def quiet(label: str, on_press: Callback, *, t: Words, icon: str | None = None, about: str | None = None) -> Button:
    """Draw a small act that looks like a link."""
    return Button(label, on_press, t=t, kind='quiet', icon=icon, about=about)


def link_button(
    label: str, href: str, *, kind: Kind = 'primary', icon: str | None = None, download: bool = False
) -> Markup:
    """Return a link that looks like a button: for going somewhere, not for doing something."""
    return markup(
        '<a class="mc-btn mc-btn-{kind}" href="{href}"{download}>{icon}{label}</a>',
        kind=kind,
        href=href,
        label=label,
        icon=draw_icon(icon) if icon else NOTHING,
        download=attribute('download', '' if download else None),
    )


def actions() -> ui.element:
    """Open the row of buttons at the end of a screen: ``with actions(): primary(...)``."""
    return ui.element('div').classes('mc-actions')
