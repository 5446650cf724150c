"""The teller of the fees: travels in time, acts in WeChat, and keeps notes of its own about every fen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.cast import AnotherAnswer
from local.photograph import photograph
from local.stories.fees.reckoning import HOMES
from local.telling import PATIENCE_SECONDS, Tour
from local.travel import TravellingClock
from miniprogram_api.kernel.clock import SHANGHAI, shanghai

if TYPE_CHECKING:
    from local.cast import Person

NEIGHBOURS = tuple(
    f"业主{home.owner[0]}{'先生' if index % 2 == 0 else '女士'}" for index, home in enumerate(HOMES[:20])
)
"""Who lives in the first twenty homes of the roster."""
HEAD, MANAGER, CHAIR, COMMUNITY, BUREAU = "周总", "王建国", "马秀兰", "孙书记", "赵科长"


def at(text: str) -> datetime:
    """Return an instant as people in China write it: ``2026-11-02 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


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
class Fees(Tour):
    """One estate, two months."""

    clock: TravellingClock = field(kw_only=True)
    rooms: list[str] = field(default_factory=list)
    """The id of each home of the roster, in its order."""
    notes: Notes = field(default_factory=Notes)

    def who(self, name: str) -> Person:
        """Return somebody of the house, signed in."""
        return self.cast.person(name)

    def go_to(self, moment: str) -> None:
        """Let time pass until then; every phone has to sign in again."""
        self.clock.travel(at(moment), self.cast.stack.simulator)
        self.cast.sign_everybody_out()

    def wait(self, **span: float) -> None:
        """Let a little time pass."""
        self.clock.travel(self.clock() + timedelta(**span), self.cast.stack.simulator)

    @property
    def today(self) -> str:
        """The date on the wall."""
        return shanghai(self.clock()).date().isoformat()

    def run_jobs(self) -> dict[str, int]:
        """Let the clock's jobs run once, and deliver what they lead to; how much each did."""
        done: dict[str, int] = self.cast.stack.pump.run_job("all")
        self.deliver()
        return done

    def wechat(self, act: str, **arguments: Any) -> dict[str, Any]:
        """Act at the control desk of the simulated WeChat Pay."""
        return self.cast.stack.simulator.control("pay", act=act, **arguments)

    def deliver(self) -> None:
        """Let WeChat send what is due, and the house do what follows, until neither has anything left to do."""
        while self.wechat("deliver_due")["done"] + self.cast.stack.pump.drain(PATIENCE_SECONDS):
            pass

    def photo(self, who: Person, of: str) -> str:
        """Photograph something and wait until the picture can be used."""
        photo_id = who.upload(self.estate.id, photograph(of))
        self.settle([photo_id], who)
        return photo_id

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

    def messages(self, name: str, title: str) -> int:
        """Return how many messages of a title lie in somebody's inbox."""
        inbox = self.who(name).get("/v1/me/messages?limit=100")["items"]
        return sum(message["title"] == title for message in inbox)
