"""``/can-bo/chu-ky``: one's own certificates and keys. ``/quan-tri/con-dau``: the seals of units."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from markupsafe import Markup
from nicegui import ui

from app.access import Actor
from app.accounts.proving import require_proof
from app.clock import local
from app.errors import AppError
from app.i18n import Words, words
from app.notifications import settings
from app.signing import keys, pictures, unattended, unlocking, waiting
from app.signing.keys import Key, UnitSeal
from app.signing.opening import LARGEST
from app.signing.trust import DEMO_PIN
from components.buttons import actions, primary, quiet, secondary
from components.cards import card, stack
from components.dialogs import ask
from components.markup import NOTHING, markup, show
from components.notice import notice
from components.page_head import page_head
from components.summary_list import Row, summary_list
from components.tags import tag, tags
from components.toast import toast
from components.upload import PaperFile, Upload
from pages import csrf
from pages.admin.proving import proven
from pages.asking import Form, ask_form
from pages.officer.signing import SECRET, ask_pin
from pages.shell import Route, guarded
from pages.visitor import Visitor

router = APIRouter()
ACCEPTED = {'key': '.p12,.pfx', 'certificate': '.cer,.crt,.pem,.der', 'picture': 'image/png'}
Keep = Callable[[Actor, bytes, dict[str, Any]], Awaitable[Key]]
"""Keeps a file, with the answers given beside it."""


@router.post('/tep/khoa-ky')
async def upload_key(request: Request, file: Annotated[UploadFile, File()]) -> Response:
    """Take a key or certificate file until its PIN follows."""
    visitor = Visitor.of(request)
    try:
        kept = waiting.put(await visitor.actor(), file.filename or '', await file.read(LARGEST + 1))
    except AppError as error:
        return JSONResponse({'message': words(visitor.lang).error(error)}, status_code=409)
    return JSONResponse({'id': kept.id, 'name': kept.name, 'size': len(kept.content)}, status_code=201)


class Keys(ABC):
    """What both screens do: ask for a file and a PIN, keep it, show it again."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.box: ui.element

    @abstractmethod
    async def show(self) -> None:
        """Draw what there is now."""

    async def take(
        self,
        heading: str,
        keep: Keep,
        kind: Literal['key', 'certificate', 'picture'] = 'key',
        *,
        has_picture: bool = False,
    ) -> None:
        """Ask for the file, and the PIN of a key; what is kept is shown. Who is there is asked first.

        ``has_picture``: the key before shows one, which the new key can go on showing.
        """
        t, visitor = self.t, self.visitor

        await proven(visitor, _prove)
        actor = await visitor.actor()
        waiting.forget(actor)

        def build(form: Form) -> None:
            _upload(visitor, kind)
            if kind == 'key':
                form.ask('pin', t('signing.pin'), SECRET)
                if has_picture:
                    form.tick('keep_picture', t('signing.keep_picture'), required=False, value=True)
            else:
                form.say(markup('<p>{text}</p>', text=t(f'signing.{kind}_text')))

        async def act(values: dict[str, Any]) -> Key:
            actor = await visitor.actor()
            key = await keep(actor, waiting.content_of(actor), values)
            waiting.forget(actor)
            return key

        has_kept, key = await ask_form(heading, t, build, act, confirm=t('signing.save'), key='key')
        if has_kept:
            toast(t('signing.picture_saved' if kind == 'picture' else 'signing.saved', name=key.signer), t)
            await self.show()


async def _prove(actor: Actor) -> None:
    require_proof(actor)


def _upload(visitor: Visitor, kind: str) -> None:
    t = visitor.t

    async def uploaded(file_id: Any) -> PaperFile | None:
        one = waiting.of(await visitor.actor())
        return PaperFile(one.id, one.name, len(one.content)) if one and one.id == file_id else None

    async def removed(_file_id: str) -> None:
        waiting.forget(await visitor.actor())

    Upload(
        id='khoa',
        label=t(f'signing.{kind}_file'),
        url='/tep/khoa-ky',
        csrf=csrf.token(ui.context.client.request),
        t=t,
        on_done=uploaded,
        on_remove=removed,
        accept=ACCEPTED[kind],
        max_bytes=LARGEST,
        max_files=1,
        choose=t('signing.choose_file'),
        required=True,
    )


