"""Whether a signature that was added to a paper hides what is printed. Runs in the processes of ``app.workshop`` only.

A seal stands over a signature by decree, and lets it be seen: what is printed may get darker, never lighter.
"""

import io
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageChops

Answer = tuple[dict[str, Any], bytes]
SCALE = 2.0
"""Pixels for each point: a comma of the smallest print is still some of them."""
LARGEST = 8_000_000
"""Pixels of a page."""
LIGHTER = 110
"""Brightness (of 255) by which ink grows no lighter under a red seal or a blue signature, and does under paper."""
MOST = 20
"""Pages with signatures that are looked at; nobody signs more."""


def hides(content: bytes, ours: int) -> Answer:
    """Tell whether a PDF, whose first ``ours`` bytes are another one, hides anything that this one shows on a page."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        pages = [number for number, page in enumerate(paper.pages) if _has_field(page)]
    if len(pages) > MOST:
        return {'hides': True}, b''
    before, after = pypdfium2.PdfDocument(content[:ours]), pypdfium2.PdfDocument(content)
    try:
        for document in (before, after):
            document.init_forms()
        return {'hides': any(_is_lighter(before[number], after[number]) for number in pages)}, b''
    finally:
        before.close()
        after.close()


def _has_field(page: pikepdf.Page) -> bool:
    return any(str(note.get('/Subtype', '')) == '/Widget' for note in page.obj.get('/Annots', ()))


def _is_lighter(before: pypdfium2.PdfPage, after: pypdfium2.PdfPage) -> bool:
    found = ImageChops.subtract(_drawn(after), _drawn(before))
    return found.point(lambda light: 255 if light > LIGHTER else 0).getbbox() is not None


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    across, down = (max(1.0, side) for side in page.get_size())
    scale = min(SCALE, (LARGEST / across / down) ** 0.5)
    return page.render(scale=scale, may_draw_forms=True).to_pil().convert('L')
