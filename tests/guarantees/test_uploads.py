"""Every hostile upload is refused in clear words in both languages, and leaves nothing in folders and tables.

Each file is first shown to be what it is said to be, by means that are not the service's own: a test whose file is
harmless proves nothing.
"""

import io
import re
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlmodel import SQLModel

from app import scanning
from app.db import read
from app.dossiers import attachments, drafts
from app.errors import Invalid
from app.i18n import words
from models import Draft, Event, EventText
from tests.guarantees import bad_files
from tests.guarantees.bad_files import CASES, EXE, HTML, TEST_VIRUS
from tests.papers import sheets
from tests.support import clamd as support
from tests.support import world as municipality
from tests.support.clamd import Clamd
from tests.support.world import World

PROMISES = 'G10'
Proof = Callable[[bytes], Any]


@pytest.fixture
def dialect() -> str:
    """Nothing reaches the database: the second one has nothing to add."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> World:
    return await municipality.build(tmp_path)


@pytest.fixture
async def clamd() -> AsyncIterator[Clamd]:
    async with support.running() as running:
        scanning.use_clamd(running.address)
        yield running
    scanning.use_clamd('')


def unpacked(content: bytes) -> int:
    """Return how many bytes the list of an archive admits to."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(member.file_size for member in archive.infolist())


def holds(pattern: str) -> Proof:
    """Return a proof that the members of an archive hold these words, in name or text."""

    def proof(content: bytes) -> bool:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts = [name.encode() + b' ' + archive.read(name)[:5000] for name in archive.namelist()]
        return any(re.search(pattern.encode(), text) for text in texts)

    return proof


def acts(*words_: str) -> Proof:
    """Return a proof that a PDF opens and has all of these names in it."""

    def proof(content: bytes) -> bool:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            text = b''.join(one.unparse(resolved=True) for one in pdf.objects if isinstance(one, pikepdf.Dictionary))
        return all(word.encode() in text for word in words_)

    return proof


def cut(kind: str) -> Proof:
    """Return a proof that a picture begins well and cannot be read to its end."""

    def proof(content: bytes) -> bool:
        with (
            Image.open(io.BytesIO(content), formats=[kind]) as picture,
            pytest.raises(OSError, match=r'truncated|broken'),
        ):
            picture.load()
        return True

    return proof


def locked(content: bytes) -> bool:
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(content))
    return True


def lies(content: bytes) -> bool:
    """The list says ten bytes; what is packed are millions."""
    return unpacked(content) < 1000 and len(content) > 20_000


def huge(content: bytes) -> bool:
    return (
        len(content) < 1_000_000
        and int.from_bytes(content[16:20], 'big') * int.from_bytes(content[20:24], 'big') == 900_000_000
    )


PROOFS: dict[str, Proof] = {
    'trong.jpg': lambda c: c == b'',
    'giay.jpg': lambda c: b'<script>' in c,
    'giay.png': lambda c: b'<script>' in c or c == TEST_VIRUS,
    'giay.svg': lambda c: b'<svg' in c and b'<script>' in c,
    'giay.pdf': lambda c: c == EXE,
    'giay.docx': lambda c: c.startswith(b'PK') and not zipfile.is_zipfile(io.BytesIO(c)),
    'cut.png': cut('PNG'),
    'cut.pdf': lambda c: c.startswith(b'%PDF') and b'%%EOF' not in c,
    'script.pdf': acts('/OpenAction', '/JavaScript'),
    'linked.pdf': acts('/Annots', '/JavaScript'),
    'launch.pdf': acts('/OpenAction', '/Launch'),
    'attached.pdf': acts('/EmbeddedFiles', '/EF'),
    'locked.pdf': locked,
    'huge.png': huge,
    'bomb.docx': lambda c: unpacked(c) > 200_000_000 > 300 * len(c),
    'lying.docx': lies,
    'macros.docx': holds('vbaProject'),
    'named.pdf': acts('/Names', '/JavaScript'),
    'page.pdf': lambda c: HTML in c[:1024] and len(pikepdf.open(io.BytesIO(c)).pages) == 1,
    'archive.pdf': lambda c: zipfile.is_zipfile(io.BytesIO(c)) and len(pikepdf.open(io.BytesIO(c)).pages) == 1,
    'page.gif': lambda c: c.startswith(b'GIF89a') and b'<script>' in c,
    'half.jpg': cut('JPEG'),
    'half.pdf': lambda c: b'%%EOF' not in c,
    'template.docx': holds('evil.example'),
    'inside.docx': holds('This program cannot be run in DOS mode'),
    'entities.docx': holds('<!ENTITY'),
}


