"""The money of the demonstration estate: who keeps it, prices in force, a published month, a month of bills.

Played by the people who do it, like the founding; the estate of `make run` is founded more than a month ago, so that a
month of its books is over.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.founding import seat_in_committee
from miniprogram_api.kernel.clock import date_of, start_of
from miniprogram_api.kernel.period import month_after

if TYPE_CHECKING:
    from datetime import date

    from local.cast import Cast, Person
    from local.founding import Estate
    from local.stack import Stack

FINANCE, KEEPER = "吴会计", "陈桂芳"
PAYING = ("业主王先生", "业主李女士")
SUB_MCHID = "1900000109"
"""The company's number with WeChat Pay, made up."""


def long_ago() -> datetime:
    """Return an instant in a month that is over for good: the estate is founded then."""
    settled = date_of(datetime.now(UTC) - timedelta(days=2))
    return start_of(month_after(settled, -1)) + timedelta(hours=10)


def appoint_for_money(cast: Cast, estate: Estate) -> None:
    """An accountant of the company, and a second member of the committee, who keeps the owners' account."""
    body = {"name": FINANCE, "phone": "13904510011", "role": "finance", "display_name": FINANCE, "title": "财务"}
    cast.person("王建国").post(f"{estate.path}/staff", body, status=201)
    cast.person(FINANCE, "13904510011")
    seat_in_committee(cast, estate, KEEPER, "13904510012", "物管会委员")


def begin_money(cast: Cast, estate: Estate, today: date) -> None:
    """The merchant number, the price of the contract as a tariff, the owners' account and its first income."""
    appoint_for_money(cast, estate)
    enroll(cast.stack)
    _guide_price(cast, estate, today)
    merchant = f"/v1/companies/{estate.company_id}/merchant"
    cast.person("周总").put(merchant, {"sub_mchid": SUB_MCHID})
    cast.person("平台运维").post(f"{merchant}/confirmation")
    _tariffs(cast, estate, today)
    account = owners_account(cast.person(KEEPER).account_id)
    place = cast.person("王建国").post(f"{estate.path}/money-accounts", account, status=201)
    _park(cast, estate, today)
    _first_entries(cast, estate, today, place["id"])
    _spend(cast, estate, today, place["id"])


def enroll(stack: Stack) -> None:
    """Let the simulated WeChat Pay know the company; it forgets everything when it stops."""
    stack.simulator.control("pay", act="enroll", sub_mchid=SUB_MCHID)


def _guide_price(cast: Cast, estate: Estate, today: date) -> None:
    """What the government allows, so that a price above it is refused with a sentence."""
    guide = {
        "charge": "service_base",
        "grade": "三级",
        "price": 5_000,
        "float_up": 20,
        "valid_from": today.isoformat(),
        "document": "平房区普通住宅物业服务等级指导价",
    }
    cast.person("赵科长").post(f"/v1/units/{estate.district_id}/guide-prices", guide, status=201)


def _tariffs(cast: Cast, estate: Estate, today: date) -> None:
    """The service fee, a parking space in the open, and one thing that households order as they like."""
    contract = "前期物业服务合同"
    for terms in (
        {
            "code": "service_base",
            "label": "物业服务费",
            "kind": "service",
            "pricing": {"method": "area_price", "price": 6_000},
            "basis": f"{contract}，三级服务 0.60 元/平方米·月",
            "grade": "三级",
        },
        {
            "code": "parking_open",
            "label": "露天停车费",
            "kind": "parking",
            "pricing": {"method": "per_count", "price": 800_000, "unit": "车位"},
            "basis": f"{contract}第十二条",
        },
        {
            "code": "menu_cleaning",
            "label": "入户保洁",
            "kind": "service",
            "pricing": {"method": "per_count", "price": 400_000, "unit": "次"},
            "basis": "服务菜单，业主自选",
            "decision": "业主大会决议第四项",
            "frequency": "每月一次",
            "standard": "擦窗、拖地、厨房除油，约两小时",
        },
    ):
        body = {**terms, "valid_from": today.isoformat(), "opens": True}
        cast.person("周总").post(f"{propose_tariff(cast, estate, body)}/approval")


def _park(cast: Cast, estate: Estate, today: date) -> None:
    """Two households rent a space and pay it with the phone: the owners' money, with a receipt for each."""
    accountant, runs = cast.person(FINANCE), f"{estate.path}/bill-runs"
    for name in PAYING:
        order = {"charge": "parking_open", "count": 1, "first_on": today.isoformat()}
        room = f"{estate.path}/rooms/{room_of(cast.person(name))}"
        accountant.post(f"{room}/charge-orders", order, status=201)
    run = accountant.post(runs, {"period": f"{today:%Y-%m}", "kind": "parking"}, status=201)
    accountant.post(f"{runs}/{run['id']}/publication")
    for name in PAYING:
        pay_everything(cast, estate, name)


