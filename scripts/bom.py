"""The bill of materials: every package that the lock installs, as CycloneDX 1.6 JSON. The same lock gives the same text.

What stands in it is read from ``requirements.lock`` and ``requirements.txt`` alone, so it is the same on every machine.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
_PIN = re.compile(
    r'^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: ; ([^\\\n]+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+)',
    re.MULTILINE,
)


def bill() -> str:
    """Return the bill of materials."""
    lock = (ROOT / 'requirements.lock').read_text('utf-8')
    parts = [_part(*found.groups()) for found in _PIN.finditer(lock)]
    project = tomllib.loads((ROOT / 'pyproject.toml').read_text('utf-8'))['project']
    us = {'type': 'application', 'bom-ref': 'motcua', 'name': project['name'], 'version': project['version']}
    known = {part['name']: part['bom-ref'] for part in parts}
    body = {
        '$schema': 'http://cyclonedx.org/schema/bom-1.6.schema.json',
        'bomFormat': 'CycloneDX',
        'specVersion': '1.6',
        'serialNumber': f'urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(parts, sort_keys=True))}',
        'version': 1,
        'metadata': {'component': us},
        'components': parts + _fonts(),
        'dependencies': [{'ref': 'motcua', 'dependsOn': sorted(known[name] for name in _asked_for() if name in known)}],
    }
    return json.dumps(body, indent=1, ensure_ascii=False) + '\n'


def _part(name: str, version: str, marker: str | None, hashes: str) -> dict[str, Any]:
    """Return one package. A release has several files, one for each platform: all their hashes are named."""
    name = canonicalize_name(name)
    where = f'pkg:pypi/{name}@{version}'
    sums = [{'alg': 'SHA-256', 'content': one} for one in sorted(re.findall(r'sha256:([0-9a-f]{64})', hashes))]
    part: dict[str, Any] = {'type': 'library', 'bom-ref': where, 'name': name, 'version': version, 'purl': where}
    part['scope'] = 'optional' if marker else 'required'
    part['externalReferences'] = [{'type': 'distribution', 'url': where, 'hashes': sums}]
    if marker:
        part['properties'] = [{'name': 'motcua:marker', 'value': marker.strip()}]
    return part


def _fonts() -> list[dict[str, Any]]:
    """Return what lies in the repository itself and is not ours."""
    return [
        {
            'type': 'file',
            'bom-ref': 'fonts/be-vietnam-pro',
            'name': 'Be Vietnam Pro',
            'licenses': [{'license': {'id': 'OFL-1.1'}}],
        }
    ]


def _asked_for() -> list[str]:
    lines = (ROOT / 'requirements.txt').read_text('utf-8').splitlines()
    return [canonicalize_name(Requirement(wanted).name) for line in lines if (wanted := line.partition('#')[0].strip())]
