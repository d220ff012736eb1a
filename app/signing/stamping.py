"""What a signature shows on the page: who signed and when, in the place that the decree gives it.

Source: NĐ 30/2020/NĐ-CP, Phụ lục I, Phần I, Mục II.7.d, 8.a and 8.b (mark B: a copy of the decree, not its gazette).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import workshop
from app.clock import local
from app.i18n import words
from app.workshop import Refusal, TooHeavy

SECONDS = 10.0
SIDE = 36.0
"""Millimetres across a seal whose picture does not say its size. Seals of communes and provinces (mark C)."""
POINTS = 72 / 25.4


@dataclass(frozen=True)
class Place:
    """Where a signature is seen. ``field``: one that waits for it; else a new one on ``page`` (from 0)."""

    box: tuple[float, float, float, float]
    field: str = ''
    page: int = 0


@dataclass(frozen=True)
class Picture:
    """A signature by hand, or a seal, as PNG; ``side``: millimetres across a seal."""

    content: bytes
    side: float = SIDE


async def place_for(pdf: bytes, *, is_seal: bool) -> Place | None:
    """Return where the signature is to be seen; None where the paper has no room for it."""
    try:
        found, _ = await workshop.do('place', pdf, {'kind': 'seal' if is_seal else 'person'}, seconds=SECONDS)
    except (Refusal, TooHeavy):
        return None
    if not found:
        return None
    left, bottom, right, top = found['box']
    return Place((left, bottom, right, top), found.get('field', ''), found.get('page', 0))


def drawn(place: Place, name: str, at: datetime, *, is_seal: bool, picture: Picture | None = None) -> bytes:
    """Return the PDF that is drawn into a place. Keeps a processor busy: for a thread."""
    from app.documents import render

    t, moment = words('vi'), local(at)
    left, bottom, right, top = place.box
    stamp: dict[str, Any] = {
        'kind': 'seal' if is_seal else 'person',
        'width': right - left,
        'height': top - bottom,
        'name': name,
        'above': [t('signing.stamp_by')],
        'lines': [t('signing.stamp_at'), f'{moment:%d/%m/%Y %H:%M:%S} {moment.isoformat()[-6:]}'],
        'picture': list(picture.content) if picture else None,
        'side': picture.side * POINTS if picture else 0,
        'day': moment.isoformat(timespec='minutes')[:16],
    }
    return render.make_stamp(stamp)
