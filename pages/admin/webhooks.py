"""``/quan-tri/bao-tin``: addresses of other systems that are told of dossiers, and what became of each telling."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from app.access import Actor, Permission
from app.fields.base import Control
from app.units.queries import units
from app.webhooks import commands, queries
from app.webhooks.allowed import LONGEST
from app.webhooks.commands import Made
from app.webhooks.queries import DeliveryRow, WebhookRow
from components.buttons import actions, primary, quiet, secondary
from components.cards import card, stack
from components.copying import CopyLine
from components.dialogs import Dialog, ask
from components.markup import markup, show
from components.notice import notice
from components.page_head import page_head
from components.tags import Tone, tag
from components.toast import toast
from models.enums import MessageState
from pages.admin.proving import proven
from pages.asking import Form, Options, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor

TONES: dict[MessageState, Tone] = {MessageState.FAILED: 'error', MessageState.SENT: 'ok', MessageState.QUEUED: 'action'}
Act = Callable[[], Awaitable[None]]


class Webhooks:
    """The addresses within reach; the log of one of them is open at a time."""

    def __init__(self, visitor: Visitor, hosts: tuple[str, ...], unit_options: Options) -> None:
        self.visitor, self.t, self.unit_options = visitor, visitor.t, unit_options
        self.typed: dict[str, Any] = {}
        self.opened: str | None = None
        t = self.t
        if hosts:
            show(markup('<p class="mc-muted">{text}</p>', text=t('webhooks.hosts', hosts=', '.join(hosts))))
            with actions():
                primary(t('webhooks.add'), guarded(self.add, single=True), t=t, icon='plus')
        else:
            show(notice(t('webhooks.no_hosts'), tone='warn'))
        self.box = stack()

    async def show(self) -> None:
        """Draw the list as it is now."""
        actor = await self.visitor.actor()
        rows = await queries.webhooks(actor)
        is_there = self.opened in {row.id for row in rows}
        log = (await queries.deliveries(actor, self.opened)).items if self.opened and is_there else ()
        self.box.clear()
        with self.box:
            if not rows:
                show(markup('<p class="mc-empty">{text}</p>', text=self.t('webhooks.none')))
            for row in rows:
                with card():
                    self._row(row)
                    if row.id == self.opened:
                        self._log(row, log)

    def _row(self, row: WebhookRow) -> None:
        t = self.t
        acts = ', '.join(t(f'common.event_{act}') for act in row.acts) or t('webhooks.all_acts')
        show(
            markup(
                '<h2>{name}</h2><p class="mc-code">{url}</p><p class="mc-muted">{facts}</p><p>{counts}</p>',
                name=row.name,
                url=row.url,
                facts=' · '.join((row.unit_name, acts)),
                counts=t('webhooks.counts', waiting=row.waiting, failed=row.failed),
            )
        )
        with ui.element('div').classes('mc-actions is-tight'):
            secondary(t('webhooks.log'), guarded(self._open(row)), t=t)
            secondary(t('webhooks.ping'), guarded(self._ping(row), single=True), t=t)
            quiet(t('webhooks.end'), guarded(self._end(row), single=True), t=t, about=row.name)

    def _log(self, hook: WebhookRow, log: tuple[DeliveryRow, ...]) -> None:
        if not log:
            show(markup('<p class="mc-empty">{text}</p>', text=self.t('webhooks.log_none')))
        with ui.element('div').classes('mc-lined'):
            for one in log:
                self._delivery(hook, one)

    def _delivery(self, hook: WebhookRow, one: DeliveryRow) -> None:
        t = self.t
        facts = [t.short_moment(one.created_at), t('admin.attempts', count=one.attempts)]
        if one.status is not None:
            facts.append(t('webhooks.answered', status=one.status))
        if one.next_try_at:
            facts.append(t('admin.next_try', at=t.short_moment(one.next_try_at)))
        name = t('webhooks.ping') if one.cursor is None else t(f'common.event_{one.kind}')
        with ui.element('div').classes('mc-line'):
            show(
                markup(
                    '<p><strong>{name}</strong> {state}<br><span class="mc-muted mc-small">{facts}</span></p>{why}',
                    name=name,
                    state=tag(t(f'webhooks.state_{one.state}'), TONES.get(one.state, 'neutral')),
                    facts=' · '.join(facts),
                    why=markup('<p>{w}</p>', w=t(f'webhooks.why_{one.error}')) if one.error else '',
                )
            )
            quiet(t('webhooks.resend'), guarded(self._resend(hook, one), single=True), t=t, about=name)

    def _open(self, row: WebhookRow) -> Act:
        async def turn() -> None:
            self.opened = None if self.opened == row.id else row.id
            await self.show()

        return turn

    def _ping(self, row: WebhookRow) -> Act:
        async def ping() -> None:
            await commands.ping(await self.visitor.actor(), row.id)
            self.opened = row.id
            toast(self.t('webhooks.pinged'), self.t)
            await self.show()

        return ping

    def _resend(self, hook: WebhookRow, one: DeliveryRow) -> Act:
        async def resend() -> None:
            await commands.resend(await self.visitor.actor(), hook.id, one.id)
            toast(self.t('webhooks.resent'), self.t)
            await self.show()

        return resend

    def _end(self, row: WebhookRow) -> Act:
        async def end() -> None:
            t = self.t
            name, sure = t('webhooks.end'), t('webhooks.end_sure', name=row.name)
            if await ask(f'{name}: {row.name}', sure, t, confirm=name, kind='danger'):
                await commands.end(await self.visitor.actor(), row.id)
                toast(t('webhooks.ended'), t)
                await self.show()

        return end

    async def add(self) -> None:
        """Ask for the address, register it, show its secret once."""
        t = self.t

        def build(form: Form) -> None:
            form.text('name', t('webhooks.name'), limit=80)
            form.text('url', t('webhooks.url'), limit=LONGEST)
            form.ask('unit', t('webhooks.unit'), Control('select', options=tuple(self.unit_options)))

        async def register(values: dict[str, Any]) -> Made:
            name, url, unit = (str(values[key] or '') for key in ('name', 'url', 'unit'))
            return await proven(
                self.visitor, lambda actor: commands.register(actor, name, url, unit_code=unit, acts=[])
            )

        heading = t('webhooks.add')
        has_made, made = await ask_form(heading, t, build, register, confirm=heading, key='webhook', typed=self.typed)
        if has_made:
            await self._show_once(made)

    async def _show_once(self, made: Made) -> None:
        t = self.t
        with Dialog(t('webhooks.secret_title'), t) as dialog:
            show(markup('<p>{text}</p>', text=t('webhooks.secret_text')))
            CopyLine(made.secret, t('webhooks.secret_title'), t)
        await self.show()
        await dialog


async def _units(actor: Actor) -> Options:
    reach = actor.units(Permission.WEBHOOK_MANAGE)
    return [(unit.code, unit.name) for unit in await units(actor) if unit.id in reach]


async def webhooks_page(visitor: Visitor) -> None:
    """Draw the addresses."""
    t, actor = visitor.t, await visitor.actor()
    page_head(t('admin.webhooks_title'), t, lead=t('webhooks.lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = Webhooks(visitor, queries.allowed_hosts(actor), await _units(actor))
    await page.show()


ROUTES = [Route('/quan-tri/bao-tin', webhooks_page, need=Permission.WEBHOOK_MANAGE, title_key='admin.webhooks_title')]
