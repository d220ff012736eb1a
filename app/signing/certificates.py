"""What a certificate says: of whom it is, from when to when, who gave it, and whether that authority is believed."""

import asyncio
import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509

LONGEST = 200
"""Characters of a name."""
PLACES = 2
"""Of a certificate that are asked."""
AGENCY, PERSON = ('MST',), ('CCCD', 'CMND', 'CC', 'HC', 'PNO', 'IDC')
"""What stands before the number of an agency, or of a person, in certificates of Viet Nam and of Europe. Practice (mark C)."""
SIGNS = frozenset({'digital_signature', 'non_repudiation'})
"""One of them must stand in the certificate of a signer."""


def places_of_lists(certificate: x509.Certificate) -> list[str]:
    """Return where the certificate says that its revocation would be listed."""
    return [point.url for point in certificate.crl_distribution_points if point.url]


def asks_of(certificate: x509.Certificate, issuer: x509.Certificate) -> list[dict[str, str]]:
    """Return whom a certificate names to be asked whether it was revoked, with the question. Source: RFC 6960, 4.1."""
    places = [place for place in certificate.ocsp_urls if place][:PLACES]
    if not places:
        return []
    from cryptography import x509 as reading
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.ocsp import OCSPRequestBuilder

    own, above = (reading.load_der_x509_certificate(one.dump()) for one in (certificate, issuer))
    builder = OCSPRequestBuilder().add_certificate(own, above, SHA1())  # noqa: S303 - names a certificate, protects nothing
    request = base64.b64encode(builder.build().public_bytes(Encoding.DER)).decode()
    return [{'url': place, 'request': request} for place in places]


async def is_revoked(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], roots: bytes, answers: Iterable[bytes]
) -> bool:
    """Tell whether one of some answers, of whom the certificate's authority lets answer, says that it was revoked."""

    def check() -> bool:
        from pyhanko_certvalidator import CertificateValidator, ValidationContext
        from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError

        context = ValidationContext(
            trust_roots=read_pem(roots), allow_fetching=False, ocsps=list(answers), revocation_mode='soft-fail'
        )
        path = CertificateValidator(certificate, list(others), validation_context=context)
        try:
            asyncio.run(path.async_validate_usage(set()))
        except RevokedError:
            return True
        except (PathError, ValidationError):
            return False
        return False

    return await asyncio.to_thread(check)


def is_listed(certificate: x509.Certificate, lists: Iterable[bytes], others: Iterable[x509.Certificate]) -> bool:
    """Tell whether one of some lists, signed by the certificate's own authority, names it as revoked."""
    from cryptography import x509 as reading

    keys = [reading.load_der_x509_certificate(one.dump()) for one in others if one.subject == certificate.issuer]
    for content in lists:
        try:
            listed = reading.load_der_x509_crl(content)
            is_signed = any(listed.is_signature_valid(one.public_key()) for one in keys)  # type: ignore[arg-type]
        except (ValueError, TypeError):  # no list, or signed in a way that is not known
            continue
        if is_signed and listed.get_revoked_certificate_by_serial_number(certificate.serial_number):
            return True
    return False


def read_pem(text: bytes) -> list[x509.Certificate]:
    """Return the certificates of a PEM file. Raises ValueError."""
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(text, multiple=True)] if text.strip() else []


def read_one(content: bytes) -> x509.Certificate:
    """Return the certificate of a file, as PEM or DER. Raises ValueError."""
    der = pem.unarmor(content)[2] if pem.detect(content) else content
    certificate = x509.Certificate.load(der, strict=True)
    _ = certificate.subject.native, certificate.public_key.native, certificate.not_valid_after
    return certificate


def named(certificate: x509.Certificate) -> dict[str, Any]:
    """Return name, agency, position, issuer and numbers of a certificate's subject. ``seal``: it is of an agency."""
    subject, issuer = certificate.subject.native, certificate.issuer.native
    name, agency = _text(subject, 'common_name'), _text(subject, 'organization_name')
    numbers = [_text(subject, key) for key in ('user_id', 'serial_number')]
    is_agency = 'organization_identifier' in subject or any(n.upper().startswith(AGENCY) for n in numbers)
    is_person = any(n.upper().startswith(PERSON) for n in numbers)
    return {
        'signer': name or agency,
        'organisation': agency,
        'title': _text(subject, 'title'),
        'issuer': _text(issuer, 'common_name') or _text(issuer, 'organization_name'),
        'fingerprint': certificate.sha256.hex(),
        'kind': 'seal' if not is_person and (is_agency or name == agency) else 'person',
        'numbers': [n for n in numbers if n],
    }


def _text(name: dict[str, Any], key: str) -> str:
    value = name.get(key, '')
    return ', '.join(map(str, value))[:LONGEST] if isinstance(value, list) else str(value)[:LONGEST]


async def is_believed(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], roots: bytes, at: datetime
) -> bool:
    """Tell whether a certificate signs, is valid at a moment, and leads to one of the roots (PEM). Nothing is fetched."""

    def check() -> bool:
        from pyhanko_certvalidator import CertificateValidator, ValidationContext
        from pyhanko_certvalidator.errors import PathError, ValidationError

        context = ValidationContext(
            trust_roots=read_pem(roots), moment=at, allow_fetching=False, revocation_mode='soft-fail'
        )
        path = CertificateValidator(certificate, list(others), validation_context=context)
        try:
            asyncio.run(path.async_validate_usage(set()))
        except (PathError, ValidationError):
            return False
        usage = certificate.key_usage_value
        return usage is None or bool(usage.native & SIGNS)

    return await asyncio.to_thread(check)
