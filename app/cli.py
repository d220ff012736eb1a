"""Commands of the command line. Without a command the service starts."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated, TextIO, TypeVar

import typer

from app import keyring, migrate, startup, storage
from app.access import SYSTEM
from app.accounts.first_admin import create_admin_link
from app.api_tokens import commands
from app.api_tokens.queries import tokens
from app.audit import erase
from app.audit.command import paper_reads, prove_receipt, verify_audit
from app.audit.record import record
from app.db import FolderInUse, close_database, lock_folder, open_database, write
from app.deadlines.command import deadline
from app.errors import AppError
from app.i18n import LANGUAGES, words
from app.operations import rotation
from app.operations.backup import Manifest, backup, check, restore
from app.operations.safety import (
    UnsafeSettings,
    refuse_foreign,
    refuse_open_folder,
    refuse_unreadable,
    refuse_unsafe,
)
from app.procedures.commands import Loaded
from app.procedures.load import CATALOG, CatalogueError
from app.settings import Settings, load
from app.statistics.command import progress as recounting
from app.statistics.command import verify_statistics
from models.enums import Role

T = TypeVar('T')

cli = typer.Typer(
    help='Motcua: một cửa điện tử / electronic one-stop shop.', add_completion=False, pretty_exceptions_enable=False
)
APART = {'deadline', 'check-backup', 'settings-doc'}
"""What needs no data folder: anybody may."""
cli.command()(deadline)
cli.command('verify-audit')(verify_audit)
cli.command('prove')(prove_receipt)
cli.command('paper-reads')(paper_reads)
cli.command('verify-statistics')(verify_statistics)


@cli.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    """Serve when nothing else is asked for. Whatever a command writes is for its own account alone."""
    os.umask(0o077)
    try:
        refuse_unreadable()
        if context.invoked_subcommand not in APART:
            refuse_foreign(load())
    except UnsafeSettings as unsafe:
        sys.exit(str(unsafe))
    if context.invoked_subcommand is None:
        context.invoke(context.command.commands['serve'].callback)  # type: ignore[attr-defined]


def ready(settings: Settings) -> closing[TextIO]:
    """Hold the data folder and give the database its present shape; leaves with a sentence when that cannot be.

    The folder is free again when what is returned is closed.
    """
    with ExitStack() as stack:
        lock = stack.enter_context(closing(hold(settings)))
        _equip(settings)
        _migrate(settings)
        stack.pop_all()
    return closing(lock)


def _migrate(settings: Settings) -> None:
    """Give the database its present shape; leaves with a sentence when it is away or a newer version has changed it."""
    try:
        migrate.upgrade(settings.database)
    except migrate.Unreachable as error:
        sys.exit(str(UnsafeSettings('no_connection', error=error)))
    except migrate.NewerDatabase:
        sys.exit(str(UnsafeSettings('newer_database')))


def hold(settings: Settings) -> TextIO:
    """Hold the data folder of safe settings; leaves with a sentence when that cannot be."""
    try:
        refuse_unsafe(settings)
        with ExitStack() as stack:
            lock = stack.enter_context(lock_folder(settings.data_dir))
            refuse_open_folder(settings)
            stack.pop_all()
    except UnsafeSettings as unsafe:
        sys.exit(str(unsafe))
    except FolderInUse as folder:
        sys.exit(' / '.join(words(lang)('cli.folder_in_use', folder=folder) for lang in LANGUAGES))
    return lock


def _equip(settings: Settings) -> None:
    """Give the parts what they need; leaves with a sentence when the secret is not the one of this data."""
    try:
        startup.equip(settings)
    except keyring.WrongKey as folder:
        sys.exit(str(UnsafeSettings('wrong_key', folder=folder)))
    except keyring.HalfRotated:
        sys.exit(str(UnsafeSettings('half_rotated')))


@cli.command('create-admin')
def create_admin(email: Annotated[str, typer.Argument(help='Thư điện tử của quản trị viên / e-mail address.')]) -> None:
    """Print a link with which an administrator sets name and password, once, within a day. Nobody has a default one."""
    _equip(load())
    try:
        typer.echo(create_admin_link(email))
    except AppError:
        sys.exit(words('vi')('account.email_wrong', email=email))


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


@cli.command('erase-words')
def erase_words(
    sequence: Annotated[int, typer.Argument(help='Số thứ tự của sự kiện / number of the event.')],
    reason: Annotated[str, typer.Argument(help='Theo quyết định nào / by which decision.')],
) -> None:
    """Erase the words of one event where the law demands it; that it was done is written down. Not while serving."""
    _carry_out(lambda: erase.erase_words(SYSTEM, sequence, reason))
    typer.echo(words('vi')('audit.erased', sequence=sequence))


@cli.command('backup')
def backup_to(folder: Annotated[Path, typer.Argument(help='Nơi đặt bản sao lưu / where copies lie.')]) -> None:
    """Copy database and files, also while serving. The key is not copied: keep it apart."""
    t = words('vi')
    try:
        typer.echo(t('operations.made', folder=backup(load(), folder)))
    except AppError as error:
        sys.exit(t.error(error))


@cli.command('check-backup')
def check_backup(copy: Annotated[Path, typer.Argument(help='Bản sao lưu / the copy.')]) -> None:
    """Read every byte of a copy again and compare it with the copy's own list of hashes."""
    t = words('vi')
    try:
        manifest = check(copy)
    except AppError as error:
        sys.exit(t.error(error))
    typer.echo(t('operations.copy_whole', at=t.moment(manifest.moment), files=manifest.files))


