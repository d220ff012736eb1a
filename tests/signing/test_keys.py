"""Keys that are entrusted: whose they are, how they are kept, when they end."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto.pkcs12 import Pfx
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select

from app import crypto
from app.access import Actor, Granted
from app.clock import now, pretend
from app.db import read
from app.demo.authority import Authority
from app.errors import Invalid, NotAllowed, NotFound, ProofNeeded, WrongState
from app.settings import Settings
from app.signing import keys, opening, trust, unlocking, waiting
from models import SigningKey
from models.enums import Authentication, Role
from tests.signing.conftest import OPENED_APART, PIN, SEAL_PIN, UNIT, Signers, pem
from tests.support.world import World


@pytest.fixture
def dialect() -> str:
    """What is kept does not hang on the database."""
    return 'sqlite'


def admin(world: World) -> Actor:
    """Return the administrator of the unit."""
    return replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, frozenset({world.unit.id})),))


async def _rows() -> list[SigningKey]:
    async with read() as db:
        return list((await db.execute(select(SigningKey).order_by(SigningKey.added_at))).scalars())


async def test_a_kept_key_opens_with_its_pin_alone_and_not_from_the_database(keyed: World, signers: Signers) -> None:
    (row,) = await _rows()
    assert row.pkcs12_sealed and PIN not in row.pkcs12_sealed
    raw = crypto.unseal(row.pkcs12_sealed, keys.place_of(row))
    assert signers.file(signers.dung)[:60] not in raw.encode()  # wrapped anew, the strong way
    assert (await unlocking.own(keyed.dung, PIN)).holder.name == 'Phạm Văn Dũng'
    (key,) = await keys.own(keyed.dung)
    assert key.is_kept and key.is_valid and key.title == 'Chủ tịch'
    await keys.remove_own(keyed.dung, key.id)
    (row,) = await _rows()
    assert row.pkcs12_sealed is None and row.removed_at
    with pytest.raises(NotFound):
        await unlocking.own(keyed.dung, PIN)


async def test_only_ones_own_valid_key_of_a_believed_authority_is_kept(
    world: World, trusted: Settings, signers: Signers
) -> None:
    past = signers.authority.person('Phạm Văn Dũng', UNIT, to=datetime(2026, 1, 1, tzinfo=UTC))
    unknown = Authority('Tự cấp').person('Phạm Văn Dũng', UNIT)
    for content, pin, reason in (
        (signers.file(signers.stranger), PIN, 'other_person'),
        (signers.file(past), PIN, 'not_valid_today'),
        (signers.file(unknown), PIN, 'not_believed'),
        (signers.file(signers.dung), '654321', 'pin_or_file_wrong'),
        (b'no key at all', PIN, 'pin_or_file_wrong'),
        (signers.file(signers.dung, '1234'), '1234', 'pin_length'),
    ):
        with pytest.raises(Invalid) as refused:
            await keys.add_own(world.dung, content, pin)
        assert refused.value.key == f'signing.{reason}'
    with pytest.raises(Invalid):
        await keys.add_certificate(world.dung, b'-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n')
    assert await _rows() == []


async def test_a_file_that_takes_forever_to_open_is_given_up_and_holds_up_nobody(
    signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says itself how often its PIN is stirred; the library that does it lets no other thread work."""
    monkeypatch.setattr(opening, '_apart', OPENED_APART)
    found = await opening.taken(signers.file(signers.dung), PIN)
    assert found.certificate.sha256.hex() == signers.dung.certificate.fingerprint(SHA256()).hex()
    opened = await opening.unlocked(found.wrapped, PIN)
    assert opened.signing_cert and opened.signing_cert.dump() == found.certificate.dump() and len(found.others) == 1
    with pytest.raises(Invalid, match='pin_or_file_wrong'):
        await opening.taken(signers.file(signers.dung), '000-000')
    longer = Pfx.load(signers.file(signers.dung))
    longer['mac_data']['iterations'] = 100_000_000
    monkeypatch.setattr(opening, 'SECONDS', 1.0)
    with pytest.raises(Invalid, match='no_key_file'):
        await opening.taken(longer.dump(force=True), PIN)


