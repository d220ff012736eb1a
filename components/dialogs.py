"""Questions in between: a dialog is built when it opens and gone when it is answered."""

import asyncio
from collections.abc import Generator
from typing import Any

from markupsafe import Markup
from nicegui import Client, context, ui

from app.i18n import Words
from components.buttons import Button, Kind
from components.handlers import Callback, call
from components.markup import show


class Dialog(ui.element, component='static/js/modal.js'):
    """A modal dialog. Opening is making it; ``await`` gives True for the confirming button, else False.

        with Dialog(t('officer.refuse'), t, confirm=t('officer.refuse_now'), kind='danger', on_confirm=check) as dialog:
            reason = draw(...)
        if await dialog:
            ...

    ``on_confirm()`` may return False to keep the dialog open, for instance after showing problems.
    """

    def __init__(
        self,
        heading: str,
        t: Words,
        *,
        confirm: str | None = None,
        cancel: str | None = None,
        kind: Kind = 'primary',
        on_confirm: Callback | None = None,
    ) -> None:
        with context.client.content:
            super().__init__()
        self._props['heading'] = heading
        self._on_confirm = on_confirm
        self._answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._body = self._in_place(ui.element('div').classes('mc-dialog-body'))
        with self._in_place(ui.element('div').classes('mc-actions')):
            if confirm:
                Button(confirm, self._confirm, t=t, kind=kind)
            Button(cancel or t('ui.cancel' if confirm else 'ui.close'), self._dismiss, t=t, kind='secondary')
        self.on('dismiss', self._dismiss, args=[])

    def _in_place(self, child: ui.element) -> ui.element:
        child.move(self)
        return child

    def __enter__(self) -> 'Dialog':
        self._body.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._body.__exit__(*exception)
        if exception[0]:  # nobody answers a dialog that is half there
            self.delete()

    def __await__(self) -> Generator[Any, None, bool]:
        return self._answer.__await__()

    async def _confirm(self) -> None:
        if await call(self._on_confirm) is not False:
            self._close(True)

    def _dismiss(self) -> None:
        self._close(False)

    def _close(self, answer: bool) -> None:
        if not self._answer.done():
            self._answer.set_result(answer)
        if not self.is_deleted:
            self.delete()

    def _handle_delete(self) -> None:
        if not self._answer.done():
            self._answer.set_result(False)
        super()._handle_delete()


def close_dialogs(client: Client) -> None:
    """Close every open dialog of a live page, unanswered: its screen has gone."""
    for element in list(client.elements.values()):
        if isinstance(element, Dialog):
            element._dismiss()


async def ask(
    heading: str, text: str | Markup, t: Words, *, confirm: str, cancel: str | None = None, kind: Kind = 'primary'
) -> bool:
    """Ask before an act. True only if the person pressed the confirming button."""
    with Dialog(heading, t, confirm=confirm, cancel=cancel, kind=kind) as dialog:
        show(Markup('<p>{}</p>').format(text))
    return await dialog
