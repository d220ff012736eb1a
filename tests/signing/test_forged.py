"""Somebody takes a paper that was truly signed and makes it say something else: the signature no longer stands for it."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.demo.authority import Authority
from app.documents.render import make_result
from app.settings import Settings
from app.signing import trust
from app.signing.coverage import REVISIONS
from app.signing.reading import signatures_of
from tests.signing.conftest import Signers
from tests.signing.test_brought import elsewhere
from tests.signing.test_seen import RESULT

pytestmark = pytest.mark.timeout(240)
BLACK = b'0 0 0 rg 0 0 500 500 re f'


class Raw(generic.ByteStringObject):
    """Bytes that are written one for one, where a signature is written in hexadecimal: two for each."""

    def write_to_stream(self, stream: Any, handler: Any = None, container_ref: Any = None) -> None:
        """Write the bytes in brackets."""
        signs = {b'\\': b'\\\\', b'(': b'\\(', b')': b'\\)', b'\r': b'\\r'}
        stream.write(b'(' + b''.join(signs.get(bytes([one]), bytes([one])) for one in self.original_bytes) + b')')


def _updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def _fields(writer: IncrementalPdfFileWriter) -> list[generic.DictionaryObject]:
    return [one.get_object() for one in writer.root['/AcroForm']['/Fields']]


def _picture(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    box = generic.ArrayObject(generic.NumberObject(edge) for edge in (0, 0, 500, 500))
    form = {'/Type': pdf_name('/XObject'), '/Subtype': pdf_name('/Form'), '/BBox': box}
    drawn = generic.StreamObject({pdf_name(key): value for key, value in form.items()}, stream_data=BLACK)
    return generic.DictionaryObject({pdf_name('/N'): writer.add_object(drawn)})


def _field(writer: IncrementalPdfFileWriter, kind: str, name: str) -> None:
    """Add a field as large as the page, with a picture."""
    page, fields = writer.root['/Pages']['/Kids'][0], writer.root['/AcroForm']['/Fields']
    box = generic.ArrayObject(generic.NumberObject(edge) for edge in (50, 50, 550, 750))
    parts = {'/Type': pdf_name('/Annot'), '/Subtype': pdf_name('/Widget'), '/FT': pdf_name(kind), '/Rect': box}
    more = {'/T': generic.pdf_string(name), '/AP': _picture(writer), '/F': generic.NumberObject(4)}
    field = generic.DictionaryObject({pdf_name(key): value for key, value in (parts | more).items()})
    reference = writer.add_object(field)
    for listed in (page['/Annots'], fields):
        listed.append(reference)
        writer.update_container(listed)


def _empty_field_over_the_page(writer: IncrementalPdfFileWriter) -> None:
    _field(writer, '/Sig', 'Che')


def _answer_changed(writer: IncrementalPdfFileWriter) -> None:
    field = next(one for one in _fields(writer) if one['/T'] == 'So tien')
    field['/V'], field['/AP'] = generic.pdf_string('1.000.000'), _picture(writer)
    writer.update_container(field)


def _seal_changed(writer: IncrementalPdfFileWriter) -> None:
    field = next(one for one in _fields(writer) if one['/FT'] == '/Sig' and '/V' in one)
    field['/AP'] = _picture(writer)
    writer.update_container(field)


def _written_again(pdf: bytes) -> bytes:
    """Change the page, and write the signature once more, so long that its length accounts for all that was added."""

    def change(writer: IncrementalPdfFileWriter, zeros: int) -> None:
        page = writer.root['/Pages']['/Kids'][0].get_object()
        page['/Contents'] = writer.add_object(generic.StreamObject(stream_data=BLACK))
        writer.update_container(page)
        one = next(field for field in _fields(writer) if '/V' in field and field['/FT'] == '/Sig')['/V']
        one['/Contents'] = Raw(one['/Contents'] + bytes(zeros))
        sizes.append(2 * len(one['/Contents']) + 2)
        places.append([int(place) for place in one['/ByteRange']])
        writer.update_container(one)

    zeros, sizes, places, made = 0, list[int](), list[list[int]](), b''
    for _ in range(5):
        made = _updated(pdf, lambda writer, more=zeros: change(writer, more))  # type: ignore[misc]
        missing = len(made) - places[-1][1] - places[-1][3] - sizes[-1]
        zeros += missing
        if not missing:
            break
    assert not missing
    return made


@pytest.fixture
def genuine(signers: Signers) -> Callable[[bytes], Any]:
    """Sign as the leader does."""
    return lambda pdf: elsewhere(pdf, signers.dung, signers.authority)


async def test_what_was_changed_after_it_was_signed_is_not_held_by_its_signature(
    trusted: Settings, genuine: Callable[[bytes], Any]
) -> None:
    before = make_result('Giấy xác nhận', RESULT)
    signed = await genuine(_updated(before, lambda writer: _field(writer, '/Tx', 'So tien')))
    assert [one.holds for one in await signatures_of(signed)] == [True]
    for forged in (
        _updated(signed, _empty_field_over_the_page),
        _updated(signed, _answer_changed),
        _updated(signed, _seal_changed),
        _written_again(signed),
    ):
        (one,) = await signatures_of(forged)
        assert one.intact and one.trusted and not one.covers_whole_document


async def test_a_file_of_hundreds_of_additions_is_not_looked_through(
    trusted: Settings, genuine: Callable[[bytes], Any]
) -> None:
    """Each addition is compared with what was signed: a few hundred kilobytes would keep a processor busy for long."""
    pdf = bytearray(await genuine(make_result('Giấy xác nhận', RESULT)))
    size, root, last = (re.findall(part, pdf)[-1] for part in (rb'/Size (\d+)', rb'/Root (\d+)', rb'startxref\s+(\d+)'))
    for _ in range(REVISIONS):
        start = len(pdf)
        pdf += b'xref\n0 0\ntrailer\n<</Size %s/Root %s 0 R/Prev %s>>\n' % (size, root, last)
        pdf, last = pdf + b'startxref\n%d\n%%%%EOF\n' % start, str(start).encode()
    (one,) = await signatures_of(bytes(pdf))
    assert not one.signer and not one.holds


async def test_who_signs_later_stands_above_what_was_signed_and_must_be_believed_too(
    trusted: Settings, signers: Signers, genuine: Callable[[bytes], Any]
) -> None:
    signed = await genuine(make_result('Giấy xác nhận', RESULT))
    same_name = Authority('Trung tâm chứng thực thử')
    stranger = await elsewhere(signed, same_name.person('Phạm Văn Dũng', 'UBND xã Tân Phú'), same_name)
    assert [(one.intact, one.trusted, one.holds) for one in await signatures_of(stranger)] == [
        (True, True, False),
        (True, False, False),
    ]
    trust.use_settings(trusted.model_copy(update={'trusted_roots': ''}))
    assert [(one.trusted, one.covers_whole_document) for one in await signatures_of(stranger)] == [(False, True)] * 2
    trust.use_settings(trusted)
    known = await elsewhere(signed, signers.stranger, signers.authority)
    assert [one.holds for one in await signatures_of(known)] == [True, True]
