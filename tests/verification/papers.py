"""A dossier brought to its issued result."""

import re
from io import BytesIO
from typing import Any

from httpx import AsyncClient, Response
from PIL import Image
from sqlalchemy import select

from app.db import read
from app.dossiers import attachments, commands
from app.dossiers.commands import Done
from app.dossiers.filing import Submitted
from models import Document
from models.enums import AttachmentKind
from tests.support.world import ANSWERS, World, filed, scan

REASON: dict[str, Any] = {'reason': 'wrong_content', 'note': 'Ghi sai ngày sinh của Nguyễn Thị An'}


async def resolved(world: World, *, number: str = '', name: str = ANSWERS['full_name']) -> tuple[Submitted, Done]:
    """File a dossier and carry it to its issued result."""
    one = await filed(world, full_name=name)
    return one, await carried(world, one, number=number)


async def carried(world: World, one: Submitted, *, number: str = '') -> Done:
    """Carry a filed dossier to its issued result."""
    done = await commands.accept(world.binh, one.dossier_id, 1)
    done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
    await attachments.add_result(world.chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id))
    done = await commands.forward(world.chi, one.dossier_id, done.version)
    done = await commands.approve(world.dung, one.dossier_id, done.version)
    return await commands.finish(world.giang, one.dossier_id, done.version, number=number)


async def rows() -> list[Document]:
    """Return every issued paper in order."""
    async with read() as db:
        return list((await db.execute(select(Document).order_by(Document.issued_at))).scalars())


def corrected() -> bytes:
    """Return another picture than the first result."""
    file = BytesIO()
    Image.new('RGB', (8, 8), 'white').save(file, 'PNG')
    return file.getvalue()


async def upload(visitor: AsyncClient, path: str, content: bytes) -> Response:
    """Send a copy to be checked the way the form of the page does."""
    token = re.search(r'name="csrf" value="([^"]+)"', (await visitor.get(path)).text)
    assert token
    return await visitor.post(path, data={'csrf': token[1]}, files={'ban': ('ban.pdf', content)})
