"""A place on a socket of this machine where an authority publishes whom it revoked; it misbehaves on request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = 'localhost'
ALLOWED = f'{HOST}@127.0.0.0/8'


@dataclass
class Place:
    """What lies there. ``mood``: a status, or ``flood`` (more than anybody takes), or ``redirect`` (to itself)."""

    port: int = 0
    content: bytes = b''
    mood: str = '200'
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the list lies."""
        return f'http://{HOST}:{self.port}/ca.crl'


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Serve in a thread until the block ends; gives the port."""
    with ThreadingHTTPServer(('127.0.0.1', 0), handler) as server:
        worker = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.02})
        worker.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            worker.join()


@contextmanager
def place() -> Iterator[Place]:
    """Serve until the block ends."""
    one = Place()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            one.asked.append(self.path)
            status = {'flood': 200, 'redirect': 302}.get(one.mood) or int(one.mood)
            self.send_response(status)
            if one.mood == 'redirect':
                self.send_header('Location', one.url)
            self.end_headers()
            with suppress(OSError):
                for _ in range(200 if one.mood == 'flood' else 0):
                    self.wfile.write(bytes(2**17))
                self.wfile.write(one.content if one.mood == '200' else b'')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Handler) as one.port:
        yield one
