"""Hours by weekday and season, days of one unit, rules of reception: kept by commands, seen before they are saved."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access import Actor, Granted
from app.clock import pretend
from app.db import read
from app.deadlines import choosing, commands, hours
from app.deadlines.calendar import WorkCalendar
from app.deadlines.days import Session
from app.deadlines.seeding import draft_years
from app.deadlines.store import calendar_for
from app.dossiers import commands as acts
from app.errors import Invalid, NotAllowed
from app.timers.recount import recount
from models import Dossier, DueDate
from models.enums import DayKind, DayState, DueKind, Role
from pages.admin.hours import at_present
from tests.support.moments import at, with_calendar
from tests.support.world import World, filed

WEEK = range(5)
SHORT = '07:30-11:30, 13:30-17:00'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A municipality with the decided days, in October."""
    with pretend(at('2026-10-01T08:00')):
        yield await with_calendar(tmp_path)


@pytest.fixture
def admin(world: World) -> Actor:
    """Hà keeps the calendar of both communes."""
    units = frozenset({world.unit.id, world.other_unit.id})
    return replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, units),))


async def test_a_unit_may_have_its_own_hours_and_a_season_ends_where_it_was_said_to(world: World, admin: Actor) -> None:
    await hours.set_hours(admin, SHORT, WEEK, unit_id=world.unit.id)
    await hours.set_hours(admin, '08:00-11:30, 13:30-16:30', WEEK, date(2026, 11, 2), date(2026, 12, 31), world.unit.id)
    async with read() as db:
        mine, theirs = [(await calendar_for(db, u.id)).work for u in (world.unit, world.other_unit)]
    days = [date(2026, 10, 30), date(2026, 11, 2), date(2026, 12, 31), date(2027, 1, 4)]
    assert [mine.day_hours(day) for day in days] == [7.5, 6.5, 6.5, 7.5]
    assert [theirs.day_hours(day) for day in days] == [8, 8, 8, 8]
    with pretend(at('2026-11-02T09:00')):
        new = await filed(world)
        (moved,) = await hours.preview_drop(admin, world.unit.id)
    assert (moved.dossier_id, moved.before, moved.after) == (
        new.dossier_id, at('2026-11-03T10:30'), at('2026-11-03T09:00'),
    )  # fmt: skip
    await hours.drop_hours(admin, world.unit.id)
    async with read() as db:
        assert (await calendar_for(db, world.unit.id)).work.day_hours(days[1]) == 8


async def test_a_weekday_may_be_closed_and_a_saturday_opened(world: World, admin: Actor) -> None:
    await hours.set_hours(admin, '', [4])
    await hours.set_hours(admin, '07:30-11:30', [5], date(2026, 11, 1), None)
    async with read() as db:
        work = (await calendar_for(db, world.unit.id)).work
    assert not work.is_working(date(2026, 11, 20))
    assert work.closing(date(2026, 11, 21)).time() == time(11, 30) and not work.is_working(date(2026, 10, 31))


@pytest.mark.parametrize(
    ('text', 'weekdays', 'first', 'last', 'where'),
    [
        ('07:00-11:30, 11:00-17:00', WEEK, None, None, 'text'),
        ('7 giờ sáng', WEEK, None, None, 'text'),
        ('11:30-07:00', WEEK, None, None, 'text'),
        ('25:00-26:00', WEEK, None, None, 'text'),
        ('', WEEK, None, None, 'text'),
        (SHORT, [], None, None, 'weekdays'),
        (SHORT, [9], None, None, 'weekdays'),
        (SHORT, WEEK, date(2026, 12, 1), date(2026, 11, 1), 'last'),
    ],
)
async def test_hours_that_cannot_be_are_refused_at_their_question(
    admin: Actor, text: str, weekdays: list[int], first: date | None, last: date | None, where: str
) -> None:
    for command in (hours.preview_hours, hours.set_hours):
        with pytest.raises(Invalid) as refused:
            await command(admin, text, weekdays, first, last)
        assert where in refused.value.problems


async def test_what_other_hours_would_move_is_shown_before_and_is_what_moves(world: World, admin: Actor) -> None:
    with pretend(at('2026-10-05T09:00')):
        one, new = await filed(world), await filed(world)
        await acts.accept(world.binh, one.dossier_id, 1)
        found = await hours.preview_hours(admin, SHORT, WEEK, unit_id=world.unit.id)
        kinds = {moved.dossier_id: (moved.kind, moved.before, moved.after) for moved in found}
        # three days of 7.5 hours are three days: only the reception of eight hours takes longer
        assert kinds == {new.dossier_id: (DueKind.RECEPTION, at('2026-10-06T09:00'), at('2026-10-06T09:30'))}
        await hours.set_hours(admin, SHORT, WEEK, unit_id=world.unit.id)
        assert await recount() == 1
    async with read() as db:
        assert (await db.get_one(Dossier, new.dossier_id)).due_at == at('2026-10-06T09:30')


