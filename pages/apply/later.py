"""Leaving a draft and coming back: the private link, to copy and as a QR code, and how long it holds."""

from markupsafe import Markup

from app.clock import local
from app.dossiers.drafts import DraftView
from app.i18n import Words
from app.notifications import settings
from components.buttons import actions, link_button
from components.cards import card, fold
from components.copying import CopyLine
from components.markup import NOTHING, Shown, markup, show
from components.notice import notice
from components.page_head import page_head
from components.qr import qr
from pages.apply.way import Way
from pages.visitor import Visitor


def draw(visitor: Visitor, view: DraftView, way: Way) -> None:
    """Draw the screen after "Lưu và làm sau"."""
    t = visitor.t
    until = t.date(local(view.expires_at).date())
    page_head(t('apply.later_title'), t, lead=t('apply.later_lead', until=until), title=t('apply.later_title'))
    if view.has_account:
        show(notice(t('apply.later_account'), tone='info'))
    else:
        with card(t('apply.link_title')):
            _link(way, t).set(_scan(way, t))
    with actions():
        show(link_button(t('apply.later_continue'), way.base))
        if view.has_account:
            show(link_button(t('citizen.title'), '/ho-so', kind='secondary'))
        else:
            show(link_button(t('apply.to_procedure'), f'/nop/{way.slug}', kind='secondary'))


def fold_link(view: DraftView, way: Way, t: Words) -> None:
    """Draw the private link at the end of a form page, folded; an account needs none."""
    if view.has_account:
        show(markup('<p class="mc-muted mc-small mc-after">{text}</p>', text=t('apply.in_my_drafts')))
        return
    with fold(t('apply.link_fold'), on_unfold=lambda: scan.set(_scan(way, t))):
        scan = _link(way, t)


def _link(way: Way, t: Words) -> Shown:
    """Draw the link to be copied; return the place of its code."""
    show(markup('<p>{text}</p>', text=t('apply.link_text')))
    CopyLine(_address(way), t('apply.link_label'), t, button=t('apply.link_copy'))
    scan = show(NOTHING)
    show(markup('<p class="mc-warned">{warning}</p>', warning=t('apply.link_warning')))
    return scan


def _scan(way: Way, t: Words) -> Markup:
    """Return the link as a code. It costs more than the rest of a page, and few unfold it."""
    code = qr(_address(way), t('apply.link_qr'))
    return markup('<div class="mc-scan">{code}<p>{text}</p></div>', code=code, text=t('apply.link_scan'))


def _address(way: Way) -> str:
    return settings().url + way.base
