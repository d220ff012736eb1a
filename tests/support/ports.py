"""Ports for servers that run in processes of their own."""

import os
import secrets
import socket
from contextlib import suppress
from itertools import count

FIRST, BEHIND = 12_000, 32_000
"""Below those that a system gives out by itself: seconds pass until the server listens, and whoever asked for any port had it."""
SHARES = 20
_next = count(secrets.randbelow(BEHIND))


def free_port() -> int:
    """Return a port that nobody listens on. Each of several processes of tests has its own, and gives none twice in a row."""
    share = int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw')) % SHARES
    mine = range(FIRST + share, BEHIND, SHARES)
    for _ in mine:
        with suppress(OSError), socket.socket() as probe:
            probe.bind(('127.0.0.1', mine[next(_next) % len(mine)]))
            return int(probe.getsockname()[1])
    raise OSError('no port is free')
