"""Who files what: names, procedures and answers, prepared once and varied for each dossier."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from app import crypto
from app.access import anonymous
from app.demo.answers import plausible
from app.documents.facts import phone_text, term_text
from app.procedures import validation
from app.procedures.fees import expected
from app.procedures.queries import start_page
from app.procedures.schema import ProcedureSpec, Step, StepRole
from app.text import fold

VARIANTS = 6
"""Sets of answers for each procedure."""
_ASKED = ('full_name', 'phone', 'personal_id')


@cache
def data() -> dict[str, Any]:
    """Return what the municipality is put together from."""
    return dict(yaml.safe_load((Path(__file__).parents[1] / 'data' / 'mass.yaml').read_text('utf-8')))


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Fold a text that comes again and again."""
    return fold(text)


@lru_cache(maxsize=100_000)
def dialled(phone: str) -> str | None:
    """Write a telephone number as people do."""
    return phone_text(phone)


@dataclass(frozen=True)
class Applicant:
    """One made-up person."""

    name: str
    phone: str
    personal_id: str


@dataclass(frozen=True)
class Variant:
    """One set of answers. ``own``: question -> what of the applicant stands there."""

    answers: dict[str, dict[str, str | Any]]
    own: dict[str, str]
    sealed: dict[str, Any]
    fee: int | None
    delivery: str


@dataclass(frozen=True)
class Part:
    """A procedure as it is played here."""

    procedure_id: str
    version_id: str
    spec: ProcedureSpec
    steps: tuple[Step, ...]
    """Those that every dossier takes, without giving back the result."""
    back: Step | None
    variants: tuple[Variant, ...]
    lines: tuple[dict[str, Any], ...]
    """The components as the receipt lists them."""
    term: str | None


def somebody(random: Random) -> Applicant:
    """Return a person with a telephone and a personal number."""
    names = data()
    name = f'{random.choice(names["surnames"])} {random.choice(names["middle"])} {random.choice(names["given"])}'
    place = random.choice(('001', '031', '048', '079', '092'))
    number = f'{place}{random.randint(0, 1)}{random.randint(60, 99)}{random.randint(0, 999999):06}'
    return Applicant(name, f'+849000{random.randint(0, 99999):05}', number)


async def cast(random: Random) -> tuple[list[Part], list[int]]:
    """Prepare every procedure, and say how often each is asked for."""
    weights: dict[str, int] = data()['procedures']
    return [await _part(slug, random) for slug in weights], list(weights.values())


async def _part(slug: str, random: Random) -> Part:
    page = await start_page(anonymous(), slug)
    spec = page.spec
    return Part(
        procedure_id=page.procedure_id,
        version_id=page.version_id,
        spec=spec,
        steps=tuple(s for s in spec.steps if s.role is not StepRole.RETURN and not s.optional),
        back=next((s for s in spec.steps if s.role is StepRole.RETURN), None),
        variants=tuple(_variant(spec, random) for _ in range(VARIANTS)),
        lines=tuple(_lines(spec)),
        term=term_text(spec.term),
    )


def _variant(spec: ProcedureSpec, random: Random) -> Variant:
    values = validation.relevant(spec, plausible(spec, random))
    who = validation.applicant(spec, values)
    values = {k: v for k, v in values.items() if v != who.get('email')}
    own = {k: name for name in _ASKED if name in who for k, v in values.items() if v == who[name]}
    sealed = {k: values[k] for k in validation.sensitive_ids(spec) if k in values}
    plain = {k: {'v': v, 's': 'typed'} for k, v in values.items() if k not in sealed}
    plain |= {k: {'v': v, 's': 'computed'} for k, v in validation.computed(spec, values, 'Ủy ban nhân dân xã').items()}
    wanted = values.get('result_delivery')
    delivery = wanted if wanted in ('electronic', 'counter', 'post') else 'counter'
    return Variant(plain, own, sealed, expected(spec.fee, values), str(delivery))


def _lines(spec: ProcedureSpec) -> list[dict[str, Any]]:
    """Return the components with one copy of each paper that every dossier needs."""
    wanted = [d for d in spec.documents if d.show_when is None and (d.mode == 'generated' or d.required)]
    return [
        {
            'name': d.name.vi,
            'originals': int(d.mode == 'generated'),
            'certified': 0,
            'copies': int(d.mode != 'generated'),
        }
        for d in wanted
    ]


def stored_answers(variant: Variant, who: Applicant, dossier_id: str) -> dict[str, Any]:
    """Return the answers of one dossier as they are stored: the applicant's own in place, personal numbers sealed."""
    kept = dict(variant.answers)
    for question, name in variant.own.items():
        if question not in variant.sealed:
            kept[question] = {'v': _of(who, name), 's': 'typed'}
    for question, value in variant.sealed.items():
        mine = _of(who, variant.own[question]) if question in variant.own else value
        kept[question] = {'x': crypto.seal_json({'v': mine}, f'dossier:{dossier_id}.{question}'), 's': 'typed'}
    return kept


def _of(who: Applicant, name: str) -> str:
    return {'full_name': who.name, 'phone': who.phone, 'personal_id': who.personal_id}[name]
