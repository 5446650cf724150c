"""Ordering: from chosen bills to the arguments of ``wx.requestPayment``, one open attempt a bill at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, BillChanged, BillUnknown, Paying
from miniprogram_api.kernel.errors import Conflict, Invalid, Unauthenticated
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.payments.order import (
    OrderEnded,
    OrderLine,
    OrderMissing,
    OrderMoved,
    OrderState,
    PaidAlready,
    PaymentKeyReused,
    PaymentOrder,
    SettlementBusy,
    Wanted,
    first_look,
    prepared,
)
from miniprogram_api.payments.service.booking import lines_of_bills
from miniprogram_api.payments.service.settlement import PAYER, TRIES
from miniprogram_api.payments.store import ORDER, PaymentStore
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wechat.pay.errors import OrderClosed, OrderPaid
from miniprogram_api.wechat.pay.facts import PayOrder

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.billing.service import Bills
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.identity.service import Identity
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.payments.service.merchants import Merchants
    from miniprogram_api.payments.service.ports import Till
    from miniprogram_api.payments.service.settlement import Settlement
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.wechat.pay.facts import RequestPayment

LONGEST_DESCRIPTION = 40
"""Characters of a description: what WeChat shows on the payer's screen without cutting it."""


class SeveralCompanies(Conflict):
    """The chosen bills are owed to more than one company; one payment goes to one merchant."""

    code = "several_companies"
    message = "所选账单属于不同的物业企业，请分开支付。"


class NothingChosen(Invalid):
    """Neither a bill nor an amount to prepay was named."""

    code = "nothing_chosen"
    message = "请选择要缴纳的账单，或填写预存金额。"


