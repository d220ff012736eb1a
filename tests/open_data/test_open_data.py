"""Open data: files that say what the pages say, with a schema that holds, a true day of change, and nobody in them."""

import asyncio
import csv
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select

from app import notifications
from app.access import SYSTEM
from app.clock import VIETNAM, pretend
from app.db import write
from app.i18n import words
from app.limits import forget_all
from app.open_data import folder
from app.open_data.datasets import DATASETS, Dataset, register
from app.procedures.commands import load_into_database
from app.settings import Settings
from app.statistics import published
from app.statistics.measures import Change
from app.statistics.published import FEWEST
from app.statistics.slices import Cells, write_cells
from models import Feedback, Procedure
from models.feedback import Disclosure, FeedbackAbout, FeedbackState
from tests.public import site
from tests.support.world import World

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=VIETNAM)
TYPES: dict[str, Any] = {
    'string': str,
    'integer': int,
    'number': (int, float),
    'boolean': bool,
    'date': str,
    'array': list,
}


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def visitor(world: World, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    notifications.use_settings(Settings(base_url='http://test', data_dir=tmp_path))
    published.forget()
    await forget_all()
    with pretend(NOW):
        async with AsyncClient(transport=ASGITransport(site.application()), base_url='http://test') as client:
            yield client


async def _worked(unit: str, procedure: str, day: date, number: int) -> None:
    """Count what nobody did: filed at the counter and resolved on time."""
    cells = Cells()
    cells.add(unit, procedure, [Change(day, {'received_counter': number, 'on_time': number})])
    async with write() as db:
        await write_cells(db, cells)


async def _procedure(world: World, slug: str, **changes: object) -> str:
    spec = world.spec.model_copy(update={'id': slug, 'code': None, **changes})
    await load_into_database(SYSTEM, [spec], [])
    async with write() as db:
        return str(await db.scalar(select(Procedure.id).where(Procedure.slug == slug)))


async def _rows(visitor: AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await visitor.get(f'/du-lieu-mo/{path}')
    assert answer.status_code == 200
    return list(answer.json())


async def test_every_file_keeps_its_schema_and_csv_says_what_json_says(world: World, visitor: AsyncClient) -> None:
    many = await _procedure(world, 'viec-nhieu')
    for day in (date(2026, 10, 5), date(2026, 11, 2)):
        await _worked(world.unit.id, many, day, 7)
    package = (await visitor.get('/du-lieu-mo/datapackage.json')).json()
    paths = {one['path'] for one in package['resources']}
    assert paths >= {'thu-tuc.csv', 'giai-quyet-theo-ngay/2026-10.csv', 'giai-quyet-theo-thu-tuc/2026.json'}
    assert package['licenses'][0]['name'] == 'CC-BY-4.0'
    for one in package['resources']:
        answer = await visitor.get(f'/du-lieu-mo/{one["path"]}')
        assert (
            one['bytes'] == len(answer.content)
            and one['hash'] == 'sha256:' + hashlib.sha256(answer.content).hexdigest()
        )
        if one['format'] == 'csv':
            continue
        fields = (await visitor.get(f'/du-lieu-mo/{one["schema"]}')).json()['fields']
        rows = answer.json()
        assert len(rows) == one['rows'] > 0
        for row in rows:
            assert list(row) == [field['name'] for field in fields]
            for field in fields:
                value = row[field['name']]
                assert isinstance(value, TYPES[field['type']]) or (value is None and 'constraints' not in field)
        table = (await visitor.get(f'/du-lieu-mo/{one["path"].removesuffix("json")}csv')).text.lstrip('\ufeff')
        assert [_as_text(row) for row in rows] == list(csv.DictReader(StringIO(table)))


def _as_text(row: dict[str, Any]) -> dict[str, str]:
    def text(value: object) -> str:
        if isinstance(value, (bool, list)):
            return json.dumps(value, ensure_ascii=False)
        return '' if value is None else str(value)

    return {name: text(value) for name, value in row.items()}


async def test_only_days_and_months_that_are_over_are_told_and_nothing_small_or_private(
    world: World, visitor: AsyncClient
) -> None:
    many, few = await _procedure(world, 'viec-nhieu'), await _procedure(world, 'viec-it')
    private = await _procedure(world, 'viec-rieng', sensitive=True)
    october = date(2026, 10, 5)
    for procedure, number in ((many, 30), (few, FEWEST - 1), (private, 40)):
        await _worked(world.unit.id, procedure, october, number)
    await _worked(world.unit.id, many, NOW.date(), 3)
    months = await _rows(visitor, 'giai-quyet-theo-thu-tuc/2026.json')
    assert [(row['procedure'], row['on_time']) for row in months] == [('viec-nhieu', 30), (None, FEWEST - 1 + 40)]
    days = await _rows(visitor, 'giai-quyet-theo-ngay/2026-10.json')
    assert [(row['day'], row['unit'], row['received_counter']) for row in days] == [
        ('2026-10-05', world.unit.code, 30 + FEWEST - 1 + 40)
    ]
    assert await _rows(visitor, 'giai-quyet-theo-ngay/2026-11.json') == []
    for path in (
        'giai-quyet-theo-ngay/2026-12.json',
        'giai-quyet-theo-thu-tuc/2025.csv',
        '../motcua.db',
        'x/../../secret.key',
    ):
        assert (await visitor.get(f'/du-lieu-mo/{path}')).status_code == 404


async def test_files_may_be_read_from_other_sites_and_are_sent_once(world: World, visitor: AsyncClient) -> None:
    for path in ('thu-tuc.csv', 'thu-tuc.schema.json', 'datapackage.json', 'dcat.jsonld'):
        first = await visitor.get(f'/du-lieu-mo/{path}')
        assert first.headers['access-control-allow-origin'] == '*'
        assert first.headers['cross-origin-resource-policy'] == 'cross-origin'
        again = await visitor.get(f'/du-lieu-mo/{path}', headers={'If-None-Match': first.headers['etag']})
        assert again.status_code == 304 and not again.content
    for path in ('/du-lieu-mo', '/du-lieu-mo/thu-tuc', '/thong-ke/so-lieu.json', '/'):
        assert 'access-control-allow-origin' not in (await visitor.get(path)).headers


async def test_many_who_ask_first_have_the_files_made_once(
    visitor: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    write_part = folder._write

    def counted(dataset: Dataset, part: str, *rest: Any) -> Any:
        made.append(f'{dataset.key}/{part}')
        return write_part(dataset, part, *rest)

    monkeypatch.setattr(folder, '_write', counted)
    found = await asyncio.gather(*(folder.files() for _ in range(5)))
    assert made and len(made) == len(set(made)) and all(found)


async def test_a_file_keeps_its_day_until_its_content_is_another(world: World, visitor: AsyncClient) -> None:
    before = {one.path: one for one in await folder.files()}
    with pretend(NOW + timedelta(hours=5)):
        await _procedure(world, 'viec-moi')
        await folder.keep_fresh()
        after = {one.path: one for one in await folder.files()}
    assert after['thu-tuc.csv'].rows == before['thu-tuc.csv'].rows + 1
    assert after['thu-tuc.csv'].changed_at > before['thu-tuc.csv'].changed_at
    with pretend(NOW + timedelta(days=1)):
        await folder.keep_fresh()
        assert {one.path: one.changed_at for one in await folder.files()} == {p: f.changed_at for p, f in after.items()}


async def test_the_pages_list_what_there_is_in_both_languages(world: World, visitor: AsyncClient) -> None:
    await _worked(world.unit.id, await _procedure(world, 'viec-nhieu'), date(2026, 10, 5), 7)
    page = (await visitor.get('/du-lieu-mo', headers={'Accept-Encoding': ''})).text
    for path in ('thu-tuc.csv', 'thu-tuc.json', 'giai-quyet-theo-ngay/2026-11.csv', 'datapackage.json', 'dcat.jsonld'):
        assert f'href="/du-lieu-mo/{path}"' in page
    assert '<script' not in page and len((await visitor.get('/du-lieu-mo')).content) < 60_000
    one = (await visitor.get('/du-lieu-mo/giai-quyet-theo-ngay', headers={'Cookie': 'lang=en'})).text
    assert 'received_counter' in one and 'giai-quyet-theo-ngay/2026-10.csv' in one and 'Filed at the counter' in one
    catalogue = (await visitor.get('/du-lieu-mo/dcat.jsonld')).json()
    assert {one['@id'].rpartition('/')[2] for one in catalogue['dcat:dataset']} == set(DATASETS) - {'hoi-dap-phan-anh'}


async def test_published_answers_are_given_as_they_were_published_and_others_not(
    world: World, visitor: AsyncClient
) -> None:
    async with write() as db:
        for number, state in enumerate((FeedbackState.PUBLISHED, FeedbackState.ANSWERED)):
            db.add(_feedback(world, number, state))
    assert [row['subject'] for row in await _rows(visitor, 'hoi-dap-phan-anh/2026.json')] == ['Đã đăng']
    text = (await visitor.get('/du-lieu-mo/hoi-dap-phan-anh/2026.csv')).text
    assert 'Trả lời công khai' in text and '2026-11-16' in text
    for private in ('Riêng', 'PA-261116', 'bí mật'):
        assert private not in text


def _feedback(world: World, number: int, state: FeedbackState) -> Feedback:
    return Feedback(
        code=f'PA-261116-000{number}', secret_nonce=f'bí mật {number}', once=str(number), about=FeedbackAbout.QUESTION,
        disclosure=Disclosure.NAMED, state=state, unit_id=world.unit.id, words_sealed='Riêng', identity_sealed='Riêng',
        answer='Riêng', sent_at=NOW, answer_due_at=NOW, published_at=NOW, public_subject='Đã đăng',
        public_text='Hỏi công khai', public_answer='Trả lời công khai',
    )  # fmt: skip


def test_every_dataset_has_its_words_and_a_key_is_given_once() -> None:
    for dataset in DATASETS.values():
        for lang in ('vi', 'en'):
            t = words(lang)
            assert t(dataset.words) and t(f'{dataset.words}_about') and all(t(one.words) for one in dataset.columns)
        assert set(dataset.primary) <= {one.name for one in dataset.columns}
        with pytest.raises(ValueError, match=dataset.key):
            register(_other(dataset))
        assert DATASETS[dataset.key] is dataset


def _other(dataset: Dataset) -> Dataset:
    return replace(dataset)
