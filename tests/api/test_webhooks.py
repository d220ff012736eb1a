"""Webhooks by API: registered, pinged, delivered to a real server, looked up, sent again, ended."""

import base64
import hashlib
import hmac

import pytest

from app import notifications
from app.access import Permission
from app.settings import Settings
from app.webhooks import worker
from tests.api import house
from tests.api.house import Program, program_of
from tests.support.world import World, filed
from tests.webhooks.receiver import ALLOWED, receiver


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only: the worker's tests run on both."""
    return 'sqlite'


async def test_a_webhook_from_its_registration_to_its_end(world: World, guest: Program) -> None:
    admin = await program_of(await house.admin(world), guest.http)
    with receiver() as other:
        notifications.use_settings(Settings(demo=True, webhook_hosts=ALLOWED, _env_file=None))
        address = {'name': 'LGSP', 'url': other.url, 'unit': 'H55.242', 'acts': ['submit']}
        made = await admin.ok('POST', '/webhooks', json=address)
        path = f'/webhooks/{made["id"]}'
        assert made['secret'] not in (await admin.call('GET', path)).text
        ping = await admin.ok('POST', f'{path}/ping')
        one = await filed(world)
        await worker.run_once()
        assert other.told[0].headers['webhook-id'] == ping['delivery_id']
        last = other.told[-1]
        signed = f'{last.headers["webhook-id"]}.{last.headers["webhook-timestamp"]}.'.encode() + last.body
        key = base64.b64decode(made['secret'].removeprefix('whsec_'))
        mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert last.headers['webhook-signature'] == f'v1,{mac}' and one.filing_number.encode() in last.body
        log = await admin.ok('GET', f'{path}/deliveries')
        assert [(row['kind'], row['state'], row['status']) for row in log['items']] == [
            ('submit', 'sent', 200),
            ('ping', 'sent', 200),
        ]
        reader = await program_of(world.binh, guest.http)
        cursor = log['items'][0]['cursor']
        fed = await reader.ok('GET', '/events', params={'after': cursor - 1})
        assert fed['events'][0]['dossier_id'] == one.dossier_id, 'the cursor leads to the act in the feed'
        await admin.ok('POST', f'{path}/deliveries/{log["items"][0]["id"]}/resend')
        await worker.run_once()
        assert other.told[-1].body == last.body and len(other.told) == 3
        listed = await admin.ok('GET', '/webhooks')
        assert [row['name'] for row in listed['items']] == ['LGSP'] and listed['hosts'] == ['localhost']
        await admin.ok('DELETE', path)
        assert (await admin.call('GET', path)).status_code == 404
        assert (await admin.ok('GET', '/webhooks'))['items'] == []


async def test_only_the_scope_reaches_them(world: World, guest: Program) -> None:
    who = await house.admin(world)
    reader = await program_of(who, guest.http, (Permission.DOSSIER_READ,))
    binh = await program_of(world.binh, guest.http)
    for program in (reader, binh):
        for method, path in (
            ('GET', '/webhooks'),
            ('GET', f'/webhooks/{"A" * 22}'),
            ('POST', f'/webhooks/{"A" * 22}/ping'),
        ):
            answer = await program.call(method, path)
            assert (answer.status_code, answer.json()['type']) == (403, 'urn:motcua:error.not_allowed'), path
    admin = await program_of(who, guest.http)
    assert (await admin.call('GET', f'/webhooks/{"A" * 22}')).status_code == 404
    refused = await admin.call('POST', '/webhooks', json={'name': 'x', 'url': 'https://10.0.0.1/', 'unit': 'H55.242'})
    assert refused.status_code == 422 and list(refused.json()['problems']) == ['url']
