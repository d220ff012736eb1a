"""``/quan-tri/truc``: who is on duty at the one-stop desk, as everybody sees it."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from app.access import Permission
from app.duty import commands
from app.duty.commands import QUESTIONS
from app.duty.queries import Desk, Post, managed_desks
from app.fields.base import Control
from app.units.names import name_of
from components.buttons import quiet, secondary
from components.cards import card, stack
from components.markup import markup, show
from components.page_head import page_head
from components.toast import toast
from pages.asking import Form, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor

Command = Callable[[dict[str, Any]], Awaitable[Any]]
_HINTS = ('work', 'phone')


class Duty:
    """The lists of the units within reach."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.box = stack()

    async def show(self) -> None:
        """Draw every unit with those on duty."""
        found = await managed_desks(await self.visitor.actor())
        self.box.clear()
        with self.box:
            for desk in found:
                self._desk(desk)

    def _desk(self, desk: Desk) -> None:
        t = self.t
        with card():
            show(markup('<h2>{name}</h2>', name=name_of(desk.unit, t.lang)))
            if not desk.posts:
                show(markup('<p class="mc-muted">{none}</p>', none=t('duty.admin_none')))
            with ui.element('ul').classes('mc-lined'):
                for post in desk.posts:
                    with ui.element('li').classes('mc-line'):
                        self._post(post)
            with ui.element('div').classes('mc-actions is-tight'):
                secondary(t('duty.add'), guarded(self._add(desk)), t=t, icon='plus')

    def _post(self, post: Post) -> None:
        t = self.t
        about = ' · '.join(filter(None, (post.title, post.work, post.phone, post.hours)))
        show(markup('<h3>{name}</h3><p class="mc-muted">{about}</p>', name=post.name, about=about))
        with ui.element('div').classes('mc-actions is-tight'):
            quiet(t('duty.edit'), guarded(self._edit(post)), t=t, icon='edit', about=post.name)
            quiet(t('duty.remove'), guarded(self._remove(post)), t=t, about=post.name)

    def _add(self, desk: Desk) -> Any:
        async def create(raw: dict[str, Any]) -> None:
            await commands.add_post(await self.visitor.actor(), desk.unit.id, raw)

        return lambda: self._ask(self.t('duty.add'), {}, create)

    def _edit(self, post: Post) -> Any:
        async def save(raw: dict[str, Any]) -> None:
            await commands.save_post(await self.visitor.actor(), post.id, raw, seen_version=post.version)

        known = {name: getattr(post, name) for name in (one.id for one in QUESTIONS)}
        return lambda: self._ask(self.t('duty.edit'), known, save)

    def _remove(self, post: Post) -> Any:
        async def remove(_raw: dict[str, Any]) -> None:
            await commands.remove_post(await self.visitor.actor(), post.id)

        async def ask() -> None:
            t = self.t

            def build(form: Form) -> None:
                form.say(markup('<p>{text}</p>', text=t('duty.remove_text')))

            heading = t('duty.remove_sure', name=post.name)
            if (await ask_form(heading, t, build, remove, confirm=t('duty.remove'), kind='danger', key='duty'))[0]:
                toast(t('duty.removed'), t)
                await self.show()

        return ask

    async def _ask(self, heading: str, known: dict[str, Any], command: Command) -> None:
        """Open the form; it stays open with what was typed until it is saved."""
        t = self.t

        def build(form: Form) -> None:
            for one in QUESTIONS:
                control = Control('text', maxlength=one.rules.max_length)
                hint = t(f'duty.field_{one.id}_hint') if one.id in _HINTS else None
                label = t(f'duty.field_{one.id}')
                form.ask(one.id, label, control, hint=hint, required=one.required, value=known.get(one.id, ''))

        again = (t('ui.live_reload'), self.show)
        if (await ask_form(heading, t, build, command, confirm=t('admin.save'), key='duty', reload=again))[0]:
            toast(t('admin.saved'), t)
            await self.show()


async def duty_page(visitor: Visitor) -> None:
    """Draw the lists."""
    t = visitor.t
    page_head(t('duty.title'), t, lead=t('duty.admin_lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = Duty(visitor)
    await page.show()


ROUTES = [Route('/quan-tri/truc', duty_page, need=Permission.UNIT_MANAGE, title_key='duty.title')]
