"""Made-up data of each form, and what a PDF says."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from pypdf import PdfReader

from app.documents.facts import term_text
from app.documents.forms import form_of
from app.documents.register import COLUMNS
from app.documents.render import make_pdf
from app.i18n import words
from app.procedures.schema import ProcedureSpec

COMMON: dict[str, Any] = {
    'unit': {
        'above': 'Ủy ban nhân dân xã Tân Phú',
        'name': 'Trung tâm Phục vụ hành chính công xã Tân Phú',
        'agency': 'Ủy ban nhân dân xã Tân Phú',
        'place': 'Tân Phú',
        'address': 'Số 12, đường Trần Phú, xã Tân Phú',
        'phone': '0208 355 0242',
        'email': 'motcua@tanphu.example',
    },
    'number': '0012/TTPVHCC',
    'day': '2026-11-20T16:10',
    'code': 'H55.242-261120-0001',
    'filing_number': 'N55.242-261120-0007',
    'track': 'https://motcua.example/tra-cuu?ma=H55.242-261120-0001',
    'subject': 'Đăng ký khai sinh',
    'applicant': {
        'name': 'Nguyễn Thị Thùy Dương',
        'address': 'Thôn Đồng Bưởi, xã Tân Phú, tỉnh Thái Nguyên',
        'phone': '0912345678',
        'email': 'duong@example.com',
        'personal_id': '•••••••••123',
    },
    'owner': {'name': 'Lê Quốc Khánh', 'address': 'Thôn 7', 'phone': None, 'email': None, 'personal_id': None},
    'officer': {'name': 'Trần Văn Bình', 'title': 'Công chức'},
}
COMPONENTS = [
    {'name': 'Tờ khai đăng ký khai sinh', 'originals': 1, 'certified': 0, 'copies': 0},
    {'name': 'Giấy chứng sinh', 'originals': 0, 'certified': 2, 'copies': 3},
]
STEP = {
    'number': 1,
    'title': 'Thẩm tra hồ sơ',
    'giver': 'Trần Văn Bình',
    'taker': 'Lê Thị Chi',
    'given_at': '2026-11-20T16:30',
    'taken_at': '2026-11-23T08:00',
    'ended_at': '2026-11-24T17:30',
    'due_at': '2026-11-24T16:30',
    'verdict': 'late',
    'note': 'Đã chuyển bước sau',
}
HEADS = [words('vi')(f'documents.col_{name}') for name in COLUMNS]
THREE = ('khai-sinh', 'gpxd-nha-o-rieng-le', 'xac-dinh-khuyet-tat')
"""Procedures for which every form is drawn: the same day, seven working days with a fee, 25 days with a posting."""
DATA: dict[str, dict[str, Any]] = {
    'receipt': COMMON
    | {
        'components': COMPONENTS,
        'sets': 1,
        'term': '03 ngày làm việc',
        'received_at': '2026-11-20T16:10',
        'due_at': '2026-11-26T09:05',
        'delivery': 'post',
        'delivery_address': 'Số 5, đường Lê Lợi',
        'fees': [{'amount': 1208000, 'collection': 1}],
        'free': False,
    },
    'supplement': COMMON
    | {
        'items': ['Giấy chứng sinh bị mờ', 'Thiếu giấy tờ cư trú'],
        'reason': 'Hồ sơ còn thiếu',
        'guidance': 'Chụp lại đủ bốn góc',
        'contact': 'Trần Văn Bình, bàn số 2',
        'limit': '2026-12-11T16:10',
    },
    'refusal': COMMON | {'reason': 'Không thuộc thẩm quyền của xã'},
    'apology': COMMON
    | {
        'officer': {'name': 'Hoàng Văn Dũng', 'title': 'Phó Chủ tịch Ủy ban nhân dân xã'},
        'accepted_at': '2026-11-20T16:10',
        'due_before': '2026-11-26T09:05',
        'due_at': '2026-12-03T17:00',
        'reason': 'Chờ kết quả xác minh của công an xã',
        'delayed_by': 'Công an xã Tân Phú',
        'delivery': 'counter',
        'delivery_address': None,
    },
    'stop': COMMON
    | {
        'withdrawn': False,
        'reason': 'Quá thời hạn bổ sung',
        'note': 'Đã quá 15 ngày làm việc',
        'submitted_at': '2026-11-01T08:00',
        'accepted_at': '2026-11-02T08:30',
        'paid': 8000,
    },
    'control_sheet': COMMON
    | {
        'resolving': 'Ủy ban nhân dân xã Tân Phú',
        'partners': ['Phòng Kinh tế'],
        'accepted_at': '2026-11-20T16:10',
        'due_at': '2026-11-26T09:05',
        'steps': [STEP],
    },
    'register': {'unit': COMMON['unit'], 'day': COMMON['day'], 'from': '2026-11-01', 'to': '2026-11-30', 'heads': HEADS}
    | {'rows': [[f'ô {n}' for n in range(13)]]},
}


def of(spec: ProcedureSpec) -> dict[str, dict[str, Any]]:
    """Return made-up data of each form for a procedure: its papers, its term, its steps."""
    papers = [one.name.vi for one in spec.documents]
    rows = {'originals': 1, 'certified': 0, 'copies': 0}
    steps = [STEP | {'number': n, 'title': step.title.vi} for n, step in enumerate(spec.steps, 1)]
    contact = 'Thôn Đồng Bưởi, xã Tân Phú, tỉnh Thái Nguyên; 0912 345 678'
    row = ['1', COMMON['code'], spec.name.vi, '1', COMMON['applicant']['name'], contact, COMMON['unit']['agency']]
    row += ['16:10 20/11/2026', '09:05 26/11/2026', '', 'Bưu chính', '', '']
    own: dict[str, dict[str, Any]] = {
        'receipt': {'components': [{'name': name, **rows} for name in papers], 'term': term_text(spec.term)},
        'supplement': {'items': papers[:3]},
        'control_sheet': {'steps': steps},
        'register': {'rows': [row]},
    }
    return {code: data | {'subject': spec.name.vi} | own.get(code, {}) for code, data in DATA.items()}


@cache
def fields_of(code: str, version: str) -> tuple[str, ...]:
    """Return what must stand on a form, in its order."""
    known = yaml.safe_load((Path(__file__).parent / 'fields.yaml').read_text('utf-8'))
    own = known.get(f'{code} {version}') or known[code]
    more = [] if code in ('control_sheet', 'register') else [*known['numbered'], *known['person']]
    return (*known['head'], *more, *own)


def made(code: str, version: str = '2025', **changes: Any) -> bytes:
    """Return the PDF of a form with made-up data."""
    return make_pdf(form_of(code, version), DATA[code] | changes)


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page on one line."""
    return [' '.join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """Return all text of a PDF on one line."""
    return ' '.join(pages_of(pdf))
