"""Answers and a loaded catalogue for tests."""

from functools import cache
from random import Random
from typing import Any

from app.demo import answers
from app.procedures.load import load_catalogue
from app.procedures.schema import ProcedureSpec


@cache
def catalogue() -> dict[str, ProcedureSpec]:
    """Return the project's catalogue by id, loaded once."""
    return {spec.id: spec for spec in load_catalogue()}


def plausible(spec: ProcedureSpec, seed: int = 0) -> dict[str, Any]:
    """Return answers that pass every check but missing documents; the same for the same seed."""
    return answers.plausible(spec, Random(seed))
