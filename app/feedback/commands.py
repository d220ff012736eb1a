"""What officers do with feedback. Each act goes through ``apply``."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.accounts.queries import live_grants
from app.audit.record import note_read, record
from app.clock import local, now
from app.db import write
from app.errors import Invalid, NotAllowed, NotFound, Problem
from app.feedback import limits
from app.feedback.apply import apply_act, permitted
from app.feedback.protection import Revealed, identity_of, is_involved, load_for, tells_who
from app.feedback.sending import contacts
from app.feedback.transitions import LINES, REASONS, Act
from app.notifications.letters import without_personal_ids
from app.text import fold, plain
from app.units.queries import tree
from models import Dossier, Feedback
from models.feedback import FeedbackAbout

ANSWER_LIMIT = 10_000
SUBJECT_LIMIT = 150
JUNK_FOR = timedelta(days=30)


async def sort(
    actor: Actor,
    feedback_id: str,
    *,
    seen_version: int,
    about: str,
    about_unit: str = '',
    about_account: str = '',
) -> None:
    """Say what it is about and whose conduct; with that those are kept from it.

    Raises:
        Invalid: no such kind, unit or officer.  NotFound, NotAllowed, WrongState, Stale.
    """
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.SORT)
        if about not in tuple(FeedbackAbout):
            raise Invalid({'about': Problem('fields.required')})
        kind = FeedbackAbout(about)
        has_blame = kind not in (FeedbackAbout.RULE, FeedbackAbout.QUESTION)
        blamed = await _existing(db, about_unit, 'about_unit') if has_blame and about_unit else None
        person = about_account if blamed and about_account else None
        if person and blamed and (blamed, person) != (one.about_unit_id, one.about_account_id):
            person = await _officer(db, person, blamed)  # who was named before stays so, even after leaving the unit
        changes: dict[str, Any] = {'about': kind, 'about_unit_id': blamed, 'about_account_id': person}
        if (kind is FeedbackAbout.QUESTION) != (one.about is FeedbackAbout.QUESTION):
            rule = limits.limits_of(kind, local(one.sent_at).date())
            changes['answer_due_at'] = limits.due(await limits.work_of(db, one), one.sent_at, rule.answer)
        if one.handler_id is not None and await _is_blamed(db, one.handler_id, blamed, person):
            changes |= {'handler_id': None, 'draft': None}
        await apply_act(db, actor, one, Act.SORT, seen_version=seen_version, **changes)


async def forward(actor: Actor, feedback_id: str, *, seen_version: int, to_unit: str, note: str) -> None:
    """Pass it to another unit, which takes it up afresh; never to the unit it is about, nor to a part of that."""
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.FORWARD)
        target = await _existing(db, to_unit, 'to_unit')
        about = {unit_id for unit_id, _ in (await tree(db)).walk(one.about_unit_id)} if one.about_unit_id else set()
        if target == one.unit_id or target in about:
            raise Invalid({'to_unit': Problem('feedback.not_there')})
        columns = {'unit_id': target, 'handler_id': None, 'draft': None}
        await apply_act(db, actor, one, Act.FORWARD, seen_version=seen_version, note=note, **columns)


async def move(actor: Actor, feedback_id: str, *, seen_version: int, note: str) -> None:
    """Tell the sender which agency outside it belongs to, and how to reach it. It ends here."""
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.MOVE)
        await apply_act(db, actor, one, Act.MOVE, seen_version=seen_version, note=note)


async def take(actor: Actor, feedback_id: str, *, seen_version: int) -> None:
    """Take it in hand: from now on this officer asks, drafts and answers."""
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.TAKE)
        await apply_act(db, actor, one, Act.TAKE, seen_version=seen_version, handler_id=actor.account_id)


async def ask_more(actor: Actor, feedback_id: str, *, seen_version: int, note: str) -> None:
    """Ask the sender for more; the limit of the answer waits for it."""
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.ASK)
        await apply_act(db, actor, one, Act.ASK, seen_version=seen_version, note=note)


async def save_draft(actor: Actor, feedback_id: str, *, seen_version: int, text: str) -> None:
    """Keep an answer that is not finished."""
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.DRAFT)
        await apply_act(db, actor, one, Act.DRAFT, seen_version=seen_version, draft=_words('text', text))


async def answer(actor: Actor, feedback_id: str, *, seen_version: int, text: str) -> None:
    """Answer the sender."""
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.ANSWER)
        words = _words('text', text)
        await apply_act(db, actor, one, Act.ANSWER, seen_version=seen_version, answer=words, draft=None)


async def publish(
    actor: Actor, feedback_id: str, *, seen_version: int, subject: str, text: str, public_answer: str
) -> None:
    """Show question and answer to everybody, in words that do not tell who asked.

    Raises:
        Invalid: words are missing, or the sender's name, telephone, e-mail, dossier or a personal number is in them.
    """
    given = {'subject': subject, 'text': text, 'public_answer': public_answer}
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.PUBLISH)
        who, words, problems = identity_of(one), dict[str, str](), dict[str, Problem]()
        dossier = await db.get(Dossier, one.dossier_id) if one.dossier_id else None
        for name, value in given.items():
            try:
                words[name] = _words(name, value, SUBJECT_LIMIT if name == 'subject' else ANSWER_LIMIT)
            except Invalid as refused:
                problems |= refused.problems
                continue
            if tells_who(words[name], who, dossier) or without_personal_ids(words[name]) != words[name]:
                problems[name] = Problem('feedback.still_private')
        if problems:
            raise Invalid(problems)
        await apply_act(
            db,
            actor,
            one,
            Act.PUBLISH,
            seen_version=seen_version,
            public_subject=words['subject'],
            public_text=words['text'],
            public_answer=words['public_answer'],
            search_text=fold(' '.join(words.values())),
        )


async def withhold(actor: Actor, feedback_id: str, *, seen_version: int, note: str) -> None:
    """Keep an answer from the public, or take it back from there; why is written down."""
    gone = {'public_subject': None, 'public_text': None, 'public_answer': None, 'published_at': None}
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.WITHHOLD)
        await apply_act(db, actor, one, Act.WITHHOLD, seen_version=seen_version, note=note, search_text='', **gone)


async def refuse(actor: Actor, feedback_id: str, *, seen_version: int, reason: str, note: str) -> None:
    """Refuse it, with the reason in words for the sender. Junk keeps a guest's contact out for a while."""
    async with write() as db:
        one = await _open_for(db, actor, feedback_id, Act.REFUSE)
        if reason not in REASONS:
            raise Invalid({'reason': Problem('fields.required')})
        columns: dict[str, Any] = {'reason': reason}
        if reason == 'junk' and one.account_id is None:
            columns |= {'junk_until': now() + JUNK_FOR, 'junk_contacts': contacts(identity_of(one))}
        await apply_act(db, actor, one, Act.REFUSE, seen_version=seen_version, note=note, **columns)


