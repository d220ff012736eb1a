"""Every date on a dossier's page says why it is what it is; while the clock stands no outdated date is shown."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.access import Actor
from app.clock import pretend
from app.dossiers import applicant, commands, desk, filing, queries
from app.i18n import words
from app.timers.postings import end_postings
from pages.citizen import parts
from tests.dossiers.test_life import WHY
from tests.support.moments import at, with_calendar
from tests.support.world import World, filed, opened

ASK: dict[str, Any] = {'items': [{'kind': 'field', 'id': 'reason', 'text': 'Ghi rõ hơn'}], **WHY}
VI = words('vi')


@pytest.fixture
def dialect() -> str:
    """The words do not depend on the database."""
    return 'sqlite'


@pytest.fixture
def term() -> dict[str, Any]:
    """Three working days."""
    return {'kind': 'working_days', 'value': 3}


@pytest.fixture
async def world(database: None, tmp_path: Path, term: dict[str, Any]) -> AsyncIterator[World]:
    """A municipality with the decided days."""
    yield await with_calendar(tmp_path, term=term)


async def accepted(world: World) -> tuple[filing.Submitted, int]:
    """File and accept on Monday 16/11 at nine; Chi has it."""
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        return one, done.version


async def lines(actor: Actor, one: filing.Submitted, *, officer: bool = False) -> list[str]:
    """Return the explanation as it is shown, a line for each date."""
    seen = await (desk.desk_dossier if officer else queries.progress)(actor, one.dossier_id)
    return (seen.due_explained or '').splitlines()


async def test_both_clocks_and_the_open_step_are_explained(world: World) -> None:
    one, _ = await accepted(world)
    both = [
        'Tiếp nhận lúc 09:00 thứ Hai 16/11; thời hạn 3 ngày làm việc. Hạn trả kết quả: 09:00 thứ Năm 19/11/2026.',
        'Nộp lúc 09:00 thứ Hai 16/11; thời hạn 8 giờ làm việc. Hạn tiếp nhận: 09:00 thứ Ba 17/11/2026.',
    ]
    assert await lines(opened(world, one), one) == both
    step = (
        'Bước này bắt đầu lúc 09:00 thứ Hai 16/11; thời hạn 12 giờ làm việc. Hạn của bước này: 15:00 thứ Ba 17/11/2026.'
    )
    assert await lines(world.chi, one, officer=True) == [*both, step]


async def test_a_date_that_a_leader_named_says_what_was_promised_before_and_that_it_is_an_apology(world: World) -> None:
    one, version = await accepted(world)
    with pretend(at('2026-11-18T08:00')):
        await commands.reappoint(
            world.dung, one.dossier_id, version, day='20/11/2026', delayed_by='Công an xã', reason='Chờ xác minh'
        )
        first, second, _ = await lines(opened(world, one), one)
        assert first.endswith('Hạn trả kết quả: 09:00 thứ Năm 19/11/2026.')
        assert second == 'Cơ quan đã xin lỗi và hẹn lại lúc 08:00 thứ Tư 18/11. Hạn mới: 17:00 thứ Sáu 20/11/2026.'


async def test_a_named_day_in_a_year_nobody_has_decided_may_still_move(world: World) -> None:
    one, version = await accepted(world)
    with pretend(at('2026-11-18T08:00')):
        named = {'day': '05/01/2027', 'delayed_by': 'Công an xã', 'reason': 'Chờ xác minh'}
        await commands.reappoint(world.dung, one.dossier_id, version, **named)
        second = (await lines(opened(world, one), one))[1]
    assert second.endswith('Lịch nghỉ năm 2027 chưa được công bố chính thức nên hạn này có thể thay đổi.')


@pytest.mark.parametrize('term', [{'kind': 'working_days', 'value': 3, 'after_supplement': 'resume'}])
async def test_while_something_is_asked_its_limit_is_explained_and_the_old_date_is_not_shown(world: World) -> None:
    one, version = await accepted(world)
    me = opened(world, one)
    with pretend(at('2026-11-17T09:00')):
        named = {'day': '20/11/2026', 'delayed_by': 'Công an xã', 'reason': 'Chờ xác minh'}
        done = await commands.reappoint(world.dung, one.dossier_id, version, **named)
        done = await commands.request_supplement(world.chi, one.dossier_id, done.version, **ASK)
        limit, *rest = await lines(me, one)
        assert limit.startswith(
            'Yêu cầu bổ sung lúc 09:00 thứ Ba 17/11; thời hạn 15 ngày làm việc; không tính ngày đầu tiên;'
        )
        assert limit.endswith('Hạn bổ sung: 17:00 thứ Tư 9/12/2026.') and not [x for x in rest if 'trả kết quả' in x]
        assert await waits(me, one) == 'Tính lại khi ông/bà bổ sung xong'
    with pretend(at('2026-11-18T09:00')):
        await applicant.save_correction(me, one.dossier_id, {'reason': 'Để đi học'})
        await applicant.send_supplement(me, one.dossier_id, done.version)
        moved = (await lines(me, one))[0]
    assert moved == (
        'Hạn đã hẹn là 17:00 thứ Sáu 20/11; thời hạn 3 ngày làm việc; tạm dừng từ 09:00 thứ Ba 17/11 đến 09:00 thứ Tư '
        '18/11 để chờ bổ sung; không tính ngày nghỉ hằng tuần. Hạn mới: 17:00 thứ Hai 23/11/2026.'
    )


@pytest.mark.parametrize('term', [{'kind': 'working_days', 'value': 9, 'after_payment': 2, 'posting_days': 3}])
async def test_while_it_is_posted_or_waits_for_a_payment_no_outdated_date_is_shown(world: World) -> None:
    one, version = await accepted(world)
    me = opened(world, one)
    with pretend(at('2026-11-17T09:00')):
        done = await commands.start_posting(world.chi, one.dossier_id, version, note='Trụ sở')
        posting = (await lines(me, one))[0]
        assert posting.startswith('Niêm yết từ 09:00') and posting.endswith('Niêm yết đến: 17:00 thứ Sáu 20/11/2026.')
        assert await waits(me, one) == 'Tính tiếp khi niêm yết xong'
    with pretend(at('2026-11-21T09:00')):
        await end_postings()
        version = (await queries.progress(me, one.dossier_id)).version
        on_screen = await lines(world.chi, one, officer=True)
        why = 'tạm dừng từ 09:00 thứ Ba 17/11 đến 17:00 thứ Sáu 20/11 để niêm yết công khai'
        assert why in on_screen[0] and why in on_screen[-1] and 'Hạn của bước này' in on_screen[-1]
        await commands.await_duty(world.chi, one.dossier_id, version, note='Thuế đất')
        assert await waits(me, one) == 'Tính lại khi có chứng từ nộp tiền'
    assert done.version < version


async def waits(me: Actor, one: filing.Submitted) -> str:
    """Return what stands in the place of the date of the result: the same on every page, and no date beside it."""
    seen, public = await queries.progress(me, one.dossier_id), await queries.track_public(me, one.filing_number)
    said = dict(parts._facts(seen, VI))['Hẹn trả kết quả']
    still_to_come = str(parts.events(seen, VI)).partition('is-next')[2]
    assert seen.promised_at and still_to_come
    assert VI.moment(seen.promised_at) not in str(parts.card(seen, VI)) + still_to_come
    assert said == VI(f'public.progress_waits_{public.stands}')
    return str(said)


@pytest.mark.parametrize('term', [{'kind': 'working_days', 'value': 3, 'extended': 3}])
async def test_time_for_verification_is_no_pause_of_the_step(world: World) -> None:
    one, version = await accepted(world)
    with pretend(at('2026-11-17T09:00')):
        await commands.extend(world.chi, one.dossier_id, version, note='Xác minh nơi cư trú')
        step = (await lines(world.chi, one, officer=True))[-1]
    assert 'thêm thời gian xác minh từ 09:00 thứ Năm 19/11 đến 09:00 thứ Tư 25/11' in step and 'tạm dừng' not in step
