"""The single-page application: one frame, and a table of screens shown inside it.

A screen module exports ``ROUTES = [Route('/nop/{code}', apply_page, need='anyone', title_key='apply.title')]``.
The builder is a plain or async function; what it names it gets: ``visitor`` (pages.visitor.Visitor), ``screen``
(pages.shell.Screen), path parameters and query parameters by their own names, as text.
"""

import inspect
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, wraps
from typing import Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from nicegui import Client, context, ui
from nicegui.element import Element
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from app import jobs, live
from app.access import Actor, ActorKind, Permission
from app.errors import AppError
from app.i18n import words
from app.log import incident
from components.dialogs import close_dialogs
from components.frame import Frame, open_frame
from components.page_head import page_head
from components.setup import DARK, LANGUAGES
from components.toast import toast
from pages import plain_error
from pages.around import SIGN_IN, surroundings
from pages.hardening import private, sockets
from pages.visitor import Visitor

PREFIXES = ('/nop', '/ho-so', '/tai-khoan', '/can-bo', '/quan-tri')
"""Addresses that build a live page. A screen elsewhere (``/thu-tuc``) is reached from inside, else it is plain."""
DESK = '/can-bo'
RECONNECT = 300.0
"""Seconds a page waits for its browser to come back before it is forgotten."""
PATIENCE = 30.0
"""Seconds that the first drawing of a screen may take on a busy machine before it counts as broken."""
BUILD_WITHIN = 2.0
"""Seconds in which a screen is built into the first HTML; a slower one arrives over the socket."""
_LEAVE = """<script>document.addEventListener('click', e => {
  const a = e.target.closest?.('a[href^="/"]');
  if (a && !%s.some(own => new RegExp(own).test(a.getAttribute('href').split(/[?#]/)[0]))) a.href = a.href;
}, true);
if (!navigator.cookieEnabled) location.replace('/can-cookie');</script>"""
"""NiceGUI takes every click on a link of ours. One to a plain page gets a full address, which NiceGUI leaves alone."""


@dataclass(frozen=True)
class Route:
    """A screen: its address with ``{names}``, what draws it, and who may see it.

    ``need`` is ``anyone``, ``citizen`` or ``staff`` (an account of that kind), ``account`` (either), or a permission.
    """

    path: str
    builder: Callable[..., Any]
    need: str | Permission
    title_key: str
    menu: str = ''
    """The icon with which the screen stands in the menu of those who may see it; empty: not in the menu."""
    rare: bool = False
    """In a menu that would not fit in a line the screen stands behind "more"."""
    wide: bool = False
    """The screen uses the whole width of the window."""
    within: str = ''
    """The address of the menu's screen it belongs to, where its own does not begin so."""

    @property
    def pattern(self) -> str:
        """The address as a regular expression, for Python and for the browser."""
        return '[^/]+'.join(re.escape(part) for part in re.split(r'\{\w+\}', self.path))

    def matches(self, path: str) -> bool:
        """Tell whether an address is this screen's."""
        return re.fullmatch(self.pattern, path) is not None

    def admits(self, actor: Actor) -> bool:
        """Tell whether somebody may see the screen. What they may *do* there is for the commands to say."""
        if self.need == 'anyone':
            return True
        if self.need == 'account':
            return actor.kind in (ActorKind.CITIZEN, ActorKind.STAFF)
        if self.need in ('citizen', 'staff'):
            return actor.kind == self.need
        return actor.may(Permission(self.need))


