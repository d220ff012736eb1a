"""What the pages answer: headers, cookies, redirects, pages kept for everybody, and pages without end."""

from urllib.parse import urljoin, urlsplit

from scripts.attack.client import EVIL, Attack, sign_in

PLAIN = ('/', '/thu-tuc', '/nop', '/dang-nhap', '/nothing', '/api/v1/procedures', '/thong-ke', '/du-lieu-mo')
ELSEWHERE = ('//evil.example', EVIL, '/%09/evil.example', '/\\evil.example')
LEADING = ('/ngon-ngu/en', '/giao-dien/toi')
"""Addresses that lead back to where one was."""
ODD = {b'lang =en': '/tro-giup', b'\xa0lang=en': '/thu-tuc', b'theme =dark': '/mot-cua'}
"""Cookies that may be read in two ways, each with a page that nobody has asked for yet: it is kept as it is first drawn."""
UNKNOWN, WITHOUT_END = 60, 400


async def headers(attack: Attack) -> None:
    """Look at the headers that keep pages out of frames and types from being guessed, and at the cookie."""
    attack.group = 'Headers'
    async with attack.http() as http:
        for path in PLAIN:
            sent = (await http.get(path)).headers
            good = sent.get('x-content-type-options') == 'nosniff' and 'referrer-policy' in sent
            framed = "frame-ancestors 'none'" not in sent.get('content-security-policy', '')
            attack.tell(f'`{path}` tells browsers to guess no type, to frame it nowhere', good and not framed)
        prefixed = await http.get('/nop', headers={'X-Forwarded-Prefix': '/evil'})
    attack.tell('a forwarded prefix is not believed', prefixed.is_success and '/evil/_nicegui' not in prefixed.text)
    async with attack.http() as http:
        cookie = (await http.get('/dang-nhap')).headers.get('set-cookie', '')
    attack.tell(
        'the cookie is out of reach of scripts and other sites', 'HttpOnly' in cookie and 'SameSite=Lax' in cookie
    )


async def redirects(attack: Attack) -> None:
    """Ask to be led elsewhere; being led to a page of ours works."""
    attack.group = 'Redirects'
    async with attack.http() as http:
        for path in LEADING:
            known = (await http.get(f'{path}?next=/thu-tuc')).headers.get('location', '')
            for place in ELSEWHERE:
                where = (await http.get(f'{path}?next={place}')).headers.get('location', '')
                held = known == '/thu-tuc' and _is_ours(attack, where)
                attack.tell(f'`{path}?next={place}` leads nowhere else', held, f'to `{where}`')
        where = (await http.get('//evil.example/')).headers.get('location', '')
        attack.tell('`//evil.example/` leads nowhere else', _is_ours(attack, where))
    _, known = await sign_in(attack, 'an', '/tai-khoan')
    for place in (ELSEWHERE[0], ELSEWHERE[1]):
        _, where = await sign_in(attack, 'an', place)
        held = known == '/tai-khoan' and _is_ours(attack, where)
        attack.tell(f'signing in with `next={place}` leads nowhere else', held, f'to `{where}`')


def _is_ours(attack: Attack, where: str) -> bool:
    """Tell whether an address stays on the server, read as browsers do: a backslash is a slash, a tab is nothing."""
    read = where.replace('\\', '/').replace('\t', '')
    return urlsplit(urljoin(attack.server.url, read)).netloc == urlsplit(attack.server.url).netloc


async def kept_pages(attack: Attack) -> None:
    """Be the first to ask for a page, with an odd cookie: the next visitor gets their own page, not mine."""
    attack.group = 'Kept pages'
    for cookie, path in ODD.items():
        async with attack.http() as http:
            mine = (await http.get(path, headers=[(b'Cookie', cookie)])).text
        async with attack.http() as http:
            theirs = (await http.get(path)).text
        held = '<html lang="vi"' in theirs and 'data-theme="dark"' not in theirs[:400]
        what = f'`{path}`, asked first with the cookie `{cookie.decode("latin-1")!r}`, is not chosen so for others'
        attack.tell(
            what, held and mine != theirs, 'the cookie does change the page of who sends it' if mine != theirs else ''
        )


async def pages_without_end(attack: Attack) -> None:
    """Ask for addresses that there are not, and for live pages faster than anybody reads. Last: then this address waits."""
    attack.group = 'Pages without end'
    async with attack.http() as http:
        paths = [f'/wp-admin/{number}' if number % 2 else f'/nop/{number}/x/y' for number in range(UNKNOWN)]
        codes = {(await http.get(path)).status_code for path in paths}
        attack.tell(f'{UNKNOWN} unknown addresses build no page', codes == {404})
    before, answers = attack.memory(), list[int]()
    for _ in range(WITHOUT_END):
        async with attack.http() as http:  # a new visitor each time
            answers.append((await http.get('/nop')).status_code)
    built, refused = answers.count(200), answers.count(429)
    detail = f'{built} built, {refused} refused, memory {before} to {attack.memory()} MB'
    attack.tell('one network address cannot build live pages without end', built > 0 and refused > 100, detail)
