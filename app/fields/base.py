"""What every type of question answers for."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from app.errors import Problem
from app.i18n import Words
from app.procedures.schema import FormField

ControlKind = Literal[
    'text', 'textarea', 'number', 'date', 'radio', 'select', 'checkbox', 'checkboxes', 'address', 'repeat'
]


@dataclass(frozen=True)
class Control:
    """A control as plain data: both renderers (NiceGUI and plain HTML) draw it from this."""

    kind: ControlKind
    inputmode: str | None = None
    autocomplete: str | None = None
    mask: str | None = None
    maxlength: int | None = None
    width: Literal['short', 'medium', 'full'] = 'full'
    options: tuple[tuple[str, str], ...] = ()
    """(value, label in the asked language)"""
    suffix: str | None = None
    hint_key: str | None = None
    """A key of app/locale with an example of how to write the answer."""


@dataclass(frozen=True)
class Example:
    """Raw input and what must come of it; tests run each."""

    raw: Any
    value: Any = None
    problem: str | None = None
    field: dict[str, Any] = field(default_factory=dict)
    """Attributes that the FormField of this example has besides id, type and label."""


class FieldType(Protocol):
    """One type of question. Stateless; registered by the module's ``@register``."""

    key: ClassVar[str]
    sensitive: ClassVar[bool]
    """True: the stored value is sealed, masked on screen, never in mail or logs."""
    EXAMPLES: ClassVar[tuple[Example, ...]]

    def control(self, field: FormField, t: Words) -> Control:
        """Describe the control."""

    def parse(self, field: FormField, raw: Any) -> Any:
        """Turn whatever a browser sent into the stored JSON value; None for an empty answer.

        Raises:
            Invalid: ``{field.id: Problem}``; inside a group also ``field.id[0].inner``.
        """

    def check(self, field: FormField, value: Any, answers: dict[str, Any]) -> Problem | None:
        """Return what is wrong with a parsed, non-empty value, or None."""

    def format(self, field: FormField, value: Any, t: Words) -> str:
        """Return the value as a person reads it."""
