"""``/can-bo/tiep-nhan``: choose a procedure and file for somebody at the counter, with the same form that citizens use."""

from nicegui import ui

from app.access import Permission
from app.dossiers import drafts
from app.fields.base import Control
from app.procedures.queries import PAGE, ProcedureItem, search
from app.units.routing import agencies
from components import wording
from components.fields import draw
from components.markup import markup, show
from components.page_head import page_head
from components.pager import Pager
from components.queues import InboxRow, RowList, SearchLine
from pages.shell import Route, guarded
from pages.visitor import Visitor


class Counter:
    """Everything that can be filed; a press begins a draft."""

    def __init__(self, visitor: Visitor, agencies: tuple[tuple[str, str], ...]) -> None:
        self.visitor, self.t, self.text, self.page = visitor, visitor.t, '', 1
        self.own = agencies[0][0] if agencies else ''
        self.unit = self.own
        t = self.t
        if len(agencies) > 1:
            draw(
                Control('select', options=agencies),
                id='unit',
                label=t('officer.counter_for'),
                t=t,
                hint=t('officer.counter_for_hint'),
                required=True,
                value=self.own,
                on_change=self.choose,
            )
        SearchLine(
            t('officer.counter_find'), t, on_search=guarded(self.find), placeholder=t('officer.counter_find_hint')
        )
        self.empty = show()
        with ui.element('div').classes('mc-sheetlist'):
            self.rows = RowList(t('officer.counter_procedures'), t, on_open=guarded(self.begin, single=True))
        self.pager = Pager(t, guarded(self.turn), size=PAGE)

    async def show(self) -> None:
        """Draw one page of procedures."""
        found = await search(await self.visitor.actor(), self.text, page=self.page)
        self.rows.set_rows([self._row(item) for item in found.items])
        self.pager.set(found.page, found.total)
        none = markup('<p class="mc-empty">{text}</p>', text=self.t('officer.counter_none'))
        self.empty.set(*([] if found.items else [none]))

    def _row(self, item: ProcedureItem) -> InboxRow:
        t = self.t
        return InboxRow(
            item.slug,
            t.pick(item.name),
            f'{t.pick(item.sector)} · {wording.term_text(item.term, t)}',
            f'/nop/{item.slug}',
            None if item.checked else t('common.unchecked'),
            'warn',
            code=item.code,
        )

    def choose(self, unit: object) -> None:
        """Take what follows for this unit; whether there is one is the command's to say."""
        self.unit = unit if isinstance(unit, str) else self.own

    async def find(self, text: str) -> None:
        """Find by name or code."""
        self.text, self.page = text, 1
        await self.show()

    async def turn(self, page: int) -> None:
        """Show another page."""
        self.page = page
        await self.show()

    async def begin(self, slug: str) -> None:
        """Start a draft at the counter and open its form; nobody's account is used."""
        for_unit = self.unit if self.unit != self.own else None
        begun = await drafts.start(await self.visitor.actor(), slug, with_account=False, for_unit=for_unit)
        ui.navigate.to(f'/nop/{slug}/{begun.token}')


async def counter_page(visitor: Visitor) -> None:
    """Draw the intake at the counter."""
    page_head(visitor.t('officer.counter_title'), visitor.t, lead=visitor.t('officer.counter_lead'))
    counter = Counter(visitor, await agencies(await visitor.actor()))
    await counter.show()


ROUTES = [
    Route(
        '/can-bo/tiep-nhan',
        counter_page,
        need=Permission.DOSSIER_RECEIVE,
        title_key='officer.counter_title',
        menu='plus',
    )
]
