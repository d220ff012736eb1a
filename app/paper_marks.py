"""What tells whose paper a file is: hashes of it and of what it was before each addition, and the codes printed on it.

Runs in the processes of ``app.workshop`` only.
"""

import hashlib
import re
from itertools import islice
from typing import Any

import pypdfium2

from app.paper_pictures import PDF

Answer = tuple[dict[str, Any], bytes]
ADDITIONS = 100
"""Times that a file may have been added to, as ``app.signing.coverage`` has it; what was before is looked at so often."""
ENDS = re.compile(rb'%%EOF(\r\n|\r|\n)?')
GROUP = '[A-HJ-NP-Z2-9]{4}'
CODE = re.compile(rf'(?<![A-Z0-9]){GROUP}(?:\s+{GROUP}){{6}}(?![A-Z0-9])')
"""A code as papers print it (``app.verification.tokens.spoken``), on one line or two."""
MOST = 20
"""Codes of one paper that are looked up."""


def marks(content: bytes, media_type: str, place: str) -> Answer:
    """Return ``hashes`` and ``codes`` of a file, and whether it prints the ``place`` where codes are checked."""
    text = _text(content) if media_type == PDF else ''
    codes = list(dict.fromkeys(''.join(found.split()) for found in CODE.findall(text)))[:MOST]
    return {'hashes': _hashes(content), 'codes': codes, 'is_placed': place in ''.join(text.split())}, b''


def _hashes(content: bytes) -> list[str]:
    """Return what a file hashes to, and what it did before anything was added: with its last line ended, or not."""
    running, done, found = hashlib.sha256(), 0, []
    for end in islice(ENDS.finditer(content), ADDITIONS):
        for stop in sorted({end.start() + len('%%EOF'), end.end()}):
            running.update(content[done:stop])
            done = stop
            found.append(running.hexdigest())
    running.update(content[done:])
    return list(dict.fromkeys([*found, running.hexdigest()]))


def _text(content: bytes) -> str:
    """Return all words of a PDF; none where they cannot be read: a scan has none either."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return ''
    try:
        return '\n'.join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
