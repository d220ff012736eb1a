"""The plain pages: a form that keeps every word, a receipt, the sender's page, answers for everybody."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response

from app.feedback import commands
from models.feedback import FeedbackState as S
from tests.feedback.conftest import WORDS, row
from tests.feedback.test_life import answered, taken
from tests.public import site
from tests.support.world import PNG, World


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[AsyncClient]:
    """A browser without a script."""
    async with AsyncClient(transport=ASGITransport(site.application()), base_url='http://portal.example') as client:
        yield client


def hidden(page: Response) -> dict[str, str]:
    """Return the hidden fields of the last form of a page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


async def post(visitor: AsyncClient, path: str, page: Response, files: Any = None, **typed: str) -> Response:
    return await visitor.post(path, data={**hidden(page), **typed}, files=files)


async def test_a_form_sent_without_script_gives_a_receipt_and_the_page_to_follow_it(visitor: AsyncClient) -> None:
    page = await visitor.get('/phan-anh')
    assert 'có thể không được tiếp nhận (NĐ 20/2008/NĐ-CP)' in page.text  # said before choosing
    assert '<script' not in page.text and len(page.content) < 40_000
    files = [('photos', ('a.png', PNG, 'image/png'))]
    wrong = await post(visitor, '/phan-anh', page, files, **{**WORDS, 'subject': ''})
    assert wrong.status_code == 422 and 'Nhập một câu ngắn.' in wrong.text
    for kept in (WORDS['text'], WORDS['full_name'], WORDS['email'], WORDS['place'], 'Xin chọn lại ảnh'):
        assert kept in wrong.text
    receipt = await post(visitor, '/phan-anh', wrong, files, **WORDS)
    assert receipt.status_code == 200 and 'no-store' in receipt.headers['cache-control']
    code = re.findall(r'(PA-\d{6}-\d{4})', receipt.text)[0]
    secret = re.findall(r'mc-code">(\w{4} \w{4})<', receipt.text)[0]
    again = await post(visitor, '/phan-anh', wrong, files, **WORDS)
    assert code in again.text and secret in again.text  # sent twice, kept once
    asked = await visitor.get('/phan-anh/tra-cuu', params={'ma': code})
    followed = await post(visitor, '/phan-anh/tra-cuu', asked, ma=code, khoa=secret)
    assert WORDS['subject'] in followed.text and 'Mới nhận' in followed.text and 'Số ảnh' in followed.text
    refused = await post(visitor, '/phan-anh/tra-cuu', asked, ma=code, khoa='AAAAAAAA')
    assert refused.status_code == 422 and WORDS['subject'] not in refused.text


async def test_what_is_asked_for_is_added_on_the_senders_page(visitor: AsyncClient, world: World) -> None:
    page = await visitor.get('/phan-anh')
    receipt = await post(visitor, '/phan-anh', page, **WORDS)
    code = re.findall(r'(PA-\d{6}-\d{4})', receipt.text)[0]
    secret = re.findall(r'mc-code">(\w{4} \w{4})<', receipt.text)[0]
    await commands.ask_more(world.chi, await taken(world, code), seen_version=3, note='Tờ khai <b>nào</b>?')
    asked = await post(visitor, '/phan-anh/tra-cuu', page, ma=code, khoa=secret)
    assert 'Tờ khai &lt;b&gt;nào&lt;/b&gt;?' in asked.text and world.chi.name not in asked.text
    read = re.sub('<[^>]*>', ' ', asked.text)  # what a form carries along may hold any three letters
    assert 'Chi' not in read.split()
    empty = await post(visitor, '/phan-anh/bo-sung', asked, them=' ')
    assert empty.status_code == 422 and 'Xin trả lời câu này.' in empty.text
    done = await post(
        visitor, '/phan-anh/bo-sung', empty, them='Tờ khai khai sinh' + '\r\n.' * 1800
    )  # an end of line counts as one
    assert 'Tờ khai khai sinh' in done.text and (await row(code)).state is S.SORTED
    late = await post(visitor, '/phan-anh/bo-sung', empty, them='Lần nữa')
    assert late.status_code == 422 and 'Lần nữa' in late.text and 'Xin chép lại' in late.text
    wrong = await visitor.post('/phan-anh/bo-sung', data={**hidden(empty), 'khoa': 'AAAAAAAA', 'them': 'Lời dài'})
    assert wrong.status_code == 422 and 'Lời dài' in wrong.text
    for number in range(12):
        closed = await post(visitor, '/phan-anh/bo-sung', empty, them=' ' if number % 2 else 'Giữ lại lời này')
        if number % 2 == 0 and closed.status_code == 429:
            break
    assert closed.status_code == 429 and 'Giữ lại lời này' in closed.text


async def test_too_many_photographs_keep_the_words(visitor: AsyncClient) -> None:
    page = await visitor.get('/phan-anh')
    files = [('photos', (f'{number}.png', PNG, 'image/png')) for number in range(11)]
    many = await post(visitor, '/phan-anh', page, files, **WORDS)
    assert many.status_code == 422 and 'tối đa 3 ảnh' in many.text and WORDS['text'] in many.text


