"""The filled declaration of every detailed procedure: what was answered, where the form has it, and nothing else."""

from datetime import date
from io import BytesIO
from random import Random
from typing import Any

import pikepdf
import pypdfium2
import pytest

from app.demo.answers import plausible
from app.documents import render
from app.documents.declaration import form_for, paper
from app.documents.layouts import layout_of
from app.i18n import words
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import computed, is_asked, shown_fields
from app.registry import FIELDS
from tests.support.answers import catalogue

SPECS = catalogue()
DETAILED = [slug for slug, spec in SPECS.items() if spec.checked and spec.sections]
T = words('vi')
DAY = date(2026, 11, 20)
UNIT = 'Ủy ban nhân dân xã Tân Phú'
SENT = {
    'day': '2026-11-20T16:10',
    'day-of': '2026-11-20',
    'code': 'H55.242-261120-0001',
    'made_from': 'nguồn',
    'sent': '',
}
HOSTILE = r'#read("/etc/passwd") ] $x^2$ \ *b* _i_ `c` <a> @b // c #panic() " ~ -- ... /* d */ = e {full_name}'


def answers_of(slug: str, seed: int = 7) -> dict[str, Any]:
    found = plausible(SPECS[slug], Random(seed))
    return found | computed(SPECS[slug], found, 'UBND xã Tân Phú', DAY)


def made(slug: str, answers: dict[str, Any]) -> bytes:
    spec = SPECS[slug]
    return render.make_pdf(form_for(spec, T), paper(spec, answers, T, UNIT, DAY) | SENT)


def text_of(pdf: bytes) -> str:
    """Return the text without blanks: lines end where they like. The marks that let long words break are left out."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = ''.join(page.get_textpage().get_text_range() for page in document)
    return ''.join(text.replace('\u200b', '').replace('\ufffe', '').split())


def squeezed(text: str) -> str:
    return ''.join(text.split())


def test_there_are_fifteen_of_them() -> None:
    assert len(DETAILED) == 15
    assert all(layout_of(SPECS[slug]).blocks != () and layout_of(SPECS[slug]).signers for slug in DETAILED)


@pytest.mark.parametrize('slug', DETAILED)
def test_every_answer_that_was_given_stands_on_the_form(slug: str) -> None:
    spec = SPECS[slug]
    answers = answers_of(slug)
    text = text_of(made(slug, answers)).casefold()
    layout = layout_of(spec)
    elsewhere = {*layout.implied, layout.head.day if layout.head else ''}  # the day of a letter is written out
    missing = [
        field.id
        for field, value in _given(spec, answers)
        if field.id not in elsewhere and squeezed(FIELDS[field.type].format(field, value, T)).casefold() not in text
    ]
    assert missing == []
    for words_of_form in (
        'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
        'Độc lập - Tự do - Hạnh phúc',
        form_for(spec, T).title,
        UNIT,
    ):
        assert squeezed(words_of_form).casefold() in text
    assert all(squeezed(one.vi).casefold() in text for one in spec.declarations)
    assert all(squeezed(one.role).casefold() in text for one in layout.signers)


def _given(spec: ProcedureSpec, answers: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Return (question, answer), those of entries in groups too; a box that is ticked or not is looked at elsewhere."""
    found = []
    for _, field in shown_fields(spec, answers, DAY):
        value = answers.get(field.id)
        entries = value if field.fields and isinstance(value, list) else []
        found += [(inner, entry[inner.id]) for entry in entries for inner in field.fields if inner.id in entry]
        if value not in (None, '', []) and not field.fields:
            found.append((field, value))
    return [(f, v) for f, v in found if f.type not in ('checkbox', 'multi_choice')]


@pytest.mark.parametrize('slug', ['khai-sinh', 'ket-hon', 'thanh-lap-ho-kinh-doanh', 'xac-dinh-khuyet-tat'])
def test_it_is_archival_and_tagged(slug: str) -> None:
    with pikepdf.open(BytesIO(made(slug, answers_of(slug)))) as pdf:
        about = pdf.open_metadata()
        assert (about['pdfaid:part'], about['pdfaid:conformance'], about['pdfuaid:part']) == ('2', 'A', '1')
        assert str(pdf.Root.Lang) == 'vi-VN' and bool(pdf.Root.MarkInfo.Marked)
        kinds = _kinds(pdf.Root.StructTreeRoot)
    wanted = {'/H1', '/P'} | ({'/Table', '/TH', '/TD'} if slug in ('ket-hon', 'xac-dinh-khuyet-tat') else {'/H2'})
    assert wanted <= kinds


def _kinds(node: Any) -> set[str]:
    """Return the kinds of all parts of a tagged document."""
    if isinstance(node, pikepdf.Array):
        return {kind for inner in node for kind in _kinds(inner)}
    if not isinstance(node, pikepdf.Dictionary):
        return set()
    own = {str(node.S)} if '/S' in node else set()
    return own | (_kinds(node.K) if '/K' in node else set())


@pytest.mark.parametrize(('slug', 'pages'), [('gpxd-nha-o-rieng-le', 1), ('xac-dinh-khuyet-tat', 2)])
def test_what_was_asked_besides_the_form_takes_no_sheet_of_its_own(slug: str, pages: int) -> None:
    with pypdfium2.PdfDocument(made(slug, answers_of(slug))) as document:
        assert len(document) == pages


