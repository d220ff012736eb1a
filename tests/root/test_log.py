"""The log says enough to find an incident, and nothing about a person."""

import json
import logging
import sys

import pytest

from app import log
from app.errors import AppError


def line(message: str, *args: object, error: BaseException | None = None, **extra: object) -> dict[str, object]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord('motcua', logging.INFO, __file__, 1, message, args, info)
    vars(record).update(extra)
    return dict(json.loads(log.JsonLines().format(record)))


def test_a_line_is_json_with_what_extra_names() -> None:
    found = line('started', loops=['mail'])
    assert (found['message'], found['level'], found['loops']) == ('started', 'info', ['mail'])
    assert str(found['time']).endswith('+00:00')


def test_a_line_of_text_says_the_same() -> None:
    record = logging.LogRecord(
        'motcua', logging.ERROR, __file__, 1, 'broken at /nop/tiep/AbCdEfGhIjKlMnOpQrStUv', (), None
    )
    record.incident = 'ABCD2345'
    found = log.TextLines().format(record)
    assert found.endswith('ERROR   motcua broken at /nop/tiep/* incident=ABCD2345')


@pytest.mark.parametrize(
    ('message', 'kept'),
    [
        ('http://x.vn/tra-cuu?ma=H01&khoa=ABCD2345 not found', 'http://x.vn/tra-cuu not found'),
        ('GET /nop/tiep/AbCdEfGhIjKlMnOpQrStUv done', 'GET /nop/tiep/* done'),
        ('nothing of that kind', 'nothing of that kind'),
    ],
)
def test_addresses_lose_their_query_and_their_tokens(message: str, kept: str) -> None:
    assert line(message)['message'] == kept


def raised() -> BaseException:
    def open_dossier() -> None:
        raise ValueError('Nguyễn Văn An, 079123456789')

    try:
        try:
            open_dossier()
        except ValueError as cause:
            raise AppError('x', name='Nguyễn Văn An') from cause
    except AppError as error:
        return error
    raise AssertionError


def test_an_error_is_its_type_and_places_without_its_words() -> None:
    found = line('unexpected error', error=raised())
    assert found['error'] == 'app.errors.AppError'
    assert found['cause'] == 'builtins.ValueError'
    assert 'test_log.py' in str(found['places'])
    assert 'Nguy' not in json.dumps(found, ensure_ascii=False)
    assert '079123456789' not in json.dumps(found)


def test_an_incident_has_the_number_that_was_shown(caplog: pytest.LogCaptureFixture) -> None:
    error = raised()
    number = log.incident(error, 'screen')
    assert log.incident(error, 'live page') == number
    assert len(caplog.records) == 1
    assert len(number) == 8
    assert caplog.records[-1].incident == number  # type: ignore[attr-defined]


def test_every_logger_writes_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        monkeypatch.setattr(sys, 'stderr', sys.__stderr__)
        log.start_log()
        assert [type(each.formatter) for each in root.handlers] == [log.JsonLines]
        assert not logging.getLogger('uvicorn.access').isEnabledFor(logging.INFO)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
