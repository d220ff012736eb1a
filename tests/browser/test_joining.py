"""Several photographs of one paper are put in order and joined on the narrowest telephone, by touch and by keyboard."""

import re

from playwright.sync_api import Page, expect

from tests.browser.filling import Person, photo, ready


def test_three_photographs_become_one_paper_of_two_pages(page: Page) -> None:
    page.set_viewport_size({'width': 360, 'height': 740})
    an = Person(page, 'chung-thuc-chu-ky')
    an.start()
    while 'trang=giay-to' not in page.url:
        an.fill_page()
        an.go_on()
    box = page.locator('.mc-field[role=group]').first
    arrange = box.get_by_role('button', name=re.compile('^Xếp thứ tự và ghép các trang'))
    box.locator('input[type=file]').first.set_input_files(
        [photo('mot.jpg'), photo('hai.jpg', size=(1200, 900)), photo('ba.jpg')]
    )
    expect(box.get_by_role('link', name='ba.jpg')).to_be_visible()
    expect(arrange).to_contain_text('3 trang')
    arrange.click()
    leaves = box.locator('.mc-leaves li')
    expect(leaves).to_have_count(3)
    page.wait_for_function('document.querySelector(".mc-leaves img").naturalWidth > 100')
    assert page.evaluate('document.documentElement.scrollWidth') <= 360
    for button in box.locator('.mc-leaves button').all():
        around = button.bounding_box()
        assert around and around['width'] >= 44 and around['height'] >= 44
    up = leaves.nth(2).get_by_role('button', name='Lên – Trang 3')
    up.focus()
    page.keyboard.press('Enter')
    expect(leaves.nth(1)).to_contain_text('ba.jpg')
    expect(leaves.nth(1).get_by_role('button', name='Lên – Trang 2')).to_be_focused()
    page.keyboard.press('Enter')
    expect(leaves.first).to_contain_text('ba.jpg')
    leaves.nth(1).get_by_role('button', name='Bỏ – Trang 2').click()
    expect(leaves).to_have_count(2)
    box.get_by_role('button', name='Ghép 2 trang thành một tệp').click()
    book = box.get_by_role('listitem').filter(has_text='ba.pdf')
    expect(book).to_contain_text('2 trang')
    page.reload()
    ready(page)
    expect(box.get_by_role('listitem')).to_have_count(1)
    expect(book).to_contain_text('2 trang')
    arrange.click()
    leaves.first.get_by_role('button', name='Xuống – Trang 1').click()
    box.get_by_role('button', name='Ghép 2 trang thành một tệp').click()
    expect(box.locator('.mc-leaves')).to_have_count(0)
    expect(box.get_by_role('listitem').filter(has_text='ba.pdf')).to_contain_text('2 trang')
