"""``/quan-tri/ma-truy-cap``: tokens of programs: one's own, and those of systems for whoever administers people."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from app.access import GRANTS, Actor, Permission
from app.api_tokens import commands
from app.api_tokens.commands import Made
from app.api_tokens.queries import TokenRow, tokens
from app.api_tokens.rules import LONGEST, SCOPES
from app.clock import now
from app.errors import Invalid, Problem
from app.fields.base import Control
from app.units.queries import units
from components.buttons import actions, primary, quiet, secondary
from components.cards import stack
from components.copying import CopyLine
from components.dialogs import Dialog, ask
from components.markup import markup, show
from components.page_head import page_head
from components.tags import tag
from components.toast import toast
from models.enums import Role
from pages.admin.proving import proven
from pages.asking import Form, Options, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor

DAYS = '90'


class Tokens:
    """The tokens that this person may see."""

    def __init__(self, visitor: Visitor, actor: Actor, unit_options: Options) -> None:
        self.visitor, self.t, self.unit_options = visitor, visitor.t, unit_options
        self.own = [scope for scope in SCOPES if actor.may(scope)]
        self.typed: dict[str, dict[str, Any]] = {'own': {}, 'system': {}}
        t = self.t
        with actions():
            if self.own:
                primary(t('admin.token_own'), guarded(self.make_own, single=True), t=t, icon='plus')
            if unit_options:
                secondary(t('admin.token_system'), guarded(self.make_for_system, single=True), t=t, icon='plus')
        self.box = stack()

    async def show(self) -> None:
        """Draw the list as it is now."""
        rows = await tokens(await self.visitor.actor())
        self.box.clear()
        with self.box:
            if not rows:
                show(markup('<p class="mc-empty">{text}</p>', text=self.t('admin.tokens_none')))
                return
            with ui.element('div').classes('mc-card mc-lined'):
                for row in rows:
                    self._row(row)

    def _row(self, row: TokenRow) -> None:
        t = self.t
        is_live = row.revoked_at is None and row.expires_at > now()
        state = tag(t('admin.token_live'), 'ok') if is_live else tag(t('admin.token_over'), 'neutral')
        used = t('admin.token_used', at=t.short_moment(row.seen_at)) if row.seen_at else t('admin.token_unused')
        who = t('admin.token_of_system') if row.is_system else t('admin.token_for', name=row.account_name)
        until = t('admin.token_until', at=t.short_moment(row.expires_at))
        with ui.element('div').classes('mc-line'):
            show(
                markup(
                    '<p><strong>{name}</strong> {state}<br><span class="mc-muted mc-small">{facts}</span><br>{scopes}</p>',
                    name=row.name,
                    state=state,
                    facts=' · '.join((who, until, used)),
                    scopes=', '.join(_scope(t, scope) for scope in row.scopes),
                )
            )
            if is_live:
                quiet(t('admin.token_revoke'), guarded(self._revoke(row), single=True), t=t, about=row.name)

    def _revoke(self, row: TokenRow) -> Callable[[], Awaitable[None]]:
        async def revoke() -> None:
            name, text = self.t('admin.token_revoke'), self.t('admin.token_revoke_ask')
            if await ask(f'{name}: {row.name}', text, self.t, confirm=name, kind='danger'):
                await commands.revoke(await self.visitor.actor(), row.id)
                toast(self.t('api.token_revoked'), self.t)
                await self.show()

        return revoke

    async def make_own(self) -> None:
        """Ask what it is for, make it, show it once."""

        async def make(values: dict[str, Any]) -> Made:
            name, scopes, days = _read(values)
            return await proven(self.visitor, lambda actor: commands.create_own(actor, name, scopes, days=days))

        await self._make('own', self.own, make)

    async def make_for_system(self) -> None:
        """Ask where the system works and as what, make it, show it once."""

        async def make(values: dict[str, Any]) -> Made:
            name, scopes, days = _read(values)
            code, role = values['unit'], values['role']
            if role not in set(Role):
                raise Invalid({'role': Problem('fields.required')})
            return await proven(
                self.visitor,
                lambda actor: commands.create_for_system(
                    actor, name, scopes, unit_code=code or '', role=Role(role), days=days
                ),
            )

        await self._make('system', list(SCOPES), make)

    async def _make(
        self, kind: str, scopes: list[Permission], act: Callable[[dict[str, Any]], Awaitable[Made]]
    ) -> None:
        t = self.t
        heading = t(f'admin.token_{kind}')

        def build(form: Form) -> None:
            form.text('name', t('admin.token_name'), hint=t('admin.token_name_hint'), limit=80)
            if kind == 'system':
                form.ask('unit', t('admin.person_unit_id'), Control('select', options=tuple(self.unit_options)))
                roles = tuple((r.value, t(f'account.role_{r}')) for r in Role if GRANTS[r] & set(SCOPES))
                form.ask('role', t('admin.person_role'), Control('select', options=roles))
            form.ticks('scopes', t('admin.token_scopes'), [(scope.value, _scope(t, scope)) for scope in scopes])
            days = Control('number', width='short', suffix=t('admin.token_days_suffix'))
            form.ask('days', t('admin.token_days'), days, hint=t('api.days_wrong', most=LONGEST), value=DAYS)

        has_made, made = await ask_form(
            heading, t, build, act, confirm=t('admin.token_make'), key=kind, typed=self.typed[kind]
        )
        if has_made:
            await self._show_once(made)

    async def _show_once(self, made: Made) -> None:
        t = self.t
        with Dialog(t('admin.token_new', name=made.name), t) as dialog:
            show(markup('<p>{text}</p>', text=t('admin.token_once', until=t.short_moment(made.expires_at))))
            CopyLine(made.token, t('admin.token'), t)
        await self.show()
        await dialog


def _scope(t: Any, scope: str) -> str:
    """Say what a scope allows."""
    return str(t(f'admin.scope_{scope.replace(":", "_")}'))


def _read(values: dict[str, Any]) -> tuple[str, list[str], int]:
    """Return name, scopes and days as the command takes them; a number of days that is none is refused there."""
    name, scopes, days = values['name'], values['scopes'], str(values['days'] or '').strip()
    chosen = [scope for scope in scopes if isinstance(scope, str)] if isinstance(scopes, list) else []
    if not chosen:
        raise Invalid({'scopes': Problem('admin.token_scopes_needed')})
    is_number = days.isascii() and days.isdecimal() and len(days) < 6
    return name if isinstance(name, str) else '', chosen, int(days) if is_number else 0


async def tokens_page(visitor: Visitor) -> None:
    """Draw the tokens."""
    t, actor = visitor.t, await visitor.actor()
    back = ('/quan-tri', t('admin.title')) if actor.may(Permission.SETTING_MANAGE) else None
    page_head(t('admin.tokens_title'), t, lead=t('admin.tokens_lead'), back=back)
    reach = actor.units(Permission.PERSON_MANAGE)
    rows = [unit for unit in await units(actor) if unit.id in reach] if reach else []
    with stack():
        page = Tokens(visitor, actor, [(u.code, ('– ' * u.depth) + u.name) for u in rows])
    await page.show()


ROUTES = [Route('/quan-tri/ma-truy-cap', tokens_page, need='staff', title_key='admin.tokens_title')]
