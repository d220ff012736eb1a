"""Signing in and out, the second factor, sessions."""

import asyncio
import time
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlmodel import col

from app.access import ActorKind, anonymous
from app.accounts import commands, steady, totp
from app.accounts.queries import actor_for, sessions
from app.accounts.second_factor import enrolment
from app.accounts.sessions import NextStep
from app.clock import now
from app.db import read
from app.errors import Invalid, NotAllowed, NotFound, TooMany
from app.limits import forget_all
from models import Session
from models.enums import Authentication, Role, SessionKind
from tests.accounts import house as h
from tests.accounts.house import PASSWORD, House

ANYBODY = anonymous(address='192.0.2.1')


async def test_a_citizen_signs_in_and_acts_as_themselves(house: House) -> None:
    signed_in = await commands.sign_in(ANYBODY, ' An@DAN.example ', PASSWORD, 'Mozilla Firefox Windows')
    assert (signed_in.next, signed_in.max_age) == (NextStep.DONE, 30 * 24 * 3600)
    actor = await h.again(signed_in.token)
    assert (actor.kind, actor.account_id, actor.authentication) == (
        ActorKind.CITIZEN,
        house.an,
        Authentication.PASSWORD,
    )
    assert actor.grants == ()
    assert await h.events(house.an) == ['signed_in']


async def test_staff_are_nobody_until_the_code_is_right(house: House) -> None:
    half = await commands.sign_in(ANYBODY, 'binh@xa.example', PASSWORD)
    assert (half.next, half.max_age) == (NextStep.CODE, None)
    assert (await h.again(half.token)).kind is ActorKind.GUEST
    whole = await commands.second_factor(ANYBODY, half.token, await h.code(house.binh))
    actor = await h.again(whole.token)
    assert actor.kind is ActorKind.STAFF and actor.authentication is Authentication.TWO_FACTOR
    assert actor.roles(house.section) == {Role.INTAKE}, 'a grant reaches the units below'
    assert not actor.roles(house.neighbour)
    assert whole.token != half.token
    with pytest.raises(NotFound):
        await commands.second_factor(ANYBODY, half.token, await h.code(house.binh))


async def test_a_code_opens_once(house: House) -> None:
    one = await commands.sign_in(ANYBODY, 'binh@xa.example', PASSWORD)
    two = await commands.sign_in(ANYBODY, 'binh@xa.example', PASSWORD)
    code = await h.code(house.binh)
    await commands.second_factor(ANYBODY, one.token, code)
    with pytest.raises(Invalid):
        await commands.second_factor(ANYBODY, two.token, code)
    assert 'second_factor_failed' in await h.events(house.binh)


async def test_of_two_who_send_the_same_code_at_once_one_gets_in(house: House) -> None:
    halves = [await commands.sign_in(ANYBODY, 'binh@xa.example', PASSWORD) for _ in range(2)]
    code = await h.code(house.binh)
    results = await asyncio.gather(
        *(commands.second_factor(ANYBODY, half.token, code) for half in halves), return_exceptions=True
    )
    assert sum(isinstance(r, Invalid) for r in results) == 1, results


async def test_a_code_may_be_one_step_late_but_not_two(house: House) -> None:
    account = await h.row(house.binh)
    code = await h.code(house.binh)
    at = now()
    with time_machine.travel(at + timedelta(seconds=totp.STEP)):
        assert totp.matching_step(account, f' {code[:3]} {code[3:]}') is not None
    with time_machine.travel(at + timedelta(seconds=3 * totp.STEP)):
        assert totp.matching_step(account, code) is None
    assert totp.matching_step(account, '') is None


async def test_codes_are_guessed_a_few_times_only(house: House) -> None:
    half = await commands.sign_in(ANYBODY, 'binh@xa.example', PASSWORD)
    right = await h.code(house.binh)
    wrong = '000000' if right != '000000' else '111111'
    for _ in range(5):
        with pytest.raises(Invalid):
            await commands.second_factor(ANYBODY, half.token, wrong)
    with pytest.raises(TooMany):
        await commands.second_factor(ANYBODY, half.token, right)


async def test_staff_enrol_before_anything_else_and_the_key_is_never_shown_again(house: House) -> None:
    new = await h.account('moi@xa.example', (Role.CLERK, house.commune), totp_sealed=None, totp_confirmed_at=None)
    half = await commands.sign_in(ANYBODY, 'moi@xa.example', PASSWORD)
    assert half.next is NextStep.ENROL and (await h.again(half.token)).kind is ActorKind.GUEST
    shown = await enrolment(half.token)
    assert shown.key.replace(' ', '') == totp.secret_of(await h.row(new)) and '<svg' in shown.qr_svg
    whole = await commands.second_factor(ANYBODY, half.token, await h.code(new))
    assert (await h.again(whole.token)).kind is ActorKind.STAFF
    with pytest.raises(NotFound):
        await enrolment(whole.token)
    assert (await commands.sign_in(ANYBODY, 'moi@xa.example', PASSWORD)).next is NextStep.CODE


