"""What fills forms: kept encrypted, shown to its owner alone, used where the owner files with the account."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from app import crypto
from app.access import Actor
from app.accounts import rules
from app.audit.record import record
from app.clock import now
from app.db import write
from app.errors import NotFound
from app.procedures.schema import FormField
from app.questions import question, read_answers
from models import Account
from models.enums import AccountKind

SEALED = ('birth_date', 'gender', 'address', 'organisation', 'tax_code')
"""Kept together in ``profile_sealed``."""


@dataclass(frozen=True)
class Profile:
    """The profile of an account. The names are those of ``prefill`` in a procedure's questions."""

    kind: AccountKind
    full_name: str
    email: str
    phone: str | None = None
    personal_id: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    address: dict[str, str] | None = None
    organisation: str | None = None
    tax_code: str | None = None
    lang: str = 'vi'
    has_second_factor: bool = False
    is_staff: bool = False
    title: str | None = None

    @property
    def masked_personal_id(self) -> str:
        """The last three digits, the others as dots; '' when there is none."""
        number = self.personal_id or ''
        return '•' * (len(number) - 3) + number[-3:] if number else ''

    def prefill(self) -> dict[str, Any]:
        """Return what is known, by the name of ``prefill``."""
        known = {f.name: getattr(self, f.name) for f in fields(self) if f.name in PREFILL}
        return {name: value for name, value in known.items() if value}


PREFILL = frozenset({'full_name', 'email', 'phone', 'personal_id', *SEALED})


def questions(kind: AccountKind) -> tuple[FormField, ...]:
    """Return what the profile page asks an account of this kind. The address of the account stays as it is.

    Staff do not write their own name: it stands in histories, on official papers and beside signatures
    (``people.correct_person``).
    """
    name = () if kind is AccountKind.STAFF else (question('full_name', 'person_name', required=True),)
    asked = (*name, *rules.CONTACT, *rules.PERSON)
    return asked + rules.BUSINESS if kind is AccountKind.BUSINESS else asked


async def save_profile(actor: Actor, raw: Mapping[str, Any]) -> None:
    """Keep what the owner typed. An empty ``personal_id`` keeps the one there is; ``forget_personal_id`` removes it.

    Raises:
        NotFound: nobody is signed in. Invalid: by question.
    """
    if actor.account_id is None:
        raise NotFound()
    async with write() as db:
        account = await db.get_one(Account, actor.account_id)
        answers = read_answers(questions(account.kind), raw)
        before = opened(account)
        account.full_name, account.phone = answers.get('full_name', account.full_name), answers['phone']
        if answers['personal_id'] or raw.get('forget_personal_id'):
            keep_personal_id(account, answers['personal_id'])
        seal(account, before | {key: answers[key] for key in SEALED if key in answers})
        account.changed_at = now()
        account.version += 1
        await record(db, actor, 'account', account.id, 'profile_changed')


def keep_personal_id(account: Account, number: str | None) -> None:
    """Encrypt a personal identification number for this account's row; None forgets it."""
    account.personal_id_sealed = crypto.seal(number, f'account.personal_id_sealed:{account.id}') if number else None
    account.personal_id_index = crypto.blind_index(number) if number else None


def seal(account: Account, values: Mapping[str, Any]) -> None:
    """Encrypt what fills forms for this account's row."""
    known = {key: value for key, value in values.items() if value}
    place = f'account.profile_sealed:{account.id}'
    account.profile_sealed = crypto.seal_json(known, place) if known else None


def opened(account: Account) -> dict[str, Any]:
    """Decrypt what ``seal`` kept."""
    if account.profile_sealed is None:
        return {}
    return dict(crypto.unseal_json(account.profile_sealed, f'account.profile_sealed:{account.id}'))


def of_account(account: Account) -> Profile:
    """Read an account as its owner sees it."""
    number = account.personal_id_sealed
    return Profile(
        kind=account.kind,
        full_name=account.full_name,
        email=account.email,
        phone=account.phone,
        personal_id=crypto.unseal(number, f'account.personal_id_sealed:{account.id}') if number else None,
        lang=account.lang,
        has_second_factor=account.totp_confirmed_at is not None,
        is_staff=account.kind is AccountKind.STAFF,
        title=account.title,
        **{key: value for key, value in opened(account).items() if key in SEALED},
    )
