"""The picture of a signature by hand, or of a seal, that a key shows on the page.

It lies with the key and is sealed like it: whoever has it could paste it anywhere.
Source: NĐ 30/2020/NĐ-CP, Phụ lục I, Phần I, Mục II.7.d and 8.a (mark B): PNG on a transparent ground, blue of a person,
red of an agency and as large as the seal itself.
"""

import base64
import io

from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto, workshop
from app.access import Actor
from app.accounts.proving import require_proof
from app.audit.record import record
from app.db import write
from app.errors import NotAllowed, NotFound
from app.signing import keys, unlocking
from app.signing.keys import Key
from app.signing.opening import LARGEST, wrong
from app.signing.stamping import SIDE, Picture
from app.workshop import Refusal, TooHeavy
from models import SigningKey
from models.enums import Authentication

SECONDS = 10.0
SEAL_SIDES = (20.0, 60.0)
"""Millimetres between which a seal is believed to be; else the usual size is taken."""


async def add_own(actor: Actor, content: bytes) -> Key:
    """Keep the picture of one's own signature with the key that is kept here. An earlier one is let go.

    Raises:
        NotAllowed: nobody who signs.  ProofNeeded.  NotFound: no key is kept.  Invalid: no PNG on a transparent ground.
    """
    if not actor.may(keys.OWN) or actor.authentication is Authentication.TOKEN:
        raise NotAllowed()
    require_proof(actor)
    png = await _cleaned(content)
    async with write() as db:
        row = await unlocking.own_key(db, actor)
        if row is None:
            raise NotFound('signing.no_key')
        return await _keep(db, actor, row, png, ('account', row.account_id or ''))


async def add_seal(actor: Actor, unit_id: str, content: bytes) -> Key:
    """Keep the picture of a unit's seal with its key. Raises as ``add_own``."""
    if not actor.may(keys.MANAGE) or actor.authentication is Authentication.TOKEN:
        raise NotAllowed()
    require_proof(actor)
    if unit_id not in actor.units(keys.MANAGE):
        raise NotFound()
    png = await _cleaned(content)
    async with write() as db:
        row = await keys.seal_row(db, unit_id)
        if row is None:
            raise NotFound('signing.no_seal')
        return await _keep(db, actor, row, png, ('unit', unit_id))


async def _cleaned(content: bytes) -> bytes:
    """Return a picture made anew, with nothing in it but the picture. Raises Invalid."""
    if not 0 < len(content) <= LARGEST:
        raise wrong('file', 'no_picture')
    try:
        _, png = await workshop.do('stamp', content, {}, seconds=SECONDS)
    except (Refusal, TooHeavy):
        raise wrong('file', 'no_picture') from None
    return png


async def _keep(db: AsyncSession, actor: Actor, row: SigningKey, png: bytes, whose: tuple[str, str]) -> Key:
    row.picture_sealed = seal_picture(row, png)
    await record(db, actor, *whose, 'picture_added', unit_id=row.unit_id, data={'certificate': row.fingerprint})
    return keys.as_key(row)


def seal_picture(row: SigningKey, png: bytes) -> str:
    """Return a picture as the row of its key keeps it."""
    return crypto.seal(base64.b64encode(png).decode(), _place(row))


def of_key(row: SigningKey) -> Picture | None:
    """Return what a key shows on a page; None: words alone."""
    if not row.picture_sealed:
        return None
    content = base64.b64decode(crypto.unseal(row.picture_sealed, _place(row)))
    with Image.open(io.BytesIO(content)) as picture:
        dots = picture.info.get('dpi', (0, 0))[0]
        side = picture.width / dots * 25.4 if dots else 0.0
    return Picture(content, side if SEAL_SIDES[0] <= side <= SEAL_SIDES[1] else SIDE)


def _place(row: SigningKey) -> str:
    return f'signing_key.picture:{row.id}'
