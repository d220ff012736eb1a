"""Public performance: what was filed, resolved, in time or late, for everybody, with files for programs and each dossier by its code."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.clock import today
from app.limits import hit
from app.notifications import settings
from app.statistics.board import Asked, Board, board, choices, drill_down
from app.statistics.each import Which
from app.statistics.files import as_csv, as_json
from app.statistics.indicators import INDICATORS, NOT_YET, values
from app.statistics.periods import Period
from app.statistics.published import FEWEST
from pages.frame import respond
from pages.public import figures_drawn as drawn
from pages.visitor import Visitor

addresses = APIRouter()
PATH = drawn.PATH
TIMES, MINUTES = 600, 10
"""Pages and files of figures for one network address."""


def _asked(ky: str, tu: str, den: str, don_vi: str, linh_vuc: str, thu_tuc: str) -> Asked:
    period = Period.read(ky, tu, den, today())
    return Asked(period, don_vi[:40], linh_vuc[:120], thu_tuc[:80])


async def _found(request: Request, asked: Asked) -> Board:
    await hit('statistics', Visitor.of(request).address, times=TIMES, minutes=MINUTES)
    return await board(asked)


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(
    request: Request, ky: str = '', tu: str = '', den: str = '', don_vi: str = '', linh_vuc: str = '', thu_tuc: str = ''
) -> Response:
    """Show the figures of a period, of all units or one, of all procedures or some."""
    visitor = Visitor.of(request)
    asked = _asked(ky, tu, den, don_vi, linh_vuc, thu_tuc)
    found = await _found(request, asked)
    t = visitor.t
    return await respond(
        request,
        'figures.html',
        await visitor.actor(),
        board=found,
        asked=asked,
        query_values=drawn.query_of(asked),
        period=drawn.period_text(asked.period, t),
        quick=tuple(drawn.quick(asked, t)),
        before=asked.period.beside(-1, today()),
        after=asked.period.beside(1, today()),
        indicators=[(one, drawn.value_text(values(found.found)[one.key], one.kind, t)) for one in INDICATORS],
        rows=drawn.lines(found),
        fewest=FEWEST,
        not_yet=NOT_YET,
        drawn=drawn,
    )


@addresses.api_route(PATH + '/so-lieu.json', methods=['GET', 'HEAD'])
async def as_program_data(
    request: Request, ky: str = '', tu: str = '', den: str = '', don_vi: str = '', linh_vuc: str = '', thu_tuc: str = ''
) -> Response:
    """Give the same figures as JSON."""
    found = await _found(request, _asked(ky, tu, den, don_vi, linh_vuc, thu_tuc))
    text = as_json(found, f'{settings().url}{PATH}/cach-tinh#du-lieu')
    return Response(text, media_type='application/json')


@addresses.api_route(PATH + '/so-lieu.csv', methods=['GET', 'HEAD'])
async def as_table(
    request: Request, ky: str = '', tu: str = '', den: str = '', don_vi: str = '', linh_vuc: str = '', thu_tuc: str = ''
) -> Response:
    """Give the same figures as CSV."""
    asked = _asked(ky, tu, den, don_vi, linh_vuc, thu_tuc)
    name = f'thong-ke-{asked.period.first}-{asked.period.last}.csv'
    headers = {'Content-Disposition': f'attachment; filename="{name}"'}
    return Response(as_csv(await _found(request, asked)), headers=headers, media_type='text/csv')


@addresses.api_route(PATH + '/cach-tinh', methods=['GET', 'HEAD'])
async def explain(request: Request) -> Response:
    """Say how each figure is counted, by which rule, and what is not told."""
    return await respond(request, 'figures_rules.html', await Visitor.of(request).actor(), fewest=FEWEST)


@addresses.api_route(PATH + '/ho-so', methods=['GET', 'HEAD'])
async def list_each(
    request: Request, loai: str = '', ky: str = '', tu: str = '', den: str = '', don_vi: str = '', trang: str = '1'
) -> Response:
    """List single dossiers by their codes."""
    visitor = Visitor.of(request)
    await hit('statistics', visitor.address, times=TIMES, minutes=MINUTES)
    which = Which(loai) if loai in set(Which) else Which.RECEIVED
    asked = _asked(ky, tu, den, don_vi, '', '')
    number = int(trang) if trang.isascii() and trang.isdigit() and len(trang) < 4 else 1
    page, units = await drill_down(asked, which, number)
    return await respond(
        request,
        'figures_dossiers.html',
        await visitor.actor(),
        asked=asked,
        query_values=drawn.query_of(asked),
        which=which,
        kinds=tuple(Which),
        page=page,
        units=units,
        choices=await choices(),
        period=drawn.period_text(asked.period, visitor.t),
        drawn=drawn,
    )
