"""A signed result: who signed when is said from what was read at issue, a changed byte is found, a required signature asked."""

import asyncio
import hashlib
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from httpx import AsyncClient

from app import crypto, keyring
from app.access import anonymous
from app.clock import now, pretend
from app.demo import papers
from app.demo.authority import TO
from app.dossiers import attachments, commands, desk
from app.errors import Invalid, Stale, TooMany, WrongState
from app.settings import Settings
from app.signing import opening, results, trust
from app.signing.making import made
from app.signing.opening import unlocked
from app.signing.reading import from_json, signatures_of
from app.signing.rules import Printed
from app.signing.signing import Holder, KeptKey, Purpose
from app.verification import copies, public, revoking, tokens
from models.enums import AttachmentKind
from tests.signing.conftest import PIN, SEAL_PIN, UNIT, Signers, at_leader, few_rounds, keyed, signers, trusted  # noqa: F401 fixtures
from tests.signing.test_brought import elsewhere
from tests.signing.test_results import _sealed as sealed
from tests.support.world import PNG, World
from tests.verification.papers import REASON, corrected, resolved, rows, upload


async def test_who_signed_is_said_and_a_changed_byte_is_found(keyed: World, visitor: AsyncClient) -> None:  # noqa: F811
    dossier_id, version = await at_leader(keyed)
    done = await results.approve(keyed.dung, dossier_id, version, pin=PIN)
    await commands.finish(keyed.giang, dossier_id, done.version, number='3/GXN')
    result = (await rows())[-1]
    (signature,) = [from_json(one) for one in result.signatures]
    assert signature.holds and signature.signer == 'Phạm Văn Dũng'
    path = f'/xac-thuc/{tokens.token_of(result.id)}'
    page = await visitor.get(path)
    assert 'Phạm Văn Dũng' in page.text and 'Nguyên vẹn, chứng thư tin cậy.' in page.text
    assert '001077000456' not in page.text and 'Nguyễn Thị An' not in page.text
    content = (await attachments.open_file(keyed.giang, result.attachment_id or '')).content
    same = await upload(visitor, path, content)
    assert 'Đúng là bản đã cấp' in same.text and same.text.count('Phạm Văn Dũng') == 2
    changed = bytearray(content)
    changed[len(changed) // 3] ^= 1
    other = await upload(visitor, path, bytes(changed))
    assert 'Không phải bản đã cấp' in other.text and 'Đúng là bản đã cấp' not in other.text
    assert other.text.count('Nguyên vẹn, chứng thư tin cậy.') == 1  # what was issued, not what was sent
    with pretend(TO + timedelta(days=1)):  # its certificate has ended
        later = await public.check(anonymous(), tokens.token_of(result.id), BytesIO(content))
    assert later.verdict == 'same' and [one.holds for one in later.signatures] == [True]


async def test_who_signed_in_time_signed_though_the_certificate_ended_before_the_result_was_issued(
    world: World,
    trusted: Settings,  # noqa: F811
    signers: Signers,  # noqa: F811
) -> None:
    ends = signers.authority.person('Phạm Văn Dũng', UNIT, to=now() + timedelta(days=1))
    signed = await elsewhere(await papers.result('Giấy', 'Nguyễn Thị An'), ends, signers.authority)
    dossier_id, _ = await at_leader(world, signed)
    known = await signatures_of(signed)
    opened = await unlocked((await opening.taken(signers.file(signers.seal), PIN)).wrapped, PIN)
    seal = KeptKey(Holder('', UNIT, signers.seal.certificate.fingerprint(SHA256()).hex(), unit_id='u'), opened, None)
    with pretend(now() + timedelta(days=2)):
        assert [one.trusted for one in await signatures_of(signed)] == [False]
        told = await copies.inspected(world.dung, dossier_id, AttachmentKind.RESULT)
        assert [from_json(one).holds for one in told['signatures']] == [True]
        _, keep = await made(signed, seal, Purpose('Ban hành', UNIT, now()), known)
        assert [from_json(one).holds for one in keep['found']] == [True, True]


async def test_copies_of_strangers_are_read_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file can be made to take as long as it may; filing and signing go on beside it."""
    at_once, most, goes_on = 0, 0, asyncio.Event()

    async def slow(*_: Any, **__: Any) -> tuple[()]:
        nonlocal at_once, most
        at_once, most = at_once + 1, max(most, at_once + 1)
        await goes_on.wait()
        at_once -= 1
        return ()

    monkeypatch.setattr(copies, 'signatures_of', slow)
    reads = [asyncio.create_task(copies.signatures_in(BytesIO(b'/ByteRange'), None)) for _ in range(copies.WAITING)]
    while not at_once:
        await asyncio.sleep(0)
    with pytest.raises(TooMany):
        await copies.signatures_in(BytesIO(b'/ByteRange'), None)
    goes_on.set()
    assert await asyncio.gather(*reads) == [()] * copies.WAITING and most == 1
    assert await copies.signatures_in(BytesIO(b'/ByteRange'), None) == ()


async def test_where_results_must_be_signed_a_correction_that_its_leader_did_not_sign_is_not_issued(
    world: World,
    trusted: Settings,  # noqa: F811
    signers: Signers,  # noqa: F811
) -> None:
    one, done = await resolved(world)
    await revoking.add_correction(world.dung, one.dossier_id, 'sua.png', corrected())
    trust.use_settings(trusted.model_copy(update={'result_signatures': 'required'}))
    with pytest.raises(WrongState, match='unsigned'):
        await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    theirs = await elsewhere(await papers.result('Giấy', 'Nguyễn Thị An'), signers.stranger, signers.authority)
    await revoking.add_correction(world.dung, one.dossier_id, 'sua.pdf', theirs)
    with pytest.raises(WrongState, match='unsigned'):  # signed by somebody, not by who issues it
        await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)
    trust.use_settings(trusted)
    await revoking.reissue_result(world.dung, one.dossier_id, done.version, **REASON)


async def test_a_leader_signs_the_correction_with_the_key_kept_here(keyed: World) -> None:  # noqa: F811
    one, done = await resolved(keyed)
    read = await revoking.add_correction(keyed.dung, one.dossier_id, 'sua.png', corrected())
    await revoking.add_correction(keyed.dung, one.dossier_id, 'khac.png', PNG)  # by another leader, say
    for pin in (PIN, ''):
        with pytest.raises(Stale):
            await revoking.reissue_result(keyed.dung, one.dossier_id, done.version, pin=pin, file=read.id, **REASON)
    with pytest.raises(Invalid):
        await revoking.reissue_result(keyed.dung, one.dossier_id, done.version, pin='999-999', **REASON)
    await revoking.reissue_result(keyed.dung, one.dossier_id, done.version, pin=PIN, **REASON)
    new = (await rows())[-1]
    (signature,) = [from_json(kept) for kept in new.signatures]
    assert signature.holds and signature.signer == 'Phạm Văn Dũng'
    content = (await attachments.open_file(keyed.dung, new.attachment_id or '')).content
    assert content.startswith(b'%PDF') and hashlib.sha256(content).hexdigest() == new.sha256


async def test_a_correction_is_signed_and_then_sealed_where_the_unit_has_a_seal(
    keyed: World,  # noqa: F811
    trusted: Settings,  # noqa: F811
    signers: Signers,  # noqa: F811
) -> None:
    one, done = await resolved(keyed)
    await sealed(keyed, signers)
    drawn = await revoking.add_correction(keyed.dung, one.dossier_id, 'sua.png', corrected(), printed=Printed('7/GXN'))
    trust.use_settings(trusted.model_copy(update={'result_signatures': 'required'}))
    act = partial(revoking.reissue_result, keyed.dung, one.dossier_id, done.version, file=drawn.id)
    for problem, wanted in (('number', {**REASON, 'number': '8/GXN'}), ('note', {**REASON, 'note': ' '})):
        with pytest.raises(Invalid) as differs:
            await act(pin=PIN, seal_pin=SEAL_PIN, **wanted)
        assert differs.value.problems.keys() == {problem}
    act = partial(act, **REASON)
    with pytest.raises(Invalid) as wrong:
        await act(pin=PIN, seal_pin='999-999')
    assert wrong.value.problems.keys() == {'seal_pin'}
    assert (await desk.desk_dossier(keyed.dung, one.dossier_id)).other_files[-1].name == 'sua.png', 'nothing was signed'
    with pytest.raises(WrongState, match='seal_needed'):
        await act(pin=PIN)
    await act(pin=PIN, seal_pin=SEAL_PIN)  # what was read is by now signed, once
    found = [from_json(kept) for kept in (await rows())[-1].signatures]
    assert (await rows())[-1].number == '7/GXN', 'what it prints is not lost when it is signed'
    assert [(one.kind, one.holds) for one in found] == [('person', True), ('seal', True)]


def test_what_is_printed_outlives_a_change_of_the_master_secret(master_key: bytes) -> None:
    before = tokens.token_of('x' * 22), tokens.hash_of('ABCD'), tokens.result_id('y' * 22, 1)
    kept = {purpose: crypto.key(purpose) for purpose in keyring.LASTING}
    try:
        crypto.use_master_key(b'another master secret', '2', kept=kept)
        assert (tokens.token_of('x' * 22), tokens.hash_of('ABCD'), tokens.result_id('y' * 22, 1)) == before
        crypto.use_master_key(b'another master secret', '2')
        assert tokens.token_of('x' * 22) != before[0]
    finally:
        crypto.use_master_key(master_key)
