"""How much is simulated: a small dose with every run of the tests, thousands of dossiers with ``make simulate``."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from app.clock import pretend
from app.deadlines import counting, store
from app.deadlines.seeding import seed_calendar
from tests.simulation import town
from tests.simulation.year import BEGIN, THERE, Year

FULL = os.environ.get('MOTCUA_DOSE') == 'full'
"""Read here, at the start: nothing of the environment that begins with MOTCUA_ reaches a test."""
DOSSIERS = int(os.environ.get('SIMULATE') or (3000 if FULL else 16))
SEED = int(os.environ.get('SEED') or 7)
"""Of the seeds of the small dose one whose few dossiers are passed on, posted, recounted, paid for and verified."""
BROKEN_YEARS = FULL or 'SIMULATE' in os.environ
"""Whether broken engines live through years too, besides answering on paper."""
collect_ignore = [] if BROKEN_YEARS else ['test_broken_year.py']


@pytest.fixture
def dialect() -> str:
    """One database is enough: what is counted does not depend on it."""
    return 'sqlite'


@pytest.fixture
async def year(database: None, tmp_path: Path) -> AsyncIterator[Year]:
    """A year that has not begun."""
    with pretend(BEGIN.replace(tzinfo=THERE)):
        await seed_calendar()
        store.forget()
        yield Year(await town.build(tmp_path), Random(SEED), DOSSIERS)
    counting.use_mode('hours')
    store.forget()
