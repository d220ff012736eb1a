"""How long reception may take for a filing: by its procedure's preset, or by what this installation has chosen.

What was chosen for the procedure wins, then what was chosen for its field, then the procedure's own, then the installation's.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from app.procedures.schema import ProcedureSpec, Text
from app.remembered import remembered_within
from app.text import fold
from models import Setting
from models.enums import Channel

FILE = Path(__file__).parent / 'reception.yaml'
CHOSEN = 'reception_rules'
"""The setting: ``*``, ``field:<key>`` or ``procedure:<slug>`` -> name of a preset."""
EVERYTHING = '*'


@dataclass(frozen=True)
class Preset:
    """One way to limit reception: a short term, or ``sameday-opening``, for each channel."""

    key: str
    name: Text
    limits: dict[str, str]
    source: str


@cache
def presets() -> dict[str, Preset]:
    """Return the presets by key; the first is what holds by default."""
    rows = yaml.safe_load(FILE.read_text('utf-8'))
    ways = (Channel.ONLINE, Channel.COUNTER, Channel.POST)
    return {
        key: Preset(key, Text(**row['name']), {str(way): row[way] for way in ways}, row['source'])
        for key, row in rows.items()
    }


def field_key(spec: ProcedureSpec) -> str:
    """Return the key of a procedure's field (lĩnh vực), as the catalogue's table has it."""
    return fold(spec.sector.vi).replace(' ', '-')


@remembered_within
async def chosen(db: AsyncSession) -> dict[str, str]:
    """Return what this installation has chosen; a preset that is no more counts for nothing."""
    row = await db.get(Setting, CHOSEN)
    kept = row.value if row is not None and isinstance(row.value, dict) else {}
    return {place: key for place, key in kept.items() if key in presets()}


async def rule_for(db: AsyncSession, spec: ProcedureSpec, channel: Channel) -> str:
    """Return the limit of reception for a filing of this procedure that came this way."""
    kept = await chosen(db)
    wanted = (
        kept.get(f'procedure:{spec.id}'),
        kept.get(f'field:{field_key(spec)}'),
        spec.reception,
        kept.get(EVERYTHING),
    )
    key = next((name for name in wanted if name in presets()), next(iter(presets())))
    return presets()[key].limits.get(channel, presets()[key].limits[Channel.COUNTER])
