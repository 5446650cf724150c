"""Receipts over HTTP: numbered without gaps, read by whose they are, printed as often as wanted, void but visible."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from miniprogram_api.kernel.errors import Problem
from miniprogram_api.receipts.printed import MOST_LINES, printed
from miniprogram_api.receipts.rules import (
    Correction,
    CorrectionEmpty,
    GivenBack,
    NumberTaken,
    Receipt,
    ReceiptChanged,
    ReceiptDraft,
    ReceiptLine,
    ReceiptState,
    ReceiptUnknown,
    corrected,
    gaps,
    parse_receipt_id,
    with_money_back,
)
from miniprogram_api.storage.transaction import Transaction
from tests.conftest import MONDAY_MORNING
from tests.neighbours import MeetInTheMiddle, at_once
from tests.world import build_world


def receipt_of(*fens: int, **other: object) -> Receipt:
    lines = tuple(ReceiptLine(f"费用{place}", fen) for place, fen in enumerate(fens, start=1))
    draft = ReceiptDraft(
        "cmp_1", "est_1", "道路队小区", "room_1", "101", "张**", "现金", lines, MONDAY_MORNING, "pay_1"
    )
    return replace(Receipt(2026, 123, draft, MONDAY_MORNING, "acc_1"), **other)


# Numbers


@pytest.mark.row("FEE-01")
def test_numbers_run_without_gap_or_repeat_however_many_pay_at_once(container, till, monkeypatch) -> None:
    till.one()
    table = container.table
    met = MeetInTheMiddle(table.commit, {"take_money"}, 2)

    def pay() -> str:
        for _ in range(5):
            act = Transaction("acc_cashier", "take_money", container.clock())
            (made,) = container.receipts.issue(act, [till.draft()])
            try:
                met(act)
            except NumberTaken:
                continue
            return made.printed_number
        raise AssertionError

    assert sorted(at_once(pay, pay)) == ["2026-0000002", "2026-0000003"]


@pytest.mark.row("FEE-01")
def test_the_company_proves_from_the_receipts_that_no_number_is_missing(client, people, container, world, till) -> None:
    till.issue(*(till.draft(f"room_{number}") for number in range(4)))
    admin = people.company_admin(world.company)
    path = f"/v1/companies/{world.company.id}/receipts"
    first = client.get(f"{path}?year=2026&limit=3", who=admin).json
    rest = client.get(f"{path}?year=2026&limit=3&cursor={first['next']}", who=admin).json
    assert [one["number"] for one in first["items"] + rest["items"]] == [f"2026-000000{n}" for n in range(1, 5)]
    checked = client.get(f"{path}/gaps?year=2026", who=admin).json
    assert checked == {"year": 2026, "last": 4, "first_checked": 1, "last_checked": 4, "gaps": []}
    # Somebody breaks the books below us.
    from miniprogram_api.storage import payment_keys

    act = Transaction("system", "sabotage", container.clock())
    act.remove(payment_keys.receipt(world.company.id, 2026, 3))
    container.table.commit(act)
    assert client.get(f"{path}/gaps?year=2026", who=admin).json["gaps"] == [3]
    assert client.get(f"{path}/gaps?year=2026&first=4", who=admin).json["gaps"] == []
    assert client.get(f"{path}/gaps?year=2027", who=admin).json["last"] == 0
    assert client.get(path + "?year=2026", who=people.resident(world.estate)).status_code == 404


@given(st.sets(st.integers(1, 60)), st.integers(1, 60), st.integers(0, 60))
def test_gaps_are_what_is_not_there(numbers, first, last) -> None:
    missing = gaps(numbers, first, last)
    assert set(missing) | {one for one in numbers if first <= one <= last} == set(range(first, last + 1))
    assert not set(missing) & numbers


@pytest.mark.parametrize("text", ["rct_", "rct_cmp_1", "rct_cmp_x_1", "bill_cmp_2026_1", "rct_cmp_2026_1234567890"])
def test_what_is_no_receipt_id_is_unknown(text) -> None:
    with pytest.raises(ReceiptUnknown):
        parse_receipt_id(text)


def test_an_id_says_where_the_receipt_lies() -> None:
    assert parse_receipt_id(receipt_of(1).id) == ("cmp_1", 2026, 123)


# Who reads


@pytest.mark.row("FEE-01")
def test_people_read_the_receipts_of_their_rooms_and_staff_all(client, people, container, world, till) -> None:
    mine, other = till.one("room_test"), till.one("room_other")
    owner, finance = people.resident(world.estate), people.staff(world.estate)
    listed = client.get(f"{till.path}/rooms/room_test/receipts", who=owner).json["items"]
    assert [one["id"] for one in listed] == [mine.id]
    assert listed[0]["total_in_words"] == "伍拾壹元玖角贰分"
    foreign = client.get(f"{till.path}/rooms/room_other/receipts", who=owner)
    missing = client.get(f"{till.path}/rooms/room_none/receipts", who=owner)
    assert (foreign.status_code, foreign.json["code"]) == (404, "receipt_unknown")
    assert {**foreign.json, "request_id": ""} == {**missing.json, "request_id": ""}
    for receipt_id in (other.id, f"{mine.id}9", "nonsense"):
        assert client.get(f"{till.path}/receipts/{receipt_id}", who=owner).json["code"] == "receipt_unknown"
        png = client.get(f"{till.path}/receipts/{receipt_id}.png", who=owner)
        assert png.json["code"] == "receipt_unknown"
    assert client.get(f"{till.path}/receipts/{other.id}", who=finance).json["id"] == other.id
    every = client.get(f"{till.path}/receipts", who=finance).json["items"]
    assert {one["id"] for one in every} == {mine.id, other.id}
    elsewhere = build_world(container)
    abroad = f"/v1/estates/{elsewhere.estate.id}/receipts/{mine.id}"
    assert client.get(abroad, who=people.staff(elsewhere.estate)).json["code"] == "receipt_unknown"


# Paper


@pytest.mark.row("FEE-01")
def test_a_receipt_is_printed_again_any_time_with_the_same_content(client, people, world, till, clock) -> None:
    receipt = till.one()
    owner = people.resident(world.estate)
    path = f"{till.path}/receipts/{receipt.id}"
    picture = client.get(f"{path}.png", who=owner)
    assert picture.mimetype == "image/png"
    assert client.get(f"{path}.png", who=owner).data == picture.data
    image = Image.open(BytesIO(picture.data))
    assert image.size == (1654, 1165)
    link = f"https://wy.example.cn/r/{world.estate.id}/{receipt.id}"
    assert [one.text for one in zxingcpp.read_barcodes(image)] == [link]
    (page,) = PdfReader(BytesIO(client.get(f"{path}.pdf", who=owner).data)).pages
    assert [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)] == [210, 148]
    clock.advance(timedelta(days=2))
    later = client.get(f"{path}.png", who=people.again(owner)).data
    assert later != picture.data
    assert client.get(f"{path}.png", who=people.again(owner)).data == later


def test_the_link_of_a_receipt_shows_nothing_of_it_outside_the_mini_program(client, world, till) -> None:
    receipt = till.one()
    there = client.get(f"/r/{world.estate.id}/{receipt.id}")
    nowhere = client.get("/r/est_none/rct_none")
    assert (there.status_code, there.mimetype, there.data) == (200, "text/html", nowhere.data)
    assert "微信" in there.get_data(as_text=True)


def test_a_reprint_says_so_and_nothing_else_differs() -> None:
    receipt = receipt_of(100)
    first = printed(receipt, "物业", "https://x", MONDAY_MORNING)
    # 23:59 in China is still the same day, 00:00 is not.
    same_day = printed(receipt, "物业", "https://x", datetime.fromisoformat("2026-11-23T23:59:59+08:00"))
    next_day = printed(receipt, "物业", "https://x", datetime.fromisoformat("2026-11-24T00:00:00+08:00"))
    assert first.reprinted is None
    assert first == same_day
    assert next_day == replace(first, reprinted="补打 2026年11月24日")


def test_what_has_no_room_on_the_sheet_is_one_line_so_that_the_total_adds_up() -> None:
    whole = printed(receipt_of(*range(1, 31)), "物业", "https://x", MONDAY_MORNING)
    assert len(whole.lines) == MOST_LINES == 30
    assert whole.lines[-1] == ("费用30", "0.30")
    more = printed(receipt_of(*range(1, 41)), "物业", "https://x", MONDAY_MORNING)
    # 30 + 31 + ... + 40 = 11 * 35 = 385 fen.
    assert len(more.lines) == MOST_LINES
    assert more.lines[-1] == ("其余11项合计（明细见小程序）", "3.85")
    assert more.total == "8.20"


def test_a_void_receipt_and_money_given_back_show_on_paper() -> None:
    back = GivenBack("refund_1", 40, MONDAY_MORNING)
    after = with_money_back(receipt_of(100, replaced_by="rct_cmp_1_2026_130"), back, "acc_2")
    paper = printed(after, "物业", "https://x", MONDAY_MORNING)
    assert paper.void is None
    assert paper.notes == ("已退款 ￥0.40（2026年11月23日）", "已由 2026-0000130 号收据代替")
    assert paper.total == "1.00"
    gone = with_money_back(after, GivenBack("refund_2", 60, MONDAY_MORNING), "acc_2")
    assert printed(gone, "物业", "https://x", MONDAY_MORNING).void == "已全额退款 2026年11月23日"


def test_characters_the_font_lacks_are_named(client, people, world, till) -> None:
    receipt = till.one(payer_name="王𰻞")
    refused = client.get(f"{till.path}/receipts/{receipt.id}.png", who=people.resident(world.estate))
    assert (refused.status_code, refused.json["code"]) == (422, "paper_unprintable")
    assert "𰻞" in refused.json["message"]


# Money back


@given(st.lists(st.integers(1, 200), min_size=1, max_size=8), st.integers(1, 500))
def test_never_more_goes_back_than_was_paid_and_each_refund_counts_once(backs, total) -> None:
    receipt = receipt_of(total)
    given_back = 0
    for place, fen in enumerate(backs):
        back = GivenBack(f"refund_{place}", fen, MONDAY_MORNING)
        if fen > total - given_back:
            with pytest.raises(ReceiptChanged):
                with_money_back(receipt, back, "acc_1")
            continue
        receipt = with_money_back(receipt, back, "acc_1")
        given_back += fen
        with pytest.raises(ReceiptChanged):
            with_money_back(receipt, back, "acc_1")
    assert receipt.left_fen == total - given_back
    assert (receipt.state is ReceiptState.VOID) == (given_back == total)


# Void by hand


@pytest.mark.row("FEE-01")
def test_a_wrong_receipt_is_void_and_replaced_in_one_act(client, people, world, till) -> None:
    receipt = till.one("room_test", "现金", 5192, 830)
    manager = people.staff(world.estate)
    path = f"{till.path}/receipts/{receipt.id}/void"
    body = {"reason": "写错交款人", "replace": True, "payer_name": "李**"}
    done = client.post(path, json=body, who=manager)
    assert done.status_code == 200
    assert client.post(path, json=body, who=manager).json == done.json
    assert done.json["state"] == "void"
    new = client.get(f"{till.path}/receipts/{done.json['replaced_by']}", who=manager).json
    assert (new["number"], new["payer_name"], new["total_fen"]) == ("2026-0000002", "李**", 6022)
    assert new["replaces"] == receipt.id
    assert [one.number for one in till.container.receipts.of_source(receipt.draft.source)] == [2]
    listed = client.get(f"{till.path}/rooms/room_test/receipts", who=people.resident(world.estate)).json["items"]
    assert {one["state"] for one in listed} == {"issued", "void"}
    for other in ({"reason": "再来一次"}, {"reason": "写错交款人"}):
        again = client.post(path, json=other, who=manager)
        assert (again.status_code, again.json["code"]) == (409, "receipt_changed")


def test_a_receipt_of_wechat_money_is_void_by_refund_only(client, people, world, till) -> None:
    receipt = till.one("room_test", "微信支付", transaction_id="4200001")
    refused = client.post(
        f"{till.path}/receipts/{receipt.id}/void", json={"reason": "写错了"}, who=people.staff(world.estate)
    )
    assert (refused.status_code, refused.json["code"]) == (409, "receipt_void_by_refund")


def test_a_resident_voids_nothing_and_a_bare_correction_is_refused(client, people, world, till) -> None:
    receipt = till.one()
    path = f"{till.path}/receipts/{receipt.id}/void"
    assert client.post(path, json={"reason": "写错了"}, who=people.resident(world.estate)).status_code == 403
    empty = client.post(path, json={"reason": "写错了", "replace": True}, who=people.staff(world.estate))
    assert (empty.status_code, empty.json["code"]) == (422, "receipt_correction_empty")
    assert client.get(f"{till.path}/receipts/{receipt.id}", who=people.staff(world.estate)).json["state"] == "issued"


def test_a_correction_changes_words_and_no_amount() -> None:
    draft = receipt_of(100, 200).draft
    after = corrected(draft, Correction(labels=("甲", "乙")))
    assert [(line.label, line.fen) for line in after.lines] == [("甲", 100), ("乙", 200)]
    with pytest.raises(CorrectionEmpty):
        corrected(draft, Correction(labels=("甲",)))
    with pytest.raises(CorrectionEmpty):
        corrected(draft, Correction(payer_name=draft.payer_name))


def test_two_who_void_at_once_leave_one_replacement(container, people, world, till, monkeypatch) -> None:
    receipt = till.one()
    store = container.receipts._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"void_receipt"}, 2))

    def void(person) -> str:
        principal = container.identity.principal(person.token, container.clock())
        try:
            correction = Correction(payer_name="李**")
            done = container.receipts.void(
                principal,
                world.estate.territory,
                receipt.id,
                f"写错 {person.account_id}",
                correction,
                container.clock(),
            )
        except Problem as problem:
            return problem.code
        return str(done.replaced_by)

    first, second = people.staff(world.estate), people.staff(world.estate)
    answers = at_once(lambda: void(first), lambda: void(second))
    assert "receipt_changed" in answers
    assert len(container.receipts.of_source(receipt.draft.source)) == 1
    assert container.receipts.check_numbers(world.company.id, 2026, 1).last == 2
