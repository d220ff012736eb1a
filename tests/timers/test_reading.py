"""What runs every minute reads no whole table: it may hold millions."""

from typing import Any

from sqlalchemy import event

from app import db as database
from app.timers import postings
from tests.support.world import World


async def test_postings_that_are_over_are_found_by_an_index(world: World) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append((statement, values))

    async with database.read() as db:
        engine = db.get_bind()
    event.listen(engine, 'before_cursor_execute', note)
    try:
        await postings.end_postings()
    finally:
        event.remove(engine, 'before_cursor_execute', note)
    assert asked
    if database.dialect() != 'sqlite':
        return  # how PostgreSQL looks depends on how much is there
    async with database.read() as db:
        connection = await db.connection()
        for statement, values in asked:
            plan = (await connection.exec_driver_sql(f'EXPLAIN QUERY PLAN {statement}', values)).all()
            assert all('INDEX' in row.detail for row in plan), plan
