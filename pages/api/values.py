"""What may stand in an address or a body. Whatever else comes is refused before any command sees it."""

from typing import Annotated, Literal

from fastapi import File, Path, UploadFile
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from app.dossiers.commands import ITEM_LIMIT, STOP_REASONS, TEXT_LIMIT
from app.verification.revoking import REASONS
from app.workflow.guards import ORDER_REASONS

ID = r'^[A-Za-z0-9_-]{22}$'
KEY = r'^[a-z][a-z0-9_]{0,79}$'
Slug = Annotated[str, Path(pattern=r'^[a-z0-9.-]{1,120}$', description='Its id, or its national code.')]
DraftToken = Annotated[str, Path(pattern=r'^[A-Za-z0-9_-]{22}\.[0-9a-f]{32}$', description='The private link.')]
FileId = Annotated[str, Path(pattern=ID)]
PaperId = Annotated[str, Path(pattern=ID, description='An official paper.')]
DossierId = Annotated[str, Path(pattern=ID)]
DocumentId = Annotated[str, Path(pattern=KEY, description='A component of the dossier.')]
Number = Annotated[str, Path(pattern=r'^[A-Za-z0-9. -]{6,60}$', description='Filing number or official code.')]
Upload = Annotated[UploadFile, File(description='PDF, JPEG, PNG, WebP, HEIC, DOCX or XLSX.')]

Line = Annotated[str, StringConstraints(max_length=200)]
Note = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
Id = Annotated[str, StringConstraints(pattern=ID)]
Key = Annotated[str, StringConstraints(pattern=KEY)]
QuestionPath = Annotated[
    str, StringConstraints(pattern=r'^[a-z][a-z0-9_]*(\[\d{1,2}\]\.[a-z][a-z0-9_]*)?$', max_length=170)
]


class Body(BaseModel):
    """Base of all bodies: unknown keys are errors, so that a typing mistake is found."""

    model_config = ConfigDict(extra='forbid', frozen=True, allow_inf_nan=False)


class NewDraft(Body):
    procedure: Annotated[str, StringConstraints(pattern=r'^[a-z0-9.-]{1,120}$')]
    """Its id, or its national code."""


class Answers(Body):
    """Answers by question; inside a repeating group ``members[2].member_name``. ``null`` takes an answer away."""

    answers: dict[QuestionPath, JsonValue] = Field(min_length=1, max_length=200)


class Submission(Body):
    declared: Literal[True]
    """The applicant declares what the procedure asks to be declared (``declarations``)."""


class Opening(Body):
    number: Line
    secret: Line


class Seen(Body):
    """``seen_version``: the version of the dossier that the decision was made on."""

    seen_version: int = Field(strict=True, ge=1, le=2**31 - 2)


class Noted(Seen):
    note: Note | None = None


class Reasoned(Seen):
    reason: Note
    """The applicant, or whoever has the step before, reads it."""


class Withdrawal(Seen):
    reason: Note | None = None


class Acceptance(Seen):
    order_reason: Literal[ORDER_REASONS] | None = None  # type: ignore[valid-type]
    """Needed when a dossier that came earlier still waits."""


class SupplementItem(Body):
    kind: Literal['document', 'field', 'other']
    id: Key | None = None
    text: Note | None = None


class SupplementRequest(Seen):
    items: list[SupplementItem] = Field(max_length=ITEM_LIMIT)
    reason: Note
    guidance: Note
    contact: Note


class Forwarding(Noted):
    step: Key | None = None
    """A later step than the next one, where those between may be left out."""
    account_id: Id | None = None
    """Somebody who holds the role of the step; nobody: all of them."""


class Reassignment(Noted):
    account_id: Id


class Reappointment(Reasoned):
    day: Line
    """As people write dates: 24/11/2026, or 2026-11-24."""
    delayed_by: Line
    """Which office is late."""


class HandingOver(Seen):
    collected_by: Line | None = None
    """Needed at the counter."""
    paper: Line | None = None
    """The paper that they showed."""
    originals: list[Line] = []
    """Ids of the components whose originals they handed in, where pictures were filed online."""
    originals_note: Line | None = None
    """Why one of them is missing."""


class Revocation(Seen):
    reason: Literal[REASONS]  # type: ignore[valid-type]
    """Its class; whoever checks the result reads it."""
    note: Note
    """The applicant reads it."""


class Reissue(Revocation):
    number: Line = ''
    """Number of the corrected result."""


class Stopping(Seen):
    reason: Literal[STOP_REASONS]  # type: ignore[valid-type]
    note: Note
