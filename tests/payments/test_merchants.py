"""Where a company's money goes: proposed by the company, confirmed by the operator, never shared by two."""

from __future__ import annotations

import pytest

from tests.payments.house import build_house


@pytest.fixture
def merchant(house, client):
    """An act on a company's merchant account."""

    def go(who, method: str = "put", path: str = "", status: int = 200, company: str | None = None, **body) -> dict:
        address = f"/v1/companies/{company or house.company_id}/merchant{path}"
        answer = client.open(method.upper(), address, who=who, json=body or None)
        assert answer.status_code == status, answer.json
        return answer.json

    return go


@pytest.mark.row("INT-13")
def test_nothing_is_collected_before_the_operator_confirmed_the_number(house, start, merchant) -> None:
    head, operator = house.people.company_admin(house.world.company), house.people.operator()
    bill, owner = house.bill(), house.owner_of("101")
    proposed = merchant(head, sub_mchid="1700009999")
    assert (proposed["state"], merchant(head, sub_mchid="1700009999")) == ("proposed", proposed)
    assert start(owner, bill.id, status=409)["code"] == "payment_not_set_up"
    assert merchant(operator, "post", "/confirmation")["state"] == "confirmed"
    assert merchant(operator, "post", "/confirmation", 409)["code"] == "merchant_moved"
    house.wechat("enroll", sub_mchid="1700009999")
    assert start(owner, bill.id)["order"]["total_fen"] == 5192


@pytest.mark.row("INT-13")
def test_two_companies_never_share_a_number(house, merchant, settings, clock, simulator) -> None:
    other = build_house(settings, clock, simulator)
    head, operator = house.people.company_admin(house.world.company), house.people.operator()
    merchant(head, sub_mchid=other.sub_mchid)
    assert merchant(operator, "post", "/confirmation", 409)["code"] == "merchant_taken"


@pytest.mark.row("INT-13")
@pytest.mark.parametrize("number", ["17", "170000999x", "17000099999"])
def test_what_is_no_number_is_refused(house, merchant, number) -> None:
    head = house.people.company_admin(house.world.company)
    assert merchant(head, status=422, sub_mchid=number)["code"] == "merchant_refused"


@pytest.mark.row("INT-13")
def test_the_company_does_not_confirm_itself(house, merchant) -> None:
    head = house.people.company_admin(house.world.company)
    assert merchant(head, "post", "/confirmation", 403)["code"] == "not_allowed"
    assert merchant(head, "get")["sub_mchid"] == house.sub_mchid
