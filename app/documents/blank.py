"""A declaration to be filled in by hand: the layout of a procedure with dots for answers.

It is no copy of the official form: it says of itself that it was made from the form's questions.
"""

from typing import Any

from app.access import Actor
from app.documents import render
from app.documents.declaration import form_for, is_official, paper
from app.documents.queries import OpenedPaper
from app.errors import NotFound
from app.i18n import Words, words
from app.limits import hit
from app.procedures.queries import start_page
from app.procedures.schema import ProcedureSpec

KEPT = 100
_made: dict[str, OpenedPaper] = {}
"""By version, which never changes once it is used."""


def has_blank(spec: ProcedureSpec) -> bool:
    """Tell whether there is one: the questions are those of an official form, compared with it."""
    return is_official(spec)


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
        t = words('vi')
        pdf = await render.pdf(form_for(start.spec, t), blank_paper(start.spec, t))
        while len(_made) >= KEPT:
            del _made[next(iter(_made))]
        _made[key] = OpenedPaper(f'to-khai-{start.spec.id}.pdf', pdf)
    return _made[key]


def blank_paper(spec: ProcedureSpec, t: Words) -> dict[str, Any]:
    """Return what the paper to be filled in says."""
    form = form_for(spec, t)
    source = ', '.join(filter(None, (spec.form_code, spec.form_source)))
    return paper(spec, None, t, spec.resolving_agency.vi) | {
        'day': spec.valid_from.isoformat(),
        'made_from': t('documents.blank_made', form=form.title, source=source),
        'sent': '',
        'day-of': None,
    }
