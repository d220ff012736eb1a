"""Send feedback or a question: read the form, seal who and what, give it a code and a secret, once for each form."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto, storage
from app.access import Actor, ActorKind
from app.clock import local, now
from app.db import read, write
from app.dossiers import intake
from app.dossiers.junk import refuse_marked
from app.dossiers.loading import find_by_number
from app.errors import Invalid, NotAllowed, Problem, WrongState
from app.feedback.apply import apply_act
from app.feedback.protection import Identity, Spoken, seal_identity, seal_words, secret_of
from app.feedback.reading import photos_of
from app.feedback.transitions import Act
from app.limits import hit
from app.papers import Paper
from app.questions import question, read_answers
from app.units.names import name_of
from app.units.queries import Tree, portal_of, tree
from app.workflow.numbers import next_in
from models import Dossier, Feedback, Procedure
from models.enums import AttachmentState
from models.feedback import Disclosure, FeedbackAbout, FeedbackState
from models.types import new_id

TIMES = 30
"""Pieces of feedback from one network address in an hour."""
PHOTOS = 3
SECRET_SHOWN = timedelta(hours=24)
"""How long the same form, sent again, shows the secret again."""
QUESTIONS = (
    question('about', 'choice', required=True, options=tuple(FeedbackAbout)),
    question('dossier', 'text', max_length=60),
    question('subject', 'text', required=True, max_length=150),
    question('text', 'textarea', required=True),
    question('place', 'text', max_length=200),
    question('unit', 'text', max_length=40),
    question('procedure', 'text', max_length=80),
    question('disclosure', 'choice', required=True, options=tuple(Disclosure)),
    question('full_name', 'person_name'),
    question('phone', 'phone'),
    question('email', 'email'),
    question('address', 'text', max_length=200),
)
Photos = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Sent:
    """The receipt. ``secret`` is None once it is too old to be shown again."""

    code: str
    secret: str | None
    about: FeedbackAbout
    sent_at: datetime
    answer_due_at: datetime
    unit_name: str
    photos: int
    has_email: bool


@dataclass(frozen=True)
class Choice:
    """A unit to choose: whose conduct it is about."""

    code: str
    name: str


async def choices(lang: str) -> tuple[Choice, ...]:
    """Return every unit that works today, each agency above its parts."""
    async with read() as db:
        units = await tree(db)
    found = [(units.units[one], depth) for one, depth in units.walk() if units.exists(one)]
    names = [(one, depth, name_of(one, lang)) for one, depth in found]
    return tuple(Choice(one.code, '– ' * depth + name) for one, depth, name in names)


async def send(actor: Actor, raw: Mapping[str, Any], photos: Photos = (), *, form: str) -> Sent:
    """Take feedback or a question. ``form`` is the random number of the form: sent twice, it is answered the same.

    Raises:
        Invalid: by question and photograph, all at once; nothing is kept.  TooMany.  NotAllowed: the contact was marked for junk.
    """
    await hit('feedback', actor.account_id or actor.address or 'unknown', times=TIMES, minutes=60)
    once, row = crypto.mac('feedback-once', form), None
    answers, problems = _answers(raw)
    async with read() as db:
        if not problems and (again := await _sent_before(db, once)):
            return again
        problems |= await _unknown(db, raw, problems)
        if not problems:
            row = await _row(db, actor, answers, once)
    taken, wrong = await _photos(actor, photos)
    if row is None or wrong:
        raise Invalid(dict(sorted((problems | wrong).items(), key=_place)))
    try:
        return await _keep(actor, row, taken)
    except IntegrityError:  # the same form came twice at the same moment: the other one was taken
        async with read() as db:
            if again := await _sent_before(db, once):
                return again
        raise


async def _keep(actor: Actor, row: Feedback, taken: list[tuple[Paper, AttachmentState]]) -> Sent:
    """Write it down with its photographs, all or nothing."""
    async with AsyncExitStack() as stack:
        kept = [(paper, state, await stack.enter_async_context(storage.kept(paper.content))) for paper, state in taken]
        async with write() as db:
            row.code = await _code(db, row)
            await apply_act(db, actor, row, Act.SEND)
            for number, (paper, state, stored) in enumerate(kept, 1):
                named = replace(paper, name=_photo_name(number, paper))
                db.add(intake.row(_nameless(actor), named, stored, feedback_id=row.id, state=state))
            await db.flush()
            return await _receipt(db, row)


def _place(problem: tuple[str, Problem]) -> tuple[int, str]:
    """Return where a form asks for it: photographs after the place where it happened."""
    order = [one.id for one in QUESTIONS]
    order.insert(order.index('place') + 1, 'photos')
    return order.index(problem[0].partition('[')[0]), problem[0]


def _answers(raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Problem]]:
    """Return the answers, and what is wrong with them: who hides the name gives none, who gives it can be reached."""
    problems: dict[str, Problem] = {}
    answers: dict[str, Any] = {}
    try:
        answers = read_answers(QUESTIONS, raw)
    except Invalid as refused:
        problems = dict(refused.problems)
    if raw.get('about') != FeedbackAbout.QUESTION and raw.get('disclosure') in ('named', 'confidential'):
        if 'full_name' not in problems and not raw.get('full_name'):
            problems['full_name'] = Problem('feedback.name_needed')
        if not (raw.get('phone') or raw.get('email')):
            problems.setdefault('email', Problem('feedback.contact_needed'))
    if raw.get('about') == FeedbackAbout.DOSSIER and not str(raw.get('dossier') or '').strip():
        problems.setdefault('dossier', Problem('feedback.dossier_needed'))
    return answers, problems


async def _unknown(db: AsyncSession, raw: Mapping[str, Any], problems: Mapping[str, Problem]) -> dict[str, Problem]:
    """Tell that there is no such dossier, where it is about one and a number is given."""
    number = raw.get('dossier')
    if raw.get('about') != FeedbackAbout.DOSSIER or 'dossier' in problems or not isinstance(number, str):
        return {}
    return {} if await find_by_number(db, number) else {'dossier': Problem('feedback.dossier_unknown')}


async def _row(db: AsyncSession, actor: Actor, answers: dict[str, Any], once: str) -> Feedback:
    """Return the row as it will be; nothing of an anonymous sender is in it."""
    about, disclosure = FeedbackAbout(answers['about']), Disclosure(answers['disclosure'])
    who = Identity(*(str(answers[key] or '') for key in ('full_name', 'phone', 'email', 'address')))
    if disclosure is Disclosure.ANONYMOUS:
        who = Identity()
    await _refuse_junk(db, actor, who)
    units, one_id, is_question = await tree(db), new_id(), about is FeedbackAbout.QUESTION
    blamed = None if about in (FeedbackAbout.RULE, FeedbackAbout.QUESTION) else _unit(units, answers['unit'])
    dossier = await _dossier(db, about, answers['dossier'])
    moment = now()
    return Feedback(
        id=one_id,
        code='',
        secret_nonce=new_id(),
        once=once,
        about=about,
        disclosure=disclosure,
        state=FeedbackState.RECEIVED,
        unit_id=_first(units, blamed, dossier),
        about_unit_id=blamed,
        dossier_id=dossier.id if dossier else None,
        procedure_id=await _procedure(db, answers['procedure']) or (dossier.procedure_id if dossier else None),
        account_id=_account(actor, disclosure, is_question),
        words_sealed=seal_words(one_id, Spoken(answers['subject'], answers['text'], answers['place'] or '')),
        identity_sealed=seal_identity(one_id, who),
        has_email=bool(who.email),
        lang=actor.lang,
        sent_at=moment,
        answer_due_at=moment,
    )


def _account(actor: Actor, disclosure: Disclosure, is_question: bool) -> str | None:
    is_open = disclosure is Disclosure.NAMED and not is_question
    return actor.account_id if is_open and actor.kind is ActorKind.CITIZEN else None


def _unit(units: Tree, code: str | None) -> str | None:
    return next((one.id for one in units.units.values() if one.code == code and units.exists(one.id)), None)


def _first(units: Tree, blamed: str | None, dossier: Dossier | None) -> str:
    """Return who gets it first: whoever stands above the unit it is about, else another agency, else the portal's own."""
    home = portal_of(units)
    if home is None:
        raise WrongState('dossier.no_unit')
    if blamed is not None:
        others = [top for top in units.tops() if units.exists(top) and top != units.top_of(blamed)]
        return units.units[blamed].parent_id or next(iter(others), blamed)
    return units.top_of(dossier.resolving_unit_id) if dossier else home


