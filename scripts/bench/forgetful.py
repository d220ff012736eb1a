"""The service itself, which lets go of live pages five seconds after their people have left, and not after five minutes.

Whether memory stays flat over waves of visitors is seen in two minutes instead of an hour: nothing else differs.
"""

import gc
import threading
import time

from app.cli import cli
from pages import shell

KEPT = 5.0
"""Seconds for which a page outlives its connection, and between two collections of what was let go."""


def collect() -> None:
    """Collect again and again, as the service does every minute."""
    while True:
        time.sleep(KEPT)
        gc.collect()


if __name__ == '__main__':
    import main  # noqa: F401  adds the command that serves

    shell.RECONNECT = KEPT
    threading.Thread(target=collect, daemon=True).start()
    cli()
