"""Several papers signed with one PIN: each can be looked at where it is chosen."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from nicegui import Client, ui

from app.clock import VIETNAM
from app.i18n import words
from app.signing.official import Waiting
from pages.officer import signing_papers

DAY = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)


class Asked:
    """A form that notes what it is asked for."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.questions: dict[str, dict[str, Any]] = {}

    def say(self, *parts: object) -> None:
        self.said += [str(part) for part in parts]

    def ask(self, name: str, label: str, control: Any, **more: Any) -> None:
        self.questions[name] = {'label': label, 'options': control.options, **more}


def waiting(number: int, wants: Any) -> Waiting:
    """Return a paper that lacks a signature or the seal."""
    return Waiting(
        f'giay{number}', 'receipt', 'Giấy tiếp nhận hồ sơ và hẹn trả kết quả', f'000{number}/TTPVHCC', DAY, wants,
        'hs', 'H55.242-261120-0001', 'Nguyễn Thị An', 'unit', (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ('wants', 'verb', 'other'), [('person', 'được ký', 'đóng dấu'), ('seal', 'đóng dấu', 'được ký')]
)
async def test_each_of_several_papers_can_be_looked_at_before(
    wants: str, verb: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, headings = Asked(), list[str]()

    async def actor() -> object:
        return object()

    async def key(*_: object) -> object:
        return object()

    async def ask_form(heading: str, t: object, build: Any, *_: object, **__: object) -> tuple[bool, None]:
        headings.append(heading)
        build(form)
        return False, None

    monkeypatch.setattr(signing_papers, 'ask_form', ask_form)
    monkeypatch.setattr(signing_papers, 'ask_pin', lambda *_: None)
    monkeypatch.setattr(signing_papers.unlocking, 'mine', key)
    monkeypatch.setattr(signing_papers.official, 'seal_key', key)
    visitor: Any = SimpleNamespace(t=words('vi'), actor=actor)
    papers = [waiting(1, wants), waiting(2, wants)]
    assert await signing_papers.sign_several(visitor, papers, lambda *_: None) is None
    asked = form.questions['papers']
    assert [key for key, _ in asked['options']] == ['giay1', 'giay2']
    assert asked['looks'] == ['/giay-to/giay1', '/giay-to/giay2'], 'in the order of the choices'
    assert '(2)' in headings[0] and verb in form.said[0] and other not in form.said[0]


@pytest.mark.parametrize('has_key', [True, False])
async def test_several_at_once_are_offered_to_whoever_has_a_key_here(
    has_key: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def actor(**_: object) -> object:
        return object()

    async def found(_: object) -> tuple[Waiting, ...]:
        return waiting(1, 'person'), waiting(2, 'person'), waiting(3, 'seal')

    async def key(_: object) -> object:
        return object() if has_key else None

    monkeypatch.setattr(signing_papers.official, 'waiting', found)
    monkeypatch.setattr(signing_papers.unlocking, 'mine', key)
    visitor: Any = SimpleNamespace(t=words('vi'), actor=actor)
    client = Client(ui.page('/test'), request=None)
    with client:
        table = signing_papers.SigningPapers(visitor, 'Giấy tờ')
        await table.show()
    assert (table.many.visible, table.bar.visible) == (has_key, has_key)
    assert not table.seals.visible, 'one is sealed where it is read'
    client.delete()
