"""What the index, the internal evaluation and the targets have in common: head, choice of unit and period, entry by hand."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from markupsafe import Markup

from app.access import Actor
from app.clock import today
from app.fields.base import Control
from app.i18n import Words
from app.indicators import queries
from app.indicators.queries import Of
from app.limits import hit
from app.procedures.schema import Text
from app.reports.queries import Choice, choices
from app.reports.wording import period_text
from app.statistics.periods import Kind, Period
from components.cards import stack
from components.markup import markup, show
from components.page_head import page_head
from components.toast import toast
from components.wording import number
from models.types import new_id
from pages.asking import Form, ask_form
from pages.officer import reports_drawn as drawn
from pages.officer.waiting import counted
from pages.visitor import Visitor

T = TypeVar('T')
TIMES, MINUTES = 60, 10
"""Pages of figures that one person has made in ten minutes."""


@dataclass(frozen=True)
class Asked:
    """Unit and period as the address says them."""

    unit: str
    kind: str
    first: str
    last: str


async def figures_page(
    visitor: Visitor,
    path: str,
    words: str,
    asked: Asked,
    load: Callable[[Actor, str, Period], Coroutine[Any, Any, tuple[Of, T]]],
    draw: Callable[[Of, T], object],
) -> None:
    """Load what is asked for and draw it below its head and the choice of unit and period; ``words``: of title and lead."""
    t, actor = visitor.t, await visitor.actor()
    await hit('reports', actor.account_id, times=TIMES, minutes=MINUTES)
    period = Period.read(asked.kind, asked.first, asked.last, today())
    of, found = await counted(load(actor, asked.unit[:40], period), t)
    units = await choices(actor)
    page_head(t(f'{words}title'), t, lead=t(f'{words}lead'), back=(drawn.PATH, t('reports.back')))
    with stack():
        show(drawn.sheet(), _choosing(path, of, units, t))
        draw(of, found)


def points_text(points: Decimal | None, t: Words) -> str:
    """Write points: ``4,5``; a dash while nobody knows."""
    return '–' if points is None else number(float(points), t)


def period_words(period: Period, t: Words) -> str:
    """Say a period."""
    return period_text(str(period.kind), period.first, period.last, t)


def query_of(of: Of) -> dict[str, str]:
    """Return what an address says of unit and period."""
    period = of.period
    end = period.last.isoformat() if period.kind is Kind.RANGE else ''
    return {'don_vi': of.unit_code, 'ky': str(period.kind), 'tu': period.first.isoformat(), 'den': end}


def _choosing(path: str, of: Of, units: tuple[Choice, ...], t: Words) -> Markup:
    kinds = [(kind, t(f'statistics.kind_{kind}')) for kind in (Kind.MONTH, Kind.QUARTER, Kind.YEAR)]
    parts = [
        drawn.select('don_vi', t('reports.unit'), drawn.unit_options(units), of.unit_code),
        drawn.select('ky', t('statistics.filter_kind'), kinds, str(of.period.kind)),
        drawn.day('tu', t('indicators.day'), of.period.first.isoformat()),
    ]
    return drawn.choosing(path, parts, t('indicators.show'), t('indicators.choose'))


async def ask_entry(visitor: Visitor, of: Of, table: str, criterion: str, name: Text) -> bool:
    """Ask for a figure that is counted elsewhere, and keep it; False if the person gave up."""
    t = visitor.t

    def build(form: Form) -> None:
        show(markup('<p>{unit} · {period}</p>', unit=of.unit_name, period=period_words(of.period, t)))
        for key in ('part', 'whole'):
            form.ask(key, t(f'indicators.{key}'), Control('number', inputmode='numeric', width='short'))
        form.text('source', t('indicators.source_of'), limit=queries.LONGEST, hint=t('indicators.source_hint'))

    async def keep(values: dict[str, Any]) -> None:
        actor = await visitor.actor()
        await queries.enter(actor, of.unit_code, of.period, table=table, criterion=criterion, raw=values)

    heading = t('indicators.enter_for', name=t.pick(name))
    done, _ = await ask_form(heading, t, build, keep, confirm=t('indicators.keep'), key=f'entry-{new_id()}')
    if done:
        toast(t('indicators.entered'), t)
    return done
