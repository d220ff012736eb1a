"""Column types and ids shared by all tables; the one place where SQLite and PostgreSQL differ."""

import secrets
from collections.abc import Callable
from datetime import UTC as UTC_ZONE
from datetime import datetime
from enum import Enum, IntEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, SmallInteger
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field


class UTC(TypeDecorator[datetime]):
    """An aware moment. SQLite keeps it as naive UTC (its only sortable form), PostgreSQL as timestamptz."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == 'postgresql'))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError('a moment without time zone cannot be stored')
        moment = value.astimezone(UTC_ZONE)
        return moment if dialect.name == 'postgresql' else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC_ZONE) if value.tzinfo else value.replace(tzinfo=UTC_ZONE)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read SQLite's text at once: the general way takes many times as long, and a screen reads hundreds of moments."""
        return super().result_processor(dialect, coltype) if dialect.name == 'postgresql' else _moment_of


def _moment_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f'{text}+00:00')


Json = JSON().with_variant(JSONB(), 'postgresql')


def new_id() -> str:
    """Return a random id in 22 URL-safe characters, 63/64 of 128 bits: the first is never a hyphen.

    As an argument of a command ``-w3d3...`` would be read as an option.
    """
    while (drawn := secrets.token_urlsafe(16)).startswith('-'):
        pass
    return drawn


def id_column() -> Any:
    """Primary key with a random id."""
    return Field(default_factory=new_id, primary_key=True, max_length=22)


def moment(**options: Any) -> Any:
    """Column for an aware moment; ``nullable=True`` gives it the default None."""
    if options.get('nullable'):
        options.setdefault('default', None)
    return Field(sa_type=UTC, **options)


def json(**options: Any) -> Any:
    """Column for JSON."""
    return Field(sa_type=Json, **options)


def enum(kind: type[Enum], **options: Any) -> Any:
    """Column that stores an enum's *value* as VARCHAR, so that a new member needs no change of the database."""
    column_type = SqlEnum(
        kind,
        native_enum=False,
        length=40,
        values_callable=lambda members: [str(m.value) for m in members],
        create_constraint=False,
    )
    return Field(sa_type=column_type, **options)


class IntEnumType(TypeDecorator[IntEnum]):
    """An enum of numbers, stored as the number that the national portal uses."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: IntEnum | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:
        return None if value is None else self.kind(value)


def int_enum(kind: type[IntEnum], **options: Any) -> Any:
    """Column that stores an enum of numbers."""
    return Field(sa_type=IntEnumType(kind), **options)
