"""A signature is seen in its place, covers nothing that is printed, and leaves the paper what it was."""

import asyncio
import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

from app.clock import now
from app.documents.render import make_result
from app.documents.signing_places import PERSON, SEAL
from app.errors import WrongState
from app.i18n import words
from app.settings import Settings
from app.signing import brought, stamping
from app.signing.opening import unlocked
from app.signing.pades import Look
from app.signing.pades import signed as signed_by
from app.signing.reading import continues, signatures_of
from app.signing.signing import Holder, KeptKey, Purpose
from app.signing.stamping import Picture, Place
from components.signatures import signatures
from tests.documents.sample import made
from tests.signing.conftest import PIN, Signers
from tests.signing.test_brought import elsewhere

pytestmark = pytest.mark.timeout(240)
RESULT: dict[str, Any] = {
    'unit': {'above': '', 'name': 'Ủy ban nhân dân xã Tân Phú', 'place': 'Tân Phú'},
    'day': '2026-11-22T09:00', 'code': 'H55.242-261120-0001', 'draft': False,
    'groups': [{'title': 'Người được xác nhận', 'lines': [{'label': 'Họ tên', 'text': 'Nguyễn Thị An'}]}],
    'statement_title': 'Nội dung xác nhận', 'statement': 'Chưa đăng ký kết hôn với ai.', 'signer': 'Chủ tịch',
    'verify': 'https://motcua.example/xac-thuc/ABCDEFGHJKLMNPQRSTUVWXYZ2345',
    'verify_at': 'motcua.example/xac-thuc', 'verify_code': 'ABCD EFGH JKLM NPQR STUV WXYZ 2345',
}  # fmt: skip


async def signed(pdf: bytes, signers: Signers) -> bytes:
    """Return a paper as the leader and then the clerk sign it."""
    one = await elsewhere(pdf, signers.dung, signers.authority)
    opened = await unlocked(signers.file(signers.seal), PIN)
    seal = KeptKey(Holder('', 'UBND xã Tân Phú', '', unit_id='u'), opened, None)
    return await seal.sign(one, Purpose('Ban hành', 'Tân Phú', now()))


def _drawn(pdf: bytes, page: int = -1) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    return document[page % len(document)].render(scale=2, may_draw_forms=True).to_pil().convert('L')


def _fields(pdf: bytes) -> dict[str, list[float]]:
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        return {str(one.T): [float(edge) for edge in one.Rect] for one in paper.Root.AcroForm.Fields}


def _differs(before: bytes, after: bytes) -> tuple[float, float, float, float] | None:
    """Return in points where two versions of a page are not the same."""
    old, new = _drawn(before), _drawn(after)
    found = ImageChops.difference(old, new).getbbox()
    lighter = ImageChops.subtract(new, old).point(lambda light: 255 if light > 40 else 0)
    assert lighter.getbbox() is None, 'something printed is hidden'
    return (found[0] / 2, (old.height - found[3]) / 2, found[2] / 2, (old.height - found[1]) / 2) if found else None


async def test_a_result_is_signed_where_it_asks_for_it_and_stays_an_archival_paper(
    trusted: Settings, signers: Signers
) -> None:
    before = make_result('Giấy xác nhận', RESULT)
    places = _fields(before)
    assert set(places) == {PERSON, SEAL} and not await signatures_of(before)
    after = await signed(before, signers)
    assert after.startswith(before) and await continues(after, before)
    assert [(one.holds, one.visible) for one in await signatures_of(after)] == [(True, True)] * 2
    seen = _differs(before, after)
    assert seen
    (left, bottom), (right, top) = (
        [min(one[side] for one in places.values()) - 1 for side in (0, 1)],
        [max(one[side] for one in places.values()) + 1 for side in (2, 3)],
    )
    assert left <= seen[0] and bottom <= seen[1] and seen[2] <= right and seen[3] <= top
    with pikepdf.open(io.BytesIO(after)) as paper:
        about = paper.open_metadata()
        assert [about[f'pdf{name}'] for name in ('aid:part', 'aid:conformance', 'uaid:part')] == ['2', 'A', '1']
        assert paper.Root.OutputIntents and paper.Root.MarkInfo.Marked
        assert paper.Root.Metadata.read_bytes() == _about(
            before
        )  # the library would write it in a way that is not archival
        for field in paper.Root.AcroForm.Fields:
            assert field.AP.N.BBox and field.TU and int(field.F) & 4
            for font in _fonts(field.AP.N):
                assert {'/FontFile2', '/FontFile3'} & set(font.DescendantFonts[0].FontDescriptor.keys())


