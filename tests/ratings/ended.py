"""Dossiers that came to an end, quickly."""

from dataclasses import dataclass

from app.access import Actor
from app.dossiers import attachments, commands
from models.enums import AttachmentKind
from tests.support.world import World, filed, opened, scan


@dataclass(frozen=True)
class Ended:
    """A dossier with its result in the applicant's hands, or refused; ``me`` opened it with its secret."""

    id: str
    me: Actor
    number: str
    secret: str


async def refused(world: World) -> Ended:
    """Return a dossier that was refused."""
    one = await filed(world)
    await commands.refuse(world.binh, one.dossier_id, 1, 'Không thuộc thẩm quyền')
    return Ended(one.dossier_id, opened(world, one), one.filing_number, one.secret or '')


async def returned(world: World) -> Ended:
    """Return a dossier whose result was handed over."""
    one = await filed(world)
    binh, chi, dung, giang = world.binh, world.chi, world.dung, world.giang
    done = await commands.accept(binh, one.dossier_id, 1, order_reason='system_error')
    done = await commands.forward(binh, one.dossier_id, done.version)
    done = await commands.take(chi, one.dossier_id, done.version)
    await attachments.add_result(chi, one.dossier_id, AttachmentKind.RESULT, 'ket-qua.png', scan(one.dossier_id))
    done = await commands.forward(chi, one.dossier_id, done.version)
    done = await commands.approve(dung, one.dossier_id, done.version)
    done = await commands.finish(giang, one.dossier_id, done.version)
    await commands.hand_over(binh, one.dossier_id, done.version, collected_by='Nguyễn Thị An')
    return Ended(one.dossier_id, opened(world, one), one.filing_number, one.secret or '')
