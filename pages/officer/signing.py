"""How a result is signed, asked in the dialogs of approval and issue: here with a PIN, elsewhere, or by hand."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from app.clock import local
from app.documents.certified import is_certification
from app.dossiers import desk
from app.errors import Invalid, Problem
from app.fields.base import Control
from app.i18n import Words
from app.notifications import settings
from app.signing.keys import Key
from app.signing.results import Offer
from app.signing.trust import DEMO_PIN
from app.verification.copies import NUMBER_LIMIT
from components.buttons import link_button
from components.markup import show
from components.notice import notice
from components.upload import PaperFile, Upload
from models.enums import AttachmentKind, AttachmentState
from pages import csrf
from pages.asking import Form
from pages.officer.acting import Acting

SECRET = Control('text', autocomplete='new-password', maxlength=64, width='short')


def ask_how(form: Form, acting: Acting, offer: Offer, *, is_seal: bool = False) -> None:
    """Ask how the result is signed, or sealed; what the answer needs is shown with it."""
    t, kind = acting.t, '_seal' if is_seal else ''
    if offer.is_signed:
        return form.say(notice(t('signing.is_sealed' if is_seal else 'signing.is_signed'), tone='ok'))
    if offer.file is None:
        return None
    if not offer.can_be_signed:
        return form.say(notice(t('signing.only_paper'), tone='warn'))
    ways = [*(['key'] if offer.key else []), 'brought', *([] if offer.is_required else ['paper'])]
    if is_seal and offer.key is None:
        return None  # a unit without a digital seal is asked nothing
    chosen = ways[0] if offer.key else ways[-1]
    options = [(way, t(f'signing.how_{way}{kind}')) for way in ways]
    view = form.choice('how', t(f'signing.how{kind}'), options, value=chosen)
    places = {'brought': _bring(acting)}
    if offer.key:
        places['key'] = ask_pin(form, offer.key, t)

    def follow() -> None:
        for way, place in places.items():
            place.set_visibility(view.value == way)

    view.on('change', follow, args=[])
    follow()
    return None


def ask_number(form: Form, acting: Acting, *, printed: str = '', before: str = '') -> Callable[[str], None]:
    """Ask for the number of a result; of what is certified, as it stands in the book of certifications.

    ``printed``: the number that stands on it already.  ``before``: that of the result whose place it takes.
    Returns what is told the printed number of another file that took its place meanwhile.
    """
    t, kind = form.t, 'certified' if is_certification(acting.view.spec) else 'result'

    def hint(printed: str) -> str:
        if printed:
            return t('verification.number_printed', number=printed)
        asked = t(f'verification.{kind}_number_hint')
        return f'{t("verification.number_before", number=before)} {asked}' if before else asked

    label = t(f'verification.{kind}_number')
    form.text('number', label, hint=hint(printed), required=False, value=printed, limit=NUMBER_LIMIT)
    return lambda other: form.propose('number', other, hint(other))


def ask_pin(form: Form, key: Key, t: Words) -> ui.element:
    """Ask for the PIN of a key."""
    hint = with_demo_pin(t('signing.pin_hint', name=key.signer, until=f'{local(key.valid_to):%d/%m/%Y}'), t)
    return form.ask('pin', t('signing.pin'), SECRET, hint=hint)


def with_demo_pin(hint: str, t: Words) -> str:
    """Return a hint at a PIN; the demonstration says the PIN itself."""
    return f'{hint} {t("signing.pin_demo", pin=DEMO_PIN)}' if settings().demo else hint


def _bring(acting: Acting) -> ui.element:
    """Offer the exact file to be signed elsewhere, and the place where it comes back."""
    t, view = acting.t, acting.view
    result = next(
        (f for f in view.other_files if f.kind == AttachmentKind.RESULT and f.state is AttachmentState.STORED), None
    )

    async def uploaded(file_id: Any) -> PaperFile | None:
        now = await desk.desk_dossier(await acting.visitor.actor(), view.dossier_id)
        found = next((f for f in now.other_files if f.id == file_id), None)
        return PaperFile(found.id, found.name, found.size, f'/tep/{found.id}') if found else None

    with ui.element('div').classes('mc-field') as place:
        if result:
            show(
                link_button(
                    t('signing.download_exact'), f'/tep/{result.id}', kind='secondary', icon='download', download=True
                )
            )
        Upload(
            id='da-ky',
            label=t('signing.upload_signed'),
            hint=t('signing.upload_signed_hint'),
            url=f'/tep/ket-qua/{view.dossier_id}/da-ky',
            csrf=csrf.token(ui.context.client.request),
            t=t,
            on_done=uploaded,
            on_remove=_keep,
            accept='application/pdf',
            max_files=1,
            choose=t('signing.choose_file'),
            required=True,
        )
    return place


def _keep(_file_id: str) -> None:
    """What was signed stays."""
    raise Invalid({'file': Problem('officer.result_stays')}, 'officer.result_stays')
