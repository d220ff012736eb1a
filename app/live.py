"""Tells open screens that something changed. A signal carries a topic only: who hears it asks the database."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

from app.log import incident

GAP = 0.2
"""Seconds in which signals of a burst become one call."""

Listener = Callable[[frozenset[str]], Awaitable[None]]
_listening: dict[str, set['Ear']] = defaultdict(set)


class Ear:
    """One listener with the topics that changed since it was last called."""

    def __init__(self, topics: Iterable[str], listener: Listener) -> None:
        self.topics = frozenset(topics)
        self.listener = listener
        self._changed: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        for topic in self.topics:
            _listening[topic].add(self)

    def hear(self, topic: str) -> None:
        """Note a change; the listener is called soon, once for all changes of a burst and never twice at a time."""
        self._changed.add(topic)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        try:
            while self._changed:
                changed, self._changed = frozenset(self._changed), set()
                try:
                    await self.listener(changed)
                except Exception as error:
                    incident(error, 'live')
                await asyncio.sleep(GAP)
        finally:
            self._task = None

    def stop(self) -> None:
        """Hear nothing more. A call that runs is left to end, so a listener may stop itself."""
        self._changed.clear()
        for topic in self.topics:
            _listening[topic].discard(self)
            if not _listening[topic]:
                del _listening[topic]


def listen(topics: Iterable[str], listener: Listener) -> Ear:
    """Call an async ``listener(changed_topics)`` after changes until ``stop()`` of what is returned."""
    return Ear(topics, listener)


def signal(*topics: str) -> None:
    """Say that something changed, after the commit. ``dossier:ID`` and ``queue:UNIT_ID`` are the usual topics."""
    for topic in topics:
        for ear in tuple(_listening.get(topic, ())):
            ear.hear(topic)


async def subscribe(topics: Iterable[str]) -> AsyncGenerator[frozenset[str], None]:
    """Yield the topics that changed since the last turn; ends listening when the loop over it is closed."""
    queue: asyncio.Queue[frozenset[str]] = asyncio.Queue()
    ear = listen(topics, queue.put)
    try:
        while True:
            changed = await queue.get()
            while not queue.empty():
                changed |= queue.get_nowait()
            yield changed
    finally:
        ear.stop()


def listeners() -> int:
    """Return how many are listening, for the health page and tests."""
    return len({ear for ears in _listening.values() for ear in ears})
