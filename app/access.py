"""Who may do what: actors, permissions and the one table that joins roles to permissions."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from models.enums import Authentication, Channel, Role


class Permission(StrEnum):
    """All things that need a grant."""

    DOSSIER_READ = 'dossier:read'
    DOSSIER_RECEIVE = 'dossier:receive'
    """Accept, refuse, ask for a supplement before acceptance, file for somebody at the counter."""
    DOSSIER_PROCESS = 'dossier:process'
    DOSSIER_REASSIGN = 'dossier:reassign'
    DOSSIER_APPROVE = 'dossier:approve'
    DOSSIER_PUBLISH = 'dossier:publish'
    """Number and issue the signed result (văn thư)."""
    RESULT_SIGN = 'result:sign'
    """Sign results in PDF with a key of one's own."""
    RESULT_SEAL = 'result:seal'
    """Put the unit's seal on results and official papers in PDF."""
    PAPER_SIGN = 'paper:sign'
    """Hold a key of one's own, and sign the official papers that name oneself."""
    DOSSIER_RETURN = 'dossier:return'
    DOSSIER_STOP = 'dossier:stop'
    DOSSIER_REAPPOINT = 'dossier:reappoint'
    """Apologise in writing and give a new date, once."""
    DOSSIER_REISSUE_SECRET = 'dossier:reissue_secret'  # noqa: S105
    DOSSIER_REVOKE = 'dossier:revoke'
    """Take back a result that was issued, or issue it again corrected."""
    PAPER_READ = 'paper:read'
    FEE_COLLECT = 'fee:collect'
    OUTBOX_READ = 'outbox:read'
    OUTBOX_RESEND = 'outbox:resend'
    UNIT_MANAGE = 'unit:manage'
    PERSON_MANAGE = 'person:manage'
    SEAL_MANAGE = 'seal:manage'
    """Entrust the key of a unit's seal to the service, or take it back."""
    CALENDAR_MANAGE = 'calendar:manage'
    PROCEDURE_MANAGE = 'procedure:manage'
    SETTING_MANAGE = 'setting:manage'
    WEBHOOK_MANAGE = 'webhook:manage'
    """Addresses of other systems that are told of acts on dossiers."""
    FEEDBACK_READ = 'feedback:read'
    FEEDBACK_SORT = 'feedback:sort'
    """Say what feedback is about and who handles it, forward or refuse it."""
    FEEDBACK_ANSWER = 'feedback:answer'
    FEEDBACK_PUBLISH = 'feedback:publish'
    REPORT_READ = 'report:read'
    AUDIT_READ = 'audit:read'


