"""``/quan-tri/can-cu``: laws and decrees that end, as a whole or in part, what follows, and the procedures to look at."""

from markupsafe import Markup

from app.access import Permission
from app.i18n import Words
from app.procedures.ending import Ending, Partly, Resting, endings, partly_ended
from components import wording
from components.cards import card_markup, stack
from components.markup import join, markup, show
from components.notice import notice
from components.page_head import page_head
from components.tags import tag
from pages.shell import Route
from pages.visitor import Visitor


async def ending_page(visitor: Visitor) -> None:
    """Draw what ends as a whole, the earliest first, then what has ended in part."""
    t, actor = visitor.t, await visitor.actor()
    found, partly = await endings(actor), await partly_ended(actor)
    page_head(t('admin.ending_title'), t, lead=t('admin.ending_lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        if not found:
            show(notice(t('admin.ending_none'), tone='ok'))
        show(*(card_markup(_one(t, one)) for one in found))
        if partly:
            show(markup('<h2>{title}</h2><p>{lead}</p>', title=t('admin.partly_title'), lead=t('admin.partly_lead')))
            show(*(card_markup(_partly(t, one)) for one in partly))


def _one(t: Words, one: Ending) -> Markup:
    return markup(
        '<h2>{number}</h2><p>{title}</p><p>{state}</p><p>{after}</p>{procedures}',
        number=one.number,
        title=one.title,
        state=_state(t, one),
        after=_after(t, one),
        procedures=_procedures(t, one.procedures),
    )


def _partly(t: Words, one: Partly) -> Markup:
    return markup(
        '<h3>{number}</h3><p>{title}</p><ul class="mc-bullets">{parts}</ul>{procedures}',
        number=one.number,
        title=one.title,
        parts=join(markup('<li>{part}</li>', part=wording.ended_part(part, t)) for part in one.parts),
        procedures=_procedures(t, one.procedures),
    )


def _procedures(t: Words, found: tuple[Resting, ...]) -> Markup:
    """Return the procedures that rest on an act, folded: there may be many."""
    return markup(
        '<details class="mc-fold"><summary>{count}</summary><div><ul class="mc-bullets">{names}</ul></div></details>',
        count=t('admin.ending_procedures', count=len(found)),
        names=join(
            markup('<li><a class="mc-link" href="/thu-tuc/{slug}">{name}</a></li>', slug=p.slug, name=t.pick(p.name))
            for p in found
        ),
    )


def _state(t: Words, one: Ending) -> Markup:
    if one.days_left < 0:
        return tag(t('admin.ending_over', date=t.date(one.last)), 'error')
    return tag(t('admin.ending_in', date=t.date(one.last), days=one.days_left), 'warn')


def _after(t: Words, one: Ending) -> str:
    """Say what applies instead; nothing known is said as well."""
    if not one.replaced_by:
        return t('admin.ending_nothing_after')
    named = (
        ' '.join(filter(None, (number, title, t('admin.ending_from', date=t.date(since)) if since else '')))
        for number, title, since in one.replaced_by
    )
    return t('admin.ending_after', names='; '.join(named))


ROUTES = [
    Route('/quan-tri/can-cu', ending_page, need=Permission.PROCEDURE_MANAGE, title_key='admin.ending_title'),
]
