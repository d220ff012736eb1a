"""``/can-bo/danh-gia/{dossier_id}``: what somebody was not satisfied with, for the head of the unit alone, who answers."""

from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.access import Permission
from app.i18n import Words
from app.ratings import tasks
from app.ratings.tasks import Task
from components.buttons import link_button, primary
from components.cards import card, stack
from components.icons import icon
from components.markup import markup, show
from components.notice import notice
from components.page_head import page_head
from components.summary_list import Row, summary_list
from components.toast import toast
from pages.asking import Form, ask_form
from pages.officer.rating import PATH
from pages.shell import Route, guarded
from pages.visitor import Visitor


class TaskScreen:
    """One rating, and its answer."""

    def __init__(self, visitor: Visitor, dossier_id: str) -> None:
        self.visitor, self.t, self.dossier_id = visitor, visitor.t, dossier_id
        self.typed: dict[str, Any] = {}
        self.box = stack()

    async def show(self) -> None:
        """Draw it as it is now."""
        found = await tasks.task(await self.visitor.actor(), self.dossier_id)
        t, row = self.t, found.row
        self.box.clear()
        with self.box:
            page_head(
                t('ratings.task_title'),
                t,
                back=(PATH, t('ratings.task_back')),
                lead=f'{row.number} · {t.pick(row.procedure_name)}',
            )
            with card(t('ratings.task_said')):
                show(said(found, t))
                private = t('ratings.task_private')
                show(markup('<p class="mc-muted mc-small">{i} {text}</p>', i=icon('lock', 18), text=private))
            self._answer(found)
            with card(t('ratings.task_again')):
                show(
                    markup('<p>{text}</p>', text=t(f'ratings.task_{"again" if found.again else "anew"}_text')),
                    link_button(
                        t('ratings.task_open'), f'/can-bo/ho-so/{row.dossier_id}', kind='secondary', icon='file'
                    ),
                )

    def _answer(self, found: Task) -> None:
        t, row = self.t, found.row
        if found.answer:
            with card(t('ratings.answer')):
                by = t(
                    'ratings.task_by', name=found.answered_by or '', moment=t.moment(row.answered_at or row.rated_at)
                )
                show(
                    markup(
                        '<p class="mc-lines">{text}</p><p class="mc-muted mc-small">{by}</p>', text=found.answer, by=by
                    )
                )
            return
        due = t('ratings.task_late' if row.is_late else 'ratings.task_due', moment=t.moment(row.due_at))
        show(notice(due, tone='error' if row.is_late else 'warn'))
        with ui.element('div').classes('mc-actions'):
            primary(t('ratings.task_answer'), guarded(self.answer, single=True), t=t, icon='mail')

    async def answer(self) -> None:
        """Ask for the words and send them."""
        t = self.t

        def build(form: Form) -> None:
            hint = t('ratings.task_answer_hint', limit=tasks.ANSWER_LIMIT)
            form.text('words', t('ratings.task_answer'), long=True, limit=tasks.ANSWER_LIMIT, hint=hint)

        async def act(values: dict[str, Any]) -> None:
            await tasks.answer(await self.visitor.actor(), self.dossier_id, values['words'])

        heading, confirm = t('ratings.task_answer'), t('ratings.task_send')
        done, _ = await ask_form(heading, t, build, act, confirm=confirm, key='rating-answer', typed=self.typed)
        if done:
            toast(t('ratings.task_sent'), t)
            await self.show()


def said(found: Task, t: Words) -> Markup:
    """Return the levels, reasons and words of a rating."""
    form, ballot = found.form, found.said
    parts = {part.key: t.pick(part.label) for part in form.parts}
    reasons = [t.pick(one.label) for one in form.reasons if one.key in ballot.reasons]
    rows = [
        Row(t('ratings.whole'), t.pick(form.level_name(ballot.level))),
        *(Row(parts[key], t.pick(form.level_name(level))) for key, level in ballot.parts.items()),
        Row(t('ratings.task_reasons'), ', '.join(reasons)),
        Row(t('ratings.task_words'), ballot.words or t('ratings.task_no_words')),
        Row(t('ratings.task_rated'), t.moment(found.row.rated_at)),
    ]
    return summary_list(rows, t)


async def task_page(visitor: Visitor, dossier_id: str) -> None:
    """Draw one rating for the head of its unit."""
    await TaskScreen(visitor, dossier_id).show()


ROUTES = [Route(PATH + '/{dossier_id}', task_page, need=Permission.DOSSIER_APPROVE, title_key='ratings.task_title')]
