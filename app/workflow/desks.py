"""Whose one-stop desk has a filing: that of the unit which received it, until it is passed on to the one that resolves it.

Source: NĐ 118/2025/NĐ-CP Điều 14, 17.3 (non-territorial filing; the term counts from receipt by the competent agency).
"""

from sqlalchemy import ColumnElement, and_, case, or_

from models import Dossier


def desk_of(one: Dossier) -> str:
    """Return the unit whose desk accepts, refuses or asks for more."""
    return one.resolving_unit_id if one.passed_on_at is not None else one.receiving_unit_id


def is_elsewhere(one: Dossier) -> bool:
    """Tell whether it was received for another unit and is not passed on yet."""
    return one.passed_on_at is None and one.receiving_unit_id != one.resolving_unit_id


def on_desk(unit_id: str) -> ColumnElement[bool]:
    """Return the condition of the filings that are on the desk of a unit."""
    theirs = and_(Dossier.receiving_unit_id == unit_id, Dossier.passed_on_at.is_(None))
    return or_(theirs, and_(Dossier.resolving_unit_id == unit_id, Dossier.passed_on_at.is_not(None)))


def desk_column() -> ColumnElement[str]:
    """Return ``desk_of`` as the database computes it."""
    return case((Dossier.passed_on_at.is_not(None), Dossier.resolving_unit_id), else_=Dossier.receiving_unit_id)
