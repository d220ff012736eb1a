"""Requests invented from the description: none meets an unexpected error, or an answer that is not described."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pages import api
from pages.api.description import description
from tests.api import house, server
from tests.guarantees.recording import Guarantee, dose
from tests.support.world import ANSWERS

PROMISE = 'G11'
DOSE = dose(4, 60)
"""Requests of each operation that fit the description, and as many that do not."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
INVENTED = settings(
    max_examples=DOSE,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path) -> Iterator[server.Served]:
    """Serve the API on a filled database. One is enough: the story runs on both."""
    file = tmp_path / 'motcua.db'
    file.write_bytes(sqlite_template.read_bytes())
    with server.running(f'sqlite+aiosqlite:///{file}', tmp_path) as one:
        yield one


def operations() -> list[Any]:
    """Return all operations of the description."""
    schema = schemathesis.openapi.from_dict(json.loads(description(api.router)))
    found: list[Any] = list(schema.get_all_operations())
    return [one.ok() for one in found]


def token_for(served: server.Served, operation: Any) -> str | None:
    """Return the token that fits an operation."""
    if operation.method.upper() == 'DELETE' and operation.path.endswith('/token'):
        return served.tokens['spare']
    if '/dossiers/opened' in operation.path:
        return served.tokens['opener']
    if '/webhooks' in operation.path:
        return served.tokens['admin']
    return served.tokens['officer'] if re.search('/(desk|events|files|token)', operation.path) else None


def hints(served: server.Served, operation: Any) -> st.SearchStrategy[tuple[dict[str, str], dict[str, Any]]]:
    """Return ids that exist and parts of bodies that mean something: requests made of chance alone stay at the door."""
    names = set(re.findall(r'{(\w+)}', operation.path)) & served.ids.keys()
    body = {
        'procedure': st.sampled_from(served.ids['slug']),
        'seen_version': st.integers(1, 4),
        'answers': st.dictionaries(st.sampled_from(sorted(ANSWERS)), JSON, min_size=1),
        'url': st.sampled_from([server.HOOK, 'https://elsewhere.example/', 'http://10.0.0.1/']),
        'unit': st.sampled_from(['H55.242', 'H55.243']),
        'acts': st.lists(st.sampled_from(['submit', 'accept', 'invented']), max_size=2),
    }
    ids = st.fixed_dictionaries({name: st.sampled_from(served.ids[name]) for name in sorted(names)})
    return st.tuples(ids, st.just({}) | st.fixed_dictionaries(body))


def test_no_invented_request_is_met_by_an_unexpected_answer(served: server.Served, guarantee: Guarantee) -> None:
    met: Counter[int] = Counter()
    with requests.Session() as session:
        session.trust_env = False
        for operation in operations():
            for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
                _invent(served, operation, mode, session, met)
    assert {200, 201, 204, 400, 401, 404, 409, 422} <= met.keys(), met
    assert met.total() >= DOSE * len(operations())
    refused = sum(count for status, count in met.items() if status >= 400)
    guarantee(
        PROMISE,
        happened=met.total(),
        unit='requests invented by schemathesis',
        fault=f'bodies, parameters and ids made of chance for each of {len(operations())} operations of the API, half of '
        f'them against its description; {refused} had to be refused',
        outcome=f'0 unexpected errors, 0 answers that the description does not know ({_told(met)})',
    )


def _told(met: Counter[int]) -> str:
    return ', '.join(f'{status}: {count}' for status, count in sorted(met.items()))


def _invent(served: server.Served, operation: Any, mode: Any, session: requests.Session, met: Counter[int]) -> None:
    token = token_for(served, operation)
    headers = {'Host': house.URL.removeprefix('http://')} | ({'Authorization': f'Bearer {token}'} if token else {})

    def send(case: Any, hinted: tuple[dict[str, str], dict[str, Any]]) -> None:
        ids, parts = hinted
        case.path_parameters = {**(case.path_parameters or {}), **ids}
        if isinstance(case.body, dict):
            case.body |= {key: value for key, value in parts.items() if key in case.body}
        response = case.call(base_url=served.url, session=session, headers=headers)
        met[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    INVENTED(given(operation.as_strategy(mode), hints(served, operation))(send))()
