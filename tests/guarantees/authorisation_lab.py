"""Everybody and every state there is, and what a command answers them; nothing that they try is ever committed."""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib import import_module
from io import BytesIO
from pkgutil import walk_packages
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select

import app
from app.access import Actor, ActorKind, Granted, Permission
from app.clock import now, today
from app.db import read, write
from app.deadlines.records import standard_calendar
from app.dossiers import commands
from app.errors import AppError, NotAllowed, NotFound, NotSignedIn
from app.feedback import sending
from app.limits import forget_all
from app.ratings.rules import Ballot
from app.signing.signing import Holder
from app.statistics.periods import Kind, Period
from app.workflow.transitions import Action
from models import Account, Attachment, Feedback, Grant, Message, Unit
from models.enums import AccountKind, AttachmentKind, Authentication, Channel, Role
from pages import collect
from tests.guarantees.life import ITEMS, WHY, Life
from tests.guarantees.test_every_statement import PulledPlug, failing
from tests.support.world import ANSWERS, PNG, World

DONE, REFUSED, OTHERWISE = 'done', 'refused', 'otherwise'
"""Carried out; refused because of who asks; refused for another reason (state, answers, an old screen)."""
ENDS = {
    'submit': 'registered',
    'accept': 'accepted',
    'request_supplement': 'supplement',
    'take': 'processing',
    'show_draft': 'draft shown',
    'add_result': 'draft agreed',
    'approve': 'approved',
    'finish': 'resolved',
    'hand_over': 'returned',
}
"""The state after an act of a whole life; the same act later does not count again."""
STATES = (*ENDS.values(), 'refused', 'withdrawn')


def all_commands() -> dict[str, Callable[..., Awaitable[object]]]:
    """Return every public async function of ``app`` whose first argument is an actor, by its short name."""
    found = {}
    for info in walk_packages(app.__path__, 'app.'):
        module = import_module(info.name)
        for name, function in vars(module).items():
            is_own = inspect.iscoroutinefunction(function) and function.__module__ == module.__name__
            if is_own and not name.startswith('_') and _takes_actor(function):
                found[f'{info.name.removeprefix("app.")}.{name}'] = function
    return found


def _takes_actor(function: Callable[..., object]) -> bool:
    first = next(iter(inspect.signature(function).parameters.values()), None)
    return first is not None and first.name.lstrip('_') == 'actor' and first.annotation in (Actor, 'Actor')


def all_addresses() -> set[str]:
    """Return every plain route of the running application as ``GET /path``."""

    def inside(routes: list[Any], prefix: str) -> Iterator[str]:
        for route in routes:
            if inner := getattr(route, 'original_router', None):
                yield from inside(inner.routes, prefix + route.include_context.prefix)
            else:
                yield from (f'{method} {prefix}{route.path}' for method in route.methods - {'HEAD'})

    routers: list[APIRouter] = collect().routers
    return {address for router in routers for address in inside(router.routes, '')}


@dataclass
class Case:
    """A dossier in one state, with everything that belongs to it."""

    state: str
    life: Life
    file_id: str = ''
    version: int = 1


