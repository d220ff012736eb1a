"""The life of a dossier, from the draft to the returned result, with everyone who may and may not touch it."""

import asyncio
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from app.access import SYSTEM
from app.audit.chain import FIRST, chain_value
from app.clock import VIETNAM, pretend
from app.db import read, write
from app.dossiers import applicant, attachments, commands, desk, drafts, filing, inbox, opening, queries
from app.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from app.i18n import words
from app.procedures.commands import load_into_database
from models import Attachment, Dossier, Event, Instrument, Message, Party, ProcedureBasis, StepRun
from models.enums import AttachmentKind, Edition, Status
from pages.officer.reading import head
from tests.support.world import ANSWERS, PNG, World, filed, opened, scan


async def _resolve(world: World, dossier_id: str, version: int) -> commands.Done:
    """Carry an accepted dossier to its result."""
    done = await commands.forward(world.binh, dossier_id, version, account_id=world.chi.account_id)
    await attachments.add_result(world.chi, dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(dossier_id))
    done = await commands.forward(world.chi, dossier_id, done.version)
    done = await commands.approve(world.dung, dossier_id, done.version)
    return await commands.finish(world.giang, dossier_id, done.version)


async def test_a_guest_files_and_officers_carry_it_to_the_returned_result(world: World) -> None:
    one = await filed(world)
    assert one.filing_number.startswith('N55.242-') and one.secret and len(one.secret) == 8
    accepted = await commands.accept(world.binh, one.dossier_id, 1)
    assert (
        accepted.official_code and accepted.official_code.startswith('H55.242-') and accepted.status == Status.ACCEPTED
    )
    resolved = await _resolve(world, one.dossier_id, accepted.version)
    assert resolved.status == Status.RESOLVED
    with pytest.raises(Invalid):
        await commands.hand_over(world.binh, one.dossier_id, resolved.version)
    returned = await commands.hand_over(world.binh, one.dossier_id, resolved.version, collected_by='Nguyễn Thị An')
    assert returned.status == Status.RETURNED
    async with read() as db:
        runs = (await db.execute(select(StepRun).order_by(StepRun.number))).scalars().all()
        assert [r.outcome for r in runs] == ['forwarded', 'forwarded', 'approved', 'finished', 'hand_over']
        assert all(r.ended_at for r in runs)
        statuses = (
            await db.execute(
                select(Event.to_status)
                .where(Event.from_status.is_distinct_from(Event.to_status))
                .order_by(Event.sequence)
            )
        ).scalars()
        assert [s for s in statuses if s] == [1, 2, 4, 9, 10]
        mails = (await db.execute(select(func.count()).select_from(Message))).scalar_one()
        assert mails == 5
    public = await queries.track_public(world.guest, accepted.official_code)
    assert public.percent == 100 and 'An' not in str(public)


async def test_every_event_is_chained_to_the_one_before(world: World) -> None:
    one = await filed(world)
    await commands.accept(world.binh, one.dossier_id, 1)
    async with read() as db:
        before = FIRST
        for event in (await db.execute(select(Event).order_by(Event.sequence))).scalars():
            assert chain_value(before, event) == event.chain
            before = event.chain
        event.to_status = 9
        assert chain_value(before, event) != event.chain


async def test_the_same_submit_fifty_times_makes_one_dossier(world: World) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, ANSWERS)
    await attachments.add_to_draft(world.guest, started.token, 'proof', 'giay.png', PNG)
    results = await asyncio.gather(*(filing.submit(world.guest, started.token) for _ in range(25)))
    assert len({r.filing_number for r in results}) == 1 and len({r.secret for r in results}) == 1
    assert sum(r.first_time for r in results) == 1
    async with read() as db:
        assert (await db.execute(select(func.count()).select_from(Dossier))).scalar_one() == 1


async def test_two_officers_accepting_at_once_one_wins_the_other_is_told(world: World) -> None:
    one = await filed(world)
    results = await asyncio.gather(
        *(commands.accept(world.binh, one.dossier_id, 1) for _ in range(2)), return_exceptions=True
    )
    assert [type(r) for r in results if isinstance(r, Exception)] == [Stale]
    assert sum(isinstance(r, commands.Done) for r in results) == 1


