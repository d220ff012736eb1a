"""Plain answers to what cannot be answered: a short page in the visitor's language, never the text of an error."""

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from app.errors import AppError, Invalid, NotAllowed, NotFound, NotSignedIn, Stale, TooMany, Unavailable, WrongState
from app.i18n import words
from components.templating import render
from pages import problem
from pages.frame import frame_of

TITLES = {401: 'shell.sign_in_title', 403: 'shell.not_allowed_title', 404: 'shell.not_found_title'}
STATUS: tuple[tuple[type[AppError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (NotSignedIn, 401),
    (TooMany, 429),
    (Unavailable, 503),
    (Stale, 409),
    (WrongState, 409),
    (Invalid, 422),
)


def page(connection: HTTPConnection, status: int, key: str, *, title: str = '', **values: object) -> Response:
    """Return a plain page that says ``key`` under a title that fits the status; to a program, a problem document."""
    if problem.concerns(connection):
        return problem.answer(connection, status, key, values)
    frame = frame_of(connection)
    t = words(frame.lang)
    heading = t(title or TITLES.get(status, 'shell.problem_title'))
    return HTMLResponse(render('error.html', frame, title=heading, text=t(key, **values)), status)


def refusal(connection: HTTPConnection, error: AppError) -> Response:
    """Return the plain page of an expected refusal; to a program, a problem document."""
    if problem.concerns(connection):
        return problem.refusal(connection, status_of(error), error)
    return page(connection, status_of(error), error.key, **error.values)


def status_of(error: AppError) -> int:
    """Return the HTTP status that says the same as a refusal."""
    return next((code for kind, code in STATUS if isinstance(error, kind)), 400)
