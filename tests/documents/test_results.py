"""Results drawn up from a dossier: what goes in, who may, what the officer changes, and a PDF that says it."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from nicegui import Client, ui
from sqlalchemy import select

from app.access import anonymous
from app.clock import local, now
from app.db import read
from app.demo.answers import plausible
from app.documents.results import ResultForm, result_forms
from app.dossiers import attachments, commands, desk, producing
from app.errors import Invalid, NotAllowed, NotFound, WrongState
from app.i18n import words
from app.procedures.load import CATALOG, load_spec
from app.signing import results
from app.verification import public, revoking, tokens
from app.workflow.transitions import Action
from models import Attachment
from models.enums import AttachmentKind, AttachmentState
from pages.officer.papers import Papers
from tests.documents.sample import text_of
from tests.support.answers import catalogue
from tests.support.world import World, filed
from tests.verification.papers import REASON, corrected, resolved, rows

RESULT, DRAFT, CORRECTION = AttachmentKind.RESULT, AttachmentKind.RESULT_DRAFT, AttachmentKind.CORRECTION
SAID = {'statement': 'Chưa đăng ký kết hôn với ai.\nGiấy này dùng để kết hôn.', 'signer': 'Chủ tịch'}


def test_every_answer_that_is_named_is_a_question_of_its_procedure() -> None:
    specs = catalogue()
    for procedure, form in result_forms().items():
        named = [name for group in form.groups for name in group.fields]
        assert [name for name in named if specs[procedure].field(name) is None] == [], procedure
        assert len(named) == len(set(named))
        if same := form.same_person:
            assert any(name.startswith(same.prefix) for name in named)


def test_who_asks_for_themselves_stands_under_the_words_about_the_person_concerned() -> None:
    spec = load_spec(CATALOG / 'xac-nhan-tinh-trang-hon-nhan.yaml')
    answers = plausible(spec, Random(7)) | {'requester_relationship': 'self'}
    form = result_forms()[spec.id]
    first, *others = producing.lines_of(spec, form, form.groups[0], answers)
    assert (first.label, first.text) == ('Họ, chữ đệm, tên', answers['requester_full_name'])
    assert others and not any('yêu cầu' in line.label for line in others)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> ResultForm:
    """Let the test procedure's result be drawn up."""
    form = ResultForm.model_validate(
        {
            'title': 'Giấy thử',
            'check': 'Mẫu giấy thử',
            'statement': 'Nội dung xác nhận',
            'mark': 'C',
            'groups': [
                {'title': 'Người được cấp', 'fields': ['full_name', 'personal_id']},
                {'title': 'Khác', 'fields': ['email']},
            ],
        }
    )
    monkeypatch.setattr(producing, 'result_forms', lambda: {'cap-giay-thu': form})
    return form


async def _at_chi(world: World) -> str:
    one = await filed(world)
    accepted = await commands.accept(world.binh, one.dossier_id, 1)
    await commands.forward(world.binh, one.dossier_id, accepted.version, account_id=world.chi.account_id)
    return one.dossier_id


async def _text(world: World, file_id: str) -> str:
    return text_of((await attachments.open_file(world.chi, file_id)).content)


async def test_a_leader_draws_the_correction_up_anew_and_its_code_leads_to_it(world: World, drawn: ResultForm) -> None:
    one, done = await resolved(world)
    for other in (world.chi, world.binh, world.giang):
        with pytest.raises(NotAllowed):
            await producing.proposal(other, one.dossier_id, CORRECTION)
    done = await revoking.revoke_result(world.dung, one.dossier_id, done.version, **REASON)
    found = await producing.proposal(world.dung, one.dossier_id, CORRECTION)
    assert found.groups and not await _corrections()
    file = await producing.produce(world.dung, one.dossier_id, CORRECTION, SAID | {'full_name': 'Nguyễn Thị Ánh'})
    again = await producing.produce(world.dung, one.dossier_id, CORRECTION, SAID | {'full_name': 'Nguyễn Thị Ân'})
    assert await _corrections() == [again.id] != [file.id]
    await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    new = (await rows())[-1]
    content = (await attachments.open_file(world.dung, new.attachment_id or '')).content
    assert 'Nguyễn Thị Ân' in text_of(content) and new.attachment_id == again.id
    assert tokens.spoken(tokens.token_of(new.id)) in text_of(content)
    with pytest.raises(WrongState):  # what stands is corrected by its own way, not by that of a result in the making
        await producing.produce(world.dung, one.dossier_id, RESULT, SAID)


