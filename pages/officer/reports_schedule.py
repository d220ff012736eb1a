"""Which reports are made by themselves and for whom, and those that were made: the lower part of the reports' screen."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.fields.base import Control
from app.reports import schedules, wording
from app.reports.queries import Choice
from app.reports.schedules import LAST_DAY, Run, Schedule
from components.buttons import actions, quiet, secondary
from components.cards import card, stack
from components.dialogs import ask
from components.markup import join, markup, show
from components.toast import toast
from models.types import new_id
from pages.asking import Form, ask_form
from pages.officer import reports_drawn as drawn
from pages.shell import guarded
from pages.visitor import Visitor


class Schedules:
    """The schedules within reach, and the newest reports they made."""

    def __init__(self, visitor: Visitor, unit: str, units: Sequence[Choice]) -> None:
        self.visitor, self.t, self.unit, self.units = visitor, visitor.t, unit, units
        self.typed: dict[str, Any] = {}
        self.box = stack()

    async def show(self) -> None:
        """Draw both lists as they are now."""
        t, actor = self.t, await self.visitor.actor()
        rows, runs = await schedules.schedules(actor), await schedules.runs(actor)
        self.box.clear()
        with self.box:
            with card(t('reports.schedule')):
                show(markup('<p class="mc-muted">{text}</p>', text=t('reports.schedule_lead')))
                if not rows:
                    show(markup('<p class="mc-empty">{text}</p>', text=t('reports.schedule_none')))
                with ui.element('div').classes('mc-lined'):
                    for row in rows:
                        self._row(row)
                with actions():
                    secondary(t('reports.schedule_add'), guarded(self.add, single=True), t=t, icon='plus')
            with card(t('reports.runs')):
                show(_runs(runs, self))

    def name(self, code: str) -> str:
        """Return the name of a report."""
        return dict(drawn.names(self.t)).get(code, code)

    def _row(self, row: Schedule) -> None:
        t = self.t
        facts = t(
            'reports.schedule_facts',
            kind=t(f'reports.schedule_{row.kind}'),
            day=row.day,
            next=f'{row.next_on:%d/%m/%Y}',
            people=', '.join(row.recipients) or t('reports.schedule_nobody'),
        )
        with ui.element('div').classes('mc-line'):
            show(
                markup(
                    '<p><strong>{name}</strong><br>{unit}<br><span class="mc-muted">{facts}</span></p>',
                    name=self.name(row.report),
                    unit=row.unit_name,
                    facts=facts,
                )
            )
            about = f'{self.name(row.report)}, {row.unit_name}'
            quiet(t('reports.schedule_end'), guarded(self._end(row), single=True), t=t, about=about)

    def _end(self, row: Schedule) -> Callable[[], Awaitable[None]]:
        async def end() -> None:
            t, name = self.t, self.name(row.report)
            sure = t('reports.schedule_end_sure', name=name)
            if await ask(
                f'{t("reports.schedule_end")}: {name}', sure, t, confirm=t('reports.schedule_end'), kind='danger'
            ):
                await schedules.end_schedule(await self.visitor.actor(), row.id)
                toast(t('reports.schedule_ended'), t)
                await self.show()

        return end

    async def add(self) -> None:
        """Ask what is to be made, when, and for whom of the chosen unit."""
        t = self.t
        people = await schedules.people(await self.visitor.actor(), self.unit)
        unit_name = next(one.name for one in self.units if one.code == self.unit)

        def build(form: Form) -> None:
            show(markup('<p>{text}</p>', text=t('reports.of_unit', unit=unit_name)))
            form.ask('report', t('reports.which'), Control('select', options=tuple(drawn.names(t))))
            kinds = [(str(kind), t(f'reports.schedule_{kind}')) for kind in schedules.KINDS]
            form.choice('kind', t('reports.schedule_kind'), kinds)
            form.ask(
                'day', t('reports.schedule_day'), Control('number', inputmode='numeric', width='short'), value='5',
                hint=t('reports.schedule_day_hint'),
            )  # fmt: skip
            options = tuple((one.id, f'{one.name} ({one.email})') for one in people)
            control = Control('checkboxes', options=options)
            form.ask('recipients', t('reports.schedule_people'), control, hint=t('reports.schedule_people_hint'))

        async def keep(values: dict[str, Any]) -> str:
            day = str(values['day'] or '').strip()
            chosen = values['recipients']
            return await schedules.add_schedule(
                await self.visitor.actor(),
                str(values['report'] or ''),
                self.unit,
                kind=str(values['kind'] or ''),
                day=int(day) if day.isascii() and day.isdigit() and int(day) <= LAST_DAY else 0,
                recipients=[str(one) for one in chosen] if isinstance(chosen, list) else [],
            )

        heading = t('reports.schedule_add')
        done, _ = await ask_form(heading, t, build, keep, confirm=heading, key=f'report-{new_id()}', typed=self.typed)
        if done:
            self.typed = {}
            toast(t('reports.schedule_added'), t)
            await self.show()


def _runs(runs: Sequence[Run], page: Schedules) -> Markup:
    t = page.t
    if not runs:
        return markup('<p class="mc-empty">{text}</p>', text=t('reports.runs_none'))
    lines = join(
        markup(
            '<li class="mc-line"><p><a class="mc-link" href="{url}">{name}, {period}</a><br>'
            '<span class="mc-muted">{unit} · {at} · {state}</span></p></li>',
            url=f'{drawn.PATH}/{run.id}',
            name=page.name(run.report),
            period=wording.period_text(run.kind, run.first, run.last, t),
            unit=run.unit_name,
            at=t.short_moment(run.made_at),
            state=t('reports.run_sound' if run.is_sound else 'reports.run_broken'),
        )
        for run in runs
    )
    return markup('<ul class="mc-lined">{lines}</ul>', lines=lines)
