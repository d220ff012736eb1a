"""Conditions always give an answer, and the loader knows a wrong one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.procedures.conditions import OPERATORS, check_condition, holds, referred

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.sampled_from(sorted(OPERATORS)), inner),
    max_leaves=12,
)  # fmt: skip
ANSWERS = {'kind': 'house', 'ticked': True, 'not_ticked': False, 'many': ['a', 'b'], 'born': '1990-05-01', 'size': 12.5}


@pytest.mark.parametrize(
    ('condition', 'expected'),
    [
        (None, True),
        (True, True),
        (False, False),
        ({'==': [{'var': 'kind'}, 'house']}, True),
        ({'!=': [{'var': 'missing'}, 'house']}, True),
        ({'==': [{'var': 'ticked'}, 1]}, False),
        ({'var': 'ticked'}, True),
        ({'!': {'var': 'not_ticked'}}, True),
        ({'!': {'var': 'missing'}}, True),
        ({'in': [{'var': 'kind'}, ['flat', 'house']]}, True),
        ({'in': ['b', {'var': 'many'}]}, True),
        ({'in': ['b', 'abc']}, False),
        ({'and': [{'var': 'ticked'}, {'var': 'not_ticked'}]}, False),
        ({'or': [{'var': 'ticked'}, {'var': 'not_ticked'}]}, True),
        ({'empty': {'var': 'missing'}}, True),
        ({'empty': {'var': 'many'}}, False),
        ({'<': [{'var': 'born'}, '2000-01-01']}, True),
        ({'>=': [{'var': 'size'}, 12]}, True),
        ({'<': [{'var': 'kind'}, 5]}, False),
        ({'<': [{'var': 'missing'}, 5]}, False),
        ({'var': 'kind.part'}, False),
        ({'unknown': 1}, False),
        ({'==': [1]}, False),
        ({}, False),
        ({'==': [1, 1], '!=': [1, 1]}, False),
    ],
)
def test_what_holds(condition: Any, expected: bool) -> None:
    assert holds(condition, ANSWERS) is expected


@settings(max_examples=150, deadline=None)
@given(condition=JSON, answers=st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_no_condition_and_no_answers_raise(condition: Any, answers: dict[str, Any]) -> None:
    assert holds(condition, answers) in (True, False)
    assert all(len(fault) == 3 for fault in check_condition(condition, frozenset(answers)))
    assert isinstance(referred(condition), frozenset)


def test_nesting_without_end_does_not_hold() -> None:
    condition: Any = True
    for _ in range(500):
        condition = {'and': [condition]}
    assert holds(condition, {}) is False
    assert next(check_condition(condition, set()))[1] == 'condition_deep'


@pytest.mark.parametrize(
    ('condition', 'place', 'key'),
    [
        ({'==': [{'var': 'nobody'}, 1]}, 'x.==[0]', 'condition_unknown_field'),
        ({'and': [{'var': 'kind'}, {'like': 1}]}, 'x.and[1]', 'condition_unknown_operator'),
        ({'==': [{'var': 'kind'}]}, 'x.==', 'condition_two_operands'),
        ({'==': [1, 2], '!=': [1, 2]}, 'x', 'condition_one_operator'),
    ],
)
def test_faults_name_place_and_rule(condition: Any, place: str, key: str) -> None:
    found = list(check_condition(condition, {'kind'}, 'x'))
    assert [(f[0], f[1]) for f in found] == [(place, key)]


def test_a_condition_tells_what_it_looks_at() -> None:
    condition = {'and': [{'==': [{'var': 'a.part'}, 1]}, {'!': {'var': 'b'}}]}
    assert referred(condition) == {'a', 'b'}
