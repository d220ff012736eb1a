"""Each official form as a PDF: its fields, its size, its fonts, and nothing that data could do to it."""

import re
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from app.documents import glyphs
from app.documents.forms import LAYOUTS, form_of, form_on, forms
from app.documents.letterhead import written_out
from app.documents.render import make_pdf
from app.procedures.load import CATALOG, load_spec
from tests.documents.sample import COMMON, COMPONENTS, DATA, THREE, fields_of, made, of, pages_of, text_of

ALL = [(form.code, form.version) for versions in forms().values() for form in versions]
SIZES = {'a5': (420, 595), 'a4': (595, 842)}
FIELDS = {
    ('receipt', '2025'): [
        'GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ', 'Chủ hồ sơ: Lê Quốc Khánh', 'Tờ khai đăng ký khai sinh 1',
        'Giấy chứng sinh 2 3', 'Số lượng hồ sơ: 1 (bộ)', '03 ngày làm việc', '16 giờ 10 phút, ngày 20 tháng 11 năm 2026',
        '09 giờ 05 phút, ngày 26 tháng 11 năm 2026', 'dịch vụ bưu chính công ích, gửi đến Số 5, đường Lê Lợi',
        '1.208.000 đồng', 'NGƯỜI NỘP HỒ SƠ', 'NGƯỜI TIẾP NHẬN HỒ SƠ', '•••••••••123',
    ],
    ('receipt', '2018'): [
        'Bộ phận Tiếp nhận và Trả kết quả Ủy ban nhân dân xã Tân Phú', '1. Tờ khai đăng ký khai sinh',
        'Vào Sổ theo dõi hồ sơ, Quyển số', 'lập thành 2 liên', 'Thông tư số 01/2018/TT-VPCP',
    ],
    ('supplement', '2025'): [
        'PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ', '1. Giấy chứng sinh bị mờ', '2. Thiếu giấy tờ cư trú',
        'Lý do: Hồ sơ còn thiếu', 'Chụp lại đủ bốn góc', '16 giờ 10 phút, ngày 11 tháng 12 năm 2026',
        'liên hệ Trần Văn Bình, bàn số 2, số điện thoại 0208 355 0242', 'NGƯỜI HƯỚNG DẪN',
    ],
    ('refusal', '2025'): [
        'PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ', 'Không thuộc thẩm quyền của xã', 'NGƯỜI TIẾP NHẬN HỒ SƠ',
    ],
    ('apology', '2025'): [
        'VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT', '09 giờ 05 phút, ngày 26 tháng 11 năm 2026',
        '17 giờ 00 phút, ngày 03 tháng 12 năm 2026', 'Lý do: Chờ kết quả xác minh của công an xã',
        'Cơ quan, bộ phận làm chậm: Công an xã Tân Phú', 'xin lỗi',
    ],
    ('stop', '2025'): [
        'THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ', 'Quá thời hạn bổ sung', '8.000 đồng', 'tiếp nhận lúc 08 giờ 30 phút',
    ],
    ('control_sheet', '2025'): [
        'PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ', 'Phòng Kinh tế', 'Giao: Trần Văn Bình', 'Nhận: Lê Thị Chi',
        'Quá hạn', '17:30 24/11/2026',
    ],
    ('register', '2025'): [
        'SỔ THEO DÕI HỒ SƠ', 'Từ ngày 01 tháng 11 năm 2026 đến ngày 30 tháng 11 năm 2026', 'ô 12', 'Tổng số: 1 hồ sơ',
    ],
}  # fmt: skip


@pytest.mark.parametrize(('code', 'version'), ALL)
def test_each_form_says_its_fields_on_one_page_of_its_size(code: str, version: str) -> None:
    pdf = made(code, version)
    page = PdfReader(BytesIO(pdf)).pages[0]
    width, height = SIZES[form_of(code, version).size]
    sides = (width, height) if code != 'register' else (height, width)
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == pytest.approx(sides, abs=1)
    assert len(pages_of(pdf)) == 1
    text = text_of(pdf)
    for field in ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Độc lập - Tự do - Hạnh phúc', *FIELDS[code, version]]:
        assert field in text, field
    if code not in ('register', 'control_sheet'):
        head = ['Số: 0012/TTPVHCC', 'Tân Phú, ngày 20 tháng 11 năm 2026', 'Mã hồ sơ: H55.242-261120-0001']
        assert all(one in text for one in [*head, 'Nguyễn Thị Thùy Dương', 'Thôn Đồng Bưởi', '0912345678'])


