"""A due date in words that a citizen understands: from when, how long, which days passed over, until when."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from app.deadlines.facts import Due, Fact, FactKind
from app.deadlines.ruler import local
from app.deadlines.terms import term_words
from app.i18n import Words


def explain(due: Due, t: Words) -> str:
    """Return one or two sentences, and a third when the date may still move.

    ``Tiếp nhận lúc 17:05 thứ Sáu 20/11, sau giờ làm việc nên tính từ 07:00 thứ Hai 23/11; thời hạn 3 ngày làm việc;
    không tính ngày nghỉ hằng tuần; nghỉ 24/11 (Ngày Văn hóa Việt Nam). Hạn trả kết quả: 17:00 thứ Năm 26/11/2026.``
    """
    say = _Sayer(t, due.at.year)
    found = [part for part in (say.beginning(due.steps), say.term(due), *say.way(due.steps)) if part]
    sentences = ['; '.join(found) + '.'] if found else []
    sentences.append(t(f'deadlines.due_{_ending(due)}', moment=say.moment(due.at, with_year=True)))
    if due.uncertain:
        sentences.append(t('deadlines.uncertain', year=due.at.year))
    return ' '.join(sentences)


def _ending(due: Due) -> str:
    """Name what the date is for: whatever set its clock going says it."""
    return due.steps[0].reason if due.steps else 'bare'


class _Sayer:
    """Puts single facts into words; a year is named only where it is not that of the due date."""

    def __init__(self, t: Words, year: int) -> None:
        self.t = t
        self.year = year

    def moment(self, moment: datetime, *, with_year: bool = False) -> str:
        there = local(moment)
        day = f'{there.day}/{there.month}/{there.year}' if with_year else self.day(there.date())
        weekday = self.t(f'deadlines.day_{there.weekday()}')
        return self.t('deadlines.moment', time=f'{there:%H:%M}', weekday=weekday, day=day)

    def day(self, day: date) -> str:
        return f'{day.day}/{day.month}' + ('' if day.year == self.year else f'/{day.year}')

    def weekday(self, day: date) -> str:
        return self.t('deadlines.weekday', weekday=self.t(f'deadlines.day_{day.weekday()}'), day=self.day(day))

    def beginning(self, facts: Iterable[Fact]) -> str:
        """Say what set the clock going and, where it had to wait, from when it runs."""
        parts = []
        for fact in facts:
            if fact.kind == FactKind.START and fact.moment:
                parts.append(self.t(f'deadlines.start_{fact.reason}', moment=self.moment(fact.moment)))
            elif fact.kind == FactKind.COUNTED_FROM and fact.moment:
                parts.append(self.t(f'deadlines.counted_{fact.reason}', moment=self.moment(fact.moment)))
            elif fact.kind == FactKind.CUTOFF and fact.moment:
                parts.append(self.t('deadlines.cutoff', time=f'{fact.moment:%H:%M}'))
        return ', '.join(parts)

    def term(self, due: Due) -> str:
        """Say how long it may take; not where the same day was just put off to the next."""
        put_off = any(fact.kind == FactKind.CUTOFF for fact in due.steps)
        words = term_words(due.term, self.t) if due.term and not put_off else ''
        is_longer = any(fact.kind == FactKind.EXTENDED for fact in due.steps)
        return self.t('deadlines.term_extended' if is_longer else 'deadlines.term', term=words) if words else ''

    def way(self, facts: tuple[Fact, ...]) -> list[str]:
        """Say what happened between start and due date, days off in one breath."""
        parts = [words for fact in facts if (words := self._passage(fact))]
        off = [self._off(first, last) for first, last in _runs(f for f in facts if f.kind == FactKind.DAY_OFF)]
        if off:
            parts.append(self.t('deadlines.rest', days=', '.join(off)))
        return parts

    def _passage(self, fact: Fact) -> str:
        if fact.kind in (FactKind.FIRST_DAY, FactKind.WEEKEND):
            return self.t(f'deadlines.{fact.kind.value}')
        if fact.kind == FactKind.WORKED and fact.day:
            return self.t('deadlines.worked', day=self.weekday(fact.day))
        if fact.kind == FactKind.ROLLED and fact.day:
            return self.t('deadlines.rolled', day=self.weekday(fact.day))
        if fact.kind == FactKind.PAUSED and fact.moment and fact.end:
            return self.t(f'deadlines.stood_{fact.reason}', moment=self.moment(fact.moment), end=self.moment(fact.end))
        return ''

    def _off(self, first: Fact, last: Fact) -> str:
        reason = self.t.pick({'vi': first.reason, 'en': first.reason_en})
        if first.day and last.day and first.day != last.day:
            return self.t('deadlines.rest_days', first=self.day(first.day), last=self.day(last.day), reason=reason)
        return self.t('deadlines.rest_day', day=self.day(first.day), reason=reason) if first.day else reason


def _runs(facts: Iterable[Fact]) -> list[tuple[Fact, Fact]]:
    """Join days off that follow each other for the same reason."""
    runs: list[tuple[Fact, Fact]] = []
    for fact in facts:
        previous = runs[-1][1] if runs else None
        if previous and previous.day and fact.day == previous.day + timedelta(1) and fact.reason == previous.reason:
            runs[-1] = (runs[-1][0], fact)
        else:
            runs.append((fact, fact))
    return runs
