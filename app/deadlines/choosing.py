"""Choose how long reception may take: for everything, for one field, for one procedure."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.deadlines.commands import may, may_change
from app.deadlines.reception import CHOSEN, EVERYTHING, Preset, chosen, presets
from app.errors import Invalid, Problem
from models import Procedure, ProcedureVersion, Setting

Named = tuple[str, dict[str, str]]
"""Where a rule may be chosen (``field:ho-tich``, ``procedure:khai-sinh``), and its name {vi, en}."""


@dataclass(frozen=True)
class Choices:
    """What can be chosen, and what was. ``own``: presets that procedures bring along, by place."""

    presets: tuple[Preset, ...]
    fields: tuple[Named, ...]
    procedures: tuple[Named, ...]
    chosen: dict[str, str]
    own: dict[str, str]


async def reception_choices(actor: Actor) -> Choices:
    """Return what can be chosen. Raises NotAllowed."""
    may(actor)
    async with read() as db:
        return await _choices(db)


async def choose_reception(actor: Actor, place: str, preset: str | None) -> None:
    """Let a preset hold for a place from now on (None: what holds without a choice). Limits that were set keep theirs.

    Raises:
        NotAllowed: not the agency whose portal this is.  Invalid: no such place or preset.
    """
    async with write() as db:
        await may_change(db, actor)
        known = await _choices(db)
        if place not in {EVERYTHING, *(p for p, _ in known.fields), *(p for p, _ in known.procedures)}:
            raise Invalid({'place': Problem('calendar.no_such_place')})
        if preset is not None and preset not in presets():
            raise Invalid({'preset': Problem('calendar.no_such_preset')})
        value = {key: name for key, name in known.chosen.items() if key != place} | ({place: preset} if preset else {})
        row = await db.get(Setting, CHOSEN, with_for_update=True)
        if row is None:
            row = Setting(key=CHOSEN, value=value, changed_at=now())
            db.add(row)
        row.value, row.changed_at, row.changed_by_id = value, now(), actor.account_id
        await record(db, actor, 'setting', CHOSEN, 'setting_changed', note=f'{place}: {preset or "-"}')


async def _choices(db: AsyncSession) -> Choices:
    spec = ProcedureVersion.spec
    query = select(
        Procedure.slug,
        ProcedureVersion.sector_key,
        spec['sector'].label('sector'),
        spec['name'].label('name'),
        spec['short_name'].label('short'),
        spec['reception'].label('reception'),
    )
    query = query.join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
    rows = {row.slug: row for row in (await db.execute(query.order_by(ProcedureVersion.number))).all()}.values()
    fields = {f'field:{row.sector_key}': row.sector for row in rows}
    procedures = {f'procedure:{row.slug}': row.short or row.name for row in rows}
    own = {f'procedure:{row.slug}': row.reception for row in rows if row.reception}

    return Choices(
        tuple(presets().values()),
        tuple(sorted(fields.items(), key=_by_name)),
        tuple(sorted(procedures.items(), key=_by_name)),
        await chosen(db),
        own,
    )


def _by_name(named: Named) -> str:
    return named[1]['vi']