@dataclass
class Screen:
    """What belongs to the screen that a live page shows now; it ends when another is shown."""

    visitor: Visitor
    client: Client
    frame: Frame
    session_id: str | None = None
    """The session of the account that was read last."""
    ears: dict[live.Ear, Element] = field(default_factory=dict)
    """What listens, and the element for which it does."""

    def on_change(self, topics: Iterable[str], handler: Callable[[], Awaitable[object]]) -> None:
        """Run an async handler within a second after a change on these topics.

        For as long as this screen is shown and the element exists in which this was called.
        """
        place, around = context.slot, context.slot.parent

        async def changed(_topics: frozenset[str]) -> None:
            if around.is_deleted or self.client.is_deleted:
                return self._tidy()
            with place:
                await guarded(handler)()

        self._tidy()
        self.ears[live.listen(topics, changed)] = around

    def _tidy(self) -> None:
        """Stop listening for what has left the screen."""
        for ear in [ear for ear, around in self.ears.items() if around.is_deleted]:
            del self.ears[ear]
            ear.stop()

    def leave(self) -> None:
        """End, and close what was being asked: a dialog never stays over another screen."""
        self.end()
        close_dialogs(self.client)

    def end(self) -> None:
        """Stop all listening of this screen."""
        for ear in self.ears:
            ear.stop()
        self.ears.clear()


_screens: WeakKeyDictionary[Client, Screen] = WeakKeyDictionary()


def current() -> Screen:
    """Return the screen of the live page that is being built or whose event is handled."""
    return _screens[context.client]


def guarded(handler: Callable[..., Any], *, single: bool = False) -> Callable[..., Any]:
    """Wrap an event's handler: an expected refusal is said in the user's words, anything else gets an incident number.

    The screen stays as it is, so nothing that was entered is lost. With ``single`` further events are left out while
    one is being handled.
    """
    running = False

    @wraps(handler)
    async def run(*args: Any, **kwargs: Any) -> Any:
        nonlocal running
        if single and running:
            return None
        running, client, around = True, context.client, context.slot.parent
        try:
            result = handler(*args, **kwargs)
            return await result if inspect.isawaitable(result) else result
        except Exception as error:
            has_left = around.is_deleted and isinstance(error, RuntimeError)  # another screen stands there by now
            if not client.is_deleted and not has_left:
                with client:
                    say(error)
            return None
        finally:
            running = False

    return run


def say(error: Exception) -> None:
    """Tell the person what went wrong."""
    t = words(Visitor.of(context.client.request).lang)
    text = t.error(error) if isinstance(error, AppError) else t('error.incident', number=incident(error, 'screen'))
    toast(text, t, tone='error')


class Shell:
    """All screens in one frame."""

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes

    def find(self, path: str) -> Route | None:
        """Return the screen of an address."""
        return next((route for route in self.routes if route.matches(path)), None)

    def is_page(self, path: str) -> bool:
        """Tell whether an address builds a live page when it is opened directly."""
        under = any(path == prefix or path.startswith(prefix + '/') for prefix in PREFIXES)
        return under and self.find(path) is not None

    async def admit(self, connection: HTTPConnection) -> Response | None:
        """Answer for somebody who may not open a screen: to the sign-in page, or a plain refusal. None lets them in.

        Whoever asks for the desk without having work there is led to the place that is theirs.
        """
        route = self.find(connection.url.path)
        if route is None or route.need == 'anyone':
            return None
        actor = await Visitor.of(connection).actor()
        if route.admits(actor):
            return None
        if actor.kind is ActorKind.GUEST:
            return RedirectResponse(sign_in_address(connection.url.path), 303)
        own = [
            each.path for each in self.routes if each.need != 'anyone' and '{' not in each.path and each.admits(actor)
        ]
        if own and route.path == DESK:
            return RedirectResponse(min(own, key=len), 303)
        return plain_error.page(connection, 403, 'shell.not_allowed')

    def register(self) -> None:
        """Register the frame with NiceGUI under every prefix."""
        for prefix in PREFIXES:
            for path in (prefix, prefix + '/{_:path}'):
                ui.page(path, response_timeout=PATIENCE)(self._frame)

    async def _frame(self, request: Request) -> None:
        visitor, client = Visitor.of(request), context.client
        client.page = _look(client, visitor)
        actor = await visitor.actor()
        frame = open_frame(await surroundings(request, actor, self.routes))
        screen = _screens[client] = Screen(visitor, client, frame, actor.session_id)
        client.on_delete(screen.end)
        client.on_delete(lambda: _screens.pop(client, None))  # the screen holds its client: it would never go by itself
        ui.add_head_html(self._leave)
        with frame:
            pages = private.SubPages(
                {route.path: self._guard(route, visitor) for route in self.routes},
                missing=lambda: _missing(screen),
                broken=lambda error: _broken(error, visitor),
                data={'visitor': visitor, 'screen': screen},
            )
        await pages.settled(BUILD_WITHIN)

    @cached_property
    def _leave(self) -> str:
        return _LEAVE % json.dumps([f'^{route.pattern}$' for route in self.routes])

    def _guard(self, route: Route, visitor: Visitor) -> Callable[..., Any]:
        """Wrap a builder: the account is read again, the screen before ends, and whatever fails is said in words."""

        @wraps(route.builder)
        async def build(**parameters: Any) -> None:
            screen = current()
            screen.leave()
            screen.frame.at(context.client.sub_pages_router.current_path)
            screen.client.content.classes(**{'remove' if route.wide else 'add': 'mc-wrap mc-page'})
            try:
                if not await self._admitted(route, screen):
                    return
                ui.page_title(f'{visitor.t(route.title_key)} – {visitor.t("common.service")}')
                result = route.builder(**parameters)
                if inspect.isawaitable(result):
                    await result
            except AppError as error:
                _instead(visitor, visitor.t.error(error), plain_error.status_of(error))
            except Exception as error:
                _broken(error, visitor)

        return build

    async def _admitted(self, route: Route, screen: Screen) -> bool:
        actor = await screen.visitor.actor()
        screen.session_id = actor.session_id
        if route.admits(actor):
            return True
        t = screen.visitor.t
        if actor.kind is ActorKind.GUEST:
            _instead(screen.visitor, t('shell.sign_in_needed'), 401)
            screen.client.open(sign_in_address(screen.client.sub_pages_router.current_path))
        else:
            _instead(screen.visitor, t('shell.not_allowed'), 403)
        return False


