"""What fills forms is kept encrypted and shown to its owner."""

from dataclasses import replace

import pytest

from app.access import anonymous
from app.accounts import commands
from app.accounts.queries import profile
from app.errors import Invalid, NotFound, ProofNeeded
from tests.accounts import house as h
from tests.accounts.house import House

TYPED = {
    'full_name': 'Nguyễn Thị An',
    'phone': '0912 345 678',
    'personal_id': '001 190 012 345',
    'birth_date': '14/3/1990',
    'gender': 'female',
    'address': {'province': '19', 'commune': 'xã Tân Phú', 'detail': 'thôn Đông'},
}


async def test_a_profile_comes_back_under_the_names_that_forms_ask_for(house: House) -> None:
    await commands.save_profile(await h.actor(house.an), TYPED)
    known = await profile(await h.actor(house.an))
    assert known.prefill() == {
        'full_name': 'Nguyễn Thị An',
        'email': 'an@dan.example',
        'phone': '+84912345678',
        'personal_id': '001190012345',
        'birth_date': '1990-03-14',
        'gender': 'female',
        'address': {'province': '19', 'commune': 'xã Tân Phú', 'detail': 'thôn Đông'},
    }
    assert known.masked_personal_id == '•••••••••345'


async def test_nothing_private_stands_open_in_the_row_or_in_the_record(house: House) -> None:
    await commands.save_profile(await h.actor(house.an), TYPED)
    row = str((await h.row(house.an)).model_dump()) + await h.recorded_words()
    for private in ('001190012345', '1990-03-14', 'female', 'thôn Đông'):
        assert private not in row


async def test_an_empty_number_keeps_the_one_there_is_and_a_tick_removes_it(house: House) -> None:
    me = await h.actor(house.an)
    await commands.save_profile(me, TYPED)
    await commands.save_profile(me, TYPED | {'personal_id': ''})
    assert (await profile(me)).personal_id == '001190012345'
    await commands.save_profile(me, TYPED | {'personal_id': '', 'forget_personal_id': 'on'})
    assert (await profile(me)).personal_id is None and (await h.row(house.an)).personal_id_index is None


async def test_a_wrong_answer_changes_nothing(house: House) -> None:
    me = await h.actor(house.an)
    await commands.save_profile(me, TYPED)
    with pytest.raises(Invalid) as refused:
        await commands.save_profile(me, TYPED | {'birth_date': '14/3/2990', 'full_name': '', 'gender': 'x'})
    assert list(refused.value.problems) == ['full_name', 'birth_date', 'gender']
    assert (await profile(me)).birth_date == '1990-03-14'


async def test_nobody_has_no_profile(house: House) -> None:
    with pytest.raises(NotFound):
        await profile(anonymous())
    with pytest.raises(NotFound):
        await commands.save_profile(anonymous(), TYPED)


async def test_staff_do_not_write_the_name_that_stands_on_papers(house: House) -> None:
    before = (await h.row(house.binh)).full_name
    await commands.save_profile(await h.actor(house.binh), TYPED | {'full_name': 'Chủ tịch Phạm Văn Dũng'})
    row = await h.row(house.binh)
    assert (row.full_name, row.phone) == (before, '+84912345678')


async def test_who_administers_people_corrects_name_and_position_and_it_is_written_down(house: House) -> None:
    new = {'full_name': 'Trần Văn Bình', 'title': 'Công chức'}
    await commands.correct_person(await h.actor(house.khanh), house.binh, new)
    row = await h.row(house.binh)
    assert (row.full_name, row.title) == ('Trần Văn Bình', 'Công chức')
    assert {'Người Binh', 'Trần Văn Bình'} <= set((await h.recorded_words()).replace("'", '"').split('"'))
    for nobody in (house.binh, house.lan, house.em, house.an):
        with pytest.raises(NotFound):
            await commands.correct_person(await h.actor(nobody), house.binh, new)
    with pytest.raises(NotFound):
        await commands.correct_person(await h.actor(house.khanh), house.an, new)
    with pytest.raises(Invalid):
        await commands.correct_person(await h.actor(house.khanh), house.binh, new | {'full_name': ' '})
    long_ago = replace(await h.actor(house.khanh), proved_at=None)
    with pytest.raises(ProofNeeded):
        await commands.correct_person(long_ago, house.binh, new)
