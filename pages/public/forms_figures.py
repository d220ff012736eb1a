"""How the forms do: how many are finished, where people give up, how much they have to type and to hand in."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.access import anonymous
from app.errors import NotFound
from app.i18n import Words
from app.limits import hit
from app.procedures.pages import pages
from app.procedures.queries import start_page
from app.procedures.schema import ProcedureSpec
from app.statistics.forms import Form, told_forms
from app.statistics.published import FEWEST
from pages.frame import respond
from pages.public.figures import MINUTES, TIMES
from pages.visitor import Visitor

addresses = APIRouter()
PATH = '/thong-ke/bieu-mau'
_OTHER_STOPS = {'giay-to': 'forms.stop_papers', 'xem-lai': 'forms.stop_review', 'de-sau': 'forms.stop_later'}


@addresses.api_route(PATH, methods=['GET', 'HEAD'])
async def show(request: Request, thu_tuc: str = '') -> Response:
    """Show every form in one table; of a chosen one, the pages on which people gave up."""
    visitor = Visitor.of(request)
    await hit('statistics', visitor.address, times=TIMES, minutes=MINUTES)
    first, last, forms = await told_forms()
    chosen = next((one for one in forms if one.procedure.slug == thu_tuc), None)
    left = await _left(chosen, visitor.t) if chosen else ()
    visits = {one.procedure.slug: await _visits(one.procedure.slug) for one in forms}
    return await respond(
        request, 'figures_forms.html', await visitor.actor(),
        forms=forms, first=first, last=last, chosen=chosen, left=left, visits=visits, fewest=FEWEST,
    )  # fmt: skip


async def _visits(slug: str) -> int | None:
    """Return how often somebody has to come; None where that is not known, or the procedure is not offered any more."""
    try:
        return (await start_page(anonymous(), slug)).spec.visits
    except NotFound:
        return None


async def _left(form: Form, t: Words) -> tuple[tuple[str, int], ...]:
    """Return the pages that people left, by the title that they saw."""
    try:
        titles = _titles((await start_page(anonymous(t.lang), form.procedure.slug)).spec, t)
    except NotFound:
        titles = {}
    return tuple((titles.get(page, page), number) for page, number in form.pages)


def _titles(spec: ProcedureSpec, t: Words) -> dict[str, str]:
    """Return what the stops of a form are called; a page of questions that nobody sees at first has its section's name."""
    sections = {f'{s.id}-{n}': t.pick(s.title) for s in spec.sections for n in range(1, len(s.fields) + 1)}
    usual = {page.key: t.pick(page.title) for page in pages(spec, {})}
    return sections | usual | {stop: t(key) for stop, key in _OTHER_STOPS.items()}
