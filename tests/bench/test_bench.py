"""The tool that measures: its parts tell the truth about a page, and its report says what was missed."""

from scripts.bench import report
from scripts.bench.load import pages, spread
from scripts.bench.servers import program

RATE = {'per_second': 100.0, 'p50': 10.0, 'p95': 20.0, 'cpu': 1.0}
QUERY = {'p50': 1.0, 'p95': 2.0, 'cpu': 1.0, 'first': 3.0}


def _found(growth: float, waves: tuple[float, ...] = (200.0, 210.0, 205.0, 210.0)) -> dict[str, object]:
    names = ('bare page', 'front page, kept', 'front page, made anew', 'procedure page, made anew', 'live form')
    return {
        'began': '2026-11-22T00:00:00+00:00', 'machine': 'a machine', 'start': 1.0, 'start cpu': 1.0, 'idle': 200.0,
        **dict.fromkeys((*names, 'smallest live page', 'submission 1', 'submission 8', 'screen 1', 'screen 8'), RATE),
        'disk before 1': (0.1, 0.2), 'disk before 8': (0.1, 0.2), 'waves': waves, 'visitors': 3, 'minutes': 5.0,
        'screen 1 steps': {'answer kept': (1.0, 2.0)}, 'due dates': {'x': 9.0},
        'queries': [{'dossiers': 10, 'queue': QUERY}, {'dossiers': 1000, 'queue': {**QUERY, 'cpu': growth}}],
        'people 3': {'people': 3, 'p50': 1.0, 'p95': 2.0, 'events': 9, 'page_p50': 3.0, 'memory': 250.0, 'each': 0.5},
    }  # fmt: skip


def test_the_median_and_the_slowest_are_told_in_milliseconds() -> None:
    p50, p95 = spread([0.001] * 90 + [0.1] * 10)
    assert (round(p50, 3), round(p95, 3)) == (1.0, 100.0)


def test_a_missed_target_is_said() -> None:
    assert '**missed**' not in report.written(_found(1.2))
    assert '1.80x at worst: queue | **missed**' in report.written(_found(1.8))
    assert '200 → 210 → 230 → 250 MB | **missed**' in report.written(_found(1.2, (200.0, 210.0, 230.0, 250.0)))


async def test_the_bare_page_is_served_and_its_cost_is_seen() -> None:
    with program('-m', 'scripts.bench.bare', 'starlette', 'PORT', '20000') as bare:
        rate = await pages(bare, '/', 0.5, clients=2)
        assert rate.per_second > 10
        assert 0 < rate.cpu < 50
        assert 10 < bare.memory() < 500
        assert bare.started_in > 0
