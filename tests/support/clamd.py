r"""A clamd to test against: INSTREAM as the real one speaks it, and every way in which one can fail.

Made after ClamAV 1.4: ``zINSTREAM\0``, chunks of a length of four bytes and so many bytes, one of length zero at the end;
``stream: OK\0``, ``stream: NAME FOUND\0``, and above StreamMaxLength ``INSTREAM size limit exceeded. ERROR\0``, with the
connection closed while the sender may still be sending.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Literal

from app import scanning
from app.scanning import TEST_VIRUS

MARK = b'this is a virus'
"""What else it takes for one."""
Mood = Literal['well', 'hangs', 'drops', 'drops after', 'nonsense', 'endless', 'blind', 'sees ghosts', 'half', 'error']


@dataclass
class Clamd:
    """One scanner: change its ``mood`` and see what it was sent."""

    address: str
    mood: Mood = 'well'
    limit: int = 25 * 2**20
    scanned: list[bytes] = field(default_factory=list)
    connections: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self.tasks.add(task)
        self.writers.add(writer)
        try:
            await self._answer(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mood == 'drops':
            return
        if await reader.readuntil(b'\0') != b'zINSTREAM\0':
            writer.write(b'UNKNOWN COMMAND\0')
            return
        content = b''
        while size := int.from_bytes(await reader.readexactly(4), 'big'):
            if len(content) + size > self.limit:
                writer.write(b'INSTREAM size limit exceeded. ERROR\0')
                await writer.drain()
                return
            content += await reader.readexactly(size)
        self.scanned.append(content)
        if self.mood == 'drops after':
            return
        if self.mood == 'hangs':
            await asyncio.Event().wait()
        writer.write(self._said(content))
        await writer.drain()
        if self.mood == 'half':
            await asyncio.Event().wait()

    def _said(self, content: bytes) -> bytes:
        said = {
            'nonsense': b'HTTP/1.1 200 OK\r\n\r\nstream: OK\0',
            'endless': b'OK ' * 100_000,
            'blind': b'stream: OK\0',
            'sees ghosts': b'stream: Ghost FOUND\0',
            'half': b'stream: OK',
            'error': b"Can't allocate memory ERROR\0",
        }
        if self.mood in said:
            return said[self.mood]
        name = 'Eicar-Test-Signature' if TEST_VIRUS in content else 'Made.Up-1' if MARK in content else ''
        return f'stream: {name} FOUND\0'.encode() if name else b'stream: OK\0'


@contextmanager
def impatient() -> Iterator[None]:
    """Give a scanner that keeps silent up after half a second: of one that works nothing is expected so soon."""
    before, scanning.PATIENCE = scanning.PATIENCE, 0.5
    try:
        yield
    finally:
        scanning.PATIENCE = before


@asynccontextmanager
async def running(path: str | None = None) -> AsyncIterator[Clamd]:
    """Run a scanner on a socket of its own: at a path, or on a port of this machine."""
    clamd = Clamd(path or '')
    server = await (
        asyncio.start_unix_server(clamd.serve, path) if path else asyncio.start_server(clamd.serve, '127.0.0.1', 0)
    )
    if not path:
        clamd.address = f'127.0.0.1:{server.sockets[0].getsockname()[1]}'
    try:
        yield clamd
    finally:
        server.close()
        for task in clamd.tasks:
            task.cancel()
        await asyncio.gather(*clamd.tasks, return_exceptions=True)
        for writer in clamd.writers:
            writer.transport.abort()
        await asyncio.sleep(0)
