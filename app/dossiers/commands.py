"""What officers do with a dossier. Each command loads for the actor, checks its input and goes through the workflow."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app import live
from app.access import Actor
from app.audit.record import record
from app.db import after_commit, read, write
from app.dossiers.apologies import APOLOGY
from app.dossiers.loading import load_for, load_on_desk
from app.dossiers.originals import expected, handed_in
from app.errors import Invalid, Problem
from app.i18n import words
from app.procedures.queries import spec_of
from app.procedures.schema import DocumentRequirement, ProcedureSpec
from app.questions import read_answers
from app.text import plain
from app.verification.copies import inspected, number_of
from app.workflow.apply import apply_transition
from app.workflow.identity import without_numbers
from app.workflow.numbers import secret_of
from app.workflow.transitions import Action
from models.enums import AttachmentKind

TEXT_LIMIT = 4000
ITEM_LIMIT = 40
STOP_REASONS = ('supplement_expired', 'asked_by_law', 'wrong_authority', 'duplicate', 'other')


@dataclass(frozen=True)
class Done:
    """What an act left behind: the version that the next act must show."""

    dossier_id: str
    version: int
    status: int
    official_code: str | None


async def act(
    actor: Actor,
    dossier_id: str,
    action: Action,
    seen_version: int,
    *,
    note: str | None = None,
    data: dict[str, Any] | None = None,
) -> Done:
    """Carry out one act of the table on a dossier that the actor may see.

    Raises:
        NotFound, NotAllowed, WrongState, Stale, Invalid: as ``apply_transition`` says.
    """
    async with write() as db:
        dossier = await load_for(db, actor, dossier_id)
        spec = await spec_of(db, dossier.version_id)
        await apply_transition(
            db, actor, dossier, spec, action, seen_version=_version(seen_version), note=note, data=data
        )
        return Done(dossier.id, dossier.version, int(dossier.status), dossier.official_code)


def _version(seen: object) -> int:
    """Return the version a screen showed; anything that is not a number is an old screen."""
    return seen if isinstance(seen, int) and not isinstance(seen, bool) else -1


async def accept(actor: Actor, dossier_id: str, seen_version: int, *, order_reason: str | None = None) -> Done:
    """Accept a complete and correct dossier: official code, due date, notice. Out of order asks a stock reason."""
    return await act(actor, dossier_id, Action.ACCEPT, seen_version, data={'order_reason': order_reason})


async def refuse(actor: Actor, dossier_id: str, seen_version: int, reason: str, *, junk: bool = False) -> Done:
    """Refuse to accept, with the reason that the applicant reads. ``junk``: nobody meant it (see ``app.dossiers.junk``)."""
    return await act(actor, dossier_id, Action.REFUSE, seen_version, note=reason, data={'junk': junk is True})


async def request_supplement(
    actor: Actor,
    dossier_id: str,
    seen_version: int,
    *,
    items: list[dict[str, Any]],
    reason: str,
    guidance: str,
    contact: str,
) -> Done:
    """Ask once for everything that is missing. ``items``: {"kind": document | field | other, "id", "text"}.

    Raises:
        Invalid: no item, or reason, guidance or contact is missing. Source: Mẫu số 02, TT 03/2025/TT-VPCP.
    """
    async with read() as db:
        spec = await spec_of(db, (await load_for(db, actor, dossier_id)).version_id)
    texts = {'reason': _text(reason), 'guidance': _text(guidance), 'contact': _text(contact)}
    problems = {key: Problem(f'workflow.{key}_needed') for key, text in texts.items() if not text}
    clean = _items(spec, items)
    if not clean:
        problems['items'] = Problem('workflow.supplement_empty')
    if problems:
        raise Invalid(problems, 'workflow.supplement_empty' if not clean else None)
    return await act(
        actor, dossier_id, Action.REQUEST_SUPPLEMENT, seen_version, note=texts['reason'], data={**texts, 'items': clean}
    )


def _items(spec: ProcedureSpec, items: object) -> list[dict[str, str]]:
    """Keep the items that name a component or a question of this procedure, or say something of their own."""
    clean = []
    for item in items[:ITEM_LIMIT] if isinstance(items, list) else []:
        kind, key, text = (
            (_text(item.get(k)) for k in ('kind', 'id', 'text')) if isinstance(item, dict) else ('', '', '')
        )
        document, field = spec.document(key), spec.field(key)
        if kind == 'document' and document:
            clean.append({'kind': kind, 'id': key, 'text': text or _named(document)})
        elif kind == 'field' and field and field.computed is None:
            clean.append({'kind': kind, 'id': key, 'text': text or field.label.vi})
        elif kind == 'other' and text:
            clean.append({'kind': kind, 'id': '', 'text': text})
    return clean


def _named(document: DocumentRequirement) -> str:
    """Name a paper; one that a database should have given is asked for with that reason. Source: NĐ 118/2025 Điều 4.2a."""
    if document.mode != 'database' or not document.replaceable_by:
        return document.name.vi
    return words('vi')('documents.not_in_database', name=document.name.vi, database=document.replaceable_by)


def _text(value: object) -> str:
    return plain(value).strip()[:TEXT_LIMIT] if isinstance(value, str) else ''


async def pass_on(actor: Actor, dossier_id: str, seen_version: int) -> Done:
    """Pass a filing on to the unit that decides; its term will count from its own acceptance."""
    return await act(actor, dossier_id, Action.PASS_ON, seen_version)


async def take(actor: Actor, dossier_id: str, seen_version: int) -> Done:
    """Take the open step."""
    return await act(actor, dossier_id, Action.TAKE, seen_version)


async def forward(
    actor: Actor,
    dossier_id: str,
    seen_version: int,
    *,
    step: str | None = None,
    account_id: str | None = None,
    note: str | None = None,
) -> Done:
    """Hand over to the next step (or a later, named one), to a person or to all who hold its role."""
    return await act(
        actor, dossier_id, Action.FORWARD, seen_version, note=note, data={'step': step, 'account_id': account_id}
    )


async def approve(actor: Actor, dossier_id: str, seen_version: int, *, note: str | None = None) -> Done:
    """Approve as the leader whose step it is. Raises ProofNeeded: it came with their signature on it."""
    return await act(actor, dossier_id, Action.APPROVE, seen_version, note=note)


async def send_back(actor: Actor, dossier_id: str, seen_version: int, reason: str) -> Done:
    """Send back to the step before, with the reason."""
    return await act(actor, dossier_id, Action.SEND_BACK, seen_version, note=reason)


async def reassign(
    actor: Actor, dossier_id: str, seen_version: int, account_id: str, *, note: str | None = None
) -> Done:
    """Give the open step to another person who holds its role."""
    return await act(actor, dossier_id, Action.REASSIGN, seen_version, note=note, data={'account_id': account_id})


async def reappoint(
    actor: Actor, dossier_id: str, seen_version: int, *, day: str, delayed_by: str, reason: str
) -> Done:
    """Apologise in writing and promise another date (``day``, as people write dates), once. The applicant reads the reason.

    Raises:
        Invalid: the day is no working day after the promised one, or nobody is named as the cause.
    """
    answers = read_answers(APOLOGY, {'day': day, 'delayed_by': delayed_by})
    data = {'day': date.fromisoformat(answers['day']), 'delayed_by': answers['delayed_by']}
    return await act(actor, dossier_id, Action.REAPPOINT, seen_version, note=reason, data=data)


async def await_duty(actor: Actor, dossier_id: str, seen_version: int, *, note: str) -> Done:
    """Pause the clock while the applicant meets a financial duty; ``note`` tells them what is assessed and by whom."""
    return await act(actor, dossier_id, Action.AWAIT_DUTY, seen_version, note=note)


async def duty_done(actor: Actor, dossier_id: str, seen_version: int, *, note: str) -> Done:
    """Take the proof of payment (``note`` names it): the second appointment is given."""
    return await act(actor, dossier_id, Action.DUTY_DONE, seen_version, note=note)


async def start_posting(actor: Actor, dossier_id: str, seen_version: int, *, note: str) -> Done:
    """Post the matter in public (``note``: where) for as long as its procedure says; the clock stands."""
    return await act(actor, dossier_id, Action.START_POSTING, seen_version, note=note)


async def end_posting(actor: Actor, dossier_id: str, seen_version: int) -> Done:
    """Say that a posting is over. Nobody needs to: the clock goes on by itself."""
    return await act(actor, dossier_id, Action.END_POSTING, seen_version)


async def extend(actor: Actor, dossier_id: str, seen_version: int, *, note: str) -> Done:
    """Give the term its time for verification, once, before it ends; ``note`` tells the applicant what is verified."""
    return await act(actor, dossier_id, Action.EXTEND, seen_version, note=note)


async def show_draft(actor: Actor, dossier_id: str, seen_version: int) -> Done:
    """Show the draft of the result to the applicant, who has one working day."""
    return await act(actor, dossier_id, Action.SHOW_DRAFT, seen_version)


async def finish(actor: Actor, dossier_id: str, seen_version: int, *, number: str = '') -> Done:
    """Issue the result; ``number`` is what the clerk wrote on it. Who signed it is read before, for the public page."""
    data = await inspected(actor, dossier_id, AttachmentKind.RESULT)
    return await act(actor, dossier_id, Action.FINISH, seen_version, data={**data, 'number': number_of(number)})


async def hand_over(
    actor: Actor,
    dossier_id: str,
    seen_version: int,
    *,
    collected_by: str | None = None,
    paper: str | None = None,
    originals: list[str] | None = None,
    originals_note: str | None = None,
) -> Done:
    """Hand the result over; at the counter whoever collects it is written down, with the paper they showed.

    ``originals``: ids of the components whose originals they handed in; ``originals_note``: why one is missing.
    """
    async with read() as db:
        dossier = await load_for(db, actor, dossier_id)
        wanted = await expected(db, dossier, await spec_of(db, dossier.version_id))
    who = _text(collected_by)[:200]
    if dossier.delivery == 'counter' and not who:
        raise Invalid({'collected_by': Problem('dossier.collector_needed')}, 'dossier.collector_needed')
    return await act(
        actor,
        dossier_id,
        Action.HAND_OVER,
        seen_version,
        data={
            'collected_by': who or None,
            'paper': _text(paper)[:200] or None,
            'originals': handed_in(wanted, originals, _text(originals_note)[:500]),
        },
    )


async def stop(actor: Actor, dossier_id: str, seen_version: int, reason: str, note: str) -> Done:
    """Stop processing, for one of the stock reasons and in words."""
    if reason not in STOP_REASONS:
        raise Invalid({'reason': Problem('dossier.choose_reason')}, 'dossier.choose_reason')
    return await act(actor, dossier_id, Action.STOP, seen_version, note=note, data={'reason': reason})


async def reissue_secret(actor: Actor, dossier_id: str, seen_version: int, *, identity_checked: bool, note: str) -> str:
    """Give a new secret to somebody whose identity was checked at the counter; it is shown once, the old one is dead."""
    await act(
        actor,
        dossier_id,
        Action.REISSUE_SECRET,
        seen_version,
        note=without_numbers(note) if isinstance(note, str) else note,
        data={'identity_checked': identity_checked is True},
    )
    async with read() as db:
        return secret_of(await load_for(db, actor, dossier_id))


async def add_note(actor: Actor, dossier_id: str, text: str) -> None:
    """Write an internal note; the applicant never sees it."""
    clean = _text(text)
    if not clean:
        raise Invalid({'note': Problem('workflow.note_needed')}, 'workflow.note_needed')
    async with write() as db:
        dossier = await load_on_desk(db, actor, dossier_id)
        await record(
            db,
            actor,
            'dossier',
            dossier.id,
            'note',
            dossier_id=dossier.id,
            unit_id=dossier.resolving_unit_id,
            note=clean,
        )
        after_commit(db, lambda: live.signal(f'dossier:{dossier_id}'))
