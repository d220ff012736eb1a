"""What people are given: filing number and official code, each from a series that never goes back, and the secret."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.clock import local
from models import Counter, Dossier


async def next_in(db: AsyncSession, series: str) -> int:
    """Return the next number of a series; the row stays locked until the transaction ends, so none is given twice."""
    insert = pg_insert if db.get_bind().dialect.name == 'postgresql' else sqlite_insert
    first = insert(Counter).values(series=series, value=1)
    raised = first.on_conflict_do_update(index_elements=['series'], set_={'value': Counter.value + 1})
    return int((await db.execute(raised.returning(Counter.value))).scalar_one())


async def filing_number(db: AsyncSession, unit_code: str, at: datetime) -> str:
    """Return a filing number: ``N`` + unit code, day of the filing, number in the day: ``N55.242-261121-0001``.

    It differs from an official code on sight, since the date in an official code is the day of acceptance.
    Units whose codes print alike share one series.
    """
    day, printed = f'{local(at):%y%m%d}', unit_code.lstrip('HG')
    return f'N{printed}-{day}-{await next_in(db, f"filing:H{printed}:{day}"):04d}'


async def official_code(db: AsyncSession, unit_code: str, at: datetime) -> str:
    """Return a mã số hồ sơ: code of the resolving unit, day of acceptance, number in the day from 0001.

    A number is never used again, even if the dossier is refused later. Source: TT 03/2025/TT-VPCP Điều 13 (ordinary dossiers).
    """
    day = f'{local(at):%y%m%d}'
    return f'{unit_code}-{day}-{await next_in(db, f"official:{unit_code}:{day}"):04d}'


def secret_of(dossier: Dossier) -> str:
    """Return the eight characters that open a dossier: a keyed hash, so that the database alone does not give them away."""
    digest = bytes.fromhex(crypto.mac('dossier-secret', dossier.id, dossier.secret_nonce))
    return ''.join(crypto.SECRET_ALPHABET[byte % 32] for byte in digest[:8])
