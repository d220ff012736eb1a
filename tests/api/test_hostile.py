"""Requests that no description would make: each is refused in words, on both databases."""

from collections.abc import Iterator

from tests.api.house import Program, picture, program_of
from tests.support.world import World, filed

DEEP = '[' * 100_000
BODIES = [
    '{"answers": {"reason": NaN}}',
    '{"answers": {"reason": -Infinity}}',
    '{"answers": {"reason": 1e999}}',
    '{"answers": {"reason": ' + '9' * 4000 + '}}',
    '{"answers": {"reason": ' + '9' * 9000 + '}}',
    '{"answers": {"phone": -' + '9' * 400 + '}}',
    '{"answers": {"personal_id": ' + '9' * 400 + '}}',
    r'{"answers": {"reason": "\ud800"}}',
    r'{"answers": {"reason": {"\ud800": 1}}}',
    r'{"answers": {"\ud800": 1}}',
    r'{"\ud800": 1}',
    r'{"answers": {"reason": "a\u0000b"}}',
    r'{"answers": {"full_name": ["a\u0000b"]}}',
    r'{"answers": {"email": {"a\u0000": "b\u0000"}}}',
    '{"answers": {"reason": ' + '[' * 300 + ']' * 300 + '}}',
    '{"answers": {"reason": ' + DEEP + '}}',
    '{"answers": {"reason[99].x": 1}}',
    '{"answers": {}}',
    '{"answers": []}',
    '[]',
    'null',
    '',
]


def acts() -> Iterator[tuple[str, str]]:
    """Yield acts of the desk with bodies that do not fit."""
    for version in ('0', '-1', 'true', '"1"', '1.5', str(2**31), str(2**80), 'null'):
        yield 'accept', f'{{"seen_version": {version}}}'
    yield 'accept', '{"seen_version": 1, "order_reason": "invented"}'
    yield 'refuse', r'{"seen_version": 1, "reason": "\u0000"}'
    yield 'refuse', r'{"seen_version": 1, "reason": "\udfff"}'
    yield 'refuse', '{"seen_version": 1, "reason": "' + 'x' * 4001 + '"}'
    yield 'stop', '{"seen_version": 1, "reason": "invented", "note": "x"}'
    yield 'forward', r'{"seen_version": 1, "account_id": "AAAAAAAAAAA\u0000AAAAAAAAAA"}'
    yield 'forward', r'{"seen_version": 1, "step": "a\u0000"}'
    yield 'request_supplement', '{"seen_version": 1, "items": [], "reason": "", "guidance": "", "contact": ""}'


async def test_answers_that_no_form_sends_are_kept_as_typed_or_refused(world: World, guest: Program) -> None:
    token = await guest.draft(world.spec.id, picture(2_000))
    json_ = {'Content-Type': 'application/json'}
    for body in BODIES:
        answer = await guest.call('PATCH', f'/drafts/{token}/answers', content=body, headers=json_)
        assert answer.status_code in (200, 400, 404, 422), body[:80]
        assert (await guest.call('GET', f'/drafts/{token}')).status_code == 200, body[:80]


async def test_acts_that_no_program_would_send_change_nothing(world: World, guest: Program) -> None:
    one = await filed(world)
    binh = await program_of(world.binh, guest.http)
    for action, body in acts():
        path = f'/desk/dossiers/{one.dossier_id}/{action}'
        answer = await binh.call('POST', path, content=body, headers={'Content-Type': 'application/json'})
        assert answer.status_code == 422, (action, body[:80], answer.text)
    assert (await binh.ok('GET', f'/desk/dossiers/{one.dossier_id}'))['version'] == 1


ADDRESSES = [
    ('/procedures?text=%00', 422),
    ('/procedures?sector=%00', 422),
    ('/procedures?text=%ff%25_', 200),
    ('/procedures?page=99999999999999999999', 422),
    ('/procedures/%00', 404),
    ('/dossiers/AAA%00AAA', 404),
    ('/dossiers/%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80', 404),
    ('/desk/dossiers?text=%00', 422),
    ('/desk/dossiers?view=invented', 422),
    ('/desk/dossiers?page=10000', 200),
    ('/desk/dossiers/AAAAAAAAAAA%00AAAAAAAAAA', 404),
    ('/files/AAAAAAAAAAA%00AAAAAAAAAA', 404),
    (f'/events?after={2**31 - 1}', 200),
    (f'/events?after={2**31}', 422),
    ('/events?after=-1', 422),
]
KEYS = ['short', 'x' * 101, 'with space in the middle', 'đđđđđđđđđđđđđđđđ']


async def test_addresses_that_no_program_would_make(world: World, guest: Program) -> None:
    binh = await program_of(world.binh, guest.http)
    for path, status in ADDRESSES:
        assert (await binh.call('GET', path)).status_code == status, path


async def test_a_key_that_others_might_choose_too_is_refused(world: World, guest: Program) -> None:
    token = await guest.draft(world.spec.id, picture(2_000))
    for key in KEYS:
        headers = {b'Idempotency-Key': key.encode()}
        answer = await guest.http.post(f'/api/v1/drafts/{token}/submit', json={'declared': True}, headers=headers)
        assert answer.status_code == 422, key
