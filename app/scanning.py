"""The virus scanner: clamd, asked over its socket (INSTREAM). What it did not clearly call clean counts as not scanned.

A scanner that is down, hangs, talks nonsense or knows no virus at all opens no door: whoever asks gets ``UNKNOWN``.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum

from app.log import log

PATIENCE = 20.0
"""Seconds for all of one scan, waiting for a turn included."""
REST = 30.0
"""Seconds after a failure in which nobody who uploads waits for the scanner again."""
PROVED = 600.0
"""Seconds for which a scanner that told a virus from an empty letter is believed."""
AT_ONCE = 4
CHUNK = 64 * 1024
HARMLESS = b'Mot cua'
TEST_VIRUS = b'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-' + b'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
"""What every scanner is agreed to find; harmless. In two parts, so that none finds it here. Source: eicar.org"""
_ANSWER = re.compile(rb'stream: (?:OK|(?P<virus>[\x21-\x7e][\x20-\x7e]{0,200}) FOUND)\0')


class Outcome(StrEnum):
    """What came of a scan."""

    CLEAN = 'clean'
    INFECTED = 'infected'
    UNKNOWN = 'unknown'


@dataclass(frozen=True)
class Verdict:
    """The outcome, and what was found."""

    outcome: Outcome
    virus: str = ''


CLEAN, UNKNOWN = Verdict(Outcome.CLEAN), Verdict(Outcome.UNKNOWN)


class _Nonsense(Exception):
    """The scanner answered, but not as one."""


@dataclass
class _Clamd:
    address: str
    rests_until: float = 0.0
    proved_until: float = 0.0
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


_clamd: _Clamd | None = None


def use_clamd(address: str) -> None:
    """Set where clamd listens: ``host:port``, the path of a socket, or '' for no scanner."""
    global _clamd
    _clamd = _Clamd(address) if address else None


def is_address(text: str) -> bool:
    """Tell whether a text is the path of a socket or ``host:port``."""
    host, _, port = text.rpartition(':')
    return text.startswith('/') or bool(host and port.isascii() and port.isdigit() and 0 < int(port) < 65536)


def is_configured() -> bool:
    """Tell whether there is a scanner to be asked."""
    return _clamd is not None


async def scan(content: bytes, *, insist: bool = False) -> Verdict:
    """Have bytes scanned; without a scanner everything is clean. ``insist`` asks also one that has just failed."""
    clamd = _clamd
    if clamd is None:
        return CLEAN
    if clamd.rests_until > time.monotonic() and not insist:
        return UNKNOWN
    try:
        async with asyncio.timeout(PATIENCE), clamd.turns:
            await _prove(clamd)
            verdict = await _ask(clamd, content)
    except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError, _Nonsense) as error:
        log.error('the virus scanner does not work', extra={'error': repr(error)[:200]})
        clamd.rests_until, clamd.proved_until = time.monotonic() + REST, 0.0
        return UNKNOWN
    clamd.rests_until = 0.0
    return verdict


async def _prove(clamd: _Clamd) -> None:
    """Believe only a scanner that finds the test virus and nothing in an empty letter. Raises _Nonsense."""
    if clamd.proved_until > time.monotonic():
        return
    found, clean = await _ask(clamd, TEST_VIRUS), await _ask(clamd, HARMLESS)
    if found.outcome is not Outcome.INFECTED or clean.outcome is not Outcome.CLEAN:
        raise _Nonsense('it does not tell a virus from none')
    clamd.proved_until = time.monotonic() + PROVED


async def _ask(clamd: _Clamd, content: bytes) -> Verdict:
    async with _connected(clamd.address) as (reader, writer):
        writer.write(b'zINSTREAM\0')
        for at in range(0, len(content), CHUNK):
            chunk = content[at : at + CHUNK]
            writer.write(len(chunk).to_bytes(4, 'big') + chunk)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
        answer = _ANSWER.fullmatch(await reader.readuntil(b'\0'))
    if answer is None:
        raise _Nonsense('no answer of clamd')
    virus = answer['virus']
    return Verdict(Outcome.INFECTED, virus.decode('ascii')) if virus else CLEAN


@contextlib.asynccontextmanager
async def _connected(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    if address.startswith('/'):
        reader, writer = await asyncio.open_unix_connection(address, limit=4096)
    else:
        host, _, port = address.rpartition(':')
        reader, writer = await asyncio.open_connection(host.strip('[]'), int(port), limit=4096)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
