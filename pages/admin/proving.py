"""Asking once more who is there, in the middle of an act: nothing that was typed for the act is lost."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from app.access import Actor
from app.accounts.proving import prove
from app.errors import ProofNeeded
from app.fields.base import Control
from components.markup import markup
from pages.asking import Form, ask_form
from pages.visitor import Visitor

Result = TypeVar('Result')
SECRET = Control('text', autocomplete='current-password', maxlength=128)


async def proven(
    visitor: Visitor, act: Callable[[Actor], Awaitable[Result]], *, why: str = 'admin.proof_text'
) -> Result:
    """Act; where the command asks for a proof, ask the person for it, saying why, and act again.

    Raises:
        ProofNeeded: they gave up.  Whatever the act raises.
    """
    try:
        return await act(await visitor.actor())
    except ProofNeeded:
        if not await _has_proved(visitor, why):
            raise
    return await act(await visitor.actor())


async def _has_proved(visitor: Visitor, why: str) -> bool:
    t = visitor.t

    def build(form: Form) -> None:
        form.say(markup('<p>{text}</p>', text=t(why)))
        form.ask('proof', t('admin.proof'), SECRET)

    async def check(values: dict[str, Any]) -> None:
        await prove(await visitor.actor(), values['proof'])

    heading = t('admin.proof_title')
    return (await ask_form(heading, t, build, check, confirm=t('admin.proof_confirm'), key='proof'))[0]
