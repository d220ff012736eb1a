"""Once a day the heads go outside: to the auditor by mail, to a time-stamping authority on a socket."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app import notifications
from app.audit import anchoring, stamp
from app.audit.anchor import found_in, kept, stamped_text
from app.audit.verify import Fault, verify
from app.clock import now, pretend
from app.db import read, write
from app.dossiers import commands
from app.notifications.worker import run_once as send_mail
from app.operations import figures
from app.settings import Settings
from models import Anchor, Message
from tests.audit.authority import Authority, authority, openssl
from tests.support.smtp import SmtpServer
from tests.support.world import World, filed

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
AUDITOR = 'thanh.tra@example.com'


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only, but for what is asked for both."""
    return 'sqlite'


@pytest.fixture(scope='module')
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """An authority; its keys are made once."""
    with authority(tmp_path_factory.mktemp('tsa') / 'keys') as one:
        yield one


@pytest.fixture(autouse=True)
def own_settings() -> Iterator[None]:
    """Leave the settings as they were."""
    before = notifications._settings
    yield
    notifications._settings = before


def _use(**chosen: Any) -> Settings:
    settings = Settings(base_url='http://portal.example', _env_file=None, **chosen)
    notifications.use_settings(settings)
    return settings


async def _anchors() -> list[Anchor]:
    async with read() as db:
        return list((await db.execute(select(Anchor).order_by(Anchor.number))).scalars())


async def _run(statement: str) -> None:
    async with write() as db:
        await db.execute(text(statement))


async def test_one_anchor_a_day_whatever_happens_to_process_and_clock(world: World) -> None:
    _use()
    evening, next_day = MORNING + timedelta(hours=14, minutes=59), MORNING + timedelta(hours=15, minutes=1)
    for moment, made in (
        (MORNING, 1),
        (MORNING, 1),  # started again
        (evening, 1),  # 23:59 in Vietnam
        (next_day, 2),  # 00:01 in Vietnam
        (MORNING + timedelta(days=4000), 3),  # the clock leaps
        (next_day + timedelta(hours=1), 4),  # and is set right: no gap of eleven years
        (next_day + timedelta(hours=2), 4),
        (MORNING + timedelta(days=2), 5),
    ):
        with pretend(moment):
            await anchoring.run_once()
        assert len(await _anchors()) == made, moment
    assert (await verify()).faults == ()


async def test_the_auditor_gets_a_letter_that_proves_a_cut_although_the_table_was_cut_too(
    world: World, tmp_path: Path
) -> None:
    with SmtpServer() as smtp:
        _use(auditor=AUDITOR, smtp_host='127.0.0.1', smtp_port=smtp.port, smtp_tls='none')
        one = await filed(world)
        await commands.accept(world.binh, one.dossier_id, 1)
        await anchoring.run_once()
        await send_mail()
        [letter] = smtp.to(AUDITOR)
    outside = found_in(letter.raw)
    assert len(outside) == 1 and outside[0].is_ours and (await verify(outside)).faults == ()
    verdict = await verify(outside)
    assert verdict.outside == 1 and verdict.anchors == 1
    head = verdict.head.sequence
    await _run(f'DELETE FROM event_text WHERE event_id = (SELECT id FROM event WHERE sequence = {head})')
    await _run(f'DELETE FROM event WHERE sequence = {head}')
    assert (await verify()).faults == (Fault(head, 'cut'),)
    await _run('DELETE FROM anchor')
    assert (await verify()).faults == (), 'without anchors a cut cannot be seen: the letter is what shows it'
    assert set((await verify(outside)).faults) == {Fault(1, 'unknown', 'anchors'), Fault(head, 'cut')}


async def test_a_letter_is_read_however_a_mail_program_mangled_it_and_a_forged_one_is_named(world: World) -> None:
    _use()
    await anchoring.run_once()
    one = kept((await _anchors())[0])
    lines = list(one.lines)
    for mangled in (
        '\n'.join(lines),
        '\r\n'.join(f'> > {line}' for line in lines),
        'Kính gửi,\n\n' + ' '.join(lines).replace(' seal ', '\nseal\n  ') + '\n\n--\nMột cửa',
        '\n'.join(lines) + '\n' + '\n'.join(lines),
    ):
        assert found_in(mangled.encode()) == [one], mangled
    assert found_in(b'motcua-anchor 1') == [] and found_in(b'\xff\x00') == []
    false = found_in('\n'.join(lines).replace(f'events {one.events}', f'events {one.events + 5}').encode())
    assert (await verify(false)).faults == (Fault(1, 'forged', 'anchors'),)


