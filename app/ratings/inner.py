"""The internal rating: a head judges what no clock can count of a colleague's dossier. Kept apart from what applicants say.

Three of the nine indicators (contacts, agencies, manner) come from here, the others are counted.
Source: TT 01/2018/TT-VPCP Điều 13 to 15; domain rule T14.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.audit.record import record
from app.clock import VIETNAM, now
from app.db import read, write
from app.dossiers.loading import load_on_desk
from app.errors import Invalid, NotAllowed, Problem, WrongState
from app.procedures.queries import spec_of
from app.procedures.schema import Text
from app.ratings.form import indicators
from app.ratings.people import by_others, hands_of
from app.text import plain
from models import Account, Dossier, InnerRating
from models.enums import Status

PAGE = 30
NOTE_LIMIT = 1000
_OVER = (Status.RESOLVED, Status.RETURNED, Status.REFUSED, Status.STOPPED)


@dataclass(frozen=True)
class ToRate:
    """A finished dossier that no head has judged yet."""

    dossier_id: str
    number: str
    procedure_name: Text
    ended_at: datetime
    handled_by: str | None


@dataclass(frozen=True)
class Waiting:
    """One page of them, the newest first."""

    rows: tuple[ToRate, ...]
    page: int
    total: int


async def to_rate(actor: Actor, page: int = 1) -> Waiting:
    """Return finished dossiers of others in the head's units that nobody has rated inside. Raises NotAllowed."""
    units = _units(actor)
    ended = func.coalesce(Dossier.resolved_at, Dossier.closed_at, type_=Dossier.__table__.c.closed_at.type)  # type: ignore[attr-defined]
    done = select(InnerRating.dossier_id).where(InnerRating.dossier_id == Dossier.id)
    where = (
        Dossier.resolving_unit_id.in_(units), Dossier.status.in_(_OVER), Dossier.replaced_by_id.is_(None),
        or_(Dossier.resolved_at.is_not(None), Dossier.closed_at.is_not(None)), ~done.exists(),
        *by_others(actor.account_id),
    )  # fmt: skip
    async with read() as db:
        total = (await db.execute(select(func.count()).select_from(Dossier).where(*where))).scalar_one()
        at = min(max(1, page), max(1, -(-total // PAGE)))
        query = select(Dossier).where(*where).order_by(ended.desc(), Dossier.id).limit(PAGE).offset((at - 1) * PAGE)
        found = (await db.execute(query)).scalars().all()
        return Waiting(tuple([await _seen(db, one) for one in found]), at, total)


async def rate_inner(actor: Actor, dossier_id: str, points: Mapping[str, int], note: str = '') -> None:
    """Judge a colleague's dossier; a later judgement takes the place of the one before, the audit has both.

    Raises:
        NotAllowed: no head, or they handled it themselves.  NotFound.  WrongState: not finished.  Invalid.
    """
    _units(actor)
    said = plain(note).strip() if isinstance(note, str) else ''
    given = points if isinstance(points, Mapping) else {}
    allowed = {one.key: {p.points for p in one.points} for one in indicators()}
    missing = {
        k: Problem('ratings.choose') for k in allowed if type(given.get(k)) is not int or given[k] not in allowed[k]
    }
    if missing:
        raise Invalid(missing, 'ratings.choose')
    if len(said) > NOTE_LIMIT:
        raise Invalid(
            {'note': Problem('ratings.too_long', {'limit': NOTE_LIMIT})}, 'ratings.too_long', limit=NOTE_LIMIT
        )
    async with write() as db:
        one = await _finished(db, actor, dossier_id)
        hands = await hands_of(db, one)
        if actor.account_id in (hands.received_by_id, hands.handled_by_id, hands.returned_by_id):
            raise NotAllowed('ratings.not_own_work')
        found = {key: given[key] for key in allowed}
        event = await record(
            db, actor, 'inner_rating', one.id, 'rated_inside', unit_id=one.resolving_unit_id, version_id=one.version_id,
            note=said or None, data=found,
        )  # fmt: skip
        rating = InnerRating(
            dossier_id=one.id, unit_id=one.resolving_unit_id, account_id=hands.handled_by_id, note=said or None,
            rated_by_id=actor.account_id or '', rated_at=event.happened_at, **found,
        )  # fmt: skip
        await db.merge(rating)


async def scores(db: AsyncSession, units: Collection[str], first: date, last: date) -> dict[str, dict[str, float]]:
    """Return the mean points of each indicator by officer ('' for all), to one decimal, for the internal evaluation."""
    begin, end = (datetime.combine(day, time(), VIETNAM) for day in (first, last + timedelta(days=1)))
    where = (InnerRating.unit_id.in_(units), InnerRating.rated_at >= begin, InnerRating.rated_at < end)
    rows = (await db.execute(select(InnerRating).where(*where))).scalars().all()
    found = {}
    for who in {'', *(row.account_id for row in rows if row.account_id)}:
        theirs = [row for row in rows if who in ('', row.account_id)]
        if theirs:
            found[who] = {
                one.key: round(sum(getattr(row, one.key) for row in theirs) / len(theirs), 1) for one in indicators()
            }
    return found


def _units(actor: Actor) -> frozenset[str]:
    units = actor.units(Permission.DOSSIER_REASSIGN)  # heads of section and leaders: they direct the work
    if not units:
        raise NotAllowed()
    return units


async def _finished(db: AsyncSession, actor: Actor, dossier_id: str) -> Dossier:
    one = await load_on_desk(db, actor, dossier_id)
    if not actor.may(Permission.DOSSIER_REASSIGN, one.resolving_unit_id):
        raise NotAllowed()
    if one.status not in _OVER:
        raise WrongState('ratings.not_finished')
    return one


async def _seen(db: AsyncSession, one: Dossier) -> ToRate:
    spec, hands = await spec_of(db, one.version_id), await hands_of(db, one)
    who = await db.get(Account, hands.handled_by_id or hands.received_by_id or '')
    number, name = one.official_code or one.filing_number, spec.short_name or spec.name
    return ToRate(one.id, number, name, one.resolved_at or one.closed_at or now(), who.full_name if who else None)
