"""The demonstration's people exist in the demonstration only."""

import pytest
import yaml

from app import crypto, notifications
from app.access import ActorKind, Permission, anonymous
from app.accounts import commands
from app.accounts.queries import profile
from app.demo.guard import NotDemo
from app.demo.people import demo_people, email_of, let_demo_people_go, password_of, prepare_people, sign_in_as
from app.demo.units import DATA, prepare_units
from app.errors import Invalid, NotFound
from app.limits import forget_all
from app.settings import Settings
from app.units.queries import home_unit
from models.enums import Role
from tests.accounts import house as h

DEMO, REAL = Settings(demo=True), Settings(demo=False)


@pytest.fixture
def dialect() -> str:
    return 'sqlite'


@pytest.fixture
async def demo(database: None) -> None:
    notifications.use_settings(DEMO)
    await forget_all()
    await prepare_units(DEMO)
    await prepare_people(DEMO)


async def test_there_is_somebody_for_every_role_and_a_stranger(demo: None) -> None:
    people = await demo_people(DEMO)
    assert {p.role for p in people} == {'citizen', 'business', *(role.value for role in Role)}
    strangers = [p for p in people if p.key == 'em']
    assert len(people) == 12 and len(strangers) == 1


async def test_everybody_signs_in_with_what_the_page_shows(demo: None) -> None:
    for person in await demo_people(DEMO):
        signed_in = await commands.sign_in(anonymous(), person.email, person.password)
        if person.code:
            signed_in = await commands.second_factor(anonymous(), signed_in.token, person.code)
        actor = await h.again(signed_in.token)
        assert (actor.email, actor.name) == (person.email, person.full_name)


async def test_one_press_enters_in_a_role(demo: None) -> None:
    actor = await h.again((await sign_in_as(DEMO, anonymous(), 'dung')).token)
    home = await home_unit(actor)
    assert home is not None and home.code == 'H55.242' and actor.may(Permission.DOSSIER_APPROVE, home.id)
    stranger = await h.again((await sign_in_as(DEMO, actor, 'em')).token)
    assert not stranger.may(Permission.DOSSIER_READ, home.id)
    other = await home_unit(stranger)
    assert other is not None and other.code == 'H55.243'
    with pytest.raises(NotFound):
        await sign_in_as(DEMO, anonymous(), 'nobody')


async def test_the_citizen_has_a_profile_that_fills_forms(demo: None) -> None:
    known = await profile(await h.again((await sign_in_as(DEMO, anonymous(), 'an')).token))
    assert known.prefill()['personal_id'] == '001190012345' and known.address


async def test_preparing_twice_changes_nothing(demo: None) -> None:
    before = {p.key: p.password for p in await demo_people(DEMO)}
    await prepare_units(DEMO)
    await prepare_people(DEMO)
    assert {p.key: p.password for p in await demo_people(DEMO)} == before


async def test_a_real_installation_has_none_of_this(database: None) -> None:
    for act in (prepare_units(REAL), prepare_people(REAL), demo_people(REAL), sign_in_as(REAL, anonymous(), 'an')):
        with pytest.raises(NotDemo):
            await act
    assert await h.by_email(email_of('an')) is None


async def test_once_the_installation_is_real_its_made_up_people_are_out(demo: None) -> None:
    token = (await sign_in_as(DEMO, anonymous(), 'khanh')).token
    assert await let_demo_people_go(DEMO) == 0 and await let_demo_people_go(REAL) == 12
    assert (await h.again(token)).kind is ActorKind.GUEST
    with pytest.raises(Invalid):
        await commands.sign_in(anonymous(), email_of('an'), password_of('an'))
    assert await let_demo_people_go(REAL) == 0
    await prepare_people(DEMO)
    assert len(await demo_people(DEMO)) == 12, 'and back when it is a demonstration again'


def test_passwords_are_of_this_installation_and_nowhere_written(master_key: bytes) -> None:
    here = password_of('an')
    crypto.use_master_key(b'another secret of another installation')
    try:
        assert password_of('an') != here
    finally:
        crypto.use_master_key(master_key)
    for row in yaml.safe_load((DATA / 'people.yaml').read_text('utf-8')):
        assert 'password' not in row
