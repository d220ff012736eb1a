"""What people see of a dossier: the public by its number, the applicant, and "my dossiers"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor
from app.clock import now, today
from app.db import read
from app.deadlines import clock
from app.documents.filled import Declared, declarations_for
from app.documents.paper import Paper, issued_for
from app.dossiers import answers as stored
from app.dossiers.applicant import files_anew, open_request, sheet
from app.dossiers.explaining import Dates, Reception, explain_due, last_dates, reception_of, standing, supplement_until
from app.dossiers.files import File, files_of_dossier
from app.dossiers.loading import find_by_number, load_for
from app.dossiers.seeing import has_only_the_slip, is_theirs, opens_by_slip
from app.errors import NotFound
from app.i18n import words
from app.limits import hit
from app.procedures.basis import BasisState, basis_states
from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec, Text
from app.procedures.validation import summary
from app.units.names import name_of
from app.verification.results import IssuedResult, has_been_taken_back, results_of
from app.workflow.apply import available_actions
from app.workflow.desks import desk_of
from app.workflow.transitions import Action
from models import Account, Dossier, Event, EventText, Unit
from models.enums import Authentication, Delivery, DueKind, Edition, Status

PERCENT = {
    Status.REGISTERED: 10, Status.ACCEPTED: 25,
    Status.RESOLVED: 90, Status.RETURNED: 100, Status.REFUSED: 100, Status.WITHDRAWN: 100, Status.STOPPED: 100,
}  # fmt: skip
"""Degree of completion that anyone may see; from processing on it grows with the steps done, whatever is waited for."""


@dataclass(frozen=True)
class PublicProgress:
    """What anyone holding a number may see: how far, where, when; never who, nor what was asked for.

    All numbers are listed in public: with what was asked for beside them, whoever reads through the list would count what
    the figures keep back as too small. Source: TT 01/2018/TT-VPCP Điều 16, kept as practice.
    """

    number: str
    status: Status
    awaiting_supplement: bool
    percent: int
    unit_name: str
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    stands: str | None
    """What the clock stands for: asked, duty, posted; None while it runs."""
    finished_at: datetime | None
    timeliness: str | None
    """early, on_time, late; None while it is not resolved and not overdue."""
    is_taken_back: bool
    """The result was revoked and not issued again."""


@dataclass(frozen=True)
class Happened:
    """One line of the timeline."""

    at: datetime
    action: str
    who: str | None
    note: str | None
    data: dict[str, Any]
    to_status: Status | None


@dataclass(frozen=True)
class Asked:
    """An open request for a supplement."""

    number: int
    reason: str
    guidance: str
    contact: str
    items: tuple[dict[str, str], ...]
    limit_at: datetime | None
    """By the calendar as it is now."""
    written_limit_at: datetime | None
    """What the written request says, where the calendar gives more days by now."""
    requested_at: datetime
    by_new_filing: bool
    """A dossier without account, before acceptance: a new, prefilled filing takes its place."""


@dataclass(frozen=True)
class Progress:
    """Everything that the applicant sees of a dossier."""

    dossier_id: str
    version: int
    filing_number: str
    official_code: str | None
    slug: str
    procedure_name: Text
    spec: ProcedureSpec
    status: Status
    awaiting_supplement: bool
    percent: int
    receiving_unit: str
    resolving_unit: str
    applicant_name: str
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    promised_at: datetime | None
    posting_until: datetime | None
    """It is posted in public until then, and the clock stands."""
    stands: str | None
    """What the clock stands for: asked, duty, posted; None while it runs. The promised date is to be set anew."""
    resolved_at: datetime | None
    reception: Reception | None
    due_explained: str | None
    outdated: tuple[BasisState, ...]
    """Legal bases that have ended or will, as a whole or in part, while it is being handled."""
    timeliness: str | None
    timeline: tuple[Happened, ...]
    files: tuple[File, ...]
    openable: frozenset[str]
    """Ids of the files that this person may open."""
    answers: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    """(section, ((label, text, field id), ...)); personal numbers masked."""
    asked: Asked | None
    draft_confirmation: str | None
    draft_limit: datetime | None
    actions: tuple[Action, ...]
    contact_email: str | None
    contact_verified: bool
    has_account: bool
    """It was filed with an account: signing in opens all of it."""
    delivery: Delivery
    replaced_by: str | None
    """Filing number of the dossier that took this one's place."""
    is_account: bool
    issued: tuple[Paper, ...]
    """Official papers that were given out."""
    declared: tuple[Declared, ...]
    """The declaration as it was sent, and each correction; none for whoever may not open it."""
    results: tuple[IssuedResult, ...]
    """Issued results, the newest first."""

    @property
    def is_taken_back(self) -> bool:
        """The result was revoked and not issued again: there is nothing to collect."""
        return bool(self.results) and not self.results[0].stands

    @property
    def revocation_note(self) -> str:
        """Why the result was taken back last, in the leader's words to the applicant."""
        told = (one.note for one in reversed(self.timeline) if one.action == Action.REVOKE_RESULT)
        return next(told, None) or ''


