"""What is kept of an identity paper that somebody showed: its kind and the last characters, never the number.

The rest would be a personal number in the record of events, which nobody needs: the officer has seen the paper.
"""

import re

LAST = 3
"""Characters of a number that are kept, as masked numbers show them elsewhere."""
_NUMBER = re.compile(r'[^\W\d_]{0,3}\d[\d .\-/]*')
"""A number with the letters that begin it, in groups or not: ``C1234567``, ``001 190 000 123``."""


def shown_paper(text: str | None) -> dict[str, str] | None:
    """Return kind and last characters of what was typed of a paper: ``Hộ chiếu C1234567`` -> Hộ chiếu, 567."""
    typed = ' '.join((text or '').split())
    if not typed:
        return None
    signs = ''.join(c for found in _NUMBER.findall(typed) for c in found if c.isalnum())
    kind = ' '.join(_NUMBER.sub(' ', typed).split()).strip(' ,;:.-')
    return {'kind': kind[:80], 'last': signs[-LAST:] if len(signs) > LAST else ''}


def without_numbers(text: str) -> str:
    """Return a note in which no number of a paper stands whole."""

    def short(found: re.Match[str]) -> str:
        signs = ''.join(c for c in found[0] if c.isalnum())
        return f'…{signs[-LAST:]} ' if sum(c.isdigit() for c in signs) >= 6 else found[0]

    return _NUMBER.sub(short, text).strip()