async def _corrections() -> list[str]:
    async with read() as db:
        query = select(Attachment.id).where(Attachment.kind == CORRECTION, Attachment.state == AttachmentState.STORED)
        return list((await db.execute(query)).scalars())


async def test_the_officers_words_and_the_dossiers_answers_stand_in_the_pdf(world: World, drawn: ResultForm) -> None:
    dossier_id = await _at_chi(world)
    found = await producing.proposal(world.chi, dossier_id)
    assert [(title, [line.text for line in lines]) for title, lines in found.groups] == [
        ('Người được cấp', ['Nguyễn Thị An', '001190000123']),
        ('Khác', ['an@example.com']),
    ]
    changed = SAID | {'full_name': 'Nguyễn Thị Ân', 'email': ' ', 'signer': 'Phó Chủ tịch Ủy ban nhân dân xã'}
    file = await producing.produce(world.chi, dossier_id, RESULT, changed)
    text = await _text(world, file.id)
    for part in (
        'ỦY BAN NHÂN DÂN XÃ TÂN PHÚ',
        'GIẤY THỬ',
        'Nguyễn Thị Ân',
        '001190000123',
        'Chưa đăng ký kết hôn',
        'KT. CHỦ TỊCH PHÓ CHỦ TỊCH (Ký',
        'xem số và ngày cấp tại',
    ):
        assert part in text, part
    assert 'an@example.com' not in text and 'Khác' not in text and 'DỰ THẢO' not in text
    assert file.kind is RESULT and file.name == 'giay-thu.pdf'


async def test_what_the_register_says_stands_in_the_head_of_the_result_but_not_of_its_draft(
    world: World, drawn: ResultForm
) -> None:
    dossier_id, today = await _at_chi(world), local(now())
    entered = SAID | {'issue_number': '12/XNTTHN', 'issue_day': f'{today:%d/%m/%Y}'}
    text = await _text(world, (await producing.produce(world.chi, dossier_id, RESULT, entered)).id)
    day = f'ngày {today:%d} tháng {today:%m} năm {today:%Y}'
    assert 'Số: 12/XNTTHN' in text and day in text
    assert (await results.offer(world.chi, dossier_id, Action.FINISH)).number == '12/XNTTHN', 'the clerk finds it there'
    for kind, raw in ((RESULT, SAID), (DRAFT, entered)):
        text = await _text(world, (await producing.produce(world.chi, dossier_id, kind, raw)).id)
        assert 'XNTTHN' not in text and day not in text and f'năm {today:%Y}' in text
    assert not (await results.offer(world.chi, dossier_id, Action.FINISH)).number


async def test_a_draft_says_so_and_a_newer_one_takes_its_place(world: World, drawn: ResultForm) -> None:
    dossier_id = await _at_chi(world)
    first = await producing.produce(world.chi, dossier_id, DRAFT, SAID)
    assert 'DỰ THẢO' in await _text(world, first.id)
    second = await producing.produce(world.chi, dossier_id, DRAFT, SAID)
    view = await desk.desk_dossier(world.chi, dossier_id)
    states = {f.id: f.state for f in view.other_files}
    assert (states[first.id], states[second.id]) == (AttachmentState.SUPERSEDED, AttachmentState.STORED)
    assert _folded(view) == {first.id}, 'on screen the old one does not stand in the way'


def _folded(view: desk.DeskDossier) -> set[str]:
    """Return the files that are drawn folded."""
    client = Client(ui.page('/test'), request=None)
    visitor: Any = SimpleNamespace(t=words('vi'))
    with client:
        rows = Papers(visitor, replace(view, may_see_papers=False)).rows
    folded = {key for key, row in rows.items() if any(e.tag == 'details' for e in row.place.ancestors())}
    client.delete()
    return folded


