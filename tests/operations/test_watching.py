"""What watches the service is told enough, and nobody else; nothing of it is about a person."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from nicegui import Client
from sqlalchemy import text, update

from app import jobs, notifications
from app.clock import now
from app.db import read, write
from app.dossiers import quarantine
from app.limits import forget_all
from app.notifications.outbox import enqueue
from app.operations import figures, health
from app.operations.meter import Histogram, meter, probe
from app.settings import Settings
from models import Attachment
from models.enums import AttachmentState
from pages import health as page
from pages.admin import home
from pages.hardening.layers import KnownHost
from pages.hardening.measured import Measured
from pages.visitor import Visitor
from tests.support import world as municipality
from tests.support.world import World, filed

TOKEN = 'a token of twenty-six letters'


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def world(database: None, tmp_path: Path) -> AsyncIterator[World]:
    await forget_all()
    notifications.use_settings(Settings(data_dir=tmp_path, metrics_token=TOKEN, disk_reserve_mb=0))
    figures.forget()
    page._last = (float('-inf'), [])
    yield await municipality.build(tmp_path)
    notifications.use_settings(Settings())


def client(address: str = '127.0.0.1', host: str = '127.0.0.1:8080') -> httpx.AsyncClient:
    root = FastAPI()
    root.include_router(page.router)
    root.add_middleware(KnownHost, url='https://motcua.xa.gov.vn', check=True)
    root.add_middleware(Measured)
    return httpx.AsyncClient(transport=httpx.ASGITransport(root, client=(address, 1)), base_url=f'http://{host}')


async def test_the_figures_are_prometheus_text_with_all_that_matters(world: World) -> None:
    await filed(world)
    await probe()
    async with client() as http:
        await http.get('/healthz')
        text = (await http.get('/metrics')).text
    for name in (
        'requests_total{method="GET",status="2xx"}', 'request_seconds_count', 'loop_lag_seconds_count', 'outbox_messages',
        'outbox_age_seconds', 'dossiers{status="registered"}', 'backup_scheduled', 'quarantine_files',
        'quarantine_age_seconds', 'clients_connected', 'memory_bytes', 'disk_free_bytes',
    ):  # fmt: skip
        assert f'motcua_{name} ' in text, name
    assert 'motcua_dossiers{status="registered"} 1\n' in text
    line = re.compile(r'# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+')
    assert [one for one in text.splitlines() if not line.fullmatch(one)] == []


async def test_the_figures_say_nothing_of_a_person(world: World) -> None:
    one = await filed(world)
    async with client() as http:
        await http.get('/ho-so/079123456789?ten=Nguyễn')
        text = (await http.get('/metrics')).text
    names = re.sub(r' \S+$', '', text, flags=re.MULTILINE)  # a figure of many digits may hold any four
    for private in ('Nguy', '0791', '@', 'ho-so', one.dossier_id, '127.0.0.1'):
        assert private not in names
    assert '079123456789' not in text


async def test_only_this_machine_or_the_token_may_look(world: World) -> None:
    async with client() as http:
        assert (await http.get('/metrics')).status_code == 200
        for passed_on in ('X-Forwarded-For', 'Forwarded', 'Via'):
            assert (await http.get('/metrics', headers={passed_on: '10.1.1.1'})).status_code == 404
        assert (await http.get('/metrics', headers={'Host': 'motcua.xa.gov.vn'})).status_code == 404
    async with client('10.1.1.1', 'motcua.xa.gov.vn') as http:
        assert (await http.get('/metrics')).status_code == 404
        assert (await http.get('/metrics', headers={'Authorization': 'Bearer wrong'})).status_code == 404
        assert (await http.get('/metrics', headers={'Authorization': f'Bearer {TOKEN}'})).status_code == 200
        assert (await http.get('/readyz')).json() == {'status': 'ready'}


async def test_ready_names_what_was_looked_at(world: World) -> None:
    async with client() as http:
        answer = await http.get('/readyz')
    assert answer.status_code == 200
    assert set(answer.json()['checks']) == {'database', 'writer', 'disk', 'outbox', 'scanner', 'backup'}


async def test_a_full_disk_and_a_held_writer_make_it_unavailable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(health, 'free_bytes', lambda: -1)
        async with client() as http:
            answer = await http.get('/readyz')
    assert (answer.status_code, answer.json()['checks']['disk']) == (503, 'failed')
    monkeypatch.setattr(health, 'PATIENCE', 1.0)
    async with write():
        found = {check.name: check.ok for check in await health.checks()}
    assert (found['database'], found['writer']) == (True, False)


async def test_mail_that_does_not_leave_is_told_and_stops_nobody(world: World) -> None:
    async with write() as db:
        one = await enqueue(db, template='test_mail', recipient='a@xa.vn', lang='vi', data={})
        one.next_try_at = now() - timedelta(hours=2)
    assert (await health.outbox()).age > timedelta(hours=1)
    async with client() as http:
        answer = await http.get('/readyz')
    assert (answer.status_code, answer.json()['checks']['outbox']) == (200, 'failed')


async def test_files_that_wait_for_a_silent_scanner_are_told_and_stop_nobody(world: World, live_page: Client) -> None:
    await filed(world)
    for minutes, is_told in ((2, False), (20, True)):
        async with write() as db:
            since = now() - timedelta(minutes=minutes)
            await db.execute(update(Attachment).values(state=AttachmentState.QUARANTINED, uploaded_at=since))
        figures.forget()
        page._last = (float('-inf'), [])
        async with client() as http:
            answer, text = await http.get('/readyz'), (await http.get('/metrics')).text
        assert (answer.status_code, answer.json()['checks']['scanner']) == (200, 'failed' if is_told else 'ok')
        assert 'motcua_quarantine_files 1\n' in text
        assert re.search(rf'motcua_quarantine_age_seconds {minutes * 60 // 100}\d\d\n', text)
        with live_page:
            said = ' '.join(str(one) for one in await home._state(Visitor(), world.binh))
        assert ('Máy quét vi-rút không trả lời' in said) is is_told


async def test_strange_methods_do_not_fill_the_memory(world: World) -> None:
    async with client() as http:
        for number in range(20):
            await http.request(f'STRANGE{number}', '/healthz')
    assert {method for method, _ in meter.requests} <= {
        'GET',
        'HEAD',
        'POST',
        'PUT',
        'PATCH',
        'DELETE',
        'OPTIONS',
        'OTHER',
    }


def test_buckets_sum_up() -> None:
    one = Histogram()
    for seconds in (0.001, 0.02, 30.0):
        one.add(seconds)
    lines = list(one.lines('x'))
    assert lines[0] == 'x_bucket{le="0.005"} 1'
    assert lines[-3:] == ['x_bucket{le="+Inf"} 3', 'x_sum 30.021000', 'x_count 3']


def test_the_lag_is_measured_while_it_serves() -> None:
    assert {'lag', 'backup', 'backup-watch'} <= set(jobs.LOOPS)


async def test_what_waits_for_the_scanner_is_found_by_its_own_small_index(world: World) -> None:
    """Asked every minute, it must not read every file that there is."""
    for query in (quarantine.COUNTED, quarantine.OLDEST_FIRST):
        async with read() as db:
            plan = str((await db.execute(text(f'EXPLAIN QUERY PLAN {query}'))).all())
        assert 'ix_attachment_waiting' in plan, plan
