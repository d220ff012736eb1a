"""``/quan-tri/gio-lam-viec``: hours by weekday and season, for all and for single units; how long reception may take."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from markupsafe import Markup

from app.access import Permission
from app.clock import today
from app.deadlines import choosing, hours
from app.deadlines.choosing import Choices
from app.deadlines.days import Session
from app.deadlines.defaults import DEFAULT_SESSIONS
from app.deadlines.reception import EVERYTHING
from app.fields.base import Control
from app.i18n import Words
from app.questions import question, read_answers
from app.units.queries import decides_for_all, units
from components.buttons import Button, actions, quiet, secondary
from components.cards import card, stack
from components.dialogs import ask
from components.markup import join, markup, show
from components.page_head import page_head
from components.toast import toast
from pages.admin.calendar import moved_list
from pages.admin.for_all import say_who_changes
from pages.asking import Form, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor

SEASON = (question('first', 'date'), question('last', 'date'))
AS_BEFORE = ''


class Hours:
    """Whose hours there are, and the rules of reception."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.box = stack()

    async def show(self) -> None:
        """Draw everything as it is now."""
        actor = await self.visitor.actor()
        general = await hours.hours(actor)
        reach = actor.units(Permission.CALENDAR_MANAGE)
        own = [
            (row, await hours.hours(actor, row.id)) for row in await units(actor) if row.id in reach and not row.depth
        ]
        choices = await choosing.reception_choices(actor)
        for_all = await decides_for_all(actor, Permission.CALENDAR_MANAGE)
        self.box.clear()
        with self.box:
            if not for_all:
                await say_who_changes(self.visitor)
            common = general or DEFAULT_SESSIONS
            self._hours(None, self.t('admin.hours_for_all'), common, is_own=True, may=for_all)
            for row, found in own:
                self._hours(row.id, row.name, found or common, is_own=bool(found))
            self._reception(choices, may=for_all)

    def _hours(
        self, unit_id: str | None, name: str, found: Sequence[Session], *, is_own: bool, may: bool = True
    ) -> None:
        t = self.t
        with card():
            text = week_table(found, t) if is_own else markup('<p>{as_all}</p>', as_all=t('admin.hours_as_all'))
            show(markup('<h2>{name}</h2>', name=name), text)
            if not may:
                return
            with actions():
                Button(
                    t('admin.hours_change'),
                    guarded(lambda: self._change(unit_id, name, found)),
                    t=t,
                    kind='secondary',
                    about=name,
                )
                if unit_id and is_own:
                    quiet(t('admin.hours_drop'), guarded(lambda: self._drop(unit_id, name)), t=t, about=name)

    async def _change(self, unit_id: str | None, name: str, found: Sequence[Session]) -> None:
        t, (text, chosen) = self.t, at_present(found, today())
        days = tuple((str(n), t(f'deadlines.day_{n}')) for n in range(7))

        def build(form: Form) -> None:
            form.text('text', t('admin.hours_text'), hint=t('admin.hours_text_hint'), value=text)
            form.ticks('weekdays', t('admin.hours_weekdays'), days, required=True, value=chosen)
            hint = t('admin.hours_season_hint')
            form.ask('first', t('admin.hours_first'), Control('date', width='short'), hint=hint, required=False)
            form.ask('last', t('admin.hours_last'), Control('date', width='short'), required=False)

        async def look(raw: dict[str, Any]) -> tuple[Any, ...]:
            season = read_answers(SEASON, {key: raw.get(key) for key in ('first', 'last')})
            first, last = (date.fromisoformat(season[k]) if season.get(k) else None for k in ('first', 'last'))
            chosen = raw.get('weekdays')
            weekdays = [int(d) for d in (chosen if isinstance(chosen, list) else []) if d in {k for k, _ in days}]
            text = raw['text'] if isinstance(raw['text'], str) else ''
            wanted = (text, weekdays, first, last, unit_id)
            return wanted, await hours.preview_hours(await self.visitor.actor(), *wanted)

        heading = f'{t("admin.hours_change")}: {name}'
        looked, answer = await ask_form(heading, t, build, look, confirm=t('admin.hours_look'), key='hours')
        if not looked:
            return
        wanted, moved = answer
        if await ask(heading, moved_list(t, moved), t, confirm=t('admin.hours_save')):
            await hours.set_hours(await self.visitor.actor(), *wanted)
            toast(t('admin.saved'), t)
            await self.show()

    async def _drop(self, unit_id: str, name: str) -> None:
        t = self.t
        moved = moved_list(t, await hours.preview_drop(await self.visitor.actor(), unit_id))
        text = markup('<p>{text}</p>{moved}', text=t('admin.hours_drop_text'), moved=moved)
        if await ask(name, text, t, confirm=t('admin.hours_drop')):
            await hours.drop_hours(await self.visitor.actor(), unit_id)
            toast(t('admin.saved'), t)
            await self.show()

    def _reception(self, found: Choices, *, may: bool) -> None:
        """Show which rule holds where; a change asks where and which."""
        t = self.t
        names = {preset.key: t.pick(preset.name) for preset in found.presets}
        places = {EVERYTHING: t('admin.reception_everything')}
        places |= {place: t('admin.reception_field', name=t.pick(name)) for place, name in found.fields}
        places |= {place: t('admin.reception_procedure', name=t.pick(name)) for place, name in found.procedures}
        default = names[found.presets[0].key]
        rows = [(t('admin.reception_everything'), names.get(found.chosen.get(EVERYTHING, ''), default))]
        said = {**found.own, **{k: v for k, v in found.chosen.items() if k != EVERYTHING}}
        rows += [(places[place], names[key]) for place, key in said.items() if place in places and key in names]
        lines = join(markup('<li><b>{p}</b>: {r}</li>', p=place, r=rule) for place, rule in rows)
        sources = join(markup('<li>{n}: {s}</li>', n=t.pick(p.name), s=p.source) for p in found.presets)

        async def change() -> None:
            def build(form: Form) -> None:
                form.choice('place', t('admin.reception_place'), tuple(places.items()), value=EVERYTHING)
                options = ((AS_BEFORE, t('admin.reception_none')), *names.items())
                form.choice('preset', t('admin.reception_rule'), options, value=found.presets[0].key)

            async def save(raw: dict[str, Any]) -> None:
                place, preset = raw.get('place'), raw.get('preset') or None
                await choosing.choose_reception(await self.visitor.actor(), str(place), preset)

            if (await ask_form(t('admin.reception_title'), t, build, save, confirm=t('admin.save'), key='reception'))[
                0
            ]:
                toast(t('admin.saved'), t)
                await self.show()

        with card():
            show(
                markup(
                    '<h2>{title}</h2><p>{lead}</p><ul class="mc-bullets">{lines}</ul><p class="mc-muted">{source}</p>'
                    '<ul class="mc-bullets mc-muted mc-small">{sources}</ul>',
                    title=t('admin.reception_title'),
                    lead=t('admin.reception_lead'),
                    lines=lines,
                    source=t('admin.reception_sources'),
                    sources=sources,
                )
            ).classes('mc-stack')
            if not may:
                return
            with actions():
                secondary(t('admin.reception_change'), guarded(change), t=t)


