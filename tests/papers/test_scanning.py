"""The scanner is believed only where it clearly is one: in every other case a file counts as not scanned, soon, and without noise."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import pytest

from app import scanning
from app.scanning import CLEAN, TEST_VIRUS, UNKNOWN, Outcome
from tests.support import clamd as support
from tests.support.clamd import MARK, Clamd, Mood, impatient
from tests.support.lateness import watching_the_loop


@pytest.fixture(params=['port', 'socket'])
async def clamd(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Clamd]:
    async with support.running(str(tmp_path / 'c') if request.param == 'socket' else None) as running:
        scanning.use_clamd(running.address)
        yield running
    scanning.use_clamd('')


async def test_without_a_scanner_nothing_is_asked() -> None:
    scanning.use_clamd('')
    assert await scanning.scan(TEST_VIRUS) == CLEAN and not scanning.is_configured()


async def test_a_virus_is_told_from_a_paper_and_every_byte_arrives(clamd: Clamd) -> None:
    paper = os.urandom(300_000)
    assert await scanning.scan(paper) == CLEAN
    assert clamd.scanned[-1] == paper
    found = await scanning.scan(paper + MARK)
    assert (found.outcome, found.virus) == (Outcome.INFECTED, 'Made.Up-1')
    assert await scanning.scan(b'') == CLEAN


@pytest.mark.parametrize('mood', [mood for mood in get_args(Mood) if mood != 'well'])
async def test_a_scanner_that_fails_in_any_way_calls_nothing_clean(clamd: Clamd, mood: Mood) -> None:
    assert await scanning.scan(b'paper') == CLEAN, 'it worked'
    clamd.mood = mood
    scanning.use_clamd(clamd.address)
    begun = time.monotonic()
    with impatient():
        verdict = await scanning.scan(b'paper')
    assert verdict == UNKNOWN and time.monotonic() - begun < 5
    assert clamd.connections >= 4, 'it was asked'


async def test_nobody_waits_twice_for_a_scanner_that_hangs_and_it_is_believed_again_when_it_works(clamd: Clamd) -> None:
    clamd.mood = 'hangs'
    with impatient():
        assert await scanning.scan(b'paper') == UNKNOWN
    asked, begun = clamd.connections, time.monotonic()
    assert await scanning.scan(b'paper') == UNKNOWN
    assert clamd.connections == asked and time.monotonic() - begun < scanning.PATIENCE / 4
    clamd.mood = 'well'
    assert await scanning.scan(b'paper', insist=True) == CLEAN
    assert await scanning.scan(b'paper') == CLEAN


async def test_a_scanner_that_is_not_there_opens_nothing(tmp_path: Path) -> None:
    for address in (str(tmp_path / 'none'), '127.0.0.1:1', 'no.such.host.invalid:3310'):
        scanning.use_clamd(address)
        with impatient():
            assert await scanning.scan(b'paper') == UNKNOWN
    scanning.use_clamd('')


async def test_what_is_larger_than_the_scanner_takes_is_not_scanned(clamd: Clamd) -> None:
    clamd.limit = 100_000
    assert await scanning.scan(os.urandom(5_000_000)) == UNKNOWN


async def test_many_at_once_take_turns_and_the_service_goes_on(clamd: Clamd) -> None:
    async with watching_the_loop() as late:
        verdicts = await asyncio.gather(*(scanning.scan(os.urandom(2_000_000)) for _ in range(20)))
    assert set(verdicts) == {CLEAN} and late.own < 0.5


@pytest.mark.parametrize(
    ('text', 'good'),
    [
        ('/run/clamd', True),
        ('127.0.0.1:3310', True),
        ('[::1]:3310', True),
        ('clamd', False),
        (':3310', False),
        ('a:0', False),
        ('a:b', False),
    ],
)
def test_an_address_is_a_path_or_a_host_with_a_port(text: str, good: bool) -> None:
    assert scanning.is_address(text) is good
