"""Requests for invoices: one living request a receipt, taken up, issued, and reversed when money went back."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from miniprogram_api.receipts.invoice import (
    INVOICE_REQUEST,
    OVER,
    WAITING,
    InvoiceRequest,
    InvoiceState,
    InvoiceTitle,
    TaxNumberUnreadable,
    TitleType,
    after_money_back,
    forgotten,
    tax_number_of,
)
from miniprogram_api.receipts.notices import notices
from miniprogram_api.receipts.rules import GivenBack
from miniprogram_api.storage.transaction import Transaction
from tests.conftest import MONDAY_MORNING
from tests.neighbours import MeetInTheMiddle, at_once

CREDIT_CODE = "91110108551385082Q"
"""A real company's number (Beijing), so that its check character is not of our making."""

COMPANY = {"title_type": "company", "title": "哈尔滨道路工程有限公司", "tax_number": CREDIT_CODE, "email": "a@b.cn"}
PERSON = {"title_type": "personal", "title": "张海英"}


@pytest.fixture
def owner(people, world):
    return people.resident(world.estate)


@pytest.fixture
def finance(people, world):
    return people.staff(world.estate)


def ask(client, till, who, receipts, key="invoice-key-1", **body):
    wanted = {**PERSON, **body, "receipt_ids": [receipt.id for receipt in receipts]}
    return client.post(f"{till.path}/my-invoice-requests", json=wanted, who=who, key=key)


def give_back(container, receipt, fen, ref="refund_1"):
    """What a refund does, and what then follows from the stream."""
    before = container.receipts.get_receipt(receipt.id)
    act = Transaction("system", "refund", container.clock())
    after = container.receipts.give_back(act, before, GivenBack(ref, fen, container.clock()))
    container.table.commit(act)
    container.receipts.follow_receipt(before, after, container.clock())


@pytest.mark.row("FEE-01")
def test_from_the_wish_to_the_number(client, till, owner, finance) -> None:
    receipts = till.issue(till.draft(), till.draft("room_test", "现金", 830))
    asked = ask(client, till, owner, receipts, **COMPANY)
    assert asked.status_code == 201
    assert asked.json["total_fen"] == 6022
    assert asked.json["title"] == "哈尔滨道路工程有限公司"
    assert ask(client, till, owner, receipts, **COMPANY).json == asked.json
    other = ask(client, till, owner, receipts[:1], **COMPANY)
    assert (other.status_code, other.json["code"]) == (409, "invoice_key_reused")
    twice = ask(client, till, owner, receipts[1:], key="invoice-key-2")
    assert (twice.status_code, twice.json["code"]) == (409, "invoice_asked_before")
    path = f"{till.path}/invoice-requests"
    (waiting,) = client.get(path, who=finance).json["items"]
    assert (waiting["id"], waiting["email"]) == (asked.json["id"], "a@b.cn")
    early = client.post(f"{path}/{waiting['id']}/issue", json={"invoice_number": "24952000000012345678"}, who=finance)
    assert early.json["code"] == "illegal_transition"
    client.post(f"{path}/{waiting['id']}/take", who=finance)
    late = client.post(f"{till.path}/my-invoice-requests/{waiting['id']}/withdrawal", who=owner)
    assert late.json["code"] == "illegal_transition"
    issued = client.post(f"{path}/{waiting['id']}/issue", json={"invoice_number": "24952000000012345678"}, who=finance)
    assert issued.json["state"] == "issued"
    assert client.get(path, who=finance).json["items"] == []
    (mine,) = client.get(f"{till.path}/my-invoice-requests", who=owner).json
    assert mine["invoice_number"] == "24952000000012345678"
    assert client.get(f"{path}?waiting=false", who=finance).json["items"] == [mine]


