"""Read the catalogue: search, start page, the version a dossier is pinned to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.clock import today
from app.db import read
from app.errors import NotAllowed, NotFound
from app.procedures.basis import BasisState, basis_states
from app.procedures.decided import with_fee
from app.procedures.schema import ApplicantKind, Fee, ProcedureSpec, ServiceLevel, Term, Text
from app.remembered import remembered
from app.text import like
from models import Procedure, ProcedureVersion

PAGE = 20


@dataclass(frozen=True)
class Version:
    """A version of a procedure, parsed."""

    procedure_id: str
    spec: ProcedureSpec


_versions: dict[str, Version] = {}
"""By id; a version never changes once it is used."""


@dataclass(frozen=True)
class ProcedureItem:
    """One line of the list of procedures."""

    slug: str
    code: str | None
    name: Text
    short_name: Text
    """As the front page and the queues call it."""
    sector: Text
    level: ServiceLevel
    term: Term
    fee: Fee
    checked: bool
    applicants: tuple[ApplicantKind, ...]


@dataclass(frozen=True)
class ProcedureList:
    """One page of found procedures; ``sectors`` are those of all procedures: (key, name, how many)."""

    items: tuple[ProcedureItem, ...]
    total: int
    page: int
    pages: int
    sectors: tuple[tuple[str, Text, int], ...]


@dataclass(frozen=True)
class StartPage:
    """Everything that a person needs before starting."""

    procedure_id: str
    version_id: str
    spec: ProcedureSpec
    basis: tuple[BasisState, ...]
    guest_filing: bool
    account_filing: bool
    online: bool
    """A dossier can be filed here."""


def forget_specs() -> None:
    """Drop parsed versions: the catalogue was loaded again."""
    _versions.clear()


async def spec_of(db: AsyncSession, version_id: str) -> ProcedureSpec:
    """Return the specification of the version with this id. Raises NotFound."""
    return (await version_of(db, version_id)).spec


async def version_of(db: AsyncSession, version_id: str) -> Version:
    """Return the version with this id. Raises NotFound."""
    if version_id not in _versions:
        row = await db.get(ProcedureVersion, version_id)
        if row is None:
            raise NotFound()
        _versions[version_id] = Version(row.procedure_id, ProcedureSpec.model_validate(row.spec))
    return _versions[version_id]


def _current(on: date, *columns: Any) -> Select[Any]:
    """Select of the enabled procedures with the version that is valid on a day: the highest number among those in force.

    Only the columns that are named: to read all specifications anew for a list would cost more than everything else.
    """
    newest = (
        select(ProcedureVersion.procedure_id, func.max(ProcedureVersion.number).label('number'))
        .where(
            ProcedureVersion.valid_from <= on, or_(ProcedureVersion.valid_to.is_(None), ProcedureVersion.valid_to >= on)
        )
        .group_by(ProcedureVersion.procedure_id)
        .subquery()
    )
    joined = and_(newest.c.procedure_id == ProcedureVersion.procedure_id, newest.c.number == ProcedureVersion.number)
    query = select(*columns).select_from(Procedure)
    query = query.join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
    return query.join(newest, joined).where(Procedure.is_enabled.is_(True))


async def search(
    _actor: Actor,
    text: str = '',
    sector: str | None = None,
    applicant: str | None = None,
    level: str | None = None,
    page: int = 1,
    lang: str = 'vi',
) -> ProcedureList:
    """Find procedures: every word of ``text`` must occur, accents and đ do not matter; by sector key, applicant and level.

    What is wanted often comes first among what was searched for.
    """
    return await _search(text, sector, applicant, level, page)


@remembered
async def _search(text: str, sector: str | None, applicant: str | None, level: str | None, page: int) -> ProcedureList:
    query = _current(today(), *_ITEM)
    for word in text.split()[:8]:
        query = query.where(ProcedureVersion.search_text.like(like(word), escape='\\'))
    if sector:
        query = query.where(ProcedureVersion.sector_key == sector)
    if level:
        query = query.where(ProcedureVersion.level == level)
    async with read() as db:
        rows = (await db.execute(query.order_by(*_order(text)))).all()
        sectors = await _sectors(db)
        items = [await _item(db, *row) for row in rows]
    found = [item for item in items if not applicant or applicant in item.applicants]
    pages = max(1, -(-len(found) // PAGE))
    at = min(max(1, page), pages)
    return ProcedureList(tuple(found[(at - 1) * PAGE : at * PAGE]), len(found), at, pages, sectors)


def _order(text: str) -> tuple[Any, ...]:
    """Sort by sector and name; what was searched for by how often it is wanted, sector by sector."""
    by_name = (ProcedureVersion.sector, ProcedureVersion.name)
    if not text.strip():
        return by_name
    rank = case((Procedure.popular > 0, Procedure.popular), else_=1_000)
    return (func.min(rank).over(partition_by=ProcedureVersion.sector), ProcedureVersion.sector, rank, *by_name[1:])


async def popular(_actor: Actor, limit: int = 6) -> tuple[ProcedureItem, ...]:
    """Return the procedures that the installation shows first."""
    return await _popular(limit)


@remembered
async def _popular(limit: int) -> tuple[ProcedureItem, ...]:
    query = _current(today(), *_ITEM).where(Procedure.popular > 0).order_by(Procedure.popular).limit(limit)
    async with read() as db:
        return tuple([await _item(db, *row) for row in (await db.execute(query)).all()])


async def start_page(_actor: Actor, slug_or_code: str) -> StartPage:
    """Return the current version of a procedure by its slug or national code. Raises NotFound."""
    return await _start_page(slug_or_code)


@remembered
async def _start_page(slug_or_code: str) -> StartPage:
    by = or_(Procedure.slug == slug_or_code, Procedure.code == slug_or_code)
    async with read() as db:
        row = (await db.execute(_current(today(), Procedure, ProcedureVersion.id).where(by))).first()
        if row is None:
            raise NotFound()
        return await start_page_of(db, *row)


async def start_page_of(db: AsyncSession, procedure: Procedure, version_id: str) -> StartPage:
    """Return what is offered for one version; the installation's switches and fees win over the version's own."""
    spec = await with_fee(db, await spec_of(db, version_id))
    guest = spec.guest_filing if procedure.guest_filing is None else procedure.guest_filing
    account = spec.account_filing if procedure.account_filing is None else procedure.account_filing
    online = spec.level in (ServiceLevel.PARTIAL, ServiceLevel.FULL) and bool(spec.sections) and (guest or account)
    return StartPage(
        procedure.id, version_id, spec, await basis_states(db, version_id, today()), guest, account, online
    )


_ITEM = (Procedure.slug, Procedure.code, ProcedureVersion.id)


async def _item(db: AsyncSession, slug: str, code: str | None, version_id: str) -> ProcedureItem:
    spec = await with_fee(db, await spec_of(db, version_id))
    return ProcedureItem(
        slug,
        code,
        spec.name,
        spec.short_name or spec.name,
        spec.sector,
        spec.level,
        spec.term,
        spec.fee,
        spec.checked,
        spec.applicants,
    )


async def _sectors(db: AsyncSession) -> tuple[tuple[str, Text, int], ...]:
    version = ProcedureVersion
    query = _current(today(), version.sector_key, func.count(), func.max(version.id))
    rows = (await db.execute(query.group_by(version.sector_key, version.sector).order_by(version.sector))).all()
    return tuple([(key, (await spec_of(db, version_id)).sector, count) for key, count, version_id in rows])


@dataclass(frozen=True)
class Switches:
    """One procedure as an administrator sees it."""

    slug: str
    code: str | None
    name: Text
    version: int
    checked: bool
    level: ServiceLevel
    is_enabled: bool
    guest_filing: bool
    account_filing: bool
    basis: tuple[BasisState, ...]
    """Only what is not plainly in force."""


async def switches(actor: Actor, text: str = '') -> tuple[Switches, ...]:
    """Return every procedure with its switches and what is wrong with its legal basis, by name. Raises NotAllowed."""
    if not actor.may(Permission.PROCEDURE_MANAGE):
        raise NotAllowed()
    newest = (
        select(func.max(ProcedureVersion.number))
        .where(ProcedureVersion.procedure_id == Procedure.id)
        .correlate(Procedure)
        .scalar_subquery()
    )
    query = select(Procedure, ProcedureVersion).join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
    query = query.where(ProcedureVersion.number == newest).order_by(ProcedureVersion.name)
    for word in text.split()[:6]:
        query = query.where(ProcedureVersion.search_text.like(like(word), escape='\\'))
    async with read() as db:
        return tuple(
            [await _switches(db, row.Procedure, row.ProcedureVersion) for row in (await db.execute(query)).all()]
        )


async def _switches(db: AsyncSession, procedure: Procedure, version: ProcedureVersion) -> Switches:
    page = await start_page_of(db, procedure, version.id)
    return Switches(
        slug=procedure.slug,
        code=procedure.code,
        name=page.spec.name,
        version=version.number,
        checked=version.checked,
        level=page.spec.level,
        is_enabled=procedure.is_enabled,
        guest_filing=page.guest_filing,
        account_filing=page.account_filing,
        basis=tuple(b for b in page.basis if b.state != 'in_force'),
    )
