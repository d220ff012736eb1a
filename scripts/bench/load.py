"""Requests one after the other from several clients at once, over connections that stay open."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from scripts.bench.servers import Running


@dataclass(frozen=True)
class Rate:
    """What a load came to: how many a second, waiting times in ms, processor ms of the server for each."""

    per_second: float
    p50: float
    p95: float
    cpu: float


def spread(times: Sequence[float]) -> tuple[float, float]:
    """Return median and 95th percentile of some seconds, in ms."""
    cuts = quantiles(times, n=100, method='inclusive') if len(times) > 1 else [times[0]] * 99
    return cuts[49] * 1000, cuts[94] * 1000


async def press(server: Running, clients: int, seconds: float, work: Callable[[int], Awaitable[None]]) -> Rate:
    """Let each client do its work again and again for some seconds."""
    times: list[float] = []
    began, spent = time.perf_counter(), server.cpu()

    async def one(number: int) -> None:
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            await work(number)
            times.append(time.perf_counter() - start)

    await asyncio.gather(*(one(number) for number in range(clients)))
    lasted = time.perf_counter() - began
    return Rate(len(times) / lasted, *spread(times), (server.cpu() - spent) * 1000 / len(times))


class Reader:
    """Clients that ask for one page and read no more of the answer than they must; each time as another visitor."""

    def __init__(self, server: Running, path: str) -> None:
        self.server, self.path, self._asked = server, path, 0
        self._open: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def __call__(self, number: int) -> None:
        if number not in self._open:
            self._open[number] = await asyncio.open_connection('127.0.0.1', self.server.port, limit=2**22)
        reader, writer = self._open[number]
        self._asked += 1
        address = f'10.6.{self._asked // 200 % 250}.{self._asked % 200}'
        host = f'127.0.0.1:{self.server.port}'
        writer.write(f'GET {self.path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: {address}\r\n\r\n'.encode())
        head = await reader.readuntil(b'\r\n\r\n')
        if not head.startswith(b'HTTP/1.1 200'):
            raise RuntimeError(head.decode())
        length = head.lower().partition(b'content-length: ')[2].partition(b'\r')[0]
        await reader.readexactly(int(length or 0))

    def close(self) -> None:
        """Close all connections."""
        for _, writer in self._open.values():
            writer.close()


async def pages(server: Running, path: str, seconds: float, clients: int = 8) -> Rate:
    """Ask for a page by several clients for some seconds."""
    reader = Reader(server, path)
    await reader(0)
    try:
        return await press(server, clients, seconds, reader)
    finally:
        reader.close()
