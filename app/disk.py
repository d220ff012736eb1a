"""Files that are there whole or not at all, also after a power cut."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

PART = '.part'
"""What a file is called until it is whole; whatever still has this name at a start is rubbish."""


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; it appears under its name, flushed to the disk with its folder, once all is written.

    When anything fails nothing is left, and what lay there before stays.
    """
    beside = path.with_name(path.name + PART)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, 'wb') as out:
            yield cast('BinaryIO', out)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
