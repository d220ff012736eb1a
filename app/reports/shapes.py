"""A report as plain data: what the screen, the spreadsheet and the PDF show is this, and a report that was sent is kept as this."""

from datetime import date, datetime

from app.i18n import words
from app.procedures.schema import Mark, Part, Text
from app.reports.forms import Column


class ShownColumn(Column):
    """A column with the words of its group."""

    group_label: Text


class Line(Part):
    """One line of figures."""

    name: Text
    values: dict[str, int]


class Table(Part):
    """One table of a report."""

    code: str
    title: Text
    number: str
    source: str
    mark: Mark
    first: Text
    """Head of the column of names."""
    columns: tuple[ShownColumn, ...]
    lines: tuple[Line, ...]
    total: Line
    unlimited: int = 0
    """Resolved dossiers without a limit, which count as on time."""


class Change(Part):
    """A figure beside the period before."""

    name: Text
    now: int
    before: int

    @property
    def difference(self) -> int:
        """How much more it is now."""
        return self.now - self.before


class Fault(Part):
    """A sum that does not hold: ``reports.fault_<kind>`` says it in words."""

    kind: str
    values: dict[str, str]


class Report(Part):
    """One report of one unit and period, both days included."""

    code: str
    title: Text
    unit_code: str
    unit_name: Text
    head: dict[str, str]
    """The letterhead."""
    kind: str
    first: date
    last: date
    before_first: date
    before_last: date
    made_at: datetime
    tables: tuple[Table, ...]
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every sum holds."""
        return not self.faults

    def table(self, code: str) -> Table:
        """Return one of its tables by the code of its form."""
        return next(table for table in self.tables if table.code == code)


def said(key: str) -> Text:
    """Return a text of ours in every language."""
    return Text(vi=words('vi')(key), en=words('en')(key))


def drawn_columns(table: Table) -> tuple[ShownColumn, ...]:
    """Return the columns that the chart shows: what came in, what was done, what was late; or the totals of a catalogue."""
    wanted = ('received', 'resolved', 'late', 'procedures', 'one_stop', 'processes')
    by_key = {column.key: column for column in table.columns}
    return tuple(by_key[key] for key in wanted if key in by_key)
