"""From one day to another: a plain form that opens a file, with the browser's own calendar."""

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from app.i18n import Words
from components.markup import join, markup


def period_form(
    action: str, t: Words, *, first: date, last: date, name: str, choices: Sequence[tuple[str, str]]
) -> Markup:
    """Return a form that asks two days (``tu`` and ``den``) and opens ``action`` in a tab of its own.

    ``choices`` are its buttons: the value of the field ``name``, and their words.
    """
    buttons = join(
        markup(
            '<button class="mc-btn mc-btn-secondary" type="submit" name="{name}" value="{value}">{words}</button>',
            name=name,
            value=value,
            words=words,
        )
        for value, words in choices
    )
    return markup(
        '<form class="mc-stack" method="get" action="{action}" target="_blank">{first}{last}'
        '<div class="mc-actions is-tight">{buttons}</div></form>',
        action=action,
        first=_day('tu', t('ui.period_first'), first),
        last=_day('den', t('ui.period_last'), last),
        buttons=buttons,
    )


def _day(name: str, label: str, value: date) -> Markup:
    return markup(
        '<div class="mc-field is-short"><label class="mc-label" for="period-{name}">{label}</label>'
        '<input class="mc-input" type="date" id="period-{name}" name="{name}" value="{value}" required></div>',
        name=name,
        label=label,
        value=value.isoformat(),
    )
