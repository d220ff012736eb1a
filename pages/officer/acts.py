"""The acts of an opened dossier: buttons drawn from what is possible now, each with the dialog it needs."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui

from app.dossiers import commands, desk
from app.dossiers.commands import STOP_REASONS, Done
from app.dossiers.desk import DeskDossier, Person
from app.errors import AppError, Invalid, Problem
from app.fields.base import Control
from app.units.queries import unit_card
from app.workflow.guards import ORDER_REASONS
from app.workflow.transitions import Action
from components.buttons import Button, Kind, link_button
from components.dialogs import Dialog, ask
from components.fields import FieldView, draw
from components.markup import markup, show
from components.notice import notice
from components.toast import toast
from components.upload import PaperFile, Upload
from models.enums import Delivery, Status
from pages import csrf
from pages.shell import guarded, say
from pages.visitor import Visitor

ANYONE = ''
ORDER: tuple[tuple[Action, Kind], ...] = (
    (Action.ACCEPT, 'primary'),
    (Action.TAKE, 'primary'),
    (Action.APPROVE, 'primary'),
    (Action.FINISH, 'primary'),
    (Action.HAND_OVER, 'primary'),
    (Action.FORWARD, 'primary'),
    (Action.SHOW_DRAFT, 'secondary'),
    (Action.REQUEST_SUPPLEMENT, 'secondary'),
    (Action.SEND_BACK, 'secondary'),
    (Action.REASSIGN, 'secondary'),
    (Action.REFUSE, 'danger'),
    (Action.STOP, 'danger'),
    (Action.REISSUE_SECRET, 'quiet'),
)
"""Acts in the order of their buttons."""


class Acts:
    """The bar of acts. Every act carries the version of the view that it was drawn from."""

    def __init__(self, visitor: Visitor, view: DeskDossier, after: Callable[[], Awaitable[None]]) -> None:
        self.visitor, self.view, self.after, self.t = visitor, view, after, visitor.t

    def draw(self) -> None:
        """Draw a button for each act that is possible now, the main one first."""
        t = self.t
        main = True
        for action, kind in ORDER:
            if action in self.view.actions:
                shown: Kind = 'secondary' if kind == 'primary' and not main else kind
                main = main and kind != 'primary'
                Button(t(f'workflow.action_{action}'), guarded(getattr(self, f'_{action}')), t=t, kind=shown)
        if self.view.is_mine and self.view.status in (Status.ACCEPTED, Status.PROCESSING):
            Button(t('officer.attach_result'), guarded(self._attach), t=t, kind='secondary', icon='upload')

    async def _done(self, act: Awaitable[Done | str | None], action: Action) -> None:
        await act
        toast(self.t(f'workflow.done_{action}'), self.t)
        await self.after()

    async def _run(self, action: Action, act: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> None:
        """Carry out an act without a dialog."""
        actor = await self.visitor.actor()
        await self._done(act(actor, self.view.dossier_id, self.view.version, *args, **kwargs), action)

    async def _ask(
        self,
        action: Action,
        build: Callable[[], Sequence[FieldView]],
        act: Callable[..., Awaitable[Any]],
        arguments: Callable[[], dict[str, Any]],
        kind: Kind = 'primary',
    ) -> None:
        """Open the dialog of an act; it stays open, with everything typed, until the act has gone through."""
        t = self.t
        questions: list[FieldView] = []

        async def confirm() -> bool:
            for question in questions:
                question.set_problem(None)
            try:
                actor = await self.visitor.actor()
                await act(actor, self.view.dossier_id, self.view.version, **arguments())
            except Invalid as bad:
                self._say_problems(questions, bad)
                return False
            except AppError as error:
                say(error)
                return False
            return True

        with Dialog(
            t(f'workflow.action_{action}'), t, confirm=t(f'workflow.action_{action}'), kind=kind, on_confirm=confirm
        ) as dialog:
            questions += build()
        if await dialog:
            toast(t(f'workflow.done_{action}'), t)
            await self.after()

    def _say_problems(self, questions: Sequence[FieldView], bad: Invalid) -> None:
        known = {question.id_of_question: question for question in questions}
        for key, problem in bad.problems.items():
            if key in known:
                known[key].set_problem(problem)
        if not bad.problems.keys() & known.keys():
            say(bad)
        elif first := next((known[k] for k in bad.problems if k in known), None):
            first.focus()

    def _text(
        self, id: str, label: str, *, hint: str | None = None, required: bool = True, value: str = '', long: bool = True
    ) -> FieldView:
        control = Control('textarea' if long else 'text', maxlength=4000 if long else 200)
        return draw(
            control,
            id=id,
            label=self.t(label),
            t=self.t,
            hint=self.t(hint) if hint else None,
            required=required,
            value=value,
        )

    def _choice(self, id: str, label: str, options: Sequence[tuple[str, str]], value: str | None = None) -> FieldView:
        control = Control('radio' if len(options) <= 6 else 'select', options=tuple(options))
        return draw(control, id=id, label=self.t(label), t=self.t, required=True, value=value)

    async def _accept(self) -> None:
        """Accept at once; out of order a stock reason is asked."""
        if not self.view.is_out_of_order:
            return await self._run(Action.ACCEPT, commands.accept)
        fields: dict[str, FieldView] = {}

        def build() -> Sequence[FieldView]:
            show(notice(self.t('officer.earlier_waiting'), tone='warn'))
            reasons = [(reason, self.t(f'workflow.order_reason_{reason}')) for reason in ORDER_REASONS]
            fields['why'] = self._choice('order_reason', 'officer.order_reason', reasons)
            return [fields['why']]

        await self._ask(Action.ACCEPT, build, commands.accept, lambda: {'order_reason': fields['why'].value})
        return None

    async def _take(self) -> None:
        await self._run(Action.TAKE, commands.take)

    async def _refuse(self) -> None:
        fields: dict[str, FieldView] = {}

        def build() -> Sequence[FieldView]:
            show(notice(self.t('officer.appeal'), tone='info'))
            fields['why'] = self._text('note', 'officer.reason_for_applicant')
            return list(fields.values())

        await self._ask(Action.REFUSE, build, commands.refuse, lambda: {'reason': fields['why'].value}, 'danger')

    async def _request_supplement(self) -> None:
        """Ask once for everything: components and questions by ticks, the rest in words."""
        t, view, fields = self.t, self.view, {}
        actor = await self.visitor.actor()
        card = await unit_card(actor, next(iter(actor.grants)).unit_id) if actor.grants else None
        contact = ', '.join(filter(None, (actor.name, card.phone if card else '')))
        documents = tuple((c.document_id, t.pick(c.name)) for c in view.components)
        questions = tuple(
            (path, label)
            for _, lines in view.answers
            for label, _, path in lines
            if '[' not in path and _is_asked(view, path)
        )

        def build() -> Sequence[FieldView]:
            show(notice(t('officer.ask_once'), tone='warn'))
            fields['items'] = draw(
                Control('checkboxes', options=documents), id='items', label=t('officer.missing_papers'), t=t
            )
            fields['questions'] = draw(
                Control('checkboxes', options=questions), id='questions', label=t('officer.missing_answers'), t=t
            )
            fields['others'] = self._text(
                'others', 'officer.missing_other', hint='officer.missing_other_hint', required=False
            )
            fields['reason'] = self._text('reason', 'officer.supplement_reason')
            fields['guidance'] = self._text(
                'guidance', 'officer.supplement_guidance', value=t('officer.guidance_default')
            )
            fields['contact'] = self._text('contact', 'officer.supplement_contact', value=contact, long=False)
            return list(fields.values())

        await self._ask(
            Action.REQUEST_SUPPLEMENT,
            build,
            commands.request_supplement,
            lambda: _asked(fields, dict(documents), dict(questions)),
        )

    async def _forward(self) -> None:
        """Pass on: to everyone who holds the next role, or to one person; optional steps can be chosen."""
        t, fields = self.t, {}
        steps = {step.key: (step, people) for step, people in self.view.next_steps}
        if not steps:
            return await self._run(Action.FORWARD, commands.forward)
        default = next((key for key, (step, _) in steps.items() if not step.optional), next(iter(steps)))

        def build() -> Sequence[FieldView]:
            if len(steps) > 1:
                options = [(key, t.pick(step.title)) for key, (step, _) in steps.items()]
                fields['step'] = self._choice('step', 'officer.next_step', options, default)
            else:
                show(markup('<p>{text}</p>', text=t('officer.goes_to', step=t.pick(steps[default][0].title))))
            fields['account_id'] = self._choice(
                'account_id',
                'officer.to_whom',
                _people(t('officer.anyone'), [p for _, each in steps.values() for p in each]),
                ANYONE,
            )
            fields['note'] = self._text('note', 'officer.note_inside', required=False)
            return list(fields.values())

        def arguments() -> dict[str, Any]:
            step = fields['step'].value if 'step' in fields else default
            return {'step': step, 'account_id': fields['account_id'].value or None, 'note': fields['note'].value}

        await self._ask(Action.FORWARD, build, commands.forward, arguments)
        return None

    async def _approve(self) -> None:
        fields: dict[str, FieldView] = {}

        def build() -> Sequence[FieldView]:
            results = [f for f in self.view.other_files if f.state == 'stored' and f.kind in ('result', 'result_draft')]
            for file in results:
                show(link_button(file.name, f'/tep/{file.id}', kind='secondary', icon='file', download=True))
            if not results:
                show(notice(self.t('officer.no_result_yet'), tone='warn'))
            fields['note'] = self._text('note', 'officer.note_inside', required=False)
            return list(fields.values())

        await self._ask(Action.APPROVE, build, commands.approve, lambda: {'note': fields['note'].value})

    async def _send_back(self) -> None:
        await self._with_reason(Action.SEND_BACK, commands.send_back, 'officer.reason_inside')

    async def _with_reason(self, action: Action, act: Callable[..., Awaitable[Any]], label: str) -> None:
        fields: dict[str, FieldView] = {}

        def build() -> Sequence[FieldView]:
            fields['note'] = self._text('note', label)
            return list(fields.values())

        await self._ask(action, build, act, lambda: {'reason': fields['note'].value})

    async def _reassign(self) -> None:
        fields: dict[str, FieldView] = {}

        def build() -> Sequence[FieldView]:
            if not self.view.colleagues:
                show(notice(self.t('officer.no_colleague'), tone='warn'))
            fields['account_id'] = self._choice(
                'account_id', 'officer.to_whom', [(p.account_id, _person(p)) for p in self.view.colleagues]
            )
            fields['note'] = self._text('note', 'officer.note_inside', required=False)
            return list(fields.values())

        await self._ask(
            Action.REASSIGN,
            build,
            commands.reassign,
            lambda: {'account_id': fields['account_id'].value or '', 'note': fields['note'].value},
        )

    async def _show_draft(self) -> None:
        if await ask(
            self.t('workflow.action_show_draft'),
            self.t('officer.show_draft_text'),
            self.t,
            confirm=self.t('workflow.action_show_draft'),
        ):
            await self._run(Action.SHOW_DRAFT, commands.show_draft)

    async def _finish(self) -> None:
        if await ask(
            self.t('workflow.action_finish'),
            self.t('officer.finish_text'),
            self.t,
            confirm=self.t('workflow.action_finish'),
        ):
            await self._run(Action.FINISH, commands.finish)

    async def _hand_over(self) -> None:
        fields: dict[str, FieldView] = {}
        at_counter = self.view.delivery == Delivery.COUNTER

        def build() -> Sequence[FieldView]:
            show(markup('<p>{text}</p>', text=self.t(f'officer.hand_over_{self.view.delivery}')))
            fields['collected_by'] = self._text(
                'collected_by',
                'officer.collected_by',
                required=at_counter,
                value=self.view.applicant_name if at_counter else '',
                long=False,
            )
            fields['paper'] = self._text('paper', 'officer.paper_shown', required=False, long=False)
            return list(fields.values())

        await self._ask(Action.HAND_OVER, build, commands.hand_over, lambda: {k: f.value for k, f in fields.items()})

    async def _stop(self) -> None:
        fields: dict[str, FieldView] = {}

        def build() -> Sequence[FieldView]:
            fields['reason'] = self._choice(
                'reason', 'officer.stop_reason', [(r, self.t(f'dossier.stop_reason_{r}')) for r in STOP_REASONS]
            )
            fields['note'] = self._text('note', 'officer.reason_for_applicant')
            return list(fields.values())

        await self._ask(Action.STOP, build, commands.stop, lambda: {k: f.value for k, f in fields.items()}, 'danger')

    async def _reissue_secret(self) -> None:
        """After an identity check: the new secret is shown once, large."""
        t, fields, told = self.t, {}, []

        def build() -> Sequence[FieldView]:
            show(notice(t('officer.identity_first'), tone='warn'))
            fields['identity_checked'] = draw(
                Control('checkbox'), id='identity_checked', label=t('officer.identity_checked'), t=t, required=True
            )
            fields['note'] = self._text('note', 'officer.identity_paper', long=False)
            return list(fields.values())

        async def act(*args: Any, **kwargs: Any) -> None:
            told.append(await commands.reissue_secret(*args, **kwargs))

        await self._ask(
            Action.REISSUE_SECRET,
            build,
            act,
            lambda: {'identity_checked': fields['identity_checked'].value is True, 'note': fields['note'].value},
        )
        if told:
            with Dialog(t('officer.new_secret'), t) as dialog:
                show(
                    markup(
                        '<p class="mc-secret">{a}-{b}</p><p>{n}</p>',
                        a=told[0][:4],
                        b=told[0][4:],
                        n=t('officer.new_secret_once', number=self.view.filing_number),
                    )
                )
            await dialog

    async def _attach(self) -> None:
        """Attach the result, and its draft where the applicant confirms it."""
        t, view = self.t, self.view
        kinds = [('du-thao', 'officer.upload_draft')] if view.spec.confirms_draft else []
        token = csrf.token(ui.context.client.request)
        with Dialog(t('officer.attach_result'), t) as dialog:
            for kind, label in (*kinds, ('ket-qua', 'officer.upload_result')):
                Upload(
                    id=kind, label=t(label), url=f'/tep/ket-qua/{view.dossier_id}/{kind}', csrf=token, t=t,
                    on_done=self._uploaded, on_remove=_keep, max_files=1,
                )  # fmt: skip
        await dialog
        await self.after()

    async def _uploaded(self, file_id: Any) -> PaperFile | None:
        """Show a file that the server has taken, if it really is one of this dossier."""
        view = await desk.desk_dossier(await self.visitor.actor(), self.view.dossier_id)
        found = next((f for f in view.other_files if f.id == file_id), None)
        return PaperFile(found.id, found.name, found.size, f'/tep/{found.id}') if found else None


def _keep(_file_id: str) -> None:
    """A result is superseded by a newer one, never removed."""
    raise Invalid({'file': Problem('officer.result_stays')}, 'officer.result_stays')


def _is_asked(view: DeskDossier, path: str) -> bool:
    field = view.spec.field(path)
    return field is not None and field.computed is None


def _asked(fields: dict[str, FieldView], documents: dict[str, str], questions: dict[str, str]) -> dict[str, Any]:
    """Turn the dialog's answers into the command's arguments; whatever else a browser sends is left out there."""

    def ticked(name: str) -> list[str]:
        value = fields[name].value
        return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []

    own = fields['others'].value
    items = [{'kind': 'document', 'id': d, 'text': documents.get(d, '')} for d in ticked('items')]
    items += [{'kind': 'field', 'id': q, 'text': questions.get(q, '')} for q in ticked('questions')]
    items += [
        {'kind': 'other', 'id': '', 'text': line}
        for line in (own.splitlines() if isinstance(own, str) else [])
        if line.strip()
    ]
    return {'items': items, **{name: fields[name].value for name in ('reason', 'guidance', 'contact')}}


def _people(anyone: str, people: Sequence[Person]) -> list[tuple[str, str]]:
    known = {p.account_id: _person(p) for p in people}
    return [(ANYONE, anyone), *known.items()]


def _person(one: Person) -> str:
    return f'{one.name} ({one.title})' if one.title else one.name
