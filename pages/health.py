"""Whether the service lives and can do its work, for whoever watches it."""

from fastapi import APIRouter
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.db import read
from app.log import incident
from pages import plain_error

router = APIRouter()


@router.get('/healthz')
async def healthz() -> Response:
    """Say that the process answers."""
    return JSONResponse({'status': 'ok'})


@router.get('/readyz')
async def readyz() -> Response:
    """Say whether the database answers; 503 when it does not."""
    try:
        async with read() as db:
            await db.execute(text('SELECT 1'))
    except Exception as error:
        return JSONResponse({'status': 'unavailable', 'incident': incident(error, 'readyz')}, 503)
    return JSONResponse({'status': 'ready'})


@router.get('/can-cookie')
async def cookies_needed(request: Request) -> Response:
    """Say that the browser blocks cookies: without them a live page cannot know its own browser."""
    return plain_error.page(request, 200, 'shell.cookie', title='shell.cookie_title')
