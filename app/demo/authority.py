"""A made-up authority for the demonstration: one root, one certificate for each signer. Its own key is never kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

FROM, TO = datetime(2024, 1, 1, tzinfo=UTC), datetime(2044, 1, 1, tzinfo=UTC)
BITS, LONGEST = 2048, 64
"""Of a key; characters of a part of a name. Source: RFC 5280, appendix A.1."""


@dataclass(frozen=True)
class Issued:
    """A key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


class Authority:
    """Gives certificates as long as this object lives."""

    def __init__(
        self, name: str = 'Motcua – minh họa, không có giá trị pháp lý', *, lists: str = '', answers: str = ''
    ) -> None:
        """``lists``, ``answers``: addresses, named in every certificate, of the list of revoked certificates and of whoever
        is asked of one (OCSP); empty: none."""
        self._lists, self._answers = lists, answers
        self._name = _name((NameOID.COMMON_NAME, name))
        self._key = rsa.generate_private_key(65537, BITS)
        builder = self._builder(self._name, self._key, is_root=True)
        self.root = builder.sign(self._key, SHA256())

    @property
    def pem(self) -> str:
        """The root certificate."""
        return self.root.public_bytes(Encoding.PEM).decode()

    def person(self, name: str, agency: str, title: str = '', number: str = '', *, to: datetime = TO) -> Issued:
        """Give a person a certificate."""
        more = [(NameOID.TITLE, title), (NameOID.USER_ID, f'CCCD:{number}' if number else '')]
        return self._issue([(NameOID.COMMON_NAME, name), (NameOID.ORGANIZATION_NAME, agency), *more], to)

    def seal(self, agency: str, code: str) -> Issued:
        """Give an agency a certificate."""
        more = [(NameOID.ORGANIZATION_NAME, agency), (NameOID.ORGANIZATION_IDENTIFIER, code)]
        return self._issue([(NameOID.COMMON_NAME, agency), *more], TO)

    def revoked(self, *certificates: x509.Certificate, at: datetime) -> bytes:
        """Return the list of revoked certificates (DER) of a day, with these on it."""
        builder = x509.CertificateRevocationListBuilder(self._name, at, at + timedelta(days=1))
        for one in certificates:
            entry = x509.RevokedCertificateBuilder(one.serial_number, at)
            builder = builder.add_revoked_certificate(entry.build())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        signed = builder.add_extension(issuer, critical=False).sign(self._key, SHA256())
        return signed.public_bytes(Encoding.DER)

    def _issue(self, parts: list[tuple[x509.ObjectIdentifier, str]], to: datetime) -> Issued:
        key = rsa.generate_private_key(65537, BITS)
        return Issued(key, self._builder(_name(*parts), key, to=to).sign(self._key, SHA256()))

    def _builder(
        self, name: x509.Name, key: rsa.RSAPrivateKey, *, is_root: bool = False, to: datetime = TO
    ) -> x509.CertificateBuilder:
        usage = dict.fromkeys(_USES, False) | dict.fromkeys(('key_cert_sign', 'crl_sign') if is_root else _SIGNS, True)
        builder = (
            x509.CertificateBuilder(self._name, name, key.public_key(), x509.random_serial_number(), FROM, to)
            .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if is_root:
            return builder
        if self._answers:
            asked = x509.UniformResourceIdentifier(self._answers)
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, asked)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        if not self._lists:
            return builder
        place = x509.DistributionPoint([x509.UniformResourceIdentifier(self._lists)], None, None, None)
        return builder.add_extension(x509.CRLDistributionPoints([place]), critical=False)


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    found = [x509.NameAttribute(kind, text[:LONGEST]) for kind, text in parts if text]
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, 'VN'), *found])


_SIGNS = ('digital_signature', 'content_commitment')
_USES = (
    *_SIGNS, 'key_encipherment', 'data_encipherment', 'key_agreement', 'key_cert_sign', 'crl_sign', 'encipher_only', 'decipher_only',
)  # fmt: skip
