"""One running service for the attacks on the whole of it, who is needed there, and a note of what was shown."""

from collections.abc import Iterator

import pytest

from tests.guarantees.attacker import lab
from tests.guarantees.recording import FULL, Guarantee, Recording
from tests.guarantees.visit import HERE, House, Person

HOME, ELSEWHERE = 'officer/{}/H55.242', 'officer/{}/H55.243'


def pytest_configure(config: pytest.Config) -> None:
    """Note what the tests show."""
    config.pluginmanager.register(Recording(), 'guarantees')


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a full dose its time."""
    for item in items if FULL else ():
        item.add_marker(pytest.mark.timeout(3 * 3600), append=False)


@pytest.fixture
def guarantee() -> Guarantee:
    """Where a test notes which fault it injected how often, and what became of it."""
    return Guarantee()


@pytest.fixture(scope='session')
def running_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start the service once."""
    folder = tmp_path_factory.mktemp('house')
    with lab('house', folder, 'tests.guarantees.house', '/lab/counts') as server:
        yield House(server, folder / 'house')


@pytest.fixture
def house(running_house: House) -> Iterator[House]:
    """The running service. Whatever is refused is refused in words: nothing unexpected may stand in its log."""
    running_house.incidents()
    running_house.address = HERE
    yield running_house
    assert not running_house.incidents()


@pytest.fixture
async def dossier(house: House) -> dict[str, str]:
    """A dossier that a guest has filed: ``id``, ``number`` and ``secret``."""
    await house.ask('/forget')
    return {key: str(value) for key, value in (await house.ask('/dossier')).items()}


@pytest.fixture
async def binh(house: House) -> Person:
    """An intake officer of the home unit."""
    return await house.person(HOME.format('intake'))