@dataclass
class Lab:
    """A municipality with somebody of every kind and a dossier in every state."""

    world: World
    people: dict[str, Actor] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    draft: Life | None = None
    ids: dict[str, str] = field(default_factory=dict)
    """Things of the home unit that are there."""

    async def prepare(self) -> None:
        """Make people and dossiers."""
        await self._hire()
        for state in STATES:
            await forget_all()
            self.cases[state] = await self._bring_to(state)
        self.draft = Life(self.world)
        await self._live(self.draft.filing(), self.draft, 'add_to_draft')
        async with read() as db:
            grants = select(Grant.id).where(Grant.account_id == self.world.chi.account_id)
            self.ids['grant_id'] = (await db.execute(grants)).scalars().one()
            self.ids |= await self._feedback()
            self.ids['message_id'] = (await db.execute(select(Message.id))).scalars().first() or ''

    async def _feedback(self) -> dict[str, str]:
        """Send feedback to the home unit, which nobody has sorted yet."""
        await forget_all()
        await sending.send(self.world.guest, FEEDBACK, form='lab')
        async with read() as db:
            found = {'feedback_id': (await db.execute(select(Feedback.id))).scalars().one()}
            return found | {'to_unit': self.world.other_unit.id}

    async def _hire(self) -> None:
        w = self.world
        self.people = {'guest': w.guest, 'citizen': w.an}
        holders = {Role.INTAKE: w.binh, Role.CASE_OFFICER: w.chi, Role.LEADER: w.dung, Role.CLERK: w.giang}
        for role in Role:
            person = holders.get(role) or await self._officer(role, w.unit)
            self.people[role] = replace(person, proved_at=now())
        for role in (Role.INTAKE, Role.LEADER, Role.ADMIN):
            self.people[f'{role} elsewhere'] = replace(await self._officer(role, w.other_unit), proved_at=now())

    async def _officer(self, role: Role, unit: Unit) -> Actor:
        moment, name = now(), f'{role} {unit.code}'
        account = Account(kind=AccountKind.STAFF, email=f'{name.replace(" ", ".")}@example.com', full_name=name)
        account.created_at = account.changed_at = account.email_verified_at = moment
        async with write() as db:
            db.add(account)
            await db.flush()
            grant = Grant(account_id=account.id, role=role, unit_id=unit.id, valid_from=date(2025, 1, 1))
            grant.created_at = moment
            db.add(grant)
        granted = Granted(role, unit.id, frozenset({unit.id}))
        return Actor(
            ActorKind.STAFF, account.id, name, account.email, grants=(granted,), session_id='x' * 22,
            authentication=Authentication.TWO_FACTOR, channel=Channel.COUNTER,
        )  # fmt: skip

    async def _bring_to(self, state: str) -> Case:
        life = Life(self.world)
        if state in ('refused', 'withdrawn'):
            acts, last = life.short({'refused': 'refuse', 'withdrawn': 'withdraw'}[state]), None
        else:
            acts, last = life.whole(), next(act for act, after in ENDS.items() if after == state)
        await self._live(acts, life, last)
        async with read() as db:
            query = select(Attachment.id).where(Attachment.dossier_id == life.id).order_by(Attachment.uploaded_at)
            return Case(state, life, (await db.execute(query)).scalars().first() or '', life.version)

    async def _live(self, acts: Iterator[Any], life: Life, last: str | None) -> Life:
        for name, carry_out in acts:
            life.keep(await carry_out())
            if name == last:
                break
        return life

    def everybody(self, case: Case) -> dict[str, Actor]:
        """Return one of each kind, with those who have to do with this dossier."""
        other = next(each for each in self.cases.values() if each is not case)
        opened = replace(self.world.guest, opened=frozenset({case.life.id}), authentication=Authentication.SECRET)
        stranger = replace(opened, opened=frozenset({other.life.id}))
        return {**self.people, 'applicant': opened, 'applicant of another': stranger}

    async def ask(self, command: Callable[..., Awaitable[object]], actor: Actor, case: Case) -> str:
        """Let somebody try a command with arguments that fit the state. Its commit always fails: nothing stays."""
        await forget_all()
        arguments = self._arguments(command, case)
        with failing(0) as cut:
            try:
                await command(actor, **arguments)
            except PulledPlug:
                assert cut
                return DONE
            except (NotAllowed, NotFound, NotSignedIn):
                return REFUSED
            except AppError:
                return OTHERWISE
        return DONE

    def _arguments(self, command: Callable[..., Awaitable[object]], case: Case) -> dict[str, Any]:
        """Return a sensible value for each argument that has no default, or that makes sense in this state."""
        wanted = dict(list(inspect.signature(command).parameters.items())[1:])
        known = self._known(case) | SPECIAL.get(command.__name__, {})
        if command.__name__ == 'reassign':
            known['account_id'] = self._holder(case)
        return {
            name: known[name]
            for name, parameter in wanted.items()
            if name in known and (parameter.default is inspect.Parameter.empty or name in ALWAYS)
        }

    def _holder(self, case: Case) -> str:
        """Return somebody with the role of the step that is open."""
        role = {'accepted': Role.INTAKE, 'approved': Role.CLERK}.get(case.state, Role.CASE_OFFICER)
        return self.people[role].account_id or ''

    def _known(self, case: Case) -> dict[str, Any]:
        w = self.world
        return {
            'dossier_id': case.life.id, 'seen_version': case.version, 'file_id': case.file_id, 'slug': w.spec.id,
            'token': self.draft.token if self.draft else '', 'unit_id': w.unit.id, 'parent_id': w.unit.id,
            'account_id': w.chi.account_id, 'number': case.life.filed.filing_number, 'secret': case.life.filed.secret,
            **PLAIN, **self.ids,
        }  # fmt: skip


