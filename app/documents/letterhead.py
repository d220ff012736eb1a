"""What stands at the head of a unit's papers: the agency above, the one-stop centre that issues, the place."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.i18n import words
from app.units.queries import Tree, tree
from models import Unit

SHORT = {'UBND': 'Ủy ban nhân dân', 'HĐND': 'Hội đồng nhân dân'}
"""Names of agencies are written out on papers. Source: NĐ 30/2020/NĐ-CP, Phụ lục I."""


async def letterhead(db: AsyncSession, unit_id: str) -> dict[str, str]:
    """Return the head of the papers that the one-stop centre of a receiving unit issues.

    A unit without a centre of its own in the tree is printed above the centre's name.
    """
    units = await tree(db)
    known = units.units.get(unit_id)
    unit: Unit = known if known else await db.get_one(Unit, unit_id)
    centre = _centre(units, unit)
    own = (centre or unit).letterhead
    above = units.units.get(centre.parent_id or '') if centre else unit
    return {
        'above': written_out(above.name if above else str(own.get('parent_name') or '')),
        'name': written_out(centre.name if centre else words('vi')('documents.centre')),
        'agency': written_out(unit.name),
        'place': str(own.get('place') or _place(unit.name)),
        'address': str(own.get('address') or ''),
        'phone': str(own.get('phone') or ''),
        'email': str(own.get('email') or ''),
    }


def _centre(units: Tree, unit: Unit) -> Unit | None:
    """Return the one-stop centre that receives for a unit: itself, or one of its parts that works today."""
    if unit.is_one_stop:
        return unit
    return next(
        (units.units[i] for i, _ in units.walk(unit.id) if units.units[i].is_one_stop and units.exists(i)), None
    )


def _place(name: str) -> str:
    """Return the place in the name of an agency: ``Tân Phú`` of ``UBND xã Tân Phú``."""
    for kind in (' xã ', ' phường ', ' đặc khu ', ' thị trấn ', ' tỉnh ', ' thành phố '):
        if kind in name:
            return name.partition(kind)[2]
    return name


def written_out(name: str) -> str:
    """Return the name of an agency without short forms."""
    return ' '.join(SHORT.get(word, word) for word in name.split())
