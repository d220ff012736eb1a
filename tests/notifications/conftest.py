"""An office with one procedure, dossiers on request, a real SMTP server, and settings that point to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from app import notifications
from app.access import SYSTEM, Actor, ActorKind, Granted
from app.audit.record import record
from app.clock import now
from app.db import read, write
from app.limits import forget_all
from app.notifications import rules
from app.notifications.channels.base import channels
from app.notifications.channels.email import Email
from app.settings import Settings
from app.workflow.transitions import Action
from models import Dossier, Message, Party, Procedure, ProcedureVersion, SupplementRequest, Unit
from models.enums import Channel, PartyRole, Role, Status
from models.types import new_id
from tests.support.smtp import SmtpServer

AN = 'an@example.com'
PERSONAL_ID = '001085012345'
SPEC = {
    'documents': [{'id': 'drawing', 'name': {'vi': 'Bản vẽ thiết kế', 'en': 'Drawings'}}],
    'sections': [{'fields': [{'id': 'land', 'label': {'vi': 'Thửa đất', 'en': 'Plot of land'}}]}],
}
_numbers = count(1)


@dataclass(frozen=True)
class Office:
    """What the dossiers of a test belong to."""

    unit: Unit
    other: Unit
    version: ProcedureVersion

    def staff(self, role: Role, unit: Unit | None = None) -> Actor:
        """Return somebody with one role in one unit."""
        unit_id = (unit or self.unit).id
        return Actor(ActorKind.STAFF, name='Bình', grants=(Granted(role, unit_id, frozenset({unit_id})),))


def settings_for(**changes: Any) -> Settings:
    """Return settings of a pretended municipality."""
    kept = {'base_url': 'https://motcua.example.vn', 'mail_from': 'Một cửa xã Tân Phú <motcua@xa.example.vn>'}
    return Settings(**(kept | changes))


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    """Nothing is sent unless a test sets a server."""
    notifications.use_settings(settings_for())
    yield
    notifications.use_settings(settings_for())


@pytest.fixture
async def email() -> AsyncIterator[Email]:
    """The channel, quick to lose patience."""
    channel = channels['email']
    assert isinstance(channel, Email)
    channel.timeout = 5.0
    yield channel
    await channel.close()
    channel.timeout, channel.tls_context = 30.0, None


@pytest.fixture
def smtp(email: Email) -> Iterator[SmtpServer]:
    """A server without TLS that the settings point to."""
    with SmtpServer() as server:
        notifications.use_settings(settings_for(smtp_host='127.0.0.1', smtp_port=server.port, smtp_tls='none'))
        yield server


@pytest.fixture
async def office(database: None) -> Office:
    """Insert two units and a procedure."""
    await forget_all()
    letterhead = {
        'phone': '0259 3 888 999',
        'address': '1 Đường Một, xã Tân Phú',
        'hours_text': '7:00–11:30, 13:30–17:00',
    }
    unit = Unit(code='H55.242', name='Trung tâm Phục vụ hành chính công xã Tân Phú', valid_from=date(2025, 7, 1))
    unit.letterhead, unit.name_en = letterhead, 'Public service centre of Tân Phú commune'
    other = Unit(code='H55.243', name='UBND xã Bình An', valid_from=date(2025, 7, 1))
    procedure = Procedure(slug='giay-phep-xay-dung', code='1.009994')
    version = ProcedureVersion(
        procedure_id=procedure.id,
        number=1,
        valid_from=date(2026, 1, 1),
        sector_key='xay-dung',
        sector='Xây dựng',
        name='Cấp giấy phép xây dựng nhà ở riêng lẻ',
        name_en='Permit to build a house',
        level='full',
        spec=SPEC,
        spec_hash='0' * 64,
        loaded_at=now(),
    )
    async with write() as db:
        db.add_all([unit, other, procedure])
        await db.flush()
        db.add(version)
    return Office(unit, other, version)


NewDossier = Callable[..., Awaitable[Dossier]]


@pytest.fixture
def new_dossier(office: Office) -> NewDossier:
    """Insert a dossier with its submitter An; what is given replaces what is usual."""

    async def insert(**changes: Any) -> Dossier:
        moment = now()
        usual: dict[str, Any] = {
            'filing_number': f'NOP-261120-{next(_numbers):05}',
            'secret_nonce': new_id(),
            'status': Status.REGISTERED,
            'procedure_id': office.version.procedure_id,
            'version_id': office.version.id,
            'receiving_unit_id': office.unit.id,
            'resolving_unit_id': office.unit.id,
            'subject': 'Xin giấy phép xây dựng',
            'applicant_name': 'Trần Thị Chủ Hồ Sơ',
            'channel': Channel.ONLINE,
            'contact_email': AN,
            'queued_at': moment,
            'submitted_at': moment,
            'due_at': datetime(2026, 11, 27, 9, 10, tzinfo=UTC),
        }
        dossier = Dossier(**(usual | changes))
        async with write() as db:
            db.add(dossier)
            await db.flush()
            db.add(Party(dossier_id=dossier.id, role=PartyRole.SUBMITTER, name='Nguyễn Văn An', email=AN))
            db.add(Party(dossier_id=dossier.id, role=PartyRole.OWNER, name='Trần Thị Chủ Hồ Sơ'))
        return dossier

    return insert


async def act(dossier: Dossier, action: Action, to: Status | None = None, note: str | None = None, **data: Any) -> int:
    """Write an event and its messages as the workflow does. Returns how many messages."""
    async with write() as db:
        event = await record(
            db,
            SYSTEM,
            'dossier',
            dossier.id,
            action,
            dossier_id=dossier.id,
            from_status=dossier.status,
            to_status=to or dossier.status,
            note=note,
            public=note is not None,
        )
        return await rules.notify(db, event, dossier, data)


async def ask_for_supplement(dossier: Dossier, officer_id: str) -> None:
    """Insert a request; the officer wrote a personal number into it, which must not leave the house."""
    request = SupplementRequest(
        dossier_id=dossier.id,
        number=1,
        before_acceptance=True,
        reason=f'Bản vẽ thiếu mặt cắt; số {PERSONAL_ID} không khớp',
        guidance='Chụp lại đủ các trang',
        contact='Bình, 0912 345 678',
        requested_by_id=officer_id,
        requested_at=now(),
        limit_at=now() + timedelta(days=15),
        items=[
            {'kind': 'document', 'id': 'drawing', 'text': 'Thiếu mặt cắt A-A'},
            {'kind': 'field', 'id': 'land', 'text': 'Ghi rõ số thửa'},
            {'kind': 'other', 'id': None, 'text': 'Ký tên trang cuối'},
        ],
    )
    async with write() as db:
        db.add(request)


async def messages() -> list[Message]:
    """Return the whole outbox, oldest first."""
    from sqlalchemy import select

    async with read() as db:
        return list((await db.execute(select(Message).order_by(Message.created_at))).scalars())
