"""What has run out goes, what was filed stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import storage
from app.clock import now, pretend
from app.db import read
from app.dossiers import attachments, cleaning, drafts
from app.errors import NotFound
from models import Attachment, Draft
from tests.support.world import ANSWERS, PNG, World, filed


async def test_a_draft_that_ran_out_goes_with_its_papers_and_a_filed_one_stays(world: World) -> None:
    one = await filed(world)
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, ANSWERS)
    await attachments.add_to_draft(world.guest, started.token, 'proof', 'giay.png', PNG)
    async with read() as db:
        key = (
            await db.execute(select(Attachment.storage_key).where(Attachment.draft_id == started.draft_id))
        ).scalar_one()
    assert await cleaning.clean() == 0
    with pretend(now() + drafts.GUEST_LIFE + timedelta(days=1)):
        with pytest.raises(NotFound):
            await drafts.view(world.guest, started.token)
        assert await cleaning.clean() == 1
    with pytest.raises(FileNotFoundError):
        await storage.get(key, None)
    async with read() as db:
        assert (await db.execute(select(func.count()).select_from(Draft))).scalar_one() == 1
        left = (await db.execute(select(Attachment))).scalars().all()
    assert [a.dossier_id for a in left] == [one.dossier_id]
    assert await storage.get(left[0].storage_key, left[0].key_id) == PNG
