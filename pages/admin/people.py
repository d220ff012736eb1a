"""``/quan-tri/nguoi-dung``: colleagues, their roles, invitations. Nobody grants what they do not have."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui

from app.access import Permission
from app.accounts import people as commands
from app.accounts import queries
from app.accounts.queries import PersonRow
from app.errors import AppError, Invalid
from app.fields.base import Control
from app.units.queries import units
from components.buttons import actions, danger, primary, quiet, secondary
from components.cards import card, stack
from components.dialogs import Dialog, ask
from components.fields import FieldView, draw
from components.markup import markup, show
from components.page_head import page_head
from components.pager import Pager
from components.queues import SearchLine
from components.tags import tag, tags
from components.toast import toast
from models.enums import Role
from pages.shell import Route, guarded, say
from pages.visitor import Visitor


class People:
    """The list of colleagues."""

    def __init__(self, visitor: Visitor, unit_options: tuple[tuple[str, str], ...]) -> None:
        self.visitor, self.t, self.unit_options, self.text, self.page = visitor, visitor.t, unit_options, '', 1
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
        if not row.has_password:
            marks.append(tag(t('admin.invited'), 'warn'))
        if row.has_second_factor:
            marks.append(tag(t('admin.second_factor'), 'ok'))
        with card():
            show(
                markup(
                    '<h2>{name}</h2><p class="mc-muted">{title} · {email}</p>{marks}',
                    name=row.full_name,
                    title=row.title or '',
                    email=row.email,
                    marks=tags(*marks),
                )
            )
            for grant in row.grants:
                if grant.state == 'over':
                    continue
                role = t(f'account.role_{grant.role}')
                show(markup('<p>{role} – {unit}</p>', role=role, unit=grant.unit_name))
                if grant.within_reach and not row.is_self:
                    quiet(
                        t('admin.grant_revoke'),
                        guarded(self._act(commands.revoke_grant, grant.id, 'admin.grant_revoke_ask')),
                        t=t,
                        about=role,
                    )
            if row.is_self:
                return
            with ui.element('div').classes('mc-actions is-tight'):
                secondary(t('admin.grant_add'), guarded(self._grant(row)), t=t, icon='plus')
                if not row.has_password and row.is_active:
                    secondary(t('admin.invite_again'), guarded(self._invite(row)), t=t)
                if row.has_second_factor:
                    secondary(
                        t('admin.factor_reset'),
                        guarded(self._act(commands.reset_second_factor, row.id, 'admin.factor_reset_ask')),
                        t=t,
                    )
                if row.is_active:
                    danger(
                        t('admin.deactivate'),
                        guarded(self._act(commands.deactivate, row.id, 'admin.deactivate_ask')),
                        t=t,
                    )
                else:
                    secondary(
                        t('admin.reactivate'),
                        guarded(self._act(commands.reactivate, row.id, 'admin.reactivate_ask')),
                        t=t,
                    )

    def _act(self, command: Callable[..., Awaitable[Any]], key: str, question: str) -> Callable[[], Awaitable[None]]:
        async def act() -> None:
            if await ask(self.t('admin.sure'), self.t(question), self.t, confirm=self.t('admin.yes')):
                await command(await self.visitor.actor(), key)
                toast(self.t('admin.saved'), self.t)
                await self.show()

        return act

    def _questions(self, names: tuple[str, ...]) -> dict[str, FieldView]:
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
        needed = ('full_name', 'email', 'role', 'unit_id')
        return {
            name: draw(controls[name], id=name, label=t(f'admin.person_{name}'), t=t, required=name in needed)
            for name in names
        }

    async def _ask(
        self, heading: str, names: tuple[str, ...], command: Callable[[Mapping[str, Any]], Awaitable[Any]]
    ) -> Any:
        """Open a form in a dialog; it stays open with what was typed until the command has gone through."""
        fields: dict[str, FieldView] = {}
        result: list[Any] = []

        async def confirm() -> bool:
            for field in fields.values():
                field.set_problem(None)
            try:
                result.append(await command({name: field.value for name, field in fields.items()}))
            except Invalid as bad:
                for key, problem in bad.problems.items():
                    if key in fields:
                        fields[key].set_problem(problem)
                return False
            except AppError as error:
                say(error)
                return False
            return True

        with Dialog(heading, self.t, confirm=self.t('admin.save'), on_confirm=confirm) as dialog:
            fields.update(self._questions(names))
        return result[0] if await dialog else None

    async def add(self) -> None:
        """Invite a colleague; the link is shown once, for where mail does not arrive."""

        async def create(raw: Mapping[str, Any]) -> commands.Invited:
            return await commands.create_person(await self.visitor.actor(), raw, unit_id=_text(raw.get('unit_id')))

        invited = await self._ask(
            self.t('admin.person_add'), ('full_name', 'email', 'title', 'phone', 'role', 'unit_id'), create
        )
        await self._show_link(invited)

    async def _show_link(self, invited: commands.Invited | None) -> None:
        if invited is None:
            return
        with Dialog(self.t('admin.invitation'), self.t) as dialog:
            show(
                markup(
                    '<p>{text}</p><p class="mc-code">{link}</p>',
                    text=self.t('admin.invitation_text'),
                    link=invited.link,
                )
            )
        await dialog
        await self.show()

    def _invite(self, row: PersonRow) -> Callable[[], Awaitable[None]]:
        async def invite() -> None:
            await self._show_link(await commands.invite_again(await self.visitor.actor(), row.id))

        return invite

    def _grant(self, row: PersonRow) -> Callable[[], Awaitable[None]]:
        async def give(raw: Mapping[str, Any]) -> str:
            role = raw.get('role')
            chosen = Role(role) if role in set(Role) else Role.CONTROLLER
            return await commands.grant(await self.visitor.actor(), row.id, chosen, _text(raw.get('unit_id')))

        async def open_form() -> None:
            if await self._ask(self.t('admin.grant_add'), ('role', 'unit_id'), give):
                toast(self.t('admin.saved'), self.t)
                await self.show()

        return open_form


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ''


async def people_page(visitor: Visitor) -> None:
    """Draw the list of colleagues."""
    t = visitor.t
    page_head(t('admin.people_title'), t, lead=t('admin.people_lead'), back=('/quan-tri', t('admin.title')))
    rows = await units(await visitor.actor())
    with stack():
        page = People(visitor, tuple((u.id, ('– ' * u.depth) + u.name) for u in rows))
    await page.show()


ROUTES = [Route('/quan-tri/nguoi-dung', people_page, need=Permission.PERSON_MANAGE, title_key='admin.people_title')]
