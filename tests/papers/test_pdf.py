"""What a PDF may do unasked: turn to a page, nothing else."""

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from app.errors import Invalid
from app.paper_kinds import check, picture
from app.papers import inspect, refuse_hidden
from app.workshop import Refusal

URI: dict[str, Any] = {'/S': pikepdf.Name.URI, '/URI': 'https://who-reads.example/'}
GO: dict[str, Any] = {'/S': pikepdf.Name.GoTo, '/D': pikepdf.Array([0, pikepdf.Name.Fit])}


def paper(*, at_start: object = None, on_page: object = None, link: object = None) -> bytes:
    """Return a PDF of one page with actions."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page().obj
        if at_start is not None:
            pdf.Root.OpenAction = at_start
        if on_page is not None:
            page.AA = pikepdf.Dictionary(O=on_page)
        if link is not None:
            page.Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=link)])
        file = io.BytesIO()
        pdf.save(file)
        return file.getvalue()


@pytest.mark.parametrize(
    'actions',
    [
        {'at_start': pikepdf.Dictionary(URI)},
        {'on_page': pikepdf.Dictionary(URI)},
        {'at_start': pikepdf.Dictionary(GO | {'/Next': pikepdf.Dictionary(URI)})},
        {'at_start': pikepdf.Dictionary(GO | {'/Next': pikepdf.Array([pikepdf.Dictionary(URI)])})},
    ],
)
def test_no_address_is_opened_unasked(actions: dict[str, object]) -> None:
    with pytest.raises(Refusal, match='active_pdf'):
        check(paper(**actions), 'giay.pdf')


@pytest.mark.parametrize(
    'actions',
    [
        {},
        {'at_start': pikepdf.Dictionary(GO)},
        {'at_start': pikepdf.Array([0, pikepdf.Name.Fit])},
        {'on_page': pikepdf.Dictionary({'/S': pikepdf.Name.Named, '/N': pikepdf.Name.NextPage})},
        {'link': pikepdf.Dictionary(URI)},
    ],
)
def test_turning_to_a_page_and_links_to_press_are_no_harm(actions: dict[str, object]) -> None:
    content = paper(**actions)
    answer, kept = check(content, 'giay.pdf')
    assert answer['pages'] == 1 and kept == content


@pytest.mark.parametrize('kind', ['Sig', 'Tx'])
def test_what_stands_in_fields_is_drawn_with_the_page(kind: str) -> None:
    """A signature, a seal and the answers of a form that was filled in are fields: without them the paper looks empty."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200)).obj
        ink = pikepdf.Stream(pdf, b'0 0 100 100 re f', Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        ink.BBox = [0, 0, 100, 100]
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name('/' + kind), T='o', F=4,
                Rect=[50, 50, 150, 150], AP=pikepdf.Dictionary(N=pdf.make_indirect(ink)), P=page,
            )
        )  # fmt: skip
        page.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        file = io.BytesIO()
        pdf.save(file)
    _, drawn = picture(file.getvalue(), 'application/pdf', 1, 200)
    with Image.open(io.BytesIO(drawn)) as seen:
        grey = seen.convert('L')
        assert (grey.getpixel((100, 100)), grey.getpixel((10, 10))) == (0, 255)


def with_more(
    *, flags: int | None = None, layers: dict[str, Any] | None = None, use: dict[str, Any] | None = None
) -> bytes:
    """Return a PDF of one page with a note, or with a layer."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page().obj
        if flags is not None:
            note = pikepdf.Dictionary(Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 50, 50], F=flags)
            page.Annots = pikepdf.Array([pdf.make_indirect(note)])
        if layers is not None:
            group = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Usage=pikepdf.Dictionary(use or {})))
            first = pikepdf.Dictionary({key: group if value is None else value for key, value in layers.items()})
            if '/OFF' in first:
                first.OFF = pikepdf.Array([group])
            pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([group]), D=first)
        file = io.BytesIO()
        pdf.save(file)
        return file.getvalue()


VIEW_OFF = {'/View': pikepdf.Dictionary(ViewState=pikepdf.Name.OFF)}
PRINT_ON = {'/Print': pikepdf.Dictionary(PrintState=pikepdf.Name.ON)}


@pytest.mark.parametrize(
    ('hides', 'parts'),
    [
        (True, {'flags': 4 | 32}),  # printed, not shown
        (True, {'layers': {'/OFF': None}}),
        (True, {'layers': {'/BaseState': pikepdf.Name.OFF}}),
        (True, {'layers': {}, 'use': VIEW_OFF | PRINT_ON}),
        (False, {'flags': 4}),
        (False, {'layers': {}, 'use': PRINT_ON}),
        (False, {}),
    ],
)
def test_what_a_screen_does_not_show_is_told(hides: bool, parts: dict[str, Any]) -> None:
    answer, _ = check(with_more(**parts), 'giay.pdf')
    assert answer['hides'] is hides


async def test_what_is_to_be_signed_is_all_seen() -> None:
    with pytest.raises(Invalid, match='hides'):
        refuse_hidden(await inspect(with_more(flags=4 | 32), 'ket-qua.pdf'))
    refuse_hidden(await inspect(with_more(flags=4), 'ket-qua.pdf'))


def test_what_draws_fields_runs_no_script_of_a_paper() -> None:
    assert not {'V8', 'XFA'} & set(pypdfium2.PDFIUM_INFO.flags), (
        'fields of strangers are drawn: their scripts must have no engine'
    )
