"""What the signatures of a stored file were found to be worth: kept with the file, found anew only when other roots count."""

import asyncio
import hashlib
from datetime import datetime
from typing import Any

from app.clock import now
from app.signing import trust
from app.signing.reading import Signature, as_json, from_json, signatures_of
from app.signing.revocation import AGAIN
from models import Attachment

PDF = 'application/pdf'
PATIENCE = 10.0
"""Seconds that whoever sends a file waits for its signatures to be looked at; after that, they are looked at later."""


def kept(one: Attachment) -> tuple[Signature, ...]:
    """Return what was found of a file; nothing where nobody has looked yet."""
    return tuple(from_json(each) for each in (one.signatures or {}).get('found', []))


def is_to_be_read(one: Attachment, roots: str) -> bool:
    """Tell whether nobody looked yet, or other roots count now, or lists of revoked certificates could not be had then."""
    if one.signatures is None:
        return True
    is_unchecked = any(each.get('revocation') == 'unchecked' and each['trusted'] for each in one.signatures['found'])
    is_due = is_unchecked and datetime.fromisoformat(one.signatures['at']) < now() - AGAIN
    return bool(one.signatures['found']) and (one.signatures['roots'] != roots or is_due)


async def first_look(content: bytes, media_type: str) -> dict[str, Any] | None:
    """Return what the row of a file that was just sent keeps, so that its sender sees it too; None: looked at later."""
    if media_type != PDF:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            return await to_keep(await signatures_of(content))
    except TimeoutError:
        return None


async def to_keep(found: tuple[Signature, ...]) -> dict[str, Any]:
    """Return what the file's row keeps."""
    return {'roots': await roots_in_use(), 'at': now().isoformat(), 'found': [as_json(one) for one in found]}


async def roots_in_use() -> str:
    """Return what names the roots that are believed now."""
    return hashlib.sha256(b'\0'.join(await trust.roots())).hexdigest()[:16]
