"""Engines broken on purpose, each in one way. The oracle must find every one, or it would not find the fault either."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from app.deadlines import clock, limits, pauses
from app.deadlines.calendar import WorkCalendar
from app.deadlines.clock import Due
from app.deadlines.days import Day, DayKind, Session
from app.deadlines.store import UnitCalendar, calendar_for
from app.procedures.schema import Term, TermKind
from app.workflow import clocks, steps
from app.workflow.move import Move
from models import StepRun
from models.enums import ClockKind

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Mutant:
    """One wrong behaviour."""

    name: str
    put_in: Callable[[Patch], None]
    on_paper: bool = True
    """It shows in single answers of the engine; otherwise only in the life of dossiers."""
    cases: tuple[str, ...] = ()
    """The procedures among which it can show; all where none is named."""


def _without(kind: DayKind) -> Callable[[Patch], None]:
    def put_in(patch: Patch) -> None:
        right = WorkCalendar.exception

        def wrong(self: WorkCalendar, day: date) -> Day | None:
            row = right(self, day)
            return None if row and row.kind == kind else row

        patch.setattr(WorkCalendar, 'exception', wrong)

    return put_in


def _lunch_is_worked(patch: Patch) -> None:
    right = WorkCalendar.sessions_on

    def wrong(self: WorkCalendar, day: date) -> tuple[Session, ...]:
        found = right(self, day)
        return (replace(found[0], end=found[-1].end),) if found else ()

    patch.setattr(WorkCalendar, 'sessions_on', wrong)


def _a_day_has_eight_hours(patch: Patch) -> None:
    def wrong(self: WorkCalendar, moment: datetime, days: float) -> datetime:
        return self.add_working_hours(moment, 8 * days)

    patch.setattr(WorkCalendar, 'add_working_days', wrong)


def _cut_off_a_minute_late(patch: Patch) -> None:
    right = limits.arrives_in_time

    def wrong(calendar: WorkCalendar, moment: datetime, cutoff: time = limits.CUTOFF) -> bool:
        later = datetime.combine(date.min, cutoff) + timedelta(minutes=1)
        return right(calendar, moment, later.time())

    patch.setattr(limits, 'arrives_in_time', wrong)


def _first_day_is_counted(patch: Patch) -> None:
    right = limits.working_due

    def wrong(calendar: WorkCalendar, began: datetime, term: Term, mode: limits.Mode, start: limits.Start) -> Due:
        if mode == 'civil' and term.kind == TermKind.WORKING_DAYS:
            term = term.model_copy(update={'value': (term.value or 0) - 1})
        return right(calendar, began, term, mode, start)

    patch.setattr(limits, 'working_due', wrong)


def _ends_on_a_day_off(patch: Patch) -> None:
    right = limits.ends_on

    def wrong(calendar: WorkCalendar, began: datetime, last: date, why: Any, start: Any, term: Term) -> Due:
        found = right(calendar, began, last, why, start, term)
        return replace(found, at=datetime.combine(last, found.at.timetz()))

    patch.setattr(limits, 'ends_on', wrong)
    patch.setattr(pauses, 'ends_on', wrong)


def _paused(times: int) -> Callable[[Patch], None]:
    def put_in(patch: Patch) -> None:
        right = pauses.resume

        def wrong(
            calendar: WorkCalendar,
            before: Due | datetime,
            since: datetime,
            until: datetime,
            mode: limits.Mode = 'hours',
            term: Term | None = None,
            **words: Any,
        ) -> Due:
            if not times:
                return right(calendar, before, since, since, mode, term, **words)
            once = right(calendar, before, since, until, mode, term, **words)
            return right(calendar, once, since, until, mode, term, **words)

        patch.setattr(pauses, 'resume', wrong)
        patch.setattr(clock, 'resume', wrong)

    return put_in


def _reception_is_a_day(patch: Patch) -> None:
    right = limits.reception_limit

    def wrong(
        calendar: WorkCalendar, filed_at: datetime, channel: Any, mode: limits.Mode = 'hours', rule: str | None = None
    ) -> Due:
        return right(calendar, filed_at, channel, mode, '1wd' if rule == '8wh' else rule)

    patch.setattr(clock, 'reception_limit', wrong)


def _steps_take_what_they_take(patch: Patch) -> None:
    def wrong(_calendar: WorkCalendar, _at: datetime, _term: Term, hours: float, _together: float) -> float:
        return hours

    patch.setattr(clock, 'step_hours', wrong)


def _after_supplement(policy: str) -> Callable[[Patch], None]:
    def put_in(patch: Patch) -> None:
        right = clocks.promise_after_supplement

        async def wrong(move: Move, asked_at: datetime) -> None:
            kept = move.spec
            move.spec = kept.model_copy(update={'term': kept.term.model_copy(update={'after_supplement': policy})})
            await right(move, asked_at)
            move.spec = kept

        patch.setattr(clocks, 'promise_after_supplement', wrong)

    return put_in


def _one_appointment(patch: Patch) -> None:
    async def wrong(move: Move, asked_at: datetime) -> None:
        await clocks.resume(move, asked_at, move.at, ClockKind.FINANCE, 'duty')

    patch.setattr(clocks, 'promise_after_duty', wrong)


def _verification_counts_from_its_day(patch: Patch) -> None:
    async def wrong(move: Move) -> None:
        term = clock.first_part(move.spec.term)
        await clocks._promise_term(move, term, move.at, 'extension', clock.Start.ACCEPTED, extended=True)

    patch.setattr(clocks, 'extend', wrong)


def _verification_may_shorten(patch: Patch) -> None:
    right = clock.recount

    def wrong(work: Any, begin: datetime, term: Term, paused: Any, mode: Any, **named: Any) -> Any:
        extended = named.pop('extended')
        return right(work, begin, clock.lengthened(term) if extended else term, paused, mode, **named)

    patch.setattr(clock, 'recount', wrong)


def _posting_is_counted(patch: Patch) -> None:
    right = clocks.resume

    async def wrong(move: Move, since: datetime, until: datetime, kind: ClockKind, reason: str) -> None:
        await right(move, since, since if kind is ClockKind.POSTING else until, kind, reason)

    patch.setattr(clocks, 'resume', wrong)


def _second_request_counts_for_nothing(patch: Patch) -> None:
    right = clocks.judged

    async def wrong(move: Move) -> str | None:
        kept, move.dossier.supplement_count = move.dossier.supplement_count, 0
        found = await right(move)
        move.dossier.supplement_count = kept
        return found

    patch.setattr(clocks, 'judged', wrong)


def _judged_by_the_new_date(patch: Patch) -> None:
    async def wrong(move: Move) -> str | None:
        one = move.dossier
        if one.promised_at is None or one.supplement_count > 1:
            return None if one.promised_at is None else 'late'
        return str(clock.on_time(move.at, one.promised_at))

    patch.setattr(clocks, 'judged', wrong)


def _counts_from_the_first_desk(patch: Patch) -> None:
    right = clocks.promise_resolution

    async def wrong(move: Move, begin: datetime, reason: str) -> None:
        await right(move, move.dossier.submitted_at if move.dossier.passed_on_at else begin, reason)

    patch.setattr(clocks, 'promise_resolution', wrong)


def _hours_of_the_first_desk(patch: Patch) -> None:
    async def wrong(move: Move) -> UnitCalendar:
        return await calendar_for(move.db, move.dossier.receiving_unit_id)

    patch.setattr(clocks, 'calendar', wrong)


def _calendar_moves_nothing(patch: Patch) -> None:
    async def wrong(_move: Move) -> None:
        return None

    patch.setattr(clocks, 'recounted', wrong)


def _an_open_step_keeps_its_share(patch: Patch) -> None:
    def wrong(_work: WorkCalendar, run: StepRun, *_more: object) -> dict[str, Any]:
        return run.rule

    patch.setattr(steps, '_by_the_hours_of', wrong)


def _counter_forgets_the_same_day(patch: Patch) -> None:
    right = steps.limit_by

    def wrong(rule: dict[str, Any], work: WorkCalendar) -> datetime | None:
        return right({**rule, 'same_day': False}, work)

    patch.setattr(steps, 'limit_by', wrong)


SAME_DAY, POSTED = ('trong-ngay', 'sang-som'), ('hai-muoi-ngay', 'dat-dai', 'dat-dai-lai', 'phep-xay')
VERIFIED = ('ba-ngay', 'bay-ngay', 'sang-som', 'bon-lam-ngay')
MUTANTS = (
    Mutant('a day off is worked', _without(DayKind.OFF)),
    Mutant('a worked Saturday is off', _without(DayKind.WORK)),
    Mutant('the lunch gap is worked', _lunch_is_worked),
    Mutant('a day has eight hours in every unit', _a_day_has_eight_hours),
    Mutant('the cut-off is a minute late', _cut_off_a_minute_late, cases=SAME_DAY),
    Mutant('the first day of a civil term is counted', _first_day_is_counted),
    Mutant('calendar days end on a day off', _ends_on_a_day_off),
    Mutant('a pause is not added', _paused(0)),
    Mutant('a pause is added twice', _paused(2)),
    Mutant('eight hours of reception are a day', _reception_is_a_day),
    Mutant('steps take more than the term holds', _steps_take_what_they_take),
    Mutant('a supplement resumes where it should restart', _after_supplement('resume'), on_paper=False),
    Mutant('a supplement restarts where it should resume', _after_supplement('restart'), on_paper=False),
    Mutant('there is one appointment, not two', _one_appointment, on_paper=False, cases=('dat-dai', 'dat-dai-lai')),
    Mutant('a public posting is on the clock', _posting_is_counted, on_paper=False, cases=POSTED),
    Mutant(
        'time for verification counts from the day it is given',
        _verification_counts_from_its_day,
        on_paper=False,
        cases=VERIFIED,
    ),
    Mutant('time for verification may end earlier', _verification_may_shorten, on_paper=False, cases=('sang-som',)),
    Mutant(
        'a second request counts for nothing',
        _second_request_counts_for_nothing,
        on_paper=False,
        cases=('bon-lam-ngay',),
    ),
    Mutant('lateness is judged by the new appointment', _judged_by_the_new_date, on_paper=False),
    Mutant('a filing for another unit counts from the first desk', _counts_from_the_first_desk, on_paper=False),
    Mutant('the hours of the first desk count', _hours_of_the_first_desk, on_paper=False),
    Mutant('a changed calendar moves nothing', _calendar_moves_nothing, on_paper=False),
    Mutant(
        'an open step keeps its share when hours change',
        _an_open_step_keeps_its_share,
        on_paper=False,
        cases=('ba-ngay', *SAME_DAY),
    ),
    Mutant('the counter forgets the 15:00 rule', _counter_forgets_the_same_day, on_paper=False),
)
