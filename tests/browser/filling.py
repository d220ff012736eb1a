"""Filling in a form as a person does: question by question, whatever shows, until the review."""

import io
import re
from random import Random
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, expect

from app.demo.answers import plausible
from app.procedures.schema import FormField, ProcedureSpec
from tests.support.answers import catalogue


def spec_of(slug: str) -> ProcedureSpec:
    """Return a procedure of the shipped catalogue."""
    return catalogue()[slug]


def photo(name: str = 'anh.jpg', *, size: tuple[int, int] = (900, 1200)) -> FilePayload:
    """Return a picture as a telephone takes it."""
    picture = Image.new('RGB', size, '#f4efe3')
    ImageDraw.Draw(picture).rectangle((60, 60, size[0] - 60, size[1] - 60), outline='#333', width=6)
    out = io.BytesIO()
    picture.save(out, 'JPEG')
    return FilePayload(name=name, mimeType='image/jpeg', buffer=out.getvalue())


SAVED = '!Object.keys(sessionStorage).some(key => key.startsWith("mc.draft."))'
"""True in a page that has nothing left to save."""


class Person:
    """Somebody who knows an answer to every question of a procedure."""

    def __init__(self, page: Page, slug: str, *, seed: int = 7, **answers: Any) -> None:
        self.page, self.spec = page, spec_of(slug)
        self.answers = {**plausible(self.spec, Random(seed)), **answers}
        self.typed: dict[str, str] = {}
        """What was written into text boxes, by question."""

    def start(self, button: str = '') -> None:
        """Start on the page of the procedure; by a ``button`` of the application's own, where a way is chosen."""
        self.page.goto(f'/{"nop" if button else "thu-tuc"}/{self.spec.id}')
        if button:
            ready(self.page)
        self.page.get_by_role('button', name=button or 'Bắt đầu', exact=True).first.click()
        self.page.locator('.mc-stepper').wait_for()

    def heading(self) -> str:
        """Return the heading of the page."""
        return self.page.locator('h1').inner_text()

    def fill_page(self, *, saved: bool = True) -> None:
        """Answer what shows; an answer may bring up more once it is ``saved``."""
        done: set[str] = set()
        while waiting := [f for s in self.spec.sections for f in s.fields if f.id not in done and self._shows(f)]:
            done.add(waiting[0].id)
            self._answer(waiting[0], self.answers.get(waiting[0].id))
            if saved:
                self.page.wait_for_function(SAVED)

    def go_on(self, button: str = 'Tiếp tục') -> None:
        """Press the button and wait for another page."""
        before = self.page.url
        self.page.get_by_role('button', name=button, exact=True).click()
        expect(self.page).not_to_have_url(before)
        expect(self.page.locator('h1')).to_be_focused()

    def fill_all(self) -> None:
        """Go through the form to the review, with a picture for each paper."""
        while 'trang=xem-lai' not in self.page.url:
            self.fill_page()
            self.send_papers()
            self.go_on()

    def send_papers(self) -> None:
        """Send a picture for each paper that can be sent and is not there yet."""
        for box in self.page.locator('.mc-field:has(input[type=file])').all():
            if not box.locator('.mc-files').count():
                box.locator('input[type=file]').first.set_input_files(photo())
                expect(box.get_by_role('link', name='anh.jpg')).to_be_visible()

    def submit(self) -> tuple[str, str]:
        """Declare, send, and return number and secret."""
        self.page.get_by_label(re.compile('cam đoan', re.IGNORECASE)).check()
        self.page.get_by_role('button', name='Gửi hồ sơ').click()
        expect(self.page.get_by_role('heading', name='Đã gửi hồ sơ')).to_be_visible()
        number = self.page.locator('.mc-panel .mc-code').inner_text()
        secret = self.page.locator('.mc-secret .mc-copy-text').inner_text().rpartition(':')[2].replace(' ', '').strip()
        return number, secret

    def _shows(self, field: FormField) -> bool:
        return self.page.locator(f'#q-{field.id}').count() > 0

    def _answer_group(self, field: FormField) -> None:
        """Fill in the entries, those after the first by adding them."""
        for number, entry in enumerate(self.answers.get(field.id) or []):
            if self.page.locator('.mc-entry').count() <= number:
                self.page.locator(f'#q-{field.id}').click()
                self.page.locator('.mc-entry').nth(number).wait_for()
            for inner in field.fields:
                path = f'{field.id}-{number}-{inner.id}'
                if self.page.locator(f'#q-{path}').count():
                    self._answer(inner.model_copy(update={'id': path}), entry.get(inner.id))

    def _answer(self, field: FormField, value: Any) -> None:
        if field.fields:
            return self._answer_group(field)
        box = self.page.locator(f'#q-{field.id}')
        if value is None and field.type != 'checkbox' and box.get_attribute('aria-required') != 'true':
            return
        if field.type == 'address':
            return self._address(field, value or {})
        name = box.evaluate('el => el.tagName')
        if name == 'SELECT':
            box.select_option(value)
        elif box.get_attribute('type') == 'radio':
            self.page.locator(f'input[name="q-{field.id}"][value="{value}"]').check()
        elif field.type in ('checkbox', 'multi_choice'):
            self._tick(field.id, value)
        else:
            self._write(field.id, value)

    def _tick(self, name: str, value: Any) -> None:
        if isinstance(value, list):
            for each in value:
                self.page.locator(f'input[name="q-{name}"][value="{each}"]').check()
        elif value:
            self.page.locator(f'#q-{name}').check()

    def _write(self, name: str, value: Any) -> None:
        text = '/'.join(reversed(value.split('-'))) if re.fullmatch(r'\d{4}(-\d{2}){1,2}', str(value)) else str(value)
        box = self.page.locator(f'#q-{name}')
        box.fill(text)
        box.blur()
        self.typed[name] = box.input_value()

    def _address(self, field: FormField, value: dict[str, str]) -> None:
        name, first = field.id, (field.rules.parts or ('province',))[0]
        for part in field.rules.parts or ('province', 'commune', 'detail'):
            text = value.get(part) or ('VN' if part == 'country' else '')
            box = self.page.locator(f'#q-{name}' if part == first else f'#q-{name}-{part}')
            if not text or not box.count():
                continue
            if part in ('country', 'province'):
                box.select_option(text)
            else:
                box.fill(text)
                box.blur()


def ready(page: Page) -> None:
    """Wait until the page hears."""
    page.wait_for_function('window.did_handshake')
    page.locator('h1').wait_for(state='attached')


def sign_in(page: Page, name: str) -> None:
    """Sign in as one of the demonstration's people."""
    page.goto('/dang-nhap')
    page.get_by_role('button', name=re.compile(f'vai {name}')).click()
    page.wait_for_url(lambda url: '/dang-nhap' not in url)
