"""Papers made to harm whoever opens them: scripts, bombs, and files that bring the reader down. The service goes on."""

import asyncio
import io
import os
import signal
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from app import papers, workshop
from app.errors import Invalid, NotFound, WrongState
from app.workshop import Refusal, TooHeavy
from tests.support.world import PNG

PROMISES = 'G10'

PDF = 'application/pdf'
Alter = Callable[[pikepdf.Pdf, pikepdf.Page], object]


def _pdf(alter: Alter = lambda _pdf, _page: None, size: tuple[int, int] = (595, 842)) -> bytes:
    pdf = pikepdf.Pdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    page.obj.MediaBox = Array([0, 0, *size])
    alter(pdf, page)
    out = io.BytesIO()
    pdf.save(out, compress_streams=True)
    return out.getvalue()


def _annotation(action: Any) -> Alter:
    def alter(_pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj.Annots = Array(
            [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 600, 800]), A=action)]
        )

    return alter


def _attach(pdf: pikepdf.Pdf, _page: pikepdf.Page) -> None:
    pdf.attachments['x.exe'] = b'MZ'


def _root(**entries: Any) -> Alter:
    def alter(pdf: pikepdf.Pdf, _page: pikepdf.Page) -> None:
        for key, value in entries.items():
            pdf.Root[f'/{key}'] = value

    return alter


@pytest.mark.parametrize(
    'alter',
    [
        _annotation(Dictionary(S=Name.JavaScript, JS='app.alert(1)')),
        _annotation(Dictionary(S=Name.URI, URI='https://a.vn', Next=Array([Dictionary(S=Name.Launch, F='cmd.exe')]))),
        _annotation(Dictionary(S=Name.SubmitForm, F='https://evil.example')),
        lambda _pdf, page: page.obj.__setitem__('/AA', Dictionary(O=Dictionary(S=Name.Launch, F='cmd.exe'))),
        _root(OpenAction=Dictionary(S=Name.JavaScript, JS='app.alert(1)')),
        _root(AcroForm=Dictionary(XFA='<script/>')),
        _attach,
    ],
)
async def test_a_pdf_that_does_something_is_refused_wherever_it_hides_it(alter: Alter) -> None:
    with pytest.raises(Invalid) as refused:
        await papers.inspect(_pdf(alter), 'giấy.pdf')
    assert refused.value.key == 'papers.active_pdf'


async def test_a_pdf_that_only_turns_pages_and_opens_addresses_is_taken() -> None:
    def alter(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        _annotation(Dictionary(S=Name.URI, URI='https://dichvucong.gov.vn'))(pdf, page)
        pdf.Root.OpenAction = Array([page.obj, Name.Fit])

    assert (await papers.inspect(_pdf(alter), 'giấy.pdf')).pages == 1


async def test_a_page_of_a_kilometre_becomes_a_bearable_picture() -> None:
    for size in ((100, 400_000), (400_000, 100), (400_000, 400_000)):
        with Image.open(io.BytesIO(await papers.page_picture(_pdf(size=size), PDF, 1))) as picture:
            assert picture.width * picture.height <= 9_000_000


def _bomb() -> bytes:
    """A few hundred kilobytes that want many seconds and gigabytes."""
    drawing = b'0 0 m 500 800 l 3 w S\n' * 5_000_000
    return _pdf(lambda pdf, page: page.obj.__setitem__('/Contents', Stream(pdf, drawing)))


async def test_a_bomb_is_given_up_and_the_next_paper_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = _bomb()
    assert len(bomb) < 1_000_000
    with monkeypatch.context() as impatient, pytest.raises(WrongState):
        impatient.setattr(papers, 'PICTURE_SECONDS', 1.0)
        await papers.page_picture(bomb, PDF, 1)
    assert await papers.page_picture(PNG, 'image/png', 1)


def test_whatever_brings_the_reader_down_leaves_the_service_up() -> None:
    bench = workshop.Bench()
    try:
        assert bench.do('picture', PNG, {'media_type': 'image/png', 'page': 1, 'width': 9}, 10)[1]
        assert bench._process
        bench._process.kill()
        bench._process.wait()
        assert bench.do('picture', PNG, {'media_type': 'image/png', 'page': 1, 'width': 9}, 10)[1]
        os.kill(bench._process.pid, signal.SIGSTOP)
        with pytest.raises(TooHeavy):
            bench.do('check', b'x' * 100, {'name': 'x'}, 0.2)
        with pytest.raises(Refusal):
            bench.do('check', b'x' * 100, {'name': 'x'}, 10)
    finally:
        bench.end()


def test_the_reader_knows_no_key_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('MOTCUA_SECRET', 's' * 40)
    monkeypatch.setenv('MOTCUA_SMTP_PASSWORD', 'p' * 40)
    bench = workshop.Bench()
    try:
        process = bench._ready()
        assert b'MOTCUA_' not in Path(f'/proc/{process.pid}/environ').read_bytes()
    finally:
        bench.end()


def _docx(content: bytes = b'<w/>') -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr('word/document.xml', content)
    return out.getvalue()


def _png(width: int, height: int) -> bytes:
    """A PNG that says it is this large, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

    head = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    return (
        b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(b'\0' * 1000)) + chunk(b'IEND', b'')
    )


@pytest.mark.parametrize(
    ('content', 'key'),
    [
        (
            _docx(os.urandom(500)).replace(b'PK\x01\x02', b'PK\x01\x02', 1)[:60]
            + b'\xff' * 80
            + _docx(os.urandom(500))[140:],
            'broken',
        ),
        (lambda: _docx(b'0' * 201 * 2**20), 'too_large'),
        (_png(30_000, 30_000), 'too_many_pixels'),
        (_png(5_000, 5_000), 'broken'),
        (b'%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n', 'kind'),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'kind'),
        (b'MZ' + bytes(200), 'kind'),
        (b'%PDF-1.7\n' + b'[' * 100_000, 'broken'),
    ],
)
async def test_hostile_files_get_a_sentence_not_an_incident(content: bytes | Callable[[], bytes], key: str) -> None:
    with pytest.raises(Invalid) as refused:
        await papers.inspect(content if isinstance(content, bytes) else content(), 'tệp')
    assert refused.value.key == f'papers.{key}'


async def test_a_page_that_is_not_there_is_not_found() -> None:
    document = _pdf()
    for page in (0, -1, 2, 2**31, 2**63, 10**30):
        with pytest.raises(NotFound):
            await papers.page_picture(document, PDF, page)


async def test_many_at_once_wait_for_their_turn() -> None:
    document = _pdf()
    pictures = await asyncio.gather(*(papers.page_picture(document, PDF, 1, width=50) for _ in range(20)))
    assert len(set(pictures)) == 1
