"""The figures on the command line."""

import sys
from contextlib import closing
from typing import Annotated

import typer
from sqlalchemy import select
from sqlmodel import col

from app.audit.command import on_database
from app.db import FolderInUse, lock_folder, read
from app.i18n import words
from app.settings import load
from app.statistics.recount import Difference, rebuild, verify
from models import Procedure, Unit
from models.statistics import DAY


def verify_statistics(
    repair: Annotated[
        bool,
        typer.Option(
            help='Ghi lại theo kết quả đếm lại, khi cổng đã dừng / write what was recounted; not while serving.'
        ),
    ] = False,
) -> None:
    """Count every public figure again from the events and name the first slice that differs. Also while serving."""
    t = words('vi')
    if repair:
        _repair()
    verdict = on_database(load(), lambda: verify(progress))
    if verdict.difference is None:
        typer.echo(t('statistics.verified', slices=verdict.slices, units=verdict.units))
        return
    typer.echo(on_database(load(), lambda: told(verdict.difference)))
    raise typer.Exit(1)


def _repair() -> None:
    settings, t = load(), words('vi')
    try:
        with closing(lock_folder(settings.data_dir)):
            typer.echo(t('statistics.repaired', slices=on_database(settings, lambda: rebuild(progress))))
    except FolderInUse as folder:
        sys.exit(t('cli.folder_in_use', folder=folder))


def progress(dossiers: int, of: int) -> None:
    """Show on the terminal how many dossiers are counted again: a province takes minutes."""
    sys.stderr.write(f'\r{100 * dossiers // of:3d} %  {dossiers:,} / {of:,} ' + ('\n' if dossiers == of else ''))
    sys.stderr.flush()


async def told(difference: Difference | None) -> str:
    """Name a slice that differs, in a sentence."""
    if difference is None:
        return ''
    async with read() as db:
        unit = await db.scalar(select(col(Unit.code)).where(col(Unit.id) == difference.unit_id))
        procedure = await db.scalar(select(col(Procedure.slug)).where(col(Procedure.id) == difference.procedure_id))
    return words('vi')(
        'statistics.differs',
        period=f'{difference.start:%d/%m/%Y}' if difference.grain == DAY else f'{difference.start:%m/%Y}',
        unit=unit or '*',
        procedure=procedure or '*',
        measure=difference.measure,
        counted=difference.counted,
        recounted=difference.recounted,
    )
