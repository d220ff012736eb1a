"""Another system on a socket of this machine, with https or without, that misbehaves on request."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.audit.authority import openssl

HOST = 'localhost'
ALLOWED = f'{HOST}@127.0.0.0/8'


@dataclass(frozen=True)
class Told:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came, and how it is answered.

    ``mood``: a status; ``drop`` (hangs up without a word); ``silent`` (never answers); ``flood`` (an answer without an
    end); ``redirect`` (to ``elsewhere``).
    """

    port: int = 0
    scheme: str = 'http'
    mood: str = '200'
    elsewhere: str = ''
    told: list[Told] = field(default_factory=list)
    flooded: int = 0
    news: threading.Condition = field(default_factory=threading.Condition)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f'{self.scheme}://{HOST}:{self.port}/told?from=motcua'


class _Handler(BaseHTTPRequestHandler):
    """Answers as the receiver's mood is."""

    receiver: Receiver

    def do_POST(self) -> None:
        one = self.receiver
        body = self.rfile.read(int(self.headers['Content-Length']))
        with one.news:
            one.told.append(Told(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            one.news.notify_all()
        if one.mood == 'drop':
            self.close_connection = True
        elif one.mood == 'silent':
            one.over.wait(30)
        elif one.mood == 'flood':
            self._flood()
        elif one.mood == 'redirect':
            self._answer(302, {'Location': one.elsewhere})
        else:
            self._answer(int(one.mood), {})

    do_GET = do_POST  # noqa: N815 - its name there

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, 'Content-Length': '0'}.items():
            self.send_header(name, value)
        self.end_headers()

    def _flood(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while not self.receiver.over.is_set():
                self.receiver.flooded += self.wfile.write(b'x' * 65_536)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listen until the block ends."""
    one = Receiver(scheme='https' if tls else 'http')
    handler = type('Handler', (_Handler,), {'receiver': one})
    with ThreadingHTTPServer(('127.0.0.1', 0), handler) as server:
        server.daemon_threads = True
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        one.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield one
        finally:
            one.over.set()
            server.shutdown()
            thread.join()


def contexts(folder: Path, name: str = HOST) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the context of a server that is called ``name``, and of a client that trusts it."""
    new = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    files = ['-keyout', f'{name}.key', '-out', f'{name}.pem', '-subj', f'/CN={name}']
    openssl(folder, *new, *files, '-addext', f'subjectAltName=DNS:{name}')
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / f'{name}.pem', folder / f'{name}.key')
    return server, ssl.create_default_context(cafile=str(folder / f'{name}.pem'))
