"""Questions of a procedure on a screen: drawn, saved one by one, appearing and disappearing with the answers."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nicegui import ui

from app.dossiers.answers import Answer, question
from app.dossiers.drafts import SavedAnswer
from app.errors import AppError, Problem
from app.fields.common import choices, table
from app.fields.dates import written
from app.fields.place import parts_of
from app.fields.repeat import MOST
from app.i18n import Words
from app.procedures import validation
from app.procedures.conditions import holds
from app.procedures.schema import FormField, ProcedureSpec
from app.registry import FIELDS
from components.fields import FieldView, draw
from components.handlers import Callback
from components.markup import NOTHING, Shown, markup, show
from components.repeat import Keep, RepeatView, draw_repeat
from pages.shell import say

Save = Callable[[dict[str, Any]], Awaitable[tuple[SavedAnswer, ...]]]
EMPTY = frozenset({'fields.required', 'fields.required_tick', 'fields.too_few'})
"""What is only said when somebody wants to go on, never while they are still answering."""


@dataclass
class Questions:
    """The questions of one screen. ``save`` keeps raw answers and says what became of them."""

    spec: ProcedureSpec
    fields: tuple[FormField, ...]
    answers: dict[str, Answer]
    values: dict[str, Any]
    """All readable answers of the dossier: conditions look at them."""
    t: Words
    save: Save
    unread: dict[str, Problem]
    """Problems of what could not be read, by path."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What an officer wrote about a question."""
    veiled: Mapping[str, str] = field(default_factory=dict)
    """Questions whose known answer is not given out again, with the sentence that says so."""
    is_fixed: bool = False
    """All questions stay, whatever the conditions say."""
    views: dict[str, FieldView | RepeatView] = field(default_factory=dict)
    _slots: dict[str, ui.element] = field(default_factory=dict)
    _spoken: dict[str, Shown] = field(default_factory=dict)
    _said: dict[str, Problem] = field(default_factory=dict)

    def draw(self) -> None:
        """Draw what is asked now; what may come up later gets its place."""
        self._slots = {one.id: ui.element('div') for one in self.fields}
        self.follow()
        self.say_problems(self.unread)

    def follow(self) -> None:
        """Let questions appear and disappear as the answers want it."""
        asked = {one.id for _, one in validation.shown_fields(self.spec, self.values)}
        for one in self.fields:
            slot = self._slots[one.id]
            if slot.is_deleted:
                return
            is_asked = self.is_fixed or one.id in asked
            if is_asked and one.id not in self.views:
                with slot:
                    self.views[one.id] = self._draw(one)
                    self._spoken[one.id] = show(NOTHING)
            elif not is_asked and one.id in self.views:
                del self.views[one.id]
                slot.clear()
            elif is_asked and isinstance(view := self.views[one.id], FieldView):
                view.set_required(self._is_required(one, self.values))
            if is_asked:
                self._spoken[one.id].set(self._computed(one))

    async def keep(self, path: str, raw: Any) -> None:
        """Save one raw answer, as typed, and say at the question what is wrong with it.

        Raises:
            AppError: it could not be saved; the person has been told, and the browser still has it.
        """
        try:
            saved = await self.save({path: raw})
        except AppError as error:
            say(error)
            raise
        for one in saved:
            self.answers[one.field_id] = Answer(one.value, 'typed')
            self.values.pop(one.field_id, None)
            if one.value is not None:
                self.values[one.field_id] = one.value
            self.unread = {p: x for p, x in self.unread.items() if question(p) != one.field_id} | one.problems
        self.follow()
        self._recheck(question(path))

    def problems(self) -> dict[str, Problem]:
        """Return what is wrong with the questions shown, in their order."""
        shown = [one.id for one in self.fields if one.id in self.views]
        named = {question(path) for path in self.unread}
        found = self._inside(validation.check(self.spec, self.values, set(), set(shown) - named))
        everything = {p: x for p, x in {**found, **self.unread}.items() if question(p) in shown}
        return dict(sorted(everything.items(), key=lambda item: shown.index(question(item[0]))))

    def _inside(self, found: dict[str, Problem]) -> dict[str, Problem]:
        """Say of a group that lacks its first entry which questions of that entry lack an answer."""
        inside: dict[str, Problem] = {}
        for path, problem in found.items():
            view = self.views.get(path)
            group = self.spec.field(path) if isinstance(view, RepeatView) and problem.key in EMPTY else None
            needed = [f'{path}[0].{inner.id}' for inner in group.fields if inner.required] if group else []
            there = [each for each in needed if isinstance(view, RepeatView) and each in view.fields]
            inside |= dict.fromkeys(there, Problem('fields.required')) if there else {path: problem}
        return inside

    def say_problems(self, problems: Mapping[str, Problem]) -> None:
        """Say at each question what is wrong with it, or that nothing is."""
        for path, view in self.all_views().items():
            if self._said.get(path) != problems.get(path):
                view.set_problem(problems.get(path))
        self._said = dict(problems)

    def labels(self) -> dict[str, str]:
        """Return the words of each question by path, for a list of problems."""
        t = self.t
        found = {one.id: t.pick(one.label) for one in self.fields}
        for group in self.fields:
            for number in range(group.rules.max_items or MOST) if group.fields else ():
                title = f'{t.pick(group.label)} {number + 1}'
                paths = {f'{group.id}[{number}].{inner.id}': inner for inner in group.fields}
                found |= {path: f'{title} – {t.pick(inner.label)}' for path, inner in paths.items()}
        return found

    def all_views(self) -> dict[str, Any]:
        """Return all questions by path, those inside groups too."""
        inner = [view.fields for view in self.views.values() if isinstance(view, RepeatView)]
        return {**self.views, **{path: view for fields in inner for path, view in fields.items()}}

    def _recheck(self, changed: str) -> None:
        """Say what is wrong with a changed answer; what was said of others goes once it is mended."""
        now = self.problems()
        mine = {p: x for p, x in now.items() if question(p) == changed and x.key not in EMPTY}
        self.say_problems({p: x for p, x in now.items() if p in self._said or p in mine})

    def _draw(self, one: FormField) -> FieldView | RepeatView:
        if one.fields:
            return self._draw_group(one)
        answer = self.answers.get(one.id)
        shown = None if one.id in self.veiled else as_typed(one, answer, self.t)
        return self._draw_one(one, one.id, shown, partial(self.keep, one.id), self.values)

    def _draw_one(
        self, one: FormField, path: str, shown: Any, on_change: Callback, values: Mapping[str, Any]
    ) -> FieldView:
        t = self.t
        control = FIELDS[one.type].control(one, t)
        help_text = t.pick(one.help) or (t(control.hint_key) if control.hint_key else '')
        hint = '\n'.join(filter(None, (self.notes.get(path), self.veiled.get(path), help_text)))
        return draw(
            control,
            id=path,
            label=t.pick(one.label),
            t=t,
            hint=hint or None,
            required=self._is_required(one, values),
            value=shown,
            on_change=on_change,
            parts=parts_of(one),
            countries=choices(table('nationalities'), t) if control.kind == 'address' else (),
        )

    def _is_required(self, one: FormField, values: Mapping[str, Any]) -> bool:
        return one.required or (one.required_when is not None and holds(one.required_when, dict(values)))

    def _draw_group(self, one: FormField) -> RepeatView:
        t, rules = self.t, one.rules
        if text := ' '.join(filter(None, (self.notes.get(one.id), t.pick(one.help)))):
            show(markup('<p class="mc-hint">{text}</p>', text=text))
        return draw_repeat(
            id=one.id,
            label=t.pick(one.label),
            t=t,
            draw_entry=lambda prefix, entry, keep: Entry(self, one, prefix, entry, keep).draw(),
            value=as_typed(one, self.answers.get(one.id), t),
            on_change=partial(self.keep, one.id),
            least=max(rules.min_items or 0, 1 if one.required else 0),
            most=rules.max_items or MOST,
        )

    def _computed(self, one: FormField) -> Any:
        """Return what the system derives from this answer, to be read only."""
        rules = (f'words_of:{one.id}', f'money_words:{one.id}')
        mine = [x for section in self.spec.sections for x in section.fields if x.computed in rules]
        known = validation.computed(self.spec, self.values, '')
        lines = [(self.t.pick(x.label), known[x.id]) for x in mine if known.get(x.id)]
        return NOTHING.join(
            markup('<p class="mc-computed"><span>{label}:</span> <b>{text}</b></p>', label=label, text=text)
            for label, text in lines
        )


