"""``/can-bo``: the queues in order of arrival, with the opened dossier beside them."""

from nicegui import ui

from app.access import Permission
from app.dossiers import desk
from app.dossiers.inbox import PAGE, VIEWS, Inbox, Row
from app.dossiers.inbox import inbox as read_inbox
from components.markup import show
from components.notice import notice
from components.page_head import page_head
from components.pager import Pager
from components.queues import Chip, Chips, InboxRow, RowList, SearchLine, Split
from pages.officer.dossier import DossierPanel
from pages.officer.saying import TONES, status_words, term_words
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor

HOT = ('overdue', 'due_today')


class Desk:
    """One officer's desk: what is listed, what is opened."""

    def __init__(self, visitor: Visitor, screen: Screen, inbox: Inbox, opened: str | None) -> None:
        self.visitor, self.screen, self.t = visitor, screen, visitor.t
        self.view, self.text, self.page, self.opened = inbox.view, '', inbox.page, opened
        self.seen: set[str] = {row.dossier_id for row in inbox.rows}
        page_head(self.t('officer.queue_title'), self.t, hidden=True)
        self.split = Split(is_open=opened is not None)
        with self.split.list:
            self.chips = Chips(
                self._chips(inbox), self.t('officer.queues'), selected=inbox.view, on_pick=guarded(self.pick)
            )
            SearchLine(
                self.t('officer.search'),
                self.t,
                on_search=guarded(self.search),
                placeholder=self.t('officer.search_hint'),
            )
            self.empty = ui.element('div')
            self.rows = RowList(self.t('officer.dossiers'), self.t, on_open=guarded(self.open))
            self.pager = Pager(self.t, guarded(self.turn), total=0, size=PAGE)
        self._show(inbox)

    def _chips(self, inbox: Inbox) -> list[Chip]:
        return [
            Chip(
                view,
                self.t(f'officer.view_{view}'),
                inbox.counts.get(view),
                view in HOT and bool(inbox.counts.get(view)),
            )
            for view in VIEWS
        ]

    def _show(self, inbox: Inbox) -> None:
        self.chips.set_chips(self._chips(inbox))
        self.rows.set_rows([self._row(row) for row in inbox.rows], self.opened)
        self.pager.set(inbox.page, inbox.total)
        self.empty.clear()
        if not inbox.rows:
            with self.empty:
                show(notice(self.t('officer.nothing_here'), tone='ok'))
        self.seen |= {row.dossier_id for row in inbox.rows}

    def _row(self, row: Row) -> InboxRow:
        t = self.t
        status = status_words(t, row.status, awaiting=row.awaiting_supplement)
        if row.supplemented:
            status = t('officer.supplemented')
        parts = [t.pick(row.procedure_name), status, row.number]
        if row.holder:
            parts.append(t('officer.mine') if row.is_mine else row.holder)
        return InboxRow(
            row.dossier_id,
            row.applicant_name,
            ' · '.join(parts),
            f'/can-bo/ho-so/{row.dossier_id}',
            term_words(t, row.due_at, row.band) or None,
            TONES[row.band or 'normal'],
            fresh=row.dossier_id not in self.seen,
        )

    async def _load(self) -> Inbox:
        return await read_inbox(await self.visitor.actor(), self.view, self.text, self.page)

    async def refresh(self) -> None:
        """Draw the list again; what is opened stays."""
        self._show(await self._load())

    async def pick(self, view: str) -> None:
        """Show another queue from its first page."""
        self.view, self.page = view, 1
        await self.refresh()

    async def search(self, text: str) -> None:
        """Find within all dossiers when something is typed."""
        self.text, self.page = text, 1
        if text and self.view != 'all':
            self.view = 'all'
            self.chips.props['selected'] = 'all'
        await self.refresh()

    async def turn(self, page: int) -> None:
        """Show another page of the queue."""
        self.page = page
        await self.refresh()

    async def open(self, dossier_id: str, *, focus: bool = True) -> None:
        """Open a dossier beside the list; the address follows, so that a reload comes back here."""
        view = await desk.desk_dossier(await self.visitor.actor(), dossier_id)
        self.opened = dossier_id
        self.rows.set_current(dossier_id)
        self.split.open(True)
        self.split.detail.clear()
        self.screen.end()
        await self.listen()
        with self.split.detail:
            panel = DossierPanel(self.visitor, self.screen, view, self.close)
            panel.draw(focus=focus)
            panel.listen()
        ui.run_javascript(f'history.replaceState(history.state, "", "/can-bo/ho-so/{dossier_id}")')

    def close(self) -> None:
        """Go back to the list on a small screen."""
        self.opened = None
        self.rows.set_current(None)
        self.split.open(False)
        ui.run_javascript('history.replaceState(history.state, "", "/can-bo")')

    async def listen(self) -> None:
        """Follow changes in all queues that this officer sees."""
        units = (await self.visitor.actor()).units(Permission.DOSSIER_READ)
        with self.split.list:
            self.screen.on_change([f'queue:{unit}' for unit in units], self.refresh)


async def queue_page(visitor: Visitor, screen: Screen, id: str | None = None) -> None:
    """Draw the desk, perhaps with a dossier opened."""
    view = 'mine' if id is None else 'all'
    inbox = await read_inbox(await visitor.actor(), view)
    if id is None and not inbox.rows:
        inbox = await read_inbox(await visitor.actor(), 'to_receive') if inbox.counts.get('to_receive') else inbox
    table = Desk(visitor, screen, inbox, id)
    await table.listen()
    if id is not None:
        await table.open(id)
    else:
        with table.split.detail:
            show(notice(visitor.t('officer.choose_one')))


ROUTES = [
    Route('/can-bo', queue_page, need=Permission.DOSSIER_READ, title_key='officer.queue_title', menu='list', wide=True),
    Route('/can-bo/ho-so/{id}', queue_page, need=Permission.DOSSIER_READ, title_key='officer.dossier_title', wide=True),
]
