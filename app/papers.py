"""Papers that people send: what is taken, judged by content and not by name; and pages of them as pictures. Off the event loop."""

import asyncio
import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

import filetype
import pikepdf
import pillow_heif
import pypdfium2
from PIL import Image, ImageOps

from app.errors import Invalid, NotFound, Problem

SIZE_LIMIT = 20 * 1024 * 1024
PIXEL_LIMIT = 60_000_000
PAGE_LIMIT = 300
UNPACKED_LIMIT = 200 * 1024 * 1024
PICTURE_WIDTH = 1400
_turns = asyncio.Semaphore(2)
pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT

PDF = 'application/pdf'
DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
PICTURES = {'image/jpeg': '.jpg', 'image/png': '.png', 'image/webp': '.webp', 'image/heic': '.heic'}
EXTENSIONS = {PDF: '.pdf', DOCX: '.docx', XLSX: '.xlsx', **PICTURES}


@dataclass(frozen=True)
class Paper:
    """A paper that passed. ``name`` is safe to show and to save under; ``received_sha256`` is of the bytes as they came."""

    name: str
    media_type: str
    content: bytes
    pages: int
    received_sha256: str


class Refused(Exception):
    """Why a file is not taken: a key of ``app/locale/papers.yaml``."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.problem = Problem(f'papers.{key}', dict(values))


async def inspect(content: bytes, name: str) -> Paper:
    """Take a file by what it is: PDF, JPEG, PNG, WebP, HEIC, DOCX or XLSX, whole, harmless and of bearable size.

    Raises:
        Invalid: under the key ``file``, with a sentence that says what to do.
    """
    async with _turns:
        try:
            return await asyncio.to_thread(_inspect, content, name)
        except Refused as refused:
            raise Invalid({'file': refused.problem}, refused.problem.key, **refused.problem.values) from None


def _inspect(content: bytes, name: str) -> Paper:
    if not content:
        raise Refused('empty')
    if len(content) > SIZE_LIMIT:
        raise Refused('too_large', limit=SIZE_LIMIT // 1024 // 1024)
    media_type = _media_type(content)
    check = _CHECKS.get(media_type)
    if check is None:
        raise Refused('kind')
    pages = check(content)
    return Paper(safe_name(name, media_type), media_type, content, pages, hashlib.sha256(content).hexdigest())


def _media_type(content: bytes) -> str:
    guess = filetype.guess(content)
    kind = guess.mime if guess else ''
    if kind in ('image/heif', 'image/heic', 'image/heic-sequence') or (
        content[4:8] == b'ftyp' and content[8:12] in (b'heic', b'heix', b'mif1', b'hevc', b'msf1')
    ):
        return 'image/heic'
    if kind in ('application/zip', DOCX, XLSX) or content[:4] == b'PK\x03\x04':
        return _office_type(content)
    return kind


def _office_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ''
    return DOCX if 'word/document.xml' in names else XLSX if 'xl/workbook.xml' in names else ''


def safe_name(name: str, media_type: str) -> str:
    """Return a file name without folders and control signs, with the ending of what the file is."""
    text = ''.join(c for c in str(name) if c.isprintable() and c not in '<>:"|?*')
    stem = PurePath(text.replace('\\', '/')).stem.strip(' .')[:100]
    return (stem or 'tep') + EXTENSIONS[media_type]


def _check_picture(content: bytes) -> int:
    """A whole picture of bearable size. Decoded fully, so that a cut-off one is found."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > PIXEL_LIMIT:
                raise Refused('too_many_pixels')
            picture.load()
    except Image.DecompressionBombError:
        raise Refused('too_many_pixels') from None
    except (OSError, ValueError, SyntaxError, MemoryError):
        raise Refused('broken') from None
    return 1


def _check_pdf(content: bytes) -> int:
    """A readable PDF without password, script, start action or embedded files."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages = len(pdf.pages)
            if _acts(pdf):
                raise Refused('active_pdf')
    except pikepdf.PasswordError:
        raise Refused('password') from None
    except (pikepdf.PdfError, ValueError, KeyError, RecursionError):
        raise Refused('broken') from None
    if not 0 < pages <= PAGE_LIMIT:
        raise Refused('too_many_pages', limit=PAGE_LIMIT)
    return pages


def _acts(pdf: pikepdf.Pdf) -> bool:
    """Tell whether a PDF would do something by itself; a start action that only turns to a page is harmless."""
    root = pdf.Root
    start = root.get('/OpenAction')
    if isinstance(start, pikepdf.Dictionary) and start.get('/S') not in ('/GoTo', None):
        return True
    names = root.get('/Names') or pikepdf.Dictionary()
    if '/AA' in root or '/JavaScript' in names or '/EmbeddedFiles' in names:
        return True
    return any(isinstance(o, pikepdf.Dictionary) and o.get('/S') in ('/JavaScript', '/Launch') for o in pdf.objects)


def _check_office(content: bytes) -> int:
    """An office file without macros that does not unpack to more than is bearable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(m.file_size for m in members) > UNPACKED_LIMIT or len(members) > 5000:
                raise Refused('too_large', limit=SIZE_LIMIT // 1024 // 1024)
            if any(
                m.filename.lower().endswith(('.bin', '.exe', '.js', '.vbs')) and 'vba' in m.filename.lower()
                for m in members
            ):
                raise Refused('macros')
            if archive.testzip() is not None:
                raise Refused('broken')
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise Refused('broken') from None
    return 1


_CHECKS: dict[str, Callable[[bytes], int]] = {
    PDF: _check_pdf,
    DOCX: _check_office,
    XLSX: _check_office,
    **dict.fromkeys(PICTURES, _check_picture),
}


async def page_picture(content: bytes, media_type: str, page: int, width: int = PICTURE_WIDTH) -> bytes:
    """Return one page (from 1) of a PDF or a picture as JPEG, upright, so that no viewer runs what a stranger sent.

    Raises:
        NotFound: there is no such page, or this kind of file has no pages to show.
    """
    async with _turns:
        return await asyncio.to_thread(_page_picture, content, media_type, page, width)


def _page_picture(content: bytes, media_type: str, page: int, width: int) -> bytes:
    if media_type == PDF:
        picture = _pdf_page(content, page, width)
    elif media_type in PICTURES and page == 1:
        with Image.open(io.BytesIO(content)) as opened:
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((width, width * 2))
            picture = picture.convert('RGB')
    else:
        raise NotFound()
    out = io.BytesIO()
    picture.save(out, 'JPEG', quality=82, optimize=True)
    return out.getvalue()


def _pdf_page(content: bytes, page: int, width: int) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    try:
        if not 1 <= page <= len(document):
            raise NotFound()
        sheet = document[page - 1]
        scale = min(4.0, width / max(1.0, sheet.get_width()))
        return sheet.render(scale=scale).to_pil().convert('RGB')
    finally:
        document.close()
