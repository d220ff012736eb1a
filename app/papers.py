"""Papers that people send: what is taken, judged by content and not by name; and pages of them as pictures.

What a stranger sent is opened in a process apart (``app.workshop``): it may break or hang there, the service goes on.
"""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import Any

from app import workshop
from app.access import Actor, ActorKind
from app.errors import Invalid, NotFound, Problem, WrongState
from app.workshop import Refusal, TooHeavy

SIZE_LIMIT = 20 * 1024 * 1024
PICTURE_WIDTH = 1400
CHECK_SECONDS, PICTURE_SECONDS = 15.0, 15.0
"""No honest paper takes longer, on the slowest machine."""


@dataclass(frozen=True)
class Paper:
    """A paper that passed, as it is kept. ``name`` is safe to show and to save under.

    ``received_sha256`` is of the bytes as they came: pictures are turned upright, cleaned and made smaller.
    """

    name: str
    media_type: str
    content: bytes
    pages: int
    received_sha256: str
    hides: bool = False
    """It has something in it that a screen does not show and a printer may."""


def refuse_size(content: bytes) -> None:
    """Raise Invalid for a file that is empty or larger than any is taken."""
    if not content:
        raise _refused('empty')
    if len(content) > SIZE_LIMIT:
        raise _refused('too_large', limit=SIZE_LIMIT // 1024 // 1024)


def refuse_hidden(paper: Paper) -> None:
    """Refuse what is to be signed or issued and is not all seen by whoever reads it here first. Raises Invalid."""
    if paper.hides:
        raise _refused('hides')


def sent_by(actor: Actor) -> AbstractContextManager[None]:
    """Say whose papers are opened in here: each of the public has one of the processes at most, whatever they send."""
    return workshop.sent_by(_sender(actor))


def turn_of(actor: Actor) -> AbstractAsyncContextManager[None]:
    """Wait for this turn before another one that everybody shares: who has much on its way stops nobody else there."""
    return workshop.turn_of(_sender(actor))


def _sender(actor: Actor) -> str | None:
    is_public = actor.kind in (ActorKind.GUEST, ActorKind.CITIZEN)
    return actor.account_id or actor.address or 'unknown' if is_public else None


async def inspect(content: bytes, name: str) -> Paper:
    """Take a file by what it is: PDF, JPEG, PNG, WebP, HEIC, DOCX or XLSX, whole, harmless and of bearable size.

    Raises:
        Invalid: under the key ``file``, with a sentence that says what to do.
    """
    refuse_size(content)
    try:
        found, kept = await workshop.do('check', content, {'name': str(name)[:300]}, seconds=CHECK_SECONDS)
    except Refusal as refusal:
        raise _refused(refusal.key, **refusal.values) from None
    except TooHeavy:
        raise _refused('too_heavy') from None
    sha256 = hashlib.sha256(content).hexdigest()
    return Paper(found['name'], found['media_type'], kept, found['pages'], sha256, found['hides'])


async def bind(sources: Sequence[tuple[bytes, str]], pages: Sequence[tuple[int, int]], name: str) -> Paper:
    """Make one PDF of pictures: ``sources`` as content and media type, ``pages`` as the place of a source and a page in it.

    Raises:
        Invalid: under the key ``file``.
    """
    content = b''.join(part for part, _ in sources)
    told = {'sources': [(len(part), kind) for part, kind in sources], 'pages': list(pages)}
    try:
        found, book = await workshop.do('bind', content, told, seconds=CHECK_SECONDS)
    except Refusal as refusal:
        raise _refused('not_to_bind' if refusal.key == 'no_page' else refusal.key, **refusal.values) from None
    except TooHeavy:
        raise _refused('too_heavy') from None
    return Paper(f'{name}.pdf', 'application/pdf', book, found['pages'], hashlib.sha256(book).hexdigest())


def _refused(key: str, **values: Any) -> Invalid:
    key = f'papers.{key}'
    return Invalid({'file': Problem(key, values)}, key, **values)


async def page_picture(content: bytes, media_type: str, page: int, width: int = PICTURE_WIDTH) -> bytes:
    """Return one page (from 1) of a PDF or a picture as JPEG, upright, so that no viewer runs what a stranger sent.

    Raises:
        NotFound: there is no such page, or this kind of file has no pages to show.
        WrongState: it cannot be shown: it is broken, or would take too much.
    """
    wanted = {'media_type': media_type, 'page': page, 'width': width}
    try:
        _, picture = await workshop.do('picture', content, wanted, seconds=PICTURE_SECONDS)
    except Refusal as refusal:
        raise (NotFound() if refusal.key == 'no_page' else WrongState('papers.cannot_show')) from None
    except TooHeavy:
        raise WrongState('papers.cannot_show') from None
    return picture
