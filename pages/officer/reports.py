"""``/can-bo/bao-cao``: official reports of a unit and period as table, chart and files; those sent by schedule."""

from urllib.parse import quote

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from app.access import Permission
from app.clock import today
from app.documents.register import Export
from app.errors import NotFound
from app.limits import hit
from app.reports.queries import KINDS, choices, export, export_sent, report, sent
from app.reports.shapes import Report
from app.reports.wording import period_text
from app.statistics.periods import Kind, Period
from components.cards import stack
from components.markup import NOTHING, show
from components.page_head import page_head
from pages.documents import VIEWER_ONLY
from pages.officer import reports_drawn as drawn
from pages.officer.reports_schedule import Schedules
from pages.officer.waiting import counted
from pages.shell import Route
from pages.visitor import Visitor

router = APIRouter()
FIRST = 'ii06a'
TIMES, MINUTES = 60, 10
"""Reports and files that one person has made: each counts every dossier of its period."""


def _period(kind: str, first: str, last: str) -> Period:
    """Return what an address asks for; without anything, this month."""
    return Period.read(kind, first, last, today())


async def reports_page(
    visitor: Visitor, mau: str = '', don_vi: str = '', ky: str = '', tu: str = '', den: str = ''
) -> None:
    """Draw a report of the chosen unit and period."""
    t, actor = visitor.t, await visitor.actor()
    await hit('reports', actor.account_id, times=TIMES, minutes=MINUTES)
    code, period = mau[:20] or FIRST, _period(ky, tu, den)
    found, units = await counted(report(actor, code, don_vi[:40], period), t), await choices(actor)
    page_head(t('reports.title'), t, lead=t('reports.lead'))
    query = {'mau': code, 'don_vi': found.unit_code, 'ky': str(period.kind), 'tu': period.first.isoformat()}
    if period.kind is Kind.RANGE:
        query['den'] = period.last.isoformat()
    with stack():
        show(drawn.others(t))
        show(drawn.sheet(), drawn.form(drawn.PATH, code, found.unit_code, period, units, t))
        _show(visitor, found, query, drawn.beside(code, found.unit_code, period, t))
        page = Schedules(visitor, found.unit_code, units)
    await page.show()


async def kept_page(visitor: Visitor, run_id: str) -> None:
    """Draw a report that was made by schedule, as it was then."""
    t = visitor.t
    found = await sent(await visitor.actor(), run_id)
    made = t('reports.kept', at=t.short_moment(found.made_at))
    page_head(t('reports.title'), t, lead=made, back=(drawn.PATH, t('reports.back')))
    show(drawn.sheet())
    _show(visitor, found, {'luu': run_id})


def _show(visitor: Visitor, found: Report, query: dict[str, str], beside: Markup = NOTHING) -> None:
    t = visitor.t
    show(
        drawn.heading(found, period_text(found.kind, found.first, found.last, t), t),
        beside,
        drawn.state(found, t),
        drawn.files(query, t),
        *(drawn.table(one, t) for one in found.tables),
        drawn.comparison(found, t),
        classes='mc-report',
    )


@router.get(drawn.FILES)
async def file(
    request: Request, mau: str = FIRST, don_vi: str = '', ky: str = '', tu: str = '', den: str = '', dang: str = 'pdf',
    luu: str = '',
) -> Response:  # fmt: skip
    """Send a report as PDF or spreadsheet; ``luu`` is one that was made by schedule."""
    actor = await Visitor.of(request).actor()
    if not actor.is_staff or dang not in KINDS:
        raise NotFound()
    await hit('reports', actor.account_id, times=TIMES, minutes=MINUTES)
    if luu:
        return _response(await export_sent(actor, luu[:22], dang), dang)
    return _response(await export(actor, mau[:20], don_vi[:40], _period(ky, tu, den), dang), dang)


def _response(made: Export, kind: str) -> Response:
    how = 'inline' if kind == 'pdf' else 'attachment'
    headers = {
        'Content-Disposition': f"{how}; filename*=UTF-8''{quote(made.name)}",
        'Cache-Control': 'private, no-store',
        'X-Content-Type-Options': 'nosniff',
        'X-Robots-Tag': 'noindex',
        'Content-Security-Policy': VIEWER_ONLY,
    }
    return Response(made.content, media_type=made.media_type, headers=headers)


ROUTES = [
    Route(drawn.PATH, reports_page, need=Permission.REPORT_READ, title_key='reports.title', menu='chart', rare=True),
    Route(drawn.PATH + '/{run_id}', kept_page, need=Permission.REPORT_READ, title_key='reports.title'),
]
