"""The register of dossiers (Mẫu số 07) for a period: from the log of events, as PDF or as a spreadsheet. It cannot be edited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.audit.record import record
from app.clock import VIETNAM, local, now
from app.db import write
from app.documents import render
from app.documents.facts import phone_text, wall_clock
from app.documents.forms import Form, form_on
from app.documents.letterhead import letterhead, written_out
from app.documents.queries import file_name
from app.errors import Invalid, NotAllowed, Problem
from app.i18n import words
from app.procedures.queries import spec_of
from app.statistics.heavy import read_much
from app.units.queries import tree
from app.workflow.transitions import Action
from models import Dossier, Event, Party, Unit
from models.enums import PartyRole

DAYS_LIMIT = 366
FIRST_YEAR, LAST_YEAR = 2000, 2200
PDF_LIMIT = 2000
"""Rows: some 170 pages; more is for a spreadsheet."""
ROWS_LIMIT = 50_000
"""Rows of a spreadsheet: a whole province asks by month or by unit, so that memory lasts."""
AT_ONCE = 200
"""Lines read at once; between them others have their turn."""
COLUMNS = (
    'number', 'code', 'subject', 'sets', 'name', 'contact', 'unit', 'received', 'due', 'returned', 'delivery', 'signed', 'note',
)  # fmt: skip
WIDTHS = (6, 22, 32, 10, 22, 32, 22, 17, 17, 17, 13, 20, 22)
"""Of the columns of the spreadsheet, in characters."""
MOMENT = 'hh:mm dd/mm/yyyy'
LINE_HEIGHT = 17
"""Points of a line of a spreadsheet: not every program makes a row as high as what it holds."""
_MARKS = {
    Action.FINISH: 'resolved', Action.STOP: 'stopped', Action.WITHDRAW: 'withdrawn', Action.REVOKE_RESULT: 'revoked',
    Action.REISSUE_RESULT: 'reissued',
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One accepted dossier, in the order of acceptance. Texts are as printed; moments are Vietnam's wall clock."""

    code: str
    subject: str
    sets: int
    name: str
    contact: str
    unit: str
    received: datetime
    due: datetime | None
    returned: datetime | None
    delivery: str
    signed: str
    note: str


@dataclass(frozen=True)
class Register:
    """The register of a period, both days included."""

    first: date
    last: date
    head: dict[str, str]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Export:
    """A file to send."""

    name: str
    media_type: str
    content: bytes


async def export(actor: Actor, first: date, last: date, kind: str) -> Export:
    """Return the register of a period as ``pdf`` or ``xlsx``; that it was taken out is written down.

    Raises:
        NotAllowed: the actor reads neither dossiers nor reports.  Invalid: the days are not right, or too much for a PDF.
    """
    found = await register(actor, first, last)
    form = form_on('register', last)
    if kind == 'pdf' and len(found.lines) > PDF_LIMIT:
        raise _too_large('documents.period_large', PDF_LIMIT)
    made = await render.in_thread(_pdf if kind == 'pdf' else _xlsx, form, found, wall_clock(now()))
    async with write() as db:
        told = {'from': first.isoformat(), 'to': last.isoformat(), 'kind': kind, 'rows': len(found.lines)}
        await record(db, actor, 'register', f'{first}/{last}', 'export', data=told)
    types = {'pdf': 'application/pdf', 'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'}
    return Export(f'{file_name(form.title)}-{first}-{last}.{kind}', types[kind], made)


def _too_large(key: str, rows: int) -> Invalid:
    return Invalid({'den': Problem(key, {'rows': rows})}, key, rows=rows)


async def register(actor: Actor, first: date, last: date) -> Register:
    """Return the dossiers accepted in a period by the actor's units, one line for each event of acceptance.

    Who reads reports but no dossiers sees neither names nor addresses.
    """
    named = actor.units(Permission.DOSSIER_READ)
    units = named | actor.units(Permission.REPORT_READ)
    if not units:
        raise NotAllowed()
    if (
        first.year < FIRST_YEAR
        or last.year > LAST_YEAR
        or not timedelta(0) <= last - first < timedelta(days=DAYS_LIMIT)
    ):
        raise Invalid({'tu': Problem('documents.period_wrong', {'days': DAYS_LIMIT})}, 'documents.period_wrong', days=DAYS_LIMIT)  # fmt: skip
    async with read_much() as db:
        numbers = await _numbers(db, units, first, last)
        head = await letterhead(db, (await tree(db)).top_of(actor.grants[0].unit_id))
        lines: list[Line] = []
        for place in range(0, len(numbers), AT_ONCE):
            rows = (await db.execute(_accepted(numbers[place : place + AT_ONCE]))).all()
            later = await _later(db, [row.Dossier.id for row in rows])
            lines += [await _line(db, row, later.get(row.Dossier.id, {}), named) for row in rows]
    return Register(first, last, head, tuple(lines))


def _period(first: date, last: date) -> Any:
    """Return the condition on events of acceptance within the days of Vietnam."""
    begin = datetime.combine(first, time(), VIETNAM)
    end = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
    return and_(Event.action == Action.ACCEPT, Event.happened_at >= begin, Event.happened_at < end)


def _ours(units: Iterable[str]) -> Any:
    return or_(Dossier.resolving_unit_id.in_(units), Dossier.receiving_unit_id.in_(units))


