"""Put the catalogue into the database: instruments, procedures and their immutable versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, ActorKind, Permission
from app.audit.record import record
from app.clock import now
from app.db import write
from app.errors import NotAllowed, NotFound
from app.procedures.basis import last_day
from app.procedures.load import CatalogueError, LegalInstrument, spec_hash
from app.procedures.queries import forget_specs
from app.procedures.schema import ProcedureSpec
from app.procedures.shipped import MARK
from app.text import fold
from app.units.queries import may_for_all
from models import Dossier, Draft, Instrument, Procedure, ProcedureBasis, ProcedureVersion, Setting

POPULAR = (
    'khai-sinh',
    'chung-thuc-ban-sao',
    'xac-nhan-tinh-trang-hon-nhan',
    'ket-hon',
    'gpxd-nha-o-rieng-le',
    'thanh-lap-ho-kinh-doanh',
)
"""Shown first until the installation chooses; later its own figures do."""


@dataclass(frozen=True)
class Loaded:
    """How many versions were added, changed in place (nobody had used them) and left alone."""

    added: int
    changed: int
    unchanged: int


async def load_into_database(
    actor: Actor, specs: Iterable[ProcedureSpec], instruments: Iterable[LegalInstrument], *, mark: str = ''
) -> Loaded:
    """Bring the database up to a catalogue in one transaction: all of it or nothing. ``mark`` is kept with it.

    A version that a dossier or a draft is pinned to never changes: the file needs a new number then.

    Raises:
        CatalogueError: names the procedure whose used version differs.
    """
    counts = {'added': 0, 'changed': 0, 'unchanged': 0}
    async with write() as db:
        await may_change(db, actor)
        for instrument in instruments:
            await db.merge(_instrument(instrument))
        await db.flush()
        for spec in specs:
            counts[await _put(db, spec)] += 1
        await db.merge(Setting(key=MARK, value=mark, changed_at=now()))
        if counts['added'] or counts['changed']:
            await record(db, actor, 'procedure', 'catalogue', 'load_catalogue', data=counts)
    forget_specs()
    return Loaded(**counts)


async def may_change(db: AsyncSession, actor: Actor) -> None:
    """Procedures are the same for every unit: the agency whose portal this is decides about them, or the installation.

    Raises:
        NotAllowed: not this actor's work.
    """
    if actor.kind is ActorKind.SYSTEM:
        return
    if not await may_for_all(db, actor, Permission.PROCEDURE_MANAGE):
        raise NotAllowed('catalogue.for_all_only' if actor.may(Permission.PROCEDURE_MANAGE) else None)


def _instrument(one: LegalInstrument) -> Instrument:
    row = one.model_dump(mode='python')
    columns = {'id', 'number', 'kind', 'title', 'issuer', 'issued', 'effective_from', 'effective_to', 'replaced_by'}
    known = {k: v for k, v in row.items() if k in columns}
    known['replaced_by'] = list(known.get('replaced_by') or ())
    return Instrument(**known, detail=one.model_dump(mode='json', exclude=columns))


async def _put(db: AsyncSession, spec: ProcedureSpec) -> str:
    """Add or update one version; return what happened."""
    procedure = (await db.execute(select(Procedure).where(Procedure.slug == spec.id))).scalar_one_or_none()
    if procedure is None:
        popular = POPULAR.index(spec.id) + 1 if spec.id in POPULAR else 0
        procedure = Procedure(slug=spec.id, code=spec.code, popular=popular)
        db.add(procedure)
        await db.flush()
    procedure.code = spec.code
    query = select(ProcedureVersion).where(
        ProcedureVersion.procedure_id == procedure.id, ProcedureVersion.number == spec.version
    )
    version = (await db.execute(query)).scalar_one_or_none()
    digest = spec_hash(spec)
    if version is None:
        await _refuse_ended_basis(db, procedure.id, spec)
        version = ProcedureVersion(procedure_id=procedure.id, number=spec.version, **_columns(spec, digest))
        db.add(version)
        await db.flush()
        await _put_basis(db, version.id, spec)
        return 'added'
    if version.spec_hash == digest:
        return 'unchanged'
    if await _used(db, version.id):
        raise CatalogueError.of(f'{spec.id}.yaml', 'version', 'version_used', version=spec.version)
    for column, value in _columns(spec, digest).items():
        setattr(version, column, value)
    await db.flush()
    await _put_basis(db, version.id, spec)
    return 'changed'


async def _refuse_ended_basis(db: AsyncSession, procedure_id: str, spec: ProcedureSpec) -> None:
    """A new version of a procedure never rests on an act that had ended before the version takes effect.

    The first version is loaded all the same and listed for the administrator; open dossiers keep theirs.
    """
    earlier = select(ProcedureVersion.id).where(ProcedureVersion.procedure_id == procedure_id).limit(1)
    if (await db.execute(earlier)).first() is None:
        return
    for place, basis in enumerate(spec.legal_basis):
        one = await db.get(Instrument, basis.instrument) if basis.instrument else None
        last = last_day(one) if one else None
        if one and last and last < spec.valid_from:
            where = f'legal_basis[{place}].instrument'
            raise CatalogueError.of(f'{spec.id}.yaml', where, 'basis_ended', name=one.number, date=f'{last:%d/%m/%Y}')


def _columns(spec: ProcedureSpec, digest: str) -> dict[str, Any]:
    words = (
        spec.name.vi,
        spec.name.en or '',
        spec.code or '',
        spec.sector.vi,
        spec.sector.en or '',
        spec.result.name.vi,
        spec.short_name.vi if spec.short_name else '',
    )
    return {
        'valid_from': spec.valid_from,
        'valid_to': spec.valid_to,
        'sector_key': fold(spec.sector.vi).replace(' ', '-'),
        'sector': spec.sector.vi,
        'name': spec.name.vi,
        'name_en': spec.name.en,
        'level': spec.level,
        'applicants': list(spec.applicants),
        'checked': spec.checked,
        'search_text': fold(' '.join(words)),
        'spec': spec.model_dump(mode='json', exclude_defaults=True),
        'spec_hash': digest,
        'loaded_at': now(),
    }


async def _used(db: AsyncSession, version_id: str) -> bool:
    dossiers = (await db.execute(select(func.count()).where(Dossier.version_id == version_id))).scalar_one()
    drafts = (await db.execute(select(func.count()).where(Draft.version_id == version_id))).scalar_one()
    return bool(dossiers or drafts)


async def _put_basis(db: AsyncSession, version_id: str, spec: ProcedureSpec) -> None:
    await db.execute(delete(ProcedureBasis).where(ProcedureBasis.version_id == version_id))
    for position, basis in enumerate(spec.legal_basis):
        db.add(
            ProcedureBasis(
                version_id=version_id, position=position, instrument_id=basis.instrument, citation=basis.citation
            )
        )
    await db.flush()


async def set_filing(actor: Actor, slug: str, *, guest: bool, account: bool, is_enabled: bool) -> None:
    """Switch the ways of filing a procedure on or off, or the procedure as a whole. Open drafts can still be sent.

    Raises:
        NotAllowed: not this actor's work.  NotFound: no such procedure.
    """
    async with write() as db:
        await may_change(db, actor)
        row = (await db.execute(select(Procedure).where(Procedure.slug == slug))).scalar_one_or_none()
        if row is None:
            raise NotFound()
        row.guest_filing, row.account_filing, row.is_enabled = guest is True, account is True, is_enabled is True
        data = {'guest': row.guest_filing, 'account': row.account_filing, 'enabled': row.is_enabled}
        await record(db, actor, 'procedure', row.id, 'set_filing', data=data)
