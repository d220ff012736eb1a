"""What officers have typed and not sent yet, so that neither a reload nor an ended session loses a sentence."""

from collections import OrderedDict
from typing import Any

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
