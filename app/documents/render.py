"""Phase two of a paper: its PDF, from its layout and its data alone. The data are JSON, never markup."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pikepdf
import segno
import typst

from app.clock import VIETNAM
from app.documents.forms import LAYOUTS, Form
from app.documents.glyphs import FONTS, drawable
from app.documents.results import LAYOUT as RESULT
from app.documents.signing_places import with_fields

STANDARDS: list[Any] = ['a-2a', 'ua-1']
"""For keeping (PDF/A-2a) and for screen readers (PDF/UA-1)."""
STAMP = LAYOUTS / 'stamp.typ'
LEAFLET = LAYOUTS / 'leaflet.typ'
_makers = ThreadPoolExecutor(max_workers=2, thread_name_prefix='papers')
"""However many are asked for, two are made at a time: people who only look at pages do not wait."""
Made = TypeVar('Made')


async def in_thread(make: Callable[..., Made], *arguments: Any) -> Made:
    """Run work that keeps a processor busy beside the event loop, two at a time."""
    return await asyncio.get_running_loop().run_in_executor(_makers, make, *arguments)


async def pdf(form: Form, data: dict[str, Any]) -> bytes:
    """Return the PDF of a form with its data: the same bytes for the same data."""
    return await in_thread(make_pdf, form, data)


def make_pdf(form: Form, data: dict[str, Any]) -> bytes:
    """Return the PDF of a form with its data. Keeps a processor busy: for a thread.

    A5 is handed out as one sheet: what would run over is set smaller, and only what does not fit then takes more sheets.
    """
    paper = {
        'form': form.model_dump(mode='json', include={'number', 'title', 'size', 'source'}),
        'data': drawable(data),
        'qr': _qr(to) if (to := data.get('verify') or data.get('track')) else None,
    }
    made = _drawn(form.layout, paper, data['day'])
    if form.size == 'a5' and pages_of(made) > 1:
        smaller = (_drawn(form.layout, paper | {'squeezed': step}, data['day']) for step in (1, 2, 3, 4))
        made = next((one for one in smaller if pages_of(one) == 1), made)
    return with_fields(made) if form.signer and not data.get('is_draft') else made


def pages_of(made: bytes) -> int:
    """Return how many pages a PDF of ours has. For a thread."""
    with pikepdf.open(BytesIO(made)) as paper:
        return len(paper.pages)


def make_result(title: str, data: dict[str, Any]) -> bytes:
    """Return the PDF of a result that was drawn up. Keeps a processor busy: for a thread."""
    qr = _qr(data['verify']) if data.get('verify') else None
    drawn = _drawn(RESULT, {'form': {'title': title, 'size': 'a4'}, 'data': drawable(data), 'qr': qr}, data['day'])
    return with_fields(drawn)


def make_leaflet(data: dict[str, Any]) -> bytes:
    """Return a leaflet of A5: one page, set smaller where it must be; at worst both sides of the sheet. For a thread."""
    paper = {'data': drawable(data), 'qr': _qr(data['address'])}
    made = (_drawn(LEAFLET, paper | {'squeezed': step}, data['day']) for step in range(3))
    return next((one for one in made if pages_of(one) == 1), None) or _drawn(
        LEAFLET, paper | {'squeezed': 1}, data['day']
    )


def make_report(data: dict[str, Any]) -> bytes:
    """Return the PDF of an official report. Keeps a processor busy: for a thread."""
    form = {'title': data['title'], 'size': 'a4'}
    return _drawn(LAYOUTS / 'report.typ', {'form': form, 'data': drawable(data), 'qr': None}, data['day'])


def make_stamp(stamp: dict[str, Any]) -> bytes:
    """Return what a signature shows in its place, as a PDF of that size. Keeps a processor busy: for a thread."""
    made = typst.compile(
        STAMP,
        root=LAYOUTS,
        font_paths=_fonts(),
        format='pdf',
        sys_inputs={'stamp': json.dumps(drawable(stamp), ensure_ascii=False)},
        pdf_standards=['a-2b'],
        pdf_tags=False,  # it becomes part of a page that is tagged already
        timestamp=_timestamp(stamp['day']),
    )
    if not isinstance(made, bytes):
        raise TypeError('a PDF is one file')
    return made


def _drawn(layout: Path, paper: dict[str, Any], day: str) -> bytes:
    made = typst.compile(
        layout,
        root=LAYOUTS,
        font_paths=_fonts(),
        format='pdf',
        sys_inputs={'paper': json.dumps(paper, ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=_timestamp(day),
    )
    if not isinstance(made, bytes):
        raise TypeError('a PDF is one file')
    return made


@cache
def _fonts() -> typst.Fonts:
    """Return our fonts alone: what a machine has installed never changes a paper."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _qr(text: str) -> str:
    """Return a QR code as a drawing."""
    return segno.make(text, error='m', micro=False).svg_inline(scale=1, border=0, dark='#000', omitsize=True)


def _timestamp(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=VIETNAM).astimezone(UTC)
