"""Of a paper that somebody shows only the kind and the last characters are kept."""

import pytest
from sqlalchemy import select

from app.db import read
from app.dossiers import commands, desk
from app.workflow.identity import shown_paper, without_numbers
from models import EventText
from tests.dossiers.test_life import _resolve
from tests.support.world import World, filed


@pytest.mark.parametrize(
    ('typed', 'kind', 'last'),
    [
        ('Căn cước 001190000123', 'Căn cước', '123'),
        ('CCCD số 001 190 000 123, cấp tại Hà Nội', 'CCCD số , cấp tại Hà Nội', '123'),
        ('001190000123', '', '123'),
        ('Hộ chiếu C1234567', 'Hộ chiếu', '567'),
        ('Thẻ căn cước', 'Thẻ căn cước', ''),
        ('Giấy ủy quyền số 12', 'Giấy ủy quyền số', ''),
    ],
)
def test_kind_and_last_characters_are_told_apart(typed: str, kind: str, last: str) -> None:
    assert shown_paper(typed) == {'kind': kind, 'last': last}


def test_nothing_typed_is_nothing_shown_and_notes_keep_no_number() -> None:
    assert shown_paper('  ') is None and shown_paper(None) is None
    assert without_numbers('Căn cước 001 190 000 123, quầy 2') == 'Căn cước …123 , quầy 2'


async def test_the_event_of_the_hand_over_tells_the_paper_without_its_number(world: World) -> None:
    one = await filed(world)
    accepted = await commands.accept(world.binh, one.dossier_id, 1)
    done = await _resolve(world, one.dossier_id, accepted.version)
    await commands.hand_over(
        world.binh, one.dossier_id, done.version, collected_by='Nguyễn Thị An', paper='Căn cước 001190000456'
    )
    view = await desk.desk_dossier(world.binh, one.dossier_id)
    assert view.history[-1].data['paper'] == {'kind': 'Căn cước', 'last': '456'}
    async with read() as db:
        words = [f'{e.note} {e.data}' for e in (await db.execute(select(EventText))).scalars()]
    assert '001190000456' not in ' '.join(words)
