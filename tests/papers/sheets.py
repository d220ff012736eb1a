"""Honest papers of every kind that is taken, made here."""

import io
import zipfile
from collections.abc import Callable

import pillow_heif
from PIL import Image, ImageDraw, PngImagePlugin

pillow_heif.register_heif_opener()
PLACE = {1: b'N', 2: (21.0, 49.0, 12.0), 3: b'E', 4: (105.0, 13.0, 6.0)}
WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
EXCEL_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'


def sheet(size: tuple[int, int] = (300, 200), mode: str = 'RGB') -> Image.Image:
    """Return a picture whose upper left quarter is dark."""
    picture = Image.new(mode, size, 'white')
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1] // 2), 'black')
    return picture


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photograph(kind: str = 'JPEG', *, turned: int = 6, size: tuple[int, int] = (300, 200)) -> bytes:
    """Return what a telephone sends: lying, with the place and the camera in it. ``turned`` 6 means: a quarter clockwise."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = turned, 'Máy ảnh của An', 'nhà riêng'
    exif.get_ifd(0x8825).update(PLACE)
    return saved(sheet(size), kind, exif=exif.tobytes())


def talking_png() -> bytes:
    """Return a PNG with a text in it."""
    info = PngImagePlugin.PngInfo()
    info.add_text('Comment', 'nhà riêng', zip=False)
    info.add_itxt('XML:com.adobe.xmp', '<x>nhà riêng</x>')
    return saved(sheet(), 'PNG', pnginfo=info)


def package(parts: dict[str, bytes | str]) -> bytes:
    """Return an office package of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(**parts: bytes | str) -> bytes:
    """Return a document of Word with these parts besides, or instead of, its own."""
    main = f'{WORD_TYPE}.main+xml'
    own: dict[str, bytes | str] = {
        '[Content_Types].xml': f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        '_rels/.rels': relations(('officeDocument', 'word/document.xml', '')),
        'word/document.xml': '<w:document xmlns:w="urn:w"><w:body><w:p><w:t>Đơn</w:t></w:p></w:body></w:document>',
    }
    return package(own | parts)


def excel(**parts: bytes | str) -> bytes:
    """Return a workbook of Excel with these parts besides, or instead of, its own."""
    main = f'{EXCEL_TYPE}.main+xml'
    own: dict[str, bytes | str] = {
        '[Content_Types].xml': f'<Types><Override PartName="/xl/workbook.xml" ContentType="{main}"/></Types>',
        'xl/workbook.xml': '<workbook xmlns="urn:x"><sheets/></workbook>',
    }
    return package(own | parts)


def relations(*wanted: tuple[str, str, str]) -> str:
    """Return the relations of a part: kind, target and mode of each."""
    rows = (
        f'<Relationship Id="r{n}" Type="{RELATION}{k}" Target="{t}" TargetMode="{m or "Internal"}"/>'
        for n, (k, t, m) in enumerate(wanted)
    )
    return f'<Relationships>{"".join(rows)}</Relationships>'


HONEST: dict[str, Callable[[], bytes]] = {
    'ảnh.jpg': photograph,
    'ảnh.png': talking_png,
    'ảnh.webp': lambda: photograph('WEBP'),
    'ảnh.heic': lambda: photograph('HEIF', turned=1),
    'đơn.docx': word,
    'bảng.xlsx': excel,
}
