"""Facts of a procedure in words: term, fee, level, who files, which papers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from markupsafe import Markup, escape

from app.dossiers.explaining import Reception
from app.i18n import Words
from app.procedures.basis import BasisState, EndedPart
from app.procedures.schema import ApplicantKind, DocumentRequirement, Fee, ServiceLevel, Term, TermKind
from components.markup import vietnamese
from models.enums import Status

BASIS_TONES: Mapping[str, Literal['ok', 'warn', 'error']] = {
    'in_force': 'ok', 'ends': 'warn', 'partly': 'warn', 'not_yet': 'warn', 'expired': 'error',
}  # fmt: skip
_COUNTED = (TermKind.WORKING_DAYS, TermKind.CALENDAR_DAYS, TermKind.WORKING_HOURS)


def number(value: float, t: Words) -> str:
    """Write a quantity without needless decimals: ``3``, ``0,5`` (Vietnamese), ``0.5``."""
    text = f'{value:g}'
    return text.replace('.', ',') if t.lang == 'vi' else text


def count(value: int, t: Words) -> str:
    """Write how many: ``1.284`` (Vietnamese), ``1,284``."""
    text = f'{value:,}'
    return text.replace(',', '.') if t.lang == 'vi' else text


def term_text(term: Term, t: Words) -> str:
    """Say the term in a few words: ``3 ngày làm việc``."""
    return _counted(term.kind, term.value, t)


def term_details(term: Term, t: Words) -> list[str]:
    """Say what else is to be known of the term: the hour of the day, the extension, the note."""
    details = []
    if term.kind == TermKind.SAME_DAY and term.cutoff and not term.note:  # the note of the law says the hour itself
        details.append(t('common.term_cutoff', cutoff=term.cutoff))
    if term.extended is not None:
        # for what is answered on the same day the rules name the whole term, elsewhere what is added to it
        key = 'common.term_extended' if term.kind == TermKind.SAME_DAY else 'common.term_extended_more'
        details.append(t(key, term=extension_text(term, t)))
    if term.after_payment and term.value:
        first = _counted(term.kind, term.value - term.after_payment, t)
        details.append(t('common.term_two', first=first, second=_counted(term.kind, term.after_payment, t)))
    elif term.awaits_duty:
        details.append(t('common.term_duty'))
    if term.posting_days:
        details.append(t('common.term_posting', days=term.posting_days))
    return [*details, *([t.pick(term.note)] if term.note else [])]


def extension_text(term: Term, t: Words) -> str:
    """Say how much time verification may take; beside a same-day term that is counted in working days."""
    return _counted(term.kind if term.kind in _COUNTED else TermKind.WORKING_DAYS, term.extended, t)


def fee_text(fee: Fee, t: Words) -> str:
    """Say the fee in a few words: ``2.000 đ một trang``. An amount of nothing is free."""
    first = fee.amount if fee.amount is not None else (fee.tiers[0].amount if fee.tiers else None)
    if fee.kind in ('none', 'council', 'unknown') and not first:
        return t(f'common.fee_{fee.kind}')
    if first is None:
        return t('common.fee_unknown')
    if first == 0:
        return t('common.fee_none')
    amount = t.money(first)
    if fee.kind == 'per_page':
        return t('common.fee_per_page', amount=amount)
    if fee.kind == 'per_unit' or fee.unit:
        return t('common.fee_per_unit', amount=amount, unit=_fee_unit(fee, t))
    return t('common.fee_per_case', amount=amount) if fee.kind == 'per_case' else amount


def fee_short(fee: Fee, t: Words) -> str:
    """Say the fee where there is little room and nothing else says that it is about money."""
    text = fee_text(fee, t)
    short = {t('common.fee_council'): 'common.fee_council_short', t('common.fee_unknown'): 'common.fee_unknown_short'}
    return t(short[text]) if text in short else text


def fee_details(fee: Fee, t: Words) -> list[str]:
    """Say the steps of the fee, its ceiling, who is free of it, and the note."""
    unit = _fee_unit(fee, t)
    details = [
        t('common.fee_tier', up_to=tier.up_to, amount=t.money(tier.amount), unit=unit)
        if tier.up_to
        else t('common.fee_tier_rest', amount=t.money(tier.amount), unit=unit)
        for tier in fee.tiers
    ]
    if fee.cap:
        details.append(
            t('common.fee_cap_copy' if fee.kind == 'per_page' else 'common.fee_cap', amount=t.money(fee.cap))
        )
    if fee.exemptions:
        details.append(t('common.fee_exempt', whom='; '.join(lower_first(t.pick(text)) for text in fee.exemptions)))
    return [*details, *([t.pick(fee.note)] if fee.note else [])]


def level_text(level: ServiceLevel, t: Words) -> str:
    """Name what can be done online."""
    return t(f'common.level_{level}')


def applicants_text(kinds: Iterable[ApplicantKind], t: Words) -> str:
    """Name who may file: ``Công dân, hộ kinh doanh``."""
    names = [t(f'common.applicant_{kind}') for kind in kinds]
    return ', '.join(names[:1] + [lower_first(name) for name in names[1:]])


def level_options(t: Words) -> list[tuple[str, str]]:
    """Return the levels to choose from."""
    return [(str(level), level_text(level, t)) for level in reversed(list(ServiceLevel))]


def applicant_options(t: Words) -> list[tuple[str, str]]:
    """Return the kinds of applicant to choose from."""
    return [(str(kind), t(f'common.applicant_{kind}')) for kind in ApplicantKind]


NUMBERED = 'Mẫu số '
"""How most numbers of forms begin in the catalogue, as the law writes them."""


def form_text(code: str, t: Words) -> str:
    """Name an official form by its number: some carry their word for it with them."""
    key = 'public.paper_form_number' if code.startswith(NUMBERED) else 'public.paper_form'
    return t(key, code=code.removeprefix(NUMBERED))


def copies_text(document: DocumentRequirement, t: Words) -> str:
    """Say how many originals and copies a paper needs: ``1 bản chính, 1 bản chụp``."""
    counts = (
        ('public.copies_original', document.originals),
        ('public.copies_certified', document.certified_copies),
        ('public.copies_plain', document.plain_copies),
    )
    return ', '.join(t(key, count=count) for key, count in counts if count)


def status_kind(status: int) -> str:
    """Return the kind of tag for a status: the applicant has to act, done, ended without a result, going on."""
    if status in (Status.SUPPLEMENT, Status.PAYMENT):
        return 'warn'
    if status in (Status.RESOLVED, Status.RETURNED):
        return 'ok'
    return 'error' if status in (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED) else 'action'


def lower_first(text: str) -> str:
    """Return a text as it stands inside a sentence; an abbreviation keeps its capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2].isspace() else text


