"""Money as several people see it: a price comes about and is paid; a month of the owners' money is closed.

The house of these stories keeps a clock of its own: a round of counter-offers lasts fourteen days, and a month can be
entered only when it is over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from local.cast import Cast
from local.desk import Desk
from local.engine import HOST
from local.founding import Estate, found, move_in
from local.mini_program import MiniProgram, build_app
from local.money import begin_money, long_ago
from local.stack import Ports, Stack
from local.travel import TravellingClock
from miniprogram_api.kernel.clock import date_of
from tests.browser.hand import House

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.browser.hand import Hand

ROUND = timedelta(days=15)
"""Longer than owners have for their counter-offers."""
PAY = re.compile(r"^缴 [\d.]+ 元$")


@dataclass(frozen=True)
class Travelled(House):
    """A house whose time a story can move."""

    stack: Any = field(kw_only=True)
    clock: TravellingClock = field(kw_only=True)
    estate: Estate = field(kw_only=True)
    over: str = field(kw_only=True)
    """The month that is over when the house has arrived in the present."""

    def travel(self, to: datetime) -> None:
        """Be later, with what the clock's jobs do on the way."""
        self.clock.travel(to, self.stack.simulator)
        self.stack.pump.run_schedules()

    def arrive(self) -> None:
        """Be in the present."""
        self.travel(max(datetime.now(UTC), self.clock() + timedelta(seconds=1)))

    def lend_time(self, hand: Hand) -> Hand:
        """Let somebody's screen show the day of the house."""
        hand.page.clock.set_system_time(self.clock())
        return hand

    def page(self, path: str, **query: str) -> str:
        """Return the address of a page of the estate."""
        return f"{path}?estate_id={self.estate.id}" + "".join(f"&{name}={value}" for name, value in query.items())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, swapped: bool) -> Iterator[Travelled]:
    """The estate of the demonstration as it was founded, its first month not yet over."""
    app = build_app()
    folder = tmp_path_factory.mktemp(f"travelled-{swapped}")
    clock = TravellingClock(long_ago())
    ports = Ports.free()
    with Stack(ports, folder / "state", folder / "engine.log", clock) as stack:
        clock.meet(stack.simulator)
        cast = Cast(stack)
        estate = found(cast, stack.container.parameters.secret("operator-code"), clock(), cards=False)
        move_in(cast, estate, "业主王先生", 0)
        move_in(cast, estate, "业主李女士", 1)
        first = date_of(clock())
        begin_money(cast, estate, first)
        stack.simulator.control("pay", act="automatic", speed=60)
        known = {"cards": [], "people": [{"name": name, "post": ""} for name in cast.people]}
        stack.put_in_front(lambda application: Desk(application, stack, known))
        stack.put_in_front(lambda application: MiniProgram(application, app))
        stack.pump.start()
        yield Travelled(
            f"http://{HOST}:{ports.app}", known, stack=stack, clock=clock, estate=estate, over=f"{first:%Y-%m}"
        )


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A photographed piece of paper."""
    path = tmp_path / "paper.jpg"
    Image.effect_noise((800, 600), 60).convert("RGB").save(path)
    return path


def expected_refusals(*hands: Hand) -> None:
    """A browser notes every refusal of the server in its console; these are what the story is about."""
    for hand in hands:
        hand.complaints[:] = [said for said in hand.complaints if not said.startswith("Failed to load resource")]


def offer(head: Hand, yuan: str) -> Hand:
    """Fill in the company's offer with its cost sheet."""
    head.fill("报价（元/平方米·月）", yuan)
    head.fill("成本1 一年（元）", "56000").fill("成本2 一年（元）", "14000")
    head.fill("计费面积（平方米）", "9000")
    return head.fill("说明", "人工和清雪成本").tap("提交报价")


