"""What the house sees of ratings: heads answer what was not satisfactory, those it is about learn nothing of who said it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select

from app import crypto
from app.clock import VIETNAM, now, pretend, today
from app.db import read
from app.dossiers import opening
from app.errors import Invalid, NotAllowed, NotFound, WrongState
from app.notifications.queries import outbox
from app.operations.rotation import TABLES
from app.ratings import commands, inner, mine, queries, tasks
from app.ratings.rules import Ballot
from models import Event, Message, Rating
from tests.api.house import URL, application
from tests.ratings.ended import refused, returned
from tests.support.world import World

MONDAY = datetime(2026, 10, 5, 9, 0, tzinfo=VIETNAM)
WORDS, ANSWER = 'Chờ hai tiếng', 'Chúng tôi xin lỗi ông/bà.'


async def test_a_dissatisfied_rating_waits_for_the_head_and_is_answered_once(world: World) -> None:
    with pretend(MONDAY):
        ended, content = await returned(world), await refused(world)
        await commands.rate(content.me, content.id, Ballot(2))
        await commands.rate(ended.me, ended.id, Ballot(2, {'handling': 1}, ('time',), WORDS))
        (row,) = (await tasks.tasks(world.dung)).rows
        assert row.dossier_id == ended.id and row.due_at.astimezone(VIETNAM).date().isoformat() == '2026-10-19'
        seen = await tasks.task(world.dung, ended.id)
        assert seen.said.words == WORDS and seen.said.parts['handling'] == 1 and 'reissue_result' in seen.again
    with pretend(MONDAY + timedelta(days=15)):
        assert (await tasks.tasks(world.dung)).rows[0].is_late and await tasks.waiting(world.dung) == 1
    for words in ('', '   ', None, 7, 'x' * 2001):
        with pytest.raises(Invalid):
            await tasks.answer(world.dung, ended.id, words)  # type: ignore[arg-type]
    await tasks.answer(world.dung, ended.id, ANSWER)
    with pytest.raises(WrongState):
        await tasks.answer(world.dung, ended.id, ANSWER)
    with pytest.raises(WrongState), pretend(MONDAY):
        await commands.rate(ended.me, ended.id, Ballot(3))
    assert (await queries.view(ended.me, ended.id)).answer == ANSWER
    assert not (await tasks.tasks(world.dung)).rows and (await tasks.tasks(world.dung, answered=True)).total == 1
    async with read() as db:
        letter = (await db.execute(select(Message).where(Message.template == 'rating_answered'))).scalar_one()
        event = (await db.execute(select(Event).where(Event.action == 'rating_answered'))).scalar_one()
    assert letter.event_id == event.id and ANSWER not in repr(letter.data) and event.dossier_id is None


async def test_changed_for_the_better_it_waits_no_more(world: World) -> None:
    ended = await refused(world)
    await commands.rate(ended.me, ended.id, Ballot(1))
    assert await tasks.waiting(world.dung) == 1
    await commands.rate(ended.me, ended.id, Ballot(3))
    assert not (await tasks.tasks(world.dung)).total
    with pytest.raises(NotFound):
        await tasks.answer(world.dung, ended.id, ANSWER)


async def test_those_it_is_about_neither_read_nor_answer_it(world: World) -> None:
    ended = await returned(world)
    await commands.rate(ended.me, ended.id, Ballot(1, {}, (), WORDS))
    head = world.dung.grants[0]
    for officer in (world.binh, world.chi):
        with pytest.raises(NotAllowed):
            await tasks.tasks(officer)
        also_head = replace(officer, grants=(*officer.grants, head))
        assert not (await tasks.tasks(also_head)).total
        for act in (tasks.task(also_head, ended.id), tasks.answer(also_head, ended.id, ANSWER)):
            with pytest.raises(NotFound):
                await act
        assert not (await mine.mine(officer)).parts['reception'].rated
    with pytest.raises(NotAllowed):
        await tasks.tasks(world.em)
    await tasks.answer(world.dung, ended.id, ANSWER)
    told = [row.template for row in (await outbox(world.binh)).rows]
    assert told and 'rating_answered' not in told


async def test_officers_see_sums_of_what_can_no_longer_change_and_only_of_their_own_part(world: World) -> None:
    with pretend(now().replace(month=6, day=15)):  # sums are those of a year: not on its last day
        await _sums_are_of_their_own_part(world)


async def _sums_are_of_their_own_part(world: World) -> None:
    ended = await returned(world)
    said: dict[str, Any] = {'level': 1, 'handling': 1, 'handled_by_id': 'chi', 'reasons': ['time']}
    many = [Rating(**said) for _ in range(9)]
    found = mine._standing(many, lambda row, part: part == 'handling' and row.handled_by_id == 'chi')
    assert found.parts['handling'].rated == 5 and dict(found.parts['handling'].levels) == {1: 5}, (
        'nine are one group of five'
    )
    assert found.reasons == (('time', 5),) and not found.parts['reception'].rated
    assert not mine._standing(many[:4], lambda _row, _part: True).parts['handling'].rated
    await commands.rate(ended.me, ended.id, Ballot(1))
    everybodys = Rating.unit_id.is_not(None)
    assert not await mine._rows(everybodys), 'it could still change'
    with pretend(now() + timedelta(hours=25)):
        (row,) = await mine._rows(everybodys)
        assert row.level == 1 and not {'words', 'dossier_id', 'rated_at'} & set(row._fields), (
            'who rated, and their words'
        )
    for officer in (world.an, world.guest):
        with pytest.raises(NotAllowed):
            await mine.mine(officer)
    with pytest.raises(NotAllowed):
        await mine.of_units(world.chi)
    assert not (await mine.of_units(world.dung)).parts['handling'].rated


async def test_heads_judge_the_work_of_others_inside(world: World) -> None:
    ended = await returned(world)
    points = {'contacts': 2, 'agencies': 1, 'attitude': 0}
    assert [row.dossier_id for row in (await inner.to_rate(world.dung)).rows] == [ended.id]
    odd: list[Any] = [{}, None, {**points, 'contacts': 3}, {**points, 'attitude': '0'}, {**points, 'agencies': True}]
    for wrong in odd:
        with pytest.raises(Invalid):
            await inner.rate_inner(world.dung, ended.id, wrong)
    for officer in (world.chi, world.em):
        with pytest.raises(NotAllowed):
            await inner.rate_inner(officer, ended.id, points)
    own_work = replace(world.chi, grants=(*world.chi.grants, world.dung.grants[0]))
    with pytest.raises(NotAllowed):
        await inner.rate_inner(own_work, ended.id, points)
    counter = replace(world.binh, grants=(*world.binh.grants, world.dung.grants[0]))
    assert not (await inner.to_rate(own_work)).total and not (await inner.to_rate(counter)).rows, (
        'their own work is not theirs to judge'
    )
    await inner.rate_inner(world.dung, ended.id, points, 'Tốt')
    await inner.rate_inner(world.dung, ended.id, points | {'attitude': 2})
    assert not (await inner.to_rate(world.dung)).total
    async with read() as db:
        found = await inner.scores(db, [world.unit.id], today(), today())
        assert len((await db.execute(select(Event).where(Event.action == 'rated_inside'))).scalars().all()) == 2
    assert found == {'': {'contacts': 2.0, 'agencies': 1.0, 'attitude': 2.0}, world.chi.account_id: found['']}


async def test_what_waits_to_be_judged_inside_has_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inner, 'PAGE', 1)
    older, newer = await refused(world), await refused(world)
    pages = [await inner.to_rate(world.dung, number) for number in (0, 1, 2, 3)]
    assert [(one.rows[0].dossier_id, one.page, one.total) for one in pages] == [
        (newer.id, 1, 2), (newer.id, 1, 2), (older.id, 2, 2), (older.id, 2, 2),
    ]  # fmt: skip


async def test_words_are_sealed_and_sealed_anew_with_the_key(world: World) -> None:
    ended = await refused(world)
    await commands.rate(ended.me, ended.id, Ballot(1, words=WORDS))
    async with read() as db:
        rating = (await db.execute(select(Rating))).scalar_one()
    assert rating.words and not TABLES[Rating](rating)
    assert crypto.unseal(rating.words, f'rating.words:{rating.id}') == WORDS


async def test_a_program_rates_and_the_same_again_changes_nothing(world: World) -> None:
    ended = await returned(world)
    token = (await opening.open_by_secret(world.guest, ended.number, ended.secret)).token
    body = {'level': 1, 'handling': 1, 'reception': 3, 'reasons': ['time'], 'words': WORDS}
    async with AsyncClient(transport=ASGITransport(application()), base_url=URL) as http:
        path, who = '/api/v1/dossiers/opened/rating', {'Authorization': f'Bearer {token}'}
        first = await http.put(path, json=body, headers=who)
        assert first.status_code == 200 and first.json()['given'] == {'reception': 3, 'handling': 1, 'handover': 1}
        assert (await http.put(path, json=body, headers=who)).json() == first.json()
        assert (await http.get(path, headers=who)).json() == first.json()
        assert (await http.put(path, json=body)).status_code == 401
        for wrong in ({'level': 4}, {'level': '3'}, {}, {'level': 3, 'x': 1}, {'level': 3, 'words': 'x' * 1001}):
            assert (await http.put(path, json=wrong, headers=who)).status_code == 422
    async with read() as db:
        acts = (await db.execute(select(Event.action).where(Event.subject == 'rating'))).scalars().all()
    assert list(acts) == ['rated']
