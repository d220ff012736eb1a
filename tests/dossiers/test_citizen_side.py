"""What applicants must be able to rely on: nothing typed is lost, nobody locks them out, nothing unsent is read."""

from collections import Counter
from dataclasses import replace

import pytest

from app.dossiers import applicant, attachments, commands, desk, drafts, filing, opening
from app.dossiers.destination import destination
from app.dossiers.mine import my_dossiers
from app.errors import NotFound, TooMany
from app.i18n import words
from app.notifications.commands import resend
from app.notifications.queries import outbox
from models.enums import MessageState, Status
from pages.citizen.dossiers import dossier_row
from pages.officer.reception import handing_words
from tests.support.world import ANSWERS, PNG, World, filed, opened

ASKED = [{'kind': 'document', 'id': 'proof', 'text': 'Chụp lại giấy chứng minh'}]
WHY = {'reason': 'Ảnh mờ', 'guidance': 'Xin chụp lại', 'contact': '0207 3 123 456'}


@pytest.fixture
def dialect() -> str:
    """One database is enough for rules that never reach it."""
    return 'sqlite'


async def replacement(world: World) -> tuple[filing.Submitted, str]:
    """Return a guest's dossier that lacks something, and the link of the draft that is to take its place."""
    one = await filed(world)
    await commands.request_supplement(world.binh, one.dossier_id, 1, items=ASKED, **WHY)
    started = await applicant.start_replacement(opened(world, one), one.dossier_id)
    await drafts.save(world.guest, started.token, {**ANSWERS, 'reason': 'Viết lại cho rõ'})
    return one, started.token


async def test_a_supplement_sent_after_the_session_asks_for_the_secret_and_goes_on(world: World) -> None:
    one, token = await replacement(world)
    with pytest.raises(filing.SecretNeeded):
        await filing.submit(world.guest, token)
    with pytest.raises(NotFound) as wrong:
        await filing.submit(world.guest, token, secret='AAAAAAAA')
    assert wrong.value.key == 'dossier.secret_wrong'
    assert (await drafts.view(world.guest, token)).values['reason'] == 'Viết lại cho rõ'
    sent = await filing.submit(world.guest, token, secret=one.secret or '')
    old = await desk.desk_dossier(world.binh, one.dossier_id)
    assert sent.first_time and old.status is Status.STOPPED


async def test_a_list_calls_only_the_date_of_the_result_an_appointment(world: World) -> None:
    async def said() -> str:
        (mine,) = await my_dossiers(world.an)
        return dossier_row(mine, words('vi')).note.rpartition(' · ')[2]

    one = await filed(world, world.an, with_account=True)
    assert (await said()).startswith('trả lời chậm nhất ')
    done = await commands.accept(world.binh, one.dossier_id, 1)
    assert (await said()).startswith('hẹn ')
    await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ASKED, **WHY)
    assert (await said()).startswith('xin bổ sung trước ')


async def test_whoever_hands_over_is_told_that_a_guest_cannot_open_the_electronic_result(world: World) -> None:
    for actor, with_account, words_of in ((world.guest, False, 'slip'), (world.an, True, 'electronic')):
        one = await filed(world, actor, with_account=with_account)
        view = await desk.desk_dossier(world.binh, one.dossier_id)
        assert handing_words(replace(view, delivery='electronic')) == f'officer.hand_over_{words_of}'
        assert words('vi')(handing_words(replace(view, delivery='counter'))) != words('vi')(
            f'officer.hand_over_{words_of}'
        )


async def test_the_secret_of_another_dossier_replaces_nothing(world: World) -> None:
    _, token = await replacement(world)
    other = await filed(world)
    with pytest.raises(NotFound):
        await filing.submit(world.guest, token, secret=other.secret or '')
    with pytest.raises(filing.SecretNeeded):
        await filing.submit(opened(world, other), token)


async def test_a_stranger_who_guesses_locks_out_only_themselves(world: World) -> None:
    one = await filed(world)
    stranger = replace(world.guest, address='203.0.113.9')
    for _ in range(opening.TRIES_PER_PAIR):
        with pytest.raises(NotFound):
            await opening.open_by_secret(stranger, one.filing_number, 'AAAAAAAA')
    with pytest.raises(TooMany):
        await opening.open_by_secret(stranger, one.filing_number, one.secret or '')
    owner = replace(world.guest, address='198.51.100.7')
    assert (await opening.open_by_secret(owner, one.filing_number, one.secret or '')).dossier_id == one.dossier_id


async def test_however_many_guess_a_number_is_tried_so_often_an_hour_and_no_more(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    taken = 0
    for n in range(60):
        crowd = replace(world.guest, address=f'203.0.113.{n}')
        for number in (one.filing_number, done.official_code or '') * 3:
            try:
                await opening.open_by_secret(crowd, number, 'AAAAAAAA')
            except NotFound:
                taken += 1
            except TooMany:
                break
    assert taken == opening.TRIES_PER_NUMBER


async def test_the_review_knows_who_will_receive_the_dossier(world: World) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    to = await destination(world.guest, started.token)
    assert (to.receiving, to.resolving) == (world.unit.name, '')


async def test_papers_of_a_supplement_are_the_offices_once_they_are_sent(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.request_supplement(world.binh, one.dossier_id, done.version, items=ASKED, **WHY)
    me = opened(world, one)
    paper = await attachments.add_to_supplement(me, one.dossier_id, 'proof', 'moi.png', PNG)
    before = await desk.desk_dossier(world.binh, one.dossier_id)
    assert paper.id not in {f.id for c in before.components for f in c.files} | {f.id for f in before.other_files}
    for act in (
        attachments.open_file(world.binh, paper.id),
        attachments.check_paper(world.binh, one.dossier_id, paper.id, 'ok'),
    ):
        with pytest.raises(NotFound):
            await act
    assert (await attachments.open_file(me, paper.id)).content
    await applicant.send_supplement(me, one.dossier_id, done.version)
    after = await desk.desk_dossier(world.binh, one.dossier_id)
    assert paper.id in {f.id for c in after.components for f in c.files}
    assert (await attachments.open_file(world.binh, paper.id)).content


async def test_letters_to_an_unproved_address_are_held_back_and_the_filing_goes_on(world: World) -> None:
    for n in range(11):
        assert (await filed(world, email=f'Nan+{n}@example.com')).first_time
    await filed(world, email='khac@example.com')
    states = Counter((row.recipient, row.state) for row in (await outbox(world.binh)).rows)
    assert states == {
        ('N***@example.com', MessageState.QUEUED): 10,
        ('N***@example.com', MessageState.HELD): 1,
        ('k***@example.com', MessageState.QUEUED): 1,
    }
    (held,) = (await outbox(world.binh, MessageState.HELD)).rows
    assert held.why == 'mail.why_limited' and held.can_resend
    await resend(world.binh, held.id)
    assert not (await outbox(world.binh, MessageState.HELD)).rows


async def test_letters_to_a_proved_address_are_never_held_back(world: World) -> None:
    for _ in range(12):
        await filed(world, world.an, with_account=True, email=world.an.email or '')
    assert not (await outbox(world.binh, MessageState.HELD)).rows
