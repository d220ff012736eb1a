"""Files of a draft or a dossier, and documents that the unit issues."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Field, Index, SQLModel

from models.enums import AttachmentKind, AttachmentState
from models.types import enum, id_column, json, moment

WAITING = text("state = 'quarantined'")
"""Few do, mostly none, and it is asked every minute. As text: SQLite sees that its index fits only without a parameter."""
IS_RESULT = text("kind IN ('result', 'correction')")
"""A file that is, or was, the result of its dossier; as text for the same reason."""
_REVOKED = text('revoked_at IS NOT NULL')
"""Few are, and whether one is is asked of every dossier that waits to be returned."""
_DATED = text('dated IS NOT NULL')
"""Few are; they are found by that day."""


class Attachment(SQLModel, table=True):
    """One stored file. National TaiLieuNop has a place for each of its marks."""

    __tablename__ = 'attachment'
    __table_args__ = (
        Index('ix_attachment_waiting', 'uploaded_at', sqlite_where=WAITING, postgresql_where=WAITING),
        Index('ix_attachment_result', 'stored_sha256', sqlite_where=IS_RESULT, postgresql_where=IS_RESULT),
    )

    id: str = id_column()
    draft_id: str | None = Field(default=None, foreign_key='draft.id', index=True)
    dossier_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    feedback_id: str | None = Field(default=None, foreign_key='feedback.id', index=True)
    """A photograph that came with feedback; opened by ``app.feedback`` alone."""
    supplement_id: str | None = Field(default=None, foreign_key='supplement_request.id')
    """Sent in answer to this request."""
    kind: AttachmentKind = enum(AttachmentKind, default=AttachmentKind.EVIDENCE)
    state: AttachmentState = enum(AttachmentState, default=AttachmentState.STORED)
    document_id: str | None = None
    """Component of the procedure (thành phần hồ sơ) that it answers."""
    name: str
    media_type: str
    size: int
    """Bytes as stored."""
    pages: int = 1
    received_sha256: str = Field(max_length=64)
    stored_sha256: str = Field(max_length=64)
    made_of: list[str] = json(default_factory=list)
    """Where it was bound here of pictures: for each page, what the picture hashed to as received."""
    signatures: dict[str, Any] | None = json(default=None, nullable=True)
    """What its signatures were found to be worth, by which roots and when (``app.signing.kept``). None: not looked at."""
    infected: bool = False
    """The scanner found something after it was kept; the bytes are gone."""
    storage_key: str = Field(index=True, max_length=200)
    """Where the bytes lie; a filing that replaces another shares them with it."""
    key_id: str | None = None
    """Key that the stored bytes are encrypted with."""
    identity: bool = False
    originals: int = 0
    certified_copies: int = 0
    plain_copies: int = 1
    sheets: int = 0
    digitised: bool = False
    """National DuocSoHoa: scanned and signed at reception."""
    reused: bool = False
    """National DuocTaiSuDung."""
    from_database: bool = False
    """National DuocLayTuKhoDMQG."""
    replaced_by_code: str | None = None
    """National MaKetQuaThayThe."""
    uploaded_at: datetime = moment()
    uploaded_by_id: str | None = Field(default=None, foreign_key='account.id')
    checked_at: datetime | None = moment(nullable=True)
    checked_by_id: str | None = Field(default=None, foreign_key='account.id')
    check_result: str | None = None
    """ok, missing, unclear: the officer's word on this component."""


class Document(SQLModel, table=True):
    """A paper that the unit issues: number and data are frozen first, bytes and signatures follow."""

    __tablename__ = 'document'
    __table_args__ = (
        Index('ix_document_revoked', 'dossier_id', sqlite_where=_REVOKED, postgresql_where=_REVOKED),
        Index('ix_document_dated', 'dated', sqlite_where=_DATED, postgresql_where=_DATED),
    )

    id: str = id_column()
    dossier_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    form_code: str
    """receipt, supplement, refusal, apology, stop, control_sheet, declaration, result ..."""
    template_version: str
    number: str | None = None
    title: str
    data: dict[str, Any] = json(default_factory=dict)
    issued_at: datetime = moment(index=True)
    dated: date | None = None
    """The day that it prints, where that was entered before it was issued."""
    issued_by_id: str | None = Field(default=None, foreign_key='account.id')
    attachment_id: str | None = Field(default=None, foreign_key='attachment.id')
    sha256: str | None = Field(default=None, max_length=64)
    signatures: list[dict[str, Any]] = json(default_factory=list)
    earlier: list[str] = json(default_factory=list)
    """What its file hashed to before a signature was added to it, the first one first."""
    signed_at: datetime | None = moment(nullable=True)
    """When whoever it names signed an official paper with a key (``app.signing.official``)."""
    sealed_at: datetime | None = moment(nullable=True)
    """When the unit's digital seal was set on it."""
    verification_hash: str | None = Field(default=None, index=True, max_length=64)
    """Hash of the token in its QR."""
    revoked_at: datetime | None = moment(nullable=True)
    revoked_reason: str | None = None
    replaced_by_id: str | None = Field(default=None, foreign_key='document.id')
