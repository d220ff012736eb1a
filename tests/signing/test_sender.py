"""Whoever sends a signed paper sees at once what its signature is worth, in the words that the officer reads too."""

from pathlib import Path

import pytest

from app.demo import papers
from app.demo.authority import Authority
from app.dossiers import attachments, desk, drafts, filing, queries
from app.i18n import words
from app.settings import Settings
from app.signing import kept
from components.signatures import said, signatures
from pages.citizen import parts
from tests.signing.conftest import Signers
from tests.signing.test_brought import elsewhere
from tests.support.world import ANSWERS, World

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def dialect() -> str:
    """What is said does not hang on the database."""
    return 'sqlite'


@pytest.fixture
async def sheets(signers: Signers, trusted: Settings) -> dict[str, bytes]:
    """One paper of each kind."""
    plain, own = await papers.result('Giấy của tôi', 'Nguyễn Thị An'), Authority('Tự cấp')
    good = await elsewhere(plain, signers.stranger, signers.authority)
    damaged = bytearray(good)
    damaged[len(plain) // 2] ^= 1
    foreign = await elsewhere(plain, own.person('Ngô Văn Em', 'Đâu đó'), own)
    return {'good': good, 'untrusted': foreign, 'broken': bytes(damaged), 'none': plain}


SAID = {
    'good': 'Chữ ký số hợp lệ',
    'untrusted': 'chưa xác minh được nơi cấp chứng thư',
    'broken': 'nội dung đã bị thay đổi sau khi ký',
}


async def test_sender_and_officer_read_the_same_of_every_kind_of_signature(
    world: World, sheets: dict[str, bytes]
) -> None:
    started = await drafts.start(world.an, world.spec.id, with_account=True)
    await drafts.save(world.an, started.token, ANSWERS)
    t = words('vi')
    for kind, content in sheets.items():
        file = await attachments.add_to_draft(world.an, started.token, 'proof', f'{kind}.pdf', content)
        if kind == 'none':
            assert file.signatures == () and not file.is_unread
            continue
        assert file.signatures and SAID[kind] in said(file.signatures[0], t)
        assert 'Ngô Văn Em' in said(file.signatures[0], t)
    sent = await filing.submit(world.an, started.token)
    mine, theirs = (
        await queries.progress(world.an, sent.dossier_id),
        await desk.desk_dossier(world.binh, sent.dossier_id),
    )
    page = ''.join(parts.papers(mine, t))
    office = ''.join(signatures(f.signatures or (), t) for c in theirs.components for f in c.files)
    assert all(text in page and text in office for text in SAID.values())


async def test_who_waits_too_long_for_a_look_is_not_kept_waiting(
    world: World, sheets: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kept, 'PATIENCE', 0.0)
    started = await drafts.start(world.an, world.spec.id, with_account=True)
    file = await attachments.add_to_draft(world.an, started.token, 'proof', 'a.pdf', sheets['good'])
    assert file.signatures is None and file.is_unread
