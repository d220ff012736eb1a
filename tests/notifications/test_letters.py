"""What letters say, in both languages, to a verified contact and to an address that may be mistyped."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from app.db import read, write
from app.i18n import catalogue
from app.notifications import facts, outbox
from app.notifications.letters import SHAPES, compose, without_personal_ids
from app.notifications.render import Rendered, render
from app.notifications.rules import TEMPLATES, messages_for
from app.workflow.transitions import TRANSITIONS, Action
from models import Account, Dossier, Message
from models.enums import AccountKind, Delivery, LinkPurpose, Status
from models.types import new_id
from tests.notifications.conftest import AN, PERSONAL_ID, NewDossier, act, ask_for_supplement, messages

OF_DOSSIER = sorted(name for name, shape in SHAPES.items() if shape.purpose is LinkPurpose.FOLLOW)
OF_ACCOUNT = sorted(set(SHAPES) - set(OF_DOSSIER))
assert set(OF_DOSSIER) >= TEMPLATES
LONG_NUMBER = re.compile(r'(?<![\w-])\d{9,12}(?![\w-])')
DATA = {
    'limit': datetime(2026, 12, 4, 10, 0, tzinfo=UTC).isoformat(),
    'due': datetime(2026, 11, 27, 9, 10, tzinfo=UTC).isoformat(),
}


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


async def officer() -> Account:
    account = Account(
        kind=AccountKind.STAFF, email='binh@xa.example.vn', full_name='Bình', created_at=datetime.now(UTC)
    )
    account.changed_at = account.created_at
    async with write() as db:
        db.add(account)
    return account


async def rendered(message: Message) -> Rendered:
    async with read() as db:
        known = await facts.load(db, [message])
    return render(message, known[message.id])


async def letter(dossier: Dossier, template: str, lang: str, recipient: str = AN) -> Rendered:
    async with write() as db:
        message = await outbox.enqueue(
            db, template=template, recipient=recipient, lang=lang, data=dict(DATA), dossier_id=dossier.id
        )
    return await rendered(message)


def unsaved() -> Dossier:
    row: dict[str, Any] = {'filing_number': 'N1', 'contact_email': AN, 'lang': 'vi'}
    return Dossier(**row)


def test_each_change_of_status_in_the_table_of_transitions_sends_one_letter() -> None:
    for line in TRANSITIONS:
        for source in line.sources:
            context = {'from_status': source, 'to_status': line.to if line.to is not None else source}
            dossier = unsaved()
            sent = messages_for(line.action, dossier, context)
            if line.to is not None and line.to != source:
                assert len(sent) == 1, (line.action, source)
            assert all(m.template in SHAPES for m in sent)
            dossier.contact_email = None
            assert messages_for(line.action, dossier, context) == []


@pytest.mark.parametrize('action', [Action.FORWARD, Action.TAKE, Action.REASSIGN, Action.SEND_BACK])
def test_steps_inside_the_house_send_nothing(action: Action) -> None:
    context = {'from_status': Status.PROCESSING, 'to_status': Status.PROCESSING}
    assert messages_for(action, unsaved(), context) == []


@pytest.mark.parametrize('template', sorted(SHAPES))
def test_every_letter_has_its_words_in_both_languages(template: str) -> None:
    nexts = (
        [f'_next_{way}' for way in (*Delivery, 'slip')]
        if template in ('result_ready', 'result_reissued')
        else ['_next']
    )
    for part in ('_subject', '_title', '_what', *nexts):
        texts = catalogue()[f'mail.{template}{part}']
        assert texts['vi'].strip() and texts['en'].strip()
        assert texts['vi'] != texts['en']


@pytest.mark.parametrize('lang', ['vi', 'en'])
async def test_to_an_unproved_address_nothing_private_leaves(lang: str, new_dossier: NewDossier) -> None:
    dossier = await new_dossier(lang=lang)
    await ask_for_supplement(dossier, (await officer()).id)
    for template in OF_DOSSIER:
        got = await letter(dossier, template, lang)
        for text in (got.subject, got.text, got.html):
            assert 'Nguyễn Văn An' not in text
            assert 'Trần Thị' not in text
            assert 'mặt cắt' not in text
            assert '/theo-doi/' not in text
            assert not LONG_NUMBER.search(without_styles(text)), text
        assert f'https://motcua.example.vn/tra-cuu?ma={dossier.filing_number}' in got.text
        assert dossier.filing_number in got.subject


@pytest.mark.parametrize('template', ['result_ready', 'result_reissued'])
async def test_an_electronic_result_that_opens_for_nobody_outside_is_not_said_to(
    template: str, new_dossier: NewDossier
) -> None:
    """Filed without an account: number and secret do not open a result, and no letter to an unproved address does."""
    got = await letter(await new_dossier(delivery=Delivery.ELECTRONIC), template, 'vi')
    assert 'mang giấy tờ tùy thân đến Bộ phận Một cửa' in got.text and 'về máy' not in got.text
    holder = (await officer()).id
    for way in ({'account_id': holder}, {'contact_verified': True}):
        got = await letter(await new_dossier(delivery=Delivery.ELECTRONIC, **way), template, 'vi')
        assert 'về máy' in got.text


@pytest.mark.parametrize('lang', ['vi', 'en'])
async def test_to_a_proved_address_letters_are_personal_but_hold_no_number(lang: str, new_dossier: NewDossier) -> None:
    dossier = await new_dossier(lang=lang, contact_verified=True)
    await ask_for_supplement(dossier, (await officer()).id)
    for template in OF_DOSSIER:
        got = await letter(dossier, template, lang)
        assert 'Nguyễn Văn An' in got.text and 'Nguyễn Văn An' in got.html
        assert 'Nguyễn' not in got.subject
        assert 'Trần Thị' not in got.text + got.html
        assert PERSONAL_ID not in got.text + got.html
        assert not LONG_NUMBER.search(without_styles(got.html))
        assert 'https://motcua.example.vn/theo-doi/' in got.html
        assert f'lang="{lang}"' in got.html


@pytest.mark.parametrize('lang', ['vi', 'en'])
async def test_letters_of_accounts_name_nobody_before_the_address_is_confirmed(lang: str, database: None) -> None:
    account = await officer()
    for template in OF_ACCOUNT:
        async with write() as db:
            data = dict(DATA) | {'link': new_id(), 'lines': ['motcua-anchor 1']}
            message = await outbox.enqueue(
                db, template=template, recipient=account.email, lang=lang, data=data, account_id=account.id
            )
        got = await rendered(message)
        assert 'Bình' not in got.text + got.html
        assert ('https://motcua.example.vn/' in got.text) == bool(SHAPES[template].purpose or SHAPES[template].way)


async def test_a_supplement_lists_everything_for_a_proved_address(new_dossier: NewDossier) -> None:
    dossier = await new_dossier(contact_verified=True)
    await ask_for_supplement(dossier, (await officer()).id)
    got = await letter(dossier, 'supplement_requested', 'vi')
    assert '1. Bản vẽ thiết kế: Thiếu mặt cắt A-A' in got.text
    assert '2. Thửa đất: Ghi rõ số thửa' in got.text
    assert '3. Ký tên trang cuối' in got.text
    assert 'số ••• không khớp' in got.text
    assert 'Bình, 0912 345 678' in got.text
    assert 'Xin bổ sung chậm nhất: 17:00 Thứ Sáu, 04/12/2026' in got.text


async def test_a_refusal_tells_its_reason_to_a_proved_address_only(new_dossier: NewDossier) -> None:
    for is_verified in (True, False):
        dossier = await new_dossier(contact_verified=is_verified)
        await act(dossier, Action.REFUSE, Status.REFUSED, note='Không thuộc thẩm quyền')
        got = await rendered((await messages())[-1])
        assert ('Không thuộc thẩm quyền' in got.html) == is_verified


async def test_when_the_address_changed_the_old_one_learns_nothing(new_dossier: NewDossier) -> None:
    dossier = await new_dossier(contact_verified=True, contact_email='new@example.com')
    got = await letter(dossier, 'accepted', 'vi', recipient=AN)
    assert 'Nguyễn Văn An' not in got.text
    assert '/theo-doi/' not in got.text


async def test_words_of_people_cannot_become_html(new_dossier: NewDossier) -> None:
    dossier = await new_dossier(contact_verified=True)
    await act(dossier, Action.STOP, Status.STOPPED, note='<img src=x onerror=alert(1)>{{ 7*7 }}{secret}')
    got = await rendered((await messages())[-1])
    assert '<img' not in got.html
    assert '{{ 7*7 }}{secret}' in got.text


async def test_the_outbox_row_holds_no_link_and_no_words(new_dossier: NewDossier) -> None:
    dossier = await new_dossier(contact_verified=True)
    await act(dossier, Action.REQUEST_SUPPLEMENT, limit=DATA['limit'], items=['Thiếu mặt cắt'], note='Nguyễn Văn An')
    (row,) = await messages()
    assert set(row.data) == {'number', 'due', 'limit'}


@pytest.mark.parametrize(
    ('text', 'safe'),
    [
        ('số 001085012345.', 'số •••.'),
        ('001 085 012 345', '•••'),
        ('001.085.012.345', '•••'),
        ('CMND 025123456', 'CMND •••'),
        ('điện thoại 0912345678', 'điện thoại 0912345678'),
        ('0912 345 678', '0912 345 678'),
        ('+84 912 345 678', '+84 912 345 678'),
        ('100.000.000 đồng', '100.000.000 đồng'),
        ('mã H55.242-261120-0001', 'mã H55.242-261120-0001'),
    ],
)
def test_personal_numbers_in_free_text_are_struck_out(text: str, safe: str) -> None:
    assert without_personal_ids(text) == safe


async def test_plain_text_says_the_same_as_html(new_dossier: NewDossier) -> None:
    dossier = await new_dossier(contact_verified=True)
    async with write() as db:
        message = await outbox.enqueue(
            db,
            template='accepted',
            recipient=AN,
            lang='vi',
            data=DATA | {'code': 'H55.242-261120-0001'},
            dossier_id=dossier.id,
        )
    async with read() as db:
        known = (await facts.load(db, [message]))[message.id]
    said, got = compose(message, known), render(message, known)
    for part in (said.title, said.greeting, said.what, said.next, said.link, said.hint, said.contact, *said.foot):
        assert part in got.text
    assert ('Mã hồ sơ', 'H55.242-261120-0001') in said.rows
    assert not re.search(r'\n{4,}', got.text)


def without_styles(html: str) -> str:
    return re.sub(r'<style.*?</style>|style="[^"]*"|https?://\S+', '', html, flags=re.S)
