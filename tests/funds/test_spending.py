"""The owners' money is asked for, decided, paid and proven by people who check one another (FND-03, FND-11)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.funds.spending import Limit, Purse
from miniprogram_api.kernel.access import Role
from tests.funds.conftest import DECEMBER, Office
from tests.neighbours import MeetInTheMiddle, at_once
from tests.world import build_world


def ask(office, place: str, fen: int, who=None, key: str | None = None, **changed):
    body = {
        "place_id": place,
        "purpose": "public_income",
        "item": "repair_equipment",
        "fen": fen,
        "reason": "更换单元门锁",
        "quote": "友协五金报价单",
        **changed,
    }
    return office.post("/spending-requests", who or office.manager, key, **body)


def step(office, request_id: str, name: str, who, **body):
    if name == "approval":
        body = {"decision_id": None, **body}
    return office.post(f"/spending-requests/{request_id}/{name}", who, **body)


def authorise(office, per_item: int, per_year: int, purse: str = "public_income", **changed):
    body = {
        "purse": purse,
        "per_item_fen": per_item,
        "per_year_fen": per_year,
        "valid_from": "2026-01-01",
        "valid_until": "2027-12-31",
        "source": "业主大会 2026-01 决议",
        **changed,
    }
    return office.put("/spending-limits", office.chair, **body)


@pytest.fixture
def place(office) -> str:
    place = office.place()
    office.book(place, 1_000_000)
    return place


@pytest.mark.row("FND-03")
def test_a_request_is_decided_paid_and_proven_by_three_people(office, place, desk) -> None:
    authorise(office, 200_000, 500_000)
    request = ask(office, place, 150_000).json
    assert request["state"] == "asked"
    early = step(office, request["id"], "payment", office.finance, on="2026-11-23")
    assert (early.status_code, early.json["code"]) == (409, "illegal_transition")
    agreed = step(office, request["id"], "approval", office.chair)
    assert (agreed.json["state"], agreed.json["within_limit"], agreed.json["basis"]) == (
        "approved",
        True,
        "业主大会 2026-01 决议",
    )
    paid = step(office, request["id"], "payment", office.finance, on="2026-11-23")
    assert (paid.status_code, paid.json["state"]) == (200, "paid")
    assert step(office, request["id"], "payment", office.finance, on="2026-11-23").json == paid.json
    assert office.balances() == {f"bank:{place}": 850_000, "public_income": -850_000}
    proven = step(office, request["id"], "vouchers", office.manager, photo_ids=[office.photo(desk, office.manager)])
    assert (proven.json["state"], len(proven.json["voucher_photo_ids"])) == ("proven", 1)
    photos = office.get(f"/spending-requests/{request['id']}/photos", office.chair).json
    assert ([one["id"] for one in photos["vouchers"]], photos["quotes"]) == (proven.json["voucher_photo_ids"], [])
    refused = office.get(f"/spending-requests/{request['id']}/photos", office.owner)
    assert refused.status_code == 403


@pytest.mark.row("FND-03")
def test_asker_keeper_decider_and_payer_are_kept_apart(office, place, people, world) -> None:
    authorise(office, 200_000, 500_000)
    own = ask(office, place, 100, office.chair).json["id"]
    refused = step(office, own, "approval", office.chair)
    assert (refused.status_code, refused.json["code"]) == (403, "same_person_refused"), "who asks does not decide"
    keeper = step(office, own, "approval", office.keeper)
    assert (keeper.status_code, keeper.json["code"]) == (403, "same_person_refused"), "who keeps does not decide"
    third = people.neighbour(world.estate, Role.COMMITTEE)
    assert step(office, own, "approval", third).status_code == 200
    place_of_finance = office.place(keeper=office.finance)
    request = ask(office, place_of_finance, 100).json["id"]
    assert step(office, request, "approval", office.chair).status_code == 200
    payer = step(office, request, "payment", office.finance, on="2026-11-23")
    assert (payer.status_code, payer.json["code"]) == (403, "same_person_refused"), "who keeps does not pay"


@pytest.mark.row("FND-03")
def test_who_decided_does_not_keep_the_account_when_it_is_paid(office, place) -> None:
    authorise(office, 200_000, 500_000)
    request = ask(office, place, 100).json["id"]
    step(office, request, "approval", office.chair)
    handed = office.put(f"/money-accounts/{place}/keeper", office.manager, keeper_account_id=office.chair.account_id)
    assert handed.json["keeper_account_id"] == office.chair.account_id
    refused = step(office, request, "payment", office.finance, on="2026-11-23")
    assert (refused.status_code, refused.json["code"]) == (403, "same_person_refused")


@pytest.mark.row("FND-03")
def test_an_expense_of_the_owners_cannot_be_booked_past_its_decision(office, place) -> None:
    refused = office.book(place, 100, item="repair_equipment", direction="expense")
    assert (refused.status_code, refused.json["code"]) == (422, "decision_missing")
    assert office.balances()["public_income"] == -1_000_000


@pytest.mark.row("FND-03")
def test_no_more_is_paid_than_is_there_for_the_purpose(office, place) -> None:
    request = ask(office, place, 1_000_001).json["id"]
    step(office, request, "approval", office.chair, decision_id=office.decided())
    refused = step(office, request, "payment", office.finance, on="2026-11-23")
    assert (refused.status_code, refused.json["code"]) == (409, "not_enough_money")


@pytest.mark.row("FND-03")
def test_two_payments_at_once_do_not_both_spend_the_last_money(office, place, container, monkeypatch) -> None:
    requests = [ask(office, place, 600_000).json["id"] for _ in range(2)]
    for request in requests:
        step(office, request, "approval", office.chair, decision_id=office.decided())
    store = container.spendings._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"pay_spending"}, 2))
    answers = at_once(*(lambda r=r: step(office, r, "payment", office.finance, on="2026-11-23") for r in requests))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert office.balances()["public_income"] == -400_000


@pytest.mark.row("FND-11")
def test_over_the_authority_the_owners_vote_is_needed(office, place) -> None:
    authorise(office, 100_000, 150_000)
    dear = ask(office, place, 100_001).json["id"]
    over = step(office, dear, "approval", office.chair)
    assert (over.status_code, over.json["code"]) == (409, "over_delegated_limit")
    voted = step(office, dear, "approval", office.chair, decision_id=office.decided())
    assert (voted.status_code, voted.json["within_limit"]) == (200, False)
    assert step(office, ask(office, place, 100_000).json["id"], "approval", office.chair).status_code == 200
    year = step(office, ask(office, place, 50_001).json["id"], "approval", office.chair)
    assert (year.status_code, year.json["code"]) == (409, "over_delegated_limit")
    assert step(office, ask(office, place, 50_000).json["id"], "approval", office.chair).status_code == 200
    (limit,) = office.get("/spending-limits", office.owner).json["items"]
    assert (limit["used_fen"], limit["per_year_fen"], limit["source"]) == (150_000, 150_000, "业主大会 2026-01 决议")


@pytest.mark.row("FND-11")
def test_without_authority_or_outside_its_dates_the_committee_decides_nothing_alone(office, place) -> None:
    request = ask(office, place, 1).json["id"]
    assert step(office, request, "approval", office.chair).json["code"] == "over_delegated_limit"
    authorise(office, 100, 100, valid_from="2026-12-01", valid_until="2026-12-31")
    assert step(office, request, "approval", office.chair).json["code"] == "over_delegated_limit"
    office.go_to(DECEMBER)
    assert step(office, request, "approval", office.chair).status_code == 200


@pytest.mark.row("FND-11")
def test_two_decisions_at_once_cannot_both_slip_under_the_year(office, place, container, monkeypatch) -> None:
    authorise(office, 100_000, 100_000)
    requests = [ask(office, place, 60_000).json["id"] for _ in range(2)]
    store = container.spendings._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"approve_spending"}, 2))
    answers = at_once(*(lambda r=r: step(office, r, "approval", office.chair) for r in requests))
    assert sorted((answer.status_code, answer.json.get("code")) for answer in answers) == [
        (200, None),
        (409, "over_delegated_limit"),
    ]
    assert office.get("/spending-limits").json["items"][0]["used_fen"] == 60_000


@pytest.mark.row("FND-11")
def test_the_street_decides_only_where_no_committee_is_in_office(office, place, people, world, container) -> None:
    street = people.official(world.street)
    request = ask(office, place, 100).json["id"]
    refused = step(office, request, "approval", street, decision_id=office.decided())
    assert (refused.status_code, refused.json["code"]) == (403, "committee_decides")
    orphan = build_world(container)
    alone = Office(office.client, container, people, orphan, office.clock, Role.BUILDING_HEAD)
    place = alone.place()
    request = ask(alone, place, 100).json["id"]
    agreed = step(alone, request, "approval", people.official(orphan.street), decision_id=alone.decided())
    assert (agreed.status_code, agreed.json["state"]) == (200, "approved")


@given(
    per_item=st.integers(1, 10**9),
    spare=st.integers(0, 10**9),
    used=st.integers(0, 10**9),
    fen=st.integers(1, 10**9),
)
def test_a_limit_allows_exactly_what_keeps_item_and_year_within_it(per_item, spare, used, fen) -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    limit = Limit("est", Purse.PUBLIC_INCOME, per_item, per_item + spare, first, last, "vote", "acc")
    allowed = limit.allows(fen, used, first)
    assert allowed == (max(fen - per_item, used + fen - per_item - spare) <= 0)
    assert limit.allows(fen, used, last) == allowed
    assert not limit.allows(fen, used, date(2027, 1, 1))
    assert not limit.allows(fen, used, date(2025, 12, 31))


def test_a_request_sent_twice_stands_once(office, place) -> None:
    first, again = (ask(office, place, 100, key="spend-key-1") for _ in range(2))
    assert again.json == first.json
    other = ask(office, place, 101, key="spend-key-1")
    assert (other.status_code, other.json["code"]) == (409, "spend_key_reused")