async def reveal(actor: Actor, feedback_id: str, why: str) -> Revealed:
    """Open a confidential name and the dossier's number, for whoever has it in hand; who read it and why is written down.

    Raises:
        NotAllowed: somebody else.  Invalid: no reason given.
    """
    said = plain(why).strip()[:500] if isinstance(why, str) else ''
    async with write() as db:
        one = await load_for(db, actor, feedback_id)
        is_theirs = one.handler_id == actor.account_id and actor.may(Permission.FEEDBACK_ANSWER, one.unit_id)
        if not is_theirs or await is_involved(db, actor, one):
            raise NotAllowed()
        if not said:
            raise Invalid({'why': Problem('workflow.note_needed')}, 'workflow.note_needed')
        await record(db, actor, 'feedback', one.id, 'identity_read', unit_id=one.unit_id, note=said)
        await note_read(db, actor, None, None, f'feedback {one.code}')
        dossier = await db.get(Dossier, one.dossier_id) if one.dossier_id else None
        number = (dossier.official_code or dossier.filing_number) if dossier else ''
        return Revealed(**vars(identity_of(one)), dossier_code=number)


async def _open_for(db: AsyncSession, actor: Actor, feedback_id: str, act: Act) -> Feedback:
    """Return it, locked, for somebody whose act this is: what else is wrong is said to them alone. Raises NotFound, NotAllowed."""
    one = await load_for(db, actor, feedback_id, lock=True)
    if not await permitted(db, actor, one, LINES[act]):
        raise NotAllowed()
    return one


def _words(name: str, text: object, limit: int = ANSWER_LIMIT) -> str:
    said = plain(text).strip() if isinstance(text, str) else ''
    if not said:
        raise Invalid({name: Problem('fields.required')})
    if len(said) > limit:
        raise Invalid({name: Problem('fields.too_long', {'max': limit})})
    return said


async def _existing(db: AsyncSession, unit_id: object, name: str) -> str:
    if not isinstance(unit_id, str) or not (await tree(db)).exists(unit_id):
        raise Invalid({name: Problem('fields.required')})
    return unit_id


async def _officer(db: AsyncSession, account_id: object, unit_id: str) -> str:
    """Return an officer of a unit or of one below it."""
    inside = (await tree(db)).reach(unit_id)
    grants: Sequence[Any] = await live_grants(db, account_id) if isinstance(account_id, str) else ()
    if not any(grant.unit_id in inside for grant in grants):
        raise NotFound()
    return str(account_id)


async def _is_blamed(db: AsyncSession, account_id: str, unit_id: str | None, person: str | None) -> bool:
    if account_id == person:
        return True
    inside = (await tree(db)).reach(unit_id) if unit_id else frozenset()
    return any(grant.unit_id in inside for grant in await live_grants(db, account_id))


def proposed(one: Feedback, subject: str, text: str) -> tuple[str, str, str]:
    """Return what could be published, personal numbers struck out; the officer reads and changes it."""
    return without_personal_ids(subject), without_personal_ids(text), without_personal_ids(one.answer or '')
