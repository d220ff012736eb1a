"""What officers' programs are answered with."""

from datetime import datetime

from app.procedures.schema import Step, Text
from app.workflow.transitions import Action
from models.enums import Status
from pages.api.shapes import AnswerSection, AskedItem, File, Happened, Reception, Shape


class QueueRow(Shape):
    """``band``: normal, soon or overdue, of the limit that runs."""

    dossier_id: str
    number: str
    applicant_name: str
    procedure_name: Text
    status: Status
    awaiting_supplement: bool
    supplemented: bool
    queued_at: datetime
    due_at: datetime | None
    band: str | None
    holder: str | None
    is_mine: bool


class Queue(Shape):
    """``more``: what was looked for is found more than ``total`` times; no more are listed."""

    view: str
    rows: tuple[QueueRow, ...]
    total: int
    more: bool
    page: int
    pages: int
    counts: dict[str, int]


class StepRow(Shape):
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


class Component(Shape):
    document_id: str
    name: Text
    required: bool
    mode: str
    files: tuple[File, ...]
    replaceable_by: str | None


class Person(Shape):
    account_id: str
    name: str
    title: str | None


class NextStep(Shape):
    step: Step
    people: tuple[Person, ...]


class FeeLine(Shape):
    name: str
    amount: int | None


class DeskDossier(Shape):
    """A dossier as an officer needs it. ``version`` goes back as ``seen_version``; ``actions`` would succeed now."""

    dossier_id: str
    version: int
    filing_number: str
    official_code: str | None
    status: Status
    awaiting_supplement: bool
    supplemented: bool
    supplement_count: int
    percent: int
    applicant_name: str
    contact_phone: str | None
    contact_email: str | None
    personal_id: str | None
    channel: str
    delivery: str
    delivery_address: str | None
    receiving_unit: str
    resolving_unit: str
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    promised_at: datetime | None
    reception: Reception | None
    due_explained: str | None
    band: str | None
    timeliness: str | None
    components: tuple[Component, ...]
    other_files: tuple[File, ...]
    answers: tuple[AnswerSection, ...]
    fees: tuple[FeeLine, ...]
    steps: tuple[StepRow, ...]
    history: tuple[Happened, ...]
    asked_items: tuple[AskedItem, ...]
    asked_limit: datetime | None
    asked_written_limit: datetime | None
    draft_confirmation: str | None
    actions: tuple[Action, ...]
    is_out_of_order: bool
    next_steps: tuple[NextStep, ...]
    colleagues: tuple[Person, ...]
    holder: str | None
    is_mine: bool
    may_see_papers: bool
