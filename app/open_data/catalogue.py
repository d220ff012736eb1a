"""The files of open data put in order for people, and described in DCAT for other catalogues."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from app.clock import local
from app.i18n import words
from app.notifications import settings
from app.open_data.datasets import DATASETS
from app.open_data.folder import PATH, File
from app.open_data.written import FORMATS, LICENCE

Parts = dict[str, dict[str, File]]
"""Part -> format -> file, the newest part first."""


def by_dataset(files: Iterable[File]) -> dict[str, Parts]:
    """Return the files of each dataset."""
    found: dict[str, Parts] = defaultdict(lambda: defaultdict(dict))
    for one in sorted(files, key=lambda file: file.part, reverse=True):
        found[one.dataset][one.part][one.format] = one
    return {key: dict(parts) for key, parts in found.items()}


def dcat(files: Iterable[File]) -> bytes:
    """Return the catalogue in DCAT 3 as JSON-LD."""
    home, t, ordered = settings().url + PATH, words('vi'), by_dataset(files)
    datasets = [
        {
            '@id': f'{home}/{key}',
            '@type': 'dcat:Dataset',
            'dct:title': t(dataset.words),
            'dct:description': t(f'{dataset.words}_about'),
            'dct:license': {'@id': LICENCE['path']},
            'dct:modified': max((_day(f) for part in ordered[key].values() for f in part.values()), default=None),
            'dcat:distribution': [_distribution(home, f) for part in ordered[key].values() for f in part.values()],
        }
        for key, dataset in DATASETS.items()
        if key in ordered
    ]
    context = {'dcat': 'http://www.w3.org/ns/dcat#', 'dct': 'http://purl.org/dc/terms/'}
    whole = {'@context': context, '@id': home, '@type': 'dcat:Catalog', 'dct:title': t('open_data.title')}
    return (json.dumps(whole | {'dcat:dataset': datasets}, ensure_ascii=False, indent=1) + '\n').encode()


def mark(body: bytes) -> str:
    """Return the ETag of bytes. It is weak, because they are sent packed as well."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'


def _distribution(home: str, file: File) -> dict[str, Any]:
    return {
        '@type': 'dcat:Distribution',
        'dcat:downloadURL': {'@id': f'{home}/{file.path}'},
        'dcat:mediaType': FORMATS[file.format],
        'dcat:byteSize': file.size,
        'dct:modified': _day(file),
        'dct:conformsTo': {'@id': f'{home}/{file.dataset}.schema.json'},
    }


def _day(file: File) -> str:
    return local(file.changed_at).isoformat(timespec='seconds')
