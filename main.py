"""Front door: ``python main.py`` serves; ``python main.py --help`` lists the other commands."""

import sys

import uvicorn

from app import migrate
from app.cli import cli
from app.db import FolderInUse, lock_folder
from app.log import log, start_log
from app.settings import Settings, UnsafeSettings, load


@cli.command()
def serve() -> None:
    """Start the service (what happens without a command)."""
    start_log()
    settings = load()
    try:
        settings.refuse_unsafe()
        lock = lock_folder(settings.data_dir)
    except UnsafeSettings as unsafe:
        sys.exit(str(unsafe))
    except FolderInUse as folder:
        sys.exit(f'Thư mục dữ liệu đang được một tiến trình khác dùng / data folder in use: {folder}')
    with lock:
        migrate.upgrade(settings.database)
        run(settings)


def run(settings: Settings) -> None:
    """Serve until told to stop; requests that run are given ten seconds to end."""
    from pages.root import create_root  # after the log is set up and the database has its shape

    log.info('serving', extra={'address': f'http://{settings.host}:{settings.port}', 'demo': settings.demo})
    uvicorn.run(
        create_root(settings),
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
