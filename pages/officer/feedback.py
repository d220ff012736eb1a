"""``/can-bo/phan-anh``: feedback and questions of the officer's units, by view, with the limit that runs."""

from urllib.parse import urlencode

from nicegui import ui

from app.access import Permission
from app.clock import local, now
from app.feedback import desk
from app.feedback.desk import VIEWS, Inbox, Row
from app.i18n import Words
from components.markup import markup, show
from components.page_head import page_head
from components.pager import Pager
from components.queues import Chip, Chips, InboxRow, RowList, SearchLine
from components.tags import Tone
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor

PATH = '/can-bo/phan-anh'
HOT = ('late',)


def limit_words(t: Words, row: Row) -> str | None:
    """Say by which day something is to be done; what that is stands in the line of facts."""
    if row.due_at is None or row.due_kind is None:
        return None
    return t('feedback.desk_limit_short', day=f'{local(row.due_at):%d/%m}')


class Desk:
    """The views with their counts, and one page of the chosen one."""

    def __init__(self, visitor: Visitor, inbox: Inbox) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.view, self.text, self.page = inbox.view, '', inbox.page
        t = self.t
        page_head(t('feedback.desk_title'), t)
        self.chips = Chips(
            self._chips(inbox), t('feedback.desk_views'), selected=inbox.view, on_pick=guarded(self.pick)
        )
        self.line = SearchLine(t('feedback.desk_search'), t, on_search=guarded(self.search))
        self.empty = show(classes='mc-desk-empty')
        with ui.element('div').classes('mc-sheetlist'):
            self.rows = RowList(t('feedback.desk_title'), t, on_open=guarded(self.open))
        self.pager = Pager(t, guarded(self.turn), total=0, size=desk.PAGE)
        self._show(inbox)

    def _chips(self, inbox: Inbox) -> list[Chip]:
        counts = inbox.counts
        return [
            Chip(view, self.t(f'feedback.view_{view}'), counts.get(view), view in HOT and bool(counts.get(view)))
            for view in VIEWS
        ]

    def _show(self, inbox: Inbox) -> None:
        self.chips.set_chips(self._chips(inbox))
        self.rows.set_rows([self._row(row) for row in inbox.rows])
        self.rows.set_visibility(bool(inbox.rows))
        self.pager.set(inbox.page, inbox.total)
        nothing = markup('<p class="mc-empty">{text}</p>', text=self.t('feedback.desk_nothing'))
        self.empty.set(*([] if inbox.rows else [nothing]))

    def _row(self, row: Row) -> InboxRow:
        t = self.t
        next_ = t(f'feedback.next_{row.due_kind}') if row.due_kind else ''
        parts = [t(f'feedback.about_{row.about}'), t(f'feedback.state_{row.state}'), next_, row.handler]
        return InboxRow(
            row.id,
            row.subject or t('feedback.desk_hidden'),
            ' · '.join(filter(None, parts)),
            f'{PATH}/{row.id}',
            limit_words(t, row),
            self._tone(row),
            code=row.code,
        )

    def _tone(self, row: Row) -> Tone:
        if row.due_at is None:
            return 'neutral'
        return 'error' if row.due_at <= now() else 'warn' if (row.due_at - now()).days < 1 else 'neutral'

    async def refresh(self) -> None:
        """Draw the list as it is now."""
        self._show(await desk.inbox(await self.visitor.actor(used=False), self.view, self.text, self.page))

    async def pick(self, view: str) -> None:
        """Show another view from its first page."""
        self.view, self.page, self.text = view, 1, ''
        self.line.clear_text()
        await self.refresh()

    async def search(self, text: str) -> None:
        """Find by code."""
        self.text, self.page = text, 1
        await self.refresh()

    async def turn(self, page: int) -> None:
        """Show another page."""
        self.page = page
        await self.refresh()

    async def open(self, feedback_id: str) -> None:
        """Open one."""
        ui.navigate.to(f'{PATH}/{feedback_id}?{urlencode({"hop": self.view})}')


async def feedback_page(visitor: Visitor, screen: Screen, hop: str = '') -> None:
    """Draw the list; what comes in shows by itself."""
    actor = await visitor.actor()
    table = Desk(visitor, await desk.inbox(actor, hop))
    screen.on_change([f'feedback:{unit}' for unit in actor.units(Permission.FEEDBACK_READ)], table.refresh)


ROUTES = [
    Route(PATH, feedback_page, need=Permission.FEEDBACK_READ, title_key='feedback.desk_title', menu='talk', rare=True),
]
