"""Text for searching: without accents, without case, đ as d; and text that any database takes."""

import unicodedata

LONGEST_WORD = 100
"""Characters of a word that is looked for: SQLite refuses patterns of many thousands."""


def plain(text: str) -> str:
    """Return a text without NUL and without halves of characters, which no database and no hash takes."""
    return text.replace('\0', '').encode('utf-8', 'ignore').decode()


def fold(text: str) -> str:
    """Return a text as the search compares it: ``Đăng ký khai sinh`` -> ``dang ky khai sinh``."""
    plain = unicodedata.normalize('NFD', text.casefold().replace('đ', 'd'))
    return ' '.join(''.join(c for c in plain if not unicodedata.combining(c)).split())


def like(text: str) -> str:
    """Return a folded text as a LIKE pattern that finds it anywhere; ``%`` and ``_`` lose their meaning (escape ``\\``)."""
    escaped = fold(plain(text))[:LONGEST_WORD].replace('\\', '\\\\').replace('%', '\\%').replace('_', '\\_')
    return f'%{escaped}%'


def plain_number(number: object) -> str:
    """Return the number of a paper as it is compared: however it was spaced, in capitals or not."""
    return ''.join(number.upper().split()) if isinstance(number, str) else ''
