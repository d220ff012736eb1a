"""After sending: number and secret, what comes next, who will be told where, and a receipt to print."""

from datetime import timedelta
from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.audit.prove import Place
from app.dossiers.files import File
from app.dossiers.filing import SECRET_SHOWN, Submitted
from app.i18n import Words
from app.notifications import settings
from app.units.queries import UnitCard, unit_card
from components import wording
from components.buttons import actions, link_button
from components.copying import CopyLine
from components.markup import join, markup, show
from components.notice import notice
from components.page_head import page_head
from components.printing import print_button
from components.qr import qr
from components.timeline import Moment, timeline
from models.enums import Delivery
from pages import csrf
from pages.shell import Screen
from pages.visitor import Visitor

HASH_SHOWN = 12
"""Signs of the hash that the receipt prints: enough to recognise the file, short enough to compare by eye."""


async def draw(visitor: Visitor, screen: Screen, done: Submitted) -> None:
    """Draw the confirmation. It is the same each time the private link is opened; the secret only at first."""
    t = visitor.t
    actor = await visitor.actor()
    unit = await unit_card(actor, done.unit_id)
    with ui.element('div').classes('mc-narrow mc-sent'):
        _panel(done, t)
        _secret(done, t)
        show(*_next(done, t))
        show(*_told(done, t))
        with actions():
            _follow(screen, done, t, at_counter=actor.is_staff)
            print_button(t('apply.print_receipt'))
            show(link_button(t('apply.another'), '/can-bo/tiep-nhan' if actor.is_staff else '/nop', kind='quiet'))
        if done.place:
            show(_proof(done.place, t))
    show(_receipt(done, unit, t), classes='mc-printonly')


def _panel(done: Submitted, t: Words) -> None:
    below = markup(
        '<p>{words}</p><p class="mc-code">{number}</p>', words=t('apply.sent_number'), number=done.filing_number
    )
    with ui.element('div').classes('mc-panel'):
        page_head(t('apply.sent_title'), t, below=below, title=t('apply.sent_title'))


def _secret(done: Submitted, t: Words) -> None:
    """Show the secret large, in two groups; later only how to get another."""
    if done.secret is None:
        show(notice(t('apply.secret_gone'), tone='info', title=t('apply.secret_title')))
        return
    with ui.element('section').classes('mc-card mc-secret'):
        show(markup('<h2>{title}</h2><p>{text}</p>', title=t('apply.secret_title'), text=t('apply.secret_text')))
        CopyLine(done.secret, t('apply.secret_title'), t, shown=grouped(done.secret))
        hours = int(SECRET_SHOWN / timedelta(hours=1))
        show(markup('<p class="mc-muted mc-small">{text}</p>', text=t('apply.secret_keep', hours=hours)))


def grouped(secret: str) -> str:
    """Write a secret in groups of four, to be read and typed without losing one's place."""
    return ' '.join(secret[i : i + 4] for i in range(0, len(secret), 4))


def _next(done: Submitted, t: Words) -> tuple[Markup, ...]:
    """Say what has happened and what comes next, with the limits that the office must keep."""
    limit = t('apply.next_by', moment=t.moment(done.reception_due_at)) if done.reception_due_at else ''
    is_shut = done.delivery is Delivery.ELECTRONIC and not done.has_account
    received = t('apply.by_electronic_slip' if is_shut else f'apply.by_{done.delivery}')
    moments = [
        Moment('done', t('apply.next_sent', unit=done.unit_name), t.moment(done.submitted_at)),
        Moment('now', t('apply.next_checked'), limit, t('apply.next_checked_note')),
        Moment('next', t('apply.next_result'), wording.term_text(done.spec.term, t), received),
    ]
    return markup('<h2>{title}</h2>', title=t('apply.next_title')), timeline(moments, t)


def _told(done: Submitted, t: Words) -> tuple[Markup, ...]:
    said = [t('apply.told_mail', email=done.contact_email)] if done.contact_email else [t('apply.told_nobody')]
    if done.has_account:
        said.append(t('apply.told_account'))
    lines = join(markup('<p>{line}</p>', line=line) for line in said)
    return markup('<h2>{title}</h2>', title=t('apply.told_title')), lines