@pytest.mark.parametrize(('code', 'version'), ALL)
def test_each_form_is_archival_accessible_and_carries_our_fonts(code: str, version: str) -> None:
    reader = PdfReader(BytesIO(made(code, version)))
    about = reader.xmp_metadata.rdf_root.toxml() if reader.xmp_metadata else ''
    assert '<pdfaid:part>2' in about and '<pdfaid:conformance>A' in about and '<pdfuaid:part>1' in about
    root: Any = reader.trailer['/Root']
    assert root['/Lang'] == 'vi-VN' and root['/MarkInfo']['/Marked'] and root['/StructTreeRoot']
    fonts = [font['/DescendantFonts'][0].get_object() for page in reader.pages for font in _fonts(page)]
    assert fonts and all('LiberationSerif' in font['/BaseFont'] for font in fonts)
    assert all({'/FontFile2', '/FontFile3'} & set(font['/FontDescriptor'].keys()) for font in fonts)


def _fonts(page: dict) -> list[dict]:
    return [font.get_object() for font in page['/Resources']['/Font'].values()]


def test_the_code_on_a_paper_leads_to_the_dossiers_progress() -> None:
    picture = pypdfium2.PdfDocument(made('receipt'))[0].render(scale=2).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [COMMON['track']]


HOSTILE = r'#read("/etc/passwd") ] $x^2$ \ *b* _i_ `c` <a> @b // c #panic() " ~ -- ... /* d */ = e'


@pytest.mark.parametrize('code', DATA)
def test_markup_in_data_is_printed_as_it_was_typed(code: str) -> None:
    places: dict[str, dict[str, Any]] = {
        'receipt': {'components': [{**COMPONENTS[0], 'name': HOSTILE}]},
        'supplement': {'items': [HOSTILE]},
        'refusal': {'reason': HOSTILE},
        'apology': {'reason': HOSTILE, 'delayed_by': HOSTILE},
        'stop': {'note': HOSTILE},
        'control_sheet': {'steps': [DATA['control_sheet']['steps'][0] | {'note': HOSTILE}]},
        'register': {'rows': [[HOSTILE, *[''] * 12]]},
    }
    text = text_of(made(code, **places[code])).replace(' ', '')
    assert HOSTILE.replace(' ', '') in text
    assert 'root:' not in text


@pytest.mark.parametrize('code', ['receipt', 'supplement', 'refusal', 'apology', 'stop', 'control_sheet'])
def test_markup_in_names_and_letterheads_is_printed_too(code: str) -> None:
    changes = {'applicant': COMMON['applicant'] | {'name': HOSTILE}, 'unit': COMMON['unit'] | {'place': '#[x]$'}}
    assert '#[x]$' in text_of(made(code, **changes))


def test_empty_lines_fill_no_pages() -> None:
    pages = pages_of(made('stop', note='Xin rút hồ sơ.' + '\n' * 3900 + 'Cảm ơn.'))
    assert len(pages) == 1 and 'Cảm ơn.' in pages[0]


def test_a_receipt_of_forty_documents_runs_over_numbered_pages_with_the_heads_repeated() -> None:
    many = [{**COMPONENTS[0], 'name': f'Giấy tờ thứ {n} về việc đăng ký khai sinh cho trẻ em'} for n in range(1, 41)]
    pages = pages_of(made('receipt', components=many))
    assert 2 <= len(pages) <= 4
    assert all(f'Giấy tờ thứ {n} về' in ' '.join(pages) for n in range(1, 41))
    assert pages[1].startswith('2 TT Tên thành phần hồ sơ')


LONGEST = {
    'name': 'Nguyễn Phước Bảo Khang Hoàng Thị Thùy Dương Trần Lê Minh Phương Đỗ Quỳnh Trâm Công Tằng Tôn Nữ Hỷ Khương',
    'address': 'Số nhà 123/45/67, ngõ 89, tổ dân phố số 12, khu tái định cư Bắc sông Cấm, phường Thủy Nguyên, Hải Phòng',
    'phone': '0912 345 678',
    'email': 'phongkinhdoanh.xuatnhapkhau@congtybaokhang.example',
    'personal_id': '•••••••••123',
}


