"""From draft to dossier: submit, once, whatever happens to the wire."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor, ActorKind, Permission
from app.audit.prove import Place, place_at, place_of
from app.clock import now
from app.db import read, write
from app.dossiers import answers as stored
from app.dossiers import junk
from app.dossiers.answers import Answer
from app.dossiers.destination import units_of
from app.dossiers.files import File, as_file, files_of_dossier, proof
from app.dossiers.loading import load_draft
from app.dossiers.opening import with_secret
from app.errors import Invalid, NotAllowed, Problem
from app.i18n import words
from app.idempotency import Once
from app.limits import hit
from app.procedures import queries as catalogue
from app.procedures import validation
from app.procedures.decided import with_fee
from app.procedures.fees import expected
from app.procedures.schema import ProcedureSpec
from app.registry import FIELDS
from app.rows import put
from app.statistics.forms import count_sent
from app.text import fold
from app.workflow.apply import apply_transition, is_applicant
from app.workflow.numbers import filing_number, secret_of
from app.workflow.transitions import Action
from models import Account, AnswerSheet, Attachment, Dossier, Draft, Fee, Party, Unit
from models.enums import PRESENT, AttachmentKind, AttachmentState, Channel, Delivery, Edition, PartyRole
from models.types import new_id

SECRET_SHOWN = timedelta(hours=24)
"""How long after filing the private link of the draft shows the secret again."""
SUBJECT_LIMIT = 1000


@dataclass(frozen=True)
class Submitted:
    """What the confirmation says. ``secret`` is None once the draft's link is too old to show it."""

    dossier_id: str
    filing_number: str
    secret: str | None
    submitted_at: datetime
    reception_due_at: datetime | None
    contact_email: str | None
    contact_phone: str | None
    first_time: bool
    procedure_name: Any
    applicant_name: str
    unit_id: str
    unit_name: str
    spec: ProcedureSpec
    papers: tuple[File, ...]
    """What has arrived, each with the hash of its bytes."""
    delivery: Delivery
    has_account: bool
    place: Place | None
    """Where the act of filing stands in the chain of events, to be proved later."""


class SecretNeeded(NotAllowed):
    """The dossier that a draft replaces is no longer open to its sender: its secret must be shown once more."""


async def submit(actor: Actor, token: str, *, once: Once | None = None, secret: str | None = None) -> Submitted:
    """Turn a draft into a dossier with status 1. The same draft gives the same dossier, however often it is sent.

    ``once`` keeps the answer under the sender's key. ``secret`` is that of the dossier which the draft replaces.

    Raises:
        Invalid: answers or documents are missing or wrong; nothing is lost.
        SecretNeeded: it replaces a dossier that was opened too long ago.  NotFound: not its secret.
    """
    if secret is not None and (replaced := await _replaced(actor, token)):
        actor = await with_secret(actor, replaced, secret)
    if not takes_in(actor):
        await hit('submit', actor.account_id or actor.address or 'unknown', times=300, minutes=60)
    async with write() as db:
        if once is not None:
            await once.claim(db)
        done = await _submit(db, actor, token)
        if once is not None:
            await once.keep(db, done)
        return done


def takes_in(actor: Actor) -> bool:
    """Tell whether somebody files for others at the counter; any other member of staff, and any program of theirs, files as
    a visitor does."""
    return actor.kind is ActorKind.SYSTEM or actor.may(Permission.DOSSIER_RECEIVE)


async def _replaced(actor: Actor, token: str) -> str | None:
    async with read() as db:
        return (await load_draft(db, actor, token)).replaces_dossier_id


async def _submit(db: AsyncSession, actor: Actor, token: str) -> Submitted:
    draft = await load_draft(db, actor, token, lock=True)
    if draft.dossier_id is not None:
        return await _confirmation(db, await db.get_one(Dossier, draft.dossier_id))
    spec = await with_fee(db, await catalogue.spec_of(db, draft.version_id))
    answers = stored.unpack(draft.answers, f'draft:{draft.id}')
    query = select(Attachment).where(Attachment.draft_id == draft.id).order_by(Attachment.uploaded_at)
    papers = (await db.execute(query)).scalars().all()
    if found := _problems(spec, answers, {one.document_id for one in papers if one.state in PRESENT}):
        raise Invalid(found)
    await _refuse_unproved(db, actor, draft)
    await junk.refuse_marked(db, actor, validation.applicant(spec, stored.values(answers)))
    return await _file(db, actor, draft, spec, answers, papers)


