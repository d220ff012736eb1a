"""Change units: add a part, put right a name or a letterhead, end it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.access import Actor, Permission
from app.audit.record import record
from app.clock import today
from app.db import write
from app.errors import Invalid, NotAllowed, NotFound, Problem, Stale
from app.questions import question, read_answers
from models import Unit

LETTERHEAD = (
    question('parent_name', 'text', max_length=200),
    question('parent_name_en', 'text', max_length=200),
    question('place', 'text', max_length=100),
    question('address', 'text', max_length=300),
    question('address_en', 'text', max_length=300),
    question('phone', 'text', max_length=60),
    question('email', 'email'),
    question('hours_text', 'text', max_length=300),
    question('hours_text_en', 'text', max_length=300),
)
"""What is printed above and below documents, and in the footer of pages."""
QUESTIONS = (
    question('code', 'text', required=True, max_length=40, pattern=r'[A-Z]\d{2}(\.\d{1,3}){0,3}'),
    question('name', 'text', required=True, max_length=200),
    question('name_en', 'text', max_length=200),
    question('is_one_stop', 'checkbox'),
    *LETTERHEAD,
)
"""``code`` is the electronic identifier of an agency. Source: QĐ 20/2020/QĐ-TTg."""


async def create_unit(actor: Actor, parent_id: str, raw: Mapping[str, Any], *, valid_from: date | None = None) -> str:
    """Add a part to a unit within reach and return its id. Only the installation itself adds an agency above all.

    Raises:
        NotFound: the parent is not within reach. Invalid: by question.
    """
    if not actor.may(Permission.UNIT_MANAGE, parent_id):
        raise NotFound()
    answers = read_answers(QUESTIONS, raw)
    async with write() as db:
        unit_id = await add_unit(db, actor, answers, parent_id=parent_id, valid_from=valid_from)
    return unit_id


async def add_unit(
    db: AsyncSession,
    actor: Actor,
    answers: dict[str, Any],
    *,
    parent_id: str | None = None,
    valid_from: date | None = None,
) -> str:
    """Write a new unit with answers that were checked. Whoever calls this has authorised it."""
    await _refuse_taken(db, answers['code'])
    unit = Unit(**_columns(answers), parent_id=parent_id, valid_from=valid_from or today())
    db.add(unit)
    await db.flush()
    await record(db, actor, 'unit', unit.id, 'created', unit_id=unit.id, data={'code': unit.code, 'name': unit.name})
    return unit.id


async def save_unit(
    actor: Actor, unit_id: str, raw: Mapping[str, Any], *, seen_version: int, valid_to: date | None = None
) -> None:
    """Change a unit within reach. Ending one is for those who manage the unit above it.

    Raises:
        NotFound, NotAllowed. Stale: somebody else changed it since. Invalid: by question.
    """
    if not actor.may(Permission.UNIT_MANAGE, unit_id):
        raise NotFound()
    answers = read_answers(QUESTIONS, raw)
    async with write() as db:
        unit = await db.get_one(Unit, unit_id)
        if valid_to != unit.valid_to:
            _may_end(actor, unit, valid_to)
        if answers['code'] != unit.code:
            await _refuse_taken(db, answers['code'])
        values = _columns(answers) | {'valid_to': valid_to}
        changed = sorted(key for key, value in values.items() if getattr(unit, key) != value)
        done = await db.execute(
            update(Unit)
            .where(col(Unit.id) == unit_id, col(Unit.version) == seen_version)
            .values(**values, version=seen_version + 1)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise Stale('units.stale')
        data = {'changed': changed, 'code': answers['code'], 'name': answers['name']}
        await record(db, actor, 'unit', unit_id, 'changed', unit_id=unit_id, data=data)


def _columns(answers: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a unit; empty lines of the letterhead are left out."""
    head = {q.id: answers[q.id] for q in LETTERHEAD if answers.get(q.id)}
    return {
        'code': answers['code'],
        'name': answers['name'],
        'name_en': answers.get('name_en'),
        'is_one_stop': bool(answers.get('is_one_stop')),
        'letterhead': head,
    }


def _may_end(actor: Actor, unit: Unit, last_day: date | None) -> None:
    if unit.parent_id is None or not actor.may(Permission.UNIT_MANAGE, unit.parent_id):
        raise NotAllowed('units.end_needs_above')
    if last_day is not None and last_day < unit.valid_from:
        raise Invalid({'valid_to': Problem('units.ends_before_start')})


async def _refuse_taken(db: AsyncSession, code: str) -> None:
    if (await db.execute(select(col(Unit.id)).where(col(Unit.code) == code))).first():
        raise Invalid({'code': Problem('units.code_taken')})
