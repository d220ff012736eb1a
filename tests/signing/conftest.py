"""Signers with certificates of a made-up authority, and a dossier that waits for the leader."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from app.demo import papers
from app.demo.authority import Authority, Issued
from app.dossiers import attachments, commands
from app.limits import forget_all
from app.settings import Settings
from app.signing import keys, opening, trust
from models.enums import AttachmentKind
from tests.support import world as municipality
from tests.support.world import World, filed

PIN, SEAL_PIN = '135-246', 'dấu-2026'
UNIT = 'UBND xã Tân Phú'
OPENED_APART = opening._apart


@dataclass(frozen=True)
class Signers:
    """An authority and what it gave."""

    authority: Authority
    dung: Issued
    stranger: Issued
    seal: Issued

    def file(self, one: Issued, pin: str = PIN) -> bytes:
        """Return a key as the file that its holder was given."""
        chain = [self.authority.root]
        return pkcs12.serialize_key_and_certificates(
            b'key', one.key, one.certificate, chain, BestAvailableEncryption(pin.encode())
        )


def pem(one: Issued) -> bytes:
    """Return a certificate as a file."""
    return one.certificate.public_bytes(Encoding.PEM)


@pytest.fixture(scope='session')
def signers() -> Signers:
    """Make the keys once: that takes longest."""
    root = Authority('Trung tâm chứng thực thử')
    dung = root.person('Phạm Văn Dũng', UNIT, 'Chủ tịch', '001077000456')
    stranger = root.person('Ngô Văn Em', 'UBND xã Tân An', 'Chủ tịch', '001077000999')
    return Signers(root, dung, stranger, root.seal(UNIT, 'MST:4600000000'))


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes guessing slow would make the tests slow, and so would a process for each key."""
    monkeypatch.setattr(opening, 'ROUNDS', 1000)
    monkeypatch.setattr(opening, '_apart', lambda content, pin: opening.wrapped_anew(content, pin, opening.ROUNDS))


@pytest.fixture
def trusted(signers: Signers, tmp_path: Path) -> Iterator[Settings]:
    """Believe the made-up authority."""
    file = tmp_path / 'roots.pem'
    file.write_text(signers.authority.pem)
    settings = Settings(data_dir=tmp_path, trusted_roots=str(file))
    trust.use_settings(settings)
    yield settings
    trust.use_settings(Settings(data_dir=tmp_path))


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled database."""
    await forget_all()
    yield await municipality.build(tmp_path)


@pytest.fixture
async def keyed(world: World, trusted: Settings, signers: Signers) -> World:
    """Dũng's own key is kept."""
    await keys.add_own(world.dung, signers.file(signers.dung), PIN)
    return world


async def at_leader(world: World, content: bytes | None = None, name: str = 'ket-qua.pdf') -> tuple[str, int]:
    """Carry a dossier to the leader, with its result, and return its id and version."""
    one = await filed(world)
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    made = content if content is not None else await papers.result('Giấy thử', one.filing_number)
    await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT, name, made)
    done = await commands.forward(world.chi, one.dossier_id, done.version)
    return one.dossier_id, done.version
