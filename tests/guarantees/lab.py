"""A laboratory server for the attacks: ``python -m tests.guarantees.lab PORT guarded|bare FOLDER``.

The same live page behind our guard and behind plain NiceGUI, so that an attack is seen to work where nothing stops it.
"""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI
from nicegui import Client, ui
from starlette.requests import Request

from app import migrate
from app.log import start_log
from app.settings import Settings
from pages import Addresses
from pages.shell import Route, guarded

HITS: Counter[str] = Counter()
VALUES: dict[str, Any] = {}
router = APIRouter()


@router.get('/hits')
async def hits() -> dict[str, Any]:
    """Return what reached a handler, and how many live pages there are."""
    values = {name: repr(value) for name, value in VALUES.items()}
    return {'hits': HITS, 'values': values, 'clients': len(Client.instances)}


@router.post('/take')
async def take(request: Request) -> dict[str, int]:
    """Take a body, as any form does."""
    return {'bytes': len(await request.body())}


@router.post('/form')
async def form(request: Request) -> dict[str, int]:
    """Take a form, whose parser meets the body limit."""
    return {'fields': len(await request.form())}


@router.get('/break')
async def broken() -> None:
    """Fail with something personal in the error."""
    raise ValueError('Nguyễn Văn An 079123456789')


def hit(name: str) -> Any:
    """Return a handler that counts."""
    return lambda *_: HITS.update([name])


def watch(element: Any, name: str) -> None:
    """Note each value that an element takes."""

    def note(event: Any) -> None:
        HITS[name] += 1
        VALUES[name] = event.value

    element.props(f'data-lab={name}').on_value_change(note)


async def slow() -> None:
    """Work for a moment, counting how many do so at once."""
    HITS['running'] += 1
    HITS['most'] = max(HITS['most'], HITS['running'])
    HITS['slow'] += 1
    await asyncio.sleep(0.2)
    HITS['running'] -= 1


def page() -> None:
    """Draw one of each thing that an attacker may try."""

    def button(name: str) -> ui.button:
        return ui.button(name, on_click=hit(name)).props(f'data-lab={name}')

    button('open')
    with ui.card() as card:
        button('in-hidden-card')
    card.visible = False
    with ui.dialog(), ui.card():
        button('in-closed-dialog')
    button('disabled-prop').props('disable')
    button('hidden-class').classes('hidden')
    with ui.element('div').props('inert'):
        button('in-inert')
    ui.button('slow', on_click=guarded(slow, single=True)).props('data-lab=slow')
    ui.button('unguarded', on_click=slow).props('data-lab=unguarded')
    watch(ui.input(), 'input')
    watch(ui.input().props('readonly'), 'readonly')
    watch(ui.checkbox(), 'checkbox')
    watch(ui.number(max=10), 'number')
    watch(ui.radio(['a', 'b', 'c'], value='a'), 'radio')
    watch(ui.select(['a', 'b', 'c'], value='a'), 'select')
    ui.upload(max_file_size=10, on_upload=hit('upload')).props('data-lab=upload')

    def fail() -> None:
        raise ValueError('Nguyễn Văn An 079123456789')

    ui.button('fails', on_click=guarded(fail)).props('data-lab=fails')
    ui.button('fails-bare', on_click=fail).props('data-lab=fails-bare')


def guarded_app(settings: Settings) -> FastAPI:
    """Return the laboratory as Motcua would serve it."""
    from pages.root import create_root

    return create_root(settings, Addresses([router], [Route('/nop', page, 'anyone', 'common.service')]))


def bare_app() -> FastAPI:
    """Return the same without any of our protection."""
    root = FastAPI()
    root.include_router(router)
    ui.page('/nop')(page)
    ui.run_with(root, show_welcome_message=False)
    return root


def main(port: int, kind: str, folder: Path) -> None:
    """Serve on a port."""
    start_log()
    settings = Settings(port=port, data_dir=folder, secret='x' * 32, _env_file=None)
    folder.mkdir(parents=True, exist_ok=True)
    migrate.upgrade(settings.database)
    app = guarded_app(settings) if kind == 'guarded' else bare_app()
    uvicorn.run(app, host='127.0.0.1', port=port, log_config=None, access_log=False)


if __name__ == '__main__':
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