class OwnKeys(Keys):
    """One's own."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__(visitor)
        t = self.t
        page_head(t('signing.title'), t)
        show(markup('<p>{text}</p>', text=t('signing.lead')))
        self.box = stack()
        with actions():
            primary(t('signing.add_key'), guarded(self.add_key, single=True), t=t, icon='plus')
            secondary(t('signing.add_certificate'), guarded(self.add_certificate, single=True), t=t)

    async def show(self) -> None:
        """Draw one's certificates."""
        found = await keys.own(await self.visitor.actor())
        self.box.clear()
        with self.box:
            _say_demo(self.t)
            if not found:
                show(markup('<p class="mc-empty">{text}</p>', text=self.t('signing.none')))
            for key in found:
                with card():
                    show(described(key, self.t))
                    if key.is_kept:
                        secondary(self.t('signing.add_picture'), guarded(self._add_picture, single=True), t=self.t)
                    quiet(self.t('signing.remove'), guarded(self._remove(key), single=True), t=self.t, about=key.signer)

    async def add_key(self) -> None:
        """Entrust a key."""

        async def keep(actor: Actor, content: bytes, given: dict[str, Any]) -> Key:
            return await keys.add_own(
                actor, content, given.get('pin') or '', keep_picture=given.get('keep_picture') is True
            )

        before = await unlocking.mine(await self.visitor.actor())
        has_picture = before is not None and before.has_picture
        await self.take(self.t('signing.add_key'), keep, has_picture=has_picture)

    async def add_certificate(self) -> None:
        """Register the certificate of a key that stays in a device."""

        async def keep(actor: Actor, content: bytes, _: dict[str, Any]) -> Key:
            return await keys.add_certificate(actor, content)

        await self.take(self.t('signing.add_certificate'), keep, 'certificate')

    async def _add_picture(self) -> None:
        """Entrust the picture of one's own signature."""

        async def keep(actor: Actor, content: bytes, _: dict[str, Any]) -> Key:
            return await pictures.add_own(actor, content)

        await self.take(self.t('signing.add_picture'), keep, 'picture')

    def _remove(self, key: Key) -> Callable[[], Awaitable[None]]:
        async def remove() -> None:
            name = self.t('signing.remove')
            if await ask(f'{name}: {key.signer}', self.t('signing.remove_ask'), self.t, confirm=name, kind='danger'):
                await keys.remove_own(await self.visitor.actor(), key.id)
                toast(self.t('signing.removed'), self.t)
                await self.show()

        return remove


