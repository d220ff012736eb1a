"""From catalogue files to procedures. A broken file is refused whole, with every fault named: file, place, rule."""

import hashlib
import json
from collections.abc import Container, Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from app.errors import AppError, Problem
from app.i18n import Words, words
from app.procedures.expand import expand
from app.procedures.publication import Finding, faults_of, minutes_to_fill
from app.procedures.schema import LegalInstrument, ProcedureSpec

CATALOG = Path(__file__).parent / 'catalog'
INSTRUMENTS = Path(__file__).parent / 'instruments.yaml'
_LIMIT = 500_000
"""Characters of one file."""
_KEYS = {'missing': 'missing', 'extra_forbidden': 'unknown_key', 'enum': 'not_one_of', 'literal_error': 'not_one_of'}
"""Kinds of pydantic faults that have a sentence of their own."""
M = TypeVar('M', bound=BaseModel)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one file. ``place`` is like ``sections[2].fields[3].show_when``, '' for the whole file."""

    file: str
    place: str
    problem: Problem

    def say(self, t: Words) -> str:
        """Say it in one sentence."""
        return t('catalogue.at', file=self.file, place=self.place or '/', rule=t.error(self.problem))


class CatalogueError(AppError):
    """Files that cannot be loaded. ``faults`` holds everything that was found, ``lines(t)`` says it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__('catalogue.broken', count=len(self.faults), first=self.faults[0].say(words('vi')))

    @classmethod
    def of(cls, file: str, place: str, key: str, **values: Any) -> 'CatalogueError':
        """Return the error for one fault; ``key`` is a key of ``app/locale/catalogue.yaml``."""
        return cls([Fault(file, place, Problem(f'catalogue.{key}', values))])

    def lines(self, t: Words) -> list[str]:
        """Return one sentence a fault."""
        return [fault.say(t) for fault in self.faults]

    def __str__(self) -> str:
        return '\n'.join(self.lines(words('en')))


class _Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML in which a key given twice is an error, not a silent choice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                problem = f'the key {key!r} is given twice'
                raise yaml.constructor.ConstructorError(None, None, problem, node.value[index][0].start_mark)
        return super().construct_mapping(node, deep)


def load_spec(source: Path | str) -> ProcedureSpec:
    """Return the procedure of a file (Path) or of a text. Raises CatalogueError."""
    name, text = (source.name, source.read_text('utf-8')) if isinstance(source, Path) else ('(text)', source)
    raw = _mapping(name, text)
    try:
        expanded = expand(raw, _shared())
    except KeyError as error:
        raise CatalogueError.of(name, '', 'unknown_shared', name=str(error.args[0])) from None
    spec = _model(name, ProcedureSpec, expanded)
    if found := faults_of(spec):
        raise CatalogueError(_faults(name, found))
    if spec.minutes is None and spec.sections:
        return spec.model_copy(update={'minutes': minutes_to_fill(spec)})
    return spec


def load_catalogue(folder: Path = CATALOG) -> list[ProcedureSpec]:
    """Return every procedure of a folder by file name. Files that start with ``_`` are shared parts.

    Raises CatalogueError with the faults of all files.
    """
    faults: list[Fault] = []
    specs: dict[str, ProcedureSpec] = {}
    codes: dict[str, str] = {}
    known = {instrument.id for instrument in load_instruments()}
    for path in sorted(folder.glob('[!_]*.yaml')):
        try:
            spec = load_spec(path)
        except CatalogueError as error:
            faults += error.faults
            continue
        faults += _faults(path.name, _foreign(spec, specs, codes, known))
        specs[spec.id] = spec
        codes |= {spec.code: spec.id} if spec.code else {}
    if faults:
        raise CatalogueError(faults)
    return list(specs.values())


def _foreign(spec: ProcedureSpec, specs: Container[str], codes: Container[str], known: set[str]) -> list[Finding]:
    """Return what is wrong between this procedure and the rest of the catalogue."""
    found = [Finding('id', 'duplicate', {'name': spec.id})] if spec.id in specs else []
    if spec.code in codes:
        found.append(Finding('code', 'duplicate', {'name': spec.code}))
    for index, basis in enumerate(spec.legal_basis):
        if basis.instrument and basis.instrument not in known:
            found.append(Finding(f'legal_basis[{index}].instrument', 'unknown_instrument', {'name': basis.instrument}))
    return found


def load_instruments(path: Path = INSTRUMENTS) -> list[LegalInstrument]:
    """Return the dated table of legal instruments. Raises CatalogueError."""
    raw = _mapping(path.name, path.read_text('utf-8'))
    given = raw.get('instruments') or []
    rows = [_model(path.name, LegalInstrument, row, f'instruments[{i}]') for i, row in enumerate(given)]
    known = {row.id for row in rows}
    found: list[Finding] = []
    seen: set[str] = set()
    for index, row in enumerate(rows):
        place = f'instruments[{index}]'
        named = (*row.replaced_by, *row.amends, *row.amended_by, *(part.by for part in row.partial_expiry if part.by))
        found += [Finding(place, 'unknown_instrument', {'name': name}) for name in named if name not in known]
        if row.id in seen:
            found.append(Finding(f'{place}.id', 'duplicate', {'name': row.id}))
        seen.add(row.id)
        if row.effective_from and row.effective_to and row.effective_to < row.effective_from:
            found.append(Finding(f'{place}.effective_to', 'dates_order', {}))
    if found:
        raise CatalogueError(_faults(path.name, found))
    return rows


def spec_hash(spec: ProcedureSpec) -> str:
    """Return the SHA-256 of the content, the same for the same content whatever file it came from.

    What a file leaves at its default is not in it: a part that the schema learns later changes no version that has dossiers.
    """
    content = json.dumps(
        spec.model_dump(mode='json', exclude_defaults=True), sort_keys=True, ensure_ascii=False, separators=(',', ':')
    )
    return hashlib.sha256(content.encode()).hexdigest()


def _faults(name: str, found: Iterable[Finding]) -> list[Fault]:
    return [Fault(name, f.place, Problem(f'catalogue.{f.key}', f.values)) for f in found]


def _mapping(name: str, text: str) -> dict[str, Any]:
    if len(text) > _LIMIT:
        raise CatalogueError.of(name, '', 'too_big', max=_LIMIT)
    try:
        raw = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise CatalogueError.of(name, '', 'not_yaml', detail=' '.join(str(error).split())) from None
    if not isinstance(raw, dict):
        raise CatalogueError.of(name, '', 'not_mapping')
    return raw


def _model(name: str, model: type[M], raw: Any, root: str = '') -> M:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise CatalogueError([_translate(name, root, dict(detail)) for detail in error.errors()]) from None


def _translate(name: str, root: str, detail: dict[str, Any]) -> Fault:
    key = _KEYS.get(detail['type'], 'wrong_value')
    context = detail.get('ctx') or {}
    known = {'missing': {}, 'unknown_key': {}, 'not_one_of': {'expected': context.get('expected', '')}}
    values = known.get(key, {'detail': detail['msg']})
    return Fault(name, _place(root, detail['loc']), Problem(f'catalogue.{key}', values))


def _place(root: str, steps: tuple[int | str, ...]) -> str:
    """Write pydantic's location as ``sections[2].fields[3].show_when``; names of union branches are left out."""
    place = root
    for step in steps:
        if isinstance(step, int):
            place += f'[{step}]'
        elif step.isidentifier() and step not in ('bool', 'dict'):
            place += f'.{step}' if place else step
    return place


@cache
def _shared() -> dict[str, Any]:
    path = CATALOG / '_shared.yaml'
    return _mapping(path.name, path.read_text('utf-8'))
