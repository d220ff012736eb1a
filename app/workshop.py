"""Processes apart in which files of strangers are opened, one at a time in each, with bounds on time and memory.

A file may be made to crash, to hang or to fill the memory of whatever opens it, and PDFium bears no second thread. The
processes get no settings, no key and no database: bytes go in, bytes come out.
"""

import asyncio
import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any
from weakref import WeakValueDictionary

from app.log import log

BENCHES = 2
MEMORY = 1_500_000_000
"""Bytes of address space of each process, its libraries included."""
LARGEST = 64 * 2**20
"""Bytes of a file or a picture on their way."""
JOBS = 500
"""After so many a process makes way for a fresh one: what the libraries leak is gone with it."""
KEPT = ('PATH', 'LANG', 'LC_ALL', 'PYTHONPATH', 'VIRTUAL_ENV', 'LD_LIBRARY_PATH')
"""All that a process learns of our environment."""


class Refusal(Exception):
    """Why a file is not taken: the end of a key of ``app/locale/papers.yaml``."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class TooHeavy(Exception):
    """The file took too long or too much memory, or brought the process down."""


class Bench:
    """One process, begun when it is first needed and again after it fell."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._jobs = 0

    def do(self, job: str, content: bytes, arguments: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        """Have one job done. Raises Refusal, TooHeavy."""
        process = self._ready()
        assert process.stdin and process.stdout  # noqa: S101 - both are pipes
        too_late = threading.Event()

        def ring() -> None:
            too_late.set()
            process.kill()

        bell = threading.Timer(seconds, ring)
        bell.start()
        try:
            _send(process.stdin, {'job': job, 'arguments': arguments}, content)
            answer, result = _receive(process.stdout)
        except (OSError, EOFError, ValueError, LookupError, TypeError) as fallen:
            self.end()
            raise TooHeavy(job) from fallen
        finally:
            bell.cancel()
            bell.join()
        self._jobs += 1
        if too_late.is_set():  # it answered in the last moment, and is gone
            self.end()
        if 'refused' in answer:
            raise Refusal(answer['refused'], **answer['values'])
        return answer, result

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None or self._jobs >= JOBS:
            self.end()
            self._process = subprocess.Popen(
                [sys.executable, '-c', 'from app.workshop import serve; serve()'],
                cwd=Path(__file__).parent.parent,
                env={name: os.environ[name] for name in KEPT if name in os.environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._jobs = 0
        return self._process

    def end(self) -> None:
        """Stop the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr] # both are pipes
        process.wait()


_own = threading.local()
_benches: list[Bench] = []
_workers = ThreadPoolExecutor(BENCHES, thread_name_prefix='workshop')


_sender: ContextVar[str | None] = ContextVar('sender', default=None)
_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


@contextlib.contextmanager
def sent_by(sender: str | None) -> Iterator[None]:
    """Say whose files are opened in here: of one sender only one at a time, so that nobody keeps all benches busy.

    None: of nobody who has to wait for a turn.
    """
    before = _sender.set(sender)
    try:
        yield
    finally:
        _sender.reset(before)


@contextlib.asynccontextmanager
async def turn_of(sender: str | None) -> AsyncIterator[None]:
    """Wait for a sender's turn first, and keep it while in here: nothing that others wait for as well is held meanwhile."""
    free = await _turn(sender)
    try:
        with sent_by(None):
            yield
    finally:
        free(None)


async def do(job: str, content: bytes, arguments: dict[str, Any], *, seconds: float) -> tuple[dict[str, Any], bytes]:
    """Have a job of ``app.paper_kinds`` done on the next free bench.

    Raises:
        Refusal: the file is not taken, with the reason.  TooHeavy: nobody could find out what it is.
    """
    free = await _turn(_sender.get())
    doing = _workers.submit(_do, job, content, arguments, seconds)
    doing.add_done_callback(free)
    try:
        return await asyncio.wrap_future(doing)
    except TooHeavy:
        log.warning('a file was too heavy', extra={'job': job, 'bytes': len(content)})
        raise


async def _turn(sender: str | None) -> Callable[[object], None]:
    """Wait until no other file of a sender is on a bench; return what ends the turn, once the bench is free.

    Whoever no longer waits for the answer has not freed the bench.
    """
    if sender is None:
        return lambda _: None
    loop, turn = asyncio.get_running_loop(), _turns.setdefault(sender, asyncio.Lock())
    await turn.acquire()

    def free(_: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone, and with it whoever waited
            loop.call_soon_threadsafe(turn.release)

    return free


def _do(job: str, content: bytes, arguments: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
    if not hasattr(_own, 'bench'):
        _own.bench = Bench()
        _benches.append(_own.bench)
    found: tuple[dict[str, Any], bytes] = _own.bench.do(job, content, arguments, seconds)
    return found


@atexit.register
def close() -> None:
    """Stop all processes."""
    for bench in _benches:
        bench.end()


def _send(pipe: IO[bytes], head: dict[str, Any], content: bytes) -> None:
    pipe.write(json.dumps({**head, 'size': len(content)}).encode() + b'\n')
    pipe.write(content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    line = pipe.readline(100_000)
    if not line:
        raise EOFError
    head: dict[str, Any] = json.loads(line)
    size = int(head.pop('size'))
    if not 0 <= size <= LARGEST:
        raise ValueError(size)
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return head, content


def serve() -> None:
    """Be one of the processes: answer jobs until nobody asks any more."""
    import resource

    from app import paper_kinds

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))
    os.nice(5)
    inward, outward = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            head, content = _receive(inward)
            _send(outward, *_answer(paper_kinds, head['job'], content, head['arguments']))


def _answer(kinds: Any, job: str, content: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        answer: tuple[dict[str, Any], bytes] = kinds.JOBS[job](content, **arguments)
        return answer
    except Refusal as refusal:
        return {'refused': refusal.key, 'values': refusal.values}, b''
    except MemoryError:
        os._exit(1)
    except Exception:  # a library's many ways to say that a file is not what it should be
        return {'refused': 'broken', 'values': {}}, b''