async def test_out_of_order_acceptance_asks_a_stock_reason(world: World) -> None:
    await filed(world)
    later = await filed(world)
    with pytest.raises(Invalid):
        await commands.accept(world.binh, later.dossier_id, 1)
    with pytest.raises(Invalid):
        await commands.accept(world.binh, later.dossier_id, 1, order_reason='because I want')
    done = await commands.accept(world.binh, later.dossier_id, 1, order_reason='priority_person')
    assert done.status == Status.ACCEPTED


async def test_a_stranger_from_another_unit_sees_and_changes_nothing(world: World) -> None:
    one = await filed(world)
    for attempt in (
        desk.desk_dossier(world.em, one.dossier_id),
        commands.accept(world.em, one.dossier_id, 1),
        commands.add_note(world.em, one.dossier_id, 'x'),
        queries.progress(world.em, one.dossier_id),
        queries.progress(world.guest, one.dossier_id),
        applicant.withdraw(world.an, one.dossier_id, 1),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await inbox.inbox(world.em, 'all')).total == 0


async def test_a_controller_reads_and_cannot_act(world: World) -> None:
    one = await filed(world)
    view = await desk.desk_dossier(world.ha, one.dossier_id)
    assert view.actions == ()
    with pytest.raises(NotAllowed):
        await commands.accept(world.ha, one.dossier_id, 1)


async def test_a_missing_answer_and_a_missing_paper_are_named_and_nothing_is_lost(world: World) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, {'full_name': 'Nguyễn Thị An', 'email': 'không phải thư'})
    with pytest.raises(Invalid) as refused:
        await filing.submit(world.guest, started.token)
    assert {'reason', 'email', 'document:proof'} <= refused.value.problems.keys()
    view = await drafts.view(world.guest, started.token)
    assert view.values['full_name'] == 'Nguyễn Thị An' and view.answers['email'].raw == 'không phải thư'


async def test_personal_numbers_lie_sealed_in_the_database(world: World) -> None:
    one = await filed(world)
    async with read() as db:
        sheet = await applicant.sheet(db, one.dossier_id, Edition.MAIN)
        party = (await db.execute(select(Party))).scalar_one()
    assert sheet and ANSWERS['personal_id'] not in str(sheet.answers) and party.personal_id_sealed
    view = await desk.desk_dossier(world.binh, one.dossier_id)
    assert view.personal_id == '•••••••••123'
    assert ANSWERS['personal_id'] in str(view.answers)
    assert ANSWERS['personal_id'] not in str((await queries.progress(opened(world, one), one.dossier_id)).answers)


ITEMS = [
    {'kind': 'document', 'id': 'proof', 'text': 'Chụp rõ hơn'},
    {'kind': 'field', 'id': 'reason', 'text': 'Ghi rõ lý do'},
]
WHY = {'reason': 'Giấy mờ', 'guidance': 'Chụp lại dưới ánh sáng tốt', 'contact': 'Bình, 0207 3 123 456'}


async def test_a_guest_asked_before_acceptance_files_anew_and_keeps_the_place_in_the_queue(world: World) -> None:
    one = await filed(world)
    await filed(world)
    asked = await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS, **WHY)
    assert asked.status == Status.REGISTERED
    with pytest.raises(WrongState):
        await commands.accept(world.binh, one.dossier_id, asked.version)
    me = opened(world, one)
    started = await applicant.start_replacement(me, one.dossier_id)
    view = await drafts.view(me, started.token)
    assert view.values['reason'] == ANSWERS['reason'] and len(view.files) == 1
    await drafts.save(me, started.token, {'reason': 'Để xin học bổng'})
    new = await filing.submit(me, started.token)
    old = await queries.progress(me, one.dossier_id)
    assert old.status == Status.STOPPED and old.replaced_by == new.filing_number
    first = (await inbox.inbox(world.binh, 'to_receive')).rows[0]
    assert first.dossier_id == new.dossier_id


