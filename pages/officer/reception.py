"""Acts of the one-stop desk: accept, ask for a supplement, refuse, give a new secret, hand the result over, stop."""

from typing import Any

from app.dossiers import commands
from app.dossiers.commands import STOP_REASONS
from app.dossiers.desk import Component, DeskDossier
from app.i18n import Words
from app.units.queries import unit_card
from app.workflow.guards import ORDER_REASONS
from app.workflow.transitions import Action
from components.buttons import link_button
from components.cards import fold
from components.dialogs import Dialog
from components.markup import markup, show
from components.notice import notice
from components.results import checked_at
from models.enums import PRESENT, AttachmentKind, AttachmentState, Channel, Delivery
from pages.asking import Form
from pages.officer.acting import Acting


async def accept(acting: Acting) -> None:
    """Accept at once; out of order a stock reason is asked."""
    if not acting.view.is_out_of_order:
        return await acting.run(Action.ACCEPT, commands.accept)
    t = acting.t

    def build(form: Form) -> None:
        form.say(notice(t('officer.earlier_waiting'), tone='warn'))
        reasons = [(reason, t(f'workflow.order_reason_{reason}')) for reason in ORDER_REASONS]
        form.choice('order_reason', t('officer.order_reason'), reasons)

    await acting.ask(Action.ACCEPT, build, commands.accept)
    return None


async def refuse(acting: Acting) -> None:
    """Refuse to accept, with the reason that the applicant reads."""
    t, view = acting.t, acting.view

    def build(form: Form) -> None:
        form.say(notice(t('officer.appeal'), tone='info'))
        form.text('note', t('officer.reason_for_applicant'), long=True)
        if view.channel == Channel.ONLINE:
            form.tick('junk', t('officer.junk'), required=False, hint=t('officer.junk_hint'))

    await acting.ask(
        Action.REFUSE,
        build,
        commands.refuse,
        kind='danger',
        arguments=lambda values: {'reason': values['note'], 'junk': values.get('junk') is True},
    )


async def request_supplement(acting: Acting) -> None:
    """Ask once for everything: what is missing or was marked is ticked already, the rest is said in words."""
    t, view = acting.t, acting.view
    documents = {c.document_id: _paper(c, t) for c in view.components}
    questions = _questions(view)
    contact = await _contact(acting)

    def build(form: Form) -> None:
        form.say(notice(t('officer.ask_once'), tone='warn'))
        if documents:
            form.ticks('items', t('officer.missing_papers'), tuple(documents.items()), value=_lacking(view))
        with fold(t('officer.missing_answers_of', count=len(questions)), is_open='questions' in form.answered):
            form.ticks('questions', t('officer.missing_answers'), tuple(questions.items()), hide_label=True)
        form.text('others', t('officer.missing_other'), long=True, hint=t('officer.missing_other_hint'), required=False)
        form.text('reason', t('officer.supplement_reason'), long=True, value=t('officer.reason_default'))
        form.text('guidance', t('officer.supplement_guidance'), long=True, value=t('officer.guidance_default'))
        form.text('contact', t('officer.supplement_contact'), value=contact)

    await acting.ask(
        Action.REQUEST_SUPPLEMENT,
        build,
        commands.request_supplement,
        arguments=_asked,
    )


def _paper(component: Component, t: Words) -> str:
    """Name a paper; one that a database should have given is asked for only because it did not."""
    if component.mode != 'database' or not component.replaceable_by:
        return t.pick(component.name)
    return t('documents.not_in_database', name=t.pick(component.name), database=component.replaceable_by)


def _questions(view: DeskDossier) -> dict[str, str]:
    """Return what the applicant can correct: answers they gave themselves, by the id of the question."""
    found = {}
    for _, lines in view.answers:
        for label, _, path in lines:
            field = view.spec.field(path)
            if '[' not in path and field is not None and field.computed is None:
                found[path] = label
    return found


