"""Plausible answers to any form: made-up people and places that pass every check, for the demonstration and the tests."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from app.clock import today
from app.procedures.conditions import holds
from app.procedures.schema import FormField, ProcedureSpec
from app.procedures.validation import parse_answer, shown_fields
from app.registry import FIELDS

_WOMEN, _MEN = ('mother', 'bride'), ('father', 'groom')
_OLD, _NEW = ('deceased', 'benefit_person'), ('child',)
_SELDOM = ('checkbox', 'repeat')
_AGES = {'old': (76, 92), 'new': (0, 0), 'adult': (24, 58)}


def plausible(spec: ProcedureSpec, random: Random) -> dict[str, Any]:
    """Return stored answers to the questions that show, one after the other as a person would give them.

    Required questions always get an answer, the others mostly; ``app.procedures.validation.check`` finds nothing wrong
    but missing documents.
    """
    writer = _Writer(spec, random)
    done: set[str] = set()
    while True:
        waiting = [field for _, field in shown_fields(spec, writer.answers) if field.id not in done]
        if not waiting:
            return writer.answers
        field = waiting[0]
        done.add(field.id)
        value = writer.write(field, writer.answers)
        if value is not None:
            writer.answers[field.id] = parse_answer(spec, field.id, value)


@cache
def _data() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / 'data' / 'answers.yaml').read_text('utf-8'))


class _Writer:
    """Writes one answer after the other, each fitting those before."""

    def __init__(self, spec: ProcedureSpec, random: Random) -> None:
        self.spec, self.random = spec, random
        self.answers: dict[str, Any] = {}
        self.sexes: dict[str, str] = {}
        """Sex by the first word of a question's id: who ``mother_...`` and ``child_...`` are."""
        self.family = random.choice(_data()['surnames'])

    def write(self, field: FormField, answers: dict[str, Any]) -> Any:
        """Return raw input for a question, None to leave it empty."""
        needed = field.required or (field.required_when is not None and holds(field.required_when, answers))
        if not needed and self.random.random() < (0.85 if field.type in _SELDOM else 0.35):
            return None
        if field.default is not None and self.random.random() < 0.8:
            return field.default
        return getattr(self, f'_{field.type}', self._text)(field, answers)

    def _pick(self, name: str) -> Any:
        return self.random.choice(_data()[name])

    def _text(self, field: FormField, answers: dict[str, Any]) -> str | None:
        texts = _data()['texts']
        ending = max((key for key in texts if field.id.endswith(key)), key=len, default=None)
        if ending is None and not field.required:
            return None
        return self.random.choice(texts[ending]) if ending else 'Không có'

    def _textarea(self, field: FormField, answers: dict[str, Any]) -> str | None:
        return self._text(field, answers)

    def _person_name(self, field: FormField, answers: dict[str, Any]) -> str:
        who = field.id.split('_')[0]
        sex = 'female' if who in _WOMEN else 'male' if who in _MEN else self.random.choice(('female', 'male'))
        self.sexes[who] = sex
        if self._is_requester(who):
            return self.answers['requester_full_name']
        surname = self.family if who in ('father', 'child', 'requester') else self._pick('surnames')
        return f'{surname} {self._pick(sex)}'

    def _is_requester(self, who: str) -> bool:
        """Tell whether the mother or father asked about is the one who files."""
        return who in ('mother', 'father') and self.answers.get('requester_relationship') == who

    def _born(self, field: FormField) -> date:
        """Return a day of birth for the person a question is about."""
        who = field.id.split('_')[0]
        is_old = who in _OLD or (self.spec.id == 'tro-cap-huu-tri-xa-hoi' and who in ('birth', 'full'))
        low, high = _AGES['old' if is_old else 'new' if who in _NEW else 'adult']
        days = self.random.randint(low * 366, high * 365) if high else self.random.randint(3, 50)
        return today() - timedelta(days=days)

    def _day(self, field: FormField, answers: dict[str, Any]) -> date:
        who = field.id.split('_')[0]
        if self._is_requester(who) and isinstance(born := answers.get('requester_birth_date'), str):
            return date.fromisoformat(born)
        if field.id.endswith('birth_date'):
            return self._born(field)
        first, last = field.rules.not_before, field.rules.not_after
        if first == 'today':
            return today() + timedelta(days=self.random.randint(10, 20))
        if first and isinstance(answers.get(first), str) and len(answers[first]) == 10:
            start = date.fromisoformat(answers[first])
            end = today() if last == 'today' else start + timedelta(days=30)
            return start + timedelta(days=self.random.randint(0, max(0, min(30, (end - start).days))))
        if field.id in ('start_date', 'goods_import_time'):
            return today() + timedelta(days=self.random.randint(5, 25))
        return today() - timedelta(
            days=self.random.randint(2, 9) if 'death' in field.id else self.random.randint(40, 2000)
        )

    def _date(self, field: FormField, answers: dict[str, Any]) -> str:
        return f'{self._day(field, answers):%d/%m/%Y}'

    def _partial_date(self, field: FormField, answers: dict[str, Any]) -> str:
        return f'{self._day(field, answers):%d/%m/%Y}'

    def _personal_id(self, field: FormField, answers: dict[str, Any]) -> str:
        """Return twelve digits that agree with the birth date and sex answered for the same person, where they are."""
        if self._is_requester(field.id.split('_')[0]) and answers.get('requester_personal_id'):
            return answers['requester_personal_id']
        who = field.id.rpartition('personal_id')[0] or field.id.rpartition('id')[0]
        born = next((v for k in ('birth_date', f'{who}birth_date') if isinstance(v := answers.get(k), str)), None)
        year = int(born[:4]) if born else self.random.randint(1970, 2000)
        sex = answers.get(f'{who}gender') or answers.get(f'{who}sex')
        is_woman = (sex or self.sexes.get(who.split('_')[0])) == 'female'
        place = self.random.choice(('001', '031', '048', '079', '092'))
        return f'{place}{(year // 100 - 19) * 2 + is_woman}{year % 100:02}{self.random.randint(0, 999999):06}'

    def _number(self, field: FormField, answers: dict[str, Any]) -> float | int:
        low = int(field.rules.min or 1)
        high = int(min(field.rules.max or low + 4, low + 4))
        return max(self.random.randint(low, max(low, high)), 1 if field.rules.min else 0)

    def _area(self, field: FormField, answers: dict[str, Any]) -> float:
        return self.random.randint(400, 1800) / 10 * (3 if 'total' in field.id else 1)

    def _money(self, field: FormField, answers: dict[str, Any]) -> int:
        least = 120_000_000 if field.id == 'total_value' else 500_000
        return least + self.random.randint(0, 60) * 500_000

    def _phone(self, field: FormField, answers: dict[str, Any]) -> str:
        return f'09000{self.random.randint(0, 99999):05}'

    def _email(self, field: FormField, answers: dict[str, Any]) -> str:
        return f'nguoi.dan{self.random.randint(1, 999)}@example.com'

    def _tax_code(self, field: FormField, answers: dict[str, Any]) -> str:
        return self._pick('tax_codes')

    def _choice(self, field: FormField, answers: dict[str, Any]) -> str:
        """Choose an option, most often the first, which forms list as the common case; ``other`` hardly ever."""
        usual = [o.value for o in field.options if o.value != 'other'] or [field.options[0].value]
        sex = self.sexes.get(field.id.split('_')[0])
        if usual == ['male', 'female'] and sex:
            return sex
        if usual == ['mother', 'father'] and sex:
            return 'mother' if sex == 'female' else 'father'
        return usual[0] if self.random.random() < 0.6 and usual != ['yes', 'no'] else self.random.choice(usual)

    def _multi_choice(self, field: FormField, answers: dict[str, Any]) -> list[str]:
        values = [option.value for option in field.options]
        return self.random.sample(values, k=self.random.randint(1, min(2, len(values))))

    def _checkbox(self, field: FormField, answers: dict[str, Any]) -> bool:
        return True

    def _ethnicity(self, field: FormField, answers: dict[str, Any]) -> str:
        return self.random.choice(('01', '01', '01', '01', '02', '06'))

    def _nationality(self, field: FormField, answers: dict[str, Any]) -> str:
        return 'VN'

    def _address(self, field: FormField, answers: dict[str, Any]) -> dict[str, str]:
        return dict(self._pick('places'))

    def _repeat(self, field: FormField, answers: dict[str, Any]) -> list[dict[str, Any]]:
        return [self._entry(field, answers) for _ in range(max(field.rules.min_items or 1, self.random.randint(1, 2)))]

    def _entry(self, field: FormField, answers: dict[str, Any]) -> dict[str, Any]:
        entry: dict[str, Any] = {}
        for inner in field.fields:
            around = {**answers, **entry}
            if holds(inner.show_when, around) and (value := self.write(inner, around)) is not None:
                entry[inner.id] = FIELDS[inner.type].parse(inner, value)
        return entry
