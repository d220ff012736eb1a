"""``/quan-tri/gian-doan``: when the portal will not work, and when it did not."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from app.access import Permission
from app.downtime import commands
from app.downtime.queries import Stretch, announced
from app.fields.base import Control
from app.units.queries import decides_for_all
from components.buttons import primary, quiet
from components.cards import card, stack
from components.dialogs import ask
from components.markup import markup, show
from components.page_head import page_head
from components.tags import tag, tags
from components.toast import toast
from pages.admin.for_all import say_who_changes
from pages.asking import Form, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor

PATH = '/quan-tri/gian-doan'


class Downtimes:
    """The list, and the way to add to it."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.typed: dict[str, Any] = {}
        self.box = stack()

    async def show(self) -> None:
        """Draw it as it is now."""
        t, actor = self.t, await self.visitor.actor()
        rows, may_change = await announced(actor), await decides_for_all(actor, Permission.SETTING_MANAGE)
        self.box.clear()
        with self.box:
            if not may_change:
                await say_who_changes(self.visitor)
            with card():
                if not rows:
                    show(markup('<p class="mc-empty">{none}</p>', none=t('downtime.none')))
                with ui.element('ul').classes('mc-lined'):
                    for row in rows:
                        with ui.element('li').classes('mc-line'):
                            self._row(row, may_change=may_change)
                if may_change:
                    with ui.element('div').classes('mc-actions is-tight'):
                        primary(t('downtime.add'), guarded(self.add, single=True), t=t, icon='plus')

    def _row(self, row: Stretch, *, may_change: bool) -> None:
        t = self.t
        period = t('downtime.period', begins=t.moment(row.begins_at), ends=t.moment(row.ends_at))
        marks = [tag(t(f'downtime.{"planned" if row.is_planned else "unplanned"}'), 'ok' if row.is_planned else 'warn')]
        if row.is_cancelled or row.is_over:
            marks.append(tag(t(f'downtime.{"cancelled" if row.is_cancelled else "over"}'), 'neutral'))
        text = markup('<p class="mc-muted">{reason}. {instead}</p>', reason=row.reason, instead=row.instead)
        show(markup('<h3>{period}</h3>', period=period), tags(*marks), text)
        if may_change and not row.is_over:
            words = t('downtime.works' if row.has_begun else 'downtime.cancel')
            with ui.element('div').classes('mc-actions is-tight'):
                about = t('downtime.end_of', begins=t.moment(row.begins_at))
                quiet(words, guarded(self._end(row, words), single=True), t=t, about=about)

    def _end(self, row: Stretch, words: str) -> Callable[[], Awaitable[None]]:
        async def end() -> None:
            t = self.t
            if await ask(f'{words}?', t('downtime.end_sure'), t, confirm=words):
                await commands.end(await self.visitor.actor(), row.id)
                toast(t('downtime.ended'), t)
                await self.show()

        return end

    async def add(self) -> None:
        """Ask when, why and what people do meanwhile."""
        t = self.t

        def build(form: Form) -> None:
            for key in ('first', 'last'):
                form.ask(key, t(f'downtime.field_{key}'), Control('date', width='short'))
                clock, hint = Control('text', maxlength=5, width='short'), t('downtime.clock_hint')
                form.ask(f'{key}_at', t(f'downtime.field_{key}_at'), clock, hint=hint)
            for key in ('reason', 'instead'):
                form.text(
                    key,
                    t(f'downtime.field_{key}'),
                    limit=200 if key == 'reason' else 300,
                    hint=t(f'downtime.{key}_hint'),
                )
            form.choice('urgent', t('downtime.field_urgent'), [(k, t(f'downtime.urgent_{k}')) for k in ('no', 'yes')])

        async def keep(values: dict[str, Any]) -> None:
            await commands.announce(await self.visitor.actor(), values)

        heading = t('downtime.add')
        done, _ = await ask_form(
            heading, t, build, keep, confirm=t('downtime.announce'), key='downtime', typed=self.typed
        )  # fmt: skip
        if done:
            self.typed = {}
            toast(t('downtime.announced'), t)
            await self.show()


async def downtime_page(visitor: Visitor) -> None:
    """Draw the list."""
    t = visitor.t
    page_head(t('downtime.title'), t, lead=t('downtime.lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = Downtimes(visitor)
    await page.show()


ROUTES = [Route(PATH, downtime_page, need=Permission.SETTING_MANAGE, title_key='downtime.title')]
