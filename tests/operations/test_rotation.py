"""A new master secret opens everything, the old one nothing; interrupted, the change goes on where it stopped."""

import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlmodel import SQLModel

from app import crypto, keyring, storage
from app.audit.verify import verify
from app.clock import now
from app.db import close_database, open_database, read, write
from app.dossiers import attachments, desk
from app.dossiers.opening import open_by_secret
from app.errors import AppError
from app.limits import forget_all
from app.operations import rotation
from app.settings import Settings
from app.workflow.numbers import secret_of
from models import Account, Attachment, Dossier, Party, Session
from models.enums import Authentication, SessionKind
from tests.support import world as municipality
from tests.support.world import World, filed

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def dialect() -> str:
    """Each row is changed by itself; the second database has nothing to add."""
    return 'sqlite'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
async def world(settings: Settings, database: None, tmp_path: Path, master_key: bytes) -> AsyncIterator[World]:
    await forget_all()
    keyring.use(settings)
    yield await municipality.build(tmp_path)
    crypto.use_master_key(master_key)


async def rotated(settings: Settings, *, stolen: bool = False) -> rotation.Rotated:
    change = rotation.begin(settings, stolen=stolen)
    assert change is not None
    done = await rotation.reseal(change, stolen=stolen)
    rotation.finish(settings, *change.new)
    return done


async def rows(model: type[Any]) -> list[Any]:
    async with read() as db:
        return list((await db.execute(select(model))).scalars())


async def content(world: World, dossier_id: str) -> bytes:
    view = await desk.desk_dossier(world.binh, dossier_id)
    file = next(f for c in view.components for f in c.files)
    return (await attachments.open_file(world.binh, file.id)).content


async def test_everything_opens_with_the_new_secret_alone(world: World, settings: Settings, tmp_path: Path) -> None:
    made = [await filed(world) for _ in range(2)]
    old = settings.master_key
    before = {party.id: party.personal_id_index for party in await rows(Party) if party.personal_id_sealed}
    names = {one.storage_key for one in await rows(Attachment)}
    contents = [await content(world, one.dossier_id) for one in made]
    done = await rotated(settings)
    assert before
    assert (done.files, done.lost) == (len(names), 0)
    now_in_use = Settings(data_dir=tmp_path)
    assert now_in_use.master_key != old
    keyring.use(now_in_use)
    assert [await content(world, one.dossier_id) for one in made] == contents
    for party in await rows(Party):
        if party.personal_id_sealed:
            number = crypto.unseal(party.personal_id_sealed, f'party.personal_id:{party.id}')
            assert party.personal_id_index == crypto.blind_index(number) != before[party.id]
    for name in names:
        with pytest.raises(InvalidTag):
            await storage.get(name, '1')
    assert (await verify()).faults == ()
    crypto.use_master_key(old, '2')
    for party in await rows(Party):
        if party.personal_id_sealed:
            with pytest.raises(InvalidTag):
                crypto.unseal(party.personal_id_sealed, f'party.personal_id:{party.id}')


async def test_nothing_that_the_old_secret_opens_stays_in_the_database(
    world: World, settings: Settings, database_url: str
) -> None:
    for _ in range(3):
        await filed(world)
    file = Path(database_url.partition(':///')[2])
    old = [party.personal_id_sealed.encode() for party in await rows(Party) if party.personal_id_sealed]
    await rotated(settings)
    await close_database()
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:  # a build that does not overwrite what it frees
        raw.execute('PRAGMA secure_delete=OFF')
        raw.execute('CREATE TABLE was_here AS SELECT value FROM json_each(?)', (json.dumps([x.decode() for x in old]),))
        raw.execute('DROP TABLE was_here')
    in_use = settings.model_copy(update={'database_url': database_url})

    def left() -> int:
        written = b''.join(each.read_bytes() for each in file.parent.glob(f'{file.name}*'))
        return sum(one in written for one in old)

    assert left() == len(old) > 0
    await rotation.vacuum(in_use)
    assert left() == 0
    await open_database(in_use.database)
    assert (await verify()).faults == ()


async def test_the_secret_on_a_receipt_still_opens_its_dossier(world: World, settings: Settings) -> None:
    await filed(world)
    (dossier,) = await rows(Dossier)
    secret = secret_of(dossier)
    await rotated(settings)
    keyring.use(Settings(data_dir=settings.data_dir))
    assert secret_of(dossier) == secret
    assert (await open_by_secret(world.guest, dossier.filing_number, secret)).dossier_id == dossier.id