async def test_number_and_day_that_a_result_prints_are_those_it_is_issued_and_found_under(
    world: World, drawn: ResultForm
) -> None:
    dossier_id, today = await _at_chi(world), local(now()).date()
    entered = SAID | {'issue_number': '12/XNTTHN', 'issue_day': f'{today + timedelta(1):%d/%m/%Y}'}
    await producing.produce(world.chi, dossier_id, RESULT, entered)
    version = (await desk.desk_dossier(world.chi, dossier_id)).version
    version = (await commands.forward(world.chi, dossier_id, version)).version
    version = (await commands.approve(world.dung, dossier_id, version)).version
    with pytest.raises(Invalid) as refused:
        await commands.finish(world.giang, dossier_id, version, number='21/XNTTHN')
    assert (refused.value.key, refused.value.values) == ('verification.number_differs', {'number': '12/XNTTHN'})
    await commands.finish(world.giang, dossier_id, version, number='12 / xntthn')
    issued = (await rows())[-1]
    assert (issued.number, issued.dated) == ('12/XNTTHN', today + timedelta(1))
    visitor = anonymous(address='192.0.2.9')
    for day in (local(issued.issued_at).date(), today + timedelta(1)):
        (found,) = await public.find(visitor, '12/XNTTHN', day)
        assert found.dated == today + timedelta(1)
    with pytest.raises(NotFound):
        await public.find(visitor, '12/XNTTHN', today + timedelta(2))


async def test_a_correction_is_issued_under_the_number_it_prints_and_a_file_under_what_is_given(
    world: World, drawn: ResultForm
) -> None:
    one, done = await resolved(world, number='1/GXN')
    await producing.produce(world.dung, one.dossier_id, CORRECTION, SAID | {'issue_number': '2/GXN'})
    assert await revoking.number_of_correction(world.dung, one.dossier_id) == '2/GXN'
    with pytest.raises(Invalid) as refused:
        await revoking.reissue_result(world.dung, one.dossier_id, done.version, number='1/GXN', **REASON)
    assert set(refused.value.problems) == {'number'}
    done = await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    assert (await rows())[-1].number == '2/GXN'
    assert await revoking.number_of_correction(world.dung, one.dossier_id) == ''
    await revoking.add_correction(world.dung, one.dossier_id, 'sua.png', corrected())
    await revoking.reissue_result(world.dung, one.dossier_id, done.version, number='3/GXN', **REASON)
    assert (await rows())[-1].number == '3/GXN'


@pytest.mark.parametrize(
    ('raw', 'wrong'),
    [
        ({}, {'statement', 'signer'}),
        (SAID | {'statement': '  ', 'signer': 5}, {'statement', 'signer'}),
        (SAID | {'full_name': 'x' * 1001, 'statement': 'x' * 4001}, {'full_name', 'statement'}),
        (SAID | {'issue_number': '9' * 61, 'issue_day': '31/02/2026'}, {'issue_number', 'issue_day'}),
        (SAID | {'issue_day': '01/01/2020'}, {'issue_day'}),
        (SAID | {'issue_day': '01/01/2099'}, {'issue_day'}),
    ],
)
async def test_what_is_missing_or_too_long_is_said_and_nothing_is_attached(
    world: World, drawn: ResultForm, raw: dict[str, object], wrong: set[str]
) -> None:
    dossier_id = await _at_chi(world)
    with pytest.raises(Invalid) as refused:
        await producing.produce(world.chi, dossier_id, RESULT, raw)
    assert set(refused.value.problems) == wrong
    assert (await desk.desk_dossier(world.chi, dossier_id)).other_files == ()


async def test_only_whoever_holds_the_step_draws_it_up_and_only_where_it_can_be(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id = await _at_chi(world)
    with pytest.raises(NotFound):
        await producing.produce(world.chi, dossier_id, RESULT, SAID)
    monkeypatch.setattr(producing, 'result_forms', lambda: {'cap-giay-thu': next(iter(result_forms().values()))})
    for who in (world.binh, world.dung, world.ha):
        with pytest.raises(NotAllowed):
            await producing.proposal(who, dossier_id)
    for who in (world.em, world.an, world.guest):
        with pytest.raises((NotAllowed, NotFound)):
            await producing.proposal(who, dossier_id)
    one = await filed(world)
    with pytest.raises(WrongState):
        await producing.proposal(world.binh, one.dossier_id)
    with pytest.raises(NotFound):
        await producing.produce(world.chi, dossier_id, AttachmentKind.EVIDENCE, SAID)
