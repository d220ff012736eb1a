"""The questions of a form on a screen, and the way through it, for every procedure of the catalogue."""

from random import Random
from typing import Any

import pytest
from nicegui import Client, ElementFilter

from app.clock import now
from app.demo.answers import plausible
from app.dossiers.answers import Answer, as_typed, problems_of, whole_groups
from app.dossiers.drafts import DraftView, SavedAnswer, read_answer
from app.errors import NotAllowed
from app.i18n import words
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import parse_answer, with_computed, without_gaps
from components.fields import FieldView
from components.handlers import call
from components.repeat import RepeatView
from pages.apply.questions import Questions
from pages.apply.questions import as_typed as written
from pages.apply.way import DOCUMENTS, REVIEW, way_of
from tests.support.answers import catalogue

SPECS = {slug: spec for slug, spec in catalogue().items() if spec.sections}
T = words('vi')


class Drawn:
    """Questions whose answers go into a dictionary."""

    def __init__(self, client: Client, spec: ProcedureSpec, page: int = 0, **answers: Any) -> None:
        self.spec, self.raw, self.is_shut = spec, dict[str, Any](), False
        values = {key: parse_answer(spec, key, raw) for key, raw in answers.items()}
        stops = way_of(draft(spec, values)).pages
        self.questions = Questions(
            spec=spec,
            fields=stops[page].all_fields,
            answers={key: Answer(value, 'typed') for key, value in values.items()},
            values=values,
            t=T,
            save=self.save,
            unread={},
        )
        with client:
            self.questions.draw()

    async def save(self, raw: dict[str, Any]) -> tuple[SavedAnswer, ...]:
        if self.is_shut:
            raise NotAllowed('dossier.already_sent')
        self.raw |= raw
        taken = {key: read_answer(self.spec, key, value) for key, value in raw.items()}
        return tuple(SavedAnswer(k, a.value if a else None, p, now()) for k, (a, p) in taken.items())

    def shown(self) -> list[str]:
        """Return the questions on the screen, in their order."""
        order = [field.id for field in self.questions.fields]
        return sorted(self.questions.views, key=order.index)

    def error(self, path: str) -> str | None:
        view = self.questions.all_views()[path]
        return view.props.get('error')


def draft(spec: ProcedureSpec, values: dict[str, Any]) -> DraftView:
    answers = {key: Answer(value, 'typed') for key, value in values.items()}
    moment = now()
    return DraftView(
        'd' * 22, 'd' * 22 + '.x', spec.id, spec, answers, {}, (), None, moment, 1, None, False, moment, None
    )


async def test_a_question_comes_up_with_the_answer_that_brings_it_and_goes_with_it(live_page: Client) -> None:
    birth = Drawn(live_page, SPECS['khai-sinh'])
    assert 'requester_id_doc_type' not in birth.shown() and 'requester_personal_id' in birth.shown()
    await birth.questions.keep('requester_no_personal_id', True)
    assert 'requester_id_doc_type' in birth.shown() and 'requester_personal_id' not in birth.shown()
    await birth.questions.keep('requester_no_personal_id', False)
    assert 'requester_id_doc_type' not in birth.shown() and 'requester_personal_id' in birth.shown()


async def test_a_wrong_answer_is_said_at_once_a_missing_one_only_when_going_on(live_page: Client) -> None:
    birth = Drawn(live_page, SPECS['khai-sinh'])
    await birth.questions.keep('requester_personal_id', '12345')
    assert '12 chữ số' in str(birth.error('requester_personal_id'))
    assert birth.error('requester_full_name') is None
    found = birth.questions.problems()
    assert next(iter(found)) == 'requester_full_name' and 'requester_personal_id' in found
    birth.questions.say_problems(found)
    assert birth.error('requester_full_name')
    await birth.questions.keep('requester_full_name', 'Nguyễn Thị An')
    assert birth.error('requester_full_name') is None
    assert birth.error('requester_personal_id'), 'what is still wrong stays said'


async def test_a_day_is_written_out_in_words_below_its_question(live_page: Client) -> None:
    spec = SPECS['khai-sinh']
    stops = way_of(draft(spec, {})).pages
    page = next(n for n, stop in enumerate(stops) if any(f.id == 'child_birth_date' for f in stop.all_fields))
    birth = Drawn(live_page, spec, page)
    await birth.questions.keep('child_birth_date', '05/10/2026')
    with live_page:
        texts = ' '.join(str(element.props.get('innerHTML', '')) for element in ElementFilter())
    assert 'Ngày năm, tháng mười' in texts


async def test_an_answer_that_cannot_be_saved_is_not_called_saved(
    live_page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Exception] = []
    monkeypatch.setattr('pages.apply.questions.say', said.append)
    birth = Drawn(live_page, SPECS['khai-sinh'])
    birth.is_shut = True
    with pytest.raises(NotAllowed):
        await birth.questions.keep('requester_full_name', 'Nguyễn Thị An')
    assert [type(error) for error in said] == [NotAllowed]


async def test_a_group_without_entries_says_what_its_first_entry_lacks(live_page: Client) -> None:
    signing = Drawn(live_page, SPECS['chung-thuc-chu-ky'])
    found = signing.questions.problems()
    assert 'signers[0].full_name' in found and 'signers' not in found
    signing.questions.say_problems(found)
    assert signing.error('signers[0].full_name')
    assert T.pick(signing.spec.sections[0].fields[0].label) in signing.questions.labels()['signers[0].full_name']