def room_of(who: Person) -> str:
    """Return the one room of somebody."""
    workspaces = who.get("/v1/me")["workspaces"]
    return str(next(one["room_id"] for one in workspaces if one.get("room_id")))


def pay_everything(cast: Cast, estate: Estate, name: str) -> None:
    """Let somebody pay what their room owes through WeChat, and let the phone ask what became of it."""
    who, orders = cast.person(name), f"{estate.path}/payment-orders"
    opened = who.get(f"{estate.path}/rooms/{room_of(who)}/bills")["open"]
    started = who.post(orders, {"bill_ids": [one["bill"]["id"] for one in opened]}, status=201)
    cast.stack.simulator.control("pay", act="user_pays", request_payment=started["request_payment"])
    who.post(f"{orders}/{started['order']['id']}/confirmation")


def _first_entries(cast: Cast, estate: Estate, today: date, place_id: str) -> None:
    """Income from an advertisement, and what the bank takes."""
    common = {"purpose": "public_income", "place_id": place_id, "on": today.isoformat()}
    for entry in (
        {"direction": "income", "item": "advertising", "fen": 120_000, "summary": "单元门广告"},
        {"direction": "expense", "item": "bank_charge", "fen": 500, "summary": "账户管理费"},
    ):
        cast.person(KEEPER).post(f"{estate.path}/ledger/{today:%Y-%m}/entries", {**common, **entry}, status=201)


def _spend(cast: Cast, estate: Estate, today: date, place_id: str) -> None:
    """One repair from the owners' money: asked, decided and paid by three people."""
    authority = {
        "purse": "public_income",
        "per_item_fen": 200_000,
        "per_year_fen": 1_000_000,
        "valid_from": f"{today.year}-01-01",
        "valid_until": f"{today.year + 1}-12-31",
        "source": "业主大会决议第三项",
    }
    cast.person("孙书记").put(f"{estate.path}/spending-limits", authority)
    wanted = {
        "place_id": place_id,
        "purpose": "public_income",
        "item": "repair_equipment",
        "fen": 36_000,
        "reason": "更换3个单元门闭门器",
        "quote": "友协五金 报价单",
    }
    requests = f"{estate.path}/spending-requests"
    asked = cast.person("王建国").post(requests, wanted, status=201)
    cast.person("马秀兰").post(f"{requests}/{asked['id']}/approval", {})
    cast.person(FINANCE).post(f"{requests}/{asked['id']}/payment", {"on": today.isoformat()})


def propose_tariff(cast: Cast, estate: Estate, terms: dict[str, Any]) -> str:
    """Let the manager draft a tariff and ask for approval; return where it lies."""
    manager, tariffs = cast.person("王建国"), f"{estate.path}/tariffs"
    drafted = manager.post(tariffs, terms, status=201)
    manager.post(f"{tariffs}/{drafted['id']}/proposal")
    return f"{tariffs}/{drafted['id']}"


def owners_account(keeper_account_id: str) -> dict[str, Any]:
    """Return what is registered of the owners' bank account."""
    return {
        "kind": "bank",
        "holder": "owners_assembly",
        "name": "业主大会公共收益户",
        "bank": "哈尔滨银行友协支行",
        "last4": "6688",
        "purposes": ["public_income", "parking_gross", "parking_surplus"],
        "keeper_account_id": keeper_account_id,
    }


def go_on_with_money(cast: Cast, estate: Estate, over: date, today: date) -> None:
    """The month that is ``over`` is entered, checked and published; the bills of this month are issued."""
    months = f"{estate.path}/fund-months/{over:%Y-%m}"
    cast.person(FINANCE).post(f"{months}/entering")
    cast.person("马秀兰").post(f"{months}/check")
    cast.person("王建国").post(f"{months}/publication", status=201)
    _ask_about(cast, estate, f"{over:%Y-%m}")
    runs, accountant = f"{estate.path}/bill-runs", cast.person(FINANCE)
    run = accountant.post(runs, {"period": f"{today:%Y-%m}", "kind": "service"}, status=201)
    accountant.post(f"{runs}/{run['id']}/publication")


def _ask_about(cast: Cast, estate: Estate, month: str) -> None:
    """One owner asks about the repair and is answered; another question waits for the desk."""
    publication = f"{estate.path}/publications/{month}"
    lines = {line["item"]: line["number"] for line in cast.person(PAYING[0]).get(publication)["lines"]}
    question = {"line": lines["repair_equipment"], "text": "闭门器换了几个？有没有发票？"}
    asked = cast.person(PAYING[1]).post(f"{publication}/questions", question, status=201)
    answer = {"text": "共更换 3 个，每个 120 元，发票在物业办公室可以查看。"}
    cast.person(KEEPER).post(f"{estate.path}/fund-questions/{asked['id']}/answer", answer)
    waiting = {"line": lines["advertising"], "text": "单元门广告的合同到什么时候？"}
    cast.person(PAYING[0]).post(f"{publication}/questions", waiting, status=201)
