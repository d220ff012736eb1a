"""``/quan-tri/lich``: days off and worked Saturdays of a year. Before saving it is shown which dossiers would move."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from nicegui import ui

from app.access import Permission
from app.clock import today
from app.deadlines import commands
from app.deadlines.commands import DayRow, Moved
from app.errors import Invalid, Problem
from app.fields.base import Control
from app.i18n import Words
from app.procedures.schema import FormField, Text
from app.registry import FIELDS
from app.units.queries import decides_for_all, units
from components.buttons import actions, primary, quiet, secondary
from components.cards import card, stack
from components.dialogs import ask
from components.fields import draw
from components.markup import NOTHING, join, markup, show
from components.notice import notice
from components.page_head import page_head
from components.tags import tag
from components.toast import toast
from models.enums import DayKind, DayState
from pages.admin.for_all import say_who_changes
from pages.asking import Form, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor

DAY = FormField(id='day', type='date', label=Text(vi='day'), required=True)
FOR_ALL = 'all'
"""What stands for every unit where one is chosen; no id of a unit is that short."""


class Year:
    """The days of one year."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t, self.year = visitor, visitor.t, today().year
        t = self.t
        first, last = commands.shown_years()
        years = tuple((str(y), str(y)) for y in range(first, last + 1))
        draw(
            Control('select', options=years, width='short'),
            id='year',
            label=t('admin.year'),
            t=t,
            required=True,
            value=str(self.year),
            on_change=guarded(self.turn),
        )
        self.box = stack()
        self.may_change = False
        self.units: dict[str, str] = {}

    async def ask_days(self) -> None:
        """Draw the questions of a day: for all units where that is this person's to decide, else for one of their own."""
        t, actor = self.t, await self.visitor.actor()
        mine = actor.units(Permission.CALENDAR_MANAGE)
        self.units = {unit.id: unit.name for unit in await units(actor) if unit.id in mine}
        self.may_change = await decides_for_all(actor, Permission.CALENDAR_MANAGE)
        for_whom = [*([(FOR_ALL, t('admin.day_for_all'))] if self.may_change else []), *self.units.items()]
        with card(t('admin.day_add')):
            self.unit = draw(
                Control('select', options=tuple(for_whom)),
                id='unit',
                label=t('admin.day_for'),
                t=t,
                required=True,
                value=for_whom[0][0],
            )
            self.day = draw(
                Control('date', width='short'),
                id='day',
                label=t('admin.day'),
                t=t,
                required=True,
                hint=t('admin.day_hint'),
            )
            kinds = tuple((kind.value, t(f'admin.kind_{kind}')) for kind in DayKind)
            self.kind = draw(
                Control('radio', options=kinds),
                id='kind',
                label=t('admin.kind'),
                t=t,
                required=True,
                value=DayKind.OFF.value,
            )
            self.reason = draw(
                Control('text', maxlength=200), id='reason', label=t('admin.day_reason'), t=t, required=True
            )
            self.decision = draw(
                Control('text', maxlength=200),
                id='decision',
                label=t('admin.decision'),
                t=t,
            )
            self.source = draw(
                Control('text', maxlength=200),
                id='source',
                label=t('admin.day_source'),
                t=t,
                hint=t('admin.source_hint'),
            )
            with actions():
                primary(t('admin.day_save'), guarded(self.save), t=t)

    async def turn(self, year: Any) -> None:
        """Show another year."""
        if isinstance(year, str) and year.isdigit() and 2000 <= int(year) <= 2100:
            self.year = int(year)
            await self.show()

    async def show(self) -> None:
        """Draw the days of the year."""
        actor = await self.visitor.actor()
        rows = await commands.days(actor, self.year)
        self.box.clear()
        with self.box:
            if not self.may_change:
                await say_who_changes(self.visitor)
            if any(row.state is DayState.DRAFT for row in rows):
                show(notice(self.t('admin.year_draft', year=self.year), tone='warn'))
                if self.may_change:
                    secondary(self.t('admin.year_confirm', year=self.year), guarded(self.confirm), t=self.t)
            with ui.element('div').classes('mc-card mc-lined'):
                for row in rows:
                    self._row(row)
            if not rows:
                show(notice(self.t('admin.year_empty')))

    def _row(self, row: DayRow) -> None:
        t = self.t
        marks = [tag(t(f'admin.kind_{row.kind}'), 'warn' if row.kind is DayKind.WORK else 'neutral')]
        if row.state is DayState.DRAFT:
            marks.append(tag(t('admin.draft'), 'warn'))
        with ui.element('div').classes('mc-line'):
            text = f'{row.reason} · {row.decision or t("admin.no_decision")}'
            if row.unit_id:
                text = f'{self.units.get(row.unit_id, "—")} · {text}'
            show(
                markup(
                    '<p><strong>{day}</strong> {marks}<br><span class="mc-muted mc-small">{text}{source}</span></p>',
                    day=t.date(row.day),
                    marks=join(marks),
                    text=text,
                    source=_source(row.source),
                )
            )
            if self.may_change or row.unit_id:
                quiet(t('admin.day_remove'), guarded(self._remove(row)), t=t, about=t.date(row.day))

    def _read(self) -> tuple[date, DayKind]:
        """Read the form; a wrong day is said at its question."""
        self.day.set_problem(None)
        self.reason.set_problem(None)
        try:
            value = FIELDS['date'].parse(DAY, self.day.value)
        except Invalid as bad:
            self.day.set_problem(next(iter(bad.problems.values())))
            raise
        missing = [field for field, given in ((self.day, value), (self.reason, self.reason.value)) if not given]
        for field in missing:
            field.set_problem(Problem('fields.required'))
        if missing:
            missing[0].focus()
            raise Invalid({field.id_of_question: Problem('fields.required') for field in missing})
        kind = self.kind.value
        return date.fromisoformat(value), DayKind(kind) if kind in set(DayKind) else DayKind.OFF

    def _unit(self) -> str | None:
        """Return the unit for which a day is; None for all. Nothing chosen is asked for, never taken for all."""
        chosen = self.unit.value
        self.unit.set_problem(None)
        if chosen != FOR_ALL and chosen not in self.units:
            self.unit.set_problem(Problem('fields.required'))
            self.unit.focus()
            raise Invalid({self.unit.id_of_question: Problem('fields.required')})
        return None if chosen == FOR_ALL else str(chosen)

    async def save(self) -> None:
        """Ask with the dossiers that would move in view, then save."""
        day, kind = self._read()
        unit_id = self._unit()
        if not await self._agreed(day, kind, unit_id):
            return
        try:
            actor = await self.visitor.actor()
            said = (self.reason.value, self.decision.value, unit_id)
            await commands.set_day(actor, day, kind, *said, source=self.source.value)
        except Invalid as bad:
            self.reason.set_problem(bad.problems.get('reason'))
            raise
        toast(self.t('admin.saved'), self.t)
        for field in (self.day, self.reason, self.decision, self.source):
            field.set_value('')
        self.year = day.year
        await self.show()

    async def _agreed(self, day: date, kind: DayKind | None, unit_id: str | None) -> bool:
        try:
            moved = await commands.preview(await self.visitor.actor(), day, kind, unit_id)
        except Invalid as bad:
            self.day.set_problem(bad.problems.get('day'))
            raise
        t = self.t
        confirm = t('admin.day_save' if kind else 'admin.day_remove')
        return await ask(t('admin.calendar_change', day=t.date(day)), moved_list(t, moved), t, confirm=confirm)

    def _remove(self, row: DayRow) -> Any:
        async def remove() -> None:
            if await self._agreed(row.day, None, row.unit_id):
                await commands.remove_day(await self.visitor.actor(), row.id)
                await self.show()

        return remove

    async def confirm(self) -> None:
        """Ask by which decision, then with the dossiers that would move in view; confirm the drafted days of the year."""
        t, year = self.t, self.year
        heading = t('admin.year_confirm', year=year)

        def build(form: Form) -> None:
            hint = t('admin.year_decision_hint')
            form.text('decision', t('admin.decision'), hint=hint, required=False)
            form.text('source', t('admin.day_source'), hint=t('admin.source_hint'), required=False)

        async def look(raw: dict[str, Any]) -> Any:
            return raw, await commands.preview_confirm(await self.visitor.actor(), year)

        looked, found = await ask_form(heading, t, build, look, confirm=t('admin.hours_look'), key='year')
        if not looked or not await ask(heading, moved_list(t, found[1]), t, confirm=heading):
            return
        said = (found[0].get('decision'), found[0].get('source'))
        count = await commands.confirm_year(await self.visitor.actor(), year, *said)
        toast(t('admin.confirmed', count=count), t)
        await self.show()


