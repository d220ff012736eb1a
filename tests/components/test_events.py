"""Whatever a browser sends, a component passes on only what can be: shown ids, known keys, numbers in range."""

import ast
import asyncio
import inspect
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from nicegui import Client, background_tasks, core, ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments
from nicegui.page import page

from app.errors import Problem, WrongState
from app.fields.base import Control
from app.i18n import words
from components.buffer import DraftBuffer
from components.buttons import Button
from components.cards import fold
from components.data_table import Column, DataTable, TableRow, Wanted
from components.error_summary import ErrorSummary
from components.fields import FieldView, anchor, draw
from components.markup import attribute, markup, show
from components.queues import Chip, Chips, InboxRow, RowList, SearchLine
from components.repeat import draw_repeat
from components.tabs import Tab, Tabs
from components.upload import PaperFile, Upload

t = words('vi')
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
hostile = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setattr(core, 'loop', asyncio.get_running_loop())
    live = Client(page(''))
    yield live
    live.delete()
    tasks = tuple(background_tasks.running_tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def send(element: Element, event: str, args: Any) -> None:
    """Hand an event to an element the way the socket does."""
    for listener in tuple(element._event_listeners.values()):
        if listener.type == event and listener.handler:
            wanted = inspect.signature(listener.handler).parameters
            arguments = [GenericEventArguments(sender=element, client=element.client, args=args)][: len(wanted)]
            result = listener.handler(*arguments)
            if inspect.isawaitable(result):
                await result


@hostile
@given(value=anything)
async def test_a_question_hands_any_value_on_as_it_is(client: Client, value: Any) -> None:
    with client:
        got: list[Any] = []
        for control in (Control('text'), Control('radio', options=(('a', 'A'),)), Control('address'), Control('date')):
            view = draw(control, id='x', label='X', t=t, on_change=got.append, communes=lambda code: [('c', code)])
            await send(view, 'change', [value, 1])
            await send(view, 'change', value)
            assert got[-2] == value
            assert view.value is not None or got[-1] is None


@hostile
@given(value=anything)
async def test_only_what_is_shown_can_be_picked(client: Client, value: Any) -> None:
    with client:
        got: list[Any] = []
        rows = RowList('Hồ sơ', t, rows=[InboxRow('r', 'A', '', '/')], on_open=got.append)
        chips = Chips([Chip('k', 'K')], 'Hộp', selected='k', on_pick=got.append)
        tabs = Tabs([Tab('one', 'Một', lambda: None), Tab('two', 'Hai', lambda: got.append('two'))], 'Hồ sơ')
        for element, event in ((rows, 'open'), (chips, 'pick'), (tabs, 'pick')):
            await send(element, event, value)
        assert all(each in ('r', 'k', 'two') for each in got)
        await send(rows, 'open', 'r')
        await send(tabs, 'pick', 'two')
        assert got[-2:] == ['r', 'two']


@hostile
@given(value=anything)
async def test_a_table_sorts_pages_and_chooses_within_its_bounds(client: Client, value: Any) -> None:
    with client:
        wanted: list[Wanted] = []
        chosen: list[list[str]] = []
        table = DataTable(
            [Column('a', 'A', sortable=True), Column('b', 'B')],
            'Sổ',
            t,
            on_wanted=wanted.append,
            on_choose=chosen.append,
        )
        table.set_rows([TableRow('1', ('x', 'y'))], total=50)
        for event in ('sort', 'page', 'choose'):
            await send(table, event, value)
        assert all(each.sort in (None, 'a') and 1 <= each.page <= 3 for each in wanted)
        assert all(set(ids) <= {'1'} for ids in chosen)


@hostile
@given(value=anything)
async def test_papers_are_removed_only_if_they_are_shown(client: Client, value: Any) -> None:
    with client:
        asked: list[Any] = []
        papers = Upload(
            id='p',
            label='P',
            url='/x',
            csrf='',
            t=t,
            on_done=asked.append,
            on_remove=asked.append,
            files=[PaperFile('f', 'F', 1)],
        )
        await send(papers, 'remove', value)
        await send(papers, 'done', value)
        assert all(isinstance(each, str) for each in asked)
        assert [file.id for file in papers.files] == ['f'] or value == 'f'


@hostile
@given(value=anything)
async def test_searching_takes_text_of_bounded_length(client: Client, value: Any) -> None:
    with client:
        got: list[Any] = []
        line = SearchLine('Tìm', t, on_search=got.append)
        await send(line, 'find', value)
        await send(line, 'find', 'x' * 1000)
        assert all(isinstance(each, str) and len(each) <= 200 for each in got)


@hostile
@given(value=anything)
async def test_answers_of_other_pages_come_with_a_name(client: Client, value: Any) -> None:
    with client:
        got: list[tuple[Any, Any]] = []
        buffer = DraftBuffer('d', t, on_orphan=lambda name, raw: got.append((name, raw)))
        await send(buffer, 'orphan', value)
        await send(buffer, 'orphan', ['name', value, 1])
        assert all(isinstance(name, str) for name, _ in got)
        assert got[-1] == ('name', value)


async def test_an_older_answer_never_replaces_a_newer_one(client: Client) -> None:
    with client:
        got: list[Any] = []
        buffer = DraftBuffer('d', t)
        await buffer.take('name', 'new', 7, got.append)
        await buffer.take('name', 'old', 3, got.append)
        await buffer.take('name', 'newest', 8, got.append)
        assert got == ['new', 'newest']


async def test_what_could_not_be_saved_is_not_confirmed(client: Client) -> None:
    with client:

        def fail(raw: Any) -> None:
            raise WrongState

        buffer = DraftBuffer('d', t)
        with pytest.raises(WrongState):
            await buffer.take('name', 'x', 7, fail)
        told = [data['code'] for _, kind, data in client.outbox.messages if kind == 'run_javascript']
        assert told == ['window.mcDraft?.refused("d", "name", 7)']


async def test_a_draft_key_cannot_carry_a_script(client: Client) -> None:
    with client, pytest.raises(ValueError, match='draft key'):
        DraftBuffer('"); alert(1); ("', t)


async def test_a_button_that_is_off_or_busy_does_nothing(client: Client) -> None:
    with client:
        pressed: list[int] = []
        button = Button('Gửi', lambda: pressed.append(1), t=t)
        button.set_enabled(False)
        await send(button, 'press', None)
        assert pressed == []
        button.set_enabled(True)
        await send(button, 'press', None)
        assert pressed == [1]


async def test_what_is_dear_is_drawn_once_however_often_a_fold_is_opened(client: Client) -> None:
    with client:
        drawn: list[int] = []
        details = fold('Lấy đường dẫn', on_unfold=lambda: drawn.append(1)).parent_slot
        assert details and not drawn
        for _ in range(3):
            await send(details.parent, 'toggle', None)
        assert drawn == [1]


async def test_a_group_keeps_its_entries_apart(client: Client) -> None:
    with client:
        got: list[Any] = []

        def entry(prefix: str, values: dict[str, Any], keep: Any) -> dict[str, FieldView]:
            view = draw(
                Control('text'), id=f'{prefix}.name', label='Tên', t=t, value=values.get('name'), on_change=keep('name')
            )
            return {'name': view}

        group = draw_repeat(
            id='child', label='Con', t=t, draw_entry=entry, value=[{'name': 'An'}, 'x'], on_change=got.append
        )
        await group._append()
        await send(group.fields['child[1].name'], 'change', ['Bình', 0])
        assert got[-1] == [{'name': 'An'}, {'name': 'Bình'}]
        await group._remove(group._value[0])
        assert group.value == [{'name': 'Bình'}] and list(group.fields) == ['child[0].name']


async def test_the_error_list_names_the_questions(client: Client) -> None:
    with client:
        view = draw(Control('text'), id='full_name', label='Họ tên', t=t)
        summary = ErrorSummary(t)
    problems = {'full_name': Problem('fields.required'), 'other': Problem('fields.required')}
    summary.show(problems, {'full_name': view}, labels={'full_name': 'Họ tên'})
    texts = [item[1] for item in summary.props['items']]
    assert texts == ['Họ tên: Xin trả lời câu này.', 'Xin trả lời câu này.']
    assert view.props['error'] == 'Xin trả lời câu này.'
    summary.show({}, {'full_name': view})
    assert summary.props['items'] == [] and 'error' not in view.props


async def test_markup_escapes_values_and_takes_nothing_unescaped(client: Client) -> None:
    assert markup('<p>{x}</p>', x='<b>&"') == '<p>&lt;b&gt;&amp;&#34;</p>'
    assert attribute('href', '"><script>') == ' href="&#34;&gt;&lt;script&gt;"'
    assert attribute('href', None) == ''
    with client:
        with pytest.raises(TypeError):
            show('<b>')  # type: ignore[arg-type]
        assert show(Markup('<b>x</b>')).content == '<b>x</b>'


def test_ids_of_questions_are_safe_in_html() -> None:
    assert anchor('child[2].name') == 'q-child-2-name'
    assert re.fullmatch(r'[\w-]+', anchor('"><script>'))


def test_no_component_hides_an_attribute_of_its_base() -> None:
    """NiceGUI's elements have short private names; taking one over breaks them quietly."""
    theirs = set(dir(Element)) | set(
        re.findall(r'self\.(\w+)', inspect.getsource(Element) + inspect.getsource(ui.html))
    )
    allowed = {'__init__', '__enter__', '__exit__', '_handle_delete'}
    for file in Path('components').glob('*.py'):
        for node in ast.walk(ast.parse(file.read_text('utf-8'))):
            if isinstance(node, ast.ClassDef) and any('ui.' in ast.unparse(base) for base in node.bases):
                stores = [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)]
                own = {n.attr for n in stores if ast.unparse(n.value) == 'self'}
                own |= {n.name for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
                assert own & theirs <= allowed, f'{file.name}: {node.name}'


def test_only_one_file_shows_html_that_the_browser_does_not_clean() -> None:
    files = [file.name for file in Path('components').glob('*.py') if 'sanitize=False' in file.read_text('utf-8')]
    assert files == ['markup.py']
