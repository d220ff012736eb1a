"""What messages need to know when they are sent, read for a whole batch at once.

Private words are read for verified contacts only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.feedback.protection import identity_of
from app.notifications.links import is_verified_contact
from app.verification.results import standing
from app.verification.tokens import address_of, token_of
from models import Account, Dossier, EventText, Feedback, Message, Party, ProcedureVersion, SupplementRequest, Unit
from models.enums import PartyRole

Texts = dict[str, str | None]
ABOUT_RESULT = frozenset({'result_ready', 'returned', 'result_reissued'})
"""Letters that say where the result can be checked."""
ABOUT_SUPPLEMENT = frozenset({'supplement_requested', 'supplement_soon'})
"""Letters that say what was asked for."""
CITIZEN = 1
"""National LoaiDoiTuong of a person."""


@dataclass(frozen=True)
class Asked:
    """A request for a supplement in words."""

    items: tuple[tuple[Texts, str], ...]
    """Name of the paper or question (empty for something else), and what the officer wrote about it."""
    reason: str
    guidance: str
    contact: str


@dataclass(frozen=True)
class Facts:
    """What one message may say. Without a verified contact: no name, no note, no request."""

    verified: bool = False
    dossier: Dossier | None = None
    procedure: Texts | None = None
    unit: Unit | None = None
    name: str = ''
    is_person: bool = True
    note: str = ''
    asked: Asked | None = None
    verify: str = ''
    """Where the issued result can be checked by anybody."""
    recipient: str = ''
    """Whom it goes to, where the outbox does not say so: opened only now."""


async def load(db: AsyncSession, messages: Sequence[Message]) -> dict[str, Facts]:
    """Return the facts of each message by its id."""
    dossiers = await _by_id(db, Dossier, (m.dossier_id for m in messages))
    accounts = await _by_id(db, Account, (m.account_id for m in messages))
    open_to = [m for m in messages if m.dossier_id in dossiers and is_verified_contact(dossiers[m.dossier_id], m)]
    units = await _by_id(db, Unit, (d.receiving_unit_id for d in dossiers.values()))
    procedures = await _procedures(db, {d.version_id for d in dossiers.values()})
    parties = await _submitters(db, {m.dossier_id for m in open_to})
    notes = await _notes(db, [m.event_id for m in open_to])
    asked = await _asked(db, [m for m in open_to if m.template in ABOUT_SUPPLEMENT], dossiers)
    verify = await _results(db, {m.dossier_id for m in open_to if m.template in ABOUT_RESULT})
    verified = {m.id for m in open_to}
    feedback = await _by_id(db, Feedback, (m.data.get('feedback') for m in messages))

    def facts(message: Message) -> Facts:
        dossier = dossiers.get(message.dossier_id or '')
        if one := feedback.get(message.data.get('feedback')):
            return Facts(recipient=identity_of(one).email)
        if dossier is None:
            return _of_account(message, accounts.get(message.account_id or ''))
        party = parties.get(dossier.id) if message.id in verified else None
        return Facts(
            verified=message.id in verified,
            dossier=dossier,
            procedure=procedures.get(dossier.version_id),
            unit=units.get(dossier.receiving_unit_id),
            name=party.name if party else '',
            is_person=party is None or party.kind == CITIZEN,
            note=notes.get(message.event_id or '', ''),
            asked=asked.get(message.id),
            verify=verify.get(dossier.id, '') if message.id in verified and message.template in ABOUT_RESULT else '',
        )

    return {m.id: facts(m) for m in messages}


async def _results(db: AsyncSession, dossier_ids: set[str | None]) -> dict[str, str]:
    """Return where the result of each dossier that stands can be checked."""
    found = {key: await standing(db, key) for key in dossier_ids if key}
    return {key: address_of(token_of(one.id)) for key, one in found.items() if one}


def _of_account(message: Message, account: Account | None) -> Facts:
    """The name stands only in mail to an address that its owner has confirmed."""
    if account is None or account.email_verified_at is None or account.email != message.recipient.lower():
        return Facts()
    return Facts(verified=True, name=account.full_name, is_person=account.kind != 'business')


async def _by_id(db: AsyncSession, table: type[Any], ids: Iterable[str | None]) -> dict[str | None, Any]:
    wanted = {i for i in ids if i}
    if not wanted:
        return {}
    return {row.id: row for row in (await db.execute(select(table).where(table.id.in_(wanted)))).scalars()}


async def _procedures(db: AsyncSession, ids: set[str]) -> dict[str, Texts]:
    if not ids:
        return {}
    version = ProcedureVersion
    query = select(col(version.id), col(version.name), col(version.name_en)).where(col(version.id).in_(ids))
    return {id_: {'vi': name, 'en': name_en} for id_, name, name_en in await db.execute(query)}


async def _submitters(db: AsyncSession, dossier_ids: set[str | None]) -> dict[str, Party]:
    if not dossier_ids:
        return {}
    query = select(Party).where(col(Party.dossier_id).in_(dossier_ids), col(Party.role) == PartyRole.SUBMITTER)
    return {party.dossier_id: party for party in (await db.execute(query)).scalars()}


async def _notes(db: AsyncSession, event_ids: list[str | None]) -> dict[str, str]:
    """Return the notes that the applicant may read."""
    if not event_ids:
        return {}
    query = select(EventText).where(col(EventText.event_id).in_(event_ids), col(EventText.public).is_(True))
    return {text.event_id: text.note or '' for text in (await db.execute(query)).scalars()}


async def _asked(db: AsyncSession, messages: list[Message], dossiers: dict[str | None, Any]) -> dict[str, Asked]:
    """Return, for each message, the request that was the latest when it was written."""
    if not messages:
        return {}
    query = select(SupplementRequest).where(col(SupplementRequest.dossier_id).in_({m.dossier_id for m in messages}))
    requests = sorted((await db.execute(query)).scalars(), key=lambda r: r.number)
    specs = await _by_id(db, ProcedureVersion, (dossiers[m.dossier_id].version_id for m in messages))
    found: dict[str, Asked] = {}
    for m in messages:
        version = specs.get(dossiers[m.dossier_id].version_id)
        for request in requests:
            if request.dossier_id == m.dossier_id and request.requested_at <= m.created_at:
                found[m.id] = _in_words(request, version.spec if version else {})
    return found


def _in_words(request: SupplementRequest, spec: dict[str, Any]) -> Asked:
    names: dict[tuple[Any, Any], Texts] = {('document', d['id']): d['name'] for d in spec.get('documents', ())}
    names |= {('field', f['id']): f['label'] for s in spec.get('sections', ()) for f in s['fields']}
    items = tuple((names.get((i.get('kind'), i.get('id')), {}), str(i.get('text') or '')) for i in request.items)
    return Asked(items, request.reason, request.guidance, request.contact)
