"""The picture of a signature or a seal: kept sealed with its key, transparent, and seen on the page."""

import io
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from app.access import Actor, Granted
from app.clock import now
from app.db import read
from app.documents.render import make_result
from app.errors import Invalid, NotAllowed, NotFound, ProofNeeded
from app.settings import Settings
from app.signing import keys, pictures, unlocking
from app.signing.signing import Purpose
from models import SigningKey
from models.enums import Authentication, Role
from tests.signing.conftest import PIN, SEAL_PIN, Signers
from tests.signing.test_seen import RESULT
from tests.support.world import PNG, World


@pytest.fixture
def dialect() -> str:
    """What is kept does not hang on the database."""
    return 'sqlite'


def drawn(colour: str, *, size: int = 200, dpi: int = 0) -> bytes:
    """Return a ring on a transparent ground."""
    sheet = Image.new('RGBA', (size, size))
    ImageDraw.Draw(sheet).ellipse((5, 5, size - 5, size - 5), outline=colour, width=8)
    out = io.BytesIO()
    sheet.save(out, 'PNG', **({'dpi': (dpi, dpi)} if dpi else {}))
    return out.getvalue()


async def test_a_kept_key_shows_its_picture_in_the_place_of_the_signature(keyed: World) -> None:
    assert not (await keys.own(keyed.dung))[0].has_picture
    assert (await pictures.add_own(keyed.dung, drawn('blue'))).has_picture
    async with read() as db:
        (row,) = (await db.execute(select(SigningKey))).scalars()
    assert row.picture_sealed and 'iVBOR' not in row.picture_sealed
    signer = await unlocking.own(keyed.dung, PIN)
    signed = await signer.sign(make_result('Giấy', RESULT), Purpose('Ký', '', now()))
    with pikepdf.open(io.BytesIO(signed)) as paper:
        look = paper.Root.AcroForm.Fields[0].AP.N.Resources.XObject
        inside = [name for one in look.values() for name in one.Resources.get('/XObject', pikepdf.Dictionary())]
    assert inside, 'the picture is drawn'
    await keys.remove_own(keyed.dung, (await keys.own(keyed.dung))[0].id)
    async with read() as db:
        (row,) = (await db.execute(select(SigningKey))).scalars()
    assert row.picture_sealed is None


async def test_what_hides_the_text_under_it_and_whoever_has_no_key_is_refused(keyed: World, signers: Signers) -> None:
    solid = io.BytesIO()
    Image.new('RGB', (200, 200), 'blue').save(solid, 'PNG')
    for content in (solid.getvalue(), PNG, b'%PDF-1.4', b'', b'x' * 200_000):
        with pytest.raises(Invalid):
            await pictures.add_own(keyed.dung, content)
    for actor in (keyed.ha, keyed.an, replace(keyed.dung, authentication=Authentication.TOKEN)):
        with pytest.raises(NotAllowed):
            await pictures.add_own(actor, drawn('blue'))
    with pytest.raises(ProofNeeded):
        await pictures.add_own(replace(keyed.dung, proved_at=None), drawn('blue'))
    with pytest.raises(NotFound):
        await pictures.add_own(_leader(keyed), drawn('blue'))


def _leader(world: World) -> Actor:
    return replace(world.em, grants=(Granted(Role.LEADER, world.unit.id, frozenset({world.unit.id})),))


async def test_a_seal_keeps_the_size_that_its_picture_says(world: World, trusted: Settings, signers: Signers) -> None:
    boss = replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, frozenset({world.unit.id})),))
    with pytest.raises(NotFound):
        await pictures.add_seal(boss, world.unit.id, drawn('red'))
    await keys.add_seal(boss, world.unit.id, signers.file(signers.seal, SEAL_PIN), SEAL_PIN)
    for dpi, side in ((0, 36.0), (150, 33.9), (20, 36.0)):
        await pictures.add_seal(boss, world.unit.id, drawn('red', dpi=dpi))
        async with read() as db:
            row = await keys.seal_row(db, world.unit.id)
        assert row
        shown = pictures.of_key(row)
        assert shown and shown.side == pytest.approx(side, abs=0.1)
    with pytest.raises(NotFound):
        await pictures.add_seal(boss, world.other_unit.id, drawn('red'))


async def test_a_new_key_goes_on_showing_the_picture_where_its_signer_says_so(keyed: World, signers: Signers) -> None:
    await pictures.add_own(keyed.dung, drawn('blue'))
    kept = await keys.add_own(keyed.dung, signers.file(signers.dung), PIN, keep_picture=True)
    assert kept.has_picture
    async with read() as db:
        old, new = (await db.execute(select(SigningKey).order_by(SigningKey.added_at))).scalars()
    assert old.picture_sealed is None and new.picture_sealed
    picture = pictures.of_key(new)
    assert picture and picture.content.startswith(b'\x89PNG')
    assert not (await keys.add_own(keyed.dung, signers.file(signers.dung), PIN)).has_picture
    manager = replace(keyed.ha, grants=(Granted(Role.ADMIN, keyed.unit.id, frozenset({keyed.unit.id})),))
    await keys.add_seal(manager, keyed.unit.id, signers.file(signers.seal, SEAL_PIN), SEAL_PIN)
    await pictures.add_seal(manager, keyed.unit.id, drawn('red', dpi=200))
    again = await keys.add_seal(
        manager, keyed.unit.id, signers.file(signers.seal, SEAL_PIN), SEAL_PIN, keep_picture=True
    )
    assert again.has_picture
