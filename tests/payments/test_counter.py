"""Money at the counter: one paper receipt, one payment; who wrote it down does not take it back."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.access import Role
from miniprogram_api.receipts.rules import Correction


@pytest.fixture
def finance(house):
    return house.staff(Role.FINANCE)


@pytest.fixture
def take(house, post, finance, client):
    """The desk writes down cash for bills of a room, with a photo of the paper receipt."""
    photos = iter(range(1, 100))

    def go(*parts: dict, status: int = 201, key: str = "counter-once-1", paper: str = "NO-0001", **changes) -> dict:
        picture = post(
            "photos", finance, 201, f"a-photo-of-it-{next(photos)}", content_type="image/jpeg", size=1000
        )  # fmt: skip
        body = {
            "room_id": house.room().id,
            "means": "cash",
            "parts": list(parts),
            "payer_name": "张三丰",
            "paid_on": "2026-11-23",
            "paper_number": paper,
            "photo_id": picture["photo_id"],
            **changes,
        }
        return post("counter-payments", finance, status, key, **body)

    return go


@pytest.mark.row("FEE-02")
def test_cash_pays_bills_and_prepays_with_one_receipt(house, take) -> None:
    bill = house.bill(5192)
    payment = take({"bill_id": bill.id}, prepaid_fen=808)
    assert (payment["total_fen"], payment["payer_name"], payment["means_label"]) == (6000, "张**", "现金")
    assert house.see(bill).state == "paid"
    assert house.balances() == {"cash": 6000, "company_fees": -5192, "prepaid": -808}
    assert house.container.wallets.wallet_of(house.estate_id, bill.room_id).prepaid_fen == 808
    receipt = house.container.receipts.get_receipt(payment["receipt_id"])
    assert (receipt.draft.total_fen, receipt.draft.paper_number) == (6000, "NO-0001")


def test_the_same_call_again_is_the_same_payment(house, post, finance, take) -> None:
    bill = house.bill(5192)
    first = take({"bill_id": bill.id, "fen": 1000})
    again = take({"bill_id": bill.id, "fen": 1000}, photo_id=first["photo_id"])
    assert again == first
    assert take({"bill_id": bill.id, "fen": 1001}, photo_id=first["photo_id"], status=409)["code"] == (
        "payment_key_reused"
    )
    assert house.see(bill).paid_fen == 1000


@pytest.mark.row("FEE-02")
def test_a_paper_receipt_stands_for_one_payment(house, take) -> None:
    bill = house.bill(5192)
    take({"bill_id": bill.id, "fen": 1000})
    refused = take({"bill_id": bill.id, "fen": 1000}, key="counter-once-2", status=409)
    assert refused["code"] == "paper_number_used"
    assert house.see(bill).paid_fen == 1000


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"means": "wechat"}, 422, "means_refused"),
        ({"parts": [{"bill_id": "bill_nobody_2026-11_service_1"}]}, 404, "bill_unknown"),
        ({"parts": []}, 409, "nothing_due"),
        ({"parts": "too much"}, 409, "more_than_due"),
        ({"parts": "twice"}, 409, "nothing_due"),
        ({"photo_id": "photo_nobody"}, 404, "photo_not_yours"),
    ],
    ids=str,
)
def test_what_cannot_be_changes_nothing(house, take, changes, status, code) -> None:
    bill = house.bill(5192)
    parts = {"too much": [{"bill_id": bill.id, "fen": 5193}], "twice": [{"bill_id": bill.id}] * 2}
    named = changes.get("parts", "one")
    given = {**changes, "parts": parts.get(str(named), [{"bill_id": bill.id}] if named == "one" else named)}
    assert take(status=status, **given)["code"] == code
    assert house.see(bill).state == "issued"
    assert house.balances() == {}


def test_a_bill_that_a_phone_is_paying_is_left_alone(house, start, take) -> None:
    bill = house.bill(5192)
    start(house.owner_of("101"), bill.id)
    assert take({"bill_id": bill.id}, status=409)["code"] == "bill_being_paid"


@pytest.mark.row("FEE-02")
def test_another_person_takes_it_back_and_everything_is_as_before(house, post, finance, take) -> None:
    bill = house.bill(5192)
    payment = take({"bill_id": bill.id}, prepaid_fen=808)
    path = f"counter-payments/{payment['id']}/void"
    assert post(path, finance, 403, reason="写错了")["code"] == "own_entry_refused"
    voided = post(path, house.staff(), reason="写错了")
    assert voided["void_reason"] == "写错了"
    assert (house.see(bill).state, house.balances()) == ("issued", {"cash": 0, "company_fees": 0, "prepaid": 0})
    assert house.container.receipts.get_receipt(payment["receipt_id"]).state == "void"
    assert post(path, house.staff(), 409, reason="再一次")["code"] == "counter_payment_moved"


def test_taking_back_needs_the_prepaid_money_to_be_there(house, post, take) -> None:
    payment = take(prepaid_fen=808)
    house.bill(500)
    house.container.prepaid_offsets.apply("system", "系统", house.estate_id, house.room().id, house.clock())
    refused = post(f"counter-payments/{payment['id']}/void", house.staff(), 409, reason="写错了")
    assert refused["code"] == "not_enough_prepaid"


def test_taking_back_voids_the_receipt_that_stands_now(house, client, post, take, finance) -> None:
    """The receipt's words were corrected in between: it is the corrected one that stands for the money."""
    bill = house.bill(5192)
    payment = take({"bill_id": bill.id})
    principal = house.container.identity.principal(finance.token, house.clock())
    territory = house.container.estates.get_estate(house.estate_id).territory
    receipts = house.container.receipts
    before = receipts.void(
        principal, territory, payment["receipt_id"], "名字写错", Correction(payer_name="李**"), house.clock()
    )
    post(f"counter-payments/{payment['id']}/void", house.staff(), reason="写错了")
    stands = receipts.get_receipt(str(before.replaced_by))
    assert (stands.state, stands.left_fen) == ("void", 0)
