"""What ``/metrics`` tells, in the text format of Prometheus: counts, ages and sizes, nothing of a person."""

import time
from collections.abc import Iterable, Mapping

from app import jobs, live
from app.audit.anchoring import made_last
from app.clock import now
from app.dossiers import quarantine
from app.operations import copies, health
from app.operations.meter import meter

KEPT = 15.0
"""Seconds for which figures from the database are told again, so that asking often costs nothing."""
_from_database: tuple[float, list[str]] = (float('-inf'), [])
STARTED = time.time()


async def figures(**pages: int) -> str:
    """Return all figures. ``pages``: gauges of the interface by name (``clients_connected=3``)."""
    return '\n'.join([*_of_process(pages), *await _kept()]) + '\n'


async def _kept() -> list[str]:
    global _from_database
    at, lines = _from_database
    if time.monotonic() - at > KEPT:
        lines = await _of_database()
        _from_database = time.monotonic(), lines
    return lines


def forget() -> None:
    """Ask the database anew at the next question."""
    global _from_database
    _from_database = (float('-inf'), [])


def _of_process(pages: Mapping[str, int]) -> Iterable[str]:
    yield from _gauge('start_time_seconds', 'When this process started.', STARTED)
    yield from _gauge('memory_bytes', 'Resident memory.', health.resident_bytes())
    yield from _gauge('disk_free_bytes', 'Free on the disk of the data folder.', health.free_bytes())
    yield from _gauge('listeners', 'Screens that wait for changes.', live.listeners())
    for name, value in pages.items():
        yield from _gauge(name, 'Live pages.', value)
    yield from _head('requests_total', 'counter', 'Answered requests.')
    for (method, status), count in sorted(meter.requests.items()):
        yield f'motcua_requests_total{{method="{method}",status="{status}"}} {count}'
    yield from _head('request_seconds', 'histogram', 'How long requests took.')
    yield from meter.seconds.lines('motcua_request_seconds')
    yield from _head('loop_lag_seconds', 'histogram', 'How late the event loop came back.')
    yield from meter.lag.lines('motcua_loop_lag_seconds')
    yield from _head('leftovers_removed_total', 'counter', 'Stored files removed that no row named.')
    yield f'motcua_leftovers_removed_total {meter.leftovers}'
    yield from _head('job_failures', 'gauge', 'Failures in a row of a background loop.')
    for loop in jobs.LOOPS.values():
        yield f'motcua_job_failures{{job="{loop.name}"}} {loop.failures}'


async def _of_database() -> list[str]:
    outbox, backup, waiting = await health.outbox(), await copies.state(), await quarantine.waiting()
    waited = (now() - waiting.since).total_seconds() if waiting.since else 0
    lines = [
        *_gauge('outbox_messages', 'Messages that wait to be sent.', outbox.depth),
        *_gauge('outbox_age_seconds', 'How long the oldest due message has waited.', outbox.age.total_seconds()),
        *_gauge('quarantine_files', 'Files that no virus scanner has looked at yet.', waiting.count),
        *_gauge('quarantine_age_seconds', 'How long the oldest of them has waited.', round(waited)),
        *_gauge('backup_scheduled', 'Backups are made by the clock.', int(backup.is_on)),
        *_gauge('backup_copies', 'Whole backups in the folder.', backup.count),
        *_head('dossiers', 'gauge', 'Dossiers by status.'),
    ]
    lines += [
        f'motcua_dossiers{{status="{s.name.lower()}"}} {n}' for s, n in (await health.dossiers_by_status()).items()
    ]
    if (anchor := await made_last()) is not None:
        age = now() - anchor.made_at
        lines += _gauge('audit_anchor_age_seconds', 'Age of the last anchor of the audit.', round(age.total_seconds()))
        lines += _gauge('audit_anchor_stamped', 'The last anchor carries a time stamp.', int(anchor.stamp is not None))
    if backup.age is not None:
        lines += _gauge('backup_age_seconds', 'Age of the last backup.', round(backup.age.total_seconds()))
        lines += _gauge(
            'backup_limit_seconds', 'Age at which the last backup is too old.', round(backup.limit.total_seconds())
        )
        lines += _gauge('backup_seconds', 'How long the database took in the last backup.', backup.seconds)
    return lines


def _gauge(name: str, about: str, value: float) -> Iterable[str]:
    return (*_head(name, 'gauge', about), f'motcua_{name} {value}')


def _head(name: str, kind: str, about: str) -> Iterable[str]:
    return (f'# HELP motcua_{name} {about}', f'# TYPE motcua_{name} {kind}')
