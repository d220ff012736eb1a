"""Authorities are asked whether a certificate was revoked (OCSP), over a socket; only who may answer for them is believed."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from pyhanko.sign.signers.pdf_cms import SimpleSigner

from app.clock import now, pretend
from app.demo.authority import Authority, Issued
from app.errors import Invalid
from app.settings import Settings
from app.signing import answers, keys, revocation, trust
from app.signing.reading import signatures_of
from app.signing.signing import Holder, KeptKey, Purpose
from tests.audit.authority import authority as stamping_authority
from tests.signing.conftest import UNIT
from tests.signing.lists import ALLOWED, Place, place
from tests.signing.responder import Responder, delegated, responder
from tests.signing.test_brought import elsewhere
from tests.signing.test_revocation import blank
from tests.support.world import World

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def dialect() -> str:
    """What is asked does not hang on the database."""
    return 'sqlite'


@dataclass
class House:
    """An authority that answers and publishes lists, one signer of it, a signed paper, and our settings."""

    authority: Authority
    signer: Issued
    delegate: Issued
    responder: Responder
    lists: Place
    settings: Settings
    paper: bytes = b''


@pytest.fixture(scope='module')
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Make an authority that is asked on a socket, once: keys take longest."""
    folder = tmp_path_factory.mktemp('answers')
    with responder() as asked, place() as where:
        authority = Authority('Trung tâm chứng thực trả lời', lists=where.url, answers=asked.url)
        signer = authority.person('Phạm Văn Dũng', UNIT, 'Chủ tịch')
        other = authority.person('Người khác', UNIT)
        asked.authority, asked.certificates = authority, [signer.certificate, other.certificate]
        roots = folder / 'roots.pem'
        roots.write_text(authority.pem)
        settings = Settings(data_dir=folder, trusted_roots=str(roots), revocation_hosts=ALLOWED, _env_file=None)
        yield House(authority, signer, delegated(authority), asked, where, settings)


@pytest.fixture
async def house(built: House) -> House:
    """Believe it; nobody is revoked, no list is to be had, and it answers for itself."""
    trust.use_settings(built.settings)
    one = built.responder
    one.mood, one.delegate, built.lists.mood = '200', None, '503'
    for known in (one.revoked, one.asked, built.lists.asked):
        known.clear()
    answers.forget()
    revocation.forget()
    built.paper = built.paper or await elsewhere(blank(), built.signer, built.authority)
    return built


@pytest.fixture(autouse=True)
def back(tmp_path: Path) -> Iterator[None]:
    """Believe nobody afterwards."""
    yield
    trust.use_settings(Settings(data_dir=tmp_path))
    answers.forget()
    revocation.forget()


@pytest.mark.parametrize('is_delegated', [False, True])
async def test_an_answer_says_good_and_says_revoked_since_when(house: House, is_delegated: bool) -> None:
    house.responder.delegate = house.delegate if is_delegated else None
    (good,) = await signatures_of(house.paper)
    assert good.holds and good.revocation == 'good'
    assert house.responder.asked == [house.signer.certificate.serial_number] and house.lists.asked == []
    answers.forget()
    house.responder.revoked[house.signer.certificate.serial_number] = now() - timedelta(hours=1)
    (bad,) = await signatures_of(house.paper)
    assert bad.intact and not bad.holds and bad.revocation == 'revoked' and bad.revoked_at
    assert abs(bad.revoked_at - now() + timedelta(hours=1)) < timedelta(minutes=1)
    (before,) = await signatures_of(house.paper, at=now() - timedelta(hours=2))  # it was here before
    assert before.holds and before.revocation != 'revoked'


@pytest.mark.parametrize('mood', ['500', 'refuses', 'old', 'stranger', 'other'])
async def test_what_is_no_answer_of_who_may_answer_makes_nobody_good_and_nobody_bad(house: House, mood: str) -> None:
    house.responder.mood = mood
    house.responder.revoked[house.signer.certificate.serial_number] = now() - timedelta(hours=1)
    (one,) = await signatures_of(house.paper)
    assert one.holds and one.revocation == 'unchecked' and house.responder.asked


async def test_where_no_answer_comes_the_list_tells(house: House) -> None:
    house.responder.mood, house.lists.mood = '500', '200'
    house.lists.content = house.authority.revoked(house.signer.certificate, at=now() - timedelta(hours=1))
    (one,) = await signatures_of(house.paper)
    assert one.revocation == 'revoked' and len(house.lists.asked) == 1


async def test_it_is_asked_once_and_again_when_the_answer_is_old(house: House) -> None:
    assert [(await signatures_of(house.paper))[0].revocation for _ in range(2)] == ['good'] * 2
    assert len(house.responder.asked) == 1
    house.responder.revoked[house.signer.certificate.serial_number] = now()
    with pretend(now() + answers.LONGEST + timedelta(minutes=1)):
        assert (await signatures_of(house.paper))[0].revocation == 'revoked'
    assert len(house.responder.asked) == 2


async def test_nobody_is_asked_where_a_stranger_says_so_or_the_house_does_not_ask(house: House) -> None:
    own = Authority('Tự cấp', answers=house.responder.url)
    signed = await elsewhere(blank(), own.person('Ai đó', 'Đâu đó'), own)
    assert not (await signatures_of(signed))[0].trusted
    trust.use_settings(house.settings.model_copy(update={'revocation_lists': 'off'}))
    assert (await signatures_of(house.paper))[0].revocation == 'unchecked'
    trust.use_settings(house.settings.model_copy(update={'revocation_hosts': ''}))  # inner addresses are not reached
    assert (await signatures_of(house.paper))[0].revocation == 'unchecked'
    assert house.responder.asked == []


async def test_a_revoked_certificate_is_not_registered(house: House, world: World) -> None:
    file = house.signer.certificate.public_bytes(Encoding.PEM)
    house.responder.revoked[house.signer.certificate.serial_number] = now() - timedelta(hours=1)
    with pytest.raises(Invalid) as refused:
        await keys.add_certificate(world.dung, file)
    assert refused.value.key == 'signing.revoked'
    house.responder.revoked.clear()
    answers.forget()
    await keys.add_certificate(world.dung, file)


async def test_with_a_time_stamp_the_answer_goes_into_the_paper_and_tells_later_what_was(
    house: House, tmp_path: Path
) -> None:
    house.responder.delegate = house.delegate
    with stamping_authority(tmp_path / 'tsa') as tsa:
        settings = house.settings.model_copy(update={'tsa_url': tsa.url, 'tsa_ca': tsa.root})
        trust.use_settings(settings)
        raw = pkcs12.serialize_key_and_certificates(
            None, house.signer.key, house.signer.certificate, None, BestAvailableEncryption(b'x')
        )
        key = KeptKey(Holder('', 'Phạm Văn Dũng', ''), SimpleSigner.load_pkcs12_data(raw, [], b'x'), settings)
        signed = await key.sign(blank(), Purpose('Ký', '', now()))
        with pikepdf.open(io.BytesIO(signed)) as opened:
            assert len(opened.Root.DSS.OCSPs) == 1 and '/CRLs' not in opened.Root.DSS
        house.responder.mood = '500'
        answers.forget()
        asked = len(house.responder.asked)
        (one,) = await signatures_of(signed)
        assert one.timestamped and one.holds and one.covers_whole_document and one.revocation == 'good'
        assert len(house.responder.asked) == asked