class Seals(Keys):
    """Those of the units that an administrator manages."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__(visitor)
        t = self.t
        page_head(t('signing.seals_title'), t, lead=t('signing.seals_lead'), back=('/quan-tri', t('admin.title')))
        self.box = stack()

    async def show(self) -> None:
        """Draw every unit with its seal."""
        t, found = self.t, await keys.seals(await self.visitor.actor())
        self.box.clear()
        with self.box:
            _say_demo(t)
            for one in found:
                with card(one.unit_name):
                    none = markup('<p class="mc-muted">{text}</p>', text=t('signing.seal_none'))
                    show(described(one.key, t, of=one.unit_name) if one.key else none)
                    with ui.element('div').classes('mc-actions is-tight'):
                        secondary(t('signing.seal_add'), guarded(self._add(one), single=True), t=t)
                        if one.key:
                            secondary(t('signing.add_seal_picture'), guarded(self._add_picture(one), single=True), t=t)
                            is_by_itself = one.key.is_unattended
                            what = t('signing.unattended_end' if is_by_itself else 'signing.unattended_allow')
                            act = self._end_unattended(one) if is_by_itself else self._allow_unattended(one, one.key)
                            secondary(what, guarded(act, single=True), t=t)
                            quiet(
                                t('signing.remove'), guarded(self._remove(one), single=True), t=t, about=one.unit_name
                            )

    def _add(self, one: UnitSeal) -> Callable[[], Awaitable[None]]:
        async def keep(actor: Actor, content: bytes, given: dict[str, Any]) -> Key:
            pin, is_kept = given.get('pin') or '', given.get('keep_picture') is True
            return await keys.add_seal(actor, one.unit_id, content, pin, keep_picture=is_kept)

        async def add() -> None:
            has_picture = one.key is not None and one.key.has_picture
            await self.take(f'{self.t("signing.seal_add")}: {one.unit_name}', keep, has_picture=has_picture)

        return add

    def _add_picture(self, one: UnitSeal) -> Callable[[], Awaitable[None]]:
        async def keep(actor: Actor, content: bytes, _: dict[str, Any]) -> Key:
            return await pictures.add_seal(actor, one.unit_id, content)

        async def add() -> None:
            await self.take(f'{self.t("signing.add_seal_picture")}: {one.unit_name}', keep, 'picture')

        return add

    def _allow_unattended(self, one: UnitSeal, key: Key) -> Callable[[], Awaitable[None]]:
        """Have the service keep the PIN of a seal, after what that costs was said."""

        async def allow() -> None:
            t = self.t
            await proven(self.visitor, _prove)

            def build(form: Form) -> None:
                form.say(markup('<p>{text}</p>', text=t('signing.unattended_text')))
                ask_pin(form, key, t)

            async def act(values: dict[str, Any]) -> Key:
                return await unattended.allow(await self.visitor.actor(), one.unit_id, values.get('pin') or '')

            heading = f'{t("signing.unattended_allow")}: {one.unit_name}'
            has_agreed, _ = await ask_form(
                heading, t, build, act, confirm=t('signing.unattended_allow'), key='unattended'
            )
            if has_agreed:
                toast(t('signing.unattended_done'), t)
                await self.show()

        return allow

    def _end_unattended(self, one: UnitSeal) -> Callable[[], Awaitable[None]]:
        async def end() -> None:
            t, name = self.t, self.t('signing.unattended_end')
            if await ask(f'{name}: {one.unit_name}', t('signing.unattended_end_ask'), t, confirm=name):
                await proven(self.visitor, lambda actor: unattended.end(actor, one.unit_id))
                toast(t('signing.unattended_ended'), t)
                await self.show()

        return end

    def _remove(self, one: UnitSeal) -> Callable[[], Awaitable[None]]:
        async def remove() -> None:
            t, name = self.t, self.t('signing.remove')
            if await ask(f'{name}: {one.unit_name}', t('signing.seal_remove_ask'), t, confirm=name, kind='danger'):
                await proven(self.visitor, lambda actor: keys.remove_seal(actor, one.unit_id))
                toast(t('signing.removed'), t)
                await self.show()

        return remove


def described(key: Key, t: Words, *, of: str = '') -> Markup:
    """Return what a certificate says; whose it is only where that is not ``of`` whom everything here is."""
    state = tag(t('signing.is_kept'), 'ok') if key.is_kept else tag(t('signing.is_elsewhere'))
    more = [tag(t('signing.unattended'), 'action')] if key.is_unattended else []
    marks = tags(state, *more, *([] if key.is_valid else [tag(t('signing.is_expired'), 'error')]))
    shows = t('signing.picture_yes' if key.has_picture else 'signing.picture_none')
    since, until = (f'{local(moment):%d/%m/%Y}' for moment in (key.valid_from, key.valid_to))
    rows = [
        *([Row(t('signing.agency'), key.organisation)] if key.organisation not in ('', key.signer) else []),
        *([Row(t('signing.position'), key.title)] if key.title else []),
        Row(t('signing.given_by'), key.issuer),
        Row(t('signing.valid'), t('signing.valid_between', since=since, until=until)),
        Row(t('signing.print'), markup('<span class="mc-code">{text}</span>', text=_grouped(key.fingerprint))),
        *([Row(t('signing.picture'), shows)] if key.is_kept else []),
    ]
    name = NOTHING if key.signer == of else markup('<p><strong>{name}</strong></p>', name=key.signer)
    return name + marks + summary_list(rows, t)


def _grouped(fingerprint: str) -> str:
    """Return a fingerprint as people compare it."""
    return ' '.join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)).upper()


def _say_demo(t: Words) -> None:
    if settings().demo:
        show(notice(t('signing.pin_demo', pin=DEMO_PIN)))


async def own_page(visitor: Visitor) -> None:
    """Draw one's own certificates."""
    await OwnKeys(visitor).show()


async def seals_page(visitor: Visitor) -> None:
    """Draw the seals of units."""
    await Seals(visitor).show()


ROUTES = [
    Route('/can-bo/chu-ky', own_page, need=keys.OWN, title_key='signing.title', menu='lock', rare=True),
    Route('/quan-tri/con-dau', seals_page, need=keys.MANAGE, title_key='signing.seals_title'),
]
