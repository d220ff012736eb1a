"""What papers say, read once in the transaction of the act. Moments are Vietnam's wall clock, personal numbers are masked."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app import crypto
from app.clock import local
from app.documents.certified import certified
from app.documents.letterhead import letterhead
from app.dossiers import answers as stored
from app.i18n import words
from app.notifications.links import address
from app.procedures.schema import ProcedureSpec, Term
from app.procedures.validation import masked
from app.questions import question
from app.registry import FIELDS
from app.workflow.move import Move
from app.workflow.transitions import Action
from models import Account, AnswerSheet, Attachment, Fee, Party, Payment
from models.enums import PRESENT, AttachmentKind, Edition, PartyRole

Facts = dict[str, Any]
_PHONE = question('phone', 'phone')


def wall_clock(moment: datetime | str | None) -> str | None:
    """Return a moment as Vietnam's clocks show it, to the minute: ``2026-11-20T16:10``."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return local(moment).strftime('%Y-%m-%dT%H:%M') if moment else None


def phone_text(number: str | None) -> str | None:
    """Return a telephone number as people write it here: ``0912 345 678``."""
    return FIELDS['phone'].format(_PHONE, number, words('vi')) if number else None


async def common(move: Move) -> Facts:
    """Return what every paper says: who issues it, whose dossier it is, what for, where to follow it."""
    one = move.dossier
    code = one.official_code or one.filing_number
    return {
        'unit': await letterhead(move.db, one.receiving_unit_id),
        'day': wall_clock(move.at),
        'code': code,
        'filing_number': one.filing_number,
        'track': address('/tra-cuu', ma=code),
        'subject': move.spec.name.vi,
        'applicant': await _party(move, PartyRole.SUBMITTER) or {'name': one.applicant_name},
        'owner': await _party(move, PartyRole.OWNER),
        'officer': await _officer(move),
    }


async def _party(move: Move, role: PartyRole) -> Facts | None:
    query = select(Party).where(Party.dossier_id == move.dossier.id, Party.role == role)
    party = (await move.db.execute(query)).scalar_one_or_none()
    if party is None:
        return None
    number = party.personal_id_sealed and crypto.unseal(party.personal_id_sealed, f'party.personal_id:{party.id}')
    is_filer = role is PartyRole.SUBMITTER
    return {
        'name': party.name,
        'address': party.address,
        'phone': phone_text(party.phone or (move.dossier.contact_phone if is_filer else None)),
        'email': party.email or (move.dossier.contact_email if is_filer else None),
        'personal_id': masked(number) if number else None,
    }


async def _officer(move: Move) -> Facts | None:
    """Return who signs: the member of staff who acts; nobody where the applicant or a timer does."""
    account = await move.db.get(Account, move.actor.account_id) if move.actor.is_staff else None
    return {'name': account.full_name, 'title': account.title} if account else None


async def receipt(move: Move) -> Facts:
    """Return what was received and when the result is due. Source: Mẫu số 01, TT 03/2025/TT-VPCP."""
    one = move.dossier
    rows = (await move.db.execute(select(Fee).where(Fee.dossier_id == one.id))).scalars().all()
    return {
        'components': await _components(move),
        'certified': certified(move.spec, await _answers(move)),
        'sets': move.spec.sets_of_documents,
        'term': term_text(move.spec.term),
        'received_at': wall_clock(one.accepted_at),
        'due_at': wall_clock(one.promised_at),
        'delivery': str(one.delivery),
        'delivery_address': one.delivery_address,
        'fees': [{'amount': fee.amount, 'collection': fee.collection} for fee in rows],
        'free': move.spec.fee.kind == 'none',
    }


async def _answers(move: Move) -> Facts:
    mine = (AnswerSheet.dossier_id == move.dossier.id, AnswerSheet.edition == Edition.MAIN)
    query = select(AnswerSheet).where(*mine).order_by(AnswerSheet.number.desc()).limit(1)
    one = (await move.db.execute(query)).scalar_one_or_none()
    return stored.values(stored.unpack(one.answers, f'dossier:{move.dossier.id}')) if one else {}


