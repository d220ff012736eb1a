"""``python -m scripts.attack``: attack the demonstration from outside and write ``docs/attack.md``; 1 when something got through."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.clock import now
from app.migrate import ROOT
from scripts.attack.answers import headers, kept_pages, pages_without_end, redirects
from scripts.attack.client import Attack, sign_in, wire_with_effect
from scripts.attack.malformed import log_is_read, malformed_messages
from scripts.attack.posts import false_token, foreign_posts, sizes, uploads
from scripts.attack.report import written
from scripts.attack.sessions import DESK, after_sign_out, rows_not_given
from scripts.attack.stolen import stolen_events
from scripts.bench.servers import service
from tests.guarantees.attacker import Server

FORM = '/nop'
OFFICER = 'binh'
"""Bình takes dossiers in: somebody of the demonstration whose list is never empty."""


async def attacked(attack: Attack) -> None:
    """Try everything; what makes this address wait comes last."""
    officer, _ = await sign_in(attack, OFFICER)
    form, desk = await wire_with_effect(attack, FORM), await wire_with_effect(attack, DESK, officer)
    await stolen_events(attack, FORM, form)
    await stolen_events(attack, DESK, desk, officer)
    log_is_read(attack)
    await malformed_messages(attack, FORM, form)
    await malformed_messages(attack, DESK, desk, officer)
    await rows_not_given(attack, officer)
    await uploads(attack)
    await foreign_posts(attack)
    await false_token(attack, officer)
    await after_sign_out(attack, desk, officer)
    await sizes(attack)
    await headers(attack)
    await redirects(attack)
    await kept_pages(attack)
    await pages_without_end(attack)


@contextmanager
def demonstration() -> Iterator[tuple[Server, int]]:
    """Run the demonstration on a free port, with a data folder of its own, until the block ends."""
    with tempfile.TemporaryDirectory(prefix='motcua-attack-') as folder:
        log = Path(folder) / 'server.log'
        with service(Path(folder) / 'data', log=log) as running:
            yield Server(running.url, log), running.pid


def main() -> None:
    """Attack the server that is named, or one of our own, and write down what happened."""
    parser = argparse.ArgumentParser(prog='make attack')
    parser.add_argument('url', nargs='?', help='a demonstration that runs already; else one is started and stopped')
    parser.add_argument('--log', type=Path, help='the file that takes its log')
    parser.add_argument('--pid', type=int, help='its process')
    asked = parser.parse_args()
    if asked.url and not (asked.log and asked.pid):
        parser.error('a server that runs already needs --log and --pid')
    if asked.url:
        attack = Attack(Server(asked.url.rstrip('/'), asked.log), asked.pid)
        asyncio.run(attacked(attack))
    else:
        with demonstration() as (server, pid):
            attack = Attack(server, pid)
            asyncio.run(attacked(attack))
    (ROOT / 'docs' / 'attack.md').write_text(written(attack.checks, now()), 'utf-8')
    broken = [check.what for check in attack.checks if not check.held]
    print(f'{len(attack.checks)} checks, {len(broken)} got through: docs/attack.md')
    sys.exit(bool(broken))


if __name__ == '__main__':
    main()
