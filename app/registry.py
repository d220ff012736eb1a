"""Things that register themselves: importing a package's modules fills its registry, so an addition is one new file."""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from app.fields.base import FieldType

T = TypeVar('T')


class Registry(Generic[T]):
    """One instance of each registered class, by its ``key``. The package is scanned at the first question."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._items: dict[str, T] = {}
        self._is_scanned = False

    def register(self, cls: type) -> type:
        """Class decorator. Raises ValueError when two classes claim the same key."""
        if cls.key in self._items:  # type: ignore[attr-defined]
            raise ValueError(f'{self._package}: two things are called {cls.key!r}')  # type: ignore[attr-defined]
        self._items[cls.key] = cls()  # type: ignore[attr-defined]
        return cls

    def all(self) -> dict[str, T]:
        """Return everything that is registered."""
        if not self._is_scanned:
            for module in iter_modules(import_module(self._package).__path__):
                import_module(f'{self._package}.{module.name}')
            self._is_scanned = True
        return self._items

    def get(self, key: str) -> T | None:
        """Return the thing of this key, or None."""
        return self.all().get(key)

    def __getitem__(self, key: str) -> T:
        return self.all()[key]


FIELDS: 'Registry[FieldType]' = Registry('app.fields')
"""The types of questions."""
