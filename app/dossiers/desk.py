"""A dossier on an officer's desk, with everything needed to decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor, Permission
from app.clock import now, today
from app.db import read
from app.documents.filled import Declared, declarations_for
from app.documents.paper import Paper, issued_for
from app.dossiers import answers as stored
from app.dossiers.apologies import Apology, apology_of
from app.dossiers.applicant import open_request, sheet
from app.dossiers.explaining import Reception, explain_due, last_dates, reception_of, standing, supplement_until
from app.dossiers.files import File, files_of_dossier
from app.dossiers.inbox import band_of
from app.dossiers.loading import load_on_desk
from app.dossiers.originals import expected
from app.dossiers.queries import Happened, percent_of, timeline, timeliness_of
from app.dossiers.seeing import is_at_work
from app.i18n import words
from app.procedures.basis import BasisState, basis_states
from app.procedures.queries import spec_of
from app.procedures.schema import FormField, ProcedureSpec, Step, StepRole, Text
from app.procedures.validation import shown, summary
from app.registry import FIELDS
from app.units.names import name_of
from app.verification.results import IssuedResult, results_of
from app.workflow import steps, transitions
from app.workflow.apply import available_actions
from app.workflow.draft_guards import wants_draft
from app.workflow.guards import waiting_before
from app.workflow.move import Move, open_step
from app.workflow.transitions import Action
from models import Account, Dossier, Fee, Party, StepRun, Unit
from models.enums import Edition, PartyRole, Role, Status


@dataclass(frozen=True)
class StepRow:
    """One hand-over of the control sheet."""

    number: int
    title: Text
    role: str
    person: str | None
    given_at: datetime
    taken_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    outcome: str | None
    is_late: bool


@dataclass(frozen=True)
class Component:
    """One component of the dossier with what was sent for it."""

    document_id: str
    name: Text
    required: bool
    mode: str
    files: tuple[File, ...]
    replaceable_by: str | None


@dataclass(frozen=True)
class Person:
    """Somebody a step can be given to."""

    account_id: str
    name: str
    title: str | None


@dataclass(frozen=True)
class DeskDossier:
    """A dossier as an officer needs it."""

    dossier_id: str
    version: int
    filing_number: str
    official_code: str | None
    spec: ProcedureSpec
    status: Status
    awaiting_supplement: bool
    supplemented: bool
    supplement_count: int
    percent: int
    applicant_name: str
    contact_phone: str | None
    contact_email: str | None
    personal_id: str | None
    """Masked."""
    channel: str
    delivery: str
    has_account: bool
    """Filed with an account; without one an electronic result opens for nobody outside, and is collected."""
    delivery_address: str | None
    receiving_unit: str
    resolving_unit: str
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    promised_at: datetime | None
    posting_until: datetime | None
    """It is posted in public until then, and the clock stands."""
    stands: str | None
    """What the clock of the result stands for: asked, duty or posted."""
    reception: Reception | None
    due_explained: str | None
    band: str | None
    timeliness: str | None
    components: tuple[Component, ...]
    originals: tuple[tuple[str, Text], ...]
    """Components whose originals are handed in when the result is collected."""
    other_files: tuple[File, ...]
    """Results, drafts of results and papers that belong to no component."""
    answers: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    fees: tuple[tuple[str, int | None], ...]
    steps: tuple[StepRow, ...]
    history: tuple[Happened, ...]
    asked_items: tuple[dict[str, str], ...]
    asked_limit: datetime | None
    asked_written_limit: datetime | None
    """What the written request says, where the calendar gives more days by now."""
    apology: Apology | None
    """Drafted because the promised date may not be kept, or was not."""
    draft_confirmation: str | None
    wants_draft: bool
    """Whoever works on it has to show a draft to the applicant before a leader gets it."""
    actions: tuple[Action, ...]
    is_out_of_order: bool
    """Earlier dossiers of the queue still wait to be accepted."""
    next_steps: tuple[tuple[Step, tuple[Person, ...]], ...]
    colleagues: tuple[Person, ...]
    """To whom the open step can be reassigned."""
    holder: str | None
    is_mine: bool
    may_see_papers: bool
    issued: tuple[Paper, ...]
    """Official papers that were given out."""
    declared: tuple[Declared, ...]
    """The declaration as it was sent, and each correction; none for whoever may not open it."""
    results: tuple[IssuedResult, ...]
    """Issued results, the newest first."""
    after: tuple[str, str] | None
    """(id, number) of the dossier that ended without a result, after which this one was filed anew; no id: not theirs to open."""
    outdated: tuple[BasisState, ...]
    """Legal bases of its version that are no longer in force today, with what follows them."""


async def desk_dossier(actor: Actor, dossier_id: str) -> DeskDossier:
    """Return a dossier for an officer who may read it. Raises NotFound for everyone else."""
    async with read() as db:
        one = await load_on_desk(db, actor, dossier_id)
        spec = await spec_of(db, one.version_id)
        main = await sheet(db, one.id, Edition.MAIN)
        answers = stored.values(stored.unpack(main.answers, f'dossier:{one.id}')) if main else {}
        files = await files_of_dossier(db, one.id, at_desk=True)
        request = await open_request(db, one)
        until, written = await supplement_until(db, one, spec, request) if request else (None, None)
        dates = await last_dates(db, one)
        move = Move(db, actor, one, spec, transitions.TRANSITIONS[0], now(), step=await open_step(db, one.id))
        components = _components(spec, answers, files)
        placed = {f.id for c in components for f in c.files}
        may_see_papers = bool(actor.units(Permission.PAPER_READ) & {one.resolving_unit_id, one.receiving_unit_id})
        texts = summary(spec, answers, words(actor.lang), mask=not may_see_papers)
        fees = (await db.execute(select(Fee).where(Fee.dossier_id == one.id))).scalars().all()
        return DeskDossier(
            dossier_id=one.id,
            version=one.version,
            filing_number=one.filing_number,
            official_code=one.official_code,
            spec=spec,
            status=one.status,
            awaiting_supplement=one.awaiting_supplement,
            supplemented=one.supplemented,
            supplement_count=one.supplement_count,
            percent=await percent_of(db, one, spec),
            applicant_name=one.applicant_name,
            contact_phone=_phone(one.contact_phone),
            contact_email=one.contact_email,
            personal_id=await _masked_id(db, one.id),
            channel=one.channel,
            delivery=one.delivery,
            has_account=one.account_id is not None,
            delivery_address=one.delivery_address,
            receiving_unit=name_of(await db.get_one(Unit, one.receiving_unit_id), actor.lang),
            resolving_unit=name_of(await db.get_one(Unit, one.resolving_unit_id), actor.lang),
            submitted_at=one.submitted_at,
            accepted_at=one.accepted_at,
            due_at=one.due_at,
            promised_at=one.promised_at,
            posting_until=one.posting_until,
            stands=standing(one),
            reception=reception_of(one, dates),
            due_explained=await explain_due(db, one, spec, dates, actor.lang, inside=True, run=move.step),
            band=await band_of(db, one),
            timeliness=timeliness_of(one),
            components=components,
            originals=tuple((d.id, d.name) for d in await expected(db, one, spec)),
            other_files=tuple(f for f in files if f.id not in placed),
            answers=tuple((title, tuple(lines)) for title, lines in texts),
            fees=tuple((f.name, f.amount) for f in fees),
            steps=await _steps(db, one, spec),
            history=await timeline(db, one, inside=True),
            asked_items=tuple(request.items) if request else (),
            asked_limit=until,
            asked_written_limit=written,
            apology=await apology_of(db, actor, one),
            draft_confirmation=one.draft_confirmation,
            wants_draft=wants_draft(move),
            actions=await available_actions(db, actor, one, spec),
            is_out_of_order=one.status is Status.REGISTERED and await waiting_before(move) > 0,
            next_steps=await _next_steps(move),
            colleagues=await _colleagues(move),
            holder=await _holder(db, one),
            is_mine=one.holder_id == actor.account_id,
            may_see_papers=may_see_papers,
            issued=await issued_for(db, actor, one),
            declared=await declarations_for(db, actor, one, spec),
            results=await results_of(db, one.id),
            after=await _after(db, actor, one),
            outdated=tuple(b for b in await basis_states(db, one.version_id, today()) if b.is_outdated),
        )


async def _after(db: AsyncSession, actor: Actor, one: Dossier) -> tuple[str, str] | None:
    before = await db.get(Dossier, one.after_id) if one.after_id else None
    if before is None:
        return None
    return before.id if is_at_work(actor, before) else '', before.official_code or before.filing_number


def _components(spec: ProcedureSpec, answers: dict[str, Any], files: tuple[File, ...]) -> tuple[Component, ...]:
    visible = shown(spec, answers)[1]
    return tuple(
        Component(d.id, d.name, d.required, d.mode, tuple(f for f in files if f.document_id == d.id), d.replaceable_by)
        for d in spec.documents
        if (d.id in visible and d.mode != 'generated') or any(f.document_id == d.id for f in files)
    )


def _phone(number: str | None) -> str | None:
    """Write a telephone number the way people dial it."""
    return FIELDS['phone'].format(_PHONE, number, words('vi')) if number else None


_PHONE = FormField(id='phone', type='phone', label=Text(vi='phone'))


async def _masked_id(db: AsyncSession, dossier_id: str) -> str | None:
    query = select(Party).where(Party.dossier_id == dossier_id, Party.role == PartyRole.SUBMITTER)
    party = (await db.execute(query)).scalar_one_or_none()
    if party is None or party.personal_id_sealed is None:
        return None
    number = crypto.unseal(party.personal_id_sealed, f'party.personal_id:{party.id}')
    return '•' * (len(number) - 3) + number[-3:]


async def _steps(db: AsyncSession, one: Dossier, spec: ProcedureSpec) -> tuple[StepRow, ...]:
    query = (
        select(StepRun, Account.full_name)
        .join(Account, Account.id == StepRun.account_id, isouter=True)
        .where(StepRun.dossier_id == one.id)
    )
    titles = {s.key: s.title for s in spec.steps}
    return tuple(
        StepRow(
            number=run.number,
            title=titles.get(run.step_key, Text(vi=run.step_key)),
            role=run.role,
            person=name,
            given_at=run.given_at,
            taken_at=run.taken_at,
            ended_at=run.ended_at,
            due_at=run.due_at,
            outcome=run.outcome,
            is_late=run.due_at is not None and (run.ended_at or now()) > run.due_at,
        )
        for run, name in (await db.execute(query.order_by(StepRun.number))).all()
    )


async def _next_steps(move: Move) -> tuple[tuple[Step, tuple[Person, ...]], ...]:
    """Return the steps that the open one can be forwarded to, each with the people who hold its role."""
    if move.position < 0:
        return ()
    return tuple([(step, await _people(move, step.role)) for step in move.next_steps])


async def _people(move: Move, role: StepRole) -> tuple[Person, ...]:
    return tuple(Person(a.id, a.full_name, a.title) for a in await steps.holders(move, steps.ROLE_OF_STEP[role]))


async def _colleagues(move: Move) -> tuple[Person, ...]:
    if move.step is None or not move.actor.may(Permission.DOSSIER_REASSIGN, move.dossier.resolving_unit_id):
        return ()
    return tuple(
        Person(a.id, a.full_name, a.title)
        for a in await steps.holders(move, Role(move.step.role))
        if a.id != move.step.account_id
    )


async def _holder(db: AsyncSession, one: Dossier) -> str | None:
    account = await db.get(Account, one.holder_id) if one.holder_id else None
    return account.full_name if account else None
