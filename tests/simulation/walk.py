"""One dossier's way through the year, by chance; every act is the real command, and goes into the ledger by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from app.access import Actor
from app.db import read
from app.dossiers import applicant, attachments, commands, drafts, filing
from app.errors import WrongState
from app.timers.postings import end_postings
from models import Dossier
from models.enums import AttachmentKind, Authentication, Channel
from tests.simulation.drafts import drafted
from tests.simulation.ledger import Ledger
from tests.simulation.oracle import DAY, MINUTE
from tests.simulation.town import Case, Office
from tests.support.world import PNG, scan

if TYPE_CHECKING:
    from tests.simulation.year import Year

ANSWERS = {'full_name': 'Nguyễn Thị An', 'phone': '0912345678', 'reason': 'Cần giấy thử'}
ITEMS = [{'kind': 'field', 'id': 'reason', 'text': 'Ghi rõ hơn'}]
WHY = {'reason': 'Chưa rõ', 'guidance': 'Ghi rõ mục đích', 'contact': 'Bình, 0207 3 123 456'}
PASSED_ON = 'passed on to the unit that decides'
Agent = AsyncIterator[datetime]
"""Yields the moment at which it wants to go on."""


@dataclass
class Live:
    """One dossier: what it is, who has it, its ledger."""

    id: str
    case: Case
    office: Office
    """Who decides."""
    front: Office
    """Who received it, and gives the result back."""
    passed_on: bool
    """The unit that decides has it: from the beginning, or since the other one passed it on."""
    ledger: Ledger
    way: str
    """How it came: account, guest, counter, post."""
    sender: Actor
    """Whoever filed it, with what opens it."""

    @property
    def desk(self) -> Office:
        """Whose desk it is on before it is accepted."""
        return self.office if self.passed_on else self.front


class Walk:
    """One matter. A guest's answer to a request before acceptance is a new dossier, which takes the old one's place."""

    def __init__(self, year: 'Year', case: Case) -> None:
        self.year, self.case = year, case
        self.one: Live

    @property
    def at(self) -> datetime:
        """Now."""
        return self.year.at

    @property
    def random(self) -> Random:
        """What happens next is drawn from here."""
        return self.year.random

    def count(self, path: str) -> None:
        """Note that this was lived through."""
        self.year.paths[path] += 1

    async def do(self, command: Any, actor: Actor, *given: Any, **named: Any) -> None:
        """Carry out a command on the dossier as it stands now."""
        async with read() as db:
            version = (await db.get_one(Dossier, self.one.id)).version
        await command(actor, self.one.id, version, *given, **named)

    def later(self, days: float) -> datetime:
        """A moment, mostly of work, up to so many days from now."""
        return self.year.working_minute(self.one.office.unit.id, self.at, days)

    async def live_through(self) -> Agent:
        """File, be received, be handled."""
        there = self.random.random() < 0.35
        office = self.year.town.offices[there]
        way = self.random.choice(['counter', 'post'] if there else ['account', 'guest', 'guest', 'counter', 'post'])
        front = office
        if way in ('counter', 'post'):
            front = self.year.town.offices[not there] if self.random.random() < 0.35 else office
            yield self.year.working_minute(front.unit.id, self.at, 3)
        await self.file(office, front, way)
        yield self.later(2)
        async for wanted in self.reception():
            yield wanted
        if self.one.ledger.start is None:
            return
        async for wanted in self.handling():
            yield wanted

    async def file(self, office: Office, front: Office, way: str) -> None:
        """File at a desk or from home; a desk may take it for another office."""
        world = self.year.town.world
        actor = {
            'account': world.an,
            'guest': world.guest,
            'counter': front.intake,
            'post': replace(front.intake, channel=Channel.POST),
        }[way]
        elsewhere = office.unit.id if front is not office else None
        begun = await drafts.start(actor, self.case.slug, with_account=way == 'account', for_unit=elsewhere)
        await drafts.save(actor, begun.token, ANSWERS)
        await self.send(actor, begun.token, office, front, way, passed_on=front is office)

    async def send(self, actor: Actor, token: str, office: Office, front: Office, way: str, *, passed_on: bool) -> None:
        """Send a draft; its reception is limited by the hours of the desk that has it."""
        world, sent = self.year.town.world, await filing.submit(actor, token)
        opened = replace(world.guest, opened=frozenset({sent.dossier_id}), authentication=Authentication.SECRET)
        rule = self.rule(way) if passed_on else '15:00'
        desk = office if passed_on else front
        ledger = Ledger(self.year.book, desk.unit.id, self.case.term, rule, sum(self.case.hours) * 60)
        sender = world.an if way == 'account' else opened
        self.one = Live(sent.dossier_id, self.case, office, front, passed_on, ledger, way, sender)
        ledger.filed(self.at)
        self.year.live.append(self.one)
        self.count(f'filed: {way}')

    def rule(self, way: str) -> str:
        """How the unit that decides limits reception."""
        return '15:00' if self.case.same_day_reception else '1wd' if way in ('counter', 'post') else '8wh'

    async def pass_on(self) -> None:
        """Pass a filing on to the unit that decides."""
        one = self.one
        await self.do(commands.pass_on, one.front.intake)
        one.passed_on = True
        one.ledger.passed_on(self.at, one.office.unit.id, self.rule(one.way))
        self.count(PASSED_ON)

    def end(self, how: str) -> None:
        """Nothing follows."""
        self.one.ledger.closed()
        self.count(how)

    async def reception(self) -> Agent:
        """Accept, refuse, pass on, ask for more (once, or again by a leader), withdraw."""
        while True:
            one, fate = self.one, self.random.random()
            if fate < 0.05:
                await self.do(commands.refuse, one.desk.intake, 'Không thuộc thẩm quyền')
                self.end('refused')
                return
            if fate < 0.09:
                await self.do(applicant.withdraw, one.sender)
                self.end('withdrawn before acceptance')
                return
            if not one.passed_on and (fate > 0.3 or one.ledger.asked):
                await self.pass_on()
                yield self.later(1)
                continue
            if fate > 0.3 or one.ledger.asked > 1:
                break
            async for wanted in self.asked_before(one):
                yield wanted
            if self.one.ledger.running is None:
                return
            yield self.later(2)
        await self.do(commands.accept, one.office.intake, order_reason='system_error')
        by_hand = one.way == 'counter'
        one.ledger.accepted(self.at, one.case.hours[0] * 60, by_hand=by_hand, civil=self.year.civil)
        self.count('accepted')

    async def asked_before(self, one: Live) -> Agent:
        """Ask for more before acceptance; the answer comes, or the dossier is stopped."""
        again = one.ledger.asked > 0
        who = one.office.leader if again else one.desk.intake
        await self.do(commands.request_supplement, who, items=ITEMS, **WHY)
        one.ledger.asked_for_more(self.at)
        self.count('supplement before acceptance' + (', again' if again else ''))
        if self.random.random() < 0.15:
            async for wanted in self.run_out(3000):
                yield wanted
            await self.do(commands.stop, one.desk.intake, 'supplement_expired', 'Quá thời hạn bổ sung')
            self.end('stopped before acceptance')
            return
        yield self.at + self.random.randrange(1, 12 * 1440) * MINUTE
        if one.way == 'account':
            await self.answer()
            return
        old = one.ledger
        # the answer of somebody at home comes online, whatever the first way was
        begun = await applicant.start_replacement(one.sender, one.id)
        await self.send(one.sender, begun.token, one.office, one.front, 'guest', passed_on=one.passed_on)
        old.closed()
        self.count('replaced')

    async def answer(self) -> None:
        """The applicant sends what was asked for."""
        one = self.one
        await applicant.save_correction(one.sender, one.id, {'reason': f'Để đi học lần {self.random.random()}'})
        await self.do(applicant.send_supplement, one.sender)
        one.ledger.completed(self.at, civil=self.year.civil)

    async def handling(self) -> Agent:
        """From step to step to the result, with all that may come between."""
        one, office = self.one, self.one.office
        minutes = [amount * 60 for amount in one.case.hours]
        yield self.later(1)
        await self.do(commands.forward, office.intake, account_id=office.officer.account_id)
        one.ledger.given(self.at, minutes[1])
        async for wanted in self.between(office.officer):
            yield wanted
        if one.ledger.running is None:
            return
        async for wanted in self.draft():
            yield wanted
        await attachments.add_result(self.holder, one.id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.id))
        await self.do(commands.forward, self.holder)
        one.ledger.given(self.at, minutes[2])
        yield self.later(2)
        if self.random.random() < 0.1:
            await self.do(commands.send_back, office.leader, 'Sai tên')
            one.ledger.given(self.at, minutes[1])
            self.count('sent back')
            yield self.later(1)
            async for wanted in self.draft():
                yield wanted
            await self.do(commands.forward, self.holder)
            one.ledger.given(self.at, minutes[2])
        await self.do(commands.approve, office.leader)
        one.ledger.given(self.at, minutes[3])
        yield self.later(1)
        await self.do(commands.finish, office.clerk)
        one.ledger.finished(self.at)
        one.ledger.given(self.at, 0)
        self.count(f'finished: {one.ledger.verdict}')
        yield self.later(9)
        await self.do(commands.hand_over, one.front.intake, collected_by='Nguyễn Thị An')
        self.end('handed over')

    async def between(self, officer: Actor) -> Agent:
        """What may happen while the officer has it, each by chance, in any order."""
        self.holder = officer
        happenings = [self.supplement, self.supplement, self.duty, self.posting, self.new_date, self.other_officer]
        happenings += [self.extension] if self.one.case.term.extended else []
        self.random.shuffle(happenings)
        for happening in happenings:
            yield self.later(self.random.choice([0.1, 0.4, 2]))
            if self.random.random() < 0.35:
                async for wanted in happening():
                    yield wanted
            if self.one.ledger.running is None:
                return
            if self.random.random() < 0.02:
                await self.do(applicant.withdraw, self.one.sender)
                self.end('withdrawn')
                return

    async def run_out(self, minutes: int) -> Agent:
        """Wait until the time for a supplement is over, also where the calendar has moved it meanwhile."""
        yield (self.one.ledger.running or self.at) + self.random.randrange(minutes) * MINUTE
        while self.at < (over := self.one.ledger.supplement_over()):
            yield over + self.random.randrange(minutes) * MINUTE

    async def supplement(self) -> Agent:
        """Ask for more after acceptance; a second time only by a leader."""
        one = self.one
        if one.ledger.asked > 1:
            return
        again = one.ledger.asked > 0
        await self.do(commands.request_supplement, one.office.leader if again else self.holder, items=ITEMS, **WHY)
        one.ledger.asked_for_more(self.at)
        how = 'restarts' if one.case.term.restarts else 'resumes'
        self.count(f'supplement after acceptance, {how}' + (', again' if again else ''))
        if self.random.random() < 0.12:
            async for wanted in self.run_out(2000):
                yield wanted
            await self.do(commands.stop, self.holder, 'supplement_expired', 'Quá thời hạn bổ sung')
            self.end('stopped after 15 working days')
            return
        yield self.at + self.random.randrange(1, 14 * 1440) * MINUTE
        await self.answer()

    async def duty(self) -> Agent:
        """Wait for what the tax office asks."""
        one, term = self.one, self.one.case.term
        if not (term.awaits_duty or term.after_payment):
            return
        await self.do(commands.await_duty, self.holder, note='Thuế đất')
        one.ledger.duty_began(self.at)
        yield self.at + self.random.randrange(1, 30 * 1440) * MINUTE
        if self.random.random() < 0.1:
            await self.do(commands.stop, self.holder, 'other', 'Không nộp')
            self.end('stopped while a duty was open')
            return
        await self.do(commands.duty_done, self.holder, note='Giấy nộp tiền số 12')
        one.ledger.duty_met(self.at, civil=self.year.civil)
        self.count('second appointment' if term.after_payment else 'duty without second appointment')

    async def posting(self) -> Agent:
        """Post in public; an officer or a timer ends it, early or late."""
        one = self.one
        if not one.case.term.posting_days:
            return
        await self.do(commands.start_posting, self.holder, note='Tại trụ sở')
        one.ledger.posted(self.at)
        self.count('posted')
        yield (one.ledger.posting or self.at) + self.random.randrange(600) * MINUTE
        if one.ledger.posting is None:  # the timer was there first
            return
        if self.random.random() < 0.5:
            await self.do(commands.end_posting, self.holder)
            one.ledger.posting_over()
            self.count('posting ended by an officer')
        else:
            await end_postings()
            for other in self.year.live:
                if other.ledger.posting and other.ledger.posting <= self.at:
                    other.ledger.posting_over()
            self.count('posting ended by the timer')

    async def extension(self) -> Agent:
        """Take the time that verification needs; refused where the term is over, or another date was named."""
        one = self.one
        if self.random.random() < 0.5:
            yield max(self.at, (one.ledger.promised or self.at) + self.random.choice([-600, -1, 0, 1]) * MINUTE)
        over = one.ledger.promised is None or self.at > one.ledger.promised
        if over or any(line.why in ('reappointment', 'extension') for line in one.ledger.lines):
            with pytest.raises(WrongState, match=r'term_over|extended_once'):
                await self.do(commands.extend, self.holder, note='Xác minh nơi cư trú')
            self.count('extension refused')
            return
        await self.do(commands.extend, self.holder, note='Xác minh nơi cư trú')
        one.ledger.extended()
        self.count('extended for verification')

    async def new_date(self) -> Agent:
        """Apologise and promise another date, once."""
        one = self.one
        if any(line.why == 'reappointment' for line in one.ledger.lines) or one.ledger.promised is None:
            return
        if self.random.random() < 0.5:
            yield max(self.at, one.ledger.promised - self.random.randrange(2 * 1440) * MINUTE)
        day = await drafted(self.year, one) or self._some_working_day(max(one.ledger.promised.date(), self.at.date()))
        await self.do(
            commands.reappoint, one.office.leader, day=f'{day:%d/%m/%Y}', delayed_by='Văn phòng', reason='Chờ xác minh'
        )
        one.ledger.reappointed(day)
        self.count('reappointed')

    def _some_working_day(self, after: date) -> date:
        clerk = self.one.ledger.clerk
        day = after + self.random.randint(1, 9) * DAY
        while not clerk.works(day):
            day += DAY
        return day

    async def other_officer(self) -> Agent:
        """Give the step to a colleague."""
        office = self.one.office
        other = office.deputy if self.holder is office.officer else office.officer
        await self.do(commands.reassign, office.leader, other.account_id)
        self.one.ledger.reassigned()
        self.holder = other
        self.count('reassigned')
        yield self.later(0.5)

    async def draft(self) -> Agent:
        """Show the draft where the procedure does; the applicant agrees, or says nothing."""
        one = self.one
        if not one.case.shows_draft:
            return
        await attachments.add_result(self.holder, one.id, AttachmentKind.RESULT_DRAFT, 'du-thao.png', PNG)
        await self.do(commands.show_draft, self.holder)
        one.ledger.draft_shown(self.at)
        if self.random.random() < 0.6:
            yield self.later(0.5)
            await self.do(applicant.confirm_draft, one.sender)
            self.count('draft confirmed')
        else:
            yield one.ledger.lines[-1].at + MINUTE
            self.count('draft: silence')
