"""Acts that move a clock: a financial duty with its second appointment, a public posting, passing on to another unit."""

from app.dossiers import commands
from app.workflow.transitions import Action
from components.dialogs import ask
from components.notice import notice
from components.wording import extension_text
from pages.asking import Form
from pages.officer.acting import Acting
from pages.officer.typed import forget_untouched


async def await_duty(acting: Acting) -> None:
    """Pass on what is needed to assess what has to be paid; the applicant reads what for."""
    t = acting.t

    def build(form: Form) -> None:
        key = 'officer.duty_text_two' if acting.view.spec.term.after_payment else 'officer.duty_text'
        form.say(notice(t(key), tone='info'))
        form.text('note', t('officer.duty_what'), long=True, hint=t('officer.duty_what_hint'))

    await acting.ask(Action.AWAIT_DUTY, build, commands.await_duty)


async def duty_done(acting: Acting) -> None:
    """Take the proof of payment: the clock goes on."""
    t = acting.t

    def build(form: Form) -> None:
        days = acting.view.spec.term.after_payment
        key = 'officer.duty_done_two' if days else 'officer.duty_done_text'
        form.say(notice(t(key, days=f'{days or 0:g}'), tone='info'))
        form.text('note', t('officer.duty_proof'), hint=t('officer.duty_proof_hint'))

    await acting.ask(Action.DUTY_DONE, build, commands.duty_done)


async def start_posting(acting: Acting) -> None:
    """Post the matter in public."""
    t = acting.t

    def build(form: Form) -> None:
        form.say(notice(t('officer.posting_text', days=acting.view.spec.term.posting_days or 0), tone='info'))
        form.text('note', t('officer.posting_where'), value=t('officer.posting_where_default'))

    await acting.ask(Action.START_POSTING, build, commands.start_posting)


async def end_posting(acting: Acting) -> None:
    """Say that the posting is over; the clock goes on from its last moment."""
    t, name = acting.t, acting.t('workflow.action_end_posting')
    if await ask(name, t('officer.posting_end_text'), t, confirm=name):
        await acting.run(Action.END_POSTING, commands.end_posting)


async def extend(acting: Acting) -> None:
    """Take the longer term of the law, because facts have to be verified; what an officer wrote of it before stands there."""
    t, term, one = acting.t, acting.view.spec.term, acting.view.apology
    why = one.reason if one and one.worded_by else ''

    def build(form: Form) -> None:
        form.say(notice(t('officer.extend_text', term=extension_text(term, t)), tone='info'))
        form.text('note', t('officer.extend_why'), long=True, hint=t('officer.extend_why_hint'), value=why)

    await acting.ask(Action.EXTEND, build, commands.extend)
    forget_untouched(await acting.typed(Action.EXTEND), {'note': why})


async def pass_on(acting: Acting) -> None:
    """Pass a filing on to the unit that decides."""
    t, name = acting.t, acting.t('workflow.action_pass_on')
    text = t('officer.pass_on_text', unit=acting.view.resolving_unit)
    if await ask(name, text, t, confirm=name):
        await acting.run(Action.PASS_ON, commands.pass_on)