def at_present(found: Sequence[Session], day: date) -> tuple[str, list[str]]:
    """Return the hours that hold now on the first weekday that is worked, and every weekday with the same ones."""
    running = [s for s in found if s.in_season(day)]
    said = {n: ', '.join(f'{s.start:%H:%M}-{s.end:%H:%M}' for s in _of(running, n)) for n in range(7)}
    text = next(filter(None, said.values()), '')
    return text, [str(n) for n, hours in said.items() if text and hours == text]


def week_table(found: Sequence[Session], t: Words) -> Markup:
    """Return hours by season and weekday; weekdays with the same hours stand in one line."""
    seasons = sorted(
        {(s.valid_from, s.valid_to) for s in found}, key=lambda one: (one[0] or date.min, one[1] or date.max)
    )
    return join(_season([s for s in found if (s.valid_from, s.valid_to) == season], season, t) for season in seasons)


def _season(found: list[Session], season: tuple[date | None, date | None], t: Words) -> Markup:
    first, last = season
    key = ('admin.season_between' if last else 'admin.season_from') if first else 'admin.season_until'
    head = t(key, first=t.date(first) if first else '', last=t.date(last) if last else '') if first or last else ''
    said = {n: ', '.join(f'{s.start:%H:%M}–{s.end:%H:%M}' for s in _of(found, n)) for n in range(7)}
    runs = [(list(days), text) for text, days in groupby(range(7), key=lambda n: said[n]) if text]
    lines = join(markup('<li>{days}: {text}</li>', days=_days(days, t), text=text) for days, text in runs)
    return markup('<p>{head}</p><ul class="mc-bullets">{lines}</ul>', head=head, lines=lines)


def _of(found: list[Session], weekday: int) -> list[Session]:
    return sorted((s for s in found if s.weekday == weekday), key=lambda s: s.start)


def _days(days: list[int], t: Words) -> str:
    first, last = (t(f'deadlines.day_{n}') for n in (days[0], days[-1]))
    said = first if len(days) == 1 else t('admin.days_between', first=first, last=last)
    return said[:1].upper() + said[1:]


async def hours_page(visitor: Visitor) -> None:
    """Draw the hours."""
    t = visitor.t
    page_head(t('admin.hours_title'), t, lead=t('admin.hours_lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = Hours(visitor)
    await page.show()


ROUTES = [Route('/quan-tri/gio-lam-viec', hours_page, need=Permission.CALENDAR_MANAGE, title_key='admin.hours_title')]
