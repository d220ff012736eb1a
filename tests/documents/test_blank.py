"""The declaration to be filled in by hand: the official wording, room for every answer, and an honest word about what it is."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from app.documents import render
from app.documents.blank import blank_paper, has_blank
from app.documents.declaration import form_for
from app.documents.layouts import layout_of
from app.i18n import words
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import is_asked
from tests.support.answers import catalogue

SPECS = catalogue()
T = words('vi')


def text_of(spec: ProcedureSpec) -> str:
    pages = PdfReader(BytesIO(render.make_pdf(form_for(spec, T), blank_paper(spec, T)))).pages
    return ' '.join(' '.join(page.extract_text() for page in pages).split())


def test_the_official_headings_stand_on_paper_with_where_they_come_from() -> None:
    spec = SPECS['khai-sinh']
    text = text_of(spec)
    headings = [block.heading.removeprefix('? ') for block in layout_of(spec).blocks]
    assert not [heading for heading in headings if heading not in text]
    assert spec.form_source and spec.form_source.replace(' ', '') in text.replace(' ', '')
    assert 'Không phải bản in của mẫu chính thức' in text
    assert 'TỜ KHAI ĐĂNG KÝ KHAI SINH' in text


@pytest.mark.parametrize('slug', [slug for slug, spec in SPECS.items() if spec.checked and spec.sections])
def test_every_question_has_its_place_on_paper_or_is_named_as_one_of_the_screen(slug: str) -> None:
    spec = SPECS[slug]
    layout = layout_of(spec)
    asked = {f.id for s in spec.sections for f in s.fields if is_asked(f)}
    known = {f.id for s in spec.sections for f in s.fields}
    named = layout.holes() | set(layout.implied) | set(layout.left_out)
    assert named <= known, 'a hole for a question that does not exist'
    at_the_end = {f.id for s in spec.sections if s.id == 'closing' for f in s.fields}
    assert asked - named <= at_the_end | {'requester_phone'}


def test_a_group_has_room_for_more_than_one_entry() -> None:
    spec = SPECS['thanh-lap-ho-kinh-doanh']
    tables = [part for part in blank_paper(spec, T)['blocks'] if part['kind'] == 'table']
    group = next(f for s in spec.sections for f in s.fields if f.fields)
    assert tables[0]['heads'][1:] == [inner.label.vi for inner in group.fields]
    assert all(len(table['rows']) > 1 for table in tables)


@pytest.mark.parametrize(('slug', 'expected'), [('khai-sinh', True), ('chung-thuc-ban-sao', False), ('tach-ho', False)])
def test_only_an_official_form_that_was_compared_gives_one(slug: str, expected: bool) -> None:
    assert has_blank(SPECS[slug]) is expected