@pytest.mark.row("FEE-06", "FEE-03", "FEE-01", "FEE-02")
def test_a_price_comes_about_is_issued_and_paid_once(
    house: Travelled, person: Callable[[str], Hand], desk: Callable[[str], Hand]
) -> None:
    head = desk("周总").open(house.page("/desk/price-talks/index"))
    head.tap("发起价格协商").fill("服务等级", "三级").fill("为什么要定价或调价", "人工费上涨").tap("发起")
    head.see("等物业报价。报价附成本测算表，不能高于政府限价。").tap("填写报价")
    offer(head, "0.61").see("价格高于政府指导价上限")
    offer(head, "0.60").see("业主正在还价，到期自动进入协商。")
    talk = head.page.url.rpartition("id=")[2]

    owner = person("业主王先生").open(house.page("/pages/prices/index"))
    owner.see("业主还价中").open(house.page("/pages/price-talk/index", id=talk))
    owner.fill("愿意出的价格（元/平方米·月）", "0.50").fill("理由", "退休金有限，希望先看到服务").tap("提交还价")
    owner.see("还价已提交。")

    house.travel(house.clock() + ROUND)
    at_desk = house.page("/desk/price-talks/talk", id=talk)
    head.open(at_desk).tap("调低报价").fill("报价（元/平方米·月）", "0.55").tap("提交报价")
    head.see("调整报价 0.55 元")
    chair = house.lend_time(desk("马秀兰")).open(at_desk)
    chair.tap("接受物业的报价").fill("协商纪要", "在社区会议室协商").tap("达成一致").tap("登记业主表决结果")
    chair.fill("决议名称", "业主大会决议第一项").fill("业主一共多少人", "166").fill("参加表决多少人", "111")
    chair.fill("同意的多少人", "56").fill("总面积（平方米）", "9000").fill("参加表决的面积（平方米）", "6000")
    chair.fill("同意的面积（平方米）", "3001").tap("登记").see("表决通过，等备案。备案后形成收费标准。")
    bureau = house.lend_time(desk("赵科长")).open(at_desk)
    bureau.tap("备案").tap("确定备案").see("已备案，收费标准从开始执行的那天生效。")
    owner.open(house.page("/pages/prices/index")).see("按建筑面积计收，0.55元/㎡·月。")

    house.arrive()
    finance = desk("吴会计").open(house.page("/desk/bill-runs/index"))
    finance.tap("算一遍").see("开账单的户数").tap(re.compile(r"^发布 \d+ 户的账单$")).tap("发布").see("已发布")

    owner.open("/pages/bills/index").see("物业服务费")
    second = person("业主王先生").open("/pages/bills/index").see("物业服务费")
    owner.tap(PAY).tap("确认支付").see("缴费成功").tap("收据 1").see("收据号")
    second.tap(PAY).see("该账单已结清，无需再付。")
    assert second.page.get_by_text("确认支付").count() == 0
    expected_refusals(head, owner, second)


@pytest.mark.row("FND-01", "FND-04")
def test_a_month_is_entered_checked_by_another_published_questioned_and_closed(
    house: Travelled, person: Callable[[str], Hand], desk: Callable[[str], Hand], paper: Path
) -> None:
    house.arrive()
    month = house.page("/desk/ledger/month", month=house.over)
    keeper = desk("陈桂芳").open(month).tap("登记一笔收入或支出")
    keeper.pick("项目", "场地摊位费").fill("多少元", "86.50").fill("摘要", "夜市摊位").upload("拍照或选照片", paper)
    keeper.tap("记账").see("夜市摊位").tap("提交这个月，等人核对").see("待核对").tap("核对无误")
    keeper.see("这一步不能由经手人本人办理")
    chair = desk("马秀兰").open(month).tap("夜市摊位")
    chair.page.locator(".vouchers").wait_for()
    chair.tap("返回")
    chair.tap("核对无误").see("待公示")
    manager = desk("王建国").open(month).tap("公示给业主").see("公示中")

    owner = person("业主李女士").open(house.page("/pages/funds/index")).see("场地摊位费")
    owner.open(house.page("/pages/funds/month", month=house.over)).tap("夜市摊位")
    owner.fill("想问什么", "摊位费是哪几家交的？").tap("提交").see("前答复")
    keeper.open(house.page("/desk/ledger/questions")).tap("答复").fill("答复", "是门口两家早点摊。").tap("提交答复")
    keeper.see("没有等答复的提问。")
    owner.open(house.page("/pages/funds/month", month=house.over)).see("是门口两家早点摊。")

    manager.open(month).upload("拍照或选照片", paper).tap("留存张贴照片").see("公告栏已张贴")
    desk("孙书记").open(month).tap("结账，以后不再改").see("这个月不能再改")
    keeper.open(house.page("/desk/ledger/entry", month=house.over)).pick("项目", "场地摊位费")
    keeper.fill("多少元", "1").fill("摘要", "补记").tap("记账").see("该月账目已提交，不能再登记")
    expected_refusals(keeper)
