"""What a review of the commands found, each as an attack that once worked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access import SYSTEM, Actor, anonymous
from app.accounts.queries import actor_for
from app.accounts.signing_in import sign_out
from app.db import read
from app.documents.register import export
from app.dossiers import applicant, attachments, commands, correcting, desk, drafts, filing, inbox, opening, queries
from app.dossiers.answers import unpack
from app.dossiers.commands import Done
from app.dossiers.filing import Submitted
from app.errors import AppError, Invalid, NotAllowed, NotFound, WrongState
from app.limits import forget_all
from app.notifications import settings
from app.notifications.queries import sent_messages
from app.procedures.commands import load_into_database
from app.procedures.schema import ProcedureSpec
from models import Attachment, Event
from models.enums import AttachmentKind, Edition, Role, Status
from pages.api.drafts import draft_of
from tests.support import world as municipality
from tests.support.world import ANSWERS, PNG, World, filed, opened, scan

PROMISES = 'G12'

ITEMS = [
    {'kind': 'document', 'id': 'proof', 'text': 'Chụp rõ hơn'},
    {'kind': 'field', 'id': 'personal_id', 'text': 'Ghi đúng số'},
]
WHY = {'reason': 'Giấy mờ', 'guidance': 'Chụp lại dưới ánh sáng tốt', 'contact': 'Bình, 0207 3 123 456'}


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled database."""
    await forget_all()
    yield await municipality.build(tmp_path)


async def _with_card(world: World) -> Submitted:
    """File a dossier that holds an identity picture."""
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, ANSWERS)
    for document in ('proof', 'card'):
        await attachments.add_to_draft(world.guest, started.token, document, 'x.png', PNG)
    return await filing.submit(world.guest, started.token)


async def _files(dossier_id: str) -> dict[str, str]:
    async with read() as db:
        query = select(Attachment).where(Attachment.dossier_id == dossier_id, Attachment.document_id.is_not(None))
        return {str(a.document_id): a.id for a in (await db.execute(query)).scalars()}


def _finder(world: World, one: Submitted) -> tuple[Actor, ...]:
    """Whoever found the slip with number and secret: without an account, and signed in with an account of their own."""
    return opened(world, one), replace(world.an, opened=frozenset({one.dossier_id}))


async def _resolved(world: World, one: Submitted) -> Done:
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id))
    done = await commands.forward(world.chi, one.dossier_id, done.version)
    done = await commands.approve(world.dung, one.dossier_id, done.version)
    return await commands.finish(world.giang, one.dossier_id, done.version)


async def test_an_own_account_opens_no_more_of_a_found_slip_than_none(world: World) -> None:
    one = await _with_card(world)
    card = (await _files(one.dossier_id))['card']
    await _resolved(world, one)
    async with read() as db:
        result = (await db.execute(select(Attachment.id).where(Attachment.kind == AttachmentKind.RESULT))).scalar_one()
    for finder in _finder(world, one):
        for file_id in (card, result):
            with pytest.raises(NotAllowed):
                await attachments.open_file(finder, file_id)
        assert {card, result}.isdisjoint((await queries.progress(finder, one.dossier_id)).openable)


async def test_a_found_slip_gives_no_personal_number_back_in_a_correction(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ITEMS, **WHY)
    for finder in _finder(world, one):
        assert ANSWERS['personal_id'] not in str((await correcting.correction(finder, one.dossier_id)).answers)


async def test_a_found_slip_gives_no_identity_picture_back_in_the_new_filing(world: World) -> None:
    one = await _with_card(world)
    await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS, **WHY)
    for finder in _finder(world, one):
        started = await applicant.start_replacement(finder, one.dossier_id)
        view = await drafts.view(finder, started.token)
        card = next(f for f in view.files if f.identity)
        with pytest.raises(NotAllowed):
            await attachments.open_file(finder, card.id, draft_token=started.token)


