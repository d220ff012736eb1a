"""``/can-bo/danh-gia-noi-bo``: the nine indicators of a unit and of each officer."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.access import Permission
from app.i18n import Words
from app.indicators import evaluation, points, queries
from app.indicators.evaluation import Evaluation, Indicator, Officer, rules
from app.indicators.queries import Of
from app.statistics.periods import Kind
from components.buttons import quiet
from components.cards import card, stack
from components.markup import NOTHING, join, markup, show
from components.tags import tag
from components.toast import toast
from components.wording import count
from models.types import new_id
from pages.asking import Form, ask_form
from pages.officer import reports_drawn as drawn
from pages.officer.evaluation_costs import COSTS, PATH, score_link
from pages.officer.figures import Asked, figures_page, period_words, points_text, query_of
from pages.shell import Route, guarded
from pages.visitor import Visitor


class EvaluationPage:
    """The evaluation of a unit; the two indicators that no clock knows are judged at their place."""

    def __init__(self, visitor: Visitor, of: Of) -> None:
        self.visitor, self.t, self.of = visitor, visitor.t, of
        self.box = stack()

    def show(self, found: Evaluation) -> None:
        """Draw the unit's indicators, then the officers."""
        t = self.t
        self.box.clear()
        with self.box:
            show(_sum(found, self.of, t))
            with card(t('indicators.evaluation_indicators')), ui.element('div').classes('mc-lined'):
                for one in rules().indicators:
                    with ui.element('div').classes('mc-line mc-criterion'):
                        show(_indicator(one, found, self.of, t))
                        if one.hand:
                            name = t.pick(one.name)
                            quiet(t('indicators.enter'), guarded(self._judge(one), single=True), t=t, about=name)
            show(_officers(found.officers, self.of, t))

    def _judge(self, one: Indicator) -> Callable[[], Awaitable[None]]:
        async def judge() -> None:
            t, of = self.t, self.of

            def build(form: Form) -> None:
                show(markup('<p>{rule}</p>', rule=t.pick(one.rule)))
                form.choice('part', t('indicators.judged'), [(str(n), t(f'indicators.points_{n}')) for n in (2, 1, 0)])
                form.text('source', t('indicators.source_of'), limit=queries.LONGEST, hint=t('indicators.source_hint'))

            async def keep(values: dict[str, Any]) -> None:
                actor, raw = await self.visitor.actor(), values | {'whole': str(points.EARLY)}
                await queries.enter(actor, of.unit_code, of.period, table=evaluation.TABLE, criterion=one.id, raw=raw)

            heading = t('indicators.enter_for', name=t.pick(one.name))
            done, _ = await ask_form(heading, t, build, keep, confirm=t('indicators.keep'), key=f'judge-{new_id()}')
            if done:
                toast(t('indicators.entered'), t)
                self.show((await queries.evaluation_of(await self.visitor.actor(), of.unit_code, of.period))[1])

        return judge


def _sum(found: Evaluation, of: Of, t: Words) -> Markup:
    said = t(
        'indicators.evaluation_total',
        points=points_text(found.total, t),
        known=len(found.scores),
        all=len(rules().indicators),
    )
    level = t('indicators.band', band=t.pick(found.level.name)) if found.level else ''
    return markup(
        '<div><h2>{unit} · {period}</h2><p class="mc-index-sum"><strong>{said}</strong></p><p>{level}</p></div>',
        unit=of.unit_name,
        period=period_words(of.period, t),
        said=said,
        level=level,
    )


def _indicator(one: Indicator, found: Evaluation, of: Of, t: Words) -> Markup:
    score, number, by_hand = found.scores.get(one.id), found.numbers.get(one.id), found.entered.get(one.id)
    told = [t('indicators.evaluation_missing')] if score is None else []
    if score is not None and number:
        told.append(t('indicators.evaluation_number', count=count(number, t)))
    if by_hand:
        told.append(t('indicators.by_hand_of', by=by_hand.by, at=t.short_moment(by_hand.at), source=by_hand.source))
    return markup(
        '<div><p><strong>{id}. {name}</strong> {tag}</p><p class="mc-muted mc-small">{rule}</p>'
        '<p class="mc-criterion-figures"><strong>{points}</strong><span>{told}</span>{lost}</p></div>',
        id=one.id,
        name=t.pick(one.name),
        tag=tag(t('indicators.by_hand'), 'neutral') if one.hand else NOTHING,
        rule=t.pick(one.rule),
        points=t('indicators.evaluation_points', points=points_text(score, t)),
        told='. '.join(told),
        lost=_lost(one.id, score, of, t),
    )


def _lost(indicator: str, score: Decimal | None, of: Of, t: Words) -> Markup:
    if indicator not in points.LISTED or score is None or score >= points.EARLY:
        return NOTHING
    url = drawn.address(COSTS, **query_of(of), chi_tieu=indicator)
    return markup(' <a class="mc-link" href="{url}">{text}</a>', url=url, text=t('indicators.evaluation_lost'))


def _officers(officers: tuple[Officer, ...], of: Of, t: Words) -> Markup:
    title = t('indicators.evaluation_officers')
    if not officers:
        nobody = markup('<p class="mc-empty">{text}</p>', text=t('indicators.evaluation_nobody'))
        return markup('<section><h2>{title}</h2>{nobody}</section>', title=title, nobody=nobody)
    ids = [one.id for one in rules().indicators if one.officer]
    heads = [t('indicators.officer'), t('indicators.dossiers')]
    heads += [*(t('indicators.indicator_short', id=one) for one in ids), t('indicators.total'), t('indicators.level')]
    rows = join(_officer(one, ids, of, t) for one in officers)
    lead = markup('<p class="mc-muted">{text}</p>', text=t('indicators.evaluation_officers_lead'))
    return markup('<div>{table}{lead}</div>', table=drawn.simple_table('can-bo', title, heads, rows, t), lead=lead)


def _officer(one: Officer, ids: list[str], of: Of, t: Words) -> Markup:
    level = t.pick(one.level.name) if one.level else '–'
    scores = (score_link(each, one, query_of(of), t) for each in ids)
    told: list[str | Markup] = [count(one.dossiers, t), *scores, points_text(one.total, t), level]
    cells = join(markup('<td class="mc-number">{text}</td>', text=text) for text in told)
    return markup('<tr><th scope="row">{name}</th>{cells}</tr>', name=one.name, cells=cells)


async def evaluation_page(visitor: Visitor, don_vi: str = '', ky: str = '', tu: str = '', den: str = '') -> None:
    """Draw the internal evaluation of a unit and period."""

    def draw(of: Of, found: Evaluation) -> None:
        EvaluationPage(visitor, of).show(found)
        source = visitor.t('indicators.evaluation_source', source=rules().source)
        private = visitor.t('indicators.evaluation_private')
        show(markup('<p class="mc-muted mc-small">{text} {private}</p>', text=source, private=private))

    asked = Asked(don_vi, ky or Kind.QUARTER, tu, den)
    await figures_page(visitor, PATH, 'indicators.evaluation_', asked, queries.evaluation_of, draw)


ROUTES = [
    Route(
        PATH,
        evaluation_page,
        need=Permission.REPORT_READ,
        title_key='indicators.evaluation_title',
        within=drawn.PATH,
    )
]
