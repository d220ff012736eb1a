"""The shape of one version of one procedure: the eleven published parts, the form, the documents, the internal steps.

A catalogue file is this model as YAML. ``load_spec`` is the only way from text to model.
Source: the eleven parts are those of a published procedure (NĐ 63/2010/NĐ-CP Điều 8; forms of publication decisions).
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r'^[a-z0-9]+(-[a-z0-9]+)*$')]
Key = Annotated[str, Field(pattern=r'^[a-z][a-z0-9_]*$')]
Condition = dict[str, Any] | bool
"""A JsonLogic subset over answers, see ``app.procedures.conditions``."""


class Part(BaseModel):
    """Base of all parts: unknown keys are errors, so that a typing mistake in a catalogue file is found."""

    model_config = ConfigDict(extra='forbid', frozen=True)


class Text(Part):
    """A text in Vietnamese and, where translated, English."""

    vi: str
    en: str | None = None

    def get(self, lang: str) -> str | None:
        """Behave like the mapping ``t.pick`` expects."""
        return self.vi if lang == 'vi' else self.en

    def __str__(self) -> str:
        return self.vi


class Mark(StrEnum):
    """How sure a fact is: A read in the law, B secondary source, C knowledge only (to be checked)."""

    A = 'A'
    B = 'B'
    C = 'C'


class ServiceLevel(StrEnum):
    """What the page offers. Source: NĐ 42/2022/NĐ-CP Điều 11; NĐ 224/2026/NĐ-CP Điều 14."""

    INFORMATION = 'information'
    FORMS = 'forms'
    PARTIAL = 'partial'
    FULL = 'full'


class ApplicantKind(StrEnum):
    CITIZEN = 'citizen'
    BUSINESS = 'business'
    HOUSEHOLD_BUSINESS = 'household_business'
    ORGANISATION = 'organisation'


class Channel(StrEnum):
    """How a dossier may arrive. Values follow KenhThucHien of the national synchronisation: 1, 2, 3."""

    COUNTER = 'counter'
    ONLINE = 'online'
    POST = 'post'


class Option(Part):
    value: str
    label: Text


class Rules(Part):
    """Checks beyond the type's own. Lengths in characters, dates as ``today`` or the id of another field."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    message: Text | None = None
    min: float | None = None
    max: float | None = None
    integer: bool = False
    not_after: str | None = None
    not_before: str | None = None
    min_age_years: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    parts: tuple[str, ...] = ()


class Suggestion(Part):
    """An answer given before that may stand here too: offered while the question is empty, free to change."""

    field: Key
    when: Condition | None = None


class FormField(Part):
    """One question. ``id`` is stable over versions: answers point to it."""

    id: Key
    type: Key
    label: Text
    help: Text | None = None
    required: bool = False
    required_when: Condition | None = None
    show_when: Condition | None = None
    options: tuple[Option, ...] = ()
    rules: Rules = Rules()
    unit: Text | None = None
    default: Any = None
    prefill: str | None = None
    """A profile value: full_name, birth_date, personal_id, phone, email, address, gender, tax_code, organisation ..."""
    suggest: Suggestion | None = None
    computed: str | None = None
    """Filled by the system, never asked: ``words_of:child_birth_date``, ``unit_name``; see ``validation.COMPUTED``."""
    sensitive: bool = False
    """Seal and mask this answer as a personal number, whatever its type: numbers of other papers, bank accounts."""
    fields: tuple['FormField', ...] = ()
    """The questions of one entry of a repeating group (type ``repeat``)."""
    mark: Mark = Mark.C


class Section(Part):
    """A named group of the official declaration."""

    id: Key
    title: Text
    show_when: Condition | None = None
    fields: tuple[FormField, ...]


class DocumentRequirement(Part):
    """One component of the dossier (thành phần hồ sơ)."""

    id: Key
    name: Text
    help: Text | None = None
    mode: Literal['upload', 'generated', 'show', 'database'] = 'upload'
    """upload: the applicant sends it; generated: the declaration itself; show: only shown; database: looked up, upload
    is the fallback."""
    required: bool = False
    show_when: Condition | None = None
    condition_text: Text | None = None
    """The condition in words, where it cannot be told from answers."""
    originals: int = 0
    certified_copies: int = 0
    plain_copies: int = 0
    form_code: str | None = None
    replaceable_by: str | None = None
    """The database that makes the paper needless (NQ 66.7/2025/NQ-CP Điều 4)."""
    identity: bool = False
    """A picture of an identity paper: never shown to a guest afterwards, each opening is logged."""
    mark: Mark = Mark.C


class StepRole(StrEnum):
    """Who does a step; the same words as ``models.enums.Role`` where a grant is needed."""

    INTAKE = 'intake'
    CASE_OFFICER = 'case_officer'
    SECTION_HEAD = 'section_head'
    LEADER = 'leader'
    CLERK = 'clerk'
    RETURN = 'return'


class Step(Part):
    """One internal step. ``hours`` are the resolving unit's working hours; None: not set by a decision."""

    key: Key
    role: StepRole
    title: Text
    hours: float | None = None
    off_clock: bool = False
    optional: bool = False
    mark: Mark = Mark.C


class TermKind(StrEnum):
    SAME_DAY = 'same_day'
    WORKING_DAYS = 'working_days'
    CALENDAR_DAYS = 'calendar_days'
    WORKING_HOURS = 'working_hours'
    NOTIFICATION = 'notification'
    EXTERNAL = 'external'
    PER_PLAN = 'per_plan'
    UNKNOWN = 'unknown'