async def test_a_new_key_ends_the_one_before_and_a_token_stays_beside_it(keyed: World, signers: Signers) -> None:
    other = signers.authority.person('Phạm Văn Dũng', UNIT)
    await keys.add_certificate(keyed.dung, pem(other))
    await keys.add_own(keyed.dung, signers.file(signers.dung, '999-999'), '999-999')
    assert sorted(key.is_kept for key in await keys.own(keyed.dung)) == [False, True]
    await unlocking.own(keyed.dung, '999-999')


async def test_whoever_signs_nothing_a_program_and_somebody_unproved_handle_no_key(
    world: World, trusted: Settings, signers: Signers
) -> None:
    content = signers.file(signers.dung)
    for actor in (world.ha, world.an, replace(world.dung, authentication=Authentication.TOKEN)):
        with pytest.raises(NotAllowed):
            await keys.add_own(actor, content, PIN)
        with pytest.raises(NotAllowed):
            waiting.put(actor, 'k.p12', content)
        with pytest.raises(NotAllowed):
            await unlocking.own(actor, PIN)
    with pytest.raises(ProofNeeded):
        await keys.add_own(replace(world.dung, proved_at=None), content, PIN)
    with pytest.raises(ProofNeeded):
        await keys.add_seal(replace(admin(world), proved_at=None), world.unit.id, content, PIN)


async def test_a_seal_is_the_units_own_and_its_clerk_opens_it(
    world: World, trusted: Settings, signers: Signers
) -> None:
    boss = admin(world)
    with pytest.raises(NotFound):
        await keys.add_seal(boss, world.other_unit.id, signers.file(signers.seal), PIN)
    with pytest.raises(Invalid) as refused:
        await keys.add_seal(boss, world.unit.id, signers.file(signers.stranger), PIN)
    assert refused.value.key == 'signing.other_unit'
    await keys.add_seal(boss, world.unit.id, signers.file(signers.seal, SEAL_PIN), SEAL_PIN)
    assert (await unlocking.seal(world.giang, world.unit.id, SEAL_PIN)).holder.unit_id == world.unit.id
    for other in (world.chi, world.em):
        with pytest.raises(NotAllowed):
            await unlocking.seal(other, world.unit.id, SEAL_PIN)
    (one,) = [each for each in await keys.seals(boss) if each.key]
    assert one.unit_name == UNIT
    await keys.remove_seal(boss, world.unit.id)
    with pytest.raises(NotFound):
        await unlocking.seal(world.giang, world.unit.id, SEAL_PIN)


async def test_an_expired_key_signs_nothing(keyed: World) -> None:
    with pretend(datetime(2050, 1, 1, tzinfo=UTC)), pytest.raises(WrongState) as refused:
        await unlocking.own(keyed.dung, PIN)
    assert refused.value.key == 'signing.expired'


async def test_an_uploaded_file_waits_for_its_person_for_a_while(world: World, trusted: Settings) -> None:
    waiting.put(world.dung, 'k.p12', b'one')
    assert waiting.content_of(world.dung) == b'one'
    with pytest.raises(Invalid):
        waiting.content_of(world.giang)
    with pretend(now() + waiting.LASTS), pytest.raises(Invalid):
        waiting.content_of(world.dung)
    waiting.forget(world.dung)
    assert waiting.of(world.dung) is None


async def test_the_demonstrations_authority_is_believed_there_alone(
    tmp_path: Path, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('app.demo.people.hashed', _quick)
    from app.demo.people import prepare_people
    from app.demo.signing import let_demo_keys_go, prepare_keys
    from app.demo.units import prepare_units

    demo = Settings(data_dir=tmp_path, demo=True)
    trust.use_settings(demo)
    await prepare_units(demo)
    await prepare_people(demo)
    await prepare_keys(demo)
    await prepare_keys(demo)
    rows = await _rows()
    assert {bool(row.account_id) for row in rows} == {True, False} and b'BEGIN CERTIFICATE' in (await trust.roots())[0]
    real = Settings(data_dir=tmp_path)
    trust.use_settings(real)
    assert (await trust.roots())[0].strip() == b''
    await let_demo_keys_go(real)
    assert all(row.removed_at and row.pkcs12_sealed is None for row in await _rows())


async def _quick(_password: str) -> str:
    return 'nobody signs in here'