async def test_what_was_interrupted_is_finished_and_the_service_does_not_start_meanwhile(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filed(world)

    async def power_cut(_key_id: str) -> tuple[int, int]:
        raise OSError('power cut')

    with monkeypatch.context() as broken:
        broken.setattr(rotation, '_files', power_cut)
        with pytest.raises(OSError, match='power cut'):
            await rotated(settings)
    with pytest.raises(keyring.HalfRotated):
        keyring.use(Settings(data_dir=settings.data_dir))
    again = await rotated(Settings(data_dir=settings.data_dir))
    assert again.files == 1
    keyring.use(Settings(data_dir=settings.data_dir))
    assert {party.personal_id_sealed[:2] for party in await rows(Party) if party.personal_id_sealed} == {'2.'}
    assert (await verify()).faults == ()


async def test_a_cut_between_the_last_two_steps_needs_only_the_last(world: World, settings: Settings) -> None:
    change = rotation.begin(settings)
    assert change is not None
    await rotation.reseal(change)
    (settings.data_dir / 'secret.key.new').replace(settings.data_dir / 'secret.key')
    restarted = Settings(data_dir=settings.data_dir)
    with pytest.raises(keyring.HalfRotated):
        keyring.use(restarted)
    assert rotation.begin(restarted) is None
    keyring.use(restarted)
    assert crypto.key_id() == '2'


async def test_a_file_that_neither_secret_opens_is_counted_and_left(world: World, settings: Settings) -> None:
    await filed(world)
    (one,) = {file.storage_key for file in await rows(Attachment)}
    await storage.remove(one)
    assert (await rotated(settings)).lost == 1


async def test_after_a_theft_sessions_end_and_nobody_makes_links(world: World, settings: Settings) -> None:
    async with write() as db:
        person = (await db.execute(select(Account).limit(1))).scalar_one()
        at = now()
        db.add(
            Session(
                token_hash='x', kind=SessionKind.ACCOUNT, account_id=person.id, authentication=Authentication.PASSWORD,
                created_at=at, seen_at=at, expires_at=at,
            )
        )  # fmt: skip
    stolen = crypto.key('follow-link'), crypto.key('dossier-secret')
    await rotated(settings, stolen=True)
    keyring.use(Settings(data_dir=settings.data_dir))
    assert all(one.revoked_at for one in await rows(Session))
    assert crypto.key('follow-link') != stolen[0]
    assert crypto.key('dossier-secret') == stolen[1]


async def test_a_secret_from_the_environment_is_followed_by_one_from_there(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    folder, first, second = tmp_path / 'other', 'a' * 20 + 'bcdefghijklm', 'n' * 20 + 'opqrstuvwxyz'
    keyring.use(Settings(data_dir=folder, secret=first))
    with pytest.raises(AppError) as refused:
        rotation.begin(Settings(data_dir=folder, secret=first))
    assert refused.value.key == 'operations.new_key_missing'
    assert rotation.begin(Settings(data_dir=folder, secret=first, new_secret=second)) is not None
    with pytest.raises(AppError) as refused:
        rotation.begin(Settings(data_dir=folder, secret=first, new_secret='another' * 6))
    assert refused.value.key == 'operations.other_new_key'


def test_a_secret_that_does_not_fit_is_found_at_the_start(tmp_path: Path, master_key: bytes) -> None:
    try:
        keyring.use(Settings(data_dir=tmp_path))
        (tmp_path / 'secret.key').write_text('another secret of forty characters, made up')
        with pytest.raises(keyring.WrongKey):
            keyring.use(Settings(data_dir=tmp_path))
    finally:
        crypto.use_master_key(master_key)


def test_every_module_that_seals_is_known_here() -> None:
    """Whoever seals in a new place adds its table to ``rotation.TABLES``, then its module here."""
    sealing = {
        str(file.relative_to(REPOSITORY / 'app'))
        for file in (REPOSITORY / 'app').rglob('*.py')
        if 'demo' not in file.parts
        and re.search(r'crypto\.seal(_json)?\(', file.read_text('utf-8'))
        and file.name != 'rotation.py'
    }
    assert sealing == {
        'accounts/profile.py', 'accounts/totp.py', 'dossiers/answers.py', 'dossiers/filing.py', 'feedback/protection.py',
        'idempotency.py', 'ratings/commands.py', 'signing/keys.py', 'signing/pictures.py', 'signing/unattended.py', 'webhooks/commands.py',
    }  # fmt: skip


def test_every_sealed_column_is_sealed_anew() -> None:
    tables = {model.__tablename__ for model in rotation.TABLES}
    sealed = {
        table.name
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if column.name.endswith('_sealed')
    }
    assert sealed
    assert sealed <= tables


PASSING = {'limit', 'csrf', 'demo-password', 'create-admin', 'blind-index', 'keyring', 'rating-counter', 'rating-own'}
"""Purposes whose values live for a visit, or are made anew with the numbers they belong to."""


def test_every_purpose_of_a_key_either_lasts_or_passes() -> None:
    found = set()
    for file in [*(REPOSITORY / 'app').rglob('*.py'), *(REPOSITORY / 'pages').rglob('*.py')]:
        text = file.read_text('utf-8')
        found |= set(re.findall(r'crypto\.(?:mac|key)\(\s*[\'"]([a-z-]+)[\'"]', text))
        found |= set(re.findall(r"Chain\('\w+', \w+, '([a-z-]+)'", text))
    assert 'audit-payload' in found
    assert found <= PASSING | set(keyring.LASTING)
