"""A wire that can be cut: stands between browser and server, refuses, or swallows everything without a word."""

import asyncio
import contextlib
import threading
from typing import Literal

Mode = Literal['open', 'cut', 'silent']


class Wire:
    """A TCP proxy in its own thread. ``cut`` closes and refuses connections; ``silent`` keeps them and drops bytes."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._mode: Mode = 'open'
        self._opened = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self._thread.start()
        assert self._ready.wait(60), 'the wire is not there'

    def set(self, mode: Mode) -> None:
        """Change what the wire does; cutting drops what is open, opening after silence too."""
        asyncio.run_coroutine_threadsafe(self._set(mode), self._loop).result(10)

    def close(self) -> None:
        """End the thread."""
        self.set('cut')
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connected, '127.0.0.1', 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        # Closing the server at once would leave a connection that was just accepted without an owner, and so open.
        for listener in server.sockets:
            self._loop.remove_reader(listener.fileno())
        while rest := [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]:
            self._abort()
            await asyncio.gather(*rest, return_exceptions=True)
            await asyncio.sleep(0.01)  # what was closed is let go of in the next turns of the loop
        server.close()

    async def _set(self, mode: Mode) -> None:
        before, self._mode = self._mode, mode
        if mode == 'cut' or (before == 'silent' and mode == 'open'):
            self._abort()

    def _abort(self) -> None:
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if self._mode == 'cut':
                return
            with contextlib.suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection('127.0.0.1', self.target)
                self._writers.add(far_writer)
                await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        finally:
            self._end(writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self._mode == 'open':
                    writer.write(data)
                    await writer.drain()
        self._end(writer)

    def _end(self, writer: asyncio.StreamWriter) -> None:
        """Close it once what is left was written; should the other side never read that, the end of the wire aborts it."""
        writer.close()
