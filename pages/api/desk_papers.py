"""Official papers that wait for a signature: what a signing program fetches, and where it brings them back."""

from datetime import datetime
from typing import Literal

from fastapi import Response

from app.documents.queries import open_document
from app.papers import SIZE_LIMIT
from app.signing import official
from pages.api.below import below
from pages.api.caller import Officer
from pages.api.shapes import Shape
from pages.api.values import PaperId, Upload

routes = below('/desk/papers', 'desk')


class Signature(Shape):
    """One signature of a paper. ``kind``: of a person, or an agency's seal."""

    signer: str
    signed_at: datetime | None
    kind: Literal['person', 'seal']
    intact: bool
    trusted: bool
    timestamped: bool
    revocation: str


class WaitingPaper(Shape):
    """A paper that waits. ``wants``: the officer's signature, or the unit's seal."""

    id: str
    form_code: str
    title: str
    number: str
    issued_at: datetime
    wants: Literal['person', 'seal']
    dossier_id: str
    code: str
    signatures: tuple[Signature, ...]


class Brought(Shape):
    """``sha256``: of the signed file, as it is given out from now on."""

    sha256: str


@routes.get('')
async def read_papers(actor: Officer) -> tuple[WaitingPaper, ...]:
    """Read the papers of the last 30 days that wait for the officer's signature or the seal. Scope: `paper:sign`."""
    return tuple(WaitingPaper.of(one) for one in await official.waiting(actor))


@routes.get('/{document_id}/file', response_class=Response)
async def read_paper_file(actor: Officer, document_id: PaperId) -> Response:
    """Read a paper as PDF: the exact file to be signed. Scope: `paper:read`."""
    paper = await open_document(actor, document_id)
    return Response(paper.content, media_type='application/pdf')


@routes.post('/{document_id}/signed', status_code=201)
async def add_signed_paper(actor: Officer, document_id: PaperId, file: Upload) -> Brought:
    """Bring a paper back that was signed in another program: the same file with one signature more. Scope: `paper:sign`.

    Signed with a certificate that the officer registered, or sealed with the unit's (scope `result:seal`). A program signs
    nothing itself.
    """
    return Brought(sha256=await official.add_signed(actor, document_id, await file.read(SIZE_LIMIT + 1)))
