"""Make a report: count, put into the columns of its form, compare with the period before, check every sum."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import now, today
from app.documents.letterhead import letterhead, written_out
from app.procedures.schema import Text
from app.reports.cases import RESOLVED, SOURCES, Cells, counted
from app.reports.catalogue import offered
from app.reports.forms import Form, form_on
from app.reports.invariants import agrees, sums
from app.reports.shapes import Change, Fault, Line, Report, ShownColumn, Table, said
from app.statistics.periods import Kind, Period
from app.statistics.queries import Slice, totals
from app.statistics.register import Register, register
from app.units.queries import Tree, tree
from models import Unit

_LATE = ('running_late', 'paused_late')


@dataclass(frozen=True)
class Asked:
    """Which report of which units. ``unit``: the one above all of them, whose name stands in it."""

    code: str
    period: Period
    unit: str
    units: frozenset[str]


@dataclass(frozen=True)
class _Found:
    """What was counted of a period, by (unit, procedure)."""

    cells: dict[tuple[str, str], Cells]
    procedures: Register
    units: Tree


async def make(db: AsyncSession, asked: Asked) -> Report:
    """Return a report with its comparison and whatever does not agree in it."""
    period, earlier = asked.period, before(asked.period)
    units, known = await tree(db), await register(db)
    found = _Found(await counted(db, asked.units, period.first, period.last), known, units)
    past = _Found(await counted(db, asked.units, earlier.first, earlier.last), known, units)
    forms = _forms(asked.code, period.last)
    tables = [await _table(db, form, asked, found) for form in forms]
    faults = [fault for form, table in zip(forms, tables, strict=True) for fault in sums(table, form.equal)]
    form, unit = form_on(asked.code, period.last), units.units[asked.unit]
    return Report(
        code=asked.code,
        title=form.title,
        unit_code=unit.code,
        unit_name=_name(unit),
        head=await letterhead(db, units.top_of(unit.id)),
        kind=str(period.kind),
        first=period.first,
        last=period.last,
        before_first=earlier.first,
        before_last=earlier.last,
        made_at=now(),
        tables=tuple(tables),
        changes=_changes(forms[0], tables[0], past) if forms[0].rows != 'agency' else (),
        faults=(*faults, *await _disagreements(db, asked, found)),
    )


def before(period: Period) -> Period:
    """Return the period to compare with: the one before, or as many days before a period of chosen days."""
    if beside := period.beside(-1, today()):
        return beside
    last = period.first - timedelta(days=1)
    return Period(Kind.RANGE, last - (period.last - period.first), last)


def _forms(code: str, day: date) -> list[Form]:
    form = form_on(code, day)
    return [form_on(part, day) for part in form.parts] or [form]


async def _disagreements(db: AsyncSession, asked: Asked, found: _Found) -> list[Fault]:
    """Compare with the figures that are kept act by act, which the public sees."""
    wanted = Slice(asked.units)
    kept = await totals(db, wanted, asked.period.first, asked.period.last)
    carried = (await totals(db, wanted, date.min, asked.period.first - timedelta(days=1))).open
    return agrees(_added(found.cells.values()), kept, carried)


async def _table(db: AsyncSession, form: Form, asked: Asked, found: _Found) -> Table:
    if form.rows == 'agency':
        values = await offered(db, asked.period.last)
        tops = sorted({found.units.top_of(unit) for unit in asked.units})
        lines = [_line(form, _name(found.units.units[top]), values) for top in tops]
    else:
        key = {'field': _field_of(found.procedures), 'unit': _unit_of(found.units)}[form.rows]
        lines = _lines(form, found, key)
    total = {column.key: sum(line.values[column.key] for line in lines) for column in form.columns}
    return Table(
        code=form.code,
        title=form.title,
        number=form.number,
        source=form.source,
        mark=form.mark,
        first=said(f'reports.first_{form.rows}'),
        columns=tuple(
            ShownColumn(**column.model_dump(), group_label=said(f'reports.group_{column.group}'))
            for column in form.columns
        ),
        lines=tuple(lines),
        total=Line(name=said('reports.total'), values=total),
        unlimited=sum(cells[source, 'unlimited'] for cells in found.cells.values() for source in SOURCES),
    )


Key = Callable[[tuple[str, str]], tuple[str, Text]]


def _field_of(procedures: Register) -> Key:
    def key(pair: tuple[str, str]) -> tuple[str, Text]:
        entry = procedures[pair[1]]
        return entry.field, entry.field_name

    return key


def _unit_of(units: Tree) -> Key:
    def key(pair: tuple[str, str]) -> tuple[str, Text]:
        return pair[0], _name(units.units[pair[0]])

    return key


def _lines(form: Form, found: _Found, key: Key) -> list[Line]:
    """Return a line for each field or unit that has a dossier, by name."""
    grouped: dict[str, list[Cells]] = {}
    names: dict[str, Text] = {}
    for pair, cells in found.cells.items():
        group, names_it = key(pair)
        grouped.setdefault(group, []).append(cells)
        names[group] = names_it
    ordered = sorted(grouped, key=lambda group: names[group].vi)
    return [_line(form, names[group], values(_added(grouped[group]), form.outside)) for group in ordered]


def _line(form: Form, name: Text, known: Mapping[str, int]) -> Line:
    return Line(name=name, values={column.key: known[column.key] for column in form.columns})


def _changes(form: Form, table: Table, past: _Found) -> tuple[Change, ...]:
    """Set the totals beside those of the period before."""
    earlier = values(_added(past.cells.values()), form.outside)
    return tuple(
        Change(
            name=Text(
                vi=f'{column.group_label.vi}: {column.label.vi}', en=f'{column.group_label.en}: {column.label.en}'
            ),
            now=table.total.values[column.key],
            before=earlier[column.key],
        )
        for column in table.columns
    )


def _added(many: Iterable[Cells]) -> Cells:
    whole: Cells = Counter()
    for cells in many:
        whole.update(cells)
    return whole


def values(cells: Cells, outside: Iterable[str]) -> dict[str, int]:
    """Return every figure that a column may show; dossiers with an outcome that is ``outside`` are in no sum."""
    left_out = set(outside)

    def became(*outcomes: str) -> int:
        return sum(n for (_, outcome), n in cells.items() if outcome in outcomes)

    def came(*sources: str) -> int:
        return sum(n for (source, outcome), n in cells.items() if source in sources and outcome not in left_out)

    return {
        'received': came(*SOURCES),
        'inside': came('online', 'counter', 'post'),
        'direct': came('counter', 'post'),
        **{source: came(source) for source in SOURCES},
        'resolved': became(*RESOLVED),
        'early': became('early'),
        'on_time': became('on_time', 'unlimited'),
        'late': became('late'),
        'open': became('running_in_time', 'paused_in_time', *_LATE),
        'open_in_time': became('running_in_time', 'paused_in_time'),
        'open_late': became(*_LATE),
        'running': became('running_in_time', 'running_late'),
        'running_in_time': became('running_in_time'),
        'running_late': became('running_late'),
        'halted': became('paused_in_time', 'paused_late', 'stopped_in_time', 'stopped_late'),
        'halted_in_time': became('paused_in_time', 'stopped_in_time'),
        'halted_late': became('paused_late', 'stopped_late'),
        'stopped': became('stopped_in_time', 'stopped_late'),
        'others_ended': became('withdrawn', 'refused'),
    }


def _name(unit: Unit) -> Text:
    return Text(vi=written_out(unit.name), en=unit.name_en or written_out(unit.name))
