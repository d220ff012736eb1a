"""Only what the fonts can draw: a sign without a picture would stop an archival PDF from being made at all."""

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / 'fonts'
MISSING = '□'
KEPT = '\n'


def drawable(value: Any) -> Any:
    """Return texts, also within lists and mappings, with accents composed and a box for what the fonts lack."""
    if isinstance(value, str):
        return ''.join(_sign(c) for c in unicodedata.normalize('NFC', value))
    if isinstance(value, dict):
        return {key: drawable(inner) for key, inner in value.items()}
    return [drawable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _sign(char: str) -> str:
    if ord(char) in covered() or char in KEPT:
        return char
    if char == '\t':
        return ' '
    return '' if unicodedata.category(char) in ('Cc', 'Cf') else MISSING


@cache
def covered() -> frozenset[int]:
    """Return the characters that all our fonts draw, as code points, without invisible and private ones."""
    each = [frozenset(_characters(file.read_bytes())) for file in sorted(FONTS.glob('*.ttf'))]
    found = frozenset.intersection(*each)
    return frozenset(c for c in found if not unicodedata.category(chr(c)).startswith('C'))


def _characters(font: bytes) -> list[int]:
    """Return the code points of a font's Unicode table of the basic plane. Source: OpenType, ``cmap`` format 4."""
    tables = struct.unpack('>H', font[4:6])[0]
    entries = (struct.unpack('>4sLLL', font[12 + 16 * n : 28 + 16 * n]) for n in range(tables))
    start = next(offset for tag, _, offset, _ in entries if tag == b'cmap')
    count = struct.unpack('>H', font[start + 2 : start + 4])[0]
    subtables = (struct.unpack('>HHL', font[start + 4 + 8 * n : start + 12 + 8 * n]) for n in range(count))
    table = start + next(offset for platform, encoding, offset in subtables if (platform, encoding) == (3, 1))
    segments = struct.unpack('>H', font[table + 6 : table + 8])[0] // 2
    ends = struct.unpack(f'>{segments}H', font[table + 14 : table + 14 + 2 * segments])
    begin = table + 16 + 2 * segments
    starts = struct.unpack(f'>{segments}H', font[begin : begin + 2 * segments])
    return [c for first, last in zip(starts, ends, strict=True) for c in range(first, last + 1) if c != 0xFFFF]
