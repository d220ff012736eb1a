"""The attacks on a NiceGUI server, each against plain NiceGUI (where it works) and against ours (where it does not)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio

from tests.guarantees.attacker import Page, Server, connected, hits, lab, settle

PROMISES = 'section 1'

SECRET_WORDS = ('Nguyễn Văn An', '079123456789')


@pytest.fixture(scope='module')
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with lab('guarded', tmp_path_factory.mktemp('ours')) as server:
        yield server


@pytest.fixture(scope='module')
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with lab('bare', tmp_path_factory.mktemp('bare')) as server:
        yield server


async def growth(server: Server, name: str, before: dict[str, Any]) -> int:
    return int((await hits(server))['hits'].get(name, 0)) - int(before['hits'].get(name, 0))


async def test_a_visitors_own_browser_drives_the_page(ours: Server) -> None:
    before, page = await hits(ours), await Page.open(ours)
    async with connected(page) as own:
        await own.emit('event', page.message('open', 'click'))
        await own.emit('event', page.message('input', 'update:value', 'Tân Phú'))
        await own.emit('event', page.message('radio', 'update:modelValue', 2))
        await own.emit('event', page.message('select', 'update:modelValue', {'value': 1, 'label': 'b'}))
        await own.emit('event', page.message('number', 'update:modelValue', '7'))
        await own.emit('event', page.message('checkbox', 'update:modelValue', True))
    assert await growth(ours, 'open', before) == 1
    values = {'input': "'Tân Phú'", 'radio': "'c'", 'select': "'b'", 'number': '7.0', 'checkbox': 'True'}
    assert (await hits(ours))['values'] == values


async def stolen_without_handshake(server: Server) -> int:
    """Drive a connected visitor's page from a socket without cookies that never shook hands."""
    before, victim = await hits(server), await Page.open(server)
    async with connected(victim), connected(victim, cookies={}, handshake=False) as thief:
        await thief.emit('event', victim.message('open', 'click'))
        await settle(thief)
    return await growth(server, 'open', before)


async def test_a_stolen_page_id_is_nothing_without_the_browser(ours: Server, bare: Server) -> None:
    assert await stolen_without_handshake(bare) == 1, 'the attack works on plain NiceGUI'
    assert await stolen_without_handshake(ours) == 0


async def test_a_stolen_page_id_cannot_shake_hands_without_the_cookie(ours: Server) -> None:
    victim = await Page.open(ours)
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with connected(victim, cookies={}):
            pass
    async with connected(victim, cookies={}, handshake=False) as thief:
        answer = asyncio.get_running_loop().create_future()
        data = {'client_id': victim.client_id, 'tab_id': 't', 'document_id': 'd', 'next_message_id': 0}
        await thief.emit('handshake', data, callback=answer.set_result)
        assert await asyncio.wait_for(answer, 60) is False


async def test_a_socket_of_one_page_cannot_drive_another(ours: Server, bare: Server) -> None:
    async def attack(server: Server) -> int:
        before, victim, own = await hits(server), await Page.open(server), await Page.open(server)
        async with connected(victim), connected(own) as thief:
            await thief.emit('event', victim.message('open', 'click'))
            await settle(thief)
        return await growth(server, 'open', before)

    assert await attack(bare) == 1, 'the attack works on plain NiceGUI'
    assert await attack(ours) == 0


@pytest.mark.parametrize('name', ['in-hidden-card', 'in-closed-dialog', 'disabled-prop', 'hidden-class', 'in-inert'])
async def test_a_button_that_nobody_can_press_does_nothing(ours: Server, bare: Server, name: str) -> None:
    async def attack(server: Server) -> int:
        before, page = await hits(server), await Page.open(server)
        async with connected(page) as own:
            await own.emit('event', page.message(name, 'click'))
        return await growth(server, name, before)

    assert await attack(bare) == 1, 'the attack works on plain NiceGUI'
    assert await attack(ours) == 0


@pytest.mark.parametrize(
    ('name', 'event', 'value'),
    [
        ('input', 'update:value', {'name': 'a dict'}),
        ('readonly', 'update:value', 'changed'),
        ('checkbox', 'update:modelValue', 'yes'),
        ('number', 'update:modelValue', 1e308),
        ('radio', 'update:modelValue', -1),
        ('select', 'update:modelValue', {'value': -1, 'label': 'c'}),
    ],
)
async def test_a_value_of_the_wrong_shape_never_arrives(
    ours: Server, bare: Server, name: str, event: str, value: object
) -> None:
    async def attack(server: Server) -> int:
        before, page = await hits(server), await Page.open(server)
        async with connected(page) as own:
            await own.emit('event', page.message(name, event, value))
        return await growth(server, name, before)

    assert await attack(bare) == 1, 'the attack works on plain NiceGUI'
    assert await attack(ours) == 0


