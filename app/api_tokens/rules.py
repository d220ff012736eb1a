"""What a token looks like and what it may be made for."""

from datetime import timedelta

from app.access import Permission
from app.errors import Invalid, Problem

PREFIX = 'mct_'
"""So that a token that was published by mistake is recognised as one."""
LONGEST = 730
"""Days."""
SEEN_EVERY = timedelta(minutes=5)
"""``seen_at`` is written at most this often."""
SCOPES = (
    Permission.DOSSIER_READ,
    Permission.DOSSIER_RECEIVE,
    Permission.DOSSIER_PROCESS,
    Permission.DOSSIER_REASSIGN,
    Permission.DOSSIER_APPROVE,
    Permission.DOSSIER_PUBLISH,
    Permission.DOSSIER_RETURN,
    Permission.DOSSIER_STOP,
    Permission.DOSSIER_REAPPOINT,
    Permission.DOSSIER_REVOKE,
    Permission.PAPER_READ,
    Permission.PAPER_SIGN,
    Permission.RESULT_SEAL,
    Permission.WEBHOOK_MANAGE,
)
"""What programs can do here. Units, people and settings are for persons who sign in."""


def read_request(name: str, scopes: list[str], days: int) -> tuple[str, list[str]]:
    """Return name and scopes of a token to be made, tidied. Raises Invalid."""
    clean = ' '.join(name.split())
    if not 1 <= len(clean) <= 80:
        raise Invalid({'name': Problem('api.name_wrong')}, 'api.name_wrong')
    if not 1 <= days <= LONGEST:
        raise Invalid({'days': Problem('api.days_wrong', {'most': LONGEST})}, 'api.days_wrong', most=LONGEST)
    known = ', '.join(SCOPES)
    if not scopes:
        raise Invalid({'scopes': Problem('api.scope_missing')}, 'api.scope_missing', scopes=known)
    for scope in scopes:
        if scope not in SCOPES:
            raise Invalid({'scopes': Problem('api.scope_unknown')}, 'api.scope_unknown', scope=scope, scopes=known)
    return clean, [scope for scope in SCOPES if scope in scopes]


def require_held(scopes: list[str], held: list[str]) -> None:
    """Refuse scopes that are not held. Raises Invalid."""
    beyond = ', '.join(scope for scope in scopes if scope not in held)
    if beyond:
        raise Invalid({'scopes': Problem('api.scope_beyond', {'scopes': beyond})}, 'api.scope_beyond', scopes=beyond)