async def test_a_day_off_of_one_unit_moves_its_dossiers_only(world: World, admin: Actor) -> None:
    em = replace(world.em, grants=(Granted(Role.INTAKE, world.other_unit.id, frozenset({world.other_unit.id})),))
    with pretend(at('2026-10-05T09:00')):
        ours, theirs = await filed(world), await filed(world, em)
        await acts.accept(world.binh, ours.dossier_id, 1)
        await acts.accept(em, theirs.dossier_id, 1)
        found = await commands.preview(admin, date(2026, 10, 7), DayKind.OFF, world.other_unit.id)
        assert [(m.dossier_id, m.after) for m in found] == [(theirs.dossier_id, at('2026-10-09T09:00'))]
        await commands.set_day(admin, date(2026, 10, 7), DayKind.OFF, 'Bão', unit_id=world.other_unit.id)
        await recount()
    async with read() as db:
        assert (await db.get_one(Dossier, ours.dossier_id)).due_at == at('2026-10-08T09:00')
        assert (await db.get_one(Dossier, theirs.dossier_id)).due_at == at('2026-10-09T09:00')


async def test_a_day_for_all_shows_that_dossiers_of_other_units_move_too_without_naming_them(world: World) -> None:
    home = replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, frozenset({world.unit.id})),))
    em = replace(world.em, grants=(Granted(Role.INTAKE, world.other_unit.id, frozenset({world.other_unit.id})),))
    with pretend(at('2026-10-05T09:00')):
        ours, theirs = await filed(world), await filed(world, em)
        await acts.accept(world.binh, ours.dossier_id, 1)
        await acts.accept(em, theirs.dossier_id, 1)
        found = await commands.preview(home, date(2026, 10, 7), DayKind.OFF)
        await commands.set_day(home, date(2026, 10, 7), DayKind.OFF, 'Bão', '12/QĐ', source='Công báo số 3')
        kept = next(row for row in await commands.days(home, 2026) if row.day == date(2026, 10, 7))
    named = {one.dossier_id: bool(one.number) for one in found}
    assert named == {ours.dossier_id: True, '': False} and len(found) == 2
    assert {one.after for one in found} == {at('2026-10-09T09:00')}
    assert (kept.reason, kept.decision, kept.source) == ('Bão', '12/QĐ', 'Công báo số 3')


async def test_a_rule_of_reception_is_chosen_for_everything_a_field_or_a_procedure(world: World, admin: Actor) -> None:
    async def limit() -> datetime | None:
        with pretend(at('2026-10-05T15:30')):
            return (await filed(world)).reception_due_at

    assert await limit() == at('2026-10-06T15:30'), 'eight working hours'
    await choosing.choose_reception(admin, '*', 'same_day')
    assert await limit() == at('2026-10-06T07:00'), 'after 15:00: the start of the next day'
    await choosing.choose_reception(admin, 'field:ho-tich', 'eight_hours')
    assert await limit() == at('2026-10-06T15:30')
    await choosing.choose_reception(admin, f'procedure:{world.spec.id}', 'same_day')
    assert await limit() == at('2026-10-06T07:00')
    for place in ('field:ho-tich', f'procedure:{world.spec.id}', '*'):
        await choosing.choose_reception(admin, place, None)
    assert await limit() == at('2026-10-06T15:30')
    for place, preset in (('field:khong-co', 'same_day'), ('*', 'bay-gio')):
        with pytest.raises(Invalid):
            await choosing.choose_reception(admin, place, preset)
    with pytest.raises(NotAllowed):
        await choosing.choose_reception(world.binh, '*', 'same_day')


async def test_a_limit_keeps_the_rule_it_was_given_by(world: World, admin: Actor) -> None:
    with pretend(at('2026-10-05T09:00')):
        one = await filed(world)
        await choosing.choose_reception(admin, '*', 'same_day')
        await commands.set_day(admin, date(2026, 10, 6), DayKind.OFF, 'Bão')
        await recount()
    async with read() as db:
        row = await db.get_one(Dossier, one.dossier_id)
        assert row.due_at == at('2026-10-07T09:00'), 'still eight hours'
        rules = [rule['reception'] for rule in (await db.execute(select(DueDate.rule))).scalars()]
    assert rules == ['8wh', '8wh']


