"""Load for somebody: whoever may not see a thing does not learn that it exists."""

import re

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor, ActorKind
from app.clock import now
from app.dossiers.seeing import is_at_work
from app.errors import NotAllowed, NotFound
from app.workflow.apply import is_applicant
from models import Dossier, Draft

_DRAFT = select(Draft).where(Draft.id == bindparam('draft_id'))
_LOCKED_DRAFT = _DRAFT.with_for_update()
"""Asked four times in each filing: made once."""


_DASH = re.compile(r'[-‐-―−_]')
_WHOLE = re.compile(r'[^-]+-\d{6}-\d+')
_RUN_TOGETHER = re.compile(r'([A-Z]\d[\d.]*)(\d{6})(\d{4})')
"""Unit, day and number of the day, without the hyphens between them."""


async def load_for(db: AsyncSession, actor: Actor, dossier_id: str, *, lock: bool = False) -> Dossier:
    """Return a dossier that the actor may see: the submitter's account, an opener by number and secret, staff of its units.

    ``lock`` holds the row until the transaction ends: what hangs on its state stays true for so long.

    Raises:
        NotFound: it does not exist, or it is not theirs.
    """
    one = await db.get(Dossier, dossier_id, with_for_update=lock) if _is_id(dossier_id) else None
    if one is None or not may_see(actor, one):
        raise NotFound()
    return one


def may_see(actor: Actor, one: Dossier) -> bool:
    """Tell whether the actor may see the dossier."""
    if actor.kind is ActorKind.SYSTEM or is_applicant(actor, one):
        return True
    return is_at_work(actor, one)


async def load_on_desk(db: AsyncSession, actor: Actor, dossier_id: str) -> Dossier:
    """Return a dossier for staff of its units: what is written inside is theirs, whatever secret somebody may know.

    Raises:
        NotAllowed: not staff.  NotFound: not of their units.
    """
    if not actor.is_staff:
        raise NotAllowed()
    one = await load_for(db, actor, dossier_id)
    if not is_at_work(actor, one):
        raise NotFound()
    return one


def as_written(number: str) -> str:
    """Return a number as it stands on the receipt: in capitals, with its hyphens, however it was copied from there."""
    joined = _DASH.sub('-', ''.join(number.upper().split()))
    parts = None if _WHOLE.fullmatch(joined) else _RUN_TOGETHER.fullmatch(joined.replace('-', ''))
    return '-'.join(parts.groups()) if parts else joined


async def find_by_number(db: AsyncSession, number: str) -> Dossier | None:
    """Return the dossier with this filing number or official code, as people type it."""
    text = as_written(number) if isinstance(number, str) else ''
    if not 6 <= len(text) <= 40:
        return None
    query = select(Dossier).where(or_(Dossier.filing_number == text, Dossier.official_code == text))
    return (await db.execute(query)).scalar_one_or_none()


def link_of_draft(draft_id: str) -> str:
    """Return the private token of a draft: its id and a keyed hash of it, so that the database alone gives no link away."""
    return f'{draft_id}.{crypto.mac("draft-link", draft_id)[:32]}'


async def load_draft(db: AsyncSession, actor: Actor, token: str, *, lock: bool = False) -> Draft:
    """Return the draft of a private link; a draft with an account opens only for that account.

    ``lock`` holds the row until the transaction ends: two events of one draft never overwrite each other.

    Raises:
        NotFound: unknown, run out, or somebody else's.
    """
    draft_id = token.partition('.')[0] if isinstance(token, str) else ''
    draft = None
    if _is_id(draft_id) and crypto.same(token, link_of_draft(draft_id)):
        query = _LOCKED_DRAFT if lock else _DRAFT
        draft = (await db.execute(query, {'draft_id': draft_id})).scalar_one_or_none()
    if draft is None or draft.expires_at < now() or (draft.account_id and draft.account_id != actor.account_id):
        raise NotFound('dossier.draft_gone')
    return draft


def _is_id(text: object) -> bool:
    return isinstance(text, str) and len(text) == 22
