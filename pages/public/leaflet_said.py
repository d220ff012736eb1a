"""What a procedure's leaflet says: what to prepare, how long, how much, where, in a few words."""

from typing import Any

from app.i18n import Words
from app.procedures.queries import StartPage
from app.procedures.schema import Channel, DocumentRequirement, ProcedureSpec
from app.units.names import name_of
from app.units.queries import UnitCard
from components import wording
from components.papers import papers_by_kind, when_text

MOST = 8
"""Papers of a kind that are named; the rest stand on the page."""


def leaflet(start: StartPage, unit: UnitCard | None, address: str, day: str, t: Words) -> dict[str, Any]:
    """Return what the layout ``leaflet.typ`` is filled with. ``address``: of the procedure's page."""
    spec = start.spec
    return {
        'lang': t.lang,
        'day': day,
        'address': address,
        'unit': _unit_name(unit, t),
        'name': t.pick(spec.name),
        'summary': t.pick(spec.summary),
        'facts': _facts(start, t),
        'papers': [group for group in (_group(kind, spec, t) for kind in ('need', 'show', 'maybe')) if group],
        'fee_title': t('public.fee_title'),
        'fee_notes': [*wording.term_details(spec.term, t), *wording.fee_details(spec.fee, t)],
        'where_title': t('leaflet.where'),
        'where': _where(start, unit, address, t),
        'qr_alt': t('leaflet.qr_alt', name=t.pick(spec.name)),
        'qr_text': t('leaflet.qr_online' if start.online else 'leaflet.qr'),
        'footer': _footer(spec, day, t),
    }


def _facts(start: StartPage, t: Words) -> list[dict[str, str]]:
    spec = start.spec
    facts = [
        (t('public.fact_term'), wording.term_text(spec.term, t)),
        (t('public.fact_fee'), wording.fee_text(spec.fee, t)),
        (t('leaflet.who'), wording.applicants_text(spec.applicants, t)),
        (t('public.fact_result'), t.pick(spec.result.name)),
    ]
    return [{'label': f'{label}:', 'text': text} for label, text in facts if text]


def _group(kind: str, spec: ProcedureSpec, t: Words) -> dict[str, Any] | None:
    papers = papers_by_kind(spec)['papers'].get(kind, ())
    if not papers:
        return None
    more = len(papers) - MOST
    return {
        'title': t(f'public.papers_{kind}'),
        'papers': [{'name': t.pick(one.name), 'note': _note(one, spec, t)} for one in papers[:MOST]],
        'more': t('leaflet.more', count=more) if more > 0 else '',
    }


def _note(paper: DocumentRequirement, spec: ProcedureSpec, t: Words) -> str:
    parts = [wording.copies_text(paper, t), when_text(paper, spec, t)]
    if paper.replaceable_by:
        parts.append(t('public.paper_database', name=paper.replaceable_by))
    return '; '.join(wording.lower_first(part) for part in parts if part)


def _where(start: StartPage, unit: UnitCard | None, address: str, t: Words) -> list[dict[str, str]]:
    """Say how to file: online first, then where to come, when, whom to call."""
    lines = [('leaflet.online', address.partition('://')[2])] if start.online else []
    if unit is not None:
        lines += [('public.visit_address', unit.address)] if Channel.COUNTER in start.spec.channels else []
        lines += [
            ('public.visit_hours', unit.hours_text),
            ('public.visit_phone', unit.phone),
        ]
    if not any(text for _, text in lines):
        lines = [('public.who_receives', t.pick(start.spec.receiving_agency))]
    return [{'label': t(key), 'text': text} for key, text in lines if text]


def _footer(spec: ProcedureSpec, day: str, t: Words) -> str:
    date = f'{day[8:10]}/{day[5:7]}/{day[:4]}'
    parts = [t('leaflet.as_of', day=date)]
    if spec.code:
        parts.insert(0, t('public.start_code', code=spec.code))
    if not spec.checked:
        parts.append(t('common.unchecked'))
    return ' · '.join(parts)


def _unit_name(unit: UnitCard | None, t: Words) -> str:
    if unit is None:
        return t('common.unit_fallback')
    return name_of(unit, t.lang)
