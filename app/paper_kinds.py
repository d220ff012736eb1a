"""Each kind of paper: how it is known, what makes it harmful, how a page of it becomes a picture.

Runs in the processes of ``app.workshop`` only: what it opens may be made to harm whoever opens it.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

import filetype
import pikepdf
import pypdfium2
from PIL import Image

from app import paper_layers, paper_marks, paper_office, paper_pictures
from app.paper_office import DOCX, XLSX
from app.paper_pictures import JPEG, PDF, PNG
from app.workshop import Refusal

SIZE_LIMIT = 20 * 1024 * 1024
PAGE_LIMIT = 300
DRAWN_LIMIT = 8_000_000
"""Pixels of a drawn page: a PDF may say that it is a kilometre long."""
DEEPEST = 40
STAMP_LIMIT, STAMP_LEAST = 2000, 40
"""Pixels of a side of a signature's picture."""
PICTURES = frozenset(paper_pictures.READERS)
EXTENSIONS = {PDF: '.pdf', DOCX: '.docx', XLSX: '.xlsx', JPEG: '.jpg', PNG: '.png'}
"""Of what is kept: other pictures become one of these."""
MARKUP = re.compile(rb'<(!doctype|html|script|svg|\?php)', re.IGNORECASE)
Answer = tuple[dict[str, Any], bytes]
"""What is told of a paper, and bytes."""
ACTS = frozenset({'/JavaScript', '/Launch', '/SubmitForm', '/ImportData', '/GoToE', '/Rendition', '/RichMediaExecute'})
"""Actions by which a PDF does something beyond turning to a page or opening an address."""
TURNS = frozenset({'', '/GoTo', '/Named'})
"""Actions that may happen unasked: turning to a page."""
BURDENS = frozenset({'/JS', '/EF', '/EmbeddedFiles', '/XFA', '/RichMediaContent'})
"""Keys under which scripts and files lie, wherever they are."""


def check(content: bytes, name: str) -> Answer:
    """Return name, media type and number of pages of a paper that may be kept, with what is kept of it. Raises Refusal.

    Pictures are made anew. All else is kept to the letter: it may be signed.
    """
    media_type, pages, hides = _media_type(content), 1, False
    if media_type in PICTURES:
        content, media_type = paper_pictures.cleaned(content, media_type)
    elif media_type == PDF:
        pages, hides = _check_pdf(content)
    elif media_type in (DOCX, XLSX):
        pages = paper_office.check(content)
    else:
        raise Refusal('kind')
    told = {'name': safe_name(name, media_type), 'media_type': media_type, 'pages': pages, 'hides': hides}
    return told, content


def _media_type(content: bytes) -> str:
    guess = filetype.guess(content)
    kind = guess.mime if guess else ''
    if kind in ('image/heif', 'image/heic', 'image/heic-sequence') or (
        content[4:8] == b'ftyp' and content[8:12] in (b'heic', b'heix', b'mif1', b'hevc', b'msf1')
    ):
        return 'image/heic'
    return paper_office.media_type(content) if content[:4] == b'PK\x03\x04' else kind


def safe_name(name: str, media_type: str) -> str:
    """Return a file name without folders and control signs, with the ending of what the file is."""
    text = ''.join(c for c in str(name) if c.isprintable() and c not in '<>:"|?*')
    stem = PurePath(text.replace('\\', '/')).stem.strip(' .')[:100]
    return (stem or 'tep') + EXTENSIONS[media_type]


