"""Payments, counted again: bills, orders and refunds against the postings, and the numbers of receipts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infra.proving import Differences, Proven, yuan
from infra.proving_books import legs_of

if TYPE_CHECKING:
    from infra.proving import Item

OWNER_OF_BILL = {
    "service": "company_fees",
    "parking": "parking_gross",
    "utility": "passed_on",
    "fund": "maintenance",
    "other": "company_fees",
}
"""Whose money a payment of such a bill becomes (docs/money.md), written down here once more."""

OF_PAYMENTS = frozenset({"payment", "offline", "offset", "refund", "suspense"})
"""Kinds of postings that move what stands on bills; what people book by hand has others."""

SET_ASIDE = "aside:"
"""An approved refund leaves its bills under its own number, and the ledger under this name of it."""


@dataclass
class Payments:
    """Whatever was paid on a bill, and every payment and refund of WeChat's, is posted: once, and to the fen."""

    paid_bills: int = 0
    payments: int = 0
    orders: int = 0
    refunds: int = 0
    differences: Differences = field(default_factory=Differences)
    credits_back: dict[tuple[str, ...], int] = field(default_factory=dict)

    def take(self, item: Item) -> None:
        """Add what one item says to its side."""
        body = item.body
        match item.kind:
            case "posting":
                self._posted(body)
            case "bill":
                self._bill(body)
            case "payment_order" if body["state"] == "paid":
                self.orders += 1
                self.differences.add(body["estate_id"], body["out_trade_no"], "wechat", fen=-body["paid_fen"])
            case "refund" if body["state"] == "succeeded":
                self.refunds += 1
                self.differences.add(body["estate_id"], body["id"], "wechat", fen=body["fen"])
            case "payment_anomaly" if (body["kind"], body["book"]) == ("unknown_order", body["company_id"]):
                self.orders += 1
                self.differences.add(body["book"], f"stray:{body['transaction_id']}", "wechat", fen=-body["fen"])

    def _posted(self, body: dict[str, Any]) -> None:
        if body["entry"]["kind"] not in OF_PAYMENTS:
            return
        source = body["entry"]["source"].removeprefix(SET_ASIDE)
        for account, fen in legs_of(body):
            if account == "wechat" or account.partition(":")[0] in OWNER_OF_BILL.values():
                self.differences.add(body["book"], source, account, fen=fen)

    def _bill(self, body: dict[str, Any]) -> None:
        account = OWNER_OF_BILL[body["kind"]]
        if account == "maintenance":
            account = f"{account}:{body['building_id']}/{body['room_id']}"
        payments = body.get("payments", [])
        for one in payments:
            key, fen = (body["estate_id"], one["ref"], account), one["fen"] + one["late_fee_fen"]
            self.differences.add(*key, fen=fen)
            if one["means"] == "credit" and fen < 0:
                self.credits_back[key] = fen
        self.payments += len(payments)
        due = sum(line["fen"] for line in body["lines"]) - sum(one["fen"] for one in body.get("reductions", []))
        self.paid_bills += bool(payments) and sum(one["fen"] for one in payments) >= due

    def proven(self) -> Proven:
        """Say what differs."""
        # A company's own credit that comes back after its day moves no money of anybody's, and has no posting.
        open_ = {key: fen for key, fen in self.differences.open.items() if self.credits_back.get(key) != fen}
        faults = [
            f"{ref} in book {book}: {yuan(fen)} on {account} between what was paid and what is posted"
            for (book, ref, account), fen in sorted(open_.items())
        ]
        return Proven(
            f"{self.paid_bills} paid bills with {self.payments} payments on bills, {self.orders} payments and "
            f"{self.refunds} refunds through WeChat have their postings, to the fen",
            faults,
        )


@dataclass
class Receipts:
    """The receipts of a company and year are numbered from 1 to what its counter says: no gap, no repeat."""

    numbers: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    counters: dict[tuple[str, int], int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def take(self, item: Item) -> None:
        """Keep a number, or where a counter stands."""
        if item.kind == "receipt":
            series = (item.body["draft"]["company_id"], item.body["year"])
            self.numbers[series].append(item.body["number"])
            if not item.pk.startswith(f"COMPANY#{series[0]}#") or int(item.sk.partition("#")[2]) != item.body["number"]:
                self.faults.append(f"receipt {item.body['number']} of {series} lies at {item.pk} {item.sk}")
        elif item.kind == "receipt_counter":
            self.counters[item.body["company_id"], item.body["year"]] = item.body["last"]

    def proven(self) -> Proven:
        """Look for gaps and repeats."""
        faults = list(self.faults)
        for company, year in sorted({*self.numbers, *self.counters}):
            given, last = self.numbers[company, year], self.counters.get((company, year), 0)
            there = set(given)
            missing = [number for number in range(1, last + 1) if number not in there]
            if missing:
                faults.append(f"receipts of {company} in {year}: {len(missing)} missing, the first is {missing[0]}")
            if len(there) < len(given):
                faults.append(f"receipts of {company} in {year}: {len(given) - len(there)} numbers were given twice")
            if beyond := [number for number in there if not 1 <= number <= last]:
                faults.append(f"receipts of {company} in {year}: {min(beyond)} is beyond the counter, at {last}")
        count = sum(map(len, self.numbers.values()))
        return Proven(f"{count} receipts in {len(self.numbers)} series have neither gap nor repeat", faults)
