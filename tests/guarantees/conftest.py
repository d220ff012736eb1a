"""One running service for the attacks on the whole of it, and who is needed there."""

from collections.abc import Iterator

import pytest

from tests.guarantees.attacker import lab
from tests.guarantees.visit import House, Person

HOME, ELSEWHERE = 'officer/{}/H55.242', 'officer/{}/H55.243'


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
