"""A declaration to be filled in by hand: the questions of a procedure on paper, and where they come from.

It is no copy of the official form: it says of itself that it was made from the form's questions.
"""

from typing import Any

from app.access import Actor
from app.documents import render
from app.documents.forms import Form
from app.documents.queries import OpenedPaper
from app.errors import NotFound
from app.i18n import Words, words
from app.limits import hit
from app.procedures.queries import start_page
from app.procedures.schema import FormField, ProcedureSpec, Section
from app.procedures.validation import is_asked

MOST_OPTIONS = 8
"""A longer list is answered on a line."""
ENTRIES = 2
"""Entries of a group on paper, unless more are needed."""
KEPT = 100
_LINES = {'textarea': 3, 'address': 2}
_made: dict[str, OpenedPaper] = {}
"""By version, which never changes once it is used."""


def has_blank(spec: ProcedureSpec) -> bool:
    """Tell whether there is one: the questions are those of an official form, compared with it."""
    return bool(spec.checked and spec.sections and (spec.form_code or spec.form_source))


async def blank(actor: Actor, slug: str) -> OpenedPaper:
    """Return the declaration of a procedure as PDF.

    Raises:
        NotFound: no such procedure, or nothing that a declaration could be made from.
    """
    start = await start_page(actor, slug)
    if not has_blank(start.spec):
        raise NotFound()
    key = f'{start.version_id}:{start.spec.valid_from}'
    if key not in _made:
        await hit('blank', actor.address or 'unknown', times=30, minutes=10)
        pdf = await render.pdf(_form(start.spec), _data(start.spec, words('vi')))
        while len(_made) >= KEPT:
            del _made[next(iter(_made))]
        _made[key] = OpenedPaper(f'to-khai-{start.spec.id}.pdf', pdf)
    return _made[key]


def _form(spec: ProcedureSpec) -> Form:
    return Form(
        code='declaration',
        version='blank',
        number='declaration',
        title=(spec.form_name or spec.name).vi,
        size='a4',
        symbol='',
        valid_from=spec.valid_from,
        source=spec.form_source or '',
        mark='C',
    )


def _data(spec: ProcedureSpec, t: Words) -> dict[str, Any]:
    source = ', '.join(filter(None, (spec.form_code, spec.form_source)))
    return {
        'day': spec.valid_from.isoformat(),
        'to': spec.resolving_agency.vi,
        'made_from': t('documents.blank_made', form=(spec.form_name or spec.name).vi, source=source),
        'sections': [one for section in spec.sections if (one := _section(section, t))['questions']],
        'declarations': [one.vi for one in spec.declarations],
    }


def _section(section: Section, t: Words) -> dict[str, Any]:
    questions = [q for field in section.fields if is_asked(field) for q in _questions(field, t)]
    return {'title': section.title.vi, 'hint': _hint(section.show_when, t), 'questions': questions}


def _questions(field: FormField, t: Words, before: str = '') -> list[dict[str, Any]]:
    """Return a question as it is drawn; a group gives its questions as often as there is room for entries."""
    if field.fields:
        count = max(ENTRIES, field.rules.min_items or 0)
        numbers = range(1, min(count, field.rules.max_items or count) + 1)
        return [q for n in numbers for inner in field.fields for q in _questions(inner, t, f'{field.label.vi} {n} – ')]
    options = [option.label.vi for option in field.options]
    is_choice = 0 < len(options) <= MOST_OPTIONS
    kind = {'checkbox': 'tick', 'date': 'date', 'partial_date': 'date'}.get(
        field.type, 'choice' if is_choice else 'text'
    )
    return [
        {
            'kind': kind,
            'label': before + field.label.vi,
            'hint': _hint(field.show_when, t),
            'options': options if is_choice else [],
            'lines': _LINES.get(field.type, 1),
        }
    ]


def _hint(condition: object, t: Words) -> str:
    return t('documents.blank_if') if condition is not None else ''
