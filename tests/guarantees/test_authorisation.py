"""Who may do what: every command, screen and address stands in one table, and does what the table says."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.limits import forget_all
from models.enums import Role
from pages import collect
from tests.guarantees.authorisation_lab import DONE, OTHERWISE, REFUSED, STATES, Lab, all_addresses, all_commands
from tests.guarantees.conftest import HOME
from tests.guarantees.life import with_draft_shown
from tests.guarantees.recording import FULL, Guarantee, say
from tests.guarantees.visit import House
from tests.support import world as municipality

PROMISE = 'G12'
TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / 'authorisation.yaml').read_text('utf-8'))
OUTSIDE = {
    'guest',
    'citizen',
    'intake elsewhere',
    'leader elsewhere',
    'admin elsewhere',
    'admin',
    'applicant of another',
}
"""Who must not even learn that a dossier exists."""
GAPS = ('token', 'document_id', 'dossier_id', 'file_id', 'kind', 'webhook_id', 'delivery_id', 'feedback_id', 'photo_id')
"""Ids in addresses, filled with what does not exist."""
SHARE = 10
"""A small dose tries every so-many-th pair of command and person."""


@pytest.fixture
def dialect() -> str:
    """What is allowed does not hang on the database."""
    return 'sqlite'


def people(names: list[str]) -> set[str]:
    """Return the people of a list in which groups may stand."""
    return {who for name in names for who in (people(TABLE['groups'][name]) if name in TABLE['groups'] else {name})}


def test_a_command_screen_or_address_that_is_not_declared_fails_the_build() -> None:
    assert set(all_commands()) == set(TABLE['commands'])
    assert {route.path for route in collect().routes} == set(TABLE['screens'])
    declared = [address for addresses in TABLE['addresses'].values() for address in addresses]
    assert all_addresses() == set(declared)
    assert len(declared) == len(set(declared))


@pytest.fixture
async def lab(database: None, tmp_path: Path) -> AsyncIterator[Lab]:
    """Everybody, and a dossier in every state."""
    await forget_all()
    made = Lab(await with_draft_shown(await municipality.build(tmp_path)))
    await made.prepare()
    yield made


def tries() -> Iterator[tuple[str, str | None]]:
    """Yield every command; those on dossiers with every state."""
    for name, may in TABLE['commands'].items():
        yield from ((name, state) for state in (STATES if isinstance(may, dict) else (None,)))


def carries_out(name: str, state: str) -> set[str]:
    """Return for whom a command on dossiers is carried out in a state."""
    found = set()
    for states, names in TABLE['commands'][name].items():
        if states == 'always' or state in states.split(', '):
            found |= people(names)
    return found


async def test_every_command_does_for_each_person_in_each_state_what_the_table_says(
    lab: Lab, guarantee: Guarantee
) -> None:
    commands, counts, wrong = all_commands(), Counter[str](), []
    chosen = random.Random(8)
    for name, state in tries():
        case = lab.cases[state or STATES[0]]
        for who, actor in lab.everybody(case).items():
            if not FULL and chosen.randrange(SHARE):
                continue
            answer = await lab.ask(commands[name], actor, case)
            counts[answer] += 1
            if state is None:
                good = (answer != REFUSED) == (who in people(TABLE['commands'][name]))
            elif who in carries_out(name, state):
                good = answer == DONE
            else:
                good = answer == REFUSED or (answer == OTHERWISE and who not in OUTSIDE)
            if not good:
                wrong.append(f'{name} {state or ""} by {who}: {answer}')
        say(f'{name} {state or ""}: {counts.total()} tries')
    assert not wrong, '\n'.join(wrong)
    guarantee(
        PROMISE,
        happened=counts[REFUSED] + counts[OTHERWISE],
        unit=f'tries by the wrong person or in the wrong state, {counts[DONE]} by the right one',
        fault=f'{len(commands)} commands x {len(lab.everybody(case))} kinds of people x {len(STATES)} states',
        outcome='each answered as the one table says',
    )


async def test_what_everybody_may_ask_tells_nothing_of_others(lab: Lab) -> None:
    commands = all_commands()
    names = ('Bình', 'Chi', 'Dũng', 'binh@', 'chi@')
    for name in ('people', 'sessions'):
        told = repr(await commands[f'accounts.queries.{name}'](lab.world.guest))
        assert not [word for word in names if word in told], told
    for name in ('dossiers.mine.my_dossiers', 'dossiers.drafts.mine', 'accounts.presence.signed_in'):
        assert not await commands[name](lab.world.guest), name


async def test_every_screen_lets_in_whom_the_table_names(
    house: House, dossier: dict[str, str], guarantee: Guarantee
) -> None:
    counts, wrong = Counter[str](), []
    draft = await house.ask('/draft')
    ids = {
        'slug': 'cap-giay-thu',
        'token': draft['token'],
        'id': dossier['id'],
        'dossier_id': dossier['id'],
        'run_id': 'x',
        'document_id': 'x',
    }
    kinds = ('guest', 'citizen', *Role)
    for number, kind in enumerate(kinds):
        path = 'citizen' if kind == 'citizen' else HOME.format(kind)
        cookies = {} if kind == 'guest' else (await house.person(path)).cookies
        async with house.http(cookies) as http:
            for screen, who in TABLE['screens'].items():
                if not FULL and (number + len(screen)) % 5:
                    continue
                answer = await http.get(screen.format(**ids), headers={'X-Forwarded-For': f'198.51.100.{number + 1}'})
                is_in = answer.status_code == 200 and 'parseElements' in answer.text
                counts['let in' if is_in else 'kept out'] += 1
                if not is_in and answer.status_code == 404:
                    continue  # let in, and told that there is no such dossier for them
                if is_in != (kind in people(who)):
                    wrong.append(f'{screen} for {kind}: {answer.status_code}')
    assert not wrong, '\n'.join(wrong)
    guarantee(
        PROMISE,
        happened=counts['kept out'],
        unit=f'screens asked for by the wrong person, {counts["let in"]} by the right one',
        fault=f'{len(TABLE["screens"])} screens as {len(kinds)} kinds of people',
        outcome='each opened as the one table says',
    )


async def test_no_restricted_address_answers_a_stranger(house: House, guarantee: Guarantee) -> None:
    refused, wrong = 0, []
    async with house.http() as http:
        for group, addresses in TABLE['addresses'].items():
            for address in addresses if group != 'everybody' else ():
                method, _, path = address.partition(' ')
                for gap in GAPS:
                    path = path.replace('{' + gap + '}', 'x' * 22)
                path = path.replace('{page}', '1')
                assert '{' not in path, path
                answer = await http.request(method, path)
                refused += answer.status_code in (303, 401, 403, 404, 422)
                if answer.status_code not in (303, 401, 403, 404, 422):
                    wrong.append(f'{address}: {answer.status_code}')
                if answer.status_code == 303 and not answer.headers['location'].startswith('/dang-nhap'):
                    wrong.append(f'{address}: to {answer.headers["location"]}')
                if group in ('program', 'opener') and answer.status_code not in (401, 403):
                    wrong.append(f'{address}: {answer.status_code} without a token')
    assert not wrong, '\n'.join(wrong)
    guarantee(
        PROMISE,
        happened=refused,
        unit='addresses',
        fault='every restricted address asked for without account, token or link',
        outcome='each refused',
    )
