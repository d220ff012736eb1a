"""The verdict on a whole dossier that its control sheet gives: the one of the reports."""

from datetime import datetime
from typing import Any

import pytest

from app.clock import VIETNAM
from app.documents.control_sheet import _whole
from models import Dossier

DUE = datetime(2026, 11, 26, 9, tzinfo=VIETNAM)


@pytest.mark.parametrize(('changes', 'verdict'), [
    ({'resolved_at': DUE.replace(day=25, hour=17)}, 'early'),
    ({'resolved_at': DUE.replace(hour=16)}, 'on_time'),
    ({'resolved_at': DUE.replace(day=27)}, 'late'),
    ({'resolved_at': DUE.replace(day=25), 'supplement_count': 2}, 'late'),
    ({'resolved_at': DUE.replace(day=27), 'promised_at': DUE.replace(day=30)}, 'late'),
    ({'resolved_at': None}, None),
    ({'resolved_at': DUE, 'lawful_at': None}, None),
])  # fmt: skip
def test_it_is_told_by_date_from_the_lawful_limit(changes: dict[str, Any], verdict: str | None) -> None:
    one = {'lawful_at': DUE, 'promised_at': DUE, 'supplement_count': 0, **changes}
    assert _whole(Dossier(**one)) == verdict
