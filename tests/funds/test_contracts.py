"""Contracts that bring the owners income: instalments come in as postings, ceding is a dated decision (FND-17)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.neighbours import at_once

pytestmark = pytest.mark.row("FND-17")

LEASE = {
    "resource": "room",
    "what": "东门门卫房租赁",
    "payer": "友协便民超市",
    "purpose": "public_income",
    "item": "lease",
    "price_fen": 100_001,
    "begins_on": "2026-11-01",
    "ends_on": "2027-10-31",
    "instalments": [{"due_on": "2026-11-20", "fen": 33_334}, {"due_on": "2026-12-20", "fen": 66_667}],
}


def enter(office, key: str | None = None, **changed):
    return office.post("/income-contracts", office.finance, key, **{**LEASE, **changed})


def receive(office, contract_id: str, place: str, number: int = 1, on: str = "2026-11-23"):
    return office.post(
        f"/income-contracts/{contract_id}/receipts", office.finance, number=number, place_id=place, on=on
    )


def test_an_instalment_that_comes_in_is_a_posting_of_its_contract(office) -> None:
    place, contract = office.place(), enter(office).json
    assert (contract["overdue_fen"], contract["instalments"][0]["overdue"]) == (33_334, True)
    received = receive(office, contract["id"], place).json
    assert (received["received_fen"], received["overdue_fen"]) == (33_334, 0)
    (posting,) = office.get("/ledger/2026-11/postings").json["items"]
    assert (posting["contract_id"], posting["item"], posting["id"]) == (
        contract["id"],
        "lease",
        received["instalments"][0]["posting_id"],
    )
    twice = receive(office, contract["id"], place)
    assert (twice.status_code, twice.json["code"]) == (409, "income_contract_moved")
    assert office.balances()["public_income"] == -33_334
    assert receive(office, contract["id"], place, number=3).json["code"] == "income_contract_unknown"


def test_two_at_once_receive_an_instalment_once(office) -> None:
    place, contract = office.place(), enter(office).json["id"]
    answers = at_once(*[lambda: receive(office, contract, place)] * 2)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert office.balances()["public_income"] == -33_334


def test_overdue_instalments_are_listed_the_longest_due_first(office) -> None:
    place = office.place()
    first = enter(office).json["id"]
    older = [{"due_on": "2026-11-02", "fen": 1}, {"due_on": "2027-01-02", "fen": 100_000}]
    second = enter(office, instalments=older).json["id"]
    later = [{"due_on": "2026-11-23", "fen": 100_001}]
    enter(office, instalments=later)
    listed = office.get("/income-contracts-overdue").json["items"]
    assert [one["id"] for one in listed] == [second, first], "what is due today is not overdue"
    receive(office, second, place)
    assert [one["id"] for one in office.get("/income-contracts-overdue").json["items"]] == [first]


def test_a_receipt_taken_back_leaves_the_instalment_open(office) -> None:
    place, contract = office.place(), enter(office).json["id"]
    posting = receive(office, contract, place).json["instalments"][0]["posting_id"]
    body = {"month": "2026-11", "posting_id": posting, "on": "2026-11-23", "reason": "支票退票"}
    assert office.post("/ledger/corrections", office.finance, **body).status_code == 201
    (shown,) = office.get("/income-contracts").json["items"]
    assert (shown["received_fen"], shown["overdue_fen"]) == (0, 33_334)
    assert receive(office, contract, place).status_code == 201
    assert office.balances()["public_income"] == -33_334


def test_ceding_is_a_dated_decision_with_a_share_of_what_comes_in_since(office) -> None:
    place, contract = office.place(), enter(office).json["id"]
    receive(office, contract, place)
    decision = {"decided_on": "2026-12-01", "share": 3000, "decision": "业主大会 2026-12 决议：让渡三成"}
    ceded = office.put(f"/income-contracts/{contract}/ceding", office.chair, **decision)
    assert (ceded.json["ceding"], ceded.json["ceded_fen"]) == (decision, 0)
    office.go_to(datetime(2026, 12, 21, 2, 0, tzinfo=UTC))
    # 30 % of 666.67 yuan is 200.001 yuan.
    assert receive(office, contract, place, number=2, on="2026-12-20").json["ceded_fen"] == 20_000
    refused = office.put(f"/income-contracts/{contract}/ceding", office.finance, **decision)
    assert refused.status_code == 403, "the owners' side decides what is ceded"


@pytest.mark.parametrize(
    "changed",
    [
        {"price_fen": 100_000},
        {"ends_on": "2026-10-31"},
        {"begins_on": "2026-11-21"},
        {"instalments": [LEASE["instalments"][1], LEASE["instalments"][0]]},
    ],
)
def test_terms_that_do_not_add_up_are_refused(office, changed) -> None:
    refused = enter(office, **changed)
    assert (refused.status_code, refused.json["code"]) == (422, "income_contract_unclear")


def test_an_item_that_is_no_income_of_the_purpose_is_refused(office) -> None:
    assert enter(office, item="repair_lift").json["code"] == "fund_use_refused"


def test_a_contract_sent_twice_stands_once(office) -> None:
    first = enter(office, "contract-key-1")
    receive(office, first.json["id"], office.place())
    again = enter(office, "contract-key-1")
    assert (again.status_code, again.json["id"], again.json["received_fen"]) == (201, first.json["id"], 33_334)
    other = enter(office, "contract-key-1", what="别的")
    assert (other.status_code, other.json["code"]) == (409, "income_contract_key_reused")
