"""The books against WeChat's own record, from outside: every fen has one place, nothing stands twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from miniprogram_api.billing.bill import Bill
from miniprogram_api.funds.ledger import Posting, received_by
from miniprogram_api.funds.store import LedgerStore
from miniprogram_api.kernel.charge import Means
from miniprogram_api.payments.anomaly import Anomaly, Remedy
from miniprogram_api.payments.counter import CounterPayment
from miniprogram_api.payments.order import OrderState, PaymentOrder
from miniprogram_api.payments.refund import HELD, UNDER_WAY, Origin, RefundCase, RefundState
from miniprogram_api.payments.store import ANOMALY
from miniprogram_api.receipts.rules import Receipt, ReceiptState
from miniprogram_api.storage import payment_keys
from miniprogram_api.wallets.rules import Movement

if TYPE_CHECKING:
    from local.wechat_simulator.pay.world import Order
    from miniprogram_api.billing.bill import Paid
    from tests.faults.stage import Play

MONTHS = ("2026-11", "2026-12")


@dataclass
class Books:
    """Everything the house holds of its payments, read at once after the play."""

    orders: dict[str, PaymentOrder]
    refunds: list[RefundCase]
    anomalies: list[Anomaly]
    strays: list[Anomaly]
    bills: list[Bill]
    moves: list[Movement]
    counters: list[CounterPayment]
    receipts: list[Receipt]
    postings: dict[str, list[Posting]]
    wallets: dict[str, int]

    def balances(self) -> Counter[str]:
        """Both books together, debits minus credits."""
        sums: Counter[str] = Counter()
        for posting in (one for book in self.postings.values() for one in book):
            for leg in posting.entry.legs:
                sums[leg.account] += leg.fen
        return sums

    def paid_on_bills(self) -> list[tuple[Bill, Paid]]:
        return [(bill, paid) for bill in self.bills for paid in bill.payments]


def read(play: Play) -> Books:
    house = play.house
    container, table, estate = house.container, house.container.table, house.estate_id
    store, ledger = container._payment_store, LedgerStore(table)
    orders = {one.out_trade_no: one for one in store.list_orders(estate, 500, None).items}
    rooms = [room.id for room in house.rooms.values()]
    year = play.stage.clock().year
    return Books(
        orders=orders,
        refunds=[one for number in orders for one in store.list_refunds_of(number)],
        anomalies=table.all_of(ANOMALY, payment_keys.anomaly(estate, "").pk),
        strays=table.all_of(ANOMALY, payment_keys.anomaly(house.company_id, "").pk),
        bills=[bill for room in rooms for bill in container.bills.list_room(estate, room)],
        moves=[one for room in rooms for one in container.wallets.list_all_movements(estate, room)],
        counters=list(store.list_counter_payments(estate, 500, None).items),
        receipts=list(container.receipts.list_numbers(house.company_id, year, 500, None).items),
        postings={
            book: [one for month in MONTHS for one in ledger.list_month(book, month)]
            for book in (estate, house.company_id)
        },
        wallets={room: container.wallets.wallet_of(estate, room).prepaid_fen for room in rooms},
    )


def check(play: Play) -> None:
    """Hold the house's books against WeChat's record; an AssertionError says what does not fit."""
    theirs = {
        order.out_trade_no: order
        for order in play.stage.world.orders.values()
        if order.first_request is not None and order.sub_mchid == play.house.sub_mchid
    }
    books = read(play)
    assert play.house.queue.waiting == []
    for check_one in (_postings, _places, _owners, _orders_ended, _bills, _refunds, _receipts):
        check_one(books, theirs)
    for order in books.orders.values():
        _every_fen(books, order, theirs.get(order.out_trade_no))
    for one in (*books.orders.values(), *books.refunds):
        play.count(f"{type(one).__name__} {one.state}")
    for anomaly in (*books.anomalies, *books.strays):
        play.count(f"{anomaly.kind} -> {anomaly.remedy or 'open'}")


def _given_back(order: Order) -> int:
    return sum(refund.refund_fen for refund in order.refunds if refund.status == "SUCCESS")


def _postings(books: Books, _: dict[str, Order]) -> None:
    for book, postings in books.postings.items():
        assert all(sum(leg.fen for leg in one.entry.legs) == 0 for one in postings), book
        sources = [one.entry.source for one in postings]
        assert len(set(sources)) == len(sources), f"booked twice: {sorted(sources)}"
    assert sum(books.balances().values()) == 0


def _places(books: Books, theirs: dict[str, Order]) -> None:
    """Where the money lies: at WeChat, in the drawer, in the bank."""
    held = books.balances()
    paid = [order for order in theirs.values() if order.paid_at]
    assert held["wechat"] == sum(order.total - _given_back(order) for order in paid)
    taken = Counter({Means.CASH: 0, Means.TRANSFER: 0})
    for one in books.counters:
        if one.void_reason is None:
            taken[one.taken.means] += one.total_fen
    paid_out = sum(one.fen for one in (*books.anomalies, *books.strays) if one.remedy is Remedy.PAY_OUT)
    assert held["cash"] + held["bank"] == taken.total() - paid_out


def _owners(books: Books, _: dict[str, Order]) -> None:
    """Whose money it is: what stands on bills by kind, in wallets, and what is nobody's yet."""
    held = books.balances()
    by_kind: Counter[str] = Counter()
    for bill, paid in books.paid_on_bills():
        by_kind[str(received_by(bill.kind, bill.building_id, bill.room_id))] += paid.fen + paid.late_fee_fen
    for account, fen in by_kind.items():
        assert held[account] == -fen, account
    assert held["prepaid"] == -sum(books.wallets.values()) == -sum(one.fen for one in books.moves)
    waiting = sum(_waiting(books, number) for number in books.orders)
    assert held["suspense"] == -waiting - sum(one.left_fen for one in books.strays if one.is_open)


