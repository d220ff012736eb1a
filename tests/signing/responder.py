"""Whoever answers for an authority (OCSP), on a socket of this machine: reads what is asked, and lies on request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import (
    OCSPCertStatus,
    OCSPResponderEncoding,
    OCSPResponse,
    OCSPResponseBuilder,
    OCSPResponseStatus,
    load_der_ocsp_request,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.clock import now
from app.demo.authority import Authority, Issued
from tests.signing.lists import HOST, serving


@dataclass
class Responder:
    """Answers for ``authority``. ``mood``: a status, ``refuses``, ``old``, ``stranger`` (signed by nobody it trusts), ``other``."""

    port: int = 0
    authority: Authority | None = None
    certificates: list[x509.Certificate] = field(default_factory=list)
    revoked: dict[int, datetime] = field(default_factory=dict)
    mood: str = '200'
    delegate: Issued | None = None
    """Answers in the authority's stead."""
    asked: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f'http://{HOST}:{self.port}/ocsp'

    def answer(self, body: bytes) -> bytes:
        """Return the answer to a request."""
        assert self.authority
        serial = load_der_ocsp_request(body).serial_number
        self.asked.append(serial)
        if self.mood == 'refuses':
            refused = OCSPResponseBuilder.build_unsuccessful(OCSPResponseStatus.TRY_LATER)
            return refused.public_bytes(Encoding.DER)
        if self.mood == 'other':
            serial = next(one.serial_number for one in self.certificates if one.serial_number != serial)
        asked = next(one for one in self.certificates if one.serial_number == serial)
        return self._signed(asked, self.authority).public_bytes(Encoding.DER)

    def _signed(self, asked: x509.Certificate, authority: Authority) -> OCSPResponse:
        made = now() - (timedelta(days=9) if self.mood == 'old' else timedelta(minutes=1))
        at = self.revoked.get(asked.serial_number)
        builder = OCSPResponseBuilder().add_response(
            asked, authority.root, SHA256(), OCSPCertStatus.REVOKED if at else OCSPCertStatus.GOOD, made,
            made + timedelta(hours=2), at, x509.ReasonFlags.key_compromise if at else None,
        )  # fmt: skip
        if self.mood == 'stranger':
            key, certificate = rsa.generate_private_key(65537, 2048), authority.root
        elif self.delegate:
            key, certificate = self.delegate.key, self.delegate.certificate
            builder = builder.certificates([certificate])
        else:
            key, certificate = authority._key, authority.root
        return builder.responder_id(OCSPResponderEncoding.HASH, certificate).sign(key, SHA256())


def delegated(authority: Authority) -> Issued:
    """Return a key that may answer in an authority's stead. Source: RFC 6960, 4.2.2.2."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'Nơi trả lời')])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    builder = authority._builder(name, key).add_extension(usage, critical=False)
    return Issued(key, builder.add_extension(x509.OCSPNoCheck(), critical=False).sign(authority._key, SHA256()))


@contextmanager
def responder() -> Iterator[Responder]:
    """Serve until the block ends."""
    one = Responder()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers['Content-Type'] == 'application/ocsp-request'
            body = self.rfile.read(int(self.headers['Content-Length']))
            answer = one.answer(body)
            self.send_response(int(one.mood) if one.mood.isdigit() else 200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Handler) as one.port:
        yield one
