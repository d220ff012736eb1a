"""Lists of revoked certificates, over a socket: who was revoked is said so, and what cannot be had is not taken for good."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from pyhanko.sign.signers.pdf_cms import SimpleSigner

from app.clock import now, pretend
from app.demo.authority import Authority, Issued
from app.errors import Invalid
from app.i18n import words
from app.settings import Settings
from app.signing import keys, revocation, trust
from app.signing.pades import with_evidence
from app.signing.reading import Signature, as_json, from_json, signatures_of
from app.signing.signing import Holder, KeptKey, Purpose
from components.signatures import judged, signatures
from tests.audit.authority import authority as stamping_authority
from tests.signing.conftest import UNIT
from tests.signing.lists import ALLOWED, Place, place
from tests.signing.test_brought import elsewhere
from tests.support.world import World

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def dialect() -> str:
    """What is fetched does not hang on the database."""
    return 'sqlite'


@dataclass
class House:
    """An authority that publishes its list, one signer of it, and our settings."""

    authority: Authority
    signer: Issued
    place: Place
    settings: Settings

    def publish(self, *revoked: Issued) -> None:
        """Put the list of today in its place."""
        self.place.content = self.authority.revoked(
            *(one.certificate for one in revoked), at=now() - timedelta(hours=1)
        )
        revocation.forget()


@pytest.fixture(scope='module')
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Make an authority whose list lies on a socket, once: keys take longest."""
    folder = tmp_path_factory.mktemp('lists')
    with place() as where:
        authority = Authority('Trung tâm chứng thực có thu hồi', lists=where.url)
        roots = folder / 'roots.pem'
        roots.write_text(authority.pem)
        settings = Settings(data_dir=folder, trusted_roots=str(roots), revocation_hosts=ALLOWED, _env_file=None)
        yield House(authority, authority.person('Phạm Văn Dũng', UNIT, 'Chủ tịch'), where, settings)


@pytest.fixture
def house(built: House) -> Iterator[House]:
    """Believe it."""
    trust.use_settings(built.settings)
    built.place.mood = '200'
    built.place.asked.clear()
    yield built
    trust.use_settings(Settings(data_dir=built.settings.data_dir))
    revocation.forget()


@pytest.fixture
async def paper(house: House) -> bytes:
    """A paper that the signer signed."""
    return await elsewhere(blank(), house.signer, house.authority)


def blank() -> bytes:
    """Return an empty sheet."""
    out = io.BytesIO()
    with pikepdf.new() as sheet:
        sheet.add_blank_page(page_size=(300, 300))
        sheet.save(out)
    return out.getvalue()


async def _one(pdf: bytes) -> Signature:
    (found,) = await signatures_of(pdf)
    assert from_json(as_json(found)) == found
    return found


async def test_a_revoked_signer_is_said_so_and_one_who_was_not_is_good(house: House, paper: bytes) -> None:
    house.publish()
    good = await _one(paper)
    assert (good.holds, good.revocation, judged(good)[0]) == (True, 'good', 'good')
    house.publish(house.signer)
    bad = await _one(paper)
    assert not bad.holds and bad.intact and bad.revocation == 'revoked' and bad.revoked_at
    assert abs(bad.revoked_at - now() + timedelta(hours=1)) < timedelta(minutes=1)
    assert 'Chứng thư của người ký đã bị thu hồi' in signatures([bad], words('vi'))
    (before,) = await signatures_of(paper, at=now() - timedelta(hours=2))  # it was here before
    assert before.revocation == 'good'


@pytest.mark.parametrize('mood', ['503', 'flood', 'redirect', 'over', 'foreign', 'inner', 'off'])
async def test_a_list_that_cannot_be_had_makes_nobody_good(house: House, paper: bytes, mood: str) -> None:
    house.publish()
    if mood == 'over':
        house.place.content = house.authority.revoked(at=now() - timedelta(days=3))
    elif mood == 'foreign':
        house.place.content = Authority('Trung tâm chứng thực có thu hồi').revoked(at=now() - timedelta(hours=1))
    elif mood == 'inner':
        trust.use_settings(house.settings.model_copy(update={'revocation_hosts': ''}))
    elif mood == 'off':
        trust.use_settings(house.settings.model_copy(update={'revocation_lists': 'off'}))
    else:
        house.place.mood = mood
    one = await _one(paper)
    assert one.intact and one.revocation == 'unchecked' and judged(one) == ('unchecked', 'warn')
    assert 'chưa kiểm tra được' in signatures([one], words('vi'))
    assert len(house.place.asked) == (0 if mood in ('inner', 'off') else 1)