def test_a_tick_stands_at_the_option_that_was_chosen_and_at_no_other() -> None:
    answers = answers_of('khai-sinh') | {'child_born_in_health_facility': 'no', 'copy_requested': 'no'}
    parts = paper(SPECS['khai-sinh'], answers, T, UNIT, DAY)['blocks']
    line = next(p for p in parts if p['kind'] == 'line' and p['pieces'][0].get('text', '').startswith('Sinh tại cơ sở'))
    assert [(p['label'], p['tick']) for p in line['pieces'][1:]] == [('Có', False), ('Không', True)]
    options = next(p['options'] for p in parts if p['kind'] == 'options' and len(p['options']) == 5)
    assert sum(one['tick'] for one in options) == 1


def test_a_group_is_a_table_of_its_entries() -> None:
    answers = answers_of('thanh-lap-ho-kinh-doanh')
    member = {'member_name': 'Trần Thị Bé', 'member_id': '001190000123', 'member_nationality': 'VN'}
    answers |= {'founder_kind': 'household_members', 'members': [member, member | {'member_name': 'Trần Văn Út'}]}
    (table,) = [
        p
        for p in paper(SPECS['thanh-lap-ho-kinh-doanh'], answers, T, UNIT, DAY)['blocks']
        if p['kind'] == 'table' and 'Họ tên' in p['heads']
    ]
    assert [row[1][0]['value'] for row in table['rows']] == ['Trần Thị Bé', 'Trần Văn Út']
    text = text_of(made('thanh-lap-ho-kinh-doanh', answers))
    assert 'TrầnThịBé' in text and '001190000123' in text


def test_who_declares_for_themselves_is_not_asked_twice_and_stands_in_both_places() -> None:
    answers = answers_of('xac-nhan-tinh-trang-hon-nhan') | {
        'requester_relationship': 'self',
        'requester_full_name': 'Ngô Thị Duyên',
        'requester_birth_date': '1990-02-03',
    }
    answers.pop('subject_full_name', None)
    text = text_of(made('xac-nhan-tinh-trang-hon-nhan', answers))
    assert text.count('NGÔTHỊDUYÊN') == 2 and text.count('03/02/1990') == 2


def test_an_answer_to_a_question_that_was_not_asked_is_not_printed() -> None:
    answers = answers_of('khai-sinh') | {'birth_parent_status': 'mother_unknown', 'mother_full_name': 'Lê Thị Ẩn'}
    assert 'LÊTHỊẨN' not in text_of(made('khai-sinh', answers))


def test_age_counts_on_the_day_of_filing_and_not_when_somebody_looks() -> None:
    answers = plausible(SPECS['xac-dinh-khuyet-tat'], Random(3)) | {
        'person_birth_date': '2020-12-01',
        'level_walking': 'x',
    }
    parts = [
        str(paper(SPECS['xac-dinh-khuyet-tat'], answers, T, UNIT, day)['blocks']) for day in (DAY, date(2027, 1, 5))
    ]
    assert ['III.2' in one for one in parts] == [False, True]


@pytest.mark.parametrize('slug', ['khai-tu', 'thong-bao-khuyen-mai', 'kiem-tra-chat-luong-hang-nhap-khau'])
def test_markup_in_answers_is_printed_as_it_was_typed_and_two_thousand_letters_break_nothing(slug: str) -> None:
    spec, answers = SPECS[slug], answers_of(slug)
    syllables = 'Nguyễnphướcnguyên'
    for _, field in shown_fields(spec, answers, DAY):
        if field.type in ('text', 'textarea', 'person_name'):
            answers[field.id] = HOSTILE
        if field.fields:
            answers[field.id] = [
                {inner.id: HOSTILE for inner in field.fields if inner.type in ('text', 'textarea')}
            ] * 2
    *_, name = (f.id for _, f in shown_fields(spec, answers, DAY) if f.type in ('text', 'textarea'))
    pdf = made(slug, answers | {name: syllables * 120})
    text = text_of(pdf)
    assert text.count(squeezed(HOSTILE)) >= 3 and text.count(syllables) >= 118 and 'root:' not in text
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            letters = page.get_textpage()
            right = max(letters.get_charbox(n)[2] for n in range(letters.count_chars()))
            assert right <= page.get_width() - 30


def test_signs_that_no_font_has_and_marks_that_turn_text_around_stop_nothing() -> None:
    text = text_of(
        made('khai-tu', answers_of('khai-tu') | {'death_cause': 'Bệnh 😀 中 \u202eđảo\u202c e\u0302\u0301\nhai dòng'})
    )
    assert 'Bệnh□□đảoếhaidòng' in text


def test_a_procedure_without_a_layout_of_its_own_is_printed_section_by_section() -> None:
    spec = SPECS['tach-ho']
    answers = plausible(spec, Random(1))
    text = text_of(made('tach-ho', answers))
    assert 'BẢNKHAI:' in text
    assert all(squeezed(f.label.vi) in text for _, f in shown_fields(spec, answers) if f.required and is_asked(f))


def test_the_same_answers_give_the_same_bytes() -> None:
    answers = answers_of('khai-sinh')
    assert made('khai-sinh', answers) == made('khai-sinh', dict(reversed(answers.items())))
