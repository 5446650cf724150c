"""What every write of the registers has in common: done once however often asked, and never over somebody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from miniprogram_api.estates.rules import AlreadyThere, ChangedMeanwhile

if TYPE_CHECKING:
    from collections.abc import Callable

    from miniprogram_api.storage.transaction import Transaction

E = TypeVar("E")


def commit_new(
    commit: Callable[[Transaction], None], act: Transaction, find: Callable[[], E | None], made: E, *chance: str
) -> E:
    """Commit an act that adds ``made``; when it is there from the same input already, return that.

    ``chance`` names the fields that differ between two tries of the same act.

    Raises:
        AlreadyThere: it is there from another input.
    """
    try:
        commit(act)
    except AlreadyThere:
        there: Any = find()
        if there is None or replace(there, **{name: getattr(made, name) for name in chance}) != made:
            raise
        found: E = there
        return found
    return made


def seen(thing: E, version: int) -> E:
    """Return the thing if it is still as the editor saw it.

    Raises:
        ChangedMeanwhile: its version has moved on.
    """
    kept: Any = thing
    if kept.version != version:
        raise ChangedMeanwhile
    return thing
