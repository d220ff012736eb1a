"""Correcting a dossier in place: only what was asked for is open, saved as it is entered, sent together."""

from functools import partial
from typing import Any

from nicegui import ui

from app.dossiers import applicant, attachments, binding
from app.dossiers.correcting import Correction, correction
from app.dossiers.drafts import SavedAnswer
from app.dossiers.queries import Asked, progress
from app.errors import Invalid, NotFound, Problem
from app.fields.base import Control
from app.i18n import Words
from app.papers import SIZE_LIMIT
from components import wording
from components.buffer import DraftBuffer
from components.buttons import actions, link_button, primary
from components.cards import card
from components.error_summary import ErrorSummary
from components.fields import FieldView
from components.fields import draw as draw_question
from components.frame import narrow
from components.markup import show
from components.notice import notice
from components.page_head import page_head
from components.upload import PaperFile, Upload
from pages import csrf
from pages.apply.documents import TAKEN, as_paper
from pages.apply.questions import Questions
from pages.citizen.acts import named, opened, what_is_asked
from pages.citizen.dossier import closed
from pages.citizen.dossiers import PATH
from pages.shell import Route, Screen
from pages.visitor import Visitor

OTHER = 'khac'
"""The paper of no named component, in the address of its upload."""
NOTE = 'ghi-chu'
"""The question of the word to the officer."""


async def supplement(visitor: Visitor, screen: Screen, dossier_id: str) -> None:
    """Draw the items asked for. A guest's dossier before acceptance is filed anew instead.

    Who opened it too long ago is asked for number and secret; the browser still has what was not saved.
    """
    t, actor = visitor.t, await visitor.actor()
    try:
        found = await progress(actor, dossier_id)
    except NotFound:
        return closed(screen, t)
    if found.asked is None or found.asked.by_new_filing:
        page_head(t('citizen.supplement_title'), t, lead=t('workflow.nothing_asked'), back=_back(dossier_id, t))
        return
    now = await correction(actor, dossier_id)
    with narrow():
        _Screen(visitor, screen, now, found.asked).draw()


def _back(dossier_id: str, t: Words) -> tuple[str, str]:
    return f'{PATH}/{dossier_id}', t('citizen.back_dossier')


