"""What every test may ask for: a database, fresh and migrated, on SQLite and on PostgreSQL; Chromium (``browser``).

A test that takes ``database`` (open) or ``database_url`` (not opened) runs once on each. Where one is enough, say
``@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)``, or let the folder's own conftest.py have a fixture
``dialect`` that returns its name.
"""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from playwright.sync_api import Browser

from app import crypto, migrate
from app.db import close_database, open_database
from app.settings import Settings
from tests.support import compiled, postgres, skips
from tests.support.browser import Unavailable, chromium

SELDOM = (20_000, 20, 20)
"""After how many new objects, and how often among them what is older, the garbage is collected."""
hypothesis.settings.register_profile(
    'motcua',
    deadline=None,
    derandomize=skips.forbidden(),
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # says more of the machine than of the test
)
hypothesis.settings.load_profile('motcua')


def pytest_configure(config: pytest.Config) -> None:
    """Watch for skips, compile statements once, and let no setting of the person who runs the tests reach them."""
    compiled.share()
    config.pluginmanager.register(skips.Skips(forbidden=skips.forbidden()), 'skips')
    Settings.model_config['env_file'] = None
    for name in [name for name in os.environ if name.startswith('MOTCUA_')]:
        del os.environ[name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives Chromium. Alone it comes last, the quick answers first; among several processes it comes first."""
    driving = [item for item in items if 'browser' in getattr(item, 'fixturenames', ())]
    for item in driving:
        item.add_marker(pytest.mark.browser)
    slow = set(driving)
    others = [item for item in items if item not in slow]
    processes = getattr(config, 'workerinput', {}).get('workercount', 1)
    items[:] = others + driving if processes == 1 else list(_dealt(driving, others, processes))


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what stays for the whole run: it would look through all modules and tests again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def _dealt(slow: list[pytest.Item], quick: list[pytest.Item], processes: int) -> Iterator[pytest.Item]:
    """Yield equal parts, one for each process: its modules of slow tests, then quick ones, which the others may take over.

    A module is not torn apart, as its tests share a running application. Slow ones at the end would leave all but one
    process idle there.
    """
    share = -(-(len(slow) + len(quick)) // processes)
    modules = [list(module) for _, module in groupby(slow, key=lambda item: item.path)]
    rest = iter(quick)
    for number in range(processes):
        mine = [item for module in modules[number::processes] for item in module]
        yield from mine
        yield from islice(rest, max(0, share - len(mine)))
    yield from rest


@pytest.fixture(scope='session', autouse=True)
def master_key() -> bytes:
    """Derive all keys from one known secret."""
    secret = b'a master secret for the tests only'
    crypto.use_master_key(secret)
    return secret


@pytest.fixture(scope='session')
def postgres_server() -> Iterator[postgres.Server]:
    """Start PostgreSQL once for the whole run."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.running())
        except postgres.Unavailable as reason:
            pytest.skip(str(reason))
        yield server


@pytest.fixture(scope='session')
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file; tests get copies."""
    file = tmp_path_factory.mktemp('template') / 'motcua.db'
    migrate.upgrade(f'sqlite+aiosqlite:///{file}')
    return file


@pytest.fixture(scope='session')
def migrated_postgres(postgres_server: postgres.Server) -> str:
    """Migrate one PostgreSQL database; it is emptied after each test."""
    postgres_server.create('motcua')
    migrate.upgrade(postgres_server.url('motcua'))
    return 'motcua'


@pytest.fixture(params=['sqlite', pytest.param('postgresql', marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    """Name the database that the test runs on."""
    return str(request.param)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, dialect: str, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without any table."""
    if dialect == 'sqlite':
        yield f'sqlite+aiosqlite:///{tmp_path / "empty.db"}'
        return
    server: postgres.Server = request.getfixturevalue('postgres_server')
    name = f'empty{uuid4().hex}'
    server.create(name)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, dialect: str, tmp_path: Path) -> Iterator[str]:
    """Give the address of a migrated database without any row. To change its tables take ``empty_database_url``."""
    if dialect == 'sqlite':
        file = shutil.copy(request.getfixturevalue('sqlite_template'), tmp_path / 'motcua.db')
        yield f'sqlite+aiosqlite:///{file}'
        return
    server: postgres.Server = request.getfixturevalue('postgres_server')
    name: str = request.getfixturevalue('migrated_postgres')
    yield server.url(name)
    server.empty(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[None]:
    """Open a migrated database without any row for ``app.db``."""
    await open_database(database_url)
    yield
    await close_database()


@pytest.fixture(scope='module')
def browser() -> Iterator[Browser]:
    """Give Chromium to one module, which must hold no asynchronous test (see ``tests.support.browser``)."""
    with ExitStack() as stack:
        try:
            started = stack.enter_context(chromium())
        except Unavailable as reason:
            pytest.skip(str(reason))
        yield started
