"""The clock of a dossier, from one place: limits, pauses and judgements. Other packages call it here."""

from app.deadlines.facts import Due, Start
from app.deadlines.judge import Band, Timeliness, apology_at, apology_is_late, band, new_date, on_time
from app.deadlines.limits import (
    SAME_DAY_OR_NEXT_OPENING,
    Mode,
    counted_as_received,
    counter_reception_due,
    draft_due,
    due,
    reception_due,
    reception_limit,
    reception_warning,
    step_due,
    step_hours,
    supplement_limit,
    transfer_due,
)
from app.deadlines.pauses import Segment, posting_end, recount, restart, resume, used
from app.deadlines.terms import first_part, lengthened, on_clock, parse_term, second_part, term_words

__all__ = [
    'SAME_DAY_OR_NEXT_OPENING',
    'Band',
    'Due',
    'Mode',
    'Segment',
    'Start',
    'Timeliness',
    'apology_at',
    'apology_is_late',
    'band',
    'counted_as_received',
    'counter_reception_due',
    'draft_due',
    'due',
    'first_part',
    'lengthened',
    'new_date',
    'on_clock',
    'on_time',
    'parse_term',
    'posting_end',
    'reception_due',
    'reception_limit',
    'reception_warning',
    'recount',
    'restart',
    'resume',
    'second_part',
    'step_due',
    'step_hours',
    'supplement_limit',
    'term_words',
    'transfer_due',
    'used',
]
