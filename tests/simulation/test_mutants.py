"""An engine that is broken on purpose is found out by the oracle: whatever way it is broken, and at once."""

from random import Random

import pytest

from tests.simulation import paper
from tests.simulation.conftest import SEED
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.paper import Answer, Question

QUESTIONS = 150
Sheet = list[tuple[Question, Answer]]


@pytest.fixture(scope='module')
def sheet() -> Sheet:
    """Questions, each with the oracle's answer."""
    book = paper.book()
    return [(question, paper.told(question, book)) for question in paper.questions(Random(SEED), QUESTIONS)]


def differences(sheet: Sheet) -> list[str]:
    """Say which answers of the engine differ from the oracle's."""
    calendars = paper.calendars()
    found = [(question, told, paper.answered(question, calendars)) for question, told in sheet]
    return [f'{question}: {said}, not {told}' for question, told, said in found if said != told]


def test_the_engine_as_it_is_gives_every_answer_of_the_oracle(sheet: Sheet) -> None:
    assert not differences(sheet)


@pytest.mark.parametrize('mutant', [one for one in MUTANTS if one.on_paper], ids=lambda one: one.name)
def test_a_broken_engine_gives_itself_away(sheet: Sheet, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant.put_in(monkeypatch)
    found = differences(sheet)
    print(f'{mutant.name}: {len(found)} of {len(sheet)} answers differ; {found[0] if found else "NOT FOUND"}')
    assert found
