"""What a restored table must prove: it holds for what the application wrote, and every change of it is found."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.proving import FAULTS_SHOWN, Differences, Item, Proven, prove, tell, yuan
from infra.proving_ballots import Ballots
from infra.proving_books import Held, Months, Postings
from infra.proving_payments import Payments, Receipts
from miniprogram_api.storage.objects import ObjectMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.operations.laid import Laid

Items = list[Item]


def outcome(laid: Laid, items: Items, files: dict[str, bytes] | None = None) -> list[Proven]:
    def fetch(key: str) -> bytes | None:
        if files is not None:
            return files.get(key)
        try:
            return laid.media(key)
        except ObjectMissing:
            return None

    return prove(items, [Postings(), Months(), Held(), Payments(), Receipts(), Ballots(fetch)])


def faults(laid: Laid, items: Items, files: dict[str, bytes] | None = None) -> list[str]:
    return [fault for one in outcome(laid, items, files) for fault in one.faults]


def test_what_the_application_wrote_holds_and_is_counted(laid: Laid) -> None:
    proved = outcome(laid, laid.items)
    assert [one.faults for one in proved] == [[]] * 7
    said = " ".join(one.sentence for one in proved)
    kinds = ("posting", "wallet", "room_fund", "credit_vendor", "receipt")
    assert all(laid.of_kind(kind) for kind in kinds), "nothing was proved of what is not there"
    assert f"{len(laid.of_kind('posting'))} postings in 2 books" in said
    assert "1 months entered and 1 published" in said
    assert f"{len(laid.of_kind('wallet'))} wallets, {len(laid.of_kind('room_fund'))} parts" in said
    assert "3 payments and 1 refunds through WeChat" in said
    assert f"{len(laid.of_kind('receipt'))} receipts in 1 series" in said
    assert "1 counted ballots with 3 votes" in said


# Tampering. Each act changes a copy of the table as no act of the application could; each must be found.


def of(items: Items, kind: str, /, **fields: Any) -> Item:
    """The first item of a kind with these fields."""
    return next(
        item
        for item in items
        if item.kind == kind and all(item.body.get(name) == value for name, value in fields.items())
    )


def posted(items: Items, kind: str) -> Item:
    return next(item for item in items if item.kind == "posting" and item.body["entry"]["kind"] == kind)


def one_leg_is_a_fen_more(items: Items) -> None:
    posted(items, "income").body["entry"]["legs"][0]["fen"] += 1


def both_legs_are_a_fen_more(items: Items) -> None:
    for leg in posted(items, "payment").body["entry"]["legs"][:2]:
        leg["fen"] += 1 if leg["fen"] > 0 else -1


def a_posting_is_gone(items: Items) -> None:
    items.remove(posted(items, "offline"))


def a_posting_by_hand_is_gone(items: Items) -> None:
    items.remove(posted(items, "income"))


def a_posting_stands_in_another_month(items: Items) -> None:
    posted(items, "expense").body["month"] = "2026-12"


def a_posting_stands_twice(items: Items) -> None:
    one = posted(items, "payment")
    items.append(one._replace(pk=one.pk.replace("2026-11", "2026-10"), body={**one.body, "month": "2026-10"}))


def a_month_says_more(items: Items) -> None:
    of(items, "fund_month").body["lines"][0]["debit"] += 100


def a_month_leaves_an_account_out(items: Items) -> None:
    of(items, "fund_month").body["lines"].pop()


def what_was_published_says_more(items: Items) -> None:
    of(items, "publication").body["totals"][0]["income"] += 100


def a_published_line_is_gone(items: Items) -> None:
    of(items, "publication").body["lines"].pop(0)


def a_wallet_holds_more(items: Items) -> None:
    of(items, "wallet").body["prepaid_fen"] += 1


def a_movement_of_a_wallet_is_gone(items: Items) -> None:
    items.remove(of(items, "wallet_movement"))


def a_wallet_and_its_movement_are_gone(items: Items) -> None:
    room = of(items, "wallet", prepaid_fen=10_000).body["room_id"]
    items[:] = [item for item in items if not (item.kind.startswith("wallet") and item.body["room_id"] == room)]


def a_room_has_more_in_the_fund(items: Items) -> None:
    of(items, "room_fund").body["fen"] += 1


def a_movement_of_the_fund_is_gone(items: Items) -> None:
    items.remove(of(items, "room_fund_movement"))


def a_vendor_owes_less(items: Items) -> None:
    of(items, "credit_vendor").body["owed_fen"] -= 1


def a_bill_was_paid_more(items: Items) -> None:
    paid_bill(items).body["payments"][0]["fen"] += 1


def a_paid_bill_is_gone(items: Items) -> None:
    items.remove(paid_bill(items))


def a_bill_is_paid_without_a_posting(items: Items) -> None:
    paid_bill(items).body["payments"][0]["ref"] = "pay_of_nobody"


def paid_bill(items: Items) -> Item:
    return next(item for item in items if item.kind == "bill" and item.body.get("payments"))


def a_payment_order_says_more(items: Items) -> None:
    of(items, "payment_order", state="paid").body["paid_fen"] += 1


def a_refund_is_forgotten(items: Items) -> None:
    of(items, "refund").body["state"] = "processing"


def money_of_nobody_is_forgotten(items: Items) -> None:
    items.remove(of(items, "payment_anomaly", kind="unknown_order"))


def a_receipt_is_gone(items: Items) -> None:
    items.remove(of(items, "receipt", number=2))


def the_last_receipt_is_gone(items: Items) -> None:
    items.remove(max((item for item in items if item.kind == "receipt"), key=lambda item: item.body["number"]))


def a_number_was_given_twice(items: Items) -> None:
    one = of(items, "receipt", number=2)
    items.append(one._replace(sk="RECEIPT#000000002x"[:-1], body=dict(one.body)))


def a_receipt_has_another_number(items: Items) -> None:
    of(items, "receipt", number=2).body["number"] = 3


def a_receipt_is_beyond_the_counter(items: Items) -> None:
    of(items, "receipt_counter").body["last"] -= 1


def a_vote_is_gone(items: Items) -> None:
    items.remove(of(items, "vote"))


def a_vote_was_exchanged(items: Items) -> None:
    of(items, "vote").body["commitment"] = "0" * 64


def a_line_of_the_roll_is_gone(items: Items) -> None:
    items.remove(of(items, "elector"))


def a_room_of_the_roll_is_larger(items: Items) -> None:
    of(items, "elector").body["area"] += 1


def the_result_is_another(items: Items) -> None:
    of(items, "ballot").body["result"]["questions"][0]["outcome"] = "failed"


def an_option_has_more(items: Items) -> None:
    of(items, "ballot").body["result"]["questions"][0]["options"][0]["amount"]["rooms"] += 1


def the_digest_is_another(items: Items) -> None:
    of(items, "ballot").body["bundle"]["digest"] = "0" * 64


def the_ballot_forgot_its_file(items: Items) -> None:
    del of(items, "ballot").body["bundle"]


TAMPERED: dict[Callable[[Items], None], str] = {
    one_leg_is_a_fen_more: "does not balance",
    both_legs_are_a_fen_more: "between what was paid and what is posted",
    a_posting_is_gone: "between what was paid and what is posted",
    a_posting_by_hand_is_gone: "month 2026-11 of",
    a_posting_stands_in_another_month: "lies at LEDGER#",
    a_posting_stands_twice: "between what was paid and what is posted",
    a_month_says_more: "(opening, debits, credits)",
    a_month_leaves_an_account_out: "(opening, debits, credits)",
    what_was_published_says_more: "(opening, income, expense)",
    a_published_line_is_gone: "do not add up to its total",
    a_wallet_holds_more: "more than its movements",
    a_movement_of_a_wallet_is_gone: "more than its movements",
    a_wallet_and_its_movement_are_gone: "prepaid money of all rooms of",
    a_room_has_more_in_the_fund: "maintenance fund of a room of",
    a_movement_of_the_fund_is_gone: "more than its movements",
    a_vendor_owes_less: "debt of a vendor of",
    a_bill_was_paid_more: "between what was paid and what is posted",
    a_paid_bill_is_gone: "between what was paid and what is posted",
    a_bill_is_paid_without_a_posting: "pay_of_nobody in book",
    a_payment_order_says_more: "0.01 on wechat",
    a_refund_is_forgotten: "30.00 on wechat",
    money_of_nobody_is_forgotten: "7.77 on wechat",
    a_receipt_is_gone: "1 missing, the first is 2",
    the_last_receipt_is_gone: "1 missing",
    a_number_was_given_twice: "1 numbers were given twice",
    a_receipt_has_another_number: "lies at COMPANY#",
    a_receipt_is_beyond_the_counter: "is beyond the counter",
    a_vote_is_gone: "the votes in the table are not those of the file",
    a_vote_was_exchanged: "the votes in the table are not those of the file",
    a_line_of_the_roll_is_gone: "the roll in the table are not those of the file",
    a_room_of_the_roll_is_larger: "the roll in the table are not those of the file",
    the_result_is_another: "the result in the table is not that of the file",
    an_option_has_more: "the result in the table is not that of the file",
    the_digest_is_another: "这不是公布的那份文件",
    the_ballot_forgot_its_file: "says nothing of its file of proof",
}


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda act: act.__name__)
def test_what_was_changed_is_found(laid: Laid, tamper: Callable[[Items], None]) -> None:
    items = copy.deepcopy(laid.items)
    tamper(items)
    found = faults(laid, items)
    assert any(TAMPERED[tamper] in fault for fault in found), found


def test_a_file_of_proof_that_is_gone_or_altered_is_found(laid: Laid) -> None:
    key = of(laid.items, "ballot").body["bundle"]["key"]
    assert any("is not in the media bucket" in fault for fault in faults(laid, laid.items, {}))
    content = json.loads(laid.media(key))
    content["ballot"]["title"] = "另一个题目"
    altered = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    (fault,) = faults(laid, laid.items, {key: altered})
    assert laid.ballot_id in fault
    assert "摘要" in fault


def test_an_empty_table_proves_nothing() -> None:
    assert prove([], [Postings()])[0].faults == ["the table is empty: there is nothing to prove"]


def test_many_faults_are_counted_and_some_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert not tell([Proven("nothing", []), Proven("much", [f"fault {number}" for number in range(FAULTS_SHOWN + 5)])])
    told = capsys.readouterr().out
    assert told.startswith("holds  nothing\nFAULT  much\n       fault 0\n")
    assert told.endswith("       and 5 more\n")


def test_differences_keep_only_what_does_not_fit() -> None:
    sums = Differences()
    sums.add("a", "b", fen=5)
    sums.add("a", "c", fen=1)
    sums.add("a", "b", fen=-5)
    assert sums.open == {("a", "c"): 1}
    assert (yuan(-123_456), yuan(7)) == ("-1,234.56", "0.07")
