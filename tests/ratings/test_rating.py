"""A dossier is rated once, by its applicant, after its result; whoever else tries learns and changes nothing."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.clock import VIETNAM, now, pretend
from app.db import read, write
from app.dossiers import commands as dossiers
from app.dossiers import desk, junk
from app.dossiers.feed import feed
from app.errors import AppError, Invalid, NotAllowed, NotFound, WrongState
from app.ratings import commands, queries, tokens
from app.ratings.rules import Ballot
from app.statistics.measures import OPINIONS
from app.statistics.queries import Slice, totals
from app.statistics.recount import rebuild, verify
from models import Dossier, Event, EventText, Message, Rating
from models.enums import Authentication
from tests.ratings.ended import Ended, refused, returned
from tests.support.world import World, filed

WORDS = 'Chờ hai tiếng ở quầy số 3'
NOON = datetime(2026, 10, 6, 12, 0, tzinfo=VIETNAM)


async def _counted() -> dict[str, int]:
    async with read() as db:
        counts = await totals(db, Slice(), date(2026, 1, 1), date(2030, 1, 1))
    return {name: counts[name] for name in OPINIONS if counts[name]}


async def _agrees() -> None:
    verdict = await verify()
    assert verdict.difference is None and verdict.slices


async def _rating(ended: Ended) -> Rating:
    async with read() as db:
        return (await db.execute(select(Rating).where(Rating.dossier_id == ended.id))).scalar_one()


async def _link(ended: Ended) -> str:
    """Return the token that the letter to the proved address bears."""
    async with read() as db:
        dossier = await db.get_one(Dossier, ended.id)
        query = select(Message).where(Message.dossier_id == ended.id).order_by(Message.created_at.desc())
        message = (await db.execute(query)).scalars().first()
    assert message
    return tokens.link_address(dossier, message).rpartition('/')[2]


async def test_one_touch_rates_every_part_and_is_counted_and_proved(world: World) -> None:
    ended = await returned(world)
    await commands.rate(ended.me, ended.id, Ballot(3))
    rating = await _rating(ended)
    assert (rating.level, rating.reception, rating.handling, rating.handover) == (3, 3, 3, 3)
    assert rating.received_by_id == rating.returned_by_id == world.binh.account_id
    assert rating.handled_by_id == world.chi.account_id and rating.unit_id == world.unit.id and rating.via == 'secret'
    assert await _counted() == {'very_satisfied': 1, 'reception_rated': 1, 'handling_rated': 1, 'handover_rated': 1}
    await _agrees()


@pytest.mark.parametrize('dialect', ['sqlite', 'postgresql'], indirect=True)
async def test_it_can_be_changed_for_a_day_on_the_same_row_and_day(world: World) -> None:
    with pretend(NOON):
        ended = await returned(world)
        await commands.rate(ended.me, ended.id, Ballot(3))
    later = Ballot(1, {'reception': 2, 'handling': 1, 'handover': 3}, ('time', 'attitude'), WORDS)
    with pretend(NOON + timedelta(hours=23)):
        await commands.rate(ended.me, ended.id, later)
        await commands.rate(ended.me, ended.id, later)
        seen = await queries.view(ended.me, ended.id)
    assert seen.given == later and seen.can_rate
    counted = {
        'unsatisfied': 1, 'reception_rated': 1, 'handling_rated': 1, 'handling_unsatisfied': 1, 'handover_rated': 1,
    }  # fmt: skip
    assert await _counted() == counted
    async with read() as db:
        day = await totals(db, Slice(), NOON.date(), NOON.date())
        acts = (await db.execute(select(Event.action).where(Event.subject == 'rating'))).scalars().all()
    assert day['unsatisfied'] == 1 and list(acts) == ['rated', 'rating_changed']  # the same again is no event
    with pretend(NOON + timedelta(hours=24)), pytest.raises(WrongState):
        await commands.rate(ended.me, ended.id, Ballot(3))
    await _agrees()
    await rebuild()
    assert await _counted() == counted


async def test_only_what_has_a_result_and_was_meant_is_rated(world: World) -> None:
    waiting = await filed(world)
    me = replace(world.guest, opened=frozenset({waiting.dossier_id}), authentication=Authentication.SECRET)
    with pytest.raises(WrongState):
        await commands.rate(me, waiting.dossier_id, Ballot(3))
    ended = await refused(world)
    await commands.rate(ended.me, ended.id, Ballot(2))
    rating = await _rating(ended)
    assert (rating.reception, rating.handling, rating.handover) == (2, None, None)
    other = await refused(world)
    with pretend(now() + timedelta(days=91)), pytest.raises(WrongState):
        await commands.rate(other.me, other.id, Ballot(2))
    await _agrees()


async def test_nobody_rates_somebody_elses_dossier(world: World) -> None:
    ended, other = await refused(world), await refused(world)
    for stranger in (world.guest, world.an, other.me, world.em):
        with pytest.raises(NotFound):
            await commands.rate(stranger, ended.id, Ballot(3))
    for officer in (world.binh, world.chi, world.dung):
        with pytest.raises(NotAllowed):
            await commands.rate(officer, ended.id, Ballot(3))
        with pytest.raises(NotAllowed):  # not even one who knows the secret
            await commands.rate(replace(officer, opened=frozenset({ended.id})), ended.id, Ballot(3))
        with pytest.raises(NotAllowed):
            await queries.view(replace(officer, opened=frozenset({ended.id})), ended.id)
        with pytest.raises(NotAllowed):
            await commands.rate_by_token(officer, tokens.counter_address(ended.id).rpartition('/')[2], Ballot(3))
    assert not await _counted()


async def test_a_guess_finds_nothing(world: World) -> None:
    for token in ('', 'x', 'ữ' * 62, 'q' * 71, 'r' * 63, 'A' * 62, '\0' * 62, None, 7):
        for ask in (queries.view_by_token(world.guest, token), commands.rate_by_token(world.guest, token, Ballot(3))):  # type: ignore[arg-type]
            with pytest.raises(NotFound):
                await ask


async def test_guessing_is_limited_and_a_whole_house_behind_one_address_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert commands.TRIES >= 3000, 'a guess has 160 bits to find; a hall shares one address'
    monkeypatch.setattr(queries, 'TRIES', 5)
    for _ in range(5):
        with pytest.raises(NotFound):
            await queries.view_by_token(world.guest, 'A' * 62)
    with pytest.raises(AppError) as refusal:
        await queries.view_by_token(world.guest, 'A' * 62)
    assert refusal.value.key == 'error.too_many'


async def test_the_link_of_a_letter_opens_the_rating_of_a_proved_address_only(world: World) -> None:
    ended = await refused(world)
    token = await _link(ended)
    with pytest.raises(NotFound):  # anybody can name anybody's address in a filing
        await queries.view_by_token(world.guest, token)
    async with write() as db:
        await db.execute(update(Dossier).where(Dossier.id == ended.id).values(contact_verified=True))
    assert (await queries.view_by_token(world.guest, token)).can_rate
    spoiled = token[:-1] + ('0' if token[-1] != '0' else '1')
    with pytest.raises(NotFound):
        await commands.rate_by_token(world.guest, spoiled, Ballot(3))
    done = await commands.rate_by_token(world.an, token, Ballot(1, words=WORDS))
    assert done.token is None and (await _rating(ended)).via == 'link'
    async with read() as db:
        event = (await db.execute(select(Event).where(Event.subject == 'rating'))).scalar_one()
    assert event.actor_id is None and event.authentication is Authentication.LINK
    with pretend(now() + timedelta(days=31)), pytest.raises(NotFound):
        await queries.view_by_token(world.guest, token)


async def test_the_counters_code_rates_once_and_the_applicant_has_the_last_word(world: World) -> None:
    ended = await refused(world)
    with pytest.raises(NotFound):
        await commands.offer(world.em, ended.id)
    with pytest.raises(NotAllowed):
        await commands.offer(world.chi, ended.id)
    code = (await commands.offer(world.binh, ended.id)).rpartition('/')[2]
    with pretend(now() + timedelta(minutes=16)), pytest.raises(NotFound):
        await queries.view_by_token(world.guest, code)
    done = await commands.rate_by_token(world.guest, code, Ballot(3))
    assert done.token
    with pytest.raises(WrongState):  # who showed the code neither reads nor changes what was said
        await commands.rate_by_token(world.guest, code, Ballot(1))
    await commands.rate_by_token(world.guest, done.token, Ballot(3, {}, ('attitude',), 'Cảm ơn'))
    assert (await _rating(ended)).via == 'counter'
    async with read() as db:
        assert (await db.execute(select(Message.id).where(Message.template == 'rated_at_counter'))).scalar_one()
    await commands.rate(ended.me, ended.id, Ballot(1))  # it was not the applicant who rated at the counter
    with pytest.raises(NotFound):
        await commands.rate_by_token(world.guest, done.token, Ballot(3))
    assert (await _counted())['unsatisfied'] == 1
    await _agrees()


async def test_the_same_again_by_the_applicant_ends_the_counters_say(world: World) -> None:
    ended = await refused(world)
    code = (await commands.offer(world.binh, ended.id)).rpartition('/')[2]
    done = await commands.rate_by_token(world.guest, code, Ballot(3))
    assert done.token
    await commands.rate(ended.me, ended.id, Ballot(3))
    assert (await _rating(ended)).via == 'secret' and await _counted() == {'very_satisfied': 1, 'reception_rated': 1}
    for ask in (
        queries.view_by_token(world.guest, done.token),
        commands.rate_by_token(world.guest, done.token, Ballot(1)),
    ):
        with pytest.raises(NotFound):
            await ask
    await commands.rate(ended.me, ended.id, Ballot(3))
    async with read() as db:
        acts = (
            await db.execute(select(Event.action).where(Event.subject == 'rating').order_by(Event.sequence))
        ).scalars()
        assert list(acts) == ['rating_offered', 'rated', 'rating_changed']


async def test_the_counter_does_not_learn_who_rated_already(world: World) -> None:
    """Offer, form and every refusal without trace are the same before and after; only a ballot that counts is told."""
    ended = await refused(world)

    async def learnt() -> list[object]:
        code = (await commands.offer(world.binh, ended.id)).rpartition('/')[2]
        found: list[object] = [await queries.view_by_token(world.guest, code)]
        for who, ballot in [*[(world.guest, Ballot(0))] * 25, (world.binh, Ballot(3)), (world.em, Ballot(3))]:
            with pytest.raises(AppError) as refusal:
                await commands.rate_by_token(who, code, ballot)
            found.append((type(refusal.value), refusal.value.key))
        return found

    before = await learnt()
    await commands.rate(ended.me, ended.id, Ballot(1, words=WORDS))
    assert await learnt() == before
    code = (await commands.offer(world.binh, ended.id)).rpartition('/')[2]
    with pytest.raises(WrongState):
        await commands.rate_by_token(world.guest, code, Ballot(3))
    assert (await _rating(ended)).level == 1


@pytest.mark.parametrize('dialect', ['sqlite', 'postgresql'], indirect=True)
async def test_ten_at_once_are_one_rating(world: World) -> None:
    ended = await refused(world)
    done = await asyncio.gather(
        *(commands.rate(ended.me, ended.id, Ballot(1 + n % 3)) for n in range(10)), return_exceptions=True
    )
    assert any(isinstance(one, commands.Rated) for one in done)
    async with read() as db:
        assert (await db.execute(select(func.count()).select_from(Rating))).scalar_one() == 1
    counted = await _counted()
    assert sum(counted.get(name, 0) for name in ('very_satisfied', 'satisfied', 'unsatisfied')) == 1
    await _agrees()


async def test_a_hand_made_ballot_is_refused(world: World) -> None:
    ended = await refused(world)
    levels: tuple[Any, ...] = (0, 4, True, '3', 2.0, None)
    ballots: list[Any] = [None, 'x', {}, Ballot(1, words='x' * 1001), *(Ballot(level) for level in levels)]
    for ballot in ballots:
        with pytest.raises(Invalid):
            await commands.rate(ended.me, ended.id, ballot)


async def test_what_of_a_hand_made_ballot_nobody_asked_for_is_left_out(world: World) -> None:
    ended = await refused(world)
    odd = Ballot(2, {'reception': 9, 'handling': 1, 'status': 1}, ('time', 'DROP', ['x']), 'a\0b')  # type: ignore[arg-type]
    await commands.rate(ended.me, ended.id, odd)
    seen = await queries.view(ended.me, ended.id)
    assert seen.given == Ballot(2, {'reception': 2}, ('time',), 'ab')


async def test_a_filing_marked_as_junk_is_not_rated(world: World) -> None:
    one = await filed(world)
    await dossiers.refuse(world.binh, one.dossier_id, 1, 'Không có thật', junk=True)
    me = replace(world.guest, opened=frozenset({one.dossier_id}), authentication=Authentication.SECRET)
    with pytest.raises(WrongState):
        await commands.rate(me, one.dossier_id, Ballot(1))
    await junk.lift(world.binh, one.dossier_id)
    await commands.rate(me, one.dossier_id, Ballot(1))


async def test_the_desk_sees_nothing_of_it_and_the_audit_no_words(world: World) -> None:
    ended = await refused(world)
    await commands.offer(world.binh, ended.id)
    await commands.rate(ended.me, ended.id, Ballot(1, {}, ('attitude',), WORDS))
    for officer in (world.binh, world.chi):
        assert 'rat' not in ' '.join(one.action for one in (await desk.desk_dossier(officer, ended.id)).history)
        assert not [one for one in (await feed(officer, 0, 500)).events if one.action.startswith('rat')]
    async with read() as db:
        texts = (await db.execute(select(EventText.note, EventText.data))).all()
    assert not [text for text in texts if WORDS in repr(text)]
    assert WORDS not in ((await _rating(ended)).words or '')
