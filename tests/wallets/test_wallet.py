"""Prepaid money: what a room sees of it, the vendor's table of orders, and who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.notice import NoticeKind, Recipient
from miniprogram_api.spreadsheets.writer import write_workbook
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wallets.credit import Credit, CreditState, Funder, Order
from miniprogram_api.wallets.notices import notices
from miniprogram_api.wallets.order_sheet import HEADINGS, MOST_ORDERS, SheetMissing, SheetTooLong, read_orders
from miniprogram_api.wallets.rules import NotEnoughPrepaid, Wallet, WalletMoved, moved
from tests.neighbours import MeetInTheMiddle, at_once

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROOMS = {"1号楼1单元101": "room_1"}


def move(shop, fen: int, ref: str, summary: str = "预存") -> None:
    act = Transaction("acc_cashier", "prepay", shop.container.clock())
    shop.container.wallets.move(act, shop.world.estate.id, shop.room_id, fen, ref, summary)
    shop.container.table.commit(act)


@pytest.mark.row("FEE-01")
def test_a_room_sees_what_it_has_prepaid_and_every_movement(shop, people, clock) -> None:
    for number, fen in enumerate((10000, -4000, 2500)):
        move(shop, fen, f"ref_{number}", f"第{number}笔")
        clock.advance(timedelta(minutes=1))
    assert shop.wallet()["prepaid_fen"] == 8500
    path = f"{shop.path}/rooms/{shop.room_id}/wallet/movements"
    first = shop.client.get(f"{path}?limit=2", who=shop.owner).json
    rest = shop.client.get(f"{path}?limit=2&cursor={first['next']}", who=shop.staff).json
    shown = [(one["fen"], one["left_fen"], one["summary"]) for one in first["items"] + rest["items"]]
    assert shown == [(2500, 8500, "第2笔"), (-4000, 6000, "第1笔"), (10000, 10000, "第0笔")]
    neighbour = people.resident(shop.world.estate, room_id="room_other")
    for tail in ("wallet", "wallet/movements"):
        refused = shop.client.get(f"{shop.path}/rooms/{shop.room_id}/{tail}", who=neighbour)
        missing = shop.client.get(f"{shop.path}/rooms/room_none/{tail}", who=neighbour)
        assert (refused.status_code, refused.json["code"]) == (404, "wallet_unknown")
        assert {**refused.json, "request_id": ""} == {**missing.json, "request_id": ""}


@pytest.mark.row("FEE-01")
def test_two_who_take_at_once_never_take_more_than_there_is(shop, monkeypatch) -> None:
    move(shop, 1000, "ref_0")
    meet = MeetInTheMiddle(shop.container.table.commit, {"take"}, 2)

    def take(ref: str) -> str:
        act = Transaction("acc_cashier", "take", shop.container.clock())
        shop.container.wallets.move(act, shop.world.estate.id, shop.room_id, -700, ref, "支付账单")
        try:
            meet(act)
        except WalletMoved as problem:
            return problem.code
        return "done"

    assert sorted(at_once(lambda: take("ref_1"), lambda: take("ref_2"))) == ["done", "wallet_moved"]
    with pytest.raises(NotEnoughPrepaid):
        move(shop, -301, "ref_3")
    with pytest.raises(WalletMoved):
        move(shop, 1, "ref_0")
    moves = shop.container.wallets.list_all_movements(shop.world.estate.id, shop.room_id)
    assert sum(one.fen for one in moves) == 300


@given(st.lists(st.integers(-500, 500), max_size=30))
def test_the_balance_is_the_sum_of_what_moved_and_never_below_zero(fens) -> None:
    wallet, total = Wallet("est", "room"), 0
    for fen in fens:
        if total + fen < 0:
            with pytest.raises(NotEnoughPrepaid):
                moved(wallet, fen)
        else:
            wallet, total = moved(wallet, fen), total + fen
    assert wallet.prepaid_fen == total >= 0


# The vendor's table


def send(shop, rows, headings=HEADINGS):
    data = write_workbook("订单", headings, rows)
    return shop.client.post(f"{shop.vendor_path}/orders.xlsx", data=data, content_type=XLSX, who=shop.staff)


@pytest.mark.row("FEE-10")
def test_a_table_of_orders_is_entered_and_again_finds_them_there(shop) -> None:
    rows = [
        ["1号楼1单元101", "A-1", Decimal("199.99"), "2026-11-20"],
        ["1号楼 1单元 101", "A-2", "100", "2026/11/21"],
        ["1号楼1单元101", "A-3", Decimal("0.10"), "2026-11-21"],
    ]
    small = {"row": 4, "problem": "订单日期不能晚于今天，不能早于有效期，金额应能产生至少一分钱抵扣金。"}
    assert send(shop, rows).json == {"entered": 2, "there": 0, "findings": [small]}
    assert send(shop, rows).json == {"entered": 0, "there": 2, "findings": [small]}
    assert sorted(credit["earned_fen"] for credit in shop.credits()) == [500, 999]


@pytest.mark.row("FEE-10")
def test_a_row_that_cannot_be_read_stops_the_whole_table(shop) -> None:
    rows = [["1号楼1单元101", "A-1", "100", "2026-11-20"], ["9号楼", "A-2", "100", "2026-11-20"]]
    answer = send(shop, rows).json
    assert (answer["entered"], [one["row"] for one in answer["findings"]]) == (0, [3])
    assert shop.credits() == []
    refused = send(shop, rows, ("房屋", "订单号", "金额", "日期"))
    assert (refused.status_code, refused.json["code"]) == (422, "credit_sheet_missing")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (["x", "A", 1, "2026-11-20"], "没有找到该房屋"),
        (["1号楼1单元101", "A/1", 1, "2026-11-20"], "订单号"),
        (["1号楼1单元101", "A", 1, "昨天"], "下单日期"),
        (["1号楼1单元101", "A", "一百", "2026-11-20"], "金额"),
        (["1号楼1单元101", "A", 1.234, "2026-11-20"], "金额"),
        (["1号楼1单元101"], "订单号"),
    ],
)
def test_each_fault_is_named(cells, problem) -> None:
    (finding,) = read_orders([(1, HEADINGS), (7, cells)], ROOMS).findings
    assert finding.row == 7
    assert problem in finding.problem


def test_cells_are_read_as_excel_gives_them() -> None:
    heads = (None, *reversed(HEADINGS))
    rows = [(1, heads), (2, (None, datetime(2026, 11, 20), 128.5, 20261120.0, "１号楼1单元101"))]  # noqa: DTZ001
    ((row, order),) = read_orders(rows, {"1号楼1单元101": "room_1"}).orders
    assert (row, order) == (2, Order("room_1", "20261120", 12850, date(2026, 11, 20)))
    with pytest.raises(SheetMissing):
        read_orders([], ROOMS)
    with pytest.raises(SheetTooLong):
        read_orders([(1, HEADINGS)] * (MOST_ORDERS + 2), ROOMS)


# Who is told


def test_the_room_is_told_once_when_it_can_use_a_credit_and_when_it_is_gone() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    order = Order("room_1", "A-1", 20000, date(2026, 11, 23))
    pending = Credit(
        "est_1", "cmp_1", "cvn_1", "王家超市", order, 1000, Funder.VENDOR, at, datetime(2027, 11, 30, 16, tzinfo=UTC),
        "acc", at,
    )  # fmt: skip
    usable = replace(pending, state=CreditState.USABLE)
    assert notices(None, pending) == ()
    assert notices(usable, replace(usable, state=CreditState.USED)) == ()
    assert notices(replace(usable, state=CreditState.USED), usable) == ()
    (told,) = notices(pending, usable)
    assert (told.kind, told.to) == (NoticeKind.FEE_REMINDER, Recipient(estate_id="est_1", room_id="room_1"))
    assert told.text == "王家超市消费获得10.00元，2027年12月1日前可抵扣物业服务费。"
    (gone,) = notices(usable, replace(usable, state=CreditState.REVERSED))
    assert gone.identity != told.identity