async def test_malformed_messages_do_no_harm(ours: Server) -> None:
    before, page = await hits(ours), await Page.open(ours)
    good = page.message('open', 'click')
    bad: list[object] = [None, 7, 'x', [], {}, {'client_id': page.client_id}]
    numbers: list[object] = ['x', True, 10**9, None, {}]
    bad += [good | {'id': number} for number in numbers]
    bad += [good | {'client_id': ['x']}, good | {'listener_id': {}}, good | {'listener_id': 'x'}]
    long, deep = '"' + 'x' * 200_000 + '"', '[' * 50 + ']' * 50
    bad += [good | {'args': args} for args in ('x', ['{'], [7], [long], [deep], ['1'] * 99)]
    async with connected(page) as own:
        for message in bad:
            for kind in ('event', 'ack', 'javascript_response', 'log', 'handshake'):
                await own.emit(kind, message)
        await own.emit('event')
        await own.emit('event', good)
        await settle(own)
    assert await growth(ours, 'open', before) == 1, 'only the good one arrives'
    assert 'Traceback' not in ours.logged()


async def test_fifty_clicks_run_one_handler_at_a_time(ours: Server) -> None:
    page = await Page.open(ours)

    async def most(name: str) -> int:
        async with connected(page) as own:
            for _ in range(50):
                await own.emit('event', page.message(name, 'click'))
            await settle(own)
            return int((await hits(ours))['hits']['most'])

    assert await most('slow') == 1
    page = await Page.open(ours)
    assert await most('unguarded') > 1, 'the attack works where nothing guards the handler'


async def test_a_browser_cannot_write_our_log(ours: Server, bare: Server) -> None:
    line = 'forged: administrator signed in'

    async def attack(server: Server) -> bool:
        page = await Page.open(server)
        async with connected(page) as own:
            await own.emit('log', {'client_id': page.client_id, 'level': 'warning', 'message': line})
        return line in server.logged()

    assert await attack(bare), 'the attack works on plain NiceGUI'
    assert not await attack(ours)


async def test_another_sites_script_gets_no_socket_and_posts_no_form(ours: Server, bare: Server) -> None:
    foreign = {'Origin': 'https://evil.example'}
    for server, refused in ((bare, False), (ours, True)):
        page = await Page.open(server)
        if refused:
            with pytest.raises(socketio.exceptions.ConnectionError):
                async with connected(page, headers=foreign):
                    pass
        else:
            async with connected(page, headers=foreign):
                pass
        async with httpx.AsyncClient(base_url=server.url) as http:
            assert (await http.post('/take', headers=foreign)).status_code == (403 if refused else 200)
            cross = {'Sec-Fetch-Site': 'cross-site'}
            assert (await http.post('/take', headers=cross)).status_code == (403 if refused else 200)
            assert (await http.post('/take', headers={'Cookie': 'a=b'})).status_code == (403 if refused else 200)
            assert (await http.post('/take', headers={'Origin': server.url, 'Cookie': 'a=b'})).status_code == 200


async def test_unknown_addresses_build_no_live_page(ours: Server, bare: Server) -> None:
    async def attack(server: Server) -> int:
        before = (await hits(server))['clients']
        async with httpx.AsyncClient(base_url=server.url) as http:
            for number in range(50):
                answer = await http.get(f'/wp-admin/{number}' if number % 2 else f'/nop/{number}/x')
                assert answer.status_code == 404
        return int((await hits(server))['clients']) - int(before)

    assert await attack(bare) > 40, 'plain NiceGUI builds one for each'
    assert await attack(ours) == 0


async def test_plain_addresses_answer_405_and_forget_a_slash(ours: Server) -> None:
    async with httpx.AsyncClient(base_url=ours.url) as http:
        wrong = await http.post('/hits')
        assert (wrong.status_code, wrong.headers['allow']) == (405, 'GET')
        assert (await http.get('/take')).headers['allow'] == 'POST'
        assert (await http.post('/nop')).status_code == 405
        assert (await http.head('/nop')).status_code == 405
        head = await http.head('/hits')
        assert (head.status_code, head.content) == (200, b'')
        assert (await http.get('/hits/')).headers['location'] == '/hits'
        assert (await http.get('//evil.example/')).status_code == 404


