"""The catalogue: a search that ignores accents, and the start page of each procedure."""

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.documents.blank import has_blank
from app.feedback.public import beside
from app.procedures.queries import search, start_page
from app.procedures.schema import ApplicantKind, ServiceLevel
from components.listing import page_links
from components.papers import papers_by_kind
from pages.frame import respond
from pages.visitor import Visitor

addresses = APIRouter()
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
    return await respond(
        request,
        'procedures.html',
        actor,
        found=found,
        chosen=chosen,
        links=page_links('/thu-tuc', chosen, found.page, found.pages),
    )


@addresses.api_route('/thu-tuc/{slug}', methods=['GET', 'HEAD'])
async def show_procedure(request: Request, slug: str) -> Response:
    """Show the start page of a procedure; a national code leads to it."""
    actor = await Visitor.of(request).actor()
    code = NATIONAL_CODE.fullmatch(slug)
    page = await start_page(actor, code[1] if code else slug)
    if slug != page.spec.id:
        return RedirectResponse(f'/thu-tuc/{page.spec.id}', 302)
    questions = await beside(actor, page.spec.id)
    values = {'spec': page.spec, 'questions': questions, 'has_blank': has_blank(page.spec), **papers_by_kind(page.spec)}
    return await respond(request, 'procedure.html', actor, start=page, **values)
