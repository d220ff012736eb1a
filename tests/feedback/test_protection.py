"""Whoever is complained about learns nothing of who wrote it and decides nothing."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast
from unittest.mock import AsyncMock, MagicMock

import pytest
from sqlalchemy import select

from app import live
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.errors import Invalid, NotAllowed, NotFound
from app.feedback import commands, desk, tracking
from app.feedback.protection import Identity, Spoken
from app.feedback.timers import pressing
from app.feedback.transitions import Act
from app.i18n import Words
from app.workflow.transitions import Action
from models import Dossier, Event, EventText, Grant, PaperRead, StepRun, Unit
from models.enums import Authentication, Role
from models.feedback import FeedbackState as S
from pages.officer.feedback_acts import Acts
from pages.visitor import Visitor
from tests.feedback.conftest import WORDS, officer, part_of, row, sent
from tests.support.world import PNG, World, filed

SECRETS = (WORDS['text'], WORDS['subject'], WORDS['full_name'], WORDS['phone'], WORDS['email'], 'Quầy số 3')


async def test_the_unit_complained_about_sees_no_words_no_name_no_photograph_and_may_only_pass_it_on(
    world: World,
) -> None:
    part = await part_of(world)
    inside = await officer(Role.LEADER, part)
    both = replace(inside, grants=(*inside.grants, *(await officer(Role.LEADER, world.unit, part)).grants))
    receipt = await sent(world.guest, [('a.png', PNG)], about='conduct', unit=part.code)
    one = await row(receipt.code)
    assert (one.unit_id, one.about_unit_id) == (world.unit.id, part.id)  # it went above
    with pytest.raises(NotFound):
        await desk.case(inside, one.id)
    case = await desk.case(both, one.id)  # a foot in both: still of the unit complained about
    assert (case.disclosure, case.handler, case.about_person, case.about_account_id, case.reason) == (
        None,
        '',
        '',
        None,
        '',
    )
    assert case.is_involved and case.acts == {Act.FORWARD, Act.MOVE}
    told = repr(case) + repr(await desk.inbox(both))
    assert not [secret for secret in SECRETS if secret in told] and receipt.code in told
    photo = (await desk.case(world.dung, one.id)).photos[0]
    with pytest.raises(NotFound):
        await desk.photo(both, one.id, photo.id)
    for act in (
        commands.sort(both, one.id, seen_version=1, about='rule'),
        commands.refuse(both, one.id, seen_version=1, reason='unclear', note='Không rõ'),
    ):
        with pytest.raises(NotAllowed):
            await act
    await commands.sort(world.binh, one.id, seen_version=1, about='conduct', about_unit=part.id)
    with pytest.raises(NotAllowed):
        await commands.take(both, one.id, seen_version=2)
    with pytest.raises(NotAllowed):
        await commands.reveal(both, one.id, 'Muốn biết')
    with pytest.raises(Invalid):  # never to those it is about
        await commands.forward(world.binh, one.id, seen_version=2, to_unit=part.id, note='Giải trình')
    assert part.id not in {unit.id for unit in await desk.targets(world.binh, one.id)}
    case = await desk.case(world.dung, one.id)
    assert case.who.name == 'Nguyễn Thị An' and case.words.text == WORDS['text']


async def test_an_agency_that_stands_alone_may_only_point_to_another(world: World) -> None:
    receipt = await sent(world.guest, about='conduct', unit=world.unit.code)
    one = await row(receipt.code)
    assert one.unit_id == world.other_unit.id  # another agency handles it
    with pytest.raises(NotFound):
        await desk.case(world.dung, one.id)
    case = await desk.case(world.em, one.id)
    assert not case.is_involved and Act.SORT in case.acts


async def test_the_person_complained_about_never_learns_that_it_is_there(world: World) -> None:
    receipt = await sent(world.guest, about='conduct')
    one = await row(receipt.code)
    await commands.sort(world.binh, one.id, seen_version=1, about='conduct')
    await commands.take(world.chi, one.id, seen_version=2)
    part = await part_of(world)
    with pytest.raises(NotFound):  # Chi is not of that part
        await commands.sort(
            world.binh, one.id, seen_version=3, about='conduct', about_unit=part.id, about_account=world.chi.account_id or ''
        )  # fmt: skip
    await commands.sort(
        world.dung, one.id, seen_version=3, about='conduct', about_unit=world.unit.id,
        about_account=world.chi.account_id or '',
    )  # fmt: skip
    stored = await row(receipt.code)
    assert stored.about_account_id == world.chi.account_id and stored.handler_id is None  # taken out of those hands
    for question in (desk.case(world.chi, one.id), commands.take(world.chi, one.id, seen_version=4)):
        with pytest.raises(NotFound):
            await question
    assert not (await desk.inbox(world.chi)).rows and (await desk.inbox(world.chi)).counts['open'] == 0
    async with read() as db:
        assert await pressing(db, world.chi) == (0, 0)


async def test_whoever_holds_the_dossier_complained_about_does_not_answer(world: World) -> None:
    dossier = await filed(world)
    receipt = await sent(world.guest, about='dossier', dossier=dossier.filing_number)
    one = await row(receipt.code)
    async with write() as db:
        (await db.get_one(Dossier, dossier.dossier_id)).holder_id = world.chi.account_id
    assert (await desk.case(world.chi, one.id)).words == Spoken('', '')
    await commands.sort(world.binh, one.id, seen_version=1, about='dossier')
    with pytest.raises(NotAllowed):
        await commands.take(world.chi, one.id, seen_version=2)
    await commands.take(world.dung, one.id, seen_version=2)
    async with write() as db:  # it went on to the leader; who examined it is still kept out
        (await db.get_one(Dossier, dossier.dossier_id)).holder_id = None
        db.add(
            StepRun(
                dossier_id=dossier.dossier_id, number=9, step_key='process', role='case_officer', unit_id=world.unit.id,
                account_id=world.chi.account_id, given_at=now(), due_at=now(),
            )
        )  # fmt: skip
    assert (await desk.case(world.chi, one.id)).is_involved and not (await desk.case(world.binh, one.id)).is_involved


async def test_a_confidential_name_opens_for_its_handler_alone_with_a_reason_that_is_kept(world: World) -> None:
    dossier = await filed(world)
    receipt = await sent(world.an, about='dossier', dossier=dossier.filing_number, disclosure='confidential')
    one = await row(receipt.code)
    assert one.account_id is None
    await commands.sort(world.binh, one.id, seen_version=1, about='dossier')
    await commands.take(world.chi, one.id, seen_version=2)
    case = await desk.case(world.chi, one.id)
    assert case.who == Identity() and not case.dossier_code  # a dossier's number names its owner
    assert 'Nguyễn' not in repr(case)
    for other in (world.binh, world.dung, world.ha):
        with pytest.raises(NotAllowed):
            await commands.reveal(other, one.id, 'Muốn biết')
    with pytest.raises(Invalid):
        await commands.reveal(world.chi, one.id, '  ')
    opened = await commands.reveal(world.chi, one.id, 'Hẹn làm việc')
    assert (opened.name, opened.dossier_code) == ('Nguyễn Thị An', dossier.filing_number)
    async with read() as db:
        read_by = select(Event.actor_id, EventText.note).join(EventText, EventText.event_id == Event.id)
        rows = (await db.execute(read_by.where(Event.action == 'identity_read'))).all()
        sender = select(Event.actor_id, Event.authentication).where(Event.action == Act.SEND)
        senders = [tuple(each) for each in (await db.execute(sender)).all()]
        reads = (await db.execute(select(PaperRead.purpose))).scalars().all()
    assert [tuple(each) for each in rows] == [(world.chi.account_id, 'Hẹn làm việc')]
    assert senders == [(None, Authentication.NONE)] and f'feedback {receipt.code}' in reads


async def test_of_an_anonymous_sender_nothing_is_kept(world: World) -> None:
    receipt = await sent(world.an, disclosure='anonymous')
    one = await row(receipt.code)
    assert one.identity_sealed is None and one.account_id is None and not one.has_email
    followed = await tracking.follow(world.guest, receipt.code, receipt.secret or '')
    assert followed.words.text == WORDS['text']
    async with read() as db:
        assert world.an.account_id not in (await db.execute(select(Event.actor_id))).scalars().all()


async def test_other_units_and_people_without_a_grant_find_nothing(world: World) -> None:
    one = await row((await sent(world.guest)).code)
    for stranger in (world.em, world.an, world.guest, world.giang):
        with pytest.raises(NotFound):
            await desk.case(stranger, one.id)
        with pytest.raises(NotFound):
            await commands.sort(stranger, one.id, seen_version=1, about='rule')
    assert (await desk.case(world.ha, one.id)).acts == frozenset()  # a controller reads


@pytest.mark.parametrize('action', [Action.REFUSE, Action.REQUEST_SUPPLEMENT])
async def test_whoever_refused_the_dossier_or_asked_more_for_it_does_not_answer(world: World, action: Action) -> None:
    dossier = await filed(world)
    one = await row((await sent(world.guest, about='dossier', dossier=dossier.filing_number)).code)
    assert not (await desk.case(world.chi, one.id)).is_involved
    async with write() as db:
        await record(db, world.chi, 'dossier', dossier.dossier_id, action, dossier_id=dossier.dossier_id)
    case = await desk.case(world.chi, one.id)
    assert case.is_involved and not case.words.text and not (await desk.case(world.binh, one.id)).is_involved


async def test_sorting_again_keeps_the_person_it_is_about(world: World) -> None:
    part = await part_of(world)
    blamed = await officer(Role.CASE_OFFICER, part)
    async with write() as db:
        db.add(
            Grant(
                account_id=blamed.account_id or '', role=Role.CASE_OFFICER, unit_id=part.id, valid_from=part.valid_from,
                created_at=now(),
            )
        )  # fmt: skip
    one = await row((await sent(world.guest, about='conduct')).code)
    named = {'about': 'conduct', 'about_unit': part.id, 'about_account': blamed.account_id or ''}
    await commands.sort(world.binh, one.id, seen_version=1, **named)
    case = await desk.case(world.binh, one.id)
    visitor = SimpleNamespace(t=Words('vi'), actor=AsyncMock(return_value=world.binh))
    form = MagicMock()
    (await Acts(cast('Visitor', visitor), AsyncMock())._sort(case))[0](form)
    starts = {call.args[0]: call.kwargs['value'] for call in form.choice.call_args_list}
    assert starts == {'about': 'conduct', 'about_unit': part.id, 'about_account': blamed.account_id}
    async with write() as db:  # gone from the unit, still the person it is about
        for grant in (await db.execute(select(Grant).where(Grant.account_id == blamed.account_id))).scalars():
            grant.valid_to = part.valid_from
    assert blamed.account_id in {each.id for each in (await desk.blamable(world.binh, one.id))[1]}
    await commands.sort(world.binh, one.id, seen_version=2, **named)
    assert (await row(one.code)).about_account_id == blamed.account_id


async def test_only_officers_of_ones_own_units_are_offered_as_those_it_is_about(world: World) -> None:
    one = await row((await sent(world.guest, about='conduct')).code)
    people = {each.id for each in (await desk.blamable(world.binh, one.id))[1]}
    assert world.chi.account_id in people and world.em.account_id not in people


async def test_it_is_not_forwarded_below_the_unit_it_is_about(world: World) -> None:
    part = await part_of(world)
    below = Unit(code='H55.242.02', name='Tổ', parent_id=part.id, valid_from=part.valid_from)
    async with write() as db:
        db.add(below)
    one = await row((await sent(world.guest, about='conduct', unit=part.code)).code)
    with pytest.raises(Invalid):
        await commands.forward(world.binh, one.id, seen_version=1, to_unit=below.id, note='Giải trình')
    await commands.forward(world.binh, one.id, seen_version=1, to_unit=world.other_unit.id, note='Xem giúp')


async def test_what_those_it_is_about_sent_away_is_taken_up_again_by_others(world: World) -> None:
    dossier = await filed(world)
    one = await row((await sent(world.guest, about='dossier', dossier=dossier.filing_number)).code)
    async with write() as db:
        (await db.get_one(Dossier, dossier.dossier_id)).holder_id = world.binh.account_id
    await commands.move(world.binh, one.id, seen_version=1, note='Hỏi nơi khác')
    with pytest.raises(NotAllowed):
        await commands.sort(world.binh, one.id, seen_version=2, about='dossier')
    await commands.sort(world.dung, one.id, seen_version=2, about='dossier')
    stored = await row(one.code)
    assert (stored.state, stored.due_kind, stored.due_at) == (S.SORTED, 'answer', stored.answer_due_at)


async def test_a_published_text_does_not_hold_the_dossiers_number(world: World) -> None:
    dossier = await filed(world)
    one = await row((await sent(world.guest, about='dossier', dossier=dossier.filing_number)).code)
    await commands.sort(world.binh, one.id, seen_version=1, about='dossier')
    await commands.take(world.dung, one.id, seen_version=2)
    await commands.answer(world.dung, one.id, seen_version=3, text='Đã xong')
    async with write() as db:
        (await db.get_one(Dossier, dossier.dossier_id)).official_code = 'H55.242-261122-0077'
    fine = {'subject': 'Chậm', 'text': 'Hỏi', 'public_answer': 'Đáp'}
    for number in (dossier.filing_number, dossier.filing_number.lower(), 'h55.242 - 261122 - 0077'):
        with pytest.raises(Invalid) as refused:
            await commands.publish(world.dung, one.id, seen_version=4, **{**fine, 'text': f'Hồ sơ {number} chậm'})
        assert refused.value.problems['text'].key == 'feedback.still_private'
    await commands.publish(world.dung, one.id, seen_version=4, **fine)


async def test_the_unit_that_passed_it_on_is_told_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(live, 'signal', lambda *topics: told.extend(topics))
    one = await row((await sent(world.guest)).code)
    told.clear()
    await commands.forward(world.binh, one.id, seen_version=1, to_unit=world.other_unit.id, note='Xem giúp')
    assert {f'feedback:{world.unit.id}', f'feedback:{world.other_unit.id}', f'feedback-case:{one.id}'} <= set(told)