ANCHOR_TAMPERINGS = {
    'altered': ("UPDATE anchor SET made_at = '2020-01-01 00:00:00' WHERE number = 2", Fault(2, 'forged', 'anchors')),
    'removed': ('DELETE FROM anchor WHERE number = 2', Fault(2, 'gap', 'anchors')),
    'first removed': ('DELETE FROM anchor WHERE number = 1', Fault(1, 'gap', 'anchors')),
    'lowered': ('UPDATE anchor SET events = 0 WHERE number = 3', Fault(3, 'forged', 'anchors')),
    'moved': ('UPDATE anchor SET number = 9 WHERE number = 3', Fault(3, 'gap', 'anchors')),
}


@pytest.mark.parametrize('name', ANCHOR_TAMPERINGS)
async def test_the_table_of_anchors_is_a_chain_as_well(world: World, name: str) -> None:
    _use()
    for day in range(3):
        with pretend(MORNING + timedelta(days=day)):
            await anchoring.run_once()
    statement, fault = ANCHOR_TAMPERINGS[name]
    await _run(statement)
    assert fault in (await verify()).faults


async def test_an_anchor_is_stamped_and_the_stamp_holds_for_openssl_too(
    world: World, tsa: Authority, tmp_path: Path
) -> None:
    tsa.mood = 'honest'
    _use(tsa_url=tsa.url, tsa_ca=tsa.root)
    await filed(world)
    await anchoring.run_once()
    row = (await _anchors())[0]
    assert row.stamp and row.stamped_at
    verdict = await verify()
    assert verdict.faults == () and verdict.stamped == 1
    (tmp_path / 'stamp').write_bytes(base64.b64decode(row.stamp))
    (tmp_path / 'text').write_bytes(stamped_text(kept(row)))
    assert 'OK' in openssl(tmp_path, 'ts', '-verify', '-in', 'stamp', '-data', 'text', '-CAfile', tsa.root)
    asked = len(tsa.asked)
    await anchoring.run_once()
    assert len(tsa.asked) == asked
    flipped = bytearray(base64.b64decode(row.stamp))
    flipped[-20] ^= 1
    await _run(f"UPDATE anchor SET stamp = '{base64.b64encode(flipped).decode()}'")
    assert (await verify()).faults == (Fault(1, 'stamp', 'anchors'),)


@pytest.mark.parametrize('mood', ['other', 'old', 'refusing', 'garbage', 'flooding', 'failing'])
async def test_a_lying_authority_gives_no_stamp_and_is_asked_again(world: World, tsa: Authority, mood: str) -> None:
    _use(tsa_url=tsa.url, tsa_ca=tsa.root)
    tsa.mood = 'honest'
    await stamp.ask(notifications.settings(), b'so that there is an old answer')
    tsa.mood = mood
    with pytest.raises(stamp.NotStamped):
        await anchoring.run_once()
    row = (await _anchors())[0]
    assert row.stamp is None and (await verify()).faults == ()
    tsa.mood = 'honest'
    await anchoring.run_once()
    assert [(one.number, one.stamp is not None) for one in await _anchors()] == [(1, True)]


async def test_the_stamp_of_a_stranger_is_not_taken(world: World, tsa: Authority, tmp_path: Path) -> None:
    tsa.mood = 'honest'
    with authority(tmp_path / 'stranger') as stranger:
        settings = _use(tsa_url=stranger.url, tsa_ca=tsa.root)
        with pytest.raises(stamp.NotStamped):
            await anchoring.run_once()
        assert len(stranger.asked) == 1
    settings = _use(tsa_url=settings.tsa_url, tsa_ca=tsa.root)
    with pytest.raises(stamp.NotStamped):  # nobody listens there any more
        await anchoring.run_once()
    _use(tsa_url=tsa.url, tsa_ca=str(tmp_path / 'none.pem'))
    with pytest.raises(stamp.NotStamped):
        await anchoring.run_once()
    assert [one.stamp for one in await _anchors()] == [None]


async def test_the_letter_names_no_person(world: World) -> None:
    _use(auditor=AUDITOR)
    await filed(world)
    await anchoring.run_once()
    async with read() as db:
        letters = (await db.execute(select(Message).where(Message.template == anchoring.TEMPLATE))).scalars().all()
    assert len(letters) == 1 and letters[0].recipient == AUDITOR
    assert letters[0].data['lines'] == list(kept((await _anchors())[0]).lines)


async def test_the_figures_tell_how_old_the_last_anchor_is(world: World) -> None:
    _use()
    figures.forget()
    assert 'audit_anchor' not in await figures.figures()
    with pretend(now() - timedelta(hours=2)):
        await anchoring.run_once()
    figures.forget()
    told = await figures.figures()
    figures.forget()
    assert 'motcua_audit_anchor_age_seconds 720' in told and 'motcua_audit_anchor_stamped 0' in told