async def test_a_link_to_the_verified_contact_opens_the_result(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    await _resolved(world, one)
    async with read() as db:
        result = (await db.execute(select(Attachment.id).where(Attachment.kind == AttachmentKind.RESULT))).scalar_one()
    by_link = await actor_for(None, (await opening.open_by_link(one.dossier_id)).token, 'vi', None)
    assert (await attachments.open_file(by_link, result)).content == scan(one.dossier_id)
    assert result in (await queries.progress(by_link, one.dossier_id)).openable
    assert one.secret
    slip = await opening.open_by_secret(world.guest, one.filing_number, one.secret)
    by_secret = await actor_for(None, slip.token, 'vi', None)
    with pytest.raises(NotAllowed):
        await attachments.open_file(by_secret, result)


async def test_a_colleague_of_another_unit_with_the_slip_is_an_applicant_not_an_officer(world: World) -> None:
    one = await filed(world)
    await commands.add_note(world.binh, one.dossier_id, 'Nghi giấy giả, hỏi công an')
    em = replace(world.em, opened=frozenset({one.dossier_id}))
    with pytest.raises(NotFound):
        await desk.desk_dossier(em, one.dossier_id)
    with pytest.raises(NotFound):
        await commands.add_note(em, one.dossier_id, 'Tôi cũng ghi')
    assert 'Nghi giấy giả' not in str((await queries.progress(em, one.dossier_id)).timeline)


async def test_a_secret_given_anew_is_not_shown_to_who_has_the_old_private_link(world: World) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, ANSWERS)
    await attachments.add_to_draft(world.guest, started.token, 'proof', 'giay.png', PNG)
    one = await filing.submit(world.guest, started.token)
    new = await commands.reissue_secret(world.binh, one.dossier_id, 1, identity_checked=True, note='CCCD')
    for ask in (filing.confirmation, filing.submit):
        with pytest.raises(NotFound):
            await ask(world.guest, started.token)
    assert (await opening.open_by_secret(world.guest, one.filing_number, new)).dossier_id == one.dossier_id


async def _shown(world: World) -> tuple[World, Submitted, Done]:
    """Bring a dossier to where its applicant looks at the draft of the result."""
    spec = world.spec.model_copy(update={'id': 'co-du-thao', 'code': None, 'confirms_draft': True})
    await load_into_database(SYSTEM, [spec], [])
    there = replace(world, spec=spec)
    one = await filed(there)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT_DRAFT, 'du-thao.png', PNG)
    return there, one, await commands.show_draft(world.chi, one.dossier_id, done.version)


async def test_an_applicant_agrees_only_with_the_draft_they_were_shown(world: World) -> None:
    there, one, done = await _shown(world)
    await attachments.add_result(there.chi, one.dossier_id, AttachmentKind.RESULT_DRAFT, 'khac.png', PNG)
    with pytest.raises(AppError):
        await applicant.confirm_draft(opened(there, one), one.dossier_id, done.version)


async def test_a_draft_is_seen_only_once_it_is_shown(world: World) -> None:
    there, one, done = await _shown(world)
    me = opened(there, one)
    await applicant.object_to_draft(me, one.dossier_id, done.version, 'Sai tên')
    new = await attachments.add_result(there.chi, one.dossier_id, AttachmentKind.RESULT_DRAFT, 'khac.png', PNG)
    with pytest.raises(NotFound):
        await attachments.open_file(me, new.id)
    assert new.id not in {f.id for f in (await queries.progress(me, one.dossier_id)).files}


async def test_the_slip_of_an_account_s_dossier_corrects_in_place(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    asked = await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS[:1], **WHY)
    me = opened(world, one)
    assert not await applicant.replaces_by_new_filing(me, one.dossier_id)
    await attachments.add_to_supplement(me, one.dossier_id, 'proof', 'moi.png', PNG)
    assert (await applicant.send_supplement(me, one.dossier_id, asked.version)).status == Status.REGISTERED