@pytest.mark.parametrize(("end", "who"), [("withdrawal", "owner"), ("refuse", "finance")])
def test_a_request_that_is_over_frees_its_receipts(client, till, owner, finance, end, who) -> None:
    receipt = till.one()
    first = ask(client, till, owner, [receipt]).json["id"]
    base = "my-invoice-requests" if who == "owner" else "invoice-requests"
    body = {} if who == "owner" else {"json": {"reason": "抬头不完整"}}
    over = client.post(f"{till.path}/{base}/{first}/{end}", who=owner if who == "owner" else finance, **body)
    assert over.status_code == 200
    assert ask(client, till, owner, [receipt], key="invoice-key-2").status_code == 201


@pytest.mark.row("FEE-01")
def test_money_back_after_the_invoice_makes_a_red_one_due(client, container, till, owner, finance) -> None:
    receipt = till.one("room_test", "现金", 5000)
    asked = ask(client, till, owner, [receipt]).json["id"]
    path = f"{till.path}/invoice-requests/{asked}"
    client.post(f"{path}/take", who=finance)
    client.post(f"{path}/issue", json={"invoice_number": "24952000000012345678"}, who=finance)
    give_back(container, receipt, 2000)
    (due,) = client.get(f"{till.path}/invoice-requests", who=finance).json["items"]
    assert (due["state"], due["state_label"]) == ("reversal_due", "待红冲")
    give_back(container, receipt, 1000, "refund_2")
    done = client.post(f"{path}/reverse", json={"red_number": "24952000000099999999"}, who=finance).json
    assert (done["state"], done["red_number"]) == ("reversed", "24952000000099999999")
    again = ask(client, till, owner, [receipt], key="invoice-key-2").json
    assert again["total_fen"] == 2000


def test_money_back_before_the_invoice_sends_the_request_back(client, container, till, owner) -> None:
    receipt = till.one("room_test", "现金", 5000)
    asked = ask(client, till, owner, [receipt]).json["id"]
    give_back(container, receipt, 5000)
    read = client.get(f"{till.path}/my-invoice-requests/{asked}", who=owner).json
    assert (read["state"], read["reason"]) == ("refused", "收据已退款或作废，请重新申请")
    void = ask(client, till, owner, [receipt], key="invoice-key-2")
    assert (void.status_code, void.json["code"]) == (409, "not_invoiceable")


def test_only_for_ones_own_rooms_and_only_ones_own_requests(client, people, world, till, owner) -> None:
    foreign = ask(client, till, owner, [till.one("room_other")])
    assert (foreign.status_code, foreign.json["code"]) == (404, "receipt_unknown")
    asked = ask(client, till, owner, [till.one()]).json["id"]
    neighbour = people.resident(world.estate, room_id="room_other")
    for path in (asked, "nonsense"):
        read = client.get(f"{till.path}/my-invoice-requests/{path}", who=neighbour)
        assert (read.status_code, read.json["code"]) == (404, "invoice_request_unknown")
    assert client.get(f"{till.path}/my-invoice-requests", who=neighbour).json == []


@pytest.mark.row("FEE-01")
def test_two_requests_at_once_get_the_receipt_once(client, container, till, owner, monkeypatch) -> None:
    receipt = till.one()
    store = container.invoices._store
    monkeypatch.setattr(store, "commit", MeetInTheMiddle(store.commit, {"ask_invoice"}, 2))
    answers = at_once(
        lambda: ask(client, till, owner, [receipt], key="invoice-key-1").status_code,
        lambda: ask(client, till, owner, [receipt], key="invoice-key-2").status_code,
    )
    assert sorted(answers) == [201, 409]


@pytest.mark.row("FEE-12")
def test_the_file_for_the_invoicing_system_is_the_same_when_fetched_again(client, till, owner, finance) -> None:
    asked = ask(client, till, owner, [till.one()], **COMPANY).json["id"]
    path = f"{till.path}/invoice-requests/export"
    first = client.post(path, who=finance, key="export-key-1")
    assert first.status_code == 200
    rows = list(openpyxl.load_workbook(io.BytesIO(first.data)).active.values)
    assert rows[1][:5] == (asked, "单位", "哈尔滨道路工程有限公司", CREDIT_CODE, 51.92)
    assert rows[1][7] == "a@b.cn"
    again = list(openpyxl.load_workbook(io.BytesIO(client.post(path, who=finance, key="export-key-1").data)).active)
    assert len(again) == 2
    other = list(openpyxl.load_workbook(io.BytesIO(client.post(path, who=finance, key="export-key-2").data)).active)
    assert len(other) == 1
    (taken,) = client.get(f"{till.path}/invoice-requests", who=finance).json["items"]
    assert (taken["state"], taken["exported"]) == ("taken", True)


