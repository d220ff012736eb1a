"""The form of answers and refusals: problem documents, languages, limits, the description."""

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest

from app import errors, papers
from app.access import Permission
from app.dossiers import feed
from app.errors import AppError, Invalid, Problem
from app.i18n import catalogue
from app.workflow.transitions import TRANSITIONS, Action, Who
from pages import api, problem
from pages.api import catalogue as listing
from pages.api.description import REASONS, description
from pages.plain_error import status_of
from tests.api.house import Program, picture, program_of
from tests.support.world import World, filed


@pytest.fixture
def dialect() -> str:
    """Run on SQLite only."""
    return 'sqlite'


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and description of all operations."""
    for path, methods in json.loads(description(api.router))['paths'].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def kinds() -> list[type[AppError]]:
    """Return every kind of expected refusal."""
    return [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, AppError)]


@pytest.mark.parametrize('kind', kinds())
async def test_every_refusal_is_answered_with_a_documented_status(
    world: World, guest: Program, kind: type[AppError], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        values: dict[str, Any] = (
            {'minutes': 3} if kind is errors.TooMany else {'number': 'X'} if kind is AppError else {}
        )
        raise kind({'page': Problem('error.invalid')}) if kind is Invalid else kind(**values)

    monkeypatch.setattr(listing.queries, 'search', refuse)
    answer = await guest.call('GET', '/procedures', headers={'Accept-Language': 'en'})
    body = answer.json()
    assert answer.status_code == body['status'] == status_of(kind({}) if kind is Invalid else kind())
    assert answer.status_code in REASONS and answer.headers['content-type'] == 'application/problem+json'
    assert body['type'] == f'urn:motcua:{kind.default_key}' and body['title'] and body['detail']
    assert ('problems' in body) is (kind is Invalid)
    assert answer.headers.get('retry-after') == ('180' if kind is errors.TooMany else None)


def test_each_operation_says_how_it_may_be_refused_and_who_may_call_it() -> None:
    found = list(operations())
    assert len(found) > 35 and len({o['operationId'] for _, _, o in found}) == len(found)
    for method, path, operation in found:
        assert {str(code) for code in REASONS} <= operation['responses'].keys(), path
        refusal = operation['responses']['409']['content']
        assert refusal == {problem.MEDIA_TYPE: {'schema': {'$ref': '#/components/schemas/Problem'}}}
        is_closed = operation.get('security') == [{'token': []}]
        assert is_closed is path.startswith(
            (
                '/api/v1/desk',
                '/api/v1/dossiers/opened',
                '/api/v1/events',
                '/api/v1/files',
                '/api/v1/token',
                '/api/v1/webhooks',
            )
        ), f'{method} {path}'


def test_every_act_of_an_officer_in_the_table_is_an_operation() -> None:
    by_person = {Action.REISSUE_SECRET}  # needs somebody who proves who they are
    acts = {line.action for line in TRANSITIONS if line.who is Who.OFFICER} - by_person
    desk = {path.rpartition('/')[2] for _, path, _ in operations() if path.startswith('/api/v1/desk/dossiers/')}
    assert {str(act) for act in acts} <= desk


def test_every_word_of_a_refusal_exists() -> None:
    assert {f'api.title_{code}' for code in problem.TITLED} <= catalogue().keys()
    assert {one.default_key for one in kinds()} <= catalogue().keys()


async def test_the_description_is_served_here_and_names_no_other_host(world: World, guest: Program) -> None:
    answer = await guest.call('GET', '/openapi.json')
    assert answer.headers['content-type'] == 'application/json' and answer.json()['openapi'] == '3.1.0'
    assert 'http' not in answer.text.replace('"type": "http"', '')


@pytest.mark.parametrize(
    ('wanted', 'lang'),
    [
        ('', 'vi'),
        ('en', 'en'),
        ('en-GB,en;q=0.9', 'en'),
        ('fr', 'vi'),
        ('fr, en;q=0.5', 'en'),
        ('en;q=0.4, vi;q=0.8', 'vi'),
        ('en;q=0', 'vi'),
        ('en;q=x', 'en'),
        (';;,,q=', 'vi'),
    ],
)
async def test_refusals_speak_the_language_that_was_asked_for(
    world: World, guest: Program, wanted: str, lang: str
) -> None:
    answer = await guest.call('GET', '/procedures/khong-co', headers={'Accept-Language': wanted})
    assert answer.headers['content-language'] == lang
    assert answer.json()['detail'] == catalogue()['error.not_found'][lang]


async def test_what_does_not_fit_the_description_is_named(world: World, guest: Program) -> None:
    english = {'Accept-Language': 'en'}
    answer = await guest.call('POST', '/drafts', json={'procedur': 'x'}, headers=english)
    assert answer.status_code == 422
    assert answer.json()['problems'] == {'procedure': 'Missing.', 'procedur': 'There is no such item.'}
    answer = await guest.call('GET', '/procedures', params={'page': 0}, headers=english)
    assert answer.json()['problems'] == {'page': 'Must be 1 or more.'}
    token = await guest.draft(world.spec.id, picture(2_000))
    answer = await guest.call('POST', f'/drafts/{token}/submit', json={'declared': True})
    assert answer.json()['problems'] == {'Idempotency-Key': 'Còn thiếu.'}
    answer = await guest.call('POST', '/drafts', content=b'{"procedure": ')
    assert answer.status_code == 422
    answer = await guest.call('POST', '/drafts', content=b'\xff' * 9, headers={'Content-Type': 'application/json'})
    assert answer.status_code == 400 and answer.headers['content-type'] == 'application/problem+json'


async def test_unknown_addresses_methods_and_hosts_are_problem_documents(world: World, guest: Program) -> None:
    for method, path, status in (
        ('GET', '/nothing', 404),
        ('PUT', '/drafts', 405),
        ('GET', '/desk/dossiers/short', 401),
        ('GET', '/drafts/not-a-token', 404),
        ('GET', '/dossiers/%00%00%00%00%00%00', 404),
    ):
        answer = await guest.call(method, path)
        assert (answer.status_code, answer.json()['status']) == (status, status), path
        assert answer.headers['content-type'] == 'application/problem+json'


async def test_every_kind_of_refusal_comes_as_a_problem_document_in_both_languages(
    world: World, guest: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {'content': b'\xff' * 9, 'headers': {'Content-Type': 'application/json'}}
    asked: list[tuple[int, str, str, dict[str, Any]]] = [
        (400, 'POST', '/drafts', broken),
        (401, 'GET', '/desk/dossiers', {}),
        (401, 'GET', '/token', {'headers': {'Authorization': 'Bearer mct_wrong'}}),
        (401, 'GET', '/token', {'headers': {'Authorization': 'Basic eA=='}}),
        (403, 'POST', '/drafts', {'json': {'procedure': 'x'}, 'headers': {'Cookie': 'a=b'}}),
        (403, 'POST', '/drafts', {'json': {'procedure': 'x'}, 'headers': {'Origin': 'https://elsewhere.example'}}),
        (404, 'GET', '/nothing', {}),
        (404, 'GET', '/dossiers/N55.242-261121-9999', {}),
        (405, 'PUT', '/drafts', {}),
        (413, 'POST', '/drafts', {'content': b'x' * 1_100_000, 'headers': {'Content-Type': 'application/json'}}),
        (422, 'POST', '/drafts', {'json': {}}),
        (500, 'GET', '/procedures', {}),
    ]

    async def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(listing.queries, 'search', fail)
    for lang in ('vi', 'en'):
        for status, method, path, options in asked:
            headers = {'Accept-Language': lang, **options.get('headers', {})}
            answer = await guest.call(method, path, **{**options, 'headers': headers})
            body = answer.json()
            assert (answer.status_code, body['status']) == (status, status), (path, answer.text)
            assert answer.headers['content-type'] == problem.MEDIA_TYPE, path
            assert answer.headers['content-language'] == lang, path
            assert body['title'] == catalogue()[f'api.title_{status}'][lang], path
            key = body['type'].removeprefix('urn:motcua:')
            assert body['detail'].partition('{')[0][:12] == catalogue()[key][lang][:12], path


async def test_an_incident_is_a_problem_document_with_a_number(
    world: World, guest: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ValueError('079123456789')

    monkeypatch.setattr(listing.queries, 'search', fail)
    answer = await guest.call('GET', '/procedures')
    assert answer.status_code == 500 and answer.json()['type'] == 'urn:motcua:shell.incident'
    assert '079' not in answer.text


async def test_only_papers_may_be_large(world: World, guest: Program) -> None:
    token = await guest.draft(world.spec.id, picture(2_000))
    large = {'answers': {'reason': 'x' * 1_100_000}}
    answer = await guest.call('PATCH', f'/drafts/{token}/answers', json=large)
    assert answer.status_code == 413 and answer.headers['content-type'] == 'application/problem+json'
    paper = f'/drafts/{token}/documents/card'
    answer = await guest.call('POST', paper, files={'file': ('x.png', b'x' * (papers.SIZE_LIMIT + 1))})
    assert (answer.status_code, answer.json()['type']) == (422, 'urn:motcua:papers.too_large')
    answer = await guest.call('POST', paper, files={'file': ('x.png', b'x' * (papers.SIZE_LIMIT + 200_000))})
    assert answer.status_code == 413
    assert (await guest.call('POST', paper, files={'file': ('x.png', picture(1_200_000))})).status_code == 201


async def test_a_paper_is_taken_out_of_a_draft(world: World, guest: Program) -> None:
    token = await guest.draft(world.spec.id, picture(2_000))
    file = (await guest.ok('GET', f'/drafts/{token}'))['files'][0]['id']
    await guest.ok('DELETE', f'/drafts/{token}/files/{file}')
    assert (await guest.ok('GET', f'/drafts/{token}'))['files'] == []
    assert (await guest.call('DELETE', f'/drafts/{token}/files/{file[::-1]}')).status_code == 404


async def test_an_answer_that_cannot_be_read_is_kept_and_named(world: World, guest: Program) -> None:
    token = await guest.draft(world.spec.id, picture(2_000))
    saved = await guest.ok('PATCH', f'/drafts/{token}/answers', json={'answers': {'email': 'không phải thư'}})
    assert saved['answers'] == {'email': None} and 'email' in saved['problems']
    assert 'email' in (await guest.ok('GET', f'/drafts/{token}'))['problems']
    answer = await guest.call('PATCH', f'/drafts/{token}/answers', json={'answers': {'invented': 'x'}})
    assert answer.status_code == 404


async def test_whoever_decides_on_an_old_version_is_told(world: World, guest: Program) -> None:
    one = await filed(world)
    binh = await program_of(world.binh, guest.http)
    path = f'/desk/dossiers/{one.dossier_id}'
    await binh.ok('POST', f'{path}/accept', json={'seen_version': 1})
    for action, body, status, kind in (
        ('accept', {'seen_version': 1}, 409, 'error.stale'),
        ('accept', {'seen_version': 2}, 409, 'error.wrong_state'),
        ('forward', {}, 422, 'api.wrong_request'),
        ('send_back', {'seen_version': 2, 'reason': ' '}, 422, 'workflow.note_needed'),
    ):
        answer = await binh.call('POST', f'{path}/{action}', json=body)
        assert (answer.status_code, answer.json()['type']) == (status, f'urn:motcua:{kind}')


async def test_the_feed_is_read_on_from_where_it_ended_and_keeps_words_for_those_who_may_read_papers(
    world: World, guest: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await filed(world)
    binh = await program_of(world.binh, guest.http)
    plain = await program_of(world.binh, guest.http, (Permission.DOSSIER_READ,))
    refusal = {'seen_version': 1, 'reason': 'Không thuộc thẩm quyền'}
    await binh.ok('POST', f'/desk/dossiers/{one.dossier_id}/refuse', json=refusal)
    first = await binh.ok('GET', '/events', params={'limit': 1})
    assert [e['action'] for e in first['events']] == ['submit'] and first['more']
    rest = await binh.ok('GET', '/events', params={'after': first['next']})
    assert [(e['action'], e['note'], e['to_status']) for e in rest['events']] == [('refuse', refusal['reason'], 3)]
    assert not rest['more'] and (await binh.ok('GET', '/events', params={'after': rest['next']}))['events'] == []
    quiet = (await plain.ok('GET', '/events'))['events']
    assert len(quiet) == 2 and {e['note'] for e in quiet} == {None} and {e['data'] for e in quiet} == {None}
    monkeypatch.setattr(feed, 'WINDOW', 1)
    steps: list[str] = []
    after = 0
    while True:
        page = await binh.ok('GET', '/events', params={'after': after})
        steps, after = [*steps, *(e['action'] for e in page['events'])], page['next']
        if not page['more']:
            break
    assert steps == ['submit', 'refuse']
