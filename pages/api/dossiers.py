"""Following a dossier: by its number for anyone, opened by number and secret for the applicant."""

from fastapi import Response

from app import papers
from app.dossiers import applicant, attachments, drafts, opening, queries
from pages.api.below import below
from pages.api.caller import Caller, OpenedId, Opener
from pages.api.drafts import draft_of, saved_answers
from pages.api.shapes import Done, Draft, File, OpenedDossier, OpenedToken, PublicProgress, Saved
from pages.api.values import Answers, DocumentId, FileId, Noted, Number, Opening, Reasoned, Seen, Upload, Withdrawal

routes = below('/dossiers', 'following')
NO_COMPONENT = 'khac'
"""Stands for a paper of no named component."""


@routes.post('/open', status_code=201)
async def open_dossier(actor: Caller, body: Opening) -> OpenedToken:
    """Open a dossier by its number and its secret, for two hours."""
    opened = await opening.open_by_secret(actor, body.number, body.secret)
    return OpenedToken(token=opened.token, expires_at=opened.expires_at)


@routes.get('/opened')
async def read_opened(actor: Opener, dossier_id: OpenedId) -> OpenedDossier:
    """Read everything that the applicant may see of the opened dossier."""
    return OpenedDossier.of(await queries.progress(actor, dossier_id))


@routes.patch('/opened/answers')
async def correct_answers(actor: Opener, dossier_id: OpenedId, body: Answers) -> Saved:
    """Correct answers that were asked for; they count once the supplement is sent."""
    return saved_answers(await applicant.save_correction(actor, dossier_id, body.answers), actor.lang)


@routes.post('/opened/documents/{document_id}', status_code=201)
async def add_supplement_paper(actor: Opener, dossier_id: OpenedId, document_id: DocumentId, file: Upload) -> File:
    """Add a paper that was asked for; `khac` is one of no named component."""
    content = await file.read(papers.SIZE_LIMIT + 1)
    component = None if document_id == NO_COMPONENT else document_id
    name = file.filename or ''
    return File.of(await attachments.add_to_supplement(actor, dossier_id, component, name, content))


@routes.delete('/opened/files/{file_id}', status_code=204)
async def remove_supplement_paper(actor: Opener, dossier_id: OpenedId, file_id: FileId) -> Response:
    """Take back a paper of a supplement that is not sent yet."""
    await attachments.remove_from_supplement(actor, dossier_id, file_id)
    return Response(status_code=204)


@routes.post('/opened/supplement')
async def send_supplement(actor: Opener, dossier_id: OpenedId, body: Noted) -> Done:
    """Send the supplement: what was corrected and added takes the place of what stood there."""
    return Done.of(await applicant.send_supplement(actor, dossier_id, body.seen_version, note=body.note))


@routes.post('/opened/replacement', status_code=201)
async def start_replacement(actor: Opener, dossier_id: OpenedId) -> Draft:
    """Start the prefilled draft that answers a request made before acceptance; it keeps the place in the queue."""
    started = await applicant.start_replacement(actor, dossier_id)
    return draft_of(await drafts.view(actor, started.token), actor.lang)


@routes.post('/opened/confirm_draft')
async def confirm_draft(actor: Opener, dossier_id: OpenedId, body: Seen) -> Done:
    """Agree with the draft of the result."""
    return Done.of(await applicant.confirm_draft(actor, dossier_id, body.seen_version))


@routes.post('/opened/object_draft')
async def object_draft(actor: Opener, dossier_id: OpenedId, body: Reasoned) -> Done:
    """Say what is wrong in the draft of the result."""
    return Done.of(await applicant.object_to_draft(actor, dossier_id, body.seen_version, body.reason))


@routes.post('/opened/withdraw')
async def withdraw(actor: Opener, dossier_id: OpenedId, body: Withdrawal) -> Done:
    """Withdraw before a decision exists."""
    return Done.of(await applicant.withdraw(actor, dossier_id, body.seen_version, reason=body.reason))


@routes.get('/{number}')
async def track(actor: Caller, number: Number) -> PublicProgress:
    """Read how far a dossier is; never whose it is."""
    return PublicProgress.of(await queries.track_public(actor, number))
