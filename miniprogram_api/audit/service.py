"""Keep the trail, and show it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from miniprogram_api.audit.rules import NOT_TRAILED, Change, changed_fields
from miniprogram_api.audit.store import CHANGE, Trail
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.kinds import Key
    from miniprogram_api.storage.stream import Written


class _AlreadyKept(Conflict):
    """The stream delivered this change before."""


class Audit:
    """Who changed what."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail

    def keep(self, written: Written) -> None:
        """Add one change from the table's stream to the trail; delivered again, it stays one."""
        fields = changed_fields(written.kind, written.before, written.after)
        if written.kind in NOT_TRAILED or not fields:
            return
        change = Change(
            pk=written.key.pk,
            sk=written.key.sk,
            kind=written.kind,
            verb=written.verb,
            by=written.by,
            at=written.at,
            event_id=written.event_id,
            fields=fields,
        )
        act = Transaction("system", "keep_trail", written.at)
        act.add(CHANGE, change, otherwise=_AlreadyKept)
        with suppress(_AlreadyKept):
            self._trail.commit(act)

    def history(self, thing: Key, limit: int, cursor: str | None) -> Page[Change]:
        """List the changes of one thing, newest first; whoever shows it has checked who may see."""
        return self._trail.list_newest(thing, limit, cursor)
