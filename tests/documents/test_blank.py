"""The declaration to be filled in by hand: every question of the form, and an honest word about what it is."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from app.documents import render
from app.documents.blank import _data, _form, has_blank
from app.i18n import words
from app.procedures.load import CATALOG, load_catalogue
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import is_asked

SPECS = {spec.id: spec for spec in load_catalogue(CATALOG)}


def text_of(spec: ProcedureSpec) -> str:
    pages = PdfReader(BytesIO(render.make_pdf(_form(spec), _data(spec, words('vi'))))).pages
    return ' '.join(' '.join(page.extract_text() for page in pages).split())


def test_every_question_of_the_form_stands_on_paper_with_where_it_comes_from() -> None:
    spec = SPECS['khai-sinh']
    text = text_of(spec)
    asked = [f for s in spec.sections for f in s.fields if is_asked(f) and not f.fields]
    missing = [f.label.vi for f in asked if f.label.vi not in text]
    assert not missing
    assert spec.form_source and spec.form_source.replace(' ', '') in text.replace(' ', '')
    assert 'Không phải bản in của mẫu chính thức' in text
    assert 'TỜ KHAI ĐĂNG KÝ KHAI SINH' in text


def test_a_group_has_room_for_more_than_one_entry() -> None:
    spec = SPECS['thanh-lap-ho-kinh-doanh']
    group = next(f for s in spec.sections for f in s.fields if f.fields)
    text = text_of(spec)
    assert all(f'{group.label.vi} {n} – {group.fields[0].label.vi}' in text for n in (1, 2))


@pytest.mark.parametrize(('slug', 'expected'), [('khai-sinh', True), ('chung-thuc-ban-sao', False), ('tach-ho', False)])
def test_only_an_official_form_that_was_compared_gives_one(slug: str, expected: bool) -> None:
    assert has_blank(SPECS[slug]) is expected
