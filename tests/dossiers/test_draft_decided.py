"""What a leader has approved is the result: no draft of it is made, attached or shown any more, unless it is sent back."""

from pathlib import Path

import pytest

from app.clock import pretend
from app.dossiers import applicant, attachments, commands, desk
from app.errors import WrongState
from app.limits import forget_all
from app.workflow.transitions import Action
from models.enums import AttachmentKind
from tests.support import world as municipality
from tests.support.moments import at
from tests.support.world import PNG, filed, opened, scan


@pytest.fixture
def dialect() -> str:
    """What is offered does not hang on the database."""
    return 'sqlite'


async def test_the_clerk_is_offered_no_draft_after_the_approval(database: None, tmp_path: Path) -> None:
    await forget_all()
    world = await municipality.build(tmp_path, confirms_draft=True)
    draft, result = AttachmentKind.RESULT_DRAFT, AttachmentKind.RESULT
    with pretend(at('2026-11-16T09:00')):
        one = await filed(world)
        done = await commands.accept(world.binh, one.dossier_id, 1)
        done = await commands.forward(world.binh, one.dossier_id, done.version, account_id=world.chi.account_id)
        await attachments.add_result(world.chi, one.dossier_id, draft, 'du-thao.png', PNG)
        await attachments.add_result(world.chi, one.dossier_id, result, 'ket-qua.png', scan(one.dossier_id))
        done = await commands.show_draft(world.chi, one.dossier_id, done.version)
        await applicant.confirm_draft(opened(world, one), one.dossier_id, done.version)
    with pretend(at('2026-11-18T09:00')):
        done = await commands.forward(world.chi, one.dossier_id, done.version + 1)
        done = await commands.approve(world.dung, one.dossier_id, done.version)
        done = await commands.take(world.giang, one.dossier_id, done.version)
        clerk = await desk.desk_dossier(world.giang, one.dossier_id)
        assert Action.FINISH in clerk.actions and Action.SHOW_DRAFT not in clerk.actions
        for act in (
            commands.show_draft(world.giang, one.dossier_id, done.version),
            attachments.add_result(world.giang, one.dossier_id, draft, 'du-thao-2.png', PNG),
        ):
            with pytest.raises(WrongState, match='draft_approved'):
                await act
        done = await commands.send_back(world.giang, one.dossier_id, done.version, 'Sai ngày sinh')
        done = await commands.send_back(world.dung, one.dossier_id, done.version, 'Sai ngày sinh')
        with pretend(at('2026-11-18T09:05')):
            await attachments.add_result(world.chi, one.dossier_id, draft, 'du-thao-3.png', PNG)
        assert Action.SHOW_DRAFT in (await desk.desk_dossier(world.chi, one.dossier_id)).actions
