"""What an applicant who corrects in place sees: the items asked for, as they stand, and no personal number on a slip."""

import pytest

from app.dossiers import applicant, attachments, commands, desk, drafts, filing, queries
from app.dossiers.correcting import correction
from app.errors import Invalid, NotFound, WrongState
from tests.support.world import ANSWERS, PNG, World, filed, opened

ITEMS = [
    {'kind': 'document', 'id': 'proof', 'text': 'Chụp rõ hơn'},
    {'kind': 'field', 'id': 'personal_id', 'text': 'Ghi lại số'},
    {'kind': 'field', 'id': 'reason', 'text': 'Ghi rõ lý do'},
]
WHY = {'reason': 'Giấy mờ', 'guidance': 'Chụp lại', 'contact': 'Bình, 0207 3 123 456'}


async def asked(world: World, *, with_account: bool) -> filing.Submitted:
    """File, accept, and let the case officer ask."""
    one = await filed(world, world.an if with_account else world.guest, with_account=with_account)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    await commands.request_supplement(world.chi, one.dossier_id, done.version, items=ITEMS, **WHY)
    return one


async def test_only_what_was_asked_is_open_and_stands_as_it_was(world: World) -> None:
    one = await asked(world, with_account=True)
    now = await correction(world.an, one.dossier_id)
    assert {key: answer.value for key, answer in now.answers.items()} == {
        'personal_id': ANSWERS['personal_id'],
        'reason': ANSWERS['reason'],
    }
    assert [item['id'] for item in now.items] == ['proof', 'personal_id', 'reason'] and not now.files
    await applicant.save_correction(world.an, one.dossier_id, {'reason': 'Xin giấy để đi làm'})
    await attachments.add_to_supplement(world.an, one.dossier_id, 'proof', 'moi.png', PNG)
    later = await correction(world.an, one.dossier_id)
    assert later.answers['reason'].value == 'Xin giấy để đi làm' and later.corrected == {'reason'}
    assert [file.name for file in later.files] == ['moi.png'] and later.version == now.version
    standing = await queries.progress(world.an, one.dossier_id)
    assert ANSWERS['reason'] in str(standing.answers), 'nothing changes before it is sent'


async def test_a_word_to_the_officer_is_kept_while_it_is_written(world: World) -> None:
    one = await asked(world, with_account=True)
    assert (await correction(world.an, one.dossier_id)).note == ''
    await applicant.save_supplement_note(world.an, one.dossier_id, ' Bản chính ở nhà \n')
    assert (await correction(world.an, one.dossier_id)).note == 'Bản chính ở nhà'
    assert 'Bản chính' not in str(await queries.progress(world.an, one.dossier_id)), 'it is told when it is sent'
    assert 'Bản chính' not in str(await desk.desk_dossier(world.chi, one.dossier_id))
    with pytest.raises(Invalid, match='note_too_long'):
        await applicant.save_supplement_note(world.an, one.dossier_id, 'a' * 4001)
    await applicant.save_supplement_note(world.an, one.dossier_id, '')
    assert (await correction(world.an, one.dossier_id)).note == ''
    with pytest.raises(NotFound):
        await applicant.save_supplement_note(world.guest, one.dossier_id, 'x')


async def test_a_slip_does_not_give_the_personal_number_back(world: World) -> None:
    one = await asked(world, with_account=False)
    now = await correction(opened(world, one), one.dossier_id)
    assert 'personal_id' not in now.answers and now.answers['reason'].value == ANSWERS['reason']


async def test_what_cannot_be_read_comes_back_as_it_was_typed_with_its_problem(world: World) -> None:
    one = await asked(world, with_account=True)
    await applicant.save_correction(world.an, one.dossier_id, {'personal_id': '123'})
    now = await correction(world.an, one.dossier_id)
    assert now.answers['personal_id'].raw == '123' and 'personal_id' in now.problems
    with pytest.raises(NotFound):
        await applicant.save_correction(world.an, one.dossier_id, {'full_name': 'Trần Văn B'})
    with pytest.raises(NotFound):
        await applicant.save_correction(world.an, one.dossier_id, {'full_name[0].x': 'Trần Văn B'})


async def test_strangers_and_dossiers_without_a_request_get_nothing(world: World) -> None:
    one = await asked(world, with_account=True)
    for stranger in (world.guest, world.em):
        with pytest.raises(NotFound):
            await correction(stranger, one.dossier_id)
    quiet = await filed(world, world.an, with_account=True)
    with pytest.raises(WrongState):
        await correction(world.an, quiet.dossier_id)


async def test_an_unreadable_answer_is_named_exactly_and_in_the_order_of_the_form(world: World) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, {'personal_id': '12', 'full_name': 'Nguyễn Thị An'})
    found = await filing.problems(world.guest, started.token)
    assert list(found) == ['personal_id', 'reason', 'document:proof']
    assert found['personal_id'].key == 'fields.personal_id_length'
