"""Receipts as other rooms write them: part of the act that takes or gives back the money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of
from miniprogram_api.receipts.rules import (
    Counter,
    GivenBack,
    NumberTaken,
    Receipt,
    ReceiptChanged,
    ReceiptDraft,
    ReceiptUnknown,
    parse_receipt_id,
    with_money_back,
)
from miniprogram_api.receipts.store import COUNTER, RECEIPT, ReceiptStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from miniprogram_api.storage.transaction import Transaction


class Receipts:
    """The receipts of all companies."""

    def __init__(self, store: ReceiptStore) -> None:
        self._store = store

    def get_receipt(self, receipt_id: str) -> Receipt:
        """Return a receipt, or raise ReceiptUnknown."""
        receipt = self._store.find_receipt(*parse_receipt_id(receipt_id))
        if receipt is None:
            raise ReceiptUnknown
        return receipt

    def issue(self, act: Transaction, drafts: Sequence[ReceiptDraft]) -> list[Receipt]:
        """Make receipts under the company's next numbers part of an act; all drafts are of one company.

        The number moves in the very act that takes the money, so there is neither a gap nor a repeat.

        Raises:
            NumberTaken: when the act is committed, if another act took the number; build the act anew.
        """
        if not drafts:
            return []
        (company_id,) = {draft.company_id for draft in drafts}
        year = date_of(act.at).year
        before = self._store.find_counter(company_id, year)
        last = 0 if before is None else before.last
        made = [Receipt(year, last + at, draft, act.at, act.by) for at, draft in enumerate(drafts, start=1)]
        if before is None:
            act.add(COUNTER, Counter(company_id, year, len(made)), otherwise=NumberTaken)
        else:
            after = Counter(company_id, year, last + len(made), before.version)
            act.change(COUNTER, before, after, otherwise=NumberTaken)
        for receipt in made:
            act.add(RECEIPT, receipt, otherwise=NumberTaken)
        return made

    def give_back(self, act: Transaction, receipt: Receipt, back: GivenBack) -> Receipt:
        """Note on a receipt, as part of an act, that money of it goes back; without a rest it is void.

        Raises:
            ReceiptChanged: at once or when the act is committed, if the receipt no longer allows it.
        """
        return act.change(RECEIPT, receipt, with_money_back(receipt, back, act.by), otherwise=ReceiptChanged)
