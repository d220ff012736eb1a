"""Papers of a dossier: frozen with the act, made once, shown to whom they concern; control sheet and register from the log."""

import asyncio
import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select, update

from app.access import Granted
from app.audit.verify import verify
from app.clock import local, now, today
from app.db import read, write
from app.documents import queries as papers
from app.documents.control_sheet import control_sheet
from app.documents.issue import data_hash
from app.documents.register import COLUMNS, PDF_LIMIT, export, register
from app.dossiers import attachments, commands
from app.dossiers.applicant import withdraw
from app.dossiers.filing import Submitted
from app.errors import Invalid, NotAllowed, NotFound, WrongState
from app.i18n import words
from models import Attachment, Document, Dossier, Event, EventText, PaperRead, Party, StepRun, Unit
from models.enums import Role
from tests.documents.conftest import LETTERHEAD
from tests.documents.sample import text_of
from tests.support.world import World, filed, opened

ASK: dict[str, Any] = {
    'items': [{'kind': 'document', 'id': 'proof', 'text': 'Giấy chứng minh bị mờ'}],
    'reason': 'Ảnh không đọc được',
    'guidance': 'Chụp lại',
    'contact': 'Trần Văn Bình',
}


async def _accepted(world: World) -> Submitted:
    one = await filed(world)
    await commands.accept(world.binh, one.dossier_id, 1)
    return one


async def _rows() -> list[Document]:
    async with read() as db:
        return list((await db.execute(select(Document).order_by(Document.issued_at))).scalars())


async def test_acceptance_freezes_a_receipt_with_its_number_and_a_masked_personal_number(world: World) -> None:
    one = await _accepted(world)
    (row,) = await _rows()
    assert (row.form_code, row.template_version, row.number) == ('receipt', '2025', '0001/TTPVHCC')
    async with read() as db:
        dossier = await db.get_one(Dossier, one.dossier_id)
    assert row.data['code'] == dossier.official_code and row.issued_by_id == world.binh.account_id
    assert dossier.promised_at and row.data['due_at'] == f'{local(dossier.promised_at):%Y-%m-%dT%H:%M}'
    assert row.data['components'] == [{'name': 'Giấy chứng minh', 'originals': 0, 'certified': 0, 'copies': 1}]
    assert row.data['unit']['above'] == 'Ủy ban nhân dân xã Tân Phú'
    assert row.data['applicant']['personal_id'] == '•••••••••123' and '001190000123' not in json.dumps(row.data)
    assert row.sha256 is None and row.attachment_id is None


async def test_the_one_stop_centre_of_a_commune_issues_in_its_own_name(world: World) -> None:
    head = {**LETTERHEAD, 'phone': '0208 355 0999'}
    name = 'Trung tâm Phục vụ hành chính công xã Tân Phú'
    async with write() as db:
        db.add(
            Unit(
                code='H55.242.1', parent_id=world.unit.id, name=name, is_one_stop=True, letterhead=head,
                valid_from=date(2025, 7, 1),
            )
        )  # fmt: skip
    await _accepted(world)
    (row,) = await _rows()
    unit = row.data['unit']
    assert (unit['above'], unit['name'], unit['phone']) == ('Ủy ban nhân dân xã Tân Phú', name, '0208 355 0999')


async def test_each_act_issues_its_form_and_numbers_go_on_without_gaps(world: World) -> None:
    asked, refused, stopped, taken_back = [await filed(world) for _ in range(4)]
    await commands.request_supplement(world.binh, asked.dossier_id, 1, **ASK)
    await commands.refuse(world.binh, refused.dossier_id, 1, 'Không thuộc thẩm quyền')
    done = await commands.accept(world.binh, stopped.dossier_id, 1, order_reason='other')
    await commands.stop(world.binh, stopped.dossier_id, done.version, 'duplicate', 'Trùng hồ sơ')
    await withdraw(opened(world, taken_back), taken_back.dossier_id, 1)
    rows = await _rows()
    assert [row.form_code for row in rows] == ['supplement', 'refusal', 'receipt', 'stop', 'stop']
    assert [row.number for row in rows] == [
        '0001/TTPVHCC', '0002/TTPVHCC', '0003/TTPVHCC', '0004/TB-TTPVHCC', '0005/TB-TTPVHCC',
    ]  # fmt: skip
    texts = [text_of((await papers.open_document(world.chi, row.id)).content) for row in rows]
    assert 'Giấy chứng minh bị mờ' in texts[0] and 'Ảnh không đọc được' in texts[0]
    assert 'Không thuộc thẩm quyền' in texts[1] and refused.filing_number in texts[1]
    assert 'Trùng với hồ sơ khác' in texts[3] and 'Trùng hồ sơ' in texts[3]
    assert 'Người đề nghị dừng: Nguyễn Thị An' in texts[4] and 'chưa được tiếp nhận' in texts[4]


