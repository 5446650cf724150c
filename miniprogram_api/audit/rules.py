"""What one change of one stored thing looks like in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_TRAILED = frozenset({"allowance", "audit", "message", "scan", "sign_in", "wechat_token"})
"""Kinds that are trails themselves, hold nothing anybody decides, or must be forgotten after a while."""

_MECHANICAL = frozenset({"version"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``fields`` maps each changed field to [old, new]; personal data stays sealed in it."""

    pk: str
    sk: str
    kind: str
    verb: str
    by: str
    at: datetime
    event_id: str
    fields: dict[str, list[Any]]
    version: int = 0


def changed_fields(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, list[Any]]:
    """Return field -> [old, new] of what differs; None stands for absent."""
    old, new = before or {}, after or {}
    names = sorted((old.keys() | new.keys()) - _MECHANICAL)
    return {name: [old.get(name), new.get(name)] for name in names if old.get(name) != new.get(name)}
