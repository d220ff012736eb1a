"""The least that could be done: one page of Starlette, one of NiceGUI. ``python -m scripts.bench.bare KIND PORT BYTES``."""

import sys

import uvicorn
from nicegui import ui
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route


def starlette(size: int) -> Starlette:
    """Return an application with one page of so many bytes."""
    body = f'<!doctype html><title>bare</title><p>{"x" * size}</p>'

    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(body)

    return Starlette(routes=[Route('/', page)])


def smallest() -> Starlette:
    """Return an application with the smallest page of NiceGUI."""
    app = Starlette()

    @ui.page('/')
    def page() -> None:
        ui.label('bare')

    ui.run_with(app, tailwind=False)  # type: ignore[arg-type]
    return app


if __name__ == '__main__':
    kind, port, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    made = starlette(size) if kind == 'starlette' else smallest()
    uvicorn.run(made, host='127.0.0.1', port=port, log_level='critical', access_log=False, ws_per_message_deflate=False)
