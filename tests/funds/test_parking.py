"""Parking: gross, its management cost, the surplus of its own, and what it may pay for (FND-16, S13)."""

from __future__ import annotations

from itertools import product

import pytest

from miniprogram_api.funds.items import (
    CATALOGUE,
    MAY_BE_BOOKED,
    ItemClass,
    RepairPlaceMissing,
    UseRefused,
    may_be_booked,
)
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind
from miniprogram_api.storage.transaction import Transaction
from tests.funds.conftest import DECEMBER, Office
from tests.funds.test_spending import ask, step
from tests.neighbours import at_once
from tests.world import build_world

pytestmark = pytest.mark.row("FND-16")

REPAIRS = {"repair_structure", "repair_equipment", "repair_lift", "repair_fire", "repair_pipe", "repair_road"}


def park(office: Office, place: str, income: int, cost: int) -> None:
    office.book(place, income, item="parking_fee", purpose="parking_gross", summary="11 月停车费")
    if cost:
        office.book(place, cost, item="parking_staff", purpose="parking_gross", direction="expense", summary="岗亭人工")


def surplus(office: Office, month: str = "2026-11", key: str | None = None):
    return office.post(f"/ledger/{month}/parking-surplus", office.finance, key)


def test_what_parking_brings_beyond_its_cost_becomes_the_owners_surplus(office) -> None:
    place = office.place()
    park(office, place, 900_000, 350_000)
    early = surplus(office)
    assert (early.status_code, early.json["code"]) == (409, "fund_month_not_over")
    office.go_to(DECEMBER)
    moved = surplus(office, key="surplus-key-1")
    assert (moved.status_code, moved.json["on"]) == (201, "2026-11-30")
    assert surplus(office, key="surplus-key-1").json == moved.json
    none = surplus(office)
    assert (none.status_code, none.json["code"]) == (409, "no_parking_surplus")
    balances = office.balances()
    assert (balances["parking_surplus"], balances.get("parking_gross", 0)) == (-550_000, 0)
    office.publish()
    totals = {one["purpose"]: one for one in office.get("/publications/2026-11", office.owner).json["totals"]}
    gross, kept = totals["parking_gross"], totals["parking_surplus"]
    assert (gross["income"], gross["expense"], gross["closing"]) == (900_000, 900_000, 0)
    assert (kept["income"], kept["expense"], kept["closing"]) == (550_000, 0, 550_000)


def test_a_month_that_cost_more_than_it_brought_leaves_no_surplus(office) -> None:
    park(office, office.place(), 100, 100)
    office.go_to(DECEMBER)
    assert surplus(office).json["code"] == "no_parking_surplus"


def test_two_at_once_move_the_surplus_once(office) -> None:
    park(office, office.place(), 900, 100)
    office.go_to(DECEMBER)
    answers = at_once(lambda: surplus(office), lambda: surplus(office))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert office.balances()["parking_surplus"] == -800


def test_the_surplus_pays_only_for_common_repair_of_this_estate(office, people, container, client, clock) -> None:
    place, facility = office.place(), office.facility()
    park(office, place, 900_000, 0)
    office.go_to(DECEMBER)
    surplus(office)
    wanted = {"purpose": "parking_surplus", "item": "repair_pipe", "reason": "疏通 1 号楼排水管"}
    for item in ("activity", "committee_office", "ceded_share", "greening", "parking_staff"):
        refused = ask(office, place, 100, **{**wanted, "item": item, "facility_id": facility})
        assert (refused.status_code, refused.json["code"]) == (422, "fund_use_refused"), item
    nowhere = ask(office, place, 100, **wanted)
    assert (nowhere.status_code, nowhere.json["code"]) == (422, "repair_place_missing")
    other = Office(client, container, people, build_world(container), clock)
    abroad = ask(office, place, 100, **wanted, facility_id=other.facility())
    assert (abroad.status_code, abroad.json["code"]) == (404, "facility_unknown")
    request = ask(office, place, 100_000, **wanted, facility_id=facility).json["id"]
    step(office, request, "approval", office.chair, decision_id=office.decided())
    assert step(office, request, "payment", office.finance, on="2026-12-05").status_code == 200
    assert office.balances()["parking_surplus"] == -800_000


def test_the_table_lets_the_surplus_pay_for_repair_and_nothing_else() -> None:
    for item in CATALOGUE:
        allowed = True
        try:
            may_be_booked(PostingKind.EXPENSE, AccountKind.PARKING_SURPLUS, item.code, "fac_1")
        except UseRefused:
            allowed = False
        assert allowed == (item.code in REPAIRS), item.code
    with pytest.raises(RepairPlaceMissing):
        may_be_booked(PostingKind.EXPENSE, AccountKind.PARKING_SURPLUS, "repair_lift")


def test_no_purpose_takes_the_company_fees_or_money_that_is_nobodys() -> None:
    foreign = {AccountKind.COMPANY_FEES, AccountKind.PREPAID, AccountKind.SUSPENSE, AccountKind.DEPOSITS}
    for kind, purpose in product(PostingKind, foreign):
        assert (kind, purpose) not in MAY_BE_BOOKED
    spent = [classes for (kind, _), classes in MAY_BE_BOOKED.items() if kind is PostingKind.EXPENSE]
    assert all(ItemClass.OPERATION not in classes for classes in spent)


def test_parking_fees_residents_paid_are_part_of_the_gross_as_one_line(office, container, clock) -> None:
    for number, fen in enumerate((15_000, 15_000, 20_000)):
        act = Transaction("system", "test_payment", clock())
        legs = (Account(AccountKind.WECHAT).debit(fen), Account(AccountKind.PARKING_GROSS).credit(fen))
        room = f"room_{number}"
        entry = Entry(f"pay_{number}", PostingKind.PAYMENT, f"{room} 停车费", legs, room_id=room)
        container.ledger.book(act, office.estate_id, entry)
        container.table.commit(act)
    office.go_to(DECEMBER)
    surplus(office)
    lines = office.publish().json["lines"]
    assert [(line["label"], line["fen"]) for line in lines if line["purpose"] == "parking_gross"] == [
        ("内部结转", -50_000),
        ("业主缴费（合计）", 50_000),
    ]
    assert "room_" not in str(lines), "no line is a person's"
