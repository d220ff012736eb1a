"""The audit on the command line."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from app import startup
from app.audit.anchor import Kept, found_in
from app.audit.prove import Proof, prove
from app.audit.reads import reads_of
from app.audit.verify import Verdict, verify
from app.db import close_database, open_database
from app.errors import NotFound
from app.i18n import words
from app.settings import Settings, load

T = TypeVar('T')
LARGEST = 50_000_000
"""Bytes of a file of anchors."""


def verify_audit(
    anchor: Annotated[
        list[Path] | None, typer.Option(help='Thư neo đã lưu / a saved letter with an anchor; may be given again.')
    ] = None,
) -> None:
    """Check that no event and no reading was altered, removed, moved or cut off, also while serving.

    Anchors that were kept outside (--anchor FILE) show a cut that took the table of anchors as well.
    """
    outside = [one for file in anchor or () for one in _anchors(file)]
    verdict = on_database(load(), lambda: verify(outside))
    t = words('vi')
    for fault in verdict.faults:
        typer.echo(t(f'audit.{fault.what}', chain=t(f'audit.chain_{fault.chain}'), sequence=fault.sequence))
    _say_what_was_read(verdict)
    raise typer.Exit(1 if verdict.faults else 0)


def _say_what_was_read(verdict: Verdict) -> None:
    t = words('vi')
    counts = {'events': verdict.events, 'reads': verdict.reads, 'anchors': verdict.anchors}
    typer.echo(t('audit.read', **counts, stamped=verdict.stamped, outside=verdict.outside, faults=len(verdict.faults)))
    for name, head in (('events', verdict.head), ('reads', verdict.reads_head)):
        typer.echo(f'{name} {head.sequence} {head.chain}')


def _anchors(file: Path) -> list[Kept]:
    """Return the anchors of a file; leaves with a sentence when there are none."""
    t = words('vi')
    try:
        with file.open('rb') as opened:
            found = found_in(opened.read(LARGEST))
    except OSError:
        found = []
    if not found:
        sys.exit(t('audit.no_anchor', file=file))
    return found


def prove_receipt(
    position: Annotated[int, typer.Argument(help='Số thứ tự trên giấy / number on the receipt.')],
    hash_: Annotated[str, typer.Argument(metavar='HASH', help='Mã sau số thứ tự / the code behind it.')],
) -> None:
    """Prove a receipt: its act stands in the chain, unchanged since. Also while serving."""
    proof = on_database(load(), lambda: prove(position, hash_))
    typer.echo('\n'.join(told(proof)))
    raise typer.Exit(1 if proof.fault else 0)


def told(proof: Proof) -> list[str]:
    """Say in words what a proof found."""
    t = words('vi')
    lines = [t(f'audit.proof_{proof.fault or "holds"}', sequence=proof.number)]
    if proof.fault or proof.recorded_at is None:
        return lines
    at = t.short_moment(proof.recorded_at)
    lines.append(t('audit.proof_act', action=proof.action, dossier=proof.dossier or '—', at=at))
    if proof.anchored_at:
        lines.append(t('audit.proof_anchor', number=proof.anchor, at=t.short_moment(proof.anchored_at)))
    if proof.stamped_at:
        lines.append(t('audit.proof_stamp', at=t.short_moment(proof.stamped_at)))
    return lines


def paper_reads(
    number: Annotated[str, typer.Argument(help='Số hồ sơ hoặc mã hồ sơ / number or code of a dossier.')],
) -> None:
    """List who opened which paper of a dossier when, from the chain of readings. Also while serving."""
    t = words('vi')
    try:
        found = on_database(load(), lambda: reads_of(number))
    except NotFound as error:
        sys.exit(t.error(error))
    if not found:
        typer.echo(t('audit.no_reads'))
    for one in found:
        typer.echo('\t'.join((str(one.sequence), t.short_moment(one.at), one.kind, one.who or '-', one.paper)))


def on_database(settings: Settings, work: Callable[[], Awaitable[T]]) -> T:
    """Read the database, beside a service that may be running."""

    async def with_database() -> T:
        await open_database(settings.database)
        try:
            return await work()
        finally:
            await close_database()

    if not settings.database_url and not (settings.data_dir / 'motcua.db').exists():
        sys.exit(words('vi')('operations.no_database', folder=settings.data_dir))
    startup.equip(settings)
    return asyncio.run(with_database())
