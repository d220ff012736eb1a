"""A receipt carries the place of its act in the chain, and is proved by it later, on the command line too."""

import asyncio
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from app.audit import anchoring
from app.audit.anchor import kept
from app.audit.prove import SHOWN, prove
from app.db import write
from app.documents.queries import documents_of, open_document
from app.dossiers import attachments, commands
from tests.support.world import World, filed, opened

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only: its file lies in the data folder."""
    return 'sqlite'


async def test_the_receipt_of_filing_is_proved_and_a_wrong_or_altered_one_is_not(world: World) -> None:
    one = await filed(world)
    assert one.place and len(one.place.hash) == SHOWN
    proof = await prove(one.place.number, one.place.grouped.upper())
    assert (proof.fault, proof.action, proof.dossier, proof.anchor) == (None, 'submit', one.filing_number, None)
    await anchoring.run_once()
    assert (await prove(one.place.number, one.place.hash)).anchor == 1
    for number, short, fault in (
        (one.place.number, one.place.hash[:-1] + 'g', 'differs'),
        (one.place.number, one.place.hash[:8], 'differs'),
        (one.place.number, '', 'differs'),
        (one.place.number - 1, one.place.hash, 'differs'),
        (9_999, one.place.hash, 'missing'),
    ):
        assert (await prove(number, short)).fault == fault, (number, short)
    async with write() as db:
        await db.execute(text(f'UPDATE event SET to_status = 9 WHERE sequence = {one.place.number}'))
    assert (await prove(one.place.number, one.place.hash)).fault == 'altered'


async def test_form_01_carries_the_place_of_the_acceptance(world: World) -> None:
    one = await filed(world)
    await commands.accept(world.binh, one.dossier_id, 1)
    applicant = opened(world, one)
    [paper] = await documents_of(applicant, one.dossier_id)
    pdf = PdfReader(BytesIO((await open_document(applicant, paper.id)).content))
    words = ' '.join(pdf.pages[0].extract_text().split())
    found = re.search(r'Vị trí trong nhật ký: Số (\d+) – mã ((?:[0-9a-f]{4} ?){4})', words)
    assert found, words[-200:]
    proof = await prove(int(found[1]), found[2])
    assert (proof.fault, proof.action, proof.dossier) == (None, 'accept', one.filing_number)


async def _command(folder: Path, master_key: bytes, *said: str) -> 'subprocess.CompletedProcess[str]':
    env = {**os.environ, 'MOTCUA_DATA_DIR': str(folder), 'MOTCUA_SECRET': master_key.decode()}
    run = [sys.executable, 'main.py', *said]
    return await asyncio.to_thread(
        subprocess.run, run, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=60
    )


async def test_the_command_line_proves_checks_and_names_what_is_wrong(
    world: World, tmp_path: Path, master_key: bytes
) -> None:
    one = await filed(world)
    assert one.place
    await attachments.open_file(world.binh, one.papers[0].id)
    await anchoring.run_once()
    last = await anchoring.made_last()
    assert last
    letter = tmp_path / 'thu.txt'
    letter.write_text('\n'.join(kept(last).lines))
    place = (str(one.place.number), one.place.hash)
    holds = await _command(tmp_path, master_key, 'prove', *place)
    assert holds.returncode == 0 and one.filing_number in holds.stdout and 'Đúng' in holds.stdout, holds.stderr
    opened_by = await _command(tmp_path, master_key, 'paper-reads', one.filing_number)
    assert re.search(r'^1\t.*\tstaff\t\S+@example\.com\tproof$', opened_by.stdout, re.M), opened_by
    whole = await _command(tmp_path, master_key, 'verify-audit', '--anchor', str(letter))
    assert whole.returncode == 0 and f'events {kept(last).events} {last.events_chain}' in whole.stdout, whole.stderr
    async with write() as db:
        await db.execute(text('DELETE FROM anchor'))
        await db.execute(text(f'UPDATE event SET to_status = 9 WHERE sequence = {one.place.number}'))
    wrong = await _command(tmp_path, master_key, 'verify-audit', '--anchor', str(letter))
    assert wrong.returncode == 1 and f'số {one.place.number} đã bị sửa' in wrong.stdout
    assert 'mốc neo: số 1 được giữ bên ngoài không còn trong bảng' in wrong.stdout
    assert (await _command(tmp_path, master_key, 'prove', *place)).returncode == 1
    letter.write_text('không có gì')
    nothing = await _command(tmp_path, master_key, 'verify-audit', '--anchor', str(letter))
    assert nothing.returncode == 1 and 'Không tìm thấy mốc neo' in nothing.stderr and 'Traceback' not in nothing.stderr


def test_a_folder_without_a_database_is_named(tmp_path: Path) -> None:
    command = [sys.executable, 'main.py', 'verify-audit']
    done = subprocess.run(
        command,
        cwd=Path(__file__).parents[2],
        env={**os.environ, 'MOTCUA_DATA_DIR': str(tmp_path / 'none')},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and 'Không có cơ sở dữ liệu' in done.stderr and 'Traceback' not in done.stderr
