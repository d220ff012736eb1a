"""Commands of the command line. Without a command the service starts."""

import asyncio
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, TextIO

import typer

from app import migrate, startup
from app.access import SYSTEM
from app.accounts.first_admin import create_admin_link
from app.audit.record import record
from app.audit.verify import Verdict, verify
from app.db import FolderInUse, close_database, lock_folder, open_database, write
from app.deadlines.command import deadline
from app.errors import AppError
from app.i18n import words
from app.operations.backup import Manifest, backup, restore
from app.procedures.commands import Loaded
from app.procedures.load import CATALOG, CatalogueError
from app.settings import Settings, UnsafeSettings, load

cli = typer.Typer(
    help='Motcua: một cửa điện tử / electronic one-stop shop.', add_completion=False, pretty_exceptions_enable=False
)
cli.command()(deadline)


@cli.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    """Serve when nothing else is asked for."""
    if context.invoked_subcommand is None:
        context.invoke(context.command.commands['serve'].callback)  # type: ignore[attr-defined]


def ready(settings: Settings) -> closing[TextIO]:
    """Hold the data folder and give the database its present shape; leaves with a sentence when that cannot be.

    The folder is free again when what is returned is closed.
    """
    try:
        settings.refuse_unsafe()
        lock = lock_folder(settings.data_dir)
    except UnsafeSettings as unsafe:
        sys.exit(str(unsafe))
    except FolderInUse as folder:
        sys.exit(
            words('vi')('cli.folder_in_use', folder=folder) + ' / ' + words('en')('cli.folder_in_use', folder=folder)
        )
    startup.equip(settings)
    migrate.upgrade(settings.database)
    return closing(lock)


@cli.command('create-admin')
def create_admin(email: Annotated[str, typer.Argument(help='Thư điện tử của quản trị viên / e-mail address.')]) -> None:
    """Print a link with which an administrator sets name and password, once, within a day. Nobody has a default one."""
    startup.equip(load())
    typer.echo(create_admin_link(email))


@cli.command('load-catalogue')
def load_catalogue(
    folder: Annotated[Path, typer.Argument(help='Thư mục các tệp thủ tục / folder of procedure files.')] = CATALOG,
) -> None:
    """Load the procedures of a folder. A broken file is named with place and rule, and nothing is changed."""
    settings = load()
    with ready(settings):
        try:
            loaded = asyncio.run(_load(settings, folder))
        except CatalogueError as error:
            sys.exit('\n'.join(error.lines(words('vi'))))
    typer.echo(words('vi')('cli.loaded', added=loaded.added, changed=loaded.changed, unchanged=loaded.unchanged))


async def _load(settings: Settings, folder: Path) -> Loaded:
    await open_database(settings.database)
    try:
        return await startup.load(folder)
    finally:
        await close_database()


@cli.command('verify-audit')
def verify_audit() -> None:
    """Check that no event was altered, removed or moved, also while serving. Prints the head to keep outside."""
    settings = load()
    startup.equip(settings)
    verdict = asyncio.run(_verify(settings))
    t = words('vi')
    for fault in verdict.faults:
        typer.echo(t(f'cli.audit_{fault.what}', sequence=fault.sequence))
    typer.echo(t('cli.audit_read', events=verdict.events, faults=len(verdict.faults)))
    typer.echo(f'head {verdict.head_sequence} {verdict.head}')
    raise typer.Exit(1 if verdict.faults else 0)


async def _verify(settings: Settings) -> Verdict:
    await open_database(settings.database)
    try:
        return await verify()
    finally:
        await close_database()


@cli.command('backup')
def backup_to(folder: Annotated[Path, typer.Argument(help='Nơi đặt bản sao lưu / where copies lie.')]) -> None:
    """Copy database and files, also while serving. The key is not copied: keep it apart."""
    t = words('vi')
    try:
        typer.echo(t('operations.made', folder=backup(load(), folder)))
    except AppError as error:
        sys.exit(t.error(error))


@cli.command('restore')
def restore_from(copy: Annotated[Path, typer.Argument(help='Bản sao lưu / the copy.')]) -> None:
    """Bring a copy back into an empty data folder. Refuses while serving."""
    settings, t = load(), words('vi')
    try:
        with closing(lock_folder(settings.data_dir)):
            manifest = restore(settings, copy)
            startup.equip(settings)
            asyncio.run(_note_restore(settings, manifest))
    except FolderInUse as folder:
        sys.exit(t('cli.folder_in_use', folder=folder))
    except AppError as error:
        sys.exit(t.error(error))
    typer.echo(t('operations.restored', at=manifest.made_at, files=len(manifest.hashes) - 1))


async def _note_restore(settings: Settings, manifest: Manifest) -> None:
    await open_database(settings.database)
    try:
        async with write() as db:
            await record(
                db,
                SYSTEM,
                'setting',
                'backup',
                'restored',
                data={'made_at': manifest.made_at, 'events': manifest.events},
            )
    finally:
        await close_database()


@cli.command('settings-doc')
def settings_doc() -> None:
    """Print the page of the documentation that lists every setting."""
    typer.echo(settings_page())


def settings_page() -> str:
    """Return the table of settings in Markdown, made from the class that reads them."""
    lines = ['# Settings', '', Settings.__doc__ or '', '', '| variable | default | meaning |', '|---|---|---|']
    for name, field in Settings.model_fields.items():
        default = '' if field.default in ('', None) else f'`{field.default}`'
        lines.append(f'| `MOTCUA_{name.upper()}` | {default} | {field.description} |')
    return '\n'.join(lines)
