"""Several pictures become one paper: in the order asked for, of one's own files only, and nothing of the parts stays."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import scanning
from app.db import read
from app.dossiers import attachments, binding, drafts, filing
from app.dossiers.files import File
from app.errors import AppError, Invalid
from app.papers import page_picture
from models import Attachment, Event, EventText
from models.enums import AttachmentState
from tests.papers.sheets import photograph, saved, sheet, word
from tests.support import clamd as support
from tests.support.world import ANSWERS, World


async def begun(world: World) -> str:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, dict(ANSWERS))
    return started.token


async def added(world: World, token: str, content: bytes, document: str = 'proof') -> File:
    return await attachments.add_to_draft(world.guest, token, document, 'ảnh.jpg', content)


def kept(tmp_path: Path) -> int:
    return sum(path.is_file() for path in (tmp_path / 'files').rglob('*'))


async def test_pages_are_bound_put_in_another_order_and_filed(world: World, tmp_path: Path) -> None:
    token = await begun(world)
    contents = [photograph(), saved(sheet((200, 200)), 'PNG'), saved(sheet((400, 100)), 'JPEG')]
    one, two, three = [await added(world, token, content) for content in contents]
    book = await binding.bind_draft(world.guest, token, 'proof', [one.id, two.id], [(two.id, 1), (one.id, 1)])
    assert (book.pages, book.media_type, book.is_bound) == (2, 'application/pdf', True)
    pages = [(three.id, 1), (book.id, 2)]
    book = await binding.bind_draft(world.guest, token, 'proof', [book.id, three.id], pages)
    assert book.pages == 2 and [f.id for f in (await drafts.view(world.guest, token)).files] == [book.id]
    assert kept(tmp_path) == 1, 'nothing of the parts stays'
    opened = await attachments.open_file(world.guest, book.id, draft_token=token)
    assert await page_picture(opened.content, opened.media_type, 2)
    await filing.submit(world.guest, token)
    async with read() as db:
        data = (await db.execute(select(EventText.data).join(Event).where(Event.action == 'submit'))).scalar_one()
    assert data['papers'][0]['received'] == [hashlib.sha256(contents[n]).hexdigest() for n in (2, 0)]


async def test_only_ones_own_pictures_of_one_component_are_bound(world: World, tmp_path: Path) -> None:
    mine, theirs = await begun(world), await begun(world)
    picture = await added(world, mine, photograph())
    card = await added(world, mine, photograph(), 'card')
    letter = await added(world, mine, word())
    strange = await added(world, theirs, photograph())
    before = kept(tmp_path)
    tries: list[tuple[Any, Any]] = [
        ([picture.id, card.id], [(picture.id, 1), (card.id, 1)]),
        ([picture.id, letter.id], [(picture.id, 1), (letter.id, 1)]),
        ([picture.id, strange.id], [(picture.id, 1), (strange.id, 1)]),
        ([picture.id], [(strange.id, 1)]),
        ([picture.id], []),
        ([picture.id], [(picture.id, 2)]),
        ([picture.id], [(picture.id, 0)]),
        ([picture.id], [(picture.id, True)]),
        ([picture.id], [(picture.id, 1)] * 2),
        ([picture.id], [(picture.id, n) for n in range(100)]),
        (picture.id, 'x'), (None, None), ([{}], [[{}, 1]]), ([picture.id], [[picture.id]]), ([picture.id], {'a': 1}),
    ]  # fmt: skip
    for files, pages in tries:
        with pytest.raises(Invalid):
            await binding.bind_draft(world.guest, mine, 'proof', files, pages)
    for token in (theirs, 'x'):
        with pytest.raises(AppError):
            await binding.bind_draft(world.guest, token, 'proof', [picture.id], [(picture.id, 1)])
    assert kept(tmp_path) == before
    await filing.submit(world.guest, mine)
    with pytest.raises(AppError):
        await binding.bind_draft(world.guest, mine, 'proof', [picture.id], [(picture.id, 1)])


async def test_what_is_bound_of_pages_that_wait_for_the_scanner_waits_too(world: World) -> None:
    token = await begun(world)
    clean = await added(world, token, photograph())
    async with support.running() as clamd:
        clamd.mood = 'drops'
        scanning.use_clamd(clamd.address)
        waiting = await added(world, token, photograph())
        scanning.use_clamd('')
    book = await binding.bind_draft(
        world.guest, token, 'proof', [clean.id, waiting.id], [(clean.id, 1), (waiting.id, 1)]
    )
    assert book.state is AttachmentState.QUARANTINED
    async with read() as db:
        states = (await db.execute(select(Attachment.state).where(Attachment.id != book.id))).scalars().all()
    assert set(states) == {AttachmentState.REMOVED}