class Entry:
    """One entry of a repeating group: its questions follow the answers inside it and those outside."""

    def __init__(self, questions: Questions, group: FormField, prefix: str, entry: dict[str, Any], keep: Keep) -> None:
        self.questions, self.group, self.prefix, self.entry, self._keep = questions, group, prefix, entry, keep
        self.views: dict[str, FieldView] = {}

    def draw(self) -> dict[str, FieldView]:
        """Draw the questions that are asked now and return them by id."""
        self._slots = {inner.id: ui.element('div') for inner in self.group.fields}
        self._follow()
        return self.views

    def _follow(self) -> None:
        around = {**self.questions.values, **self._read()}
        for inner in self.group.fields:
            slot, is_asked = self._slots[inner.id], holds(inner.show_when, around)
            if slot.is_deleted:
                return
            if is_asked and inner.id not in self.views:
                with slot:
                    self.views[inner.id] = self._draw(inner, around)
            elif not is_asked and inner.id in self.views:
                del self.views[inner.id]
                slot.clear()

    def _draw(self, inner: FormField, around: Mapping[str, Any]) -> FieldView:
        path, keep = f'{self.prefix}.{inner.id}', self._keep(inner.id)

        async def changed(raw: Any) -> None:
            await keep(raw)
            before = set(self.views)
            self._follow()
            self._tell_group(before)

        return self.questions._draw_one(inner, path, self.entry.get(inner.id), changed, around)

    def _tell_group(self, before: Iterable[str]) -> None:
        """Let the group know the questions that came up or went, so that problems find them."""
        view = self.questions.views.get(self.group.id)
        if isinstance(view, RepeatView):
            for inner in before:
                view.fields.pop(f'{self.prefix}.{inner}', None)
            view.fields.update({f'{self.prefix}.{inner}': one for inner, one in self.views.items()})

    def _read(self) -> dict[str, Any]:
        """Return the entry's readable answers."""
        read: dict[str, Any] = {}
        for inner in self.group.fields:
            try:
                value = FIELDS[inner.type].parse(inner, self.entry.get(inner.id))
            except AppError:
                continue
            if value is not None:
                read[inner.id] = value
        return read


def as_typed(one: FormField, answer: Answer | None, t: Words) -> Any:
    """Return an answer the way a person writes it; what could not be read comes back as it was typed."""
    if answer is None:
        return None
    if answer.raw is not None:
        return answer.raw
    if one.fields:
        entries = answer.value if isinstance(answer.value, list) else []
        return [{f.id: _written(f, entry.get(f.id), t) for f in one.fields if f.id in entry} for entry in entries]
    return _written(one, answer.value, t)


def _written(one: FormField, value: Any, t: Words) -> Any:
    if one.type == 'partial_date' and isinstance(value, str):
        return written(value)
    if one.type == 'money' and isinstance(value, int):
        return f'{value:,}'.replace(',', '.')
    if one.type in ('number', 'area') and isinstance(value, int | float):
        return f'{value:.6f}'.rstrip('0').rstrip('.').replace('.', ',')
    if one.type == 'phone' and isinstance(value, str):
        return FIELDS['phone'].format(one, value, t)
    return value
