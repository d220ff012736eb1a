"""Several pictures of one paper become one PDF: pages in the order that the sender wants, those left out are gone."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import PurePath

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import papers, storage
from app.access import Actor
from app.clock import now
from app.db import read, write
from app.dossiers import intake
from app.dossiers.attachments import answering, is_last
from app.dossiers.files import File, as_file
from app.dossiers.loading import load_draft
from app.errors import Invalid, NotFound, Problem
from app.limits import hit
from models import Attachment
from models.enums import PRESENT, AttachmentState

MOST = 60
"""Pages of a paper bound here."""
Page = tuple[str, int]
"""A file and a page in it, from 1."""
Place = Callable[[AsyncSession, bool], Awaitable[ColumnElement[bool]]]
"""Checks that the sender may change the paper, and returns the condition on its files."""


async def bind_draft(actor: Actor, token: str, document_id: str, files: Sequence[str], pages: Sequence[Page]) -> File:
    """Replace files of one component of a draft by one PDF of these pages.

    Raises:
        Invalid: they are not all pictures, or bound of pictures, of this component.
    """

    async def place(db: AsyncSession, lock: bool) -> ColumnElement[bool]:
        draft = await load_draft(db, actor, token, lock=lock)
        if draft.dossier_id is not None:
            raise NotFound()
        if lock:
            draft.saved_at = now()
        return (Attachment.draft_id == draft.id) & (Attachment.document_id == document_id)

    return await _bind(actor, place, files, pages)


async def bind_supplement(
    actor: Actor, dossier_id: str, document_id: str | None, files: Sequence[str], pages: Sequence[Page]
) -> File:
    """Do the same with files of a supplement that is not sent yet."""

    async def place(db: AsyncSession, lock: bool) -> ColumnElement[bool]:
        request = await answering(db, actor, dossier_id, lock=lock)
        return (Attachment.supplement_id == request.id) & (Attachment.document_id == document_id)

    return await _bind(actor, place, files, pages)


async def _bind(actor: Actor, place: Place, files: Sequence[str], pages: Sequence[Page]) -> File:
    await hit('upload', actor.account_id or actor.address or 'unknown', times=1000, minutes=60)
    _refuse_odd(files, pages)
    async with read() as db:
        rows = await _rows(db, await place(db, False), files)
    wanted = [key for key in rows if any(key == page[0] for page in pages)]
    sources = [(await storage.get(rows[key].storage_key, rows[key].key_id), rows[key].media_type) for key in wanted]
    asked = [(wanted.index(file), page) for file, page in pages]
    with papers.sent_by(actor):
        paper = await papers.bind(sources, asked, PurePath(rows[pages[0][0]].name).stem)
    async with storage.kept(paper.content) as kept, write() as db:
        rows = await _rows(db, await place(db, True), files)
        first = next(iter(rows.values()))
        waits = any(row.state is AttachmentState.QUARANTINED for row in rows.values())
        columns = first.model_dump(include={'draft_id', 'dossier_id', 'supplement_id', 'document_id', 'identity'})
        one = intake.row(
            actor,
            paper,
            kept,
            **columns,
            state=AttachmentState.QUARANTINED if waits else AttachmentState.STORED,
            made_of=[_received(rows[file], page) for file, page in pages],
        )
        for row in rows.values():
            row.state = AttachmentState.REMOVED
        gone = [row.storage_key for row in rows.values() if await is_last(db, row)]
        db.add(one)
    for key in gone:
        await storage.remove(key)
    return as_file(one)


def _refuse_odd(files: object, pages: object) -> None:
    """What a browser sent is a list of files and pages of them, each once."""
    good = (
        isinstance(files, list | tuple)
        and isinstance(pages, list | tuple)
        and all(isinstance(file, str) for file in files)
        and all(isinstance(p, list | tuple) and len(p) == 2 and type(p[1]) is int and p[0] in files for p in pages)
        and 0 < len({tuple(page) for page in pages}) == len(pages)
    )
    if not good:
        raise _refused('not_to_bind')
    if len(pages) > MOST:  # type: ignore[arg-type] # a list by now
        raise _refused('too_many_bound', limit=MOST)


async def _rows(db: AsyncSession, where: ColumnElement[bool], files: Sequence[str]) -> dict[str, Attachment]:
    """Return the files by id, in order of arrival; all of them must be there and made of pictures."""
    query = select(Attachment).where(where, Attachment.id.in_(files), Attachment.state.in_(PRESENT))
    rows = {row.id: row for row in (await db.execute(query.order_by(Attachment.uploaded_at))).scalars()}
    if set(rows) != set(files) or not all(as_file(row).is_bindable for row in rows.values()):
        raise _refused('not_to_bind')
    return rows


def _received(row: Attachment, page: int) -> str:
    """Return what the picture of a page hashed to when it came."""
    return row.made_of[page - 1] if row.made_of else row.received_sha256


def _refused(key: str, **values: object) -> Invalid:
    key = f'papers.{key}'
    return Invalid({'file': Problem(key, dict(values))}, key, **values)
