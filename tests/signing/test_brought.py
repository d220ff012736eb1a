"""A result signed in another program comes back: ours to the byte, signed by whose turn it is, or not at all."""

import io

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_cms import SimpleSigner

from app import crypto
from app.access import Actor
from app.clock import now
from app.db import read, write
from app.demo import papers
from app.demo.authority import Authority, Issued
from app.dossiers import attachments
from app.errors import NotAllowed, NotFound, WrongState
from app.settings import Settings
from app.signing import brought, keys, results, rules, trust
from app.signing.kept import kept
from app.signing.signing import Holder, KeptKey, Purpose
from models import Account
from tests.signing.conftest import Signers, at_leader, pem
from tests.signing.test_results import _told
from tests.support.world import World

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def dialect() -> str:
    """What is taken does not hang on the database."""
    return 'sqlite'


@pytest.fixture
async def registered(world: World, trusted: Settings, signers: Signers) -> World:
    """Dũng's key is in a token; its certificate is known here."""
    await keys.add_certificate(world.dung, pem(signers.dung))
    return world


async def elsewhere(pdf: bytes, one: Issued, root: Authority) -> bytes:
    """Sign as another program does."""
    raw = pkcs12.serialize_key_and_certificates(
        None, one.key, one.certificate, [root.root], BestAvailableEncryption(b'x')
    )
    signer = KeptKey(Holder('', '', ''), SimpleSigner.load_pkcs12_data(raw, [], b'x'), None)
    return await signer.sign(pdf, Purpose('Ký', 'Tân Phú', now()))


async def _downloaded(actor: Actor, dossier_id: str) -> bytes:
    async with read() as db:
        row = await rules.present(db, dossier_id)
    assert row
    return (await attachments.open_file(actor, row.id)).content


async def test_the_very_file_signed_by_the_leader_is_taken_and_its_approval_says_so(
    registered: World, signers: Signers
) -> None:
    dossier_id, version = await at_leader(registered)
    with pytest.raises(WrongState) as refused:
        await results.approve_as(registered.dung, dossier_id, version, how='brought')
    assert refused.value.key == 'signing.nothing_brought'
    ours = await _downloaded(registered.dung, dossier_id)
    file = await brought.add_signed(registered.dung, dossier_id, await elsewhere(ours, signers.dung, signers.authority))
    await results.approve_as(registered.dung, dossier_id, version, how='brought')
    told = (await _told(dossier_id, 'approve'))['signature']
    assert isinstance(told, dict) and (told['how'], told['by'], told['file']) == ('brought', 'Phạm Văn Dũng', file.id)
    moved = (await _told(dossier_id, 'attach_signed'))['signature']
    assert isinstance(moved, dict) and moved['sha256'] == told['sha256'] != moved['from']


async def _refusal(actor: Actor, dossier_id: str, content: bytes) -> str:
    with pytest.raises(WrongState) as refused:
        await brought.add_signed(actor, dossier_id, content)
    return refused.value.key.removeprefix('signing.')


async def test_everything_else_is_refused_with_its_own_sentence(registered: World, signers: Signers) -> None:
    dossier_id, _ = await at_leader(registered)
    dung, root = registered.dung, signers.authority
    ours = await _downloaded(dung, dossier_id)
    signed = await elsewhere(ours, signers.dung, root)
    other = await elsewhere(await papers.result('Giấy khác', 'Người khác'), signers.dung, root)
    self_made = Authority('Tự cấp')
    forged = await elsewhere(ours, self_made.person('Phạm Văn Dũng', 'UBND xã Tân Phú'), self_made)
    damaged = bytearray(signed)
    damaged[len(ours) + 100] ^= 1
    for content, reason in (
        (ours, 'nothing_signed'),
        (other, 'other_bytes'),
        (await elsewhere(ours, signers.stranger, root), 'foreign_certificate'),
        (await elsewhere(ours, signers.seal, root), 'foreign_certificate'),
        (forged, 'untrusted'),
        (await elsewhere(_with_more(ours), signers.dung, root), 'changed_content'),
        (_with_more(signed), 'changed_content'),
    ):
        assert await _refusal(dung, dossier_id, content) == reason
    assert await _refusal(dung, dossier_id, bytes(damaged)) in ('not_intact', 'changed_content')
    async with read() as db:
        row = await rules.present(db, dossier_id)
    assert row and not kept(row)
    for stranger, error in ((registered.em, NotFound), (registered.chi, NotAllowed), (registered.an, NotAllowed)):
        with pytest.raises(error):
            await brought.add_signed(stranger, dossier_id, signed)


def _with_more(pdf: bytes) -> bytes:
    """Add an update in which the page says something else."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    page = writer.root['/Pages']['/Kids'][0].get_object()
    page['/Contents'] = writer.add_object(generic.StreamObject(stream_data=b'0 0 0 rg 0 0 500 500 re f'))
    writer.mark_update(page.container_ref)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


async def test_by_name_and_number_where_the_office_says_so_and_not_by_name_alone(
    world: World, trusted: Settings, signers: Signers
) -> None:
    dossier_id, _ = await at_leader(world)
    signed = await elsewhere(await _downloaded(world.dung, dossier_id), signers.dung, signers.authority)
    assert await _refusal(world.dung, dossier_id, signed) == 'foreign_certificate'
    trust.use_settings(trusted.model_copy(update={'signer_match': 'person'}))
    assert await _refusal(world.dung, dossier_id, signed) == 'foreign_certificate'
    async with write() as db:
        account = await db.get_one(Account, world.dung.account_id)
        account.personal_id_sealed = crypto.seal('001077000456', f'account.personal_id_sealed:{account.id}')
    await brought.add_signed(world.dung, dossier_id, signed)
    (key,) = await keys.own(world.dung)
    assert not key.is_kept and key.signer == 'Phạm Văn Dũng'
