"""What a unit is called in the reader's language."""

from typing import Protocol

from app.i18n import LANGUAGES


class Named(Protocol):
    """A unit, or its card."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str | None: ...


def name_of(unit: Named, lang: str) -> str:
    """Return the name in a language; Vietnamese stands in where there is no other."""
    return (unit.name_en if lang != LANGUAGES[0] else None) or unit.name
