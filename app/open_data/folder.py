"""The files of open data: made once a day and when the catalogue changes, kept in a folder, read from there by whoever asks.

A file is written anew only where its content is another, so the day of its last change is true. The description for
programs (``datapackage.json``) is the list of what there is: nothing else is ever read.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from app import jobs
from app.access import SYSTEM
from app.clock import local, now, today
from app.db import public_changes
from app.disk import writing
from app.errors import NotFound
from app.notifications import settings
from app.open_data.datasets import DATASETS, Dataset, Row
from app.open_data.written import FORMATS, WRITERS, package, schema
from app.units.queries import home_unit

PATH = '/du-lieu-mo'
PACKAGE = 'datapackage.json'
_lock: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
_made: tuple[date, int] | None = None
"""Day and state of the catalogue for which this process made the files last."""


@dataclass(frozen=True)
class File:
    """A file that is there."""

    dataset: str
    part: str
    format: str
    path: str
    """Below ``/du-lieu-mo/``."""
    size: int
    digest: str
    """SHA-256."""
    changed_at: datetime
    rows: int


@jobs.loop(every=timedelta(minutes=10), name='open-data')
async def keep_fresh() -> None:
    """Make the files again on a new day and after a change of the catalogue, once somebody has asked for them at all."""
    if _made != (today(), public_changes()) and await asyncio.to_thread(_package_path().exists):
        await make()


async def files() -> tuple[File, ...]:
    """Return what there is; the first who asks has it made."""
    found = await asyncio.to_thread(_known)
    if found is None:
        await make(only_first=True)
        found = await asyncio.to_thread(_known)
    return found or ()


async def content(path: str) -> tuple[File | None, bytes]:
    """Return a file with its bytes; the description itself has no ``File``. Raises NotFound."""
    known = {one.path: one for one in await files()}
    if path != PACKAGE and path not in known:
        raise NotFound()
    return known.get(path), await asyncio.to_thread((_folder() / path).read_bytes)


async def make(*, only_first: bool = False) -> None:
    """Make every file of every dataset; ``only_first``: unless somebody else has made them while we waited."""
    global _made
    async with _turn():
        if only_first and await asyncio.to_thread(_package_path().exists):
            return
        mark, before = (today(), public_changes()), {one.path: one for one in await asyncio.to_thread(_known) or ()}
        made: list[dict[str, Any]] = []
        for dataset in DATASETS.values():
            for part in await dataset.parts():
                made += await asyncio.to_thread(_write, dataset, part, await dataset.rows(part), before)
        unit = await home_unit(SYSTEM)
        described = package(unit.name if unit else '', settings().url + PATH, made)
        await asyncio.to_thread(_put, _package_path(), _packed(described))
        _made = mark


def address(dataset: str, part: str, format_: str) -> str:
    """Return where a file is below ``/du-lieu-mo/``."""
    return f'{dataset}/{part}.{format_}' if part else f'{dataset}.{format_}'


def described(key: str) -> bytes:
    """Return the schema of a dataset. Raises NotFound."""
    if key not in DATASETS:
        raise NotFound()
    return _packed(schema(DATASETS[key]))


def _turn() -> asyncio.Lock:
    """Return the lock of the running event loop: the files are made by one at a time."""
    global _lock
    if _lock is None or _lock[0] is not asyncio.get_running_loop():
        _lock = (asyncio.get_running_loop(), asyncio.Lock())
    return _lock[1]


def _folder() -> Path:
    return settings().data_dir / 'open-data'


def _package_path() -> Path:
    return _folder() / PACKAGE


def _write(dataset: Dataset, part: str, rows: Sequence[Row], before: dict[str, File]) -> list[dict[str, Any]]:
    """Write a part in every format and describe it."""
    found = []
    for format_, media in FORMATS.items():
        path, body = address(dataset.key, part, format_), WRITERS[format_](dataset, rows)
        digest, known = hashlib.sha256(body).hexdigest(), before.get(path)
        if known is None or known.digest != digest or not (_folder() / path).exists():
            _put(_folder() / path, body)
            changed = now()
        else:
            changed = known.changed_at
        found.append(
            {
                'name': path.replace('/', '-').replace('.', '-'),
                'path': path,
                'dataset': dataset.key,
                'part': part,
                'format': format_,
                'mediatype': media,
                'encoding': 'utf-8',
                'bytes': len(body),
                'hash': f'sha256:{digest}',
                'rows': len(rows),
                'modified': local(changed).isoformat(timespec='seconds'),
                'schema': f'{dataset.key}.schema.json',
            }
        )
    return found


def _known() -> tuple[File, ...] | None:
    """Read what there is; None before anything was made."""
    try:
        text = _package_path().read_bytes()
    except FileNotFoundError:
        return None
    return tuple(
        File(
            one['dataset'],
            one['part'],
            one['format'],
            one['path'],
            one['bytes'],
            one['hash'].removeprefix('sha256:'),
            datetime.fromisoformat(one['modified']),
            one['rows'],
        )
        for one in json.loads(text)['resources']
        if one['dataset'] in DATASETS
    )


def _put(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with writing(path) as out:
        out.write(body)


def _packed(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + '\n').encode()
