"""``/quan-tri/thu-tuc``: which procedures are open, how they may be filed, and whose legal basis ends."""

from typing import Any

from app.access import Permission
from app.i18n import Words
from app.procedures import commands, queries
from app.procedures.basis import BasisState
from app.procedures.queries import Switches
from app.units.queries import decides_for_all
from components import wording
from components.buttons import secondary
from components.cards import card, stack
from components.markup import Markup, join, markup, show
from components.notice import notice
from components.page_head import page_head
from components.pager import Pager
from components.queues import SearchLine
from components.tags import tag, tags
from components.toast import toast
from pages.admin.for_all import say_who_changes
from pages.asking import Form, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor

PAGE = 20


class Procedures:
    """The list of procedures with their switches."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t, self.text, self.page = visitor, visitor.t, '', 1
        self.may_change = False
        SearchLine(self.t('admin.procedure_find'), self.t, on_search=guarded(self.search))
        self.box = stack()
        self.pager = Pager(self.t, guarded(self.turn), total=0, size=PAGE)

    async def search(self, text: str) -> None:
        """Find by name or code."""
        self.text, self.page = text, 1
        await self.show()

    async def turn(self, page: int) -> None:
        """Show another page."""
        self.page = page
        await self.show()

    async def show(self) -> None:
        """Draw one page of procedures."""
        actor = await self.visitor.actor()
        found = await queries.switches(actor, self.text)
        self.may_change = await decides_for_all(actor, Permission.PROCEDURE_MANAGE)
        self.pager.set(self.page, len(found))
        self.box.clear()
        with self.box:
            if not self.may_change:
                await say_who_changes(self.visitor)
            for one in found[(self.page - 1) * PAGE : self.page * PAGE]:
                self._row(one)

    def _row(self, one: Switches) -> None:
        t = self.t
        marks = [tag(t(f'admin.level_{one.level}'))]
        if not one.is_enabled:
            marks.append(tag(t('admin.closed'), 'error'))
        if not one.checked:
            marks.append(tag(t('admin.unchecked'), 'warn'))
        marks += [tag(t('admin.by_guest'), 'ok')] if one.guest_filing else []
        marks += [tag(t('admin.by_account'), 'ok')] if one.account_filing else []
        with card():
            facts = f'{one.code or "—"} · {t("admin.version", number=one.version)}'
            show(
                markup('<h2>{name}</h2><p class="mc-muted">{facts}</p>', name=t.pick(one.name), facts=facts),
                tags(*marks),
            )
            if one.basis:
                show(notice(_basis(t, one.basis), tone='warn', title=t('admin.basis')))
            if self.may_change:
                secondary(t('admin.procedure_edit'), guarded(self._edit(one)), t=t, icon='edit')

    def _edit(self, one: Switches) -> Any:
        t = self.t

        def build(form: Form) -> None:
            for name, value in (
                ('is_enabled', one.is_enabled),
                ('guest', one.guest_filing),
                ('account', one.account_filing),
            ):
                form.tick(name, t(f'admin.switch_{name}'), value=value, required=False)

        async def save(values: dict[str, Any]) -> None:
            ticked = {name: value is True for name, value in values.items()}
            await commands.set_filing(await self.visitor.actor(), one.slug, **ticked)

        async def edit() -> None:
            if (await ask_form(t.pick(one.name), t, build, save, confirm=t('admin.save'), key='switch'))[0]:
                toast(t('admin.saved'), t)
                await self.show()

        return edit


def _basis(t: Words, states: tuple[BasisState, ...]) -> Markup:
    """Return how each act stands and what applies instead."""
    lines = (
        markup(
            '<li>{number} {title}: {said}</li>',
            number=one.number,
            title=one.title,
            said=Markup('. ').join((wording.basis_label(one, t), *wording.basis_lines(one, t))),
        )
        for one in states
    )
    return markup('<ul>{lines}</ul>', lines=join(lines))


async def procedures_page(visitor: Visitor) -> None:
    """Draw the procedures."""
    t = visitor.t
    page_head(t('admin.procedures_title'), t, lead=t('admin.procedures_lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = Procedures(visitor)
    await page.show()


ROUTES = [
    Route(
        '/quan-tri/thu-tuc',
        procedures_page,
        need=Permission.PROCEDURE_MANAGE,
        title_key='admin.procedures_title',
    )
]