async def test_a_supplement_takes_no_more_files_than_a_filing(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ITEMS, **WHY)
    me = opened(world, one)
    for _ in range(attachments.PER_DOCUMENT):
        await attachments.add_to_supplement(me, one.dossier_id, 'proof', 'moi.png', PNG)
    with pytest.raises(WrongState):
        await attachments.add_to_supplement(me, one.dossier_id, 'proof', 'moi.png', PNG)


async def test_all_files_of_a_draft_together_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, 'BYTES', len(PNG) * 2)
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    for document in ('proof', 'card'):
        await attachments.add_to_draft(world.guest, started.token, document, 'x.png', PNG)
    with pytest.raises(WrongState):
        await attachments.add_to_draft(world.guest, started.token, 'proof', 'x.png', PNG)


async def test_a_draft_does_not_grow_without_bound(world: World) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, {'reason': 'Cần giấy'})
    bomb = {f'a{n}': {f'b{k}': 'x' * 2000 for k in range(20)} for n in range(20)}
    with pytest.raises(WrongState):
        await drafts.save(world.guest, started.token, {'phone': bomb})
    assert (await drafts.view(world.guest, started.token)).values == {'reason': 'Cần giấy'}


HALF = '\ud83d'
"""Half a character: browsers send it when a limit cuts an emoji in two; no database takes it."""


async def test_half_a_character_is_dropped_wherever_it_is_typed(world: World) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    saved = await drafts.save(
        world.guest,
        started.token,
        {'personal_id': f'12{HALF}', 'email': f'a{HALF}', 'phone': {HALF: [HALF, float('nan')]}, 'reason': f'Vì{HALF}'},
    )
    assert {one.field_id for one in saved} == {'personal_id', 'email', 'phone', 'reason'}
    view = await drafts.view(world.guest, started.token)
    assert view.answers['personal_id'].raw == '12' and view.values['reason'] == 'Vì'
    one = await filed(world)
    await commands.add_note(world.binh, one.dossier_id, f'Ghi{HALF} chú')
    assert (await commands.refuse(world.binh, one.dossier_id, 1, f'Sai{HALF}')).status == Status.REFUSED
    for number, secret in ((HALF * 8, 'x'), (one.filing_number, HALF)):
        with pytest.raises(NotFound):
            await opening.open_by_secret(world.guest, number, secret)
    with pytest.raises(NotFound):
        await drafts.view(world.guest, f'{started.token.partition(".")[0]}.{HALF}')


async def test_whatever_is_looked_for_is_looked_for(world: World) -> None:
    await filed(world)
    for text in ('x' * 90_000, '%' * 60_000, HALF, '\0', "'; DROP TABLE dossier; --"):
        assert (await inbox.inbox(world.binh, 'all', text)).total in (0, 1)
    for text in ('http://[?ma=1', f'?ma={HALF}', '?ma=' + 'x' * 9_000, '//[::1'):
        with pytest.raises(NotFound):
            await inbox.find(world.binh, text)


async def test_a_cashier_reads_no_personal_number_among_the_answers(world: World) -> None:
    one = await filed(world)
    cashier = replace(world.binh, grants=tuple(replace(g, role=Role.CASHIER) for g in world.binh.grants))
    view = await desk.desk_dossier(cashier, one.dossier_id)
    assert not view.may_see_papers and ANSWERS['personal_id'] not in str(view.answers)


async def test_signing_out_closes_the_opened_dossier_on_the_server_too(world: World) -> None:
    one = await filed(world)
    assert one.secret
    slip = await opening.open_by_secret(world.guest, one.filing_number, one.secret)
    assert (await actor_for(None, slip.token, 'vi', None)).opened == {one.dossier_id}
    await sign_out(world.guest, None, slip.token)
    assert not (await actor_for(None, slip.token, 'vi', None)).opened


async def test_whoever_opens_a_dossier_by_its_secret_is_written_down_and_shown_to_nobody(world: World) -> None:
    one = await filed(world)
    assert one.secret
    await opening.open_by_secret(world.an, one.filing_number, one.secret)
    async with read() as db:
        event = (await db.execute(select(Event).where(Event.action == 'opened'))).scalar_one()
    assert (event.subject_id, event.actor_id, event.authentication) == (one.dossier_id, world.an.account_id, 'secret')
    assert 'opened' not in {h.action for h in (await queries.progress(opened(world, one), one.dossier_id)).timeline}