async def test_after_acceptance_a_supplement_is_made_in_place_and_the_term_restarts(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ITEMS, **WHY)
    assert done.status == Status.SUPPLEMENT
    me = opened(world, one)
    waiting = await queries.progress(me, one.dossier_id)
    asked = await desk.desk_dossier(world.binh, one.dossier_id)
    said = str(head(words('vi'), asked))
    assert asked.stands == 'asked' and 'Hạn bổ sung' in said and said.count('đang tạm dừng') == 1
    with pytest.raises(Invalid) as refused:
        await applicant.send_supplement(me, one.dossier_id, done.version)
    assert refused.value.problems.keys() == {'document:proof', 'reason'}
    with pytest.raises(NotFound):
        await applicant.save_correction(me, one.dossier_id, {'full_name': 'Người khác'})
    await applicant.save_correction(me, one.dossier_id, {'reason': 'Để xin học bổng'})
    await attachments.add_to_supplement(me, one.dossier_id, 'proof', 'moi.png', PNG)
    done = await applicant.send_supplement(me, one.dossier_id, done.version)
    view = await desk.desk_dossier(world.binh, one.dossier_id)
    assert view.status == Status.PROCESSING and view.supplemented and 'Để xin học bổng' in str(view.answers)
    assert (await queries.progress(me, one.dossier_id)).percent >= waiting.percent > 0, 'nobody falls back by answering'
    assert view.stands is None and 'tạm dừng' not in str(head(words('vi'), view))
    assert [f.state.value for c in view.components for f in c.files] == ['superseded', 'stored']
    with pytest.raises(WrongState):
        await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ITEMS, **WHY)


async def test_an_account_corrects_the_same_dossier_before_acceptance(world: World) -> None:
    one = await filed(world, world.an, with_account=True)
    asked = await commands.request_supplement(world.binh, one.dossier_id, 1, items=ITEMS[1:], **WHY)
    progress = await queries.progress(world.an, one.dossier_id)
    assert progress.asked and not progress.asked.by_new_filing
    await applicant.save_correction(world.an, one.dossier_id, {'reason': 'Để xin học bổng'})
    done = await applicant.send_supplement(world.an, one.dossier_id, asked.version)
    assert done.status == Status.REGISTERED
    assert (await commands.accept(world.binh, one.dossier_id, done.version)).status == Status.ACCEPTED


async def test_a_request_without_items_or_words_is_refused_by_name(world: World) -> None:
    one = await filed(world)
    with pytest.raises(Invalid) as refused:
        await commands.request_supplement(
            world.binh,
            one.dossier_id,
            1,
            items=[{'kind': 'document', 'id': 'invented'}],
            reason='',
            guidance='',
            contact='',
        )
    assert refused.value.problems.keys() == {'items', 'reason', 'guidance', 'contact'}


async def test_number_and_secret_open_and_a_wrong_secret_says_what_an_unknown_number_says(world: World) -> None:
    one = await filed(world)
    assert one.secret
    good = await opening.open_by_secret(
        world.guest, one.filing_number.lower(), f'{one.secret[:4]}-{one.secret[4:].lower()}'
    )
    assert good.dossier_id == one.dossier_id
    for number, secret in ((one.filing_number, 'AAAAAAAA'), ('N55.242-000101-0001', one.secret)):
        with pytest.raises(NotFound) as refused:
            await opening.open_by_secret(world.guest, number, secret)
        assert refused.value.key == 'dossier.number_secret_wrong'


async def test_withdrawal_is_possible_until_the_decision(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id))
    done = await commands.forward(world.chi, one.dossier_id, done.version)
    done = await commands.approve(world.dung, one.dossier_id, done.version)
    with pytest.raises(WrongState):
        await applicant.withdraw(opened(world, one), one.dossier_id, done.version)
    other = await filed(world)
    assert (await applicant.withdraw(opened(world, other), other.dossier_id, 1)).status == Status.WITHDRAWN


