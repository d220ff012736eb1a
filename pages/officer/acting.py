"""One dossier as its acts see it: who acts, which version was decided on, and what has been typed so far."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from markupsafe import Markup

from app.dossiers.desk import DeskDossier
from app.errors import Stale
from app.i18n import Words
from app.workflow.transitions import Action
from components.buttons import Kind
from components.markup import markup
from components.toast import toast
from pages.admin.proving import proven
from pages.asking import Form, ask_form
from pages.officer.typed import typed_by
from pages.visitor import Visitor

Command = Callable[..., Awaitable[Any]]
Arguments = Callable[[dict[str, Any]], dict[str, Any]]


class Acting:
    """Every act carries the version of ``view``: a screen that refreshes itself never moves it, only the officer does.

    ``reload`` draws the dossier as it is now; ``stale`` says that somebody else was faster.
    """

    def __init__(
        self,
        visitor: Visitor,
        view: DeskDossier,
        *,
        reload: Callable[[], Awaitable[None]],
        stale: Callable[[], Awaitable[None]],
    ) -> None:
        self.visitor, self.view, self.t = visitor, view, visitor.t
        self.reload, self._stale = reload, stale
        self._idle = asyncio.Event()
        self._idle.set()
        self.is_old = False
        """Somebody else has changed the dossier since: no new act begins before the officer has looked."""

    @property
    def is_busy(self) -> bool:
        """An act of one's own is under way: its echo is no news."""
        return not self._idle.is_set()

    @is_busy.setter
    def is_busy(self, is_busy: bool) -> None:
        if is_busy:
            self._idle.clear()
        else:
            self._idle.set()

    async def turn(self) -> None:
        """Wait for the act that is under way: whoever presses the next one at once decides on what comes of it."""
        await self._idle.wait()

    async def run(self, action: Action, command: Command, **arguments: Any) -> None:
        """Carry out an act that asks nothing."""
        try:
            await self._act(command, arguments)
        except Stale:
            await self._stale()
            raise
        await self._done(action)

    async def ask(
        self,
        action: Action,
        build: Callable[[Form], object],
        command: Command,
        *,
        kind: Kind = 'primary',
        arguments: Arguments = lambda values: values,
    ) -> Any:
        """Ask in a dialog, then act. What was typed comes back if the dialog was left without acting."""
        t = self.t
        confirm = t(f'workflow.action_{action}')

        def build_with_subject(form: Form) -> None:
            form.say(_subject(self.view, t))
            build(form)

        async def act(values: dict[str, Any]) -> Any:
            try:
                return await self._act(command, arguments(values))
            except Stale:
                await self._stale()
                raise

        has_acted, result = await ask_form(
            confirm,
            t,
            build_with_subject,
            act,
            confirm=confirm,
            kind=kind,
            key=action,
            typed=await self.typed(action),
            reload=(t('officer.see_new'), self.reload),
        )
        if has_acted:
            await self._done(action)
        return result

    def proven(self, command: Command, *, why: str) -> Command:
        """Return the command as one that asks for a proof where it needs one, saying ``why``; what was typed stays."""

        async def act(_actor: object, dossier_id: str, version: int, **values: Any) -> Any:
            return await proven(self.visitor, lambda actor: command(actor, dossier_id, version, **values), why=why)

        return act

    async def typed(self, act: str) -> dict[str, Any]:
        """Return what this person typed for an act that was left, by the name of the question."""
        return typed_by((await self.visitor.actor()).account_id, self.view.dossier_id, act)

    async def _act(self, command: Command, arguments: dict[str, Any]) -> Any:
        self.is_busy = True
        try:
            actor = await self.visitor.actor()
            return await command(actor, self.view.dossier_id, self.view.version, **arguments)
        except BaseException:
            self.is_busy = False
            raise

    async def _done(self, action: Action) -> None:
        """Say it, and show what has come of it."""
        try:
            toast(self.t(f'workflow.done_{action}'), self.t)
            await self.reload()
        finally:
            self.is_busy = False


def _subject(view: DeskDossier, t: Words) -> Markup:
    """Return whose dossier this is about, for whoever has several in mind."""
    name = t.pick(view.spec.short_name or view.spec.name)
    facts = ' · '.join((view.applicant_name, name, view.official_code or view.filing_number))
    return markup('<p class="mc-subject">{facts}</p>', facts=facts)
