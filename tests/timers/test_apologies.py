"""The apology is drafted a working day before, once, with what happened; worded by officers; used up, or gone with its date."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import func, select

from app.clock import pretend
from app.db import read
from app.deadlines import commands as calendar
from app.documents.drafted import drafted_apology
from app.dossiers import applicant, attachments, commands, desk
from app.dossiers.apologies import Apology, apologies, save_apology
from app.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from app.i18n import words
from app.limits import forget_all
from app.timers.alerts import raise_alerts
from app.timers.apologies import DRAFTED, draft_apologies
from app.timers.recount import recount
from models import ApologyDraft, Document, Event, EventText
from models.enums import AttachmentKind, DayKind
from pages.officer import reading
from tests.dossiers.test_life import ITEMS, WHY
from tests.support.moments import at, with_calendar
from tests.support.world import World, filed, scan
from tests.timers.test_recount import administrator

ON_SQLITE = pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
"""What does not depend on the database."""
WORDS = {'day': '27/11/2026', 'delayed_by': 'Công an xã Tân Phú', 'reason': '  Chờ xác minh\n\nnơi ở trước đây. '}


async def passing(text: str) -> int:
    """Let the timers work at that moment; return how many apologies were drafted or drawn anew. At once again there is none."""
    with pretend(at(text)):
        await raise_alerts()
        drafted = await draft_apologies()
        assert await draft_apologies() == 0
    return drafted


async def at_chi(world: World, moment: str = '2026-11-16T09:00') -> tuple[str, int]:
    """File, accept and hand over; with three working days it is due on Thursday 19 November at nine."""
    with pretend(at(moment)):
        one = await filed(world, world.an, with_account=True)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    return one.dossier_id, done.version


async def draft_of(world: World, dossier_id: str) -> Apology | None:
    return (await desk.desk_dossier(world.chi, dossier_id)).apology


async def drafts() -> int:
    async with read() as db:
        return (await db.execute(select(func.count()).select_from(ApologyDraft))).scalar_one()


async def test_an_apology_is_drafted_once_a_working_day_before_and_used_up_when_it_is_sent(world: World) -> None:
    one, version = await at_chi(world)
    assert await passing('2026-11-18T08:59') == 0
    assert await passing('2026-11-18T09:00') == 1
    assert await passing('2026-11-18T09:30') == await passing('2026-11-17T09:00') == 0, 'whatever the clock does'
    with pretend(at('2026-11-18T10:00')):
        seen = await draft_of(world, one)
        assert seen and (seen.limit_at, seen.day) == (at('2026-11-19T09:00'), date(2026, 11, 20)), '22 hours are left'
        assert (seen.delayed_by, seen.worded_by, seen.is_late) == ('UBND xã Tân Phú', None, False)
        assert seen.reason == 'Bước “Thẩm tra” kéo dài hơn thời gian quy định.'
        for who, total in ((world.chi, 1), (world.dung, 1), (world.binh, 0), (world.em, 0)):
            found = await apologies(who)
            assert (found.total, len(found.rows)) == (total, total)
        with pytest.raises(NotAllowed):
            await apologies(world.an)
        await commands.reappoint(
            world.dung, one, version, day=f'{seen.day:%d/%m/%Y}', delayed_by=seen.delayed_by, reason=seen.reason
        )
        assert await draft_of(world, one) is None and (await apologies(world.dung)).total == 0
    assert await drafts() == 0
    assert await passing('2026-11-24T09:00') == 0, 'a second new date is never given, nor drafted'
    async with read() as db:
        said = select(EventText.data).join(Event, Event.id == EventText.event_id).where(Event.action == DRAFTED)
        told = (await db.execute(said)).scalars().all()
        paper = (await db.execute(select(Document.data).where(Document.form_code == 'apology'))).scalar_one()
    assert [data['day'] for data in told] == ['2026-11-20'] and paper['due_at'] == '2026-11-20T17:00'


@ON_SQLITE
async def test_what_timers_did_stands_in_the_history_of_a_dossier(world: World) -> None:
    one, _ = await at_chi(world)
    await passing('2026-11-18T09:00')
    view = await desk.desk_dossier(world.chi, one)
    told = [reading.history(words(lang), view) for lang in ('vi', 'en')]
    assert (
        'Đã soạn dự thảo văn bản xin lỗi' in told[0] and 'Nhắc: cần xin lỗi' in told[0] and 'Apology drafted' in told[1]
    )


@ON_SQLITE
async def test_a_term_of_a_day_is_apologised_for_from_half_of_it_until_it_ends(database: None, tmp_path: Path) -> None:
    world = await with_calendar(tmp_path, term={'kind': 'working_days', 'value': 1})
    one, version = await at_chi(world)
    with pretend(at('2026-11-16T10:00')):
        await commands.send_back(world.chi, one, version, 'Thiếu tờ khai')
        done = await commands.forward(world.binh, one, version + 1)
        assert done.version == version + 2
    assert (await passing('2026-11-16T14:59'), await passing('2026-11-16T15:00')) == (0, 1)
    with pretend(at('2026-11-16T16:00')):
        found = [(await apologies(who)).total for who in (world.chi, world.dung, world.ha, world.em)]
        assert found == [1, 1, 0, 0], 'whoever may take it, where nobody has'
    with pretend(at('2026-11-17T09:00')):
        seen = await draft_of(world, one)
    assert seen and (seen.is_short, seen.is_late, seen.send_by) == (True, False, at('2026-11-17T09:00'))
    with pretend(at('2026-11-17T09:01')):
        seen = await draft_of(world, one)
    assert seen and seen.is_late


@ON_SQLITE
async def test_words_stay_as_they_were_typed_and_nobody_writes_over_what_they_have_not_seen(world: World) -> None:
    one, _ = await at_chi(world)
    with pretend(at('2026-11-18T08:00')), pytest.raises(WrongState, match='apology'):
        await save_apology(world.chi, one, 1, **WORDS)
    await passing('2026-11-18T09:00')
    with pretend(at('2026-11-18T10:00')):
        for who, refusal in (
            (world.giang, NotAllowed),
            (world.binh, NotAllowed),
            (world.em, NotFound),
            (world.an, NotAllowed),
        ):
            with pytest.raises(refusal):
                await save_apology(who, one, 1, **WORDS)
        for wrong in ({'day': '19/11/2026'}, {'day': '24/11/2026'}, {'day': 'mai'}, {'delayed_by': ' '}):
            with pytest.raises(Invalid) as refused:
                await save_apology(world.chi, one, 1, **(WORDS | wrong))
            assert set(refused.value.problems) == set(wrong)
        await save_apology(world.chi, one, 1, **WORDS)
        with pytest.raises(Stale):
            await save_apology(world.dung, one, 1, **(WORDS | {'reason': 'Khác'}))
        seen = await draft_of(world, one)
        assert seen and (seen.reason, seen.day, seen.version) == (WORDS['reason'], date(2026, 11, 27), 2)
        assert seen.worded_by == world.chi.name and seen.delayed_by == WORDS['delayed_by']


@ON_SQLITE
async def test_it_is_seen_as_it_will_be_printed_marked_as_a_draft(world: World) -> None:
    one, _ = await at_chi(world)
    with pretend(at('2026-11-18T08:00')), pytest.raises(NotFound):
        await drafted_apology(world.dung, one)
    await passing('2026-11-18T09:00')
    with pretend(at('2026-11-18T10:00')):
        await save_apology(world.chi, one, 1, **WORDS)
        for who, signs in ((world.dung, True), (world.chi, False)):
            paper = pypdfium2.PdfDocument(BytesIO((await drafted_apology(who, one)).content))
            text = ' '.join(' '.join(page.get_textpage().get_text_range() for page in paper).split())
            assert 'DỰ THẢO' in text and 'Chờ xác minh nơi ở trước đây' in text and 'Công an xã Tân Phú' in text
            assert '17 giờ 00 phút, ngày 27 tháng 11 năm 2026' in text
            assert (world.dung.name in text) is signs and world.chi.name not in text
        await forget_all()
        with pytest.raises(NotFound):
            await drafted_apology(world.em, one)


@ON_SQLITE
async def test_a_date_that_moves_puts_the_draft_to_sleep_and_its_time_draws_it_anew_with_the_words_kept(
    world: World,
) -> None:
    one, _ = await at_chi(world)
    admin = administrator(world)
    await passing('2026-11-18T09:00')
    with pretend(at('2026-11-18T10:00')):
        await save_apology(world.chi, one, 1, **WORDS)
        await calendar.set_day(admin, date(2026, 11, 19), DayKind.OFF, 'Bão')
        await recount()
        assert await draft_of(world, one) is None
        with pytest.raises(WrongState):
            await save_apology(world.chi, one, 2, **WORDS)
    assert await passing('2026-11-18T10:01') == 1, (
        'the warning of the new date comes at once: the day before it is today'
    )
    with pretend(at('2026-11-18T10:02')):
        seen = await draft_of(world, one)
        assert seen and seen.limit_at == at('2026-11-20T09:00') and seen.reason == WORDS['reason']
        assert seen.version == 3 and seen.day > date(2026, 11, 20)
        await calendar.set_day(admin, seen.day, DayKind.OFF, 'Bão nữa')
    assert await passing('2026-11-18T10:03') == 1, 'a day that is off now is proposed to nobody'


@ON_SQLITE
async def test_a_pause_puts_it_to_sleep_and_what_was_waited_for_is_said_when_it_is_due_again(world: World) -> None:
    one, version = await at_chi(world)
    await passing('2026-11-18T09:00')
    with pretend(at('2026-11-18T10:00')):
        done = await commands.request_supplement(world.chi, one, version, items=ITEMS[1:], **WHY)
        assert await draft_of(world, one) is None and (await apologies(world.dung)).total == 0
    assert await passing('2026-11-20T09:00') == 0
    with pretend(at('2026-11-20T10:00')):
        await applicant.save_correction(world.an, one, {'reason': 'Để xin học bổng'})
        done = await applicant.send_supplement(world.an, one, done.version)
        assert await draft_of(world, one) is None
    assert await passing('2026-11-25T09:59') == 0
    assert await passing('2026-11-25T10:00') == 1
    with pretend(at('2026-11-25T10:30')):
        seen = await draft_of(world, one)
        assert seen and seen.reason.startswith('Hồ sơ chờ bổ sung từ ngày 18/11/2026 đến ngày 20/11/2026.')
        await commands.stop(world.dung, one, done.version, 'other', 'Người dân đề nghị')
    assert await drafts() == 0


@ON_SQLITE
async def test_more_time_for_verification_uses_the_draft_up_and_the_longer_term_gets_its_own(
    database: None, tmp_path: Path
) -> None:
    world = await with_calendar(tmp_path, term={'kind': 'working_days', 'value': 3, 'extended': 3})
    one, version = await at_chi(world)
    await passing('2026-11-18T09:00')
    with pretend(at('2026-11-18T10:00')):
        done = await commands.extend(world.chi, one, version, note='Xác minh nơi cư trú')
    assert await drafts() == 0 and await passing('2026-11-23T08:59') == 0
    assert await passing('2026-11-23T09:00') == 1, '24/11 is off: a working day before Wednesday at nine'
    with pretend(at('2026-11-23T10:00')):
        seen = await draft_of(world, one)
        assert seen and seen.limit_at == at('2026-11-25T09:00')
        await attachments.add_result(world.chi, one, AttachmentKind.RESULT, 'ket-qua.png', scan(one))
        done = await commands.forward(world.chi, one, done.version)
        done = await commands.approve(world.dung, one, done.version)
        assert await drafts() == 1
        await commands.finish(world.giang, one, done.version)
    assert await drafts() == 0


@ON_SQLITE
async def test_what_is_late_already_gets_its_apology_too_and_a_day_that_has_come_is_not_proposed(world: World) -> None:
    one, version = await at_chi(world)
    assert await passing('2026-11-20T08:00') == 1, 'the process was down the day before, and on the day'
    with pretend(at('2026-11-20T08:30')):
        first = await draft_of(world, one)
    assert first and first.is_past and first.is_late
    assert await passing(f'{first.day}T07:00') == 1
    with pretend(at(f'{first.day}T08:00')):
        second = await draft_of(world, one)
        assert second and second.day > first.day
        await commands.reappoint(
            world.dung,
            one,
            version,
            day=f'{second.day:%d/%m/%Y}',
            delayed_by='Văn phòng',
            reason='Chậm ở khâu thẩm tra',
        )
    async with read() as db:
        said = select(EventText.data).join(Event, Event.id == EventText.event_id).where(Event.action == 'reappoint')
        assert (await db.execute(said)).scalar_one()['late'] is True
        events = (await db.execute(select(func.count()).where(Event.action == DRAFTED))).scalar_one()
    assert events == 1, 'a new proposal for the same date is no news'
