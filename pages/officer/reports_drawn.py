"""How a report is drawn on the screen: what to choose, the chart with its table, the comparison, what does not agree."""

from collections.abc import Sequence
from itertools import groupby
from typing import LiteralString
from urllib.parse import urlencode

from markupsafe import Markup

from app.clock import today
from app.i18n import Words
from app.reports import wording
from app.reports.forms import forms
from app.reports.queries import Choice
from app.reports.shapes import Report, ShownColumn, Table, drawn_columns
from app.statistics.periods import Kind, Period
from components import charts
from components.assets import url as asset
from components.icons import icon
from components.markup import NOTHING, attribute, join, markup
from components.notice import notice
from components.wording import count

PATH = '/can-bo/bao-cao'
FILES = '/can-bo/tep-bao-cao'
OTHERS = (
    ('/can-bo/chi-so', 'indicators.title'),
    ('/can-bo/danh-gia-noi-bo', 'indicators.evaluation_title'),
    ('/can-bo/chi-tieu', 'indicators.targets_title'),
)
Options = Sequence[tuple[str, str]]


def sheet() -> Markup:
    """Return the link to the style sheet of figures, which the desk does not load everywhere."""
    return markup('<link rel="stylesheet" href="{url}">', url=asset('motcua-figures.css'))


def others(t: Words) -> Markup:
    """Return the ways to what else is counted for officers."""
    links = join(
        markup('<li><a class="mc-chip" href="{url}">{words}</a></li>', url=url, words=t(key)) for url, key in OTHERS
    )
    return markup('<ul class="mc-chips is-wrap">{links}</ul>', links=links)


def names(t: Words) -> Options:
    """Return the reports to choose from."""
    return [(code, t(f'reports.name_{code.replace("-", "_")}')) for code in forms()]


def select(name: str, label: str, options: Options, value: str) -> Markup:
    """Return a question with a list that folds up."""
    listed = join(
        markup(
            '<option value="{key}"{chosen}>{words}</option>',
            key=key,
            words=words,
            chosen=attribute('selected', '' if key == value else None),
        )
        for key, words in options
    )
    return markup(
        '<div class="mc-field"><label class="mc-label" for="rp-{name}">{label}</label>'
        '<span class="mc-select"><select id="rp-{name}" name="{name}">{listed}</select></span></div>',
        name=name,
        label=label,
        listed=listed,
    )


def day(name: str, label: str, value: str) -> Markup:
    """Return a question for a day, with the browser's own calendar."""
    return markup(
        '<div class="mc-field"><label class="mc-label" for="rp-{name}">{label}</label>'
        '<input class="mc-input" type="date" id="rp-{name}" name="{name}" value="{value}"></div>',
        name=name,
        label=label,
        value=value,
    )


def form(action: str, code: str, unit: str, period: Period, units: Sequence[Choice], t: Words) -> Markup:
    """Return what chooses report, unit and period: a plain form that opens this screen again."""
    kinds = [(kind, t(f'statistics.kind_{kind}')) for kind in (Kind.MONTH, Kind.QUARTER, Kind.YEAR, Kind.RANGE)]
    parts = [
        select('mau', t('reports.which'), names(t), code),
        select('don_vi', t('reports.unit'), unit_options(units), unit),
        select('ky', t('statistics.filter_kind'), kinds, str(period.kind)),
        day('tu', t('statistics.filter_from'), period.first.isoformat()),
        day('den', t('reports.to'), period.last.isoformat() if period.kind is Kind.RANGE else ''),
    ]
    return choosing(action, parts, t('reports.show'), t('reports.choose'))


def choosing(action: str, parts: Sequence[Markup], button: str, label: str) -> Markup:
    """Return a form of some questions that opens a screen."""
    return markup(
        '<form class="mc-find-figures" method="get" action="{action}" aria-label="{label}">'
        '<div class="mc-filter-row">{parts}</div>'
        '<div class="mc-actions"><button class="mc-btn mc-btn-primary" type="submit">{button}</button></div></form>',
        action=action,
        parts=join(parts),
        button=button,
        label=label,
    )


