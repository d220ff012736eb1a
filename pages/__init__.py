"""Everything that has an address: plain routes (``router``) and screens of the application (``ROUTES``).

Each module of this package may export

- ``router``: a FastAPI router of plain pages, forms and files;
- ``ROUTES``: a list of ``pages.shell.Route``, screens of the single-page application;
- ``BODY_LIMITS``: ``{'/path': bytes}`` for addresses that take more than a megabyte.

``collect`` finds them, so that a new screen is one new file.
"""

from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import TYPE_CHECKING

from fastapi import APIRouter

if TYPE_CHECKING:
    from pages.shell import Route


@dataclass
class Addresses:
    """All that the modules of ``pages`` export."""

    routers: list[APIRouter] = field(default_factory=list)
    routes: list['Route'] = field(default_factory=list)
    body_limits: dict[str, int] = field(default_factory=dict)

    def add(self, module: ModuleType) -> None:
        """Take what a module exports. What a package passes on from its own modules is taken once."""
        router = getattr(module, 'router', None)
        if isinstance(router, APIRouter) and router not in self.routers:
            self.routers.append(router)
        self.routes += [route for route in getattr(module, 'ROUTES', ()) if route not in self.routes]
        self.body_limits |= getattr(module, 'BODY_LIMITS', {})


def collect() -> Addresses:
    """Import every module of this package, in the order of their names, and gather what they export."""
    found = Addresses()
    for info in walk_packages(__path__, f'{__name__}.'):
        found.add(import_module(info.name))
    return found
