"""Where the common money lies: public accounts with one keeper each, none in a private name (FND-05, FND-03)."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.access import Role
from tests.funds.conftest import Office
from tests.world import build_world


@pytest.mark.row("FND-05")
def test_an_account_in_a_private_name_is_refused_with_what_to_do(office) -> None:
    refused = office.open_place(holder="personal")
    assert (refused.status_code, refused.json["code"]) == (422, "private_holder_refused")
    assert "业主大会账户" in refused.json["message"]
    assert office.get("/money-accounts").json["items"] == []


@pytest.mark.row("FND-05")
@pytest.mark.parametrize("holder", ["owners_assembly", "shared", "company_sub_account", "community_trust"])
def test_the_public_holders_are_accepted(office, holder) -> None:
    office.place(holder=holder)
    (shown,) = office.get("/money-accounts").json["items"]
    assert (shown["holder"], shown["last4"], shown["open"]) == (holder, "6688", True)


@pytest.mark.row("FND-03")
def test_who_opens_an_account_chooses_among_those_who_may_keep_it(office) -> None:
    named = {one["account_id"]: one["role"] for one in office.get("/money-accounts/keepers").json}
    assert (named[office.keeper.account_id], named[office.finance.account_id]) == ("committee", "finance")
    assert office.owner.account_id not in named
    assert office.get("/money-accounts/keepers", office.finance).status_code == 403


@pytest.mark.row("FND-05")
def test_only_the_last_four_digits_can_be_written_down(office) -> None:
    assert office.open_place(last4="6222021234567890").status_code == 422


@pytest.mark.row("FND-05")
def test_money_comes_only_to_an_account_that_may_hold_it_and_is_open(office) -> None:
    parking = office.place("parking_gross")
    wrong = office.book(parking, 100)
    assert (wrong.status_code, wrong.json["code"]) == (422, "purpose_not_held")
    office.post(f"/money-accounts/{parking}/closing", office.manager)
    closed = office.book(parking, 100, item="parking_fee", purpose="parking_gross")
    assert (closed.status_code, closed.json["code"]) == (409, "money_account_changed")
    assert office.balances() == {}


@pytest.mark.row("FND-06")
def test_the_maintenance_fund_has_an_account_of_its_own(office) -> None:
    mixed = office.open_place("maintenance", "public_income")
    assert (mixed.status_code, mixed.json["code"]) == (422, "purposes_mixed")
    assert office.open_place("maintenance").status_code == 201


@pytest.mark.row("FND-03")
def test_the_one_keeper_holds_a_post_at_the_estate(office, people, container) -> None:
    stranger = office.open_place(keeper=people.stranger())
    assert (stranger.status_code, stranger.json["code"]) == (422, "keeper_unknown")
    abroad = people.neighbour(build_world(container).estate, Role.COMMITTEE)
    assert office.open_place(keeper=abroad).json["code"] == "keeper_unknown"


@pytest.mark.row("FND-16")
def test_an_account_of_another_estate_is_not_found(office, people, container, clock, client) -> None:
    other = Office(client, container, people, build_world(container), clock)
    foreign = other.place()
    refused = office.book(foreign, 100)
    assert (refused.status_code, refused.json["code"]) == (404, "money_account_unknown")


def test_an_account_sent_twice_stands_once(office) -> None:
    body = {
        "kind": "cash",
        "holder": "community_trust",
        "name": "社区代管现金",
        "purposes": ["public_income", "parking_gross"],
        "keeper_account_id": office.keeper.account_id,
    }
    first, again = (office.post("/money-accounts", office.manager, "place-key-1", **body) for _ in range(2))
    assert (again.status_code, again.json) == (201, first.json)
    other = office.post("/money-accounts", office.manager, "place-key-1", **{**body, "name": "别的"})
    assert (other.status_code, other.json["code"]) == (409, "money_account_key_reused")
    assert office.book(first.json["id"], 100).json["legs"][0]["account"] == f"cash:{first.json['id']}"


def test_what_residents_paid_is_moved_to_an_account(office) -> None:
    place = office.place()
    body = {"from_id": "wechat", "to_id": place, "fen": 5_000, "summary": "微信结算到账", "on": "2026-11-23"}
    moved = office.post("/ledger/transfers", office.finance, **body)
    assert moved.status_code == 201
    assert office.balances() == {f"bank:{place}": 5_000, "wechat": -5_000}
    same = office.post("/ledger/transfers", office.finance, **{**body, "from_id": place})
    assert (same.status_code, same.json["code"]) == (422, "same_places")