def timeliness_of(one: Dossier, at: datetime | None = None) -> str | None:
    """Return early, on_time or late by date against the lawful date; of a running dossier only late is said.

    A second request for a supplement counts as overdue. Source: QĐ 766/QĐ-TTg (mark B).
    """
    limit = one.lawful_at or one.promised_at
    if limit is None:
        return None
    if one.resolved_at is not None:
        return 'late' if one.supplement_count > 1 else str(clock.on_time(one.resolved_at, limit))
    running = one.status in (Status.ACCEPTED, Status.PROCESSING) and one.posting_until is None
    return 'late' if running and clock.on_time(at or now(), limit) == 'late' else None


async def percent_of(db: AsyncSession, one: Dossier, spec: ProcedureSpec) -> int:
    """Return the degree of completion: it grows with the steps that are done, and never falls because somebody has answered."""
    if one.status in PERCENT:
        return PERCENT[one.status]
    keys = [s.key for s in spec.steps]
    place = keys.index(one.step_key) if one.step_key in keys else 1
    return 25 + round(60 * place / max(1, len(keys)))


async def track_public(actor: Actor, number: str) -> PublicProgress:
    """Return how far a dossier is, for anyone with its number. Raises NotFound."""
    await hit('track', actor.address or 'unknown', times=120, minutes=60)
    async with read() as db:
        one = await find_by_number(db, number)
        if one is None:
            raise NotFound('dossier.number_unknown')
        spec = await spec_of(db, one.version_id)
        unit = await db.get_one(Unit, one.resolving_unit_id if one.accepted_at else desk_of(one))
        percent = await percent_of(db, one, spec)
        is_taken_back = await has_been_taken_back(db, one.id)
    return PublicProgress(
        number=one.official_code or one.filing_number,
        status=one.status,
        awaiting_supplement=one.awaiting_supplement,
        percent=percent,
        unit_name=name_of(unit, actor.lang),
        submitted_at=one.submitted_at,
        accepted_at=one.accepted_at,
        due_at=one.promised_at or one.due_at,
        stands=standing(one),
        finished_at=one.resolved_at or one.closed_at,
        timeliness=timeliness_of(one),
        is_taken_back=is_taken_back,
    )


async def _outdated(db: AsyncSession, one: Dossier) -> tuple[BasisState, ...]:
    if one.closed_at is not None:
        return ()
    return tuple(b for b in await basis_states(db, one.version_id, today()) if b.is_outdated)


