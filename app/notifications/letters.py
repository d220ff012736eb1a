"""What each letter says: title, facts, next step, one button. The words are in ``app/locale/mail.yaml``."""

import re
from dataclasses import dataclass
from datetime import datetime

from app.i18n import Words, words
from app.notifications import links
from app.notifications.facts import Asked, Facts
from app.notifications.outbox import one_line
from app.ratings import tokens as rating
from models import Message
from models.enums import Delivery, LinkPurpose

_PERSONAL_ID = re.compile(r'(?<!\d)(?<!\d[ .])(?:0\d{2}(?:[ .]?\d{3}){3}|\d{3} ?\d{3} ?\d{3})(?!\d)')
"""A personal identification number (12 digits, the first 0) or an old identity card's (9), however it was spaced."""


@dataclass(frozen=True)
class Shape:
    """What a letter shows besides its words."""

    when: str = ''
    """Label of the date row: reception, resolution, supplement, answer."""
    shows: str = ''
    """Private block for a verified contact: asked (the supplement), note (reason) or answer; lines: what the message brings."""
    purpose: LinkPurpose | None = LinkPurpose.FOLLOW
    """Where the button leads: into the dossier, or to a page of an account; None has no button."""
    way: str = ''
    """Plain page where a code and its secret open what the letter is about; the button leads there."""


_ACCOUNT = Shape(purpose=None)
_FEEDBACK = Shape('feedback', purpose=None, way='/phan-anh/tra-cuu')
SHAPES: dict[str, Shape] = {
    'submitted': Shape('reception'),
    'accepted': Shape('resolution'),
    'refused': Shape(shows='note'),
    'processing': Shape('resolution'),
    'supplement_requested': Shape('supplement', 'asked'),
    'supplement_received': Shape('answer'),
    'replaced': Shape(),
    'payment_due': Shape(),
    'reappointed': Shape('resolution', 'note'),
    'date_moved': Shape('resolution'),
    'passed_on': Shape('reception'),
    'duty_awaited': Shape(shows='note'),
    'duty_met': Shape('resolution'),
    'posting_began': Shape(shows='note'),
    'posting_over': Shape('resolution'),
    'extended': Shape('resolution', 'note'),
    'draft_shown': Shape('answer_by'),
    'draft_confirmed': Shape('resolution'),
    'draft_objected': Shape('resolution'),
    'result_ready': Shape(),
    'returned': Shape(),
    'withdrawn': Shape(),
    'stopped': Shape(shows='note'),
    'secret_reissued': Shape(),
    'result_revoked': Shape(shows='note'),
    'result_reissued': Shape(shows='note'),
    'verify_email': Shape(purpose=LinkPurpose.VERIFY_EMAIL),
    'set_password': Shape(purpose=LinkPurpose.SET_PASSWORD),
    'staff_invitation': Shape(purpose=LinkPurpose.SET_PASSWORD),
    'password_changed': _ACCOUNT,
    'second_factor_reset': _ACCOUNT,
    'new_sign_in': _ACCOUNT,
    'account_exists': _ACCOUNT,
    'audit_anchor': Shape(shows='lines', purpose=None),
    'digest': Shape(shows='lines', purpose=None),
    'report': Shape(shows='lines', purpose=None),
    'uncollected': Shape(),
    'supplement_soon': Shape('supplement', 'asked'),
    'rated_at_counter': Shape(),
    'rating_answered': Shape(shows='answer'),
    'backup_missed': Shape(shows='lines', purpose=None),
    'test_mail': _ACCOUNT,
    'feedback_received': _FEEDBACK,
    'feedback_sorted': _FEEDBACK,
    'feedback_forwarded': _FEEDBACK,
    'feedback_asked': _FEEDBACK,
    'feedback_answered': _FEEDBACK,
    'feedback_published': _FEEDBACK,
    'feedback_refused': _FEEDBACK,
    'feedback_moved': _FEEDBACK,
    'question_received': _FEEDBACK,
    'question_asked': _FEEDBACK,
    'question_answered': _FEEDBACK,
    'question_refused': _FEEDBACK,
    'question_moved': _FEEDBACK,
}
_CONTACT = ('phone', 'address', 'hours_text')
"""Parts of a unit's letterhead that help to reach it."""
_BY_LIMIT = frozenset({'supplement', 'answer_by'})
"""Date rows that show the limit the act set, not the dossier's due date."""


