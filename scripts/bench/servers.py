"""Programs that are measured: each a process of its own, watched from outside."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.migrate import ROOT
from scripts.bench import report

TICKS = os.sysconf('SC_CLK_TCK')


@dataclass
class Running:
    """A server that answers."""

    port: int
    pid: int
    started_in: float
    """Seconds from the start of the process to its first page."""

    @property
    def url(self) -> str:
        """Where it is."""
        return f'http://127.0.0.1:{self.port}'

    def cpu(self) -> float:
        """Return the processor seconds that it and the processes it started have used."""
        fields = Path(f'/proc/{self.pid}/stat').read_text('utf-8').rpartition(')')[2].split()
        return sum(map(int, fields[11:15])) / TICKS

    def memory(self) -> float:
        """Return its resident memory in MB."""
        found = re.search(r'VmRSS:\s+(\d+)', Path(f'/proc/{self.pid}/status').read_text('utf-8'))
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def program(
    *command: str, path: str = '/', environment: dict[str, str] | None = None, log: Path | None = None
) -> Iterator[Running]:
    """Run a program with ``PORT`` in its arguments or environment until the block ends; ``log`` takes what it says."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    told = {**report.environment(), **(environment or {}), 'MOTCUA_PORT': str(port)}
    began = time.perf_counter()
    line = [sys.executable, *(part.replace('PORT', str(port)) for part in command)]
    with (
        (log or Path(os.devnull)).open('wb') as said,
        subprocess.Popen(line, cwd=ROOT, env=told, stdout=said, stderr=said) as process,
    ):
        try:
            _wait(process, f'http://127.0.0.1:{port}{path}')
            yield Running(port, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: 'subprocess.Popen[bytes]', url: str) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url, timeout=10).raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.02)
    raise RuntimeError(f'{url} does not answer')


def service(folder: Path, *command: str, log: Path | None = None, **settings: str) -> AbstractContextManager[Running]:
    """Run the service itself on a filled folder (an empty one it fills); ``command`` in place of ``main.py``."""
    names = {f'MOTCUA_{name.upper()}': value for name, value in settings.items()}
    told = {'MOTCUA_DATA_DIR': str(folder), 'MOTCUA_DEMO': '1', **names}
    return program(*(command or ('main.py',)), environment=told, log=log)
