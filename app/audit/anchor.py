"""Anchors: the heads of both chains, sealed with the key, in a text that is kept outside and read again years later."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default as modern

from app import crypto
from app.audit.chain import FIRST
from app.clock import now
from models import Anchor

_GAP = r'[\s>]+'
"""Between the parts of an anchor: mail programs break lines and put > before them."""
_HASH = '[0-9a-f]{64}'
_TEXT = re.compile(
    _GAP.join(
        (
            r'motcua-anchor (?P<number>\d{1,9})',
            r'at (?P<at>[0-9T:.+-]{19,40})',
            rf'events (?P<events>\d{{1,18}}) (?P<events_chain>{_HASH})',
            rf'reads (?P<reads>\d{{1,18}}) (?P<reads_chain>{_HASH})',
            rf'previous (?P<previous>{_HASH})',
            rf'seal (?P<seal>{_HASH})',
        )
    ).replace(' ', _GAP)
)


@dataclass(frozen=True)
class Kept:
    """What one anchor says, wherever it was kept: number and value of the last row of each chain."""

    number: int
    at: str
    events: int
    events_chain: str
    reads: int
    reads_chain: str
    previous: str
    seal: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The anchor as text, line by line."""
        return (*self._body, f'seal {self.seal}')

    @property
    def is_ours(self) -> bool:
        """Nobody without the key made or changed it."""
        return crypto.same(self.seal, crypto.mac('anchor', *self._body))

    @property
    def _body(self) -> tuple[str, ...]:
        return (
            f'motcua-anchor {self.number}',
            f'at {self.at}',
            f'events {self.events} {self.events_chain}',
            f'reads {self.reads} {self.reads_chain}',
            f'previous {self.previous}',
        )


def kept(row: Anchor) -> Kept:
    """Return what a stored anchor says."""
    at = row.made_at.isoformat()
    return Kept(row.number, at, row.events, row.events_chain, row.reads, row.reads_chain, row.previous, row.seal)


def following(last: Anchor | None, events: tuple[int, str], reads: tuple[int, str]) -> Anchor:
    """Return the next anchor over the heads of both chains, sealed."""
    row = Anchor(
        number=last.number + 1 if last else 1,
        made_at=now(),
        events=events[0],
        events_chain=events[1],
        reads=reads[0],
        reads_chain=reads[1],
        previous=last.seal if last else FIRST,
        seal='',
    )
    row.seal = crypto.mac('anchor', *kept(row).lines[:-1])
    return row


def stamped_text(one: Kept) -> bytes:
    """Return what a time-stamping authority stamps."""
    return '\n'.join(one.lines).encode()


def found_in(content: bytes) -> list[Kept]:
    """Return the anchors in a file: a letter as it was saved, a text it was copied to, or several of them, each once."""
    found = {one.seal: one for text in _texts(content) for one in _read(text)}
    return sorted(found.values(), key=lambda one: one.number)


def _read(text: str) -> Iterator[Kept]:
    for match in _TEXT.finditer(text):
        if _is_moment(match['at']):
            yield Kept(
                number=int(match['number']),
                at=match['at'],
                events=int(match['events']),
                events_chain=match['events_chain'],
                reads=int(match['reads']),
                reads_chain=match['reads_chain'],
                previous=match['previous'],
                seal=match['seal'],
            )


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _texts(content: bytes) -> Iterator[str]:
    """Yield the file as it is, and the parts of a letter as they read once decoded."""
    yield content.decode('utf-8', 'replace')
    for part in message_from_bytes(content, policy=modern).walk():
        if part.get_content_maintype() == 'text':
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload.decode('utf-8', 'replace')