async def test_a_key_that_was_shown_but_not_confirmed_is_replaced_at_the_next_try(house: House) -> None:
    await h.account('moi@xa.example', (Role.CLERK, house.commune), totp_sealed=None, totp_confirmed_at=None)
    first = await commands.sign_in(ANYBODY, 'moi@xa.example', PASSWORD)
    seen = await enrolment(first.token)
    second = await commands.sign_in(ANYBODY, 'moi@xa.example', PASSWORD)
    assert (await enrolment(second.token)).key != seen.key


async def test_wrong_password_and_unknown_address_get_the_same_answer(house: House) -> None:
    answers = []
    for email in ('an@dan.example', 'nobody@dan.example'):
        with pytest.raises(Invalid) as refused:
            await commands.sign_in(ANYBODY, email, 'not the password')
        answers.append((refused.value.key, refused.value.problems))
    assert answers[0] == answers[1]
    assert await h.events(house.an) == ['sign_in_failed']


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_stopwatch_does_not_tell_which_addresses_have_accounts(house: House) -> None:
    """Compare the best of several, taken in turn; without the slow hash for unknown addresses the ratio is above ten."""
    best = {'an@dan.example': 9.0, 'nobody@dan.example': 9.0}
    for _ in range(7):
        await forget_all()
        for email in best:
            begun = time.perf_counter()
            with pytest.raises(Invalid):
                await commands.sign_in(ANYBODY, email, 'not the password')
            best[email] = min(best[email], time.perf_counter() - begun - steady.PACE)
    known, unknown = best.values()
    assert 0.4 < known / unknown < 2.5, best


async def test_an_account_is_not_guessed_without_end_from_one_place(house: House) -> None:
    for _ in range(10):
        with pytest.raises(Invalid):
            await commands.sign_in(ANYBODY, 'an@dan.example', 'wrong')
    with pytest.raises(TooMany) as refused:
        await commands.sign_in(ANYBODY, 'an@dan.example', PASSWORD)
    assert 1 <= refused.value.values['minutes'] <= 15
    elsewhere = anonymous(address='198.51.100.7')
    assert (await commands.sign_in(elsewhere, 'an@dan.example', PASSWORD)).token, 'the owner is not locked out'


async def test_unknown_addresses_are_limited_in_the_same_way(house: House) -> None:
    for _ in range(10):
        with pytest.raises(Invalid):
            await commands.sign_in(ANYBODY, 'nobody@dan.example', 'wrong')
    with pytest.raises(TooMany):
        await commands.sign_in(ANYBODY, 'nobody@dan.example', 'wrong')


async def test_signing_in_again_ends_the_session_before(house: House, revoked: list[str]) -> None:
    old = await h.token(house.an)
    actor = await h.again(old)
    new = await commands.sign_in(actor, 'an@dan.example', PASSWORD)
    assert (await h.again(old)).kind is ActorKind.GUEST
    assert (await h.again(new.token)).account_id == house.an
    assert revoked == [actor.session_id]


async def test_only_hashes_of_tokens_are_kept(house: House) -> None:
    signed_in = await commands.sign_in(ANYBODY, 'an@dan.example', PASSWORD)
    async with read() as db:
        rows = (await db.execute(select(Session))).scalars().all()
    assert len(rows) == 1 and signed_in.token not in str(rows[0].model_dump())


@pytest.mark.parametrize(
    ('who', 'hours', 'alive'),
    [
        ('an', 24 * 6, True),
        ('an', 24 * 7 + 1, False),
        ('binh', 0.9, True),
        ('binh', 1.1, False),
    ],
)
@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_an_idle_session_ends(house: House, who: str, hours: float, alive: bool) -> None:
    token = await h.token(getattr(house, who))
    with time_machine.travel(now() + timedelta(hours=hours), tick=False):
        assert ((await h.again(token)).kind is not ActorKind.GUEST) is alive


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_session_in_use_lives_on_until_its_longest(house: House) -> None:
    token, begun = await h.token(house.binh), now()
    for half_hours in range(1, 24):
        with time_machine.travel(begun + timedelta(minutes=30 * half_hours), tick=False):
            assert (await h.again(token)).kind is ActorKind.STAFF
    with time_machine.travel(begun + timedelta(hours=12), tick=False):
        assert (await h.again(token)).kind is ActorKind.GUEST


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_use_is_noted_at_most_every_five_minutes_and_not_by_screens_that_refresh(house: House) -> None:
    token, begun = await h.token(house.binh), now()

    async def seen() -> float:
        async with read() as db:
            at = (await db.execute(select(col(Session.seen_at)))).scalar_one()
        return (at - begun).total_seconds() // 60

    with time_machine.travel(begun + timedelta(minutes=4), tick=False):
        await h.again(token)
        assert await seen() <= 0
    with time_machine.travel(begun + timedelta(minutes=6), tick=False):
        await actor_for(token, None, 'vi', None, used=False)
        assert await seen() <= 0
        await h.again(token)
        assert await seen() == 6


