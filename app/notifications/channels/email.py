"""E-mail through an SMTP server: always with timeouts, certificates checked, connections kept for the next message."""

import asyncio
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr, formatdate, parseaddr
from functools import cache
from hashlib import blake2s

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from app.clock import now
from app.notifications import host, settings
from app.notifications.channels.base import NotSent, Permanent, Temporary, Unreachable, channels
from app.notifications.outbox import one_line
from app.notifications.render import Rendered

_WIRE = compat32.clone(linesep='\r\n')
_OURS_TO_MEND = frozenset({421, 503, 530, 534, 535, 538})
"""Replies to RCPT that speak of the connection or our account, not of the recipient."""


class _Lost(Temporary):
    """The connection broke while the recipient was named."""


@channels.register
class Email:
    """SMTP with STARTTLS, TLS or (for a server on this machine) neither."""

    key = 'email'

    def __init__(self) -> None:
        self.timeout = 30.0
        """Seconds for each reply of the server."""
        self.tls_context: ssl.SSLContext | None = None
        """None: the system's certificates."""
        self._idle: list[SMTP] = []

    def is_ready(self) -> bool:
        """Tell whether a server is set."""
        return bool(settings().smtp_host)

    async def send(self, message: Rendered) -> None:
        """Hand one message to the server and wait until it says that it keeps it."""
        recipient, mail = _ascii(message.recipient), mime(message)
        smtp = await self._envelope(recipient)
        try:
            with _losing(smtp, Temporary):
                await smtp.data(mail)
        except SMTPDataError as refused:
            await self._keep(smtp)
            raise _said(refused) from refused
        self._idle.append(smtp)

    async def close(self) -> None:
        """Say goodbye on all kept connections."""
        while self._idle:
            smtp = self._idle.pop()
            try:
                await smtp.quit(timeout=5)
            except (SMTPException, OSError, TimeoutError):
                smtp.close()

    async def _envelope(self, recipient: str) -> SMTP:
        """Return a connection that has accepted sender and recipient. A kept one may have died: then try a new one."""
        if self._idle:
            try:
                return await self._address(self._idle.pop(), recipient)
            except (Unreachable, _Lost):
                pass
        return await self._address(await self._connect(), recipient)

    async def _address(self, smtp: SMTP, recipient: str) -> SMTP:
        with _losing(smtp, Unreachable):
            try:
                await smtp.mail(sender().addr_spec)
            except SMTPSenderRefused as refused:
                raise SMTPException(_reply(refused)) from refused
        try:
            with _losing(smtp, _Lost):
                await smtp.rcpt(recipient)
        except SMTPRecipientRefused as refused:
            if refused.code in _OURS_TO_MEND:
                smtp.close()
                raise Unreachable(_reply(refused)) from refused
            await self._keep(smtp)
            raise _said(refused) from refused
        return smtp

    async def _connect(self) -> SMTP:
        chosen = settings()
        smtp = SMTP(
            hostname=chosen.smtp_host,
            port=chosen.smtp_port,
            username=chosen.smtp_user or None,
            password=chosen.smtp_password or None,
            use_tls=chosen.smtp_tls == 'tls',
            start_tls=chosen.smtp_tls == 'starttls',
            tls_context=self.tls_context,
            timeout=self.timeout,
            local_hostname=_greeting_name(),
        )
        try:
            await asyncio.wait_for(smtp.connect(), self.timeout * 3)
        except (SMTPException, OSError, TimeoutError, ValueError) as failed:
            raise Unreachable(_reply(failed)) from failed
        return smtp

    async def _keep(self, smtp: SMTP) -> None:
        """After a refusal the connection is good for the next message, if the server agrees."""
        try:
            await smtp.rset()
        except (SMTPException, OSError, TimeoutError):
            smtp.close()
        else:
            self._idle.append(smtp)


def sender() -> Address:
    """Return who the mail is from: the setting, or ``motcua@`` our own host."""
    return _parsed(one_line(settings().mail_from), f'motcua@{host()}')


@cache
def _parsed(mail_from: str, otherwise: str) -> Address:
    name, spec = parseaddr(mail_from)
    return Address(display_name=name, addr_spec=spec or otherwise)


def mime(message: Rendered) -> bytes:
    """Return the message as it goes over the wire. The older classes of ``email`` are five times as fast as the newer ones."""
    mail = MIMEMultipart('alternative', boundary=f'=_{blake2s(message.message_id.encode()).hexdigest()}', policy=_WIRE)
    mail['From'] = formataddr((sender().display_name, sender().addr_spec))
    mail['To'] = _ascii(message.recipient)
    mail['Subject'] = Header(one_line(message.subject), 'utf-8', header_name='Subject').encode(linesep='\r\n')
    mail['Date'] = formatdate(now().timestamp())
    mail['Message-ID'] = message.message_id
    mail['Auto-Submitted'] = 'auto-generated'
    mail['X-Auto-Response-Suppress'] = 'All'
    mail['Content-Language'] = message.lang
    mail.attach(MIMEText(message.text, 'plain', 'utf-8', policy=_WIRE))
    mail.attach(MIMEText(message.html, 'html', 'utf-8', policy=_WIRE))
    return mail.as_bytes()


def _ascii(address: str) -> str:
    """Return an address for the envelope: a domain in its ASCII form. Raises Permanent where that cannot be."""
    local, _, domain = one_line(address).rpartition('@')
    try:
        spec = f'{local}@{domain.encode("idna").decode()}'
        if not local.isascii() or ' ' in local:
            raise Permanent('address')
        return Address(addr_spec=spec).addr_spec
    except (MessageError, ValueError, IndexError) as wrong:
        raise Permanent('address') from wrong


def _greeting_name() -> str:
    """Return our name for EHLO; an address goes into brackets (RFC 5321, 4.1.3)."""
    try:
        number = ipaddress.ip_address(host())
    except ValueError:
        return host()
    return f'[{number}]' if number.version == 4 else f'[IPv6:{number}]'


def _said(refused: SMTPResponseException) -> NotSent:
    """A reply of 5xx is for ever, anything else for later."""
    return Permanent(_reply(refused)) if refused.code >= 500 else Temporary(_reply(refused))


def _reply(error: Exception) -> str:
    """Return the server's answer, or what went wrong on the way."""
    answer = f'{error.code} {error.message}' if isinstance(error, SMTPResponseException) else str(error)
    return one_line(answer or type(error).__name__)


@contextmanager
def _losing(smtp: SMTP, error: type[NotSent]) -> Iterator[None]:
    """Close a connection that breaks or is given up, and say so as ``error``. A server's clear answer passes."""
    try:
        yield
    except SMTPResponseException:
        raise
    except (SMTPException, OSError, TimeoutError) as lost:
        smtp.close()
        raise error(_reply(lost)) from lost
    except asyncio.CancelledError:
        smtp.close()
        raise
