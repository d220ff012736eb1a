"""Limits count in a moving window and keep nothing about anybody."""

from datetime import timedelta

import pytest
import time_machine

from app import limits
from app.clock import now
from app.errors import TooMany


@pytest.fixture(autouse=True)
async def fresh() -> None:
    await limits.forget_all()


async def test_one_more_than_allowed_is_refused_and_says_how_long_to_wait() -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(3):
            await limits.hit('knock', 'an@dan.example', times=3, minutes=10)
        clock.shift(timedelta(minutes=4))
        with pytest.raises(TooMany) as refused:
            await limits.hit('knock', 'an@dan.example', times=3, minutes=10)
        assert refused.value.values == {'minutes': 6}
        clock.shift(timedelta(minutes=6, seconds=1))
        await limits.hit('knock', 'an@dan.example', times=3, minutes=10)


async def test_others_and_other_doors_are_counted_apart() -> None:
    await limits.hit('knock', 'an', '192.0.2.1', times=1, minutes=10)
    await limits.hit('knock', 'an', '192.0.2.2', times=1, minutes=10)
    await limits.hit('ring', 'an', '192.0.2.1', times=1, minutes=10)
    await limits.hit('knock', 'an192.0.2.1', None, times=1, minutes=10)
    with pytest.raises(TooMany):
        await limits.hit('knock', 'an', '192.0.2.1', times=1, minutes=10)


async def test_the_right_person_starts_anew() -> None:
    await limits.hit('knock', 'an', times=1, minutes=10)
    await limits.clear('knock', 'an')
    await limits.hit('knock', 'an', times=1, minutes=10)


async def test_only_keyed_hashes_are_kept() -> None:
    await limits.hit('knock', 'an@dan.example', times=1, minutes=10)
    kept = str(limits._windows)
    assert 'dan.example' not in kept and limits._key('knock', ('an@dan.example',)) in kept


async def test_who_came_long_ago_fills_no_memory() -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for number in range(20):
            await limits.hit('knock', f'visitor {number}', times=1, minutes=10)
        assert len(limits._windows) == 20
        clock.shift(timedelta(minutes=10, seconds=1))
        await limits.hit('knock', 'somebody else', times=1, minutes=10)
        assert len(limits._windows) == 1


async def test_all_limits_of_what_is_put_off_count() -> None:
    with time_machine.travel(now(), tick=False) as clock:
        wanted = ((2, 10), (3, 60))
        assert [await limits.within('letter', 'an', limits=wanted) for _ in range(3)] == [True, True, False]
        clock.shift(timedelta(minutes=11))
        assert [await limits.within('letter', 'an', limits=wanted) for _ in range(2)] == [True, False]
