"""A due date is looked up, not walked to: well under a millisecond, long terms included."""

from time import perf_counter

import pytest

from app.deadlines import clock
from app.deadlines.clock import parse_term
from app.deadlines.explain import explain
from app.i18n import words
from tests.deadlines.cases import STANDARD, at

MILLISECOND = 1e-3


@pytest.mark.parametrize('term', ['3wd', '60wd', '168wh', '45d', 'sameday'])
def test_a_due_date_takes_less_than_a_millisecond(term: str) -> None:
    accepted, spec, t = at('11/2 14:10'), parse_term(term), words('vi')
    found = clock.due(STANDARD, accepted, spec)  # lays the year out once
    assert found

    def batch() -> float:
        began = perf_counter()
        for _ in range(200):
            clock.due(STANDARD, accepted, spec)
        return (perf_counter() - began) / 200

    best = min(batch() for _ in range(5))
    print(f'{term}: {best * 1e6:.0f} µs')
    assert best < MILLISECOND

    def explained() -> float:
        began = perf_counter()
        explain(found, t)
        return perf_counter() - began

    assert min(explained() for _ in range(5)) < 20 * MILLISECOND
