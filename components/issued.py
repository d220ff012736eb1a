"""The official papers that were given out for a dossier; each opens as a PDF beside the page."""

from markupsafe import Markup

from app.clock import local
from app.documents.paper import Paper
from app.i18n import Words
from components.icons import icon
from components.markup import NOTHING, join, markup
from components.signatures import signatures


def issued(papers: tuple[Paper, ...], t: Words) -> Markup:
    """Return the list of papers, or nothing where none was given out."""
    items = join(_item(one, t) for one in papers)
    return markup('<ul class="mc-files">{items}</ul>', items=items) if papers else NOTHING


def _item(one: Paper, t: Words) -> Markup:
    day = t('documents.issued_on', day=f'{local(one.issued_at):%d/%m/%Y}')
    plain = markup('<small>{text}</small>', text=t('documents.unsigned')) if one.is_plain else NOTHING
    sign = markup(
        '<a class="mc-link" href="/can-bo/giay-to/{id}">{words}</a>', id=one.id, words=t('signing.sign_paper')
    )
    return markup(
        '<li>{icon}<span class="mc-grow"><b>{title}</b><small>{facts}</small>{signed}</span>{sign}'
        '<a class="mc-link" href="/giay-to/{id}" target="_blank">{open}<span class="mc-sr"> {title}</span></a></li>',
        signed=signatures(one.signatures, t) + plain,
        sign=sign if one.waits else NOTHING,
        icon=icon('file', 22),
        title=one.title,
        facts=f'{t("documents.number", number=one.number)} · {day}',
        id=one.id,
        open=t('documents.open'),
    )
