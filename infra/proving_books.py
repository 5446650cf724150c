"""The ledger, counted again: every posting, every month as it was entered and published, everything kept beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infra.proving import Differences, Proven, yuan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.proving import Item

NOT_ENTERED = "open"
"""A month that came back may be changed: it claims nothing until it is entered again."""


def legs_of(body: dict[str, Any]) -> list[tuple[str, int]]:
    """Return account and signed fen of every leg of a posting: plus a debit, minus a credit."""
    return [(leg["account"], leg["fen"]) for leg in body["entry"]["legs"]]


@dataclass
class Postings:
    """Every posting sums to zero and lies where it belongs; in every book debits are credits."""

    count: int = 0
    books: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    faults: list[str] = field(default_factory=list)

    def take(self, item: Item) -> None:
        """Count a posting."""
        if item.kind != "posting":
            return
        self.count += 1
        book, month, name = item.body["book"], item.body["month"], item.body["id"]
        legs = legs_of(item.body)
        if (item.pk, item.sk) != (f"LEDGER#{book}#{month}", f"POSTING#{name}"):
            self.faults.append(f"{name} says it is of {book} in {month} and lies at {item.pk} {item.sk}")
        if len(legs) < 2 or sum(fen for _, fen in legs) != 0:
            self.faults.append(f"{name} of {book} in {month} does not balance: {legs}")
        self.books[book][0] += sum(max(fen, 0) for _, fen in legs)
        self.books[book][1] += sum(max(-fen, 0) for _, fen in legs)

    def proven(self) -> Proven:
        """Say what the books come to."""
        unequal = [
            f"book {book}: debits {yuan(debit)} are not credits {yuan(credit)}"
            for book, (debit, credit) in self.books.items()
            if debit != credit
        ]
        total = yuan(sum(debit for debit, _ in self.books.values()))
        return Proven(
            f"{self.count} postings in {len(self.books)} books sum to zero; debits of {total} yuan are credits",
            [*self.faults, *unequal],
        )


Sums = dict[str, list[int]]
"""Account -> debits and credits."""


@dataclass
class Months:
    """Every month that was entered says what its postings say, and so does every month that was published."""

    moved: dict[str, dict[str, Sums]] = field(default_factory=lambda: defaultdict(dict))
    months: list[dict[str, Any]] = field(default_factory=list)
    publications: list[dict[str, Any]] = field(default_factory=list)

    def take(self, item: Item) -> None:
        """Add a posting up, or keep what a month says."""
        if item.kind == "posting":
            self._add(item.body)
        elif item.kind == "fund_month" and item.body["state"] != NOT_ENTERED:
            self.months.append(item.body)
        elif item.kind == "publication":
            self.publications.append(item.body)

    def _add(self, body: dict[str, Any]) -> None:
        """What a posting moves within one line is neither income nor expense of it: so legs are netted first."""
        net: dict[str, int] = defaultdict(int)
        for account, fen in legs_of(body):
            net[_line(account)] += fen
        sums = self.moved[body["book"]].setdefault(body["month"], {})
        for account, fen in net.items():
            both = sums.setdefault(account, [0, 0])
            both[0] += max(fen, 0)
            both[1] += max(-fen, 0)

    def proven(self) -> Proven:
        """Compare."""
        faults = [fault for month in self.months for fault in self._faults_of_month(month)]
        faults += [fault for one in self.publications for fault in self._faults_of_publication(one)]
        return Proven(
            f"{len(self.months)} months entered and {len(self.publications)} published say what their postings say",
            faults,
        )

    def _recounted(self, book: str, period: str) -> dict[str, tuple[int, int, int]]:
        """Return opening, debits and credits of every account that has any of them."""
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for month, accounts in self.moved[book].items():
            for account, (debit, credit) in accounts.items():
                if month < period:
                    sums[account][0] += debit - credit
                elif month == period:
                    sums[account][1:] = [debit, credit]
        return {account: (one[0], one[1], one[2]) for account, one in sums.items() if any(one)}

    def _faults_of_month(self, body: dict[str, Any]) -> Iterator[str]:
        book, period = body["estate_id"], body["period"]
        counted = self._recounted(book, period)
        said = {line["account"]: (line["opening"], line["debit"], line["credit"]) for line in body["lines"]}
        for account in sorted({*counted, *said}):
            ours, theirs = counted.get(account, (0, 0, 0)), said.get(account, (0, 0, 0))
            if ours != theirs:
                yield f"month {period} of {book}: {account} says {theirs} (opening, debits, credits), counted {ours}"

    def _faults_of_publication(self, body: dict[str, Any]) -> Iterator[str]:
        book, period = body["estate_id"], body["period"]
        counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for account, (opening, debit, credit) in self._recounted(book, period).items():
            # Owners' accounts grow by credits; what was published speaks of money that is there.
            for at, fen in enumerate((-opening, credit, debit)):
                counted[account.partition(":")[0]][at] += fen
        lines: dict[str, int] = defaultdict(int)
        for line in body["lines"]:
            lines[line["purpose"]] += line["fen"]
        for total in body["totals"]:
            purpose, said = total["purpose"], [total["opening"], total["income"], total["expense"]]
            if counted[purpose] != said:
                yield (
                    f"what {book} published of {period}: {purpose} says {said} (opening, income, expense), "
                    f"counted {counted[purpose]}"
                )
            if lines.pop(purpose, 0) != said[1] - said[2]:
                yield f"what {book} published of {period}: the lines of {purpose} do not add up to its total"
        yield from (f"what {book} published of {period}: lines of {purpose} without a total" for purpose in lines)


def _line(account: str) -> str:
    """The maintenance fund is one line of a month; its rooms are counted by `Held`."""
    kind, _, _ = account.partition(":")
    return kind if kind == "maintenance" else account


@dataclass
class Held:
    """What stands beside the ledger is what the ledger says: prepaid money, the maintenance fund, vendors' debts."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    moves: Differences = field(default_factory=Differences)
    ledger: Differences = field(default_factory=Differences)

    def take(self, item: Item) -> None:
        """Add what one item says to its side."""
        body = item.body
        match item.kind:
            case "posting":
                self._posted(body)
            case "wallet":
                self.moves.add("prepaid money of room", body["room_id"], fen=body["prepaid_fen"])
                self.ledger.add("prepaid money of all rooms of", body["estate_id"], "", fen=body["prepaid_fen"])
            case "wallet_movement":
                self.moves.add("prepaid money of room", body["room_id"], fen=-body["fen"])
            case "room_fund":
                part = f"{body['building_id']}/{body['room_id']}"
                self.moves.add("maintenance fund of room", body["room_id"], fen=body["fen"])
                self.ledger.add("maintenance fund of a room of", body["estate_id"], part, fen=body["fen"])
            case "room_fund_movement":
                self.moves.add("maintenance fund of room", body["room_id"], fen=-body["fen"])
            case "credit_vendor":
                self.moves.add("debt of vendor", body["id"], fen=body["owed_fen"])
                self.ledger.add("debt of a vendor of", body["estate_id"], body["id"], fen=-body["owed_fen"])
            case "credit_vendor_entry":
                self.moves.add("debt of vendor", body["vendor_id"], fen=-body["fen"])
            case _:
                return
        self.counts[item.kind] += 1

    def _posted(self, body: dict[str, Any]) -> None:
        for account, fen in legs_of(body):
            kind, _, part = account.partition(":")
            if kind == "prepaid":
                self.ledger.add("prepaid money of all rooms of", body["book"], "", fen=fen)
            elif kind == "maintenance" and part:
                self.ledger.add("maintenance fund of a room of", body["book"], part, fen=fen)
            elif kind == "vendor":
                self.ledger.add("debt of a vendor of", body["book"], part, fen=fen)

    def proven(self) -> Proven:
        """Say what differs."""
        faults = [f"{' '.join(key)} is {yuan(fen)} more than its movements" for key, fen in self.moves.open.items()]
        faults += [f"{' '.join(key)}: {yuan(fen)} between it and the ledger" for key, fen in self.ledger.open.items()]
        return Proven(
            f"{self.counts['wallet']} wallets, {self.counts['room_fund']} parts of the maintenance fund and "
            f"{self.counts['credit_vendor']} vendors' debts are the sums of their movements and what the ledger says",
            sorted(faults),
        )
