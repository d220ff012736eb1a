"""Sixty dossiers in every state, made by the commands that people use, each act at its own moment of the past weeks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from app.access import Actor, Permission, anonymous
from app.accounts.queries import actor_for
from app.clock import now, pretend
from app.deadlines.calendar import WorkCalendar
from app.deadlines.records import standard_calendar
from app.demo import papers
from app.demo.answers import plausible
from app.demo.people import sign_in_as
from app.dossiers import applicant, attachments, commands, desk, drafts, filing
from app.dossiers.filing import Submitted
from app.errors import Invalid
from app.notifications import worker
from app.procedures import validation
from app.procedures.queries import start_page
from app.procedures.schema import ProcedureSpec, StepRole, TermKind
from app.ratings import commands as ratings
from app.ratings import tasks
from app.ratings.rules import Ballot
from app.settings import Settings
from app.signing import results, unlocking
from app.signing.signing import Signer
from app.signing.trust import DEMO_PIN
from models.enums import AttachmentKind, Authentication

SEED = 118
SLUGS = (
    'khai-sinh', 'ket-hon', 'khai-tu', 'xac-nhan-tinh-trang-hon-nhan', 'ban-sao-trich-luc-ho-tich', 'chung-thuc-ban-sao',
    'chung-thuc-chu-ky', 'gpxd-nha-o-rieng-le', 'thanh-lap-ho-kinh-doanh', 'tro-cap-huu-tri-xa-hoi', 'xac-dinh-khuyet-tat',
)  # fmt: skip
STORIES = (
    ('returned', 12, 26), ('resolved', 5, 10), ('refused', 3, 14), ('withdrawn', 2, 12), ('stopped', 2, 34), ('replaced', 1, 8),
    ('at_leader', 4, 6), ('at_clerk', 2, 5), ('draft_shown', 2, 2), ('supplement', 4, 7), ('supplemented', 2, 5), ('late', 2, 40),
    ('processing', 6, 3), ('accepted', 4, 1), ('asked_before', 3, 3), ('filed', 8, 0),
)  # fmt: skip
"""(how a story ends, how many of them, about how many days ago they began)"""
LONG = ('gpxd-nha-o-rieng-le', 'tro-cap-huu-tri-xa-hoi', 'xac-dinh-khuyet-tat')
"""Procedures with a term long enough to be still under way after a week."""
UNDER_WAY = frozenset({'at_leader', 'at_clerk', 'supplemented', 'processing'})
SAME_DAY_PACE = 0.12
"""Where a day is all there is, people work that much faster."""
OPINIONS = (
    Ballot(3, reasons=('time', 'attitude')), Ballot(3), Ballot(3, reasons=('online',), words='Nộp ở nhà, rất tiện.'),
    Ballot(2), Ballot(2, reasons=('information',)), Ballot(2, {'handover': 3}),
    Ballot(1, {'reception': 2, 'handling': 1, 'handover': 2}, ('time',), 'Chờ lâu mà không thấy ai báo.'),
)  # fmt: skip
"""What people say of the results they were given."""
ANSWER = 'Chúng tôi xin lỗi vì đã để ông/bà chờ mà không báo. Từ nay đơn vị báo trước qua thư khi hồ sơ chậm.'
ACTORS = {'intake': 'binh', 'case_officer': 'chi', 'section_head': 'minh', 'leader': 'dung', 'clerk': 'van'}


@dataclass
class Story:
    """One dossier on its way."""

    random: Random
    people: dict[str, Actor]
    work: WorkCalendar
    at: datetime
    who: Actor
    spec: ProcedureSpec
    filed: Submitted | None = None
    version: int = 1
    last: datetime = field(default_factory=now)
    signers: dict[StepRole, Signer] = field(default_factory=dict)
    """Keys that are open: the leader's, and the seal that the clerk uses."""

    @property
    def id(self) -> str:
        """The dossier that this story is about."""
        return self.submitted.dossier_id

    @property
    def submitted(self) -> Submitted:
        """The filing, once it is made."""
        if self.filed is None:
            raise RuntimeError('not filed yet')
        return self.filed

    @property
    def me(self) -> Actor:
        """The applicant afterwards: the account, or whoever opened the dossier with its secret."""
        if self.who.account_id:
            return self.who
        return Actor(self.who.kind, opened=frozenset({self.id}), authentication=Authentication.SECRET)

    async def later(self, hours: float, act: Callable[[], Awaitable[Any]]) -> Any:
        """Let some working hours pass, never beyond the present, then act."""
        pace = SAME_DAY_PACE if self.spec.term.kind is TermKind.SAME_DAY else 1
        self.at = min(
            self.work.add_working_hours(self.at, hours * pace * self.random.uniform(0.5, 1.5)),
            self.last - timedelta(minutes=1),
        )
        with pretend(self.at):
            done = await act()
            await worker.drain()
        if isinstance(done, commands.Done):
            self.version = done.version
        return done


