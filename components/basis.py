"""What changed in the legal basis of a dossier, folded: it matters to few, and must be there for them."""

from collections.abc import Iterable

from markupsafe import Markup

from app.i18n import Words
from app.procedures.basis import BasisState
from components import wording
from components.markup import NOTHING, join, markup


def basis_list(found: Iterable[BasisState], t: Words) -> Markup:
    """Return how each act stands and what applies instead."""
    lines = (
        markup('<li>{text}</li>', text=Markup('. ').join((head, *more)))
        for head, more in wording.basis_changes(found, t)
    )
    return markup('<ul class="mc-bullets">{lines}</ul>', lines=join(lines))


def basis_fold(found: tuple[BasisState, ...], t: Words, *, note: str = '') -> Markup:
    """Return the list folded, with what it means for this dossier; nothing where nothing changed."""
    if not found:
        return NOTHING
    return markup(
        '<details class="mc-fold mc-why"><summary>{title}</summary><div>{note}{lines}</div></details>',
        title=t('public.basis_changed'),
        lines=basis_list(found, t),
        note=markup('<p>{note}</p>', note=note) if note else NOTHING,
    )
