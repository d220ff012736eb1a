"""Protection of who complains: sealed names and words, and what those complained about are kept from."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor, Permission
from app.errors import NotFound
from app.procedures.schema import StepRole
from app.text import plain
from app.units.queries import Tree, tree
from app.workflow.transitions import Action
from models import Dossier, Event, Feedback, StepRun


@dataclass(frozen=True)
class Identity:
    """Who wrote it, as they said."""

    name: str = ''
    phone: str = ''
    email: str = ''
    address: str = ''

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email or self.address)


@dataclass(frozen=True)
class Revealed(Identity):
    """Who wrote it confidentially, and the number of the dossier it is about, which names its owner as well."""

    dossier_code: str = ''


@dataclass(frozen=True)
class Spoken:
    """What it says; ``more`` are the later additions, the oldest first."""

    subject: str
    text: str
    place: str = ''
    more: tuple[str, ...] = ()


def seal_identity(one_id: str, who: Identity) -> str | None:
    """Return what is stored of the person; nothing where nothing was given."""
    return crypto.seal_json(vars(who), f'feedback.identity:{one_id}') if who else None


def identity_of(one: Feedback) -> Identity:
    """Open who wrote it: for whoever handles it, and for the letters to them."""
    if one.identity_sealed is None:
        return Identity()
    return Identity(**crypto.unseal_json(one.identity_sealed, f'feedback.identity:{one.id}'))


def seal_words(one_id: str, words: Spoken) -> str:
    """Return the words as they are stored."""
    return crypto.seal_json({**vars(words), 'more': list(words.more)}, f'feedback.words:{one_id}')


def words_of(one: Feedback) -> Spoken:
    """Open the words."""
    kept: dict[str, Any] = crypto.unseal_json(one.words_sealed, f'feedback.words:{one.id}')
    return Spoken(kept['subject'], kept['text'], kept['place'], tuple(kept['more']))


def secret_of(one: Feedback) -> str:
    """Return the eight characters that open it to its sender: a keyed hash, not in the database."""
    digest = bytes.fromhex(crypto.mac('feedback-secret', one.id, one.secret_nonce))
    return ''.join(crypto.SECRET_ALPHABET[byte % 32] for byte in digest[:8])


def works_in(actor: Actor, units: Tree, unit_id: str | None) -> bool:
    """Tell whether somebody works in a unit or below it; those who stand above it only do not."""
    inside = units.reach(unit_id) if unit_id else frozenset()
    return any(grant.unit_id in inside or grant.unit_id == unit_id for grant in actor.grants)


async def is_involved(db: AsyncSession, actor: Actor, one: Feedback) -> bool:
    """Tell whether it is about the unit this person works in, or about a dossier that this person holds, has examined, refused or asked more for."""
    if works_in(actor, await tree(db), one.about_unit_id):
        return True
    if one.dossier_id is None or actor.account_id is None:
        return False
    holds = select(Dossier.id).where(Dossier.id == one.dossier_id, Dossier.holder_id == actor.account_id)
    examined = select(StepRun.dossier_id).where(
        StepRun.dossier_id == one.dossier_id,
        StepRun.account_id == actor.account_id,
        StepRun.role == StepRole.CASE_OFFICER,
    )
    decided = select(Event.dossier_id).where(
        Event.dossier_id == one.dossier_id,
        Event.actor_id == actor.account_id,
        Event.action.in_((Action.REFUSE, Action.REQUEST_SUPPLEMENT)),
    )
    return (await db.execute(union_all(holds, examined, decided).limit(1))).first() is not None


async def load_for(db: AsyncSession, actor: Actor, feedback_id: str, *, lock: bool = False) -> Feedback:
    """Return feedback that this officer's units have. The person it is about never learns that it is there.

    Raises:
        NotFound: unknown, of other units, or about the officer.
    """
    known = isinstance(feedback_id, str) and len(feedback_id) == 22
    one = await db.get(Feedback, feedback_id, with_for_update=lock) if known else None
    if one is None or not actor.may(Permission.FEEDBACK_READ, one.unit_id) or one.about_account_id == actor.account_id:
        raise NotFound()
    return one


def tells_who(text: str, who: Identity, dossier: Dossier | None = None) -> bool:
    """Tell whether a text for everybody still holds the person's name, telephone, e-mail, or a number of their dossier."""
    said = plain(text).casefold()
    joined = ''.join(said.split())
    numbers = (dossier.filing_number, dossier.official_code) if dossier else ()
    digits = ''.join(c for c in said if c.isdigit())
    number = ''.join(c for c in who.phone if c.isdigit())[-9:]
    return bool(
        (who.name and who.name.casefold() in said)
        or (who.email and who.email.casefold() in said)
        or (len(number) == 9 and number in digits)
        or any(each and each.casefold() in joined for each in numbers)
    )