@pytest.mark.parametrize('slug', ['khai-sinh', 'gpxd-nha-o-rieng-le', 'cchn-duoc', 'thanh-lap-ho-kinh-doanh'])
def test_a_receipt_is_one_sheet_of_a5_even_with_the_longest_names(slug: str) -> None:
    spec = load_spec(CATALOG / f'{slug}.yaml')
    every = [{'name': one.name.vi, 'originals': 1, 'certified': 1, 'copies': 1} for one in spec.documents]
    long: dict[str, Any] = {'applicant': LONGEST, 'owner': LONGEST, 'delivery_address': LONGEST['address']}
    pages = pages_of(made('receipt', components=every, subject=spec.name.vi, **long))
    assert len(pages) == 1
    names = [LONGEST['name'], *(one.name.vi for one in spec.documents)]
    text = ''.join(pages).replace(' ', '').replace('\u200b', '')
    assert [name for name in names if name.replace(' ', '') not in text] == []


def test_an_apology_says_that_the_date_cannot_be_kept_and_once_it_has_passed_that_it_was_not() -> None:
    early, late = (text_of(made('apology', day=day)) for day in ('2026-11-26T09:05', '2026-11-26T09:06'))
    assert 'không thể trả kết quả đúng thời gian đã hẹn' in early and 'Sự chậm trễ này gây phiền hà' in early
    assert 'đến nay chúng tôi chưa trả được kết quả đúng hẹn' in late and 'Sự chậm trễ này đã gây phiền hà' in late


def test_long_names_stay_on_the_page() -> None:
    name = 'Công ty trách nhiệm hữu hạn một thành viên ' * 5 + 'Nguyễnphướcnguyênkhangbảothiên' * 4
    pdf = made(
        'receipt', applicant=COMMON['applicant'] | {'name': name, 'email': 'a' * 60 + '@' + 'b' * 60 + '.example'}
    )
    page = pypdfium2.PdfDocument(pdf)[0]
    boxes = [page.get_textpage().get_charbox(n) for n in range(page.get_textpage().count_chars())]
    assert max(right for _, _, right, _ in boxes) <= page.get_width() - 20


def test_what_the_fonts_lack_becomes_a_box_and_never_stops_a_paper() -> None:
    text = text_of(made('refusal', reason='Tên 😀 中 và e\u0302\u0301 \u202eđảo\u202c'))
    assert 'Tên □ □ và ế đảo' in text


def test_every_sign_that_counts_as_drawable_is_drawn() -> None:
    signs = sorted(glyphs.covered())
    assert made('refusal', reason=' '.join(map(chr, signs)))
    vietnamese = 'ăâđêôơư' + 'àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ'
    assert {ord(c) for c in vietnamese + vietnamese.upper()} <= set(signs)


@pytest.mark.parametrize('slug', THREE)
@pytest.mark.parametrize(('code', 'version'), ALL)
def test_each_form_of_three_procedures_has_its_fields_gives_its_accents_back_and_says_so_of_itself(
    slug: str, code: str, version: str
) -> None:
    spec = load_spec(CATALOG / f'{slug}.yaml')
    pdf = make_pdf(form_of(code, version), of(spec)[code])
    with pypdfium2.PdfDocument(pdf) as document:
        read = ' '.join(page.get_textpage().get_text_range() for page in document)
    text = ''.join(read.replace('\ufffe', '').replace('\u200b', '').split())
    wanted = [*fields_of(code, version), spec.name.vi]
    wanted += [one.name.vi for one in spec.documents] if code == 'receipt' else []
    assert [one for one in wanted if ''.join(one.split()) not in text] == []
    with pikepdf.open(BytesIO(pdf)) as paper:
        about = paper.open_metadata()
        assert (about['pdfaid:part'], about['pdfaid:conformance'], about['pdfuaid:part']) == ('2', 'A', '1')
        assert '/StructTreeRoot' in paper.Root and str(paper.Root.Lang) == 'vi-VN'


def test_the_same_data_give_the_same_bytes() -> None:
    assert made('receipt') == made('receipt')


