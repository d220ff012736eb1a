"""``/can-bo/danh-gia-noi-bo/...``: one's own indicators, and the dossiers that cost points, of a unit or of one officer."""

from markupsafe import Markup

from app.access import Permission
from app.clock import today
from app.i18n import Words
from app.indicators import points, queries
from app.indicators.evaluation import Indicator, Officer, rules
from app.limits import hit
from app.statistics.periods import Kind, Period
from components.cards import stack
from components.markup import join, markup, show
from components.page_head import page_head
from components.wording import count
from pages.officer import rating
from pages.officer import reports_drawn as drawn
from pages.officer.figures import MINUTES, TIMES, period_words, points_text
from pages.officer.indicators import listed
from pages.officer.waiting import counted
from pages.shell import Route
from pages.visitor import Visitor

PATH = '/can-bo/danh-gia-noi-bo'
COSTS, OWN = f'{PATH}/ho-so', f'{PATH}/cua-toi'


def score_link(indicator: str, one: Officer, query: dict[str, str], t: Words) -> str | Markup:
    """Return a score; where points are missing it leads to what cost them."""
    score = one.scores.get(indicator)
    if score is None or score >= points.EARLY:
        return points_text(score, t)
    url = drawn.address(COSTS, **query, chi_tieu=indicator, can_bo=one.account_id)
    about = t('indicators.evaluation_lost_of', id=indicator, name=one.name, points=points_text(score, t))
    return markup('<a href="{url}" aria-label="{about}">{n}</a>', url=url, about=about, n=points_text(score, t))


async def own_page(visitor: Visitor, ky: str = '', tu: str = '', den: str = '') -> None:
    """Draw one's own indicators."""
    t, actor = visitor.t, await visitor.actor()
    await hit('reports', actor.account_id, times=TIMES, minutes=MINUTES)
    period = Period.read(ky or Kind.QUARTER, tu, den, today())
    found = await counted(queries.own_evaluation(actor, period), t)
    page_head(t('indicators.own_title'), t, lead=t('indicators.own_lead'), back=(rating.PATH, t('ratings.desk_title')))
    query = {'ky': str(period.kind), 'tu': period.first.isoformat()}
    rows = join(_own_row(one, found, query, t) for one in rules().indicators if one.officer)
    heads = [t('indicators.own_indicator'), t('indicators.judged')]
    level = t.pick(found.level.name) if found.level else '–'
    told = t('indicators.own_told', count=count(found.dossiers, t), level=level)
    with stack():
        show(drawn.sheet(), _choosing(period, t))
        show(drawn.simple_table('chi-tieu', period_words(period, t), heads, rows, t))
        show(markup('<p>{told}</p>', told=told))


def _choosing(period: Period, t: Words) -> Markup:
    kinds = [(kind, t(f'statistics.kind_{kind}')) for kind in (Kind.MONTH, Kind.QUARTER, Kind.YEAR)]
    parts = [
        drawn.select('ky', t('statistics.filter_kind'), kinds, str(period.kind)),
        drawn.day('tu', t('indicators.day'), period.first.isoformat()),
    ]
    return drawn.choosing(OWN, parts, t('indicators.show'), t('indicators.choose_period'))


def _own_row(one: Indicator, found: Officer, query: dict[str, str], t: Words) -> Markup:
    return markup(
        '<tr><th scope="row">{id}. {name}<br><span class="mc-optional mc-small">{rule}</span></th>'
        '<td class="mc-number">{points}</td></tr>',
        id=one.id,
        name=t.pick(one.name),
        rule=t.pick(one.rule),
        points=score_link(one.id, found, query, t),
    )


async def costs_page(
    visitor: Visitor, don_vi: str = '', ky: str = '', tu: str = '', den: str = '', chi_tieu: str = '', can_bo: str = ''
) -> None:
    """List the dossiers that got less than two points by an indicator, by their code."""
    t, actor = visitor.t, await visitor.actor()
    await hit('reports', actor.account_id, times=TIMES, minutes=MINUTES)
    period = Period.read(ky or Kind.QUARTER, tu, den, today())
    one = next(one for one in rules().indicators if one.id == (chi_tieu if chi_tieu in points.LISTED else '1'))
    rows = await counted(queries.evaluation_costs(actor, don_vi[:40], period, one.id, can_bo[:22]), t)
    is_own = bool(can_bo) and can_bo == actor.account_id
    query = {'don_vi': '' if is_own else don_vi[:40], 'ky': str(period.kind), 'tu': period.first.isoformat()}
    name = t('indicators.own_title' if is_own else 'indicators.evaluation_title')
    lead = f'{one.id}. {t.pick(one.name)}. {period_words(period, t)}. {t.pick(one.rule)}.'
    back = (drawn.address(OWN if is_own else PATH, **query), name)
    page_head(t('indicators.evaluation_costs_title'), t, lead=lead, back=back)
    show(listed([(r.code, r.dossier_id, r.unit_name, t(f'indicators.points_{r.points}')) for r in rows], t))


ROUTES = [
    Route(OWN, own_page, need=Permission.DOSSIER_READ, title_key='indicators.own_title', within=rating.PATH),
    Route(COSTS, costs_page, need='staff', title_key='indicators.evaluation_costs_title'),
]
