"""Several results signed with one PIN: each was read before, each is signed and approved by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.access import Actor
from app.dossiers import commands
from app.dossiers.inbox import Approval
from app.errors import AppError
from app.i18n import Words
from app.signing import results, unlocking
from app.signing.signing import Signer
from components.markup import join, markup
from pages.admin.proving import proven
from pages.asking import Form, ask_form
from pages.officer.signing import ask_pin
from pages.visitor import Visitor

Chosen = Sequence[tuple[Approval, int]]
"""What was read, and the version that was."""


@dataclass(frozen=True)
class Outcome:
    """What became of one of them."""

    number: str
    text: str
    is_done: bool


async def sign_many(visitor: Visitor, chosen: Chosen, tell: Callable[[int], object]) -> list[Outcome] | None:
    """Ask once, then sign and approve each at the version that was read; one that fails stops no other.

    ``tell`` hears how many are done. None: the person gave up.
    """
    t = visitor.t
    key = await unlocking.mine(await visitor.actor())
    name = t('officer.approve_chosen', count=len(chosen))

    def build(form: Form) -> None:
        lines = join(_line(one) for one, _ in chosen)
        form.say(markup('<ul class="mc-bullets">{lines}</ul>', lines=lines))
        if key is None:
            return
        form.say(markup('<p>{text}</p>', text=t('signing.batch_text')))
        ways = [('key', t('signing.how_key')), ('paper', t('signing.how_paper'))]
        how = form.choice('how', t('signing.how'), ways, value='key')
        pin = ask_pin(form, key, t)
        how.on('change', lambda: pin.set_visibility(how.value == 'key'), args=[])

    async def unlock(values: dict[str, Any]) -> Signer | None:
        return await unlocking.own(await visitor.actor(), values['pin']) if values.get('how') == 'key' else None

    has_agreed, signer = await ask_form(name, t, build, unlock, confirm=name, key='approve_many')
    if not has_agreed:
        return None
    found: list[Outcome] = []
    for one, version in chosen:
        tell(len(found))
        found.append(await _one(visitor, one, version, signer))
    return found


async def _one(visitor: Visitor, one: Approval, version: int, signer: Signer | None) -> Outcome:
    t, row = visitor.t, one.row

    async def approve(actor: Actor) -> object:
        if signer:
            return await results.approve_with(actor, row.dossier_id, version, signer)
        return await commands.approve(actor, row.dossier_id, version)

    try:  # the actor anew for each: whoever was signed out meanwhile signs no more
        await proven(visitor, approve, why='signing.proof_text')
    except AppError as error:
        return Outcome(row.number, t('signing.batch_failed', reason=t.error(error)), False)
    return Outcome(row.number, t('signing.batch_signed' if signer else 'signing.batch_paper'), True)


def _line(one: Approval) -> Markup:
    return markup('<li>{name} · {number}</li>', name=one.row.applicant_name, number=one.row.number)


def outcomes(found: Sequence[Outcome], t: Words) -> Markup:
    """Return the list of what became of each."""
    lines = (markup('<li>{number}: {text}</li>', number=one.number, text=one.text) for one in found)
    return markup('<ul class="mc-bullets">{lines}</ul>', lines=join(lines))
