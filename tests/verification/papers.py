"""A dossier brought to its issued result."""

from typing import Any

from sqlalchemy import select

from app.db import read
from app.dossiers import attachments, commands
from app.dossiers.commands import Done
from app.dossiers.filing import Submitted
from models import Document
from models.enums import AttachmentKind
from tests.support.world import PNG, World, filed

REASON: dict[str, Any] = {'reason': 'wrong_content', 'note': 'Ghi sai ngày sinh của Nguyễn Thị An'}


async def resolved(world: World, *, number: str = '', **answers: str) -> tuple[Submitted, Done]:
    """File a dossier and carry it to its issued result."""
    one = await filed(world, **answers)
    return one, await carried(world, one, number=number)


async def carried(world: World, one: Submitted, *, number: str = '') -> Done:
    """Carry a filed dossier to its issued result."""
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', PNG)
    done = await commands.forward(world.chi, one.dossier_id, done.version)
    done = await commands.approve(world.dung, one.dossier_id, done.version)
    return await commands.finish(world.giang, one.dossier_id, done.version, number=number)


async def rows() -> list[Document]:
    """Return every issued paper in order."""
    async with read() as db:
        return list((await db.execute(select(Document).order_by(Document.issued_at))).scalars())