async def counted() -> dict[str, int]:
    """Return the number of rows of every table."""
    async with read() as db:
        tables = SQLModel.metadata.sorted_tables
        return {t.name: (await db.execute(select(func.count()).select_from(t))).scalar_one() for t in tables}


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob('*') if path.is_file() and 'files' in path.parts)


async def test_every_hostile_file_is_one_and_goes_without_a_trace(world: World, tmp_path: Path) -> None:
    token = (await drafts.start(world.guest, world.spec.id, with_account=False)).token
    before = await counted()
    assert {name for name, *_ in CASES} == set(PROOFS)
    for name, make, _, key in CASES:
        content = make()
        assert PROOFS[name](content), f'{name} is not what it is said to be'
        with pytest.raises(Invalid) as refused:
            await attachments.add_to_draft(world.guest, token, 'proof', name, content)
        assert refused.value.key == f'papers.{key}', name
        said = {lang: words(lang).error(refused.value) for lang in ('vi', 'en')}
        assert said['vi'] != said['en'] and all(text and 'papers.' not in text for text in said.values())
        assert await counted() == before and files(tmp_path) == [], name
    good = await attachments.add_to_draft(world.guest, token, 'proof', 'ảnh.jpg', sheets.photograph())
    assert files(tmp_path) and good.present, 'what is honest is taken, so that it was not the draft that refused'


async def test_the_test_virus_is_found_in_whatever_it_is_sent(world: World, clamd: Clamd, tmp_path: Path) -> None:
    token = (await drafts.start(world.guest, world.spec.id, with_account=False)).token
    before = await counted()
    with zipfile.ZipFile(out := io.BytesIO(), 'w') as archive:
        archive.writestr('word/document.xml', TEST_VIRUS)
    virus = [TEST_VIRUS, bad_files.png() + TEST_VIRUS, bad_files.pdf() + TEST_VIRUS, out.getvalue()]
    for content in virus:
        with pytest.raises(Invalid) as refused:
            await attachments.add_to_draft(world.guest, token, 'proof', 'Căn cước Nguyễn Văn A.png', content)
        assert refused.value.key == 'papers.virus' and clamd.scanned[-1] == content
    after = await counted()
    assert {t: after[t] - n for t, n in before.items() if after[t] != n} == {'event': 4, 'event_text': 4}
    async with read() as db:
        events = (
            await db.execute(select(Event.action, EventText.data).join(EventText, EventText.event_id == Event.id))
        ).all()
        draft = (await db.execute(select(Draft))).scalar_one()
    found = [data for action, data in events if action == 'refuse_virus']
    assert [data['virus'] for data in found] == ['Eicar-Test-Signature'] * 4
    assert 'Nguyễn' not in str(found) and draft.dossier_id is None and files(tmp_path) == []


NAMES = (
    '../../etc/passwd', '/etc/passwd', 'a\0b.jpg', 'CON', 'a\r\nSet-Cookie: x', '\u202egpj.exe', '<script>alert(1)</script>',
    'x' * 5000, '', '..', ' . ', '\ud800.jpg',
)  # fmt: skip


@pytest.mark.parametrize('name', NAMES)
async def test_a_hostile_name_is_a_name_and_nothing_else(world: World, tmp_path: Path, name: str) -> None:
    token = (await drafts.start(world.guest, world.spec.id, with_account=False)).token
    kept = await attachments.add_to_draft(world.guest, token, 'proof', name, sheets.photograph())
    assert re.fullmatch(r'[^/\\<>:"|?*\x00-\x1f\u202e\ud800]{1,100}\.jpg', kept.name)
    (file,) = files(tmp_path)
    assert re.fullmatch(r'[0-9a-f]{32}', file.name) and file.is_relative_to(tmp_path / 'files')
