"""Callbacks of components: plain functions or coroutines, run inside the element's place on the page."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import context

Callback = Callable[..., Awaitable[Any] | Any]


async def call(callback: Callback | None, *args: Any) -> Any:
    """Run a callback and wait for it if it is a coroutine.

    The place is held meanwhile: NiceGUI refers to it weakly, and a callback may take away the very part of the page
    that its button stood in ("back to the list") and then still have something to say to the page.
    """
    if callback is None:
        return None
    try:
        place = context.slot.parent
    except RuntimeError:
        return None  # the part of the page was drawn anew before the press was heard: what was pressed is no more
    with place:
        result = callback(*args)
        return await result if inspect.isawaitable(result) else result


def pair(args: Any) -> tuple[Any, int]:
    """Read ``[value, number]`` from an event. Whatever else a browser sends counts as an unnumbered value."""
    if isinstance(args, list) and len(args) == 2 and isinstance(args[1], int) and not isinstance(args[1], bool):
        return args[0], args[1]
    return args, 0
