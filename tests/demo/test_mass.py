"""The large made-up municipality: whole, chained, numbered, and never poured into a real installation."""

import sqlite3
from contextlib import closing
from datetime import time

import pytest
from sqlalchemy import func, select

from app.access import SYSTEM, Actor, ActorKind
from app.accounts.queries import live_grants
from app.audit.verify import verify
from app.clock import local, now
from app.db import read, write
from app.deadlines import clock, store
from app.deadlines.seeding import seed_calendar
from app.deadlines.store import calendar_for
from app.demo.mass import fill as mass
from app.demo.mass import places
from app.demo.mass.casting import data
from app.dossiers import desk, inbox
from app.errors import AppError
from app.procedures.commands import load_into_database
from app.procedures.load import load_instruments
from app.procedures.queries import spec_of
from app.settings import Settings
from app.workflow import steps
from models import Account, Counter, Dossier, Event, Message, StepRun, WorkSession
from models.enums import AccountKind, Authentication, Channel, Status
from tests.support.answers import catalogue

MANY = 160


@pytest.fixture
async def filled(database: None, monkeypatch: pytest.MonkeyPatch) -> mass.Filled:
    """Two places, so that lives are lived again in the other; a day has 7.5 hours, less than procedures reckon with."""
    store.forget()
    monkeypatch.setattr(places, 'EACH', MANY // 2)
    wanted = [spec for name, spec in catalogue().items() if name in data()['procedures']]
    await seed_calendar()
    async with write() as db:
        halves = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
        db.add_all(WorkSession(weekday=day, starts=a, ends=b) for day in range(5) for a, b in halves)
    await load_into_database(SYSTEM, wanted, load_instruments())
    return await mass.fill(Settings(), MANY)


async def test_it_is_whole_as_if_people_had_made_it(filled: mass.Filled, database_url: str) -> None:
    await _chained_and_numbered(filled)
    await _promised_by_the_engine()
    await _opens_on_the_desk()
    if 'sqlite' in database_url:  # PostgreSQL looks while it is written
        with closing(sqlite3.connect(database_url.partition(':///')[2])) as db:
            assert db.execute('PRAGMA foreign_key_check').fetchall() == []


async def _chained_and_numbered(filled: mass.Filled) -> None:
    verdict = await verify()
    assert not verdict.faults
    assert filled.dossiers == MANY
    assert filled.units == 2
    async with read() as db:
        dossiers = (await db.execute(select(Dossier).order_by(Dossier.submitted_at))).scalars().all()
        acts = (await db.execute(select(func.count()).where(Event.subject == 'dossier'))).scalar_one()
        versions = (await db.execute(select(func.sum(Dossier.version)))).scalar_one()
        mails = (await db.execute(select(func.count()).select_from(Message))).scalar_one()
        numbers = {row.series: row.value for row in (await db.execute(select(Counter))).scalars()}
    assert len(dossiers) == MANY
    assert {Status.RETURNED, Status.REFUSED} < {one.status for one in dossiers}
    assert acts == versions, 'each act raises the version by one'
    assert mails == 0
    given = [one.official_code for one in dossiers if one.official_code]
    assert len(set(given)) == len(given) == sum(v for k, v in numbers.items() if k.startswith('official:'))
    days = local(dossiers[-1].submitted_at).date() - local(dossiers[0].submitted_at).date()
    assert 700 < days.days <= 730


async def _promised_by_the_engine() -> None:
    async with read() as db:
        query = select(Dossier).where(Dossier.accepted_at.is_not(None), Dossier.supplement_count == 0)
        for one in (await db.execute(query.limit(20))).scalars():
            work = (await calendar_for(db, one.resolving_unit_id)).work
            assert one.accepted_at is not None
            due = clock.due(work, one.accepted_at, (await spec_of(db, one.version_id)).term)
            assert one.promised_at == (due.at if due else None)
        both = select(StepRun, Dossier).join(Dossier, Dossier.id == StepRun.dossier_id)
        seen = set()
        rows: list[tuple[StepRun, Dossier]] = [
            (row.StepRun, row.Dossier) for row in await db.execute(both.where(Dossier.supplement_count == 0))
        ]
        for run, one in rows:
            assert one.accepted_at is not None
            work, spec = (await calendar_for(db, one.resolving_unit_id)).work, await spec_of(db, one.version_id)
            step = next(s for s in spec.steps if s.key == run.step_key)
            hours = steps.share_of(step, one.accepted_at, spec, work)
            by_hand = run.number == 1 and one.channel is Channel.COUNTER
            rule = {'from': run.given_at.isoformat(), 'hours': hours, 'same_day': by_hand}
            assert run.due_at == steps.limit_by(rule, work)
            seen |= {'share' if hours != step.hours else 'whole', 'by hand' if by_hand else 'sent'}
        assert seen == {'share', 'whole', 'by hand', 'sent'}


async def _opens_on_the_desk() -> None:
    async with read() as db:
        query = select(Account).where(Account.email == places.email_of('binh'))
        account = (await db.execute(query)).scalar_one()
        grants = await live_grants(db, account.id)
    binh = Actor(
        ActorKind.STAFF, account.id, grants=grants, authentication=Authentication.TWO_FACTOR, channel=Channel.COUNTER
    )
    rows = (await inbox.inbox(binh, 'all')).rows
    assert len(rows) == inbox.PAGE
    seen = [await desk.desk_dossier(binh, row.dossier_id) for row in rows[:3]]
    assert all(one.answers and one.history and one.personal_id for one in seen)
    assert {paper.form_code for one in seen for paper in one.issued} <= {'receipt', 'refusal', 'stop', 'supplement'}


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_real_installation_is_left_alone(database: None) -> None:
    async with write() as db:
        db.add(Account(kind=AccountKind.STAFF, email='b@xa.gov.vn', full_name='B', created_at=now(), changed_at=now()))
    with pytest.raises(AppError) as refused:
        await mass.fill(Settings(), 10)
    assert refused.value.key == 'mass.not_empty'
    async with read() as db:
        assert (await db.execute(select(func.count()).select_from(Dossier))).scalar_one() == 0