async def test_an_act_that_fails_issues_no_paper_and_uses_no_number(world: World) -> None:
    one = await filed(world)
    with pytest.raises(NotFound):
        await commands.accept(world.em, one.dossier_id, 1)
    assert await _rows() == []
    await commands.accept(world.binh, one.dossier_id, 1)
    assert [row.number for row in await _rows()] == ['0001/TTPVHCC']


async def test_the_event_of_the_act_names_the_paper_and_the_hash_of_its_data(world: World) -> None:
    await _accepted(world)
    (row,) = await _rows()
    async with read() as db:
        query = select(EventText.data).join(Event, Event.id == EventText.event_id).where(Event.action == 'accept')
        told = (await db.execute(query)).scalar_one()['paper']
    assert told == {'id': row.id, 'form': 'receipt', 'number': row.number, 'data_sha256': data_hash(row.data)}


async def test_a_paper_stays_what_it_was_when_the_dossier_changes(world: World) -> None:
    await _accepted(world)
    (row,) = await _rows()
    async with write() as db:
        await db.execute(update(Dossier).values(applicant_name='Người khác', promised_at=now() + timedelta(days=90)))
        await db.execute(update(Party).values(name='Người khác', address='Nơi khác'))
        await db.execute(update(Unit).values(name='UBND xã Khác', version=9))
    text = text_of((await papers.open_document(world.binh, row.id)).content)
    assert 'Nguyễn Thị An' in text and 'XÃ TÂN PHÚ' in text and 'hác' not in text


async def test_a_paper_is_made_once_and_gives_the_same_bytes_ever_after(world: World) -> None:
    one = await _accepted(world)
    (row,) = await _rows()
    first, again = await asyncio.gather(
        *(papers.open_document(who, row.id) for who in (world.binh, opened(world, one)))
    )
    third = await papers.open_document(world.chi, row.id)
    assert first.content == again.content == third.content
    (row,) = await _rows()
    assert row.sha256 == hashlib.sha256(first.content).hexdigest()
    async with read() as db:
        stored = (await db.execute(select(Attachment).where(Attachment.id == row.attachment_id))).scalar_one()
        events = (await db.execute(select(Event).where(Event.subject == 'document'))).scalars().all()
        reads = (await db.execute(select(func.count()).select_from(PaperRead))).scalar_one()
    assert stored.stored_sha256 == row.sha256 and [e.action for e in events] == ['render']
    assert reads == 3
    with pytest.raises(NotFound):
        await attachments.open_file(world.chi, stored.id)
    assert (await verify()).faults == ()


async def test_a_paper_whose_data_or_file_were_exchanged_in_the_database_is_not_given_out(world: World) -> None:
    await _accepted(world)
    await _accepted(world)
    first, second = await _rows()
    async with write() as db:
        await db.execute(
            update(Document).where(Document.id == first.id).values(data=first.data | {'due_at': '2099-01-01T09:00'})
        )
    with pytest.raises(WrongState, match='altered'):
        await papers.open_document(world.binh, first.id)
    async with write() as db:
        await db.execute(update(Document).where(Document.id == first.id).values(data=first.data))
    for row in (first, second):
        await papers.open_document(world.binh, row.id)
    first, second = await _rows()
    async with write() as db:
        await db.execute(update(Document).where(Document.id == first.id).values(attachment_id=second.attachment_id))
    with pytest.raises(WrongState, match='altered'):
        await papers.open_document(world.binh, first.id)


