"""Made-up papers of the demonstration: pictures that say what they stand for."""

import asyncio
import io
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).parent / 'data' / 'BeVietnamPro-Regular.ttf'
"""SIL Open Font License, see ``components/static/fonts/OFL.txt``."""
PAPER, INK, RED = '#FBF8F0', '#1E2A35', '#8E1B16'


async def picture(title: str, name: str) -> bytes:
    """Return a JPEG of an A4-like sheet with a title and a name."""
    return await asyncio.to_thread(_save, title, name, 'JPEG')


async def result(title: str, name: str) -> bytes:
    """Return the same as a PDF, as results are issued."""
    return await asyncio.to_thread(_save, title, name, 'PDF')


def _save(title: str, name: str, kind: str) -> bytes:
    sheet = Image.new('RGB', (620, 877), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((24, 24, 596, 853), outline=RED, width=3)
    y = 80
    for text, size in ((title.upper(), 26), (name, 24), ('Giấy minh họa, không có giá trị pháp lý', 18)):
        for line in textwrap.wrap(text, 28 if size > 20 else 48):
            draw.text((60, y), line, INK, font=ImageFont.truetype(str(FONT), size))
            y += size + 14
        y += 24
    out = io.BytesIO()
    sheet.save(out, kind, quality=70)
    return out.getvalue()
