"""What each act changes besides the status. Called by ``apply`` alone, inside its transaction."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import select, update

from app.documents import issue
from app.errors import Invalid, Problem
from app.verification import issuing
from app.workflow import apologies, clocks, numbers, pausing, steps
from app.workflow.identity import shown_paper
from app.workflow.move import Move
from app.workflow.transitions import Action
from models import Draft, JunkMark, Session, SupplementRequest, Unit
from models.enums import Channel, ClockKind, DraftConfirmation, DueKind, SupplementState
from models.types import new_id

JUNK_LASTS = timedelta(days=30)
"""How long the contact of a filing that nobody meant files with an account or at the counter."""
Effect = Callable[[Move], Awaitable[None]]


async def on_submit(move: Move) -> None:
    """The reception clock starts at the moment of filing; an own place in the queue, unless it takes another's."""
    move.told['papers'] = move.data.get('papers', [])
    await clocks.promise_reception(move, 'original')
    await clocks.start(move, ClockKind.RECEPTION)


async def on_accept(move: Move) -> None:
    """The official code is given, the statutory clock starts, the receipt carries the due date.

    Source: NĐ 118/2025/NĐ-CP Điều 17.3: from complete, correct reception, as shown on the receipt.
    """
    unit = await move.db.get_one(Unit, move.dossier.resolving_unit_id)
    move.dossier.accepted_at = move.at
    move.dossier.official_code = await numbers.official_code(move.db, unit.code, move.at)
    move.dossier.search_text += ' ' + move.dossier.official_code.lower()
    move.dossier.supplemented = False
    await clocks.stop_running(move)
    await clocks.start(move, ClockKind.RUNNING)
    await clocks.promise_resolution(move, move.at, 'original')
    by_hand = move.dossier.channel is Channel.COUNTER
    await steps.begin(move, move.internal_steps[0], holder=move.actor.account_id, same_day=by_hand)
    move.told['official_code'] = move.dossier.official_code
    await issue.freeze(move, 'receipt')


async def on_refuse(move: Move) -> None:
    """No code is used; all clocks end."""
    move.dossier.refused_at = move.at
    if move.data.get('junk'):
        move.told['junk'] = True
        until = move.at + JUNK_LASTS
        move.db.add(
            JunkMark(dossier_id=move.dossier.id, marked_at=move.at, marked_by_id=move.actor.account_id, until=until)
        )
    await _close(move)
    await issue.freeze(move, 'refusal')


async def on_request_supplement(move: Move) -> None:
    """One request with everything that is missing; the clock that runs pauses until the applicant answers.

    Source: NĐ 118/2025/NĐ-CP Điều 17.2.a.
    """
    one = move.dossier
    one.supplement_count += 1
    one.supplemented = False
    limit = await clocks.supplement_limit(move)
    request = SupplementRequest(
        dossier_id=one.id,
        number=one.supplement_count,
        before_acceptance=one.accepted_at is None,
        reason=move.data['reason'],
        guidance=move.data['guidance'],
        contact=move.data['contact'],
        items=move.data['items'],
        requested_by_id=move.actor.account_id or '',
        requested_at=move.at,
        limit_at=limit,
        due_before=one.promised_at,
    )
    move.db.add(request)
    await clocks.stop_running(move)
    await clocks.start(move, ClockKind.PAUSED, 'supplement')
    one.awaiting_supplement = one.accepted_at is None
    one.due_at = limit
    await clocks.note_due(move, DueKind.SUPPLEMENT, limit, 'original', {'from': move.at.isoformat()})
    move.told['items'] = [item['text'] for item in request.items]
    move.told['limit'] = limit.isoformat()
    await issue.freeze(move, 'supplement')