async def confirmation(actor: Actor, token: str) -> Submitted | None:
    """Return the confirmation of a draft that was sent, or None while it was not."""
    async with read() as db:
        draft = await load_draft(db, actor, token)
        return await _confirmation(db, await db.get_one(Dossier, draft.dossier_id)) if draft.dossier_id else None


async def problems(actor: Actor, token: str) -> dict[str, Problem]:
    """Return what still stands in the way of sending a draft, in the order of the form."""
    async with read() as db:
        draft = await load_draft(db, actor, token)
        spec = await catalogue.spec_of(db, draft.version_id)
        present = select(Attachment.document_id).where(Attachment.draft_id == draft.id, Attachment.state.in_(PRESENT))
        documents = set((await db.execute(present)).scalars())
    return _problems(spec, stored.unpack(draft.answers, f'draft:{draft.id}'), documents)


def _problems(spec: ProcedureSpec, answers: dict[str, Answer], documents: Collection[str | None]) -> dict[str, Problem]:
    found = validation.check(spec, stored.values(answers), {d for d in documents if d})
    order = {field.id: n for n, (_, field) in enumerate(validation.shown_fields(spec, stored.values(answers)))}
    unread = {k: p for k, p in stored.unreadable(spec, answers).items() if stored.question(k) in order}
    named = {stored.question(k) for k in unread}
    merged = {k: p for k, p in found.items() if stored.question(k) not in named} | unread
    return dict(sorted(merged.items(), key=lambda item: order.get(stored.question(item[0]), len(order))))


async def _refuse_unproved(db: AsyncSession, actor: Actor, draft: Draft) -> None:
    """A draft's link alone takes no other dossier's place in the queue."""
    replaced = await db.get(Dossier, draft.replaces_dossier_id) if draft.replaces_dossier_id else None
    if replaced is not None and actor.kind is not ActorKind.SYSTEM and not is_applicant(actor, replaced):
        raise SecretNeeded('dossier.show_secret_again')


async def _file(
    db: AsyncSession,
    actor: Actor,
    draft: Draft,
    spec: ProcedureSpec,
    answers: dict[str, Answer],
    papers: Sequence[Attachment],
) -> Submitted:
    """Insert the dossier with everything that belongs to it, through the workflow."""
    moment = now()
    values = validation.without_gaps(spec, validation.relevant(spec, stored.values(answers)))
    who = validation.applicant(spec, values)
    replaced = await db.get(Dossier, draft.replaces_dossier_id) if draft.replaces_dossier_id else None
    receiving, resolving = await units_of(db, actor, spec, draft, replaced)
    email = who.get('email') or (actor.email if draft.account_id else None)
    version = await catalogue.version_of(db, draft.version_id)
    dossier = Dossier(
        filing_number=await filing_number(db, receiving.code, moment),
        secret_nonce=new_id(),
        procedure_id=version.procedure_id,
        version_id=draft.version_id,
        receiving_unit_id=receiving.id,
        resolving_unit_id=resolving.id,
        account_id=draft.account_id,
        replaces_id=replaced.id if replaced else None,
        after_id=draft.after_dossier_id,
        subject=spec.name.vi[:SUBJECT_LIMIT],
        applicant_name=str(who.get('full_name') or actor.name or '—')[:200],
        channel=actor.channel if takes_in(actor) or not actor.is_staff else Channel.ONLINE,
        delivery=_delivery(values),
        delivery_address=_address(spec, values.get('result_address')),
        contact_email=email,
        contact_phone=who.get('phone'),
        contact_verified=await _is_verified(db, draft.account_id, email),
        lang=draft.lang,
        reused=any(answer.source in _KNOWN for answer in answers.values()),
        queued_at=replaced.queued_at if replaced else moment,
        passed_on_at=replaced.passed_on_at if replaced else None,
        submitted_at=moment,
    )
    dossier.search_text = fold(
        ' '.join(filter(None, (dossier.filing_number, dossier.applicant_name, who.get('phone'), spec.name.vi)))
    )
    shown = validation.shown(spec, values)[1]
    sent = {'papers': [proof(one) for one in papers if one.document_id in shown and one.state in PRESENT]}
    event = await apply_transition(db, actor, dossier, spec, Action.SUBMIT, seen_version=None, data=sent)
    for paper in papers:
        paper.dossier_id = dossier.id
        if paper.document_id is not None and paper.document_id not in shown:
            paper.state = AttachmentState.REMOVED
    await _attach(db, actor, draft, dossier, spec, receiving, answers, values, who)
    if replaced is None:
        await count_sent(db, dossier, [answers[name].source for name in values], papers)
    else:
        await apply_transition(
            db,
            actor,
            replaced,
            spec,
            Action.REPLACE,
            seen_version=replaced.version,
            data={'replaced_by_id': dossier.id},
        )
    return _submitted(dossier, version.spec, receiving, map(as_file, papers), place_at(event), first_time=True)


