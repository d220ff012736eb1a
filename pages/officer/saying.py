"""States of a dossier in an officer's words."""

from datetime import datetime

from markupsafe import Markup

from app.clock import local, now
from app.dossiers.desk import DeskDossier
from app.dossiers.inbox import Row
from app.i18n import Words
from components.markup import markup
from components.tags import Tone, tag
from models.enums import Status

TONES: dict[str, Tone] = {'overdue': 'error', 'soon': 'warn', 'normal': 'neutral'}
STATUS_TONES: dict[Status, Tone] = {
    Status.REGISTERED: 'action',
    Status.ACCEPTED: 'action',
    Status.PROCESSING: 'action',
    Status.SUPPLEMENT: 'warn',
    Status.PAYMENT: 'warn',
    Status.RESOLVED: 'ok',
    Status.RETURNED: 'ok',
}


def term_words(t: Words, due_at: datetime | None, band: str | None) -> str:
    """Say how long is left: ``Quá hạn 1 ngày``, ``Hôm nay 16:00``, ``Còn 2 ngày``."""
    if due_at is None or band is None:
        return ''
    there, here = local(due_at), local(now())
    days = (there.date() - here.date()).days
    if band == 'overdue':
        return t('officer.overdue_days', days=-days) if days < 0 else t('officer.overdue_since', time=f'{there:%H:%M}')
    if days == 0:
        return t('officer.due_today', time=f'{there:%H:%M}')
    return t('officer.days_left', days=days)


def status_words(t: Words, status: Status, *, awaiting: bool) -> str:
    """Name the status; a request for a supplement before acceptance keeps status 1 and is said in words of its own."""
    return t('officer.awaiting') if awaiting else t(f'workflow.status_{int(status)}')


def status_tag(t: Words, one: Row | DeskDossier) -> Markup:
    """Return the status as a tag."""
    tone: Tone = 'warn' if one.awaiting_supplement else STATUS_TONES.get(one.status, 'neutral')
    return tag(status_words(t, one.status, awaiting=one.awaiting_supplement), tone)


def term_tag(t: Words, one: Row | DeskDossier) -> Markup:
    """Return the term as a tag, or nothing once it has ended."""
    text = term_words(t, one.due_at, one.band)
    return tag(text, TONES[one.band or 'normal']) if text else Markup('')


def code_link(dossier_id: str, number: str, t: Words) -> Markup:
    """Return the number of a dossier as the way to it."""
    return markup(
        '<a class="mc-link" href="/can-bo/ho-so/{id}"><span class="mc-sr">{open}</span>{number}</a>',
        id=dossier_id,
        open=f'{t("officer.open")} ',
        number=number,
    )
