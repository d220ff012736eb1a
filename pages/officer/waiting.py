"""While something is counted that takes seconds, the screen says so and stays usable."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from app.i18n import Words
from components.markup import markup, show

T = TypeVar('T')
PATIENCE = 0.6
"""Seconds after which it is said: what is there at once does not flicker."""


async def counted(work: Coroutine[Any, Any, T], t: Words) -> T:
    """Return what some work gives; meanwhile say that it is being counted. Whoever leaves the screen ends it."""
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done:
            return task.result()
        text = markup(
            '<div class="mc-notice is-info" role="status"><p id="dang-dem">{text}</p>'
            '<progress class="mc-progress" aria-labelledby="dang-dem"></progress></div>',
            text=t('reports.counting'),
        )
        box = show(text)
        try:
            return await task
        finally:
            box.delete()
    finally:
        task.cancel()