async def test_papers_open_for_the_applicant_and_their_units_and_for_nobody_else(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    await commands.accept(world.binh, one.dossier_id, 1)
    (row,) = await _rows()
    cashier = replace(world.binh, grants=(Granted(Role.CASHIER, world.unit.id, frozenset({world.unit.id})),))
    for who in (world.an, opened(world, one), world.binh, world.chi):
        assert [paper.id for paper in await papers.documents_of(who, one.dossier_id)] == [row.id]
        assert (await papers.open_document(who, row.id)).content.startswith(b'%PDF')
    stranger = replace(world.an, account_id=world.em.account_id)
    for who in (world.guest, world.em, stranger):
        with pytest.raises(NotFound):
            await papers.open_document(who, row.id)
        with pytest.raises(NotFound):
            await papers.documents_of(who, one.dossier_id)
    with pytest.raises(NotAllowed):
        await papers.open_document(cashier, row.id)
    assert await papers.documents_of(cashier, one.dossier_id) == ()
    wrong: Any
    for wrong in ('x' * 22, '', None, {}):
        with pytest.raises(NotFound):
            await papers.open_document(world.binh, wrong)


async def test_the_control_sheet_is_the_log_of_hand_overs(world: World) -> None:
    one = await _accepted(world)
    await commands.forward(world.binh, one.dossier_id, 2, account_id=world.chi.account_id)
    async with write() as db:
        late = update(StepRun).where(StepRun.number == 2).values(due_at=now() - timedelta(hours=1))
        await db.execute(late)
    text = text_of((await control_sheet(world.chi, one.dossier_id)).content)
    assert 'Tiếp nhận Ủy ban nhân dân xã Tân Phú Giao: Trần Văn Bình Nhận: Trần Văn Bình' in text
    assert 'Thẩm tra Ủy ban nhân dân xã Tân Phú Giao: Trần Văn Bình Nhận: Lê Thị Chi' in text
    assert 'Đã chuyển bước sau' in text and text.count('Quá hạn') == 1
    for who in (world.em, world.guest, opened(world, one), world.an):
        with pytest.raises(NotFound):
            await control_sheet(who, one.dossier_id)


async def test_the_register_is_one_line_for_each_event_of_acceptance(world: World) -> None:
    codes = []
    for number in ('Ba', 'Bốn', 'Năm'):
        one = await filed(world, full_name=f'Nguyễn Văn {number}')
        codes.append((await commands.accept(world.binh, one.dossier_id, 1)).official_code)
    refused = await filed(world)
    await commands.refuse(world.binh, refused.dossier_id, 1, 'Không thuộc thẩm quyền')
    await commands.stop(world.binh, one.dossier_id, 2, 'duplicate', 'Trùng')
    found = await register(world.ha, today(), today())
    assert [line.code for line in found.lines] == codes
    async with read() as db:
        query = select(Event.happened_at).where(Event.action == 'accept').order_by(Event.sequence)
        assert [line.received for line in found.lines] == [local(at) for at in (await db.execute(query)).scalars()]
    assert found.lines[0].name == 'Nguyễn Văn Ba' and '0912 345 678' in found.lines[0].contact
    assert found.lines[2].note == f'Dừng giải quyết ngày {today():%d/%m/%Y}'
    tomorrow = today() + timedelta(days=1)
    assert (await register(world.ha, tomorrow, tomorrow)).lines == ()
    assert (await register(world.em, today(), today())).lines == ()
    pdf = (await export(world.ha, today(), today(), 'pdf')).content
    text = text_of(pdf)
    assert all(code in text for code in codes if code) and 'Tổng số: 3 hồ sơ' in text


async def test_the_register_as_a_spreadsheet_holds_no_formula_and_that_it_was_taken_is_written_down(
    world: World,
) -> None:
    await commands.accept(world.binh, (await filed(world)).dossier_id, 1)
    async with write() as db:
        await db.execute(
            update(Dossier).values(applicant_name='=HYPERLINK("http://evil.example")', subject='http://evil')
        )
    taken = await export(world.ha, today(), today(), 'xlsx')
    book = openpyxl.load_workbook(BytesIO(taken.content))
    heads, row = list(book.active.iter_rows())
    assert book.sheetnames == ['Sổ theo dõi hồ sơ']
    assert [cell.value for cell in heads] == [words('vi')(f'documents.col_{name}') for name in COLUMNS]
    told = dict(zip(COLUMNS, row, strict=True))
    assert (told['name'].value, told['subject'].value) == ('=HYPERLINK("http://evil.example")', 'http://evil')
    assert {cell.data_type for cell in row} <= {'n', 's', 'd'} and not any(cell.hyperlink for cell in row)
    sheet, day = book.active, f'{today():%d/%m/%Y}'
    laid_out = sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.print_title_rows
    assert laid_out == ('landscape', 0, '$1:$1') and sheet.row_dimensions[2].height >= 30, (
        'every line of the name is seen'
    )
    assert sheet.oddHeader.center.text.endswith(f'SỔ THEO DÕI HỒ SƠ&B\nTừ ngày {day} đến ngày {day}')
    assert told['contact'].alignment.wrap_text
    assert told['received'].is_date and told['received'].value.date() == today() and told['number'].value == 1
    async with read() as db:
        query = select(EventText.data).join(Event, Event.id == EventText.event_id).where(Event.subject == 'register')
        assert (await db.execute(query)).scalar_one()['rows'] == 1


async def test_who_reads_reports_but_no_dossiers_sees_no_names_and_others_see_nothing(world: World) -> None:
    await commands.accept(world.binh, (await filed(world)).dossier_id, 1)
    admin = replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, frozenset({world.unit.id})),))
    (line,) = (await register(admin, today(), today())).lines
    assert line.code and line.subject and (line.name, line.contact, line.signed) == ('', '', '')
    for who in (world.an, world.guest, replace(world.ha, grants=())):
        with pytest.raises(NotAllowed):
            await register(who, today(), today())


async def test_a_register_of_a_wrong_or_too_long_period_is_refused_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first, last in ((today(), today() - timedelta(days=1)), (today() - timedelta(days=366), today())):
        with pytest.raises(Invalid):
            await register(world.ha, first, last)
    assert PDF_LIMIT < 10_000
    await commands.accept(world.binh, (await filed(world)).dossier_id, 1)
    monkeypatch.setattr('app.documents.register.ROWS_LIMIT', 0)
    with pytest.raises(Invalid) as large:
        await register(world.ha, today(), today())
    assert large.value.key == 'documents.period_too_large'
