"""What all parts of the API have in common: where they lie, how they refuse, and the names of their operations."""

from fastapi import APIRouter

from pages.api.description import REFUSALS

BELOW = '/api/v1'


def below(prefix: str = '', *tags: str) -> APIRouter:
    """Return a router for one part, with whole addresses: a router inside another is looked through twice."""
    return APIRouter(
        prefix=BELOW + prefix, tags=list(tags), responses=REFUSALS, generate_unique_id_function=lambda route: route.name
    )