async def prepare_dossiers(settings: Settings) -> int:
    """Make the dossiers of the demonstration; returns how many. They are the same at every run but for their dates."""
    random = Random(SEED)  # noqa: S311 - plausible, not secret
    people = {key: await _person(settings, key) for key in ('an', 'hoa', *ACTORS.values())}
    work, signers = standard_calendar(), await _signers(people)
    plan = [(end, days + random.uniform(0, max(1.0, days * 0.4))) for end, count, days in STORIES for _ in range(count)]
    made = 0
    for end, days in sorted(plan, key=lambda item: -item[1]):
        story = _begin(random, people, work, days, await _spec(random, end), end)
        story.signers = signers
        await _tell(story, end)
        made += 1
    return made


async def _person(settings: Settings, key: str) -> Actor:
    signed_in = await sign_in_as(settings, anonymous(), key)
    return await actor_for(signed_in.token, None, 'vi', None)


async def _signers(people: dict[str, Actor]) -> dict[StepRole, Signer]:
    dung, van = people[ACTORS['leader']], people[ACTORS['clerk']]
    seal = await unlocking.seal(van, next(iter(van.units(Permission.RESULT_SEAL))), DEMO_PIN)
    return {StepRole.LEADER: await unlocking.own(dung, DEMO_PIN), StepRole.CLERK: seal}


async def _spec(random: Random, end: str) -> ProcedureSpec:
    """Choose a procedure in which a story can end so."""
    some = random.choice(LONG if end in UNDER_WAY else SLUGS)
    slug = {'draft_shown': 'khai-sinh', 'late': 'gpxd-nha-o-rieng-le'}.get(end, some)
    return (await start_page(anonymous(), slug)).spec


def _begin(
    random: Random, people: dict[str, Actor], work: WorkCalendar, days: float, spec: ProcedureSpec, end: str
) -> Story:
    moment = now() - timedelta(days=days, minutes=random.randint(5, 200))
    who = people['an'] if end not in ('replaced', 'asked_before') and random.random() < 0.35 else anonymous()
    return Story(random, people, work, moment, who, spec)


async def _tell(story: Story, end: str) -> None:
    """Carry one story to its end."""
    with pretend(story.at):
        story.filed = await _file(story)
        await worker.drain()
    if end == 'filed':
        return
    if end in ('refused', 'asked_before', 'replaced'):
        return await _before_acceptance(story, end)
    await _accept(story)
    if end == 'accepted':
        return
    if end in ('withdrawn', 'stopped', 'supplement', 'supplemented'):
        return await _off_the_road(story, end)
    await _along_the_road(story, end)


async def _file(story: Story) -> Submitted:
    """Fill in the form, add a picture for each paper, submit."""
    with_account = story.who.account_id is not None
    started = await drafts.start(story.who, story.spec.id, with_account=with_account)
    answers = plausible(story.spec, story.random)
    await drafts.save(story.who, started.token, answers)
    view = await drafts.view(story.who, started.token)
    wanted = validation.shown(story.spec, view.values)[1]
    for document in story.spec.documents:
        if document.id in wanted and document.mode == 'upload' and (document.required or story.random.random() < 0.2):
            sheet = await papers.picture(document.name.vi, str(answers.get('full_name', '')))
            await attachments.add_to_draft(story.who, started.token, document.id, 'anh-chup.jpg', sheet)
    return await filing.submit(story.who, started.token)


async def _accept(story: Story) -> None:
    """Accept; where earlier ones still wait, for a stock reason."""
    binh = story.people['binh']
    try:
        await story.later(2, lambda: commands.accept(binh, story.id, story.version))
    except Invalid:
        reason = story.random.choice(('earlier_needs_check', 'same_day_term', 'priority_person'))
        await story.later(0.2, lambda: commands.accept(binh, story.id, story.version, order_reason=reason))


def _missing(spec: ProcedureSpec) -> list[dict[str, str]]:
    """Return what to ask for: the first paper that is uploaded, otherwise something in words."""
    document = next((d for d in spec.documents if d.mode == 'upload'), None)
    if document is None:
        return [{'kind': 'other', 'text': 'Ảnh chụp giấy tờ tùy thân rõ hai mặt'}]
    return [{'kind': 'document', 'id': document.id, 'text': f'{document.name.vi}: ảnh mờ, xin chụp lại rõ bốn góc'}]


async def _ask(story: Story, officer: Actor) -> None:
    phone = 'Trần Văn Bình, 0208 355 0242'
    await story.later(3, lambda: commands.request_supplement(
        officer, story.id, story.version, items=_missing(story.spec), reason='Giấy tờ chưa đọc được',
        guidance='Chụp lại dưới ánh sáng tốt, đủ bốn góc, rồi gửi qua trang Tra cứu hồ sơ.', contact=phone,
    ))  # fmt: skip


async def _before_acceptance(story: Story, end: str) -> None:
    binh = story.people['binh']
    if end == 'refused':
        reason = 'Việc này không thuộc thẩm quyền của Ủy ban nhân dân xã. Xin nộp tại nơi cư trú của người yêu cầu.'
        await story.later(3, lambda: commands.refuse(binh, story.id, story.version, reason))
        return
    await _ask(story, binh)
    if end == 'replaced':
        opened = story.me
        started = await story.later(4, lambda: applicant.start_replacement(opened, story.id))
        await story.later(0.2, lambda: filing.submit(opened, started.token))


