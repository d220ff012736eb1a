"""A year lived through with an engine that is broken on purpose: some date differs from the oracle's. ``make simulate``."""

import os
from contextlib import suppress

import pytest

from app.errors import AppError
from tests.simulation.compare import Compared, compare
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.town import CASES
from tests.simulation.year import Year

DOSSIERS = int(os.environ.get('MUTANT_DOSSIERS') or 60)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize('mutant', MUTANTS, ids=lambda one: one.name)
async def test_a_year_with_a_broken_engine_differs(year: Year, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant.put_in(monkeypatch)
    year.dossiers, year.cases = DOSSIERS, tuple(c for c in CASES if not mutant.cases or c.slug in mutant.cases)
    found, seen = Compared(), set[str]()

    async def differs() -> bool:
        for one in year.live:
            if one.ledger.is_over and one.id not in seen:
                seen.add(one.id)
                await compare(one, found)
        return bool(found.differences)

    year.enough = differs
    with suppress(AppError):  # an engine that gives other dates refuses what the ledger holds for right
        await year.run()
    for one in year.live if not await differs() else ():
        await compare(one, found)
    wrong = found.differences + year.wrong_previews
    print(f'\n{mutant.name}: dossier {len(year.live)} at the latest: {wrong[0] if wrong else "NOT FOUND"}')
    assert wrong
