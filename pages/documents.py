"""Official papers as files: those of a dossier, its control sheet, the register of a period."""

from datetime import date
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.documents.blank import blank
from app.documents.control_sheet import control_sheet
from app.documents.drafted import drafted_apology
from app.documents.filled import open_declaration
from app.documents.queries import OpenedPaper, open_document
from app.documents.register import DAYS_LIMIT, export
from app.errors import Invalid, NotFound, Problem
from app.papers import page_picture
from pages.visitor import Visitor

router = APIRouter()
VIEWER_ONLY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A file runs nothing; the browser's own reader of PDF may show it."""


@router.get('/giay-to/{document_id}')
async def document(request: Request, document_id: str) -> Response:
    """Show a paper that was issued for a dossier."""
    return _shown(await open_document(await Visitor.of(request).actor(), document_id))


@router.get('/giay-to/{document_id}/trang/{page}')
async def document_page(request: Request, document_id: str, page: int) -> Response:
    """Show one page of a paper as a picture made here."""
    paper = await open_document(await Visitor.of(request).actor(), document_id)
    picture = await page_picture(paper.content, 'application/pdf', page)
    return Response(picture, media_type='image/jpeg', headers=_headers(paper.name, 'inline'))


@router.get('/thu-tuc/{slug}/to-khai.pdf')
async def declaration(request: Request, slug: str) -> Response:
    """Show the declaration of a procedure, to be filled in by hand."""
    return _shown(await blank(await Visitor.of(request).actor(), slug))


@router.get('/ho-so/{dossier_id}/to-khai.pdf')
async def filled(request: Request, dossier_id: str, lan: str = '') -> Response:
    """Show the declaration of a dossier as it was sent; ``lan`` is the edition, the newest where none is named."""
    if lan and not (lan.isascii() and lan.isdigit() and len(lan) < 4):
        raise NotFound()
    return _shown(await open_declaration(await Visitor.of(request).actor(), dossier_id, int(lan) if lan else None))


@router.get('/can-bo/phieu-kiem-soat/{dossier_id}')
async def sheet(request: Request, dossier_id: str) -> Response:
    """Show the control sheet of a dossier, as its hand-overs are now."""
    return _shown(await control_sheet(await Visitor.of(request).actor(), dossier_id))


@router.get('/can-bo/du-thao-xin-loi/{dossier_id}')
async def apology_draft(request: Request, dossier_id: str) -> Response:
    """Show the drafted apology of a dossier, as it is worded now."""
    return _shown(await drafted_apology(await Visitor.of(request).actor(), dossier_id))


@router.get('/can-bo/so-theo-doi')
async def register(request: Request, tu: str = '', den: str = '', dang: str = 'pdf') -> Response:
    """Send the register of a period: days as 2026-11-30, ``dang`` is pdf or xlsx."""
    actor = await Visitor.of(request).actor()
    if not actor.is_staff or dang not in ('pdf', 'xlsx'):
        raise NotFound()
    made = await export(actor, _day(tu), _day(den), dang)
    headers = _headers(made.name, 'inline' if dang == 'pdf' else 'attachment')
    return Response(made.content, media_type=made.media_type, headers=headers)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({'tu': Problem('documents.period_wrong')}, 'documents.period_wrong', days=DAYS_LIMIT) from None


def _shown(paper: OpenedPaper) -> Response:
    return Response(paper.content, media_type='application/pdf', headers=_headers(paper.name, 'inline'))


def _headers(name: str, how: str) -> dict[str, str]:
    return {
        'Content-Disposition': f"{how}; filename*=UTF-8''{quote(name)}",
        'Cache-Control': 'private, no-store',
        'X-Content-Type-Options': 'nosniff',
        'X-Robots-Tag': 'noindex',
        'Content-Security-Policy': VIEWER_ONLY,
    }
