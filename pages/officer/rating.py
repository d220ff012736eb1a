"""``/can-bo/danh-gia``: ratings that wait for the head's answer, sums of one's own and the unit's, the internal rating."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.access import Actor, Permission
from app.clock import local
from app.i18n import Words
from app.ratings import inner, mine, tasks
from app.ratings.form import Form as RatingForm
from app.ratings.form import current, indicators
from components.markup import NOTHING, join, markup, show
from components.page_head import page_head
from components.pager import Pager
from components.queues import Chip, Chips, InboxRow, RowList
from components.tags import Tone
from components.toast import toast
from pages.asking import Form, ask_form
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor

PATH = '/can-bo/danh-gia'
TASKS, ANSWERED, MINE, UNIT, INNER = 'tasks', 'answered', 'mine', 'unit', 'inner'


def _parts(actor: Actor) -> list[str]:
    """Return what this person has to do with ratings, what has to be done first."""
    found = [TASKS, ANSWERED] if actor.may(Permission.DOSSIER_APPROVE) else []
    found.append(MINE)
    found += [UNIT] if actor.may(Permission.REPORT_READ) else []
    return found + ([INNER] if actor.may(Permission.DOSSIER_REASSIGN) else [])


class Ratings:
    """One part at a time."""

    def __init__(self, visitor: Visitor, actor: Actor, waiting: int) -> None:
        self.visitor, self.t, self.page = visitor, visitor.t, 1
        self.parts = _parts(actor)
        self.part = self.parts[0]
        t = self.t
        page_head(t('ratings.desk_title'), t, lead=t('ratings.desk_lead'))
        self.chips = Chips(self._chips(waiting), t('ratings.tabs'), selected=self.part, on_pick=guarded(self.pick))
        self.chips.set_visibility(len(self.parts) > 1)
        self.body = ui.element('div').classes('mc-stack')

    def _chips(self, waiting: int) -> list[Chip]:
        return [
            Chip(part, self.t(f'ratings.tab_{part}'), waiting if part == TASKS else None, part == TASKS and waiting > 0)
            for part in self.parts
        ]

    async def pick(self, part: str) -> None:
        """Show another part."""
        if part in self.parts:
            self.part, self.page = part, 1
            await self.show()

    async def turn(self, page: int) -> None:
        """Show another page."""
        self.page = page
        await self.show()

    async def refresh(self) -> None:
        """Follow what was rated or answered meanwhile."""
        self.chips.set_chips(self._chips(await tasks.waiting(await self.visitor.actor(used=False))))
        if self.part in (TASKS, ANSWERED):
            await self.show()

    async def show(self) -> None:
        """Draw the chosen part as it is now."""
        actor = await self.visitor.actor(used=False)
        draw = await self._drawing(actor)
        self.body.clear()
        with self.body:
            draw()

    async def _drawing(self, actor: Actor) -> Callable[[], None]:
        """Load the chosen part; what comes back draws it."""
        if self.part in (TASKS, ANSWERED):
            return partial(self._tasks, await tasks.tasks(actor, answered=self.part == ANSWERED, page=self.page))
        if self.part == INNER:
            return partial(self._inner, await inner.to_rate(actor, self.page))
        return partial(self._sums, await (mine.of_units(actor) if self.part == UNIT else mine.mine(actor)))

    def _tasks(self, found: tasks.Tasks) -> None:
        t = self.t
        if not found.rows:
            self._nothing('tasks_none' if self.part == TASKS else 'answered_none')
            return
        rows = [self._row(row) for row in found.rows]
        with ui.element('div').classes('mc-sheetlist'):
            RowList(t(f'ratings.tab_{self.part}'), t, rows=rows, on_open=guarded(self.open))
        Pager(t, guarded(self.turn), page=found.page, total=found.total, size=tasks.PAGE)

    def _row(self, row: tasks.TaskRow) -> InboxRow:
        t, level = self.t, current().level_name(row.level)
        state = 'answered' if row.answered_at else 'late' if row.is_late else 'due'
        tag = t(f'ratings.tag_{state}', day=f'{local(row.answered_at or row.due_at):%d/%m/%Y}')
        tones: dict[str, Tone] = {'answered': 'ok', 'late': 'error', 'due': 'warn'}
        href = f'{PATH}/{row.dossier_id}'
        return InboxRow(
            row.dossier_id, t.pick(row.procedure_name), t.pick(level), href, tag, tones[state], code=row.number
        )

    async def open(self, dossier_id: str) -> None:
        """Open one of them."""
        ui.navigate.to(f'{PATH}/{dossier_id}')

    def _sums(self, found: mine.Standing) -> None:
        show(markup('<p class="mc-muted">{text}</p>', text=self.t('ratings.sums_lead')))
        if self.part == MINE:
            own, words = '/can-bo/danh-gia-noi-bo/cua-toi', self.t('indicators.own_title')
            show(markup('<p><a class="mc-link" href="{own}">{words}</a></p>', own=own, words=words))
        if not any(opinion.rated for opinion in found.parts.values()):
            self._nothing('sums_none')
            return
        show(sums(found, self.t))

    def _inner(self, found: inner.Waiting) -> None:
        t = self.t
        show(
            markup(
                '<p>{lead}</p><p class="mc-muted mc-small">{source}</p>',
                lead=t('ratings.inner_lead'),
                source=t('ratings.inner_source'),
            )
        )
        if not found.rows:
            self._nothing('inner_none')
            return
        rows = [
            InboxRow(
                row.dossier_id, t.pick(row.procedure_name), t('ratings.inner_by', name=row.handled_by or '—'),
                f'/can-bo/ho-so/{row.dossier_id}', f'{local(row.ended_at):%d/%m/%Y}', code=row.number,
            )
            for row in found.rows
        ]  # fmt: skip
        judge = guarded(self._judge({row.dossier_id: row for row in found.rows}))
        with ui.element('div').classes('mc-sheetlist'):
            RowList(t('ratings.tab_inner'), t, rows=rows, on_open=judge)
        Pager(t, guarded(self.turn), page=found.page, total=found.total, size=inner.PAGE)

    def _judge(self, rows: dict[str, inner.ToRate]) -> Callable[[str], Awaitable[None]]:
        async def judge(dossier_id: str) -> None:
            if dossier_id in rows and await judged(self.visitor, rows[dossier_id]):
                await self.show()

        return judge

    def _nothing(self, key: str) -> None:
        show(markup('<p class="mc-empty">{text}</p>', text=self.t(f'ratings.{key}')))


def sums(found: mine.Standing, t: Words) -> Markup:
    """Return the table of levels by part, and the reasons that were ticked most."""
    form = current()
    heads = join(
        markup('<th scope="col" class="mc-number">{label}</th>', label=t.pick(one.label)) for one in form.levels
    )
    rows = join(_sum_row(t.pick(part.label), found.parts[part.key], form) for part in form.parts)
    table = markup(
        '<div class="mc-table-wrap" role="region" tabindex="0" aria-label="{what}"><table class="mc-table">'
        '<thead><tr><th scope="col">{part}</th><th scope="col" class="mc-number">{rated}</th>{heads}</tr></thead>'
        '<tbody>{rows}</tbody></table></div>',
        what=t('ratings.desk_title'), part=t('ratings.sums_part'), rated=t('ratings.sums_rated'), heads=heads, rows=rows,
    )  # fmt: skip
    return join((table, _reasons(found, form, t)))


def _sum_row(label: str, opinion: mine.Opinion, form: RatingForm) -> Markup:
    numbers = (opinion.rated, *(opinion.levels.get(one.level, 0) for one in form.levels))
    cells = join(markup('<td class="mc-number">{number}</td>', number=number) for number in numbers)
    return markup('<tr><th scope="row">{label}</th>{cells}</tr>', label=label, cells=cells)


def _reasons(found: mine.Standing, form: RatingForm, t: Words) -> Markup:
    names = {one.key: t.pick(one.label) for one in form.reasons}
    lines = join(markup('<li>{name}: {n}</li>', name=names.get(key, key), n=n) for key, n in found.reasons)
    return (
        markup('<h2>{title}</h2><ul>{lines}</ul>', title=t('ratings.sums_reasons'), lines=lines) if lines else NOTHING
    )


async def judged(visitor: Visitor, row: inner.ToRate) -> bool:
    """Ask a head for the points of one dossier; True when they were kept."""
    t = visitor.t

    def build(form: Form) -> None:
        facts = ' · '.join((row.number, t.pick(row.procedure_name), t('ratings.inner_by', name=row.handled_by or '—')))
        form.say(markup('<p class="mc-subject">{facts}</p>', facts=facts))
        for one in indicators():
            options = [
                (str(p.points), t('ratings.inner_points', points=p.points, label=t.pick(p.label))) for p in one.points
            ]
            form.choice(one.key, t.pick(one.label), options)
        form.text('note', t('ratings.inner_note'), long=True, limit=inner.NOTE_LIMIT, required=False)

    async def act(values: dict[str, Any]) -> None:
        points = {one.key: int(v) for one in indicators() if (v := values[one.key]) in ('0', '1', '2')}
        await inner.rate_inner(await visitor.actor(), row.dossier_id, points, values['note'])

    heading = t('ratings.inner_title')
    done, _ = await ask_form(heading, t, build, act, confirm=t('ratings.inner_save'), key='inner')
    if done:
        toast(t('ratings.inner_saved'), t)
    return done


async def ratings_page(visitor: Visitor, screen: Screen) -> None:
    """Draw the ratings; new ones come in by themselves."""
    actor = await visitor.actor()
    page = Ratings(visitor, actor, await tasks.waiting(actor))
    await page.show()
    screen.on_change([f'ratings:{unit}' for unit in actor.units(Permission.DOSSIER_APPROVE)], page.refresh)


ROUTES = [
    Route(PATH, ratings_page, need=Permission.DOSSIER_READ, title_key='ratings.desk_title', menu='star', rare=True)
]
