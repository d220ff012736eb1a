"""The declaration that was sent for a dossier, and its corrections; each opens as a PDF beside the page."""

from markupsafe import Markup

from app.documents.filled import Declared
from app.i18n import Words
from components.icons import icon
from components.markup import NOTHING, join, markup


def declared(dossier_id: str, editions: tuple[Declared, ...], t: Words) -> Markup:
    """Return the list of editions, or nothing for whoever may not open them."""
    items = join(_item(dossier_id, one, t) for one in editions)
    return markup('<ul class="mc-files">{items}</ul>', items=items) if editions else NOTHING


def _item(dossier_id: str, one: Declared, t: Words) -> Markup:
    moment = t.short_moment(one.sent_at)
    first = t('documents.declared_first', moment=moment)
    facts = first if one.number == 1 else t('documents.declared_again', number=one.number - 1, moment=moment)
    return markup(
        '<li>{icon}<span class="mc-grow"><b>{title}</b><small>{facts}</small></span>'
        '<a class="mc-link" href="/ho-so/{id}/to-khai.pdf?lan={number}" target="_blank">{open}'
        '<span class="mc-sr"> {title}, {facts}</span></a></li>',
        icon=icon('file', 22),
        title=one.title,
        facts=facts,
        id=dossier_id,
        number=one.number,
        open=t('documents.open'),
    )
