"""A form is cut into pages that stay where they are while somebody answers."""

import pytest
import yaml

from app.procedures.load import load_spec
from app.procedures.pages import pages
from app.procedures.validation import prefill, shown_fields
from tests.procedures.test_load import text
from tests.support.answers import catalogue, plausible

FORMS = sorted(spec.id for spec in catalogue().values() if spec.sections)


@pytest.mark.parametrize('slug', FORMS)
def test_every_shown_question_is_on_exactly_one_page_in_order(slug: str) -> None:
    spec = catalogue()[slug]
    for answers in ({}, plausible(spec, 3)):
        on_pages = [field.id for page in pages(spec, answers) for field in page.fields]
        assert on_pages == [field.id for _, field in shown_fields(spec, answers)]
        assert len({page.key for page in pages(spec, answers)}) == len(pages(spec, answers))


@pytest.mark.parametrize('slug', FORMS)
def test_a_page_starts_with_at_most_seven_questions(slug: str) -> None:
    spec = catalogue()[slug]
    assert all(len(page.fields) <= 7 for page in pages(spec, prefill(spec, {})))


@pytest.mark.parametrize('slug', FORMS)
def test_no_answer_moves_a_question_to_another_page(slug: str) -> None:
    spec = catalogue()[slug]
    places: dict[str, str] = {}
    for seed in range(4):
        for page in pages(spec, plausible(spec, seed)):
            for field in page.fields:
                assert places.setdefault(field.id, page.key) == page.key


@pytest.mark.parametrize('slug', FORMS)
def test_a_group_is_a_page_by_itself(slug: str) -> None:
    spec = catalogue()[slug]
    for page in pages(spec, plausible(spec, 5)):
        assert len(page.all_fields) == 1 or not any(field.fields for field in page.all_fields)


LONG = """
- {id: a, type: text, label: {vi: A}}
- {id: b, type: text, label: {vi: B}}
- {id: c, type: text, label: {vi: C}}
- {id: without, type: checkbox, label: {vi: Không có}}
- {id: number, type: text, label: {vi: Số}, show_when: {"!": {var: without}}}
- {id: paper, type: text, label: {vi: Giấy}, show_when: {var: without}}
- {id: d, type: text, label: {vi: D}}
- {id: e, type: text, label: {vi: E}}
"""


def test_a_question_and_what_it_brings_up_stay_together() -> None:
    section = {'id': 'thing', 'title': {'vi': 'Việc'}, 'fields': yaml.safe_load(LONG)}
    spec = load_spec(text(sections=[section]))
    first, second, *_ = pages(spec, {})
    assert [field.id for field in first.all_fields] == ['a', 'b', 'c', 'without', 'number', 'paper']
    assert [field.id for field in second.all_fields] == ['d', 'e']
    assert first.title.vi == 'Việc (1/2)' and second.title.vi == 'Việc (2/2)'


def test_a_page_without_questions_vanishes() -> None:
    spec = catalogue()['khai-sinh']
    one = {page.section_id for page in pages(spec, {'birth_parent_status': 'father_unknown'})}
    both = {page.section_id for page in pages(spec, {'birth_parent_status': 'both_known'})}
    assert both - one == {'father', 'parents_marriage'}


def test_long_sections_are_numbered() -> None:
    titles = [page.title.vi for page in pages(catalogue()['gpxd-nha-o-rieng-le'], {'works_kind': 'house'})]
    assert 'Nhà ở riêng lẻ (1/2)' in titles and 'Nhà ở riêng lẻ (2/2)' in titles
