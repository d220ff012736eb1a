"""``/can-bo/giay-to``: official papers that wait for the officer's signature or for the seal; one by one, or several at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from markupsafe import Markup
from nicegui import ui

from app.access import Actor
from app.clock import local
from app.errors import AppError, Invalid, Problem
from app.fields.base import Control
from app.i18n import Words, words
from app.papers import SIZE_LIMIT
from app.signing import keys, official, unlocking
from app.signing.official import Waiting
from app.signing.signing import Signer
from components.buttons import link_button, primary, quiet, secondary
from components.markup import join, markup, show
from components.notice import notice
from components.page_head import page_head, section_head
from components.queues import InboxRow, RowList, Split, action_bar
from components.signatures import signatures
from components.summary_list import facts
from components.toast import toast
from components.upload import PaperFile, Upload
from components.viewer import PaperPage, Viewer
from pages import csrf
from pages.asking import Form, ask_form
from pages.officer.saying import code_link
from pages.officer.signing import ask_pin
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor

router = APIRouter()


@router.post('/tep/giay-to/{document_id}/da-ky')
async def upload_signed(request: Request, document_id: str, file: Annotated[UploadFile, File()]) -> Response:
    """Take back a paper that was signed in another program."""
    visitor = Visitor.of(request)
    try:
        content = await file.read(SIZE_LIMIT + 1)
        await official.add_signed(await visitor.actor(), document_id, content)
    except AppError as error:
        return JSONResponse({'message': words(visitor.lang).error(error)}, status_code=409)
    return JSONResponse({'id': document_id, 'name': file.filename or '', 'size': len(content)}, status_code=201)


@dataclass(frozen=True)
class Outcome:
    """What became of one of several."""

    title: str
    text: str
    is_done: bool


class SigningPapers:
    """The list, and the paper that is open to be read and signed."""

    def __init__(self, visitor: Visitor, title: str) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.found: dict[str, Waiting] = {}
        self.opened: str | None = None
        self.has_key = False
        t = self.t
        page_head(t('signing.papers_title'), t, title=title, hidden=True)
        self.split = Split(on_left=self.close)
        with self.split.list:
            lead = markup(
                '<p><strong>{title}</strong></p><p class="mc-muted">{text}</p>',
                title=t('signing.papers_title'),
                text=t('signing.papers_lead'),
            )
            show(lead, classes='mc-desk-empty')
            self.told = show(classes='mc-desk-empty').props('role=status')
            self.rows = RowList(t('signing.papers_title'), t, on_open=guarded(self.open))
            with ui.element('div').classes('mc-listbar') as self.bar:
                self.many = primary('', guarded(self._several('person'), single=True), t=t)
                self.seals = secondary('', guarded(self._several('seal'), single=True), t=t)

    async def show(self) -> None:
        """Draw the list as it is now."""
        actor = await self.visitor.actor(used=False)
        self.found = {one.id: one for one in await official.waiting(actor)}
        self.has_key = await unlocking.mine(actor) is not None
        if not self.found:
            self.told.set(markup('<p class="mc-empty">{text}</p>', text=self.t('signing.papers_none')))
        if self.opened and self.opened not in self.found:
            self.close()
        self._rows()

    def _rows(self) -> None:
        t = self.t
        self.rows.set_rows([self._row(one) for one in self.found.values()], self.opened)
        self.rows.set_visibility(bool(self.found))
        counts = {wants: sum(one.wants == wants for one in self.found.values()) for wants in ('person', 'seal')}
        counts['person'] *= self.has_key  # a key of one's own device signs each paper by itself
        self.many.set_label(t('signing.papers_many', count=counts['person']))
        self.seals.set_label(t('signing.papers_seal_many', count=counts['seal']))
        self.many.set_visibility(counts['person'] > 1)
        self.seals.set_visibility(counts['seal'] > 1)
        self.bar.set_visibility(max(counts.values()) > 1)

    def _row(self, one: Waiting) -> InboxRow:
        note = f'{one.applicant_name} · {local(one.issued_at):%d/%m/%Y}'
        tag = self.t(f'signing.paper_wants_{one.wants}')
        return InboxRow(one.id, one.title, note, f'/can-bo/giay-to/{one.id}', tag, 'action', code=one.number)

    def close(self) -> None:
        """Go back to the list."""
        self.opened = None
        self.split.open(False)
        self.split.detail.clear()
        with self.split.detail:
            show(notice(self.t('signing.papers_choose')), classes='mc-desk-empty')
        self._rows()

    async def open(self, document_id: str) -> None:
        """Open one to be read: exactly the file that will be signed."""
        one, pages = await official.look(await self.visitor.actor(), document_id)
        key = await self._key(one)
        self.opened = one.id
        self.split.open(True)
        self._rows()
        t = self.t
        self.split.detail.clear()
        with self.split.detail, ui.element('div').classes('mc-case mc-reading'):
            with ui.element('div').classes('mc-case-head'):
                quiet(t('officer.back_to_list'), self.close, t=t, icon='back').classes('mc-only-small')
                section_head(_named(one, t))
                of = code_link(one.dossier_id, one.code, t)
                show(facts([(t('officer.sheet_number'), of), (t('signing.paper_for'), one.applicant_name)]))
                show(signatures(one.signatures, t))
            with ui.element('div').classes('mc-case-body'):
                Viewer([PaperPage(f'/giay-to/{one.id}/trang/{n}') for n in range(1, pages + 1)], one.title, t)
                if key is None and one.wants == 'person':
                    show(markup('<p class="mc-muted">{text}</p>', text=t('signing.paper_no_key')), classes='mc-under')
            with action_bar():
                self._acts(one, key)

    async def _key(self, one: Waiting) -> keys.Key | None:
        actor = await self.visitor.actor()
        return await (official.seal_key(actor, one.unit_id) if one.wants == 'seal' else unlocking.mine(actor))

    def _acts(self, one: Waiting, key: keys.Key | None) -> None:
        t, is_seal = self.t, one.wants == 'seal'
        if key:
            words_ = t('signing.seal_paper_pin' if is_seal else 'signing.sign_paper')
            primary(words_, guarded(lambda: self._sign(one, key), single=True), t=t)
        elsewhere = t('signing.seal_elsewhere' if is_seal else 'signing.sign_elsewhere')
        (secondary if key else primary)(elsewhere, guarded(lambda: self._elsewhere(one), single=True), t=t)

    async def _sign(self, one: Waiting, key: keys.Key) -> None:
        """Sign or seal the paper that is open."""
        t, is_seal = self.t, one.wants == 'seal'
        name = t('signing.seal_paper_pin' if is_seal else 'signing.sign_paper')

        def build(form: Form) -> None:
            form.say(markup('<p>{text}</p>', text=_named(one, t)))
            ask_pin(form, key, t)

        async def act(values: dict[str, Any]) -> str:
            actor, pin = await self.visitor.actor(), values.get('pin') or ''
            return await (official.seal if is_seal else official.sign)(actor, one.id, pin=pin)

        has_signed, _ = await ask_form(name, t, build, act, confirm=name, key='sign_paper')
        if has_signed:
            toast(
                t('signing.papers_sealed_toast' if is_seal else 'signing.papers_signed_toast', title=_named(one, t)), t
            )
            await self._next(one.id)

    async def _next(self, document_id: str) -> None:
        """Show the list as it is now, and open what comes next."""
        order = list(self.found)
        after = order[order.index(document_id) + 1 :] if document_id in order else []
        await self.show()
        following = next((key for key in after if key in self.found), None)
        if following:
            return await self.open(following)
        return self.close()

    async def _elsewhere(self, one: Waiting) -> None:
        """Offer the exact file to be signed elsewhere, and the place where it comes back."""
        t, taken = self.t, False
        name = t('signing.seal_elsewhere' if one.wants == 'seal' else 'signing.sign_elsewhere')

        async def uploaded(file_id: Any) -> PaperFile | None:
            nonlocal taken
            taken = file_id == one.id
            return PaperFile(one.id, one.title, 0, f'/giay-to/{one.id}', '') if taken else None

        def build(form: Form) -> None:
            form.say(markup('<p class="mc-subject">{text}</p>', text=_named(one, t)))
            form.say(markup('<p>{text}</p>', text=t('signing.sign_elsewhere_text')))
            link = link_button(
                t('signing.download_paper'), f'/giay-to/{one.id}', kind='secondary', icon='download', download=True
            )
            show(link, classes='mc-field')
            Upload(
                id='da-ky', label=t('signing.upload_signed'), url=f'/tep/giay-to/{one.id}/da-ky',
                csrf=csrf.token(ui.context.client.request), t=t, on_done=uploaded, on_remove=_keep,
                accept='application/pdf', max_files=1, choose=t('signing.choose_file'), required=True,
            )  # fmt: skip

        async def act(_: dict[str, Any]) -> None:
            if not taken:
                raise Invalid({'file': Problem('signing.nothing_brought')}, 'signing.nothing_brought')

        await ask_form(name, t, build, act, confirm=t('signing.save'), key='paper_elsewhere')
        if taken:
            await self._next(one.id)

    def _several(self, wants: str) -> Callable[[], Awaitable[None]]:
        async def several() -> None:
            found = await sign_several(
                self.visitor, [one for one in self.found.values() if one.wants == wants], self._tell
            )
            if found is not None:
                self.close()
                await self.show()
                is_whole = all(one.is_done for one in found)
                self.told.set(notice(_outcomes(found), tone='ok' if is_whole else 'error'))

        return several

    def _tell(self, done: int, total: int) -> None:
        self.told.set(notice(self.t('signing.papers_progress', done=done, total=total)))


async def sign_several(
    visitor: Visitor, papers: list[Waiting], tell: Callable[[int, int], object]
) -> list[Outcome] | None:
    """Ask which, and once for the PIN, then sign each by itself; one that fails stops no other. None: given up."""
    t = visitor.t
    is_seal = papers[0].wants == 'seal'
    papers = [one for one in papers if one.unit_id == papers[0].unit_id] if is_seal else papers
    actor = await visitor.actor()
    key = await (official.seal_key(actor, papers[0].unit_id) if is_seal else unlocking.mine(actor))
    if key is None:
        raise Invalid({}, 'signing.no_seal' if is_seal else 'signing.paper_no_key')
    name = t('signing.seal_paper_pin' if is_seal else 'signing.sign_paper')

    def build(form: Form) -> None:
        options = [(one.id, f'{_named(one, t)} – {one.applicant_name}') for one in papers]
        label = t('signing.papers_which_seal' if is_seal else 'signing.papers_which')
        form.say(markup('<p>{text}</p>', text=t('signing.papers_each_seal' if is_seal else 'signing.papers_each')))
        ask_pin(form, key, t)
        every = Control('checkboxes', options=tuple(options))
        looks = [f'/giay-to/{one.id}' for one in papers]
        form.ask('papers', label, every, value=[one.id for one in papers], looks=looks)

    async def unlock(values: dict[str, Any]) -> tuple[Signer, list[Waiting]]:
        given = values.get('papers')
        chosen = [one for one in papers if isinstance(given, list) and one.id in given]
        if not chosen:
            raise Invalid({'papers': Problem('signing.papers_none_chosen')}, 'signing.papers_none_chosen')
        actor, pin = await visitor.actor(), values.get('pin') or ''
        signer = await (unlocking.seal(actor, papers[0].unit_id, pin) if is_seal else unlocking.own(actor, pin))
        return signer, chosen

    heading = t('signing.papers_seal_many' if is_seal else 'signing.papers_many', count=len(papers))
    has_agreed, found = await ask_form(heading, t, build, unlock, confirm=name, key='sign_papers')
    if not has_agreed:
        return None
    signer, chosen = found
    outcomes: list[Outcome] = []
    for one in chosen:
        tell(len(outcomes), len(chosen))
        outcomes.append(await _one(visitor, one, signer))
    return outcomes


async def _one(visitor: Visitor, one: Waiting, signer: Signer) -> Outcome:
    t, is_seal = visitor.t, one.wants == 'seal'
    command: Callable[[Actor, str, Signer], Awaitable[str]] = official.seal_with if is_seal else official.sign_with
    try:
        await command(
            await visitor.actor(), one.id, signer
        )  # anew for each: whoever was signed out meanwhile signs no more
    except AppError as error:
        failed = 'signing.papers_failed_seal' if is_seal else 'signing.papers_failed'
        return Outcome(_named(one, t), t(failed, reason=t.error(error)), False)
    return Outcome(_named(one, t), t('signing.papers_sealed' if is_seal else 'signing.papers_done'), True)


def _outcomes(found: list[Outcome]) -> Markup:
    lines = join(markup('<li>{title}: {text}</li>', title=one.title, text=one.text) for one in found)
    return markup('<ul class="mc-bullets">{lines}</ul>', lines=lines)


def _named(one: Waiting, t: Words) -> str:
    return t('signing.paper_of', title=one.title, number=one.number)


def _keep(_file_id: str) -> None:
    """What was signed stays."""
    raise Invalid({'file': Problem('officer.result_stays')}, 'officer.result_stays')


async def papers_page(visitor: Visitor, screen: Screen) -> None:
    """Draw the papers that wait for this officer."""
    await _drawn(visitor, screen, visitor.t('signing.papers_title'))


async def paper_page(visitor: Visitor, screen: Screen, document_id: str) -> None:
    """Draw them with one open."""
    table = await _drawn(visitor, screen, visitor.t('signing.paper_page_title'))
    try:
        await table.open(document_id)
    except AppError as error:  # signed meanwhile, or for somebody else: the list is there all the same
        table.told.set(notice(visitor.t.error(error), tone='warn'))


async def _drawn(visitor: Visitor, screen: Screen, title: str) -> SigningPapers:
    table = SigningPapers(visitor, title)
    table.close()
    await table.show()
    units = (await visitor.actor()).units(keys.OWN)
    with table.split.list:
        screen.on_change([f'queue:{unit}' for unit in units], table.show)
    return table


ROUTES = [
    Route(
        '/can-bo/giay-to',
        papers_page,
        need=keys.OWN,
        title_key='signing.papers_title',
        menu='file',
        rare=True,
        wide=True,
    ),
    Route('/can-bo/giay-to/{document_id}', paper_page, need=keys.OWN, title_key='signing.paper_page_title', wide=True),
]