def _source(text: str | None) -> Markup:
    """Return where a decision was published: the site of an address, with its link."""
    if not text:
        return NOTHING
    site = urlsplit(text)
    if site.scheme not in ('http', 'https') or not site.netloc:
        return markup(' · {text}', text=text)
    return markup(' · <a class="mc-link" href="{href}" rel="external noopener">{site}</a>', href=text, site=site.netloc)


SHOWN = 30
"""Dossiers that a preview names; of the rest it says how many."""


def moved_list(t: Words, moved: tuple[Moved, ...]) -> Markup | str:
    """Say which dossiers a change would move, from when to when; that none would is said as well."""
    if not moved:
        return t('admin.none_moves')
    rows = join(
        markup(
            '<li>{number} · {kind}: {before} → {after}</li>',
            number=m.number or t('admin.moved_elsewhere'),
            kind=t(f'admin.moved_{m.kind}'),
            before=t.short_moment(m.before),
            after=t.short_moment(m.after),
        )
        for m in moved[:SHOWN]
    )
    more = t('admin.moved_more', count=len(moved) - SHOWN) if len(moved) > SHOWN else ''
    intro = t('admin.would_move', count=len(moved))
    return markup('<p>{intro}</p><ul class="mc-bullets">{rows}</ul><p>{more}</p>', intro=intro, rows=rows, more=more)


async def calendar_page(visitor: Visitor) -> None:
    """Draw the calendar."""
    t = visitor.t
    page_head(t('admin.calendar_title'), t, lead=t('admin.calendar_lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = Year(visitor)
        await page.ask_days()
    await page.show()


ROUTES = [
    Route(
        '/quan-tri/lich',
        calendar_page,
        need=Permission.CALENDAR_MANAGE,
        title_key='admin.calendar_title',
    )
]
