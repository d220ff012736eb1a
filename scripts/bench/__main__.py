"""``python -m scripts.bench``: fill, serve, measure, and write ``docs/performance.md``. ``--quick`` for a small dose."""

import argparse
import asyncio
import json
import platform
import subprocess
import sys
import tempfile
import timeit
from datetime import datetime
from pathlib import Path
from typing import Any

from app.clock import VIETNAM, now
from app.deadlines import clock
from app.deadlines.records import standard_calendar
from app.migrate import ROOT
from app.procedures.load import load_catalogue
from scripts.bench import report
from scripts.bench.filing import durable, filings
from scripts.bench.load import pages, spread
from scripts.bench.people import SLUG, crowd, waves
from scripts.bench.screens import by_screen
from scripts.bench.servers import Running, program, service

SIZES = (10_000, 100_000, 1_560_675)
WAVES, VISITORS = 8, 40
Found = dict[str, Any]


def filled(folder: Path, dossiers: int) -> Path:
    """Return a folder with a made-up municipality of so many dossiers; one that is there is used again."""
    there = folder / str(dossiers)
    if not (there / 'filled').exists():
        report.step(f'filling {dossiers:,} dossiers')
        command = [sys.executable, 'main.py', 'demo', '--dossiers', str(dossiers)]
        environment = {**report.environment(), 'MOTCUA_DATA_DIR': str(there)}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
        (there / 'filled').touch()
    return there


def ask(folder: Path, times: int) -> Found:
    """Return how long the queries take on a folder, in a process that does nothing else."""
    report.step(f'queries on {folder.name} dossiers')
    command = [sys.executable, '-m', 'scripts.bench.queries', str(folder), str(times)]
    done = subprocess.run(command, cwd=ROOT, env=report.environment(), check=True, stdout=subprocess.PIPE)
    return dict(json.loads(done.stdout))


def due_dates() -> Found:
    """Return the microseconds that computing one due date takes."""
    work = standard_calendar()
    terms = {spec.id: spec.term for spec in load_catalogue()}
    at = datetime(2026, 3, 3, 9, 12, tzinfo=VIETNAM)
    wanted = {'same day': terms['khai-sinh'], 'seven working days': terms['gpxd-nha-o-rieng-le']}
    return {
        name: min(timeit.repeat(lambda term=term: clock.due(work, at, term), number=200, repeat=5)) / 200 * 1e6  # type: ignore[misc]
        for name, term in wanted.items()
    }


async def serve(folder: Path, seconds: float, crowds: tuple[int, ...], visitors: int) -> Found:
    """Measure the service and, beside it, the least that could be done."""
    found: Found = {}
    report.step('service: start and pages')
    with service(folder):
        pass  # what Python compiles it compiles once, and an installation has it done before
    with service(folder) as server:
        found['start'], found['start cpu'] = server.started_in, server.cpu()
        await asyncio.sleep(min(5.0, seconds))
        found['idle'] = server.memory()
        await _pages(server, found, seconds)
        for clients in (1, 8):
            report.step(f'submissions by {clients} at a time')
            found[f'disk before {clients}'] = durable(folder)
            found[f'submission {clients}'] = vars(await filings(server, clients, seconds * 2))
            rate, steps = await by_screen(server, clients, seconds * 2)
            found[f'screen {clients}'], found[f'screen {clients} steps'] = (
                vars(rate),
                {k: spread(v) for k, v in steps.items()},
            )
    report.keep(folder.parent, found)
    report.step(f'{WAVES} waves of {visitors} visitors')
    with service(folder, '-m', 'scripts.bench.forgetful') as server:
        found['visitors'], found['waves'] = visitors, await waves(server, visitors, WAVES, min(12.0, seconds * 2))
    with service(folder) as server:
        for people in crowds:
            report.keep(folder.parent, found)
            report.step(f'{people} people at the same time')
            found[f'people {people}'] = vars(await crowd(server, people, seconds * 3))
    return found


async def _pages(server: Running, found: Found, seconds: float) -> None:
    with program('-m', 'scripts.bench.bare', 'starlette', 'PORT', '20000') as bare:
        found['bare page'] = vars(await pages(bare, '/', seconds))
    for name, path in (
        ('front page', '/'),
        ('procedure page', '/thu-tuc/khai-sinh'),
        ('list of procedures', '/thu-tuc'),
    ):
        found[f'{name}, kept'] = vars(await pages(server, path, seconds))
        found[f'{name}, made anew'] = vars(await pages(server, f'{path}?moi=1', seconds))
    with program('-m', 'scripts.bench.bare', 'nicegui', 'PORT', '0') as smallest:
        found['smallest live page'] = vars(await pages(smallest, '/', seconds, clients=2))
    found['live form'] = vars(await pages(server, f'/nop/{SLUG}', seconds, clients=2))


def main() -> None:
    """Measure everything and write it down."""
    parser = argparse.ArgumentParser(prog='make bench')
    parser.add_argument('--quick', action='store_true', help='small doses; prints instead of writing the document')
    parser.add_argument('--folder', type=Path, help='where filled folders are kept between runs')
    parser.add_argument('--sizes', default=','.join(map(str, SIZES)), help='dossiers of the municipalities')
    parser.add_argument('--people', default='50,200,500', help='crowds of connected people')
    parser.add_argument('--seconds', type=float, default=6.0, help='how long each load lasts')
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='motcua-bench-') as temporary:
        folder = asked.folder or Path(temporary)
        sizes = (100, 200) if asked.quick else tuple(map(int, asked.sizes.split(',')))
        folders = [filled(folder, size) for size in sizes]
        found: Found = {'began': now().isoformat(), 'machine': platform.platform(), 'sizes': sizes}
        found['queries'] = [ask(each, 3 if asked.quick else 60) for each in folders]
        found['due dates'] = due_dates()
        crowds = tuple(map(int, asked.people.split(',')))
        seconds, crowds, visitors = (0.5, (3,), 3) if asked.quick else (asked.seconds, crowds, VISITORS)
        found |= asyncio.run(serve(folders[0], seconds, crowds, visitors))
        found['minutes'] = report.minutes()
    text = report.written(found)
    if asked.quick:
        print(text)
    else:
        (ROOT / 'docs' / 'performance.md').write_text(text, 'utf-8')
        print('docs/performance.md')


if __name__ == '__main__':
    main()
