"""Acts of those who work on a dossier: take, forward, send back, reassign, drafts and results, approve, issue."""

from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.dossiers import commands, desk, producing
from app.dossiers.apologies import CAUSE_LIMIT
from app.dossiers.desk import Person
from app.dossiers.files import File
from app.errors import Invalid, Problem
from app.fields.base import Control
from app.i18n import Words
from app.signing import results
from app.verification.copies import NUMBER_LIMIT
from app.workflow.transitions import Action
from components.buttons import link_button
from components.dialogs import Dialog, ask
from components.markup import join, markup, show
from components.notice import notice
from components.toast import toast
from components.upload import PaperFile, Upload
from models.enums import AttachmentKind, AttachmentState
from pages import csrf
from pages.apply.documents import as_paper
from pages.asking import Form, ask_form
from pages.officer.acting import Acting
from pages.officer.signing import ask_how, ask_number
from pages.officer.typed import as_typed, forget_untouched

ANYONE = ''
RESULTS = ('result', 'result_draft')


async def take(acting: Acting) -> None:
    """Take the open step."""
    await acting.run(Action.TAKE, commands.take)


async def forward(acting: Acting) -> None:
    """Pass on: to everyone who holds the next role, or to one person; optional steps can be chosen."""
    t = acting.t
    steps = {step.key: (step, people) for step, people in acting.view.next_steps}
    default = next((key for key, (step, _) in steps.items() if not step.optional), next(iter(steps), None))

    def build(form: Form) -> None:
        if len(steps) > 1:
            options = [(key, t.pick(step.title)) for key, (step, _) in steps.items()]
            form.choice('step', t('officer.next_step'), options, value=default)
        elif default:
            form.say(markup('<p>{text}</p>', text=t('officer.goes_to', step=t.pick(steps[default][0].title))))
        people = {p.account_id: _person(p) for _, each in steps.values() for p in each}
        form.choice('account_id', t('officer.to_whom'), [(ANYONE, t('officer.anyone')), *people.items()], value=ANYONE)
        form.text('note', t('officer.note_inside'), long=True, required=False)

    def arguments(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, 'step': values.get('step', default), 'account_id': values['account_id'] or None}

    await acting.ask(Action.FORWARD, build, commands.forward, arguments=arguments)


async def approve(acting: Acting) -> None:
    """Approve, with the result and its draft in reach once more; the result is signed here, elsewhere or by hand."""
    t = acting.t
    offer = await results.offer(await acting.visitor.actor(), acting.view.dossier_id, Action.APPROVE)

    def build(form: Form) -> None:
        files = [f for f in acting.view.other_files if f.state is AttachmentState.STORED and f.kind in RESULTS]
        links = (_paper_link(f, t) for f in files)
        missing = notice(t('officer.no_result_yet'), tone='warn')
        form.say(markup('<div class="mc-actions">{links}</div>', links=join(links)) if files else missing)
        ask_how(form, acting, offer)
        form.text('note', t('officer.note_inside'), long=True, required=False)

    await acting.ask(Action.APPROVE, build, acting.proven(results.approve_as, why='signing.proof_text'))


def _paper_link(file: File, t: Words) -> Markup:
    """Name a file by what it is as well: a draft and its result often bear the same name."""
    label = t('officer.file_named', kind=t(f'officer.kind_{file.kind}'), name=file.name)
    return link_button(label, f'/tep/{file.id}', kind='secondary', icon='file', download=True)


async def send_back(acting: Acting) -> None:
    """Send back to the step before, with the reason."""

    def build(form: Form) -> None:
        form.text('note', acting.t('officer.reason_inside'), long=True)

    await acting.ask(Action.SEND_BACK, build, commands.send_back, arguments=lambda values: {'reason': values['note']})


async def reassign(acting: Acting) -> None:
    """Give the open step to another person."""
    t, colleagues = acting.t, acting.view.colleagues
    if not colleagues:
        with Dialog(t(f'workflow.action_{Action.REASSIGN}'), t) as dialog:
            show(notice(t('officer.no_colleague'), tone='warn'))
        await dialog
        return

    def build(form: Form) -> None:
        form.choice('account_id', t('officer.to_whom'), [(p.account_id, _person(p)) for p in colleagues])
        form.text('note', t('officer.note_inside'), long=True, required=False)

    await acting.ask(
        Action.REASSIGN,
        build,
        commands.reassign,
        arguments=lambda values: {**values, 'account_id': values['account_id'] or ''},
    )


async def reappoint(acting: Acting) -> None:
    """Apologise in writing and give another date, once; what was drafted stands in the questions."""
    t, view = acting.t, acting.view
    drafted = as_typed(view.apology) if view.apology else {}

    def build(form: Form) -> None:
        form.say(notice(t('officer.reappoint_text'), tone='warn'))
        promised = t.moment(view.promised_at) if view.promised_at else ''
        hint = t('officer.reappoint_day_hint', moment=promised)
        form.ask('day', t('officer.reappoint_day'), Control('date', width='short'), hint=hint, value=drafted.get('day'))
        cause = drafted.get('delayed_by', view.resolving_unit)
        form.text('delayed_by', t('officer.delayed_by'), value=cause, limit=CAUSE_LIMIT)
        form.text('reason', t('officer.reason_for_applicant'), long=True, value=drafted.get('reason'))

    await acting.ask(Action.REAPPOINT, build, commands.reappoint)
    forget_untouched(await acting.typed(Action.REAPPOINT), drafted)


