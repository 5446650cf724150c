"""What libraries name when they are imported and the API never asks: stand-ins take its place and are gone afterwards.

Zappa's deploying half names boto3 in its signatures; Flask names Jinja's classes to build templates on, and its command
line. Loading them would be a fifth of a cold start (docs/performance.md). Here nothing renders a template, starts a
command line or deploys: asking a stand-in for more than its name fails at once.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

NEVER_ASKED = ("boto3", "jinja2", "jinja2.loaders", "click", "flask.cli")


class _Named(ModuleType):
    """A module in which every name is an empty class."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []  # so that a module inside it can be named too

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        setattr(self, name, type(name, (), {}))
        return self.__dict__[name]


@contextmanager
def stand_ins(*names: str) -> Iterator[None]:
    """Let what is imported inside find stand-ins; whoever imports these modules later gets the real ones."""
    placed = [name for name in names if name not in sys.modules]
    for name in placed:
        sys.modules[name] = _Named(name)
    try:
        yield
    finally:
        for name in placed:
            del sys.modules[name]