async def test_an_old_list_that_the_paper_brings_makes_no_revoked_signer_good(house: House, paper: bytes) -> None:
    """Whoever stole a key has the list of the day before as well; without a time stamp the day of signing is unknown."""
    before, roots = house.authority.revoked(at=now() - timedelta(hours=2)), house.authority.pem.encode()
    brought = await asyncio.to_thread(with_evidence, paper, roots, [before], ())
    with pikepdf.open(io.BytesIO(brought)) as opened:
        assert len(opened.Root.DSS.CRLs) == 1
    house.publish(house.signer)
    assert (await _one(brought)).revocation == 'revoked'
    house.place.mood = '503'
    revocation.forget()
    assert (await _one(brought)).revocation == 'unchecked'


async def test_a_list_is_asked_for_once_and_again_when_its_time_is_over(house: House, paper: bytes) -> None:
    house.publish()
    assert [(await _one(paper)).revocation for _ in range(3)] == ['good'] * 3 and len(house.place.asked) == 1
    house.place.content = house.authority.revoked(house.signer.certificate, at=now() - timedelta(hours=1))
    with pretend(now() + revocation.LONGEST + timedelta(minutes=1)):
        assert (await _one(paper)).revocation == 'revoked'
    house.publish()
    house.place.mood = '503'
    assert (await _one(paper)).revocation == 'unchecked'
    house.place.mood = '200'
    assert (await _one(paper)).revocation == 'unchecked'  # not at once
    with pretend(now() + revocation.AGAIN + timedelta(seconds=1)):
        assert (await _one(paper)).revocation == 'good'


async def test_a_stranger_does_not_send_us_anywhere(house: House) -> None:
    """Only what a believed authority wrote is followed: anybody can write an address into a certificate of their own."""
    own = Authority('Tự cấp', lists=house.place.url)
    signed = await elsewhere(blank(), own.person('Ai đó', 'Đâu đó'), own)
    assert (await _one(signed)).trusted is False and house.place.asked == []


async def test_a_borrowed_name_does_not_send_us_anywhere(house: House) -> None:
    """A path is built by names before it is judged: who merely names a believed authority is not followed either."""
    key, nobody = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    forged = house.authority._builder(house.signer.certificate.subject, key).sign(nobody, SHA256())
    signed = await elsewhere(blank(), Issued(key, forged), house.authority)
    found = await _one(signed)
    assert (found.trusted, found.holds, house.place.asked) == (False, False, [])


async def test_a_revoked_certificate_is_not_registered(house: House, world: World) -> None:
    file = house.signer.certificate.public_bytes(Encoding.PEM)
    house.publish(house.signer)
    with pytest.raises(Invalid) as refused:
        await keys.add_certificate(world.dung, file)
    assert refused.value.key == 'signing.revoked'
    house.publish()
    await keys.add_certificate(world.dung, file)


async def test_with_a_time_stamp_the_lists_go_into_the_paper_and_tell_later_what_was(
    house: House, tmp_path: Path
) -> None:
    house.publish()
    with stamping_authority(tmp_path / 'tsa') as tsa:
        settings = house.settings.model_copy(update={'tsa_url': tsa.url, 'tsa_ca': tsa.root})
        trust.use_settings(settings)
        raw = pkcs12.serialize_key_and_certificates(
            None, house.signer.key, house.signer.certificate, None, BestAvailableEncryption(b'x')
        )
        key = KeptKey(Holder('', 'Phạm Văn Dũng', ''), SimpleSigner.load_pkcs12_data(raw, [], b'x'), settings)
        signed = await key.sign(blank(), Purpose('Ký', '', now()))
        with pikepdf.open(io.BytesIO(signed)) as opened:
            assert len(opened.Root.DSS.CRLs) == 1 and len(opened.Root.DSS.Certs) >= 2
        house.place.mood = '503'
        revocation.forget()
        asked = len(house.place.asked)
        one = await _one(signed)
        assert one.timestamped and one.holds and one.covers_whole_document and one.revocation == 'good'
        assert len(house.place.asked) == asked
