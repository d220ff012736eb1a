"""What a certificate says: of whom it is, from when to when, and who gave it."""

from typing import Any

from asn1crypto import x509

LONGEST = 200
"""Characters of a name."""
AGENCY, PERSON = ('MST',), ('CCCD', 'CMND', 'CC', 'HC', 'PNO', 'IDC')
"""What stands before the number of an agency, or of a person, in certificates of Viet Nam and of Europe. Practice (mark C)."""


def named(certificate: x509.Certificate) -> dict[str, Any]:
    """Return name, agency, position, issuer and numbers of a certificate's subject. ``seal``: it is of an agency."""
    subject, issuer = certificate.subject.native, certificate.issuer.native
    name, agency = _text(subject, 'common_name'), _text(subject, 'organization_name')
    numbers = [_text(subject, key) for key in ('user_id', 'serial_number')]
    is_agency = 'organization_identifier' in subject or any(n.upper().startswith('MST') for n in numbers)
    is_person = any(n.upper().startswith(('CCCD', 'CMND', 'HC', 'PNO', 'IDC')) for n in numbers)
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
