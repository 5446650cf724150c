"""What happens by the clock: silent orders are asked about four times and then ended; every morning is compared."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.payments.order import LOOKS
from tests.payments.house import at


@pytest.mark.row("FEE-02")
def test_a_silent_order_is_asked_about_and_then_ended(house, start, sweep) -> None:
    bill = house.bill()
    started = start(house.owner_of("101"), bill.id)
    number = started["order"]["id"]
    looks, minutes = [], 0
    while (order := house.container._payment_store.find_order(number)).is_open:
        step = (order.next_look_at - order.created_at) // timedelta(minutes=1)
        assert sweep(step - minutes - 1) == [], "not before it is due"
        assert sweep(1) == ["settle"]
        looks.append(timedelta(minutes=step))
        minutes = step
    assert tuple(looks) == LOOKS
    assert house.see(bill).paying is None, "the bill is free again"
    (said,) = [one for one in house.wechat("orders")["orders"] if one["out_trade_no"] == number]
    assert said["trade_state"] == "CLOSED"
    assert sweep(60) == []


@pytest.mark.row("FEE-02", "INT-13")
def test_a_payment_nobody_told_of_is_found_by_asking(house, start, pay, sweep) -> None:
    bill = house.bill()
    started = start(house.owner_of("101"), bill.id)
    house.wechat("next_notice", drop=True)
    pay(started)
    assert sweep(2) == ["settle"]
    assert house.see(bill).state == "paid"


def test_an_order_paid_in_its_last_minute_is_settled_and_not_closed(house, start, pay, sweep) -> None:
    bill = house.bill()
    started = start(house.owner_of("101"), bill.id)
    house.clock.advance(timedelta(minutes=29))
    house.meet_clocks()
    house.wechat("next_notice", drop=True)
    pay(started)
    house.wechat("fault", operation="query", times=2, status=500)
    with pytest.raises(Exception, match="繁忙"):
        sweep(2)
    assert sweep() == ["settle"], "it stays due while WeChat does not answer"
    assert house.see(bill).state == "paid"


@pytest.mark.row("FEE-02")
def test_an_order_that_wechat_says_nothing_about_calls_a_person_after_a_quarter_of_an_hour(
    house, start, called, monkeypatch
) -> None:
    number = start(house.owner_of("101"), house.bill().id)["order"]["id"]
    store = house.container._payment_store
    monkeypatch.setattr(store, "list_orders_due", lambda _: [store.find_order(number)])
    monkeypatch.setattr(store, "list_refunds_due", lambda _: [])
    for minutes, what in ((16, []), (1, ["payment_waits"])):
        house.clock.advance(timedelta(minutes=minutes))
        house.container.payment_work.sweep(house.clock())
        assert called() == what, "its first look was due after two minutes"


@pytest.mark.row("FEE-02")
def test_a_day_nothing_was_compared_with_by_the_afternoon_calls_a_person(house, sweep, called, monkeypatch) -> None:
    monkeypatch.setattr(house.container.reconciling, "reconcile", lambda *_: None)
    house.clock.set(at("2026-11-24T12:30"))
    sweep()
    assert "day_not_compared" not in called()
    sweep(30)
    assert "day_not_compared" in called()


@pytest.fixture
def called(house, monkeypatch):
    """What set off the operator's alarm since it was last asked."""
    said: list[str] = []
    monkeypatch.setattr(house.container.payment_work, "_call_a_person", said.append)

    def since() -> list[str]:
        found = sorted(set(said))
        said.clear()
        return found

    return since


@pytest.fixture
def morning(house, sweep, client):
    """The next morning at 10:05: what came of the day before, as the company sees it."""
    head = house.people.company_admin(house.world.company)

    def go(day: str = "2026-11-24") -> dict:
        house.clock.set(at(f"{day}T10:05"))
        sweep()
        path = f"/v1/companies/{house.company_id}/reconciliations"
        listed = client.get(path, who=house.people.again(head)).json["items"]
        return {one["day"]: one for one in listed}

    return go