def test_names_and_addresses_are_sealed_at_rest_and_leave_with_the_person(client, container, till, owner) -> None:
    asked = ask(client, till, owner, [till.one()], email="zhang@example.cn").json["id"]
    store = container.invoices._store
    kept = store.find(till.world.estate.id, asked)
    assert "张海英" not in repr(kept)
    assert "zhang@example.cn" not in repr(kept)
    (taken_along,) = container.invoices.export_of(owner.account_id)
    assert (taken_along["title"], taken_along["email"]) == ("张海英", "zhang@example.cn")
    assert "invoices" in container.leaving.export(owner.account_id)
    container.invoices.forget(owner.account_id, container.clock())
    container.invoices.forget(owner.account_id, container.clock())
    left = store.find(till.world.estate.id, asked)
    assert (left.title.name, left.title.email, left.asked_by_name) == ("", None, "已注销用户")


@pytest.mark.parametrize("text", ["1234567890123", "9111010855138508 2Q", "税号", "91110108551385082QABC", ""])
def test_what_is_no_tax_number_is_refused(text) -> None:
    if len(text) == 19:
        assert tax_number_of(text.lower()) == CREDIT_CODE
        return
    with pytest.raises(TaxNumberUnreadable):
        tax_number_of(text)


def test_a_mistyped_number_of_18_is_found_by_its_check_character(client, till, owner) -> None:
    wrong = ask(client, till, owner, [till.one()], **{**COMPANY, "tax_number": CREDIT_CODE[:-2] + "3Q"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "tax_number_unreadable")
    none = ask(client, till, owner, [till.one()], title_type="company", title="公司")
    assert none.json["code"] == "tax_number_unreadable"
    old = ask(client, till, owner, [till.one()], **{**COMPANY, "tax_number": "230102123456789"})
    assert old.json["tax_number"] == "230102123456789"


def request(state: InvoiceState) -> InvoiceRequest:
    title = InvoiceTitle(TitleType.PERSONAL, "sealed", None, "sealed")
    return InvoiceRequest(
        "inv_1", "est_1", "cmp_1", ("rct_1",), ("101",), 100, title, "acc", "张**", MONDAY_MORNING, "d", state
    )


@pytest.mark.parametrize("state", InvoiceState)
def test_money_back_never_leaves_an_invoice_standing_for_money_that_is_gone(state) -> None:
    after = after_money_back(request(state)).state
    assert after in OVER | {InvoiceState.REVERSAL_DUE}
    assert after_money_back(request(after)).state is after
    # Whatever waits has a step by which the company ends it; what is over has none.
    assert bool(INVOICE_REQUEST.open_to(state)) == (state not in OVER)
    assert not WAITING & OVER


def test_a_companys_title_stays_when_the_person_leaves() -> None:
    asked = request(InvoiceState.ISSUED)
    company = replace(asked, title=replace(asked.title, type=TitleType.COMPANY))
    assert forgotten(company).title == replace(company.title, email=None)


def test_the_asker_and_the_desk_are_told_of_each_step_once() -> None:
    told = {}
    for state in InvoiceState:
        for notice in notices(request(InvoiceState.ASKED), request(state)):
            told[state] = (notice.to.account_id, notice.to.estate_id, notice.title)
            assert notices(request(state), request(state)) == ()
    assert told == {
        InvoiceState.ISSUED: ("acc", None, "发票已开具"),
        InvoiceState.REFUSED: ("acc", None, "发票申请已退回"),
        InvoiceState.REVERSED: ("acc", None, "发票已红冲"),
        InvoiceState.REVERSAL_DUE: (None, "est_1", "发票待红冲"),
    }
    assert notices(None, request(InvoiceState.ASKED)) == ()
