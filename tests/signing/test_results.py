"""Signing with the act: the leader's approval and the clerk's seal, whole or not at all."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access import Actor
from app.db import read
from app.dossiers import attachments, commands
from app.dossiers.commands import Done
from app.errors import Invalid, NotAllowed, NotFound, Stale, TooMany, WrongState
from app.settings import Settings
from app.signing import keys, results, trust, unlocking
from app.signing.kept import kept
from app.signing.reading import signatures_of
from app.workflow.transitions import Action
from models import Attachment, Event, EventText, StepRun
from models.enums import AttachmentKind, AttachmentState, Status
from tests.signing.conftest import PIN, SEAL_PIN, Signers, at_leader
from tests.support.world import PNG, World

pytestmark = pytest.mark.timeout(240)


async def _files(dossier_id: str, kind: AttachmentKind = AttachmentKind.RESULT) -> list[Attachment]:
    async with read() as db:
        query = select(Attachment).where(Attachment.dossier_id == dossier_id, Attachment.kind == kind)
        return list((await db.execute(query.order_by(Attachment.uploaded_at))).scalars())


async def _told(dossier_id: str, action: str) -> dict[str, object]:
    async with read() as db:
        query = select(EventText.data).join(Event, Event.id == EventText.event_id)
        return (await db.execute(query.where(Event.dossier_id == dossier_id, Event.action == action))).scalars().one()


async def _content(actor: Actor, file: Attachment) -> bytes:
    return (await attachments.open_file(actor, file.id)).content


async def _sealed(world: World, signers: Signers) -> None:
    manager = _admin(world)
    await keys.add_seal(manager, world.unit.id, signers.file(signers.seal, SEAL_PIN), SEAL_PIN)


def _admin(world: World) -> Actor:
    from dataclasses import replace

    from app.access import Granted
    from models.enums import Role

    return replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, frozenset({world.unit.id})),))


async def test_approval_signs_the_result_and_the_record_says_which_bytes_became_which(keyed: World) -> None:
    dossier_id, version = await at_leader(keyed)
    offer = await results.offer(keyed.dung, dossier_id, Action.APPROVE)
    assert offer.signs and offer.key and offer.key.signer == 'Phạm Văn Dũng'
    done = await results.approve(keyed.dung, dossier_id, version, pin=PIN, note='Đồng ý')
    before, after = await _files(dossier_id)
    assert (before.state, after.state) == (AttachmentState.SUPERSEDED, AttachmentState.STORED)
    old, new = await _content(keyed.dung, before), await _content(keyed.dung, after)
    assert new.startswith(old) and hashlib.sha256(new).hexdigest() == after.stored_sha256
    told = (await _told(dossier_id, 'approve'))['signature']
    assert told == {
        'how': 'key', 'by': 'Phạm Văn Dũng', 'certificate': offer.key.fingerprint, 'stamped': False,
        'file': after.id, 'from': before.stored_sha256, 'sha256': after.stored_sha256,
    }  # fmt: skip
    (found,) = await signatures_of(new)
    assert found.holds and found.signer == 'Phạm Văn Dũng' and found.kind == 'person' and not found.timestamped
    assert kept(after) == (found,) and done.status == Status.PROCESSING


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_the_clerk_seals_and_poppler_accepts_both_signatures(
    keyed: World, signers: Signers, tmp_path: Path
) -> None:
    await _sealed(keyed, signers)
    dossier_id, version = await at_leader(keyed)
    done = await results.approve(keyed.dung, dossier_id, version, pin=PIN)
    done = await results.finish(keyed.giang, dossier_id, done.version, pin=SEAL_PIN)
    assert done.status == Status.RESOLVED
    file = (await _files(dossier_id))[-1]
    content = await _content(keyed.giang, file)
    person, seal = await signatures_of(content)
    assert person.holds and seal.holds and (person.kind, seal.kind) == ('person', 'seal')
    said = _pdfsig(content, tmp_path)
    assert said.count('Signature is Valid') == 2 and said.count('ETSI.CAdES.detached') == 2
    assert 'Phạm Văn Dũng' in said and 'Total document signed' in said
    damaged = bytearray(content)
    damaged[len(content) // 50] ^= 1
    assert not any(one.intact for one in await signatures_of(bytes(damaged)))
    assert 'Signature is Valid' not in _pdfsig(bytes(damaged), tmp_path)


def _pdfsig(content: bytes, folder: Path) -> str:
    if shutil.which('pdfsig') is None:
        pytest.skip('pdfsig (Debian: poppler-utils) is not installed')
    file = folder / 'signed.pdf'
    file.write_bytes(content)
    return subprocess.run(['pdfsig', file], capture_output=True, text=True, timeout=30).stdout


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_wrong_pin_signs_nothing_is_written_down_and_is_not_borne_for_long(keyed: World) -> None:
    dossier_id, version = await at_leader(keyed)
    for _ in range(unlocking.TRIES):
        with pytest.raises(Invalid):
            await results.approve(keyed.dung, dossier_id, version, pin='000000')
    with pytest.raises(TooMany):
        await results.approve(keyed.dung, dossier_id, version, pin=PIN)
    assert [file.state for file in await _files(dossier_id)] == [AttachmentState.STORED]
    async with read() as db:
        query = select(Event.subject_id).where(Event.action == 'pin_wrong')
        assert set((await db.execute(query)).scalars()) == {keyed.dung.account_id}


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_whoever_may_not_approve_never_reaches_a_key(keyed: World) -> None:
    dossier_id, version = await at_leader(keyed)
    for stranger, error in ((keyed.em, NotFound), (keyed.chi, WrongState), (keyed.an, NotFound)):
        with pytest.raises(error):
            await results.approve(stranger, dossier_id, version, pin=PIN)
    with pytest.raises(Stale):
        await results.approve(keyed.dung, dossier_id, version - 1, pin=PIN)
    signer = await unlocking.own(keyed.dung, PIN)
    with pytest.raises(NotAllowed):  # an open key is its holder's alone
        await results.approve_with(keyed.giang, dossier_id, version, signer)
    assert len(await _files(dossier_id)) == 1


async def test_a_result_that_was_exchanged_while_it_was_signed_is_not_approved(
    keyed: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dossier_id, version = await at_leader(keyed)
    made = results._made

    async def exchanged(*args: object) -> object:
        answer = await made(*args)  # type: ignore[arg-type]
        async with results.write() as db:
            (row,) = (await db.execute(select(Attachment).where(Attachment.kind == AttachmentKind.RESULT))).scalars()
            row.stored_sha256 = 'f' * 64
        return answer

    monkeypatch.setattr(results, '_made', exchanged)
    stored = set((tmp_path / 'files').rglob('*'))
    with pytest.raises(Stale):
        await results.approve(keyed.dung, dossier_id, version, pin=PIN)
    assert [file.state for file in await _files(dossier_id)] == [AttachmentState.STORED]
    assert {p for p in (tmp_path / 'files').rglob('*') if p.is_file()} == {p for p in stored if p.is_file()}


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_picture_becomes_a_pdf_and_is_signed_and_another_file_says_that_it_cannot_be(keyed: World) -> None:
    dossier_id, version = await at_leader(keyed, PNG, 'anh.png')
    await results.approve(keyed.dung, dossier_id, version, pin=PIN)
    file = (await _files(dossier_id))[-1]
    assert (file.media_type, file.name) == ('application/pdf', 'anh.pdf')
    assert [one.signer for one in kept(file)] == ['Phạm Văn Dũng']


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_by_hand_stays_possible_and_the_record_says_so_unless_the_office_requires_more(
    keyed: World, trusted: Settings, signers: Signers
) -> None:
    dossier_id, version = await at_leader(keyed)
    trust.use_settings(trusted.model_copy(update={'result_signatures': 'required'}))
    with pytest.raises(WrongState) as refused:
        await commands.approve(keyed.dung, dossier_id, version)
    assert refused.value.key == 'signing.signature_needed'
    trust.use_settings(trusted)
    done = await commands.approve(keyed.dung, dossier_id, version)
    assert (await _told(dossier_id, 'approve'))['signature'] == {'how': 'paper'}
    await _sealed(keyed, signers)
    trust.use_settings(trusted.model_copy(update={'result_signatures': 'required'}))
    with pytest.raises(WrongState) as refused:
        await commands.finish(keyed.giang, dossier_id, done.version)
    assert refused.value.key == 'signing.seal_needed'
    await results.finish(keyed.giang, dossier_id, done.version, pin=SEAL_PIN)


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_signed_and_approved_result_is_not_replaced_but_can_be_sent_back(keyed: World) -> None:
    dossier_id, version = await at_leader(keyed)
    done: Done = await results.approve(keyed.dung, dossier_id, version, pin=PIN)
    done = await commands.take(keyed.giang, dossier_id, done.version)
    with pytest.raises(WrongState) as refused:
        await attachments.add_result(keyed.giang, dossier_id, AttachmentKind.RESULT, 'khac.png', PNG)
    assert refused.value.key == 'signing.stands'
    done = await commands.send_back(keyed.giang, dossier_id, done.version, 'Sai họ tên')
    async with read() as db:
        runs = (await db.execute(select(StepRun.step_key).where(StepRun.ended_at.is_(None)))).scalars().all()
    assert runs == ['approve']
    await attachments.add_result(keyed.dung, dossier_id, AttachmentKind.RESULT, 'sua.png', PNG)
    await results.approve(keyed.dung, dossier_id, done.version, pin=PIN)
