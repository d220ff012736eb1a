"""The root application: plain pages first, then the gate, then NiceGUI; layers of protection around all of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import cast
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from nicegui import app as web
from nicegui import ui
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from app import accounts, jobs
from app.db import close_database, open_database
from app.errors import AppError
from app.log import incident, log
from app.settings import Settings
from app.startup import equip
from components import assets, setup
from pages import Addresses, collect, cookies, plain_error, problem
from pages.hardening import kept, layers, measured, memory, private, sockets
from pages.hardening.gate import Gate
from pages.segments import Segments
from pages.shell import Shell, broken_page, close_clients


def create_root(settings: Settings, addresses: Addresses | None = None) -> FastAPI:
    """Build the whole application. ``addresses`` is what it serves; by default everything under ``pages``."""
    equip(settings)
    cookies.use_https(settings.https)
    found = addresses or collect()
    root = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(settings))
    routes = (route for router in (assets.router, *found.routers) for route in router.routes)
    root.router.routes.append(Segments(routes))
    _answer_errors(root)
    _mount_nicegui(root, settings, Shell(found.routes))
    _wrap(root, settings, found.body_limits)
    return root


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_root: FastAPI) -> AsyncIterator[None]:
        await open_database(settings.database)
        accounts.on_revoked.append(close_clients)
        jobs.start()
        memory.settle()
        try:
            yield
        finally:
            await jobs.stop()
            accounts.on_revoked.remove(close_clients)
            await close_database()
            log.info('stopped')

    return lifespan


def _answer_errors(root: FastAPI) -> None:
    """Answer refusals and wrong requests with plain pages in the visitor's language."""

    async def refused(request: Request, error: Exception) -> Response:
        return plain_error.refusal(request, cast('AppError', error))

    async def wrong(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 422
        if isinstance(error, RequestValidationError) and problem.concerns(request):
            return problem.of_request(request, error)
        keys = {404: 'shell.not_found', 403: 'shell.not_allowed', 405: 'shell.wrong_method', 413: 'shell.too_large'}
        response = plain_error.page(request, status, keys.get(status, 'error.invalid'))
        response.headers.update(getattr(error, 'headers', None) or {})
        return response

    root.add_exception_handler(AppError, refused)
    root.add_exception_handler(HTTPException, wrong)
    root.add_exception_handler(RequestValidationError, wrong)


def _mount_nicegui(root: FastAPI, settings: Settings, shell: Shell) -> None:
    """Mount NiceGUI last and put the gate into the mount."""
    plain = list(root.router.routes)
    sockets.guard_sockets(None if settings.is_local else [settings.url])
    shell.register()
    setup.configure()
    private.set_exception_handler(_note)
    web.on_page_exception(broken_page)
    ui.run_with(root, **setup.run_options())
    mount = cast('Mount', root.router.routes[-1])
    mount.app = Gate(mount.app, plain=plain, is_page=shell.is_page, admit=shell.admit, https=settings.https)


def _note(error: Exception) -> None:
    """Log what nobody expected of an event; a refusal is an answer, which the person has been given."""
    if not isinstance(error, AppError):
        incident(error, 'live page')


def _wrap(root: FastAPI, settings: Settings, body_limits: dict[str, int]) -> None:
    """Put the layers around the application; the last added is the outermost."""
    origin = None if settings.is_local else '{0.scheme}://{0.netloc}'.format(urlsplit(settings.url)).lower()
    root.add_middleware(layers.HeadAsGet)
    root.add_middleware(layers.BodyLimit, larger=body_limits)
    root.add_middleware(layers.OwnOrigin, origin=origin)
    root.add_middleware(layers.KnownHost, url=settings.url, check=not settings.is_local)
    root.add_middleware(layers.Incidents)
    root.add_middleware(layers.SecurityHeaders, https=settings.https)
    root.add_middleware(kept.KeptPages)
    root.add_middleware(measured.Measured)
