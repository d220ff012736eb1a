"""Phase one of a paper: number and data, frozen in the transaction of the act that issues it."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from app.access import Permission
from app.clock import local
from app.documents import facts
from app.documents.forms import form_on
from app.notifications.links import address
from app.verification import tokens
from app.workflow.move import Move
from app.workflow.numbers import next_in
from models import Document, Unit

FACTS: dict[str, Callable[[Move], Awaitable[facts.Facts]]] = {
    'receipt': facts.receipt,
    'supplement': facts.supplement,
    'refusal': facts.refusal,
    'stop': facts.stop,
    'apology': facts.apology,
}
"""What each form says besides what all say."""


async def freeze(move: Move, form_code: str) -> Document:
    """Issue a paper: the next number of the unit's year, the form valid that day, the data as they are now.

    The event of the act names the paper and the hash of its data, so a change of them would be found.
    """
    day = local(move.at).date()
    form = form_on(form_code, day)
    unit = await move.db.get_one(Unit, move.dossier.receiving_unit_id)
    number = f'{await next_in(move.db, f"document:{unit.code}:{day.year}"):04d}/{form.symbol}'
    data = (
        await facts.common(move)
        | await FACTS[form_code](move)
        | {
            'number': number,
            'verify': address(tokens.PATH),
        }
    )
    if form.signer == 'leader' and not move.actor.may(Permission.DOSSIER_APPROVE, move.dossier.resolving_unit_id):
        data['officer'] = None  # whoever prepares it for a leader is not the one who signs it
    paper = Document(
        dossier_id=move.dossier.id,
        form_code=form_code,
        template_version=form.version,
        number=number,
        title=form.title,
        data=data,
        issued_at=move.at,
        issued_by_id=move.actor.account_id,
    )
    paper.verification_hash = tokens.hash_of(tokens.token_of(paper.id))
    move.db.add(paper)
    move.told['paper'] = {'id': paper.id, 'form': form_code, 'number': number, 'data_sha256': data_hash(data)}
    return paper


def data_hash(data: dict[str, Any]) -> str:
    """Return the hash of a paper's frozen data."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
    return hashlib.sha256(text.encode()).hexdigest()