def _check_pdf(content: bytes) -> tuple[int, bool]:
    """A readable PDF without password, script, start action, embedded files or anything else around it.

    Returns its number of pages, and whether it has more than a screen shows.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages, hides = len(pdf.pages), paper_layers.hides(pdf)
            if _acts(pdf):
                raise Refusal('active_pdf')
    except pikepdf.PasswordError:
        raise Refusal('password') from None
    _refuse_double(content)
    if not 0 < pages <= PAGE_LIMIT:
        raise Refusal('too_many_pages', limit=PAGE_LIMIT)
    return pages, hides


def _refuse_double(content: bytes) -> None:
    """A file that is a PDF to one program must not be a page, an archive or a program to another; nor one that was cut off."""
    end = content.rfind(b'%%EOF')
    if end < 0:
        raise Refusal('broken')
    has_more = content[end + 5 :].strip(b'\0 \t\r\n\f')
    if has_more or MARKUP.search(content[:1024]) or zipfile.is_zipfile(io.BytesIO(content)):
        raise Refusal('mixed')


def _acts(pdf: pikepdf.Pdf) -> bool:
    """Tell whether a PDF would do something by itself, or carries files; an action may stand inside anything."""
    starts = '/AA' in pdf.Root or _leads_out(pdf.Root.get('/OpenAction'), 0)
    return starts or any(_is_burden(each) for whole in pdf.objects for each in _inside(whole, 0))


def _is_burden(one: pikepdf.Object) -> bool:
    action, unasked = one.get('/S'), one.get('/AA')
    by_itself = [value for _, value in unasked.items()] if isinstance(unasked, pikepdf.Dictionary) else []
    return (
        any(key in BURDENS for key in one.keys())  # noqa: SIM118 - no mapping of Python's
        or (isinstance(action, pikepdf.Name) and str(action) in ACTS)
        or any(_leads_out(each, 0) for each in by_itself)
    )


def _leads_out(action: Any, depth: int) -> bool:
    """Tell whether what happens when a PDF or a page is opened does more than turn to a page: an address opened unasked
    tells its owner who reads the paper, and when."""
    if not isinstance(action, pikepdf.Dictionary):
        return False
    after = action.get('/Next')
    chain = list(after) if isinstance(after, pikepdf.Array) else [after]
    return depth > DEEPEST or str(action.get('/S', '')) not in TURNS or any(_leads_out(one, depth + 1) for one in chain)


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


def picture(content: bytes, media_type: str, page: int, width: int) -> Answer:
    """Return one page as JPEG. Raises Refusal where there is none."""
    if media_type == PDF:
        drawn = _pdf_page(content, page, width)
    elif media_type in PICTURES and page == 1:
        drawn = paper_pictures.drawn(content, media_type, width)
    else:
        raise Refusal('no_page')
    out = io.BytesIO()
    drawn.save(out, 'JPEG', quality=82, optimize=True)
    return {}, out.getvalue()


def bind(content: bytes, sources: Sequence[tuple[int, str]], pages: Sequence[tuple[int, int]]) -> Answer:
    """Return one PDF of pictures and pages. ``content`` is all sources one after the other, each of a size and media type."""
    parts, start = [], 0
    for size, media_type in sources:
        parts.append((content[start : start + size], media_type))
        start += size
    book = paper_pictures.bound(parts, pages)
    if len(book) > SIZE_LIMIT:
        raise Refusal('too_large', limit=SIZE_LIMIT // 2**20)
    return {'pages': len(pages)}, book


def _pdf_page(content: bytes, page: int, width: int) -> Image.Image:
    """Draw one page with all that is seen on it: signatures, seals and what was filled in are fields, not page."""
    document = pypdfium2.PdfDocument(content)
    try:
        document.init_forms()
        if not 1 <= page <= len(document):
            raise Refusal('no_page')
        sheet = document[page - 1]
        across, down = (max(1.0, side) for side in sheet.get_size())
        scale = min(4.0, width / across, DRAWN_LIMIT / width / down)
        return sheet.render(scale=scale, may_draw_forms=True).to_pil().convert('RGB')
    finally:
        document.close()


def signatures(content: bytes, **told: Any) -> Answer:
    """Return what the signatures of a PDF are worth; what checks them is heavy and brought in when it is first needed."""
    from app.signing import inspection

    return inspection.signatures(content, **told)


def continues(content: bytes, **told: Any) -> Answer:
    """Tell whether a PDF only adds signatures to another one."""
    from app.signing import coverage

    return coverage.continues(content, **told)


def hides(content: bytes, **told: Any) -> Answer:
    """Tell whether what was added to a PDF hides something that was printed."""
    from app.signing import hiding

    return hiding.hides(content, **told)


def place(content: bytes, **told: Any) -> Answer:
    """Tell where a signature can be seen on a PDF."""
    from app.signing import room

    return room.place(content, **told)


def stamp(content: bytes) -> Answer:
    """Return the picture of a signature or a seal made anew: PNG with a ground that lets through what lies under it."""
    with Image.open(io.BytesIO(content), formats=['PNG']) as given:
        if max(given.size) > STAMP_LIMIT or min(given.size) < STAMP_LEAST:
            raise Refusal('kind')
        dots, picture = given.info.get('dpi'), given.convert('RGBA')
    clear = picture.getchannel('A').histogram()[:32]
    if sum(clear) * 4 < picture.width * picture.height:  # less than a quarter of it is seen through
        raise Refusal('kind')
    out = io.BytesIO()
    picture.save(out, 'PNG', optimize=True, **({'dpi': dots} if dots else {}))
    return {}, out.getvalue()


JOBS = {
    'stamp': stamp, 'marks': paper_marks.marks,
    'check': check, 'picture': picture, 'bind': bind, 'signatures': signatures, 'continues': continues, 'place': place,
    'hides': hides,
}  # fmt: skip
"""What can be asked of a process of ``app.workshop``."""