async def progress(actor: Actor, dossier_id: str) -> Progress:
    """Return everything that the applicant may see of a dossier. Raises NotFound."""
    async with read() as db:
        one = await load_for(db, actor, dossier_id)
        spec = await spec_of(db, one.version_id)
        t = words(actor.lang)
        main = await sheet(db, one.id, Edition.MAIN)
        answers = stored.values(stored.unpack(main.answers, f'dossier:{one.id}')) if main else {}
        files = tuple(f for f in await files_of_dossier(db, one.id) if is_theirs(f, one))
        receiving, resolving = (
            await db.get_one(Unit, one.receiving_unit_id),
            await db.get_one(Unit, one.resolving_unit_id),
        )
        replacing = await db.get(Dossier, one.replaced_by_id) if one.replaced_by_id else None
        dates = await last_dates(db, one)
        return Progress(
            dossier_id=one.id,
            version=one.version,
            filing_number=one.filing_number,
            official_code=one.official_code,
            slug=spec.id,
            procedure_name=spec.name,
            spec=spec,
            status=one.status,
            awaiting_supplement=one.awaiting_supplement,
            percent=await percent_of(db, one, spec),
            receiving_unit=name_of(receiving, actor.lang),
            resolving_unit=name_of(resolving, actor.lang),
            applicant_name=one.applicant_name,
            submitted_at=one.submitted_at,
            accepted_at=one.accepted_at,
            due_at=one.due_at,
            promised_at=one.promised_at,
            posting_until=one.posting_until,
            stands=standing(one),
            resolved_at=one.resolved_at,
            reception=reception_of(one, dates),
            due_explained=await explain_due(db, one, spec, dates, actor.lang),
            outdated=await _outdated(db, one),
            timeliness=timeliness_of(one),
            timeline=await timeline(db, one, inside=False),
            files=files,
            openable=frozenset(
                f.id for f in files if f.opens and (opens_by_slip(f) or not has_only_the_slip(actor, one))
            ),
            answers=tuple((title, tuple(lines)) for title, lines in summary(spec, answers, t, mask=True)),
            asked=await _asked(db, one, spec),
            draft_confirmation=one.draft_confirmation,
            draft_limit=_draft_limit(dates),
            actions=await available_actions(db, actor, one, spec),
            contact_email=one.contact_email,
            contact_verified=one.contact_verified,
            has_account=one.account_id is not None,
            delivery=one.delivery,
            replaced_by=replacing.filing_number if replacing else None,
            is_account=actor.authentication not in (Authentication.SECRET, Authentication.LINK),
            issued=await issued_for(db, actor, one),
            declared=await declarations_for(db, actor, one, spec),
            results=await results_of(db, one.id),
        )


async def _asked(db: AsyncSession, one: Dossier, spec: ProcedureSpec) -> Asked | None:
    request = await open_request(db, one)
    if request is None:
        return None
    until, written = await supplement_until(db, one, spec, request)
    return Asked(
        request.number,
        request.reason,
        request.guidance,
        request.contact,
        tuple(request.items),
        until,
        written,
        request.requested_at,
        files_anew(one),
    )


def _draft_limit(dates: Dates) -> datetime | None:
    row = dates.get(DueKind.DRAFT_CONFIRMATION)
    return row.at if row else None


async def timeline(db: AsyncSession, one: Dossier, *, inside: bool) -> tuple[Happened, ...]:
    """Return what happened, in order. From inside with names and notes; from outside only what the applicant may read."""
    query = (
        select(Event, EventText, Account.full_name)
        .join(EventText, EventText.event_id == Event.id)
        .join(Account, Account.id == Event.actor_id, isouter=True)
        .where(Event.dossier_id == one.id)
        .order_by(Event.sequence)
    )
    rows = (await db.execute(query)).all()
    return tuple(
        _happened(row.Event, row.EventText, row.full_name, inside=inside)
        for row in rows
        if inside or row.EventText.public or row.Event.action in _STEPS
    )


_STEPS = frozenset({Action.FORWARD, Action.APPROVE})
"""Internal acts that the applicant sees happen, without their notes."""


def _happened(event: Event, text: EventText, name: str | None, *, inside: bool) -> Happened:
    shown = inside or text.public
    who = name if inside or event.actor_kind == 'staff' else None
    return Happened(
        event.happened_at,
        event.action,
        who,
        text.note if shown else None,
        dict(text.data) if shown else {},
        Status(event.to_status) if event.to_status else None,
    )
