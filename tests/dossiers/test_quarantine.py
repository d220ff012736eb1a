"""What is sent while the scanner is silent is kept, counted as sent and opened to nobody, until it is scanned."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import scanning, storage
from app.db import read
from app.dossiers import attachments, desk, drafts, filing, quarantine
from app.dossiers.queries import progress
from app.errors import Invalid, WrongState
from models import Attachment, Event, EventText
from models.enums import AttachmentState
from tests.papers.sheets import photograph, word
from tests.support import clamd as support
from tests.support.clamd import MARK, Clamd, impatient
from tests.support.world import ANSWERS, PNG, World, opened


@pytest.fixture
async def clamd(world: World) -> AsyncIterator[Clamd]:
    async with support.running() as running:
        scanning.use_clamd(running.address)
        yield running
    scanning.use_clamd('')


async def begun(world: World) -> str:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, dict(ANSWERS))
    return started.token


async def rows(model: type[Any]) -> list[Any]:
    async with read() as db:
        return list((await db.execute(select(model))).scalars())


async def told(action: str) -> list[tuple[Event, dict[str, Any]]]:
    async with read() as db:
        query = select(Event, EventText).join(EventText, EventText.event_id == Event.id).where(Event.action == action)
        return [(event, text.data) for event, text in (await db.execute(query)).all()]


def kept(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / 'files').rglob('*') if path.is_file()]


async def test_a_virus_is_refused_and_only_the_event_stays(world: World, clamd: Clamd, tmp_path: Path) -> None:
    token = await begun(world)
    await attachments.add_to_draft(world.guest, token, 'proof', 'giấy.png', PNG)
    before = kept(tmp_path)
    # the made-up virus lies unpacked, as a scanner would see it
    content = PNG + MARK
    with pytest.raises(Invalid) as refused:
        await attachments.add_to_draft(world.guest, token, 'proof', 'Nguyễn Văn A.png', content)
    assert refused.value.key == 'papers.virus'
    assert kept(tmp_path) == before and len(await rows(Attachment)) == 1
    ((event, data),) = await told('refuse_virus')
    assert data == {'virus': 'Made.Up-1', 'sha256': hashlib.sha256(content).hexdigest(), 'size': len(content)}
    assert event.subject == 'draft' and event.dossier_id is None


async def test_what_waits_is_sent_but_opened_to_nobody_until_it_is_scanned(world: World, clamd: Clamd) -> None:
    clamd.mood = 'hangs'
    with impatient():
        token = await begun(world)
        file = await attachments.add_to_draft(world.guest, token, 'proof', 'giấy.jpg', photograph())
        assert file.state is AttachmentState.QUARANTINED and file.present and not file.opens
        with pytest.raises(WrongState):
            await attachments.open_file(world.guest, file.id, draft_token=token)
        one = await filing.submit(world.guest, token)
        assert [p.id for p in one.papers] == [file.id]
        for actor in (world.binh, opened(world, one)):
            with pytest.raises(WrongState) as shut:
                await attachments.open_file(actor, file.id)
            assert shut.value.key == 'papers.waiting'
        assert file.id not in (await progress(opened(world, one), one.dossier_id)).openable
        seen = (await desk.desk_dossier(world.binh, one.dossier_id)).components[0].files
        assert [f.state for f in seen] == [AttachmentState.QUARANTINED]
        assert await quarantine.scan_waiting() == 0, 'it still hangs'
    clamd.mood = 'well'
    assert await quarantine.scan_waiting() == 1 and await quarantine.scan_waiting() == 0
    assert (await attachments.open_file(world.binh, file.id)).content.startswith(b'\xff\xd8')


async def test_a_virus_that_is_found_late_goes_and_the_officer_sees_it(
    world: World, clamd: Clamd, tmp_path: Path
) -> None:
    clamd.mood = 'drops'
    token = await begun(world)
    content = plain(word(**{'word/document.xml': f'<w:d xmlns:w="urn:w">{MARK.decode()}</w:d>'}))
    file = await attachments.add_to_draft(world.guest, token, 'proof', 'đơn.docx', content)
    one = await filing.submit(world.guest, token)
    clamd.mood = 'well'
    assert await quarantine.scan_waiting() == 1
    assert kept(tmp_path) == []
    (seen,) = (await desk.desk_dossier(world.binh, one.dossier_id)).components[0].files
    assert seen.infected and not seen.present and not seen.opens
    ((event, data),) = await told('remove_virus')
    assert event.dossier_id == one.dossier_id and data['file'] == file.id and data['virus'] == 'Made.Up-1'


def plain(package: bytes) -> bytes:
    """Return an office package with nothing packed, as a scanner sees into it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, 'w', zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return out.getvalue()


async def test_a_draft_with_an_infected_paper_says_so_and_cannot_be_sent(world: World, clamd: Clamd) -> None:
    clamd.mood = 'nonsense'
    token = await begun(world)
    content = plain(word(**{'word/document.xml': f'<w:d xmlns:w="urn:w">{MARK.decode()}</w:d>'}))
    await attachments.add_to_draft(world.guest, token, 'proof', 'đơn.docx', content)
    clamd.mood = 'well'
    await quarantine.scan_waiting()
    (file,) = (await drafts.view(world.guest, token)).files
    assert file.infected and not file.present
    with pytest.raises(Invalid):
        await filing.submit(world.guest, token)
    await attachments.remove_from_draft(world.guest, token, file.id)
    assert (await drafts.view(world.guest, token)).files == ()


async def test_a_setting_that_is_taken_out_lets_nothing_through(world: World, clamd: Clamd) -> None:
    clamd.mood = 'blind'
    token = await begun(world)
    file = await attachments.add_to_draft(world.guest, token, 'proof', 'giấy.png', PNG)
    scanning.use_clamd('')
    assert await quarantine.scan_waiting() == 0
    with pytest.raises(WrongState):
        await attachments.open_file(world.guest, file.id, draft_token=token)


async def test_one_file_that_is_lost_holds_up_no_other(world: World, clamd: Clamd) -> None:
    clamd.mood = 'error'
    token = await begun(world)
    for _ in range(2):
        await attachments.add_to_draft(world.guest, token, 'proof', 'giấy.png', PNG)
    await storage.remove((await rows(Attachment))[0].storage_key)
    clamd.mood = 'well'
    assert await quarantine.scan_waiting() == 1
    assert {one.state for one in await rows(Attachment)} == {AttachmentState.QUARANTINED, AttachmentState.STORED}


async def test_the_event_of_a_filing_keeps_what_every_paper_was_when_it_came(world: World) -> None:
    token, content = await begun(world), photograph()
    file = await attachments.add_to_draft(world.guest, token, 'proof', 'giấy.jpg', content)
    await filing.submit(world.guest, token)
    ((_, data),) = await told('submit')
    (row,) = await rows(Attachment)
    received = hashlib.sha256(content).hexdigest()
    assert data['papers'] == [{'file': file.id, 'received': received, 'kept': row.stored_sha256}]
    assert row.stored_sha256 != received
