"""What other systems can be told of, and in which words: ids, codes and statuses, nothing of a person."""

from typing import Any

from app.workflow.transitions import Action
from models import Dossier, Event

ACTS = tuple(str(action) for action in Action)
"""Kinds of acts; a webhook names some or, by naming none, takes all."""
PING = 'ping'
"""Tells nothing; shows that the way is open."""


def body_of(event: Event, dossier: Dossier) -> dict[str, Any]:
    """Return what is told of an act. ``cursor`` is the ``after`` that reads on behind it in the event feed."""
    return {
        'type': f'dossier.{event.action}',
        'timestamp': event.happened_at.isoformat(),
        'data': {
            'event_id': event.id,
            'cursor': event.sequence,
            'dossier_id': dossier.id,
            'filing_number': dossier.filing_number,
            'official_code': dossier.official_code,
            'procedure_id': dossier.procedure_id,
            'from_status': event.from_status,
            'to_status': event.to_status,
            'receiving_unit_id': dossier.receiving_unit_id,
            'resolving_unit_id': dossier.resolving_unit_id,
        },
    }