async def test_a_body_larger_than_allowed_is_cut_off(ours: Server, bare: Server) -> None:
    async def chunks() -> Any:
        for _ in range(30):
            yield b'x' * 100_000

    async def parts() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="paper"; filename="a"\r\n\r\n'
        async for chunk in chunks():
            yield chunk
        yield b'\r\n--b--\r\n'

    for server, status in ((bare, 200), (ours, 413)):
        async with httpx.AsyncClient(base_url=server.url) as http:
            assert (await http.post('/take', content=b'x' * 3_000_000)).status_code == status
            assert (await http.post('/take', content=chunks())).status_code == status
            assert (await http.post('/form', files={'paper': b'x' * 3_000_000})).status_code == status
            kind = {'Content-Type': 'multipart/form-data; boundary=b'}
            assert (await http.post('/form', content=parts(), headers=kind)).status_code == status
    async with httpx.AsyncClient(base_url=ours.url) as http:
        assert (await http.post('/take', content=b'x' * 900_000)).json() == {'bytes': 900_000}


async def test_niceguis_own_upload_address_is_shut(ours: Server, bare: Server) -> None:
    async def attack(server: Server) -> tuple[int, int]:
        before, page = await hits(server), await Page.open(server)
        number = next(key for key, each in page.elements.items() if each.get('props', {}).get('data-lab') == 'upload')
        async with httpx.AsyncClient(base_url=server.url) as http:
            address = f'/_nicegui/client/{page.client_id}/upload/{number}'
            answer = await http.post(address, files={'file': ('a.txt', b'x' * 5_000)})
        return answer.status_code, await growth(server, 'upload', before)

    assert await attack(bare) == (200, 1), 'plain NiceGUI takes a file five hundred times its limit, without a cookie'
    assert await attack(ours) == (404, 0)


async def test_an_error_shows_a_number_and_nothing_of_its_text(ours: Server, bare: Server) -> None:
    page = await Page.open(ours)
    async with httpx.AsyncClient(base_url=ours.url) as http, connected(page) as own:
        answer = await http.get('/break')
        await own.emit('event', page.message('fails', 'click'))
        await own.emit('event', page.message('fails-bare', 'click'))
    log = ours.logged()
    number = answer.text.split('mã sự cố ')[1][:8]
    assert answer.status_code == 500
    assert number in log
    assert log.count('unexpected error in') == 3
    assert not any(word in answer.text + log for word in SECRET_WORDS)
    page = await Page.open(bare)
    async with connected(page) as own:
        await own.emit('event', page.message('fails-bare', 'click'))
    assert SECRET_WORDS[1] in bare.logged(), 'plain NiceGUI logs what was typed'


async def test_a_forwarded_prefix_from_outside_is_not_believed(ours: Server, bare: Server) -> None:
    async def attack(server: Server) -> bool:
        async with httpx.AsyncClient(base_url=server.url) as http:
            return '/evil/_nicegui' in (await http.get('/nop', headers={'X-Forwarded-Prefix': '/evil'})).text

    assert await attack(bare), 'the attack works on plain NiceGUI'
    assert not await attack(ours)


async def test_each_answer_carries_the_protecting_headers(ours: Server) -> None:
    async with httpx.AsyncClient(base_url=ours.url) as http:
        plain, live, missing = await http.get('/hits'), await http.get('/nop'), await http.get('/nothing')
    for answer in (plain, live, missing):
        assert answer.headers['x-content-type-options'] == 'nosniff'
        assert "frame-ancestors 'none'" in answer.headers['content-security-policy']
        assert answer.headers['cache-control'] == 'no-store'
    assert 'unsafe' not in plain.headers['content-security-policy']
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval'" in live.headers['content-security-policy']
    assert 'HttpOnly' in live.headers['set-cookie']


async def test_one_address_cannot_build_pages_without_end(tmp_path: Path) -> None:
    with lab('guarded', tmp_path) as server:
        async with httpx.AsyncClient(base_url=server.url) as http:
            answers: list[int] = []
            while answers.count(429) <= 10 and len(answers) < 2_000:  # some are given back each second meanwhile
                answers.append((await http.get('/nop')).status_code)
        assert answers[:100] == [200] * 100
        assert answers.count(429) > 10
