"""Text for searching: without accents, without case, đ as d."""

import unicodedata


def fold(text: str) -> str:
    """Return a text as the search compares it: ``Đăng ký khai sinh`` -> ``dang ky khai sinh``."""
    plain = unicodedata.normalize('NFD', text.casefold().replace('đ', 'd'))
    return ' '.join(''.join(c for c in plain if not unicodedata.combining(c)).split())


def like(text: str) -> str:
    """Return a folded text as a LIKE pattern that finds it anywhere; ``%`` and ``_`` lose their meaning (escape ``\\``)."""
    escaped = fold(text).replace('\\', '\\\\').replace('%', '\\%').replace('_', '\\_')
    return f'%{escaped}%'
