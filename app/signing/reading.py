"""Reading the signatures of a PDF: who signed, when, whether it still stands. Never on the event loop."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from app import workshop
from app.clock import now
from app.signing import answers, revocation, trust
from app.workshop import Refusal, TooHeavy

SECONDS = 20.0
MARK = b'/ByteRange'
"""No signed PDF is without it: where a signature lies cannot be written before the rest, so it is never packed."""


@dataclass(frozen=True)
class Signature:
    """One signature. Without a signer: there is one, and it cannot be read."""

    signer: str
    organisation: str
    title: str
    issuer: str
    """Who gave the certificate."""
    signed_at: datetime | None
    """By the time stamp; without one, what the signer's own clock said."""
    intact: bool
    """What it covers is unchanged to the byte, and the key is that of the certificate."""
    trusted: bool
    """The certificate was valid then, and leads to an authority that is believed here."""
    covers_whole_document: bool
    """Nothing but further signatures was added after it."""
    timestamped: bool
    fingerprint: str
    """SHA-256 of the certificate."""
    kind: Literal['person', 'seal']
    visible: bool = False
    """It is seen on a page; else only a program tells of it."""
    revocation: Literal['good', 'revoked', 'unchecked', 'none', ''] = ''
    """Whether the certificate was revoked by then. ``unchecked``: neither a list nor an answer could be had; ``none``: its
    authority names no place for them; nothing: it was looked at before that was."""
    revoked_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """It is good in every respect."""
        return self.intact and self.trusted and self.covers_whole_document


async def signatures_of(pdf: bytes, *, at: datetime | None = None, seconds: float = SECONDS) -> tuple[Signature, ...]:
    """Return the signatures of a PDF in the order in which they were made; none for whatever is not a signed PDF.

    ``at``: the moment by which it was here, for which certificates are judged; left out, the present one. A time stamp
    that is believed counts before it. What cannot be read, in ``seconds`` at most, is one signature that is neither intact
    nor trusted.
    """
    return tuple(from_json(one) for one in await facts(pdf, at=at, seconds=seconds))


async def facts(pdf: bytes, *, at: datetime | None = None, seconds: float = SECONDS) -> list[dict[str, Any]]:
    """Return the same as JSON, with the certificates and the numbers in them: not to be kept."""
    if MARK not in pdf:
        return []
    at = at or now()
    try:
        found = await _found(pdf, at, seconds)
        said = await answers.answers_to(_unchecked(found, 'asks'))
        found = await _found(pdf, at, seconds, said) if said else found
        lists = await revocation.lists_of(_unchecked(found, 'lists'))
        return await _found(pdf, at, seconds, said, lists) if lists else found
    except (Refusal, TooHeavy):
        return [{**_UNREADABLE, 'numbers': [], 'certificate': '', 'lists': [], 'asks': []}]


def _unchecked(found: list[dict[str, Any]], what: str) -> list[Any]:
    """Return where it is to be seen whether those were revoked of whom this is not known yet."""
    return [place for one in found for place in one[what] if one['revocation'] == 'unchecked']


async def _found(
    pdf: bytes, at: datetime, seconds: float, said: tuple[bytes, ...] = (), lists: tuple[bytes, ...] = ()
) -> list[dict[str, Any]]:
    roots, stamp_roots = await trust.roots()
    sizes: dict[str, Any] = {'roots': len(roots), 'stamp_roots': len(stamp_roots), 'lists': [len(one) for one in lists]}
    sizes['answers'] = [len(one) for one in said]
    content = b''.join((roots, stamp_roots, *lists, *said, pdf))
    answer, _ = await workshop.do('signatures', content, {**sizes, 'at': at.isoformat()}, seconds=seconds)
    found: list[dict[str, Any]] = answer['signatures']
    return found


async def continues(pdf: bytes, before: bytes) -> bool:
    """Tell whether a PDF is another one, to the byte, with nothing but signatures added to its end."""
    if not pdf.startswith(before) or len(pdf) == len(before):
        return False
    try:
        answer, _ = await workshop.do('continues', pdf, {'ours': len(before)}, seconds=SECONDS)
    except (Refusal, TooHeavy):
        return False
    return bool(answer['continues'])


async def hides(pdf: bytes, before: bytes) -> bool:
    """Tell whether what was added to a PDF hides something that was printed; so it is where nobody can find out."""
    try:
        answer, _ = await workshop.do('hides', pdf, {'ours': len(before)}, seconds=SECONDS)
    except (Refusal, TooHeavy):
        return True
    return bool(answer['hides'])


_MOMENTS = ('signed_at', 'revoked_at')


def as_json(one: Signature) -> dict[str, Any]:
    """Return a signature as it is kept with a file."""
    told = asdict(one)
    return told | {name: told[name].isoformat() for name in _MOMENTS if told[name]}


def from_json(kept: dict[str, Any]) -> Signature:
    """Return a kept signature."""
    values = {name: kept[name] for name in Signature.__dataclass_fields__ if name in kept}
    return Signature(**values | {name: datetime.fromisoformat(kept[name]) for name in _MOMENTS if kept.get(name)})


_UNREADABLE = as_json(Signature('', '', '', '', None, False, False, False, False, '', 'person'))
