"""What anybody with a paper may ask: whether we issued it, whether it still stands, and whether a copy is the same.

Nothing here names an applicant or says anything of a dossier.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import Actor
from app.clock import VIETNAM
from app.db import read
from app.documents.paper import RESULT
from app.errors import NotFound
from app.limits import hit
from app.papers import turn_of
from app.signing.reading import Signature, from_json
from app.text import plain_number
from app.verification import copies, tokens
from models import Document, Dossier

LOOKS, COPIES, NUMBERS = 120, 30, 20
"""Times an hour from one address: papers looked at, copies checked, numbers tried."""
FIRST_YEAR, LAST_YEAR = 2000, 2200
MOST = 10
"""Papers of one number and day that are listed."""
FOLLOWED = frozenset({'receipt', 'supplement', 'apology'})
"""Papers that the applicant follows the dossier by; whoever checks a result has no business with it."""
Verdict = Literal['same', 'unsigned', 'older', 'newer', 'other']
"""``unsigned``: the same paper, as it was before a signature was added."""


@dataclass(frozen=True)
class Successor:
    """The paper that took another's place."""

    token: str
    number: str
    issued_at: datetime


@dataclass(frozen=True)
class Verified:
    """A paper as the public page shows it."""

    token: str
    title: str
    number: str
    unit: str
    issued_at: datetime
    dated: date | None
    """The day that it prints, where that was entered before it was issued."""
    state: Literal['stands', 'revoked', 'replaced']
    ended_at: datetime | None
    """When another was issued in its place, which may be long after it was revoked; else when it was revoked."""
    reason: str | None
    """Key of ``verification.reason_*``."""
    successor: Successor | None
    signatures: tuple[Signature, ...]
    is_result: bool
    is_paper_signed: bool
    """Whoever an official paper names signed it; without that, the seal alone says that it is ours."""
    is_followed: bool


@dataclass(frozen=True)
class Checked:
    """What a copy is."""

    verdict: Verdict
    signatures: tuple[Signature, ...]


async def look(actor: Actor, token: str) -> Verified:
    """Return the paper of a token.

    Raises:
        NotFound: we issued none with it.  TooMany: asked too often from this address.
    """
    await hit('verify', actor.address or 'unknown', times=LOOKS, minutes=60)
    async with read() as db:
        one = await _of(db, token)
        return _verified(one, await _line(db, one))


async def find(actor: Actor, number: str, day: date) -> tuple[Verified, ...]:
    """Return the papers of a number that were issued on a day of Vietnam, or bear it: both stand on every one of them.

    Raises:
        NotFound: there is none.  TooMany: tried too often from this address.
    """
    await hit('verify_number', actor.address or 'unknown', times=NUMBERS, minutes=60)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotFound('verification.unknown_number')
    begin, wanted = datetime.combine(day, time(), VIETNAM), plain_number(number)
    issued = and_(col(Document.issued_at) >= begin, col(Document.issued_at) < begin + timedelta(days=1))
    that_day = or_(issued, and_(col(Document.dated).is_not(None), col(Document.dated) == day))
    numbered = (Document.number.is_not(None), Document.verification_hash.is_not(None))
    numbers = select(Document.id, Document.number).where(that_day, *numbered).order_by(Document.issued_at)
    async with read() as db:  # all of a day's numbers, as people space and write them; of few papers more than that
        ids = [key for key, given in await db.execute(numbers) if wanted and plain_number(given) == wanted][:MOST]
        query = select(Document).where(Document.id.in_(ids)).order_by(Document.issued_at)
        found = (await db.execute(query)).scalars().all() if ids else []
        if not found:
            raise NotFound('verification.unknown_number')
        return tuple([_verified(one, await _line(db, one)) for one in found])


async def check(actor: Actor, token: str, file: BinaryIO) -> Checked:
    """Compare a copy with what was issued, and tell the signatures in it; nothing of it is kept.

    What we issued has the signatures that were found then: certificates end, what was true stays true.

    Raises:
        NotFound: we issued no paper with this token.  TooMany: checked too often from this address, or by too many at once.
    """
    await hit('verify_copy', actor.address or 'unknown', times=COPIES, minutes=60)
    async with read() as db:
        one = await _of(db, token)
        line = await _line(db, one)
    digest = await copies.hash_of(file)
    issued = next((each for each in (one, *reversed(line)) if each.sha256 == digest), None)
    if issued is not None:
        return Checked(_verdict(one, issued), tuple(from_json(kept) for kept in issued.signatures))
    is_earlier = digest in one.earlier
    async with turn_of(actor):  # then the one that all copies share: nobody waits there for what this one sent before
        found = await copies.signatures_in(file, one.sealed_at or one.signed_at if is_earlier else None)
    return Checked('unsigned' if is_earlier else 'other', found)


async def followed(actor: Actor, token: str) -> str:
    """Return the number by which a paper's dossier is followed. Raises NotFound: none, or not a paper to follow it by."""
    await hit('verify', actor.address or 'unknown', times=LOOKS, minutes=60)
    async with read() as db:
        one = await _of(db, token)
        dossier = await db.get(Dossier, one.dossier_id) if one.form_code in FOLLOWED and one.dossier_id else None
    if dossier is None:
        raise NotFound()
    return dossier.official_code or dossier.filing_number


async def dossier_of(db: AsyncSession, text: str) -> Dossier | None:
    """Return the dossier of a paper whose address a scanner typed."""
    try:
        one = await _of(db, tokens.normal(text))
    except NotFound:
        return None
    return await db.get(Dossier, one.dossier_id) if one.dossier_id else None


async def _of(db: AsyncSession, token: str) -> Document:
    if not isinstance(token, str) or len(token) != tokens.LENGTH:
        raise NotFound('verification.unknown')
    query = select(Document).where(Document.verification_hash == tokens.hash_of(token))
    one = (await db.execute(query)).scalar_one_or_none()
    if one is None:
        raise NotFound('verification.unknown')
    return one


async def _line(db: AsyncSession, one: Document) -> list[Document]:
    """Return the papers that took each other's place, the first one first: those of one dossier and one form."""
    if one.form_code != RESULT or one.dossier_id is None:
        return [one]
    query = select(Document).where(Document.dossier_id == one.dossier_id, Document.form_code == RESULT)
    return list((await db.execute(query.order_by(Document.issued_at))).scalars())


def _verified(one: Document, line: list[Document]) -> Verified:
    last, is_replaced = line[-1], one.replaced_by_id is not None
    after = next((each for each in line if each.id == one.replaced_by_id), None)
    return Verified(
        token=tokens.token_of(one.id),
        title=one.title,
        number=one.number or '',
        unit=_unit(one.data),
        issued_at=one.issued_at,
        dated=one.dated,
        state='replaced' if is_replaced else 'revoked' if one.revoked_at else 'stands',
        ended_at=after.issued_at if after else one.revoked_at,
        reason=one.revoked_reason,
        successor=Successor(tokens.token_of(last.id), last.number or '', last.issued_at) if is_replaced else None,
        signatures=tuple(from_json(kept) for kept in one.signatures),
        is_result=one.form_code == RESULT,
        is_paper_signed=one.signed_at is not None,
        is_followed=one.form_code in FOLLOWED,
    )


def _unit(data: dict[str, Any]) -> str:
    return str(data.get('unit', {}).get('name', ''))


def _verdict(one: Document, found: Document) -> Verdict:
    """Say which of the papers in a line a copy is."""
    if found.id == one.id:
        return 'same'
    return 'older' if found.replaced_by_id is not None and found.issued_at <= one.issued_at else 'newer'