def short_date(day: date) -> str:
    """Write a day briefly: ``05/10/2026``."""
    return f'{day:%d/%m/%Y}'


def moved_dates(data: Mapping[str, Any], t: Words) -> str:
    """Say of an act which date there was before and which there is now; nothing where it moved none."""
    before, after = _moment(data.get('due_before'), t), _moment(data.get('due_at'), t)
    if before and after:
        return t('common.dates_moved', before=before, after=after)
    return t('common.date_before', before=before) if before else ''


def took(data: Mapping[str, Any], t: Words) -> str:
    """Say how long a matter took from sending to result, by what its last act kept."""
    kept = data.get('since_filing')
    if not isinstance(kept, dict):
        return ''
    hours, minutes = divmod(round(kept['hours'] * 60), 60)  # 9,45 would be read as a quarter to ten
    key = 'common.took_value_minutes' if minutes else 'common.took_value'
    return t(key, days=number(kept['days'], t), hours=hours, minutes=minutes)


def received(kept: Reception | None, t: Words) -> str:
    """Say until when reception had to answer and, once it accepted, when that was and whether in time."""
    if kept is None:
        return ''
    limit = t.moment(kept.limit)
    if kept.accepted_at is None:
        return t('common.reception_late', limit=limit) if kept.is_late else limit
    key = 'common.reception_missed' if kept.is_late else 'common.reception_kept'
    return t(key, limit=t.short_moment(kept.limit), at=t.short_moment(kept.accepted_at))


def basis_label(one: BasisState, t: Words) -> str:
    """Say in a few words how a legal basis stands."""
    if one.until and one.state in ('ends', 'expired'):
        return t('public.basis_ends' if one.state == 'ends' else 'public.basis_expired_on', date=short_date(one.until))
    return t(f'public.basis_{one.state}')


def basis_lines(one: BasisState, t: Words) -> list[Markup]:
    """Say what applies instead, which parts no longer hold and by what, and which later acts change it."""
    said = [escape(t('public.basis_replaced', numbers=', '.join(one.replaced_by)))] if one.replaced_by else []
    said += [ended_part(part, t) for part in one.ended_parts]
    return said + ([escape(t('public.basis_amended', numbers=', '.join(one.amended_by)))] if one.amended_by else [])


def ended_part(part: EndedPart, t: Words) -> Markup:
    """Say which part of an act no longer holds, since when and by what."""
    key = 'public.basis_part_by' if part.by else 'public.basis_part'
    return escape(t(key)).format(scope=vietnamese(part.scope), date=short_date(part.since), number=part.by)


def basis_changes(found: Iterable[BasisState], t: Words) -> list[tuple[str, list[Markup]]]:
    """Return each legal basis that has ended or will, as a whole or in part: how it stands, and what applies instead."""
    return [(f'{one.number}: {basis_label(one, t)}', basis_lines(one, t)) for one in found if one.is_outdated]


def _moment(text: object, t: Words) -> str:
    return t.moment(datetime.fromisoformat(text)) if isinstance(text, str) else ''


def _counted(kind: TermKind, value: float | None, t: Words) -> str:
    if kind not in _COUNTED:
        return t(f'common.term_{kind}')
    if value is None:
        return t('common.term_unknown')
    return t(f'common.term_{kind}_one') if value == 1 else t(f'common.term_{kind}', value=number(value, t))


def _fee_unit(fee: Fee, t: Words) -> str:
    if fee.unit:
        return t.pick(fee.unit)
    return t('common.fee_unit_page' if fee.kind == 'per_page' else 'common.fee_unit_item')
