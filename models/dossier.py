"""A dossier and what belongs to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, FetchedValue, text
from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from models.enums import (
    Channel,
    ClockKind,
    Delivery,
    DraftConfirmation,
    DueKind,
    Edition,
    PartyRole,
    Status,
    SupplementState,
)
from models.types import Json, enum, id_column, int_enum, json, moment

_OPEN = text('closed_at IS NULL')
"""What has ended is many times what is open, and no queue shows it."""
_COUNTED = (
    'resolving_unit_id', 'queued_at', 'status', 'due_at', 'awaiting_supplement', 'supplemented', 'holder_id', 'posting_until',
    'id', 'closed_at',
)  # fmt: skip
"""All that counting the queues asks of an open dossier, so that no row is fetched for it."""
_NOT_ENDED = text('ended_at IS NULL')
_UNRESOLVED = text('closed_at IS NULL AND resolved_at IS NULL')
_PASSED_ON = text('receiving_unit_id != resolving_unit_id')


class Draft(SQLModel, table=True):
    """What somebody is filling in. It has no status: it becomes a dossier when it is submitted."""

    __tablename__ = 'draft'

    id: str = id_column()
    account_id: str | None = Field(default=None, foreign_key='account.id', index=True)
    version_id: str = Field(foreign_key='procedure_version.id')
    replaces_dossier_id: str | None = Field(default=None, foreign_key='dossier.id')
    """The dossier whose place this one takes when submitted (a guest's supplement before acceptance)."""
    after_dossier_id: str | None = Field(default=None, foreign_key='dossier.id')
    """The dossier that ended without a result, after which the same person files anew."""
    resolving_unit_id: str | None = Field(default=None, foreign_key='unit.id')
    """Who will decide, where a desk takes it for another unit; None: whoever receives it."""
    answers: dict[str, Any] = json(default_factory=dict)
    """field id -> {"v": value or sealed value, "s": source}."""
    page: str | None = None
    lang: str = 'vi'
    dossier_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    """The dossier it became."""
    created_at: datetime = moment()
    saved_at: datetime = moment()
    expires_at: datetime = moment()
    version: int = 1


class Dossier(SQLModel, table=True):
    """One case. ``status`` is written by ``app.workflow.apply`` alone."""

    __tablename__ = 'dossier'
    __table_args__ = (
        Index('ix_dossier_queue', 'resolving_unit_id', 'status', 'queued_at'),
        Index('ix_dossier_due', 'resolving_unit_id', 'status', 'due_at'),
        Index('ix_dossier_receiving', 'receiving_unit_id', 'status', 'queued_at'),
        Index('ix_dossier_open', *_COUNTED, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            'ix_dossier_passed_on',
            'receiving_unit_id',
            'queued_at',
            sqlite_where=_PASSED_ON,
            postgresql_where=_PASSED_ON,
        ),
        Index('ix_dossier_newest', 'resolving_unit_id', 'queued_at'),
        Index('ix_dossier_accepted', 'resolving_unit_id', 'accepted_at'),
        Index('ix_dossier_resolved', 'resolving_unit_id', 'resolved_at'),
        Index(
            'ix_dossier_unresolved',
            'resolving_unit_id',
            'status',
            'lawful_at',
            'promised_at',
            'posting_until',
            sqlite_where=_UNRESOLVED,
            postgresql_where=_UNRESOLVED,
        ),
        Index('ix_dossier_holder', 'holder_id', 'status', 'queued_at'),
    )

    id: str = id_column()
    filing_number: str = Field(unique=True, max_length=40)
    """Number of the filing (số biên nhận nộp), given at submission."""
    official_code: str | None = Field(default=None, unique=True, max_length=40)
    """Mã số hồ sơ, given at acceptance: resolving unit, day, number."""
    secret_nonce: str = Field(max_length=40)
    """The eight-character secret is a keyed hash of this and the id: the database alone does not give it away."""
    status: Status = int_enum(Status, index=True)
    version: int = 1
    """Goes up with every change of state; a screen that shows an older one is stale."""
    procedure_id: str = Field(foreign_key='procedure.id')
    version_id: str = Field(foreign_key='procedure_version.id')
    parent_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    """A part dossier of a linked procedure."""
    replaces_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    replaced_by_id: str | None = Field(default=None, foreign_key='dossier.id')
    after_id: str | None = Field(default=None, foreign_key='dossier.id')
    """The dossier that ended without a result, after which this one was filed anew. It has a place and a clock of its own."""
    receiving_unit_id: str = Field(foreign_key='unit.id')
    resolving_unit_id: str = Field(foreign_key='unit.id')
    account_id: str | None = Field(default=None, foreign_key='account.id', index=True)
    """The submitter's account, when there is one."""
    holder_id: str | None = Field(default=None, foreign_key='account.id')
    """The member of staff who has it now; a copy of the open step's person, for the queues."""
    step_key: str | None = None
    """The open step; a copy of the open ``step_run``, for the queues."""
    subject: str
    """Trích yếu: what is asked for, in a line."""
    applicant_name: str
    search_text: str = ''
    """Names, codes and telephone, folded. ``models.search`` keeps an index of its words."""
    ordinal: int | None = Field(
        default=None, sa_type=BigInteger, index=True, unique=True, sa_column_kwargs={'server_default': FetchedValue()}
    )
    """Place in the order of filing, given by the database: whatever is found is found newest first by it."""
    channel: Channel = enum(Channel)
    delivery: Delivery = enum(Delivery, default=Delivery.ELECTRONIC)
    delivery_address: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    contact_verified: bool = False
    """The e-mail address was proved to be the filer's."""
    lang: str = 'vi'
    awaiting_supplement: bool = False
    """Asked to supplement before acceptance: status stays 1."""
    supplement_count: int = 0
    supplemented: bool = False
    """The applicant answered the request for supplements; nobody has taken it up since."""
    draft_confirmation: DraftConfirmation | None = enum(DraftConfirmation, nullable=True, default=None)
    queued_at: datetime = moment()
    """Place in the queue: the time of submission, inherited by a dossier that replaces another."""
    submitted_at: datetime = moment()
    passed_on_at: datetime | None = moment(nullable=True)
    """When the desk that received it for another unit passed it on."""
    accepted_at: datetime | None = moment(nullable=True)
    due_at: datetime | None = moment(nullable=True)
    """The limit that runs now: reception before acceptance, resolution after. History is in ``due_date``."""
    promised_at: datetime | None = moment(nullable=True)
    """Ngày hẹn trả: the date of the result that the applicant was given last."""
    lawful_at: datetime | None = moment(nullable=True)
    """What lateness is judged by: the promised date, unless a new appointment moved that one alone."""
    posting_until: datetime | None = moment(nullable=True)
    """The matter is posted in public until then (niêm yết); the clock stands."""
    resolved_at: datetime | None = moment(nullable=True)
    """Ngày kết thúc xử lý."""
    returned_at: datetime | None = moment(nullable=True)
    refused_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
    """Withdrawn, stopped, refused or returned."""
    worked_minutes: int | None = None
    """Working minutes until the result, without what the applicant and others were waited for."""
    reused: bool = False
    """At least one answer came from what was known of the applicant already."""
    online_payment: int = 0
    """National DuocThanhToanTrucTuyen: 0 no, 1 through the national portal, 2 here."""
    filed_at_national: bool = False
    """National NoiNopHoSo: filed on the national portal rather than here."""
    verified_by_vneid: bool = False
    return_info: str | None = None
    """National ThongTinTra."""
    note: str | None = None


class Party(SQLModel, table=True):
    """A person or organisation with a part in the dossier."""

    __tablename__ = 'party'
    __table_args__ = (UniqueConstraint('dossier_id', 'role'),)

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id', index=True)
    role: PartyRole = enum(PartyRole)
    kind: int = 1
    """National LoaiDoiTuong: 1 citizen, 2 business, 3 state agency, 4 other organisation."""
    name: str
    personal_id_sealed: str | None = None
    personal_id_index: str | None = Field(default=None, index=True)
    id_type: int = 1
    """National LoaiDinhDanh: 1 personal identification number, 2 old identity card."""
    tax_code: str | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    address: str | None = None
    birth_date: str | None = None
    account_id: str | None = Field(default=None, foreign_key='account.id')
    external_id: str | None = None
    """National MaDoiTuong (TechID)."""
    authority: str | None = None
    """The paper that lets a representative act."""


class AnswerSheet(SQLModel, table=True):
    """A set of answers: the one that stands, the one being corrected, those that stood before."""

    __tablename__ = 'answer_sheet'
    __table_args__ = (UniqueConstraint('dossier_id', 'edition', 'number'),)

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id', index=True)
    edition: Edition = enum(Edition)
    number: int = 1
    answers: dict[str, Any] = json(default_factory=dict)
    """field id -> {"v": value or sealed value, "s": typed | profile | database | officer | computed}."""
    saved_at: datetime = moment()
    saved_by_id: str | None = Field(default=None, foreign_key='account.id')


class StepRun(SQLModel, table=True):
    """One hand-over: a step given to a unit and a person. The control sheet is these rows in order."""

    __tablename__ = 'step_run'
    __table_args__ = (
        Index('ix_step_run_open', 'dossier_id', 'role', 'account_id', 'ended_at', sqlite_where=_NOT_ENDED, postgresql_where=_NOT_ENDED),
    )  # fmt: skip

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id', index=True)
    number: int
    step_key: str
    role: str
    unit_id: str = Field(foreign_key='unit.id')
    account_id: str | None = Field(default=None, foreign_key='account.id', index=True)
    given_by_id: str | None = Field(default=None, foreign_key='account.id')
    given_at: datetime = moment()
    taken_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    due_at: datetime | None = moment(nullable=True)
    outcome: str | None = None
    """forwarded, sent_back, reassigned, finished, stopped ..."""
    rule: dict[str, Any] = json(default_factory=dict)
    """What ``due_at`` was counted from: start, hours, whether it must be handed on the same day, pauses."""


class ClockSegment(SQLModel, table=True):
    """A stretch of one of the clocks; the open one has no end."""

    __tablename__ = 'clock_segment'

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id', index=True)
    kind: ClockKind = enum(ClockKind)
    started_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
    reason: str | None = None


class DueDate(SQLModel, table=True):
    """Every date that was ever promised, with its rule and the calendar it was computed with."""

    __tablename__ = 'due_date'

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id', index=True)
    kind: DueKind = enum(DueKind)
    number: int = 1
    at: datetime = moment()
    previous_at: datetime | None = moment(nullable=True)
    reason: str
    """original, supplement, reappointment, calendar ..."""
    rule: dict[str, Any] = json(default_factory=dict)
    """Start, term, mode: what is needed to explain the date again."""
    calendar_version: int
    set_at: datetime = moment()
    set_by_id: str | None = Field(default=None, foreign_key='account.id')


class JunkMark(SQLModel, table=True):
    """A refused filing that nobody meant: for a while its contact files with an account, or at the counter."""

    __tablename__ = 'junk_mark'

    dossier_id: str = Field(primary_key=True, foreign_key='dossier.id', max_length=22)
    marked_at: datetime = moment()
    marked_by_id: str | None = Field(default=None, foreign_key='account.id')
    until: datetime = moment()
    lifted_at: datetime | None = moment(nullable=True)


class SupplementRequest(SQLModel, table=True):
    """One complete request for everything that is missing."""

    __tablename__ = 'supplement_request'

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id', index=True)
    number: int
    state: SupplementState = enum(SupplementState, default=SupplementState.OPEN)
    before_acceptance: bool
    reason: str
    guidance: str
    contact: str
    requested_by_id: str = Field(foreign_key='account.id')
    requested_at: datetime = moment()
    limit_at: datetime | None = moment(nullable=True)
    completed_at: datetime | None = moment(nullable=True)
    completion_note: str | None = None
    due_before: datetime | None = moment(nullable=True)
    due_after: datetime | None = moment(nullable=True)
    items: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    """[{"kind": "document" | "field" | "other", "id": ..., "text": ...}]"""


class Fee(SQLModel, table=True):
    """A fee that is owed. National DanhSachLePhi."""

    __tablename__ = 'fee'

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id', index=True)
    code: str | None = None
    name: str
    kind: int = 1
    """National LoaiPhiLePhi: 1 lệ phí, 2 phí."""
    collection: int = 1
    """National HinhThucThu: 1 before, 2 after, 3 exempt."""
    quantity: int = 1
    amount: int | None = None
    """Đồng; None while the council's figure is not entered."""
    exemption: str | None = None
    created_at: datetime = moment()


class Payment(SQLModel, table=True):
    """One attempt to pay, through one provider."""

    __tablename__ = 'payment'

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id', index=True)
    provider: str
    order_number: str = Field(unique=True, max_length=80)
    transaction_number: str | None = Field(default=None, unique=True, max_length=80)
    amount: int
    state: str = 'waiting'
    detail: dict[str, Any] = json(default_factory=dict)
    created_at: datetime = moment()
    settled_at: datetime | None = moment(nullable=True)
    received_by_id: str | None = Field(default=None, foreign_key='account.id')


class ExternalReference(SQLModel, table=True):
    """The same case in another register, with the state last seen there. Never invented: it says when it was read."""

    __tablename__ = 'external_reference'
    __table_args__ = (UniqueConstraint('dossier_id', 'system'),)

    id: str = id_column()
    dossier_id: str = Field(foreign_key='dossier.id', index=True)
    system: str
    code: str
    state: str | None = None
    request_hash: str | None = None
    synced_at: datetime | None = moment(nullable=True)
    detail: dict[str, Any] = json(default_factory=dict)


class IdempotencyKey(SQLModel, table=True):
    """A command that was carried out once under this key, and what came of it."""

    __tablename__ = 'idempotency_key'

    key: str = Field(primary_key=True, max_length=120)
    result: dict[str, Any] = json(default_factory=dict)
    created_at: datetime = moment()
