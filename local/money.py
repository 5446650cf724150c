"""The money of the demonstration estate: who keeps it, a tariff in force, a published month, a month of bills.

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

    from local.cast import Cast
    from local.founding import Estate
    from local.stack import Stack

FINANCE, KEEPER = "吴会计", "陈桂芳"
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
    merchant = f"/v1/companies/{estate.company_id}/merchant"
    cast.person("周总").put(merchant, {"sub_mchid": SUB_MCHID})
    cast.person("平台运维").post(f"{merchant}/confirmation")
    _tariff(cast, estate, today)
    account = owners_account(cast.person(KEEPER).account_id)
    place = cast.person("王建国").post(f"{estate.path}/money-accounts", account, status=201)
    entry = {
        "direction": "income",
        "purpose": "public_income",
        "item": "advertising",
        "place_id": place["id"],
        "fen": 120_000,
        "summary": "单元门广告",
        "on": today.isoformat(),
    }
    cast.person(KEEPER).post(f"{estate.path}/ledger/{today:%Y-%m}/entries", entry, status=201)


def enroll(stack: Stack) -> None:
    """Let the simulated WeChat Pay know the company; it forgets everything when it stops."""
    stack.simulator.control("pay", act="enroll", sub_mchid=SUB_MCHID)


def _tariff(cast: Cast, estate: Estate, today: date) -> None:
    body = {
        "code": "service_base",
        "label": "物业服务费",
        "kind": "service",
        "pricing": {"method": "area_price", "price": 6_000},
        "valid_from": today.isoformat(),
        "basis": "前期物业服务合同，三级服务 0.60 元/平方米·月",
        "grade": "三级",
        "opens": True,
    }
    cast.person("周总").post(f"{propose_tariff(cast, estate, body)}/approval")


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
    runs, accountant = f"{estate.path}/bill-runs", cast.person(FINANCE)
    run = accountant.post(runs, {"period": f"{today:%Y-%m}", "kind": "service"}, status=201)
    accountant.post(f"{runs}/{run['id']}/publication")