def test_a_paper_without_optional_data_has_lines_to_be_filled_by_hand() -> None:
    bare: dict[str, Any] = {'applicant': {'name': 'Nguyễn Thị An'}, 'owner': None, 'officer': None}
    for code in ('receipt', 'supplement', 'refusal', 'apology', 'stop'):
        assert 'Địa chỉ: ....' in text_of(made(code, **bare)).replace('. .', '..')
    empty: dict[str, Any] = {
        'due_at': None,
        'term': None,
        'components': [],
        'fees': [{'amount': None, 'collection': 2}],
    }
    text = text_of(made('receipt', **bare, **empty))
    assert 'theo mức thu của địa phương' in text and 'Thời gian trả kết quả giải quyết hồ sơ: ....' in text


def test_the_form_that_is_valid_on_the_day_is_taken() -> None:
    days = [date(2018, 1, 1), date(2025, 9, 14), date(2025, 9, 15), date(2030, 1, 1)]
    assert [form_on('receipt', day).version for day in days] == ['2018', '2018', '2025', '2025']
    for versions in forms().values():
        assert all(form.layout.is_file() for form in versions)
        assert all(a.valid_to and a.valid_to < b.valid_from for a, b in pairwise(versions))
    layouts = {Path(form.layout) for versions in forms().values() for form in versions}
    assert layouts == set(LAYOUTS.glob('2*/*.typ'))


def test_names_of_agencies_are_written_out() -> None:
    assert written_out('UBND xã Tân Phú') == 'Ủy ban nhân dân xã Tân Phú'


def lines_of(pdf: bytes) -> list[str]:
    """Return the lines of a paper as they stand on the page."""
    with pypdfium2.PdfDocument(pdf) as document:
        said = '\n'.join(page.get_textpage().get_text_range() for page in document)
    return [' '.join(line.split()) for line in said.replace('\u200b', '').splitlines()]


def test_names_of_people_agencies_and_days_are_not_broken() -> None:
    data = of(load_spec(CATALOG / 'gpxd-nha-o-rieng-le.yaml'))
    for code in ('receipt', 'stop', 'control_sheet'):
        lines = lines_of(make_pdf(form_of(code, '2025'), data[code]))
        assert any('HÀNH CHÍNH CÔNG XÃ TÂN PHÚ' in line for line in lines), lines
        assert [line for line in lines if re.search(r'ngày \d\d(?! tháng \d\d năm \d{4})(?! ngày)', line)] == []
        assert [line for line in lines if re.match(r'(tháng|năm) \d', line)] == []
        assert code == 'control_sheet' or any('Nguyễn Thị Thùy Dương' in line for line in lines)


def test_a_long_name_breaks_rather_than_leave_the_page() -> None:
    name = 'CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN THƯƠNG MẠI DỊCH VỤ NÔNG SẢN SÔNG XANH'
    lines = lines_of(made('receipt', applicant=COMMON['applicant'] | {'name': name}))
    assert any(line.endswith('CÔNG TY TRÁCH NHIỆM') or 'CÔNG TY TRÁCH' in line for line in lines)
    assert not any(name in line for line in lines)


@pytest.mark.parametrize(('title', 'heads'), [
    ('Phó Chủ tịch Ủy ban nhân dân xã', ['KT. THỦ TRƯỞNG', 'CƠ QUAN, ĐƠN VỊ']),
    ('Chủ tịch Ủy ban nhân dân xã', ['THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ']),
])  # fmt: skip
def test_a_deputy_signs_an_apology_in_the_place_of_the_head(title: str, heads: list[str]) -> None:
    lines = lines_of(made('apology', officer={'name': 'Hoàng Văn Dũng', 'title': title}))
    assert [line for line in lines if 'THỦ TRƯỞNG' in line or 'CƠ QUAN, ĐƠN' in line] == heads


def test_eight_steps_of_a_control_sheet_and_who_drew_it_up_are_one_page() -> None:
    data = of(load_spec(CATALOG / 'gpxd-nha-o-rieng-le.yaml'))['control_sheet']
    assert len(data['steps']) == 8
    assert len(pages_of(make_pdf(form_of('control_sheet', '2025'), data))) == 1
