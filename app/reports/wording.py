"""What a report says in words: its period, its notes, the sums that do not hold."""

from datetime import date

from app.i18n import Words
from app.reports.shapes import Fault, Report, Table
from app.statistics.periods import Kind


def period_text(kind: str, first: date, last: date, t: Words) -> str:
    """Say a period: ``Quý 4 năm 2026``."""
    if kind == Kind.RANGE:
        return t('statistics.period_khoang', first=f'{first:%d/%m/%Y}', last=f'{last:%d/%m/%Y}')
    parts = {
        'day': f'{first:%d/%m/%Y}',
        'month': f'{first:%m/%Y}',
        'year': first.year,
        'quarter': (first.month + 2) // 3,
    }
    return t(f'statistics.period_{kind}', **parts)


def fault_text(fault: Fault, t: Words) -> str:
    """Say in a sentence what does not agree."""
    values: dict[str, str] = dict(fault.values)
    if fault.kind == 'kept':
        values['what'] = t(f'reports.kept_{values["what"]}')
    return t(f'reports.fault_{fault.kind}', **values)


def notes(table: Table, t: Words) -> list[str]:
    """Say how a table was counted."""
    if any(column.key == 'procedures' for column in table.columns):
        return [t('reports.note_catalogue')]
    said = [t('reports.note_received'), t('reports.note_dates')]
    if table.unlimited:
        said.append(t('reports.note_unlimited', count=table.unlimited))
    if any(column.added for column in table.columns):
        said.append(t('reports.note_added'))
    return said


def source_text(table: Table, t: Words) -> str:
    """Say which form it is, where it comes from, and how sure that is."""
    parts = [t('reports.form', number=table.number)] if table.number else []
    parts += [t('reports.source', source=table.source)] if table.source else []
    text = '; '.join([*parts, t(f'reports.mark_{table.mark}')])
    return text[0].upper() + text[1:]


def compared(report: Report, t: Words) -> str:
    """Name the comparison with the period before: ``So với tháng 10/2026``."""
    period = period_text(report.kind, report.before_first, report.before_last, t)
    return t('reports.compared', period=period[:1].lower() + period[1:])


def full_title(report: Report, t: Words) -> str:
    """Name the report with its period."""
    return f'{t.pick(report.title)} – {period_text(report.kind, report.first, report.last, t)}'
