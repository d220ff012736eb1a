"""A dossier from the kiosk to the result, by programs alone."""

import asyncio
import hashlib

from sqlalchemy import func, select

from app.db import read
from models import Dossier, Event, IdempotencyKey
from models.enums import Authentication, Status
from tests.api.house import KEY, Program, picture, program_of
from tests.support.world import World


async def test_a_guest_files_with_a_picture_and_officers_programs_carry_it_to_the_end(
    world: World, guest: Program
) -> None:
    content = picture()
    assert len(content) > 100_000
    found = await guest.ok('GET', '/procedures', params={'text': 'cap giay'})
    assert [one['slug'] for one in found['items']] == [world.spec.id]
    about = await guest.ok('GET', f'/procedures/{world.spec.id}')
    assert [d['id'] for d in about['spec']['documents']] == ['proof', 'card'] and about['basis'][0][
        'state'
    ] == 'unknown'
    token = await guest.draft(world.spec.id, content)
    draft = await guest.ok('GET', f'/drafts/{token}')
    assert draft['files'][0]['sha256'] == hashlib.sha256(content).hexdigest() and draft['problems'] == {}
    sent = await guest.submit(token)
    assert sent.status_code == 201
    filed = sent.json()
    number, secret = filed['filing_number'], filed['secret']
    assert (await guest.ok('GET', f'/dossiers/{number}'))['status'] == Status.REGISTERED

    binh, chi, dung, giang = [
        await program_of(who, guest.http) for who in (world.binh, world.chi, world.dung, world.giang)
    ]
    row = (await binh.ok('GET', '/desk/dossiers', params={'view': 'to_receive'}))['rows'][0]
    one = await binh.ok('GET', f'/desk/dossiers/{row["dossier_id"]}')
    assert one['filing_number'] == number and 'accept' in one['actions']
    paper = await binh.call('GET', f'/files/{one["components"][0]["files"][0]["id"]}')
    assert hashlib.sha256(paper.content).hexdigest() == hashlib.sha256(content).hexdigest()

    async def act(who: Program, action: str, **body: object) -> None:
        nonlocal one
        path = f'/desk/dossiers/{one["dossier_id"]}/{action}'
        one |= await who.ok('POST', path, json={'seen_version': one['version'], **body})

    await act(binh, 'accept')
    assert one['official_code'].startswith('H55.242-')
    await act(binh, 'forward', account_id=world.chi.account_id)
    await chi.ok('POST', f'/desk/dossiers/{one["dossier_id"]}/files/result', files={'file': ('kq.png', content)})
    await act(chi, 'forward')
    await act(dung, 'approve')
    await act(giang, 'finish')
    await act(binh, 'hand_over', collected_by='Nguyễn Thị An')
    assert one['status'] == Status.RETURNED

    opened = await guest.ok('POST', '/dossiers/open', json={'number': number, 'secret': secret})
    mine = await Program(guest.http, opened['token']).ok('GET', '/dossiers/opened')
    assert mine['percent'] == 100 and [h['action'] for h in mine['timeline']][:2] == ['submit', 'accept']
    async with read() as db:
        known = (await db.execute(select(Event.authentication).where(Event.action == 'accept'))).scalars().all()
    assert known == [Authentication.TOKEN]


