"""``/can-bo/ho-so-rac``: filings marked as junk, and how a wrong mark is lifted."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from app.access import Permission
from app.clock import local
from app.dossiers.junk import Marked, lift, marked
from components.buttons import quiet
from components.cards import stack
from components.markup import markup, show
from components.page_head import page_head
from components.toast import toast
from pages.shell import Route, guarded
from pages.visitor import Visitor


class Junk:
    """The marks that hold, the newest first."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.box = stack()

    async def show(self) -> None:
        """Draw the list as it is now."""
        rows = await marked(await self.visitor.actor())
        self.box.clear()
        with self.box:
            if not rows:
                show(markup('<p class="mc-empty">{text}</p>', text=self.t('officer.junk_none')))
                return
            with ui.element('div').classes('mc-card mc-lined'):
                for row in rows:
                    self._row(row)

    def _row(self, row: Marked) -> None:
        t = self.t
        until = t('officer.junk_until', day=f'{local(row.until):%d/%m/%Y}')
        with ui.element('div').classes('mc-line'):
            show(
                markup(
                    '<p><strong>{name}</strong> · {number}<br><span class="mc-muted mc-small">{facts}</span></p>',
                    name=row.applicant_name,
                    number=row.number,
                    facts=' · '.join(filter(None, (row.contact, until))),
                )
            )
            quiet(t('officer.junk_lift'), guarded(self._lift(row), single=True), t=t, about=row.number)

    def _lift(self, row: Marked) -> Callable[[], Awaitable[None]]:
        async def go() -> None:
            await lift(await self.visitor.actor(), row.dossier_id)
            toast(self.t('officer.junk_lifted'), self.t)
            await self.show()

        return go


async def junk_page(visitor: Visitor) -> None:
    """Draw what is marked."""
    t = visitor.t
    page_head(t('officer.junk_title'), t, lead=t('officer.junk_lead'), back=('/can-bo', t('officer.queue_title')))
    with stack():
        page = Junk(visitor)
    await page.show()


ROUTES = [Route('/can-bo/ho-so-rac', junk_page, need=Permission.DOSSIER_RECEIVE, title_key='officer.junk_title')]