def unit_options(units: Sequence[Choice]) -> Options:
    """Return the units to choose from, each below the one it belongs to."""
    top = min((one.depth for one in units), default=0)
    return [(one.code, '\u2003' * (one.depth - top) + one.name) for one in units]


def heading(report: Report, period: str, t: Words) -> Markup:
    """Return which report of which unit and period is shown."""
    return markup(
        '<div><h2>{title}</h2><p>{unit} · {period}</p></div>',
        title=t.pick(report.title),
        unit=t.pick(report.unit_name),
        period=period,
    )


def beside(code: str, unit: str, period: Period, t: Words) -> Markup:
    """Return links to the period before and after."""
    found = []
    for step, rel in ((-1, 'prev'), (1, 'next')):
        other = period.beside(step, today())
        if other:
            words = wording.period_text(str(other.kind), other.first, other.last, t)
            url = address(PATH, mau=code, don_vi=unit, ky=str(other.kind), tu=other.first.isoformat())
            said = f'← {words}' if step < 0 else f'{words} →'
            found.append(
                markup('<li><a class="mc-chip" rel="{rel}" href="{url}">{said}</a></li>', rel=rel, url=url, said=said)
            )
    return markup('<ul class="mc-chips is-wrap">{links}</ul>', links=join(found)) if found else NOTHING


def address(path: str, **query: str) -> str:
    """Return an address with what is not empty of a query."""
    return f'{path}?{urlencode({name: value for name, value in query.items() if value})}'


def files(query: dict[str, str], t: Words) -> Markup:
    """Return the links to the files of a report."""
    links = join(
        markup(
            '<a class="mc-btn mc-btn-secondary" href="{url}" target="_blank" rel="noopener">{icon}{words}</a>',
            url=address(FILES, **query, dang=kind),
            icon=icon('download', 20),
            words=t(f'reports.as_{kind}'),
        )
        for kind in ('pdf', 'xlsx')
    )
    return markup('<div class="mc-actions is-tight">{links}</div>', links=links)


def state(report: Report, t: Words) -> Markup:
    """Say whether every sum holds, and which ones do not."""
    if report.is_sound:
        return notice(t('reports.sound'), tone='ok')
    faults = join(markup('<li>{text}</li>', text=wording.fault_text(fault, t)) for fault in report.faults)
    body = markup('<p>{text}</p><ul>{faults}</ul>', text=t('reports.broken'), faults=faults)
    return notice(body, tone='error')


def table(one: Table, t: Words) -> Markup:
    """Return a table with its heading, chart and notes."""
    name = t.pick(one.title)
    notes = join(markup('<li>{note}</li>', note=note) for note in wording.notes(one, t))
    return markup(
        '<section class="mc-section" aria-labelledby="rp-{code}"><h2 id="rp-{code}">{name}</h2>'
        '<p class="mc-muted">{source}</p>{chart}{figures}<ul class="mc-small mc-muted">{notes}</ul></section>',
        code=one.code,
        name=name,
        source=wording.source_text(one, t),
        chart=_chart(one, t) if one.lines else NOTHING,
        figures=_figures(one, name, t) if one.lines else markup('<p>{text}</p>', text=t('reports.nothing')),
        notes=notes,
    )


def _chart(one: Table, t: Words) -> Markup:
    shown = drawn_columns(one)
    groups = [[line.values[column.key] for column in shown] for line in one.lines]
    title = f'{t("reports.chart")}: {t.pick(one.title)}'
    legend = join(
        markup(
            '<li><span class="mc-key c{n}" aria-hidden="true"></span>{name}</li>',
            n=n,
            name=f'{t.pick(column.group_label)}: {t.pick(column.label)}',
        )
        for n, column in enumerate(shown, 1)
    )
    most = max(max(values) for values in groups)
    names_below = join(
        markup('<span>{n}. {name}</span>', n=n, name=t.pick(line.name)) for n, line in enumerate(one.lines, 1)
    )
    return markup(
        '<figure class="mc-figure"><ul class="mc-legend-row">{legend}</ul><p class="mc-most">{most}</p>{drawing}'
        '<figcaption class="mc-small mc-muted mc-chart-names">{names}</figcaption></figure>',
        legend=legend,
        most=t('reports.chart_top', number=count(most, t)),
        drawing=charts.columns(f'chart-{one.code}', title, t('reports.chart_text'), groups),
        names=names_below,
    )


