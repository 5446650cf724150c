"""Receipts on paper, as often as somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from miniprogram_api.receipts.printed import printed

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.receipts.printed import PrintedReceipt
    from miniprogram_api.receipts.service import Receipts


class Press(Protocol):
    """Draws what is printed; PaperUnprintable when the font lacks a character."""

    def receipt_png(self, receipt: PrintedReceipt) -> bytes:
        """Return a receipt as a picture."""
        ...

    def receipt_pdf(self, receipt: PrintedReceipt) -> bytes:
        """Return a receipt as a page of A5."""
        ...


class ReceiptPrinting:
    """Prints receipts; nothing is written, so any number of prints is the same receipt."""

    def __init__(self, receipts: Receipts, estates: Estates, press: Press, public_url: str) -> None:
        self._receipts = receipts
        self._estates = estates
        self._press = press
        self._public_url = public_url

    def picture(self, principal: Principal, territory: Territory, receipt_id: str, now: datetime) -> bytes:
        """Return a receipt as PNG; see ``access_receipt_by_id`` for who may, PaperUnprintable for what cannot."""
        return self._press.receipt_png(self._printed(principal, territory, receipt_id, now))

    def page(self, principal: Principal, territory: Territory, receipt_id: str, now: datetime) -> bytes:
        """Return a receipt as PDF, as ``picture`` does."""
        return self._press.receipt_pdf(self._printed(principal, territory, receipt_id, now))

    def _printed(self, principal: Principal, territory: Territory, receipt_id: str, now: datetime) -> PrintedReceipt:
        receipt = self._receipts.access_receipt_by_id(principal, territory, receipt_id)
        company = self._estates.get_company(receipt.draft.company_id)
        return printed(receipt, company.name, self._public_url, now)
