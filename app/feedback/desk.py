"""Feedback as officers see it: the list of their units, one piece with everything they may know of it, its photographs."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import papers, storage
from app.access import Actor, Permission
from app.audit.record import note_read
from app.clock import now, today
from app.db import read, write
from app.errors import NotAllowed, NotFound
from app.feedback.apply import acts_for
from app.feedback.commands import proposed
from app.feedback.protection import Identity, Spoken, identity_of, is_involved, load_for, words_of
from app.feedback.reading import Done, Photo, done_to, photos_of
from app.feedback.transitions import Act
from app.procedures.schema import Text
from app.statistics.register import register
from app.units.names import name_of
from app.units.queries import Tree, tree
from models import Account, Attachment, Dossier, Feedback, Grant
from models.enums import AccountKind, AttachmentState
from models.feedback import Disclosure, FeedbackAbout
from models.feedback import FeedbackState as S

PAGE = 30
VIEWS = ('open', 'mine', 'late', 'to_publish', 'questions', 'ended')
HIDDEN = ''


@dataclass(frozen=True)
class Row:
    """One line of the list. ``subject`` is empty for those it is about."""

    id: str
    code: str
    about: FeedbackAbout
    state: S
    subject: str
    unit_name: str
    handler: str
    is_mine: bool
    sent_at: datetime
    due_at: datetime | None
    due_kind: str | None
    is_late: bool


@dataclass(frozen=True)
class Inbox:
    """One page of a view, with the count of each view."""

    rows: tuple[Row, ...]
    counts: dict[str, int]
    view: str
    page: int
    total: int


@dataclass(frozen=True)
class Named:
    """Something to choose."""

    id: str
    name: str


@dataclass(frozen=True)
class Case:
    """One piece of feedback on the desk. For those it is about, words, photographs and names are left out."""

    id: str
    code: str
    about: FeedbackAbout
    disclosure: Disclosure | None
    state: S
    version: int
    unit_id: str
    unit_name: str
    about_unit_id: str | None
    about_unit_name: str
    about_account_id: str | None
    about_person: str
    handler: str
    is_mine: bool
    is_involved: bool
    words: Spoken
    photos: tuple[Photo, ...]
    who: Identity
    """Empty where the name is confidential (``commands.reveal`` opens it) or was not given."""
    dossier_code: str
    dossier_id: str | None
    procedure_slug: str
    procedure_name: Text | None
    sent_at: datetime
    due_at: datetime | None
    due_kind: str | None
    answer_due_at: datetime
    in_time: bool | None
    draft: str
    answer: str
    reason: str
    public: tuple[str, str, str]
    """Subject, text and answer as they are public, or as they could be."""
    helpful: int
    unhelpful: int
    history: tuple[Done, ...]
    acts: frozenset[Act]


def _mine(actor: Actor) -> ColumnElement[bool]:
    """Condition on what this officer's units have and is not about them. Raises NotAllowed."""
    units = actor.units(Permission.FEEDBACK_READ)
    if not units:
        raise NotAllowed()
    others = or_(Feedback.about_account_id.is_(None), Feedback.about_account_id != actor.account_id)
    return Feedback.unit_id.in_(units) & others


def _in_view(actor: Actor, view: str) -> ColumnElement[bool]:
    is_open = Feedback.state.in_((S.RECEIVED, S.SORTED, S.FORWARDED, S.ASKED))
    return {
        'open': is_open & (Feedback.about != FeedbackAbout.QUESTION),
        'mine': is_open & (Feedback.handler_id == actor.account_id),
        'late': Feedback.due_at <= now(),
        'to_publish': (Feedback.state == S.ANSWERED) & Feedback.due_at.is_not(None),
        'questions': is_open & (Feedback.about == FeedbackAbout.QUESTION),
        'ended': Feedback.state.in_((S.ANSWERED, S.PUBLISHED, S.REFUSED, S.MOVED)),
    }[view]


