"""Pictures of papers as they are kept: upright, legible, small, and with nothing in them but the picture."""

import hashlib
import io
import os

import pikepdf
import pytest
from PIL import Image, ImageCms

from app import papers
from app.errors import Invalid
from tests.papers import sheets
from tests.papers.sheets import photograph, saved, sheet

PRIVATE = (b'Exif', 'riêng'.encode(), b'GPS', 'Máy ảnh'.encode(), b'xmp')


def dark(picture: Image.Image, x: float, y: float) -> bool:
    value = picture.convert('L').getpixel((int(picture.width * x), int(picture.height * y)))
    return isinstance(value, int | float) and value < 60


@pytest.mark.parametrize(
    ('kind', 'media_type'),
    [('JPEG', 'image/jpeg'), ('WEBP', 'image/jpeg'), ('HEIF', 'image/jpeg'), ('PNG', 'image/png')],
)
async def test_a_photograph_is_turned_upright_and_tells_no_place(kind: str, media_type: str) -> None:
    content = photograph(kind, turned=6 if kind != 'HEIF' else 1)
    with Image.open(io.BytesIO(content)) as before:
        assert before.getexif().get_ifd(0x8825), 'the place was in it'
    kept = await papers.inspect(content, 'ảnh')
    assert kept.media_type == media_type and kept.received_sha256 == hashlib.sha256(content).hexdigest()
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert not picture.getexif() and not {'exif', 'xmp', 'comment', 'icc_profile'} & picture.info.keys()
        if kind != 'HEIF':
            assert picture.size == (200, 300) and dark(picture, 0.9, 0.1) and not dark(picture, 0.1, 0.1)
    assert not any(word in kept.content for word in PRIVATE)


async def test_remarks_and_profiles_are_gone() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes()
    for kind, more in (('JPEG', {'comment': b'at home'}), ('PNG', {})):
        content = saved(sheet(), kind, icc_profile=profile, **more)
        kept = await papers.inspect(content, 'ảnh')
        with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(kept.content)) as after:
            assert {'icc_profile', *more} <= before.info.keys()
            assert not {'icc_profile', *more} & after.info.keys()


async def test_texts_in_a_png_are_gone() -> None:
    content = sheets.talking_png()
    assert 'riêng'.encode() in content or b'Comment' in content
    kept = await papers.inspect(content, 'ảnh.png')
    assert kept.media_type == 'image/png' and b'Comment' not in kept.content and b'adobe' not in kept.content


SIZES = [
    ((6000, 4000), (2500, 1667)),
    ((2000, 1500), (2000, 1500)),
    ((1000, 9000), (1000, 9000)),
    ((2800, 14000), (1400, 7000)),
]


@pytest.mark.parametrize(('size', 'expected'), SIZES)
async def test_a_picture_is_as_large_as_reading_needs(size: tuple[int, int], expected: tuple[int, int]) -> None:
    kept = await papers.inspect(saved(sheet(size), 'JPEG'), 'ảnh.jpg')
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == expected


async def test_a_photograph_sent_as_png_becomes_small() -> None:
    noise = Image.frombytes('RGB', (1500, 1200), os.urandom(1500 * 1200 * 3))
    content = saved(noise, 'PNG')
    kept = await papers.inspect(content, 'ảnh.png')
    assert kept.media_type == 'image/jpeg' and kept.name == 'ảnh.jpg' and len(kept.content) < len(content) / 2


@pytest.mark.parametrize('mode', ['1', 'L', 'LA', 'P', 'RGB', 'RGBA', 'I;16'])
async def test_every_way_to_write_dots_is_readable(mode: str) -> None:
    if mode == 'I;16':
        picture = Image.new('I;16', (300, 200), 65535)
        picture.paste(0, (0, 0, 150, 100))
    else:
        picture = sheet().convert(mode)
    kept = await papers.inspect(saved(picture, 'PNG'), 'ảnh.png')
    with Image.open(io.BytesIO(kept.content)) as made:
        assert dark(made, 0.2, 0.2) and not dark(made, 0.8, 0.8)


async def test_what_is_transparent_lies_on_white_paper() -> None:
    kept = await papers.inspect(saved(Image.new('RGBA', (50, 50), (0, 0, 0, 0)), 'PNG'), 'ảnh.png')
    with Image.open(io.BytesIO(kept.content)) as made:
        assert made.convert('RGB').getpixel((20, 20)) == (255, 255, 255)


async def test_what_is_glued_to_a_picture_does_not_come_along() -> None:
    for kind in ('JPEG', 'PNG', 'WEBP'):
        kept = await papers.inspect(saved(sheet(), kind) + sheets.word() + b'<script>alert(1)</script>', 'ảnh')
        assert b'PK' not in kept.content and b'script' not in kept.content


async def test_papers_that_may_be_signed_are_kept_to_the_letter() -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    for name, content in (('a.pdf', out.getvalue()), ('a.docx', sheets.word()), ('a.xlsx', sheets.excel())):
        kept = await papers.inspect(content, 'x')
        assert kept.content == content and kept.name == 'x' + name[1:]


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP', 'HEIF'])
async def test_a_picture_that_was_cut_off_is_refused(kind: str) -> None:
    whole = saved(Image.effect_noise((300, 300), 90).convert('RGB'), kind)
    await papers.inspect(whole, 'ảnh')
    with pytest.raises(Invalid) as refused:
        await papers.inspect(whole[: len(whole) * 2 // 3], 'ảnh')
    assert refused.value.key in ('papers.broken', 'papers.kind')


# --- several pictures as one paper ---------------------------------------------------------------------------------------------


async def test_pictures_become_the_pages_of_one_pdf_in_the_order_asked_for() -> None:
    first, second = saved(sheet((400, 600)), 'JPEG'), saved(Image.new('L', (600, 400), 'white'), 'PNG')
    sources = [(first, 'image/jpeg'), (second, 'image/png')]
    book = await papers.bind(sources, [(1, 1), (0, 1)], 'giấy')
    assert (book.media_type, book.pages, book.name) == ('application/pdf', 2, 'giấy.pdf')
    with pikepdf.open(io.BytesIO(book.content)) as pdf:
        boxes = [[float(side) for side in page.mediabox] for page in pdf.pages]
        assert boxes == [[0, 0, 842, 595], [0, 0, 595, 842]]
        assert pdf.pages[1].obj.Resources.XObject.Picture.read_raw_bytes() == first, 'no second loss'
    for page, is_dark in ((1, False), (2, True)):
        with Image.open(io.BytesIO(await papers.page_picture(book.content, book.media_type, page))) as drawn:
            assert dark(drawn, 0.2, 0.2) is is_dark
    again = await papers.bind([(book.content, 'application/pdf'), (first, 'image/jpeg')], [(1, 1), (0, 2)], 'giấy')
    assert again.pages == 2
    assert (await papers.inspect(again.content, 'giấy.pdf')).pages == 2, 'it passes as any paper'


async def test_a_page_that_is_not_there_is_not_bound() -> None:
    first = saved(sheet(), 'JPEG')
    for page in (0, 2, -1):
        with pytest.raises(Invalid):
            await papers.bind([(first, 'image/jpeg')], [(0, page)], 'x')
