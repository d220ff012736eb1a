"""Expected refusals. Each carries a key of ``app/locale`` so that every screen can say it in the user's language."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one answer: a key of ``app/locale`` and the values its sentence needs."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)


class AppError(Exception):
    """A refusal that the user may see. Anything else is an incident and gets a number in the log."""

    default_key = 'error.unexpected'

    def __init__(self, key: str | None = None, **values: Any) -> None:
        self.key = key or self.default_key
        self.values = values
        super().__init__(self.key, values)


class NotFound(AppError):
    """There is no such thing, or it is not yours: the two are never told apart."""

    default_key = 'error.not_found'


class NotAllowed(AppError):
    """The thing is known to the actor, the act is not theirs."""

    default_key = 'error.not_allowed'


class ProofNeeded(NotAllowed):
    """The act asks whoever is signed in to show once more who they are; with that it can be repeated."""

    default_key = 'account.prove_first'


class NotSignedIn(AppError):
    """A program must say who it is, or its token is unknown, revoked or too old."""

    default_key = 'api.not_signed_in'


class WrongState(AppError):
    """The act is not possible in the present state."""

    default_key = 'error.wrong_state'


class Stale(AppError):
    """Somebody else changed the thing since this screen was drawn."""

    default_key = 'error.stale'


class Unavailable(AppError):
    """The installation cannot do it now (its disk is full, its database is held): nothing was lost, later it may go."""

    default_key = 'error.busy'


class TooMany(AppError):
    """A limit against guessing or flooding was reached; ``minutes`` says how long to wait."""

    default_key = 'error.too_many'


class Invalid(AppError):
    """Answers that cannot be taken. ``problems`` maps a field id (``child[2].name`` inside a repeating group) to what is wrong."""

    default_key = 'error.invalid'

    def __init__(self, problems: dict[str, Problem], key: str | None = None, **values: Any) -> None:
        super().__init__(key, **values)
        self.problems = problems