async def _off_the_road(story: Story, end: str) -> None:
    """Accepted, then withdrawn, stopped, or sent back for a supplement."""
    binh = story.people['binh']
    me = story.me
    if end == 'withdrawn':
        await story.later(
            4, lambda: applicant.withdraw(me, story.id, story.version, reason='Tôi chưa cần giấy này nữa')
        )
        return
    await _ask(story, binh)
    if end == 'stopped':
        note = 'Quá 15 ngày làm việc chưa nhận được giấy tờ bổ sung.'
        # Whatever the procedure, the term of a request is the same.
        story.at = story.work.add_working_days(story.at, 16)
        await story.later(2, lambda: commands.stop(binh, story.id, story.version, 'supplement_expired', note))
    elif end == 'supplemented':
        await story.later(5, lambda: _send_supplement(story, me))


async def _send_supplement(story: Story, me: Actor) -> commands.Done:
    for item in _missing(story.spec):
        if item['kind'] == 'document':
            sheet = await papers.picture('Bản chụp lại', 'Nguyễn Thị An')
            await attachments.add_to_supplement(me, story.id, item['id'], 'anh-chup-lai.jpg', sheet)
    return await applicant.send_supplement(me, story.id, story.version)


async def _along_the_road(story: Story, end: str) -> None:
    """Through the procedure's own steps, until the story stops or the result is in the applicant's hands."""
    steps = [s for s in story.spec.steps if s.role is not StepRole.RETURN and not s.optional]
    for place, step in enumerate(steps):
        officer = story.people[ACTORS[step.role.value]]
        if place and _stays(end, step.role, is_last=place == len(steps) - 1):
            if story.random.random() < 0.6:
                await story.later(1, partial(_take, story, officer))
            return
        if place == len(steps) - 1:
            await story.later(1, partial(_finish, story, officer))
        elif await _work_on(story, officer, step.role, end):
            return
    if end == 'returned':
        who, paper = story.submitted.applicant_name, 'Thẻ căn cước'
        binh, papers = story.people['binh'], [document.id for document in story.spec.documents]
        hand_over = partial(commands.hand_over, collected_by=who, paper=paper, originals=papers)
        await story.later(3, lambda: hand_over(binh, story.id, story.version))
        await _rate(story)


async def _rate(story: Story) -> None:
    """Most of those who have their result say how it was; who is not satisfied is mostly answered by the leader."""
    place = story.random.randrange(len(OPINIONS) + 2)
    if place >= len(OPINIONS):
        return  # some say nothing
    said = OPINIONS[place]
    await story.later(2, lambda: ratings.rate(story.me, story.id, said))
    if said.is_bad and story.random.random() < 0.5:
        leader = story.people['dung']
        await story.later(8, lambda: tasks.answer(leader, story.id, ANSWER))


def _stays(end: str, role: StepRole, *, is_last: bool) -> bool:
    """Tell whether a story of this kind stops at this step."""
    return (
        end in ('processing', 'late')
        or (end == 'at_leader' and role is StepRole.LEADER)
        or (end == 'at_clerk' and is_last)
    )


async def _take(story: Story, officer: Actor) -> commands.Done | None:
    view = await desk.desk_dossier(officer, story.id)
    return await commands.take(officer, story.id, story.version) if 'take' in view.actions else None


async def _work_on(story: Story, officer: Actor, role: StepRole, end: str) -> bool:
    """Do one step and pass it on; tells whether the story ends here."""
    if role is StepRole.LEADER:
        await story.later(2, partial(_approve, story, officer))
        return False
    if role is StepRole.CASE_OFFICER:
        await story.later(4, lambda: _take(story, officer))
        await story.later(0.3, lambda: _attach(story, officer, AttachmentKind.RESULT))
        if story.spec.confirms_draft:
            await story.later(0.2, lambda: _attach(story, officer, AttachmentKind.RESULT_DRAFT))
            await story.later(0.2, lambda: commands.show_draft(officer, story.id, story.version))
            if end == 'draft_shown':
                return True
            await story.later(1, lambda: applicant.confirm_draft(story.me, story.id, story.version))
    await story.later(1, lambda: commands.forward(officer, story.id, story.version))
    return False


async def _attach(story: Story, officer: Actor, kind: AttachmentKind) -> None:
    whose = f'{story.submitted.applicant_name}, {story.submitted.filing_number}'
    await attachments.add_result(
        officer, story.id, kind, 'ket-qua.pdf', await papers.result(story.spec.result.name.vi, whose)
    )


async def _approve(story: Story, officer: Actor) -> commands.Done:
    """Sign and approve."""
    return await results.approve_with(officer, story.id, story.version, story.signers[StepRole.LEADER])


async def _finish(story: Story, officer: Actor) -> commands.Done:
    """Put the seal on the result and issue it."""
    return await results.seal_with(officer, story.id, story.version, story.signers[StepRole.CLERK])
