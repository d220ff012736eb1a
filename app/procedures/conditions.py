"""Conditions on answers: a subset of JsonLogic that always gives an answer, whatever the answers look like."""

from collections.abc import Callable, Iterator, Set
from typing import Any

from app.procedures.schema import Condition

_DEPTH = 20
"""Deeper nesting counts as not holding; the loader refuses it."""


def holds(condition: Condition | None, answers: dict[str, Any]) -> bool:
    """Tell whether a condition holds. No condition holds always; a malformed one never. Never raises."""
    return True if condition is None else _truth(_value(condition, answers, 0))


def _truth(value: Any) -> bool:
    return value is True or (not isinstance(value, bool) and value not in (None, '', [], {}, 0))


def _same(a: Any, b: Any) -> bool:
    """Compare without the surprise that True equals 1."""
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)


def _order(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Order numbers with numbers and texts (ISO dates) with texts; anything else is not in order."""

    def compare(a: Any, b: Any) -> bool:
        numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (a, b))
        return test(a, b) if numbers or (isinstance(a, str) and isinstance(b, str)) else False

    return compare


_BINARY: dict[str, Callable[[Any, Any], bool]] = {
    '==': _same,
    '!=': lambda a, b: not _same(a, b),
    'in': lambda a, b: isinstance(b, list) and any(_same(a, item) for item in b),
    '<': _order(lambda a, b: a < b),
    '<=': _order(lambda a, b: a <= b),
    '>': _order(lambda a, b: a > b),
    '>=': _order(lambda a, b: a >= b),
}
OPERATORS = frozenset((*_BINARY, 'var', '!', 'and', 'or', 'empty'))


def _value(node: Any, answers: dict[str, Any], depth: int) -> Any:
    if not isinstance(node, dict):
        return node
    if len(node) != 1 or depth > _DEPTH:
        return None
    ((name, operand),) = node.items()
    if name == 'var':
        return _look_up(operand, answers)
    given = operand if isinstance(operand, list | tuple) else [operand]
    if name in ('and', 'or'):
        truths = (_truth(_value(item, answers, depth + 1)) for item in given)
        return all(truths) if name == 'and' else any(truths)
    if name in ('!', 'empty') and len(given) == 1:
        value = _value(given[0], answers, depth + 1)
        return not _truth(value) if name == '!' else value in (None, '', [], {})
    if name in _BINARY and len(given) == 2:
        return _BINARY[name](*(_value(item, answers, depth + 1) for item in given))
    return None


def _look_up(path: Any, answers: dict[str, Any]) -> Any:
    """Return the answer at ``field`` or, inside an address, ``field.part``; None when there is none."""
    value: Any = answers
    for step in path.split('.') if isinstance(path, str) else ('',):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def check_condition(condition: Any, known_ids: Set[str], place: str = '') -> Iterator[tuple[str, str, str]]:
    """Yield (place, key of ``app/locale/catalogue.yaml``, offending text) for each fault of a condition."""
    yield from _faults(condition, known_ids, place, 0)


def _faults(node: Any, known: Set[str], place: str, depth: int) -> Iterator[tuple[str, str, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _faults(item, known, f'{place}[{index}]', depth + 1)
    if not isinstance(node, dict):
        return
    if depth > _DEPTH:
        yield place, 'condition_deep', str(_DEPTH)
        return
    if len(node) != 1:
        yield place, 'condition_one_operator', ', '.join(map(str, node)) or '{}'
        return
    ((name, operand),) = node.items()
    if name == 'var':
        if not isinstance(operand, str) or operand.split('.')[0] not in known:
            yield place, 'condition_unknown_field', str(operand)
    elif name not in OPERATORS:
        yield place, 'condition_unknown_operator', str(name)
    elif name in _BINARY and not (isinstance(operand, list) and len(operand) == 2):
        yield f'{place}.{name}', 'condition_two_operands', str(name)
    else:
        yield from _faults(operand, known, f'{place}.{name}', depth + 1)


def referred(condition: Any) -> frozenset[str]:
    """Return the ids of the questions a condition looks at."""
    if isinstance(condition, list | tuple):
        return frozenset().union(*(referred(item) for item in condition))
    if not isinstance(condition, dict):
        return frozenset()
    found = condition.get('var')
    own = frozenset({found.split('.')[0]}) if isinstance(found, str) else frozenset()
    return own.union(*(referred(item) for key, item in condition.items() if key != 'var'))
