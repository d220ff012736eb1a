"""A number is found however it was copied from the receipt."""

import pytest

from app.dossiers.loading import as_written

NUMBER = 'N55.242-261123-0003'


@pytest.mark.parametrize(
    'typed',
    [
        NUMBER,
        'n55.242-261123-0003',
        ' N55.242 261123 0003 ',
        'N55.2422611230003',
        'N55.242 - 261123 - 0003',
        'N55.242–261123—0003',
        'N55.242_261123_0003',
    ],
)
def test_blanks_and_dashes_make_no_other_number(typed: str) -> None:
    assert as_written(typed) == NUMBER


@pytest.mark.parametrize('number', ['H55.242-261123-10000', '000.00.01.H55-261123-0001', 'PA-261123-0001', 'ABC', ''])
def test_what_has_its_shape_or_none_stays_as_it_is(number: str) -> None:
    assert as_written(number) == number
