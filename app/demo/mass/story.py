"""What usually and what sometimes happens to a dossier."""

from contextlib import suppress
from datetime import datetime

from app.deadlines import clock
from app.demo.mass.casting import data
from app.demo.mass.life import Life, Present, Row, Written
from app.demo.mass.places import Officer
from app.documents.facts import wall_clock
from app.workflow.transitions import Action
from models.enums import Channel, ClockKind, DraftConfirmation, DueKind, Status, SupplementState


class Story(Life):
    """One dossier as its chances and its procedure lead it."""

    def tell(self) -> Written:
        """Live until the end or the present, and write it down."""
        with suppress(Present):
            self._live()
        return self.write()

    @property
    def _desk(self) -> Officer:
        return self.place.staff['intake']

    def _live(self) -> None:
        at_counter = self.one['channel'] is not Channel.ONLINE
        self._submit(at_counter)
        fate = self.random.random()
        if fate < 0.025:
            return self._refuse()
        if fate < 0.035:
            self.wait(self.random.uniform(20, 200))
            return self._withdraw()
        if fate < 0.05:
            self.wait(self.random.uniform(30, 300))
            if not self._ask(self._desk):
                return
        self.wait(self.random.uniform(1, 15) if at_counter else min(480, self.random.expovariate(1 / 110) + 6))
        self._accept()
        if fate < 0.06:
            self.wait(self.random.uniform(30, 400))
            return self._withdraw()
        self._handle(asks=fate < 0.10, sticks=fate > 0.996)
        if self.status is Status.RESOLVED and fate < 0.985:
            self.wait(self.random.expovariate(1 / 400) + 3)
            self._hand_over()

    def _submit(self, at_counter: bool) -> None:
        due = self.town.timing.reception(self.at, not at_counter)
        self.clock(ClockKind.RECEPTION)
        by = self._desk if at_counter else None
        rule = {'from': self.at.isoformat(), 'channel': self.one['channel']}
        self.promise(DueKind.RECEPTION, due, 'original', rule, by)
        self.act(Action.SUBMIT, by, Status.REGISTERED, {'due_at': due.isoformat()})

    def _refuse(self) -> None:
        self.wait(self.random.uniform(20, 400))
        note = data()['words']['refuse']
        self.one['refused_at'] = self.at
        self.close('refuse', self._desk)
        told = self.paper('refusal', self._desk, {'reason': note})
        self.act(Action.REFUSE, self._desk, Status.REFUSED, told, note)

    def _withdraw(self) -> None:
        note = data()['words']['withdraw']
        self.close('withdraw', None)
        self.act(Action.WITHDRAW, None, Status.WITHDRAWN, self._ended(withdrawn=True, note=note, by=None), note)

    def _ended(self, *, withdrawn: bool, note: str, by: Officer | None) -> Row:
        facts = {
            'withdrawn': withdrawn, 'reason': None, 'note': note, 'submitted_at': wall_clock(self.one['submitted_at']),
            'accepted_at': wall_clock(self.one.get('accepted_at')), 'paid': 0,
        }  # fmt: skip
        return self.paper('stop', by, facts)

    def _ask(self, by: Officer) -> bool:
        """Ask for a supplement; tells whether it came. Where it does not come in time the dossier is stopped."""
        words, asked_at, accepted = data()['words'], self.at, 'accepted_at' in self.one
        limit = self.town.timing.supplement(asked_at, self.part.spec.term.supplement_days)
        contact = f'{by.name}, {self.place.head["phone"]}'
        items = [{'kind': 'other', 'text': words['missing']}]
        request: Row = {
            'number': 1, 'state': SupplementState.OPEN, 'before_acceptance': not accepted, 'reason': words['reason'],
            'guidance': words['guidance'], 'contact': contact, 'requested_by_id': by.id, 'requested_at': asked_at,
            'limit_at': limit, 'due_before': self.one.get('promised_at'), 'items': items,
        }  # fmt: skip
        self.requests.append(request)
        self.one |= {'supplement_count': 1, 'awaiting_supplement': not accepted}
        self.clock(ClockKind.PAUSED, 'supplement')
        self.promise(DueKind.SUPPLEMENT, limit, 'original', {'from': asked_at.isoformat()}, by)
        told = {'items': [words['missing']], 'limit': limit.isoformat()}
        facts = {'items': [words['missing']], 'reason': words['reason'], 'guidance': words['guidance'],
                 'contact': contact, 'limit': wall_clock(limit)}  # fmt: skip
        told |= self.paper('supplement', by, facts)
        self.act(Action.REQUEST_SUPPLEMENT, by, Status.SUPPLEMENT if accepted else None, told)
        if self.random.random() < 0.2:
            return self._expire(request, limit)
        self.wait(self.random.expovariate(1 / 900) + 30)
        self._supplement(request, asked_at, accepted)
        return True

    def _expire(self, request: Row, limit: datetime) -> bool:
        self.until(self.town.timing.after(limit, self.random.uniform(60, 400)))
        note = data()['words']['expired']
        request['state'] = SupplementState.EXPIRED
        self.close('stop', self._desk)
        told = self._ended(withdrawn=False, note=note, by=self._desk)
        self.act(Action.STOP, self._desk, Status.STOPPED, {'reason': 'supplement_expired', **told}, note)
        return False

    def _supplement(self, request: Row, asked_at: datetime, accepted: bool) -> None:
        request |= {'state': SupplementState.COMPLETED, 'completed_at': self.at}
        self.one |= {'awaiting_supplement': False, 'supplemented': True}
        timing, term = self.town.timing, self.part.spec.term
        if not accepted:
            self.clock(ClockKind.RECEPTION)
            due = timing.reception(self.at, self.one['channel'] is Channel.ONLINE)
            rule: Row = {'from': self.at.isoformat(), 'channel': self.one['channel']}
            self.promise(DueKind.RECEPTION, due, 'supplement', rule, None)
        elif term.after_supplement == 'restart' or self.one['promised_at'] is None:
            self.clock(ClockKind.RUNNING)
            self._promise_result(self.at, 'supplement', None)
        else:
            self.clock(ClockKind.RUNNING)
            first = next(row for row in self.dues if row['kind'] is DueKind.RESOLUTION)
            stops = [[asked_at.isoformat(), self.at.isoformat()]]
            moved = timing.recount(datetime.fromisoformat(first['rule']['from']), term, stops)
            self.promise(DueKind.RESOLUTION, moved, 'supplement', {**first['rule'], 'paused': stops}, None)
        if accepted:
            self.go_on(asked_at, anew=term.after_supplement == 'restart')
        request['due_after'] = self.one.get('promised_at')
        due_at = self.one['due_at']
        told = {'due_at': due_at.isoformat()} if due_at else {}
        self.act(Action.SUPPLEMENT, None, Status.PROCESSING if accepted else None, told)

    def _promise_result(self, begin: datetime, reason: str, by: Officer | None) -> None:
        rule = {'from': begin.isoformat(), 'term': self.part.spec.term.model_dump(mode='json')}
        self.promise(DueKind.RESOLUTION, self.town.due(self.part, begin), reason, rule, by)

    def _accept(self) -> None:
        by, one = self._desk, self.one
        code = self.town.official_code(self.place, self.at)
        one |= {'accepted_at': self.at, 'official_code': code, 'supplemented': False}
        one['search_text'] += f' {code.lower()}'
        self.clock(ClockKind.RUNNING)
        self._promise_result(self.at, 'original', by)
        promised = one['promised_at']
        told = {'due_at': promised.isoformat()} if promised else {}
        told |= {'step': self.begin(0, by, holder=by), 'official_code': code}
        spec = self.part.spec
        fees = [] if spec.fee.kind == 'none' else [{'amount': self.variant.fee, 'collection': 1}]
        told |= self.paper('receipt', by, {
            'components': list(self.part.lines), 'sets': spec.sets_of_documents, 'term': self.part.term,
            'received_at': wall_clock(self.at), 'due_at': wall_clock(promised), 'delivery': self.variant.delivery,
            'delivery_address': None, 'fees': fees, 'free': spec.fee.kind == 'none',
        })  # fmt: skip
        self.act(Action.ACCEPT, by, Status.ACCEPTED, told)

    def _handle(self, *, asks: bool, sticks: bool) -> None:
        """Go through the procedure's own steps within the term, mostly; some dossiers lie still on a step."""
        timing, steps = self.town.timing, self.part.steps
        term = timing.position(self.one['promised_at']) - timing.position(self.at) if self.one['promised_at'] else 2_400
        share = self.random.uniform(0.1, 0.9) if self.random.random() < 0.965 else self.random.uniform(1.1, 2.0)
        each = max(2.0, term * share / len(steps))
        stuck_at = self.random.randrange(1, len(steps)) if sticks else -1
        for place, step in enumerate(steps):
            by = self.place.staff[str(step.role)]
            if place == stuck_at:
                raise Present
            if place and self.random.random() < 0.15:
                self.wait(each * 0.3)
                self._take(by)
            self.wait(each * self.random.uniform(0.5, 1.2))
            if step.role == 'case_officer':
                if asks and not self._ask(by):
                    return
                if asks:
                    self.wait(each)
                asks = False
                self._show_draft(by)
            self.wait(1)
            self._pass_on(place, by)

    def _take(self, by: Officer) -> None:
        self.take(by)
        self.act(Action.TAKE, by, Status.PROCESSING, {'step': self.steps[-1]['step_key']})

    def _show_draft(self, by: Officer) -> None:
        if not self.part.spec.confirms_draft or self.one.get('draft_confirmation'):
            return
        self.take(by)
        limit = self.town.timing.draft_limit(self.at)
        self.one['draft_confirmation'] = DraftConfirmation.SHOWN
        self.promise(DueKind.DRAFT_CONFIRMATION, limit, 'original', {'from': self.at.isoformat()}, by)
        self.act(Action.SHOW_DRAFT, by, Status.PROCESSING, {'limit': limit.isoformat()})
        self.wait(self.random.uniform(2, 60))
        self.one['draft_confirmation'] = DraftConfirmation.CONFIRMED
        self.act(Action.CONFIRM_DRAFT, None)

    def _pass_on(self, place: int, by: Officer) -> None:
        if place + 1 == len(self.part.steps):
            return self._finish(by)
        action = Action.APPROVE if self.part.steps[place].role == 'leader' else Action.FORWARD
        self.end_step('approved' if action is Action.APPROVE else 'forwarded', by)
        self.one['supplemented'] = False
        self.act(action, by, Status.PROCESSING, {'step': self.begin(place + 1, by), 'holder': None})

    def _finish(self, by: Officer) -> None:
        self.clock(None)
        self.one |= {'resolved_at': self.at, 'due_at': None, 'worked_minutes': self.worked()}
        self.end_step('finished', by)
        told: Row = {'step': self.begin(None, by)}
        promised = self.one['promised_at']
        told['on_time'] = str(clock.on_time(self.at, promised)) if promised else None
        self.act(Action.FINISH, by, Status.RESOLVED, told)

    def _hand_over(self) -> None:
        paper = data()['words']['paper']
        self.one |= {'returned_at': self.at, 'return_info': f'{self.who.name} ({paper})'}
        self.close('hand_over', self._desk)
        self.act(Action.HAND_OVER, self._desk, Status.RETURNED, {'collected_by': self.who.name, 'paper': paper})
