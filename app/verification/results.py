"""The results of a dossier as they were issued: the one that stands, and those before it that were revoked or replaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.documents.paper import RESULT
from app.verification import tokens
from models import Document, Dossier


@dataclass(frozen=True)
class IssuedResult:
    """One issued result. ``address``: where anybody can check it."""

    title: str
    number: str
    issued_at: datetime
    file_id: str | None
    token: str
    address: str
    revoked_at: datetime | None
    reason: str | None
    """Class of the reason for which it no longer stands: a key of ``verification.reason_*``."""
    is_replaced: bool

    @property
    def stands(self) -> bool:
        """It is neither revoked nor replaced."""
        return self.revoked_at is None


async def issued(db: AsyncSession, dossier_id: str) -> list[Document]:
    """Return the results of a dossier in the order in which they were issued."""
    query = select(Document).where(Document.dossier_id == dossier_id, Document.form_code == RESULT)
    return list((await db.execute(query.order_by(Document.issued_at))).scalars())


async def standing(db: AsyncSession, dossier_id: str) -> Document | None:
    """Return the result that stands, if there is one."""
    return next((one for one in reversed(await issued(db, dossier_id)) if one.revoked_at is None), None)


def is_revoked() -> ColumnElement[bool]:
    """Return the condition on dossiers whose result was taken back and not issued again: nothing is there to be collected."""
    return exists().where(
        Document.dossier_id == Dossier.id,
        Document.form_code == RESULT,
        Document.revoked_at.is_not(None),
        Document.replaced_by_id.is_(None),
    )


async def taken_back(db: AsyncSession, dossier_ids: Sequence[str]) -> frozenset[str]:
    """Return those of some dossiers whose result was taken back and not issued again."""
    query = select(Dossier.id).where(col(Dossier.id).in_(dossier_ids), is_revoked())
    return frozenset((await db.execute(query)).scalars())


async def has_been_taken_back(db: AsyncSession, dossier_id: str) -> bool:
    """Tell whether the result of a dossier was taken back and not issued again."""
    return bool(await taken_back(db, [dossier_id]))


async def next_id(db: AsyncSession, dossier_id: str) -> str:
    """Return the id that the next result of a dossier will have: its QR code can be drawn before it is issued."""
    return tokens.result_id(dossier_id, len(await issued(db, dossier_id)) + 1)


async def results_of(db: AsyncSession, dossier_id: str) -> tuple[IssuedResult, ...]:
    """Return the results of a dossier as screens show them, the newest first."""
    return tuple(_shown(one) for one in reversed(await issued(db, dossier_id)))


def _shown(one: Document) -> IssuedResult:
    token = tokens.token_of(one.id)
    return IssuedResult(
        one.title, one.number or '', one.issued_at, one.attachment_id, token, tokens.address_of(token),
        one.revoked_at, one.revoked_reason, one.replaced_by_id is not None,
    )  # fmt: skip
