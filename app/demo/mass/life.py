"""The life of one made-up dossier, act by act, as the workflow would have written it; it stops at the present."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from app import crypto
from app.clock import local
from app.demo.mass.casting import Applicant, Part, Variant, dialled, folded, stored_answers
from app.demo.mass.ledger import Ledger, packed
from app.demo.mass.places import Officer
from app.demo.mass.town import Town
from app.documents.facts import wall_clock
from app.documents.forms import form_on
from app.notifications.links import address
from app.procedures.validation import masked
from app.verification import tokens
from app.workflow.steps import share_of
from app.workflow.transitions import Action
from models import AnswerSheet, ClockSegment, Document, Dossier, DueDate, Fee, Party, StepRun, SupplementRequest
from models.enums import (
    Authentication,
    Channel,
    ClockKind,
    DueKind,
    Edition,
    PartyRole,
    Status,
)

PUBLIC = frozenset(
    {Action.SUBMIT, Action.ACCEPT, Action.REFUSE, Action.REQUEST_SUPPLEMENT, Action.SUPPLEMENT, Action.SHOW_DRAFT,
     Action.CONFIRM_DRAFT, Action.HAND_OVER, Action.FINISH, Action.WITHDRAW, Action.STOP}
)  # fmt: skip
Row = dict[str, Any]
TableRow = tuple[type[SQLModel], tuple[Any, ...]]


class Present(Exception):
    """What comes next lies in the future."""


@dataclass(frozen=True)
class Written:
    """What was handed over of one life."""

    life: 'Life'
    rows: list[TableRow]
    answers: str


class Life:
    """One dossier. Each act changes what stands in the rows and leaves an event; ``write`` hands all of it over."""

    def __init__(self, town: Town, filed_at: datetime, channel: Channel) -> None:
        self.town, self.random, self.at = town, town.random, filed_at
        self.place = town.place()
        self.part: Part = town.part()
        self.variant: Variant = self.random.choice(self.part.variants)
        self.who: Applicant = town.somebody()
        self.status: Status | None = None
        self.events: list[tuple[datetime, Row, str | None, str, bool]] = []
        self.clocks: list[Row] = []
        self.dues: list[Row] = []
        self.steps: list[Row] = []
        self.papers: list[Row] = []
        self.requests: list[Row] = []
        self.one = self._dossier(filed_at, channel)

    def _dossier(self, at: datetime, channel: Channel) -> Row:
        town, spec = self.town, self.part.spec
        number = town.filing_number(self.place, at)
        folded_words = (number.lower(), folded(self.who.name), self.who.phone, folded(spec.name.vi))
        return {
            'id': town.ledger.id(),
            'filing_number': number,
            'secret_nonce': town.ledger.id(),
            'version': 0,
            'procedure_id': self.part.procedure_id,
            'version_id': self.part.version_id,
            'receiving_unit_id': self.place.unit_id,
            'resolving_unit_id': self.place.unit_id,
            'subject': spec.name.vi,
            'applicant_name': self.who.name,
            'search_text': ' '.join(folded_words),
            'channel': channel,
            'delivery': self.variant.delivery,
            'contact_phone': self.who.phone,
            'queued_at': at,
            'submitted_at': at,
        }

    def wait(self, minutes: float) -> None:
        """Let working minutes pass. Raises Present when that leads beyond it."""
        self.until(self.town.timing.after(self.at, minutes))

    def until(self, moment: datetime) -> None:
        """Go on at a moment. Raises Present when it is not there yet."""
        if moment >= self.town.now:
            raise Present
        self.at = moment

    def act(
        self,
        action: Action,
        who: Officer | None,
        to: Status | None = None,
        told: Row | None = None,
        note: str | None = None,
    ) -> None:
        """Write an act down. Nobody is named who filed or follows by number and secret."""
        before = self.status
        self.status = to or before
        self.one['version'] += 1
        event: Row = {
            'subject': 'dossier',
            'subject_id': self.one['id'],
            'dossier_id': self.one['id'],
            'action': str(action),
            'happened_at': (iso := f'{self.at.isoformat()[:19]}Z'),
            'recorded_at': iso,
            'actor_id': who.id if who else None,
            'actor_kind': 'staff' if who else 'guest',
            'authentication': str(Authentication.TWO_FACTOR if who else Authentication.SECRET if before else Authentication.NONE),
            'channel': str(Channel.COUNTER if who else Channel.ONLINE),
            'unit_id': self.one['resolving_unit_id'],
            'version_id': self.one['version_id'],
            'from_status': None if before is None else int(before),
            'to_status': int(self.status or 0),
        }  # fmt: skip
        self.events.append((self.at, event, note, packed(told or {}), action in PUBLIC))

    # The clocks.

    def clock(self, kind: ClockKind | None, reason: str | None = None) -> None:
        """End the stretch that runs, and begin another unless the clocks stand still from here on."""
        if self.clocks and self.clocks[-1]['ended_at'] is None:
            self.clocks[-1]['ended_at'] = self.at
        if kind is not None:
            self.clocks.append({'kind': kind, 'started_at': self.at, 'ended_at': None, 'reason': reason})

    def worked(self) -> int:
        """Return the working minutes of the clock that ran, as the workflow counts them at the end."""
        ran = [row for row in self.clocks if row['kind'] is ClockKind.RUNNING]
        return sum(self.town.timing.minutes(row['started_at'], row['ended_at']) for row in ran)

    def promise(self, kind: DueKind, at: datetime | None, reason: str, rule: Row, by: Officer | None) -> None:
        """Keep a date that was promised."""
        if kind in (DueKind.RECEPTION, DueKind.SUPPLEMENT):
            self.one['due_at'] = at
        elif kind is DueKind.RESOLUTION:
            self.one['due_at'] = self.one['promised_at'] = self.one['lawful_at'] = at
        if at is None:
            return
        before = [row for row in self.dues if row['kind'] is kind]
        self.dues.append({
            'kind': kind, 'number': len(before) + 1, 'at': at, 'previous_at': before[-1]['at'] if before else None,
            'reason': reason, 'rule': rule, 'calendar_version': self.town.timing.version, 'set_at': self.at,
            'set_by_id': by.id if by else None,
        })  # fmt: skip

    # The steps.

    def begin(self, place: int | None, by: Officer | None, holder: Officer | None = None) -> str:
        """Give a step of the procedure to a person or to all who hold its role; None: giving back the result."""
        step = self.part.back if place is None else self.part.steps[place]
        if step is None:
            return ''
        timing, accepted_at = self.town.timing, self.one['accepted_at']
        rule: Row = {
            'from': self.at.isoformat(),
            'hours': share_of(step, accepted_at, self.part.spec, timing.work),
            'same_day': place == 0 and self.one['channel'] is Channel.COUNTER,
        }
        self.steps.append({
            'number': len(self.steps) + 1, 'step_key': step.key, 'unit_id': self.place.unit_id, 'given_at': self.at,
            'role': 'intake' if place is None else step.role, 'account_id': holder.id if holder else None,
            'given_by_id': by.id if by else None, 'taken_at': self.at if holder else None, 'ended_at': None,
            'due_at': timing.limit(rule), 'outcome': None, 'rule': rule,
        })  # fmt: skip
        self.one['step_key'], self.one['holder_id'] = step.key, holder.id if holder else None
        return step.key

    def take(self, who: Officer) -> None:
        """The open step is theirs."""
        self.steps[-1]['account_id'] = self.one['holder_id'] = who.id
        self.steps[-1]['taken_at'] = self.steps[-1]['taken_at'] or self.at

    def go_on(self, since: datetime, *, anew: bool) -> None:
        """The clock runs again: the open hand-over has all of its time anew, or what was waited besides."""
        run = self.steps[-1]
        if anew:
            run['rule'] = {'from': self.at.isoformat(), 'hours': run['rule']['hours']}
        else:
            run['rule'] = run['rule'] | {'paused': [[since.isoformat(), self.at.isoformat()]]}
        run['due_at'] = self.town.timing.limit(run['rule'])

    def end_step(self, outcome: str, by: Officer | None) -> None:
        """End the open hand-over."""
        if self.steps and self.steps[-1]['ended_at'] is None:
            run = self.steps[-1]
            run['ended_at'], run['outcome'] = self.at, outcome
            run['account_id'] = run['account_id'] or (by.id if by else None)
            run['taken_at'] = run['taken_at'] or self.at
            run['rule'] = {}  # only an open step is counted again: what nobody reads takes no room in a million
        self.one['step_key'] = self.one['holder_id'] = None

    def close(self, outcome: str, by: Officer | None) -> None:
        """End clocks, steps and limits."""
        self.one['closed_at'], self.one['due_at'], self.one['awaiting_supplement'] = self.at, None, False
        self.clock(None)
        self.end_step(outcome, by)

    # The papers.

    def paper(self, form_code: str, by: Officer | None, facts: Row) -> Row:
        """Issue a paper with the next number of the unit's year; returns what its event tells."""
        day = local(self.at).date()
        form, code = form_on(form_code, day), self.one.get('official_code') or self.one['filing_number']
        number = f'{self.town.ledger.next_in(f"document:{self.place.code}:{day.year}"):04d}/{form.symbol}'
        frozen = {
            'unit': self.place.head,
            'day': wall_clock(self.at),
            'code': code,
            'filing_number': self.one['filing_number'],
            'track': address('/tra-cuu', ma=code),
            'subject': self.part.spec.name.vi,
            'applicant': {
                'name': self.who.name, 'address': None, 'phone': dialled(self.who.phone), 'email': None,
                'personal_id': masked(self.who.personal_id),
            },
            'owner': None,
            'officer': {'name': by.name, 'title': by.title} if by else None,
            **facts,
            'number': number,
            'verify': address(tokens.PATH),
        }  # fmt: skip
        text, paper_id = packed(frozen), self.town.ledger.id()
        paper: Row = {
            'id': paper_id, 'verification_hash': tokens.hash_of(tokens.token_of(paper_id)),
            'form_code': form_code, 'template_version': form.version, 'number': number,
            'title': form.title, 'data': text, 'issued_at': self.at, 'issued_by_id': by.id if by else None,
            'signatures': '[]',
        }  # fmt: skip
        self.papers.append(paper)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        return {'paper': {'id': paper['id'], 'form': form_code, 'number': number, 'data_sha256': sha256}}

    # What is handed over.

    def write(self) -> Written:
        """Hand the rows to the ledger and the events to the days on which they happened."""
        ledger, own = self.town.ledger, {'dossier_id': self.one['id']}
        self.one['status'] = int(self.status or 0)
        rows: list[TableRow] = [
            (Dossier, ledger.row(Dossier, self.one)),
            (Party, ledger.row(Party, party(ledger, self.who, own))),
        ]
        answers = packed(stored_answers(self.variant, self.who, self.one['id']))
        at = self.one['submitted_at']
        others: list[tuple[type[SQLModel], list[Row]]] = [
            (AnswerSheet, [{'edition': Edition.MAIN, 'answers': answers, 'saved_at': at}]),
            (StepRun, self.steps), (ClockSegment, self.clocks), (DueDate, self.dues),
            (SupplementRequest, self.requests), (Document, self.papers),
        ]  # fmt: skip
        if self.part.spec.fee.kind != 'none':
            fee = {'name': self.part.spec.name.vi, 'amount': self.variant.fee, 'created_at': at}
            others.append((Fee, [fee]))
        rows += [
            (table, ledger.row(table, {'id': ledger.id()} | one | own)) for table, found in others for one in found
        ]
        for table, row in rows:
            ledger.add(table, row)
        for event in self.events:
            self.town.happened(event)
        return Written(self, rows, answers)


def party(ledger: Ledger, who: Applicant, own: Row) -> Row:
    """Return the row of the applicant, personal number sealed."""
    party_id, number = ledger.id(), who.personal_id
    return own | {
        'id': party_id, 'role': PartyRole.SUBMITTER, 'name': who.name, 'phone': who.phone,
        'personal_id_sealed': crypto.seal(number, f'party.personal_id:{party_id}'),
        'personal_id_index': crypto.blind_index(number),
    }  # fmt: skip