async def test_a_refusal_needs_its_reason_and_uses_no_code(world: World) -> None:
    one, next_one = await filed(world), await filed(world)
    with pytest.raises(Invalid):
        await commands.refuse(world.binh, one.dossier_id, 1, ' ')
    done = await commands.refuse(world.binh, one.dossier_id, 1, 'Không thuộc thẩm quyền')
    assert done.status == Status.REFUSED and done.official_code is None
    accepted = await commands.accept(world.binh, next_one.dossier_id, 1)
    assert accepted.official_code and accepted.official_code.endswith('-0001')


async def test_a_guest_never_gets_identity_pictures_or_the_result_by_number_and_secret(world: World) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, ANSWERS)
    for document in ('proof', 'card'):
        await attachments.add_to_draft(world.guest, started.token, document, 'x.png', PNG)
    one = await filing.submit(world.guest, started.token)
    async with read() as db:
        files = {a.document_id: a.id for a in (await db.execute(select(Attachment))).scalars()}
    me = opened(world, one)
    assert (await attachments.open_file(me, files['proof'])).content == PNG
    for person, error in ((me, NotAllowed), (world.em, NotFound), (world.guest, NotFound)):
        with pytest.raises(error):
            await attachments.open_file(person, files['card'])
    assert (await attachments.open_file(world.binh, files['card'])).content == PNG


async def test_a_lost_secret_is_given_anew_only_after_an_identity_check(world: World) -> None:
    one = await filed(world)
    with pytest.raises(Invalid):
        await commands.reissue_secret(world.binh, one.dossier_id, 1, identity_checked=False, note='Mất giấy')
    new = await commands.reissue_secret(world.binh, one.dossier_id, 1, identity_checked=True, note='Mất giấy')
    assert new != one.secret
    assert one.secret
    with pytest.raises(NotFound):
        await opening.open_by_secret(world.guest, one.filing_number, one.secret)
    assert (await opening.open_by_secret(world.guest, one.filing_number, new)).dossier_id == one.dossier_id


async def test_a_number_never_tells_what_somebody_asked_for(world: World) -> None:
    one = await filed(world)
    seen = await queries.track_public(world.guest, one.filing_number)
    assert 'giấy thử' not in str(seen)
    sensitive = world.spec.model_copy(update={'id': 'cap-giay-kin', 'code': None, 'sensitive': True})
    await load_into_database(SYSTEM, [sensitive], [])
    hidden = await filed(replace(world, spec=sensitive))
    other = await queries.track_public(world.guest, hidden.filing_number)
    alike = [replace(each, number='', submitted_at=seen.submitted_at, due_at=None) for each in (seen, other)]
    assert alike[0] == alike[1], 'not even that it is kept back'


async def test_a_legal_basis_that_ended_is_said_on_the_dossiers_filed_under_it(world: World) -> None:
    one = await filed(world)
    assert (await desk.desk_dossier(world.binh, one.dossier_id)).outdated == ()
    async with write() as db:
        db.add(
            Instrument(id='new', number='335/2026/NĐ-CP', kind='decree', title='Mới', effective_from=date(2026, 10, 5))
        )
        db.add(
            Instrument(
                id='old',
                number='20/2021/NĐ-CP',
                kind='decree',
                title='Cũ',
                effective_to=date(2026, 10, 4),
                replaced_by=['new'],
            )
        )
        await db.flush()
        dossier = await db.get_one(Dossier, one.dossier_id)
        db.add(ProcedureBasis(version_id=dossier.version_id, instrument_id='old', citation='20/2021/NĐ-CP', position=7))
    with pretend(datetime(2026, 10, 4, 12, tzinfo=VIETNAM)):
        [basis] = (await desk.desk_dossier(world.binh, one.dossier_id)).outdated
        assert (basis.state, basis.until) == ('ends', date(2026, 10, 4)), 'the last day in force'
    with pretend(datetime(2026, 10, 5, 12, tzinfo=VIETNAM)):
        [basis] = (await desk.desk_dossier(world.binh, one.dossier_id)).outdated
    assert (basis.number, basis.state, basis.replaced_by) == ('20/2021/NĐ-CP', 'expired', ('335/2026/NĐ-CP',))
