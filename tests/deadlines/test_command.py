"""The command works out a date, and says what is wrong with what it was given."""

import asyncio
import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.access import SYSTEM
from app.clock import now
from app.db import close_database, open_database, write
from app.deadlines import command
from app.deadlines.command import deadline
from app.deadlines.reception import CHOSEN, presets
from app.migrate import upgrade
from app.procedures.commands import load_into_database
from app.procedures.schema import Channel, ProcedureSpec
from app.settings import Settings
from models import Setting
from tests.support.world import SPEC

cli = typer.Typer()
cli.command()(deadline)


def run(*words: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(cli, [word for part in words for word in part.split()])
    return result.exit_code, result.output.splitlines()


@pytest.mark.parametrize(
    ('asked', 'answer'),
    [
        ('--accepted 2026-08-20T14:00 --term 3wd', 'due 2026-08-24T14:00+07:00'),
        ('--accepted 2026-08-20T14:00 --term 3wd --mode civil', 'due 2026-08-24T17:00+07:00'),
        ('--accepted 2026-08-20T07:00Z --term 3wd', 'due 2026-08-24T14:00+07:00'),
        ('--accepted 2026-08-20T14:00:30 --term 3wd', 'due 2026-08-24T14:00:30+07:00'),
        ('--accepted 2026-11-23T15:01 --term sameday', 'due 2026-11-25T17:00+07:00'),
        ('--accepted 2026-08-20T14:00 --term 45d', 'due 2026-10-05T17:00+07:00'),
        ('--accepted 2026-08-20T14:00 --term 16wh --explain', 'due 2026-08-22T14:00+07:00'),
        ('--accepted 2026-10-05T09:00 --term 15wd --sessions 07:30-11:30,13:30-17:00', 'due 2026-10-26T09:00+07:00'),
        ('--filed 2026-11-20T16:00 --reception', 'due 2026-11-23T16:00+07:00'),
        ('--filed 2026-11-20T18:30 --reception --explain --lang en', 'due 2026-11-23T17:00+07:00'),
        ('--filed 2026-11-23T16:00 --reception', 'due 2026-11-25T16:00+07:00'),
        ('--filed 2026-11-23T16:00 --reception --sessions 07:30-11:30,13:30-17:00', 'due 2026-11-25T16:30+07:00'),
        (
            '--filed 2026-11-23T16:00 --reception --channel counter --sessions 07:30-11:30,13:30-17:00',
            'due 2026-11-25T16:00+07:00',
        ),
        ('--filed 2026-11-23T16:00 --reception --channel post --explain', 'due 2026-11-25T16:00+07:00'),
        ('--filed 2026-11-23T15:00 --reception --rule same_day', 'due 2026-11-23T17:00+07:00'),
        ('--filed 2026-11-23T15:01 --reception --rule same_day --explain', 'due 2026-11-25T07:00+07:00'),
        ('--filed 2026-11-23T15:01 --reception --rule same_day --channel counter', 'due 2026-11-25T07:00+07:00'),
        ('--filed 2026-11-23T16:01 --reception --rule last_hour_tomorrow', 'due 2026-11-25T17:00+07:00'),
        ('--filed 2026-11-23T16:00 --reception --rule last_hour_tomorrow', 'due 2026-11-25T16:00+07:00'),
        (
            '--filed 2026-11-23T16:01 --reception --rule last_hour_tomorrow --channel post',
            'due 2026-11-25T17:00+07:00',
        ),
    ],
)
def test_the_last_line_is_the_due_date(asked: str, answer: str) -> None:
    code, lines = run(asked)
    assert code == 0
    assert lines[-1] == answer
    assert len(lines) == (2 if '--explain' in asked else 1)


SUPPLEMENT = '--accepted 2026-11-16T09:00 --term 7wd --asked 2026-11-19T10:00 --completed 2026-11-27T15:00'


@pytest.mark.parametrize(
    ('asked', 'hours', 'civil'),
    [
        ('--accepted 2026-08-18T09:00 --term 3wd', '2026-08-21T09:00', '2026-08-21T17:00'),
        ('--accepted 2026-08-20T14:00 --term 3wd', '2026-08-24T14:00', '2026-08-24T17:00'),
        ('--accepted 2026-08-28T09:00 --term 3wd', '2026-09-07T09:00', '2026-09-07T17:00'),
        ('--accepted 2026-11-23T10:00 --term 1wd', '2026-11-25T10:00', '2026-11-25T17:00'),
        ('--accepted 2026-01-01T08:00 --term 1wd', '2026-01-05T17:00', '2026-01-05T17:00'),
        ('--accepted 2026-11-20T17:05 --term 3wd', '2026-11-26T17:00', '2026-11-26T17:00'),
        *((f'--accepted 2026-11-23T{at} --term sameday', *(['2026-11-23T17:00'] * 2)) for at in ('14:59', '15:00')),
        ('--accepted 2026-11-23T15:01 --term sameday', '2026-11-25T17:00', '2026-11-25T17:00'),
        ('--accepted 2026-11-22T09:00 --term sameday', '2026-11-23T17:00', '2026-11-23T17:00'),
        ('--accepted 2026-08-20T10:00 --term 45d', '2026-10-05T17:00', '2026-10-05T17:00'),
        (f'{SUPPLEMENT} --after resume', '2026-12-03T14:00', '2026-12-03T17:00'),
        (SUPPLEMENT, '2026-12-08T15:00', '2026-12-08T17:00'),
        ('--asked 2026-11-20T10:00', '2026-12-14T17:00', '2026-12-14T17:00'),
        ('--filed 2026-11-20T16:00 --reception', '2026-11-23T16:00', '2026-11-23T16:00'),
        ('--filed 2026-11-20T18:30 --reception', '2026-11-23T17:00', '2026-11-23T17:00'),
    ],
)
def test_every_vector_of_the_research_is_worked_out_by_the_command(asked: str, hours: str, civil: str) -> None:
    assert run(asked) == (0, [f'due {hours}+07:00'])
    assert run(f'{asked} --mode civil') == (0, [f'due {civil}+07:00'])


@pytest.mark.parametrize(
    ('asked', 'said'),
    [
        ('--accepted 9999-12-31T10:00 --term 3wd', 'không phải là thời điểm'),
        ('--filed 9999-12-31T10:00 --reception', 'không phải là thời điểm'),
        ('--accepted 0001-01-01T00:00 --term 3wd', 'không phải là thời điểm'),
        ('--accepted 2026-11-23T10:00 --term 9999wh --sessions 07:00-07:01', 'quá xa'),
        ('--accepted 2026-11-23T10:00 --term 3wd --mode minutes', '--mode là hours'),
        ('--accepted 2026-11-23T10:00 --term 3wd --lang fr', '--lang là vi'),
        ('--accepted 2026-11-23T10:00 --term 3wd --asked 2026-11-24T10:00', '--completed'),
        ('--accepted 2026-11-23T10:00 --term 3wd --completed 2026-11-24T10:00', '--asked'),
        (SUPPLEMENT.replace('11-19', '11-13'), 'theo thứ tự'),
        (f'{SUPPLEMENT} --after never', '--after là restart'),
        ('--filed 2026-11-20T16:00', '--reception (hạn'),
        ('--asked 2026-11-20T16:00 --completed 2026-11-27T15:00', '--asked 2026-08-20T14:00 (hạn bổ sung)'),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(asked: str, said: str) -> None:
    code, lines = run(asked)
    assert code == 2 and said in re.sub(r'[^\w:.,()=-]+', ' ', ' '.join(lines))


@pytest.mark.parametrize(
    'asked',
    [
        '',
        '--accepted 2026-08-20T14:00',
        '--term 3wd',
        '--accepted hôm-nay --term 3wd',
        '--accepted 2026-08-20T14:00 --term 3',
        '--accepted 2026-08-20T14:00 --term 3wd --mode minutes',
        '--accepted 2026-08-20T14:00 --term 3wd --sessions 07:30',
        '--accepted 2026-08-20T14:00 --term 3wd --sessions 11:30-07:30',
        '--accepted 2026-08-20T14:00 --term 3wd --sessions 07:00-11:00,10:00-12:00',
        '--accepted 2026-08-20T14:00 --reception',
        '--filed 2026-11-20T16:00',
        '--filed 2026-11-20T16:00 --reception --term 3wd',
        '--filed 2026-11-20T16:00 --accepted 2026-11-20T16:00 --reception',
        '--filed 2026-11-20T16:00 --reception --rule soon',
        '--filed 2026-11-20T16:00 --reception --channel pigeon',
        '--filed 2026-11-20T16:00 --reception --rule same_day --procedure khai-sinh',
        '--accepted 2026-11-20T16:00 --term 3wd --rule same_day',
        '--accepted 2026-11-20T16:00 --term 3wd --channel post',
    ],
)
def test_what_cannot_be_worked_out_is_refused(asked: str) -> None:
    code, lines = run(asked)
    assert code == 2
    assert not any(line.startswith('due ') for line in lines)


def test_every_rule_of_reception_can_be_worked_out_for_every_channel() -> None:
    for rule in presets():
        for channel in Channel:
            code, lines = run(f'--filed 2026-11-23T16:30 --reception --rule {rule} --channel {channel}')
            assert code == 0 and lines[-1].startswith('due 2026-11-25T'), (rule, channel)


def test_a_procedure_has_the_rule_that_this_installation_chose_for_it_or_for_its_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings.database)
    asyncio.run(_choose(settings, {'field:ho-tich': 'same_day'}))
    monkeypatch.setattr(command, 'load', lambda: settings)
    asked = '--filed 2026-11-23T15:01 --reception --procedure'
    assert run(f'{asked} {SPEC["id"]}')[1][-1] == 'due 2026-11-25T07:00+07:00'
    asyncio.run(_choose(settings, {'field:ho-tich': 'same_day', f'procedure:{SPEC["id"]}': 'eight_hours'}))
    assert run(f'{asked} {SPEC["id"]}')[1][-1] == 'due 2026-11-25T15:01+07:00'
    assert run(f'{asked} khong-co')[0] == 2


async def _choose(settings: Settings, rules: dict[str, str]) -> None:
    await open_database(settings.database)
    try:
        await load_into_database(SYSTEM, [ProcedureSpec.model_validate(SPEC)], [])
        async with write() as db:
            await db.merge(Setting(key=CHOSEN, value=rules, changed_at=now()))
    finally:
        await close_database()
