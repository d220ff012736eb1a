"""A report as PDF and as a spreadsheet, both in Vietnamese, with the same figures as the screen. For a thread."""

from io import BytesIO
from itertools import groupby
from typing import Any

from app.clock import local
from app.documents import render
from app.i18n import words
from app.reports import wording
from app.reports.shapes import Report, Table, drawn_columns

DRAWN = 12
"""Lines of a chart: those with most."""


def pdf(report: Report) -> bytes:
    """Return the report on the unit's paper."""
    t = words('vi')
    made = t('reports.made', at=t.short_moment(report.made_at))
    return render.make_report(
        {
            'title': report.title.vi,
            'unit': report.head,
            'day': local(report.made_at).date().isoformat(),
            'period': wording.period_text(report.kind, report.first, report.last, t),
            'of': t('reports.of_unit', unit=report.unit_name.vi),
            'broken': t('reports.broken'),
            'faults': [wording.fault_text(fault, t) for fault in report.faults],
            'tables': [_table(table) for table in report.tables],
            'compared': wording.compared(report, t),
            'change_heads': [t(f'reports.change_{name}') for name in ('what', 'now', 'before', 'difference')],
            'changes': [
                [c.name.vi, str(c.now), str(c.before), f'{c.difference:+d}' if c.difference else '0']
                for c in report.changes
            ],
            'footer': made,
        }
    )


def _table(table: Table) -> dict[str, Any]:
    t = words('vi')
    is_numbered = any(column.number for column in table.columns)
    return {
        'title': table.title.vi,
        'number': wording.source_text(table, t),
        'first': table.first.vi,
        'groups': [{'name': name, 'span': span} for name, span in groups(table)],
        'heads': [column.label.vi for column in table.columns],
        'numbers': [column.number for column in table.columns],
        'headings': 3 if is_numbered else 2,
        'rows': [[line.name.vi, *_figures(table, line.values)] for line in table.lines],
        'total': [table.total.name.vi, *_figures(table, table.total.values)],
        'chart': _chart(table),
        'notes': wording.notes(table, t),
    }


def groups(table: Table) -> list[tuple[str, int]]:
    """Return the heads above the columns, each with how many it spans."""
    return [(name, len(list(inside))) for name, inside in groupby(column.group_label.vi for column in table.columns)]


def _figures(table: Table, values: dict[str, int]) -> list[str]:
    return [str(values[column.key]) for column in table.columns]


def _chart(table: Table) -> dict[str, Any]:
    shown = drawn_columns(table)
    lines = sorted(table.lines, key=lambda line: -line.values[shown[0].key])[:DRAWN]
    return {
        'legend': [f'{column.group_label.vi}: {column.label.vi}' for column in shown],
        'rows': [{'name': line.name.vi, 'values': [line.values[c.key] for c in shown]} for line in lines],
    }


TOP = 5
"""Rows above the heads of a sheet: agency, title, period, source, a blank one."""


def xlsx(report: Report) -> bytes:
    """Return the report as a spreadsheet: a sheet with its chart for each table, and one for the comparison."""
    import xlsxwriter  # large, and seldom asked for

    file = BytesIO()
    with xlsxwriter.Workbook(file, {'strings_to_formulas': False, 'strings_to_urls': False}) as book:
        book.set_properties({'title': wording.full_title(report, words('vi'))})
        looks = {
            'strong': book.add_format({'bold': True}),
            'head': book.add_format(
                {'bold': True, 'text_wrap': True, 'border': 1, 'align': 'center', 'valign': 'vcenter'}
            ),
            'name': book.add_format({'border': 1, 'text_wrap': True}),
            'figure': book.add_format({'border': 1, 'num_format': '#,##0'}),
            'total': book.add_format({'border': 1, 'num_format': '#,##0', 'bold': True}),
            'wrong': book.add_format({'bold': True, 'font_color': '#B00020'}),
        }
        for table in report.tables:
            _sheet(book, looks, report, table)
        if report.changes:
            _comparison(book, looks, report)
    return file.getvalue()


