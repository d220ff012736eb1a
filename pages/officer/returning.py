"""``/can-bo/tra-ket-qua``: scan or type a number, hand the result over, and go on with the next person."""

from markupsafe import Markup
from nicegui import ui

from app.access import Permission
from app.dossiers import desk
from app.dossiers import inbox as queues
from app.dossiers.desk import DeskDossier
from app.dossiers.inbox import Row
from app.errors import NotFound
from app.workflow.transitions import Action
from components.buttons import Button
from components.markup import markup, show
from components.notice import notice
from components.page_head import page_head
from components.queues import InboxRow, RowList, SearchLine
from pages.officer.acting import Acting
from pages.officer.offering import offer_rating
from pages.officer.reception import hand_over
from pages.officer.saying import status_words
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor


class Returning:
    """The counter where results are collected."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        t = self.t
        self.line = SearchLine(
            t('officer.return_find'), t, on_search=guarded(self.find), placeholder=t('officer.return_find_hint')
        )
        self.told = show(classes='mc-told').props('role=status')
        self.returned: str | None = None
        """The dossier that was handed over last: its applicant still stands at the counter."""
        self.rate = Button(t('ratings.offer'), guarded(self.offer, single=True), t=t, kind='secondary', icon='star')
        self.rate.set_visibility(False)
        self.count = show(tag='h2')
        self.count.set_visibility(False)  # a heading without words is none
        with ui.element('div').classes('mc-sheetlist'):
            self.rows = RowList(t('officer.view_to_return'), t, on_open=guarded(self.open, single=True))

    async def show(self) -> None:
        """Draw what waits to be collected, the longest first."""
        found = await queues.inbox(await self.visitor.actor(used=False), 'to_return')
        self.count.set(markup('{h}', h=self.t('officer.return_waiting', count=found.total)))
        self.count.set_visibility(True)
        self.rows.set_rows([self._row(row) for row in found.rows])

    def _row(self, row: Row) -> InboxRow:
        name = self.t.pick(row.procedure_name)
        return InboxRow(row.dossier_id, row.applicant_name, name, f'/can-bo/ho-so/{row.dossier_id}', code=row.number)

    async def find(self, text: str) -> None:
        """Open what a scanner or a person typed. An empty line asks nothing."""
        if not text:
            return
        try:
            await self.open(await queues.find(await self.visitor.actor(), text))
        except NotFound as error:
            self.told.set(notice(self.t.error(error), tone='error'))

    async def open(self, dossier_id: str) -> None:
        """Ask who collects it, or say why it cannot be handed over yet."""
        view = await desk.desk_dossier(await self.visitor.actor(), dossier_id)
        if Action.HAND_OVER not in view.actions:
            self.told.set(self._not_yet(view))
            return
        self.told.set()

        async def done() -> None:
            number = view.official_code or view.filing_number
            said = self.t('officer.return_done', number=number, name=view.applicant_name)
            self.told.set(notice(said, tone='ok'))
            self.returned = dossier_id
            self.rate.set_visibility(True)
            self.line.clear_text()
            await self.show()

        await hand_over(Acting(self.visitor, view, reload=done, stale=self.show))

    async def offer(self) -> None:
        """Show the code by which whoever has just collected the result rates it."""
        if self.returned:
            await offer_rating(self.visitor, self.returned)

    def _not_yet(self, view: DeskDossier) -> Markup:
        t = self.t
        state = status_words(t, view.status, awaiting=view.awaiting_supplement)
        text = markup(
            '{said} {link}',
            said=t('officer.return_not_yet', number=view.official_code or view.filing_number, state=state),
            link=markup(
                '<a class="mc-link" href="{h}">{w}</a>', h=f'/can-bo/ho-so/{view.dossier_id}', w=t('officer.open')
            ),
        )
        return notice(text, tone='warn')


async def returning_page(visitor: Visitor, screen: Screen) -> None:
    """Draw the counter where results are collected; the list follows by itself."""
    t = visitor.t
    page_head(t('officer.return_title'), t, lead=t('officer.return_lead'))
    counter = Returning(visitor)
    await counter.show()
    units = (await visitor.actor()).units(Permission.DOSSIER_READ)
    screen.on_change([f'queue:{unit}' for unit in units], counter.show)


ROUTES = [
    Route(
        '/can-bo/tra-ket-qua',
        returning_page,
        need=Permission.DOSSIER_RETURN,
        title_key='officer.return_title',
        menu='check',
    )
]
