"""What the API answers with. These shapes are a promise: within v1 something may be added, nothing taken away."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from app.procedures.schema import (
    ApplicantKind,
    Channel,
    DocumentRequirement,
    Fee,
    Result,
    Section,
    ServiceLevel,
    StepRole,
    Term,
    Text,
)
from app.workflow.transitions import Action
from models.enums import AttachmentKind, AttachmentState, Delivery, Status


class Shape(BaseModel):
    """Base of all shapes: made from what a query returns; a tuple is read in the order of the fields."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    @model_validator(mode='before')
    @classmethod
    def _from_tuple(cls, value: Any) -> Any:
        return dict(zip(cls.model_fields, value, strict=True)) if isinstance(value, tuple) else value

    @classmethod
    def of(cls, view: object) -> Self:
        """Return the shape of what a query or a command returned."""
        return cls.model_validate(view)


class Problem(BaseModel):
    """Why something was refused (RFC 9457). ``type`` names the refusal for programs, ``detail`` says it to people."""

    type: str
    title: str
    status: int
    detail: str
    problems: dict[str, str] | None = None
    """What is wrong, by question (``members[2].member_name``, ``document:proof``) or by item of the request."""


class ProcedureItem(Shape):
    slug: str
    code: str | None
    name: Text
    short_name: Text
    sector: Text
    level: ServiceLevel
    term: Term
    fee: Fee
    checked: bool
    applicants: tuple[ApplicantKind, ...]


class Sector(Shape):
    key: str
    name: Text
    procedures: int


class ProcedureList(Shape):
    items: tuple[ProcedureItem, ...]
    total: int
    page: int
    pages: int
    sectors: tuple[Sector, ...]


class Basis(Shape):
    """One legal basis as it stands today. ``state``: in_force, ends, expired, partly, not_yet or unknown."""

    number: str
    title: str
    state: str
    until: date | None
    replaced_by: tuple[str, ...]


class PublicStep(Shape):
    key: str
    role: StepRole
    title: Text
    hours: float | None


class PublicSpec(Shape):
    """The parts of a procedure that the public sees."""

    id: str
    code: str | None
    version: int
    valid_from: date
    valid_to: date | None
    checked: bool
    name: Text
    short_name: Text | None
    summary: Text | None
    sector: Text
    authority: str
    receiving_agency: Text
    resolving_agency: Text
    level: ServiceLevel
    applicants: tuple[ApplicantKind, ...]
    channels: tuple[Channel, ...]
    presence_required: Text | None
    visits: int | None
    minutes: int | None
    confirms_draft: bool
    term: Term
    fee: Fee
    sets_of_documents: int
    form_name: Text | None
    form_code: str | None
    sections: tuple[Section, ...]
    declarations: tuple[Text, ...]
    documents: tuple[DocumentRequirement, ...]
    steps: tuple[PublicStep, ...]
    procedure_steps: tuple[Text, ...]
    conditions: tuple[Text, ...]
    result: Result


class Procedure(Shape):
    """``online``: a dossier can be filed here; ``guest_filing``: without an account."""

    online: bool
    guest_filing: bool
    account_filing: bool
    basis: tuple[Basis, ...]
    spec: PublicSpec


class File(Shape):
    """``sha256``: of the bytes as they came."""

    id: str
    document_id: str | None
    kind: AttachmentKind
    state: AttachmentState
    name: str
    media_type: str
    size: int
    pages: int
    uploaded_at: datetime
    sha256: str
    in_supplement: bool
    reused: bool


class Draft(BaseModel):
    """``problems``: what was typed and cannot be read. ``sent``: it is a dossier now."""

    token: str
    procedure: str
    procedure_version: int
    answers: dict[str, Any]
    problems: dict[str, str]
    files: tuple[File, ...]
    saved_at: datetime
    expires_at: datetime
    sent: bool


class Saved(BaseModel):
    """What became of the answers: the values as they are kept, and what could not be read (it is kept as typed)."""

    saved_at: datetime
    answers: dict[str, Any]
    problems: dict[str, str]


class Place(Shape):
    """Where an act stands in the chain of events: number, and the beginning of its keyed hash."""

    number: int
    hash: str


class Filed(Shape):
    """``secret`` opens the dossier together with its number; null once the draft is too old to show it.

    ``place`` proves later that this was filed then (``python main.py prove NUMBER HASH``).
    """

    filing_number: str
    secret: str | None
    submitted_at: datetime
    reception_due_at: datetime | None
    procedure_name: Text
    applicant_name: str
    unit_name: str
    delivery: Delivery
    place: Place | None
    papers: tuple[File, ...]


class PublicProgress(Shape):
    """What anyone with the number may see: never who, nor what was asked for."""

    number: str
    status: Status
    awaiting_supplement: bool
    percent: int
    unit_name: str
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    timeliness: str | None
    is_taken_back: bool
    """The result was revoked and not issued again."""


class OpenedToken(BaseModel):
    token: str
    token_type: str = 'Bearer'  # noqa: S105
    expires_at: datetime


class AnswerLine(Shape):
    label: str
    text: str
    field: str


class AnswerSection(Shape):
    title: str
    lines: tuple[AnswerLine, ...]


class Happened(Shape):
    at: datetime
    action: str
    who: str | None
    note: str | None
    data: dict[str, Any]
    to_status: Status | None


class AskedItem(Shape):
    kind: str
    id: str
    text: str


class Asked(Shape):
    """An open request. ``by_new_filing``: it is answered by a new filing, which ``POST …/replacement`` starts.

    ``limit_at``: by the calendar as it is now.  ``written_limit_at``: what the written request says, where that is earlier.
    """

    number: int
    reason: str
    guidance: str
    contact: str
    items: tuple[AskedItem, ...]
    limit_at: datetime | None
    written_limit_at: datetime | None
    requested_at: datetime
    by_new_filing: bool


class Reception(Shape):
    """Until when reception had to answer, when it accepted, and whether that limit was missed."""

    limit: datetime
    accepted_at: datetime | None
    is_late: bool


class OpenedDossier(Shape):
    """Everything that the applicant sees. ``version`` goes back as ``seen_version``."""

    version: int
    filing_number: str
    official_code: str | None
    slug: str
    procedure_name: Text
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
    resolved_at: datetime | None
    reception: Reception | None
    due_explained: str | None
    timeliness: str | None
    timeline: tuple[Happened, ...]
    files: tuple[File, ...]
    openable: frozenset[str]
    answers: tuple[AnswerSection, ...]
    asked: Asked | None
    draft_confirmation: str | None
    draft_limit: datetime | None
    actions: tuple[Action, ...]
    delivery: Delivery
    replaced_by: str | None


class Done(Shape):
    """What an act left behind; ``version`` is the ``seen_version`` of the next act."""

    dossier_id: str
    version: int
    status: Status
    official_code: str | None


class TokenInfo(Shape):
    id: str
    name: str
    account_name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime


class FeedEvent(Shape):
    """``note`` and ``data`` are null without ``paper:read``."""

    sequence: int
    id: str
    dossier_id: str
    number: str
    action: str
    happened_at: datetime
    actor_kind: str
    from_status: Status | None
    to_status: Status | None
    note: str | None
    data: dict[str, Any] | None


class Feed(Shape):
    """``next`` is the ``after`` of the next reading; ``more``: read on at once."""

    events: tuple[FeedEvent, ...]
    next: int
    more: bool
