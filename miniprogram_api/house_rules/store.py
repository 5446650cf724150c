"""Where the documents of the house lie, and which of them are in force."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from miniprogram_api.house_rules.document import DecisionUse, Document, DocumentKind, Head
from miniprogram_api.storage import house_rule_keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def _indexes(document: Document) -> dict[str, Key]:
    entries = {"gsi1": house_rule_keys.house_document_in_time(document.estate_id, document.drafted.at, document.id)}
    if document.number is not None:
        entries["gsi2"] = house_rule_keys.house_document_adopted(document.estate_id, document.kind, document.number)
    return entries


DOCUMENT = Kind(
    "house_document",
    Document,
    lambda document: house_rule_keys.house_document(document.estate_id, document.id),
    _indexes,
)
HEAD = Kind("house_rules_head", Head, lambda head: house_rule_keys.house_rules_head(head.estate_id, head.kind))
DECISION_USE = Kind(
    "house_rules_decision",
    DecisionUse,
    lambda use: house_rule_keys.house_rules_decision(use.estate_id, use.decision_id),
)


class HouseRuleStore:
    """The documents of all estates."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_document(self, estate_id: str, document_id: str) -> Document | None:
        """Return a document of the estate, or None."""
        return self._table.find(DOCUMENT, house_rule_keys.house_document(estate_id, document_id))

    def find_head(self, estate_id: str, kind: DocumentKind) -> Head | None:
        """Return which version of a kind is in force, or None."""
        return self._table.find(HEAD, house_rule_keys.house_rules_head(estate_id, kind))

    def find_decision_use(self, estate_id: str, decision_id: str) -> DecisionUse | None:
        """Return which document a decision adopted, or None."""
        return self._table.find(DECISION_USE, house_rule_keys.house_rules_decision(estate_id, decision_id))

    def list_documents(self, estate_id: str, limit: int, cursor: str | None) -> Page[Document]:
        """List every document of an estate, newest first."""
        pk = house_rule_keys.house_document_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(DOCUMENT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_adopted(self, estate_id: str, limit: int, cursor: str | None) -> Page[Document]:
        """List the adopted versions of an estate, kind by kind, newest first."""
        pk = house_rule_keys.house_document_adopted(estate_id, "", 0).pk
        return self._table.page(DOCUMENT, pk, index="gsi2", limit=limit, cursor=cursor, newest_first=True)