async def test_the_next_year_is_a_draft_until_an_official_confirms_it(world: World, admin: Actor) -> None:
    async def calendar() -> WorkCalendar:
        async with read() as db:
            return (await calendar_for(db, world.unit.id)).work

    with pretend(at('2026-10-05T09:00')):
        drafts = [row for row in await commands.days(admin, 2027) if row.state == DayState.DRAFT]
        before = await calendar()
        assert drafts and {row.state for row in await commands.days(admin, 2026)} == {DayState.CONFIRMED}
        assert before.is_uncertain(date(2027, 1, 4), date(2027, 1, 8))
        assert await commands.preview_confirm(admin, 2027) == ()
        assert await commands.confirm_year(admin, 2027) == len(drafts)
        after = await calendar()
    assert not after.is_uncertain(date(2027, 1, 4), date(2027, 1, 8))
    assert [d for d in drafts if after.is_working(d.day) != before.is_working(d.day)] == []
    assert await commands.confirm_year(admin, 2027) == 0
    assert not any('dự kiến' in (row.decision or '') or row.source for row in await commands.days(admin, 2027))


async def test_a_year_is_confirmed_with_the_decision_that_is_written_to_each_of_its_days(admin: Actor) -> None:
    with pretend(at('2026-10-05T09:00')):
        assert await commands.confirm_year(admin, 2027, ' Thông báo 1/TB-BNV ', 'congbao.chinhphu.vn') > 10
        kept = {(row.state, row.decision, row.source) for row in await commands.days(admin, 2027)}
    assert kept == {(DayState.CONFIRMED, 'Thông báo 1/TB-BNV', 'congbao.chinhphu.vn')}


async def test_a_day_in_a_year_that_no_screen_shows_is_a_slip(admin: Actor) -> None:
    with pretend(at('2026-10-05T09:00')):
        for day in (date(1890, 11, 26), date(2024, 12, 31), date(2029, 1, 1)):
            for act in (commands.preview(admin, day, DayKind.OFF), commands.set_day(admin, day, DayKind.OFF, 'Nghỉ')):
                with pytest.raises(Invalid) as bad:
                    await act
                assert 'day' in bad.value.problems
        await commands.set_day(admin, date(2028, 12, 31), DayKind.OFF, 'Nghỉ')
        assert await commands.days(admin, 2024) == ()


async def test_whoever_keeps_the_calendar_is_asked_to_confirm_a_year_that_is_near(world: World, admin: Actor) -> None:
    for day, years in (('2026-09-30', ()), ('2026-10-05', (2027,)), ('2027-11-01', (2027, 2028))):
        with pretend(at(f'{day}T09:00')):
            assert await commands.years_to_confirm(admin) == years
    with pretend(at('2026-12-01T09:00')):
        await commands.confirm_year(admin, 2027)
        assert await commands.years_to_confirm(admin) == ()
        with pytest.raises(NotAllowed):
            await commands.years_to_confirm(world.binh)


async def test_every_year_ahead_is_drafted_when_it_comes_near_and_no_date_moves(world: World, admin: Actor) -> None:
    async def calendar() -> WorkCalendar:
        async with read() as db:
            return (await calendar_for(db, world.unit.id)).work

    assert await draft_years() == 0, 'the installation drafts two years ahead'
    with pretend(at('2031-01-02T09:00')):
        await commands.set_day(admin, date(2032, 5, 3), DayKind.OFF, 'Nghỉ bù')
        before = await calendar()
        assert {row.day.year for row in await commands.days(admin, 2032)} == {2032}
        assert await draft_years() > 30
        assert await draft_years() == 0
        after = await calendar()
        for year in (2031, 2032, 2033):
            rows = await commands.days(admin, year)
            assert {row.state for row in rows} >= {DayState.DRAFT} and date(year, 9, 2) in {row.day for row in rows}
        assert [row.reason for row in await commands.days(admin, 2032) if row.day == date(2032, 5, 3)] == ['Nghỉ bù']
        days = [date(2031, 1, 1) + timedelta(n) for n in range(1096)]
        assert [day for day in days if before.is_working(day) != after.is_working(day)] == []
        assert await commands.confirm_year(admin, 2032) > 10
        assert await draft_years() == 0, 'what was confirmed is not drafted again'


def test_a_change_of_hours_begins_with_those_that_hold_now() -> None:
    short = [(time(7, 30), time(11, 30)), (time(13, 30), time(17))]
    week = [Session(day, *one, valid_to=date(2026, 10, 11)) for day in range(5) for one in short]
    winter = [Session(day, time(8), time(12), valid_from=date(2026, 10, 12)) for day in (0, 1, 2)]
    found = [*week, *winter, Session(5, time(7), time(11))]
    assert at_present(found, date(2026, 10, 11)) == ('07:30-11:30, 13:30-17:00', ['0', '1', '2', '3', '4'])
    assert at_present(found, date(2026, 10, 12)) == ('08:00-12:00', ['0', '1', '2'])
    assert at_present([], date(2026, 10, 12)) == ('', [])
