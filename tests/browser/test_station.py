"""S13: an estate that its company gave up gets a company again (平房区道路队小区, 004:74-80).

The community enters the estate and imports its roster, the company's head submits contract and leader, the community
files them, the new manager takes over, snow is ordered by the street and cleared, and the surplus of parking pays for
nothing but common repair. What belongs to the estate's desk is sent as a request here: its pages have stories of their
own.
"""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from PIL import Image

from local.founding import CONTRACT
from local.roster_file import Home, roster_file
from tests.browser.hand import Hand

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ESTATE = "友谊路小区"
HOMES = [
    Home("1号楼", "1单元", f"{floor}0{door}", "56.40", f"业主{floor}{door}", f"1380452{floor}00{door}")
    for floor in (1, 2, 3)
    for door in (1, 2)
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MANAGER_PHONE = "13904520001"


@dataclass
class Asking:
    """Requests that somebody's phone sends, with the session of the page before them."""

    hand: Hand
    estate: str

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        token = self.hand.page.evaluate("JSON.parse(localStorage.getItem('fp-session')).data.token")
        sheet = isinstance(body, bytes)
        answer = urllib3.request(
            method,
            f"{self.hand.house.base_url}/v1/estates/{self.estate}{path}",
            body=body if sheet or body is None else json.dumps(body),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": XLSX if sheet else "application/json",
                "Idempotency-Key": uuid.uuid4().hex,
            },
        )
        assert answer.status == status, answer.data.decode()
        return json.loads(answer.data) if answer.data else None

    def photo(self) -> str:
        """Upload a photo as the camera would and return its id."""
        picture = io.BytesIO()
        Image.effect_noise((800, 600), 80).convert("RGB").save(picture, "JPEG")
        body = {"content_type": "image/jpeg", "size": len(picture.getvalue()), "sealed": False}
        permit = self("POST", "/photos", body, status=201)
        fields = {**permit["fields"], "file": ("photo.jpg", picture.getvalue(), "image/jpeg")}
        assert urllib3.request("POST", permit["url"], fields=fields).status < 300
        return str(permit["photo_id"])


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """A scanned contract."""
    path = tmp_path / "contract.pdf"
    path.write_bytes(CONTRACT)
    return path


@pytest.mark.row("EST-01", "EST-04", "EST-08", "IDR-08", "IDR-20", "REP-14", "FND-16")
def test_an_abandoned_estate_gets_a_company(
    person: Callable[[str], Hand], desk: Callable[[str], Hand], contract: Path
) -> None:
    community = person("孙书记")
    estate_id = _enter_the_estate(community)
    _import_the_roster(Asking(community, estate_id))
    community.open(f"/station/register/index?estate_id={estate_id}").tap("1号楼").see("301")

    _submit_the_contract(desk("周总"), contract)
    community.open("/pages/home/index").tap("友协社区").tap("待审核的备案", exact=False)
    community.tap(ESTATE, exact=False).see("服务等级").tap("同意备案").see("执行中")
    community.open(f"/station/estate/index?estate_id={estate_id}").see("安居流动物业服务有限公司")

    manager = _take_over(person)
    by_manager = Asking(manager, estate_id)
    _give_it_people_and_cards(by_manager)
    manager.open(f"/pages/estate/index?estate_id={estate_id}").see("公共部位维修养护")

    _clear_the_snow(desk("钱站长"), by_manager)
    _spend_the_surplus_on_repair_alone(by_manager)


def _enter_the_estate(community: Hand) -> str:
    community.tap("友协社区").see("户数").tap("小区").see("道路队小区").tap("登记小区")
    community.fill("小区名称", ESTATE).fill("地址", "平房区友谊路18号院内").fill("进户年份（可不填）", "1991")
    community.tap("开放式").tap("老旧").tap("弃管").tap("登记")
    community.see("平房区友谊路18号院内").see("弃管").see("还没有")
    return str(community.page.url.split("estate_id=")[1])


def _import_the_roster(by_community: Asking) -> None:
    """The pages of the import are the desk's."""
    plan = by_community("POST", "/roster-imports", roster_file(ESTATE, HOMES), status=201)
    done = by_community("POST", f"/roster-imports/{plan['id']}/apply", {})
    while done["state"] != "done":
        done = by_community("POST", f"/roster-imports/{plan['id']}/apply", {})


