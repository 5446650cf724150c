"""The whole payment stack on one stage: the functions with their container, their queue, WeChat, and one clock."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions import pay_notify, settle_payments, sweep
from local.wechat_simulator import WeChatSimulator
from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Principal, Role
from miniprogram_api.kernel.errors import Problem, TooManyRequests, Unavailable
from miniprogram_api.payments.store import MERCHANT
from miniprogram_api.storage.transaction import Transaction
from tests.conftest import MONDAY_MORNING
from tests.faults.crash import Crash, CrashPoint, Cut
from tests.payments.house import PayingHouse, build_house, forget_notices
from tests.wechat.pay.notify_receiver import NotifyReceiver
from tests.world import Person, SettableClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.wechat_simulator.pay.world import PayWorld
    from miniprogram_api.payments.order import Wanted
    from tests.wechat.pay.notify_receiver import Delivery

PLENTY = 10**9
_SHARED = ("parameters", "table", "sealer", "tokens", "pay")


class QueueOfHouse:
    """Lambda, with what waits for settle_payments; what the sweep finds of other tests' houses is let go."""

    def __init__(self, crashes: CrashPoint, is_ours: Callable[[Mapping[str, str]], bool]) -> None:
        self._crashes, self._is_ours = crashes, is_ours
        self.waiting: list[dict[str, str]] = []

    def put(self, work: Mapping[str, str]) -> None:
        if self._is_ours(work):
            self._crashes.pass_write(lambda: self.waiting.append(dict(work)))


class Journal:
    """The log of the functions: what they could not make sense of stands in ``unexpected``."""

    def __init__(self) -> None:
        self.unexpected: list[BaseException | None] = []

    def info(self, *_: object, **__: object) -> None:
        pass

    warning = info

    def exception(self, *_: object, **__: object) -> None:
        self.unexpected.append(sys.exc_info()[1])


@dataclass
class Stage:
    """What all plays of a run share; ``open`` begins one on a fresh house."""

    settings: Any
    simulator: WeChatSimulator
    receiver: NotifyReceiver
    outcomes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = SettableClock(MONDAY_MORNING)
        self.crashes = CrashPoint()
        self.settings = replace(self.settings, public_url=self.receiver.base_url)
        self._first = Container(self.settings, self.clock)
        self.table = self._first.table
        self.receiver.handle = self._notified
        self._end_other_houses()

    def open(self) -> Play:
        """Begin: a new house, an empty WeChat Pay, Monday morning."""
        self.clock.set(MONDAY_MORNING)
        pay = self.world
        for forgotten in (pay.orders, pay.refunds, pay.balances, pay.faults, pay.refund_endings, pay.bills, pay.calls):
            forgotten.clear()
        forget_notices(self.simulator)
        self.receiver.arrived.clear()
        self.simulator.control("pay", act="bill")
        house = build_house(self.settings, self.clock, self.simulator, container_of=self._container)
        play = Play(self, house)
        house.queue = QueueOfHouse(self.crashes, play.is_ours)
        house.container.__dict__["_payments_queue"] = house.queue
        for function in (pay_notify, settle_payments, sweep):
            function.CONTAINER = house.container
        return play

    @property
    def world(self) -> PayWorld:
        """What WeChat knows: the record of truth."""
        return self.simulator._server.pay.world

    def _container(self, settings: Any, clock: SettableClock) -> Container:
        """A container of its own that does not read the keys anew."""
        container = Container(settings, clock)
        container.__dict__.update({name: getattr(self._first, name) for name in _SHARED})
        return container

    def _notified(self, delivery: Delivery) -> int:
        try:
            return self.tell(delivery)
        except Crash:
            self.outcomes["crash"] = self.outcomes.get("crash", 0) + 1
            return 502

    def tell(self, delivery: Delivery) -> int:
        """API Gateway hands a notification to its function; gives the status of the answer."""
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        return int(pay_notify.handler({"headers": headers, "body": delivery.body.decode()}, None)["statusCode"])

    def is_done(self, work: Mapping[str, str]) -> bool:
        """Lambda hands a piece of work to its function; says whether it need not come again."""
        try:
            settle_payments.handler(dict(work), None)
        except (Unavailable, TooManyRequests):
            return False
        return True

    def _end_other_houses(self) -> None:
        """Let no company of an earlier test be reconciled here."""
        store = self._first._payment_store
        while page := store.list_merchants(100, None).items:
            for account in page:
                act = Transaction("system", "test_over", self.clock())
                act.change(MERCHANT, account, replace(account, state="proposed"))
                store.commit(act)


