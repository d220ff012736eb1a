"""``/can-bo/chi-so``: the index of service, each point explained down to the dossiers that cost it."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal

from markupsafe import Markup
from nicegui import ui

from app.access import Permission
from app.clock import today
from app.i18n import Words
from app.indicators import index766, queries
from app.indicators.counted import MEASURES, MOST_LISTED
from app.indicators.index766 import Group, Result, Score, index
from app.indicators.queries import Of
from app.limits import hit
from app.statistics.periods import Kind, Period
from components.buttons import quiet
from components.cards import card, stack
from components.markup import NOTHING, join, markup, show
from components.page_head import page_head
from components.tags import tag
from components.wording import count, number
from pages.officer import reports_drawn as drawn
from pages.officer.figures import (
    MINUTES,
    TIMES,
    Asked,
    ask_entry,
    figures_page,
    period_words,
    points_text,
    query_of,
)
from pages.officer.waiting import counted
from pages.shell import Route, guarded
from pages.visitor import Visitor

PATH = '/can-bo/chi-so'


class IndexPage:
    """The index of a unit; what is entered by hand can be entered at its place."""

    def __init__(self, visitor: Visitor, of: Of) -> None:
        self.visitor, self.t, self.of = visitor, visitor.t, of
        self.box = stack()

    def show(self, found: Result) -> None:
        """Draw the sum and the groups."""
        self.box.clear()
        with self.box:
            show(self._sum(found))
            for group in index().groups:
                with card():
                    self._group(group, [s for s in found.scores if s.criterion.group == group.id])

    def _sum(self, found: Result) -> Markup:
        t, missing = self.t, Decimal(100) - found.possible
        lines = [
            markup(
                '<p class="mc-index-sum"><strong>{text}</strong></p>',
                text=t(
                    'indicators.points', points=points_text(found.points, t), possible=points_text(found.possible, t)
                ),
            )
        ]
        if missing > 0:
            lines.append(markup('<p>{text}</p>', text=t('indicators.of_hundred', missing=points_text(missing, t))))
        if found.band:
            lines.append(markup('<p>{text}</p>', text=t('indicators.band', band=t.pick(found.band.name))))
        return markup(
            '<div><h2>{unit} · {period}</h2>{lines}</div>',
            unit=self.of.unit_name,
            period=period_words(self.of.period, t),
            lines=join(lines),
        )

    def _group(self, group: Group, scores: list[Score]) -> None:
        t = self.t
        reached = sum((score.points or Decimal(0) for score in scores), Decimal(0))
        show(
            markup(
                '<h2>{name}</h2><p class="mc-muted">{points}</p>',
                name=t.pick(group.name),
                points=t('indicators.group_points', points=points_text(reached, t), most=group.points),
            )
        )
        with ui.element('div').classes('mc-lined'):
            for score in scores:
                with ui.element('div').classes('mc-line mc-criterion'):
                    show(self._score(score))
                    if score.is_by_hand:
                        name = t.pick(score.criterion.name)
                        quiet(t('indicators.enter'), guarded(self._enter(score), single=True), t=t, about=name)

    def _score(self, score: Score) -> Markup:
        t, one = self.t, score.criterion
        return markup(
            '<div><p><strong>{id} {name}</strong> {tag}</p><p class="mc-muted mc-small">{formula}</p>'
            '<p class="mc-criterion-figures">{points}{share}{lost}</p></div>',
            id=one.id,
            name=t.pick(one.name),
            tag=tag(t('indicators.by_hand'), 'neutral') if score.is_by_hand else NOTHING,
            formula=t.pick(one.formula),
            points=markup(
                '<strong>{text}</strong>',
                text=t(
                    'indicators.group_points',
                    points=points_text(score.points, t),
                    most=points_text(score.most.quantize(index766.CENT), t),
                ),
            ),
            share=share_words(score, t),
            lost=self._lost(score),
        )

    def _lost(self, score: Score) -> Markup:
        if score.ratio is None or score.criterion.measure not in MEASURES or not score.lost:
            return NOTHING
        bad = score.ratio.whole - score.ratio.part
        url = drawn.address(f'{PATH}/ho-so', **query_of(self.of), tieu_chi=score.criterion.id)
        text = self.t('indicators.lost_dossiers', count=count(bad, self.t))
        return markup(' <a class="mc-link" href="{url}">{text}</a>', url=url, text=text)

    def _enter(self, score: Score) -> Callable[[], Awaitable[None]]:
        async def enter() -> None:
            one = score.criterion
            if await ask_entry(self.visitor, self.of, index766.TABLE, one.id, one.name):
                actor = await self.visitor.actor()
                self.show((await queries.index_of(actor, self.of.unit_code, self.of.period))[1])

        return enter


def share_words(score: Score, t: Words) -> Markup:
    """Say how a criterion was measured."""
    if score.ratio is None:
        return markup('<span>{text}</span>', text=t('indicators.by_hand_none'))
    if score.is_void:
        return markup('<span>{text}</span>', text=t('indicators.void'))
    share = 100 * score.ratio.part / score.ratio.whole
    text = t('indicators.share', part=count(score.ratio.part, t), whole=count(score.ratio.whole, t))
    words = f'{text} = {number(int(share * 10) / 10, t)}%'
    if score.entered:
        told = score.entered
        words += '. ' + t('indicators.by_hand_of', by=told.by, at=t.short_moment(told.at), source=told.source)
    return markup('<span>{text}</span>', text=words)


async def index_page(visitor: Visitor, don_vi: str = '', ky: str = '', tu: str = '', den: str = '') -> None:
    """Draw the index of a unit and period."""

    def draw(of: Of, found: Result) -> None:
        IndexPage(visitor, of).show(found)
        source = visitor.t('indicators.source', source=index().source)
        show(markup('<p class="mc-muted mc-small">{text}</p>', text=source))

    asked = Asked(don_vi, ky or Kind.QUARTER, tu, den)
    await figures_page(visitor, PATH, 'indicators.', asked, queries.index_of, draw)


async def costs_page(
    visitor: Visitor, don_vi: str = '', ky: str = '', tu: str = '', den: str = '', tieu_chi: str = ''
) -> None:
    """List the dossiers that cost points of a criterion, by their code."""
    t, actor = visitor.t, await visitor.actor()
    await hit('reports', actor.account_id, times=TIMES, minutes=MINUTES)
    period = Period.read(ky or Kind.QUARTER, tu, den, today())
    over_dossiers = [one for one in index().criteria if one.measure in MEASURES]
    criterion = next((one for one in over_dossiers if one.id == tieu_chi), over_dossiers[0])
    rows = await counted(queries.costs(actor, don_vi[:40], period, criterion.measure), t)
    back = drawn.address(PATH, don_vi=don_vi[:40], ky=str(period.kind), tu=period.first.isoformat())
    lead = f'{criterion.id} {t.pick(criterion.name)}. {period_words(period, t)}.'
    page_head(t('indicators.costs_title'), t, lead=lead, back=(back, t('indicators.back')))
    unnamed = markup('<p class="mc-muted">{text}</p>', text=t('indicators.costs_unnamed'))
    show(
        unnamed if criterion.measure == 'undisputed' else NOTHING,
        listed([(row.code, row.dossier_id, row.unit_name) for row in rows], t),
    )


def listed(rows: Sequence[tuple[str, ...]], t: Words) -> Markup:
    """Return a list of dossiers that cost points: (code, id where it may be opened, what is said beside it...)."""
    if not rows:
        return markup('<p class="mc-empty">{text}</p>', text=t('indicators.costs_none'))
    more = markup('<p class="mc-muted">{text}</p>', text=t('indicators.costs_more', most=MOST_LISTED))
    lines = join(_cost(*row) for row in rows)
    return markup('<div class="mc-card"><ul class="mc-lined">{lines}</ul></div>', lines=lines) + (
        more if len(rows) == MOST_LISTED else NOTHING
    )


def _cost(code: str, dossier_id: str, *beside: str) -> Markup:
    said, number = ' · '.join(beside), markup('<span class="mc-code">{code}</span>', code=code)
    if dossier_id:
        number = markup('<a class="mc-code mc-link" href="/can-bo/ho-so/{id}">{code}</a>', id=dossier_id, code=code)
    return markup(
        '<li class="mc-line"><p>{number}<br><span class="mc-muted">{said}</span></p></li>', number=number, said=said
    )


ROUTES = [
    Route(PATH, index_page, need=Permission.REPORT_READ, title_key='indicators.title', within=drawn.PATH),
    Route(f'{PATH}/ho-so', costs_page, need=Permission.REPORT_READ, title_key='indicators.costs_title'),
]
