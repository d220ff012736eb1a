"""A generated year three ways: counted act by act, recounted from the events, and asked of the register in plain SQL."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import SYSTEM
from app.audit.record import record
from app.clock import now, today
from app.db import read, write
from app.deadlines import store
from app.deadlines.seeding import seed_calendar
from app.demo.mass import fill as mass
from app.demo.mass import places
from app.demo.mass.casting import data
from app.procedures.commands import load_into_database
from app.procedures.load import load_instruments
from app.settings import Settings
from app.statistics.counting import count, count_opinion
from app.statistics.measures import COUNTED, JUNK_LIFTED, MEASURES
from app.statistics.queries import Slice, totals
from app.statistics.recount import verify
from models import Dossier, Event, JunkMark, Rating, Tally, TallyMinutes
from tests.guarantees.recording import FULL
from tests.support.answers import catalogue

MANY = 4_000 if FULL else 100
SLICES = 200
_MEANT = 'NOT EXISTS (SELECT 1 FROM junk_mark j WHERE j.dossier_id = d.id AND j.lifted_at IS NULL)'
_RECEIVED = f'd.replaced_by_id IS NULL AND {_MEANT} AND d.channel = '
_LIMIT = 'coalesce(d.lawful_at, d.promised_at)'
_DONE, _DUE = 'DAY[d.resolved_at]', f'DAY[{_LIMIT}]'
_RECEPTIONS = 'dossier d JOIN clock_segment s ON s.dossier_id = d.id JOIN due_date u ON u.dossier_id = d.id AND u.set_at = s.started_at'
_ANSWER = (
    "s.kind = 'reception' AND u.kind = 'reception' AND (s.ended_at = d.accepted_at OR s.ended_at = d.refused_at OR EXISTS "
    f'(SELECT 1 FROM supplement_request r WHERE r.dossier_id = d.id AND r.requested_at = s.ended_at)) AND {_MEANT}'
)
_EVENTS = 'dossier d JOIN event e ON e.dossier_id = d.id'
_RATINGS = 'dossier d JOIN rating r ON r.dossier_id = d.id'
SQL = {
    'received_online': ('d.queued_at', 'dossier d', f"{_RECEIVED} 'online'", 'count(*)'),
    'received_counter': ('d.queued_at', 'dossier d', f"{_RECEIVED} 'counter'", 'count(*)'),
    'received_post': ('d.queued_at', 'dossier d', f"{_RECEIVED} 'post'", 'count(*)'),
    'reused': ('d.queued_at', 'dossier d', f'd.reused AND d.replaced_by_id IS NULL AND {_MEANT}', 'count(*)'),
    'accepted': ('d.accepted_at', 'dossier d', 'd.accepted_at IS NOT NULL', 'count(*)'),
    'refused': ('d.refused_at', 'dossier d', f'd.status = 3 AND {_MEANT}', 'count(*)'),
    'junk': ('d.refused_at', 'dossier d', f'd.status = 3 AND NOT {_MEANT}', 'count(*)'),
    'replaced': ('d.closed_at', 'dossier d', 'd.replaced_by_id IS NOT NULL', 'count(*)'),
    'withdrawn': ('d.closed_at', 'dossier d', 'd.status = 7', 'count(*)'),
    'stopped': ('d.closed_at', 'dossier d', 'd.status = 8 AND d.replaced_by_id IS NULL', 'count(*)'),
    'kept': ('s.ended_at', _RECEPTIONS, f'{_ANSWER} AND s.ended_at <= u.at', 'count(*)'),
    'missed': ('s.ended_at', _RECEPTIONS, f'{_ANSWER} AND s.ended_at > u.at', 'count(*)'),
    'asked': ('r.requested_at', 'dossier d JOIN supplement_request r ON r.dossier_id = d.id', '1 = 1', 'count(*)'),
    'apologies': ('u.set_at', 'dossier d JOIN due_date u ON u.dossier_id = d.id', "u.reason = 'reappointment'", 'count(*)'),
    'early': ('d.resolved_at', 'dossier d', f'd.supplement_count < 2 AND {_DONE} < {_DUE}', 'count(*)'),
    'on_time': ('d.resolved_at', 'dossier d', f'd.supplement_count < 2 AND {_DONE} = {_DUE}', 'count(*)'),
    'late': ('d.resolved_at', 'dossier d', f'{_LIMIT} IS NOT NULL AND (d.supplement_count > 1 OR {_DONE} > {_DUE})', 'count(*)'),
    'unlimited': ('d.resolved_at', 'dossier d', f'{_LIMIT} IS NULL', 'count(*)'),
    'electronic': ('d.resolved_at', 'dossier d', "d.delivery = 'electronic'", 'count(*)'),
    'returned': ('d.returned_at', 'dossier d', 'd.status = 10', 'count(*)'),
    'revoked': ('e.happened_at', _EVENTS, "e.action = 'revoke_result'", 'count(*)'),
    'corrected': ('e.happened_at', _EVENTS, "e.action = 'reissue_result'", 'count(*)'),
    'minutes': ('d.resolved_at', 'dossier d', '1 = 1', 'coalesce(sum(d.worked_minutes), 0)'),
    'very_satisfied': ('r.rated_at', _RATINGS, 'r.level = 3', 'count(*)'),
    'satisfied': ('r.rated_at', _RATINGS, 'r.level = 2', 'count(*)'),
    'unsatisfied': ('r.rated_at', _RATINGS, 'r.level = 1', 'count(*)'),
    'reception_rated': ('r.rated_at', _RATINGS, 'r.reception IS NOT NULL', 'count(*)'),
    'reception_unsatisfied': ('r.rated_at', _RATINGS, 'r.reception = 1', 'count(*)'),
    'handling_rated': ('r.rated_at', _RATINGS, 'r.handling IS NOT NULL', 'count(*)'),
    'handling_unsatisfied': ('r.rated_at', _RATINGS, 'r.handling = 1', 'count(*)'),
    'handover_rated': ('r.rated_at', _RATINGS, 'r.handover IS NOT NULL', 'count(*)'),
    'handover_unsatisfied': ('r.rated_at', _RATINGS, 'r.handover = 1', 'count(*)'),
}  # fmt: skip


@pytest.fixture
async def year(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up municipality of two places; some refusals are junk, some of those marks were lifted."""
    store.forget()
    monkeypatch.setattr(places, 'EACH', MANY // 2)
    wanted = [spec for name, spec in catalogue().items() if name in data()['procedures']]
    await seed_calendar()
    await load_into_database(SYSTEM, wanted, load_instruments())
    await mass.fill(Settings(), MANY)
    async with write() as db:
        refused = (await db.execute(select(Dossier).where(Dossier.refused_at.is_not(None)))).scalars().all()
        for place, one in enumerate(refused[::2]):
            lifted = now() if place % 2 else None
            db.add(JunkMark(dossier_id=one.id, marked_at=one.refused_at or now(), until=now(), lifted_at=lifted))
            if lifted:
                await record(
                    db, SYSTEM, 'dossier', one.id, JUNK_LIFTED, dossier_id=one.id, unit_id=one.resolving_unit_id
                )

    await _rate()


async def _rate() -> None:
    """Let half of those who have a result, or were refused, rate at some later moment."""
    random = Random(11)
    async with write() as db:
        for one in (await db.execute(select(Dossier).where(Dossier.status.in_((3, 9, 10))))).scalars().all():
            at = (one.resolved_at or one.refused_at or now()) + timedelta(hours=random.randrange(200))
            if random.random() < 0.5 or at > now():
                continue
            event = await record(db, SYSTEM, 'rating', one.id, 'rated', unit_id=one.resolving_unit_id, happened_at=at)
            level, handling = random.randint(1, 3), random.randint(1, 3) if one.accepted_at else None
            db.add(
                Rating(
                    dossier_id=one.id, event_id=event.id, unit_id=one.resolving_unit_id, procedure_id=one.procedure_id,
                    form=1, level=level, reception=level, handling=handling, handover=handling, via='link', rated_at=at,
                )
            )  # fmt: skip


async def _count_again() -> None:
    """Empty the counts and count act by act, as they came."""
    async with write() as db:
        await db.execute(delete(Tally))
        await db.execute(delete(TallyMinutes))
        dossiers = {one.id: one for one in (await db.execute(select(Dossier))).scalars()}
        events = select(Event).where(Event.subject == 'dossier', Event.action.in_([str(a) for a in COUNTED]))
        for event in (await db.execute(events.order_by(Event.sequence))).scalars().all():
            one = dossiers[event.dossier_id or '']
            await count(db, one, event.action, event.from_status, event.happened_at)
        for rating in (await db.execute(select(Rating))).scalars().all():
            await count_opinion(db, rating)


def _chosen(units: list[str], procedures: list[str]) -> Iterator[tuple[str, Slice, date, date]]:
    random = Random(7)
    for number in range(SLICES):
        first = today() - timedelta(days=random.randrange(300, 730))
        last = min(today(), first + timedelta(days=random.choice((0, 30, 92, 200, 500))))
        some_units = frozenset(random.sample(units, random.randint(1, len(units)))) if random.random() < 0.6 else None
        some = frozenset(random.sample(procedures, random.randint(1, 4))) if random.random() < 0.6 else None
        yield MEASURES[number % len(MEASURES)], Slice(some_units, some), first, last


async def _by_sql(db: AsyncSession, measure: str, wanted: Slice, first: date, last: date) -> int:
    """Ask the register, not the counts."""
    moment, tables, where, what = SQL[measure]
    here = db.get_bind().dialect.name == 'sqlite'
    day = r"date(\1, '+7 hours')" if here else r"((\1) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
    conditions = [where, f"DAY[{moment}] BETWEEN '{first}' AND '{last}'"]
    for column, ids in (('resolving_unit_id', wanted.units), ('procedure_id', wanted.procedures)):
        if ids is not None:
            conditions.append(f'd.{column} IN ({", ".join(repr(one) for one in sorted(ids))})')
    query = f'SELECT {what} FROM {tables} WHERE ' + ' AND '.join(f'({one})' for one in conditions)
    query = re.sub(r'DAY\[(.*?)\]', day, query)
    return int((await db.execute(text(query))).scalar_one())


async def test_act_by_act_recount_and_sql_agree_on_random_slices(year: None) -> None:
    await _count_again()
    verdict = await verify()
    assert verdict.difference is None and verdict.units == 2
    seen = 0
    async with read() as db:
        units = sorted((await db.execute(select(Dossier.resolving_unit_id).distinct())).scalars())
        procedures = sorted((await db.execute(select(Dossier.procedure_id).distinct())).scalars())
        for measure, wanted, first, last in _chosen(units, procedures):
            counted = (await totals(db, wanted, first, last))[measure]
            assert counted == await _by_sql(db, measure, wanted, first, last), (measure, wanted, first, last)
            seen += counted > 0
        whole = await totals(db, Slice(), date(2020, 1, 1), today())
    assert seen > SLICES / 5, 'most slices must have something in them'
    assert set(SQL) == set(MEASURES)
    assert all(whole[name] for name in ('junk', 'refused', 'late', 'asked', 'withdrawn', 'kept', 'minutes'))
