"""What follows from a write, read from the table's stream: the trail, notices to people, projections of rooms."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from miniprogram_api.storage.kinds import Kind
from miniprogram_api.storage.stream import Written, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from miniprogram_api.kernel.notice import Notice


class Followers:
    """Follows each write; every part may run any number of times for one write.

    ``notices`` names for a kind the rule ``room.notices:function`` that says who must be told; ``projections`` holds
    for a kind the ``attribute.method`` that derives something from it (``publish(before, after, at)``), found by
    ``method``. ``alarms`` names for a kind the rule that says whether whoever runs the stage must be called too, and
    ``call_a_person`` calls them.
    """

    def __init__(
        self,
        keep_trail: Callable[[Written], None],
        tell: Callable[[Notice, datetime], int],
        notices: Mapping[str, str],
        projections: Mapping[str, str],
        method: Callable[[str], Callable[[Any, Any, datetime], None]],
        alarms: Mapping[str, str],
        call_a_person: Callable[[str], None],
    ) -> None:
        self._keep_trail = keep_trail
        self._tell = tell
        self._notices = notices
        self._projections = projections
        self._method = method
        self._alarms = alarms
        self._call_a_person = call_a_person

    def follow(self, record: Mapping[str, Any]) -> None:
        """Do everything that follows from one stream record."""
        written = read_record(record)
        self._keep_trail(written)
        if written.kind in self._notices:
            self._tell_people(written, self._notices[written.kind])
        if written.kind in self._alarms:
            self._call_if_needed(written, self._alarms[written.kind])
        if written.kind in self._projections:
            project = self._method(self._projections[written.kind])
            project(*_entities(written, project.__module__), written.at)

    def _call_if_needed(self, written: Written, rule: str) -> None:
        if written.after is None:
            return
        module, _, name = rule.partition(":")
        if getattr(import_module(module), name)(*_entities(written, module)):
            self._call_a_person(written.kind)

    def _tell_people(self, written: Written, rule: str) -> None:
        if written.after is None:
            return
        module, _, name = rule.partition(":")
        before, after = _entities(written, module)
        for notice in getattr(import_module(module), name)(before, after):
            self._tell(notice, written.at)


def _entities(written: Written, module: str) -> tuple[Any, Any]:
    """Return the thing before and after, in the form of the room that the module belongs to, however deep it lies."""
    room = ".".join(module.split(".")[:2])
    kind = stored_kind(f"{room}.store", written.kind)
    before = None if written.before is None else kind.entity_of(written.before)
    after = None if written.after is None else kind.entity_of(written.after)
    return before, after


def stored_kind(store: str, name: str) -> Kind[Any]:
    """Return the kind of that name that a room's store declares; KeyError is a fault of the room."""
    for value in vars(import_module(store)).values():
        if isinstance(value, Kind) and value.name == name:
            return value
    raise KeyError(f"{store} stores no {name}")
