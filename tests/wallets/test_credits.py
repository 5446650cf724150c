"""Credits (FEE-10): earned by buying, usable once goods cannot be returned, for the service fee, settled by vendors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.billing.bill import Paid, Paying
from miniprogram_api.kernel.charge import BillKind, Means
from miniprogram_api.wallets.credit import Funder, Order, Terms, earned, shares
from tests.neighbours import MeetInTheMiddle, at_once
from tests.wallets.conftest import TERMS, open_shop
from tests.world import build_world

pytestmark = pytest.mark.row("FEE-10")

TODAY = date(2026, 11, 23)
# Ordered on the 23rd, returns until the end of the 30th: usable from 1 December 00:00 in China.
USABLE = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


def sweep_all(shop) -> None:
    """Let the clock do its work until nothing is due; other tests of the run may have left some."""
    while shop.container.credits.sweep(shop.container.clock()):
        pass


def ripen(shop, clock) -> None:
    """Let the time of returns pass and the clock do its work."""
    clock.set(max(clock(), USABLE))
    sweep_all(shop)


def fresh(shop, people):
    """The same people with sessions of today."""
    return replace(shop, staff=people.again(shop.staff), owner=people.again(shop.owner))


# Earning


@given(st.integers(1, 10**9), st.integers(1, 10_000))
def test_an_order_earns_its_rate_and_no_part_of_a_fen(fen, rate) -> None:
    terms = Terms(rate, 7, 365, Funder.VENDOR)
    exact = Fraction(fen) * Fraction(rate, 10_000)
    assert exact - 1 < earned(Order("r", "n", fen, TODAY), terms) <= exact


def test_a_credit_waits_until_goods_can_no_longer_be_returned(shop, clock, people) -> None:
    # 5 % of 199.99 yuan is 9.9995 yuan.
    bought = shop.buy(19999, "A-1")
    assert (bought["earned_fen"], bought["state"], bought["state_label"]) == (999, "pending", "待确认")
    assert bought["usable_at"] == "2026-11-30T16:00:00Z"
    assert bought["expires_at"] == "2027-11-30T16:00:00Z"
    assert shop.wallet()["usable_credit_fen"] == 0
    bill = shop.bill(5000)
    assert shop.offset(bill, "offset-key-1").json["code"] == "credit_nothing_usable"
    clock.set(USABLE - timedelta(seconds=1))
    shop = fresh(shop, people)
    sweep_all(shop)
    assert shop.books() == {}
    clock.set(USABLE)
    sweep_all(shop)
    wallet = shop.wallet()
    assert (wallet["usable_credit_fen"], wallet["first_expires_at"]) == (999, "2027-11-30T16:00:00Z")
    assert shop.books() == {"credit": -999, f"vendor:{shop.vendor_id}": 999}
    assert shop.owed() == 999


def test_an_order_earns_once_whatever_room_it_is_entered_for(shop, people) -> None:
    first = shop.buy(10000, "A-1")
    assert shop.buy(10000, "A-1") == first
    assert shop.enter("A-1", 20000, TODAY).json["code"] == "credit_order_entered"
    other = open_shop(shop.client, shop.container, shop.world, people)
    assert other.vendor_id == shop.vendor_id
    assert other.enter("A-1", 10000, TODAY).json["code"] == "credit_order_entered"
    assert len(shop.credits()) == 1


def test_an_order_entered_twice_at_once_earns_once(shop, monkeypatch) -> None:
    store = shop.container.credits._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"enter_credit"}, 2))
    answers = at_once(*[lambda: shop.enter("A-1", 10000, TODAY).status_code] * 2)
    assert 201 in answers
    assert len(shop.credits()) == 1


@pytest.mark.parametrize(
    ("fen", "on"),
    [(10000, date(2026, 11, 24)), (10000, date(2025, 11, 15)), (19, TODAY)],
    ids=["future", "old", "tiny"],
)
def test_an_order_that_cannot_earn_is_refused(shop, fen, on) -> None:
    refused = shop.enter("A-1", fen, on)
    assert (refused.status_code, refused.json["code"]) == (422, "credit_order_refused")


def test_an_order_needs_a_room_and_a_vendor_that_takes_part(shop) -> None:
    assert shop.enter("A-1", 10000, TODAY, "room_none").json["code"] == "room_unknown"
    ended = shop.client.post(f"{shop.vendor_path}/end", who=shop.staff)
    assert ended.json["ended_at"] is not None
    assert shop.enter("A-1", 10000, TODAY).json["code"] == "credit_vendor_over"
    later = shop.client.put(f"{shop.vendor_path}/terms", json={**TERMS, "rate": 1000}, who=shop.staff)
    assert later.json["ended_at"] is None
    assert shop.buy(10000)["earned_fen"] == 1000


def test_a_vendor_is_known_by_its_name(shop) -> None:
    path = f"{shop.path}/credit-vendors"
    again = shop.client.post(path, json={"name": "王家超市", "terms": TERMS}, who=shop.staff)
    assert again.json["id"] == shop.vendor_id
    other = shop.client.post(path, json={"name": "王家超市", "terms": {**TERMS, "rate": 1}}, who=shop.staff)
    assert (other.status_code, other.json["code"]) == (409, "credit_vendor_there")
    assert shop.client.post(path, json={"name": "李家店", "terms": TERMS}, who=shop.owner).status_code == 403


# Paying


def test_a_bill_shows_what_the_credit_paid_and_the_books_follow(shop, clock, people) -> None:
    shop.buy(100000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    bill = shop.bill(8000)
    done = shop.offset(bill, "offset-key-1", 3000)
    assert (done.status_code, done.json["fen"]) == (201, 3000)
    assert shop.offset(bill, "offset-key-1", 3000).json == done.json
    assert shop.offset(bill, "offset-key-1", 2000).json["code"] == "credit_changed"
    paid = shop.read_bill(bill)
    assert [(one.means, one.fen, one.late_fee_fen) for one in paid.payments] == [(Means.CREDIT, 3000, 0)]
    assert shop.wallet()["usable_credit_fen"] == 2000
    assert shop.books() == {"credit": -2000, "company_fees": -3000, f"vendor:{shop.vendor_id}": 5000}
    rest = shop.offset(bill, "offset-key-2").json
    assert rest["fen"] == 2000
    assert [credit["state"] for credit in shop.credits()] == ["used"]
    assert shop.books() == {"company_fees": -5000, f"vendor:{shop.vendor_id}": 5000}


def test_never_more_than_is_due(shop, clock, people) -> None:
    shop.buy(100000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    bill = shop.bill(1200)
    assert shop.offset(bill, "offset-key-1", 5000).json["fen"] == 1200
    assert shop.offset(bill, "offset-key-2").json["code"] == "nothing_due"
    assert shop.wallet()["usable_credit_fen"] == 3800


def test_a_late_fee_is_not_paid_by_credits(shop, clock, people) -> None:
    shop.buy(100000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    paid = Paid("pay_1", Means.CASH, 1200, 0, clock())
    bill = shop.bill(1200, late_fee_fen=60, late_fee_until=date(2026, 12, 1), payments=(paid,))
    assert bill.is_open
    assert shop.offset(bill, "offset-key-1").json["code"] == "nothing_due"


@pytest.mark.parametrize("kind", [kind for kind in BillKind if kind is not BillKind.SERVICE])
def test_only_the_service_fee(shop, clock, people, kind) -> None:
    shop.buy(100000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    refused = shop.offset(shop.bill(1200, kind), "offset-key-1")
    assert (refused.status_code, refused.json["code"]) == (409, "credit_service_fee_only")
    assert shop.wallet()["usable_credit_fen"] == 5000


def test_a_bill_that_wechat_is_being_asked_for_waits(shop, clock, people) -> None:
    shop.buy(100000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    paying = Paying("pay_1", shop.owner.account_id, clock() + timedelta(minutes=5))
    assert shop.offset(shop.bill(1200, paying=paying), "offset-key-1").json["code"] == "bill_being_paid"


def test_the_credit_of_one_company_does_not_pay_another(shop, clock, people) -> None:
    shop.buy(100000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    assert shop.offset(shop.bill(1200, company_id="cmp_next"), "offset-key-1").json["code"] == "credit_nothing_usable"


def test_the_first_to_expire_pays_first(shop, clock, people) -> None:
    late, early = shop.buy(20000, "late", date(2026, 11, 22)), shop.buy(20000, "early", date(2026, 11, 20))
    assert early["expires_at"] < late["expires_at"]
    ripen(shop, clock)
    shop = fresh(shop, people)
    shop.offset(shop.bill(1500), "offset-key-1")
    left = {credit["order_number"]: credit["left_fen"] for credit in shop.credits()}
    assert left == {"early": 0, "late": 500}


def test_a_neighbours_bill_is_none_of_mine(shop, clock, people) -> None:
    bill = shop.bill(1200)
    neighbour = people.resident(shop.world.estate, room_id="room_other")
    refused = shop.offset(bill, "offset-key-1", who=neighbour)
    assert (refused.status_code, refused.json["code"]) == (404, "bill_unknown")
    seen = shop.client.get(f"{shop.path}/rooms/{shop.room_id}/credits", who=neighbour)
    assert (seen.status_code, seen.json["code"]) == (404, "wallet_unknown")


def test_one_credit_pays_one_of_two_bills_at_once(shop, clock, people, monkeypatch) -> None:
    shop.buy(20000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    first, second = shop.bill(1000), shop.bill(1000)
    store = shop.container.credits._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"offset_bill"}, 2))
    answers = at_once(lambda: shop.offset(first, "offset-key-1"), lambda: shop.offset(second, "offset-key-2"))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert sum(shop.read_bill(bill).paid_fen for bill in (first, second)) == 1000


# Going back


def test_goods_returned_before_the_credit_was_used(shop, clock, people) -> None:
    shop.buy(20000, "A-1")
    ripen(shop, clock)
    shop = fresh(shop, people)
    back = shop.take_back("A-1").json
    assert (back["state"], back["left_fen"]) == ("reversed", 0)
    assert shop.take_back("A-1").json == back
    assert shop.books() == {}
    assert shop.owed() == 0
    assert shop.take_back("none").json["code"] == "credit_unknown"


def test_goods_returned_while_the_credit_waits_leave_no_trace_in_the_books(shop, clock, people) -> None:
    shop.buy(20000, "A-1")
    assert shop.take_back("A-1").json["state"] == "reversed"
    ripen(shop, clock)
    assert shop.books() == {}


@pytest.mark.parametrize("funder", Funder)
def test_what_a_returned_purchase_had_paid_becomes_a_claim_on_the_vendor(
    client, container, world, people, clock, funder
) -> None:
    shop = open_shop(client, container, world, people, funder=funder.value)
    shop.buy(20000, "A-1")
    ripen(shop, clock)
    shop = fresh(shop, people)
    bill = shop.bill(600)
    shop.offset(bill, "offset-key-1")
    shop.take_back("A-1")
    # The bill stays paid; whoever funded the credit, the vendor has its goods back and owes the 6.00.
    assert shop.read_bill(bill).state.value == "paid"
    assert shop.owed() == 600
    assert shop.books() == {"company_fees": -600, f"vendor:{shop.vendor_id}": 600}


def test_a_credit_the_company_funds_is_its_own_money(client, container, world, people, clock) -> None:
    shop = open_shop(client, container, world, people, funder="company")
    shop.buy(20000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    assert shop.books() == {"credit": -1000, "company_fees": 1000}
    shop.offset(shop.bill(400), "offset-key-1")
    assert shop.books() == {"credit": -600, "company_fees": 600}
    assert shop.owed() == 0


def test_what_is_left_expires(shop, clock, people) -> None:
    shop.buy(20000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    shop.offset(shop.bill(400), "offset-key-1")
    clock.set(datetime(2027, 11, 30, 16, 0, tzinfo=UTC))
    shop = fresh(shop, people)
    # Before the clock came by, an expired credit pays nothing already.
    assert shop.wallet()["usable_credit_fen"] == 0
    assert shop.offset(shop.bill(400), "offset-key-2").json["code"] == "credit_nothing_usable"
    sweep_all(shop)
    assert [credit["state"] for credit in shop.credits()] == ["expired"]
    assert shop.owed() == 400
    assert shop.books() == {"company_fees": -400, f"vendor:{shop.vendor_id}": 400}


def test_the_office_takes_a_use_off_a_bill_again(shop, clock, people) -> None:
    shop.buy(20000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    bill = shop.bill(600)
    used = shop.offset(bill, "offset-key-1").json["id"]
    path = f"{shop.path}/bills/{bill.id}/credit-offsets/{used}/return"
    assert shop.client.post(path, who=shop.owner).status_code == 403
    done = shop.client.post(path, who=shop.staff)
    assert done.json["returned_at"] is not None
    assert shop.client.post(path, who=shop.staff).json == done.json
    assert shop.read_bill(bill).state.value == "issued"
    assert shop.wallet()["usable_credit_fen"] == 1000
    assert shop.books() == {"credit": -1000, f"vendor:{shop.vendor_id}": 1000}


@given(st.lists(st.integers(1, 500), max_size=6), st.integers(0, 2000))
def test_shares_take_what_is_there_and_no_more(lefts, wanted) -> None:
    listed = [SimpleNamespace(id=str(at), expires_at=at % 3, left_fen=left) for at, left in enumerate(lefts)]
    parts = shares(listed, wanted)  # type: ignore[arg-type]
    assert sum(part for _, part in parts) == min(sum(lefts), wanted)
    assert all(0 < part <= credit.left_fen for credit, part in parts)
    ends = [credit.expires_at for credit, _ in parts]
    assert ends == sorted(ends)
    assert all(part == credit.left_fen for credit, part in parts[:-1])


# Vendors


def test_a_vendor_settles_monthly_and_its_statement_adds_up(shop, clock, people) -> None:
    shop.buy(100000, "A-1")
    shop.buy(40000, "A-2")
    ripen(shop, clock)
    shop = fresh(shop, people)
    path = f"{shop.vendor_path}/settlements"
    too_much = shop.client.post(path, json={"fen": 7001, "reference": "BANK-0001"}, who=shop.staff, key="settle-key-1")
    assert (too_much.status_code, too_much.json["code"]) == (409, "credit_settlement_too_much")
    body = {"fen": 5000, "reference": "BANK-0001"}
    paid = shop.client.post(path, json=body, who=shop.staff, key="settle-key-2")
    assert (paid.status_code, paid.json["fen"]) == (201, -5000)
    assert shop.client.post(path, json=body, who=shop.staff, key="settle-key-2").json == paid.json
    other = shop.client.post(path, json={**body, "fen": 1}, who=shop.staff, key="settle-key-2")
    assert other.json["code"] == "credit_settlement_too_much"
    assert shop.owed() == 2000
    assert shop.books() == {"credit": -7000, "bank": 5000, f"vendor:{shop.vendor_id}": 2000}
    clock.set(datetime(2027, 1, 5, tzinfo=UTC))
    shop = fresh(shop, people)
    shop.take_back("A-2")

    def month(name: str) -> tuple[int, list[tuple[str, int]], int]:
        shown = shop.client.get(f"{shop.vendor_path}/statement?month={name}", who=shop.staff).json
        return shown["opening_fen"], [(one["kind"], one["fen"]) for one in shown["entries"]], shown["closing_fen"]

    assert month("2026-11") == (0, [], 0)
    opening, entries, closing = month("2026-12")
    assert (opening, closing) == (0, 2000)
    assert sorted(entries) == [("granted", 2000), ("granted", 5000), ("settled", -5000)]
    assert month("2027-01") == (2000, [("taken_back", -2000)], 0)
    bad = shop.client.get(f"{shop.vendor_path}/statement?month=2026", who=shop.staff)
    assert bad.json["code"] == "period_unreadable"


def test_two_settlements_at_once_do_not_overpay(shop, clock, people, monkeypatch) -> None:
    shop.buy(20000)
    ripen(shop, clock)
    shop = fresh(shop, people)
    store = shop.container.credit_vendors._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"settle_vendor"}, 2))
    path, body = f"{shop.vendor_path}/settlements", {"fen": 1000, "reference": "BANK-0001"}

    def settle(key: str) -> int:
        return shop.client.post(path, json=body, who=shop.staff, key=key).status_code

    answers = at_once(lambda: settle("settle-key-1"), lambda: settle("settle-key-2"))
    assert sorted(answers) == [201, 409]
    assert shop.owed() == 0


def test_a_vendor_of_another_estate_is_unknown(shop, container, people) -> None:
    elsewhere = build_world(container)
    path = f"/v1/estates/{elsewhere.estate.id}/credit-vendors/{shop.vendor_id}"
    refused = shop.client.post(f"{path}/end", who=people.staff(elsewhere.estate))
    assert (refused.status_code, refused.json["code"]) == (404, "credit_vendor_unknown")