def sign_in_address(path: str, *, ended: bool = False) -> str:
    """Return the sign-in page that leads back to ``path``; ``ended`` says that the session is over."""
    return f'{SIGN_IN}?next={quote(path, safe="/")}' + ('&tin=het-han' if ended else '')


def close_clients(session_id: str) -> None:
    """Close the live pages of a session that has ended."""
    for client, screen in list(_screens.items()):
        if screen.session_id == session_id:
            sockets.close(client, sign_in_address(client.sub_pages_router.current_path, ended=True))


@jobs.loop(every=timedelta(minutes=1), name='ended sessions')
async def close_ended() -> None:
    """Close the live pages whose session has run out, or whose account was shut, without anybody saying so."""
    for client, screen in list(_screens.items()):
        if screen.session_id and (await screen.visitor.actor(used=False)).session_id != screen.session_id:
            sockets.close(client, sign_in_address(client.sub_pages_router.current_path, ended=True))


def broken_page(error: Exception) -> None:
    """Fill the page that stands in for one that could not be built."""
    _broken(error, Visitor.of(context.client.request))


def _look(client: Client, visitor: Visitor) -> ui.page:
    """Return the page's settings in the visitor's language and theme."""
    return ui.page(
        client.page.path,
        title=visitor.t('common.service'),
        language=LANGUAGES[visitor.lang],  # type: ignore[arg-type]
        dark=DARK[visitor.theme],
        reconnect_timeout=RECONNECT,
    )


def _instead(visitor: Visitor, text: str, status: int) -> None:
    """Say something in place of a screen, whatever was drawn of it."""
    context.slot.parent.clear()
    ui.status_code(status)
    heading = visitor.t(plain_error.TITLES.get(status, 'shell.problem_title'))
    page_head(heading, visitor.t, lead=text, back=('/', visitor.t('shell.home')))


def _missing(screen: Screen) -> None:
    screen.leave()
    _instead(screen.visitor, screen.visitor.t('shell.not_found'), 404)


def _broken(error: Exception, visitor: Visitor) -> None:
    _instead(visitor, visitor.t('shell.incident', number=incident(error, 'screen')), 500)