async def _dossier(db: AsyncSession, about: FeedbackAbout, number: str | None) -> Dossier | None:
    return await find_by_number(db, number or '') if about is FeedbackAbout.DOSSIER else None


async def _procedure(db: AsyncSession, slug: str | None) -> str | None:
    if not slug:
        return None
    return (await db.execute(select(Procedure.id).where(Procedure.slug == slug))).scalar_one_or_none()


def contacts(who: Identity) -> list[str]:
    """Return what is kept of contacts to know them again: keyed hashes."""
    return [crypto.mac('feedback-contact', text.casefold()) for text in (who.email, who.phone) if text]


async def _refuse_junk(db: AsyncSession, actor: Actor, who: Identity) -> None:
    """A guest whose contact was marked, by feedback or by a filing, needs an account for a while."""
    if actor.kind is not ActorKind.GUEST or not who:
        return
    await refuse_marked(db, actor, {'email': who.email or None, 'phone': who.phone or None})
    marks = (await db.execute(select(Feedback.junk_contacts).where(Feedback.junk_until > now()))).scalars()
    if set(contacts(who)) & {mark for marked in marks for mark in marked}:
        raise NotAllowed('feedback.junk_contact')


async def _photos(actor: Actor, photos: Photos) -> tuple[list[tuple[Paper, AttachmentState]], dict[str, Problem]]:
    """Check every photograph as papers are: virus, content, size; what a camera writes into it is taken out.

    What is wrong is told of each of them: ``photos[2]`` is the second.
    """
    if len(photos) > PHOTOS:
        return [], {'photos': Problem('feedback.too_many_photos', {'limit': PHOTOS})}
    found, problems = [], dict[str, Problem]()
    for number, (name, content) in enumerate(photos, 1):
        try:
            paper, state = await intake.taken(_nameless(actor), content, name)
        except Invalid as refused:
            problems[f'photos[{number}]'] = next(iter(refused.problems.values()))
            continue
        if not paper.media_type.startswith('image/'):
            problems[f'photos[{number}]'] = Problem('feedback.only_photos')
        found.append((paper, state))
    return found, problems


def _photo_name(number: int, paper: Paper) -> str:
    """A file's own name could tell who took it."""
    return f'anh-{number}.{paper.media_type.partition("/")[2].replace("jpeg", "jpg")}'


def _nameless(actor: Actor) -> Actor:
    return replace(actor, kind=ActorKind.GUEST, account_id=None)


async def _code(db: AsyncSession, row: Feedback) -> str:
    prefix, day = 'HD' if row.about is FeedbackAbout.QUESTION else 'PA', f'{local(row.sent_at):%y%m%d}'
    return f'{prefix}-{day}-{await next_in(db, f"{prefix}:{day}"):04d}'


async def _sent_before(db: AsyncSession, once: str) -> Sent | None:
    row = (await db.execute(select(Feedback).where(Feedback.once == once))).scalar_one_or_none()
    return await _receipt(db, row) if row else None


async def _receipt(db: AsyncSession, row: Feedback) -> Sent:
    unit = (await tree(db)).units[row.unit_id]
    return Sent(
        row.code,
        secret_of(row) if now() - row.sent_at < SECRET_SHOWN else None,
        row.about,
        row.sent_at,
        row.answer_due_at,
        name_of(unit, row.lang),
        len(await photos_of(db, row.id)),
        row.has_email,
    )