def differences(day: dict) -> list[tuple]:
    return [(one["kind"], one["kind_label"], one["wechat_fen"], one["our_fen"]) for one in day["differences"]]


@pytest.mark.row("FEE-02")
def test_a_day_that_agrees_is_compared_once_after_ten(house, paid, sweep, morning) -> None:
    paid(house.owner_of("101"), house.bill().id)
    house.clock.set(at("2026-11-24T09:55"))
    assert sweep() == [], "WeChat's bill is there from ten on"
    day = morning()["2026-11-23"]
    assert (day["payments"], day["paid_fen"], day["our_paid_fen"], day["differences"]) == (1, 5192, 5192, [])
    assert sweep(5) == []


@pytest.mark.row("FEE-02")
def test_a_day_without_any_trade_agrees_too(house, morning) -> None:
    assert morning()["2026-11-23"]["payments"] == 0


@pytest.mark.row("FEE-02")
def test_what_wechat_has_and_we_do_not_is_booked_that_morning(house, client, start, pay, morning) -> None:
    """Its notification was lost, and its order closed: nobody would ever have asked again."""
    owner, bill = house.owner_of("101"), house.bill()
    started = start(owner, bill.id)
    client.post(f"{house.path}/payment-orders/{started['order']['id']}/cancellation", who=owner)
    house.wechat("next_notice", drop=True)
    pay(started, even_if_closed=True)
    assert differences(morning()["2026-11-23"]) == []
    assert house.balances() == {"wechat": 5192, "suspense": -5192}


@pytest.mark.row("FEE-02")
@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (lambda no: {"omit": (no,)}, ("missing_there", "账上有、微信无", 0, 5192)),
        (lambda no: {"amounts": {no: 5191}}, ("amount_differs", "金额不一致", 5191, 5192)),
        (
            lambda no: {"strangers": ({"out_trade_no": "pay_stranger", "total": 100},)},
            ("missing_here", "微信有、账上无", 100, 0),
        ),
    ],
    ids=["missing there", "amount", "missing here"],
)
def test_every_difference_has_its_name_and_comes_right(house, paid, morning, plan, expected) -> None:
    number = paid(house.owner_of("101"), house.bill().id)
    given = plan(number)
    for stranger in given.get("strangers", ()):
        stranger["sub_mchid"] = house.sub_mchid
    house.wechat("bill", **given)
    assert differences(morning()["2026-11-23"]) == [expected]
    book = house.company_id if expected[0] == "missing_here" else house.estate_id
    (found,) = house.container.remedies.list_open(book, 5, None).items
    assert (found.kind, found.in_suspense) == (expected[0], False)
    house.wechat("bill")
    assert differences(morning("2026-11-25")["2026-11-23"]) == [], "compared again, because it did not agree"
    after = house.container.remedies.access_anomaly_by_id(book, found.id)
    assert (after.resolved_by, after.note) == ("system", "再次对账，已一致")


@pytest.mark.row("FEE-02")
def test_a_refund_that_wechat_has_not_finished_differs_in_its_state(house) -> None:
    """We hold it as given back, WeChat's bill says it is still on its way."""
    from miniprogram_api.payments.reconciling import OurDay, compare
    from miniprogram_api.wechat.pay.bill import BillRow

    fields = dict.fromkeys(BillRow.__dataclass_fields__, None)
    row = BillRow(**{
        **fields, "out_trade_no": "pay_1", "out_refund_no": "rfd_1", "refund_fen": 300, "refund_status": "PROCESSING",
    })  # fmt: skip
    day = house.clock().date()
    found = compare("cmp_1", day, [row], OurDay({}, {("pay_1", "rfd_1"): 300}), house.clock())
    assert [(one.kind, one.wechat_fen, one.our_fen) for one in found.differences] == [("state_differs", 300, 300)]
    assert compare("cmp_1", day, [row], OurDay({}, {}), house.clock()).differences == ()