_P = Permission
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.INTAKE: frozenset(
        {
            _P.DOSSIER_READ,
            _P.DOSSIER_RECEIVE,
            _P.DOSSIER_PROCESS,
            _P.DOSSIER_RETURN,
            _P.DOSSIER_STOP,
            _P.DOSSIER_REISSUE_SECRET,
            _P.PAPER_READ,
            _P.PAPER_SIGN,
            _P.OUTBOX_READ,
            _P.OUTBOX_RESEND,
            _P.FEEDBACK_READ,
            _P.FEEDBACK_SORT,
            _P.FEEDBACK_ANSWER,
        }
    ),
    Role.CASE_OFFICER: frozenset(
        {
            _P.DOSSIER_READ,
            _P.DOSSIER_PROCESS,
            _P.DOSSIER_STOP,
            _P.PAPER_READ,
            _P.PAPER_SIGN,
            _P.FEEDBACK_READ,
            _P.FEEDBACK_ANSWER,
        }
    ),
    Role.SECTION_HEAD: frozenset(
        {
            _P.DOSSIER_READ,
            _P.DOSSIER_PROCESS,
            _P.DOSSIER_REASSIGN,
            _P.DOSSIER_STOP,
            _P.DOSSIER_REAPPOINT,
            _P.PAPER_READ,
            _P.PAPER_SIGN,
            _P.REPORT_READ,
            _P.FEEDBACK_READ,
            _P.FEEDBACK_SORT,
            _P.FEEDBACK_ANSWER,
            _P.FEEDBACK_PUBLISH,
        }
    ),
    Role.LEADER: frozenset(
        {
            _P.DOSSIER_READ,
            _P.DOSSIER_PROCESS,
            _P.DOSSIER_REASSIGN,
            _P.DOSSIER_APPROVE,
            _P.DOSSIER_PUBLISH,
            _P.DOSSIER_REVOKE,
            _P.RESULT_SIGN,
            _P.RESULT_SEAL,
            _P.DOSSIER_STOP,
            _P.DOSSIER_REAPPOINT,
            _P.PAPER_READ,
            _P.PAPER_SIGN,
            _P.REPORT_READ,
            _P.FEEDBACK_READ,
            _P.FEEDBACK_SORT,
            _P.FEEDBACK_ANSWER,
            _P.FEEDBACK_PUBLISH,
        }
    ),
    Role.CLERK: frozenset(
        {
            _P.DOSSIER_READ,
            _P.DOSSIER_PROCESS,
            _P.DOSSIER_PUBLISH,
            _P.RESULT_SEAL,
            _P.PAPER_READ,
            _P.PAPER_SIGN,
        }
    ),
    Role.CASHIER: frozenset({_P.DOSSIER_READ, _P.FEE_COLLECT}),
    Role.CONTROLLER: frozenset(
        {_P.DOSSIER_READ, _P.PAPER_READ, _P.OUTBOX_READ, _P.REPORT_READ, _P.AUDIT_READ, _P.FEEDBACK_READ}
    ),
    Role.ADMIN: frozenset(
        {
            _P.UNIT_MANAGE,
            _P.PERSON_MANAGE,
            _P.SEAL_MANAGE,
            _P.CALENDAR_MANAGE,
            _P.PROCEDURE_MANAGE,
            _P.SETTING_MANAGE,
            _P.WEBHOOK_MANAGE,
            _P.OUTBOX_READ,
            _P.OUTBOX_RESEND,
            _P.REPORT_READ,
            _P.AUDIT_READ,
        }
    ),
}
"""What each role may do within its unit and the units below it. A person may do what any of their grants allows."""


class ActorKind(StrEnum):
    GUEST = 'guest'
    CITIZEN = 'citizen'
    STAFF = 'staff'
    SYSTEM = 'system'


@dataclass(frozen=True)
class Granted:
    """One live grant with the units it reaches: its own and all below."""

    role: Role
    unit_id: str
    reach: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """Who acts, as the database knows them at this moment. Made afresh for every event."""

    kind: ActorKind
    account_id: str | None = None
    name: str = ''
    email: str | None = None
    grants: tuple[Granted, ...] = ()
    session_id: str | None = None
    opened: frozenset[str] = field(default_factory=frozenset)
    """Dossiers opened by number and secret."""
    authentication: Authentication = Authentication.NONE
    channel: Channel = Channel.ONLINE
    lang: str = 'vi'
    address: str | None = None
    """Network address, for limits only; never stored with an act."""
    proved_at: datetime | None = None
    """When the person of this session last showed who they are."""
    scopes: frozenset[Permission] | None = None
    """Where something is said here, nothing else holds: what the token of a program may be used for."""

    def units(self, permission: Permission) -> frozenset[str]:
        """Return the units in which this permission holds."""
        if self.kind is not ActorKind.STAFF or (self.scopes is not None and permission not in self.scopes):
            return frozenset()
        return frozenset().union(*(g.reach for g in self.grants if permission in GRANTS[g.role]))

    def may(self, permission: Permission, unit_id: str | None = None) -> bool:
        """Tell whether the permission holds in a unit, or anywhere when no unit is named."""
        units = self.units(permission)
        return bool(units) if unit_id is None else unit_id in units

    def roles(self, unit_id: str) -> frozenset[Role]:
        """Return the roles held in a unit."""
        return frozenset(g.role for g in self.grants if unit_id in g.reach)

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF


SYSTEM = Actor(ActorKind.SYSTEM, name='Motcua', authentication=Authentication.SYSTEM, channel=Channel.SYSTEM)
"""Timers and the demonstration's preparation act as this one."""


def anonymous(lang: str = 'vi', address: str | None = None) -> Actor:
    """Return somebody without an account."""
    return Actor(ActorKind.GUEST, lang=lang, address=address)
