"""Pictures of papers: turned upright, freed of everything but the picture, made no larger than reading needs; bound into one PDF.

Runs in the processes of ``app.workshop`` only, as ``app.paper_kinds`` does.
"""

import io
from collections.abc import Sequence

import pikepdf
import pillow_heif
from PIL import Image, ImageOps

from app.workshop import Refusal

PIXEL_LIMIT = 60_000_000
LONGEST, SHORTEST = 2500, 1400
"""Edges of a kept picture: A4 at 210 dots per inch, and a long receipt stays as wide as that."""
QUALITY = 85
LARGEST_PNG = 2_000_000
"""Bytes up to which a picture that came without loss is kept so; a photograph as PNG is many times larger."""
A4 = (595, 842)
JPEG, PNG, PDF = 'image/jpeg', 'image/png', 'application/pdf'
READERS = {JPEG: 'JPEG', PNG: 'PNG', 'image/webp': 'WEBP', 'image/heic': 'HEIF'}
pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT


def opened(content: bytes, media_type: str) -> Image.Image:
    """Open a picture as what it was taken for, and as nothing else. Raises Refusal when it is too large to unpack."""
    try:
        picture = Image.open(io.BytesIO(content), formats=[READERS[media_type]])
    except Image.DecompressionBombError:
        raise Refusal('too_many_pixels') from None
    if picture.width * picture.height > PIXEL_LIMIT:
        raise Refusal('too_many_pixels')
    return picture


def cleaned(content: bytes, media_type: str) -> tuple[bytes, str]:
    """Return the picture made anew, with its media type: upright, of sane size, without place, camera, remarks or thumbnail.

    It is unpacked to the end, so that one that was cut off is found, and nothing of what surrounded it is kept.
    """
    with opened(content, media_type) as picture:
        picture.load()
        bare = _bare(ImageOps.exif_transpose(_smaller(picture)))
    if media_type == PNG and len(kept := _saved(bare, 'PNG')) <= LARGEST_PNG:
        return kept, PNG
    return _saved(bare, 'JPEG', quality=QUALITY, optimize=True), JPEG


def drawn(content: bytes, media_type: str, width: int) -> Image.Image:
    """Return the picture upright and so wide at most."""
    with opened(content, media_type) as picture:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((width, width * 2))
        return upright.convert('RGB')


def _smaller(picture: Image.Image) -> Image.Image:
    scale = max(LONGEST / max(picture.size), SHORTEST / min(picture.size))
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    source = picture if picture.mode in ('L', 'RGB') else _flat(picture)
    small = source.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    small.info = picture.info  # says how it must be turned
    return small


def _flat(picture: Image.Image) -> Image.Image:
    """Return it in grey or in colours; what is transparent lies on white paper."""
    if picture.has_transparency_data:
        above = picture.convert('RGBA')
        sheet = Image.new('RGBA', above.size, 'white')
        sheet.alpha_composite(above)
        return sheet.convert('RGB')
    if picture.mode.startswith('I'):  # 16 bits a dot
        return picture.convert('I').point(lambda value: value / 256).convert('L')
    return picture.convert('L' if picture.mode in ('1', 'L', 'F') else 'RGB')


def _bare(picture: Image.Image) -> Image.Image:
    """Return the dots alone: what else a picture carries does not come along."""
    flat = _flat(picture)
    bare = Image.new(flat.mode, flat.size)
    bare.paste(flat)
    return bare


def _saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def bound(sources: Sequence[tuple[bytes, str]], pages: Sequence[tuple[int, int]]) -> bytes:
    """Return one PDF of pages, each the number of a source and of a page in it (from 1); a picture is one page.

    Pictures go in as they are, each on a sheet of A4 in its own direction.
    """
    out = io.BytesIO()
    with pikepdf.new() as book:
        books = {n: pikepdf.open(io.BytesIO(content)) for n, (content, kind) in enumerate(sources) if kind == PDF}
        for source, page in pages:
            count = len(books[source].pages) if source in books else 1
            if not 1 <= page <= count:
                raise Refusal('no_page')
            if source in books:
                book.pages.append(books[source].pages[page - 1])
            else:
                _add(book, *sources[source])
        book.save(out)
    return out.getvalue()


def _add(book: pikepdf.Pdf, content: bytes, media_type: str) -> None:
    """Put one picture on a new sheet, as large as it goes."""
    with opened(content, media_type) as picture:
        if media_type != JPEG or picture.mode not in ('L', 'RGB'):
            return _add(book, _saved(_bare(picture), 'JPEG', quality=QUALITY, optimize=True), JPEG)
        (width, height), is_grey = picture.size, picture.mode == 'L'
    across, down = A4 if height >= width else A4[::-1]
    scale = min(across / width, down / height)
    wide, high = width * scale, height * scale
    image = pikepdf.Stream(book, content)
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height, image.BitsPerComponent = width, height, 8
    image.ColorSpace = pikepdf.Name.DeviceGray if is_grey else pikepdf.Name.DeviceRGB
    image.Filter = pikepdf.Name.DCTDecode
    sheet = book.add_blank_page(page_size=(across, down))
    sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Picture=image))
    drawing = f'q {wide:.2f} 0 0 {high:.2f} {(across - wide) / 2:.2f} {(down - high) / 2:.2f} cm /Picture Do Q'
    sheet.Contents = pikepdf.Stream(book, drawing.encode())
    return None
