"""THE table of transitions: every act on a dossier, the statuses it starts from and the one it leads to.

Source of the statuses: the ten codes of national synchronisation. What differs by procedure (steps, draft shown to the
applicant, who signs) is data of the procedure version, read by the guards; never another status.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.access import Permission
from models.enums import Status

S = Status


class Action(StrEnum):
    """Everything that can be done to a dossier."""

    SUBMIT = 'submit'
    ACCEPT = 'accept'
    REFUSE = 'refuse'
    REQUEST_SUPPLEMENT = 'request_supplement'
    SUPPLEMENT = 'supplement'
    REPLACE = 'replace'
    PASS_ON = 'pass_on'  # noqa: S105
    AWAIT_DUTY = 'await_duty'
    DUTY_DONE = 'duty_done'
    START_POSTING = 'start_posting'
    END_POSTING = 'end_posting'
    EXTEND = 'extend'
    TAKE = 'take'
    FORWARD = 'forward'
    APPROVE = 'approve'
    SEND_BACK = 'send_back'
    REASSIGN = 'reassign'
    REAPPOINT = 'reappoint'
    RECOUNT = 'recount'
    SHOW_DRAFT = 'show_draft'
    CONFIRM_DRAFT = 'confirm_draft'
    OBJECT_DRAFT = 'object_draft'
    FINISH = 'finish'
    HAND_OVER = 'hand_over'
    WITHDRAW = 'withdraw'
    STOP = 'stop'
    REVOKE_RESULT = 'revoke_result'
    REISSUE_RESULT = 'reissue_result'
    REISSUE_SECRET = 'reissue_secret'  # noqa: S105


class Who(StrEnum):
    """Who may act: the applicant (account, or number and secret), an officer with a permission, or the service alone."""

    APPLICANT = 'applicant'
    OFFICER = 'officer'
    TIMER = 'timer'


@dataclass(frozen=True)
class Transition:
    """One line of the table. ``to`` None keeps the status."""

    action: Action
    sources: frozenset[Status | None]
    to: Status | None
    who: Who
    permission: Permission | None = None
    at_step: bool = False
    """Only the person whose step is open may do it, or a holder of its role while nobody has taken it."""
    guards: tuple[str, ...] = ()
    needs_note: bool = False
    leader_too: bool = False
    """A leader of the resolving unit may do it, whoever has the step."""


def _line(
    action: Action,
    sources: tuple[Status | None, ...],
    to: Status | None,
    who: Who,
    permission: Permission | None = None,
    *guards: str,
    at_step: bool = False,
    needs_note: bool = False,
    leader_too: bool = False,
) -> Transition:
    return Transition(action, frozenset(sources), to, who, permission, at_step, guards, needs_note, leader_too)


_P, _A, _O = Permission, Who.APPLICANT, Who.OFFICER
_ACTIVE = (S.ACCEPTED, S.PROCESSING)
_ISSUED = (S.RESOLVED, S.RETURNED)

TRANSITIONS: tuple[Transition, ...] = (
    _line(Action.SUBMIT, (None,), S.REGISTERED, _A),
    _line(
        Action.ACCEPT,
        (S.REGISTERED,),
        S.ACCEPTED,
        _O,
        _P.DOSSIER_RECEIVE,
        'not_awaiting_supplement',
        'on_own_desk',
        'in_order',
    ),
    _line(Action.PASS_ON, (S.REGISTERED,), None, _O, _P.DOSSIER_RECEIVE, 'not_awaiting_supplement', 'for_another_unit'),
    _line(Action.REFUSE, (S.REGISTERED,), S.REFUSED, _O, _P.DOSSIER_RECEIVE, needs_note=True),
    _line(
        Action.REQUEST_SUPPLEMENT,
        (S.REGISTERED,),
        None,
        _O,
        _P.DOSSIER_RECEIVE,
        'not_awaiting_supplement',
        'first_supplement',
        leader_too=True,
    ),
    _line(
        Action.REQUEST_SUPPLEMENT,
        _ACTIVE,
        S.SUPPLEMENT,
        _O,
        _P.DOSSIER_PROCESS,
        'not_posted_now',
        'first_supplement',
        at_step=True,
        leader_too=True,
    ),
    _line(Action.SUPPLEMENT, (S.REGISTERED,), None, _A, None, 'awaiting_supplement'),
    _line(Action.SUPPLEMENT, (S.SUPPLEMENT,), S.PROCESSING, _A),
    _line(Action.REPLACE, (S.REGISTERED,), S.STOPPED, _A, None, 'awaiting_supplement'),
    _line(
        Action.AWAIT_DUTY,
        _ACTIVE,
        S.PAYMENT,
        _O,
        _P.DOSSIER_PROCESS,
        'not_posted_now',
        'draft_not_pending',
        'procedure_awaits_duty',
        at_step=True,
        needs_note=True,
    ),
    _line(Action.DUTY_DONE, (S.PAYMENT,), S.PROCESSING, _O, _P.DOSSIER_PROCESS, at_step=True, needs_note=True),
    _line(
        Action.START_POSTING,
        _ACTIVE,
        S.PROCESSING,
        _O,
        _P.DOSSIER_PROCESS,
        'not_posted_now',
        'draft_not_pending',
        'procedure_posts',
        at_step=True,
        needs_note=True,
    ),
    _line(Action.END_POSTING, (S.PROCESSING,), None, _O, _P.DOSSIER_PROCESS, 'posting_is_over'),
    _line(
        Action.EXTEND,
        _ACTIVE,
        None,
        _O,
        _P.DOSSIER_PROCESS,
        'not_posted_now',
        'promised',
        'procedure_extends',
        'not_expired',
        at_step=True,
        needs_note=True,
    ),
    _line(Action.TAKE, (S.ACCEPTED,), S.PROCESSING, _O, _P.DOSSIER_PROCESS, 'nobody_holds', at_step=True),
    _line(Action.TAKE, (S.PROCESSING,), None, _O, _P.DOSSIER_PROCESS, 'nobody_holds', at_step=True),
    _line(
        Action.FORWARD,
        _ACTIVE,
        S.PROCESSING,
        _O,
        _P.DOSSIER_PROCESS,
        'not_posted_now',
        'step_is_not_last',
        'step_is_not_approval',
        'draft_before_approval',
        at_step=True,
    ),
    _line(
        Action.APPROVE,
        _ACTIVE,
        S.PROCESSING,
        _O,
        _P.DOSSIER_APPROVE,
        'not_posted_now',
        'step_is_approval',
        'step_is_not_last',
        'draft_settled',
        'signature_given',
        at_step=True,
    ),
    _line(
        Action.SEND_BACK,
        _ACTIVE,
        S.PROCESSING,
        _O,
        _P.DOSSIER_PROCESS,
        'not_posted_now',
        'step_is_not_first',
        at_step=True,
        needs_note=True,
    ),
    _line(Action.REASSIGN, (S.ACCEPTED, S.PROCESSING, S.SUPPLEMENT, S.PAYMENT), None, _O, _P.DOSSIER_REASSIGN),
    _line(
        Action.REAPPOINT,
        _ACTIVE,
        None,
        _O,
        _P.DOSSIER_REAPPOINT,
        'not_posted_now',
        'promised',
        'never_reappointed',
        needs_note=True,
    ),
    _line(Action.RECOUNT, (S.REGISTERED, *_ACTIVE), None, Who.TIMER, None, 'calendar_moves_it'),
    _line(
        Action.SHOW_DRAFT,
        _ACTIVE,
        S.PROCESSING,
        _O,
        _P.DOSSIER_PROCESS,
        'not_posted_now',
        'procedure_shows_draft',
        'draft_attached',
        'not_decided_yet',
        'draft_is_news',
        at_step=True,
    ),
    _line(Action.CONFIRM_DRAFT, (S.PROCESSING,), None, _A, None, 'draft_shown'),
    _line(Action.OBJECT_DRAFT, (S.PROCESSING,), None, _A, None, 'draft_shown', needs_note=True),
    _line(
        Action.FINISH,
        _ACTIVE,
        S.RESOLVED,
        _O,
        _P.DOSSIER_PUBLISH,
        'not_posted_now',
        'step_is_last',
        'result_attached',
        'draft_settled',
        'signature_given',
        at_step=True,
    ),
    _line(Action.HAND_OVER, (S.RESOLVED,), S.RETURNED, _O, _P.DOSSIER_RETURN, 'result_not_revoked'),
    _line(Action.REVOKE_RESULT, _ISSUED, None, _O, _P.DOSSIER_REVOKE, 'result_stands', needs_note=True),
    _line(
        Action.REISSUE_RESULT,
        _ISSUED,
        None,
        _O,
        _P.DOSSIER_REVOKE,
        'result_was_issued',
        'correction_attached',
        needs_note=True,
    ),
    _line(
        Action.WITHDRAW,
        (S.REGISTERED, S.ACCEPTED, S.PROCESSING, S.SUPPLEMENT, S.PAYMENT),
        S.WITHDRAWN,
        _A,
        None,
        'not_approved',
    ),
    _line(
        Action.STOP,
        (S.ACCEPTED, S.PROCESSING, S.SUPPLEMENT, S.PAYMENT),
        S.STOPPED,
        _O,
        _P.DOSSIER_STOP,
        'supplement_is_over',
        needs_note=True,
    ),
    _line(
        Action.STOP,
        (S.REGISTERED,),
        S.STOPPED,
        _O,
        _P.DOSSIER_RECEIVE,
        'awaiting_supplement',
        'supplement_is_over',
        needs_note=True,
    ),
    _line(Action.REISSUE_SECRET, tuple(Status), None, _O, _P.DOSSIER_REISSUE_SECRET, needs_note=True),
)

TERMINAL = frozenset({S.REFUSED, S.WITHDRAWN, S.STOPPED, S.RETURNED})


def find(action: Action, status: Status | None) -> Transition | None:
    """Return the line for an act in a status, or None where the table has none."""
    return next((line for line in TRANSITIONS if line.action is action and status in line.sources), None)