@dataclass(frozen=True)
class Letter:
    """A letter in words, before it becomes HTML or plain text."""

    lang: str
    service: str
    unit: str
    subject: str
    title: str
    greeting: str
    what: str
    rows: tuple[tuple[str, str], ...]
    block: str
    """Heading of the private block, if there is one."""
    items: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    next: str
    button: str
    link: str
    hint: str
    """How the link behaves."""
    rate: str
    """Asks for a rating, with the address below."""
    rate_link: str
    contact: str
    foot: tuple[str, ...]


def compose(message: Message, facts: Facts) -> Letter:
    """Put a message into words. Raises KeyError for a template without a shape or words."""
    t, shape = words(message.lang), SHAPES[message.template]
    key, number = f'mail.{message.template}', _number(message, facts)
    block, items, lines = _block(t, message, facts, shape)
    button, link = _button(t, message, facts, shape)
    return Letter(
        lang=t.lang,
        service=t('common.service'),
        unit=_unit_name(t, facts),
        subject=one_line(t(f'{key}_subject', number=number, service=t('common.service'))),
        title=t(f'{key}_title'),
        greeting=_greeting(t, facts),
        what=t(f'{key}_what', moment=t.moment(message.created_at), service=t('common.service')),
        rows=_rows(t, message, facts, shape),
        block=block,
        items=items,
        lines=lines,
        next=_next(t, message, facts),
        button=button,
        link=link,
        hint=_hint(t, message, facts, shape),
        rate=t('mail.rate') if (rate_link := _rate_link(message, facts)) else '',
        rate_link=rate_link,
        contact=_contact(t, facts),
        foot=_foot(t, facts),
    )


def without_personal_ids(text: str) -> str:
    """Return free text with personal numbers struck out."""
    return _PERSONAL_ID.sub('•••', text)


def _number(message: Message, facts: Facts) -> str:
    """The official code once there is one, else the filing number."""
    stored = facts.dossier.filing_number if facts.dossier else ''
    return one_line(str(message.data.get('code') or message.data.get('number') or stored))


def _greeting(t: Words, facts: Facts) -> str:
    if not facts.name:
        return t('mail.greeting')
    return t('mail.greeting_person' if facts.is_person else 'mail.greeting_organisation', name=one_line(facts.name))


def _rows(t: Words, message: Message, facts: Facts, shape: Shape) -> tuple[tuple[str, str], ...]:
    rows = []
    if facts.dossier:
        rows.append((t('mail.row_number'), facts.dossier.filing_number))
    if code := message.data.get('code'):
        rows.append((t('mail.row_code'), str(code)))
    if facts.procedure:
        rows.append((t('mail.row_procedure'), t.pick(facts.procedure)))
    if shape.way:
        rows.append((t('mail.row_feedback'), _number(message, facts)))
    date = message.data.get('limit' if shape.when in _BY_LIMIT else 'due') if shape.when else None
    if date:
        rows.append((t(f'mail.when_{shape.when}'), t.moment(datetime.fromisoformat(str(date)))))
    if facts.verify:
        rows.append((t('mail.row_verify'), facts.verify))
    if device := message.data.get('device'):
        rows.append((t('mail.row_device'), str(device)))
    return tuple((label, one_line(value)) for label, value in rows)


def _block(
    t: Words, message: Message, facts: Facts, shape: Shape
) -> tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return heading, items and lines of the block: what a machine wrote for a machine, or private words."""
    if shape.shows == 'lines':
        return t(f'mail.{message.template}_lines'), (), tuple(one_line(str(line)) for line in message.data['lines'])
    return _private(t, shape, facts)


def _private(t: Words, shape: Shape, facts: Facts) -> tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return heading, items and lines that only a verified contact reads."""
    if shape.shows == 'asked' and facts.asked:
        return t('mail.asked'), _items(t, facts.asked), _lines(t, facts.asked)
    if shape.shows in ('note', 'answer') and facts.note:
        return t('mail.reason' if shape.shows == 'note' else 'mail.answered'), (), _paragraphs(facts.note)
    return '', (), ()


