"""The catalogue of procedures as a dataset: what is offered today, as the start pages say it."""

from app.access import SYSTEM
from app.notifications import settings
from app.open_data.datasets import Column, Dataset, Kind, Row, register
from app.procedures.queries import StartPage, search, start_page

_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ('id', 'string'), ('code', 'string'), ('name', 'string'), ('name_en', 'string'), ('sector', 'string'),
    ('authority', 'string'), ('receiving_agency', 'string'), ('resolving_agency', 'string'), ('level', 'string'),
    ('applicants', 'array'), ('channels', 'array'), ('online', 'boolean'), ('term_kind', 'string'),
    ('term_value', 'number'), ('term_extended', 'number'), ('fee_kind', 'string'), ('fee_amount', 'integer'),
    ('visits', 'integer'), ('documents', 'array'), ('result', 'string'), ('result_electronic', 'boolean'),
    ('legal_basis', 'array'), ('checked', 'boolean'), ('version', 'integer'), ('valid_from', 'date'), ('page', 'string'),
)  # fmt: skip
_ALWAYS = ('id', 'name', 'sector', 'level', 'version', 'valid_from', 'page')


async def _rows(_part: str) -> list[Row]:
    found, page = await search(SYSTEM), 1
    slugs = [item.slug for item in found.items]
    while page < found.pages:
        page += 1
        slugs += [item.slug for item in (await search(SYSTEM, page=page)).items]
    return [_row(await start_page(SYSTEM, slug)) for slug in sorted(slugs)]


def _row(start: StartPage) -> Row:
    one, fee = start.spec, start.spec.fee
    return (
        one.id, one.code, one.name.vi, one.name.en, one.sector.vi,
        one.authority, one.receiving_agency.vi, one.resolving_agency.vi, str(one.level),
        [str(kind) for kind in one.applicants], [str(channel) for channel in one.channels], start.online, str(one.term.kind),
        one.term.value, one.term.extended, fee.kind, fee.amount,
        one.visits, [document.name.vi for document in one.documents], one.result.name.vi, one.result.electronic,
        [basis.number for basis in start.basis], one.checked, one.version, one.valid_from.isoformat(),
        f'{settings().url}/thu-tuc/{one.id}',
    )  # fmt: skip


PROCEDURES = register(
    Dataset(
        key='thu-tuc',
        words='open_data.procedures',
        columns=tuple(Column(name, kind, f'open_data.procedure_{name}', name in _ALWAYS) for name, kind in _COLUMNS),
        primary=('id',),
        rows=_rows,
    )
)
