"""Tables and enums. Importing this package registers every table with ``SQLModel.metadata``."""

from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    'ix': 'ix_%(table_name)s_%(column_0_N_name)s',
    'uq': 'uq_%(table_name)s_%(column_0_N_name)s',
    'ck': 'ck_%(table_name)s_%(constraint_name)s',
    'fk': 'fk_%(table_name)s_%(column_0_N_name)s',
    'pk': 'pk_%(table_name)s',
}

from models.api_token import ApiToken  # noqa: E402
from models.attachment import Attachment, Document  # noqa: E402
from models.calendar import CalendarDay, CalendarVersion, WorkSession  # noqa: E402
from models.dossier import (  # noqa: E402
    AnswerSheet,
    ClockSegment,
    Dossier,
    Draft,
    DueDate,
    ExternalReference,
    Fee,
    IdempotencyKey,
    JunkMark,
    Party,
    Payment,
    StepRun,
    SupplementRequest,
)
from models.downtime import Downtime  # noqa: E402
from models.duty import DutyPost  # noqa: E402
from models.feedback import Feedback, FeedbackStep, FeedbackVote  # noqa: E402
from models.form_tally import FormTally  # noqa: E402
from models.organisation import Account, Counter, Grant, OneTimeLink, Session, Setting, Unit  # noqa: E402
from models.procedure import CouncilFee, Instrument, Procedure, ProcedureBasis, ProcedureVersion  # noqa: E402
from models.public_entry import PublicEntry  # noqa: E402
from models.ratings import InnerRating, Rating  # noqa: E402
from models.record import Anchor, Event, EventText, Message, PaperRead  # noqa: E402
from models.reports import IndicatorEntry, ReportRun, ReportSchedule  # noqa: E402
from models.signing import SigningKey  # noqa: E402
from models.statistics import Tally, TallyMinutes  # noqa: E402
from models.timer import Alert, ApologyDraft, Digest  # noqa: E402
from models.webhook import Webhook, WebhookDelivery  # noqa: E402

__all__ = [
    'Account',
    'Alert',
    'Anchor',
    'AnswerSheet',
    'ApiToken',
    'ApologyDraft',
    'Attachment',
    'CalendarDay',
    'CalendarVersion',
    'ClockSegment',
    'CouncilFee',
    'Counter',
    'Digest',
    'Document',
    'Dossier',
    'Downtime',
    'Draft',
    'DueDate',
    'DutyPost',
    'Event',
    'EventText',
    'ExternalReference',
    'Fee',
    'Feedback',
    'FeedbackStep',
    'FeedbackVote',
    'FormTally',
    'Grant',
    'IdempotencyKey',
    'IndicatorEntry',
    'InnerRating',
    'Instrument',
    'JunkMark',
    'Message',
    'OneTimeLink',
    'PaperRead',
    'Party',
    'Payment',
    'Procedure',
    'ProcedureBasis',
    'ProcedureVersion',
    'PublicEntry',
    'Rating',
    'ReportRun',
    'ReportSchedule',
    'Session',
    'Setting',
    'SigningKey',
    'StepRun',
    'SupplementRequest',
    'Tally',
    'TallyMinutes',
    'Unit',
    'Webhook',
    'WebhookDelivery',
    'WorkSession',
]
