"""``/can-bo``: the queues in order of arrival, with the opened dossier beside them."""

from urllib.parse import urlencode

from markupsafe import Markup
from nicegui import ui

from app.access import Permission
from app.clock import today
from app.dossiers import desk
from app.dossiers import inbox as queues
from app.dossiers.desk import DeskDossier
from app.dossiers.inbox import VIEWS, Inbox, Row
from components.cards import fold
from components.markup import markup, show
from components.notice import notice
from components.page_head import page_head
from components.pager import Pager
from components.period import period_form
from components.queues import Chip, Chips, InboxRow, RowList, SearchLine, Split
from pages.officer.dossier import DossierPanel
from pages.officer.saying import TONES, status_words, term_words
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor

REGISTER = '/can-bo/so-theo-doi'
HOT = ('overdue', 'due_today')


class Desk:
    """One officer's desk: what is listed, what is opened."""

    def __init__(self, visitor: Visitor, screen: Screen, inbox: Inbox, opened: str | None) -> None:
        self.visitor, self.screen, self.t = visitor, screen, visitor.t
        self.view, self.text, self.page, self.opened = inbox.view, '', inbox.page, opened
        self.seen: set[str] = {row.dossier_id for row in inbox.rows}
        page_head(self.t('officer.queue_title'), self.t, hidden=True)
        self.split = Split(is_open=opened is not None, on_left=self.close)
        with self.split.list:
            label = self.t('officer.queues')
            self.chips = Chips(self._chips(inbox), label, selected=inbox.view, on_pick=guarded(self.pick))
            hint = self.t('officer.search_hint')
            self.line = SearchLine(self.t('officer.search'), self.t, on_search=guarded(self.search), placeholder=hint)
            self.empty = show(classes='mc-desk-empty')
            self.rows = RowList(self.t('officer.dossiers'), self.t, on_open=guarded(self.open))
            self.pager = Pager(self.t, guarded(self.turn), total=0, size=queues.PAGE)
            with fold(self.t('result.register')):
                show(self._register())
        self._show(inbox)

    def _register(self) -> Markup:
        """Ask for the days of the register: this month so far."""
        day, t = today(), self.t
        choices = [(kind, t(f'result.register_{kind}')) for kind in ('pdf', 'xlsx')]
        return period_form(REGISTER, t, first=day.replace(day=1), last=day, name='dang', choices=choices)

    def _chips(self, inbox: Inbox) -> list[Chip]:
        counts = inbox.counts
        return [
            Chip(view, self.t(f'officer.view_{view}'), counts.get(view), view in HOT and bool(counts.get(view)))
            for view in VIEWS
        ]

    def _show(self, inbox: Inbox) -> None:
        self.chips.set_chips(self._chips(inbox))
        self.rows.set_rows([self._row(row) for row in inbox.rows], self.opened)
        self.rows.set_visibility(bool(inbox.rows))
        self.pager.set(inbox.page, inbox.total, more=inbox.more)
        key = 'officer.nothing_found' if self.text else 'officer.nothing_here'
        self.empty.set(*([] if inbox.rows else [markup('<p class="mc-empty">{text}</p>', text=self.t(key))]))
        self.seen |= {row.dossier_id for row in inbox.rows}

    def _row(self, row: Row) -> InboxRow:
        t = self.t
        status = status_words(t, row.status, awaiting=row.awaiting_supplement)
        parts = [t.pick(row.procedure_name), t('officer.supplemented') if row.supplemented else status]
        if row.holder:
            parts.append(t('officer.mine') if row.is_mine else row.holder)
        return InboxRow(
            row.dossier_id,
            row.applicant_name,
            ' · '.join(parts),
            self._address(row.dossier_id),
            term_words(t, row.due_at, row.band) or None,
            TONES[row.band or 'normal'],
            fresh=row.dossier_id not in self.seen,
            code=row.number,
        )

    def _address(self, dossier_id: str | None) -> str:
        """Return where this is found again after a reload."""
        path = f'/can-bo/ho-so/{dossier_id}' if dossier_id else '/can-bo'
        return f'{path}?{urlencode({"hop": self.view})}'

    async def refresh(self) -> None:
        """Draw the list again; what is opened stays."""
        actor = await self.visitor.actor(used=False)
        self._show(await queues.inbox(actor, self.view, self.text, self.page))

    async def pick(self, view: str) -> None:
        """Show another queue from its first page."""
        self.view, self.page, self.text = view, 1, ''
        self.line.clear_text()
        await self.refresh()
        self.split.open(self.opened is not None, self._address(self.opened))

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

    async def open(self, dossier_id: str) -> None:
        """Open a dossier beside the list; the address follows, so that a reload comes back here."""
        self.show(await desk.desk_dossier(await self.visitor.actor(), dossier_id))

    def show(self, view: DeskDossier) -> None:
        """Draw a dossier beside the list."""
        dossier_id = view.dossier_id
        self.opened = dossier_id
        self.rows.set_current(dossier_id)
        self.split.open(True, self._address(dossier_id))
        self.split.detail.clear()
        with self.split.detail:
            DossierPanel(self.visitor, self.screen, view, self.close)
        self._name(view.official_code or view.filing_number)

    def close(self) -> None:
        """Go back to the list on a small screen."""
        self.opened = None
        self.rows.set_current(None)
        self.split.open(False, self._address(None))
        self.split.detail.clear()
        self.invite()
        self._name(self.t('officer.queue_title'))

    def _name(self, title: str) -> None:
        """Name the page; spoken from the list, as the button that was pressed may be gone with the detail."""
        with self.split.list:
            ui.page_title(f'{title} – {self.t("common.service")}')

    def invite(self) -> None:
        """Say in an empty detail what to do."""
        with self.split.detail:
            show(notice(self.t('officer.choose_one')), classes='mc-desk-empty')

    async def listen(self) -> None:
        """Follow changes in all queues that this officer sees."""
        units = (await self.visitor.actor()).units(Permission.DOSSIER_READ)
        with self.split.list:
            self.screen.on_change([f'queue:{unit}' for unit in units], self.refresh)


async def queue_page(visitor: Visitor, screen: Screen, id: str | None = None, hop: str = '') -> None:
    """Draw the desk, perhaps with a dossier opened; without a wanted queue, the first that holds work."""
    actor = await visitor.actor()
    view = await desk.desk_dossier(actor, id) if id else None
    inbox = await queues.inbox(actor, hop if hop in VIEWS else 'all' if id else 'mine')
    if not (hop or id or inbox.rows) and inbox.counts.get('to_receive'):
        inbox = await queues.inbox(actor, 'to_receive')
    table = Desk(visitor, screen, inbox, id)
    await table.listen()
    if view:
        table.show(view)
    else:
        table.invite()


ROUTES = [
    Route('/can-bo', queue_page, need=Permission.DOSSIER_READ, title_key='officer.queue_title', menu='list', wide=True),
    Route('/can-bo/ho-so/{id}', queue_page, need=Permission.DOSSIER_READ, title_key='officer.dossier_title', wide=True),
]