async def test_a_staff_session_without_second_factor_gives_no_rights(house: House) -> None:
    token = await h.token(house.binh, Authentication.PASSWORD)
    assert (await h.again(token)).kind is ActorKind.GUEST


async def test_a_dossier_cookie_in_the_place_of_a_session_opens_nothing(house: House) -> None:
    token = await h.token(house.an)
    assert (await actor_for(None, token, 'vi', None)).kind is ActorKind.GUEST
    assert (await actor_for('x' * 150, 'no such thing', 'vi', None)).kind is ActorKind.GUEST


async def test_signing_out_ends_the_session_and_says_so(house: House, revoked: list[str]) -> None:
    token = await h.token(house.an)
    actor = await h.again(token)
    await commands.sign_out(actor, token)
    assert (await h.again(token)).kind is ActorKind.GUEST
    await commands.sign_out(actor, token)
    await commands.sign_out(ANYBODY, None)
    assert revoked == [actor.session_id]


async def test_people_see_and_end_their_own_sessions_only(house: House, revoked: list[str]) -> None:
    mine, other, strange = await h.token(house.an), await h.token(house.an), await h.actor(house.binh)
    me = await h.again(mine)
    rows = await sessions(me)
    assert [r.is_this for r in rows].count(True) == 1 and len(rows) == 2 and rows[0].device == 'Chrome, Android'
    await commands.revoke_session(strange, rows[0].id)
    await commands.revoke_session(strange, rows[1].id)
    assert len(await sessions(me)) == 2 and not revoked
    await commands.revoke_all(me)
    assert (await h.again(other)).kind is ActorKind.GUEST and (await h.again(mine)).account_id == house.an
    assert len(revoked) == 1


async def test_a_new_kind_of_device_is_told_by_mail_once(house: House) -> None:
    for agent in ('Firefox Windows', 'Firefox Windows', 'Chrome Android', 'Chrome Android'):
        await commands.sign_in(ANYBODY, 'an@dan.example', PASSWORD, agent)
    told = await h.messages('new_sign_in')
    assert [m.data for m in told] == [{'device': 'Chrome, Android'}]


async def test_a_citizen_turns_the_second_factor_on_and_off(house: House) -> None:
    token = await h.token(house.an)
    me = await h.again(token)
    await commands.begin_enrolment(me)
    assert (await commands.sign_in(ANYBODY, 'an@dan.example', PASSWORD)).next is NextStep.DONE, 'not confirmed yet'
    on = await commands.second_factor(me, token, await h.code(house.an))
    me = await h.again(on.token)
    assert me.authentication is Authentication.TWO_FACTOR
    assert (await commands.sign_in(ANYBODY, 'an@dan.example', PASSWORD)).next is NextStep.CODE
    with pytest.raises(Invalid):
        await commands.remove_second_factor(me, 'wrong')
    await commands.remove_second_factor(me, PASSWORD)
    assert (await commands.sign_in(ANYBODY, 'an@dan.example', PASSWORD)).next is NextStep.DONE


async def test_staff_cannot_do_without_the_second_factor(house: House) -> None:
    with pytest.raises(NotAllowed):
        await commands.remove_second_factor(await h.actor(house.binh), PASSWORD)
    assert (await h.row(house.binh)).totp_confirmed_at is not None


async def test_an_unconfirmed_address_does_not_sign_in_and_gets_its_letter_again(house: House) -> None:
    await h.account('moi@dan.example', email_verified_at=None)
    with pytest.raises(Invalid) as refused:
        await commands.sign_in(ANYBODY, 'moi@dan.example', PASSWORD)
    assert refused.value.problems['email'].key == 'account.confirm_first'
    assert len(await h.messages('verify_email')) == 1
    with pytest.raises(Invalid) as refused:
        await commands.sign_in(ANYBODY, 'moi@dan.example', 'wrong')
    assert refused.value.problems['email'].key == 'account.wrong', 'told to whoever knows the password only'


async def test_half_sessions_do_not_stand_in_the_list(house: House) -> None:
    me = await h.actor(house.binh)
    await commands.sign_in(ANYBODY, 'binh@xa.example', PASSWORD)
    assert len(await sessions(me)) == 1
    async with read() as db:
        kinds = set((await db.execute(select(col(Session.kind)))).scalars())
    assert kinds == {SessionKind.ACCOUNT, SessionKind.PENDING}