@cli.command('restore')
def restore_from(copy: Annotated[Path, typer.Argument(help='Bản sao lưu / the copy.')]) -> None:
    """Bring a copy back into an empty data folder. Refuses while serving."""
    settings, t = load(), words('vi')
    try:
        with closing(lock_folder(settings.data_dir)):
            manifest = restore(settings, copy)
            _equip(settings)
            asyncio.run(_note_restore(settings, manifest))
    except FolderInUse as folder:
        sys.exit(t('cli.folder_in_use', folder=folder))
    except AppError as error:
        sys.exit(t.error(error))
    typer.echo(t('operations.restored', at=t.moment(manifest.moment), files=manifest.files))


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


@cli.command('rotate-key')
def rotate_key(
    stolen: Annotated[
        bool, typer.Option(help='Khóa bị lộ: kết thúc mọi phiên và liên kết / the key leaked: end sessions and links.')
    ] = False,
) -> None:
    """Make a new master secret and seal everything anew. Not while serving; run it again if it was interrupted."""
    settings, t = load(), words('vi')
    with closing(hold(settings)):
        try:
            change = rotation.begin(settings, stolen=stolen)
            if change is not None:
                storage.use_folder(settings.files_dir)
                _migrate(settings)
                done = asyncio.run(_reseal(settings, change, stolen))
                asyncio.run(rotation.vacuum(settings))
                rotation.finish(settings, *change.new)
                typer.echo(t('operations.resealed', rows=done.rows, files=done.files, lost=done.lost))
        except AppError as error:
            sys.exit(t.error(error))
    typer.echo(t('operations.rotated_env' if settings.secret else 'operations.rotated', folder=settings.data_dir))


async def _reseal(settings: Settings, change: rotation.Change, stolen: bool) -> rotation.Rotated:
    await open_database(settings.database)
    try:
        return await rotation.reseal(
            change, stolen=stolen, say=lambda table, done: typer.echo(f'{table} {done}', err=True)
        )
    finally:
        await close_database()


@cli.command('create-token')
def create_token(
    name: Annotated[str, typer.Argument(help='Chương trình nào dùng / which program has it.')],
    scopes: Annotated[str, typer.Option(help='Phạm vi, cách nhau bằng dấu phẩy / scopes, with commas between.')],
    account: Annotated[str, typer.Option(help='Thư điện tử của cán bộ / e-mail address of a member of staff.')] = '',
    unit: Annotated[str, typer.Option(help='Cho một hệ thống: mã đơn vị / for a system: code of its unit.')] = '',
    role: Annotated[Role, typer.Option(help='Cho một hệ thống: vai trò / for a system: its role.')] = Role.INTAKE,
    days: Annotated[int, typer.Option(help='Số ngày có hiệu lực / how many days it lasts.')] = 365,
) -> None:
    """Make a token for a program of a member of staff (--account) or for a system (--unit). Shown once. Not while serving."""
    wanted = [scope.strip() for scope in scopes.split(',') if scope.strip()]
    if account:
        made = _carry_out(lambda: commands.create(SYSTEM, name, wanted, email=account, days=days))
    else:
        made = _carry_out(
            lambda: commands.create_for_system(SYSTEM, name, wanted, unit_code=unit, role=role, days=days)
        )
    t = words('vi')
    typer.echo(t('api.token_made', name=made.name, until=t.short_moment(made.expires_at)), err=True)
    typer.echo(made.token)


@cli.command('list-tokens')
def list_tokens() -> None:
    """List the tokens of programs: id, name, account, scopes, last day, when it was used last. Not while serving."""
    rows, t = _carry_out(lambda: tokens(SYSTEM)), words('vi')
    if not rows:
        typer.echo(t('api.token_none'))
    for row in rows:
        state = 'revoked' if row.revoked_at else t.short_moment(row.expires_at)
        seen = t.short_moment(row.seen_at) if row.seen_at else '-'
        typer.echo('\t'.join((row.id, row.name, row.account_name, ','.join(row.scopes), state, seen)))


@cli.command('revoke-token')
def revoke_token(token_id: Annotated[str, typer.Argument(help='Mã trong danh sách / its id in the list.')]) -> None:
    """End a token for good. Not while serving; a program ends its own at any time."""
    _carry_out(lambda: commands.revoke(SYSTEM, token_id))
    typer.echo(words('vi')('api.token_revoked'))


def _carry_out(work: Callable[[], Awaitable[T]]) -> T:
    """Hold the data folder, carry something out on the open database; a refusal is said in a sentence."""

    async def with_database(settings: Settings) -> T:
        await open_database(settings.database)
        try:
            return await work()
        finally:
            await close_database()

    settings = load()
    with ready(settings):
        try:
            return asyncio.run(with_database(settings))
        except AppError as error:
            sys.exit(words('vi').error(error))


@cli.command('demo')
def fill_demo(
    dossiers: Annotated[int, typer.Option(help='Số hồ sơ mẫu cần tạo / how many made-up dossiers.')] = 10_000,
) -> None:
    """Fill an empty or demonstration database with a made-up municipality: two years of dossiers. Not while serving."""
    began = time.monotonic()
    made = _carry_out(lambda: startup.fill(load(), dossiers, _progress(dossiers), recounting))
    seconds = round(time.monotonic() - began)
    typer.echo(words('vi')('mass.done', dossiers=made.dossiers, events=made.events, units=made.units, seconds=seconds))


def _progress(whole: int) -> Callable[[int, int], None]:
    began = time.monotonic()

    def tell(dossiers: int, events: int) -> None:
        rate = dossiers / max(0.001, time.monotonic() - began)
        sys.stderr.write(
            f'\r{100 * dossiers // whole:3d} %  {dossiers:,} / {whole:,}  {rate:,.0f}/s  {events:,} '
            + ('\n' if dossiers >= whole else '')
        )
        sys.stderr.flush()

    return tell


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
