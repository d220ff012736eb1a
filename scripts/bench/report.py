"""What was measured, in tables with targets: ``docs/performance.md``."""

import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from app.clock import local
from scripts.bench.figures import GROWING

Found = dict[str, Any]
_BEGAN = time.monotonic()


def environment() -> dict[str, str]:
    """Return the environment without settings of an installation, and with compiled files, as every installation has them."""
    own = ('MOTCUA_', 'PYTHONDONTWRITEBYTECODE')
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}


def step(what: str) -> None:
    """Say what is measured now, and how long all has taken so far."""
    print(f'{minutes():5.1f} min  {what}', file=sys.stderr, flush=True)


def minutes() -> float:
    """Return the minutes since the run began."""
    return (time.monotonic() - _BEGAN) / 60


def keep(folder: Path, found: Found) -> None:
    """Keep what is measured so far: a long run may be cut off."""
    (folder / 'found.json').write_text(json.dumps(found, indent=1), 'utf-8')


def _table(head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    lines = ['| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head)]
    return '\n'.join([*lines, *('| ' + ' | '.join(map(str, row)) + ' |' for row in rows)])


def _met(yes: bool) -> str:
    return 'met' if yes else '**missed**'


def written(found: Found) -> str:
    """Return the whole document."""
    notes = (Path(__file__).parent / 'notes.md').read_text('utf-8').strip()
    parts = [
        _head(found),
        _targets(found),
        _pages(found),
        _submissions(found),
        _queries(found),
        _people(found),
        _rest(found),
        notes,
    ]
    return '\n\n'.join(parts) + '\n'


def _head(found: Found) -> str:
    day = local(datetime.fromisoformat(found['began']))
    load = os.getloadavg()[0]
    return f"""# How fast it is

Measured by `make bench` in one run on {day:%Y-%m-%d %H:%M} (Vietnam): {os.cpu_count()} processor cores, {found['machine']},
Python and SQLite as shipped; service, clients and comparison on the same cores. Load of the machine by others and us at
the end: {load:.1f}; the whole run took {found['minutes']:.0f} minutes. Waiting times drift with what else runs there;
**processor time for each request and the ratios do not** and are what to compare.
`make bench ARGS=--quick` is a small dose; `ARGS='--folder DIR'` keeps the filled folders."""


def _targets(found: Found) -> str:
    bare, front = found['bare page']['cpu'], found['front page, kept']['cpu']
    dearest = max(value['cpu'] for key, value in found.items() if key.endswith('made anew'))
    one, eight = found['submission 1'], found['submission 8']
    screen, disk = found['screen 1'], found['disk before 1'][0]
    name, worst = max(_growth(found), key=lambda each: each[1])
    crowd = max((value for key, value in found.items() if key.startswith('people ')), key=lambda each: each['people'])
    waves = found['waves']
    rows = [
        ('public page, kept in memory', '>= 50 % of a bare page', f'{bare / front:.0%}', _met(bare / front >= 0.5)),
        ('public page, made anew', '>= 1,000/s', f'{1000 / dearest:,.0f}/s of processor time at worst', _met(dearest <= 1)),
        ('submission by API, 1 client, p50', '<= 40 ms', f'{one["p50"]:.0f} ms', _met(one['p50'] <= 40)),
        ('submissions a second, 8 clients', '>= 30', f'{eight["per_second"]:.1f}', _met(eight['per_second'] >= 30)),
        ('submission by screen, 1 person, p50', 'beside a durable commit', f'{screen["p50"]:.0f} ms; the disk {disk:.1f} ms', ''),
        ('growth of queue, look-up, search, figures', '<= 1.5x', f'{worst:.2f}x at worst: {name}', _met(worst <= 1.5)),
        (f'event p95, {crowd["people"]} people', '<= 50 ms', f'{crowd["p95"]:.0f} ms', _met(crowd['p95'] <= 50)),
        ('memory over waves of connected visitors', 'flat', ' → '.join(f'{m:.0f}' for m in waves) + ' MB', _met(_is_flat(waves))),
        ('memory when idle', '<= 250 MB', f'{found["idle"]:.0f} MB', _met(found['idle'] <= 250)),
        ('start to first page', '<= 3 s', f'{found["start"]:.1f} s, {found["start cpu"]:.1f} s of processor time', _met(found['start'] <= 3)),
    ]  # fmt: skip
    return '## Targets\n\n' + _table(('what', 'target', 'measured', ''), rows)


def _is_flat(waves: Sequence[float]) -> bool:
    """Tell whether the later half of the waves needs no more than the earlier one did, the first wave left out."""
    half = (len(waves) + 1) // 2
    return max(waves[half:]) <= max(waves[1 : half + 1]) * 1.03


def _rates(found: Found, names: tuple[str, ...]) -> str:
    rows: list[tuple[object, ...]] = []
    for name in names:
        one = found[name]
        rows.append((name, f'{one["per_second"]:,.0f}', f'{one["p50"]:.1f}', f'{one["p95"]:.1f}', f'{one["cpu"]:.2f}'))
    return _table(('', 'a second', 'p50 ms', 'p95 ms', 'processor ms each'), rows)


def _pages(found: Found) -> str:
    names = (
        'bare page',
        *(name for name in found if (' page' in name and ',' in name) or name.startswith('list')),
        'smallest live page',
        'live form',
    )
    ratio = found['live form']['cpu'] / found['smallest live page']['cpu']
    return f"""## Pages

Eight clients over open connections for the plain pages, two for the live ones. The bare page is Starlette with one
answer of 20 KB; the smallest live page is NiceGUI with one label. The live form costs {ratio:.1f} of the smallest.

{_rates(found, names)}"""


def _submissions(found: Found) -> str:
    disk = found['disk before 8']
    steps = [(name, f'{p50:.0f}', f'{p95:.0f}') for name, (p50, p95) in found['screen 1 steps'].items()]
    return f"""## Whole submissions

By the API: draft, answers, a picture of 100 KB that is checked, encrypted and on the disk, sending: number, clock,
chained event, due date, receipt data committed. The disk itself makes 4 KB durable in {disk[0]:.2f} ms (p95 {disk[1]:.2f}).
By screen: the live form over its socket, stop by stop; each answer is kept before the next is given, the same picture, the
review, the tick, sending, until the number is on the screen. Nobody thinks or types meanwhile.

{_rates(found, ('submission 1', 'submission 8', 'screen 1', 'screen 8'))}

What one person at the screen waits for:

{_table(('', 'p50 ms', 'p95 ms'), steps)}"""


def _growth(found: Found) -> list[tuple[str, float]]:
    first, last = found['queries'][0], found['queries'][-1]
    names = [name for name in first if name != 'dossiers' and not name.startswith(GROWING)]
    return [(name, last[name]['cpu'] / first[name]['cpu']) for name in names]


def _queries(found: Found) -> str:
    sizes = [one['dossiers'] for one in found['queries']]
    growth = dict(_growth(found))
    rows: list[tuple[object, ...]] = []
    for name in found['queries'][0]:
        if name != 'dossiers':
            each = [f'{one[name]["p50"]:.1f} ({one[name]["cpu"]:.1f})' for one in found['queries']]
            first = f'{found["queries"][-1][name]["first"]:.1f}'
            rows.append((name, *each, f'{growth[name]:.2f}x' if name in growth else '', first))
    return f"""## Queues, look-up, search, figures

An officer of one commune (about 12,400 dossiers in two years) among so many dossiers of the whole municipality, and an
overseer who sees every commune; p50 ms, in brackets processor ms; growth by processor time. Each question is put twice: the
second time counts, the last column is the first time in the largest, when its rows may still have to come from the disk.
Reports and indexes count each dossier of a quarter, once more for the quarter before, and compare with the public figures.

{_table(('', *(f'{size:,} dossiers' for size in sizes), 'growth', 'first time'), rows)}"""


def _people(found: Found) -> str:
    rows: list[tuple[object, ...]] = []
    for key, one in found.items():
        if key.startswith('people '):
            times = (f'{one["p50"]:.1f}', f'{one["p95"]:.1f}', f'{one["page_p50"]:.0f}')
            rows.append((one['people'], one['events'], *times, f'{one["memory"]:.0f}', f'{one["each"]:.2f}'))
    return f"""## People at the same time

Each has the form of khai sinh open and answers a question every five seconds, saved as it is typed, while five more
pages a second are opened.

{_table(('people', 'events', 'p50 ms', 'p95 ms', 'page p50 ms', 'memory MB', 'MB each'), rows)}

Waves: {found['visitors']} people come, answer twice and leave without a word, again and again. The service keeps the page of
whoever left for five minutes, in case a connection comes back; here for five seconds, so that leaving is seen. Memory after each
wave: {', '.join(f'{memory:.0f}' for memory in found['waves'])} MB."""


def _rest(found: Found) -> str:
    rows = [(name, f'{value:.0f} µs') for name, value in found['due dates'].items()]
    return '## Due dates\n\nOne date with its explanation, by the engine.\n\n' + _table(('term', 'time'), rows)