class _Screen:
    """The items of one request. ``now.version`` goes back with the sending."""

    def __init__(self, visitor: Visitor, screen: Screen, now: Correction, asked: Asked) -> None:
        self.visitor, self.screen, self.now, self.asked = visitor, screen, now, asked
        self.t = visitor.t
        self.uploads: dict[str, Upload] = {}

    def draw(self) -> None:
        """Draw request, questions, papers, a word to the officer, and the one button."""
        t, now = self.t, self.now
        self.problems = ErrorSummary(t)
        page_head(t('citizen.supplement_title'), t, back=_back(now.dossier_id, t), lead=t.pick(now.spec.name))
        show(notice(what_is_asked(now.spec, self.asked, t), tone='warn', title=t('public.progress_asked')))
        self.questions = self._questions()
        with DraftBuffer(now.dossier_id, t, on_orphan=self._keep_orphan) as self.buffer:
            self.questions.draw()
            for item in self._papers():
                with card():
                    self.uploads[f'document:{item["id"]}'] = self._upload(item)
            self.note = draw_question(
                Control('textarea'), id=NOTE, label=t('citizen.note'), t=t, value=now.note, on_change=self._save_note
            )
        with actions():
            primary(t('citizen.supplement_send'), opened(self._send), t=t, busy=t('apply.sending'))
            show(link_button(t('citizen.supplement_later'), f'{PATH}/{now.dossier_id}', kind='secondary'))

    def _papers(self) -> list[dict[str, str]]:
        """Return the papers asked for, and one card for whatever else was asked in words."""
        papers = [item for item in self.now.items if item['kind'] == 'document']
        others = [item for item in self.now.items if item['kind'] == 'other']
        texts = ' '.join(item['text'] for item in others)
        return [*papers, {'kind': 'other', 'id': OTHER, 'text': texts}] if others else papers

    def _questions(self) -> Questions:
        now, t = self.now, self.t
        asked = {item['id']: item['text'] for item in now.items if item['kind'] == 'field'}
        fields = tuple(f for s in now.spec.sections for f in s.fields if f.id in asked)
        return Questions(
            spec=now.spec,
            fields=fields,
            answers=dict(now.answers),
            values=dict(now.values),
            t=t,
            save=self._save,
            unread=dict(now.problems),
            notes={key: t('apply.officer_says', text=text) for key, text in asked.items() if text},
            veiled={key: t('apply.veiled', number=number) for key, number in now.veiled.items()},
            is_fixed=True,
        )

    async def _save(self, raw: dict[str, Any]) -> tuple[SavedAnswer, ...]:
        return await applicant.save_correction(await self.visitor.actor(), self.now.dossier_id, raw)

    async def _save_note(self, raw: object) -> None:
        await applicant.save_supplement_note(await self.visitor.actor(), self.now.dossier_id, raw)

    async def _keep_orphan(self, name: str, raw: object) -> None:
        """Save an answer that the browser still had; one that is no longer asked for is let go."""
        try:
            await self._save({name: raw})
        except NotFound:
            return

    def _upload(self, item: dict[str, str]) -> Upload:
        t, now = self.t, self.now
        document = now.spec.document(item['id'])
        key = item['id'] if document else None
        said = [t('apply.officer_says', text=item['text'])] if item['text'] else []
        if document and (copies := wording.copies_text(document, t)):
            said.append(t('apply.paper_copies', copies=copies))
        return Upload(
            id=f'document:{item["id"]}',
            label=named(now.spec, item, t) or t('citizen.other_paper'),
            url=f'/tep/bo-sung/{now.dossier_id}/{item["id"]}',
            csrf=csrf.token(self.screen.client.request),
            t=t,
            on_done=partial(self._done, key),
            on_remove=self._remove,
            on_bind=partial(self._bind, key),
            files=[as_paper(f, None, t) for f in now.files if f.document_id == key],
            hint='\n'.join(said) or None,
            required=document is not None,
            accept=TAKEN,
            max_bytes=SIZE_LIMIT,
            max_files=attachments.PER_DOCUMENT,
        )

    async def _done(self, document_id: str | None, file_id: str) -> PaperFile | None:
        fresh = await correction(await self.visitor.actor(), self.now.dossier_id)
        mine = (f for f in fresh.files if f.id == file_id and f.document_id == document_id)
        return next((as_paper(file, None, self.t) for file in mine), None)

    async def _bind(self, document_id: str | None, files: Any, pages: Any) -> PaperFile:
        actor = await self.visitor.actor()
        book = await binding.bind_supplement(actor, self.now.dossier_id, document_id, files, pages)
        return as_paper(book, None, self.t)

    async def _remove(self, file_id: str) -> None:
        await attachments.remove_from_supplement(await self.visitor.actor(), self.now.dossier_id, file_id)

    async def _send(self) -> None:
        note = self.note.value if isinstance(self.note, FieldView) and isinstance(self.note.value, str) else ''
        async with self.buffer.settled():
            try:
                await applicant.send_supplement(
                    await self.visitor.actor(), self.now.dossier_id, self.now.version, note=note.strip() or None
                )
            except Invalid as refused:
                return self._say(refused.problems)
        self.buffer.forget()
        ui.navigate.to(f'{PATH}/{self.now.dossier_id}?xong=bo-sung')

    def _say(self, found: dict[str, Problem]) -> None:
        self.questions.say_problems(found)
        for name, upload in self.uploads.items():
            upload.set_problem(found.get(name))
        papers = {f'document:{i["id"]}': named(self.now.spec, i, self.t) for i in self._papers()}
        self.problems.show(found, labels={**self.questions.labels(), **papers})


ROUTES = [Route(PATH + '/{dossier_id}/bo-sung', supplement, 'anyone', 'citizen.supplement_title')]
