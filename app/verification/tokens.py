"""The token of a paper: what its QR code and short address carry.

It is a keyed hash of the paper's id, so the database holds only the hash of it, and the same paper can be drawn again
with the same token. Its key outlives every change of the master secret: what is printed cannot be called back.
"""

import base64

from app import crypto
from app.notifications.links import address

PATH = '/xac-thuc'
LENGTH = 28
"""Letters and digits of a token: 140 bits, without those that are mistaken for each other."""
GROUP = 4
PURPOSE = 'verification'


def token_of(document_id: str) -> str:
    """Return the token of an issued paper."""
    digest = bytes.fromhex(crypto.mac(PURPOSE, document_id))
    return ''.join(crypto.SECRET_ALPHABET[byte % 32] for byte in digest[:LENGTH])


def hash_of(token: str) -> str:
    """Return what the database keeps of a token."""
    return crypto.token_hash(token)


def result_id(dossier_id: str, number: int) -> str:
    """Return the id of the ``number``-th result of a dossier: known before it is issued, so that its QR can be drawn."""
    digest = bytes.fromhex(crypto.mac(PURPOSE, 'result', dossier_id, str(number)))
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip('=')


def normal(text: object) -> str:
    """Return the token in what somebody typed, pasted or scanned: a code in groups, or the whole address."""
    if not isinstance(text, str):
        return ''
    last = text.strip().partition('?')[0].rstrip('/').rpartition('/')[2]
    return ''.join(c for c in last.upper() if c in crypto.SECRET_ALPHABET)[: LENGTH + 1]


def spoken(token: str) -> str:
    """Return a token in groups, to be read and typed."""
    return ' '.join(token[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def printed(where: str, token: str) -> dict[str, str]:
    """Return what a paper prints: ``verify``, which its QR code leads to, and place and code to be typed."""
    place = where.partition('://')[2] or where
    return {'verify': f'{where}/{token}', 'verify_at': place, 'verify_code': spoken(token)}


def address_of(token: str) -> str:
    """Return the full address that a token leads to."""
    return address(f'{PATH}/{token}')
