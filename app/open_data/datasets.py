"""The registry of datasets: what each is called, which columns it has, and who reads its rows."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool | None | list[str]
Row = Sequence[Value]
Kind = Literal['string', 'integer', 'number', 'boolean', 'date', 'array']
"""Types of the Table Schema; a date is written ``2026-11-22``, an array stands in CSV as JSON. Source: Frictionless Table Schema 1."""


@dataclass(frozen=True)
class Column:
    """One column. ``words``: key of ``app/locale`` that says what it means."""

    name: str
    kind: Kind
    words: str
    required: bool = False


async def one_file() -> tuple[str, ...]:
    """Return the only part of a dataset that is not cut."""
    return ('',)


@dataclass(frozen=True)
class Dataset:
    """What is given away under one address."""

    key: str
    """Stands in the addresses for good: ``/du-lieu-mo/<key>.csv``, or ``/du-lieu-mo/<key>/<part>.csv`` of a dataset in parts."""
    words: str
    """Key of its title in ``app/locale``; ``<words>_about`` says what it holds."""
    columns: tuple[Column, ...]
    primary: tuple[str, ...]
    """Columns that together name a row; none where a row sums up what may not be told apart."""
    rows: Callable[[str], Awaitable[Sequence[Row]]]
    """Reads the rows of a part, in an order that does not change by itself; opens its own ``read()``."""
    parts: Callable[[], Awaitable[Sequence[str]]] = one_file
    """Tells the parts: months ``2026-11``, years ``2026``."""

    @property
    def is_whole(self) -> bool:
        """It is one file."""
        return self.parts is one_file


DATASETS: dict[str, Dataset] = {}


def register(dataset: Dataset) -> Dataset:
    """Offer a dataset. A key is given once."""
    known = DATASETS.setdefault(dataset.key, dataset)
    if known is not dataset:
        raise ValueError(f'two datasets are called {dataset.key}')
    return dataset