def _about(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        return paper.Root.Metadata.read_bytes()


def _fonts(form: pikepdf.Object) -> list[pikepdf.Object]:
    resources = form.get('/Resources', pikepdf.Dictionary())
    own = list(resources.get('/Font', pikepdf.Dictionary()).values())
    return own + [font for each in resources.get('/XObject', pikepdf.Dictionary()).values() for font in _fonts(each)]


async def test_an_official_paper_of_half_a_sheet_is_signed_under_its_own_words(
    trusted: Settings, signers: Signers
) -> None:
    before = made('receipt')
    after = await elsewhere(before, signers.dung, signers.authority)
    (one,) = await signatures_of(after)
    seen = _differs(before, after)
    assert one.holds and one.visible and seen
    width = float(pypdfium2.PdfDocument(before)[0].get_size()[0])
    assert seen[0] > width / 2 and 'hiện trên trang' not in signatures([one], words('vi'))


async def test_a_file_that_demands_the_impossible_of_its_signature_says_that_it_cannot_be_signed(
    trusted: Settings, signers: Signers
) -> None:
    demanding = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_result('Giấy xác nhận', RESULT))) as paper:
        encodings = pikepdf.Array([pikepdf.Name('/adbe.x509.rsa_sha1')])
        paper.Root.AcroForm.Fields[0].SV = pikepdf.Dictionary(Ff=255, SubFilter=encodings)
        paper.save(demanding)
    with pytest.raises(WrongState, match='cannot_sign_file'):
        await elsewhere(demanding.getvalue(), signers.dung, signers.authority)


async def test_where_there_is_no_room_nobody_sees_the_signature_and_it_is_said(
    trusted: Settings, signers: Signers
) -> None:
    sheet = Image.new('L', (620, 877), 'white')
    for y in range(0, 877, 9):
        ImageDraw.Draw(sheet).line((0, y, 620, y), 'black', 2)
    file = io.BytesIO()
    sheet.save(file, 'PDF')
    after = await elsewhere(file.getvalue(), signers.dung, signers.authority)
    (one,) = await signatures_of(after)
    assert one.holds and not one.visible and _differs(file.getvalue(), after) is None
    assert 'không hiện trên trang giấy' in signatures([one], words('vi'))


def test_a_picture_of_the_signature_stands_above_the_name() -> None:
    file = io.BytesIO()
    Image.new('RGBA', (200, 100), (0, 0, 200, 255)).save(file, 'PNG')
    place, at = Place((0, 0, 220, 100)), now()
    with_picture = stamping.drawn(place, 'Phạm Văn Dũng', at, is_seal=False, picture=Picture(file.getvalue()))
    assert b'/Image' in with_picture
    look = pypdfium2.PdfDocument(with_picture)[0]
    assert [round(side) for side in look.get_size()] == [220, 100]
    assert 'Phạm Văn Dũng' in look.get_textpage().get_text_range()
    assert max(_drawn(with_picture).crop((219, 59, 221, 61)).tobytes()) < 100  # the picture, above
    seal = stamping.drawn(place, 'UBND xã', at, is_seal=True, picture=Picture(file.getvalue(), side=30))
    assert 'UBND' not in pypdfium2.PdfDocument(seal)[0].get_textpage().get_text_range()


TEXT, BLANK = (60, 500, 560, 800), (60, 40, 260, 90)
"""Where the paper above says most, and where it says nothing."""
WHITE = b'1 1 1 rg 0 0 600 400 re f 0 0 0 rg 20 20 40 8 re f'
RED = b'0.8 0.1 0.1 RG 2 w ' + b' '.join(b'0 %d m 600 %d l S' % (y, y) for y in range(5, 300, 7))


def _picture(content: bytes, box: tuple[int, int, int, int]) -> bytes:
    """Return what a signature shows, as a PDF of the size of its box."""
    file = io.BytesIO()
    with pikepdf.new() as paper:
        paper.add_blank_page(page_size=(box[2] - box[0], box[3] - box[1]))
        paper.pages[0].Contents = paper.make_stream(content)
        paper.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ('shown', 'box', 'is_hidden'),
    [(WHITE, TEXT, True), (RED, TEXT, False), (WHITE, BLANK, False)],
    ids=['paper over words', 'ink over words', 'paper over paper'],
)
async def test_what_is_signed_elsewhere_may_darken_what_is_printed_and_hides_nothing(
    trusted: Settings, signers: Signers, shown: bytes, box: tuple[int, int, int, int], is_hidden: bool
) -> None:
    before, look = make_result('Giấy xác nhận', RESULT), Look(Place(box), _picture(shown, box))
    key = await unlocked(signers.file(signers.seal), PIN)
    after = await asyncio.to_thread(signed_by, before, Purpose('Ký', 'Tân Phú', now()), key, 'UBND xã', None, look)
    assert _drawn(before).tobytes() != _drawn(after).tobytes() and await continues(after, before)
    if is_hidden:
        with pytest.raises(WrongState, match='hides_print'):
            await brought.additions(after, before)
    else:
        assert len((await brought.additions(after, before))[1]) == 1
