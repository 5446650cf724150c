"""What one change of one stored thing looks like in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_TRAILED = frozenset(
    {
        "allowance",
        "assembly_letters",
        "audit",
        "ballot_figure",
        "bulletin_line",
        "counted_contact",
        "counted_head",
        "counted_room",
        "invitation",
        "job_link",
        "message",
        "openid",
        "phone",
        "photo_trace",
        "roll_call",
        "scan",
        "sign_in",
        "sweep_progress",
        "wechat_token",
    }
)
"""Kinds that are trails themselves, hold nothing anybody decides, or must be forgotten after a while."""

PERSONAL: dict[str, frozenset[str]] = {
    "assembly_attendance": frozenset({"represented_by"}),
    "consultation": frozenset({"title", "text", "proposer_name"}),
    "consultation_line": frozenset({"by_name"}),
    "consultation_word": frozenset({"text", "by_name"}),
    "elector": frozenset({"phone_indexes", "names_index"}),
    "account": frozenset({"openid", "phone", "phone_index", "phone_masked", "name", "display_name"}),
    "post": frozenset({"name", "phone", "phone_index", "phone_masked", "about"}),
    "committee": frozenset({"seal_keeper"}),
    "room": frozenset({"owner_name", "owner_phone", "owner_phone_indexes"}),
    "occupancy": frozenset({"name", "name_masked", "phone", "phone_masked"}),
    "grant": frozenset({"display_name"}),
    "breach": frozenset({"seat", "fact", "history"}),
    "conduct_case": frozenset({"seat", "fact", "history"}),
    "work_order": frozenset({"contact", "contact_masked", "caller_name", "caller_masked"}),
}
"""Kind -> fields about a person: that they changed is kept, what they held is not; a person can be forgotten."""

WITHHELD = "***"

_MECHANICAL = frozenset({"version"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``fields`` maps each changed field to [old, new]; of personal fields only that they changed."""

    pk: str
    sk: str
    kind: str
    verb: str
    by: str
    at: datetime
    event_id: str
    fields: dict[str, list[Any]]
    version: int = 0


def changed_fields(
    kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> dict[str, list[Any]]:
    """Return field -> [old, new] of what differs; None stands for absent, and personal values are withheld."""
    old, new = before or {}, after or {}
    personal = PERSONAL.get(kind, frozenset())
    names = sorted((old.keys() | new.keys()) - _MECHANICAL)
    return {
        name: _told(name in personal, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    }


def _told(is_personal: bool, old: Any, new: Any) -> list[Any]:
    if not is_personal:
        return [old, new]
    return [None if value is None else WITHHELD for value in (old, new)]