def conditional_entry() -> ProcedureSpec:
    """Return a procedure whose group asks for a number only where somebody signs."""
    data = SPECS['chung-thuc-chu-ky'].model_dump(mode='json')
    group = next(f for s in data['sections'] for f in s['fields'] if f['id'] == 'signers')
    inner = next(f for f in group['fields'] if f['id'] == 'id_doc_number')
    inner['show_when'] = {'==': [{'var': 'sign_mode'}, 'signature']}
    return ProcedureSpec.model_validate(data)


async def test_inside_an_entry_questions_follow_its_own_answers(live_page: Client) -> None:
    signing = Drawn(live_page, conditional_entry())
    path = 'signers[0].id_doc_number'
    assert path not in signing.questions.all_views()
    assert path not in signing.questions.problems()
    chosen = signing.questions.all_views()['signers[0].sign_mode']
    with chosen:
        await call(chosen._on_change, 'signature')
    assert path in signing.questions.all_views()
    assert signing.raw['signers'] == [{'sign_mode': 'signature'}]
    with chosen:
        await call(chosen._on_change, 'mark')
    assert path not in signing.questions.all_views()


@pytest.mark.parametrize('slug', SPECS)
def test_every_answer_is_shown_as_a_person_would_write_it(slug: str) -> None:
    spec = SPECS[slug]
    for seed in range(3):
        answers = plausible(spec, Random(seed))
        for key, value in answers.items():
            field = spec.field(key)
            assert field
            raw = written(field, Answer(value, 'typed'), T)
            known = round(value, 6) if isinstance(value, float) else value
            assert parse_answer(spec, key, raw) == known, (key, raw)


@pytest.mark.parametrize('slug', SPECS)
def test_the_way_through_a_form_passes_every_question_that_is_asked(slug: str, live_page: Client) -> None:
    spec = SPECS[slug]
    answers = plausible(spec, Random(1))
    way = way_of(draft(spec, answers))
    assert way.stops[-1] == REVIEW and len(set(way.stops)) == len(way.stops)
    for key in answers:
        assert way.stop_of(key) in way.stops and way.stop_of(key) != REVIEW, key
    assert way.known('nowhere', None) == way.stops[0]
    assert way.known('nowhere', REVIEW) == REVIEW
    assert way.before(way.stops[0]) is None and way.after(REVIEW) == REVIEW
    if way.has_documents:
        assert way.stop_of('document:proof') == DOCUMENTS
    for stop in way.pages:
        number = way.pages.index(stop)
        drawn = Drawn(live_page, spec, number, **{k: v for k, v in answers.items() if spec.field(k)})
        assert set(drawn.shown()) == {field.id for field in stop.fields}
        assert all(isinstance(view, FieldView | RepeatView) for view in drawn.questions.views.values())


def test_a_group_is_kept_whole_whatever_one_question_of_it_sends() -> None:
    spec = SPECS['chung-thuc-chu-ky']
    known = {'signers': Answer([{'full_name': 'Nguyễn Thị An'}], 'typed')}
    raw = whole_groups({'signers[1].full_name': 'Trần Văn Bình', 'signers[0].id_doc_number': '12'}, known)
    assert raw == {'signers': [{'full_name': 'Nguyễn Thị An', 'id_doc_number': '12'}, {'full_name': 'Trần Văn Bình'}]}
    assert known['signers'].value == [{'full_name': 'Nguyễn Thị An'}], 'the stored answer is left alone'
    answer, problems = read_answer(spec, 'signers', [{'full_name': 'An 123'}, 5])
    assert answer is None or answer.raw
    answer, problems = read_answer(spec, 'signers', [{'full_name': 'Nguyễn Thị An 123'}])
    assert answer and answer.raw == [{'full_name': 'Nguyễn Thị An 123'}] and 'signers[0].full_name' in problems
    assert problems_of(spec, 'signers', answer.raw) == problems


@pytest.mark.parametrize(
    'raw', [{'a': {'b': {'c': {'d': 1}}}}, ['x' * 5000] * 500, {str(n): n for n in range(500)}, None, 1e308]
)
def test_what_cannot_be_read_is_kept_within_bounds(raw: Any) -> None:
    kept = as_typed(raw)
    assert len(str(kept)) <= 2_000 * 100 + 1000
    assert with_computed(SPECS['khai-sinh'], {'child_birth_date': kept}) is not None


async def test_an_entry_left_empty_keeps_its_place_and_is_named_at_its_own_card(live_page: Client) -> None:
    signing = Drawn(live_page, SPECS['chung-thuc-chu-ky'])
    await signing.questions.keep('signers', [{}, {'full_name': 'Nguyễn Thị An'}])
    found = signing.questions.problems()
    assert 'signers[0].full_name' in found and 'signers[1].full_name' not in found
    assert 'signers[1].sign_mode' in found
    known = {'signers': read_answer(signing.spec, 'signers', [{}, {'full_name': 'Nguyễn Thị An'}])[0]}
    whole = whole_groups({'signers[1].sign_mode': 'mark'}, {k: v for k, v in known.items() if v})
    assert whole['signers'] == [{}, {'full_name': 'Nguyễn Thị An', 'sign_mode': 'mark'}]
    values = {'signers': [{}, {'full_name': 'Nguyễn Thị An'}, {}], 'agree': True}
    assert without_gaps(signing.spec, values) == {'signers': [{'full_name': 'Nguyễn Thị An'}], 'agree': True}
