"""``/quan-tri/le-phi``: what the provincial People's Council decided that procedures cost, with resolution and first day."""

from typing import Any

from nicegui import ui

from app.access import Permission
from app.fields.base import Control
from app.fields.dates import written
from app.procedures import council
from app.procedures.council import Decided, FeeRow
from app.units.queries import decides_for_all
from components.buttons import Button, quiet
from components.cards import card, stack
from components.dialogs import ask
from components.markup import markup, show
from components.notice import notice
from components.page_head import page_head
from components.tags import Tone, tag, tags
from components.toast import toast
from pages.admin.for_all import say_who_changes
from pages.asking import Form, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor

TONES: dict[str, Tone] = {'in_force': 'ok', 'ahead': 'neutral', 'past': 'neutral', 'withdrawn': 'error'}


class Fees:
    """The procedures whose fee is the council's."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.may_change = False
        self.box = stack()

    async def show(self) -> None:
        """Draw every procedure, those without a figure first."""
        actor, t = await self.visitor.actor(), self.t
        rows = await council.council_fees(actor)
        self.may_change = await decides_for_all(actor, Permission.PROCEDURE_MANAGE)
        missing = sum(row.is_enabled and row.current is None for row in rows)
        self.box.clear()
        with self.box:
            if not self.may_change:
                await say_who_changes(self.visitor)
            if missing:
                show(notice(t('admin.fees_missing', count=missing), tone='warn'))
            for row in rows:
                self._row(row)
            if not rows:
                show(notice(t('admin.fees_none')))

    def _row(self, row: FeeRow) -> None:
        t = self.t
        marks = [] if row.current else [tag(t('admin.fee_missing'), 'warn')]
        if not row.is_enabled:
            marks.append(tag(t('admin.closed'), 'error'))
        with card():
            show(markup('<h2>{name}</h2>', name=t.pick(row.name)), tags(*marks))
            for one in row.decided:
                self._decided(row, one)
            if self.may_change:
                enter, about = guarded(self._enter(row)), t.pick(row.name)
                Button(t('admin.fee_enter'), enter, t=t, kind='secondary', icon='edit', about=about)

    def _decided(self, row: FeeRow, one: Decided) -> None:
        t = self.t
        line = t(
            'admin.fee_line',
            amount=self._amount(row, one),
            day=written(one.valid_from.isoformat()),
            decision=one.decision,
        )
        with ui.element('div').classes('mc-line'):
            state = tag(t(f'admin.fee_{one.state}'), TONES[one.state])
            show(markup('<p>{line} {state}</p>', line=line, state=state))
            if self.may_change and one.state != 'withdrawn':
                quiet(t('admin.fee_withdraw'), guarded(self._withdraw(one)), t=t, about=line)

    def _amount(self, row: FeeRow, one: Decided) -> str:
        t, amount = self.t, self.t.money(one.amount)
        return t('common.fee_per_unit', amount=amount, unit=t.pick(row.unit)) if row.unit else amount

    def _enter(self, row: FeeRow) -> Any:
        t = self.t

        def build(form: Form) -> None:
            form.ask(
                'amount',
                t('admin.fee_amount'),
                Control('number', inputmode='numeric', mask='#.###', maxlength=24, width='medium', suffix='đ'),
                hint=t('admin.fee_amount_hint'),
            )
            form.text('decision', t('admin.fee_decision'), hint=t('admin.fee_decision_hint'))
            form.ask('valid_from', t('admin.fee_valid_from'), Control('date', width='short'), hint=t('admin.day_hint'))

        async def save(values: dict[str, Any]) -> None:
            await council.enter_fee(await self.visitor.actor(), row.slug, values)

        async def enter() -> None:
            heading = f'{t("admin.fee_enter")}: {t.pick(row.name)}'
            if (await ask_form(heading, t, build, save, confirm=t('admin.save'), key='fee'))[0]:
                toast(t('admin.saved'), t)
                await self.show()

        return enter

    def _withdraw(self, one: Decided) -> Any:
        t = self.t

        async def withdraw() -> None:
            name = t('admin.fee_withdraw')
            heading = f'{name}: {t.money(one.amount)}, {one.decision}'
            if await ask(heading, t('admin.fee_withdraw_ask'), t, confirm=name, kind='danger'):
                await council.withdraw_fee(await self.visitor.actor(), one.id)
                await self.show()

        return withdraw


async def fees_page(visitor: Visitor) -> None:
    """Draw the fees of the council."""
    t = visitor.t
    page_head(t('admin.fees_title'), t, lead=t('admin.fees_lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = Fees(visitor)
    await page.show()


ROUTES = [Route('/quan-tri/le-phi', fees_page, need=Permission.PROCEDURE_MANAGE, title_key='admin.fees_title')]
