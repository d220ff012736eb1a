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
        self._forbid(report)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        self._forbid(report)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._count(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._count(report)

    def _forbid(self, report: AnyReport) -> None:
        if self.forbidden and _skipped(report):
            report.outcome = 'failed'
            report.longrepr = f'Nothing may be skipped where CI is set: {_reason(report)}'

    def _count(self, report: AnyReport) -> None:
        if _skipped(report):
            self.reasons[_reason(report)] += 1

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Say it after pytest's own closing line, where it is seen; once, also when several processes share the tests."""
        if not self.reasons or hasattr(config, 'workerinput'):
            return
        print('\nSkipped, and why:')
        for reason, count in self.reasons.most_common():
            print(f'  {count} x {reason}')


def _skipped(report: AnyReport) -> bool:
    return report.skipped and not hasattr(report, 'wasxfail')


def _reason(report: AnyReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    return str(reason).removeprefix('Skipped: ')


def forbidden() -> bool:
    """Tell whether this run may skip nothing."""
    return os.environ.get('CI', '').lower() in {'1', 'true', 'yes'}