LATER = standard_calendar().nth_working_day(today(), 20)
"""A working day behind every date that is promised today, whenever today is."""
PLAIN: dict[str, Any] = {
    'action': Action.ACCEPT, 'items': ITEMS, **WHY, 'note': 'Ghi chú', 'text': 'N55', 'what': 'Sai tên', 'raw': dict(ANSWERS),
    'document_id': 'proof', 'name': 'giay.png', 'content': PNG, 'kind': AttachmentKind.RESULT, 'result': 'ok',
    'identity_checked': True, 'collected_by': 'Nguyễn Thị An', 'email': 'x@example.com', 'password': 'x' * 12, 'code': '1',
    'current': 'x', 'typed': 'x', 'role': Role.CLERK, 'grant_id': 'x' * 22, 'session_id': 'x' * 22, 'message_id': 'x' * 22,
    'scopes': ['dossier:read'], 'days': 9, 'token_id': 'x' * 22, 'year': LATER.year, 'day': LATER, 'day_id': 'x' * 22,
    'first': date(2026, 1, 1), 'last': date(2026, 12, 31), 'page': 1, 'after': 0, 'with_account': False, 'slug_or_code': 'x',
    'specs': [], 'instruments': [], 'guest': True, 'account': True, 'is_enabled': True, 'order_reason': 'system_error',
    'downtime_id': 'x' * 22,
    'post_id': 'x' * 22, 'webhook_id': 'x' * 22, 'delivery_id': 'x' * 22, 'url': 'https://example.com/', 'unit_code': 'H55.242', 'acts': ['accept'],
    'pin': '246810', 'key_id': 'x' * 22, 'signer': SimpleNamespace(holder=Holder('x' * 22, 'Người khác', 'f' * 64)),
    'period': Period.around(Kind.MONTH, date(2026, 1, 1), date(2026, 2, 1)), 'run_id': 'x' * 22, 'schedule_id': 'x' * 22,
    'permission': Permission.PROCEDURE_MANAGE, 'ballot': Ballot(3), 'words': 'Xin lỗi ông/bà',
    'points': {'contacts': 2, 'agencies': 2, 'attitude': 1},
    'photo_id': 'x' * 22, 'why': 'Hẹn gặp', 'subject': 'Mẫu', 'public_answer': 'Đáp', 'helpful': True,
    'fee_id': 'x' * 22, 'sequence': 1, 'files': ['x' * 22], 'pages': [('x' * 22, 1)], 'weekdays': [0],
}  # fmt: skip
FEEDBACK = {'about': 'rule', 'subject': 'Mẫu đơn', 'text': 'Hỏi hai lần', 'disclosure': 'anonymous'}
DOWN = {
    'first': f'{LATER:%d/%m/%Y}', 'first_at': '22:00', 'last': f'{LATER + timedelta(days=1):%d/%m/%Y}', 'last_at': '05:00',
    'reason': 'Bảo trì', 'instead': 'Nộp tại quầy',
}  # fmt: skip
ALWAYS = {'order_reason', 'collected_by'}
"""Arguments with a default that an act cannot do without."""
SPECIAL: dict[str, dict[str, Any]] = {
    'send': {'raw': FEEDBACK, 'form': 'another'},
    'sort': {'seen_version': 1, 'about': 'rule'},
    'stop': {'reason': commands.STOP_REASONS[-1], 'note': 'Người dân đề nghị'},
    'act': {'action': Action.REFUSE},
    'set_day': {'kind': 'off', 'reason': 'Nghỉ lễ'},
    'preview': {'kind': None},
    'choose_reception': {'place': '*', 'preset': 'same_day'},
    'set_hours': {'text': '07:00-11:00'},
    'preview_hours': {'text': '07:00-11:00'},
    'export': {'kind': 'csv'},
    'save': {'raw': {'reason': 'Để đi học'}},
    'save_supplement_note': {'text': 'Đã chụp rõ hơn'},
    'save_correction': {'raw': {'reason': 'Để đi học'}},
    'reappoint': {'day': f'{LATER:%d/%m/%Y}', 'delayed_by': 'Văn phòng'},
    'save_apology': {'day': f'{LATER:%d/%m/%Y}', 'delayed_by': 'Văn phòng'},
    'switches': {'text': ''},
    'revoke_result': {'reason': 'wrong_content', 'note': 'Sai tên'},
    'reissue_result': {'reason': 'wrong_content', 'note': 'Sai tên'},
    'check': {'file': BytesIO(PNG)},
    'turn_to': {'page': 'applicant'},
    'enter_fee': {'raw': {'amount': '8000', 'decision': 'Nghị quyết thử', 'valid_from': '01/01/2026'}},
    'report': {'code': 'ii06a'},
    'costs': {'measure': 'in_time'},
    'evaluation_costs': {'indicator': '1'},
    'announce': {'raw': DOWN},
    'enter': {'table': 'index766', 'criterion': '1.1', 'raw': {'part': '1', 'whole': '2', 'source': 'Báo cáo'}},
    'add_schedule': {'report': 'ii06a', 'kind': 'thang', 'day': 5, 'recipients': []},
    'create_person': {'raw': {'full_name': 'Nguyễn Văn Thử', 'email': 'thu@example.com'}},
}
"""What means something else in one command."""
