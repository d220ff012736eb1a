"""What officers have typed and not sent yet, so that neither a reload nor an ended session loses a sentence."""

from collections import OrderedDict
from typing import Any

from app.dossiers.apologies import Apology

Key = tuple[str | None, str, str]
_MOST = 1_000
_kept: OrderedDict[Key, dict[str, Any]] = OrderedDict()


def typed_by(account_id: str | None, dossier_id: str, act: str) -> dict[str, Any]:
    """Return what one person has typed for one act of one dossier, by the name of the question.

    It stays in memory only, is given to nobody else, and the oldest goes when there are too many.
    """
    key = (account_id, dossier_id, act)
    typed = _kept.setdefault(key, {})
    _kept.move_to_end(key)
    while len(_kept) > _MOST:
        _kept.popitem(last=False)
    return typed


def as_typed(one: Apology) -> dict[str, str]:
    """Return what a draft says as answers to the questions of the act."""
    return {'day': f'{one.day:%d/%m/%Y}', 'delayed_by': one.delayed_by, 'reason': one.reason}


def forget_untouched(typed: dict[str, Any], before: dict[str, str]) -> None:
    """Keep of a dialog that was left only what the person typed: the rest comes from the draft, as it will be then."""
    for name, value in before.items():
        if typed.get(name) == value:
            del typed[name]
