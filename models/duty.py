"""Who sits at the one-stop desk, for everybody to see."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import id_column, moment


class DutyPost(SQLModel, table=True):
    """One person on duty: a place at the counter, or a telephone that is answered."""

    __tablename__ = 'duty_post'

    id: str = id_column()
    unit_id: str = Field(foreign_key='unit.id', index=True)
    position: int = 0
    """Place in the list."""
    name: str
    title: str | None = None
    """Position: công chức, Giám đốc Trung tâm ..."""
    work: str
    """What to come or call for: ``Quầy 1: hộ tịch, chứng thực``, ``Đường dây nóng``."""
    phone: str
    hours: str | None = None
    """Where they differ from the unit's."""
    changed_at: datetime = moment()
    version: int = 1
