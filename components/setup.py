"""Settings of NiceGUI that make it ours: called once, before ``ui.run_with``."""

from typing import Any

from nicegui import app as web
from nicegui.dependencies import register_library
from nicegui.translations import translations

from app.i18n import words
from components import assets

LANGUAGES = {'vi': 'vi', 'en': 'en-US'}
"""Our languages in NiceGUI's names."""
DARK = {'light': False, 'dark': True, '': None}
"""Our themes in NiceGUI's terms."""
_BRAND = {
    'primary': '#0B5A8A',
    'secondary': '#45525F',
    'accent': '#8E1B16',
    'dark': '#18222C',
    'dark-page': '#10171E',
    'positive': '#0A6640',
    'negative': '#B3201A',
    'info': '#0B5A8A',
    'warning': '#7A4A00',
}
_PURIFY = assets.STATIC / 'js' / 'purify.js'
_POPUP = {
    'connection_lost': 'shell.connection_lost',
    'trying_to_reconnect': 'shell.reconnecting',
    'message_too_long': 'shell.message_too_long',
    'message_too_long_body': 'shell.message_too_long_body',
}


def configure() -> None:
    """Give Quasar our colours, silence its loading bar and ripple, translate NiceGUI's own few words.

    HTML is cleaned on the server or not shown (see ``components.markup``), so the browser's cleaner stays away.
    """
    register_library(_PURIFY, import_name='dompurify', max_time=_PURIFY.stat().st_mtime)
    web.config.quasar_config.update(brand=_BRAND, loadingBar={'skipHijack': True}, ripple=False)
    for lang, theirs in LANGUAGES.items():
        t = words(lang)
        translations[theirs] = {name: t(key) for name, key in _POPUP.items()}  # type: ignore[index]


def run_options() -> dict[str, Any]:
    """Return the arguments that ``ui.run_with(root, **run_options())`` needs to look and speak as we want.

    The time to reconnect also sets how often both sides ask whether the other is there: every 24 s, with 12 s to answer.
    Pages on which people type outlive their connection for longer: ``components.buffer.RECONNECT_TIMEOUT``.
    """
    return {
        'title': words('vi')('common.service'),
        'language': 'vi',
        'dark': None,
        'tailwind': False,
        'favicon': (assets.STATIC / 'img' / 'emblem.svg').read_text('utf-8'),
        'reconnect_timeout': 30.0,
        'show_welcome_message': False,
    }
