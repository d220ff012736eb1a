"""The catalogue: a search that ignores accents, and the start page of each procedure."""

import re
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access import Actor, anonymous
from app.documents.blank import has_blank
from app.dossiers import drafts
from app.feedback.public import beside
from app.i18n import words
from app.procedures.queries import search, start_page
from app.procedures.schema import ApplicantKind, ServiceLevel
from app.remembered import remembered
from app.units.names import name_of
from app.units.queries import home_unit
from components.listing import page_links
from components.papers import papers_by_kind
from components.templating import part
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
FILTERS = ('linh_vuc', 'doi_tuong', 'muc_do')
NATIONAL_CODE = re.compile(r'([123]\.\d{6})(\.[\w.]{1,20})?')
"""A national code, bare or with the localised ending of a province: ``1.001193.000.00.00.H61``."""


@addresses.api_route('/thu-tuc', methods=['GET', 'HEAD'])
async def list_procedures(
    request: Request, q: str = '', linh_vuc: str = '', doi_tuong: str = '', muc_do: str = '', trang: str = '1'
) -> Response:
    """List what matches the words and the filters, a page at a time. What cannot be understood is left out."""
    actor = await Visitor.of(request).actor()
    chosen = {
        'q': ' '.join(q.split())[:100],
        'linh_vuc': linh_vuc[:60],
        'doi_tuong': doi_tuong if doi_tuong in set(ApplicantKind) else '',
        'muc_do': muc_do if muc_do in set(ServiceLevel) else '',
    }
    page = int(trang) if trang.isascii() and trang.isdigit() and len(trang) < 5 else 1
    found = await search(
        actor,
        chosen['q'],
        sector=chosen['linh_vuc'] or None,
        applicant=chosen['doi_tuong'] or None,
        level=chosen['muc_do'] or None,
        page=page,
        lang=actor.lang,
    )
    list_ = await told_list('/thu-tuc', tuple(chosen.items()), found.page, actor.lang, await _phone(actor))
    return await respond(request, 'procedures.html', actor, found=found, chosen=chosen, list=list_)


async def _phone(actor: Actor) -> str:
    unit = await home_unit(actor)
    return unit.phone if unit else ''


@remembered
async def told_list(path: str, chosen: tuple[tuple[str, str], ...], page: int, lang: str, phone: str) -> Markup:
    """Return what was found in the catalogue, drawn: the plain list and the application's show the same.

    ``path``: of the list, below which the procedures lie.
    """
    wanted = dict(chosen)
    sector, applicant, level = (wanted[name] or None for name in FILTERS)
    found = await search(anonymous(lang), wanted['q'], sector, applicant, level, page, lang)
    links = page_links(path, wanted, found.page, found.pages)
    return part('procedures_found.html', words(lang), '', found=found, base=path, phone=phone, links=links)


@addresses.api_route('/thu-tuc/{slug}', methods=['GET', 'HEAD'])
async def show_procedure(request: Request, slug: str) -> Response:
    """Show the start page of a procedure; a national code leads to it."""
    actor = await Visitor.of(request).actor()
    code = NATIONAL_CODE.fullmatch(slug)
    page = await start_page(actor, code[1] if code else slug)
    if slug != page.spec.id:
        return RedirectResponse(f'/thu-tuc/{page.spec.id}', 302)
    unit = await home_unit(actor)
    t = words(actor.lang)
    name = name_of(unit, t.lang) if unit else t('common.unit_fallback')
    facts, body = await told(page.spec.id, t.lang, name)
    questions = await beside(actor, page.spec.id)
    told_of: dict[str, Any] = {'start': page, 'spec': page.spec, 'facts': facts, 'body': body}
    return await respond(request, 'procedure.html', actor, questions=questions, **told_of)


@addresses.post('/thu-tuc/{slug}')
async def begin(request: Request, slug: str) -> Response:
    """Start a form without an account and open it; whoever is signed in chooses first in whose name.

    The page this comes from is kept for everybody and holds no token of a form. None is needed: the request comes from our own
    pages (``pages.hardening.layers.OwnOrigin``), and all it makes is an empty form behind a link that only this visitor is told.
    """
    actor = await Visitor.of(request).actor()
    if actor.account_id:
        return RedirectResponse(f'/nop/{(await start_page(actor, slug)).spec.id}', 303)
    begun = await drafts.start(actor, slug, with_account=False)
    return RedirectResponse(f'/nop/{begun.slug}/{begun.token}', 303, {'Cache-Control': 'no-store'})


@remembered
async def told(slug: str, lang: str, unit_name: str) -> tuple[Markup, Markup]:
    """Return the facts of a procedure and all there is to know of it, drawn: they change with the catalogue alone.

    The plain start page and the application's show the same.
    """
    page = await start_page(anonymous(lang), slug)
    values = {'start': page, 'spec': page.spec, 'can_file': page.online, 'has_blank': has_blank(page.spec)}
    values |= papers_by_kind(page.spec)
    facts, body = (part(f'procedure_{name}.html', words(lang), unit_name, **values) for name in ('facts', 'body'))
    return facts, body
