"""THE table: which act on feedback is possible in which state, who may do it, and what it leads to."""

from dataclasses import dataclass
from enum import StrEnum

from app.access import Permission
from models.feedback import FeedbackState as S


class Act(StrEnum):
    """Everything that can be done to feedback."""

    SEND = 'send'
    SORT = 'sort'
    FORWARD = 'forward'
    MOVE = 'move'
    """Tell the person which agency outside it belongs to."""
    TAKE = 'take'
    ASK = 'ask'
    SUPPLY = 'supply'
    DRAFT = 'draft'
    ANSWER = 'answer'
    PUBLISH = 'publish'
    WITHHOLD = 'withhold'
    """Do not publish, or take back what was published."""
    REFUSE = 'refuse'


REASONS = ('anonymous', 'out_of_scope', 'unclear', 'answered_before', 'junk')
"""Why feedback may be refused. Source: NĐ 20/2008/NĐ-CP (no name given, outside its scope); 2.13 of the research."""


@dataclass(frozen=True)
class Line:
    """One line of the table. ``to`` None keeps the state."""

    act: Act
    sources: frozenset[S]
    to: S | None
    permission: Permission | None
    """None: the sender's own act."""
    by_handler: bool = False
    """Only whoever took it in hand."""
    needs_note: bool = False
    by_involved: bool = False
    """Those complained about may do it: it opens nothing, and others can take it up again."""
    told: str = ''
    """The letter it sends, after ``feedback_`` or ``question_``."""


_OPEN = frozenset({S.RECEIVED, S.SORTED, S.FORWARDED})
_IN_HAND = frozenset({S.SORTED, S.FORWARDED})
_P = Permission
TABLE: tuple[Line, ...] = (
    Line(Act.SEND, frozenset(), S.RECEIVED, None, told='received'),
    Line(Act.SORT, _OPEN | {S.MOVED}, S.SORTED, _P.FEEDBACK_SORT, told='sorted'),
    Line(Act.FORWARD, _OPEN, S.FORWARDED, _P.FEEDBACK_SORT, needs_note=True, by_involved=True, told='forwarded'),
    Line(Act.MOVE, _OPEN, S.MOVED, _P.FEEDBACK_SORT, needs_note=True, by_involved=True, told='moved'),
    Line(Act.TAKE, _IN_HAND | {S.ASKED}, None, _P.FEEDBACK_ANSWER),
    Line(Act.ASK, _IN_HAND, S.ASKED, _P.FEEDBACK_ANSWER, by_handler=True, needs_note=True, told='asked'),
    Line(Act.SUPPLY, frozenset({S.ASKED}), S.SORTED, None),
    Line(Act.DRAFT, _IN_HAND | {S.ASKED}, None, _P.FEEDBACK_ANSWER, by_handler=True),
    Line(Act.ANSWER, _IN_HAND, S.ANSWERED, _P.FEEDBACK_ANSWER, by_handler=True, told='answered'),
    Line(Act.PUBLISH, frozenset({S.ANSWERED}), S.PUBLISHED, _P.FEEDBACK_PUBLISH, told='published'),
    Line(Act.WITHHOLD, frozenset({S.ANSWERED, S.PUBLISHED}), S.ANSWERED, _P.FEEDBACK_PUBLISH, needs_note=True),
    Line(Act.REFUSE, _OPEN | {S.ASKED}, S.REFUSED, _P.FEEDBACK_SORT, needs_note=True, told='refused'),
)
ENDED = frozenset({S.ANSWERED, S.PUBLISHED, S.REFUSED, S.MOVED})
"""States in which the person waits for nothing more."""


LINES = {line.act: line for line in TABLE}
"""Each act has one line."""