async def _components(move: Move) -> list[Facts]:
    """Return one line a component: the declaration that was filled in here, then what was sent, with the copies."""
    lines = [_line(d.name.vi, 1, 0, 0) for d in move.spec.documents if d.mode == 'generated' and d.show_when is None]
    query = select(Attachment).where(
        Attachment.dossier_id == move.dossier.id,
        Attachment.kind == AttachmentKind.EVIDENCE,
        Attachment.state.in_(PRESENT),
    )
    found: dict[str, Facts] = {}
    for file in (await move.db.execute(query.order_by(Attachment.uploaded_at))).scalars():
        name = _name(move.spec, file)
        line = found.setdefault(file.document_id or file.id, _line(name, 0, 0, 0))
        line['originals'] += file.originals
        line['certified'] += file.certified_copies
        line['copies'] += file.plain_copies
    order = [d.id for d in move.spec.documents]
    return lines + [found[key] for key in sorted(found, key=lambda k: order.index(k) if k in order else len(order))]


def _name(spec: ProcedureSpec, file: Attachment) -> str:
    document = spec.document(file.document_id or '')
    return document.name.vi if document else file.name


def _line(name: str, originals: int, certified: int, copies: int) -> Facts:
    return {'name': name, 'originals': originals, 'certified': certified, 'copies': copies}


def term_text(term: Term) -> str | None:
    """Say a statutory term as the receipt does: ``03 ngày làm việc``. None where the law sets none."""
    t = words('vi')
    if term.kind == 'same_day':
        return t('documents.term_same_day')
    if term.kind not in ('working_days', 'calendar_days', 'working_hours') or term.value is None:
        return None
    whole = float(term.value).is_integer()
    value = f'{int(term.value):02d}' if whole else f'{term.value:g}'.replace('.', ',')
    return t(f'documents.term_{term.kind}', value=value)


async def supplement(move: Move) -> Facts:
    """Return what is missing, why, until when, whom to ask. Source: Mẫu số 02, TT 03/2025/TT-VPCP."""
    return {
        'items': [item['text'] for item in move.data['items']],
        'reason': move.data['reason'],
        'guidance': move.data['guidance'],
        'contact': move.data['contact'],
        'limit': wall_clock(move.told['limit']),
    }


async def refusal(move: Move) -> Facts:
    """Return why the dossier is not accepted. Source: Mẫu số 03, TT 03/2025/TT-VPCP."""
    return {'reason': move.note}


async def stop(move: Move) -> Facts:
    """Return at whose wish or for which reason it ends, and how far it was. Source: Mẫu số 05, TT 03/2025/TT-VPCP (fields: mark C)."""
    one, t = move.dossier, words('vi')
    withdrawn = move.line.action is Action.WITHDRAW
    paid = select(func.coalesce(func.sum(Payment.amount), 0)).where(
        Payment.dossier_id == one.id, Payment.settled_at.is_not(None)
    )
    return {
        'withdrawn': withdrawn,
        'reason': None if withdrawn else t(f'documents.stop_{move.data.get("reason") or "other"}'),
        'note': move.note,
        'submitted_at': wall_clock(one.submitted_at),
        'accepted_at': wall_clock(one.accepted_at),
        'paid': int((await move.db.execute(paid)).scalar_one()),
    }


async def apology(move: Move) -> Facts:
    """Return the old and the new date, why it takes longer and who caused it. Source: Mẫu số 04, TT 03/2025/TT-VPCP."""
    return {
        'accepted_at': wall_clock(move.dossier.accepted_at),
        'due_before': wall_clock(move.told['due_before']),
        'due_at': wall_clock(move.told['due_at']),
        'reason': move.note,
        'delayed_by': move.data['delayed_by'],
        'delivery': str(move.dossier.delivery),
        'delivery_address': move.dossier.delivery_address,
    }