async def on_supplement(move: Move) -> None:
    """The applicant answered: before acceptance a new reception clock, after it the term restarts or resumes by the procedure's rule."""
    one = move.dossier
    move.told['papers'] = move.data.get('papers', [])
    request = await open_request(move)
    request.state = SupplementState.COMPLETED
    request.completed_at = move.at
    request.completion_note = move.note
    one.awaiting_supplement = False
    one.supplemented = True
    await clocks.stop_running(move)
    if one.accepted_at is None:
        await clocks.start(move, ClockKind.RECEPTION)
        await clocks.promise_reception(move, 'supplement')
    else:
        await clocks.start(move, ClockKind.RUNNING)
        await clocks.promise_after_supplement(move, request.requested_at)
        anew = move.spec.term.after_supplement == 'restart'
        await steps.go_on(move, request.requested_at, move.at, anew=anew)
        request.due_after = one.promised_at


async def open_request(move: Move) -> SupplementRequest:
    """Return the request that waits for an answer."""
    query = select(SupplementRequest).where(
        SupplementRequest.dossier_id == move.dossier.id, SupplementRequest.state == SupplementState.OPEN
    )
    return (await move.db.execute(query)).scalar_one()


async def on_replace(move: Move) -> None:
    """The corrected filing takes its place; this one ends. Its request counts as answered."""
    request = await open_request(move)
    request.state = SupplementState.COMPLETED
    request.completed_at = move.at
    move.dossier.awaiting_supplement = False
    move.dossier.replaced_by_id = move.data['replaced_by_id']
    move.told['reason'] = 'replaced'
    await _close(move)


async def on_pass_on(move: Move) -> None:
    """The unit that decides has received it: its own clock of reception begins."""
    move.dossier.passed_on_at = move.at
    await clocks.stop_running(move)
    await clocks.start(move, ClockKind.RECEPTION)
    await clocks.promise_reception(move, 'passed_on')


async def on_take(move: Move) -> None:
    """The step is theirs."""
    await steps.take(move)


async def on_forward(move: Move) -> None:
    """Hand over to the next step of the procedure, to a person or to all who hold its role."""
    await steps.advance(move, 'forwarded')


async def on_approve(move: Move) -> None:
    """The leader decides; from here on the dossier can no longer be withdrawn."""
    await steps.advance(move, 'approved')


async def on_send_back(move: Move) -> None:
    """Back to the step before, to the person who did it."""
    move.dossier.draft_confirmation = None
    await steps.back(move)


async def on_reassign(move: Move) -> None:
    """Another person takes over the same step; both stay in the control sheet."""
    await steps.reassign(move)


async def on_recount(move: Move) -> None:
    """The calendar has changed, and the date with it; the applicant is told."""
    await clocks.recount(move)


async def on_reappoint(move: Move) -> None:
    """The written apology with its reason, who caused the delay and the new date, once. Source: NĐ 61/2018/NĐ-CP Điều 19.9."""
    await clocks.reappoint(move, move.data['day'])
    move.told['delayed_by'] = move.data['delayed_by']
    await issue.freeze(move, 'apology')
    await apologies.drop(move)


async def on_show_draft(move: Move) -> None:
    """The applicant looks at the draft for one working day; silence is consent. Source: practice of online civil status (mark B)."""
    await steps.touch(move)
    move.dossier.draft_confirmation = DraftConfirmation.SHOWN
    limit = await clocks.draft_limit(move)
    await clocks.note_due(move, DueKind.DRAFT_CONFIRMATION, limit, 'original', {'from': move.at.isoformat()})
    move.told['limit'] = limit.isoformat()


async def on_confirm_draft(move: Move) -> None:
    """The applicant agrees."""
    move.dossier.draft_confirmation = DraftConfirmation.CONFIRMED


async def on_object_draft(move: Move) -> None:
    """The applicant says what is wrong; the draft must be shown again."""
    move.dossier.draft_confirmation = DraftConfirmation.OBJECTED


async def on_finish(move: Move) -> None:
    """The result is issued: the statutory clock ends here, handing over comes after."""
    move.dossier.resolved_at = move.at
    move.dossier.due_at = None
    await clocks.stop_running(move)
    await steps.finish(move)
    await apologies.drop(move)
    await issuing.issue_result(move)
    move.told['on_time'] = await clocks.judged(move)
    move.told['since_filing'] = await clocks.since_filing(move)


