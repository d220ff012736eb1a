"""What does not fit the description is answered in words that say what is allowed, never in the checks' own terms."""

import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from app.i18n import catalogue, words
from pages import api, problem
from pages.api import catalogue as listing
from pages.api import desk, events, values
from tests.api.house import Program
from tests.support.world import World

WRONG: tuple[Any, ...] = (
    None, 0, -1, 1.5, True, math.nan, 10**40, '', 'x', ' ', 'x' * 9000, '\ud800', [], [5], [{}], [{'kind': 'x'}] * 200,
    {}, {'a': 1}, {'a b': 1}, {'a': math.nan}, {'a': [math.nan]}, {'a': object()}, {f'a{i}': 1 for i in range(300)},
)  # fmt: skip
ASKED = (listing.Words, listing.Page, desk.View, events.After, events.Limit)
JSON = {'Content-Type': 'application/json'}
QUESTION = r'Chưa đúng mẫu ký tự ^[a-z][a-z0-9_]*(\[\d{1,2}\]\.[a-z][a-z0-9_]*)?$'


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only."""
    return 'sqlite'


def bodies(base: type[BaseModel] = values.Body) -> Iterator[type[BaseModel]]:
    """Yield every body that the API reads."""
    for shape in base.__subclasses__():
        yield shape
        yield from bodies(shape)


def faults() -> Iterator[Any]:
    """Yield what the checks find in values that do not fit."""
    assert api.router.routes
    readers = [TypeAdapter(Any if one is None else one) for one in (*ASKED, *bodies())]
    whole = [(reader, value) for reader in readers for value in (*WRONG, 'abc', '9' * 5000)]
    parts = [
        (TypeAdapter(shape), {name: value}) for shape in bodies() for name in shape.model_fields for value in WRONG
    ]
    for reader, value in whole + parts:
        try:
            reader.validate_python(value)
        except ValidationError as error:
            yield from error.errors()


def test_every_kind_of_fault_of_our_models_has_a_sentence_of_its_own_in_both_languages() -> None:
    found = {fault['type']: fault for fault in faults()}
    assert len(found) > 12
    assert found.keys() - problem._SAYINGS.keys() == {'invalid-json-value'}, 'which no JSON can hold'
    for kind, fault in found.items():
        for lang in ('vi', 'en'):
            said = problem._say(kind, fault.get('ctx', {}), words(lang))
            assert said not in ('', fault['msg'], words(lang)('api.value_wrong')) or kind == 'invalid-json-value'
            assert kind not in said and not re.search(r'{[a-z_]+}', said)


def test_an_unknown_kind_is_said_without_its_name() -> None:
    assert problem._say('not_yet_invented', {}, words('vi')) == 'Giá trị chưa đúng.'
    assert set(problem._SAYINGS.values()) <= catalogue().keys()


DRAFT = '/drafts/AAAAAAAAAAAAAAAAAAAAAA.' + '0' * 32
REFUSED: tuple[tuple[str, str, dict[str, Any], dict[str, str]], ...] = (
    ('GET', '/procedures', {'params': {'page': '0'}}, {'page': 'Phải từ 1 trở lên.'}),
    ('GET', '/procedures', {'params': {'page': 'x'}}, {'page': 'Phải là số nguyên.'}),
    ('GET', '/procedures', {'params': {'page': '99999999'}}, {'page': 'Không được quá 10000.'}),
    ('GET', '/procedures', {'params': {'text': 'x' * 201}}, {'text': 'Không được quá 200 ký tự.'}),
    ('POST', '/drafts', {'json': {'procedure': 5}}, {'procedure': 'Phải là chữ.'}),
    ('POST', '/drafts', {'json': []}, {'body': 'Phải là đối tượng {...} của JSON.'}),
    ('POST', '/drafts', {'content': b'{"procedure": ', 'headers': JSON}, {'body': 'Không đọc được dạng JSON.'}),
    ('PATCH', f'{DRAFT}/answers', {'content': b'{"answers": {"a": {"b": [1e999]}}}', 'headers': JSON}, {'answers.a': 'Phải là số.'}),
    ('PATCH', f'{DRAFT}/answers', {'json': {'answers': {'bad key': 1}}}, {'answers.bad key': QUESTION}),
    ('PATCH', f'{DRAFT}/answers', {'json': {'answers': {}}}, {'answers': 'Cần ít nhất 1 mục.'}),
    ('POST', f'{DRAFT}/submit', {'json': {'declared': False}, 'headers': {'Idempotency-Key': 'a' * 20}}, {'declared': 'Chỉ nhận: true.'}),
)  # fmt: skip


async def test_a_refusal_says_where_and_what_is_allowed(world: World, guest: Program) -> None:
    for method, path, sent, problems in REFUSED:
        answer = await guest.call(method, path, **sent)
        assert (answer.status_code, answer.json().get('problems')) == (422, problems), (path, sent, answer.text)


def test_allowed_values_are_listed_without_words_of_another_language() -> None:
    assert problem._say('literal_error', {'expected': "'one', 'two' or 'or'"}, words('vi')) == 'Chỉ nhận: one, two, or.'
    assert problem._say('literal_error', {'expected': 'True'}, words('en')) == 'Only these are taken: true.'
