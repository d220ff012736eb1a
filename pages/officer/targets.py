"""``/can-bo/chi-tieu``: targets of plans and how far the unit is with each."""

from collections.abc import Awaitable, Callable

from markupsafe import Markup
from nicegui import ui

from app.access import Permission
from app.i18n import Words
from app.indicators import queries, targets
from app.indicators.queries import Of
from app.indicators.targets import Progress, Target
from app.statistics.periods import Kind
from components.buttons import quiet
from components.cards import card, stack
from components.markup import NOTHING, markup, show
from components.tags import Tone, tag
from components.wording import count, number
from pages.officer import reports_drawn as drawn
from pages.officer.figures import Asked, ask_entry, figures_page, period_words
from pages.shell import Route, guarded
from pages.visitor import Visitor

PATH = '/can-bo/chi-tieu'


class TargetsPage:
    """The targets; what the service cannot count is entered at its place."""

    def __init__(self, visitor: Visitor, of: Of) -> None:
        self.visitor, self.t, self.of = visitor, visitor.t, of
        self.box = stack()

    def show(self, rows: tuple[Progress, ...]) -> None:
        """Draw those of the period's years, then the others."""
        t = self.t
        self.box.clear()
        with self.box:
            show(markup('<h2>{unit} · {period}</h2>', unit=self.of.unit_name, period=period_words(self.of.period, t)))
            for runs in (True, False):
                chosen = [row for row in rows if row.runs is runs]
                if chosen:
                    heading = t('indicators.targets_title' if runs else 'indicators.over')
                    with card(heading), ui.element('div').classes('mc-lined'):
                        for row in chosen:
                            self._row(row)

    def _row(self, row: Progress) -> None:
        t = self.t
        with ui.element('div').classes('mc-line mc-criterion'):
            show(_drawn(row, t))
            if not row.target.measure:
                about = t.pick(row.target.name)
                quiet(t('indicators.enter'), guarded(self._enter(row.target), single=True), t=t, about=about)

    def _enter(self, target: Target) -> Callable[[], Awaitable[None]]:
        async def enter() -> None:
            if await ask_entry(self.visitor, self.of, targets.TABLE, target.id, target.name):
                actor = await self.visitor.actor()
                self.show((await queries.targets_of(actor, self.of.unit_code, self.of.period))[1])

        return enter


def _drawn(row: Progress, t: Words) -> Markup:
    one = row.target
    said = t('indicators.target', share=number(100 * one.share, t), years=_years(one, t), scope=t.pick(one.scope))
    return markup(
        '<div><p><strong>{name}</strong> {state} {hand}</p><p class="mc-muted mc-small">{said} {formula}. {source}</p>'
        '{progress}<p class="mc-criterion-figures"><span>{share}</span></p></div>',
        name=t.pick(one.name),
        state=_state(row, t),
        hand=NOTHING if one.measure else tag(t('indicators.by_hand'), 'neutral'),
        said=said,
        formula=t.pick(one.formula),
        source=t('indicators.target_source', source=one.source, mark=t(f'indicators.mark_{one.mark}')),
        progress=_bar(row, t),
        share=_share(row, t),
    )


def _state(row: Progress, t: Words) -> Markup:
    if row.ratio is None or row.ratio.share is None:
        return tag(t('indicators.not_known'), 'neutral')
    tone: Tone = 'ok' if row.is_reached else 'warn'
    return tag(t('indicators.reached' if row.is_reached else 'indicators.not_reached'), tone)


def _bar(row: Progress, t: Words) -> Markup:
    if row.ratio is None or row.ratio.share is None:
        return NOTHING
    return markup(
        '<meter class="mc-meter" min="0" max="100" value="{value}" aria-label="{name}"></meter>',
        value=round(100 * row.ratio.share, 1),
        name=t.pick(row.target.name),
    )


def _share(row: Progress, t: Words) -> str:
    if row.ratio is None:
        return t('indicators.by_hand_none')
    if row.ratio.share is None:
        return t('indicators.evaluation_missing')
    part, whole = count(row.ratio.part, t), count(row.ratio.whole, t)
    text = f'{t("indicators.share", part=part, whole=whole)} = {number(int(1000 * row.ratio.share) / 10, t)}%'
    if row.entered:
        told = row.entered
        text += '. ' + t('indicators.by_hand_of', by=told.by, at=t.short_moment(told.at), source=told.source)
    return text


def _years(one: Target, t: Words) -> str:
    if one.last_year is None:
        return t('indicators.years_open', first=one.first_year)
    if one.last_year == one.first_year:
        return t('indicators.year_one', first=one.first_year)
    return t('indicators.years', first=one.first_year, last=one.last_year)


async def targets_page(visitor: Visitor, don_vi: str = '', ky: str = '', tu: str = '', den: str = '') -> None:
    """Draw the targets with the figures of a unit and period."""

    def draw(of: Of, rows: tuple[Progress, ...]) -> None:
        TargetsPage(visitor, of).show(rows)

    asked = Asked(don_vi, ky or Kind.YEAR, tu, den)
    await figures_page(visitor, PATH, 'indicators.targets_', asked, queries.targets_of, draw)


ROUTES = [
    Route(
        PATH,
        targets_page,
        need=Permission.REPORT_READ,
        title_key='indicators.targets_title',
        within=drawn.PATH,
    )
]
