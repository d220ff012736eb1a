"""Questions in a dialog, with an act behind them: it stays open, with everything typed, until the act has gone through."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.errors import AppError, Invalid, Stale
from app.fields.base import Control
from app.i18n import Words
from app.log import incident
from components.buttons import Button, Kind
from components.dialogs import Dialog
from components.fields import FieldView, draw
from components.markup import show
from components.notice import callout, notice

Options = Sequence[tuple[str, str]]
Reload = tuple[str, Callable[[], Awaitable[None]]]
"""The words of a button that leaves an old screen, and what brings the new one."""


_SECRET = ('password', 'one-time-code')
_KEPT = 20_000
"""A longer answer than any question takes was not typed by a person."""


class Form:
    """The questions of one dialog. ``typed`` are answers from before: they come back where the person left them."""

    def __init__(self, key: str, t: Words, typed: dict[str, Any] | None = None) -> None:
        self.t, self._key, self._typed = t, key, {} if typed is None else typed
        self.fields: dict[str, FieldView] = {}
        self._secret: set[str] = set()
        self._proposed: dict[str, Any] = {}

    @property
    def answered(self) -> set[str]:
        """The questions that had an answer before."""
        return {name for name, value in self._typed.items() if value}

    def say(self, *parts: Markup) -> None:
        """Show something between the questions."""
        show(*parts)

    def ask(
        self,
        name: str,
        label: str,
        control: Control,
        *,
        hint: str | None = None,
        required: bool = True,
        value: Any = None,
        nothing: str | None = None,
        hide_label: bool = False,
        looks: Sequence[str] = (),
    ) -> FieldView:
        """Draw one question under the name that the act gives it."""

        def keep(raw: Any) -> None:
            if name not in self._secret and len(str(raw)) <= _KEPT:
                self._typed[name] = raw

        if (control.autocomplete or '').endswith(_SECRET):
            self._secret.add(name)

        view = draw(
            control,
            id=f'{self._key}.{name}',
            label=label,
            t=self.t,
            hint=hint,
            required=required,
            value=self._typed.get(name, value),
            nothing=nothing,
            hide_label=hide_label,
            looks=looks,
            on_change=keep,
        )
        self.fields[name], self._proposed[name] = view, value
        return view

    def propose(self, name: str, value: Any, hint: str) -> None:
        """Propose another answer by now; what the person typed instead of the one before stays."""
        view = self.fields[name]
        if view.value == self._proposed[name]:
            view.set_value(value)
        self._proposed[name] = value
        view.set_hint(hint)

    def text(self, name: str, label: str, *, long: bool = False, limit: int | None = None, **more: Any) -> FieldView:
        """Ask for words."""
        most = limit or (4000 if long else 200)
        return self.ask(name, label, Control('textarea' if long else 'text', maxlength=most), **more)

    def choice(self, name: str, label: str, options: Options, **more: Any) -> FieldView:
        """Ask for one of several; a longer list folds up."""
        return self.ask(
            name, label, Control('radio' if len(options) <= 6 else 'select', options=tuple(options)), **more
        )

    def ticks(self, name: str, label: str, options: Options, *, required: bool = False, **more: Any) -> FieldView:
        """Ask for any of several."""
        return self.ask(name, label, Control('checkboxes', options=tuple(options)), required=required, **more)

    def tick(self, name: str, label: str, *, required: bool = True, **more: Any) -> FieldView:
        """Ask for a yes."""
        return self.ask(name, label, Control('checkbox'), required=required, **more)

    @property
    def values(self) -> dict[str, Any]:
        """Everything answered, as raw as it came."""
        return {name: view.value for name, view in self.fields.items()}

    @property
    def kept(self) -> dict[str, Any]:
        """What was typed and may come back when the same is asked again: never a password, a PIN or a code.

        What was only proposed is proposed anew, as it will be then.
        """
        typed = {name: value for name, value in self.values.items() if name not in self._secret}
        return {name: value for name, value in typed.items() if value != self._proposed[name]}

    def say_problems(self, problems: Invalid | None) -> bool:
        """Say at each question what is wrong with it and go to the first; False if none of them is concerned."""
        found = problems.problems if problems else {}
        bad = [view for name, view in self.fields.items() if name in found]
        for name, view in self.fields.items():
            view.set_problem(found.get(name))
        if bad:
            bad[0].focus()
        return bool(bad)


async def ask_form(
    heading: str,
    t: Words,
    build: Callable[[Form], object],
    act: Callable[[dict[str, Any]], Awaitable[Any]],
    *,
    confirm: str,
    kind: Kind = 'primary',
    key: str = 'form',
    typed: dict[str, Any] | None = None,
    reload: Reload | None = None,
) -> tuple[bool, Any]:
    """Ask and act: (True, what the act returned), or (False, None) if the person gave up.

    ``typed`` keeps what was entered while nothing came of it. ``reload`` is offered when the screen is old.
    """
    form = Form(key, t, typed)
    outcome: list[Any] = []

    async def go() -> bool:
        form.say_problems(None)
        trouble.clear()
        try:
            outcome.append(await act(form.values))
        except Exception as error:
            if not (isinstance(error, Invalid) and form.say_problems(error)):
                _say(trouble, error, t, reload, dialog)
            return False
        return True

    with Dialog(heading, t, confirm=confirm, kind=kind, on_confirm=go) as dialog:
        build(form)
        trouble = ui.element('div').props('role=alert')
    agreed = await dialog
    if typed is not None:
        typed.clear()
        typed.update({} if agreed else form.kept)
    return (True, outcome[0]) if agreed else (False, None)


def _say(place: ui.element, error: Exception, t: Words, reload: Reload | None, dialog: Dialog) -> None:
    """Say a refusal inside the dialog: what lies behind it is neither seen nor heard."""
    with place:
        if isinstance(error, Stale) and reload:
            words, bring = reload

            async def leave() -> None:
                dialog.delete()
                await bring()

            with callout(tone='warn', text=Markup('{}').format(said(error, t))):
                Button(words, leave, t=t, kind='secondary')
        else:
            show(notice(said(error, t), tone='error'))
    place.run_method('scrollIntoView', {'block': 'center'})


def said(error: Exception, t: Words) -> str:
    """Return the words for what went wrong."""
    return t.error(error) if isinstance(error, AppError) else t('error.incident', number=incident(error, 'screen'))
