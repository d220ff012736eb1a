"""Public figures on a filled folder: periods of any length, of one unit and of all."""

from collections.abc import Awaitable, Callable
from random import Random

from app.clock import today
from app.db import read
from app.statistics import published
from app.statistics.board import Asked, board
from app.statistics.periods import Kind, Period
from app.statistics.present import present
from app.statistics.queries import Slice, figures
from models import Dossier

Work = Callable[[Dossier], Awaitable[object]]
WHOLE = 'whole page of figures'
"""Begins the name of what is made once in ten minutes, of every unit's every month: it grows with the units."""


def works() -> dict[str, Work]:
    """Return what is measured, by name; each call asks for another period."""
    random = Random(3)  # noqa: S311

    def period() -> Period:
        first = today().replace(year=today().year - 1, day=1)
        days = sorted(random.randrange(400) for _ in range(2))
        begin, end = (first.fromordinal(first.toordinal() + day) for day in days)
        return Period.read(Kind.RANGE, begin.isoformat(), end.isoformat(), today())

    async def unit(one: Dossier) -> None:
        async with read() as db:
            await figures(db, Slice(frozenset({one.resolving_unit_id})), period())

    async def whole(_: Dossier) -> None:
        async with read() as db:
            await figures(db, Slice(), period())

    async def standing(one: Dossier) -> None:
        async with read() as db:
            await present(db, frozenset({one.resolving_unit_id}))

    async def page(_: Dossier) -> None:
        published.forget()
        await board(Asked(period()))

    return {
        'figures of a unit, any period': unit,
        'figures of all units, any period': whole,
        'in progress and overdue now': standing,
        f'{WHOLE}, nothing kept': page,
    }
