"""Deciding in a browser: a vote from its draft to its certificate, and what a newcomer does first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from local.cast import Cast
from local.desk import Desk
from local.founding import Estate, rooms_in_order
from local.mini_program import MiniProgram, build_app
from local.photograph import photograph
from local.roster_file import homes
from local.seed import begins, seed
from local.stack import Stack
from local.travel import TravellingClock
from miniprogram_api.decisions.decision import BallotQuestion, Decision, Maker, Mark
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

CHAIR, MEMBER, COMMUNITY, STREET = "马秀兰", "陈桂芳", "孙书记", "钱站长"
WANG, LI = "业主王先生", "业主李女士"
NEIGHBOURS = range(3, 13)
"""Who votes over HTTP beside the three whose votes are seen: thirteen of eighteen homes, so that the vote counts."""
PAPER_ROOM, SERIAL = "103", "2026-0001"
TITLE = "1号楼1单元加装感应灯"


@dataclass
class TravellingHouse:
    """A house whose clock the story moves: fifteen days of notice pass in an instant."""

    stack: Stack
    clock: TravellingClock
    known: dict[str, Any]

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return self.stack.base_url

    def go_to(self, moment: datetime, *browsers: Page) -> None:
        """Let it be that moment, for the house and for the browsers, and let the ballot office do what is due."""
        self.clock.travel(moment, self.stack.simulator)
        self.stack.pump.run_job("ballots")
        for page in browsers:
            page.clock.set_system_time(self.clock())

    def decided(self, matter: Matter, title: str) -> None:
        """What all owners decided just now, as a published ballot enters it into the register."""
        container, now = self.stack.container, self.clock()
        decision = Decision(
            id=new_id("dec", now),
            estate_id=self.known["estate_id"],
            maker=Maker.ASSEMBLY,
            matter=matter,
            title=title,
            text="同意",
            decided_on=date_of(now),
            recorded=Mark("system", "系统", now),
            ballot=BallotQuestion(self.known["published_ballot_id"], 1),
        )
        act = Transaction("system", "test_setup", now)
        container.decisions.add(act, decision)
        container.table.commit(act)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, swapped: bool) -> Iterator[TravellingHouse]:
    """The demonstration of `make run` in a folder of its own, with a clock that travels on."""
    folder: Path = tmp_path_factory.mktemp(f"votes-{swapped}")
    app = build_app()
    clock = TravellingClock(begins(folder))
    with Stack(state=folder, clock=clock) as stack:
        known = seed(stack, clock, folder)
        stack.put_in_front(lambda application: Desk(application, stack, known))
        stack.put_in_front(lambda application: MiniProgram(application, app))
        stack.pump.start()
        yield TravellingHouse(stack, clock, known)


def test_a_newcomer_votes_keeps_the_receipt_and_checks_the_vote_that_was_counted(house, person) -> None:
    wang = person(WANG)
    wang.open("/pages/home/index").see("需要您处理")
    wang.tap("建电动自行车充电棚、续聘物业公司", exact=False).see("已有多少人参加")
    wang.tap("去投票", exact=False).see("请选一项")
    _answer(wang, 0, "同意")
    _answer(wang, 1, "弃权")
    wang.tap("提交我的票", exact=False).see("您选的是：同意；弃权。")
    wang.tap("提交").see("这一票已收到")
    with wang.page.expect_download() as kept:
        wang.tap("保存回执", exact=False)
    assert kept.value.suggested_filename == "投票回执.json"

    wang.open("/pages/home/index").see("办事")
    wang.tap("业主共决", exact=False).see("一起决定")
    wang.tap("业主表决").see("已公布")
    wang.tap("1号楼1单元更换单元门", exact=False).see("结果：通过")
    wang.see("占 67.76%，够")
    _checks_own_vote(wang, "同意")


def test_a_vote_goes_from_its_draft_to_its_certificate(house, person, desk) -> None:
    estate = house.known["estate_id"]
    chair, member, community = desk(CHAIR), desk(MEMBER), desk(COMMUNITY)
    wang, li = person(WANG), person(LI)
    everybody = [one.page for one in (chair, member, community, wang, li)]

    _drafts(chair, estate)
    ballot = chair.page.url.rpartition("id=")[2]
    here = f"estate_id={estate}&id={ballot}"
    chair.tap("提交社区审核", exact=False).see("等社区审核")

    community.open(f"/desk/ballots/index?estate_id={estate}").tap(TITLE, exact=False).tap("审核通过", exact=False).see(
        "名册已冻结"
    )
    community.see("18 户，18 人，998.01 平方米")

    chair.open(f"/desk/ballots/ballot?{here}").see("投票从哪天开始")
    chair.tap("公告").see("公告中")
    opens, closes = (datetime.fromisoformat(_shown(house, estate, ballot)[name]) for name in ("opens_at", "closes_at"))
    assert opens - house.clock() >= timedelta(days=15)

    house.go_to(opens + timedelta(minutes=1), *everybody)
    for voter, choice in ((wang, "同意"), (li, "反对")):
        voter.open(f"/pages/ballot/index?{here}").tap("去投票", exact=False).see("请选一项")
        _answer(voter, 0, choice)
        voter.tap("提交我的票", exact=False).see("提交这张票")
        voter.tap("提交").see("这一票已收到")
    _reads_paper(chair, here)
    _confirms_paper(member, here)
    _neighbours_vote(house, estate, ballot)

    house.go_to(closes, *everybody)
    chair.open(f"/desk/ballots/ballot?{here}").see("结果异议期")
    chair.see("结果：通过").see("人数 13 / 18，占 72.22%，够").see("人数 12 / 13，占 92.30%，够")

    house.go_to(closes + timedelta(days=7, hours=1), *everybody)
    community.open(f"/desk/ballots/ballot?{here}").tap("确认结果", exact=False).tap("公布结果", exact=False).see(
        "已公布"
    )
    with community.page.expect_download() as report:
        community.tap("结果报告（PDF，打印签字）", exact=False)
    assert report.value.suggested_filename == f"{TITLE}.pdf"

    wang.open(f"/pages/ballot/index?{here}").see("已公布")
    _checks_own_vote(wang, "同意")


@pytest.mark.row("VOT-17")
def test_a_drafted_covenant_is_put_in_force_by_what_the_owners_decided(house, person, desk) -> None:
    at = f"?estate_id={house.known['estate_id']}"
    chair = desk(CHAIR).open(f"/desk/house-rules/index{at}").tap("起草一份").see("第十六条")
    chair.tap("管理规约").see("起草哪一种").fill("名称", "道路队小区管理规约")
    chair.tap("保存草案").see("还没有可以依据的业主决定")
    draft = chair.page.url.rpartition("#")[2]
    house.go_to(house.clock() + timedelta(days=1), chair.page)
    house.decided(Matter.COVENANT, "通过管理规约")
    today = date_of(house.clock())
    chair.open(draft).pick("依据哪个决定", f"通过管理规约（{today.year}年{today.month}月{today.day}日）")
    chair.tap("公布施行").see("现行")
    person(WANG).open(f"/pages/house-rules/index{at}").see("道路队小区管理规约")


@pytest.mark.row("VOT-14")
def test_a_membership_ends_by_what_the_owners_decided(house, person, desk) -> None:
    at = f"?estate_id={house.known['estate_id']}"
    wang = person(WANG).open(f"/pages/conduct/tell{at}").pick("哪位委员", f"{MEMBER}（物管会委员）")
    wang.pick("负面清单哪一项", "拒不移交印章、账目、档案等公共财物").fill("什么事", "换届后一直不交账本")
    wang.upload("拍照或选照片", photograph("ledger")).tap("提交").see("已收到")
    community, street = desk(COMMUNITY), desk(STREET)
    unit = Cast(house.stack).person(COMMUNITY).get("/v1/me")["workspaces"][0]["scope_id"]
    community.open(f"/station/conduct/index?unit_id={unit}").tap(f"{MEMBER} · 物管会委员", exact=False).see("待核实")
    case = community.page.url.rpartition("#")[2]

    def step(hand: Any, name: str, then: str) -> None:
        hand.open(case).tap(name).fill("情况、理由", f"{name}，有会议记录").tap(name).see(then)

    step(community, "核实属实", "已核实")
    step(community, "听取陈述", "听取陈述，有会议记录")
    step(street, "暂停履职", "暂停履职，有会议记录")
    step(community, "提请业主大会", "业主大会表决中")
    house.decided(Matter.COMMITTEE, "更换物管会委员")
    house.decided(Matter.MANAGER, "续聘物业公司")
    today = date_of(house.clock())
    community.open(case).tap("终止成员资格").fill("情况、理由", "业主大会表决通过")
    community.pick("依据哪个业主大会决定", f"更换物管会委员（{today.year}年{today.month}月{today.day}日）")
    community.tap("终止成员资格").see("已终止成员资格")
    person(CHAIR).open(f"/pages/conduct/board{at}").see(MEMBER)


def _drafts(chair: Any, estate: str) -> None:
    chair.open(f"/desk/ballots/index?estate_id={estate}").tap("起草表决", exact=False).see("表决种类")
    chair.fill("标题", TITLE)
    chair.tap("1号楼1单元")
    chair.fill("问什么", "是否同意加装感应灯")
    chair.pick("属于哪一类（民法典第 278 条）", "使用维修资金")
    chair.fill("涉及金额上限（元，没有可不填）", "1200")
    chair.tap("保存草稿", exact=False).see("提交社区审核")


def _reads_paper(first: Any, here: str) -> None:
    first.open(f"/desk/ballots/papers?{here}").see("录入一张票")
    first.pick("楼", "1号楼")
    first.pick("单元", "1单元")
    first.pick("房号", PAPER_ROOM)
    first.fill("票上的编号", SERIAL)
    first.upload("拍照或选照片", photograph("paper"))
    _answer(first, 0, "同意")
    first.tap("录入，交第二个人核对", exact=False).see("等第二个人核对")


def _confirms_paper(second: Any, here: str) -> None:
    second.open(f"/desk/ballots/papers?{here}").tap(f"编号 {SERIAL}", exact=False).see("核对一致，入箱")
    second.fill("票上的编号", SERIAL)
    second.tap("同意")
    second.tap("核对一致，入箱", exact=False).see("一致，已入箱")


def _neighbours_vote(house: TravellingHouse, estate: str, ballot: str) -> None:
    cast, listed = Cast(house.stack), homes()
    buildings = cast.person(WANG).get(f"/v1/estates/{estate}/addresses")["items"]
    of = Estate(id=estate, buildings={one["name"]: {**one, "id": one["building_id"]} for one in buildings})
    rooms = rooms_in_order(cast, of, WANG)
    for index in NEIGHBOURS:
        voter = cast.person(f"{listed[index].number} {listed[index].owner}", listed[index].phone)
        path = f"/v1/estates/{estate}/ballots/{ballot}/rooms/{rooms[index]}/vote"
        voter.post(path, {"choices": [["yes"]]}, status=201)


def _shown(house: TravellingHouse, estate: str, ballot: str) -> dict[str, Any]:
    return dict(Cast(house.stack).person(CHAIR).get(f"/v1/estates/{estate}/ballots/{ballot}"))


def _answer(one: Any, question: int, choice: str) -> None:
    """Choose an answer: choices of one label stand once for each question."""
    chip = one.page.get_by_role("radio", name=choice, exact=True).locator("visible=true").nth(question)
    chip.tap() if one.page.viewport_size["width"] < 600 else chip.click()


def _checks_own_vote(voter: Any, choice: str) -> None:
    """From the published ballot to every line of the check."""
    voter.tap("查我的票", exact=False).see("整个重算一遍")
    voter.tap("查我的票", exact=False).see("封条对得上")
    found = voter.page.locator(".finding:visible").all_inner_texts()
    assert len(found) == 5
    assert all(line.startswith("✓") for line in found), found
    voter.see(f"：{choice}")
