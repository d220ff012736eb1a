"""The small municipality, and feedback sent in it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import notifications
from app.access import Actor, Granted
from app.clock import now
from app.db import read, write
from app.feedback.sending import Photos, Sent, send
from app.limits import forget_all
from app.settings import Settings
from models import Account, Feedback, Unit
from models.enums import AccountKind, Role
from tests.support import world as municipality
from tests.support.world import World

WORDS = {
    'about': 'rule',
    'subject': 'Tờ khai hỏi hai lần một việc',
    'text': 'Mẫu tờ khai yêu cầu ghi lại số định danh hai lần.',
    'place': 'Quầy số 3',
    'disclosure': 'named',
    'full_name': 'Nguyễn Thị An',
    'phone': '0912345678',
    'email': 'an@example.com',
}


@pytest.fixture
def dialect() -> str:
    """Run on SQLite; what differs between databases has a test of its own."""
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    """A filled database."""
    await forget_all()
    notifications.use_settings(Settings(base_url='http://portal.example'))
    yield await municipality.build(tmp_path)


async def sent(actor: Actor, photos: Photos = (), *, form: str = '', **changes: Any) -> Sent:
    """Send feedback; each form is another one unless it is named."""
    sent.number += 1  # type: ignore[attr-defined]
    return await send(actor, {**WORDS, **changes}, photos, form=form or f'form {sent.number}')  # type: ignore[attr-defined]


sent.number = 0  # type: ignore[attr-defined]


async def row(code: str) -> Feedback:
    """Return what is stored."""
    async with read() as db:
        return (await db.execute(select(Feedback).where(Feedback.code == code))).scalar_one()


async def part_of(world: World, code: str = 'H55.242.01', name: str = 'Văn phòng') -> Unit:
    """Add a part to the home unit."""
    unit = Unit(code=code, name=name, parent_id=world.unit.id, valid_from=world.unit.valid_from)
    async with write() as db:
        db.add(unit)
    return unit


async def officer(role: Role, unit: Unit, *reach: Unit, name: str = 'Đặng Văn Kiên') -> Actor:
    """Hire somebody; their grant reaches the unit and what is named."""
    moment = now()
    account = Account(kind=AccountKind.STAFF, email=f'{unit.code}.{role}@example.com', full_name=name)
    account.created_at = account.changed_at = moment
    async with write() as db:
        db.add(account)
    granted = Granted(role, unit.id, frozenset({unit.id, *(each.id for each in reach)}))
    return replace(municipality._officer(account, role, unit), grants=(granted,))