class Term(Part):
    """The statutory term. ``value`` in the unit of ``kind``; ``extended`` when verification is needed."""

    kind: TermKind
    value: float | None = None
    cutoff: str | None = None
    extended: float | None = None
    note: Text | None = None
    after_supplement: Literal['restart', 'resume'] = 'restart'
    supplement_days: int = 15
    """Working days an applicant has to supplement (NĐ 297/2025/NĐ-CP Điều 6.4.a unless sector law says otherwise)."""
    awaits_duty: bool = False
    """The clock stands while the applicant meets a financial duty that another agency assesses (land tax and the like)."""
    after_payment: float | None = None
    """The part of ``value`` that counts anew from the proof of payment: the second of two appointments."""
    posting_days: int | None = None
    """Calendar days for which the matter is posted in public (niêm yết), outside the term."""


class FeeTier(Part):
    up_to: int | None = None
    amount: int


class Fee(Part):
    """The fee. Amounts in đồng. ``council``: the provincial People's Council decides and the installation enters it."""

    kind: Literal['none', 'fixed', 'per_case', 'per_unit', 'per_page', 'council', 'unknown']
    amount: int | None = None
    unit: Text | None = None
    tiers: tuple[FeeTier, ...] = ()
    cap: int | None = None
    group: Key | None = None
    """The repeating group whose entries are charged one by one; ``quantity`` and ``pages`` are then questions in it."""
    quantity: Key | None = None
    """The question that tells how many cases, units or copies; one where it is not asked."""
    pages: Key | None = None
    free_when: Condition | None = None
    """Answers that make it free for everybody, such as a birth registered in time."""
    exemptions: tuple[Text, ...] = ()
    note: Text | None = None


class Result(Part):
    name: Text
    electronic: bool | None = None


class PartialExpiry(Part):
    """A part of an instrument that is no longer in force; ``by`` is the id of what ended it, if anything did."""

    scope: str
    by: str | None = None
    since: date
    mark: Mark = Mark.C


class LegalInstrument(Part):
    """A law, decree, circular or decision. Days are inclusive; ``scheduled_end`` comes from a text not yet in force."""

    id: Slug
    number: str
    kind: str
    title: str
    issuer: str | None = None
    issued: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    scheduled_end: date | None = None
    replaced_by: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    partial_expiry: tuple[PartialExpiry, ...] = ()
    aliases: tuple[str, ...] = ()
    marks: dict[str, Mark | None] = {}
    """How sure each date is."""
    note: str | None = None

    def in_force(self, day: date) -> bool:
        """Tell whether the instrument holds on a day, as far as its dates are known."""
        last = self.effective_to or self.scheduled_end
        return not (self.effective_from and day < self.effective_from) and not (last and day > last)


class Basis(Part):
    """A legal basis: the id of a row of the table of instruments, or the bare citation where the row is missing."""

    instrument: str | None = None
    citation: str


class ProcedureSpec(Part):
    """One version of one procedure."""

    format: Literal[1] = 1
    id: Slug
    code: str | None = Field(default=None, pattern=r'^[123]\.\d{6}$')
    """National code (mã TTHC); None where it was not found."""
    version: int = Field(ge=1)
    valid_from: date
    valid_to: date | None = None
    checked: bool
    """False is shown as "chưa đối chiếu"."""
    name: Text
    short_name: Text | None = None
    summary: Text | None = None
    sector: Text
    authority: Literal['commune', 'province', 'commune_province', 'police', 'central']
    receiving_agency: Text
    resolving_agency: Text
    level: ServiceLevel
    level_2019: int | None = Field(default=None, ge=1, le=4)
    applicants: tuple[ApplicantKind, ...]
    channels: tuple[Channel, ...]
    guest_filing: bool = True
    account_filing: bool = True
    sensitive: bool = False
    presence_required: Text | None = None
    visits: int | None = None
    minutes: int | None = None
    """Minutes a person needs to fill in the form, estimated from its questions."""
    confirms_draft: bool = False
    """The applicant confirms the draft of the result before it is signed."""
    reception: Key | None = None
    """How long reception may take: a preset of ``app/deadlines/reception.yaml``; an installation may choose another."""
    term: Term
    fee: Fee
    sets_of_documents: int = 1
    form_name: Text | None = None
    form_code: str | None = None
    form_source: str | None = None
    sections: tuple[Section, ...]
    declarations: tuple[Text, ...] = ()
    documents: tuple[DocumentRequirement, ...]
    steps: tuple[Step, ...]
    procedure_steps: tuple[Text, ...] = ()
    """Trình tự thực hiện, in words."""
    conditions: tuple[Text, ...] = ()
    """Yêu cầu, điều kiện."""
    result: Result
    legal_basis: tuple[Basis, ...]
    marks: dict[str, str | None] = {}
    """How sure each part is, by part name: high, medium, low, none."""
    notes: tuple[str, ...] = ()
    """For officers and whoever checks the data; never shown to the public."""

    def field(self, field_id: str) -> FormField | None:
        """Return the question with this id (top level only)."""
        return next((f for s in self.sections for f in s.fields if f.id == field_id), None)

    def document(self, document_id: str) -> DocumentRequirement | None:
        """Return the component with this id."""
        return next((d for d in self.documents if d.id == document_id), None)
