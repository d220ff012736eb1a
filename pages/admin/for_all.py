"""What holds for every unit is changed by one agency: the others are told which."""

from app.access import anonymous
from app.units.queries import home_unit
from components.markup import show
from components.notice import notice
from pages.visitor import Visitor


async def say_who_changes(visitor: Visitor) -> None:
    """Say whose administrators change what holds for every unit."""
    agency = await home_unit(anonymous(visitor.t.lang))
    show(notice(visitor.t('admin.for_all_unit', unit=agency.name if agency else '—')))
