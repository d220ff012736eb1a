"""Who may call what: scopes, grants of today, revoked and expired tokens, cookies, other units."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.access import SYSTEM, Actor, Permission
from app.accounts import people, sessions
from app.api_tokens import commands, queries
from app.api_tokens.rules import SCOPES
from app.clock import now, today
from app.db import read, write
from app.dossiers import inbox
from app.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from models import Account, ApiToken, Grant
from models.enums import Authentication, Role
from tests.api.house import Program, program_of
from tests.support.world import World, filed, opened

READ, RECEIVE, PAPERS = Permission.DOSSIER_READ, Permission.DOSSIER_RECEIVE, Permission.PAPER_READ


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only: the story runs on both."""
    return 'sqlite'


async def test_a_scope_that_a_token_lacks_is_refused_although_its_account_has_the_permission(
    world: World, guest: Program
) -> None:
    one = await filed(world)
    reader = await program_of(world.binh, guest.http, (READ,))
    seen = await reader.ok('GET', f'/desk/dossiers/{one.dossier_id}')
    assert seen['actions'] == [] and seen['may_see_papers'] is False
    path = f'/desk/dossiers/{one.dossier_id}/accept'
    refused = await reader.call('POST', path, json={'seen_version': 1})
    assert refused.status_code == 403
    file = seen['components'][0]['files'][0]['id']
    assert (await reader.call('GET', f'/files/{file}')).status_code == 403
    declaration = f'/desk/dossiers/{one.dossier_id}/declaration'
    assert (await reader.call('GET', declaration)).status_code == 403
    allowed = await (await program_of(world.binh, guest.http, (READ, PAPERS))).call('GET', declaration)
    assert allowed.content.startswith(b'%PDF') and 'attachment' in allowed.headers['content-disposition']
    blind = await program_of(world.binh, guest.http, (RECEIVE,))
    assert (await blind.call('GET', '/desk/dossiers')).status_code == 403
    assert (await blind.call('POST', path, json={'seen_version': 1})).status_code == 404
    whole = await program_of(world.binh, guest.http, (READ, RECEIVE))
    assert (await whole.call('POST', path, json={'seen_version': 1})).status_code == 200


async def test_a_token_never_has_more_than_the_grants_of_its_account_today(world: World, guest: Program) -> None:
    one = await filed(world)
    ha = await program_of(world.ha, guest.http)
    path = f'/desk/dossiers/{one.dossier_id}/accept'
    assert (await ha.call('POST', path, json={'seen_version': 1})).status_code == 403
    binh = await program_of(world.binh, guest.http)
    await binh.ok('GET', f'/desk/dossiers/{one.dossier_id}')
    async with write() as db:
        mine = update(Grant).where(Grant.account_id == world.binh.account_id)
        await db.execute(mine.values(valid_to=today() - timedelta(days=1)))
    assert (await binh.call('GET', '/desk/dossiers')).status_code == 403
    assert (await binh.call('POST', path, json={'seen_version': 1})).status_code == 404


async def test_a_program_of_another_unit_meets_nothing(world: World, guest: Program) -> None:
    one = await filed(world)
    em = await program_of(world.em, guest.http)
    for method, path, body in (
        ('GET', f'/desk/dossiers/{one.dossier_id}', None),
        ('POST', f'/desk/dossiers/{one.dossier_id}/accept', {'seen_version': 1}),
        ('POST', f'/desk/dossiers/{one.dossier_id}/stop', {'seen_version': 1, 'reason': 'other', 'note': 'x'}),
        ('GET', f'/files/{one.papers[0].id}', None),
        ('GET', f'/desk/dossiers/{one.dossier_id}/declaration', None),
        ('GET', '/desk/dossiers/AAAAAAAAAAAAAAAAAAAAAA', None),
    ):
        answer = await em.call(method, path, json=body)
        assert (answer.status_code, answer.json()['type']) == (404, 'urn:motcua:error.not_found'), path
    assert (await em.ok('GET', '/desk/dossiers', params={'view': 'all'}))['total'] == 0
    assert (await em.ok('GET', '/events'))['events'] == []


