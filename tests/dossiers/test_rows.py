"""Rows that are only written are in the database exactly as a session would have written them."""

from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from app.clock import now
from app.db import write
from app.rows import put
from models import AnswerSheet, Attachment, ClockSegment, DueDate, Fee, Party
from models.enums import AttachmentKind, ClockKind, DueKind, Edition, PartyRole
from tests.support.world import World, filed

HASH = '0' * 64
KINDS: dict[type[SQLModel], dict[str, Any]] = {
    ClockSegment: {'kind': ClockKind.PAUSED, 'started_at': now()},
    DueDate: {'kind': DueKind.POSTING, 'number': 7, 'at': now(), 'reason': 'x', 'rule': {'từ': None},
              'calendar_version': 1, 'set_at': now()},
    AnswerSheet: {'edition': Edition.MAIN, 'number': 7, 'answers': {'a': {'v': 'đ'}}, 'saved_at': now()},
    Party: {'role': PartyRole.SUBMITTER, 'name': 'An'},
    Fee: {'name': 'Lệ phí', 'amount': 8000, 'created_at': now()},
    Attachment: {'kind': AttachmentKind.EVIDENCE, 'name': 'a.png', 'media_type': 'image/png', 'size': 1, 'pages': 1,
                 'received_sha256': HASH, 'stored_sha256': HASH, 'storage_key': HASH[:32], 'uploaded_at': now()},
}  # fmt: skip
"""What filing writes and looks at no more, with as little in each as may be."""


async def _kept(db: AsyncSession, table: object) -> list[dict[str, Any]]:
    return [{**row, 'id': ''} for row in (await db.execute(text(f'SELECT * FROM {table}'))).mappings()]


async def test_a_row_that_is_put_is_the_row_that_a_session_writes(world: World) -> None:
    dossier_id = (await filed(world)).dossier_id
    async with write() as db:
        for model, values in KINDS.items():
            table = model.__tablename__
            await db.execute(text(f'DELETE FROM {table}'))
            await put(db, model(dossier_id=dossier_id, **values))
            first = await _kept(db, table)
            await db.execute(text(f'DELETE FROM {table}'))
            db.add(model(dossier_id=dossier_id, **values))
            await db.flush()
            assert first == await _kept(db, table) and len(first) == 1, table


async def test_neighbours_of_one_table_go_by_one_statement_in_their_order(world: World) -> None:
    dossier_id, said = (await filed(world)).dossier_id, []
    fees = [Fee(dossier_id=dossier_id, **KINDS[Fee] | {'name': name}) for name in 'abc']
    async with write() as db:
        bind = db.get_bind()
        event.listen(bind, 'before_cursor_execute', lambda *sent: said.append(sent[2].split()[2]))
        await put(db, fees[0], fees[1], ClockSegment(dossier_id=dossier_id, **KINDS[ClockSegment]), fees[2])
        assert said == ['fee', 'clock_segment', 'fee']
        assert fees[0] not in db and not db.new
        assert sorted(one['name'] for one in await _kept(db, 'fee')) == ['a', 'b', 'c']