def _waiting(books: Books, number: str) -> int:
    """What of an order is in suspense: with open exceptions, and set aside for refunds under way."""
    exceptions = sum(one.left_fen for one in _suspended(books, number) if one.is_open)
    refunds = [one for one in books.refunds if one.out_trade_no == number and one.origin is not Origin.SUSPENSE]
    return exceptions + sum(one.fen for one in refunds if one.state in UNDER_WAY)


def _suspended(books: Books, number: str) -> list[Anomaly]:
    return [one for one in books.anomalies if one.out_trade_no == number and one.in_suspense]


def _orders_ended(books: Books, theirs: dict[str, Order]) -> None:
    for number, order in books.orders.items():
        assert order.state in {OrderState.PAID, OrderState.CLOSED}, f"{number} is still {order.state}"
        assert order.next_look_at is None
    for number, order in theirs.items():
        if order.paid_at and number in books.orders:
            assert books.orders[number].transaction_id == order.transaction_id
            assert books.orders[number].paid_fen == order.total
        elif order.paid_at:
            known = [one for one in books.strays if one.transaction_id == order.transaction_id]
            assert [one.fen for one in known] == [order.total], "money of an unknown order stands once"
    paid_here = {number for number, order in books.orders.items() if order.state is OrderState.PAID}
    assert paid_here <= {number for number, order in theirs.items() if order.paid_at}


def _bills(books: Books, _: dict[str, Order]) -> None:
    for bill in books.bills:
        refs = [paid.ref for paid in bill.payments]
        assert len(set(refs)) == len(refs), f"paid twice: {bill.id}"
        assert bill.paying is None, f"still marked: {bill.id}"
        assert 0 <= bill.late_fee_paid_fen <= bill.late_fee_fen
        if bill.void_reason is None and not bill.reductions:
            assert 0 <= bill.paid_fen <= bill.total_fen, bill.id


def _refunds(books: Books, theirs: dict[str, Order]) -> None:
    ended = {one.out_refund_no: one for order in theirs.values() for one in order.refunds}
    for refund in books.refunds:
        known = ended.get(refund.id)
        assert (refund.state is RefundState.SUCCEEDED) == (known is not None and known.status == "SUCCESS"), refund
        if refund.state in UNDER_WAY:
            about = {f"{refund.out_trade_no}"} & {str(one.out_trade_no) for one in books.anomalies}
            assert about, f"under way, and nobody knows why: {refund}"
        else:
            assert refund.next_look_at is None
    for number, order in books.orders.items():
        mine = [one for one in books.refunds if one.out_trade_no == number]
        assert order.refunding_fen == sum(one.fen for one in mine if one.state in HELD)
        done = sum(one.fen for one in mine if one.state is RefundState.SUCCEEDED)
        paid_out = sum(one.fen for one in _suspended(books, number) if one.remedy is Remedy.PAY_OUT)
        assert order.refunded_fen == done + paid_out
        assert order.suspense_fen == sum(one.left_fen for one in _suspended(books, number) if one.is_open)


def _receipts(books: Books, _: dict[str, Order]) -> None:
    assert [one.number for one in books.receipts] == list(range(1, len(books.receipts) + 1))
    said: Counter[tuple[str, str]] = Counter()
    for receipt in books.receipts:
        key = (receipt.draft.source, receipt.draft.room_id)
        assert key not in said, f"two receipts of one payment: {key}"
        said[key] = receipt.draft.total_fen
        assert (receipt.left_fen == 0) == (receipt.state is ReceiptState.VOID)
    came: Counter[tuple[str, str]] = Counter()
    for bill, paid in books.paid_on_bills():
        if paid.fen + paid.late_fee_fen > 0 and paid.means is not Means.PREPAID:
            came[paid.ref, bill.room_id] += paid.fen + paid.late_fee_fen
    for move in books.moves:
        if move.fen > 0:
            came[move.ref, move.room_id] += move.fen
    assert said == came
    left = {one.id: one.left_fen for one in books.receipts}
    for number, order in books.orders.items():
        gone = [one for one in books.refunds if one.out_trade_no == number and one.origin is not Origin.SUSPENSE]
        back = sum(one.fen for one in gone if one.state in {RefundState.SUCCEEDED, RefundState.FAILED})
        written = sum(receipt.draft.total_fen for receipt in books.receipts if receipt.id in order.receipts)
        assert sum(left[one] for one in order.receipts) == written - back, number


def _every_fen(books: Books, order: PaymentOrder, theirs: Order | None) -> None:
    """The heart: what WeChat was paid for an order is on bills, prepaid, in suspense, given back, or paid out."""
    number = order.out_trade_no
    suspended = _suspended(books, number)
    refunds = [one for one in books.refunds if one.out_trade_no == number]
    refs = {number, *(one.id for one in suspended), *(one.id for one in refunds)}
    places: dict[str, Any] = {
        "bills": sum(paid.fen + paid.late_fee_fen for _, paid in books.paid_on_bills() if paid.ref in refs),
        "prepaid": sum(one.fen for one in books.moves if one.ref in refs),
        "waiting": _waiting(books, number),
        "given back": 0 if theirs is None else _given_back(theirs),
        "paid out": sum(one.fen for one in suspended if one.remedy is Remedy.PAY_OUT),
    }
    paid = theirs.total if theirs is not None and theirs.paid_at else 0
    assert sum(places.values()) == paid, f"{number}: {paid} fen were paid, and are at {places}"
