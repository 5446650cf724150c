"""Every key string of the house rules; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import datetime


def house_document(estate_id: str, document_id: str) -> Key:
    """One document of an estate, whatever its state."""
    return Key(f"ESTATE#{estate_id}#HOUSE_RULES", f"DOCUMENT#{document_id}")


def house_rules_head(estate_id: str, kind: str) -> Key:
    """Which version of a kind is in force, and which number it has: what two adoptions at once meet on."""
    return Key(f"ESTATE#{estate_id}#HOUSE_RULES", f"IN_FORCE#{kind}")


def house_rules_decision(estate_id: str, decision_id: str) -> Key:
    """Guard: one decision of the owners adopts one text."""
    return Key(f"ESTATE#{estate_id}#HOUSE_RULES", f"DECISION#{decision_id}")


def house_document_in_time(estate_id: str, at: datetime, document_id: str) -> Key:
    """The documents of an estate, drafts too, in the order they were drafted."""
    return Key(f"ESTATE#{estate_id}#HOUSE_RULES_IN_TIME", f"{instant(at)}#{document_id}")


def house_document_adopted(estate_id: str, kind: str, number: int) -> Key:
    """The adopted versions of an estate, kind by kind in the order of their numbers."""
    return Key(f"ESTATE#{estate_id}#HOUSE_RULES_ADOPTED", f"{kind}#{number:04d}")
