"""Where a signature can be seen on a paper: in the field made for it, under the words that ask for it, or where there is room.

Runs in the processes of ``app.workshop`` only. What is printed is never covered: a place is blank, or it is none.
Source: NĐ 30/2020/NĐ-CP, Phụ lục I, Phần I, Mục II.7 and 8 (mark B); rooms on other papers are ours.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

Answer = tuple[dict[str, Any], bytes]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the drawn page."""
FIELDS = {'person': 'NguoiKy', 'seal': 'ConDau'}
"""Fields of papers that we drew; see ``app/documents/signing_places.py``."""
ASKS = ('(Ký', '(ký', '(Chữ ký')
"""What stands above the place of a signature. Source: forms of TT 03/2025/TT-VPCP and others."""
PIXELS = 2
"""For each millimetre."""
SCALE = PIXELS * 25.4 / 72
PAPER = 200
"""Brightness (0-255) above which a pixel is taken for paper."""
EDGE = 12
SIZES = ((70, 26), (60, 22), (56, 18), (50, 14), (44, 11), (40, 9))
"""Millimetres of a signature, the most comfortable first; less cannot be read."""
STEP = 3
LATEST_PAGES = 3
"""Whoever signs signs at the end."""


def place(content: bytes, kind: str) -> Answer:
    """Return the ``field`` of a PDF that waits for this signature, or a ``page`` (from 0) and a blank ``box``, or nothing.

    The box is in points of the page, as left, bottom, right, top.
    """
    field = _field(content, FIELDS[kind])
    if field:
        return field, b''
    document = pypdfium2.PdfDocument(content)
    try:
        document.init_forms()
        return _room(document, kind), b''
    finally:
        document.close()


def _field(content: bytes, name: str) -> dict[str, Any]:
    """Return the empty field of this name, with its size."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        for field in paper.Root.get('/AcroForm', pikepdf.Dictionary()).get('/Fields', ()):
            if field.get('/FT') == '/Sig' and str(field.get('/T', '')) == name and '/V' not in field:
                left, bottom, right, top = (float(edge) for edge in field.Rect)
                return {'field': name, 'box': [left, bottom, right, top]} if right > left and top > bottom else {}
    return {}


def _room(document: pypdfium2.PdfDocument, kind: str) -> dict[str, Any]:
    last = len(document) - 1
    for number in range(last, max(-1, last - LATEST_PAGES), -1):
        page = document[number]
        if page.get_rotation():
            continue
        ink = _drawn(page)
        boxes = _under_words(page, ink) if kind == 'person' else iter(())
        found = next(boxes, None) or (next(_anywhere(ink), None) if number == last else None)
        if found:
            return {'page': number, 'box': _points(page, ink, found)}
    return {}


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    """Return what is printed as white on black, signatures that are there already included."""
    seen = page.render(scale=SCALE, may_draw_forms=True).to_pil().convert('L')
    return seen.point(lambda light: 0 if light > PAPER else 255)


def _under_words(page: pypdfium2.PdfPage, ink: Image.Image) -> Iterator[Box]:
    """Yield blank places under the words that ask for a signature, of several the one on the right: the agency's."""
    text = page.get_textpage()
    _, _, left_edge, top_edge = _frame(page)
    anchors = []
    for words in ASKS:
        search = text.search(words)
        while found := search.get_next():
            line = [text.get_charbox(index) for index in _line(text, found[0])]
            left, right = min(box[0] for box in line), max(box[2] for box in line)
            bottom = min(box[1] for box in line)
            anchors.append(((left + right) / 2 - left_edge, top_edge - bottom))
    for middle, below in sorted(set(anchors), reverse=True):
        yield from _centred(ink, round(middle * SCALE), round(below * SCALE) + 1)


def _line(text: pypdfium2.PdfTextPage, start: int) -> range:
    """Return the characters from a place up to the bracket that closes there, or the end of the line."""
    rest = text.get_text_range(start, min(80, text.count_chars() - start))
    ends = [rest.find(sign) for sign in (')', '\r', '\n')]
    return range(start, start + min((end for end in ends if end > 0), default=len(rest)))


def _centred(ink: Image.Image, middle: int, top: int) -> Iterator[Box]:
    for width, height in SIZES:
        half = width * PIXELS // 2
        for down in range(0, 4 * PIXELS, PIXELS):
            yield from _blank(ink, (middle - half, top + down, middle + half, top + down + height * PIXELS))


def _anywhere(ink: Image.Image) -> Iterator[Box]:
    """Yield blank places of the right half, the lowest first, then of the left: not in the upper third of the page."""
    across, down = ink.size
    for width, height in SIZES[:3]:
        wide, high = width * PIXELS, height * PIXELS
        for bottom in range(down - EDGE * PIXELS, down // 3 + high, -STEP * PIXELS):
            for right in range(across - EDGE * PIXELS, wide + EDGE * PIXELS, -STEP * PIXELS):
                yield from _blank(ink, (right - wide, bottom - high, right, bottom))


def _blank(ink: Image.Image, box: Box) -> Iterator[Box]:
    is_inside = box[0] >= 0 and box[1] >= 0 and box[2] <= ink.width and box[3] <= ink.height
    if is_inside and ink.crop(box).getbbox() is None:
        yield box


def _frame(page: pypdfium2.PdfPage) -> tuple[float, float, float, float]:
    """Return width, height, left edge and upper edge of what is shown of a page, in points."""
    left, bottom, right, top = page.get_cropbox()
    return right - left, top - bottom, left, top


def _points(page: pypdfium2.PdfPage, ink: Image.Image, box: Box) -> list[float]:
    width, height, left, top = _frame(page)
    across, down = width / ink.width, height / ink.height
    return [left + box[0] * across, top - box[3] * down, left + box[2] * across, top - box[1] * down]
