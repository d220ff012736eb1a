"""Whoever filed pictures online hands the originals in with the result; one that is missing needs a reason, and is written down."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db import read
from app.dossiers import attachments, commands, desk
from app.errors import Invalid
from app.limits import forget_all
from models import Event, EventText
from models.enums import AttachmentKind
from tests.support import world as municipality
from tests.support.world import SPEC, World, filed, scan

DOCUMENTS = [{'id': 'proof', 'name': {'vi': 'Giấy chứng minh'}, 'required': True, 'originals': 1}]
FIELD = {'id': 'result_delivery', 'type': 'text', 'label': {'vi': 'Nhận kết quả'}}


@pytest.fixture
def dialect() -> str:
    """One database is enough."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A procedure that asks for an original."""
    await forget_all()
    section = SPEC['sections'][0]  # type: ignore[index]
    sections = [{**section, 'fields': [*section['fields'], FIELD]}]
    yield await municipality.build(tmp_path, documents=DOCUMENTS, sections=sections)


async def resolved(world: World, delivery: str, *, at_desk: bool = False) -> tuple[str, int]:
    """Bring a dossier to its result."""
    one = await filed(world, world.binh if at_desk else None, result_delivery=delivery)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id))
    done = await commands.forward(world.chi, one.dossier_id, done.version)
    done = await commands.approve(world.dung, one.dossier_id, done.version)
    return one.dossier_id, (await commands.finish(world.giang, one.dossier_id, done.version)).version


async def kept() -> list[object]:
    """Return what the record says of originals."""
    query = select(EventText.data).join(Event, Event.id == EventText.event_id).where(Event.action == 'hand_over')
    async with read() as db:
        return [data.get('originals') for data in (await db.execute(query)).scalars()]


async def test_an_original_is_handed_in_or_its_lack_explained(world: World) -> None:
    one, version = await resolved(world, 'counter')
    assert [key for key, _ in (await desk.desk_dossier(world.binh, one)).originals] == ['proof']
    wrong: tuple[Any, ...] = (None, [], ['card'], 'proof', [{}])
    for given in wrong:
        with pytest.raises(Invalid) as refused:
            await commands.hand_over(world.binh, one, version, collected_by='An', originals=given)
        assert 'originals' in refused.value.problems
    await commands.hand_over(world.binh, one, version, collected_by='An', originals=['proof'])
    assert await kept() == [{'given': ['Giấy chứng minh'], 'missing': [], 'why': ''}]


async def test_a_missing_original_is_written_down_with_its_reason(world: World) -> None:
    one, version = await resolved(world, 'counter')
    await commands.hand_over(world.binh, one, version, collected_by='An', originals_note='Đã lưu ở hồ sơ trước')
    assert await kept() == [{'given': [], 'missing': ['Giấy chứng minh'], 'why': 'Đã lưu ở hồ sơ trước'}]


@pytest.mark.parametrize(('delivery', 'at_desk'), [('electronic', False), ('counter', True)])
async def test_nothing_is_asked_where_nobody_comes_or_the_papers_came_to_the_desk(
    world: World, delivery: str, at_desk: bool
) -> None:
    one, version = await resolved(world, delivery, at_desk=at_desk)
    assert (await desk.desk_dossier(world.binh, one)).originals == ()
    await commands.hand_over(world.binh, one, version, collected_by='An')
    assert await kept() == [None]
