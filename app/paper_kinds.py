"""Each kind of paper: how it is known, what makes it harmful, how a page of it becomes a picture.

Runs in the processes of ``app.workshop`` only: what it opens may be made to harm whoever opens it.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any

import filetype
import pikepdf
import pillow_heif
import pypdfium2
from PIL import Image, ImageOps

from app.workshop import Refusal

SIZE_LIMIT_MB = 20
PIXEL_LIMIT = 60_000_000
PAGE_LIMIT = 300
UNPACKED_LIMIT = 200 * 1024 * 1024
DRAWN_LIMIT = 8_000_000
"""Pixels of a drawn page: a PDF may say that it is a kilometre long."""
DEEPEST = 40
pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT

PDF = 'application/pdf'
DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
PICTURES = {'image/jpeg': '.jpg', 'image/png': '.png', 'image/webp': '.webp', 'image/heic': '.heic'}
READERS = {'image/jpeg': 'JPEG', 'image/png': 'PNG', 'image/webp': 'WEBP', 'image/heic': 'HEIF'}
EXTENSIONS = {PDF: '.pdf', DOCX: '.docx', XLSX: '.xlsx', **PICTURES}
ACTS = frozenset({'/JavaScript', '/Launch', '/SubmitForm', '/ImportData', '/GoToE', '/Rendition', '/RichMediaExecute'})
"""Actions by which a PDF does something beyond turning to a page or opening an address."""
BURDENS = frozenset({'/JS', '/EF', '/EmbeddedFiles', '/XFA', '/RichMediaContent'})
"""Keys under which scripts and files lie, wherever they are."""


def check(content: bytes, name: str) -> dict[str, Any]:
    """Return name, media type and number of pages of a paper that may be kept. Raises Refusal."""
    media_type = _media_type(content)
    if media_type in PICTURES:
        pages = _check_picture(content, media_type)
    elif media_type in _CHECKS:
        pages = _CHECKS[media_type](content)
    else:
        raise Refusal('kind')
    return {'name': safe_name(name, media_type), 'media_type': media_type, 'pages': pages}


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


def _check_picture(content: bytes, media_type: str) -> int:
    """A whole picture of bearable size. Decoded fully, so that a cut-off one is found."""
    try:
        with _open_picture(content, media_type) as picture:
            if picture.width * picture.height > PIXEL_LIMIT:
                raise Refusal('too_many_pixels')
            picture.load()
    except Image.DecompressionBombError:
        raise Refusal('too_many_pixels') from None
    return 1


def _open_picture(content: bytes, media_type: str) -> Image.Image:
    """Open a picture as what it was taken for, and as nothing else."""
    return Image.open(io.BytesIO(content), formats=[READERS[media_type]])


def _check_pdf(content: bytes) -> int:
    """A readable PDF without password, script, start action or embedded files."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages = len(pdf.pages)
            if _acts(pdf):
                raise Refusal('active_pdf')
    except pikepdf.PasswordError:
        raise Refusal('password') from None
    if not 0 < pages <= PAGE_LIMIT:
        raise Refusal('too_many_pages', limit=PAGE_LIMIT)
    return pages


def _acts(pdf: pikepdf.Pdf) -> bool:
    """Tell whether a PDF would do something by itself, or carries files; an action may stand inside anything."""
    return '/AA' in pdf.Root or any(_is_burden(each) for whole in pdf.objects for each in _inside(whole, 0))


def _is_burden(one: pikepdf.Object) -> bool:
    action = one.get('/S')
    return any(key in BURDENS for key in one.keys()) or (  # noqa: SIM118 - no mapping of Python's
        isinstance(action, pikepdf.Name) and str(action) in ACTS
    )


def _inside(one: Any, depth: int) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries written out inside an object; what it only points to is an object of its own."""
    if depth > DEEPEST:
        raise Refusal('broken')
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        yield one
        below = [value for _, value in one.items()]
    elif isinstance(one, pikepdf.Array):
        below = list(one)
    else:
        return
    for each in below:
        if not (isinstance(each, pikepdf.Object) and each.is_indirect):
            yield from _inside(each, depth + 1)


def _check_office(content: bytes) -> int:
    """An office file without macros that does not unpack to more than is bearable."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if sum(m.file_size for m in members) > UNPACKED_LIMIT or len(members) > 5000:
            raise Refusal('too_large', limit=SIZE_LIMIT_MB)
        names = [m.filename.lower() for m in members]
        if any('vba' in name and name.endswith(('.bin', '.exe', '.js', '.vbs')) for name in names):
            raise Refusal('macros')
        if archive.testzip() is not None:
            raise Refusal('broken')
    return 1


_CHECKS: dict[str, Callable[[bytes], int]] = {PDF: _check_pdf, DOCX: _check_office, XLSX: _check_office}


def picture(content: bytes, media_type: str, page: int, width: int) -> bytes:
    """Return one page as JPEG. Raises Refusal where there is none."""
    if media_type == PDF:
        drawn = _pdf_page(content, page, width)
    elif media_type in PICTURES and page == 1:
        with _open_picture(content, media_type) as opened:
            drawn = ImageOps.exif_transpose(opened)
            drawn.thumbnail((width, width * 2))
            drawn = drawn.convert('RGB')
    else:
        raise Refusal('no_page')
    out = io.BytesIO()
    drawn.save(out, 'JPEG', quality=82, optimize=True)
    return out.getvalue()


def _pdf_page(content: bytes, page: int, width: int) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    try:
        if not 1 <= page <= len(document):
            raise Refusal('no_page')
        sheet = document[page - 1]
        across, down = (max(1.0, side) for side in sheet.get_size())
        scale = min(4.0, width / across, DRAWN_LIMIT / width / down)
        return sheet.render(scale=scale).to_pil().convert('RGB')
    finally:
        document.close()
