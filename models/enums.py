"""Words of the domain that tables store."""

from enum import IntEnum, StrEnum


class Status(IntEnum):
    """The ten national codes of a dossier's status. Source: synchronisation table of the national portal."""

    REGISTERED = 1
    ACCEPTED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT = 5
    PAYMENT = 6
    WITHDRAWN = 7
    STOPPED = 8
    RESOLVED = 9
    RETURNED = 10


class Role(StrEnum):
    """What a grant makes of a person within a unit. Source: NĐ 118/2025/NĐ-CP; TT 03/2025/TT-VPCP."""

    INTAKE = 'intake'
    CASE_OFFICER = 'case_officer'
    SECTION_HEAD = 'section_head'
    LEADER = 'leader'
    CLERK = 'clerk'
    CASHIER = 'cashier'
    CONTROLLER = 'controller'
    ADMIN = 'admin'


class AccountKind(StrEnum):
    CITIZEN = 'citizen'
    BUSINESS = 'business'
    STAFF = 'staff'


class SessionKind(StrEnum):
    """An account that signed in, a half-signed-in one waiting for its second factor, or a dossier opened by its secret."""

    ACCOUNT = 'account'
    PENDING = 'pending'
    DOSSIER = 'dossier'


class Authentication(StrEnum):
    """How sure we are who acted; kept with every event."""

    NONE = 'none'
    SECRET = 'secret'  # noqa: S105 - a word, not a password
    LINK = 'link'
    """A link sent to a verified contact."""
    PASSWORD = 'password'  # noqa: S105
    TWO_FACTOR = 'two_factor'
    TOKEN = 'token'  # noqa: S105
    """A program with a token that an administrator made."""
    SYSTEM = 'system'


class Channel(StrEnum):
    """How a dossier came in or an act was done. National KenhThucHien: counter 1, online 2, post 3."""

    COUNTER = 'counter'
    ONLINE = 'online'
    POST = 'post'
    SYSTEM = 'system'


class PartyRole(StrEnum):
    OWNER = 'owner'
    SUBMITTER = 'submitter'
    REPRESENTATIVE = 'representative'
    ORGANISATION = 'organisation'


class Edition(StrEnum):
    """Which set of answers: what stands, what is being corrected, what stood before."""

    MAIN = 'main'
    CORRECTION = 'correction'
    HISTORY = 'history'


class AttachmentKind(StrEnum):
    EVIDENCE = 'evidence'
    RESULT = 'result'
    RESULT_DRAFT = 'result_draft'
    CORRECTION = 'correction'
    """The corrected result, before it is issued in place of the one before."""
    INTERNAL = 'internal'
    DOCUMENT = 'document'
    """The PDF of a paper that the unit issued; opened by ``app.documents`` alone."""


class AttachmentState(StrEnum):
    STORED = 'stored'
    QUARANTINED = 'quarantined'
    """Kept, but nobody opens it before it was scanned."""
    REMOVED = 'removed'
    SUPERSEDED = 'superseded'


PRESENT = (AttachmentState.STORED, AttachmentState.QUARANTINED)
"""Sent, and neither taken back nor replaced: it counts as there, whether or not it can be opened yet."""


class ClockKind(StrEnum):
    RECEPTION = 'reception'
    RUNNING = 'running'
    PAUSED = 'paused'
    POSTING = 'posting'
    FINANCE = 'finance'


class DueKind(StrEnum):
    RECEPTION = 'reception'
    RESOLUTION = 'resolution'
    SUPPLEMENT = 'supplement'
    DRAFT_CONFIRMATION = 'draft_confirmation'
    POSTING = 'posting'
    """Until when the matter is posted in public."""


class AlertKind(StrEnum):
    """What a timer warns of, the most pressing last."""

    SUPPLEMENT_SOON = 'supplement_soon'
    STEP_SOON = 'step_soon'
    RECEPTION_SOON = 'reception_soon'
    UNCOLLECTED = 'uncollected'
    STEP_LATE = 'step_late'
    SUPPLEMENT_EXPIRED = 'supplement_expired'
    APOLOGY_DUE = 'apology_due'
    DUE_SOON = 'due_soon'
    RECEPTION_LATE = 'reception_late'
    SUPPLEMENT_LEFT = 'supplement_left'
    STEP_LEFT = 'step_left'
    DUE = 'due'
    OVERDUE = 'overdue'


class MessageState(StrEnum):
    """An outgoing message. HELD waits for a document that is not rendered yet."""

    QUEUED = 'queued'
    HELD = 'held'
    SENT = 'sent'
    FAILED = 'failed'
    CANCELLED = 'cancelled'


class SupplementState(StrEnum):
    OPEN = 'open'
    COMPLETED = 'completed'
    EXPIRED = 'expired'
    CANCELLED = 'cancelled'


class Delivery(StrEnum):
    """How the result reaches the applicant. National HinhThuc: 0 counter, 1 post."""

    ELECTRONIC = 'electronic'
    COUNTER = 'counter'
    POST = 'post'


class LinkPurpose(StrEnum):
    CREATE_ADMIN = 'create_admin'
    SET_PASSWORD = 'set_password'  # noqa: S105
    VERIFY_EMAIL = 'verify_email'
    FOLLOW = 'follow'


class DayKind(StrEnum):
    OFF = 'off'
    WORK = 'work'


class DayState(StrEnum):
    DRAFT = 'draft'
    CONFIRMED = 'confirmed'


class DraftConfirmation(StrEnum):
    """Where the applicant's look at the draft of the result stands."""

    SHOWN = 'shown'
    CONFIRMED = 'confirmed'
    OBJECTED = 'objected'
    SILENT = 'silent'