def _lacking(view: DeskDossier) -> list[str]:
    """Return the components that are required and not there, or that an officer marked."""
    found = []
    for component in view.components:
        stored = [f for f in component.files if f.state in PRESENT]
        marked = any(f.check_result in ('unclear', 'missing') for f in stored)
        if marked or (component.required and component.mode == 'upload' and not stored):
            found.append(component.document_id)
    return found


async def _contact(acting: Acting) -> str:
    """Return whom to ask: the officer with the telephone of their unit."""
    actor = await acting.visitor.actor()
    card = await unit_card(actor, actor.grants[0].unit_id) if actor.grants else None
    return ', '.join(filter(None, (actor.name, card.phone if card else '')))


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    """Turn the answers into the command's arguments, which names papers and questions itself; what else is sent is left out there."""

    def ticked(name: str) -> list[str]:
        value = values.get(name)
        return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []

    own = values['others']
    items = [{'kind': 'document', 'id': d, 'text': ''} for d in ticked('items')]
    items += [{'kind': 'field', 'id': q, 'text': ''} for q in ticked('questions')]
    items += [
        {'kind': 'other', 'id': '', 'text': line}
        for line in (own.splitlines() if isinstance(own, str) else [])
        if line.strip()
    ]
    return {'items': items, **{name: values[name] for name in ('reason', 'guidance', 'contact')}}


async def reissue_secret(acting: Acting) -> None:
    """Give a new secret after an identity check; it is shown once, large."""
    t = acting.t

    def build(form: Form) -> None:
        form.say(notice(t('officer.identity_first'), tone='warn'))
        form.tick('identity_checked', t('officer.identity_checked'))
        form.text('note', t('officer.identity_paper'))

    secret = await acting.ask(
        Action.REISSUE_SECRET,
        build,
        commands.reissue_secret,
        arguments=lambda values: {**values, 'identity_checked': values['identity_checked'] is True},
    )
    if isinstance(secret, str):
        with Dialog(t('officer.new_secret'), t) as dialog:
            told = t('officer.new_secret_once', number=acting.view.filing_number)
            show(
                markup(
                    '<p class="mc-bigcode">{first} {second}</p><p>{told}</p>',
                    first=secret[:4],
                    second=secret[4:],
                    told=told,
                )
            )
        await dialog


def handing_words(view: DeskDossier) -> str:
    """Choose what to do with the result: an electronic one that its applicant cannot open is given to them here."""
    is_shut = view.delivery == Delivery.ELECTRONIC and not view.has_account
    return f'officer.hand_over_{"slip" if is_shut else view.delivery}'


async def hand_over(acting: Acting) -> None:
    """Hand the result over, with its files in reach; at the counter whoever collects it is written down."""
    t, view = acting.t, acting.view
    at_counter = view.delivery == Delivery.COUNTER

    def build(form: Form) -> None:
        form.say(markup('<p>{text}</p>', text=t(handing_words(view))))
        for file in view.other_files:
            if file.kind is AttachmentKind.RESULT and file.state is AttachmentState.STORED:
                form.say(link_button(file.name, f'/tep/{file.id}', kind='quiet', icon='download', download=True))
        form.say(checked_at(view.results, t))
        form.text(
            'collected_by',
            t('officer.collected_by'),
            required=at_counter,
            value=view.applicant_name if at_counter else '',
        )
        form.text('paper', t('officer.paper_shown'), hint=t('result.paper_hint'), required=False)
        if view.originals:
            papers = tuple((key, t.pick(name)) for key, name in view.originals)
            form.ticks('originals', t('officer.originals'), papers, hint=t('officer.originals_hint'))
            form.text('originals_note', t('officer.originals_note'), required=False)

    await acting.ask(Action.HAND_OVER, build, commands.hand_over)


async def stop(acting: Acting) -> None:
    """Stop processing, for a stock reason and in words."""
    t = acting.t

    def build(form: Form) -> None:
        form.choice('reason', t('officer.stop_reason'), [(r, t(f'dossier.stop_reason_{r}')) for r in STOP_REASONS])
        form.text('note', t('officer.reason_for_applicant'), long=True)

    await acting.ask(Action.STOP, build, commands.stop, kind='danger')