async def test_a_revoked_token_is_dead_at_once_and_a_program_ends_its_own(world: World, guest: Program) -> None:
    binh = await program_of(world.binh, guest.http)
    mine = await binh.ok('GET', '/token')
    assert mine['account_name'] == world.binh.name and mine['scopes'] == list(SCOPES)
    await commands.revoke(SYSTEM, mine['id'])
    refused = await binh.call('GET', '/desk/dossiers')
    assert refused.status_code == 401 and refused.headers['www-authenticate'] == 'Bearer'
    with pytest.raises(NotFound):
        await commands.revoke(SYSTEM, mine['id'])
    chi, dung = await program_of(world.chi, guest.http), await program_of(world.dung, guest.http)
    await chi.ok('DELETE', '/token')
    assert (await chi.call('GET', '/token')).status_code == 401
    assert (await dung.call('GET', '/token')).status_code == 200
    assert [row.seen_at is not None for row in await queries.tokens(SYSTEM)] == [True, True, True]


async def test_a_token_ends_with_its_day_and_with_its_account(world: World, guest: Program) -> None:
    binh, chi = await program_of(world.binh, guest.http), await program_of(world.chi, guest.http)
    async with write() as db:
        of = update(ApiToken).where(ApiToken.account_id == world.binh.account_id)
        await db.execute(of.values(expires_at=now()))
        await db.execute(update(Account).where(Account.id == world.chi.account_id).values(is_active=False))
    assert (await binh.call('GET', '/token')).status_code == 401
    assert (await chi.call('GET', '/token')).status_code == 401


async def test_the_tokens_of_somebody_who_is_let_go_stay_dead_when_they_come_back(world: World, guest: Program) -> None:
    chi = await program_of(world.chi, guest.http)
    async with write() as db:
        of_dung = update(Grant).where(Grant.account_id == world.dung.account_id)
        await db.execute(of_dung.values(role=Role.ADMIN))
    admin = await queries.actor_by_token((await program_of(world.dung, guest.http)).token or '', 'vi', None)
    with pytest.raises(NotFound):
        await people.deactivate(admin, world.chi.account_id or '')  # no scope lets a program manage people
    await people.deactivate(_in_person(admin), world.chi.account_id or '')
    await people.reactivate(_in_person(admin), world.chi.account_id or '')
    assert (await chi.call('GET', '/token')).status_code == 401


def _in_person(actor: Actor) -> Actor:
    return replace(actor, scopes=None, authentication=Authentication.TWO_FACTOR, proved_at=now())


async def test_only_whoever_runs_the_installation_makes_tokens_and_only_for_staff(world: World) -> None:
    with pytest.raises(NotAllowed):
        await commands.create(world.binh, 'x', [READ], email=world.binh.email or '', days=1)
    for email, scopes, days, fault in (
        (world.an.email or '', [READ], 1, 'account'),
        ('nobody@example.com', [READ], 1, 'account'),
        (world.binh.email or '', [], 1, 'scopes'),
        (world.binh.email or '', ['person:manage'], 1, 'scopes'),
        (world.binh.email or '', [READ], 100_000, 'days'),
    ):
        with pytest.raises(Invalid) as refused:
            await commands.create(SYSTEM, 'x', [str(scope) for scope in scopes], email=email, days=days)
        assert refused.value.problems.keys() == {fault}


async def test_a_system_has_an_account_of_its_own_and_reaches_its_unit(world: World, guest: Program) -> None:
    await filed(world)
    made = await commands.create_for_system(
        SYSTEM, 'Hệ thống tỉnh', [READ], unit_code='H55.242', role=Role.CONTROLLER, days=30
    )
    queue = await Program(guest.http, made.token).ok('GET', '/desk/dossiers', params={'view': 'all'})
    assert queue['total'] == 1
    async with read() as db:
        account = await db.get(Account, (await queries.actor_by_token(made.token, 'vi', None)).account_id)
    assert account and account.password_hash is None and account.email.endswith('@system.invalid')
    with pytest.raises(Invalid):
        await commands.create_for_system(SYSTEM, 'x', [READ], unit_code='H0', role=Role.INTAKE, days=30)


async def test_the_database_keeps_no_token(world: World, guest: Program) -> None:
    binh = await program_of(world.binh, guest.http)
    async with read() as db:
        row = await db.get(ApiToken, (await binh.ok('GET', '/token'))['id'])
    assert row and binh.token and binh.token not in str(row.model_dump())