async def _numbers(db: AsyncSession, units: frozenset[str], first: date, last: date) -> Sequence[int | None]:
    """Return the events of acceptance, in their order. Raises Invalid: too many lines."""
    query = select(Event.sequence).join(Dossier, Dossier.id == Event.dossier_id)
    query = query.where(_period(first, last), _ours(units)).order_by(Event.sequence).limit(ROWS_LIMIT + 1)
    found = (await db.execute(query)).scalars().all()
    if len(found) > ROWS_LIMIT:
        raise _too_large('documents.period_too_large', ROWS_LIMIT)
    return found


def _accepted(numbers: Sequence[int | None]) -> Any:
    return (
        select(Event.happened_at, Dossier, Party, Unit.name.label('unit'))
        .join(Dossier, Dossier.id == Event.dossier_id)
        .join(Unit, Unit.id == Dossier.resolving_unit_id)
        .join(Party, and_(Party.dossier_id == Dossier.id, Party.role == PartyRole.SUBMITTER), isouter=True)
        .where(Event.sequence.in_(numbers))
        .order_by(Event.sequence)
    )


async def _later(db: AsyncSession, ids: Sequence[str]) -> dict[str, dict[str, datetime]]:
    """Return when some dossiers were resolved, returned, stopped or withdrawn, by the log."""
    query = (
        select(Event.dossier_id, Event.action, func.max(Event.happened_at).label('at'))
        .where(Event.dossier_id.in_(ids), Event.action.in_([*_MARKS, Action.HAND_OVER]))
        .group_by(Event.dossier_id, Event.action)
    )
    found: dict[str, dict[str, datetime]] = {}
    for row in (await db.execute(query)).all():
        found.setdefault(row.dossier_id, {})[row.action] = row.at
    return found


async def _line(db: AsyncSession, row: Any, later: dict[str, datetime], named: frozenset[str]) -> Line:
    one: Dossier = row.Dossier
    t = words('vi')
    is_named = bool({one.resolving_unit_id, one.receiving_unit_id} & named)
    party: Party | None = row.Party
    phone = phone_text((party.phone if party else None) or one.contact_phone)
    contact = (party.address if party else None, phone)
    notes = [
        t(f'documents.note_{name}', day=f'{local(later[act]):%d/%m/%Y}') for act, name in _MARKS.items() if act in later
    ]
    returned = later.get(Action.HAND_OVER)
    return Line(
        code=one.official_code or one.filing_number,
        subject=one.subject,
        sets=(await spec_of(db, one.version_id)).sets_of_documents,
        name=one.applicant_name if is_named else '',
        contact='; '.join(filter(None, contact)) if is_named else '',
        unit=written_out(row.unit),
        received=local(row.happened_at),
        due=local(one.promised_at) if one.promised_at else None,
        returned=local(returned) if returned else None,
        delivery=t(f'documents.delivery_{one.delivery}'),
        signed=(one.return_info or '') if is_named else '',
        note='; '.join(notes),
    )


def _heads() -> list[str]:
    return [words('vi')(f'documents.col_{name}') for name in COLUMNS]


def _pdf(form: Form, found: Register, day: str) -> bytes:
    rows = [[str(n), *_printed(line)] for n, line in enumerate(found.lines, 1)]
    data = {
        'unit': found.head,
        'day': day,
        'from': str(found.first),
        'to': str(found.last),
        'heads': _heads(),
        'rows': rows,
    }
    return render.make_pdf(form, data)


def _printed(line: Line) -> list[str]:
    return [
        f'{v:%H:%M %d/%m/%Y}' if isinstance(v, datetime) else '' if v is None else str(v) for v in vars(line).values()
    ]


def _xlsx(form: Form, found: Register, _day: str) -> bytes:
    """Return a spreadsheet: moments are real dates, and nothing that people typed becomes a formula or a link."""
    import xlsxwriter  # large, and seldom asked for

    file = BytesIO()
    options = {'constant_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False, 'remove_timezone': True}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({'title': form.title})
        sheet = book.add_worksheet(form.title)
        head = book.add_format({'bold': True, 'text_wrap': True, 'border': 1, 'align': 'center', 'valign': 'vcenter'})
        cell = {'border': 1, 'valign': 'top', 'text_wrap': True}
        plain, moment = (book.add_format(cell | more) for more in ({}, {'num_format': MOMENT, 'align': 'left'}))
        _for_printing(sheet, form, found)
        sheet.set_row(0, 2 * LINE_HEIGHT)
        for column, (title, width) in enumerate(zip(_heads(), WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        for n, line in enumerate(found.lines, 1):
            sheet.set_row(n, _lines(line) * LINE_HEIGHT)
            for column, value in enumerate((n, *vars(line).values())):
                sheet.write(n, column, value, moment if isinstance(value, datetime) else plain)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, len(found.lines)), len(COLUMNS) - 1)
    return file.getvalue()


def _lines(line: Line) -> int:
    """Return how many lines the longest text of a row takes in its column; words break a little before the edge."""
    texts = zip(vars(line).values(), WIDTHS[1:], strict=True)
    return max(-(-len(text) // (width - 2)) for text, width in texts if isinstance(text, str)) or 1


def _for_printing(sheet: Any, form: Form, found: Register) -> None:
    """Lay a spreadsheet out as the form is on paper: lying, all columns on a page, unit, title and days above each.

    They stand in the head of the page and not in rows, which stay what a program can read.
    """
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.5, right=0.4, top=0.9, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    unit = found.head['name'][:80].replace('&', '&&')
    days = words('vi')('documents.period', first=f'{found.first:%d/%m/%Y}', last=f'{found.last:%d/%m/%Y}')
    sheet.set_header(f'&L{unit}&C&B{form.title.upper()}&B\n{days}')
    sheet.set_footer('&R&P/&N')
