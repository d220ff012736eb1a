"""The queues of the desk: counts, finding by what people have in hand, and what waits for a leader."""

import pytest

from app.dossiers import attachments, commands, inbox
from app.errors import NotAllowed, NotFound
from models.enums import AttachmentKind
from tests.support.world import World, filed, scan


async def test_each_count_is_the_length_of_its_queue(world: World) -> None:
    first, _ = await filed(world), await filed(world)
    await commands.accept(world.binh, first.dossier_id, 1)
    for who in (world.binh, world.chi, world.ha):
        counts = (await inbox.inbox(who)).counts
        for view, count in counts.items():
            assert (await inbox.inbox(who, view)).total == count, view
    assert (await inbox.inbox(world.binh)).counts['to_receive'] == 1
    assert (await inbox.inbox(world.binh, 'all')).total == 2


async def test_what_waits_for_the_applicant_is_nobodys_work(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    assert (await inbox.inbox(world.binh, 'mine')).total == 1
    items = [{'kind': 'other', 'id': '', 'text': 'Giấy ủy quyền'}]
    why = {'reason': 'Thiếu giấy', 'guidance': 'Xin gửi thêm', 'contact': 'Bình'}
    await commands.request_supplement(world.binh, one.dossier_id, done.version, items=items, **why)
    assert (await inbox.inbox(world.binh, 'mine')).total == 0
    assert (await inbox.inbox(world.binh, 'waiting')).total == 1


async def test_a_scanner_finds_a_dossier_by_number_and_by_the_address_in_its_code(world: World) -> None:
    one = await filed(world)
    code = (await commands.accept(world.binh, one.dossier_id, 1)).official_code or ''
    for given in (
        one.filing_number,
        code,
        f' {code.lower()} ',
        f'https://portal.example/tra-cuu?ma={one.filing_number}',
    ):
        assert await inbox.find(world.binh, given) == one.dossier_id
    for given in ('', 'zzz', 'https://portal.example/tra-cuu?x=1', f'{code}9'):
        with pytest.raises(NotFound):
            await inbox.find(world.binh, given)
    for stranger in (world.em, world.an, world.guest):
        with pytest.raises(NotFound):
            await inbox.find(stranger, code)


async def test_a_leader_sees_what_waits_for_a_signature_with_its_result_and_nobody_else_does(world: World) -> None:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id))
    assert await inbox.approvals(world.dung) == ()
    done = await commands.forward(world.chi, one.dossier_id, done.version)
    (waiting,) = await inbox.approvals(world.dung)
    assert waiting.row.dossier_id == one.dossier_id and waiting.version == done.version and waiting.is_ready
    assert [f.name for f in waiting.files] == ['ket-qua.png']
    for other in (world.binh, world.chi, world.em, world.an):
        with pytest.raises(NotAllowed):
            await inbox.approvals(other)
    await commands.approve(world.dung, one.dossier_id, waiting.version)
    assert await inbox.approvals(world.dung) == ()