async def on_hand_over(move: Move) -> None:
    """The result is in the applicant's hands. At the counter the collector's name is kept, and kind and last characters of the paper
    they showed. Source: NĐ 118/2025 Điều 6."""
    move.dossier.returned_at = move.at
    move.dossier.return_info = move.data.get('collected_by')
    if originals := move.data.get('originals'):
        move.told['originals'] = originals
    if paper := shown_paper(move.data.get('paper')):
        move.told['paper'] = paper
    await _close(move)


async def on_withdraw(move: Move) -> None:
    """The matter ends at the applicant's wish."""
    await _end_request(move, SupplementState.CANCELLED)
    await _close(move)
    await issue.freeze(move, 'stop')


async def on_stop(move: Move) -> None:
    """An open request for a supplement that ran out is marked so."""
    await _end_request(move, SupplementState.EXPIRED)
    move.told['reason'] = move.data.get('reason', 'other')
    await _close(move)
    await issue.freeze(move, 'stop')


async def on_reissue_secret(move: Move) -> None:
    """A new secret; whoever opened the dossier with the old one is out, and the private link that showed it is dead."""
    if not move.data.get('identity_checked'):
        raise Invalid({'identity_checked': Problem('workflow.identity_first')}, 'workflow.identity_first')
    move.dossier.secret_nonce = new_id()
    await move.db.execute(
        update(Session)
        .where(Session.dossier_id == move.dossier.id, Session.revoked_at.is_(None))
        .values(revoked_at=move.at)
    )
    await move.db.execute(update(Draft).where(Draft.dossier_id == move.dossier.id).values(expires_at=move.at))


async def _end_request(move: Move, state: SupplementState) -> None:
    query = select(SupplementRequest).where(
        SupplementRequest.dossier_id == move.dossier.id, SupplementRequest.state == SupplementState.OPEN
    )
    for request in (await move.db.execute(query)).scalars():
        request.state = state
    move.dossier.awaiting_supplement = False


async def _close(move: Move) -> None:
    """End clocks, steps and limits; what was only drafted is gone."""
    move.dossier.closed_at = move.at
    move.dossier.due_at = move.dossier.posting_until = None
    await clocks.stop_running(move)
    await steps.end_open(move, str(move.line.action))
    await apologies.drop(move)


EFFECTS: dict[Action, Effect] = {
    Action.SUBMIT: on_submit,
    Action.ACCEPT: on_accept,
    Action.REFUSE: on_refuse,
    Action.REQUEST_SUPPLEMENT: on_request_supplement,
    Action.SUPPLEMENT: on_supplement,
    Action.REPLACE: on_replace,
    Action.AWAIT_DUTY: pausing.on_await_duty,
    Action.DUTY_DONE: pausing.on_duty_done,
    Action.START_POSTING: pausing.on_start_posting,
    Action.END_POSTING: pausing.on_end_posting,
    Action.EXTEND: pausing.on_extend,
    Action.PASS_ON: on_pass_on,
    Action.TAKE: on_take,
    Action.FORWARD: on_forward,
    Action.APPROVE: on_approve,
    Action.SEND_BACK: on_send_back,
    Action.REASSIGN: on_reassign,
    Action.REAPPOINT: on_reappoint,
    Action.RECOUNT: on_recount,
    Action.SHOW_DRAFT: on_show_draft,
    Action.CONFIRM_DRAFT: on_confirm_draft,
    Action.OBJECT_DRAFT: on_object_draft,
    Action.FINISH: on_finish,
    Action.HAND_OVER: on_hand_over,
    Action.REVOKE_RESULT: issuing.on_revoke_result,
    Action.REISSUE_RESULT: issuing.on_reissue_result,
    Action.WITHDRAW: on_withdraw,
    Action.STOP: on_stop,
    Action.REISSUE_SECRET: on_reissue_secret,
}
