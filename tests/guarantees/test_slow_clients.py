"""G9: clients that never finish what they began keep nobody else waiting, behind the proxy configuration we ship."""

import contextlib
import os
import shutil
import socket
import ssl
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import main
from app.settings import Settings
from tests.guarantees.recording import Guarantee, dose
from tests.root.test_serve import serving
from tests.support.ports import free_port

SHIPPED = Path(__file__).parents[2] / 'deploy' / 'Caddyfile'
HALF_OPEN = 300
HEADER_SECONDS = 10
"""``read_header`` of the shipped file."""


@contextmanager
def proxy(folder: Path, behind: int) -> Iterator[str]:
    """Run Caddy with the shipped file; added is only what keeps it from port 80 and the trust store of this machine."""
    if (caddy := shutil.which('caddy')) is None:
        pytest.skip('caddy is not installed')
    port, home = free_port(), folder / 'caddy'
    home.mkdir()
    text = SHIPPED.read_text('utf-8').replace(
        'admin off', 'admin off\n\tauto_https disable_redirects\n\tskip_install_trust'
    )
    (home / 'Caddyfile').write_text(text, 'utf-8')
    environment = {
        'PATH': os.environ['PATH'], 'HOME': str(home), 'XDG_DATA_HOME': str(home), 'XDG_CONFIG_HOME': str(home),
        'MOTCUA_SITE': f'https://localhost:{port}', 'MOTCUA_PORT': str(behind),
    }  # fmt: skip
    run = [caddy, 'run', '--adapter', 'caddyfile', '--config', str(home / 'Caddyfile')]
    with (home / 'log').open('w') as log:
        process = subprocess.Popen(run, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f'https://localhost:{port}/healthz', verify=False, timeout=2).raise_for_status()
                break
            assert process.poll() is None and time.monotonic() < deadline, (home / 'log').read_text('utf-8')
            time.sleep(0.1)
        yield f'https://localhost:{port}'
    finally:
        process.kill()
        process.wait(20)


class HalfOpen:
    """Connections that began something: a third a handshake, a third their headers, a third a large body."""

    def __init__(self, stack: ExitStack, port: int) -> None:
        self.begun: dict[str, list[socket.socket]] = {'body': [], 'headers': [], 'handshake': []}
        self.since: float
        """When the first of those began that are cut off after ``HEADER_SECONDS``; bodies, which have minutes, come first."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        for kind in [kind for kind in self.begun for _ in range(HALF_OPEN // 3)]:
            if kind == 'headers' and not self.begun[kind]:
                self.since = time.monotonic()
            raw = stack.enter_context(socket.create_connection(('localhost', port), timeout=10))
            if kind == 'handshake':
                raw.sendall(b'\x16\x03\x01\x02\x00\x01')  # the beginning of a ClientHello
                self.begun[kind].append(raw)
                continue
            secure = stack.enter_context(trusting.wrap_socket(raw, server_hostname='localhost'))
            head = b'POST /tra-cuu HTTP/1.1\r\nHost: localhost\r\nX-Slow: '
            rest = b'1\r\nContent-Length: 900000\r\n\r\nso='
            secure.sendall(head if kind == 'headers' else head + rest)
            self.begun[kind].append(secure)

    def open(self, kind: str) -> int:
        """Count the connections of a kind that the other side has not ended."""
        return sum(_is_open(one) for one in self.begun[kind])


def _is_open(one: socket.socket) -> bool:
    one.settimeout(0.001)
    try:
        return one.recv(1) != b''
    except (TimeoutError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False


def latencies(url: str, count: int) -> list[float]:
    """Ask for public pages, each over a connection of its own, and return how long each took."""
    found = []
    for number in range(count):
        begun = time.perf_counter()
        path = ('/', '/thu-tuc', '/tra-cuu')[number % 3]
        httpx.get(url + path, verify=False, timeout=10, trust_env=False).raise_for_status()
        found.append(time.perf_counter() - begun)
    return found


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_half_open_requests_keep_nobody_waiting(tmp_path: Path, guarantee: Guarantee) -> None:
    """Normal pages stay under a second while three hundred hang, and those are cut off when their time is over."""
    with serving(tmp_path / 'data') as (_, behind), proxy(tmp_path, int(behind.rpartition(':')[2])) as url:
        quiet = p95(latencies(url, 20))
        with ExitStack() as stack:
            attack = HalfOpen(stack, int(url.rpartition(':')[2]))
            assert time.monotonic() - attack.since < HEADER_SECONDS - 2, 'too slow to have them all hang at once'
            hanging = {kind: attack.open(kind) for kind in attack.begun}
            assert sum(hanging.values()) == HALF_OPEN
            busy = p95(latencies(url, dose(40, 400)))
            time.sleep(max(0.0, HEADER_SECONDS + 2 - (time.monotonic() - attack.since)))
            left = attack.open('headers')
    assert busy < max(1.0, 5 * quiet), 'where nothing hangs a machine that has much to do is slow as well'
    assert left == 0
    guarantee(
        'G9', happened=HALF_OPEN, unit='half-open requests', fault='a third stop in the TLS handshake, a third in the headers, '
        'a third in the body; behind Caddy with deploy/Caddyfile',
        outcome=f'p95 of public pages {busy * 1000:.0f} ms ({quiet * 1000:.0f} ms before); headers cut off after {HEADER_SECONDS} s',
    )  # fmt: skip


def test_the_server_itself_refuses_more_connections_than_it_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever gets past the proxy is bounded as well, and the proxy gives up kept connections before the server does."""
    told: dict[str, Any] = {}
    monkeypatch.setattr('pages.root.create_root', lambda _settings: None)
    monkeypatch.setattr(main.uvicorn, 'run', lambda _root, **options: told.update(options))
    main.run(Settings())
    shipped = SHIPPED.read_text('utf-8')
    assert int(shipped.partition('max_conns_per_host ')[2].split()[0]) <= told['limit_concurrency'] <= 10_000
    assert int(shipped.partition('keepalive ')[2].split('s')[0]) < told['timeout_keep_alive']