_KNOWN = ('profile', 'database')
"""Sources of answers that nobody had to type again."""


DELIVERY = 'result_delivery'
"""The question how the result is to be received."""


def _delivery(values: dict[str, Any]) -> Delivery:
    chosen = values.get(DELIVERY)
    return Delivery(chosen) if chosen in set(Delivery) else Delivery.COUNTER


def _address(spec: ProcedureSpec, value: Any) -> str | None:
    """Return an address as one line, as it is printed on an envelope."""
    field = next((f for section in spec.sections for f in section.fields if f.type == 'address'), None)
    return FIELDS['address'].format(field, value, words('vi')) or None if field and isinstance(value, dict) else None


async def _is_verified(db: AsyncSession, account_id: str | None, email: str | None) -> bool:
    """A contact is verified when it is the confirmed address of the filer's own account."""
    account = await db.get(Account, account_id) if account_id else None
    return bool(account and email and account.email == email.lower() and account.email_verified_at)


async def _attach(
    db: AsyncSession,
    actor: Actor,
    draft: Draft,
    dossier: Dossier,
    spec: ProcedureSpec,
    unit: Unit,
    answers: dict[str, Answer],
    values: dict[str, Any],
    who: dict[str, Any],
) -> None:
    """Move answers, parties and fees from the draft to the dossier; mark the draft as sent."""
    kept = {k: replace(answers[k], value=value) for k, value in values.items()}
    kept |= {k: Answer(v, 'computed') for k, v in validation.computed(spec, values, unit.name).items()}
    sheet = AnswerSheet(
        dossier_id=dossier.id,
        edition=Edition.MAIN,
        answers=stored.pack(spec, kept, f'dossier:{dossier.id}'),
        saved_at=dossier.submitted_at,
        saved_by_id=actor.account_id,
    )
    await put(db, sheet, _submitter(dossier, spec, who))
    if spec.fee.kind != 'none':
        amount = expected(spec.fee, values)
        await put(db, Fee(dossier_id=dossier.id, name=spec.name.vi, amount=amount, created_at=dossier.submitted_at))
    draft.dossier_id, draft.version, draft.answers = dossier.id, draft.version + 1, {}
    await db.flush()


def _submitter(dossier: Dossier, spec: ProcedureSpec, who: dict[str, Any]) -> Party:
    party = Party(
        dossier_id=dossier.id, role=PartyRole.SUBMITTER, name=dossier.applicant_name, account_id=dossier.account_id
    )
    number = who.get('personal_id')
    if number:
        party.personal_id_sealed = crypto.seal(str(number), f'party.personal_id:{party.id}')
        party.personal_id_index = crypto.blind_index(str(number))
    party.phone, party.email, party.birth_date = who.get('phone'), who.get('email'), who.get('birth_date')
    party.tax_code, party.address = who.get('tax_code'), _address(spec, who.get('address'))
    return party


async def _confirmation(db: AsyncSession, one: Dossier) -> Submitted:
    unit = await db.get_one(Unit, one.receiving_unit_id)
    spec = await catalogue.spec_of(db, one.version_id)
    files, place = await files_of_dossier(db, one.id), await place_of(db, one.id, Action.SUBMIT)
    return _submitted(one, spec, unit, files, place, first_time=False)


def _submitted(
    one: Dossier, spec: ProcedureSpec, unit: Unit, files: Iterable[File], place: Place | None, *, first_time: bool
) -> Submitted:
    return Submitted(
        dossier_id=one.id,
        filing_number=one.filing_number,
        secret=secret_of(one) if now() - one.submitted_at < SECRET_SHOWN else None,
        submitted_at=one.submitted_at,
        reception_due_at=one.due_at if one.accepted_at is None else None,
        contact_email=one.contact_email,
        contact_phone=one.contact_phone,
        first_time=first_time,
        procedure_name=spec.name,
        applicant_name=one.applicant_name,
        unit_id=unit.id,
        unit_name=unit.name,
        spec=spec,
        papers=tuple(f for f in files if f.kind is AttachmentKind.EVIDENCE and f.state in PRESENT),
        delivery=one.delivery,
        has_account=one.account_id is not None,
        place=place,
    )
