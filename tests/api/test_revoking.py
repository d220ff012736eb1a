"""A program takes a result back and has a corrected one issued: only with that scope, and within its account's unit."""

import pytest

from app.access import Permission
from app.api_tokens.rules import SCOPES
from models.enums import AttachmentKind
from tests.api.house import Program, program_of
from tests.support.world import World
from tests.verification.papers import corrected, resolved, rows

REASON = {'reason': 'wrong_content', 'note': 'Ghi sai ngày sinh'}


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only: the commands run on both."""
    return 'sqlite'


async def test_a_result_is_revoked_and_issued_again_by_program(world: World, guest: Program) -> None:
    one, done = await resolved(world, number='12/GXN')
    desk = f'/desk/dossiers/{one.dossier_id}'
    told = {'seen_version': done.version, **REASON}
    without = tuple(scope for scope in SCOPES if scope is not Permission.DOSSIER_REVOKE)
    for program, status in (
        (await program_of(world.dung, guest.http, without), 403),
        (await program_of(world.chi, guest.http), 403),
        (await program_of(world.em, guest.http), 404),
    ):
        assert (await program.call('POST', f'{desk}/revoke_result', json=told)).status_code == status
        sent = await program.call('POST', f'{desk}/files/correction', files={'file': ('sua.png', corrected())})
        assert sent.status_code == status
    dung = await program_of(world.dung, guest.http)
    assert (await dung.call('POST', f'{desk}/revoke_result', json=told | {'reason': 'x'})).status_code == 422
    again = await dung.ok('POST', f'{desk}/revoke_result', json=told)
    told['seen_version'] = again['version']
    assert (await dung.call('POST', f'{desk}/reissue_result', json=told)).status_code == 409  # nothing is attached
    file = await dung.call('POST', f'{desk}/files/correction', files={'file': ('sua.png', corrected())})
    assert file.status_code == 201 and file.json()['kind'] == AttachmentKind.CORRECTION
    signed_here = await dung.call('POST', f'{desk}/reissue_result', json=told | {'pin': '246810'})
    assert signed_here.status_code == 422  # a program signs nothing
    await dung.ok('POST', f'{desk}/reissue_result', json=told | {'number': '13/GXN'})
    _, old, new = await rows()
    assert (old.replaced_by_id, new.number, new.revoked_at) == (new.id, '13/GXN', None)
