"""``/can-bo/xin-loi``: dossiers that need an apology or more time, each with its draft, the oldest date first."""

from nicegui import ui

from app.access import Permission
from app.clock import local
from app.dossiers.apologies import PAGE, Apologies, ApologyRow, apologies
from components.markup import markup, show
from components.page_head import page_head
from components.pager import Pager
from components.queues import InboxRow, RowList
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor


class Waiting:
    """One page of them."""

    def __init__(self, visitor: Visitor, found: Apologies) -> None:
        self.visitor, self.t, self.page = visitor, visitor.t, 1
        t = self.t
        page_head(t('apology.title'), t, lead=t('apology.lead'), back=('/can-bo/nhac-viec', t('timers.title')))
        self.empty = show(classes='mc-desk-empty')
        self.rows = RowList(t('apology.title'), t, on_open=guarded(self.open))
        self.pager = Pager(t, guarded(self.turn), total=0, size=PAGE)
        self._show(found)

    def _show(self, found: Apologies) -> None:
        self.rows.set_rows([self._row(row) for row in found.rows], None)
        self.rows.set_visibility(bool(found.rows))
        self.pager.set(found.page, found.total)
        nothing = markup('<p class="mc-empty">{text}</p>', text=self.t('apology.empty'))
        self.empty.set(*([] if found.rows else [nothing]))

    def _row(self, row: ApologyRow) -> InboxRow:
        t = self.t
        day = f'{local(row.limit_at):%d/%m/%Y}'
        note = [t.pick(row.procedure_name), t('apology.row_new', day=f'{row.day:%d/%m/%Y}')]
        note += [] if row.has_reason else [t('apology.row_no_reason')]
        note += [row.holder] if row.holder else []
        return InboxRow(
            row.dossier_id,
            row.applicant_name,
            ' · '.join(note),
            f'/can-bo/ho-so/{row.dossier_id}',
            t('apology.row_late' if row.is_past else 'apology.row_until', day=day),
            'error' if row.is_past else 'warn',
            code=row.number,
        )

    async def refresh(self) -> None:
        """Draw the list as it is now."""
        self._show(await apologies(await self.visitor.actor(used=False), self.page))

    async def turn(self, page: int) -> None:
        """Show another page."""
        self.page = page
        await self.refresh()

    async def open(self, dossier_id: str) -> None:
        """Open the dossier on the desk."""
        ui.navigate.to(f'/can-bo/ho-so/{dossier_id}')


async def apologies_page(visitor: Visitor, screen: Screen) -> None:
    """Draw what waits; what is drafted or sent meanwhile comes in by itself."""
    actor = await visitor.actor()
    waiting = Waiting(visitor, await apologies(actor))
    units = actor.units(Permission.DOSSIER_READ)
    screen.on_change([f'{kind}:{unit}' for kind in ('alerts', 'queue') for unit in units], waiting.refresh)


ROUTES = [Route('/can-bo/xin-loi', apologies_page, need=Permission.DOSSIER_READ, title_key='apology.title')]
