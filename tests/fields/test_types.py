"""Every type of question reads its examples, and refuses whatever else a browser may send with a clear message."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.fields.base import Example
from app.i18n import words
from app.procedures.schema import FormField
from app.registry import FIELDS

CASES = [(key, example) for key, kind in sorted(FIELDS.all().items()) for example in kind.EXAMPLES]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text(alphabet='0123456789./-, +@'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(['province', 'name', 'x']), inner),
    max_leaves=8,
)


def question(key: str, **more: Any) -> FormField:
    return FormField.model_validate({'id': 'q', 'type': key, 'label': {'vi': 'Câu hỏi'}, **more})


def plain(key: str) -> FormField:
    return question(key, **FIELDS[key].EXAMPLES[0].field)


def test_all_promised_types_are_there() -> None:
    assert set(FIELDS.all()) == {
        'text', 'textarea', 'person_name', 'personal_id', 'date', 'partial_date', 'number', 'money', 'area', 'phone',
        'email', 'tax_code', 'choice', 'multi_choice', 'checkbox', 'address', 'ethnicity', 'nationality', 'repeat',
    }  # fmt: skip


@pytest.mark.parametrize(('key', 'example'), CASES, ids=lambda v: repr(v.raw)[:40] if isinstance(v, Example) else v)
def test_examples(key: str, example: Example) -> None:
    field = question(key, **example.field)
    if example.problem:
        with pytest.raises(Invalid) as refused:
            FIELDS[key].parse(field, example.raw)
        assert refused.value.problems['q'].key == example.problem
        for lang in ('vi', 'en'):
            assert words(lang).error(refused.value.problems['q'])
    else:
        assert FIELDS[key].parse(field, example.raw) == example.value


@pytest.mark.parametrize('key', sorted(FIELDS.all()))
@settings(max_examples=60, deadline=None)
@given(raw=JSON)
def test_no_input_breaks_a_type(key: str, raw: Any) -> None:
    field, kind = plain(key), FIELDS[key]
    try:
        value = kind.parse(field, raw)
    except Invalid as refused:
        assert all(words('vi').error(problem) for problem in refused.problems.values())
        return
    if value is None:
        return
    kind.check(field, value, {})
    assert kind.format(field, value, words('vi')).encode() is not None
    assert kind.parse(field, value) == value, 'what is stored reads back as itself'


@pytest.mark.parametrize('key', sorted(FIELDS.all()))
def test_a_megabyte_and_a_nul_are_refused_or_harmless(key: str) -> None:
    for raw in ('x' * 1_000_000, '\x00', '9' * 1_000_000, [['x'] * 1000] * 1000):
        try:
            assert FIELDS[key].parse(plain(key), raw) is None
        except Invalid as refused:
            assert refused.problems


@pytest.mark.parametrize('key', sorted(FIELDS.all()))
@pytest.mark.parametrize('lang', ['vi', 'en'])
def test_every_type_describes_its_control(key: str, lang: str) -> None:
    control = FIELDS[key].control(plain(key), words(lang))
    assert control.hint_key is None or words(lang)(control.hint_key)


def test_names_keep_their_marks_in_one_form() -> None:
    kind, field = FIELDS['person_name'], question('person_name')
    assert kind.parse(field, 'Tra\u0302\u0300n Vă\u0301n') == 'Trần Vắn'


def test_dates_know_their_neighbours() -> None:
    kind = FIELDS['date']
    after = question('date', rules={'not_before': 'start'})
    assert kind.check(after, '2026-01-01', {'start': '2026-01-02'}) is not None
    assert kind.check(after, '2026-01-02', {'start': '2026-01-02'}) is None
    assert kind.check(after, '2026-01-01', {'start': ['x']}) is None
    past = question('date', rules={'not_after': 'today'})
    assert kind.check(past, '2149-01-01', {}) is not None
    adult = question('date', rules={'min_age_years': 18})
    assert kind.check(adult, '2140-01-01', {}) is not None
    assert kind.check(adult, '1990-01-01', {}) is None


def test_a_partial_date_is_compared_as_far_as_it_is_known() -> None:
    kind, field = FIELDS['partial_date'], question('partial_date', rules={'not_before': 'born'})
    assert kind.check(field, '1948', {'born': '1948-05-01'}) is None
    assert kind.check(field, '1947', {'born': '1948-05-01'}) is not None
    assert kind.check(field, '1948-05-01', {'born': '1948'}) is None


def test_an_address_abroad_needs_only_its_detail() -> None:
    kind, field = FIELDS['address'], question('address', rules={'parts': ['country', 'province', 'commune', 'detail']})
    assert kind.check(field, {'country': 'FR'}, {}) is not None
    assert kind.check(field, {'country': 'FR', 'detail': 'Paris'}, {}) is None
    assert kind.check(field, {'province': '01'}, {}) is not None
    shown = kind.format(field, {'province': '01', 'commune': 'Phường Ba Đình', 'detail': '12 Quán Thánh'}, words('vi'))
    assert shown == '12 Quán Thánh, Phường Ba Đình, Hà Nội'


def test_numbers_read_back_the_vietnamese_way() -> None:
    assert FIELDS['number'].format(question('number', unit={'vi': 'm'}), 1250.5, words('vi')) == '1.250,5 m'
    assert FIELDS['area'].format(question('area'), 360.2 + 144.1, words('vi')) == '504,3 m²'
    assert FIELDS['money'].format(question('money'), 200000000, words('vi')) == '200.000.000 đ'
    assert FIELDS['phone'].format(question('phone'), '+84912345678', words('vi')) == '0912 345 678'
