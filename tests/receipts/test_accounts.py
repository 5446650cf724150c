"""Statements of rooms, and tables for the accountant: figures that anybody can add up again."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from miniprogram_api.billing.bill import Paid, Reduction
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind
from miniprogram_api.kernel.charge import BillKind, Means
from miniprogram_api.receipts import exports
from miniprogram_api.receipts.exports import DaysUnreadable, checked_days
from miniprogram_api.receipts.rules import GivenBack, with_money_back
from miniprogram_api.receipts.service import exports as exporting
from miniprogram_api.receipts.statement import Fact, FactKind, statement
from miniprogram_api.storage.transaction import Transaction


def on(year: int, month: int, day: int, hour: int = 4) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def table(response) -> list[tuple[object, ...]]:
    assert response.status_code == 200, response.json
    return list(openpyxl.load_workbook(io.BytesIO(response.data)).active.values)


# Statements


@pytest.mark.row("FEE-12")
def test_a_year_of_a_room_adds_up(client, people, container, world, till) -> None:
    room = till.room("room_test")
    # 2025: 100.00 charged, 40.00 paid, so 60.00 is owed at the turn of the year. 2026: 120.00 charged of which 20.00
    # is let off, 5.00 late fee, 95.00 paid with it, 30.00 of that given back: 60 + 120 - 20 + 5 - 95 + 30 = 100.
    till.bill(
        room.id, "2025-12", 10000, issued_at=on(2025, 12, 1),
        payments=(
            Paid("pay_1", Means.CASH, 4000, 0, on(2025, 12, 5)),
            Paid("pay_2", Means.WECHAT, 5500, 500, on(2026, 1, 9)),
        ),
    )  # fmt: skip
    till.bill(
        room.id, "2026-01", 12000, issued_at=on(2026, 1, 10), reductions=(Reduction("adj_1", 2000, "漏水减免"),),
        payments=(
            Paid("pay_3", Means.WECHAT, 3500, 0, on(2026, 2, 1)),
            Paid("ref_1", Means.WECHAT, -3000, 0, on(2026, 3, 1)),
        ),
    )  # fmt: skip
    till.bill(room.id, "2026-02", 99900, issued_at=on(2026, 2, 1), void_reason="重复")
    till.bill(room.id, "2027-01", 77700, BillKind.UTILITY, issued_at=on(2027, 1, 1))
    act = Transaction("system", "test_setup", on(2026, 5, 1))
    container.wallets.move(act, world.estate.id, room.id, 7000, "pre_1", "预存")
    container.table.commit(act)
    till.one(room.id)
    owner = people.resident(world.estate)
    path = f"{till.path}/rooms/{room.id}/statement"
    shown = client.get(f"{path}?year=2026", who=owner).json
    assert (shown["opening_fen"], shown["charged_fen"], shown["reduced_fen"]) == (6000, 12500, 2000)
    assert (shown["paid_fen"], shown["given_back_fen"], shown["closing_fen"]) == (9500, 3000, 10000)
    assert (shown["prepaid_opening_fen"], shown["prepaid_closing_fen"]) == (0, 7000)
    assert [line["owed_fen"] for line in shown["lines"]][-1] == 10000
    assert [receipt["number"] for receipt in shown["receipts"]] == ["2026-0000001"]
    assert client.get(f"{path}?year=2027", who=owner).json["opening_fen"] == 10000
    pdf = client.get(f"{path}.pdf?year=2026", who=owner)
    assert len(PdfReader(BytesIO(pdf.data)).pages) == 1


def test_a_statement_is_for_the_people_of_the_room(client, people, world, till) -> None:
    till.room("room_test")
    neighbour = people.resident(world.estate, room_id="room_other")
    answers = [
        client.get(f"{till.path}/rooms/{room_id}/statement?year=2026", who=who)
        for room_id, who in (
            ("room_test", neighbour),
            ("room_none", neighbour),
            ("room_none", people.staff(world.estate)),
        )
    ]
    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(404, "statement_unknown")}


facts = st.lists(
    st.builds(
        Fact,
        st.dates(date(2024, 1, 1), date(2027, 12, 31)),
        st.sampled_from(FactKind),
        st.just("x"),
        st.integers(1, 10**6),
    ).map(lambda one: replace(one, fen=-one.fen if one.kind in {FactKind.PAID, FactKind.REDUCED} else one.fen))
)


@pytest.mark.row("FEE-12")
@given(facts)
def test_each_year_opens_where_the_one_before_closed(given_facts) -> None:
    years = [statement(year, given_facts, ()) for year in range(2024, 2028)]
    assert years[0].opening_fen == 0
    for before, after in pairwise(years):
        assert before.closing_fen == after.opening_fen
    for one in years:
        moved = one.sum_of(FactKind.CHARGED) + one.sum_of(FactKind.GIVEN_BACK)
        assert one.opening_fen + moved - one.sum_of(FactKind.PAID) - one.sum_of(FactKind.REDUCED) == one.closing_fen
    assert years[-1].closing_fen == sum(fact.fen for fact in given_facts)


# Tables


@pytest.mark.row("FEE-12")
def test_the_accountant_takes_along_every_receipt_of_the_days(client, people, world, till, clock) -> None:
    clock.set(on(2026, 10, 31, 15))  # 23:00 in China
    till.one()
    clock.set(on(2026, 11, 1, 1))
    till.one("room_test", "微信支付", 5192, 830, transaction_id="420000")
    clock.set(on(2026, 11, 30, 15))
    last = till.one("room_test", "现金", 100)
    clock.set(on(2026, 11, 30, 17))  # 1 December in China
    till.one()
    finance, admin = people.staff(world.estate), people.company_admin(world.company)
    void = {"reason": "写错了"}
    client.post(f"{till.path}/receipts/{last.id}/void", json=void, who=finance)
    days = "?first_on=2026-11-01&last_on=2026-11-30"
    rows = table(client.get(f"{till.path}/receipts.xlsx{days}", who=finance))
    assert [row[0] for row in rows[1:]] == ["2026-0000002", "2026-0000002", "2026-0000003"]
    assert rows[1][1:10] == (
        "2026-11-01", world.estate.name, "1号楼1单元101", "张**", "物业服务费", "物业服务费 2026年1月", 51.92,
        "微信支付", "420000",
    )  # fmt: skip
    assert rows[3][11] == "作废：写错了"
    assert table(client.get(f"/v1/companies/{world.company.id}/receipts.xlsx{days}", who=admin)) == rows
    wrong = client.get(f"{till.path}/receipts.xlsx?first_on=2026-11-01&last_on=2026-12-02", who=finance)
    assert (wrong.status_code, wrong.json["code"]) == (422, "export_days_unreadable")
    assert client.get(f"{till.path}/receipts.xlsx{days}", who=people.resident(world.estate)).status_code == 403


def test_too_many_rows_are_refused_not_cut(client, people, world, till, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 3)
    till.issue(till.draft("room_1", "现金", 1, 2), till.draft("room_2", "现金", 1))
    days = "?first_on=2026-11-23&last_on=2026-11-23"
    finance = people.staff(world.estate)
    assert len(table(client.get(f"{till.path}/receipts.xlsx{days}", who=finance))) == 4
    till.one()
    refused = client.get(f"{till.path}/receipts.xlsx{days}", who=finance)
    assert (refused.status_code, refused.json["code"]) == (413, "export_too_large")


def test_what_was_given_back_stands_once_a_receipt(till) -> None:
    receipt = with_money_back(till.one("r", "现金", 500, 300), GivenBack("ref", 200, till.container.clock()), "acc")
    rows = list(exports.receipt_rows(receipt, lambda line: "x"))
    assert [row[-1] for row in rows] == [Decimal("2.00"), None]


@pytest.mark.parametrize(("first", "last"), [("2026-11-02", "2026-11-01"), ("2026-11-01", "2026-12-02")])
def test_days_are_at_most_a_month(first, last) -> None:
    with pytest.raises(DaysUnreadable):
        checked_days(date.fromisoformat(first), date.fromisoformat(last))
    assert checked_days(date(2026, 12, 1), date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 1, 1))


@pytest.mark.row("FND-04")
def test_the_postings_of_a_month_balance_in_the_table(client, people, container, world, till) -> None:
    legs = (Account(AccountKind.CASH).debit(5192), Account(AccountKind.COMPANY_FEES).credit(5192))
    act = Transaction("acc_cashier", "take_money", container.clock())
    container.ledger.book(act, world.estate.id, Entry("pay_1", PostingKind.OFFLINE, "现金缴费", legs), "李会计")
    container.table.commit(act)
    finance = people.staff(world.estate)
    rows = table(client.get(f"{till.path}/postings.xlsx?month=2026-11", who=finance))[1:]
    assert [(row[3], row[5], row[6]) for row in rows] == [("现金", 51.92, None), ("物业服务费", None, 51.92)]
    assert {row[8] for row in rows} == {"李会计"}
    assert len(table(client.get(f"{till.path}/postings.xlsx?month=2026-10", who=finance))) == 1
    assert client.get(f"{till.path}/postings.xlsx?month=2026", who=finance).json["code"] == "period_unreadable"
