"""THE meaning of every count: what one act on one dossier adds, and to which day. Incremental counting and recount share it.

A filing that nobody meant (junk), and one that a corrected filing has replaced, are taken out of what was received
again: a matter counts once, on the day it was first filed.
Source: domain rules 2.6 and 2.8; forms II.06a/VPCP/KSTT (comparison of dates); NQ 66.7/2025/NQ-CP Điều 8.1 (reception).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.clock import local
from app.deadlines import clock
from app.workflow.transitions import Action
from models import Tally
from models.enums import Channel, Delivery, Status

KEY = ('grain', 'unit_id', 'procedure_id', 'start')
MEASURES = tuple(name for name in Tally.model_fields if name not in KEY)
RECEIVED = ('received_online', 'received_counter', 'received_post')
RESOLVED = ('early', 'on_time', 'late', 'unlimited')
ENDED = ('refused', 'withdrawn', 'stopped')
"""Ended without a result."""
RATED = ('very_satisfied', 'satisfied', 'unsatisfied')
"""Ratings by the level of the whole: 3, 2, 1."""
OPINIONS = (
    *RATED, 'reception_rated', 'reception_unsatisfied', 'handling_rated', 'handling_unsatisfied', 'handover_rated',
    'handover_unsatisfied',
)  # fmt: skip
"""Counts of ratings: told by ``app.statistics.satisfaction`` alone, never as they stand."""
JUNK_LIFTED = 'junk_lifted'
"""The event that takes a junk mark away."""
_PLAIN = {
    Action.REAPPOINT: 'apologies', Action.HAND_OVER: 'returned', Action.WITHDRAW: 'withdrawn', Action.STOP: 'stopped',
    Action.REVOKE_RESULT: 'revoked', Action.REISSUE_RESULT: 'corrected',
}  # fmt: skip
"""Acts that add one to a count, on their day. A result that is corrected stays resolved on the day it was first issued."""
COUNTED = (
    Action.SUBMIT, Action.ACCEPT, Action.REFUSE, Action.REQUEST_SUPPLEMENT, Action.REPLACE, Action.FINISH, JUNK_LIFTED,
    *_PLAIN,
)  # fmt: skip
"""Acts that change a count."""
_CHANNELS = {Channel.COUNTER: 'received_counter', Channel.POST: 'received_post'}


@dataclass(frozen=True)
class Facts:
    """What of a dossier decides how its acts count; all of it stands still once the act is done."""

    unit_id: str
    procedure_id: str
    channel: Channel
    delivery: Delivery
    queued_at: datetime
    refused_at: datetime | None
    limit: datetime | None
    """The lawful date of the result: a new appointment does not move it."""
    requests: int
    """Requests for supplements."""
    reused: bool
    worked_minutes: int | None
    is_junk: bool = False
    """It was marked as meant by nobody when it was refused, whether or not the mark was lifted since."""
    receptions: tuple[tuple[datetime, datetime], ...] = ()
    """Limits of reception in their order: (when it was set, limit)."""

    @property
    def first_day(self) -> date:
        """The day on which the matter was filed."""
        return local(self.queued_at).date()


@dataclass(frozen=True)
class Change:
    """What an act adds to a day; ``minutes``: also a dossier that took so long."""

    day: date
    counts: Mapping[str, int]
    minutes: int | None = None


def changes(action: str, before: int | None, at: datetime, one: Facts) -> list[Change]:
    """Return what an act adds. ``before``: the status it started from."""
    day = local(at).date()
    if action == Action.SUBMIT:
        return [_received(one, 1)]
    if action == Action.ACCEPT:
        return [Change(day, {'accepted': 1, _answered(at, one): 1})]
    if action == Action.REFUSE:
        return [_received(one, -1), Change(day, {'junk': 1})] if one.is_junk else [_refused(at, one, {})]
    if action == JUNK_LIFTED and one.refused_at:
        return [_received(one, 1), _refused(one.refused_at, one, {'junk': -1})]
    if action == Action.REPLACE:
        return [_received(one, -1), Change(day, {'replaced': 1})]
    if action == Action.REQUEST_SUPPLEMENT:
        answered = {_answered(at, one): 1} if before == Status.REGISTERED else {}
        return [Change(day, {'asked': 1, **answered})]
    if action == Action.FINISH:
        return [_resolved(at, one)]
    return [Change(day, {_PLAIN[Action(action)]: 1})] if action in _PLAIN else []


def _received(one: Facts, sign: int) -> Change:
    counts = {_CHANNELS.get(one.channel, 'received_online'): sign}
    return Change(one.first_day, counts | ({'reused': sign} if one.reused else {}))


def _refused(at: datetime, one: Facts, counts: dict[str, int]) -> Change:
    return Change(local(at).date(), {'refused': 1, _answered(at, one): 1} | counts)


def _resolved(at: datetime, one: Facts) -> Change:
    """The result is issued: by date against the lawful promise, in working minutes without what was waited."""
    worked = one.worked_minutes or 0
    counts = {judged(at, one): 1, 'minutes': worked}
    electronic = {'electronic': 1} if one.delivery is Delivery.ELECTRONIC else {}
    return Change(local(at).date(), counts | electronic, worked)


def _answered(at: datetime, one: Facts) -> str:
    """The authority answered: within the reception limit that stood then, or after it."""
    limit = next((limit for set_at, limit in reversed(one.receptions) if set_at <= at), None)
    return 'kept' if limit is None or at <= limit else 'missed'


def judged(at: datetime, one: Facts) -> str:
    """Tell early, on_time or late by date against the lawful limit; a second request for supplements is late. Else unlimited."""
    if one.limit is None:
        return 'unlimited'
    return str(clock.Timeliness.LATE if one.requests > 1 else clock.on_time(at, one.limit))


def opinion(level: int, parts: Mapping[str, int | None], sign: int = 1) -> dict[str, int]:
    """Return what one rating adds (or, changed, takes away again): the whole, and each part that was rated."""
    counts = {RATED[3 - level]: sign}
    for part, value in parts.items():
        if value is not None:
            counts[f'{part}_rated'] = sign
        if value == 1:
            counts[f'{part}_unsatisfied'] = sign
    return counts
