"""What must hold in every report: the sums of its form, the line of totals, and agreement with what was counted act by act.

Source: domain rules 2.8: (3) = (4)+(5)+(6) = (7)+(11), (7) = (8)+(9)+(10), (11) = (12)+(13).
"""

from collections.abc import Iterable, Mapping

from app.reports.cases import Cells
from app.reports.shapes import Fault, Table
from app.statistics.queries import Counts

_RECEIVED = {'online': 'received_online', 'counter': 'received_counter', 'post': 'received_post'}
_RESOLVED = ('early', 'on_time', 'late', 'unlimited')
_ENDED = {'withdrawn': ('withdrawn',), 'refused': ('refused',), 'stopped': ('stopped_in_time', 'stopped_late')}


def sums(table: Table, equal: Iterable[Mapping[str, tuple[str, ...]]]) -> list[Fault]:
    """Return the sums that do not hold, line by line, and columns whose total is not the sum of their lines."""
    found, labels = [], {column.key: f'{column.group_label.vi} – {column.label.vi}' for column in table.columns}
    for line in (*table.lines, table.total):
        for rule in equal:
            for whole, parts in rule.items():
                said, summed = line.values[whole], sum(line.values[part] for part in parts)
                if said != summed:
                    found.append(_fault('sum', line=line.name.vi, what=labels[whole], said=said, summed=summed))
        found += [
            _fault('negative', line=line.name.vi, what=labels[key], said=value)
            for key, value in line.values.items()
            if value < 0
        ]
    for key, label in labels.items():
        summed = sum(line.values[key] for line in table.lines)
        if summed != table.total.values[key]:
            found.append(_fault('total', what=label, said=table.total.values[key], summed=summed))
    return found


def agrees(cells: Cells, counted: Counts, before: int) -> list[Fault]:
    """Compare the dossiers of a period with the figures that are kept act by act. ``before``: open when it began."""
    pairs = [(f'received_{source}', _from(cells, source), counted[name]) for source, name in _RECEIVED.items()]
    pairs += [(outcome, _became(cells, (outcome,)), counted[outcome]) for outcome in _RESOLVED]
    pairs += [(name, _became(cells, outcomes), counted[name]) for name, outcomes in _ENDED.items()]
    pairs.append(('carried', _from(cells, 'carried'), before))
    return [_fault('kept', what=name, said=said, summed=kept) for name, said, kept in pairs if said != kept]


def _from(cells: Cells, source: str) -> int:
    return sum(number for (came, _), number in cells.items() if came == source)


def _became(cells: Cells, outcomes: tuple[str, ...]) -> int:
    return sum(number for (_, became), number in cells.items() if became in outcomes)


def _fault(kind: str, **values: str | int) -> Fault:
    return Fault(kind=kind, values={name: str(value) for name, value in values.items()})
