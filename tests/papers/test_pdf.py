"""What a PDF may do unasked: turn to a page, nothing else."""

import io
from typing import Any

import pikepdf
import pytest
from PIL import Image

from app.paper_kinds import check, picture
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
