"""The log: a line for each thing, as JSON or as text, with incident numbers and without anything that people typed."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from secrets import choice

from app.crypto import SECRET_ALPHABET

_ADDRESS = re.compile(r'(?:https?://[^\s/?#]+)?/[^\s?#\'"]*(?:\?[^\s\'"]*)?')
_TOKEN = re.compile(r'[A-Za-z0-9_-]{16,}')
_KNOWN = set(vars(logging.makeLogRecord({}))) | {'message', 'asctime', 'taskName', 'color_message', 'incident'}

_QUIET = ('uvicorn.access', 'uvicorn.error', 'engineio', 'socketio', 'aiosqlite', 'alembic', 'pikepdf')
"""Loggers that tell of every connection with its address, or of nothing that matters here."""

log = logging.getLogger('motcua')


class JsonLines(logging.Formatter):
    """Write time, level, logger, message and what ``extra`` names; addresses lose their query and their tokens."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(parts(record), ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """Write the same for people who read along: ``09:15:02 INFO  motcua serving address=https://...``."""

    def format(self, record: logging.LogRecord) -> str:
        line = parts(record)
        head = f'{line.pop("time")} {str(line.pop("level")).upper():7} {line.pop("logger")} {line.pop("message")}'
        return ' '.join([head, *(f'{key}={value}' for key, value in line.items())]).replace('\n', ' ')


def parts(record: logging.LogRecord) -> dict[str, object]:
    """Return what is told of a record. Whatever people typed, and how to reach them, is not among it."""
    line: dict[str, object] = {
        'time': datetime.fromtimestamp(record.created, UTC).isoformat(timespec='milliseconds'),
        'level': record.levelname.lower(),
        'logger': record.name,
        'message': without_tokens(record.getMessage()),
    }
    if incident := getattr(record, 'incident', None):
        line['incident'] = incident
    line |= {key: value for key, value in vars(record).items() if key not in _KNOWN}
    if record.exc_info and record.exc_info[1]:
        line |= described(record.exc_info[1])
    return line


def without_tokens(text: str) -> str:
    """Return a text whose addresses have no query and no long random part."""
    return _ADDRESS.sub(lambda found: _TOKEN.sub('*', found[0].partition('?')[0]), text)


def described(error: BaseException) -> dict[str, object]:
    """Return an error's type and the places it went through. The message stays out: it may quote a person."""
    places = [f'{frame.filename}:{frame.lineno} {frame.name}' for frame in traceback.extract_tb(error.__traceback__)]
    found: dict[str, object] = {'error': f'{type(error).__module__}.{type(error).__qualname__}', 'places': places[-12:]}
    cause = error.__cause__ or error.__context__
    if cause is not None and cause is not error:
        found['cause'] = f'{type(cause).__module__}.{type(cause).__qualname__}'
    return found


def incident(error: BaseException, where: str) -> str:
    """Log an unexpected error and return the number under which it can be found: one number however often it is met."""
    known = vars(error).get('incident')
    if known:
        return str(known)
    number = ''.join(choice(SECRET_ALPHABET) for _ in range(8))
    vars(error)['incident'] = number
    log.error('unexpected error in %s', where, exc_info=error, extra={'incident': number})
    return number


def start_log(level: int = logging.INFO, form: str = 'json') -> None:
    """Send every logger to the standard error stream, a line each, as ``json`` or ``text``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines() if form == 'text' else JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ('uvicorn', 'nicegui', *_QUIET):
        logger = logging.getLogger(chatty)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING if chatty in _QUIET else level)
