"""Numbers read aloud as Vietnamese papers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procedures.spoken import date_words, money_words, number_words


@pytest.mark.parametrize(
    ('number', 'words'),
    [
        (0, 'không'),
        (15, 'mười lăm'),
        (21, 'hai mươi mốt'),
        (105, 'một trăm linh năm'),
        (1005, 'một nghìn không trăm linh năm'),
        (2026, 'hai nghìn không trăm hai mươi sáu'),
        (1_000_000_005, 'một tỷ không trăm linh năm'),
        (-7, 'âm bảy'),
    ],
)
def test_numbers(number: int, words: str) -> None:
    assert number_words(number) == words


def test_dates_and_money() -> None:
    assert date_words('1948-09-02') == 'Ngày hai, tháng chín, năm một nghìn chín trăm bốn mươi tám'
    assert date_words('1948') == 'Năm một nghìn chín trăm bốn mươi tám'
    assert date_words('hôm qua') == ''
    assert money_words(200_000_000) == 'Hai trăm triệu đồng'


@given(st.integers(min_value=0, max_value=10**15), st.integers(min_value=0, max_value=10**15))
def test_different_numbers_sound_different(a: int, b: int) -> None:
    assert (number_words(a) == number_words(b)) == (a == b)
