"""``/quan-tri/nguoi-dung``: colleagues, their roles, invitations. Nobody grants what they do not have."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui

from app.access import Permission
from app.accounts import people as commands
from app.accounts import queries
from app.accounts.queries import GrantRow, PersonRow
from app.errors import Invalid, Problem
from app.fields.base import Control
from app.units.queries import units
from components.buttons import Button, actions, primary, quiet
from components.cards import card, stack
from components.copying import CopyLine
from components.dialogs import Dialog, ask
from components.markup import markup, show
from components.page_head import page_head
from components.pager import Pager
from components.queues import SearchLine
from components.tags import tag, tags
from components.toast import toast
from models.enums import Role
from pages.admin.proving import proven
from pages.asking import Form, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor


class People:
    """The list of colleagues."""

    def __init__(self, visitor: Visitor, unit_options: tuple[tuple[str, str], ...]) -> None:
        self.visitor, self.t, self.unit_options, self.text, self.page = visitor, visitor.t, unit_options, '', 1
        self.typed: dict[str, Any] = {}
        """An invitation that was begun and not sent."""
        t = self.t
        with actions():
            primary(t('admin.person_add'), guarded(self.add), t=t, icon='plus')
        SearchLine(t('admin.person_find'), t, on_search=guarded(self.search))
        self.box = stack()
        self.pager = Pager(t, guarded(self.turn), total=0)

    async def search(self, text: str) -> None:
        """Find by name or address."""
        self.text, self.page = text, 1
        await self.show()

    async def turn(self, page: int) -> None:
        """Show another page."""
        self.page = page
        await self.show()

    async def show(self) -> None:
        """Draw one page of colleagues."""
        found = await queries.people(await self.visitor.actor(), search=self.text, page=self.page)
        self.pager.set(found.page, found.total)
        self.box.clear()
        with self.box:
            for row in found.rows:
                self._row(row)

    def _row(self, row: PersonRow) -> None:
        t = self.t
        marks = []
        if not row.is_active:
            marks.append(tag(t('admin.inactive'), 'error'))
        if row.is_system:
            marks.append(tag(t('admin.system')))
        elif not row.has_password:
            marks.append(tag(t('admin.invited'), 'warn'))
        if row.has_second_factor:
            marks.append(tag(t('admin.second_factor'), 'ok'))
        with card():
            show(
                markup(
                    '<h2>{name}</h2><p class="mc-muted">{facts}</p>{marks}',
                    name=row.full_name,
                    facts=' · '.join(filter(None, (row.title, None if row.is_system else row.email))),
                    marks=tags(*marks),
                )
            )
            for grant in row.grants:
                if grant.state != 'over':
                    self._role(row, grant)
            with ui.element('div').classes('mc-actions is-tight'):
                Button(
                    t('admin.person_correct'), guarded(self._correct(row)), t=t, kind='secondary', about=row.full_name
                )
                if not row.is_self:
                    self._acts(row)

    def _role(self, row: PersonRow, grant: GrantRow) -> None:
        role = self.t(f'account.role_{grant.role}')
        with ui.element('div').classes('mc-grant'):
            show(markup('<p>{role} – {unit}</p>', role=role, unit=grant.unit_name))
            if grant.within_reach and not row.is_self:
                revoke = self._sure(commands.revoke_grant, grant.id, 'grant_revoke', f'{row.full_name}, {role}')
                quiet(self.t('admin.grant_revoke'), revoke, t=self.t, about=f'{role}, {row.full_name}')

    def _acts(self, row: PersonRow) -> None:
        t, name = self.t, row.full_name
        Button(t('admin.grant_add'), guarded(self._grant(row)), t=t, kind='secondary', icon='plus', about=name)
        if not row.has_password and row.is_active and not row.is_system:
            Button(t('admin.invite_again'), guarded(self._invite(row)), t=t, kind='secondary', about=name)
        if row.has_second_factor:
            reset = self._sure(commands.reset_second_factor, row.id, 'factor_reset', name)
            Button(t('admin.factor_reset'), reset, t=t, kind='secondary', about=name)
        if row.is_active:
            end = self._sure(commands.deactivate, row.id, 'deactivate', name)
            Button(t('admin.deactivate'), end, t=t, kind='danger', about=name)
        else:
            begin = self._sure(commands.reactivate, row.id, 'reactivate', name)
            Button(t('admin.reactivate'), begin, t=t, kind='secondary', about=name)

    def _sure(
        self, command: Callable[..., Awaitable[Any]], key: str, what: str, about: str
    ) -> Callable[[], Awaitable[None]]:
        """Return a press that asks first."""
        name = self.t(f'admin.{what}')

        async def act() -> None:
            text = self.t(f'admin.{what}_ask')
            if await ask(f'{name}: {about}', text, self.t, confirm=name):
                await proven(self.visitor, lambda actor: command(actor, key))
                toast(self.t('admin.saved'), self.t)
                await self.show()

        return guarded(act)

    def _questions(self, form: Form, names: tuple[str, ...]) -> None:
        t = self.t
        roles = tuple((role.value, t(f'account.role_{role}')) for role in Role)
        controls = {
            'full_name': Control('text', maxlength=100),
            'email': Control('text', inputmode='email', maxlength=254),
            'title': Control('text', maxlength=120),
            'phone': Control('text', inputmode='tel', maxlength=20),
            'role': Control('select', options=roles),
            'unit_id': Control('select', options=self.unit_options),
        }
        for name in names:
            needed = name not in ('title', 'phone')
            form.ask(name, t(f'admin.person_{name}'), controls[name], required=needed)

    async def _ask(
        self,
        heading: str,
        names: tuple[str, ...],
        command: Callable[[Mapping[str, Any]], Awaitable[Any]],
        typed: dict[str, Any] | None = None,
    ) -> Any:
        """Open a form; return what came of it, or None if the person gave up."""
        return (
            await ask_form(
                heading,
                self.t,
                lambda form: self._questions(form, names),
                command,
                confirm=self.t('admin.save'),
                key='person',
                typed=typed,
            )
        )[1]

    async def add(self) -> None:
        """Invite a colleague; the link is shown once, for where mail does not arrive."""

        async def create(raw: Mapping[str, Any]) -> commands.Invited:
            _refuse_empty(raw, ('full_name', 'email', 'role', 'unit_id'))
            return await proven(self.visitor, lambda actor: commands.create_person(actor, raw, unit_id=raw['unit_id']))

        invited = await self._ask(
            self.t('admin.person_add'),
            ('full_name', 'email', 'title', 'phone', 'role', 'unit_id'),
            create,
            self.typed,
        )
        await self._show_link(invited)

    async def _show_link(self, invited: commands.Invited | None) -> None:
        if invited is None:
            return
        with Dialog(self.t('admin.invitation'), self.t) as dialog:
            show(markup('<p>{text}</p>', text=self.t('admin.invitation_text')))
            CopyLine(invited.link, self.t('admin.invitation'), self.t)
        await dialog
        await self.show()

    def _invite(self, row: PersonRow) -> Callable[[], Awaitable[None]]:
        async def invite() -> None:
            await self._show_link(await proven(self.visitor, lambda actor: commands.invite_again(actor, row.id)))

        return invite

    def _correct(self, row: PersonRow) -> Callable[[], Awaitable[None]]:
        async def keep(raw: Mapping[str, Any]) -> bool:
            await proven(self.visitor, lambda actor: commands.correct_person(actor, row.id, raw))
            return True

        async def open_form() -> None:
            heading = f'{self.t("admin.person_correct")}: {row.full_name}'
            typed = {'full_name': row.full_name, 'title': row.title or ''}
            if await self._ask(heading, ('full_name', 'title'), keep, typed):
                toast(self.t('admin.saved'), self.t)
                await self.show()

        return open_form

    def _grant(self, row: PersonRow) -> Callable[[], Awaitable[None]]:
        async def give(raw: Mapping[str, Any]) -> str:
            _refuse_empty(raw, ('role', 'unit_id'))
            role, unit_id = Role(raw['role']), raw['unit_id']
            return await proven(self.visitor, lambda actor: commands.grant(actor, row.id, role, unit_id))

        async def open_form() -> None:
            heading = f'{self.t("admin.grant_add")}: {row.full_name}'
            if await self._ask(heading, ('role', 'unit_id'), give):
                toast(self.t('admin.saved'), self.t)
                await self.show()

        return open_form


def _refuse_empty(raw: Mapping[str, Any], needed: tuple[str, ...]) -> None:
    """Name every question that has no answer, and a role that is none."""
    empty = {name for name in needed if not isinstance(raw.get(name), str) or not raw[name].strip()}
    if raw.get('role') not in set(Role):
        empty.add('role')
    if empty:
        raise Invalid({name: Problem('fields.required') for name in needed if name in empty})


async def people_page(visitor: Visitor) -> None:
    """Draw the list of colleagues."""
    t = visitor.t
    page_head(t('admin.people_title'), t, lead=t('admin.people_lead'), back=('/quan-tri', t('admin.title')))
    rows = await units(await visitor.actor())
    with stack():
        page = People(visitor, tuple((u.id, ('– ' * u.depth) + u.name) for u in rows))
    await page.show()


ROUTES = [Route('/quan-tri/nguoi-dung', people_page, need=Permission.PERSON_MANAGE, title_key='admin.people_title')]
