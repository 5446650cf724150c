"""The owners' money in November: booked, checked, published, questioned, closed, and whose it is (FND-01 to FND-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.founding import put_under_contract
from local.money import FINANCE, KEEPER, owners_account
from local.stories.fees.reckoning import yuan
from local.stories.fees.telling import BUREAU, CHAIR, COMMUNITY, HEAD, MANAGER, NEIGHBOURS
from miniprogram_api.kernel.clock import date_of

if TYPE_CHECKING:
    from local.stories.fees.telling import Fees

ADVERTISING_FEN, GUARD_FEN, BANK_FEN, RIGHT_FEN = 120_000, 3_000, 500, 110_000
"""Income as it was first booked, what watching the parking cost, what the bank took, and what had come indeed."""
MONTH = "2026-11"


def november_in_the_books(story: Fees) -> None:
    """From the first voucher to the correction in December."""
    story.chapter("6. The owners' money")
    story.go_to("2026-11-25 10:00")
    place = _place(story)
    advertising = _vouchers(story, place)
    story.go_to("2026-12-02 10:00")
    surplus = _surplus(story, place)
    _what_surplus_is_for(story, place, surplus)
    _entered_returned_checked(story, place)
    _published_and_questioned(story)
    _closed_and_corrected(story, place, advertising)


def _place(story: Fees) -> str:
    story.tell("the owners' account is registered; in a private name it cannot be")
    manager, path = story.who(MANAGER), f"{story.estate.path}/money-accounts"
    body = owners_account(story.who(KEEPER).account_id)
    story.refuse("a member's own account", manager, path, {**body, "holder": "personal"}, 422, "private_holder_refused")
    opened = manager.post(path, body, status=201)
    story.see("its one keeper", opened["keeper_name"], KEEPER)
    return str(opened["id"])


def _book(story: Fees, who: str, place: str, month: str, **entry: Any) -> dict[str, Any]:
    path = f"{story.estate.path}/ledger/{month}/entries"
    booked: dict[str, Any] = story.who(who).post(path, {"place_id": place, **entry}, status=201)
    return booked


def _vouchers(story: Fees, place: str) -> dict[str, Any]:
    story.tell("the keeper books the advertising money with its voucher, the accountant what watching the parking cost")
    voucher = story.photo(story.who(KEEPER), "bank slip")
    income = {"direction": "income", "purpose": "public_income", "item": "advertising", "summary": "单元门广告 11 月"}
    booked = _book(
        story, KEEPER, place, MONTH, **income, fen=ADVERTISING_FEN, on=story.today, voucher_photo_ids=[voucher]
    )
    story.see("booked", [(leg["label"], yuan(leg["fen"])) for leg in booked["legs"]], _legs(ADVERTISING_FEN))
    cost = {"direction": "expense", "purpose": "parking_gross", "item": "parking_staff", "summary": "车场看护补贴"}
    _book(story, FINANCE, place, MONTH, **cost, fen=GUARD_FEN, on=story.today)
    expense = {**income, "direction": "expense", "item": "activity", "place_id": place, "fen": 1, "on": story.today}
    path = f"{story.estate.path}/ledger/{MONTH}/entries"
    story.refuse("an expense nobody decided on", story.who(FINANCE), path, expense, 422, "decision_missing")
    return booked


def _legs(amount: int) -> list[tuple[str, str]]:
    return [("银行存款", yuan(amount)), ("公共收益", yuan(-amount))]


def balance(story: Fees, account: str) -> int:
    """Return what an account holds now, by the book, debits minus credits."""
    found = story.who(MANAGER).get(f"{story.estate.path}/ledger/balances")["items"]
    return sum(one["fen"] for one in found if one["account"] == account)


def _surplus(story: Fees, place: str) -> int:
    story.tell("November is over: what parking brought beyond its cost becomes the owners' surplus, and is moved there")
    surplus = story.notes.of_kind("parking") - GUARD_FEN
    finance = story.who(FINANCE)
    finance.post(f"{story.estate.path}/ledger/{MONTH}/parking-surplus", status=201)
    story.see("surplus", yuan(-balance(story, "parking_surplus")), yuan(surplus))
    moved = {"from_id": "wechat", "to_id": place, "fen": surplus + GUARD_FEN, "summary": "停车费转入业主账户"}
    finance.post(f"{story.estate.path}/ledger/transfers", {**moved, "on": story.today}, status=201)
    story.notes.moved_to_bank += surplus + GUARD_FEN
    return surplus


def _facility(story: Fees, path: str, place: str) -> str:
    body = {"kind": "road", "place": place}
    return str(story.who(HEAD).post(f"{path}/facilities", body, status=201)["id"])


def _what_surplus_is_for(story: Fees, place: str, surplus: int) -> None:
    story.tell("S13: the surplus pays for common parts of this estate, for nothing else and for no other estate")
    manager, requests = story.who(MANAGER), f"{story.estate.path}/spending-requests"
    wanted = {
        "place_id": place,
        "purpose": "parking_surplus",
        "item": "repair_road",
        "fen": surplus - 1_000,
        "reason": "院内路面坑槽修补",
        "quote": "友协道路养护 报价单",
        "facility_id": _facility(story, story.estate.path, "2号楼前路面"),
    }
    festival = {**wanted, "item": "activity", "facility_id": None}
    story.refuse("a festival from it", manager, requests, festival, 422, "fund_use_refused")
    elsewhere = {**wanted, "facility_id": _facility(story, _another_estate(story), "铁路小区门前路面")}
    story.refuse("a road of another estate", story.who(HEAD), requests, elsewhere, 404, "facility_unknown")
    asked = manager.post(requests, wanted, status=201)
    _three_people(story, f"{requests}/{asked['id']}")


def _another_estate(story: Fees) -> str:
    """A second estate of the same company, so that nothing but the rule stands between the two."""
    body = {"name": "铁路小区", "address": "平房区友协大街 9 号", "occupied_year": 1988}
    estates = f"/v1/units/{story.estate.community_id}/estates"
    estate_id = story.who(COMMUNITY).post(estates, body, status=201)["id"]
    leader = {"name": "王建国", "phone": "13904510001", "filing_number": "哈物备2026-0118"}
    put_under_contract(story.cast, story.estate.company_id, estate_id, date_of(story.clock()), {"leader": leader})
    return f"/v1/estates/{estate_id}"


def _three_people(story: Fees, request: str) -> None:
    story.tell("keeper, decider and payer are three people")
    story.refuse("the keeper decides", story.who(KEEPER), f"{request}/approval", {}, 403, "same_person_refused")
    story.refuse(
        "above what owners authorised", story.who(CHAIR), f"{request}/approval", {}, 409, "over_delegated_limit"
    )
    authority = {
        "purse": "public_income",
        "per_item_fen": 500_000,
        "per_year_fen": 1_000_000,
        "valid_from": "2026-01-01",
        "valid_until": "2027-12-31",
        "source": "业主大会决议 2026-2 第三项",
    }
    story.who(COMMUNITY).put(f"{story.estate.path}/spending-limits", authority)
    agreed = story.who(CHAIR).post(f"{request}/approval", {})
    story.see("within what owners authorised by", agreed["basis"], authority["source"])
    paid = story.who(FINANCE).post(f"{request}/payment", {"on": story.today})
    hands = (paid["asked"]["by_name"], paid["decided"]["by_name"], paid["paid"]["by_name"])
    story.see("asked, decided, paid by", hands, ("王经理", CHAIR, FINANCE))
    invoice = story.photo(story.who(MANAGER), "road invoice")
    story.who(MANAGER).post(f"{request}/vouchers", {"photo_ids": [invoice]})
    story.see("surplus left", yuan(-balance(story, "parking_surplus")), yuan(1_000))


def _month(story: Fees, who: str, step: str, body: Any = None, status: int = 200) -> dict[str, Any]:
    path = f"{story.estate.path}/fund-months/{MONTH}/{step}"
    taken: dict[str, Any] = story.who(who).post(path, body, status)
    return taken


def _entered_returned_checked(story: Fees, place: str) -> None:
    story.tell("the month is entered, returned because the bank's fee is missing, entered again, checked by another")
    _month(story, FINANCE, "entering")
    returned = _month(story, CHAIR, "return", {"reason": "缺少银行手续费"})
    story.see("returned", returned["state_label"], "登记中")
    fee = {"direction": "expense", "purpose": "public_income", "item": "bank_charge", "summary": "账户管理费"}
    _book(story, KEEPER, place, MONTH, **fee, fen=BANK_FEN, on="2026-11-30")
    entered = _month(story, KEEPER, "entering")
    lines = {line["account"]: line["closing"] for line in entered["lines"]}
    story.see("public income at the end", yuan(-lines["public_income"]), yuan(ADVERTISING_FEN - BANK_FEN))
    story.see("the company's fees", yuan(-lines["company_fees"]), yuan(story.notes.of_kind("service")))
    story.see("all accounts together", sum(lines.values()), 0)
    by_keeper = _month(story, KEEPER, "check", status=403)
    story.see("checked by who entered it, refused", by_keeper["code"], "same_person_refused")
    story.see("checked", _month(story, CHAIR, "check")["state_label"], "待公示")


def _published_and_questioned(story: Fees) -> None:
    story.tell("it is published, hung on the board, asked about and answered; nobody is named")
    owner = NEIGHBOURS[5]
    published = _month(story, MANAGER, "publication", status=201)
    totals = {total["purpose"]: total for total in published["totals"]}
    parking, cost = story.notes.of_kind("parking"), GUARD_FEN
    story.see(
        "parking: in, out", (totals["parking_gross"]["income"], totals["parking_gross"]["expense"]), (parking, parking)
    )
    path = f"{story.estate.path}/publications/{MONTH}"
    read = story.who(owner).get(path)
    line = next(line for line in read["lines"] if line["item"] == "advertising")
    story.see("an owner reads", (line["label"], yuan(line["fen"])), ("电梯及场地广告费", yuan(ADVERTISING_FEN)))
    story.see(
        "of it, the guard",
        yuan(next(one["fen"] for one in read["lines"] if one["item"] == "parking_staff")),
        yuan(-cost),
    )
    sheet = story.who(CHAIR).send("GET", f"{path}/sheet.pdf").data
    story.see("the sheet for the board", sheet[:5], b"%PDF-")
    board = story.photo(story.who(CHAIR), "notice board")
    shown = {"photo_ids": [board], "shown_from": story.today, "shown_until": "2026-12-16"}
    story.who(CHAIR).post(f"{path}/board-proof", shown)
    question = {"line": line["number"], "text": "合同上写的是 1100 元，怎么入账 1200 元？"}
    asked = story.who(owner).post(f"{path}/questions", question, status=201)
    answer = {"text": "经核对合同为 1100 元，多记的 100 元将在 12 月冲正。"}
    story.who(KEEPER).post(f"{story.estate.path}/fund-questions/{asked['id']}/answer", answer)
    (seen,) = story.who(NEIGHBOURS[6]).get(f"{path}/questions")["items"]
    story.see("every owner reads the answer", seen["answer"], answer["text"])
    disclosed = story.who(BUREAU).get(f"/v1/units/{story.estate.district_id}/fund-disclosure?month={MONTH}")
    story.see("disclosed below the bureau", (disclosed["complete"], disclosed["projects"]), (1, 2))


def _closed_and_corrected(story: Fees, place: str, advertising: dict[str, Any]) -> None:
    story.tell("closed, it takes nothing more; what was wrong is taken back in December, both stand")
    story.see("closed", _month(story, COMMUNITY, "closing")["state_label"], "已结账")
    entry = {"direction": "income", "purpose": "public_income", "item": "advertising", "summary": "单元门广告 11 月"}
    late = {**entry, "place_id": place, "fen": RIGHT_FEN, "on": "2026-11-30"}
    path = f"{story.estate.path}/ledger/{MONTH}/entries"
    story.refuse("booking into November", story.who(KEEPER), path, late, 409, "fund_month_not_open")
    correction = {"month": MONTH, "posting_id": advertising["id"], "on": story.today, "reason": "合同金额为 1100 元"}
    taken_back = story.who(KEEPER).post(f"{story.estate.path}/ledger/corrections", correction, status=201)
    story.see(
        "taken back", [yuan(leg["fen"]) for leg in taken_back["legs"]], [yuan(-ADVERTISING_FEN), yuan(ADVERTISING_FEN)]
    )
    _book(story, KEEPER, place, "2026-12", **entry, fen=RIGHT_FEN, on=story.today)
    story.see("public income now", yuan(-balance(story, "public_income")), yuan(RIGHT_FEN - BANK_FEN))
