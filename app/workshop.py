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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

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


async def do(job: str, content: bytes, arguments: dict[str, Any], *, seconds: float) -> tuple[dict[str, Any], bytes]:
    """Have a job of ``app.paper_kinds`` done on the next free bench.

    Raises:
        Refusal: the file is not taken, with the reason.  TooHeavy: nobody could find out what it is.
    """
    try:
        return await asyncio.get_running_loop().run_in_executor(_workers, _do, job, content, arguments, seconds)
    except TooHeavy:
        log.warning('a file was too heavy', extra={'job': job, 'bytes': len(content)})
        raise


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
