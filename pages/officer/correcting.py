"""After a result was issued: take it back, or issue a corrected one in its place. Each asks once more who is there."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from app.dossiers import desk
from app.errors import Invalid, Problem
from app.signing import results as signing
from app.verification import revoking
from app.workflow.transitions import Action
from components.buttons import link_button
from components.markup import markup
from components.notice import notice
from components.upload import PaperFile, Upload
from models.enums import AttachmentKind, AttachmentState
from pages import csrf
from pages.apply.documents import as_paper
from pages.asking import Form
from pages.officer.acting import Acting
from pages.officer.handling import draw_up
from pages.officer.signing import SECRET, ask_number, with_demo_pin


async def revoke(acting: Acting) -> None:
    """Take back the result that stands."""
    t = acting.t

    def build(form: Form) -> None:
        form.say(notice(t('verification.revoke_text'), tone='warn'))
        _reasons(form)

    await acting.ask(
        Action.REVOKE_RESULT, build, acting.proven(revoking.revoke_result, why='verification.proof_text'), kind='danger'
    )


async def reissue(acting: Acting) -> None:
    """Attach the corrected result and issue it in place of the one before."""
    t, view = acting.t, acting.view
    token = csrf.token(ui.context.client.request)
    waiting = [f for f in view.other_files if f.kind is AttachmentKind.CORRECTION and f.state is AttachmentState.STORED]
    actor = await acting.visitor.actor()
    offer = await signing.offer(actor, view.dossier_id, Action.APPROVE)
    seal = (await signing.offer(actor, view.dossier_id, Action.FINISH)).key
    read = waiting[-1].id if waiting else None
    printed, before = await revoking.number_of_correction(actor, view.dossier_id), view.results[0].number

    take_other: Callable[[str], None] = lambda _: None  # noqa: E731 - until the dialog is drawn

    async def uploaded(file_id: Any) -> PaperFile | None:
        """Show a file that the server has taken, if it really is one of this dossier."""
        nonlocal read
        actor = await acting.visitor.actor()
        now = await desk.desk_dossier(actor, view.dossier_id)
        found = next((f for f in now.other_files if f.id == file_id), None)
        if found is None:
            return None
        read = found.id
        take_other(await revoking.number_of_correction(actor, view.dossier_id))
        return as_paper(found, None, t)

    async def issue(actor: Any, dossier_id: str, version: int, **values: Any) -> Any:
        """Issue the file that was shown here, or none: somebody else may have attached another one."""
        return await revoking.reissue_result(actor, dossier_id, version, file=read, **values)

    def build(form: Form) -> None:
        nonlocal take_other
        form.say(notice(t('verification.reissue_text'), tone='warn'))
        with ui.element('div').classes('mc-field') as place:
            for file in waiting:
                link = link_button(file.name, f'/tep/{file.id}', kind='secondary', icon='file', download=True)
                said = t('verification.correction_waiting')
                form.say(markup('<p class="mc-label">{said}</p>{link}', said=said, link=link))
        place.set_visibility(bool(waiting))
        Upload(
            id='ban-sua',
            label=t('verification.correction_other' if waiting else 'verification.correction_file'),
            url=f'/tep/ket-qua/{view.dossier_id}/ban-sua',
            csrf=token,
            t=t,
            on_done=uploaded,
            on_remove=_keep,
            max_files=1,
            required=not waiting,
        )
        if offer.key:
            hint = with_demo_pin(t('verification.pin_hint', name=offer.key.signer), t)
            form.ask('pin', t('verification.pin_own'), SECRET, hint=hint, required=False)
        if seal:
            hint = with_demo_pin(t('verification.seal_hint', name=seal.signer), t)
            form.ask('seal_pin', t('verification.pin_seal'), SECRET, hint=hint, required=False)
        propose = ask_number(form, acting, printed=printed, before=before)
        _reasons(form)

        def take_other(number: str) -> None:
            """What waited is issued no more; the number that stands on it is none of the other file."""
            place.set_visibility(False)
            propose(number)

    acting.is_busy = True
    try:
        await acting.ask(Action.REISSUE_RESULT, build, acting.proven(issue, why='verification.proof_text'))
    finally:
        acting.is_busy = False


async def redraw(acting: Acting) -> None:
    """Draw the corrected result up anew from the dossier; it is issued by ``reissue``."""
    await draw_up(acting, AttachmentKind.CORRECTION)
    await acting.reload()


def _keep(_file_id: str) -> None:
    """A correction is superseded by a newer one, never removed."""
    raise Invalid({'file': Problem('officer.result_stays')}, 'officer.result_stays')


def _reasons(form: Form) -> None:
    """Ask for the class of the reason, which everybody may read, and for its words, which the applicant reads."""
    t = form.t
    options = [(reason, t(f'verification.reason_{reason}')) for reason in revoking.REASONS]
    form.choice('reason', t('verification.reason_class'), options, hint=t('verification.reason_hint'))
    form.text('note', t('officer.reason_for_applicant'), long=True)
