"""Stored files: nobody without the key reads them, nobody alters one unseen, and none is ever there in part."""

import io
import os
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from app import disk, sealed, storage
from app.sealed import CHUNK, MAGIC, SALT, TAG

KEY, OTHER = bytes(range(32)), bytes(32)
HEAD = len(MAGIC) + SALT


def shut(content: bytes, key: bytes = KEY, name: str = 'a') -> bytes:
    out = io.BytesIO()
    sealed.write(io.BytesIO(content), out, key, name)
    return out.getvalue()


def opened(raw: bytes, key: bytes = KEY, name: str = 'a') -> bytes:
    return b''.join(sealed.read(io.BytesIO(raw), key, name))


@pytest.mark.parametrize('size', [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_opens_again_and_shows_nothing(size: int) -> None:
    content = b'0123456789abcdef' * (size // 16 + 1)
    raw = shut(content[:size])
    assert opened(raw) == content[:size]
    assert b'0123456789abcdef' not in raw and shut(content[:size]) != raw


def test_no_other_key_and_no_other_name_opens_it() -> None:
    raw = shut(b'x' * 1000)
    for key, name in ((OTHER, 'a'), (KEY, 'b')):
        with pytest.raises(InvalidTag):
            opened(raw, key, name)


def test_whatever_is_done_to_a_file_is_found() -> None:
    raw = shut(os.urandom(3 * CHUNK))
    step = CHUNK + TAG
    head, parts = raw[:HEAD], [raw[HEAD + n * step : HEAD + (n + 1) * step] for n in range(3)]
    changed = [raw[:at] + bytes((raw[at] ^ 1,)) + raw[at + 1 :] for at in (0, 5, HEAD, HEAD + step, len(raw) - 1)]
    cut = [raw[:at] for at in (0, 3, HEAD, HEAD + 5, HEAD + step, HEAD + 2 * step, len(raw) - 1)]
    moved = [
        head + b''.join(order) for order in ((parts[1], parts[0], parts[2]), (parts[0], parts[2]), (*parts, parts[2]))
    ]
    for bad in (*changed, *cut, *moved, raw + b'x', raw + bytes(TAG), head + shut(b'x')[HEAD:]):
        with pytest.raises(InvalidTag):
            opened(bad)


def test_another_key_takes_over_in_place_and_doing_it_twice_changes_nothing(tmp_path: Path) -> None:
    file, content = tmp_path / 'name', os.urandom(2 * CHUNK + 5)
    file.write_bytes(shut(content, name='name'))
    assert sealed.reseal(file, KEY, OTHER)
    after = file.read_bytes()
    assert opened(after, OTHER, 'name') == content
    assert not sealed.reseal(file, KEY, OTHER) and file.read_bytes() == after
    with pytest.raises(InvalidTag):
        opened(after, KEY, 'name')


def test_a_file_that_neither_key_opens_is_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / 'name'
    raw = shut(os.urandom(2 * CHUNK), name='name')[:-1]
    file.write_bytes(raw)
    with pytest.raises(InvalidTag):
        sealed.reseal(file, KEY, OTHER)
    assert file.read_bytes() == raw and os.listdir(tmp_path) == ['name']


def test_a_write_that_fails_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / 'name'
    file.write_bytes(b'before')
    with pytest.raises(OSError, match='full'), disk.writing(file) as out:
        out.write(b'half')
        raise OSError('full')
    assert file.read_bytes() == b'before' and os.listdir(tmp_path) == ['name']


async def test_a_file_is_on_the_disk_whole_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def flush(handle: int) -> None:
        seen.append('flush ' + ('folder' if os.path.isdir(f'/proc/self/fd/{handle}') else 'file'))
        fsync(handle)

    def rename(path: Path, target: Path) -> Path:
        seen.append('rename')
        return replace(path, target)

    monkeypatch.setattr(os, 'fsync', flush)
    monkeypatch.setattr(Path, 'replace', rename)
    storage.use_folder(tmp_path / 'files')
    kept = await storage.put(b'so be it')
    assert seen == ['flush file', 'rename', 'flush folder', 'flush folder']
    assert await storage.get(kept.key, kept.key_id) == b'so be it'
