"""Made-up pictures of signatures and seals for the demonstration; each says what it is."""

import io
import math
import textwrap
import zlib

from PIL import Image, ImageDraw, ImageFont

from app.demo.papers import FONT

INK, RED = '#1B3FA0', '#C4161C'
SAYS = 'MINH HỌA'
SEAL, SEAL_DPI = 425, 300
"""Pixels across a seal, and how many of them make an inch: 36 mm."""


def signature(name: str) -> bytes:
    """Return a blue stroke that is each person's own, as PNG on a transparent ground."""
    sheet = Image.new('RGBA', (500, 240))
    draw, seed = ImageDraw.Draw(sheet), zlib.crc32(name.encode())
    swing, turns = 40 + seed % 40, 3 + seed % 3
    points = [
        (40 + 420 * n / 200, 110 + swing * math.sin(n / 200 * turns * 2 * math.pi) * math.cos(n / 90) - n / 8)
        for n in range(201)
    ]
    draw.line(points, INK, 7, joint='curve')
    draw.line([(60, 175), (470, 140)], INK, 5)
    draw.text((250, 205), SAYS, INK, font=_font(26), anchor='mm')
    return _png(sheet)


def seal(agency: str) -> bytes:
    """Return a red ring with the agency's name, as PNG on a transparent ground, in the size of a seal."""
    sheet = Image.new('RGBA', (SEAL, SEAL))
    draw, middle = ImageDraw.Draw(sheet), SEAL // 2
    for inset, width in ((4, 8), (22, 3)):
        draw.ellipse((inset, inset, SEAL - inset, SEAL - inset), outline=RED, width=width)
    lines = [*textwrap.wrap(agency.upper(), 14)[:4], SAYS]
    for number, line in enumerate(lines):
        draw.text((middle, middle + (number - (len(lines) - 1) / 2) * 48), line, RED, font=_font(32), anchor='mm')
    return _png(sheet)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


def _png(sheet: Image.Image) -> bytes:
    out = io.BytesIO()
    sheet.save(out, 'PNG', optimize=True, dpi=(SEAL_DPI, SEAL_DPI))
    return out.getvalue()
