"""The communes of a large municipality, with the people who work there."""

from dataclasses import dataclass
from itertools import product
from random import Random

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import SYSTEM
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.deadlines.store import UnitCalendar, calendar_for
from app.demo.mass.casting import data, somebody
from app.demo.people import email_of
from app.demo.units import SINCE
from app.documents.letterhead import letterhead
from app.questions import read_answers
from app.units.commands import QUESTIONS, add_unit
from models import Account, Grant, Unit
from models.enums import AccountKind, Role

EACH = 12_386
"""Dossiers of one commune in two years: 1,560,675 of Hà Nội by its 126 communes and wards."""
HOME = {'intake': 'binh', 'case_officer': 'chi', 'section_head': 'minh', 'leader': 'dung', 'clerk': 'van'}
OVERSEER = 'giam-sat'
"""Who sees every commune."""


@dataclass(frozen=True)
class Officer:
    """A member of staff."""

    id: str
    name: str
    title: str | None


@dataclass(frozen=True)
class Place:
    """A commune that receives and resolves."""

    unit_id: str
    code: str
    staff: dict[str, Officer]
    """By role."""
    head: dict[str, str]
    calendar: UnitCalendar


async def prepare_places(dossiers: int) -> list[Place]:
    """Write the communes and people that so many dossiers need; the demonstration's own commune is the first."""
    names = [' '.join(pair) for pair in product(data()['first'], data()['second'])]
    wanted = names[: max(0, round(dossiers / EACH) - 1)]
    async with write() as db:
        units = {row.code: row.id for row in await db.execute(select(col(Unit.code), col(Unit.id)))}
        people = {a.email: a for a in (await db.execute(select(Account))).scalars()}
        codes = {'H55.242': HOME}
        for number, name in enumerate(wanted, 301):
            code = f'H55.{number}'
            codes[code] = {role: f'{role.replace("_", "-")}.{number}' for role in data()['staff']}
            if code not in units:
                units[code] = await _add_unit(db, code, name)
                for role, key in codes[code].items():
                    called = somebody(Random(key)).name  # noqa: S311 plausible, not secret
                    await _add_officer(db, people, key, called, data()['staff'][role], Role(role), units[code])
        await _add_overseer(db, people, [units[code] for code in codes])
    async with read() as db:
        return [await _place(db, code, units[code], keys, people) for code, keys in codes.items()]


async def _place(db: AsyncSession, code: str, unit_id: str, keys: dict[str, str], people: dict[str, Account]) -> Place:
    found = {role: people[email_of(key)] for role, key in keys.items()}
    staff = {role: Officer(a.id, a.full_name, a.title) for role, a in found.items()}
    return Place(unit_id, code, staff, await letterhead(db, unit_id), await calendar_for(db, unit_id))


async def _add_unit(db: AsyncSession, code: str, name: str) -> str:
    raw = {
        'code': code,
        'name': f'Ủy ban nhân dân xã {name}',
        'is_one_stop': True,
        'parent_name': 'Ủy ban nhân dân tỉnh Thái Nguyên',
        'place': name,
        'address': f'Trung tâm xã {name}, tỉnh Thái Nguyên',
        'phone': f'0208 355 {code[-3:]:0>4}',
    }
    return await add_unit(db, SYSTEM, read_answers(QUESTIONS, raw), parent_id=None, valid_from=SINCE)


async def _add_officer(
    db: AsyncSession, people: dict[str, Account], key: str, name: str, title: str, role: Role, *units: str
) -> None:
    """Write a person who cannot sign in: nobody has a password but those of the demonstration."""
    at = now()
    one = Account(
        kind=AccountKind.STAFF, email=email_of(key), full_name=name, title=title, created_at=at, changed_at=at
    )
    db.add(one)
    await db.flush()
    await record(db, SYSTEM, 'account', one.id, 'created', data={'demo': True})
    for unit in units:
        db.add(Grant(account_id=one.id, role=role, unit_id=unit, valid_from=SINCE, created_at=at))
    people[one.email] = one


async def _add_overseer(db: AsyncSession, people: dict[str, Account], units: list[str]) -> None:
    known = people.get(email_of(OVERSEER))
    if known is None:
        told = data()['overseer']
        await _add_officer(db, people, OVERSEER, told['name'], told['title'], Role.CONTROLLER, *units)
        return
    held = set((await db.execute(select(col(Grant.unit_id)).where(col(Grant.account_id) == known.id))).scalars())
    at = now()
    for unit in set(units) - held:
        db.add(Grant(account_id=known.id, role=Role.CONTROLLER, unit_id=unit, valid_from=SINCE, created_at=at))
