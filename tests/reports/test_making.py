"""Reports count each dossier once, agree with the public figures, and say where a sum does not hold."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlmodel import col

from app.clock import today
from app.db import read, write
from app.i18n import words
from app.reports.cases import OUTCOMES, SOURCES
from app.reports.forms import forms
from app.reports.invariants import sums
from app.reports.making import Asked, before, make, values
from app.reports.shapes import Line, Report, ShownColumn, Table, said
from app.reports.wording import fault_text
from app.statistics.periods import Kind, Period
from models import Dossier, Tally
from models.statistics import ALL
from tests.statistics.test_slices import year

__all__ = ['year']
COUNTED = [form for versions in forms().values() for form in versions if form.rows in ('field', 'unit')]
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(SOURCES), st.sampled_from(OUTCOMES)), st.integers(min_value=1, max_value=10**6)
)


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


def _table(
    form_code: str, lines: list[dict[tuple[str, str], int]]
) -> tuple[Table, tuple[dict[str, tuple[str, ...]], ...]]:
    form = next(one for one in COUNTED if one.code == form_code)
    columns = tuple(ShownColumn(**c.model_dump(), group_label=said(f'reports.group_{c.group}')) for c in form.columns)
    made = []
    for cells in lines:
        found = values(cells, form.outside)  # type: ignore[arg-type]
        made.append(Line(name=said('reports.total'), values={c.key: found[c.key] for c in columns}))
    total = {c.key: sum(line.values[c.key] for line in made) for c in columns}
    table = Table(
        code=form.code, title=form.title, number='', source='', mark=form.mark, first=form.title, columns=columns,
        lines=tuple(made), total=Line(name=said('reports.total'), values=total),
    )  # fmt: skip
    return table, form.equal


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(CELLS, max_size=4), code=st.sampled_from([form.code for form in COUNTED]))
def test_whatever_became_of_the_dossiers_every_sum_of_the_form_holds(
    lines: list[dict[tuple[str, str], int]], code: str
) -> None:
    table, equal = _table(code, lines)
    assert sums(table, equal) == []


@settings(max_examples=60, deadline=None)
@given(cells=CELLS.filter(bool), code=st.sampled_from([form.code for form in COUNTED]), data=st.data())
def test_a_figure_that_is_changed_is_found(cells: dict[tuple[str, str], int], code: str, data: st.DataObject) -> None:
    table, equal = _table(code, [cells])
    key = data.draw(st.sampled_from([column.key for column in table.columns if not column.added]))
    line = table.lines[0]
    wrong = line.model_copy(update={'values': line.values | {key: line.values[key] + 1}})
    assert sums(table.model_copy(update={'lines': (wrong,)}), equal)


async def _made(code: str, period: Period, units: frozenset[str] | None = None) -> Report:
    async with read() as db:
        known = frozenset((await db.execute(select(col(Dossier.resolving_unit_id)).distinct())).scalars())
        chosen = units or known
        return await make(db, Asked(code, period, min(chosen), chosen))


async def test_reports_of_a_generated_year_agree_with_the_public_figures_and_with_each_other(year: None) -> None:
    async with read() as db:
        units = sorted((await db.execute(select(col(Dossier.resolving_unit_id)).distinct())).scalars())
    random, seen = Random(5), 0
    for number in range(8):
        first = today() - timedelta(days=random.randrange(300, 730))
        period = Period(Kind.RANGE, first, first + timedelta(days=random.choice((30, 92, 365))))
        chosen = frozenset(random.sample(units, 1 + number % 2))
        made = await _made('ubnd', period, chosen)
        assert made.faults == (), period
        progress, by_field = made.table('tien-do').total.values, made.table('ii06a').total.values
        assert progress['resolved'] == by_field['resolved']
        assert progress['received'] == by_field['received'] + by_field['stopped']
        assert progress['running'] + progress['halted'] == by_field['open'] + by_field['stopped']
        after = Period(Kind.RANGE, period.last + timedelta(days=1), period.last + timedelta(days=30))
        if after.last < today():
            following = (await _made('ii06a', after, chosen)).table('ii06a').total.values
            ended = following['stopped'] + following['others_ended']
            assert 0 <= by_field['open'] - following['carried'] <= ended, 'what is left open is carried over'
        seen += by_field['received']
    assert seen > 50
    # a figure that is lost is told in a sentence
    async with write() as db:
        await db.execute(update(Tally).where(col(Tally.unit_id) != ALL).values(early=col(Tally.early) + 1))
    made = await _made('ii06a', period)
    assert 'early' in [fault.values['what'] for fault in made.faults]
    assert 'Giải quyết trước hạn' in fault_text(made.faults[0], words('vi'))


def test_the_period_before_is_as_long() -> None:
    chosen = Period(Kind.RANGE, date(2026, 3, 10), date(2026, 3, 19))
    assert before(chosen) == Period(Kind.RANGE, date(2026, 2, 28), date(2026, 3, 9))
    assert before(Period.around(Kind.QUARTER, date(2026, 5, 5), date(2026, 11, 1))).first == date(2026, 1, 1)