async def test_cookies_never_act(world: World, guest: Program) -> None:
    one = await filed(world)
    async with write() as db:
        account = await db.get_one(Account, world.binh.account_id)
        session = sessions.begin(db, account, sessions.NextStep.DONE, Authentication.TWO_FACTOR, None)
    cookie = {'Cookie': f'motcua_session={session.token}'}
    assert (await guest.call('GET', '/desk/dossiers', headers=cookie)).status_code == 401
    path = f'/desk/dossiers/{one.dossier_id}/accept'
    own = cookie | {'Sec-Fetch-Site': 'same-origin', 'Origin': 'http://portal.example'}
    assert (await guest.call('POST', path, json={'seen_version': 1}, headers=own)).status_code == 403
    draft = {'procedure': world.spec.id}
    refused = await guest.call('POST', '/drafts', json=draft, headers=own)
    assert (refused.status_code, refused.json()['type']) == (403, 'urn:motcua:api.no_cookies')
    foreign = {'Origin': 'http://evil.example'}
    refused = await guest.call('POST', '/drafts', json=draft, headers=foreign)
    assert (refused.status_code, refused.json()['type']) == (403, 'urn:motcua:shell.foreign_form')
    session_as_token = Program(guest.http, session.token)
    assert (await session_as_token.call('GET', '/desk/dossiers')).status_code == 401


async def test_a_token_passes_from_anywhere_and_cookies_beside_it_add_nothing(world: World, guest: Program) -> None:
    one = await filed(world)
    async with write() as db:
        account = await db.get_one(Account, world.binh.account_id)
        session = sessions.begin(db, account, sessions.NextStep.DONE, Authentication.TWO_FACTOR, None)
    both = {'Cookie': f'motcua_session={session.token}', 'Origin': 'http://kiosk.example'}
    path = f'/desk/dossiers/{one.dossier_id}/accept'
    em = await program_of(world.em, guest.http)
    assert (await em.call('POST', path, json={'seen_version': 1}, headers=both)).status_code == 404
    binh = await program_of(world.binh, guest.http)
    assert (await binh.call('POST', path, json={'seen_version': 1}, headers=both)).status_code == 200


async def test_the_token_of_an_opened_dossier_opens_only_that_one_and_no_desk(world: World, guest: Program) -> None:
    one, other = await filed(world), await filed(world)
    body = {'number': one.filing_number, 'secret': one.secret}
    me = Program(guest.http, (await guest.ok('POST', '/dossiers/open', json=body))['token'])
    assert (await me.ok('GET', '/dossiers/opened'))['filing_number'] == one.filing_number
    assert (await me.call('GET', f'/files/{one.papers[0].id}')).status_code == 200
    assert (await me.call('GET', f'/files/{other.papers[0].id}')).status_code == 404
    assert (await me.call('GET', '/desk/dossiers')).status_code == 401
    assert (await guest.call('GET', '/dossiers/opened')).status_code == 401
    assert (await guest.call('GET', f'/files/{one.papers[0].id}')).status_code == 401
    wrong = await guest.call('POST', '/dossiers/open', json=body | {'secret': 'AAAAAAAA'})
    assert (wrong.status_code, wrong.json()['type']) == (404, 'urn:motcua:dossier.number_secret_wrong')


@pytest.mark.parametrize('given', ['Bearer mct_unknown', 'Bearer unknown', 'Bearer', 'Basic YTpi', 'mct_x'])
async def test_what_is_no_token_is_refused_even_where_none_is_needed(world: World, guest: Program, given: str) -> None:
    refused = await guest.call('GET', '/procedures', headers={'Authorization': given})
    assert (refused.status_code, refused.json()['type']) == (401, 'urn:motcua:api.not_signed_in')


async def test_guessing_tokens_is_stopped(world: World, guest: Program) -> None:
    codes = [(await Program(guest.http, 'mct_x').call('GET', '/token')).status_code for _ in range(121)]
    assert codes == [401] * 120 + [429]
    binh = await program_of(world.binh, guest.http)
    assert (await binh.call('GET', '/token')).status_code == 200


async def test_a_token_without_read_scope_reads_no_queue_by_the_command_itself(world: World, guest: Program) -> None:
    actor = await queries.actor_by_token((await program_of(world.binh, guest.http, (RECEIVE,))).token or '', 'vi', None)
    with pytest.raises(NotAllowed):
        await inbox.inbox(actor)
    with pytest.raises(NotSignedIn):
        await queries.actor_by_token('mct_unknown', 'vi', None)
    assert opened(world, await filed(world)).scopes is None