def _sheet(book: Any, looks: dict[str, Any], report: Report, table: Table) -> None:
    t, sheet = words('vi'), book.add_worksheet(words('vi')(f'reports.sheet_{table.code.replace("-", "_")}'))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 1 + len(table.columns), 11)
    sheet.write_string(0, 0, f'{report.unit_name.vi}', looks['strong'])
    sheet.write_string(1, 0, table.title.vi.upper(), looks['strong'])
    sheet.write_string(2, 0, wording.period_text(report.kind, report.first, report.last, t))
    sheet.write_string(3, 0, wording.source_text(table, t))
    if report.faults:
        sheet.write_string(4, 0, t('reports.broken'), looks['wrong'])
    row = _heads(sheet, looks, table)
    for number, line in enumerate(table.lines, 1):
        sheet.write_number(row, 0, number, looks['figure'])
        sheet.write_string(row, 1, line.name.vi, looks['name'])
        for column, head in enumerate(table.columns, 2):
            sheet.write_number(row, column, line.values[head.key], looks['figure'])
        row += 1
    sheet.write_blank(row, 0, None, looks['total'])
    sheet.write_string(row, 1, table.total.name.vi, looks['total'])
    for column, head in enumerate(table.columns, 2):
        sheet.write_number(row, column, table.total.values[head.key], looks['total'])
    said = [*wording.notes(table, t), *(wording.fault_text(fault, t) for fault in report.faults)]
    for number, note in enumerate(said, row + 2):
        sheet.write_string(number, 0, note)
    _drawn(book, sheet, table, row + 3 + len(said))


def _heads(sheet: Any, looks: dict[str, Any], table: Table) -> int:
    """Write the heads and return the first row of figures."""
    row, column = TOP, 2
    sheet.merge_range(row, 0, row + 1, 0, 'TT', looks['head'])
    sheet.merge_range(row, 1, row + 1, 1, table.first.vi, looks['head'])
    for name, span in groups(table):
        if span > 1:
            sheet.merge_range(row, column, row, column + span - 1, name, looks['head'])
        else:
            sheet.write_string(row, column, name, looks['head'])
        column += span
    for place, head in enumerate(table.columns, 2):
        sheet.write_string(row + 1, place, f'{head.label.vi} {head.number}'.strip(), looks['head'])
    sheet.freeze_panes(row + 2, 2)
    return row + 2


def _drawn(book: Any, sheet: Any, table: Table, row: int) -> None:
    if not table.lines:
        return
    chart = book.add_chart({'type': 'column'})
    begin, end = TOP + 2, TOP + 1 + len(table.lines)
    for column in drawn_columns(table):
        place = 2 + table.columns.index(column)
        chart.add_series(
            {
                'name': f'{column.group_label.vi}: {column.label.vi}',
                'categories': [sheet.get_name(), begin, 1, end, 1],
                'values': [sheet.get_name(), begin, place, end, place],
            }
        )
    chart.set_title({'name': table.title.vi, 'name_font': {'size': 12}})
    chart.set_legend({'position': 'bottom'})
    chart.set_size({'width': 960, 'height': 380})
    sheet.insert_chart(row, 0, chart)


def _comparison(book: Any, looks: dict[str, Any], report: Report) -> None:
    t = words('vi')
    sheet = book.add_worksheet(t('reports.sheet_compared'))
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 3, 14)
    sheet.write_string(0, 0, wording.compared(report, t), looks['strong'])
    for column, name in enumerate(('what', 'now', 'before', 'difference')):
        sheet.write_string(1, column, t(f'reports.change_{name}'), looks['head'])
    for row, change in enumerate(report.changes, 2):
        sheet.write_string(row, 0, change.name.vi, looks['name'])
        for column, value in enumerate((change.now, change.before, change.difference), 1):
            sheet.write_number(row, column, value, looks['figure'])
