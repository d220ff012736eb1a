"""A result that is certainly another dossier's paper is not taken as this one's: whoever gets it would read of a stranger.

Known by its bytes, those before signatures were added included, and by the code that our papers print. A scan of a paper,
and a file that never was in this service, are for whoever reads them to tell apart.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import workshop
from app.documents.certified import is_certification
from app.errors import WrongState
from app.notifications.links import address
from app.papers import CHECK_SECONDS, Paper
from app.procedures.queries import spec_of
from app.signing.rules import ATTACHED, BROUGHT
from app.verification import results, tokens
from app.workflow.transitions import Action
from app.workshop import Refusal, TooHeavy
from models import Attachment, Document, Dossier, Event, EventText
from models.attachment import IS_RESULT
from models.enums import PRESENT, AttachmentKind, AttachmentState, Status

ENDED = (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)
"""What was attached there and never issued may be the result of the filing that came after."""
SIGNING = (Action.APPROVE, Action.FINISH, BROUGHT, ATTACHED[AttachmentKind.CORRECTION])
"""The acts whose record says which bytes became which when a result was signed."""
EARLIER = 100
"""Dossiers that once had the same file, of which is asked what became of it."""


@dataclass(frozen=True)
class Marks:
    """What tells whose paper a file is."""

    hashes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """Hashes of the codes that it prints."""
    is_placed: bool = False
    """It says that they are checked here."""


async def marks_of(paper: Paper) -> Marks:
    """Return what tells whose paper a file is; nothing where nobody could find out."""
    place = address(tokens.PATH).partition('://')[2]
    told = {'media_type': paper.media_type, 'place': place}
    try:
        found, _ = await workshop.do('marks', paper.content, told, seconds=CHECK_SECONDS)
    except (Refusal, TooHeavy):
        return Marks()
    return Marks(tuple(found['hashes']), tuple(tokens.hash_of(code) for code in found['codes']), found['is_placed'])


async def refuse_anothers(db: AsyncSession, dossier: Dossier, marks: Marks) -> None:
    """Refuse a file that is the result of another dossier, or a paper that we drew for one.

    What a procedure certifies may be any paper of ours: its result is that paper, with the certification.

    Raises:
        WrongState: so it is. Whose paper it is, nobody is told.
    """
    if is_certification(await spec_of(db, dossier.version_id)):
        return
    if await _is_result_elsewhere(db, dossier.id, marks) or await _prints_anothers(db, dossier.id, marks):
        raise WrongState('verification.anothers')


async def _is_result_elsewhere(db: AsyncSession, dossier_id: str, marks: Marks) -> bool:
    """Tell whether these bytes stand as the result of another dossier, or became it when that was signed here.

    What was issued there by mistake and taken back, or replaced, stands no more: the dossier that it belongs to may have it.
    """
    others = select(Attachment.dossier_id, Attachment.stored_sha256).join(
        Dossier, col(Dossier.id) == Attachment.dossier_id
    )
    others = others.where(IS_RESULT, Attachment.dossier_id != dossier_id, col(Dossier.status).not_in(ENDED))
    stands, was = col(Attachment.state).in_(PRESENT), Attachment.state == AttachmentState.SUPERSEDED
    same = col(Attachment.stored_sha256).in_(marks.hashes)
    if (await db.execute(others.where(same, stands).limit(1))).first() is not None:
        return True
    before = {(one.dossier_id, one.stored_sha256) for one in await db.execute(others.where(same, was).limit(EARLIER))}
    became = await _signed_from(db, before)
    there = col(Attachment.stored_sha256).in_([sha256 for _, sha256 in became])
    return any(tuple(one) in became for one in await db.execute(others.where(there, stands))) if became else False


async def _signed_from(db: AsyncSession, before: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return what files, each by its dossier and its hash, became there when they were signed, and signed again."""
    if not before:
        return set()
    texts = select(Event.dossier_id, EventText.data).join(Event, col(Event.id) == EventText.event_id)
    mine = texts.where(col(Event.dossier_id).in_({key for key, _ in before}), col(Event.action).in_(SIGNING))
    signed: dict[tuple[str, str], tuple[str, str]] = {}
    for key, data in await db.execute(mine):
        told = data.get('signature', data)
        if 'from' in told:
            signed[key, told['from']] = key, told['sha256']
    found, step = set(before), before
    while step := {signed[each] for each in step if each in signed} - found:
        found |= step
    return found - before


async def _prints_anothers(db: AsyncSession, dossier_id: str, marks: Marks) -> bool:
    """Tell whether a paper prints a code of ours that is none of this dossier's, of an issued paper or of one to come."""
    if not marks.codes:
        return False
    coming = len(await results.issued(db, dossier_id)) + 1
    ids = [tokens.result_id(dossier_id, number) for number in range(1, coming + 1)]
    own = {tokens.hash_of(tokens.token_of(each)) for each in ids}
    query = select(Document.verification_hash, Document.dossier_id).where(
        col(Document.verification_hash).in_(marks.codes)
    )
    ours = {one.verification_hash: one.dossier_id for one in await db.execute(query)}
    own |= {code for code, owner in ours.items() if owner == dossier_id}
    return any(code not in own and (marks.is_placed or code in ours) for code in marks.codes)
