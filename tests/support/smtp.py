"""A real SMTP server on a socket, in a thread of its own, that misbehaves on request.

Plain tests and async ones may use it:

with SmtpServer() as smtp:
    smtp.refused.add('nobody@example.com')
    ...
    mail = smtp.wait(1)[0]
"""

import asyncio
import datetime as dt
import ipaddress
import ssl
import tempfile
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as mail_policy
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Tls = Literal['none', 'starttls', 'tls']
HOST = '127.0.0.1'


@dataclass(frozen=True)
class Received:
    """One stored message with its envelope."""

    sender: str
    recipient: str
    raw: bytes
    mail: EmailMessage

    @property
    def text(self) -> str:
        """The plain text part."""
        part = self.mail.get_body(('plain',))
        return str(part.get_content()) if part else ''

    @property
    def html(self) -> str:
        """The HTML part."""
        part = self.mail.get_body(('html',))
        return str(part.get_content()) if part else ''


@dataclass
class SmtpServer:
    """The server and what it is told to do. Counters go down as they are used."""

    tls: Tls = 'none'
    login: tuple[str, str] | None = None
    """User and password that it asks for."""
    port: int = 0
    refused: set[str] = field(default_factory=set)
    """Recipients answered 550, for ever."""
    greylist: bool = False
    """Answer 451 the first time a recipient is named."""
    full: int = 0
    """Answer 452 to so many messages."""
    rejected: int = 0
    """Answer 554 to the contents of so many messages."""
    drop_at_recipient: int = 0
    drop_before: int = 0
    """Hang up on so many messages before they are stored."""
    drop_after: int = 0
    """Hang up on so many messages after they are stored, without an answer."""
    delay: float = 0
    """Seconds before each answer to a message."""
    connections: int = 0
    messages: list[Received] = field(default_factory=list)
    open_connections: set[SMTP] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _thread: '_Thread | None' = None
    client_context: ssl.SSLContext | None = None
    """What a client needs to trust the server's certificate."""

    def __enter__(self) -> Self:
        options: dict[str, Any] = {'hostname': 'test', 'enable_SMTPUTF8': True}
        context = None
        if self.tls != 'none':
            with tempfile.TemporaryDirectory(prefix='motcua-smtp-') as folder:
                context, self.client_context = _contexts(Path(folder))
        if self.tls == 'starttls':
            options |= {'tls_context': context, 'require_starttls': True}
        if self.login:
            options |= {'auth_required': True, 'authenticator': self._checks}
        self._thread = _Thread(self, options, context if self.tls == 'tls' else None)
        self.port = self._thread.listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Go away; connections are refused from now on. ``with`` it again to come back on the same port."""
        if self._thread:
            self._thread.stop()
            self._thread = None

    def wait(self, count: int, timeout: float = 10) -> list[Received]:
        """Wait until so many messages are stored and return all. Raises TimeoutError."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.messages) >= count, timeout):
                raise TimeoutError(f'{len(self.messages)} of {count} messages came')
            return list(self.messages)

    def to(self, recipient: str) -> list[Received]:
        """Return what was stored for one recipient."""
        return [m for m in self.messages if m.recipient == recipient]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if _counted(self, 'drop_at_recipient'):
            _hang_up(server)
            return '421 gone'
        if address in self.refused:
            return f'550 5.1.1 <{address}> no such user'
        if self.greylist and address not in self._seen:
            self._seen.add(address)
            return '451 4.7.1 greylisted, try again later'
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        if _counted(self, 'full'):
            return '452 4.3.1 insufficient system storage'
        if _counted(self, 'rejected'):
            return '554 5.7.1 rejected'
        if _counted(self, 'drop_before'):
            _hang_up(server)
            return '421 gone'
        self._store(envelope)
        if _counted(self, 'drop_after'):
            _hang_up(server)
        return '250 OK'

    def _store(self, envelope: Envelope) -> None:
        raw = bytes(envelope.original_content or b'')
        mail = message_from_bytes(raw, policy=mail_policy)
        with self._news:
            for recipient in envelope.rcpt_tos:
                self.messages.append(Received(envelope.mail_from or '', recipient, raw, mail))
            self._news.notify_all()

    def _checks(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == self.login, handled=False)


class _Smtp(SMTP):
    """One connection; the server knows it, so that stopping ends it."""

    def __init__(self, owner: SmtpServer, **options: Any) -> None:
        super().__init__(owner, **options)
        self._owner = owner
        self._auth_require_tls = owner.tls == 'starttls'

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if transport.get_extra_info('sslcontext') is None or self._owner.tls == 'tls':
            self._owner.connections += 1
        self._owner.open_connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._owner.open_connections.discard(self)
        super().connection_lost(error)


class _Thread(threading.Thread):
    """An event loop in a thread, with one listening socket."""

    def __init__(self, owner: SmtpServer, options: dict[str, Any], context: ssl.SSLContext | None) -> None:
        super().__init__(daemon=True, name='smtp')
        self._owner, self._options, self._context = owner, options, context
        self._loop = asyncio.new_event_loop()
        self._is_up: Future[int] = Future()

    def listen(self) -> int:
        """Start, and return the port once it is open."""
        self.start()
        return self._is_up.result(10)

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(self._open())
        except OSError as error:
            self._is_up.set_exception(error)
            return
        self._is_up.set_result(server.sockets[0].getsockname()[1])
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    def _open(self) -> Coroutine[Any, Any, asyncio.Server]:
        return self._loop.create_server(
            lambda: _Smtp(self._owner, loop=self._loop, **self._options), HOST, self._owner.port, ssl=self._context
        )

    async def _end(self) -> None:
        for each in list(self._owner.open_connections):
            _hang_up(each)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join(10)


def _counted(server: SmtpServer, name: str) -> bool:
    left = getattr(server, name)
    setattr(server, name, max(left - 1, 0))
    return bool(left)


def _hang_up(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


def _contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a self-signed certificate for our address; return the server's context and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / 'server.pem'
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    public = certificate.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(private + public)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=public.decode())
