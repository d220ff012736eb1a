"""A result that is certainly another dossier's paper is not taken as this one's: whoever gets it would read of a stranger.

Known by its bytes, those before signatures were added included, and by the code that our papers print. A scan of a paper,
and a file that never was in this service, are for whoever reads them to tell apart.
"""

from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app import workshop
from app.documents.certified import is_certification
from app.errors import WrongState
from app.notifications.links import address
from app.papers import CHECK_SECONDS, Paper
from app.procedures.queries import spec_of
from app.verification import results, tokens
from app.workshop import Refusal, TooHeavy
from models import Attachment, Document, Dossier
from models.attachment import IS_RESULT
from models.enums import PRESENT, Status

ENDED = (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)
"""What was attached there and never issued may be the result of the filing that came after."""


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
    """Tell whether these bytes were issued for another dossier, or stand as its result while that is worked on."""
    was_issued = exists().where(Document.dossier_id == Attachment.dossier_id, Document.attachment_id == Attachment.id)
    stands = and_(col(Attachment.state).in_(PRESENT), col(Dossier.status).not_in(ENDED))
    query = select(Attachment.id).join(Dossier, col(Dossier.id) == Attachment.dossier_id)
    mine = (IS_RESULT, col(Attachment.stored_sha256).in_(marks.hashes), Attachment.dossier_id != dossier_id)
    return (await db.execute(query.where(*mine, or_(was_issued, stands)).limit(1))).first() is not None


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
