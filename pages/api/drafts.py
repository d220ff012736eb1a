"""Filing: a draft, its answers, its papers, and sending it once."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header, Response

from app import papers
from app.dossiers import attachments, drafts, filing
from app.dossiers.drafts import DraftView, SavedAnswer
from app.errors import Problem
from app.i18n import words
from app.idempotency import Answered, Once
from pages.api.below import below
from pages.api.caller import OPTIONAL, Caller
from pages.api.shapes import Draft, File, Filed, Saved
from pages.api.values import Answers, DocumentId, DraftToken, FileId, NewDraft, Submission, Upload

routes = below('/drafts', 'filing')
IdempotencyKey = Annotated[
    str,
    Header(
        alias='Idempotency-Key',
        pattern=r'^[!-~]{16,100}$',
        description='A random text of your own, for example a UUID; the same again when you try again.',
    ),
]


@routes.post('', status_code=201, openapi_extra=OPTIONAL)
async def start_draft(actor: Caller, body: NewDraft) -> Draft:
    """Start a draft. Its token is a private link: whoever has it reads, changes and sends the draft.

    With the token of an officer of reception (scope `dossier:receive`) the dossier is filed at the counter of their unit.
    """
    return draft_of(await drafts.start(actor, body.procedure, with_account=False), actor.lang)


@routes.get('/{token}', openapi_extra=OPTIONAL)
async def read_draft(actor: Caller, token: DraftToken) -> Draft:
    """Read a draft with its answers and papers."""
    return draft_of(await drafts.view(actor, token), actor.lang)


@routes.patch('/{token}/answers', openapi_extra=OPTIONAL)
async def save_answers(actor: Caller, token: DraftToken, body: Answers) -> Saved:
    """Save some answers; the others stay. What cannot be read is kept as typed and named under `problems`."""
    return saved_answers(await drafts.save(actor, token, body.answers), actor.lang)


@routes.post('/{token}/documents/{document_id}', status_code=201, openapi_extra=OPTIONAL)
async def add_paper(actor: Caller, token: DraftToken, document_id: DocumentId, file: Upload) -> File:
    """Add a paper for one component. It is judged by its content."""
    content = await file.read(papers.SIZE_LIMIT + 1)
    return File.of(await attachments.add_to_draft(actor, token, document_id, file.filename or '', content))


@routes.delete('/{token}/files/{file_id}', status_code=204, openapi_extra=OPTIONAL)
async def remove_paper(actor: Caller, token: DraftToken, file_id: FileId) -> Response:
    """Take a paper out of a draft."""
    await attachments.remove_from_draft(actor, token, file_id)
    return Response(status_code=204)


@routes.post('/{token}/submit', status_code=201, openapi_extra=OPTIONAL)
async def submit_draft(actor: Caller, token: DraftToken, body: Submission, key: IdempotencyKey) -> Filed:
    """Send the draft. The same key gives the same answer for a day, however often and however many at once ask.

    Nothing is lost when it is refused: `problems` names what is missing or wrong.
    """
    once = Once.of(actor, key, [token, body.model_dump()], _kept)
    try:
        return Filed.of(await filing.submit(actor, token, once=once))
    except Answered as before:
        return Filed.of(before.answer)


def _kept(done: filing.Submitted) -> dict[str, Any]:
    return Filed.of(done).model_dump(mode='json')


def draft_of(view: DraftView, lang: str) -> Draft:
    """Return a draft as programs see it."""
    return Draft(
        token=view.token,
        procedure=view.slug,
        procedure_version=view.spec.version,
        answers=view.told,
        problems=say(view.problems, lang),
        files=tuple(File.of(one) for one in view.files),
        saved_at=view.saved_at,
        expires_at=view.expires_at,
        sent=view.dossier_id is not None,
    )


def saved_answers(saved: tuple[SavedAnswer, ...], lang: str) -> Saved:
    """Return what became of some answers."""
    problems: dict[str, Problem] = {}
    for one in saved:
        problems |= one.problems
    return Saved(
        saved_at=saved[0].saved_at,
        answers={one.field_id: one.value for one in saved},
        problems=say(problems, lang),
    )


def say(problems: Mapping[str, Problem], lang: str) -> dict[str, str]:
    """Say what is wrong, by question."""
    t = words(lang)
    return {path: t.error(one) for path, one in problems.items()}