class PaymentOrdering:
    """Makes payment orders and prepares them with WeChat."""

    def __init__(
        self,
        store: PaymentStore,
        till: Till,
        settlement: Settlement,
        merchants: Merchants,
        bills: Bills,
        estates: Estates,
        identity: Identity,
        sealer: Sealer,
    ) -> None:
        self._store, self._till, self._settlement, self._merchants = store, till, settlement, merchants
        self._bills, self._estates, self._identity, self._sealer = bills, estates, identity, sealer

    def start(
        self, principal: Principal, estate_id: str, wanted: Wanted, key: str, now: datetime
    ) -> tuple[PaymentOrder, RequestPayment]:
        """Make an order for bills of the person's rooms (FEE-02) and return what the mini program needs to pay it.

        Our order exists before WeChat is asked. Repeating the call with its key goes on where it stopped, under the
        same number: WeChat gives the same prepay_id again.

        Raises:
            NothingChosen, BillUnknown, NothingDue: nothing (more) to pay, or not theirs.
            SeveralCompanies: the bills are owed to more than one company.
            PaymentNotSetUp: the company collects nothing through WeChat.
            PaymentKeyReused: the key came before with other contents.
            PaidAlready: it turned out to be paid.
            OrderEnded: this attempt is over; start another under a new key.
            PayBusy: WeChat did not answer; repeat the call with the same key.
        """
        if not wanted.bill_ids and not wanted.prepay:
            raise NothingChosen
        number = derived_id("pay", principal.account_id, estate_id, "pay", key)
        order = self._store.find_order(number)
        if order is None:
            order = self._create(principal, estate_id, wanted, number, now)
        elif not wanted.is_of(order):
            raise PaymentKeyReused
        return self._prepare(order, now)

    def confirm(self, principal: Principal, estate_id: str, out_trade_no: str, now: datetime) -> PaymentOrder:
        """Ask WeChat now what became of an order; ``requestPayment:ok`` alone proves nothing."""
        self.access_own_order_by_id(principal, estate_id, out_trade_no)
        return self._settlement.settle(out_trade_no, now)

    def cancel(self, principal: Principal, estate_id: str, out_trade_no: str, now: datetime) -> PaymentOrder:
        """End an order its payer gave up, so that its bills are free at once; one that was paid is settled instead."""
        self.access_own_order_by_id(principal, estate_id, out_trade_no)
        return self._settlement.end(out_trade_no, now)

    def access_own_order_by_id(self, principal: Principal, estate_id: str, out_trade_no: str) -> PaymentOrder:
        """Return an order of the person who asks, or raise OrderMissing."""
        order = self._store.find_order(out_trade_no)
        if order is None or (order.account_id, order.estate_id) != (principal.account_id, estate_id):
            raise OrderMissing
        return order

    def list_own(self, account_id: str, limit: int, cursor: str | None) -> Page[PaymentOrder]:
        """List the orders of one person, newest first."""
        return self._store.list_orders_of(account_id, limit, cursor)

    def list_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[PaymentOrder]:
        """List the orders of an estate, newest first."""
        return self._store.list_orders(estate_id, limit, cursor)

    def _create(self, principal: Principal, estate_id: str, wanted: Wanted, number: str, now: datetime) -> PaymentOrder:
        """Write the order and mark its bills, after ending whatever else was open on them."""
        estate = self._estates.get_estate(estate_id)
        for _ in range(TRIES):
            bills = self._bills.access_bills_by_id(principal, estate_id, wanted.bill_ids)
            account = self._merchants.confirmed_of(_owed_to(bills, estate.company_id if wanted.prepay else None))
            if self._ended_others(bills, number, now):
                continue
            lines = [*lines_of_bills(bills, now), *self._prepaid(principal, estate_id, wanted)]
            identity = self._merchants.identity
            order = first_look(
                PaymentOrder(
                    out_trade_no=number,
                    estate_id=estate_id,
                    company_id=account.company_id,
                    mchid=identity.mchid,
                    appid=identity.appid,
                    sub_mchid=account.sub_mchid,
                    account_id=principal.account_id,
                    payer_name=principal.display_name,
                    payer_index=self._sealer.index(self._openid(principal.account_id), PAYER),
                    description=_description(estate.name, lines),
                    lines=tuple(lines),
                    created_at=now,
                )
            )
            act = Transaction(principal.account_id, "start_payment", now)
            act.add(ORDER, order, otherwise=OrderMoved)
            mark = Paying(number, principal.account_id, order.expires_at)
            for bill in bills:
                self._bills.write(act, bill, replace(bill, paying=mark))
            try:
                self._store.commit(act)
            except BillChanged:
                continue
            except OrderMoved:  # the same call, sent twice at once
                return self._again(number, wanted)
            return order
        raise SettlementBusy

    def _again(self, number: str, wanted: Wanted) -> PaymentOrder:
        order = self._store.find_order(number)
        if order is None or not wanted.is_of(order):
            raise PaymentKeyReused
        return order

    def _ended_others(self, bills: list[Bill], number: str, now: datetime) -> bool:
        """End the open orders of other attempts on these bills; say whether there were any.

        Whoever acts last gets to pay: the attempt on the other phone is closed with WeChat first, and if it turns out
        to be paid, it is settled, and nothing is due here any more.
        """
        others = {bill.paying.out_trade_no for bill in bills if bill.paying is not None} - {number}
        open_ones = [other for other in sorted(others) if self._is_open(other)]
        for other in open_ones:
            self._settlement.end(other, now)
        return bool(open_ones)

    def _is_open(self, out_trade_no: str) -> bool:
        order = self._store.find_order(out_trade_no)
        return order is not None and order.is_open

    def _prepaid(self, principal: Principal, estate_id: str, wanted: Wanted) -> list[OrderLine]:
        """Return the lines of money to prepay for rooms of the person."""
        if not wanted.prepay:
            return []
        own = principal.rooms_in(estate_id)
        rooms = self._estates.find_rooms(estate_id, [room_id for room_id, _ in wanted.prepay])
        if any(room_id not in own or room_id not in rooms for room_id, _ in wanted.prepay):
            raise BillUnknown
        return [OrderLine(room_id, rooms[room_id].label, "预存物业费", fen) for room_id, fen in wanted.prepay]

    def _openid(self, account_id: str) -> str:
        openid = self._identity.openid_of(account_id)
        if openid is None:
            raise Unauthenticated
        return openid

    def _prepare(self, order: PaymentOrder, now: datetime) -> tuple[PaymentOrder, RequestPayment]:
        """Let WeChat know of the order, and sign what the mini program hands to it."""
        if order.state is OrderState.PAID:
            raise PaidAlready
        if order.state is OrderState.CLOSED or now >= order.expires_at:
            raise OrderEnded
        if order.prepay_id is None:
            order = self._place(order, now)
        return order, self._till.request_payment(str(order.prepay_id), now)

    def _place(self, order: PaymentOrder, now: datetime) -> PaymentOrder:
        asked = PayOrder(
            out_trade_no=order.out_trade_no,
            description=order.description,
            total_fen=order.total_fen,
            openid=self._openid(order.account_id),
            sub_mchid=order.sub_mchid,
            attach=order.estate_id,
            expires_at=order.expires_at,
        )
        try:
            prepay_id = self._till.order(asked)
        except OrderPaid:
            self._settlement.settle(order.out_trade_no, now)
            raise PaidAlready from None
        except OrderClosed:
            self._settlement.end(order.out_trade_no, now)
            raise OrderEnded from None
        act = Transaction(order.account_id, "prepare_payment", now)
        after = act.change(ORDER, order, prepared(order, prepay_id), otherwise=OrderMoved)
        try:
            self._store.commit(act)
        except OrderMoved:  # the same call, sent twice at once, or already paid
            there = self._store.find_order(order.out_trade_no) or order
            if there.state is OrderState.PREPARED:
                return there
            raise
        return after


def _owed_to(bills: list[Bill], prepaid_to: str | None) -> str | None:
    """Return the one company the money is owed to: arrears of a company that left are paid to it, not to the next.

    Raises:
        SeveralCompanies: it is owed to more than one.
    """
    companies = {bill.company_id for bill in bills} | ({prepaid_to} if prepaid_to is not None else set())
    if len(companies) > 1:
        raise SeveralCompanies
    return next(iter(companies), None)


def _description(estate_name: str, lines: list[OrderLine]) -> str:
    """Return what the payer reads in WeChat: the estate, the room, what for."""
    rooms = list(dict.fromkeys(line.room_label for line in lines))
    what = list(dict.fromkeys(line.label for line in lines))
    room = rooms[0] if len(rooms) == 1 else f"{rooms[0]}等{len(rooms)}户"
    text = f"{estate_name}{room} {what[0] if len(what) == 1 else f'{what[0]}等{len(what)}项'}"
    cleaned = "".join(sign for sign in text if sign.isprintable() and sign != "`")
    return cleaned[:LONGEST_DESCRIPTION]
