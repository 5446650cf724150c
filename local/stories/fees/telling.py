"""The teller of the fees: acts in WeChat, and keeps notes of its own about every fen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from local.cast import AnotherAnswer
from local.journey import Journey
from local.stories.fees.reckoning import HOMES

NEIGHBOURS = tuple(
    f"业主{home.owner[0]}{'先生' if index % 2 == 0 else '女士'}" for index, home in enumerate(HOMES[:20])
)
"""Who lives in the first twenty homes of the roster."""
HEAD, MANAGER, CHAIR, COMMUNITY, BUREAU = "周总", "王建国", "马秀兰", "孙书记", "赵科长"


@dataclass
class Notes:
    """What the teller wrote down, in fen: what each bill got, by means, and what went back."""

    on_bills: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(room, kind of bill) -> paid on it."""
    by_means: Counter[str] = field(default_factory=Counter)
    receipts: int = 0
    refunded: int = 0
    """Given back through WeChat."""
    moved_to_bank: int = 0
    prepaid: int = 0
    """Prepaid through WeChat, part of which has paid bills since."""

    def of_kind(self, kind: str) -> int:
        """Return what all bills of a kind got."""
        return sum(amount for (_, of), amount in self.on_bills.items() if of == kind)


@dataclass
class Fees(Journey):
    """One estate, two months."""

    rooms: list[str] = field(default_factory=list)
    """The id of each home of the roster, in its order."""
    notes: Notes = field(default_factory=Notes)

    # Residents and their bills

    def room_of(self, name: str) -> str:
        """Return the room of a neighbour."""
        return self.rooms[NEIGHBOURS.index(name)]

    def account(self, name: str) -> dict[str, Any]:
        """Return what a neighbour's room owes, as the neighbour sees it."""
        found: dict[str, Any] = self.who(name).get(f"{self.estate.path}/rooms/{self.room_of(name)}/bills")
        return found

    def bill(self, name: str, kind: str = "service") -> dict[str, Any]:
        """Return an open bill of a neighbour."""
        opened = (shown["bill"] for shown in self.account(name)["open"])
        return dict(next(bill for bill in opened if bill["kind"] == kind))

    def order(self, name: str, *bills: dict[str, Any], key: str | None = None, status: int = 201) -> dict[str, Any]:
        """Let somebody press "pay" for bills."""
        body = {"bill_ids": [bill["id"] for bill in bills]}
        started: dict[str, Any] = self.who(name).post(f"{self.estate.path}/payment-orders", body, status, key)
        return started

    def pay(self, started: dict[str, Any], **how: Any) -> None:
        """Let the payer confirm in WeChat, which checks our signature."""
        result = self.wechat("user_pays", request_payment=started["request_payment"], **how)["result"]
        if result != "requestPayment:ok":
            raise AnotherAnswer(result)

    def pay_bills(self, name: str, *kinds: str, **plan: Any) -> dict[str, Any]:
        """Let somebody pay bills in one order, whose notice WeChat sends as planned; write it down.

        Without ``kinds`` everything that is open is paid.
        """
        opened = [shown["bill"] for shown in self.account(name)["open"]]
        chosen = [bill for bill in opened if not kinds or bill["kind"] in kinds]
        started = self.order(name, *chosen)
        if plan:
            self.wechat("next_notice", **plan)
        self.pay(started)
        self.note(*chosen)
        return started

    def note(self, *bills: dict[str, Any], means: str = "wechat") -> None:
        """Write down that bills of one household were paid in full; money paid ahead has its receipt already."""
        for bill in bills:
            self.notes.on_bills[bill["room_id"], bill["kind"]] += bill["due_fen"]
            self.notes.by_means[means] += bill["due_fen"]
        self.notes.receipts += means != "prepaid"

    def state_of(self, name: str, started: dict[str, Any]) -> str:
        """Return how the house sees an order."""
        path = f"{self.estate.path}/payment-orders/{started['order']['id']}"
        return str(self.who(name).get(path)["state"])
