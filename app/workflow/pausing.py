"""Acts that let the statutory clock stand and go on again, or give it more time. Called by ``apply`` alone, through ``effects``."""

from app.deadlines import clock
from app.workflow import apologies, clocks, steps
from app.workflow.move import Move
from models.enums import ClockKind, DueKind


async def on_await_duty(move: Move) -> None:
    """Another agency assesses what is to be paid; the clock stands until the proof of payment is in. The first appointment is judged here.

    Source: provincial land procedures, two appointments (mark B).
    """
    one = move.dossier
    if one.promised_at is not None:
        move.told['due_before'] = one.promised_at.isoformat()
        move.told['on_time'] = str(clock.on_time(move.at, one.lawful_at or one.promised_at))
    one.due_at = None
    await clocks.stop_running(move)
    await clocks.start(move, ClockKind.FINANCE, 'duty')


async def on_duty_done(move: Move) -> None:
    """The duty is met and proved: the second appointment is given, or the term goes on where it stopped."""
    since = await clocks.stop_running(move)
    await clocks.start(move, ClockKind.RUNNING)
    await clocks.promise_after_duty(move, since)
    await steps.go_on(move, since, move.at, why=ClockKind.FINANCE)


async def on_start_posting(move: Move) -> None:
    """The matter is posted in public for as long as its procedure says; that time is outside the term (mark B)."""
    one, days = move.dossier, move.spec.term.posting_days or 0
    until = clock.posting_end((await clocks.calendar(move)).work, move.at, days).at
    one.posting_until, one.due_at = until, None
    await clocks.stop_running(move)
    await clocks.start(move, ClockKind.POSTING, 'posting')
    await clocks.note_due(move, DueKind.POSTING, until, 'original', {'from': move.at.isoformat(), 'days': days})
    move.told['limit'] = until.isoformat()
    if one.promised_at is not None:
        move.told['due_before'] = one.promised_at.isoformat()


async def on_end_posting(move: Move) -> None:
    """The posting is over: the clock goes on from its last moment, however late somebody or a timer says so."""
    until = move.dossier.posting_until or move.at
    move.dossier.posting_until = None
    since = await clocks.stop_running(move, at=until)
    await clocks.start(move, ClockKind.RUNNING, at=until)
    await clocks.resume(move, since, until, ClockKind.POSTING, 'posting')
    await steps.go_on(move, since, until, why=ClockKind.POSTING)


async def on_extend(move: Move) -> None:
    """Facts have to be verified: the term is the longer one of the law, and the open hand-over has the time that was added."""
    before = move.dossier.promised_at or move.at
    await clocks.extend(move)
    await steps.go_on(move, before, move.dossier.promised_at or before, why=ClockKind.RUNNING)
    await apologies.drop(move)
