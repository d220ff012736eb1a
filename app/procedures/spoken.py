"""Numbers, dates and amounts written out in Vietnamese words, as papers ask for them."""

_DIGITS = ('không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín')
_SCALES = ('', 'nghìn', 'triệu')


def number_words(number: int) -> str:
    """Return a number of up to eighteen digits in words: 2026 is ``hai nghìn không trăm hai mươi sáu``."""
    if number < 0:
        return f'âm {number_words(-number)}'
    if number >= 10**9:
        high, low = divmod(number, 10**9)
        return f'{number_words(high)} tỷ' + (f' {_below_billion(low, follows=True)}' if low else '')
    return _below_billion(number, follows=False) if number else _DIGITS[0]


def _below_billion(number: int, *, follows: bool) -> str:
    words: list[str] = []
    for scale in (2, 1, 0):
        group = number // 1000**scale % 1000
        if group:
            words += [_group(group, whole=follows or bool(words)), _SCALES[scale]]
    return ' '.join(word for word in words if word)


def _group(group: int, *, whole: bool) -> str:
    """Return up to three digits; ``whole`` says the hundreds even when they are none, as a group after another does."""
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    words = [f'{_DIGITS[hundreds]} trăm'] if hundreds or whole else []
    if tens > 1:
        words.append(f'{_DIGITS[tens]} mươi')
    elif tens == 1:
        words.append('mười')
    elif ones and words:
        words.append('linh')
    if ones == 1 and tens > 1:
        words.append('mốt')
    elif ones == 5 and tens:
        words.append('lăm')
    elif ones:
        words.append(_DIGITS[ones])
    return ' '.join(words)


def date_words(iso: str) -> str:
    """Return a stored, perhaps partial, date in words; '' for what is not a date."""
    names = ('năm', 'tháng', 'ngày')
    parts = iso.split('-')
    if len(parts) > 3 or not all(p.isascii() and p.isdigit() for p in parts):
        return ''
    spoken = [f'{name} {number_words(int(part))}' for name, part in zip(names, parts, strict=False)]
    return ', '.join(reversed(spoken)).capitalize()


def money_words(dong: int) -> str:
    """Return an amount in words: ``Hai trăm triệu đồng``."""
    return f'{number_words(dong)} đồng'.capitalize()
