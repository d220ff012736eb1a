"""A small municipality for tests: two communes, the personas, one procedure with every kind of rule."""

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image

from app import storage
from app.access import SYSTEM, Actor, ActorKind, Granted
from app.clock import now
from app.db import write
from app.deadlines import store
from app.dossiers import attachments, drafts, filing
from app.dossiers.filing import Submitted
from app.procedures.commands import load_into_database
from app.procedures.schema import ProcedureSpec
from app.text import fold
from models import Account, Grant, Unit
from models.enums import AccountKind, Authentication, Channel, Role

PNG = bytes.fromhex(
    '89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082'
)
"""The smallest whole picture, as it is kept too."""


def scan(text: str) -> bytes:
    """Return a picture that is another one for each text: no two dossiers have the same result."""
    file = BytesIO()
    Image.frombytes('RGB', (8, 1), sha256(text.encode()).digest()[:24]).save(file, 'PNG')
    return file.getvalue()


SPEC = {
    'id': 'cap-giay-thu',
    'code': '1.999999',
    'version': 1,
    'valid_from': '2025-01-01',
    'checked': True,
    'name': {'vi': 'Cấp giấy thử', 'en': 'Issue a test paper'},
    'sector': {'vi': 'Hộ tịch', 'en': 'Civil status'},
    'authority': 'commune',
    'receiving_agency': {'vi': 'Trung tâm Phục vụ hành chính công'},
    'resolving_agency': {'vi': 'UBND cấp xã'},
    'level': 'full',
    'applicants': ['citizen'],
    'channels': ['counter', 'online', 'post'],
    'term': {'kind': 'working_days', 'value': 3},
    'fee': {'kind': 'none'},
    'sections': [
        {
            'id': 'applicant',
            'title': {'vi': 'Người yêu cầu'},
            'fields': [
                {
                    'id': 'full_name',
                    'type': 'person_name',
                    'label': {'vi': 'Họ, chữ đệm, tên'},
                    'required': True,
                    'prefill': 'full_name',
                },
                {
                    'id': 'personal_id',
                    'type': 'personal_id',
                    'label': {'vi': 'Số định danh cá nhân'},
                    'prefill': 'personal_id',
                },
                {'id': 'phone', 'type': 'phone', 'label': {'vi': 'Số điện thoại'}, 'prefill': 'phone'},
                {'id': 'email', 'type': 'email', 'label': {'vi': 'Thư điện tử'}, 'prefill': 'email'},
                {'id': 'reason', 'type': 'textarea', 'label': {'vi': 'Lý do'}, 'required': True},
            ],
        }
    ],
    'documents': [
        {'id': 'proof', 'name': {'vi': 'Giấy chứng minh'}, 'required': True},
        {'id': 'card', 'name': {'vi': 'Ảnh thẻ căn cước'}, 'identity': True},
    ],
    'steps': [
        {'key': 'receive', 'role': 'intake', 'title': {'vi': 'Tiếp nhận'}, 'hours': 2},
        {'key': 'process', 'role': 'case_officer', 'title': {'vi': 'Thẩm tra'}, 'hours': 12},
        {'key': 'approve', 'role': 'leader', 'title': {'vi': 'Ký'}, 'hours': 8},
        {'key': 'issue', 'role': 'clerk', 'title': {'vi': 'Đóng dấu'}, 'hours': 2},
        {'key': 'give', 'role': 'return', 'title': {'vi': 'Trả kết quả'}, 'hours': 0},
    ],
    'result': {'name': {'vi': 'Giấy thử'}, 'electronic': True},
    'legal_basis': [{'citation': 'Luật thử'}],
}
ANSWERS = {
    'full_name': 'Nguyễn Thị An',
    'personal_id': '001190000123',
    'phone': '0912345678',
    'email': 'an@example.com',
    'reason': 'Cần giấy thử',
}


@dataclass(frozen=True)
class World:
    """The personas as actors. An citizen, Bình intake, Chi case officer, Dũng leader, Giang clerk, Hà controller; Em of another commune."""

    unit: Unit
    other_unit: Unit
    an: Actor
    binh: Actor
    chi: Actor
    dung: Actor
    giang: Actor
    ha: Actor
    em: Actor
    guest: Actor
    spec: ProcedureSpec


async def build(folder: Path, **changes: object) -> World:
    """Fill an open, empty database."""
    storage.use_folder(folder / 'files')
    store.forget()
    spec = ProcedureSpec.model_validate({**SPEC, **changes})
    async with write() as db:
        home = Unit(
            code='H55.242', name='UBND xã Tân Phú', valid_from=date(2025, 7, 1), letterhead={'phone': '0207 3 123 456'}
        )
        other = Unit(code='H55.243', name='UBND xã Tân An', valid_from=date(2025, 7, 2))
        db.add_all([home, other])
        await db.flush()
        an = await _account(db, 'Nguyễn Thị An', AccountKind.CITIZEN)
        staff = {}
        for name, role, unit in (
            ('Trần Văn Bình', Role.INTAKE, home),
            ('Lê Thị Chi', Role.CASE_OFFICER, home),
            ('Phạm Văn Dũng', Role.LEADER, home),
            ('Vũ Thị Giang', Role.CLERK, home),
            ('Đỗ Thị Hà', Role.CONTROLLER, home),
            ('Ngô Văn Em', Role.INTAKE, other),
        ):
            account = await _account(db, name, AccountKind.STAFF)
            db.add(
                Grant(account_id=account.id, role=role, unit_id=unit.id, valid_from=date(2025, 1, 1), created_at=now())
            )
            staff[name.split()[-1]] = _officer(account, role, unit)
    await load_into_database(SYSTEM, [spec], [])
    citizen = Actor(
        ActorKind.CITIZEN, an.id, an.full_name, an.email, authentication=Authentication.PASSWORD, address='192.0.2.1'
    )
    return World(
        home, other, citizen, staff['Bình'], staff['Chi'], staff['Dũng'], staff['Giang'], staff['Hà'], staff['Em'],
        Actor(ActorKind.GUEST, address='192.0.2.2'), spec,
    )  # fmt: skip


async def _account(db: object, name: str, kind: AccountKind) -> Account:
    moment = now()
    account = Account(
        kind=kind,
        email=f'{fold(name).replace(" ", ".")}@example.com',
        full_name=name,
        created_at=moment,
        changed_at=moment,
        email_verified_at=moment,
    )
    db.add(account)  # type: ignore[attr-defined]
    await db.flush()  # type: ignore[attr-defined]
    return account


def _officer(account: Account, role: Role, unit: Unit) -> Actor:
    return Actor(
        ActorKind.STAFF,
        account.id,
        account.full_name,
        account.email,
        grants=(Granted(role, unit.id, frozenset({unit.id})),),
        authentication=Authentication.TWO_FACTOR,
        proved_at=now(),
        channel=Channel.COUNTER,
    )


async def filed(world: World, actor: Actor | None = None, *, with_account: bool = False, **answers: str) -> Submitted:
    """File a complete dossier the way a person does: draft, answers, paper, submit."""
    who = actor or world.guest
    started = await drafts.start(who, world.spec.id, with_account=with_account)
    await drafts.save(who, started.token, {**ANSWERS, **answers})
    await attachments.add_to_draft(who, started.token, 'proof', 'giay.png', PNG)
    return await filing.submit(who, started.token)


def opened(world: World, one: Submitted) -> Actor:
    """Return a guest who opened a dossier with its secret."""
    return replace(world.guest, opened=frozenset({one.dossier_id}), authentication=Authentication.SECRET)
