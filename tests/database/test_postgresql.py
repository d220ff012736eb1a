"""How connections to PostgreSQL are set."""

import pytest
from sqlalchemy import text

from app.db import read, write


@pytest.mark.parametrize('dialect', ['postgresql'], indirect=True)
async def test_a_question_is_planned_for_what_is_asked_and_never_compiled(database: None) -> None:
    asked = text("SELECT current_setting('jit'), current_setting('plan_cache_mode')")
    for opened in (read, write):
        async with opened() as db:
            assert tuple((await db.execute(asked)).one()) == ('off', 'force_custom_plan')
