"""A result is taken back, corrected and issued again: by a leader who proves who it is, told to the applicant, said in public."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app import storage
from app.access import anonymous
from app.audit.verify import verify
from app.clock import local, now
from app.db import read, write
from app.documents.control_sheet import control_sheet
from app.documents.register import register
from app.dossiers import attachments, commands, desk
from app.dossiers.mine import my_dossiers
from app.dossiers.queries import progress
from app.errors import Invalid, NotAllowed, NotFound, ProofNeeded, WrongState
from app.i18n import words
from app.notifications import facts, letters
from app.verification import public, revoking, tokens
from app.workflow.transitions import Action
from components.results import taken_back
from models import Attachment, Document, Dossier, Event, EventText, Message
from models.enums import AttachmentKind, AttachmentState
from tests.documents.sample import text_of
from tests.papers.test_pdf import with_more
from tests.support.world import World, filed, opened, scan
from tests.verification.papers import REASON, corrected, resolved, rows


def _path(one: Document) -> str:
    return f'/xac-thuc/{tokens.token_of(one.id)}'


async def _bytes(row: Document) -> BytesIO:
    async with read() as db:
        file = await db.get_one(Attachment, row.attachment_id)
    return BytesIO(await storage.get(file.storage_key, file.key_id))


async def test_a_revoked_result_says_so_to_everybody_and_opens_for_the_applicant_no_more(
    world: World, visitor: AsyncClient
) -> None:
    one, done = await resolved(world)
    result = (await rows())[-1]
    again = await revoking.revoke_result(world.dung, one.dossier_id, done.version, **REASON)
    assert again.status == done.status and again.version == done.version + 1
    page = await visitor.get(_path(result))
    assert 'Đã bị thu hồi' in page.text and 'Nội dung có sai sót' in page.text
    assert 'ngày sinh' not in page.text and 'Nguyễn Thị An' not in page.text
    seen = await progress(opened(world, one), one.dossier_id)
    assert [f.kind for f in seen.files if f.kind is AttachmentKind.RESULT] == []
    assert seen.timeline[-1].action == 'revoke_result' and seen.timeline[-1].note == REASON['note']
    assert seen.results[0].reason == 'wrong_content' and not seen.results[0].stands
    with pytest.raises(NotFound):
        await attachments.open_file(replace(world.an, opened=frozenset({one.dossier_id})), result.attachment_id or '')
    copy = await public.check(anonymous(address='x'), tokens.token_of(result.id), await _bytes(result))
    assert copy.verdict == 'same'
    assert (await verify()).faults == ()


async def test_what_was_taken_back_is_not_waited_for_at_the_counter(world: World, visitor: AsyncClient) -> None:
    one, done = await resolved(world)
    async with write() as db:
        (await db.get_one(Dossier, one.dossier_id)).account_id = world.an.account_id
    (mine,) = await my_dossiers(world.an)
    assert (mine.group, mine.waits_for, mine.is_taken_back) == ('to_do', 'collect', False)
    done = await revoking.revoke_result(world.dung, one.dossier_id, done.version, **REASON)
    (mine,) = await my_dossiers(world.an)
    assert (mine.group, mine.waits_for, mine.is_taken_back) == ('running', None, True)
    seen = await progress(world.an, one.dossier_id)
    assert seen.is_taken_back and seen.revocation_note == REASON['note']
    told = str(taken_back(seen.results, seen.revocation_note, words('vi')))
    assert 'Nội dung có sai sót' in told and REASON['note'] in told and 'chưa phải đến nhận' in told
    number = seen.official_code or ''
    public = await visitor.get(f'/tra-cuu?ma={number}')
    assert 'Kết quả bị thu hồi' in public.text and 'Đã có kết quả' not in public.text
    assert REASON['note'] not in public.text
    await revoking.add_correction(world.dung, one.dossier_id, 'sua.png', corrected())
    await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    (mine,) = await my_dossiers(world.an)
    assert (mine.waits_for, mine.is_taken_back) == ('collect', False)
    assert 'thu hồi' not in (await visitor.get(f'/tra-cuu?ma={number}')).text


async def test_a_corrected_result_replaces_the_one_before_which_leads_to_it(world: World, visitor: AsyncClient) -> None:
    one, done = await resolved(world, number='12/GXN')
    await revoking.add_correction(world.dung, one.dossier_id, 'sua.png', corrected())
    seen = await progress(opened(world, one), one.dossier_id)
    assert all(f.kind is not AttachmentKind.CORRECTION for f in seen.files)  # not before it is issued
    await revoking.reissue_result(world.dung, one.dossier_id, done.version, number='13/GXN', **REASON)
    _, old, new = await rows()
    assert old.replaced_by_id == new.id and old.revoked_at == new.issued_at and new.revoked_at is None
    before = await visitor.get(_path(old))
    assert 'Đã được thay thế' in before.text and 'Số 13/GXN' in before.text and _path(new) in before.text
    after = await visitor.get(_path(new))
    assert 'Đã cấp, chưa bị thu hồi' in after.text
    guest = anonymous(address='x')
    verdicts = [
        (await public.check(guest, tokens.token_of(page.id), await _bytes(copy))).verdict
        for page, copy in ((old, old), (new, old), (old, new), (new, new))
    ]
    assert verdicts == ['same', 'older', 'newer', 'same']
    seen = await progress(opened(world, one), one.dossier_id)
    assert [f.id for f in seen.files if f.kind is AttachmentKind.RESULT] == [new.attachment_id]
    assert [r.number for r in seen.results] == ['13/GXN', '12/GXN']
    async with read() as db:
        kept = await db.get_one(Attachment, old.attachment_id)
    assert kept.state is AttachmentState.SUPERSEDED
    assert (await verify()).faults == ()


async def test_the_same_file_issued_again_is_the_file_of_the_new_code(world: World) -> None:
    one, done = await resolved(world)
    await revoking.add_correction(world.dung, one.dossier_id, 'nhu-cu.png', scan(one.dossier_id))
    await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    old, new = [row for row in await rows() if row.form_code == 'result']
    assert old.sha256 == new.sha256
    for row in (old, new):
        assert (await public.check(anonymous(), tokens.token_of(row.id), await _bytes(new))).verdict == 'same'


async def test_what_is_not_all_seen_is_neither_a_result_nor_its_correction(world: World) -> None:
    printed_only = with_more(flags=4 | 32)
    other = await filed(world)
    done = await commands.accept(world.binh, other.dossier_id, 1)
    await commands.forward(world.binh, other.dossier_id, done.version, account_id=world.chi.account_id)
    with pytest.raises(Invalid, match='hides'):
        await attachments.add_result(world.chi, other.dossier_id, AttachmentKind.RESULT, 'moi.pdf', printed_only)
    one, _ = await resolved(world)
    with pytest.raises(Invalid, match='hides'):
        await revoking.add_correction(world.dung, one.dossier_id, 'sua.pdf', printed_only)


async def test_a_revoked_result_can_be_issued_again_and_is_not_handed_over_before(world: World) -> None:
    one, done = await resolved(world)
    done = await revoking.revoke_result(world.dung, one.dossier_id, done.version, **REASON)
    view = await desk.desk_dossier(world.binh, one.dossier_id)
    assert Action.HAND_OVER not in view.actions
    with pytest.raises(WrongState):
        await commands.hand_over(world.binh, one.dossier_id, done.version, collected_by='Nguyễn Thị An')
    with pytest.raises(WrongState):
        await revoking.revoke_result(world.dung, one.dossier_id, done.version, **REASON)
    with pytest.raises(WrongState):  # nothing is attached yet
        await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    await revoking.add_correction(world.dung, one.dossier_id, 'sua.png', corrected())
    done = await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    _, old, new = await rows()
    seen = await public.look(anonymous(address='x'), tokens.token_of(old.id))
    assert old.revoked_at != new.issued_at and (seen.state, seen.ended_at) == ('replaced', new.issued_at)
    done = await commands.hand_over(world.binh, one.dossier_id, done.version, collected_by='Nguyễn Thị An')
    done = await revoking.revoke_result(world.dung, one.dossier_id, done.version, **REASON)  # handed over or not
    assert [row.revoked_at is None for row in await rows()] == [True, False, False]


async def test_only_a_leader_who_has_just_proved_who_it_is_may(world: World) -> None:
    one, done = await resolved(world)
    long_ago = replace(world.dung, proved_at=now() - timedelta(hours=1))
    with pytest.raises(ProofNeeded):
        await revoking.revoke_result(long_ago, one.dossier_id, done.version, **REASON)
    for who in (world.binh, world.chi, world.giang, world.ha):
        with pytest.raises(NotAllowed):
            await revoking.revoke_result(who, one.dossier_id, done.version, **REASON)
        with pytest.raises(NotAllowed):
            await revoking.add_correction(who, one.dossier_id, 'sua.png', corrected())
    for who in (world.em, world.guest):
        with pytest.raises((NotFound, NotAllowed)):
            await revoking.reissue_result(who, one.dossier_id, done.version, **REASON)
    for wrong in ({'reason': 'because', 'note': 'x'}, {'reason': 'other', 'note': ' '}):
        with pytest.raises(Invalid):
            await revoking.revoke_result(world.dung, one.dossier_id, done.version, **wrong)
    assert all(row.revoked_at is None for row in await rows())


async def test_what_was_never_issued_is_neither_revoked_nor_corrected(world: World) -> None:
    one = await filed(world)
    await commands.accept(world.binh, one.dossier_id, 1)
    for act in (
        revoking.add_correction(world.dung, one.dossier_id, 'sua.png', corrected()),
        revoking.revoke_result(world.dung, one.dossier_id, 2, **REASON),
    ):
        with pytest.raises(WrongState):
            await act


async def test_the_chain_names_what_was_revoked_and_what_took_its_place(world: World) -> None:
    one, done = await resolved(world)
    await revoking.add_correction(world.dung, one.dossier_id, 'sua.png', corrected())
    await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    _, old, new = await rows()
    query = select(EventText.data).join(Event, Event.id == EventText.event_id)
    async with read() as db:
        finished = (await db.execute(query.where(Event.action == 'finish'))).scalar_one()
        told = (await db.execute(query.where(Event.action == 'reissue_result'))).scalar_one()
    assert finished['paper'] == {'id': old.id, 'form': 'result', 'number': None, 'sha256': old.sha256}
    assert told['revoked']['id'] == old.id and told['replaces'] == old.id and told['paper']['sha256'] == new.sha256


async def test_the_letters_say_where_the_result_can_be_checked_and_why_it_was_revoked(world: World) -> None:
    one, done = await resolved(world)
    done = await revoking.revoke_result(world.dung, one.dossier_id, done.version, **REASON)
    await revoking.add_correction(world.dung, one.dossier_id, 'sua.png', corrected())
    await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    new = (await rows())[-1]
    async with read() as db:
        dossier = await db.get_one(Dossier, one.dossier_id)
        found = (await db.execute(select(Message).order_by(Message.created_at))).scalars().all()
        dossier.contact_verified = True
        known = await facts.load(db, found)
    said = {m.template: letters.compose(m, known[m.id]) for m in found}
    address = tokens.address_of(tokens.token_of(new.id))
    assert any(address == value for _, value in said['result_ready'].rows)
    assert any(address == value for _, value in said['result_reissued'].rows)
    assert said['result_revoked'].lines == (REASON['note'],) and 'thu hồi' in said['result_revoked'].title
    assert said['result_reissued'].next.startswith('Xin ông/bà')
    assert all(address not in str(m.data) for m in found)


async def test_the_control_sheet_and_the_register_say_it(world: World) -> None:
    one, done = await resolved(world)
    done = await revoking.revoke_result(world.dung, one.dossier_id, done.version, **REASON)
    await revoking.add_correction(world.dung, one.dossier_id, 'sua.png', corrected())
    await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    sheet = text_of((await control_sheet(world.binh, one.dossier_id)).content)
    assert re.search(r'Có kết quả: \d\d giờ \d\d phút, ngày \d\d tháng \d\d năm \d{4} \((trước|đúng) hạn\)', sheet)
    assert 'Kết quả bị thu hồi' in sheet and 'Kết quả được sửa và cấp lại' in sheet and 'Phạm Văn Dũng' in sheet
    day = local(now()).date()
    (line,) = (await register(world.binh, day, day)).lines
    assert f'Thu hồi kết quả ngày {day:%d/%m/%Y}' in line.note and f'Cấp lại kết quả ngày {day:%d/%m/%Y}' in line.note
