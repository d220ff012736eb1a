"""How figures are written and drawn: numbers in the way of the language, charts from counts, addresses of other periods."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from markupsafe import Markup

from app.clock import today
from app.i18n import Words
from app.statistics.board import Asked, Board
from app.statistics.periods import Kind, Period, months_on
from app.statistics.queries import Counts
from components import charts, wording

PATH = '/thong-ke'


def value_text(value: float | None, kind: str, t: Words) -> str:
    """Write a figure: ``1.284``, ``97%``, ``3,5 giờ``."""
    if value is None:
        return ''
    if kind == 'percent':
        return f'{value:g}%'
    if kind == 'count':
        return wording.count(int(value), t)
    if value < 120:
        return t('statistics.minutes', number=round(value))
    return t('statistics.hours', number=wording.number(round(value / 60, 1), t))


def period_text(period: Period, t: Words) -> str:
    """Say a period: ``tháng 11/2026``."""
    first, last = period.first, period.last
    if period.kind is Kind.RANGE:
        return t('statistics.period_khoang', first=f'{first:%d/%m/%Y}', last=f'{last:%d/%m/%Y}')
    words = {
        'day': f'{first:%d/%m/%Y}',
        'month': f'{first:%m/%Y}',
        'year': first.year,
        'quarter': (first.month + 2) // 3,
    }
    return t(f'statistics.period_{period.kind}', **words)


def address(asked: Asked, path: str = PATH, **changed: str) -> str:
    """Return the address that asks for this, with some parts changed; what is empty is left out."""
    query = query_of(asked) | changed
    kept = {name: value for name, value in query.items() if value}
    return f'{path}?{urlencode(kept)}' if kept else path


def query_of(asked: Asked) -> dict[str, str]:
    """Return what an address says."""
    period = asked.period
    end = period.last.isoformat() if period.kind is Kind.RANGE else ''
    return {
        'ky': str(period.kind), 'tu': period.first.isoformat(), 'den': end, 'don_vi': asked.unit,
        'linh_vuc': asked.field, 'thu_tuc': asked.procedure,
    }  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A period to choose at once."""

    label: str
    url: str
    is_current: bool


def quick(asked: Asked, t: Words) -> Iterator[Choice]:
    """Yield today, this month and the one before, this quarter and this year."""
    day, last = today(), months_on(today(), -1)
    for key, kind, within in (
        ('today', Kind.DAY, day), ('month', Kind.MONTH, day), ('last_month', Kind.MONTH, last),
        ('quarter', Kind.QUARTER, day), ('year', Kind.YEAR, day),
    ):  # fmt: skip
        period = Period.around(kind, within, day)
        url = address(asked, ky=str(kind), tu=period.first.isoformat(), den='')
        yield Choice(t(f'statistics.quick_{key}'), url, period == asked.period)


@dataclass(frozen=True)
class Line:
    """One line of the table beside the columns."""

    label: str
    counts: Counts
    url: str


def lines(board: Board) -> list[Line]:
    """Return every day or month of the period up to today, also those without any act."""
    known, asked = dict(board.found.series), board.asked
    period = asked.period
    if asked.is_narrow or not period.by_day:
        starts = sorted(known)
        return [Line(f'{s:%m/%Y}', known[s], _inside(asked, Kind.MONTH, s)) for s in starts]
    last = min(period.last, today())
    days = [period.first + timedelta(n) for n in range((last - period.first).days + 1)]
    return [Line(f'{d:%d/%m}', known.get(d, Counts({})), _inside(asked, Kind.DAY, d)) for d in days]


def _inside(asked: Asked, kind: Kind, day: date) -> str:
    return address(asked, ky=str(kind), tu=day.isoformat(), den='')


def course(rows: list[Line], t: Words) -> Markup:
    """Draw what was filed and resolved over time."""
    groups = [(row.counts.received, row.counts.resolved) for row in rows]
    return charts.columns('course', t('statistics.course'), t('statistics.in_table'), groups)


def most(rows: list[Line]) -> int:
    """Return the largest number that is drawn."""
    return max((max(r.counts.received, r.counts.resolved) for r in rows), default=0)


def shares(name: str, title: str, parts: Sequence[tuple[int, str, int]], t: Words) -> Markup:
    """Draw how a whole is divided. ``parts``: the number of the colour, what is said, how many."""
    said = [(colour, f'{label}: {wording.count(number, t)}', number) for colour, label, number in parts]
    return charts.stack(name, title, '; '.join(text for _, text, _ in said), said)


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal for tables of the whole; nothing of nothing."""
    return f'{100 * part // whole}%' if whole else ''
