"""Opening an account, confirming its address, forgotten passwords."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.access import ActorKind, anonymous
from app.accounts import commands, rules
from app.accounts.password import password_link
from app.accounts.queries import profile
from app.accounts.registration import to_confirm
from app.clock import now
from app.errors import Invalid, NotFound, TooMany
from app.notifications.links import link_address
from models.enums import AccountKind, LinkPurpose, Role
from tests.accounts import house as h
from tests.accounts.house import PASSWORD, House

ANYBODY = anonymous(address='192.0.2.1')
NEW: dict[str, Any] = {
    'kind': 'citizen',
    'full_name': ' Đỗ  Thị Mai',
    'email': 'Mai@Dan.example',
    'phone': '0912 345 678',
}


async def link(template: str) -> str:
    """Return the token of the last link that was mailed."""
    message = (await h.messages(template))[-1]
    purpose = LinkPurpose.VERIFY_EMAIL if template == 'verify_email' else LinkPurpose.SET_PASSWORD
    return link_address(purpose, str(message.data['link'])).rpartition('/')[2]


async def test_an_account_works_once_its_address_is_confirmed_with_its_password(house: House) -> None:
    await commands.register(ANYBODY, NEW, PASSWORD)
    with pytest.raises(Invalid):
        await commands.sign_in(ANYBODY, 'mai@dan.example', PASSWORD)
    token = await link('verify_email')
    assert await to_confirm(token) == 'mai@dan.example'
    with pytest.raises(Invalid) as refused:
        await commands.verify_email(ANYBODY, token, 'the password of somebody else')
    assert set(refused.value.problems) == {'password'}
    signed_in = await commands.verify_email(ANYBODY, token, PASSWORD)
    known = await profile(await h.again(signed_in.token))
    assert (known.full_name, known.phone, known.email) == ('Đỗ Thị Mai', '+84912345678', 'mai@dan.example')
    with pytest.raises(NotFound):
        await commands.verify_email(ANYBODY, token, PASSWORD)


async def test_nobody_learns_that_an_address_has_an_account(house: House) -> None:
    before = (await h.row(house.an)).model_dump()
    await commands.register(ANYBODY, NEW | {'email': 'an@dan.example'}, PASSWORD + ' khác')
    assert (await h.row(house.an)).model_dump() == before
    assert [m.recipient for m in await h.messages('account_exists')] == ['an@dan.example']
    await commands.register(ANYBODY, NEW | {'email': 'binh@xa.example'}, PASSWORD)
    assert (await h.row(house.binh)).kind is AccountKind.STAFF


async def test_who_comes_first_with_another_persons_address_gains_nothing(house: House) -> None:
    await commands.register(ANYBODY, NEW, 'mật khẩu của kẻ lạ')
    stolen = await link('verify_email')
    await commands.register(ANYBODY, NEW, PASSWORD)
    with pytest.raises(NotFound):
        await to_confirm(stolen)
    with pytest.raises(Invalid):
        await commands.verify_email(ANYBODY, await link('verify_email'), 'mật khẩu của kẻ lạ')
    assert (await commands.verify_email(ANYBODY, await link('verify_email'), PASSWORD)).token


async def test_two_who_register_the_same_address_at_once_make_one_account(house: House) -> None:
    results = await asyncio.gather(
        *(commands.register(ANYBODY, NEW, PASSWORD) for _ in range(4)), return_exceptions=True
    )
    assert results == [None] * 4
    assert (await h.by_email('mai@dan.example')) is not None


async def test_everything_wrong_is_told_at_once_in_the_order_of_the_form(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        await commands.register(ANYBODY, {'kind': 'staff', 'full_name': '', 'email': 'x', 'phone': '1'}, 'ngắn')
    assert list(refused.value.problems) == ['kind', 'full_name', 'email', 'phone', 'password']
    with pytest.raises(Invalid) as refused:
        await commands.register(ANYBODY, NEW | {'kind': 'business', 'tax_code': '0100112438'}, PASSWORD)
    assert set(refused.value.problems) == {'tax_code'}
    with pytest.raises(Invalid) as refused:
        await commands.register(ANYBODY, NEW | {'kind': 'business'}, PASSWORD)
    assert set(refused.value.problems) == {'organisation'}


@pytest.mark.parametrize('raw', [{}, {'kind': ['citizen'], 'full_name': {'a': 1}, 'email': 1e308, 'phone': None}])
async def test_wrong_types_are_refused_like_wrong_answers(house: House, raw: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await commands.register(ANYBODY, raw, PASSWORD)


async def test_a_business_keeps_its_name_encrypted(house: House) -> None:
    raw = NEW | {'kind': 'business', 'organisation': 'Hợp tác xã Sông Xanh', 'tax_code': '0100112437'}
    await commands.register(ANYBODY, raw, PASSWORD)
    account = await h.by_email('mai@dan.example')
    assert account is not None and account.kind is AccountKind.BUSINESS
    assert 'Sông Xanh' not in str(account.model_dump())


@pytest.mark.parametrize(
    ('password', 'key'),
    [
        ('chín ký t', 'password_short'),
        ('x' * 129, 'password_long'),
        ('MatKhau123456', 'password_common'),
        ('abababababab', 'password_common'),
        ('yêu nguyen.mai lắm', 'password_email'),
        ('gió mùa đông bắc', None),
    ],
)
def test_weak_passwords_are_refused(password: str, key: str | None) -> None:
    problem = rules.password_problem(password, 'nguyen.mai@dan.example')
    assert (problem.key if problem else None) == (f'account.{key}' if key else None)


async def test_a_forgotten_password_is_set_anew_and_every_session_ends(house: House, revoked: list[str]) -> None:
    old = await h.actor(house.an)
    await commands.request_reset(ANYBODY, 'AN@dan.example')
    token = await link('set_password')
    assert (await password_link(token)).email == 'an@dan.example'
    with pytest.raises(Invalid):
        await commands.set_password(token, 'ngắn')
    await commands.set_password(token, 'một mật khẩu khác')
    assert revoked == [old.session_id]
    assert (await commands.sign_in(ANYBODY, 'an@dan.example', 'một mật khẩu khác')).token
    with pytest.raises(NotFound):
        await commands.set_password(token, 'một mật khẩu khác nữa')
    assert len(await h.messages('password_changed')) == 1


async def test_a_reset_for_an_unknown_address_does_nothing_and_says_nothing(house: House) -> None:
    await commands.request_reset(ANYBODY, 'nobody@dan.example')
    assert await h.messages() == []
    for _ in range(2):
        await commands.request_reset(ANYBODY, 'nobody@dan.example')
    with pytest.raises(TooMany):
        await commands.request_reset(ANYBODY, 'nobody@dan.example')


async def test_a_reset_link_dies_of_age_of_the_next_one_and_of_a_changed_password(house: House) -> None:
    await commands.request_reset(ANYBODY, 'an@dan.example')
    first = await link('set_password')
    await commands.request_reset(ANYBODY, 'an@dan.example')
    second = await link('set_password')
    with pytest.raises(NotFound):
        await password_link(first)
    with time_machine.travel(now() + timedelta(hours=2), tick=False), pytest.raises(NotFound):
        await password_link(second)
    await commands.change_password(await h.actor(house.an), PASSWORD, 'một mật khẩu khác')
    with pytest.raises(NotFound):
        await password_link(second)


async def test_a_link_for_one_purpose_does_nothing_else(house: House) -> None:
    await commands.register(ANYBODY, NEW, PASSWORD)
    with pytest.raises(NotFound):
        await commands.set_password(await link('verify_email'), PASSWORD)
    await commands.request_reset(ANYBODY, 'an@dan.example')
    with pytest.raises(NotFound):
        await commands.verify_email(ANYBODY, await link('set_password'), PASSWORD)


async def test_a_reset_does_not_bring_somebody_back_who_was_let_go(house: House) -> None:
    await commands.request_reset(ANYBODY, 'binh@xa.example')
    token = await link('set_password')
    await commands.deactivate(await h.actor(house.khanh), house.binh)
    with pytest.raises(NotFound):
        await commands.set_password(token, 'một mật khẩu khác')
    await commands.request_reset(ANYBODY, 'binh@xa.example')
    assert len(await h.messages('set_password')) == 1


async def test_changing_the_password_asks_the_present_one_and_ends_the_others(house: House) -> None:
    token, other = await h.token(house.an), await h.token(house.an)
    me = await h.again(token)
    with pytest.raises(Invalid) as refused:
        await commands.change_password(me, 'wrong', 'một mật khẩu khác')
    assert set(refused.value.problems) == {'current'}
    await commands.change_password(me, PASSWORD, 'một mật khẩu khác')
    assert (await h.again(token)).account_id == house.an
    assert (await h.again(other)).kind is ActorKind.GUEST


async def test_the_present_password_is_not_guessed_by_whoever_found_an_open_screen(house: House) -> None:
    me = await h.actor(house.an)
    for _ in range(10):
        with pytest.raises(Invalid):
            await commands.change_password(me, 'wrong', 'một mật khẩu khác')
    with pytest.raises(TooMany):
        await commands.change_password(me, PASSWORD, 'một mật khẩu khác')


async def test_the_first_administrator_comes_by_a_link_that_works_once(database: None) -> None:
    url = commands.create_admin_link('Sep@xa.example')
    token = url.rpartition('/')[2]
    assert (await password_link(token)).needs_unit
    with pytest.raises(Invalid) as refused:
        await commands.set_password(token, PASSWORD, {'unit_code': 'không phải mã'})
    assert list(refused.value.problems) == ['full_name', 'unit_name', 'unit_code']
    raw = {'full_name': 'Lê Văn Sếp', 'unit_name': 'Ủy ban nhân dân xã Tân Phú', 'unit_code': 'H55.242'}
    await commands.set_password(token, PASSWORD, raw)
    account = await h.by_email('sep@xa.example')
    assert account is not None
    actor = await h.actor(account.id)
    assert [g.role for g in actor.grants] == [Role.ADMIN]
    with pytest.raises(NotFound):
        await commands.set_password(token, PASSWORD, raw)
    with pytest.raises(NotFound):
        await password_link(token)


async def test_a_forged_or_old_administrator_link_does_nothing(house: House) -> None:
    token = commands.create_admin_link('sep@xa.example').rpartition('/')[2]
    text, _, seal = token.partition('.')
    other = '1' if seal[-1] == '0' else '0'
    for forged in (f'{text}A.{seal}', f'{text}.{seal[:-1]}{other}', text, f'.{seal}', 'x', ''):
        with pytest.raises(NotFound):
            await password_link(forged)
    with time_machine.travel(now() + timedelta(hours=24, seconds=1), tick=False), pytest.raises(NotFound):
        await password_link(token)


async def test_an_administrator_link_restores_somebody_who_is_staff_but_never_a_citizen(house: House) -> None:
    token = commands.create_admin_link('binh@xa.example').rpartition('/')[2]
    assert not (await password_link(token)).needs_name
    await commands.set_password(token, PASSWORD)
    assert Role.ADMIN in (await h.actor(house.binh)).roles(house.neighbour)
    with pytest.raises(Invalid):
        await commands.set_password(commands.create_admin_link('an@dan.example').rpartition('/')[2], PASSWORD)
