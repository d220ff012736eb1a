"""Feedback from sending to publication: states, limits, letters, and that all of it is written down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from app.access import SYSTEM
from app.audit import verify
from app.clock import pretend
from app.db import read
from app.errors import Invalid, NotAllowed, NotFound, Stale, TooMany, WrongState
from app.feedback import commands, desk, figures, public, timers, tracking
from app.feedback.apply import apply_act
from app.feedback.timers import pressing, raise_alerts
from app.feedback.transitions import TABLE, Act
from app.notifications import facts
from app.notifications.letters import SHAPES
from app.notifications.render import render
from models import Event, EventText, Feedback, FeedbackVote, Message
from models.feedback import FeedbackState as S
from tests.feedback.conftest import WORDS, row, sent
from tests.support.world import PNG, World

MONDAY = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
"""09:00 on a Monday in Vietnam."""


async def taken(world: World, code: str) -> str:
    """Bring feedback into the hands of Chi."""
    one = await row(code)
    await commands.sort(world.binh, one.id, seen_version=1, about=one.about)
    await commands.take(world.chi, one.id, seen_version=2)
    return one.id


async def answered(world: World, code: str, text: str = 'Mẫu mới bỏ dòng lặp từ 01/12.') -> str:
    """Bring feedback to its answer."""
    one_id = await taken(world, code)
    await commands.answer(world.chi, one_id, seen_version=3, text=text)
    return one_id


async def test_a_whole_life_keeps_its_limits_and_tells_the_sender_each_time(world: World) -> None:
    with pretend(MONDAY):
        receipt = await sent(world.guest)
        assert receipt.code == 'PA-261116-0001' and receipt.secret
        one = await row(receipt.code)
        assert (one.state, one.due_kind) == (S.RECEIVED, 'refuse')
        assert one.due_at == datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # closing of the second working day
        assert one.answer_due_at == datetime(2026, 12, 8, 10, 0, tzinfo=UTC)
    with pretend(MONDAY + timedelta(days=1)):
        one_id = await taken(world, receipt.code)
        await commands.ask_more(world.chi, one_id, seen_version=3, note='Tờ khai nào?')
        assert (await row(receipt.code)).due_at is None
    with pretend(MONDAY + timedelta(days=3)):
        followed = await tracking.supply(world.guest, receipt.code, receipt.secret, 'Tờ khai khai sinh.')
        assert followed.words.more == ('Tờ khai khai sinh.',)
        assert (await row(receipt.code)).due_at == datetime(2026, 12, 10, 10, 0, tzinfo=UTC)  # two days of waiting more
        await commands.save_draft(world.chi, one_id, seen_version=5, text='Đang soạn')
        await commands.answer(world.chi, one_id, seen_version=6, text='Đã sửa mẫu.')
        stored = await row(receipt.code)
        assert stored.in_time and stored.draft is None and stored.due_at == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
        with pytest.raises(NotAllowed):
            await commands.publish(world.chi, one_id, seen_version=7, subject='a', text='b', public_answer='c')
        words = {'subject': 'Tờ khai hỏi trùng', 'text': 'Tờ khai hỏi hai lần.', 'public_answer': 'Đã sửa mẫu.'}
        await commands.publish(world.dung, one_id, seen_version=7, **words)
    async with read() as db:
        letters = (await db.execute(select(Message).order_by(Message.created_at))).scalars().all()
        known = await facts.load(db, letters)
    assert [m.template for m in letters] == [
        'feedback_received', 'feedback_sorted', 'feedback_asked', 'feedback_answered', 'feedback_published',
    ]  # fmt: skip
    assert {m.recipient for m in letters} == {'•••'}  # the outbox names nobody
    letter = render(letters[2], known[letters[2].id])
    assert letter.recipient == 'an@example.com' and 'Tờ khai' not in letter.text + letter.subject
    assert f'/phan-anh/tra-cuu?ma={receipt.code}' in letter.text
    assert not (await verify.verify()).faults
    found = await public.answers(world.guest, 'TO KHAI hoi trung')
    assert [one.subject for one in found.rows] == ['Tờ khai hỏi trùng']


@pytest.mark.parametrize('dialect', ['sqlite', 'postgresql'], indirect=True)
async def test_both_databases_count_and_find_the_same(world: World) -> None:
    with pretend(MONDAY):
        first, _second = await sent(world.guest), await sent(world.guest)
        one_id = await answered(world, first.code)
        await commands.publish(world.dung, one_id, seen_version=4, subject='Mẫu đơn', text='Hỏi', public_answer='Đáp')
        await public.vote(world.guest, one_id, helpful=True)
        await public.vote(world.guest, one_id, helpful=True)
        await public.vote(replace(world.guest, address='198.51.100.7'), one_id, helpful=False)
        await public.vote(replace(world.guest, address='198.51.100.7'), one_id, helpful=True)
    found = await figures.feedback_figures(MONDAY.date(), MONDAY.date(), frozenset({world.unit.id}))
    assert (found.received, found.answered, found.in_time, found.published, found.open) == (2, 1, 1, 1, 1)
    assert (found.helpful, found.unhelpful, found.helpful_percent, found.in_time_percent) == (2, 0, 100, 100)
    assert (await figures.feedback_figures(MONDAY.date(), MONDAY.date(), questions=True)).received == 0
    assert (await figures.feedback_figures(MONDAY.date() - timedelta(9), MONDAY.date() - timedelta(1))).received == 0
    async with read() as db:
        voters = (await db.execute(select(FeedbackVote.voter))).scalars().all()
    assert len(set(voters)) == 2 and not any('192.0.2' in voter for voter in voters)


async def test_the_same_form_sent_twice_is_one_piece_of_feedback(world: World) -> None:
    first = await sent(world.guest, form='one form')
    again = await sent(world.guest, form='one form', text='Khác')
    assert again == first
    async with read() as db:
        assert (await db.execute(select(func.count()).select_from(Feedback))).scalar_one() == 1


async def test_what_is_missing_is_said_by_question_and_nothing_is_kept(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        await sent(world.guest, about='dossier', subject='', full_name='', phone='', email='')
    assert list(refused.value.problems) == ['dossier', 'subject', 'full_name', 'email']
    with pytest.raises(Invalid) as unknown:
        await sent(world.guest, about='dossier', dossier='N55.242-261121-9999')
    assert list(unknown.value.problems) == ['dossier']
    async with read() as db:
        assert (await db.execute(select(func.count()).select_from(Feedback))).scalar_one() == 0


async def test_photographs_pass_the_checks_of_papers_and_lose_their_names(world: World) -> None:
    receipt = await sent(world.guest, [('Nguyen Thi An.png', PNG)])
    one_id = await taken(world, receipt.code)
    shown = (await desk.case(world.chi, one_id)).photos
    assert [photo.name for photo in shown] == ['anh-1.png']
    assert (await desk.photo(world.chi, one_id, shown[0].id)).startswith(b'\xff\xd8')
    for name, content in (('a.png', b'MZ not a picture'), ('b.pdf', b'%PDF-1.4 broken')):
        with pytest.raises(Invalid) as refused:
            await sent(world.guest, [(name, content)])
        assert list(refused.value.problems) == ['photos[1]']
    with pytest.raises(Invalid):
        await sent(world.guest, [('a.png', PNG)] * 4)


async def test_code_and_secret_open_it_and_tries_are_counted(world: World) -> None:
    receipt = await sent(world.guest)
    assert receipt.secret
    typed = f' {receipt.secret[:4].lower()}-{receipt.secret[4:]} '
    assert (await tracking.follow(world.guest, receipt.code.lower(), typed)).words.text == WORDS['text']
    for code, secret in ((receipt.code, 'AAAAAAAA'), ('PA-260101-0001', receipt.secret), (receipt.code, '\ud800')):
        with pytest.raises(NotFound):
            await tracking.follow(world.guest, code, secret)
    with pytest.raises(TooMany):
        for _ in range(12):
            try:
                await tracking.follow(world.guest, receipt.code, 'AAAAAAAA')
            except NotFound:
                continue
    with pytest.raises(WrongState):
        await tracking.supply(replace(world.guest, address='198.51.100.9'), receipt.code, receipt.secret, 'Thêm')


async def test_every_act_refuses_a_state_that_is_not_its_own_and_an_old_screen(world: World) -> None:
    receipt = await sent(world.guest)
    one = await row(receipt.code)
    for line in TABLE:
        if line.act is Act.SEND or S.RECEIVED in line.sources:
            continue
        async with read() as db:
            with pytest.raises(WrongState):
                await apply_act(db, SYSTEM, one, line.act)
    await commands.sort(world.binh, one.id, seen_version=1, about='rule')
    with pytest.raises(Stale):
        await commands.sort(world.binh, one.id, seen_version=1, about='rule')
    with pytest.raises(NotAllowed):  # nobody took it in hand
        await commands.answer(world.chi, one.id, seen_version=2, text='Trả lời')


async def test_a_refusal_says_why_and_junk_keeps_a_guests_contact_out(world: World) -> None:
    with pretend(MONDAY):
        receipt = await sent(world.guest)
    one = await row(receipt.code)
    with pytest.raises(Invalid):
        await commands.refuse(world.binh, one.id, seen_version=1, reason='junk', note=' ')
    with pretend(MONDAY + timedelta(days=4)):
        await commands.refuse(world.binh, one.id, seen_version=1, reason='junk', note='Quảng cáo')
        with pytest.raises(NotAllowed):
            await sent(world.guest, phone='', full_name='Người khác')
        await sent(world.guest, phone='0987654321', email='khac@example.com')
        await sent(world.an)  # who signs in is known
        followed = await tracking.follow(world.guest, receipt.code, receipt.secret or '')
    assert (followed.reason, followed.history[-1].note, followed.history[-1].late) == ('junk', 'Quảng cáo', True)
    with pretend(MONDAY + timedelta(days=60)):
        await sent(world.guest)


async def test_warnings_come_once_before_and_after_the_limit_and_stand_in_the_morning_letter(world: World) -> None:
    with pretend(MONDAY):
        receipt = await sent(world.guest)
        assert await raise_alerts() == 0
    with pretend(MONDAY + timedelta(days=1)):  # the limit is on Wednesday
        assert (await raise_alerts(), await raise_alerts()) == (1, 0)
        async with read() as db:
            assert await pressing(db, world.binh) == (1, 0)
            assert await pressing(db, world.giang) == (0, 0)
        gone_on = await sent(world.guest)
        with pretend(MONDAY + timedelta(days=2)):
            assert await raise_alerts() == 1
            await commands.sort(world.binh, (await row(gone_on.code)).id, seen_version=1, about='rule')
            async with read() as db:  # the limit that was near is over, the next is far
                assert await pressing(db, world.binh) == (1, 0)
    with pretend(MONDAY + timedelta(days=3)):
        assert (await raise_alerts(), await raise_alerts()) == (1, 0)
        async with read() as db:
            assert await pressing(db, world.chi) == (0, 1)
        await commands.sort(world.binh, (await row(receipt.code)).id, seen_version=1, about='rule')
        async with read() as db:
            assert await pressing(db, world.chi) == (0, 0)
            actions = (await db.execute(select(Event.action).order_by(Event.sequence))).scalars().all()
    assert [action for action in actions if action.startswith('alert_')] == ['alert_soon', 'alert_soon', 'alert_late']


async def test_warnings_that_were_raised_do_not_stand_in_the_way_of_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, 'AT_ONCE', 1)
    with pretend(MONDAY):
        await sent(world.guest)
        await sent(world.guest)
    with pretend(MONDAY + timedelta(days=1)):
        assert [await raise_alerts() for _ in range(3)] == [1, 1, 0]
    with pretend(MONDAY + timedelta(days=3)):
        assert [await raise_alerts() for _ in range(3)] == [1, 1, 0]


async def test_too_much_from_one_address_is_put_off(world: World) -> None:
    with pytest.raises(TooMany):
        for _ in range(40):
            await sent(world.guest, form='one form')


async def test_nothing_published_tells_who_asked(world: World) -> None:
    one_id = await answered(world, (await sent(world.guest)).code)
    fine = {'subject': 'Mẫu đơn', 'text': 'Hỏi', 'public_answer': 'Đáp'}
    for private in ('chị NGUYỄN THỊ AN', 'gọi 091 234 5678', 'thư an@example.com', 'số 001190000123'):
        for name in fine:
            with pytest.raises(Invalid) as refused:
                await commands.publish(world.dung, one_id, seen_version=4, **{**fine, name: f'Trả lời {private} nhé'})
            assert list(refused.value.problems) == [name]
    await commands.publish(world.dung, one_id, seen_version=4, **fine)
    shown = await public.published(world.guest, one_id)
    assert 'An' not in ' '.join((shown.subject, shown.text, shown.answer))
    await commands.withhold(world.dung, one_id, seen_version=5, note='Lộ địa chỉ')
    with pytest.raises(NotFound):
        await public.published(world.guest, one_id)
    assert not (await public.answers(world.guest)).rows


def test_every_letter_of_the_table_has_its_words() -> None:
    told = {line.told for line in TABLE if line.told}
    assert {f'feedback_{name}' for name in told} <= set(SHAPES)


async def test_what_was_said_is_in_no_event_but_the_notes_of_officers(world: World) -> None:
    receipt = await sent(world.guest)
    await answered(world, receipt.code)
    async with read() as db:
        texts = (await db.execute(select(EventText.note, EventText.data))).all()
        stored = repr((await db.execute(text('SELECT * FROM feedback'))).all())
    for private in (WORDS['text'], WORDS['full_name'], WORDS['phone'], WORDS['email'], WORDS['subject']):
        assert private not in repr(texts) and private not in stored
