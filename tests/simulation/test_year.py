"""Every date of a simulated year equals what an independent, slow oracle says; so does every preview of the calendar."""

from time import perf_counter

import pytest

from tests.simulation.compare import Compared, compare
from tests.simulation.walk import PASSED_ON
from tests.simulation.year import Year


@pytest.mark.timeout(4 * 3600)
async def test_every_date_of_a_year_is_what_a_slow_count_says(year: Year) -> None:
    began = perf_counter()
    await year.run()
    found = Compared()
    for one in year.live:
        await compare(one, found)
    seconds = perf_counter() - began
    print(
        f'\n{len(year.live)} dossiers, {found.dates} dates compared, {len(found.differences)} differences, {seconds:.0f} s'
    )
    print(f'{year.previews} moves previewed in calendar changes, {len(year.wrong_previews)} wrong')
    print(', '.join(f'{path} {n}' for path, n in sorted(year.paths.items())))
    assert not found.differences, '\n'.join(found.differences[:20])
    assert not year.wrong_previews, '\n'.join(year.wrong_previews[:20])
    assert not year.wrong_drafts, '\n'.join(year.wrong_drafts[:20])
    assert found.dates > 5 * len(year.live)
    assert year.previews > 0, 'no change of the calendar moved anything'
    assert year.paths[PASSED_ON] > 0, 'nothing was filed for another unit'