async def inbox(actor: Actor, view: str = 'open', text: str = '', page: int = 1) -> Inbox:
    """Return a page of the officer's units: by view, or by code. Raises NotAllowed."""
    chosen = view if view in VIEWS else VIEWS[0]
    wanted = ''.join(text.upper().split())[:40] if isinstance(text, str) else ''
    async with read() as db:
        mine = _mine(actor)
        counts = {}
        for each in VIEWS[:-1]:
            query = select(func.count()).select_from(Feedback).where(mine, _in_view(actor, each))
            counts[each] = int((await db.execute(query)).scalar_one())
        where = mine & (Feedback.code.startswith(wanted, autoescape=True) if wanted else _in_view(actor, chosen))
        total = int((await db.execute(select(func.count()).select_from(Feedback).where(where))).scalar_one())
        at = min(max(page if isinstance(page, int) else 1, 1), max(1, -(-total // PAGE)))
        order = Feedback.sent_at.desc() if chosen == 'ended' or wanted else Feedback.due_at.asc().nulls_last()
        listed = select(Feedback).where(where).order_by(order, Feedback.id).limit(PAGE).offset((at - 1) * PAGE)
        rows = (await db.execute(listed)).scalars().all()
        return Inbox(tuple([await _row(db, actor, one) for one in rows]), counts, chosen, at, total)


async def _row(db: AsyncSession, actor: Actor, one: Feedback) -> Row:
    units, hidden = await tree(db), await is_involved(db, actor, one)
    return Row(
        one.id,
        one.code,
        one.about,
        one.state,
        HIDDEN if hidden else words_of(one).subject,
        _name(units, one.unit_id, actor.lang),
        HIDDEN if hidden else await _person(db, one.handler_id),
        one.handler_id is not None and one.handler_id == actor.account_id,
        one.sent_at,
        one.due_at,
        one.due_kind,
        one.due_at is not None and one.due_at <= now(),
    )


async def case(actor: Actor, feedback_id: str) -> Case:
    """Return everything this officer may know of one. Raises NotFound."""
    async with read() as db:
        one = await load_for(db, actor, feedback_id)
        return await _case(db, actor, one)


async def _case(db: AsyncSession, actor: Actor, one: Feedback) -> Case:
    units, hidden = await tree(db), await is_involved(db, actor, one)
    words = Spoken('', '') if hidden else words_of(one)
    is_open = not hidden and one.disclosure is Disclosure.NAMED
    tells_dossier = not hidden and one.disclosure is not Disclosure.CONFIDENTIAL
    dossier = await db.get(Dossier, one.dossier_id) if one.dossier_id and tells_dossier else None
    procedure = (await register(db)).get(one.procedure_id or '') if not hidden else None
    ready = (one.public_subject or '', one.public_text or '', one.public_answer or '')
    text = '\n\n'.join((words.text, *words.more))
    history = await done_to(db, one.id, inside=True, lang=actor.lang)
    return Case(
        id=one.id,
        code=one.code,
        about=one.about,
        disclosure=None if hidden else one.disclosure,
        state=one.state,
        version=one.version,
        unit_id=one.unit_id,
        unit_name=_name(units, one.unit_id, actor.lang),
        about_unit_id=one.about_unit_id,
        about_unit_name=_name(units, one.about_unit_id, actor.lang),
        about_account_id=None if hidden else one.about_account_id,
        about_person=HIDDEN if hidden else await _person(db, one.about_account_id),
        handler=HIDDEN if hidden else await _person(db, one.handler_id),
        is_mine=one.handler_id is not None and one.handler_id == actor.account_id,
        is_involved=hidden,
        words=words,
        photos=() if hidden else await photos_of(db, one.id),
        who=identity_of(one) if is_open else Identity(),
        dossier_code=(dossier.official_code or dossier.filing_number) if dossier else '',
        dossier_id=dossier.id if dossier else None,
        procedure_slug=procedure.slug if procedure else '',
        procedure_name=procedure.name if procedure else None,
        sent_at=one.sent_at,
        due_at=one.due_at,
        due_kind=one.due_kind,
        answer_due_at=one.answer_due_at,
        in_time=one.in_time,
        draft='' if hidden else one.draft or '',
        answer='' if hidden else one.answer or '',
        reason=HIDDEN if hidden else one.reason or '',
        public=('', '', '') if hidden else ready if one.state is S.PUBLISHED else proposed(one, words.subject, text),
        helpful=one.helpful,
        unhelpful=one.unhelpful,
        history=_without_sender(history, hidden),
        acts=await acts_for(db, actor, one),
    )


def _without_sender(history: tuple[Done, ...], hidden: bool) -> tuple[Done, ...]:
    """Those it is about read which acts there were, not in what words; an account's name stands for the sender's."""
    if not hidden:
        return history
    return tuple(Done(one.act, one.at, one.unit, '', '', one.late) for one in history)


def _name(units: Tree, unit_id: str | None, lang: str) -> str:
    unit = units.units.get(unit_id or '')
    return name_of(unit, lang) if unit else ''


async def _person(db: AsyncSession, account_id: str | None) -> str:
    account = await db.get(Account, account_id) if account_id else None
    return account.full_name if account else ''


async def targets(actor: Actor, feedback_id: str) -> tuple[Named, ...]:
    """Return the units it could be forwarded to: not its own, not the one it is about, nor below that."""
    async with read() as db:
        one = await load_for(db, actor, feedback_id)
        units = await tree(db)
    about = {unit_id for unit_id, _ in units.walk(one.about_unit_id)} if one.about_unit_id else set()
    out = {one.unit_id} | about
    found = [unit_id for unit_id, _ in units.walk() if units.exists(unit_id) and unit_id not in out]
    return tuple(Named(unit_id, _name(units, unit_id, actor.lang)) for unit_id in found)


async def blamable(actor: Actor, feedback_id: str) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """Return the units it could be about, and the officers: of one's own units and of the unit that was named."""
    async with read() as db:
        one = await load_for(db, actor, feedback_id)
        if await is_involved(db, actor, one):
            raise NotFound()
        units, near = await tree(db), actor.units(Permission.FEEDBACK_SORT)
        named_unit = units.reach(one.about_unit_id) if one.about_unit_id else frozenset[str]()
        people = await _people(db, units, near | named_unit, actor.lang)
        kept = await _person(db, one.about_account_id)
        if one.about_account_id and one.about_account_id not in {each.id for each in people}:
            people = [Named(one.about_account_id, kept), *people]  # who has left is still protected
    named = [Named(unit_id, '– ' * depth + _name(units, unit_id, actor.lang)) for unit_id, depth in units.walk()]
    return tuple(one for one in named if units.exists(one.id)), tuple(people)


async def _people(db: AsyncSession, units: Tree, inside: frozenset[str], lang: str) -> list[Named]:
    """Return who works in some units today, each with where."""
    day, places, names = today(), defaultdict[str, set[str]](set), dict[str, str]()
    query = (
        select(Account.id, Account.full_name, Grant.unit_id)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.kind == AccountKind.STAFF,
            Account.is_active.is_(True),
            Grant.unit_id.in_(inside),
            Grant.valid_from <= day,
            or_(Grant.valid_to.is_(None), Grant.valid_to >= day),
        )
        .order_by(Account.full_name, Account.id)
    )
    for account_id, name, unit_id in (await db.execute(query)).all():
        if units.exists(unit_id):
            names[account_id] = name
            places[account_id].add(_name(units, unit_id, lang))
    return [Named(each, f'{name} ({", ".join(sorted(places[each]))})') for each, name in names.items()]


async def photo(actor: Actor, feedback_id: str, photo_id: str) -> bytes:
    """Return a photograph as a picture made here, and note that it was opened.

    Raises:
        NotFound: not of this feedback, not theirs, or waiting for the virus scanner.
    """
    async with read() as db:
        one = await load_for(db, actor, feedback_id)
        row = await db.get(Attachment, photo_id) if isinstance(photo_id, str) else None
        if row is None or row.feedback_id != one.id or row.state is not AttachmentState.STORED:
            raise NotFound()
        if await is_involved(db, actor, one):
            raise NotFound()
    content = await storage.get(row.storage_key, row.key_id)
    picture = await papers.page_picture(content, row.media_type, 1)
    async with write() as db:
        await note_read(db, actor, None, row.id, f'feedback {one.code}')
    return picture
