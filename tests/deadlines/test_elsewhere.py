"""A filing for another unit, corrected after it was passed on, stays with the unit that asked for the correction."""

from dataclasses import replace
from pathlib import Path

from app.access import Granted
from app.clock import pretend
from app.db import read
from app.dossiers import applicant, attachments, commands, drafts, filing
from models import Dossier
from models.enums import Role
from tests.deadlines.cases import at
from tests.dossiers.test_life import ITEMS, WHY
from tests.support.moments import with_calendar
from tests.support.world import ANSWERS, PNG, opened


async def test_a_corrected_filing_goes_back_to_the_unit_that_asked_for_it(database: None, tmp_path: Path) -> None:
    world = await with_calendar(tmp_path)
    em = replace(world.em, grants=(Granted(Role.INTAKE, world.other_unit.id, frozenset({world.other_unit.id})),))
    with pretend(at('23/11 09:00')):
        begun = await drafts.start(world.binh, world.spec.id, with_account=False, for_unit=world.other_unit.id)
        await drafts.save(world.binh, begun.token, ANSWERS)
        await attachments.add_to_draft(world.binh, begun.token, 'proof', 'giay.png', PNG)
        sent = await filing.submit(world.binh, begun.token)
        done = await commands.pass_on(world.binh, sent.dossier_id, 1)
        await commands.request_supplement(em, sent.dossier_id, done.version, items=ITEMS[1:], **WHY)
    with pretend(at('25/11 09:00')):
        citizen = opened(world, sent)
        again = await applicant.start_replacement(citizen, sent.dossier_id)
        await drafts.save(citizen, again.token, {'reason': 'Để đi học'})
        anew = await filing.submit(citizen, again.token)
        assert anew.reception_due_at == at('26/11 09:00'), 'eight hours of the desk that has it, not the 15:00 rule'
        await commands.accept(em, anew.dossier_id, 1)
    async with read() as db:
        one = await db.get_one(Dossier, anew.dossier_id)
    assert one.passed_on_at == at('23/11 09:00') and one.accepted_at == at('25/11 09:00')
