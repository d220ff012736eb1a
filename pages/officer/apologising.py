"""The drafted apology on the desk: what it says, how it is worded, how it would look, and the act that sends it."""

from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.clock import local
from app.dossiers.apologies import CAUSE_LIMIT, Apology, save_apology
from app.dossiers.desk import DeskDossier
from app.fields.base import Control
from app.i18n import Words
from app.workflow.transitions import Action
from components.buttons import Button
from components.markup import NOTHING, markup, show
from components.notice import callout, notice
from components.summary_list import facts
from components.toast import toast
from pages.asking import Form, ask_form
from pages.officer import handling
from pages.officer.acting import Acting
from pages.officer.acts import press
from pages.officer.typed import as_typed, forget_untouched


class ApologyBox:
    """Empty until something is drafted; drawn again where the draft, or what can be done with it, has changed."""

    def __init__(self, acting: Acting) -> None:
        self.acting = acting
        self.box = ui.element('div')
        self._shown: tuple[object, ...] = ()
        self.refresh(acting.view)

    def refresh(self, view: DeskDossier) -> None:
        """Show the draft as it stands."""
        shown = (view.apology, Action.REAPPOINT in view.actions, view.may_see_papers)
        if shown == self._shown:
            return
        self._shown = shown
        self.box.clear()
        if view.apology is not None:
            with self.box:
                self._draw(view, view.apology)

    def _draw(self, view: DeskDossier, one: Apology) -> None:
        t = self.acting.t
        with callout(tone='error' if one.is_past else 'warn', title=t('apology.card'), text=_when(one, t)):
            rows = [
                (t('apology.promised'), t.moment(one.limit_at)),
                (t('apology.proposed'), t.date(one.day)),
                (t('apology.delayed_by'), one.delayed_by),
            ]
            show(facts(rows))
            show(_reason(one, t))
            with ui.element('div').classes('mc-actions'):
                if Action.REAPPOINT in view.actions:
                    send = press(handling.reappoint, self.acting, Action.REAPPOINT)
                    Button(t(f'workflow.action_{Action.REAPPOINT}'), send, t=t)
                if one.may_word:
                    Button(t('apology.edit'), press(edit, self.acting), t=t, kind='secondary', icon='edit')
                if view.may_see_papers:
                    show(_preview(view.dossier_id, t))


def _when(one: Apology, t: Words) -> str:
    if one.is_past:
        return t('apology.past')
    if one.is_late:
        return t('apology.soon_late')
    if one.is_short:
        return t('apology.soon_short', moment=t.moment(one.send_by))
    return t('apology.soon', day=t.date(local(one.send_by).date()))


def _reason(one: Apology, t: Words) -> Markup:
    """Return the reason with whose words it is; that there is none is said."""
    if one.reason.strip():
        words = markup('<span class="mc-lines">{text}</span>', text=one.reason)
    else:
        words = markup('<strong>{text}</strong>', text=t('apology.reason_none'))
    whose = t('apology.drawn') if one.reason.strip() else ''
    if one.worded_by and one.worded_at:
        whose = t('apology.worded', name=one.worded_by, moment=t.short_moment(one.worded_at))
    said = markup('<br><small class="mc-muted">{whose}</small>', whose=whose) if whose else NOTHING
    return markup('<p>{label}: {words}{said}</p>', label=t('apology.reason'), words=words, said=said)


def _preview(dossier_id: str, t: Words) -> Markup:
    return markup(
        '<a class="mc-btn mc-btn-quiet" href="/can-bo/du-thao-xin-loi/{id}" target="_blank">{words}</a>',
        id=dossier_id,
        words=t('apology.preview'),
    )


async def edit(acting: Acting) -> None:
    """Word the draft. What was typed and not saved comes back, whatever happened in between."""
    t, view, one = acting.t, acting.view, acting.view.apology
    if one is None:
        return
    before = as_typed(one)

    def build(form: Form) -> None:
        form.say(notice(t('apology.edit_text'), tone='info'))
        hint = t('officer.reappoint_day_hint', moment=t.moment(one.limit_at))
        form.ask('day', t('officer.reappoint_day'), Control('date', width='short'), hint=hint, value=before['day'])
        form.text('delayed_by', t('officer.delayed_by'), value=before['delayed_by'], limit=CAUSE_LIMIT)
        reason, hint = t('officer.reason_for_applicant'), t('apology.edit_reason_hint')
        form.text('reason', reason, long=True, hint=hint, required=False, value=before['reason'])

    async def act(values: dict[str, Any]) -> None:
        acting.is_busy = True
        try:
            await save_apology(await acting.visitor.actor(), view.dossier_id, one.version, **values)
        except BaseException:
            acting.is_busy = False
            raise

    typed, name = await acting.typed('apology'), t('apology.edit')
    reload = (t('officer.see_new'), acting.reload)
    has_saved, _ = await ask_form(
        name, t, build, act, confirm=t('apology.save'), key='apology', typed=typed, reload=reload
    )
    forget_untouched(typed, before)
    if has_saved:
        try:
            toast(t('apology.saved'), t)
            await acting.reload()
        finally:
            acting.is_busy = False
