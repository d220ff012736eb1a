"""A pytest plug-in: what was skipped is said last, with the reason; where CI is set, nothing may be skipped at all."""

import os
from collections import Counter
from collections.abc import Generator

import pytest

AnyReport = pytest.TestReport | pytest.CollectReport


class Skips:
    """Watches reports for skips. With ``forbidden`` each becomes a failure."""

    def __init__(self, *, forbidden: bool) -> None:
        self.forbidden = forbidden
        self.reasons: Counter[str] = Counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        self._look_at(report)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        self._look_at(report)
        return report

    def _look_at(self, report: AnyReport) -> None:
        if not report.skipped or hasattr(report, 'wasxfail'):
            return
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reason = reason.removeprefix('Skipped: ')
        if self.forbidden:
            report.outcome = 'failed'
            report.longrepr = f'Nothing may be skipped where CI is set: {reason}'
        else:
            self.reasons[reason] += 1

    def pytest_unconfigure(self) -> None:
        """Say it after pytest's own closing line, where it is seen."""
        if self.reasons:
            print('\nSkipped, and why:')
        for reason, count in self.reasons.most_common():
            print(f'  {count} x {reason}')


def forbidden() -> bool:
    """Tell whether this run may skip nothing."""
    return os.environ.get('CI', '').lower() in {'1', 'true', 'yes'}
