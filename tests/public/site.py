"""The plain pages alone, with a few procedures: complete, offline, without guests, unchecked, and many for paging."""

from datetime import date
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import update
from starlette.requests import Request
from starlette.responses import Response

from app.access import SYSTEM
from app.db import write
from app.errors import AppError
from app.procedures.commands import load_into_database
from app.procedures.schema import LegalInstrument, ProcedureSpec
from components import assets
from models import Unit
from pages import documents, plain_error, public
from pages.hardening.layers import SecurityHeaders
from tests.support import world as municipality
from tests.support.world import SPEC, World

LETTERHEAD = {
    'address': 'Số 12 đường Trần Phú, xã Tân Phú',
    'address_en': '12 Tran Phu Street, Tan Phu commune',
    'phone': '0251 3123 456',
    'email': 'motcua@tanphu.example',
    'hours_text': 'Thứ Hai – thứ Sáu: 7:30–11:30, 13:00–17:00',
    'hours_text_en': 'Monday to Friday: 7:30–11:30, 13:00–17:00',
}
BIRTH: dict[str, Any] = {
    'id': 'khai-sinh',
    'code': '1.001193',
    'name': {'vi': 'Đăng ký khai sinh', 'en': 'Birth registration'},
    'summary': {'vi': 'Cấp Giấy khai sinh cho trẻ em.', 'en': 'A birth certificate for a child.'},
    'visits': 0,
    'minutes': 12,
    'term': {'kind': 'same_day', 'cutoff': '15:00'},
    'fee': {'kind': 'council', 'exemptions': [{'vi': 'hộ nghèo', 'en': 'poor households'}]},
    'documents': [
        {
            'id': 'proof',
            'name': {'vi': 'Giấy chứng sinh', 'en': 'Certificate of birth'},
            'required': True,
            'originals': 1,
            'replaceable_by': 'CSDL giấy chứng sinh điện tử',
        },
        {
            'id': 'proxy',
            'name': {'vi': 'Văn bản ủy quyền', 'en': 'Written authority'},
            'condition_text': {'vi': 'Khi nộp hộ.', 'en': 'When filing for somebody.'},
            'originals': 1,
        },
        {
            'id': 'reason_proof',
            'name': {'vi': 'Giấy tờ về lý do', 'en': 'Proof of the reason'},
            'required': True,
            'show_when': {'!': {'var': 'personal_id'}},
        },
        {'id': 'card', 'name': {'vi': 'Thẻ căn cước', 'en': 'Identity card'}, 'mode': 'show', 'required': True},
        {'id': 'form', 'name': {'vi': 'Tờ khai', 'en': 'Declaration'}, 'mode': 'generated'},
    ],
    'procedure_steps': [{'vi': 'Gửi hồ sơ.', 'en': 'File.'}, {'vi': 'Nhận kết quả.', 'en': 'Collect.'}],
    'legal_basis': [
        {'instrument': 'luat-cu', 'citation': 'Luật cũ'},
        {'instrument': 'luat-sap-het', 'citation': 'Luật sắp hết'},
        {'instrument': 'luat-mot-phan', 'citation': 'Luật một phần'},
        {'instrument': 'luat-moi', 'citation': 'Luật mới'},
        {'citation': 'Văn bản chưa có trong bảng'},
    ],
}
INSTRUMENTS: list[dict[str, Any]] = [
    {'id': 'luat-cu', 'number': '01/2010/QH12', 'effective_to': date(2020, 12, 31), 'replaced_by': ('luat-moi',)},
    {'id': 'luat-sap-het', 'number': '02/2014/QH13', 'scheduled_end': date(2099, 2, 28)},
    {
        'id': 'luat-mot-phan',
        'number': '03/2015/QH13',
        'partial_expiry': ({'scope': 'Chương II', 'since': date(2021, 1, 1)},),
    },
    {'id': 'luat-moi', 'number': '04/2020/QH14'},
]


def specs() -> list[ProcedureSpec]:
    """Return the procedures of this site besides the world's own."""
    others: list[dict[str, Any]] = [
        BIRTH,
        {
            'id': 'chung-thuc-ban-sao',
            'code': '2.000815',
            'name': {'vi': 'Chứng thực bản sao'},
            'sector': {'vi': 'Chứng thực'},
            'level': 'partial',
            'presence_required': {'vi': 'Mang bản chính đến để đối chiếu.'},
            'applicants': ['citizen', 'business'],
            'fee': {'kind': 'per_page', 'tiers': [{'up_to': 2, 'amount': 2000}, {'amount': 1000}], 'cap': 200_000},
            'checked': False,
        },
        {'id': 'chi-thong-tin', 'code': None, 'name': {'vi': 'Chỉ có thông tin'}, 'level': 'information'},
        {
            'id': 'chi-mau-don',
            'code': None,
            'name': {'vi': 'Chỉ có mẫu đơn'},
            'level': 'forms',
            'form_name': {'vi': 'Đơn đề nghị thử'},
            'form_code': 'Mẫu 01',
        },
        {'id': 'can-tai-khoan', 'code': None, 'name': {'vi': 'Phải có tài khoản'}, 'guest_filing': False},
    ]
    many: list[dict[str, Any]] = [
        {
            'id': f'viec-{number}',
            'code': None,
            'name': {'vi': f'Việc số {number:02}'},
            'sector': {'vi': 'Đất đai'},
            'checked': False,
        }
        for number in range(1, 46)
    ]
    return [ProcedureSpec.model_validate({**SPEC, **one}) for one in (*others, *many)]


async def fill(folder: Path) -> World:
    """Fill an open, empty database."""
    world = await municipality.build(folder)
    shared = {'kind': 'luat', 'title': 'Luật Hộ tịch', 'issuer': 'Quốc hội', 'effective_from': date(2010, 1, 1)}
    instruments = [LegalInstrument.model_validate({**shared, **one}) for one in INSTRUMENTS]
    await load_into_database(SYSTEM, specs(), instruments)
    async with write() as db:
        await db.execute(
            update(Unit)
            .where(Unit.code == world.unit.code)
            .values(letterhead=LETTERHEAD, name_en='Tan Phu commune', version=2)
        )
    return world


def application(**settings: Any) -> FastAPI:
    """Return an application of static files and plain pages, with the headers and the refusals of the whole one."""
    site = FastAPI(**settings)
    site.include_router(assets.router)
    site.include_router(public.router)
    site.include_router(documents.router)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, AppError)
        return plain_error.refusal(request, error)

    site.add_exception_handler(AppError, refused)
    site.add_middleware(SecurityHeaders, https=False)
    return site
