"""Short messages that need no answer: heard by screen readers, gone after a while unless they are bad news."""

from json import dumps
from typing import Literal

from nicegui import context

from app.i18n import Words

Tone = Literal['ok', 'info', 'error']


def toast(text: str, t: Words, *, tone: Tone = 'ok') -> None:
    """Show a message on this page. Nothing that the person must know or do is said by a toast alone."""
    arguments = ', '.join(dumps(part) for part in (text, tone, t('ui.close')))
    context.client.run_javascript(f'window.mcToast?.({arguments})')
