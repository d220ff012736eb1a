"""The outbox as staff see it, and the demonstration's page of sent messages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import Actor, Permission
from app.db import read
from app.errors import NotAllowed, NotFound
from app.notifications import facts, settings
from app.notifications.channels.base import KINDS, channels
from app.notifications.letters import SHAPES
from app.notifications.render import Rendered, render
from models import Dossier, Message
from models.enums import MessageState

PAGE = 30
LAST = 10_000
"""Page of the demonstration after which nobody leafs on."""


@dataclass(frozen=True)
class OutboxRow:
    """One message, without its address and its words."""

    id: str
    recipient: str
    """Masked: ``a***@gmail.com``."""
    template: str
    title: str
    """Key of what it tells."""
    state: MessageState
    state_key: str
    why: str | None
    """Key of the sentence that says why it was not sent."""
    detail: str
    """The mail server's own words."""
    number: str | None
    dossier_id: str | None
    attempts: int
    created_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    can_resend: bool


@dataclass(frozen=True)
class OutboxPage:
    """One page of rows, with how many there are in each state."""

    rows: tuple[OutboxRow, ...]
    page: int
    pages: int
    total: int
    counts: dict[MessageState, int]
    has_server: bool
    """False: no mail leaves until a server is set."""


@dataclass(frozen=True)
class SentMessage:
    """A message of the demonstration."""

    id: str
    recipient: str
    template: str
    title: str
    number: str | None
    sent_at: datetime


async def outbox(actor: Actor, state: MessageState | str | None = None, page: int = 1) -> OutboxPage:
    """Return messages of the actor's units, newest first. Raises NotAllowed."""
    wanted = MessageState(state) if state in set(MessageState) else None
    async with read() as db:
        mine = seen_by(actor, Permission.OUTBOX_READ)
        counts = await _counts(db, mine)
        total = counts.get(wanted, 0) if wanted else sum(counts.values())
        pages = max(1, -(-total // PAGE))
        number = min(max(page, 1), pages)
        query = select(Message, col(Dossier.filing_number)).outerjoin(Dossier, _DOSSIER).where(mine)
        if wanted:
            query = query.where(col(Message.state) == wanted)
        newest = query.order_by(col(Message.created_at).desc(), col(Message.id))
        found = await db.execute(newest.limit(PAGE).offset((number - 1) * PAGE))
        rows = tuple(_row(actor, message, filed) for message, filed in found)
    return OutboxPage(rows, number, pages, total, counts, channels['email'].is_ready() or settings().demo)


async def failed_count(actor: Actor) -> int:
    """Return how many messages of the actor's units failed; 0 for whoever may not read the outbox."""
    if not actor.may(Permission.OUTBOX_READ):
        return 0
    async with read() as db:
        return (await _counts(db, seen_by(actor, Permission.OUTBOX_READ))).get(MessageState.FAILED, 0)


async def sent_messages(actor: Actor, page: int = 1) -> tuple[SentMessage, ...]:
    """Return what the demonstration sent, newest first. Raises NotFound outside a demonstration."""
    _only_in_demo()
    query = select(Message, col(Dossier.filing_number)).outerjoin(Dossier, _DOSSIER)
    newest = query.where(col(Message.state) == MessageState.SENT).order_by(col(Message.sent_at).desc(), col(Message.id))
    async with read() as db:
        found = (await db.execute(newest.limit(PAGE).offset((min(max(page, 1), LAST) - 1) * PAGE))).all()
    return tuple(
        SentMessage(m.id, m.recipient, m.template, title_key(m.template), filed, m.sent_at or m.created_at)
        for m, filed in found
    )


async def rendered(actor: Actor, message_id: str) -> Rendered:
    """Return a message of the demonstration in its words, links included. Raises NotFound outside a demonstration."""
    _only_in_demo()
    async with read() as db:
        message = await db.get(Message, message_id)
        if message is None:
            raise NotFound()
        known = await facts.load(db, [message])
    return render(message, known[message.id])


def seen_by(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Return the condition on messages (joined with their dossier) that the actor may see.

    Those of dossiers of their units; those of accounts for who manages people. Raises NotAllowed.
    """
    units = actor.units(permission)
    if not units:
        raise NotAllowed()
    of_units = or_(col(Dossier.receiving_unit_id).in_(units), col(Dossier.resolving_unit_id).in_(units))
    if not actor.may(Permission.PERSON_MANAGE):
        return and_(of_units, col(Message.template).not_in(PROTECTED))
    return or_(of_units, col(Message.dossier_id).is_(None))


PROTECTED = ('rating_answered', 'rated_at_counter')
"""Letters that would tell those who dealt with a dossier that its applicant rated it, or was not satisfied."""


def title_key(template: str) -> str:
    """Return the key of a template's title."""
    return f'mail.{template}_title' if template in SHAPES else 'mail.unknown_title'


def masked(address: str) -> str:
    """Return an address that its owner recognises and nobody else can use: ``a***@gmail.com``."""
    local, _, domain = address.rpartition('@')
    return f'{local[:1]}***@{domain}'


_DOSSIER = col(Message.dossier_id) == col(Dossier.id)


async def _counts(db: AsyncSession, mine: ColumnElement[bool]) -> dict[MessageState, int]:
    state = col(Message.state)
    query = select(state, func.count()).select_from(Message).outerjoin(Dossier, _DOSSIER).where(mine).group_by(state)
    return {key: count for key, count in (await db.execute(query)).all()}  # noqa: C416 - rows are not yet pairs


def _row(actor: Actor, message: Message, number: str | None) -> OutboxRow:
    kind, _, detail = (message.last_error or '').partition(':')
    is_waiting = message.state is MessageState.QUEUED
    if is_waiting and not kind and message.channel == 'email' and not _has_way_out():
        kind = 'no_server'
    return OutboxRow(
        id=message.id,
        recipient=masked(message.recipient),
        template=message.template,
        title=title_key(message.template),
        state=message.state,
        state_key=f'mail.state_{message.state}',
        why=f'mail.why_{kind}' if kind in KINDS else None,
        detail=detail,
        number=number,
        dossier_id=message.dossier_id,
        attempts=message.attempts,
        created_at=message.created_at,
        next_try_at=message.next_try_at if is_waiting else None,
        sent_at=message.sent_at,
        can_resend=is_resendable(message) and actor.may(Permission.OUTBOX_RESEND),
    )


RESENDABLE = frozenset({MessageState.FAILED, MessageState.SENT, MessageState.QUEUED})
"""A waiting one is tried at once."""


def is_resendable(message: Message) -> bool:
    """Tell whether staff may send it: one that waits for a paper goes when the paper is there."""
    is_limited = message.state is MessageState.HELD and message.last_error == 'limited:'
    return is_limited or message.state in RESENDABLE


def _has_way_out() -> bool:
    return any(channels[key].is_ready() for key in ('email', 'page'))


def _only_in_demo() -> None:
    if not settings().demo:
        raise NotFound()
