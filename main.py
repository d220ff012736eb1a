"""Front door: ``python main.py`` serves; ``python main.py --help`` lists the other commands."""

# ruff: noqa: E402
import gc

gc.disable()  # what is imported stays for good: looking through it again and again is a fifth of the start

import asyncio

import uvicorn

from app import startup
from app.cli import cli, ready
from app.log import log, start_log
from app.settings import Settings, load

gc.freeze()
gc.enable()


@cli.command()
def serve() -> None:
    """Start the service (what happens without a command)."""
    settings = load()
    start_log(form=settings.log_format)
    with ready(settings):
        asyncio.run(startup.prepare(settings))
        run(settings)


def run(settings: Settings) -> None:
    """Serve until told to stop; requests that run are given ten seconds to end."""
    gc.disable()  # until the service has settled: ``pages.hardening.memory``
    from pages.root import create_root  # the other commands need no pages

    root = create_root(settings)
    log.info('serving', extra={'address': settings.url, 'demo': settings.demo})
    uvicorn.run(
        root,
        host=settings.host,
        port=settings.port,
        workers=1,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxy),
        forwarded_allow_ips=settings.proxy,
        ws_per_message_deflate=False,
        ws_max_size=1_000_000,
        limit_concurrency=4_000,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64_000,
    )


if __name__ == '__main__':
    cli()