class Play:
    """One play: acts that may be cut off, and the passing of time."""

    def __init__(self, stage: Stage, house: PayingHouse) -> None:
        self.stage, self.house = stage, house
        self._whose: dict[str, bool] = {}
        self.people = [house.owner_of("101", "102"), house.owner_of("101")]
        self.staff = [house.staff(Role.MANAGER), house.staff(Role.FINANCE)]
        self.journal = Journal()
        house.container.__dict__["log"] = self.journal

    def principal(self, person: Person) -> Principal:
        return Principal(person.account_id, f"人{person.account_id[-4:]}", True, person.grants)

    def is_ours(self, work: Mapping[str, str]) -> bool:
        if "company_id" in work:
            return work["company_id"] == self.house.company_id
        number = work["out_trade_no"]
        if number not in self._whose:
            order = self.house.container._payment_store.find_order(number)
            self._whose[number] = order is None or order.estate_id == self.house.estate_id
        return self._whose[number]

    def act(self, do: Callable[[], Any], cut: Cut | None = None) -> Any:
        """Do something that may be cut off or refused; only what is no outcome of the house fails the play."""
        self.house.meet_clocks()
        answer = None
        with self.stage.crashes.armed(cut):
            try:
                answer = do()
            except Crash:
                self.count("crash")
            except Problem as problem:
                self.count(problem.code)
        for unexpected in self.journal.unexpected:
            raise AssertionError("a function could not make sense of this") from unexpected
        return answer

    def start(self, who: int, wanted: Wanted, key: str, cut: Cut | None = None) -> str | None:
        """Somebody starts a payment on their phone; gives its number unless that came to nothing."""
        ordering, person = self.house.container.payment_ordering, self.principal(self.people[who])
        started = self.act(lambda: ordering.start(person, self.house.estate_id, wanted, key, self.stage.clock()), cut)
        return None if started is None else str(started[0].out_trade_no)

    def user_pays(self, number: str, **how: Any) -> None:
        self.act(lambda: self.house.wechat("user_pays", out_trade_no=number, **how))

    def pay_through(self, who: int, wanted: Wanted, key: str) -> str | None:
        """A payment as it mostly goes: started, paid, told, settled."""
        number = self.start(who, wanted, key)
        if number is not None:
            self.user_pays(number)
            self.deliver()
            self.do_first()
        return number

    def count(self, outcome: str) -> None:
        self.stage.outcomes[outcome] = self.stage.outcomes.get(outcome, 0) + 1

    def deliver(self, cut: Cut | None = None) -> None:
        """WeChat sends the notices that are due; a moment has passed since what they tell of."""
        self.pass_time(timedelta(seconds=20))
        self.act(lambda: self.house.wechat("deliver_due"), cut)

    def do_first(self, cut: Cut | None = None, *, keep: bool = False) -> bool:
        """Lambda hands on what waited longest; what failed, or died, comes again. False: nothing waits."""
        waiting = self.house.queue.waiting
        if not waiting:
            return False
        work = waiting.pop(0)
        done = self.act(lambda: self.stage.is_done(work), cut)
        if keep or not done:
            waiting.append(work)
        return True

    def sweep(self, cut: Cut | None = None) -> None:
        self.act(lambda: [sweep.handler({"job": job}, None) for job in ("payments", "reconciliations")], cut)

    def pass_time(self, by: timedelta) -> None:
        self.stage.clock.advance(by)
        self.house.meet_clocks()

    def next_morning(self) -> None:
        """It becomes five past ten in China on the next day."""
        today = self.stage.clock().replace(hour=2, minute=5)
        self.stage.clock.set(today + timedelta(days=1))
        self.house.meet_clocks()

    def work_off(self) -> None:
        """Sweep, deliver and work until nothing waits."""
        self.sweep()
        self.deliver()
        for _ in range(60):
            if not self.do_first():
                return
        raise AssertionError(f"work that never ends: {self.house.queue.waiting}")

    def quiesce(self) -> None:
        """Nothing goes wrong any more, and everything that is due gets done, until after the next morning's bill."""
        world = self.stage.world
        for fault in (world.faults, world.refund_endings, self.stage.simulator._server.pay.notices.plans):
            fault.clear()
        self.house.wechat("bill")
        self.house.wechat("balance", mchid=self.house.sub_mchid, fen=PLENTY)
        self.pass_time(timedelta(minutes=1))
        self.work_off()
        for refund in list(world.refunds.values()):
            if refund.status == "PROCESSING":
                self.house.wechat("end_refund", out_refund_no=refund.out_refund_no)
        self.pass_time(timedelta(minutes=45))
        self.work_off()
        self.next_morning()
        self.work_off()
