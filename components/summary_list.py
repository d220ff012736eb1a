"""Questions with their answers, to read and to change: the review page and the facts of a dossier."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from app.i18n import Words
from components.markup import NOTHING, join, markup


@dataclass(frozen=True)
class Row:
    """One line. ``href`` leads to where the answer is changed; ``mark`` is a tag beside the answer."""

    label: str
    value: str | Markup
    href: str | None = None
    mark: Markup = NOTHING


def summary_list(rows: Iterable[Row], t: Words) -> Markup:
    """Return the list. An empty answer is said, not left blank; line breaks of an answer stay."""
    return markup('<dl class="mc-summary">{rows}</dl>', rows=join(_row(row, t) for row in rows))


def facts(rows: Iterable[tuple[str, str | Markup]]) -> Markup:
    """Return key facts side by side: (label, value)."""
    pairs = (markup('<div><dt>{label}</dt><dd>{value}</dd></div>', label=label, value=value) for label, value in rows)
    return markup('<dl class="mc-facts">{pairs}</dl>', pairs=join(pairs))


def _row(row: Row, t: Words) -> Markup:
    change = NOTHING
    if row.href:
        change = markup(
            '<dd class="mc-change"><a href="{href}">{change}<span class="mc-sr"> {label}</span></a></dd>',
            href=row.href,
            change=t('ui.change'),
            label=row.label,
        )
    return markup(
        '<div><dt>{label}</dt><dd class="mc-lines">{value}{space}{mark}</dd>{change}</div>',
        label=row.label,
        value=row.value or markup('<span class="mc-muted">{none}</span>', none=t('ui.no_answer')),
        space=' ' if row.mark else '',
        mark=row.mark,
        change=change,
    )
