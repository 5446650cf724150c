"""The staff of an estate: S1 潞城, card, manager and five parties on one matter; S2 下城, a loop that closes twice."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import qrcode
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.hand import Hand, House

WHAT = "化粪池满了，单元门口有污水外溢"
PARTS = {
    "社区协调": ("友协社区", "孙书记", "召集五方协商"),
    "原公司投资": ("原产权单位道路队", "原单位李工", "出资更换井盖"),
    "物管会发动": ("道路队小区物管会", "马秀兰", "征求住户意见"),
    "居民参与": ("1号楼居民", "业主王先生", "腾挪车辆，现场监督"),
    "流动物业承接": ("安居流动物业", "王建国", "组织清掏"),
}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone takes it."""
    path = tmp_path / "photo.jpg"
    Image.effect_noise((800, 600), 80).convert("RGB").save(path)
    return path


@pytest.fixture
def card(tmp_path: Path, house: House) -> Path:
    """The card on the wall, photographed."""
    path = tmp_path / "card.png"
    picture = io.BytesIO()
    qrcode.make(house.base_url + house.known["cards"][0]).save(picture)
    path.write_bytes(picture.getvalue())
    return path


@pytest.fixture
def at(house: House) -> str:
    """The estate, as pages are opened with it."""
    return f"?estate_id={house.known['estate_id']}"


def report(owner: Hand, card: Path, photo: Path) -> str:
    """Report a full septic tank through the card; return the number of the order."""
    owner.upload("扫一扫服务卡", card).see("现在找谁").see("王建国")
    owner.tap("报修").tap("化粪池、下水堵塞").fill("说说情况", WHAT)
    owner.upload("拍照或选照片", photo).tap("提交").tap("好的").miss("有进展时告诉您").see("待受理")
    return number_on(owner)


def number_on(hand: Hand) -> str:
    """The number of the order that the page shows."""
    shown = hand.page.get_by_text(re.compile("工单号")).locator("visible=true").last.inner_text()
    found = re.search(r"工单号\s*(\w+)", shown)
    assert found is not None
    return found[1]


def find(hand: Hand, at: str, number: str) -> Hand:
    """Open the order that somebody reads out on the phone."""
    hand.open(f"/desk/orders/index{at}").fill("查工单号", number).tap("查找")
    return hand.see("五个时间")


def close_the_loop(
    person: Callable[[str], Hand], desk: Callable[[str], Hand], at: str, number: str, photo: Path
) -> None:
    """受理, 处置, 核查, 登记: each by whoever may."""
    dispatcher = find(desk("何调度"), at, number)
    dispatcher.tap("受理").tap("物业合同内")
    dispatcher.fill("依据", "合同约定公共部位维修养护").tap("受理").see("已受理")
    dispatcher.tap("派单").tap(re.compile("^张师傅"), exact=False).tap("派单").see("现在由 张师傅 负责")
    worker = person("张师傅").open(f"/desk/orders/mine{at}").see("我手上的")
    worker = find(worker, at, number)
    worker.tap("接单").tap("接单").see("处置中")
    worker.tap("处置完成").upload("拍照或选照片", photo).fill("说明", "已清掏，井盖已更换").tap("处置完成").see(
        "待核查"
    )
    # Whoever did the work is not offered to verify it.
    assert worker.page.get_by_role("button", name="核查通过", exact=True).locator("visible=true").count() == 0
    verifier = find(person("马秀兰"), at, number)
    verifier.tap("核查通过").fill("说明", "现场看过，已清掏干净").tap("核查通过").see("已核查")
    find(dispatcher, at, number).tap("登记").tap("物业企业")
    dispatcher.fill("依据", "合同内").fill("说明", "归档").tap("登记").see("已登记")


@pytest.mark.row("CARD-02", "CARD-03", "CARD-04", "CARD-09")
def test_a_card_reaches_the_manager_and_five_parties_take_one_matter(
    person: Callable[[str], Hand], desk: Callable[[str], Hand], card: Path, photo: Path, at: str
) -> None:
    owner = person("业主王先生")
    number = report(owner, card, photo)

    community = desk("孙书记").open(f"/desk/linkage/index{at}").tap("发起五方联动").tap("清理化粪池")
    community.fill("标题", "清掏化粪池并更换井盖").fill("情况", "长期未清掏，需要资金和居民配合")
    community.upload("拍照或选照片", photo)
    for part, (organisation, who, task) in PARTS.items():
        community.fill(f"{part}：单位", organisation).fill(f"{part}：负责人", who).fill(f"{part}：要做什么", task)
    community.pick("日期", f"{datetime.now(tz=UTC).year + 1}年").tap("发起").see("办理中")
    case = re.sub(r"^.*#", "", community.page.url)

    owner.open(case).tap("我要参与").fill("能做什么、有什么想法（可不填）", "愿意现场监督")
    owner.tap("我要参与").see("愿意现场监督")

    def report_part(hand: Hand, part: str, typed: dict[str, str]) -> None:
        hand.open(case).tap(re.compile(f"^{part}"), exact=False)
        if hand is community:
            hand.tap("填报进展")
        for field, text in typed.items():
            hand.fill(field, text)
        if part == "流动物业承接":
            hand.tap(re.compile(f"^{number}"), exact=False)
        hand.tap("这一方的事已经做完").tap("填报").see("已完成")

    report_part(community, "社区协调", {"做了什么": "社区会议室协商，五方一致同意"})
    report_part(community, "原公司投资", {"做了什么": "已到账", "答应出资（元）": "3000", "已经到账（元）": "3000"})
    committee, manager = person("马秀兰"), person("王建国")
    report_part(committee, "物管会发动", {"做了什么": "逐户征求", "征求了多少户": "54", "同意多少户": "51"})
    report_part(committee, "居民参与", {"做了什么": "腾挪车辆 12 台"})
    report_part(manager, "流动物业承接", {"做了什么": "清掏完成"})
    community.open(case).tap("结案").fill("办成了什么", "化粪池已清掏，井盖已更换")
    community.upload("拍照或选照片", photo).tap("结案").see("已结案")
    community.tap("向居民公布").see("已公布")
    owner.open(case).see("化粪池已清掏，井盖已更换").see("征求 54 户，同意 51 户").see("已到账 3,000.00 元")

    close_the_loop(person, desk, at, number, photo)
    order = owner.open("/pages/repairs/index").tap(re.compile(number), exact=False).see("进度")
    order.tap("确认办结").see("已办结")
    for mark in ("速度", "质量", "态度"):
        group = order.page.locator("uni-view.field", has_text=mark).locator("visible=true").last
        order.press(group.get_by_text("5 分"))
    order.tap("提交评价").see("5、5、5 分")


