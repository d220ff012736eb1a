"""Fees are counted as the circulars say."""

import pytest

from app.procedures.fees import calculate, expected
from app.procedures.schema import Fee
from tests.support.answers import catalogue

COPY = catalogue()['chung-thuc-ban-sao'].fee


@pytest.mark.parametrize(
    ('pages', 'copies', 'expected'),
    [(15, 1, 17_000), (15, 2, 34_000), (1, 1, 2_000), (2, 3, 12_000), (3, 1, 5_000), (1_000, 1, 200_000), (0, 1, 0)],
)
def test_certified_copies(pages: int, copies: int, expected: int) -> None:
    assert calculate(COPY, quantity=copies, pages=pages) == expected


def test_who_is_exempt_pays_nothing() -> None:
    assert calculate(COPY, pages=15, exempt=True) == 0


def test_what_the_council_decides_is_not_guessed() -> None:
    assert calculate(catalogue()['khai-sinh'].fee) is None
    assert calculate(catalogue()['ban-le-ruou'].fee) is None


def test_units_and_cases() -> None:
    assert calculate(catalogue()['ban-sao-trich-luc-ho-tich'].fee, quantity=3) == 24_000
    assert calculate(catalogue()['chung-thuc-chu-ky'].fee) == 10_000
    assert calculate(catalogue()['ket-hon'].fee) == 0
    assert calculate(Fee(kind='fixed', amount=500_000), quantity=3) == 500_000


def test_answers_lead_to_the_fee() -> None:
    originals = [{'page_count': 15, 'copy_count': 2}, {'page_count': 1, 'copy_count': 1}, {'page_count': 'x'}]
    assert expected(COPY, {'originals': originals}) == 34_000 + 2_000 + 2_000
    assert expected(COPY, {'originals': 'x'}) == 2_000
    assert expected(catalogue()['ban-sao-trich-luc-ho-tich'].fee, {'copy_quantity': 3}) == 24_000
    assert expected(catalogue()['chung-thuc-chu-ky'].fee, {'document_count': 2}) == 20_000


def test_a_birth_registered_in_time_is_free() -> None:
    fee = catalogue()['khai-sinh'].fee
    assert expected(fee, {'registration_kind': 'on_time'}) == 0
    assert expected(fee, {'registration_kind': 'late'}) is None


def test_nothing_is_negative() -> None:
    with pytest.raises(ValueError, match='negative'):
        calculate(COPY, quantity=-1)
