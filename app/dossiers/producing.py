"""Drawing up the result: from the dossier's own answers, read over and completed by the officer, as a file to be approved.

Nothing is decided here: what the authority finds is written by the officer. Number and day of the register may be written
as well, so that a paper which is only ever electronic has both before it is signed; else they are written at issue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.clock import local, now
from app.db import read
from app.documents import render
from app.documents.facts import wall_clock
from app.documents.letterhead import letterhead, written_out
from app.documents.queries import file_name
from app.documents.results import Group, ResultForm, result_forms
from app.dossiers import answers as stored
from app.dossiers.applicant import sheet
from app.dossiers.attachments import add_result, may_produce
from app.dossiers.files import File
from app.dossiers.loading import load_on_desk
from app.errors import Invalid, NotAllowed, NotFound, Problem
from app.i18n import words
from app.notifications.links import address
from app.procedures.conditions import holds
from app.procedures.queries import spec_of
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import summary
from app.questions import question, read_answers
from app.signing.rules import Printed, is_approved
from app.text import plain
from app.units.queries import tree
from app.verification import tokens
from app.verification.copies import NUMBER_LIMIT
from app.verification.results import next_id
from app.verification.revoking import add_correction, correctable
from app.workflow import steps, transitions
from app.workflow.move import Move
from models import Dossier
from models.enums import AttachmentKind, Edition, Role

LINE_LIMIT, STATEMENT_LIMIT = 1000, 4000
"""Characters."""
NUMBERED = (question('issue_number', 'text', max_length=NUMBER_LIMIT), question('issue_day', 'date'))
"""What the register of the office says, where the entry is made before the paper is signed."""
DAYS_AHEAD = 30
"""How far ahead a paper may be dated: further is a slip of the pen."""
KINDS = (AttachmentKind.RESULT, AttachmentKind.RESULT_DRAFT, AttachmentKind.CORRECTION)


@dataclass(frozen=True)
class Line:
    """One answer as it would stand in the result."""

    id: str
    label: str
    text: str


@dataclass(frozen=True)
class Proposal:
    """A result as the dossier gives it, for the officer to read over."""

    title: str
    check: str
    """The official form that it is to be compared with."""
    statement_title: str
    signer: str
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    is_draft_shown: bool
    """The applicant confirms a draft before the result."""


def can_be_drawn_up(spec: ProcedureSpec) -> bool:
    """Tell whether the result of a procedure can be drawn up here."""
    return spec.id in result_forms()


async def proposal(actor: Actor, dossier_id: str, kind: AttachmentKind = AttachmentKind.RESULT) -> Proposal:
    """Return the result as the dossier gives it. ``kind``: also ``CORRECTION``, of a result that was issued.

    Raises:
        NotFound: not of their units, or a procedure whose result is not drawn up here.
        NotAllowed, WrongState: only whoever holds the open step draws it up, a correction only the leader who may issue it
        in place of what was issued, and only who may read papers.
    """
    async with read() as db:
        return (await _loaded(db, actor, dossier_id, kind))[0]


async def _loaded(
    db: AsyncSession, actor: Actor, dossier_id: str, kind: AttachmentKind
) -> tuple[Proposal, dict[str, str]]:
    """Return the proposal and the head of the agency that decides."""
    one = await load_on_desk(db, actor, dossier_id)
    spec = await spec_of(db, one.version_id)
    form = result_forms().get(spec.id)
    if form is None:
        raise NotFound()
    if kind is AttachmentKind.CORRECTION:
        await correctable(db, actor, dossier_id)
    else:
        await may_produce(db, actor, one)
    if not actor.may(Permission.PAPER_READ, one.resolving_unit_id):
        raise NotAllowed()
    main = await sheet(db, one.id, Edition.MAIN)
    values = stored.values(stored.unpack(main.answers, f'dossier:{one.id}')) if main else {}
    groups = tuple((group.title, lines_of(spec, form, group, values)) for group in form.groups)
    shown = tuple((title, lines) for title, lines in groups if lines)
    signer = await _signer(db, actor, one, spec)
    is_draft_shown = spec.confirms_draft and not await is_approved(db, one.id)
    return Proposal(form.title, form.check, form.statement, signer, shown, is_draft_shown), await _head(db, one)


def lines_of(spec: ProcedureSpec, form: ResultForm, group: Group, values: dict[str, Any]) -> tuple[Line, ...]:
    """Return the answered questions of a group; of a repeating one, each entry.

    What the applicant said about themselves stands under the words that ask about the person concerned.
    """
    said = {
        path: Line(path, label, text) for _, rows in summary(spec, values, words('vi')) for label, text, path in rows
    }
    same = form.same_person
    is_same = same is not None and bool(holds(same.when, values))
    found: list[Line] = []
    for name in group.fields:
        if is_same and same and name not in said and name.startswith(same.prefix):
            other, own = said.get(same.other + name.removeprefix(same.prefix)), spec.field(name)
            found += [replace(other, label=own.label.vi)] if other and own else []
            continue
        found += [line for path, line in said.items() if path == name or path.startswith(f'{name}[')]
    return tuple(found)


async def _signer(db: AsyncSession, actor: Actor, one: Dossier, spec: ProcedureSpec) -> str:
    """Return the position of the only leader; where there are several, the officer says who signs."""
    move = Move(db, actor, one, spec, transitions.TRANSITIONS[0], now())
    titles = {person.title for person in await steps.holders(move, Role.LEADER) if person.title}
    return titles.pop() if len(titles) == 1 else ''


async def _head(db: AsyncSession, one: Dossier) -> dict[str, str]:
    """Return the head of the agency that decides, not of the centre that received."""
    units = await tree(db)
    head, unit = await letterhead(db, one.resolving_unit_id), units.units.get(one.resolving_unit_id)
    parent = units.units.get(unit.parent_id or '') if unit else None
    above = parent.name if parent else str(unit.letterhead.get('parent_name') or '') if unit else ''
    return {'above': written_out(above), 'name': head['agency'], 'place': head['place']}


async def produce(actor: Actor, dossier_id: str, kind: AttachmentKind, raw: Mapping[str, Any]) -> File:
    """Draw up the result, its draft or its correction, and attach it; an earlier one of its kind is superseded.

    A correction changes nothing for anybody before it is issued.

    ``raw``: the lines of the proposal by their ids as the officer left them, ``statement``, ``signer`` and, where the
    register has them already, ``issue_number`` and ``issue_day``. What is not sent stands as proposed; an emptied line is
    left out.

    Raises:
        Invalid: no statement, nobody to sign, too long, or dated before the filing or far ahead.  NotFound, NotAllowed, WrongState: as ``proposal``.
    """
    if kind not in KINDS:
        raise NotFound()
    async with read() as db:
        found, head = await _loaded(db, actor, dossier_id, kind)
        one, result_id = await db.get_one(Dossier, dossier_id), await next_id(db, dossier_id)
    texts, numbered = _read(found, raw, local(one.submitted_at).date())
    groups = [
        {'title': title, 'lines': [{'label': x.label, 'text': texts[x.id]} for x in lines if texts[x.id]]}
        for title, lines in found.groups
    ]
    data = {
        'unit': head,
        'day': wall_clock(now()),
        'code': one.official_code or one.filing_number,
        'draft': kind is AttachmentKind.RESULT_DRAFT,
        **numbered,
        'groups': [group for group in groups if group['lines']],
        'statement_title': found.statement_title,
        'statement': texts['statement'],
        'signer': texts['signer'],
    }
    if kind is not AttachmentKind.RESULT_DRAFT:  # a draft is never issued: there will be nothing to check
        data |= tokens.printed(address(tokens.PATH), tokens.token_of(result_id))
    content = await render.in_thread(render.make_result, found.title, data)
    name = f'{file_name(found.title)}.pdf'
    day = numbered['issue_day']
    printed = Printed(numbered['issue_number'] or '', date.fromisoformat(day) if day else None)
    if kind is AttachmentKind.CORRECTION:
        return await add_correction(actor, dossier_id, name, content, printed=printed)
    shown = None if data['draft'] else printed
    return await add_result(actor, dossier_id, kind, name, content, is_drawn_up=True, printed=shown)


def _read(found: Proposal, raw: Mapping[str, Any], filed: date) -> tuple[dict[str, str], dict[str, str | None]]:
    """Return every text that goes in, by its id, and what the register says."""
    proposed = {line.id: line.text for _, lines in found.groups for line in lines}
    limits = dict.fromkeys(proposed, LINE_LIMIT) | {'statement': STATEMENT_LIMIT, 'signer': 120}
    texts = {name: _text(raw.get(name, proposed.get(name, ''))) for name in limits}
    problems = {
        name: Problem('result.too_long', {'limit': limit}) for name, limit in limits.items() if len(texts[name]) > limit
    }
    problems |= {name: Problem('fields.required') for name in ('statement', 'signer') if not texts[name]}
    numbered: dict[str, str | None] = {}
    try:
        numbered = read_answers(NUMBERED, raw)
    except Invalid as refused:
        problems |= refused.problems
    last, day = local(now()).date() + timedelta(DAYS_AHEAD), numbered.get('issue_day')
    if day and not filed <= date.fromisoformat(day) <= last:
        problems['issue_day'] = Problem('result.day_wrong', {'first': f'{filed:%d/%m/%Y}', 'last': f'{last:%d/%m/%Y}'})
    if problems:
        raise Invalid(problems)
    return texts, numbered


def _text(value: object) -> str:
    return plain(value).strip() if isinstance(value, str) else ''
