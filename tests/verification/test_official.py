"""Official papers that are no results: signed by whom they name, sealed by the unit, checked by anybody who holds them."""

import hashlib
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.access import Actor, Granted
from app.clock import VIETNAM, pretend
from app.db import read, write
from app.demo.authority import Issued
from app.documents.queries import documents_of, open_document
from app.dossiers import applicant, commands
from app.errors import AppError, Invalid, NotAllowed, NotFound, Stale, WrongState
from app.i18n import words
from app.settings import Settings
from app.signing import keys, official, unattended, unlocking
from app.signing.reading import signatures_of
from app.verification import tokens
from components.issued import issued
from models import Attachment, Document, Event, SigningKey
from models.enums import AttachmentState, Authentication, Role
from tests.signing.conftest import PIN, SEAL_PIN, Signers, few_rounds, pem, signers, trusted  # noqa: F401 fixtures
from tests.signing.test_brought import elsewhere
from tests.support.world import World, filed
from tests.verification.papers import upload

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope='session')
def binh(signers: Signers) -> Issued:  # noqa: F811
    """Make Bình's key once."""
    return signers.authority.person('Trần Văn Bình', 'UBND xã Tân Phú', 'Công chức')


@pytest.fixture
async def keyed(world: World, trusted: Settings, signers: Signers, binh: Issued) -> World:  # noqa: F811
    """Bình and Dũng have kept keys, the unit a seal."""
    await keys.add_own(world.binh, signers.file(binh), PIN)
    await keys.add_own(world.dung, signers.file(signers.dung), PIN)
    await keys.add_seal(manager(world), world.unit.id, signers.file(signers.seal, SEAL_PIN), SEAL_PIN)
    return world


def manager(world: World) -> Actor:
    """Return whoever manages the unit's seal."""
    return replace(world.ha, grants=(Granted(Role.ADMIN, world.unit.id, frozenset({world.unit.id})),))


async def accepted(world: World) -> Document:
    """Have a dossier of An's accepted, and return its receipt."""
    one = await filed(world, world.an, with_account=True)
    await commands.accept(world.binh, one.dossier_id, 1)
    return await paper_of(one.dossier_id, 'receipt')


async def paper_of(dossier_id: str, form: str) -> Document:
    """Return a paper of a dossier as it is now."""
    async with read() as db:
        query = select(Document).where(Document.dossier_id == dossier_id, Document.form_code == form)
        return (await db.execute(query)).scalar_one()


async def again(one: Document) -> Document:
    """Return a paper as it is now."""
    async with read() as db:
        return await db.get_one(Document, one.id)


async def content(actor: Actor, one: Document) -> bytes:
    """Return a paper as it is given out."""
    return (await open_document(actor, one.id)).content


