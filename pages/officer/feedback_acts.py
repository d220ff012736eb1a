"""The acts on feedback: a button for each that the server would let through now, and what each asks."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.access import Actor
from app.feedback import commands, desk
from app.feedback.desk import Case
from app.feedback.transitions import REASONS, Act
from components.buttons import Button, Kind, actions
from components.dialogs import Dialog
from components.markup import show
from components.summary_list import Row, summary_list
from components.toast import toast
from models.feedback import Disclosure, FeedbackAbout, FeedbackState
from pages.asking import Form, ask_form
from pages.shell import guarded
from pages.visitor import Visitor

ORDER = (
    Act.SORT, Act.TAKE, Act.ANSWER, Act.PUBLISH, Act.ASK, Act.FORWARD, Act.MOVE, Act.WITHHOLD, Act.REFUSE,
)  # fmt: skip
"""As they stand beside each other, behind the usual next act."""
Do = Callable[[Actor, dict[str, Any]], Awaitable[object]]


class Acts:
    """The buttons of one piece of feedback. ``after`` draws it again."""

    def __init__(self, visitor: Visitor, after: Callable[[], Awaitable[None]]) -> None:
        self.visitor, self.t, self.after = visitor, visitor.t, after
        self.typed: dict[str, dict[str, Any]] = {}

    def draw(self, one: Case) -> None:
        """Draw what can be done."""
        possible = [act for act in ORDER if act in one.acts and not (act is Act.TAKE and one.is_mine)]
        possible.sort(key=lambda act: act is not _next(one))
        with actions():
            for number, act in enumerate(possible):
                kind: Kind = 'danger' if act is Act.REFUSE else 'primary' if number == 0 else 'secondary'
                Button(self._label(act, one), guarded(self._press(act, one), single=True), t=self.t, kind=kind)
            if one.is_mine and one.disclosure is Disclosure.CONFIDENTIAL and not one.is_involved:
                label = self.t('feedback.do_reveal')
                Button(label, guarded(self._reveal(one), single=True), t=self.t, kind='quiet', icon='lock')

    def _label(self, act: Act, one: Case) -> str:
        is_again = act is Act.SORT and one.state not in (FeedbackState.RECEIVED, FeedbackState.MOVED)
        return self.t('feedback.do_sort_again' if is_again else f'feedback.do_{act}')

    def _press(self, act: Act, one: Case) -> Callable[[], Awaitable[None]]:
        if act is Act.TAKE:
            return lambda: self._take(one)
        builders: dict[Act, Callable[[Case], Awaitable[tuple[Callable[[Form], object], Do]]]] = {
            Act.SORT: self._sort,
            Act.FORWARD: self._forward,
            Act.MOVE: self._move,
            Act.ASK: self._ask,
            Act.ANSWER: self._answer,
            Act.PUBLISH: self._publish,
            Act.WITHHOLD: self._withhold,
            Act.REFUSE: self._refuse,
        }

        async def press() -> None:
            build, do = await builders[act](one)
            await self._run(act, build, do)

        return press

    async def _run(self, act: Act, build: Callable[[Form], object], do: Do) -> None:
        """Ask, act, say so and draw again; what was typed stays while nothing came of it."""
        t, heading = self.t, self.t(f'feedback.do_{act}')

        async def carry_out(values: dict[str, Any]) -> None:
            await do(await self.visitor.actor(), values)

        kind: Kind = 'danger' if act is Act.REFUSE else 'primary'
        typed = self.typed.setdefault(act, {})
        done, _ = await ask_form(
            heading, t, build, carry_out, confirm=self._confirm(act), kind=kind, key=f'feedback-{act}', typed=typed,
            reload=(t('officer.see_new'), self.after),
        )  # fmt: skip
        if done:
            toast(t('feedback.desk_changed'), t)
            await self.after()

    def _confirm(self, act: Act) -> str:
        """Return the words of the button that carries an act out: an answer is kept as a draft unless it is to be sent."""
        return self.t('feedback.ask_answer_keep' if act is Act.ANSWER else f'feedback.do_{act}')

    async def _take(self, one: Case) -> None:
        await commands.take(await self.visitor.actor(), one.id, seen_version=one.version)
        toast(self.t('feedback.desk_changed'), self.t)
        await self.after()

    async def _sort(self, one: Case) -> tuple[Callable[[Form], object], Do]:
        t = self.t
        units, people = await desk.blamable(await self.visitor.actor(), one.id)
        kinds = [(about.value, t(f'feedback.about_{about}')) for about in FeedbackAbout]

        def build(form: Form) -> None:
            form.choice('about', t('feedback.ask_about_kind'), kinds, value=one.about.value)
            form.choice(
                'about_unit', t('feedback.ask_about_unit'), [(each.id, each.name) for each in units],
                hint=t('feedback.ask_about_unit_hint'), required=False, value=one.about_unit_id,
                nothing=t('feedback.unit_none'),
            )  # fmt: skip
            form.choice(
                'about_account', t('feedback.ask_about_account'), [(each.id, each.name) for each in people],
                hint=t('feedback.ask_about_account_hint'), required=False, value=one.about_account_id,
                nothing=t('feedback.unit_none'),
            )  # fmt: skip

        async def do(actor: Actor, values: dict[str, Any]) -> None:
            await commands.sort(
                actor, one.id, seen_version=one.version, about=values['about'], about_unit=values['about_unit'] or '',
                about_account=values['about_account'] or '',
            )  # fmt: skip

        return build, do

    async def _forward(self, one: Case) -> tuple[Callable[[Form], object], Do]:
        t = self.t
        units = await desk.targets(await self.visitor.actor(), one.id)

        def build(form: Form) -> None:
            form.choice('to_unit', t('feedback.ask_to_unit'), [(each.id, each.name) for each in units])
            form.text('note', t('feedback.ask_note_forward'), long=True)

        async def do(actor: Actor, values: dict[str, Any]) -> None:
            await commands.forward(
                actor, one.id, seen_version=one.version, to_unit=values['to_unit'], note=values['note']
            )

        return build, do

    async def _move(self, one: Case) -> tuple[Callable[[Form], object], Do]:
        return self._noted(one, 'move', commands.move)

    async def _ask(self, one: Case) -> tuple[Callable[[Form], object], Do]:
        return self._noted(one, 'ask', commands.ask_more)

    async def _withhold(self, one: Case) -> tuple[Callable[[Form], object], Do]:
        return self._noted(one, 'withhold', commands.withhold)

    def _noted(self, one: Case, name: str, command: Any) -> tuple[Callable[[Form], object], Do]:
        def build(form: Form) -> None:
            form.text('note', self.t(f'feedback.ask_note_{name}'), long=True)

        async def do(actor: Actor, values: dict[str, Any]) -> None:
            await command(actor, one.id, seen_version=one.version, note=values['note'])

        return build, do

    async def _refuse(self, one: Case) -> tuple[Callable[[Form], object], Do]:
        t = self.t

        def build(form: Form) -> None:
            reasons = [(reason, t(f'feedback.reason_{reason}')) for reason in REASONS]
            form.choice('reason', t('feedback.ask_reason'), reasons)
            form.text('note', t('feedback.ask_note_refuse'), long=True)

        async def do(actor: Actor, values: dict[str, Any]) -> None:
            await commands.refuse(actor, one.id, seen_version=one.version, reason=values['reason'], note=values['note'])

        return build, do

    async def _answer(self, one: Case) -> tuple[Callable[[Form], object], Do]:
        t = self.t

        def build(form: Form) -> None:
            form.text('text', t('feedback.ask_answer'), long=True, limit=commands.ANSWER_LIMIT, value=one.draft)
            form.tick('now', t('feedback.ask_answer_send'), required=False, hint=t('feedback.ask_answer_send_hint'))

        async def do(actor: Actor, values: dict[str, Any]) -> None:
            act = commands.answer if values['now'] is True else commands.save_draft
            await act(actor, one.id, seen_version=one.version, text=values['text'])

        return build, do

    async def _publish(self, one: Case) -> tuple[Callable[[Form], object], Do]:
        t, (subject, text, answer) = self.t, one.public

        def build(form: Form) -> None:
            hint = t('feedback.ask_public_hint')
            form.text('subject', t('feedback.ask_public_subject'), limit=commands.SUBJECT_LIMIT, value=subject)
            form.text(
                'text', t('feedback.ask_public_text'), long=True, limit=commands.ANSWER_LIMIT, value=text, hint=hint
            )
            form.text('public_answer', t('feedback.ask_public_answer'), long=True, limit=10_000, value=answer)

        async def do(actor: Actor, values: dict[str, Any]) -> None:
            words = {name: values[name] for name in ('subject', 'text', 'public_answer')}
            await commands.publish(actor, one.id, seen_version=one.version, **words)

        return build, do

    def _reveal(self, one: Case) -> Callable[[], Awaitable[None]]:
        t = self.t

        async def act(values: dict[str, Any]) -> Any:
            return await commands.reveal(await self.visitor.actor(), one.id, values['why'])

        async def reveal() -> None:
            heading = t('feedback.do_reveal')

            def build(form: Form) -> None:
                form.text('why', t('feedback.ask_why'), hint=t('feedback.ask_why_hint'))

            done, who = await ask_form(heading, t, build, act, confirm=heading, key='feedback-reveal')
            if done:
                rows = [Row(t(f'feedback.{key}'), value) for key, value in _of(who) if value]
                with Dialog(heading, t) as dialog:
                    show(summary_list(rows, t))
                await dialog

        return reveal


def _next(one: Case) -> Act:
    """Return the act that usually comes next."""
    if one.state in (FeedbackState.RECEIVED, FeedbackState.MOVED):
        return Act.SORT
    return Act.ANSWER if one.is_mine else Act.TAKE


def _of(who: Any) -> tuple[tuple[str, str], ...]:
    named = ('full_name', who.name), ('phone', who.phone), ('email', who.email), ('address', who.address)
    return (*named, ('desk_dossier', who.dossier_code))