async def show_draft(acting: Acting) -> None:
    """Show the draft of the result to the applicant."""
    t, name = acting.t, acting.t('workflow.action_show_draft')
    if await ask(name, t('officer.show_draft_text'), t, confirm=name):
        await acting.run(Action.SHOW_DRAFT, commands.show_draft)


async def finish(acting: Acting) -> None:
    """Issue the result under its number, with the unit's seal where it has a digital one."""
    t = acting.t
    offer = await results.offer(await acting.visitor.actor(), acting.view.dossier_id, Action.FINISH)

    def build(form: Form) -> None:
        form.say(markup('<p>{text}</p>', text=t('officer.finish_text')))
        ask_number(form, acting, printed=offer.number)
        ask_how(form, acting, offer, is_seal=True)

    await acting.ask(Action.FINISH, build, results.finish_as)


async def attach(acting: Acting) -> None:
    """Attach the result, and its draft where the applicant confirms it."""
    t, view = acting.t, acting.view
    decided = [step.outcome for step in view.steps if step.outcome not in (None, 'reassigned')]
    is_draft_shown = view.spec.confirms_draft and decided[-1:] != ['approved']  # then the approved file is what counts
    kinds = [('du-thao', 'officer.upload_draft')] if is_draft_shown else []
    token = csrf.token(ui.context.client.request)

    async def uploaded(file_id: Any) -> PaperFile | None:
        """Show a file that the server has taken, if it really is one of this dossier."""
        now = await desk.desk_dossier(await acting.visitor.actor(), view.dossier_id)
        found = next((f for f in now.other_files if f.id == file_id), None)
        return as_paper(found, None, t) if found else None

    with Dialog(t('officer.attach_result'), t) as dialog:
        for kind, label in (*kinds, ('ket-qua', 'officer.upload_result')):
            Upload(
                id=kind,
                label=t(label),
                url=f'/tep/ket-qua/{view.dossier_id}/{kind}',
                csrf=token,
                t=t,
                on_done=uploaded,
                on_remove=_keep,
                max_files=1,
                required=True,
            )
    acting.is_busy = True
    try:
        await dialog
    finally:
        acting.is_busy = False
    await acting.reload()


async def produce(acting: Acting) -> None:
    """Draw up the result from the dossier."""
    await draw_up(acting, AttachmentKind.RESULT)


async def draw_up(acting: Acting, wanted: AttachmentKind) -> None:
    """Draw up a result or its correction: every line is read over, what the authority states is written."""
    t, view, visitor = acting.t, acting.view, acting.visitor
    found = await producing.proposal(await visitor.actor(), view.dossier_id, wanted)
    kinds = [AttachmentKind.RESULT_DRAFT] if found.is_draft_shown and wanted is AttachmentKind.RESULT else []
    act_name = 'redraw' if wanted is AttachmentKind.CORRECTION else 'produce'

    def build(form: Form) -> None:
        form.say(notice(t('result.produce_text', check=found.check), tone='warn'))
        if kinds:
            options = [(str(k), t(f'result.produce_kind_{k}')) for k in (*kinds, AttachmentKind.RESULT)]
            form.choice('kind', t('result.produce_kind'), options, value=str(kinds[0]))
        for title, lines in found.groups:
            form.say(markup('<h3>{title}</h3>', title=title))
            for line in lines:
                form.text(line.id, line.label, required=False, value=line.text, limit=producing.LINE_LIMIT)
        hint = t('result.produce_statement_hint')
        form.text('statement', found.statement_title, long=True, hint=hint, limit=producing.STATEMENT_LIMIT)
        form.text('signer', t('result.produce_signer'), hint=t('result.produce_signer_hint'), value=found.signer)
        number_hint = t('result.produce_number_hint')
        if wanted is AttachmentKind.CORRECTION and (before := view.results[0].number):
            number_hint = f'{t("verification.number_before", number=before)} {number_hint}'
        form.text('issue_number', t('result.produce_number'), hint=number_hint, required=False, limit=NUMBER_LIMIT)
        form.ask('issue_day', t('result.produce_day'), Control('date', width='short'), required=False)

    async def act(values: dict[str, Any]) -> dict[str, Any]:
        is_draft = bool(kinds) and values['kind'] != AttachmentKind.RESULT
        kind = AttachmentKind.RESULT_DRAFT if is_draft else wanted
        await producing.produce(await visitor.actor(), view.dossier_id, kind, values)
        return values

    typed = await acting.typed(act_name)
    name = t(f'result.{act_name}')
    has_made, values = await ask_form(
        f'{name}: {found.title}', t, build, act, confirm=t('result.produce_make'), key=act_name, typed=typed
    )
    if has_made:
        typed.update(values)  # the result says what its draft said
        toast(t(f'result.{act_name}_done'), t)


def _keep(_file_id: str) -> None:
    """A result is superseded by a newer one, never removed."""
    raise Invalid({'file': Problem('officer.result_stays')}, 'officer.result_stays')


def _person(one: Person) -> str:
    return f'{one.name} ({one.title})' if one.title else one.name