def _submit_the_contract(head: Hand, contract: Path) -> None:
    head.tap("安居流动物业服务有限公司").see("服务热线").tap("提交合同备案")
    head.tap("选择小区").fill("小区名称", ESTATE).tap(ESTATE, exact=False)
    head.fill("收费标准", "0.60 元/平方米·月").fill("服务内容（用顿号隔开）", "公共部位维修养护、保洁、清雪")
    head.upload("上传合同扫描件", contract).see("已上传")
    head.fill("姓名", "韩卫东").fill("手机号", MANAGER_PHONE).fill("备案号（可不填）", "哈物备2026-0231")
    head.tap("提交备案").see("待审核")


def _take_over(person: Callable[[str], Hand]) -> Hand:
    manager = person("韩经理").open("/pages/me/name")
    manager.fill("手机号（本机演示）", MANAGER_PHONE).tap("验证手机号")
    agree = manager.page.get_by_text("同意并继续")
    manager.page.get_by_text("139****0001").or_(agree).first.wait_for()
    if agree.is_visible():
        manager.press(agree)
    manager.see("139****0001").open("/pages/home/index").see(ESTATE).see("项目经理")
    return manager


def _give_it_people_and_cards(by_manager: Asking) -> None:
    """The pages of staff and cards are the desk's."""
    worker = {"name": "林师傅", "phone": "13904520002", "role": "repairer", "display_name": "林师傅", "title": "维修工"}
    by_manager("POST", "/staff", worker, status=201)
    by_manager("POST", "/card-batches", {"grain": "entrance"}, status=201)
    cards = by_manager("GET", "/cards?limit=10")["items"]
    assert len(cards) == 1, "one entrance, one card"


def _clear_the_snow(street: Hand, by_manager: Asking) -> None:
    street.tap("友协街道").see("户数").tap("清雪、防汛等任务").tap("下达任务").tap("清雪")
    wish = f"{ESTATE}先清主路和楼道口"
    street.fill("要求（可不填）", wish).tap("下达").tap(wish, exact=False)
    _wait_for_the_order(street)
    (task,) = by_manager("GET", "/season-tasks?limit=5")["items"]
    path = f"/season-tasks/{task['id']}"
    by_manager("POST", f"{path}/start", {"photo_ids": [by_manager.photo()]})
    by_manager("POST", f"{path}/finish", {"photo_ids": [by_manager.photo()], "note": "主路、楼道口已清"})
    street.page.reload()
    street.see(ESTATE)
    assert "完成" in street.page.get_by_role("row").filter(has_text=ESTATE).inner_text()


def _wait_for_the_order(street: Hand) -> None:
    """The order goes out estate by estate in the background; who looks again sees how far it came."""
    arrived = street.page.get_by_text(ESTATE).locator("visible=true")
    not_yet = street.page.get_by_role("row", name="小区 进度").or_(street.page.get_by_text("任务正在下达"))
    for _ in range(20):
        arrived.or_(not_yet).first.wait_for()
        if arrived.count():
            return
        street.page.reload()
    pytest.fail("the order did not reach the estate")


def _spend_the_surplus_on_repair_alone(by_manager: Asking) -> None:
    """The page of spending is the money desk's."""
    keeper = by_manager("GET", "/staff?limit=20")["items"][0]["account_id"]
    account = {
        "kind": "bank",
        "holder": "owners_assembly",
        "name": f"{ESTATE}公共收益户",
        "bank": "哈尔滨银行友协支行",
        "last4": "2031",
        "purposes": ["public_income", "parking_gross", "parking_surplus"],
        "keeper_account_id": keeper,
    }
    place = by_manager("POST", "/money-accounts", account, status=201)["id"]
    party = {
        "place_id": place,
        "purpose": "parking_surplus",
        "item": "activity",
        "fen": 100_000,
        "reason": "办一场联欢",
        "quote": "晚会策划 1000 元",
    }
    refused = by_manager("POST", "/spending-requests", party, status=422)
    assert refused["code"] == "fund_use_refused"
    assert refused["message"] == "这类资金不能用于所选项目，请更换项目或改用其他资金。"