def _proof(place: Place, t: Words) -> Markup:
    """Say where the filing stands in the log, and what that is for."""
    return markup(
        '<p class="mc-muted mc-small">{label}: {place}. {why}</p>',
        label=t('apply.receipt_place'),
        place=_place(place, t),
        why=t('apply.place_why'),
    )


def _follow(screen: Screen, done: Submitted, t: Words, *, at_counter: bool) -> None:
    """Draw the way to the dossier: by the account, or by a plain form that opens it with number and secret."""
    label = t('apply.follow')
    if at_counter:
        show(link_button(t('officer.open'), f'/can-bo/ho-so/{done.dossier_id}'))
    elif done.has_account:
        show(link_button(label, f'/ho-so/{done.dossier_id}'))
    elif done.secret:
        show(open_form(screen, done.filing_number, done.secret, label))
    else:
        show(link_button(label, '/ho-so'))


def open_form(screen: Screen, number: str, secret: str, label: str) -> Markup:
    """Return a form that opens a dossier and comes back into the application: a cookie needs a real request."""
    return markup(
        '<form method="post" action="/tra-cuu"><input type="hidden" name="csrf" value="{csrf}">'
        '<input type="hidden" name="den" value="ho-so"><input type="hidden" name="ma" value="{number}">'
        '<input type="hidden" name="khoa" value="{secret}">'
        '<button class="mc-btn mc-btn-primary" type="submit">{label}</button></form>',
        csrf=csrf.token(screen.client.request),
        number=number,
        secret=secret,
        label=label,
    )


def _receipt(done: Submitted, unit: UnitCard, t: Words) -> Markup:
    """Return the receipt of submission: one A5 page with letterhead, number, code, what arrived and when."""
    address = f'{settings().url}/tra-cuu?ma={done.filing_number}'
    facts: list[tuple[str, Any]] = [
        (t('apply.receipt_procedure'), t.pick(done.procedure_name)),
        (t('apply.receipt_applicant'), done.applicant_name),
        (t('apply.receipt_time'), t.moment(done.submitted_at)),
        (t('apply.receipt_secret'), grouped(done.secret) if done.secret else t('apply.receipt_secret_gone')),
    ]
    if done.reception_due_at:
        facts.append((t('apply.receipt_answer'), t.moment(done.reception_due_at)))
    if done.place:
        facts.append((t('apply.receipt_place'), _place(done.place, t)))
    rows = join(markup('<div><dt>{label}</dt><dd>{value}</dd></div>', label=k, value=v) for k, v in facts)
    return markup(
        '<article class="mc-receipt"><header><div><p>{parent}</p><p><b>{unit}</b></p>{place}</div>{code}</header>'
        '<h2>{title}</h2><p class="mc-receipt-number">{number}</p><dl>{rows}</dl>{papers}<p class="mc-receipt-foot">{foot}</p>'
        '</article>',
        parent=unit.parent_name,
        unit=unit.name,
        place=join(markup('<p>{line}</p>', line=line) for line in (unit.address, unit.phone) if line),
        code=qr(address, t('apply.receipt_code')),
        title=t('apply.receipt_title'),
        number=done.filing_number,
        rows=rows,
        papers=_papers(done, t),
        foot=t('apply.receipt_foot', address=f'{settings().url}/tra-cuu'),
    )


def _place(place: Place, t: Words) -> Markup:
    return markup('<span class="mc-code">{text}</span>', text=t('audit.place', number=place.number, hash=place.grouped))


def _papers(done: Submitted, t: Words) -> Markup:
    if not done.papers:
        return markup('<p>{none}</p>', none=t('apply.receipt_no_papers'))
    return markup(
        '<table><caption>{caption}</caption><thead><tr><th>{name}</th><th>{pages}</th><th>{hash}</th></tr></thead>'
        '<tbody>{rows}</tbody></table>',
        caption=t('apply.receipt_papers', count=len(done.papers)),
        name=t('apply.receipt_paper'),
        pages=t('apply.receipt_pages'),
        hash=t('apply.receipt_hash'),
        rows=join(_paper(file, done, t) for file in done.papers),
    )


def _paper(file: File, done: Submitted, t: Words) -> Markup:
    document = done.spec.document(file.document_id or '')
    return markup(
        '<tr><td>{name}</td><td>{pages}</td><td class="mc-code">{hash}</td></tr>',
        name=t.pick(document.name) if document else file.name,
        pages=file.pages,
        hash=file.sha256[:HASH_SHOWN],
    )
