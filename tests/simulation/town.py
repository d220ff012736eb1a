"""Two agencies with different hours, people for every role in both, and procedures with every kind of term."""

from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any

from app.access import SYSTEM, Actor, ActorKind, Granted
from app.clock import now
from app.db import write
from app.procedures.commands import load_into_database
from app.procedures.schema import ProcedureSpec
from models import Account, Grant, Unit
from models.enums import AccountKind, Authentication, Channel, Role
from tests.simulation.oracle import TermSheet
from tests.support import world as municipality
from tests.support.world import SPEC, World

HOURS: list[int] = [2, 14, 6, 2]
"""Hours of the steps receive, process, approve, issue: three days of eight hours, more than three of seven and a half."""
SHORT = [1, 3, 2, 1]


@dataclass(frozen=True)
class Case:
    """A procedure, its term as the oracle reads it, its steps in minutes, its rule of reception by channel."""

    slug: str
    term: TermSheet
    hours: list[int]
    same_day_reception: bool = False
    shows_draft: bool = False


CASES = (
    Case('ba-ngay', TermSheet('wd', 3, extended=3), HOURS),
    Case('bay-ngay', TermSheet('wd', 7, restarts=False, extended=5), HOURS, shows_draft=True),
    Case('trong-ngay', TermSheet('sameday'), SHORT, same_day_reception=True),
    Case('sang-som', TermSheet('sameday', cutoff=time(10), restarts=False, extended=1), SHORT),
    Case('hai-muoi-ngay', TermSheet('d', 20, restarts=False, posting_days=7), HOURS),
    Case('bon-lam-ngay', TermSheet('d', 45, extended=15), HOURS),
    Case('muoi-sau-gio', TermSheet('wh', 16, restarts=False, awaits_duty=True), SHORT),
    Case('dat-dai', TermSheet('wd', 20, restarts=False, after_payment=5, posting_days=15), HOURS),
    Case('dat-dai-lai', TermSheet('wd', 12, after_payment=4, posting_days=5, supplement_days=10), HOURS),
    Case('phep-xay', TermSheet('wd', 10, awaits_duty=True, posting_days=3, supplement_days=2), HOURS),
)
KINDS = {'wd': 'working_days', 'wh': 'working_hours', 'd': 'calendar_days', 'sameday': 'same_day'}


@dataclass(frozen=True)
class Office:
    """One agency and its people."""

    unit: Unit
    intake: Actor
    officer: Actor
    deputy: Actor
    leader: Actor
    clerk: Actor


@dataclass(frozen=True)
class Town:
    """The whole of it."""

    world: World
    offices: tuple[Office, Office]
    admin: Actor


async def build(folder: Path) -> Town:
    """Fill an open, empty database."""
    world = await municipality.build(folder)
    await load_into_database(SYSTEM, [_spec(case) for case in CASES], [])
    home, other = [await _office(unit) for unit in (world.unit, world.other_unit)]
    admin = await _person('Quản trị', Role.ADMIN, world.unit)
    reach = frozenset({world.unit.id, world.other_unit.id})
    return Town(world, (home, other), replace(admin, grants=(Granted(Role.ADMIN, world.unit.id, reach),)))


def _spec(case: Case) -> ProcedureSpec:
    term: dict[str, Any] = {
        'kind': KINDS[case.term.kind],
        'value': case.term.value or None,
        'after_supplement': 'restart' if case.term.restarts else 'resume',
        'after_payment': case.term.after_payment or None,
        'posting_days': case.term.posting_days or None,
        'awaits_duty': case.term.awaits_duty,
        'supplement_days': case.term.supplement_days,
        'extended': case.term.extended or None,
    }
    if case.term.kind == 'sameday':
        term['cutoff'] = f'{case.term.cutoff:%H:%M}'
    steps: Any = SPEC['steps']
    hours = [*case.hours, 0]
    changes: dict[str, Any] = {
        'id': case.slug,
        'code': None,
        'documents': [],
        'term': term,
        'confirms_draft': case.shows_draft,
        'reception': 'same_day' if case.same_day_reception else None,
        'steps': [{**step, 'hours': amount} for step, amount in zip(steps, hours, strict=True)],
    }
    return ProcedureSpec.model_validate({**SPEC, **changes})


async def _office(unit: Unit) -> Office:
    roles = (Role.INTAKE, Role.CASE_OFFICER, Role.CASE_OFFICER, Role.LEADER, Role.CLERK)
    people = [await _person(f'{role} {n}', role, unit) for n, role in enumerate(roles)]
    leader = replace(people[3], grants=(*people[3].grants, Granted(Role.LEADER, unit.id, frozenset({unit.id}))))
    return Office(unit, people[0], people[1], people[2], leader, people[4])


async def _person(name: str, role: Role, unit: Unit) -> Actor:
    moment = now()
    account = Account(
        kind=AccountKind.STAFF,
        email=f'{name.replace(" ", ".")}.{unit.code}@example.com'.lower(),
        full_name=name,
        created_at=moment,
        changed_at=moment,
        email_verified_at=moment,
    )
    async with write() as db:
        db.add(account)
        await db.flush()
        grant = Grant(account_id=account.id, role=role, unit_id=unit.id, valid_from=date(2025, 1, 1), created_at=moment)
        db.add(grant)
    return Actor(
        ActorKind.STAFF,
        account.id,
        name,
        account.email,
        grants=(Granted(role, unit.id, frozenset({unit.id})),),
        authentication=Authentication.TWO_FACTOR,
        proved_at=moment,
        channel=Channel.COUNTER,
    )