@pytest.mark.row("REP-02")
def test_an_order_that_comes_back_shows_both_loops_and_nobody_verifies_themselves(
    person: Callable[[str], Hand], desk: Callable[[str], Hand], card: Path, photo: Path, at: str
) -> None:
    owner = person("业主王先生")
    number = report(owner, card, photo)
    close_the_loop(person, desk, at, number, photo)
    mine = owner.open("/pages/repairs/index").tap(re.compile(number), exact=False).see("进度")
    mine.tap("确认办结").see("已办结")
    manager = find(desk("王建国"), at, number)
    assert manager.page.get_by_text("还没有", exact=True).count() == 0
    mine.tap("重新打开").fill("说明", "又溢出来了").tap("提交：重新打开").see("待受理")
    close_the_loop(person, desk, at, number, photo)
    find(manager, at, number).see("第 2 轮　受理").see("第 1 轮　受理")


@pytest.mark.row("REP-01")
def test_the_guard_writes_down_a_call_and_the_desk_finds_it(
    person: Callable[[str], Hand], desk: Callable[[str], Hand], at: str
) -> None:
    guard = person("郭保安").open(f"/desk/orders/register{at}")
    guard.fill("姓名或称呼", "赵大爷").fill("电话", "13804510060").pick("楼", "1号楼").pick("单元", "1单元")
    guard.tap("单元门、门锁").fill("说说情况", "单元门锁不上").tap("登记").see("待受理")
    number = number_on(guard)
    find(desk("何调度"), at, number).see("单元门锁不上").see("号楼")


@pytest.mark.row("REP-11")
def test_a_patrol_point_is_set_and_later_called_something_else(desk: Callable[[str], Hand], at: str) -> None:
    manager = desk("王建国").open(f"/desk/patrols/points{at}").tap("设一个巡检点")
    manager.fill("叫什么", "锅炉房配电箱").pick("楼", "1号楼").fill("到了看什么，一行一样", "门锁好")
    manager.tap("保存").see("看：门锁好").tap(re.compile("^锅炉房配电箱"), exact=False)
    manager.tap("改名称和要看的内容").see("到了看什么")
    manager.fill("叫什么", "锅炉房西墙配电箱").fill("到了看什么，一行一样", "门锁好\n没有异味").tap("保存")
    manager.see("锅炉房西墙配电箱").see("看：门锁好、没有异味")
    assert manager.page.get_by_text("锅炉房配电箱", exact=True).locator("visible=true").count() == 0


@pytest.mark.row("CARD-06")
def test_a_card_is_brought_to_a_home_and_a_resident_says_that_it_arrived(
    person: Callable[[str], Hand], desk: Callable[[str], Hand], at: str
) -> None:
    manager = desk("王建国").open(f"/desk/cards/make{at}").see("做哪种卡")
    manager.tap("每户一张").tap("1号楼").tap("制作").see("打开打印")
    manager.open(f"/desk/cards/index{at}").tap("1号楼").tap(re.compile("^1号楼1单元101"), exact=False)
    manager.tap("打印这一张").tap("发放").tap("送到户，登记").tap("登记").see("使用中")
    owner = person("业主王先生").see("服务卡收到了吗").tap("收到了").miss("服务卡收到了吗")
    manager.open(f"/desk/cards/hand-outs{at}").see("住户已确认")
    owner.open("/pages/home/index").see("办事").miss("服务卡收到了吗")


@pytest.mark.row("VOT-17")
def test_the_committee_drafts_the_rules_and_the_community_confirms_what_was_signed_on_paper(
    desk: Callable[[str], Hand], photo: Path, at: str
) -> None:
    chair = desk("马秀兰").open(f"/desk/house-rules/index{at}").tap("起草一份").see("第十六条")
    chair.tap("管理规约").see("起草哪一种").fill("名称", "道路队小区管理规约")
    chair.tap("保存草案").see("马秀兰 起草")
    document = re.sub(r"^.*#", "", chair.page.url)
    community = desk("孙书记").open(document).upload("拍照或选照片", photo)
    community.tap("和原件一致，确认施行").see("现行")
    chair.open(f"/pages/house-rules/index{at}").see("道路队小区管理规约")


@pytest.mark.row("VOT-17")
def test_a_draft_of_house_rules_is_withdrawn_with_its_reason(desk: Callable[[str], Hand], at: str) -> None:
    chair = desk("陈桂芳").open(f"/desk/house-rules/index{at}").tap("起草一份").see("第十六条")
    chair.fill("名称", "议事规则草稿").tap("保存草案").see("陈桂芳 起草")
    chair.tap("撤回草案").fill("理由", "和街道的示范文本不一致").tap("撤回")
    chair.see("已撤回").see("和街道的示范文本不一致")
    assert chair.page.get_by_text("修改草案", exact=True).locator("visible=true").count() == 0