async def test_whom_the_receipt_names_signs_it_the_unit_seals_it_and_anybody_can_see_that(
    keyed: World, visitor: AsyncClient, tmp_path: Path
) -> None:
    one = await accepted(keyed)
    before = await content(keyed.an, one)
    assert [w.wants for w in await official.waiting(keyed.binh)] == ['person']
    assert await official.waiting(keyed.giang) == () and await official.waiting(keyed.chi) == ()
    await official.sign(keyed.binh, one.id, pin=PIN)
    signed = await content(keyed.an, one)
    assert signed.startswith(before) and [s.signer for s in await signatures_of(signed)] == ['Trần Văn Bình']
    assert [w.wants for w in await official.waiting(keyed.giang)] == ['seal']
    assert await official.waiting(keyed.binh) == ()
    digest = await official.seal(keyed.giang, one.id, pin=SEAL_PIN)
    whole = await content(keyed.an, one)
    person, seal = await signatures_of(whole)
    assert whole.startswith(signed) and hashlib.sha256(whole).hexdigest() == digest
    assert person.holds and seal.holds and person.visible and seal.visible and seal.kind == 'seal'
    said = _pdfsig(whole, tmp_path)
    assert said.count('Signature is Valid') == 2 and 'Total document signed' in said
    path = f'/xac-thuc/{tokens.token_of(one.id)}'
    page = (await visitor.get(path)).text
    assert 'Trần Văn Bình' in page and 'UBND xã Tân Phú' in page and page.count('Nguyên vẹn, chứng thư tin cậy.') == 2
    assert 'Đúng là bản đã cấp' in (await upload(visitor, path, whole)).text
    for old in (before, signed):
        assert 'bản trước khi ký số' in (await upload(visitor, path, old)).text
    damaged = bytearray(whole)
    damaged[len(before) // 2] ^= 1
    assert 'Không phải bản đã cấp' in (await upload(visitor, path, bytes(damaged))).text
    assert 'Signature is Valid' not in _pdfsig(bytes(damaged), tmp_path)
    with pytest.raises(WrongState):
        await official.sign(keyed.binh, one.id, pin=PIN)
    await _is_recorded(keyed, await again(one), [before, signed, whole])


async def _is_recorded(world: World, one: Document, files: list[bytes]) -> None:
    """The record says who added which signature; the files from before are kept, and the paper knows their hashes."""
    hashes = [hashlib.sha256(file).hexdigest() for file in files]
    assert [*one.earlier, one.sha256] == hashes and one.signed_at and one.sealed_at
    async with read() as db:
        query = select(Attachment).where(Attachment.kind == 'document').order_by(Attachment.uploaded_at)
        kept = list((await db.execute(query)).scalars())
        acts = select(Event.action, Event.actor_id).where(Event.subject_id == one.id).order_by(Event.sequence)
        events = [tuple(event) for event in await db.execute(acts)]
    old, new = AttachmentState.SUPERSEDED, AttachmentState.STORED
    assert [(file.stored_sha256, file.state) for file in kept] == list(zip(hashes, (old, old, new), strict=True))
    assert kept[-1].id == one.attachment_id
    assert events[1:] == [('paper_signed', world.binh.account_id), ('paper_sealed', world.giang.account_id)]


def _pdfsig(pdf: bytes, folder: Path) -> str:
    if shutil.which('pdfsig') is None:
        pytest.skip('pdfsig (Debian: poppler-utils) is not installed')
    file = folder / 'signed.pdf'
    file.write_bytes(pdf)
    return subprocess.run(['pdfsig', file], capture_output=True, text=True, timeout=30).stdout


async def test_nobody_signs_for_somebody_else_and_a_wrong_pin_signs_nothing(keyed: World) -> None:
    one = await accepted(keyed)
    program = replace(keyed.binh, authentication=Authentication.TOKEN, scopes=frozenset({keys.OWN}))
    for actor, error in (
        (keyed.an, NotAllowed),
        (keyed.em, NotFound),
        (keyed.chi, NotAllowed),
        (keyed.dung, NotAllowed),
        (program, AppError),
    ):
        with pytest.raises(error):
            await official.sign(actor, one.id, pin=PIN)
    with pytest.raises(Invalid):
        await official.sign(keyed.binh, one.id, pin='000000')
    with pytest.raises(NotAllowed):  # the seal comes after the signature
        await official.seal(keyed.giang, one.id, pin=SEAL_PIN)
    dung = await unlocking.own(keyed.dung, PIN)
    with pytest.raises(NotAllowed):
        await official.sign_with(keyed.binh, one.id, dung)
    assert (await again(one)).signed_at is None and (await again(one)).signatures == []


async def test_a_paper_for_the_head_of_the_agency_waits_for_a_leader_whoever_wrote_it(keyed: World) -> None:
    head = replace(keyed.chi, grants=(Granted(Role.SECTION_HEAD, keyed.unit.id, frozenset({keyed.unit.id})),))
    why = {'day': '25/11/2026', 'delayed_by': 'Phòng chuyên môn', 'reason': 'Cần xác minh thêm'}
    with pretend(datetime(2026, 11, 16, 9, tzinfo=VIETNAM)):
        one = await filed(keyed, keyed.an, with_account=True)
        done = await commands.accept(keyed.binh, one.dossier_id, 1)
        await commands.reappoint(head, one.dossier_id, done.version, **why)
        apology = await paper_of(one.dossier_id, 'apology')
        assert apology.data['officer'] is None
        with pytest.raises(NotAllowed):
            await official.sign(head, apology.id, pin=PIN)
        assert [w.form_code for w in await official.waiting(keyed.dung)] == ['apology']
        await official.sign(keyed.dung, apology.id, pin=PIN)
    assert [s.signer for s in await signatures_of(await content(keyed.an, apology))] == ['Phạm Văn Dũng']


async def test_what_was_signed_in_another_program_is_taken_back_if_it_is_ours_and_theirs(
    world: World,
    trusted: Settings,  # noqa: F811
    signers: Signers,  # noqa: F811
    binh: Issued,
) -> None:
    await keys.add_certificate(world.binh, pem(binh))
    one = await accepted(world)
    ours = await content(world.binh, one)
    root = signers.authority
    refused = {
        'foreign_certificate': await elsewhere(ours, signers.stranger, root),
        'nothing_signed': ours,
        'other_bytes': await elsewhere(ours.replace(b'%PDF-1.7', b'%PDF-1.6', 1), binh, root),
    }
    for key, file in refused.items():
        with pytest.raises(WrongState, match=key):
            await official.add_signed(world.binh, one.id, file)
    with pytest.raises(NotFound, match='no_key'):
        await official.sign(world.binh, one.id, pin=PIN)
    program = replace(world.binh, authentication=Authentication.TOKEN, scopes=frozenset(_SCOPES))
    await official.add_signed(program, one.id, await elsewhere(ours, binh, root))
    assert (await again(one)).signed_at and len(await signatures_of(await content(world.an, one))) == 1


_SCOPES = (keys.OWN, keys.Permission.PAPER_READ, keys.Permission.DOSSIER_READ)


async def test_several_are_signed_with_one_pin_each_by_itself_and_who_is_slower_signs_nothing(
    keyed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [await accepted(keyed) for _ in range(2)]
    signer = await unlocking.own(keyed.binh, PIN)
    async with write() as db:
        (await db.get_one(Document, papers[0].id)).revoked_at = papers[0].issued_at
    with pytest.raises(NotFound):
        await official.sign_with(keyed.binh, papers[0].id, signer)
    made = official.made

    async def overtaken(*given: object) -> object:
        answer = await made(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(official, 'made', made)
        await official.sign_with(keyed.binh, papers[1].id, signer)
        return answer

    monkeypatch.setattr(official, 'made', overtaken)
    with pytest.raises((Stale, NotAllowed)):
        await official.sign_with(keyed.binh, papers[1].id, signer)
    assert [len((await again(one)).signatures) for one in papers] == [0, 1]


async def test_what_is_issued_by_itself_is_sealed_at_once_where_the_unit_allowed_it(keyed: World) -> None:
    boss = manager(keyed)
    with pytest.raises(NotAllowed):
        await unattended.allow(keyed.dung, keyed.unit.id, SEAL_PIN)
    with pytest.raises(Invalid):
        await unattended.allow(boss, keyed.unit.id, 'sai-ma-pin')
    assert (await unattended.allow(boss, keyed.unit.id, SEAL_PIN)).is_unattended
    one = await withdrawn(keyed)
    (seal,) = await signatures_of(await content(keyed.an, one))
    assert seal.holds and seal.kind == 'seal' and (await again(one)).sealed_at
    receipt = await accepted(keyed)
    assert [s.kind for s in await signatures_of(await content(keyed.an, receipt))] == ['seal']
    await official.sign(keyed.binh, receipt.id, pin=PIN)  # who received it signs all the same
    assert [s.holds for s in await signatures_of(await content(keyed.an, receipt))] == [True, True]
    await unattended.end(boss, keyed.unit.id)
    async with read() as db:
        kept = (await db.execute(select(SigningKey.pin_sealed))).scalars().all()
    assert not any(kept)


async def test_what_nobody_signed_says_so_plainly(keyed: World, visitor: AsyncClient) -> None:
    one = await withdrawn(keyed)
    assert await signatures_of(await content(keyed.an, one)) == ()
    assert 'chưa được ký số' in (await visitor.get(f'/xac-thuc/{tokens.token_of(one.id)}')).text
    (paper,) = await documents_of(keyed.an, one.dossier_id or '')
    assert paper.is_plain and not paper.waits and 'Chưa ký số' in issued((paper,), words('vi'))
    assert [w.wants for w in await official.waiting(keyed.giang)] == ['seal']  # nobody is named: the seal alone
    await official.seal(keyed.giang, one.id, pin=SEAL_PIN)
    (paper,) = await documents_of(keyed.an, one.dossier_id or '')
    assert not paper.is_plain and 'UBND xã Tân Phú' in issued((paper,), words('vi'))


async def withdrawn(world: World) -> Document:
    """Have a dossier withdrawn online by its applicant, and return the notice that nobody signs."""
    one = await filed(world, world.an, with_account=True)
    await applicant.withdraw(world.an, one.dossier_id, 1, reason=None)
    return await paper_of(one.dossier_id, 'stop')


async def test_a_paper_is_never_kept_back_for_want_of_a_seal(keyed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await unattended.allow(manager(keyed), keyed.unit.id, SEAL_PIN)
    one = await withdrawn(keyed)

    async def broken(*_: object) -> object:
        raise WrongState('signing.cannot_sign_file')

    monkeypatch.setattr(unattended, 'made', broken)
    assert (await content(keyed.an, one)).startswith(b'%PDF')
    assert (await again(one)).sealed_at is None