def _items(t: Words, asked: Asked) -> tuple[tuple[str, str], ...]:
    return tuple((one_line(t.pick(name)), without_personal_ids(one_line(text))) for name, text in asked.items)


def _lines(t: Words, asked: Asked) -> tuple[str, ...]:
    said = {'reason': asked.reason, 'guidance': asked.guidance, 'contact': asked.contact}
    return tuple(
        t(f'mail.asked_{key}', text=without_personal_ids(one_line(text))) for key, text in said.items() if text
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(without_personal_ids(line) for part in text.splitlines() if (line := one_line(part)))


def _next(t: Words, message: Message, facts: Facts) -> str:
    """Say what to do now; an electronic result of a filing without an account opens for nobody outside: it is collected."""
    key, one = f'mail.{message.template}_next', facts.dossier
    if message.template in ('result_ready', 'result_reissued') and one:
        is_shut = one.delivery is Delivery.ELECTRONIC and one.account_id is None and not facts.verified
        key += '_slip' if is_shut else f'_{one.delivery}'
    return t(key)


def _hint(t: Words, message: Message, facts: Facts, shape: Shape) -> str:
    if shape.way:
        return t('mail.feedback_hint')
    if shape.purpose is LinkPurpose.FOLLOW:
        return t('mail.open_verified' if facts.verified else 'mail.open_secret')
    until = message.data.get('limit') if shape.purpose else None
    return t('mail.link_until', moment=t.moment(datetime.fromisoformat(str(until)))) if until else ''


def _button(t: Words, message: Message, facts: Facts, shape: Shape) -> tuple[str, str]:
    if shape.way:
        return t('mail.feedback_button'), links.address(shape.way, ma=_number(message, facts))
    if shape.purpose is None:
        return '', ''
    if shape.purpose is not LinkPurpose.FOLLOW:
        return t(f'mail.{message.template}_button'), links.link_address(shape.purpose, str(message.data['link']))
    if facts.dossier is None:
        return '', ''
    if facts.verified:
        return t('mail.open'), links.follow_address(facts.dossier, message)
    return t('mail.track'), links.track_address(facts.dossier.filing_number)


RATED = frozenset({'returned', 'refused', 'stopped', 'rated_at_counter'})
"""Letters after which the applicant is asked how it was; an electronic result is in their hands once it is ready."""


def _rate_link(message: Message, facts: Facts) -> str:
    """Return where the dossier is rated: at once for a verified contact, others show number and secret."""
    one = facts.dossier
    is_ready = message.template == 'result_ready' and one is not None and one.delivery is Delivery.ELECTRONIC
    if one is None or not (is_ready or message.template in RATED):
        return ''
    return rating.link_address(one, message) if facts.verified else rating.form_address(one.filing_number)


def _unit_name(t: Words, facts: Facts) -> str:
    if facts.unit is None:
        return t('common.unit_fallback')
    return t.pick({'vi': facts.unit.name, 'en': facts.unit.name_en})


def _contact(t: Words, facts: Facts) -> str:
    """Say whom to call: the unit that received the dossier."""
    if facts.unit is None:
        return ''
    known = facts.unit.letterhead
    parts = [t('mail.contact', unit=_unit_name(t, facts))]
    parts += [t(f'mail.contact_{part}', value=known[part]) for part in _CONTACT if known.get(part)]
    return one_line(' '.join(parts))


def _foot(t: Words, facts: Facts) -> tuple[str, ...]:
    said = [t('mail.foot_automatic'), t('mail.foot_never_asks')]
    if facts.dossier and not facts.verified:
        said.append(t('mail.foot_not_you'))
    return tuple(said)