def _figures(one: Table, name: str, t: Words) -> Markup:
    groups = [
        (key, list(inside)) for key, inside in groupby(one.columns, key=lambda column: t.pick(column.group_label))
    ]
    firsts = {inside[0].key for _, inside in groups}
    top = join(
        markup('<th scope="colgroup" colspan="{span}" class="is-first">{name}</th>', span=len(inside), name=group)
        for group, inside in groups
    )
    heads = join(_head(column, column.key in firsts, t) for column in one.columns)
    body = join(_row(one, t.pick(line.name), line.values, firsts, t) for line in one.lines)
    return markup(
        '<div class="mc-table-wrap" role="region" tabindex="0" aria-label="{label}"><table class="mc-table mc-small-table">'
        '<thead><tr><th scope="col" rowspan="2">{first}</th>{top}</tr><tr>{heads}</tr></thead>'
        '<tbody>{body}</tbody><tfoot>{total}</tfoot></table></div>',
        label=t('reports.table_of', what=name),
        first=t.pick(one.first),
        top=top,
        heads=heads,
        body=body,
        total=_row(one, t.pick(one.total.name), one.total.values, firsts, t),
    )


def _head(column: ShownColumn, is_first: bool, t: Words) -> Markup:
    return markup(
        '<th scope="col" class="{look}">{name}{number}</th>',
        look=_look(is_first),
        name=t.pick(column.label),
        number=markup('<br><span class="mc-muted">{n}</span>', n=column.number) if column.number else NOTHING,
    )


def _look(is_first: bool) -> str:
    return 'mc-number is-first' if is_first else 'mc-number'


def _row(one: Table, name: str, values: dict[str, int], firsts: set[str], t: Words) -> Markup:
    cells = join(
        markup('<td class="{look}">{n}</td>', look=_look(column.key in firsts), n=count(values[column.key], t))
        for column in one.columns
    )
    return markup('<tr><th scope="row">{name}</th>{cells}</tr>', name=name, cells=cells)


def comparison(report: Report, t: Words) -> Markup:
    """Return the totals beside those of the period before."""
    if not report.changes:
        return NOTHING
    title = wording.compared(report, t)
    rows = join(
        markup(
            '<tr><th scope="row">{name}</th><td class="mc-number">{now}</td><td class="mc-number">{before}</td>'
            '<td class="mc-number">{change}</td></tr>',
            name=t.pick(one.name),
            now=count(one.now, t),
            before=count(one.before, t),
            change=signed(one.difference, t),
        )
        for one in report.changes
    )
    return simple_table(
        'so-sanh', title, [t(f'reports.change_{n}') for n in ('what', 'now', 'before', 'difference')], rows, t
    )


def signed(number: int, t: Words) -> str:
    """Write a change: ``+12``, ``−3``, ``0``."""
    return f'{"+" if number > 0 else "−"}{count(abs(number), t)}' if number else '0'


def simple_table(key: LiteralString, title: str, heads: Sequence[str], rows: Markup, t: Words) -> Markup:
    """Return a section with a table whose first column names the row and whose others are figures."""
    first, *others = heads
    top = join(markup('<th scope="col" class="mc-number">{head}</th>', head=head) for head in others)
    return markup(
        '<section class="mc-section" aria-labelledby="{key}"><h2 id="{key}">{title}</h2>'
        '<div class="mc-table-wrap" role="region" tabindex="0" aria-label="{label}">'
        '<table class="mc-table mc-small-table"><thead><tr><th scope="col">{first}</th>{top}</tr></thead>'
        '<tbody>{rows}</tbody></table></div></section>',
        key=key,
        title=title,
        label=t('reports.table_of', what=title),
        first=first,
        top=top,
        rows=rows,
    )
