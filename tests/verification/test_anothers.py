"""A result that is certainly another dossier's paper is not taken, in whatever dress it comes; one's own always is."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from app.clock import now
from app.db import write
from app.demo import papers
from app.documents import queries, render
from app.dossiers import applicant, attachments, commands
from app.errors import WrongState
from app.notifications.links import address
from app.signing import results as signing
from app.verification import anothers, revoking, tokens
from models.enums import AttachmentKind, Authentication
from tests.signing.conftest import PIN, at_leader, few_rounds, keyed, signers, trusted  # noqa: F401 - fixtures
from tests.support.world import World, filed, scan
from tests.verification.papers import REASON, resolved, rows

RESULT, DRAFT = AttachmentKind.RESULT, AttachmentKind.RESULT_DRAFT
pytestmark = [pytest.mark.timeout(60), pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)]


async def _at_chi(world: World) -> tuple[str, int]:
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    return one.dossier_id, done.version


async def _is_refused(world: World, dossier_id: str, content: bytes, kind: AttachmentKind = RESULT) -> bool:
    try:
        await attachments.add_result(world.chi, dossier_id, kind, 'ket-qua.pdf', content)
    except WrongState as refused:
        assert refused.key == 'verification.anothers' and not refused.values
        return True
    return False


async def test_a_leaders_signed_file_of_one_dossier_is_no_result_of_another(keyed: World) -> None:  # noqa: F811
    first, version = await at_leader(keyed)
    before = await attachments.open_file(keyed.dung, await _result_of(first))
    other, _ = await _at_chi(keyed)
    assert await _is_refused(keyed, other, before.content)
    assert await _is_refused(keyed, other, before.content, DRAFT)
    assert await _is_refused(keyed, other, before.content + b'\n% signed elsewhere\n%%EOF\n')  # before it was added to
    await signing.approve(keyed.dung, first, version, pin=PIN)
    signed = await attachments.open_file(keyed.dung, await _result_of(first))
    assert signed.content.startswith(before.content) and await _is_refused(keyed, other, signed.content)
    assert await _is_refused(keyed, other, before.content)  # what lies on the officer's computer was never signed
    assert not await _is_refused(keyed, other, await papers.result('Giấy thử', 'của hồ sơ này'))


async def _result_of(dossier_id: str) -> str:
    async with write() as db:
        found = await signing.rules.present(db, dossier_id)
        assert found
        return found.id


async def _drawn(title: str, **data: Any) -> bytes:
    told = {
        'unit': {'above': '', 'name': 'UBND', 'place': 'Tân Phú'}, 'day': '2026-11-20T08:00:00', 'code': 'H1',
        'draft': False, 'groups': [], 'statement_title': 'Xác nhận', 'statement': 'Nội dung', 'signer': 'Chủ tịch', **data,
    }  # fmt: skip
    return await render.in_thread(render.make_result, title, told)


def _printed(document_id: str) -> dict[str, str]:
    return tokens.printed(address(tokens.PATH), tokens.token_of(document_id))


def _saved_anew(content: bytes) -> bytes:
    """Return a PDF as another program would write it: the same pages, other bytes."""
    with pikepdf.open(BytesIO(content)) as paper:
        out = BytesIO()
        paper.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, linearize=True)
    return out.getvalue()


async def test_a_paper_that_was_drawn_for_another_dossier_is_known_by_its_code_however_it_was_saved(
    world: World,
) -> None:
    first, _ = await _at_chi(world)
    receipt = next(one for one in await rows() if one.dossier_id == first)
    paper = _saved_anew((await queries.open_document(world.chi, receipt.id)).content)
    other, _ = await _at_chi(world)
    assert await _is_refused(world, other, paper)
    assert not await _is_refused(world, first, paper)
    drawn = _saved_anew(await _drawn('Giấy thử', **_printed(tokens.result_id(first, 1))))  # not issued by anybody yet
    assert await _is_refused(world, other, drawn)
    assert not await _is_refused(world, first, drawn)
    assert not await _is_refused(world, other, await _drawn('Giấy thử'))  # it prints no code at all


async def test_what_was_issued_for_one_dossier_corrects_no_other(world: World) -> None:
    one, _ = await resolved(world)
    other, _ = await resolved(world)
    issued = scan(one.dossier_id)
    with pytest.raises(WrongState) as refused:
        await revoking.add_correction(world.dung, other.dossier_id, 'sua.png', issued)
    assert refused.value.key == 'verification.anothers'
    await revoking.add_correction(world.dung, one.dossier_id, 'nhu-cu.png', issued)


async def test_what_a_correction_was_before_it_was_signed_corrects_no_other(keyed: World) -> None:  # noqa: F811
    (one, version), (other, _) = [(one.dossier_id, done.version) for one, done in [await resolved(keyed) for _ in '12']]
    content = await papers.result('Giấy thử', 'Bản sửa')
    dung = replace(keyed.dung, proved_at=now())
    await revoking.add_correction(dung, one, 'sua.pdf', content)
    await revoking.reissue_result(dung, one, version, pin=PIN, **REASON)
    with pytest.raises(WrongState, match=r'verification\.anothers'):
        await revoking.add_correction(dung, other, 'sua.pdf', content)


async def test_two_results_that_were_issued_the_wrong_way_round_are_set_right(world: World) -> None:
    (one, done), (other, later) = await resolved(world), await resolved(world)
    dung = replace(world.dung, proved_at=now())
    await revoking.revoke_result(dung, other.dossier_id, later.version, **REASON)
    right, swapped = scan(other.dossier_id), scan(one.dossier_id)
    await revoking.add_correction(dung, one.dossier_id, 'dung.png', right)
    await revoking.reissue_result(dung, one.dossier_id, done.version, **REASON)
    await revoking.add_correction(dung, other.dossier_id, 'dung.png', swapped)
    await revoking.reissue_result(dung, other.dossier_id, later.version + 1, **REASON)


async def test_the_result_of_a_filing_that_ended_serves_the_one_after_it(world: World) -> None:
    first, version = await _at_chi(world)
    content = scan('chung')
    assert not await _is_refused(world, first, content)
    other, _ = await _at_chi(world)
    assert await _is_refused(world, other, content)
    guest = replace(world.guest, opened=frozenset({first}), authentication=Authentication.SECRET)
    await applicant.withdraw(guest, first, version, reason='Tôi nộp lại')
    assert not await _is_refused(world, other, content)


async def test_what_is_certified_may_be_any_paper(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = await _at_chi(world)
    assert not await _is_refused(world, first, scan('giấy'))
    other, _ = await _at_chi(world)
    monkeypatch.setattr(anothers, 'is_certification', lambda spec: True)
    assert not await _is_refused(world, other, scan('giấy'))
