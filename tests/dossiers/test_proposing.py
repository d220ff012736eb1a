"""A question in a dialog for which an answer is proposed: what was typed stays, what was only proposed is proposed anew."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from nicegui import Client, ui

from app.i18n import words
from pages.asking import Form
from pages.officer import signing

T = words('vi')


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A screen to draw on, of a procedure that certifies nothing."""
    monkeypatch.setattr(signing, 'is_certification', lambda spec: False)
    client = Client(ui.page('/test'), request=None)
    with client:
        yield
    client.delete()


def _asked(typed: dict[str, Any], printed: str) -> tuple[Form, Any]:
    form, acting = Form('act', T, typed), SimpleNamespace(view=SimpleNamespace(spec=None))
    return form, signing.ask_number(form, acting, printed=printed, before='1/GCN')  # type: ignore[arg-type]


@pytest.mark.parametrize(('typed', 'left'), [({}, ''), ({'number': '9/GCN'}, '9/GCN')], ids=['proposed', 'typed'])
def test_the_number_on_a_paper_is_not_that_of_the_file_that_takes_its_place(typed: dict[str, Any], left: str) -> None:
    form, tell = _asked(typed, '5/GCN')
    view = form.fields['number']
    assert (view.value, view._props['hint']) == (left or '5/GCN', T('verification.number_printed', number='5/GCN'))
    tell('')
    assert view.value == left and T('verification.number_before', number='1/GCN') in view._props['hint']


def test_a_dialog_that_was_left_proposes_what_stands_on_the_paper_by_then() -> None:
    form, _ = _asked({}, '5/GCN')
    later, _ = _asked(form.kept, '')
    assert later.values == {'number': ''}
    later.fields['number'].set_value('7/GCN')
    assert _asked(later.kept, '6/GCN')[0].values == {'number': '7/GCN'}