async def test_the_same_request_twenty_times_at_once_is_carried_out_once_and_answered_the_same(
    world: World, guest: Program
) -> None:
    token = await guest.draft(world.spec.id, picture(2_000))
    answers = await asyncio.gather(*(guest.submit(token) for _ in range(20)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    async with read() as db:
        assert (await db.execute(select(func.count()).select_from(Dossier))).scalar_one() == 1


async def test_the_answer_of_a_key_stays_the_same_whatever_happened_since(world: World, guest: Program) -> None:
    token = await guest.draft(world.spec.id, picture(2_000))
    before = (await guest.submit(token)).content
    binh = await program_of(world.binh, guest.http)
    row = (await binh.ok('GET', '/desk/dossiers', params={'view': 'to_receive'}))['rows'][0]
    await binh.ok('POST', f'/desk/dossiers/{row["dossier_id"]}/accept', json={'seen_version': 1})
    assert (await guest.submit(token)).content == before
    assert (await guest.submit(token, KEY[::-1])).content != before


async def test_a_key_stands_for_one_request_and_says_so_before_anything_is_filed(world: World, guest: Program) -> None:
    first = await guest.draft(world.spec.id, picture(2_000))
    other = await guest.draft(world.spec.id, picture(2_000))
    assert (await guest.submit(first)).status_code == 201
    again = await guest.submit(other)
    assert again.status_code == 409 and again.json()['type'] == 'urn:motcua:api.key_reused'
    assert (await guest.ok('GET', f'/drafts/{other}'))['sent'] is False
    assert (await guest.submit(other, KEY[::-1])).status_code == 201


async def test_a_refused_submission_leaves_its_key_free(world: World, guest: Program) -> None:
    token = (await guest.ok('POST', '/drafts', json={'procedure': world.spec.id}))['token']
    refused = await guest.submit(token)
    assert refused.status_code == 422
    assert {'full_name', 'reason', 'document:proof'} <= refused.json()['problems'].keys()
    async with read() as db:
        assert (await db.execute(select(func.count()).select_from(IdempotencyKey))).scalar_one() == 0


async def test_what_is_kept_under_a_key_shows_no_secret(world: World, guest: Program) -> None:
    token = await guest.draft(world.spec.id, picture(2_000))
    secret = (await guest.submit(token)).json()['secret']
    async with read() as db:
        kept = (await db.execute(select(IdempotencyKey))).scalar_one()
    assert len(secret) == 8 and secret not in str(kept.result) and KEY not in kept.key


async def test_a_supplement_is_asked_for_and_sent_by_programs(world: World, guest: Program) -> None:
    filed = (await guest.submit(await guest.draft(world.spec.id, picture(2_000)))).json()
    binh = await program_of(world.binh, guest.http)
    row = (await binh.ok('GET', '/desk/dossiers', params={'view': 'to_receive'}))['rows'][0]
    path = f'/desk/dossiers/{row["dossier_id"]}'
    done = await binh.ok('POST', f'{path}/accept', json={'seen_version': 1})
    ask = {
        'seen_version': done['version'],
        'items': [{'kind': 'document', 'id': 'proof'}, {'kind': 'field', 'id': 'reason'}],
        'reason': 'Giấy mờ',
        'guidance': 'Chụp lại',
        'contact': 'Bình',
    }
    await binh.ok('POST', f'{path}/request_supplement', json=ask)
    opening = {'number': filed['filing_number'], 'secret': filed['secret']}
    me = Program(guest.http, (await guest.ok('POST', '/dossiers/open', json=opening))['token'])
    mine = await me.ok('GET', '/dossiers/opened')
    assert mine['status'] == Status.SUPPLEMENT and len(mine['asked']['items']) == 2
    body = {'seen_version': mine['version']}
    refused = await me.call('POST', '/dossiers/opened/supplement', json=body)
    assert refused.json()['problems'].keys() == {'document:proof', 'reason'}
    await me.ok('PATCH', '/dossiers/opened/answers', json={'answers': {'reason': 'Xin học bổng'}})
    new = await me.ok('POST', '/dossiers/opened/documents/proof', files={'file': ('moi.png', picture(2_000))})
    await me.ok('DELETE', f'/dossiers/opened/files/{new["id"]}')
    await me.ok('POST', '/dossiers/opened/documents/proof', files={'file': ('moi.png', picture(2_000))})
    assert (await me.ok('POST', '/dossiers/opened/supplement', json=body))['status'] == Status.PROCESSING
    mine = await me.ok('GET', '/dossiers/opened')
    body = {'seen_version': mine['version']}
    assert (await me.ok('POST', '/dossiers/opened/withdraw', json=body))['status'] == Status.WITHDRAWN
