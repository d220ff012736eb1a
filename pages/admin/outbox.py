"""``/quan-tri/thu``: messages that wait, went out or failed; and sending again."""

from typing import Any

from nicegui import ui

from app.access import Permission
from app.notifications import commands, queries
from app.notifications.outbox import TOPIC
from app.notifications.queries import OutboxPage, OutboxRow
from components.buttons import secondary
from components.cards import stack
from components.markup import markup, show
from components.notice import notice
from components.page_head import page_head
from components.pager import Pager, where
from components.queues import Chip, Chips
from components.tags import Tone, tag
from components.toast import toast
from models.enums import MessageState
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor

ALL = 'all'
TONES: dict[MessageState, Tone] = {MessageState.FAILED: 'error', MessageState.SENT: 'ok', MessageState.QUEUED: 'action'}


class Outbox:
    """The outbox as one person looks at it."""

    def __init__(self, visitor: Visitor, page: OutboxPage) -> None:
        self.visitor, self.t, self.state, self.number = visitor, visitor.t, ALL, 1
        self.drawn: OutboxPage | None = None
        if not page.has_server:
            show(notice(self.t('admin.no_mail_server'), tone='warn'))
        self.chips = Chips(self._chips(page), self.t('admin.outbox_title'), selected=ALL, on_pick=guarded(self.pick))
        self.box = stack()
        self.pager = Pager(self.t, guarded(self.turn), total=page.total, size=queries.PAGE)
        self.draw(page)

    def _chips(self, page: OutboxPage) -> list[Chip]:
        states = [
            Chip(
                s,
                self.t(f'mail.state_{s}'),
                page.counts.get(s, 0),
                s is MessageState.FAILED and bool(page.counts.get(s)),
            )
            for s in MessageState
        ]
        return [Chip(ALL, self.t('admin.all'), sum(page.counts.values())), *states]

    def draw(self, page: OutboxPage) -> None:
        """Show one page of messages; nothing is drawn again that has not changed, so a press meets what it aims at."""
        if page == self.drawn:
            return
        self.drawn = page
        self.chips.set_chips(self._chips(page))
        self.pager.set(page.page, page.total)
        self.box.clear()
        with self.box:
            if not page.rows:
                show(markup('<p class="mc-empty">{text}</p>', text=self.t('admin.outbox_none')))
                return
            show(markup('<p class="mc-muted">{w}</p>', w=where(self.t, page.page, page.pages, page.total)))
            with ui.element('div').classes('mc-card mc-lined'):
                for row in page.rows:
                    self._row(row)

    def _row(self, row: OutboxRow) -> None:
        t = self.t
        facts = [row.recipient, t.short_moment(row.created_at), t('admin.attempts', count=row.attempts)]
        if row.next_try_at:
            facts.append(t('admin.next_try', at=t.short_moment(row.next_try_at)))
        why = t(row.why) if row.why else ''
        with ui.element('div').classes('mc-line'):
            show(
                markup(
                    '<p><strong>{title}</strong> {number} {state}<br><span class="mc-muted mc-small">{facts}</span></p>{why}',
                    title=t(row.title),
                    number=row.number or '',
                    state=tag(t(row.state_key), TONES.get(row.state, 'neutral')),
                    facts=' · '.join(facts),
                    why=markup('<p>{w} {d}</p>', w=why, d=row.detail) if why else '',
                )
            )
            if row.can_resend:
                secondary(t('admin.resend'), guarded(self._resend(row.id)), t=t)

    def _resend(self, message_id: str) -> Any:
        async def resend() -> None:
            await commands.resend(await self.visitor.actor(), message_id)
            toast(self.t('admin.resent'), self.t)
            await self.refresh()

        return resend

    async def refresh(self, *, used: bool = True) -> None:
        """Load again."""
        state = None if self.state == ALL else self.state
        self.draw(await queries.outbox(await self.visitor.actor(used=used), state, self.number))

    async def follow(self) -> None:
        """Show what has become of the messages; nobody pressed anything."""
        await self.refresh(used=False)

    async def pick(self, state: str) -> None:
        """Show one state, or all."""
        self.state, self.number = state, 1
        await self.refresh()

    async def turn(self, number: int) -> None:
        """Show another page."""
        self.number = number
        await self.refresh()


async def outbox_page(visitor: Visitor, screen: Screen) -> None:
    """Draw the outbox; it follows by itself."""
    page_head(visitor.t('admin.outbox_title'), visitor.t, back=('/quan-tri', visitor.t('admin.title')))
    page = await queries.outbox(await visitor.actor())
    with stack():
        outbox = Outbox(visitor, page)
        screen.on_change([TOPIC], outbox.follow)


ROUTES = [
    Route(
        '/quan-tri/thu',
        outbox_page,
        need=Permission.OUTBOX_READ,
        title_key='admin.outbox_title',
        menu='mail',
        rare=True,
    )
]
