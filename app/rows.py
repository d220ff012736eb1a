"""Rows that are only written: inserted at once, without what a session keeps of rows that may still change.

An act writes a dozen rows that nobody looks at again in its transaction; a session's bookkeeping costs three times the statement.
"""

from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel


async def put(db: AsyncSession, *rows: SQLModel) -> None:
    """Insert rows as they are now, in this order; neighbours of one table by one statement.

    They are no objects of the session: what is changed in them later is not written. What they point to must be in the
    database already (``flush`` what was added). Every column is written: none may be left to the database.
    """
    for model, some in groupby(rows, type):
        statement, names = _insert(model)
        values = [{name: getattr(row, name) for name in names} for row in some]
        await db.execute(statement, values if len(values) > 1 else values[0])


@cache
def _insert(model: type[SQLModel]) -> tuple[Insert, tuple[str, ...]]:
    table: Any = model.__table__  # type: ignore[attr-defined] # the table itself: the rows are no objects of a session
    return insert(table), tuple(table.columns.keys())
