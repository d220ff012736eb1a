"""The shipped catalogue is read again only when one of its files, or the code that reads them, has changed."""

import hashlib
from pathlib import Path

from app.db import read
from models import Setting

MARK = 'loaded_catalogue'
"""The setting that holds the mark of the files that were loaded last; empty after any other catalogue."""
_APP = Path(__file__).parent.parent


def mark() -> str:
    """Return one number over the files of the catalogue and all code of ours, any of which may say what is sound."""
    whole = hashlib.sha256()
    for file in sorted((*Path(__file__).parent.rglob('*.yaml'), *_APP.rglob('*.py'))):
        content = file.read_bytes()
        whole.update(f'{file.relative_to(_APP)} {len(content)}\n'.encode() + content)
    return whole.hexdigest()


async def is_loaded() -> bool:
    """Tell whether the open database already holds what the files say."""
    async with read() as db:
        known = await db.get(Setting, MARK)
    return known is not None and known.value == mark()