async def _with_members(world: World) -> ProcedureSpec:
    """Return a procedure with a group that asks personal numbers."""
    group = {
        'id': 'members',
        'type': 'repeat',
        'label': {'vi': 'Thành viên'},
        'fields': [
            {'id': 'member_name', 'type': 'person_name', 'label': {'vi': 'Tên'}},
            {'id': 'member_id', 'type': 'personal_id', 'label': {'vi': 'Số'}},
        ],
    }
    raw = world.spec.model_dump(mode='json')
    raw |= {'id': 'co-nhom', 'code': None}
    raw['sections'][0]['fields'].append(group)
    spec = ProcedureSpec.model_validate(raw)
    await load_into_database(SYSTEM, [spec], [])
    return spec


async def test_numbers_inside_groups_stay_behind_when_a_slip_starts_a_new_filing(world: World) -> None:
    spec = await _with_members(world)
    members = [{'member_name': 'Lê Văn Ba', 'member_id': '001190000777'}]
    one = await filed(replace(world, spec=spec), members=members)  # type: ignore[arg-type]
    await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS, **WHY)
    started = await applicant.start_replacement(opened(world, one), one.dossier_id)
    view = await drafts.view(world.guest, started.token)
    assert view.values['members'] == [{'member_name': 'Lê Văn Ba'}]


async def test_a_page_number_of_any_size_is_a_page(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), 'demo', True)
    for page in (-1, 0, 2**31, 2**63, 10**30):
        assert await sent_messages(anonymous(), page) == ()


async def test_no_program_reads_a_personal_number_by_the_slip(world: World) -> None:
    one = await filed(world)
    await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS, **WHY)
    for finder in _finder(world, one):
        started = await applicant.start_replacement(finder, one.dossier_id)
        view = await drafts.view(finder, started.token)
        assert view.told['personal_id'] == '•••••••••123' and view.values['personal_id'] == ANSWERS['personal_id']
        assert ANSWERS['personal_id'] not in draft_of(view, 'vi').model_dump_json()
    own = await filed(world, world.an, with_account=True)
    await commands.request_supplement(world.binh, own.dossier_id, 1, items=ITEMS, **WHY)
    started = await applicant.start_replacement(world.an, own.dossier_id)
    assert (await drafts.view(world.an, started.token)).told['personal_id'] == ANSWERS['personal_id']


async def test_a_correction_inside_a_group_tells_no_number_of_the_others(world: World) -> None:
    spec = await _with_members(world)
    members = [{'member_name': 'Lê Văn Ba', 'member_id': '001190000777'}]
    one = await filed(replace(world, spec=spec), members=members)  # type: ignore[arg-type]
    done = await commands.accept(world.binh, one.dossier_id, 1)
    items = [{'kind': 'field', 'id': 'members', 'text': 'Sửa tên'}]
    await commands.request_supplement(world.binh, one.dossier_id, done.version, items=items, **WHY)
    (saved,) = await applicant.save_correction(
        opened(world, one), one.dossier_id, {'members[0].member_name': 'Lê Văn Bốn'}
    )
    assert saved.value == [{'member_name': 'Lê Văn Bốn'}]
    async with read() as db:
        buffer = await applicant.sheet(db, one.dossier_id, Edition.CORRECTION)
    assert buffer
    kept = unpack(buffer.answers, f'dossier:{one.dossier_id}')
    assert kept['members'].value == [{'member_name': 'Lê Văn Bốn', 'member_id': '001190000777'}]


async def test_a_register_of_no_time_at_all_is_refused_in_words(world: World) -> None:
    for first, last in ((date.min, date(1, 2, 1)), (date(9999, 12, 1), date.max)):
        with pytest.raises(Invalid):
            await export(world.binh, first, last, 'xlsx')
