"""Orders of a vendor from its Excel table: all rows are checked before the first is entered (FEE-10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.wallets.credit import OrderEnteredBefore, OrderRefused
from miniprogram_api.wallets.order_sheet import Finding, SheetMissing, read_orders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.wallets.service.credits import Credits


class SheetRead(Protocol):
    """One sheet of a workbook."""

    @property
    def rows(self) -> list[tuple[int, list[object]]]:
        """Its rows that hold anything, with their numbers."""
        ...


class Workbooks(Protocol):
    """Reads Excel files."""

    def read(self, data: bytes) -> Sequence[SheetRead]:
        """Return the sheets of a workbook, or say why it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: how many orders earned a credit now, how many had before, what is wrong with which row."""

    entered: int
    there: int
    findings: tuple[Finding, ...]


class CreditImports:
    """Enters the orders of whole tables."""

    def __init__(self, credit_desk: Credits, estates: Estates, workbooks: Workbooks) -> None:
        self._credits = credit_desk
        self._estates = estates
        self._workbooks = workbooks

    def enter(self, principal: Principal, estate_id: str, vendor_id: str, data: bytes, now: datetime) -> Imported:
        """Enter the orders of a file; a table that cannot be read in full enters nothing.

        The vendor and the order are a credit's identity, so the same file again finds everything there.

        Raises:
            WorkbookUnreadable, WorkbookOld, WorkbookTooLarge, SheetMissing, SheetTooLong: the file is not taken.
            VendorUnknown, VendorOver: there is no such vendor, or no more.
        """
        sheets = self._workbooks.read(data)
        if not sheets:
            raise SheetMissing
        vendor = self._credits.get_open_vendor(estate_id, vendor_id)
        rooms = {re.sub(r"\s", "", room.label): room.id for room in self._estates.list_all_rooms(estate_id)}
        read = read_orders(sheets[0].rows, rooms)
        if read.findings:
            return Imported(0, 0, read.findings)
        entered, findings = 0, []
        for row, order in read.orders:
            try:
                _, new = self._credits.enter_order(principal, vendor, order, now)
            except (OrderRefused, OrderEnteredBefore) as problem:
                findings.append(Finding(row, problem.message))
            else:
                entered += new
        return Imported(entered, len(read.orders) - len(findings) - entered, tuple(findings))
