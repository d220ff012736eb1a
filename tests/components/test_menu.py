"""Which entry of a menu stands for the screen that is shown."""

import pytest

from app.i18n import words
from components.frame import Link, Surroundings, _is_current

DESK, REPORTS, RATINGS = (
    Link('/can-bo', 'Hộp hồ sơ'),
    Link('/can-bo/bao-cao', 'Báo cáo', holds=('/can-bo/chi-so', '/can-bo/danh-gia-noi-bo')),
    Link('/can-bo/danh-gia', 'Đánh giá', holds=('/can-bo/danh-gia-noi-bo/cua-toi',)),
)


@pytest.mark.parametrize(
    'here, link, how',
    [
        ('/can-bo', DESK, 'page'),
        ('/can-bo/ho-so/x', DESK, 'true'),
        ('/can-bo/bao-cao/x', REPORTS, 'true'),
        ('/can-bo/chi-so', REPORTS, 'true'),
        ('/can-bo/chi-so/ho-so', REPORTS, 'true'),
        ('/can-bo/danh-gia-noi-bo', REPORTS, 'true'),
        ('/can-bo/danh-gia-noi-bo/cua-toi', RATINGS, 'true'),
        ('/can-bo/chi-so-khac', DESK, 'true'),
    ],
)
def test_one_entry_stands_for_a_screen_also_where_the_address_begins_otherwise(here: str, link: Link, how: str) -> None:
    nav = (DESK, REPORTS, RATINGS)
    around = Surroundings(t=words('vi'), unit_name='', site_name='', path=here, nav=nav)
    assert {one.label: _is_current(one.href, here, around) for one in nav if one is link} == {link.label: how}
    assert [one for one in nav if one is not link and _is_current(one.href, here, around)] == []
