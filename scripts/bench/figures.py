"""Public figures, reports and indexes on a filled folder: of one unit and of all."""

from collections.abc import Awaitable, Callable
from random import Random

from app.clock import today
from app.db import read
from app.indicators import evaluation, index766
from app.indicators.gathering import Scope
from app.reports.making import Asked as Report
from app.reports.making import make
from app.statistics import published
from app.statistics.board import Asked, board
from app.statistics.periods import Kind, Period
from app.statistics.present import present
from app.statistics.queries import Slice, figures
from app.units.queries import tree
from models import Dossier

Work = Callable[[Dossier], Awaitable[object]]
WHOLE = 'whole page of figures'
"""Begins the name of what is made once in ten minutes, of every unit's every month: it grows with the units."""
EVERY = 'every unit'
"""Begins the name of what counts each dossier of a period in all units: it grows with them."""
GROWING = (WHOLE, EVERY)


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
        **_official(),
        'figures of a unit, any period': unit,
        'figures of all units, any period': whole,
        'in progress and overdue now': standing,
        f'{WHOLE}, nothing kept': page,
    }


def _official() -> dict[str, Work]:
    """Return the reports and indexes of the last quarter that is over, of one unit and of all."""
    quarter = Period.around(Kind.QUARTER, today(), today()).beside(-1, today()) or Period.around(
        Kind.QUARTER, today(), today()
    )

    async def units(one: Dossier | None) -> frozenset[str]:
        async with read() as db:
            return frozenset((await tree(db)).units) if one is None else frozenset({one.resolving_unit_id})

    async def report(one: Dossier | None) -> None:
        chosen = await units(one)
        async with read() as db:
            await make(db, Report('ubnd', quarter, one.resolving_unit_id if one else min(chosen), chosen))

    async def index(one: Dossier | None) -> None:
        chosen = await units(one)
        async with read() as db:
            await index766.result(db, Scope(chosen, min(chosen), quarter))

    async def judged(one: Dossier | None) -> None:
        chosen = await units(one)
        async with read() as db:
            await evaluation.evaluation(db, Scope(chosen, min(chosen), quarter))

    named = {'report of a quarter': report, 'index of a quarter': index, 'evaluation of a quarter': judged}
    of_all = {f'{EVERY}: {name}': _of_all(work) for name, work in named.items()}
    return {f'{name}, one unit': work for name, work in named.items()} | of_all


def _of_all(work: Callable[[Dossier | None], Awaitable[None]]) -> Work:
    return lambda _: work(None)
