"""``/quan-tri/don-vi``: units and their letterheads."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from app.access import Permission
from app.fields.base import Control
from app.units import commands
from app.units.commands import QUESTIONS
from app.units.queries import UnitRow, units
from components.buttons import secondary
from components.cards import card, stack
from components.markup import markup, show
from components.page_head import page_head
from components.toast import toast
from pages.asking import Form, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor


class Units:
    """The tree of units within reach."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.box = stack()

    async def show(self) -> None:
        """Draw the tree."""
        rows = await units(await self.visitor.actor())
        self.box.clear()
        with self.box:
            for row in rows:
                self._row(row)

    def _row(self, row: UnitRow) -> None:
        t = self.t
        head = row.letterhead
        lines = [head.get('address', ''), head.get('phone', ''), head.get('hours_text', '')]
        with card():
            show(
                markup(
                    '<h2>{indent}{name}</h2><p class="mc-code">{code}</p><p class="mc-muted">{lines}</p>',
                    indent='– ' * row.depth,
                    name=row.name,
                    code=row.code,
                    lines=' · '.join(filter(None, lines)),
                )
            )
            if row.may_manage:
                with ui.element('div').classes('mc-actions is-tight'):
                    secondary(t('admin.unit_edit'), guarded(self._edit(row)), t=t, icon='edit')
                    secondary(t('admin.unit_add'), guarded(self._add(row)), t=t, icon='plus')

    def _edit(self, row: UnitRow) -> Any:
        known = {
            **row.letterhead,
            'code': row.code,
            'name': row.name,
            'name_en': row.name_en or '',
            'is_one_stop': row.is_one_stop,
        }

        async def save(raw: dict[str, Any]) -> None:
            await commands.save_unit(
                await self.visitor.actor(), row.id, raw, seen_version=row.version, valid_to=row.valid_to
            )

        return lambda: self._ask(self.t('admin.unit_edit'), known, save)

    def _add(self, row: UnitRow) -> Any:
        async def create(raw: dict[str, Any]) -> None:
            await commands.create_unit(await self.visitor.actor(), row.id, raw)

        return lambda: self._ask(self.t('admin.unit_add'), dict(row.letterhead), create)

    async def _ask(
        self, heading: str, known: dict[str, Any], command: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        """Open the form of a unit; it stays open with what was typed until it is saved."""
        t = self.t

        def build(form: Form) -> None:
            for question in QUESTIONS:
                most = question.rules.max_length
                control = Control('checkbox') if question.type == 'checkbox' else Control('text', maxlength=most)
                label = t(f'admin.unit_{question.id}')
                form.ask(question.id, label, control, required=question.required, value=known.get(question.id, ''))

        again = (t('ui.live_reload'), self.show)
        if (await ask_form(heading, t, build, command, confirm=t('admin.save'), key='unit', reload=again))[0]:
            toast(t('admin.saved'), t)
            await self.show()


async def units_page(visitor: Visitor) -> None:
    """Draw the units."""
    t = visitor.t
    page_head(t('admin.units_title'), t, lead=t('admin.units_lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = Units(visitor)
    await page.show()


ROUTES = [Route('/quan-tri/don-vi', units_page, need=Permission.UNIT_MANAGE, title_key='admin.units_title')]
