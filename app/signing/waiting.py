"""Key and certificate files between their upload and the PIN: in memory, one for each person, for a few minutes."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.access import Actor
from app.clock import now
from app.errors import NotAllowed
from app.signing import keys
from app.signing.opening import LARGEST, wrong
from models.enums import Authentication
from models.types import new_id

LASTS = timedelta(minutes=15)
MOST = 100
"""Files that wait at one time; the oldest goes."""


@dataclass(frozen=True)
class Waiting:
    """A file that was uploaded and not used yet."""

    id: str
    name: str
    content: bytes
    until: datetime


_files: OrderedDict[str, Waiting] = OrderedDict()


def put(actor: Actor, name: str, content: bytes) -> Waiting:
    """Keep a file for whoever uploads it; an earlier one of theirs is forgotten.

    Raises:
        NotAllowed: somebody who handles no key.  Invalid: empty or too large.
    """
    may = actor.may(keys.OWN) or actor.may(keys.MANAGE)
    if not may or actor.account_id is None or actor.authentication is Authentication.TOKEN:
        raise NotAllowed()
    if not 0 < len(content) <= LARGEST:
        raise wrong('file', 'no_key_file')
    one = Waiting(new_id(), name[-80:], content, now() + LASTS)
    _files.pop(actor.account_id, None)
    _files[actor.account_id] = one
    while len(_files) > MOST:
        _files.popitem(last=False)
    return one


def of(actor: Actor) -> Waiting | None:
    """Return the file of this person that waits."""
    one = _files.get(actor.account_id or '')
    return one if one and one.until > now() else None


def content_of(actor: Actor) -> bytes:
    """Return its content. Raises Invalid: none waits."""
    one = of(actor)
    if one is None:
        raise wrong('file', 'no_key_file')
    return one.content


def forget(actor: Actor) -> None:
    """Let it go."""
    _files.pop(actor.account_id or '', None)