async def test_all_that_is_wrong_is_said_at_once_and_no_word_is_lost(visitor: AsyncClient) -> None:
    page = await visitor.get('/phan-anh')
    files = [
        ('photos', ('a.png', PNG, 'image/png')),
        ('photos', ('b.png', b'MZ not a picture', 'image/png')),
        ('photos', ('c.png', b'', 'image/png')),
    ]
    typed = {
        **WORDS,
        'about': 'dossier',
        'dossier': 'H55.242-000000-0000',
        'full_name': '',
        'phone': '',
        'email': '',
        'subject': '',
    }
    wrong = await post(visitor, '/phan-anh', page, files, **typed)
    summary = wrong.text[wrong.text.index('mc-errors') : wrong.text.index('<h1')]
    assert re.findall(r'href="#([\w-]+)"', summary) == ['dossier', 'subject', 'photos', 'photos', 'full_name', 'email']
    assert 'Ảnh 2: Loại tệp này không được nhận.' in summary and 'Ảnh 3: Tệp không có nội dung.' in summary
    field = wrong.text[wrong.text.index('id="photos-error"') : wrong.text.index('<input class="mc-input" id="photos"')]
    assert 'Ảnh 2: ' in field and 'Ảnh 3: ' in field and 'Ảnh 1: ' not in wrong.text and 'Xin chọn lại ảnh' in field
    for kept in (WORDS['text'], WORDS['place'], 'H55.242-000000-0000'):
        assert kept in wrong.text
    mended = await post(visitor, '/phan-anh', wrong, files[:1], **WORDS)
    assert mended.status_code == 200 and re.search(r'PA-\d{6}-\d{4}', mended.text)


async def test_whoever_asks_a_question_is_promised_only_the_letters_that_come(visitor: AsyncClient) -> None:
    form = await visitor.get('/hoi-dap/hoi')
    typed = {'subject': 'Cần giấy tờ gì?', 'text': 'Tôi ở xa', 'full_name': 'Nguyễn Thị An', 'email': 'an@example.com'}
    receipt = await post(visitor, '/hoi-dap/hoi', form, **typed)
    assert 'Mỗi khi có thay đổi' not in receipt.text and 'khi có trả lời' in receipt.text


async def test_a_form_that_we_did_not_draw_is_refused(visitor: AsyncClient) -> None:
    for path in ('/phan-anh', '/phan-anh/tra-cuu', '/phan-anh/bo-sung', '/hoi-dap/hoi'):
        assert (await visitor.post(path, data={**WORDS, 'csrf': 'x'})).status_code == 403, path


async def test_answers_are_found_without_accents_and_counted_once_as_helpful(
    visitor: AsyncClient, world: World
) -> None:
    receipt = await post(visitor, '/phan-anh', await visitor.get('/phan-anh'), **WORDS)
    code = re.findall(r'(PA-\d{6}-\d{4})', receipt.text)[0]
    one_id = await answered(world, code)
    await commands.publish(
        world.dung, one_id, seen_version=4, subject='Tờ khai hỏi trùng', text='Hỏi hai lần', public_answer='Đã sửa mẫu'
    )
    found = await visitor.get('/phan-anh/tra-loi', params={'q': 'to KHAI trung'})
    assert 'Tờ khai hỏi trùng' in found.text and 'Nguyễn Thị An' not in found.text
    assert 'Tờ khai hỏi trùng' not in (await visitor.get('/phan-anh/tra-loi', params={'q': '%_\\ %00'})).text
    page = await visitor.get(f'/phan-anh/tra-loi/{one_id}')
    assert 'Đã sửa mẫu' in page.text and code not in page.text and len(page.content) < 20_000
    for word in ('co', 'co', 'khong'):
        assert (await post(visitor, f'/phan-anh/tra-loi/{one_id}', page, huu_ich=word)).status_code == 303
    assert ((await row(code)).helpful, (await row(code)).unhelpful) == (0, 1)
    assert (await post(visitor, f'/phan-anh/tra-loi/{one_id}', page, huu_ich='x')).status_code == 404
    assert (await visitor.get(f'/hoi-dap/{one_id}')).status_code == 404  # it is no question
    assert not [name for name in visitor.cookies if 'visit' not in name]


async def test_a_question_from_a_procedures_page_is_answered_published_and_shown_there(
    visitor: AsyncClient, world: World
) -> None:
    slug = world.spec.id
    assert f'/hoi-dap/hoi?thu_tuc={slug}' in (await visitor.get(f'/thu-tuc/{slug}')).text
    form = await visitor.get('/hoi-dap/hoi', params={'thu_tuc': slug})
    assert 'Cấp giấy thử' in form.text
    asked = {
        'subject': 'Cần mang giấy tờ gì?',
        'text': 'Tôi ở xa, gửi bưu điện được không?',
        'full_name': 'Nguyễn Thị An',
    }
    assert (await post(visitor, '/hoi-dap/hoi', form, **{**asked, 'subject': ''})).status_code == 422
    receipt = await post(visitor, '/hoi-dap/hoi', form, **asked)
    code = re.findall(r'(HD-\d{6}-\d{4})', receipt.text)[0]
    one_id = await answered(world, code, 'Được, gửi qua bưu điện.')
    await commands.publish(
        world.dung, one_id, seen_version=4, subject='Cần mang giấy tờ gì?', text='Ở xa', public_answer='Gửi bưu điện.'
    )
    page = await visitor.get(f'/thu-tuc/{slug}')
    assert 'Cần mang giấy tờ gì?' in page.text and 'Nguyễn Thị An' not in page.text
    assert 'Cần mang' in (await visitor.get('/hoi-dap', params={'q': 'giay to', 'thu_tuc': slug})).text
    assert 'Cần mang' not in (await visitor.get('/hoi-dap', params={'thu_tuc': 'khac'})).text
    assert 'Cần mang' not in (await visitor.get('/phan-anh/tra-loi')).text
    shown = await visitor.get(f'/hoi-dap/{one_id}')
    assert (
        'Gửi bưu điện.' in shown.text
        and 'Cấp giấy thử' in shown.text
        and 'An' not in re.sub('<[^>]*>', '', shown.text).split()
    )
