"""Upload and open papers: plain HTTP, authorised by the same commands as everything else."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from app import papers
from app.dossiers import attachments
from app.errors import AppError, Invalid, NotAllowed, NotFound, TooMany
from app.i18n import words
from app.signing import brought
from app.verification import revoking
from models.enums import AttachmentKind
from pages.visitor import Visitor

router = APIRouter()
BODY_LIMITS = {'/tep/': papers.SIZE_LIMIT + 100_000}
"""A paper and what a form puts around it."""
Upload = Annotated[UploadFile, File()]
_SAFE = {
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
}


@router.post('/tep/nop/{token}/{document_id}')
async def upload_to_draft(request: Request, token: str, document_id: str, file: Upload) -> Response:
    """Take one paper of a draft."""
    visitor = Visitor.of(request)
    return await _taken(
        visitor, lambda actor, name, content: attachments.add_to_draft(actor, token, document_id, name, content), file
    )


@router.post('/tep/nop/{token}/{file_id}/bo')
async def remove_from_draft(request: Request, token: str, file_id: str) -> Response:
    """Take a paper out of a draft."""
    visitor = Visitor.of(request)
    return await _done(visitor, lambda actor: attachments.remove_from_draft(actor, token, file_id))


@router.post('/tep/bo-sung/{dossier_id}/{document_id}')
async def upload_to_supplement(request: Request, dossier_id: str, document_id: str, file: Upload) -> Response:
    """Take one paper of a supplement; ``khac`` stands for a paper of no named component."""
    visitor = Visitor.of(request)
    component = None if document_id == 'khac' else document_id
    return await _taken(
        visitor,
        lambda actor, name, content: attachments.add_to_supplement(actor, dossier_id, component, name, content),
        file,
    )


@router.post('/tep/bo-sung/{dossier_id}/{file_id}/bo')
async def remove_from_supplement(request: Request, dossier_id: str, file_id: str) -> Response:
    """Take back a paper of a supplement that is not sent yet."""
    visitor = Visitor.of(request)
    return await _done(visitor, lambda actor: attachments.remove_from_supplement(actor, dossier_id, file_id))


@router.post('/tep/ket-qua/{dossier_id}/{kind}')
async def upload_result(request: Request, dossier_id: str, kind: str, file: Upload) -> Response:
    """Attach the result, its draft, the result signed elsewhere, or the corrected one after it was issued."""
    visitor = Visitor.of(request)
    kinds = {'ket-qua': AttachmentKind.RESULT, 'du-thao': AttachmentKind.RESULT_DRAFT}
    if kind == 'ban-sua':
        return await _taken(
            visitor, lambda actor, name, content: revoking.add_correction(actor, dossier_id, name, content), file
        )
    if kind == 'da-ky':
        return await _taken(visitor, lambda actor, _, content: brought.add_signed(actor, dossier_id, content), file)
    if kind not in kinds:
        return _refused(visitor, NotFound())
    return await _taken(
        visitor,
        lambda actor, name, content: attachments.add_result(actor, dossier_id, kinds[kind], name, content),
        file,
    )


@router.get('/tep/{file_id}')
async def download(request: Request, file_id: str, nhap: str = '') -> Response:
    """Save a paper; never shown in place, whatever it says it is."""
    visitor = Visitor.of(request)
    try:
        opened = await attachments.open_file(await visitor.actor(), file_id, draft_token=nhap or None)
    except AppError as error:
        return _refused(visitor, error)
    disposition = f"attachment; filename*=UTF-8''{quote(opened.name)}"
    return Response(opened.content, media_type=opened.media_type, headers={**_SAFE, 'Content-Disposition': disposition})


@router.get('/tep/{file_id}/trang/{page}')
async def page_picture(request: Request, file_id: str, page: int, nhap: str = '') -> Response:
    """Show one page of a paper as a picture made here."""
    visitor = Visitor.of(request)
    try:
        actor = await visitor.actor()
        opened = await attachments.open_file(actor, file_id, draft_token=nhap or None)
        with papers.sent_by(actor):
            picture = await papers.page_picture(opened.content, opened.media_type, page)
    except AppError as error:
        return _refused(visitor, error)
    return Response(picture, media_type='image/jpeg', headers=_SAFE)


async def _taken(visitor: Visitor, take: Any, file: UploadFile) -> Response:
    content = await file.read(papers.SIZE_LIMIT + 1)
    try:
        kept = await take(await visitor.actor(), file.filename or '', content)
    except AppError as error:
        return _refused(visitor, error)
    body = {
        'id': kept.id,
        'name': kept.name,
        'size': kept.size,
        'pages': kept.pages,
        'sha256': kept.sha256,
        'document_id': kept.document_id,
    }
    return JSONResponse(body, status_code=201)


async def _done(visitor: Visitor, act: Any) -> Response:
    try:
        await act(await visitor.actor())
    except AppError as error:
        return _refused(visitor, error)
    return Response(status_code=204)


def _refused(visitor: Visitor, error: AppError) -> Response:
    """Say why, in the person's language."""
    codes = {NotFound: 404, NotAllowed: 403, TooMany: 429, Invalid: 422}
    return JSONResponse({'message': words(visitor.lang).error(error)}, status_code=codes.get(type(error), 409))
