"""What the screen shows stands in the spreadsheet and the PDF; a scheduled report is made, kept and mailed once."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlmodel import col

from app import notifications
from app.clock import VIETNAM, pretend
from app.db import read, write
from app.dossiers import commands
from app.errors import Invalid, NotAllowed, NotFound
from app.i18n import words
from app.notifications import facts
from app.notifications.render import render
from app.reports import paper, worker
from app.reports.cases import Stretch, limit_then
from app.reports.queries import choices, export, export_sent, report, sent
from app.reports.schedules import add_schedule, end_schedule, people, runs, schedules
from app.reports.shapes import Report
from app.settings import Settings
from app.statistics.periods import Kind, Period
from models import Dossier, DueDate, Event, Grant, Message, ReportRun, Tally
from models.enums import DueKind, Role
from pages.officer import reports_drawn as drawn
from tests.guarantees.life import ITEMS, WHY
from tests.support.world import World, filed

MORNING = datetime(2026, 10, 5, 9, 0, tzinfo=VIETNAM)
NOW = datetime(2026, 11, 4, 9, 0, tzinfo=VIETNAM)
OCTOBER = Period(Kind.MONTH, date(2026, 10, 1), date(2026, 10, 31))
T = words('vi')


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def october(world: World) -> AsyncIterator[World]:
    """One filed in September and left; in October two accepted, one of which rests with the applicant, and one refused."""
    notifications.use_settings(Settings(base_url='http://test'))
    with pretend(MORNING.replace(month=9, day=29)):
        await filed(world)
    with pretend(MORNING):
        accepted, halted, refused = [await filed(world, world.binh) for _ in range(3)]
        for one in (accepted, halted):
            await commands.accept(world.binh, one.dossier_id, 1, order_reason='system_error')
        await commands.refuse(world.binh, refused.dossier_id, 1, 'Sai thẩm quyền')
    with pretend(MORNING.replace(day=6)):
        await commands.request_supplement(world.binh, halted.dossier_id, 2, items=ITEMS, **WHY)
    with pretend(NOW):
        yield world


@pytest.mark.parametrize('dialect', ['sqlite', pytest.param('postgresql', marks=pytest.mark.postgres)])
async def test_each_dossier_stands_where_it_stood_when_the_period_ended(october: World) -> None:
    made = await report(october.ha, 'ubnd', '', OCTOBER)
    assert made.faults == ()
    total = made.table('ii06a').total.values
    assert {key: value for key, value in total.items() if value} == {
        'received': 3, 'direct': 2, 'carried': 1, 'open': 3, 'open_in_time': 2, 'open_late': 1, 'others_ended': 1,
    }  # fmt: skip
    progress = made.table('tien-do').total.values
    assert (progress['running_late'], progress['running_in_time'], progress['halted_in_time']) == (1, 1, 1)
    day = (await report(october.ha, 'tien-do', '', Period(Kind.DAY, MORNING.date(), MORNING.date()))).tables[0]
    assert (day.total.values['running_in_time'], day.total.values['halted'], day.total.values['running_late']) == (
        3,
        0,
        0,
    )
    received = next(change for change in made.changes if change.name.vi == 'Tiếp nhận: Tổng số')
    assert (received.now, received.before, received.difference) == (3, 1, 2)
    await _catalogue_counts_what_is_offered(october)


async def _catalogue_counts_what_is_offered(october: World) -> None:
    made = await report(october.ha, 'ii07b', '', OCTOBER)
    assert made.is_sound and made.changes == ()
    assert {key: value for key, value in made.tables[0].total.values.items() if value} == {
        'procedures': 1, 'procedures_commune': 1, 'one_stop': 1, 'one_stop_commune': 1, 'processes': 1,
        'processes_commune': 1,
    }  # fmt: skip
    old = await report(october.ha, 'ii07b', '', Period(Kind.MONTH, date(2025, 5, 1), date(2025, 5, 31)))
    assert 'procedures_district' in old.tables[0].total.values
    assert paper.pdf(made).startswith(b'%PDF') and paper.xlsx(made)


async def test_a_new_appointment_does_not_count_when_a_pause_moves_it(october: World) -> None:
    stretch = Stretch.of(OCTOBER.first, OCTOBER.last)
    lawful, promised = (MORNING.replace(day=day) for day in (12, 30))
    async with write() as db:
        one = (await db.execute(select(Dossier).where(Dossier.accepted_at.is_not(None)))).scalars().first()
        assert one
        one.lawful_at = lawful
        for number, reason in enumerate(('reappointment', 'moved'), 7):
            db.add(DueDate(
                dossier_id=one.id, kind=DueKind.RESOLUTION, number=number, at=promised, reason=reason,
                calendar_version=1, set_at=MORNING.replace(day=13 + number),
            ))  # fmt: skip
    async with read() as db:
        assert await db.scalar(select(limit_then(stretch)).where(Dossier.id == one.id)) == lawful


async def test_spreadsheet_pdf_and_screen_show_the_same(october: World) -> None:
    made = await report(october.ha, 'ubnd', '', OCTOBER)
    book = load_workbook(BytesIO(paper.xlsx(made)))
    assert book.sheetnames == ['Tiến độ', 'II.06a', 'So với kỳ trước']
    for table, sheet in zip(made.tables, book.worksheets, strict=False):
        rows = list(sheet.iter_rows(min_row=paper.TOP + 3, values_only=True))[: len(table.lines) + 1]
        heads = next(sheet.iter_rows(min_row=paper.TOP + 2, max_row=paper.TOP + 2, values_only=True))
        written = [[str(cell) for cell in row[1:] if cell is not None] for row in rows]
        assert [re.sub(r' \(\d+\)$', '', str(head)) for head in heads[2:]] == [c.label.vi for c in table.columns]
        assert written == _on_screen(str(drawn.table(table, T)))
        assert len(sheet._charts) == 1
    text = _text(paper.pdf(made))
    assert 'UỶ BAN NHÂN DÂN' in text.upper() or 'ỦY BAN NHÂN DÂN' in text.upper()
    assert 'Tháng 10/2026' in text and 'Hộ tịch' in text and 'THỦ TRƯỞNG ĐƠN VỊ' in text
    assert 'BÁO CÁO TÌNH HÌNH' in text.upper()
    await _a_broken_figure_is_said_in_every_form(october)


async def _a_broken_figure_is_said_in_every_form(october: World) -> None:
    async with write() as db:
        await db.execute(update(Tally).values(received_counter=col(Tally.received_counter) + 1))
    made = await report(october.ha, 'ii06a', '', OCTOBER)
    assert [fault.values['what'] for fault in made.faults] == ['received_counter', 'carried']
    said = T('reports.broken')
    assert said in str(drawn.state(made, T))
    assert said[:40] in _text(paper.pdf(made)).replace('\r\n', ' ')
    assert load_workbook(BytesIO(paper.xlsx(made))).worksheets[0].cell(paper.TOP, 1).value == said


def _on_screen(html: str) -> list[list[str]]:
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', html)
    return [[name, *re.findall(r'<td class="mc-number[^"]*">(.*?)</td>', cells)] for name, cells in rows]


def _text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as book:
        return '\n'.join(page.get_textpage().get_text_bounded() for page in book)


async def _only_readers_of_reports_of_the_unit_have_them(october: World) -> None:
    w = october
    assert [one.code for one in await choices(w.ha)] == ['H55.242']
    with pytest.raises(NotAllowed):
        await report(w.binh, 'ii06a', '', OCTOBER)
    with pytest.raises(NotFound):
        await report(w.ha, 'ii06a', 'H55.243', OCTOBER)
    with pytest.raises(NotFound):
        await report(w.ha, 'khong-co', '', OCTOBER)
    made = await export(w.ha, 'ii06a', '', OCTOBER, 'xlsx')
    assert made.name.endswith('2026-10-01-2026-10-31.xlsx')
    async with read() as db:
        taken = select(Event.action).where(col(Event.subject) == 'report')
        assert list((await db.execute(taken)).scalars()) == ['export']


async def _messages() -> list[Any]:
    async with read() as db:
        found = (await db.execute(select(Message).where(col(Message.template) == 'report'))).scalars().all()
        known = await facts.load(db, found)
    return [render(one, known[one.id]) for one in found]


async def test_a_scheduled_report_is_made_kept_and_mailed_once_to_those_who_may_read_it(october: World) -> None:
    w = october
    await _only_readers_of_reports_of_the_unit_have_them(w)
    with pytest.raises(Invalid):
        await add_schedule(w.dung, 'ii06a', 'H55.242', kind='nam', day=40, recipients=[w.binh.account_id or ''])
    readers = {person.id for person in await people(w.dung, 'H55.242')}
    assert readers == {w.dung.account_id, w.ha.account_id}
    with pretend(MORNING):
        made = await add_schedule(w.dung, 'ii06a', 'H55.242', kind='thang', day=5, recipients=sorted(readers))
    assert [one.next_on for one in await schedules(w.dung)] == [date(2026, 11, 5)]
    assert await worker.make_due() == 0, 'it is the fourth'
    async with write() as db:
        await db.execute(update(Grant).where(col(Grant.account_id) == w.ha.account_id).values(role=Role.INTAKE))
    with pretend(NOW.replace(day=5)):
        assert [await worker.make_due(), await worker.make_due()] == [1, 0]
        letters = await _messages()
        assert [letter.recipient for letter in letters] == [w.dung.email]
        assert 'Tháng 10/2026' in letters[0].subject
        assert 'Tiếp nhận: Tổng số: 3 (kỳ trước 1)' in letters[0].text and '/can-bo/bao-cao/' in letters[0].text
        kept = (await runs(w.dung))[0]
        before = await sent(w.dung, kept.id)
        async with write() as db:
            await db.execute(update(Tally).values(received_counter=50))
        assert await sent(w.dung, kept.id) == before, 'what was sent stays as it was'
        assert (await export_sent(w.dung, kept.id, 'pdf')).content.startswith(b'%PDF')
        with pytest.raises(NotFound):
            await sent(w.em, kept.id)
        await end_schedule(w.dung, made)
    with pretend(NOW.replace(month=12, day=8)):
        assert await worker.make_due() == 0 and await schedules(w.dung) == ()
    async with read() as db:
        run = (await db.execute(select(ReportRun))).scalars().one()
    assert Report.model_validate(run.data) == before
