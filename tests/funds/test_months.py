"""A month of the common money: booked, entered, checked by somebody else, published, closed (FND-01, FND-04, S3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from miniprogram_api.cards.face import Face
from miniprogram_api.funds.notices import missing_notices
from miniprogram_api.funds.store import MISSING
from miniprogram_api.kernel.access import Role
from miniprogram_api.storage import fund_keys
from tests.funds.conftest import DECEMBER
from tests.neighbours import MeetInTheMiddle, at_once
from tests.world import forget_walk

NOVEMBER_ENDS = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


@pytest.mark.row("FND-01")
def test_a_month_from_its_entries_to_what_owners_read(office) -> None:
    place = office.place()
    first = office.book(place, 120_000)
    assert (first.status_code, first.json["legs"][0]["account"]) == (201, f"bank:{place}")
    assert office.book(place, 30_05, item="bank_charge", direction="expense", summary="账户管理费").status_code == 201
    office.go_to(DECEMBER)
    entered = office.enter()
    lines = {line["account"]: line for line in entered.json["lines"]}
    assert (entered.json["state"], lines["public_income"]["credit"], lines["public_income"]["debit"]) == (
        "entered",
        120_000,
        30_05,
    )
    assert (lines[f"bank:{place}"]["opening"], lines[f"bank:{place}"]["closing"]) == (0, 116_995)
    own = office.post("/fund-months/2026-11/check", office.chair)
    assert own.json["state"] == "checked"
    shown = office.post("/fund-months/2026-11/publication", office.manager).json
    read = office.get("/publications/2026-11", office.owner).json
    assert read == shown
    assert {(line["label"], line["summary"], line["fen"]) for line in read["lines"]} == {
        ("银行手续费", "账户管理费", -30_05),
        ("电梯及场地广告费", "电梯广告 11 月", 120_000),
    }
    (total,) = read["totals"]
    assert (total["opening"], total["income"], total["expense"], total["closing"]) == (0, 120_000, 30_05, 116_995)


@pytest.mark.row("FND-01")
def test_nothing_is_booked_in_a_month_that_was_entered_and_no_step_is_skipped(office) -> None:
    place = office.place()
    office.book(place, 100)
    early = office.enter()
    assert (early.status_code, early.json["code"]) == (409, "fund_month_not_over")
    office.go_to(NOVEMBER_ENDS + timedelta(minutes=59))
    assert office.enter().json["code"] == "fund_month_not_over"
    office.go_to(NOVEMBER_ENDS + timedelta(hours=1))
    assert office.enter().status_code == 200
    assert office.enter().status_code == 200, "the same act again"
    late = office.book(place, 200)
    assert (late.status_code, late.json["code"]) == (409, "fund_month_not_open")
    for path, who in (("publication", office.manager), ("closing", office.chair)):
        skipped = office.post(f"/fund-months/2026-11/{path}", who)
        assert (skipped.status_code, skipped.json["code"]) == (409, "illegal_transition")


@pytest.mark.row("FND-01")
def test_who_checks_a_month_sees_the_vouchers_of_its_postings(office, desk) -> None:
    voucher = office.photo(desk, office.finance)
    posting = office.book(office.place(), 120_000, voucher_photo_ids=[voucher]).json
    photos = office.get(f"/ledger/2026-11/postings/{posting['id']}/photos", office.chair)
    assert [one["id"] for one in photos.json] == [voucher]
    assert office.get(f"/ledger/2026-11/postings/{posting['id']}/photos", office.owner).status_code == 403
    unknown = office.get(f"/ledger/2026-10/postings/{posting['id']}/photos", office.chair)
    assert (unknown.status_code, unknown.json["code"]) == (404, "posting_unknown")


@pytest.mark.row("FND-01")
def test_who_entered_a_month_does_not_check_it(office, people, world) -> None:
    office.go_to(DECEMBER)
    assert office.enter(who=office.chair).status_code == 200
    own = office.post("/fund-months/2026-11/check", office.chair)
    assert (own.status_code, own.json["code"]) == (403, "same_person_refused")
    assert office.post("/fund-months/2026-11/check", office.keeper).status_code == 200


@pytest.mark.row("FND-01")
def test_a_returned_month_is_open_again_and_counted_anew(office) -> None:
    place = office.place()
    office.book(place, 100)
    office.go_to(DECEMBER)
    office.enter()
    back = office.post("/fund-months/2026-11/return", office.chair, reason="缺停车费")
    assert (back.json["state"], back.json["reason"]) == ("open", "缺停车费")
    assert office.book(place, 900).status_code == 201
    again = office.enter().json
    assert {line["account"]: line["closing"] for line in again["lines"]}["public_income"] == -1000


@pytest.mark.row("FND-01")
def test_the_opening_is_the_closing_before_and_no_month_with_postings_is_passed_over(office) -> None:
    place = office.place()
    office.book(place, 100)
    office.go_to(datetime(2027, 1, 3, 2, 0, tzinfo=UTC))
    office.book(place, 50, month="2026-12", on="2026-12-24")
    over = office.enter("2026-12")
    assert (over.status_code, over.json["code"]) == (409, "fund_earlier_month_open")
    assert office.enter("2026-11").status_code == 200
    december = {line["account"]: line for line in office.enter("2026-12").json["lines"]}
    assert (december["public_income"]["opening"], december["public_income"]["closing"]) == (-100, -150)
    first = office.post("/fund-months/2026-11/return", office.chair, reason="重算")
    assert (first.status_code, first.json["code"]) == (409, "fund_later_month_entered")
    assert office.balances() == {f"bank:{place}": 150, "public_income": -150}


@pytest.mark.row("FND-01", "FND-04")
def test_a_closed_month_never_changes_and_is_corrected_by_a_counter_posting(office, desk) -> None:
    place = office.place()
    wrong = office.book(place, 500).json
    office.go_to(DECEMBER)
    published = office.publish().json
    unproven = office.post("/fund-months/2026-11/closing", office.chair)
    assert (unproven.status_code, unproven.json["code"]) == (422, "input_missing")
    proof = {"photo_ids": [office.photo(desk, office.manager)], "shown_from": "2026-12-05", "shown_until": "2026-12-20"}
    hung = office.post("/publications/2026-11/board-proof", office.manager, **proof)
    assert (hung.status_code, hung.json["board"]["shown_until"]) == (200, "2026-12-20")
    assert office.post("/fund-months/2026-11/closing", office.chair).json["state"] == "closed"
    assert office.post("/fund-months/2026-11/return", office.chair, reason="改").json["code"] == "illegal_transition"
    inside = {"month": "2026-11", "posting_id": wrong["id"], "on": "2026-11-30", "reason": "重复"}
    refused = office.post("/ledger/corrections", office.finance, **inside)
    assert (refused.status_code, refused.json["code"]) == (409, "fund_month_not_open")
    counter = office.post("/ledger/corrections", office.finance, **{**inside, "on": "2026-12-05"})
    assert (counter.status_code, counter.json["reverses"], counter.json["kind"]) == (201, wrong["id"], "correction")
    twice = office.post("/ledger/corrections", office.finance, **{**inside, "on": "2026-12-04", "reason": "再次"})
    assert (twice.status_code, twice.json["code"]) in {(409, "countered_before"), (409, "posted_before")}
    assert office.balances() == {f"bank:{place}": 0, "public_income": 0}
    read = office.get("/publications/2026-11", office.owner).json
    assert (read["lines"], read["totals"]) == (published["lines"], published["totals"])


@pytest.mark.row("FND-01")
def test_a_correction_stands_once_whatever_month_it_is_tried_in(office) -> None:
    posting = office.book(office.place(), 500).json
    office.go_to(DECEMBER)
    body = {"month": "2026-11", "posting_id": posting["id"], "reason": "重复"}
    assert office.post("/ledger/corrections", office.finance, **body, on="2026-11-24").status_code == 201
    assert office.post("/ledger/corrections", office.finance, **body, on="2026-11-24").status_code == 201
    other = office.post("/ledger/corrections", office.finance, **body, on="2026-12-01")
    assert (other.status_code, other.json["code"]) == (409, "countered_before")
    assert office.balances().get("public_income", 0) == 0


@pytest.mark.row("FND-01")
def test_booking_and_entering_cannot_cross(office, container, monkeypatch) -> None:
    place = office.place()
    office.book(place, 100)
    office.go_to(DECEMBER)
    store = container.bookkeeping._store
    met = MeetInTheMiddle(store.commit, {"book_fund_entry", "enter_fund_month"}, 2)
    monkeypatch.setattr(store, "commit", met)
    booked, entered = at_once(lambda: office.book(place, 1000), office.enter)
    closing = {line["account"]: -line["closing"] for line in entered.json.get("lines", [])}
    if booked.status_code == 201:
        assert (entered.status_code, closing["public_income"]) == (200, 1100), "what was booked is counted"
    else:
        assert booked.json["code"] in {"fund_month_moved", "fund_month_not_open"}
        assert (entered.status_code, closing["public_income"]) == (200, 100)
    assert -office.balances()["public_income"] == closing["public_income"]


def test_an_entry_sent_twice_stands_once(office) -> None:
    place = office.place()
    first, again = (office.book(place, 100, key="fund-entry-1") for _ in range(2))
    assert (again.status_code, again.json) == (201, first.json)
    other = office.book(place, 200, key="fund-entry-1")
    assert (other.status_code, other.json["code"]) == (409, "posted_before")
    assert office.balances()["public_income"] == -100


@pytest.mark.parametrize(
    ("month", "on"), [("2026-11", "2026-11-24"), ("2026-11", "2026-10-31"), ("2026-10", "2026-10-31")]
)
def test_a_date_outside_the_month_in_the_future_or_before_the_book_is_refused(office, month, on) -> None:
    refused = office.book(office.place(), 100, month=month, on=on)
    assert (refused.status_code, refused.json["code"]) == (422, "fund_entry_date_refused")


@pytest.mark.row("FND-01")
def test_manager_and_bookkeeper_are_reminded_once_of_a_month_not_entered(
    office, container, clock, world, monkeypatch
) -> None:
    office.go_to(datetime(2026, 12, 11, 2, 0, tzinfo=UTC))
    faces = [Face(office.estate_id, world.estate.locator, world.estate.name, "友协社区", "0451-12345")]
    monkeypatch.setattr(container.cards, "list_faces", lambda after, limit: faces if after is None else [])
    forget_walk(container, "fund_months")
    key = fund_keys.month_missing(office.estate_id, "2026-11")
    assert container.fund_months.sweep(clock()) == 1
    missing = container.table.find(MISSING, key)
    assert container.fund_months.sweep(clock()) == 0, "once a day"
    forget_walk(container, "fund_months")
    container.fund_months.sweep(clock())
    assert container.table.find(MISSING, key) == missing, "told once"
    (notice,) = missing_notices(None, missing)
    assert notice.to.roles == {Role.MANAGER, Role.FINANCE}
    assert "2026年11月的公共收支" in notice.text
    assert missing_notices(missing, missing) == ()


@pytest.mark.row("FND-04")
def test_the_sheet_for_the_board_is_a_pdf_of_the_published_figures(office) -> None:
    office.book(office.place(), 12_345)
    office.go_to(DECEMBER)
    office.publish()
    sheet = office.get("/publications/2026-11/sheet.pdf")
    assert (sheet.status_code, sheet.mimetype, sheet.data[:5]) == (200, "application/pdf", b"%PDF-")
    missing = office.get("/publications/2026-12/sheet.pdf")
    assert (missing.status_code, missing.json["code"]) == (404, "publication_unknown")
