"""The result report: every line worked out by hand, the same lines on paper and in the table, and who is in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from pypdf import PdfReader

from miniprogram_api.ballots import report_table
from miniprogram_api.ballots.ballot import Ballot, Bundle, Extension, Hand, Opening, Roll, State
from miniprogram_api.ballots.bundle import OpenedRow, OpenedVote
from miniprogram_api.ballots.counting import Row, Tally
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.questions import Option, Question, checked, with_options
from miniprogram_api.ballots.refusals import ResultNotCounted
from miniprogram_api.ballots.report import Known, report_of
from miniprogram_api.ballots.report_table import Table, result_table, roll_table
from miniprogram_api.ballots.results import result_of
from miniprogram_api.ballots.roll import Amendment, AmendmentKind, Correction
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import Disclosure, Share, Silence, VoteTerms
from miniprogram_api.spreadsheets.workbooks import Workbooks
from tests.ballots.hall import NO

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
"""12:00 in China."""

DAY = timedelta(days=1)
URL = "https://wy.example.cn/v1/public/estates/est_1/ballots/bal_1/bundle"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def hand(name: str, days: int) -> Hand:
    return Hand(f"acc_{name}", name, NOON + days * DAY)


def counted(kind: Kind, questions: Sequence[Question], rows: Sequence[Row], **facts: Any) -> Ballot:
    """A counted ballot over some rows, as the box was opened."""
    tally = Tally(tuple(questions)).take_all(rows)
    terms = facts.get("terms", VoteTerms())
    total = tally.total()
    return Ballot(
        **{
            "id": "bal_1",
            "estate_id": "est_1",
            "estate_name": "幸福里",
            "community_id": "unit_1",
            "kind": kind,
            "title": "外墙维修",
            "text": "方案见附件。",
            "questions": tuple(questions),
            "drafted": hand("主任", 0),
            "state": State.COUNTED,
            "rules_source": "《议事规则》第 2 版",
            "roll": Roll(NOON, total.rooms, total.heads, total.area, "a" * 64, 1),
            "announced": hand("主任", 1),
            "opens_at": NOON + 16 * DAY,
            "closes_at": NOON + 23 * DAY,
            "opening": Opening(NOON + 23 * DAY, tally.voted().rooms, "b" * 64),
            "result": result_of(kind, tally, terms, facts.get("least_answers", 0)),
            "bundle": Bundle("ballots/est_1/bal_1/bundle.json", 4096, "c" * 64),
            "objections_until": NOON + 30 * DAY,
            **facts,
        }
    )


def known(ballot: Ballot, **facts: Any) -> Known:
    return Known(**{"ballot": ballot, "scope": "全小区", "amendments": (), "delivered": 3, "objections": 0,
                    "answered": 0, "url": URL, **facts})  # fmt: skip


def lines_of(ballot: Ballot, heading: str = "六", **facts: Any) -> list[tuple[str, str]]:
    sections = report_of(known(ballot, **facts)).sections
    return [(line.label, line.text) for one in sections if one.heading.startswith(heading) for line in one.lines]


def yes(*chosen: str) -> tuple[tuple[str, ...], ...]:
    return tuple((one,) for one in chosen)


ROWS = (
    Row("r1", 8653, "a", delivered=True, choices=yes("yes", "yes")),
    Row("r2", 12047, "b", delivered=True, choices=yes("yes", "yes")),
    Row("r3", 9300, "c", delivered=True, choices=yes("no", "no")),
    Row("r4", 10000, "d"),
)
"""400.00 m2 and 4 heads; 300.00 and 3 voted, 207.00 and 2 of them twice yes."""

FUND = with_options(Question("是否筹集维修资金", Form.APPROVE, matter=Matter.FUND_RAISE, amount_fen=5_000_000))
MANAGER = with_options(Question("是否续聘物业公司", Form.APPROVE, matter=Matter.MANAGER, text="续聘三年。"))


@pytest.mark.row("VOT-01")
def test_every_line_of_a_published_report() -> None:
    """Quorum 3 x 30,000 >= 2 x 40,000; three quarters want 22,500 of 30,000 and have 20,700; half has more."""
    terms = VoteTerms(
        notice_days=20,
        silence=Silence.NOT_PARTICIPATED,
        proxy_cap=3,
        approvals={Matter.MANAGER: Share(3, 5, included=True)},
        clauses={"notice_days": "第五条", "proxy_cap": "第十一条", "approvals": "第八条"},
    )
    correction = Correction("room_1", AmendmentKind.AREA, area=8653)
    amendment = Amendment("amd_1", "est_1", "bal_1", 1, (correction,), "按产权证", hand("社区", 2), applied_at=NOON)
    ballot = counted(
        Kind.ASSEMBLY,
        (FUND, MANAGER),
        ROWS,
        terms=terms,
        state=State.PUBLISHED,
        extended=Extension(hand("主任", 20), "多户出差", NOON + 21 * DAY),
        certified=hand("李社区", 31),
        published=hand("李社区", 32),
    )
    report = report_of(known(ballot, amendments=(amendment,), objections=2, answered=2))
    assert (report.mark, report.signatures) == ("", ("业主委员会", "社区居民委员会", "街道办事处"))
    assert [(one.heading, [(line.label, line.text) for line in one.lines]) for one in report.sections] == [
        (
            "一、基本情况",
            [
                ("小区", "幸福里"),
                ("表决名称", "外墙维修"),
                ("类型", "业主表决"),
                ("表决范围", "全小区"),
                ("状态", "已公布"),
                ("说明", "方案见附件。"),
            ],
        ),
        (
            "二、表决规则",
            [
                ("依据", "《议事规则》第 2 版"),
                ("公告期", "20 日（议事规则第五条）"),
                ("委托", "一人最多接受 3 户委托（议事规则第十一条）"),
                ("同意比例", "选聘或解聘物业服务企业须达到 3/5 以上（议事规则第八条）"),
            ],
        ),
        (
            "三、表决名册",
            [
                ("户数", "4 户"),
                ("业主人数", "4 人"),
                ("专有部分面积", "400.00 ㎡"),
                ("冻结时间", "2026-11-02 12:00"),
                ("名册根值", "a" * 64),
                ("第 1 次更正", "2026-11-04 公开更正 1 处。理由：按产权证"),
            ],
        ),
        (
            "四、公告与投票",
            [
                ("公告", "2026-11-03 12:00 主任"),
                ("送达", "已证明送达 3 户，共 4 户"),
                ("投票时间", "2026-11-18 12:00 至 2026-11-25 12:00"),
                ("延长", "原定 2026-11-23 12:00 截止；2026-11-22 12:00 主任延长。理由：多户出差"),
            ],
        ),
        (
            "五、开箱",
            [
                ("开箱时间", "2026-11-25 12:00"),
                ("选票", "3 张"),
                ("投票业主", "300.00 ㎡，3 人，3 户"),
                ("选票根值", "b" * 64),
            ],
        ),
        (
            "六、表决结果 1：是否筹集维修资金",
            [
                ("法定事项", "民法典第278条第1款第六项：筹集维修资金"),
                ("金额上限", "50000.00 元"),
                *QUORUM,
                ("同意要求", f"民法典第278条第2款：{THREE_QUARTERS}"),
                ("同意", "207.00 ㎡，2 人，2 户"),
                ("同意：面积", "4 × 20700 ≥ 3 × 30000（0.01㎡），即 4 × 207.00 ≥ 3 × 300.00（㎡），不成立"),
                ("同意：人数", "4 × 2 ≥ 3 × 3，不成立"),
                ("反对", "93.00 ㎡，1 人，1 户"),
                ("弃权", "0.00 ㎡，0 人，0 户"),
                ("结果", f"未通过（民法典第278条第2款：{THREE_QUARTERS}）"),
            ],
        ),
        (
            "六、表决结果 2：是否续聘物业公司",
            [
                ("内容", "续聘三年。"),
                ("法定事项", "民法典第278条第1款第四项：选聘或解聘物业服务企业"),
                *QUORUM,
                ("同意要求", f"民法典第278条第2款：{THREE_FIFTHS}；第八条"),
                ("同意", "207.00 ㎡，2 人，2 户"),
                ("同意：面积", "5 × 20700 ≥ 3 × 30000（0.01㎡），即 5 × 207.00 ≥ 3 × 300.00（㎡），成立"),
                ("同意：人数", "5 × 2 ≥ 3 × 3，成立"),
                ("反对", "93.00 ㎡，1 人，1 户"),
                ("弃权", "0.00 ㎡，0 人，0 户"),
                ("结果", f"通过（民法典第278条第2款：{THREE_FIFTHS}；第八条）"),
            ],
        ),
        ("七、异议", [("异议截止", "2026-12-02 12:00"), ("收到异议", "2 件"), ("已答复", "2 件")]),
        (
            "八、确认、公布与存证",
            [
                ("结果确认", "2026-12-03 12:00 李社区"),
                ("结果公布", "2026-12-04 12:00 李社区"),
                ("存证文件 SHA-256", "c" * 64),
                ("存证文件", URL),
                (
                    "自行验算",
                    "扫描末页二维码下载存证文件，用 verify_ballot.py 自行验算名册、选票和每一项结果，不依赖本系统。",
                ),
            ],
        ),
    ]


THREE_QUARTERS = "参与表决专有部分面积达到 3/4 且参与表决人数达到 3/4 的业主同意"
THREE_FIFTHS = "参与表决专有部分面积达到 3/5 且参与表决人数达到 3/5 的业主同意"
QUORUM_SOURCES = (
    "民法典第278条第2款：专有部分面积占比三分之二以上的业主参与表决",
    "民法典第278条第2款：人数占比三分之二以上的业主参与表决",
)
QUORUM = (
    ("参与表决", "300.00 ㎡，3 人，3 户"),
    ("参与要求", "；".join(QUORUM_SOURCES)),
    ("参与面积", "3 × 30000 ≥ 2 × 40000（0.01㎡），即 3 × 300.00 ≥ 2 × 400.00（㎡），成立"),
    ("参与人数", "3 × 3 ≥ 2 × 4，成立"),
)


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize(
    ("state", "mark"),
    [(State.COUNTED, "计票结果（异议期内）"), (State.CERTIFIED, "已确认，尚未公布"), (State.ARCHIVED, "")],
)
def test_what_is_not_final_says_so(state: State, mark: str) -> None:
    ballot = counted(Kind.ASSEMBLY, (FUND, MANAGER), ROWS, state=state)
    assert report_of(known(ballot)).mark == mark
    assert dict(lines_of(ballot, "一"))["状态"] == (mark or "已归档")


def test_nothing_is_reported_before_the_count() -> None:
    ballot = counted(Kind.ASSEMBLY, (FUND, MANAGER), ROWS)
    for missing in ({"result": None}, {"opening": None}):
        with pytest.raises(ResultNotCounted):
            report_of(known(replace(ballot, **missing)))


def test_too_few_took_part_and_which_article_that_breaks() -> None:
    """300.00 of 700.00 and 3 of 5: 3 x 30,000 < 2 x 70,000 and 3 x 3 < 2 x 5."""
    more = Row("r5", 30000, "e")
    lines = dict(lines_of(counted(Kind.ASSEMBLY, (FUND, MANAGER), (*ROWS, more)), "六、表决结果 2"))
    assert lines["参与面积"] == "3 × 30000 ≥ 2 × 70000（0.01㎡），即 3 × 300.00 ≥ 2 × 700.00（㎡），不成立"
    assert lines["结果"] == f"未达到法定参与比例（{'；'.join(QUORUM_SOURCES)}）"


def test_nobody_voted_and_nothing_of_nothing_is_nothing() -> None:
    rows = (Row("r1", 8000, "a"), Row("r2", 9000, "b"))
    lines = dict(lines_of(counted(Kind.ASSEMBLY, (MANAGER,), rows)))
    assert lines["同意：人数"] == "2 × 0 > 1 × 0，不成立（没有可比的基数）"


def test_silence_that_counts_is_named_with_its_clause() -> None:
    """r4 was told and is silent: 400.00 and 4 take part, 307.00 and 3 are counted with a yes."""
    terms = VoteTerms(silence=Silence.FOLLOW_MAJORITY, clauses={"silence": "第十二条"})
    told = (*ROWS[:3], replace(ROWS[3], delivered=True))
    ballot = counted(Kind.ASSEMBLY, (FUND, MANAGER), told, terms=terms)
    lines = dict(lines_of(ballot, "六、表决结果 2"))
    assert lines["参与表决"] == "400.00 ㎡，4 人，4 户"
    assert lines["未表决"] == "已送达未表决的业主计为参与，计入“同意”（议事规则第十二条）"
    assert lines["同意"] == "307.00 ㎡，3 人，3 户"
    assert ("未表决", "已送达未表决的，计入多数意见（议事规则第十二条）") in lines_of(ballot, "二")


@pytest.mark.row("VOT-01")
def test_the_elected_stand_in_order_and_equals_stay_open() -> None:
    """Wang has 4 heads; Li and Zhao 3 each with 300.00: one seat is left for two."""
    options = (Option("li", "李四"), Option("wang", "王五"), Option("zhao", "赵六"))
    question = Question("选举业委会", Form.SELECT, options, Matter.COMMITTEE, most=3, seats=2)
    rows = [
        Row(str(n), 10000, str(n), choices=(chosen,))
        for n, chosen in enumerate((("li", "wang"), ("li", "wang", "zhao"), ("li", "wang", "zhao"), ("wang", "zhao")))
    ]
    lines = lines_of(counted(Kind.ELECTION, (question,), rows))
    assert ("选法", "每票最多选 3 项，名额 2 个") in lines
    assert ("王五：人数", "2 × 4 > 1 × 4，成立") in lines
    assert lines[-3:-1] == [("当选", "第 1 名 王五"), ("票数相同", "李四、赵六并列第 2 名，超出名额，须另行表决")]
    assert lines[-1][1].startswith("未选满（民法典第278条第2款：")


def test_a_renovation_says_whether_both_are_two_thirds() -> None:
    questions = checked(Kind.RENOVATION, (Question("同意改造", Form.APPROVE), Question("认可方案", Form.APPROVE)))
    rows = [Row(str(n), 9000, str(n), choices=yes("yes", "yes" if n < 2 else "no")) for n in range(3)]
    lines = lines_of(counted(Kind.RENOVATION, questions, rows))
    assert ("同意：户数", "3 × 3 ≥ 2 × 3，成立") in lines
    assert ("同意：户数", "3 × 2 ≥ 2 × 3，成立") in lines
    assert lines[-1] == ("结果", "两个事项均达到三分之二")
    rows[1] = replace(rows[1], choices=yes("yes", "abstain"))
    assert lines_of(counted(Kind.RENOVATION, questions, rows))[-1] == ("结果", "未能两个事项均达到三分之二")


def test_a_rating_names_its_band_its_mark_and_whether_it_is_believed() -> None:
    """8 of 10 valid answers are satisfied: 80 percent exactly, the second band."""
    (question,) = checked(Kind.SATISFACTION, (Question("物业服务满意度", Form.RATE),))
    answers = ["satisfied"] * 5 + ["basically"] * 3 + ["not"] * 2 + ["unknown"]
    rows = [Row(str(n), 9000, str(n), choices=((one,),)) for n, one in enumerate(answers)]
    facts = {"least_answers": 12, "marks": (10, 8, 6, 0)}
    lines = lines_of(counted(Kind.SATISFACTION, (question,), rows, **facts))
    assert ("有效答卷", "10 户，至少需要 12 户，没有达到，结果不作依据") in lines
    assert lines[-3:] == [
        ("满意度", "满意 8 户，有效 10 户，属于80%至90%"),
        ("得分", "8 分"),
        ("结果", "已统计"),
    ]


# The table


@pytest.mark.row("VOT-01")
def test_the_table_holds_the_same_figures_as_numbers() -> None:
    rows = list(result_table(report_of(known(counted(Kind.ASSEMBLY, (FUND, MANAGER), ROWS)))).rows)
    heading = "六、表决结果 2：是否续聘物业公司"
    quorum = [row[3:] for row in rows if row[:2] == (heading, "参与面积")]
    assert quorum == [(30000, 40000, "0.01㎡"), (Decimal("300.00"), Decimal("400.00"), "㎡")]
    voted = [row[2:] for row in rows if row[:2] == (heading, "同意")]
    assert voted == [
        ("207.00 ㎡，2 人，2 户", Decimal("207.00"), None, "㎡"),
        (None, 20700, None, "0.01㎡"),
        (None, 2, None, "人"),
        (None, 2, None, "户"),
    ]


def opened(row: str, label: str, area: int, *chosen: tuple[str, ...], channel: str = "online") -> OpenedRow:
    vote = OpenedVote(1, channel, chosen, "salt", "f" * 64) if chosen else None
    return OpenedRow(row, area, "head", delivered=True, vote=vote, room_id=f"room_{label}", label=label)


SELECT = Question("选品牌", Form.SELECT, (Option("a", "甲牌"), Option("b", "乙牌")), Matter.OTHER, most=2)
OPENED = (
    opened("99", "1号楼101", 8653, ("yes",), ("a", "b")),
    opened("11", "1号楼102", 12047, ("no",), (), channel="paper"),
    opened("55", "1号楼201", 9300),
)


@pytest.mark.row("VOT-01")
def test_the_roll_shows_rooms_where_the_rules_do_and_no_room_where_they_mask() -> None:
    signed = counted(Kind.ASSEMBLY, (MANAGER, SELECT), ())
    table = roll_table(signed, OPENED, URL)
    assert table.headings == ("房屋", "面积（㎡）", "投票方式", "1. 是否续聘物业公司", "2. 选品牌")
    assert list(table.rows) == [
        ("1号楼101", Decimal("86.53"), "网上投票", "同意", "甲牌、乙牌"),
        ("1号楼102", Decimal("120.47"), "纸质票", "反对", "弃权"),
        ("1号楼201", Decimal("93.00"), None, "未投票", "未投票"),
    ]
    table = roll_table(replace(signed, terms=VoteTerms(disclosure=Disclosure.MASKED)), OPENED, URL)
    assert table.headings == ("编号", "面积（㎡）", "1. 是否续聘物业公司", "2. 选品牌")
    assert list(table.rows) == [
        ("11", Decimal("120.47"), "反对", "弃权"),
        ("55", Decimal("93.00"), "未投票", "未投票"),
        ("99", Decimal("86.53"), "同意", "甲牌、乙牌"),
    ]


def test_a_roll_that_no_sheet_holds_is_not_read_and_the_sheet_says_where_it_is() -> None:
    large = counted(Kind.ASSEMBLY, (MANAGER, SELECT), ())
    large = replace(large, roll=replace(large.roll, rooms=20_001))
    untouched = iter(OPENED)
    ((told,),) = roll_table(large, untouched, URL).rows
    assert told == f"名册共 20001 行，超过一张表的上限 20000 行，没有逐行列出。每一行都在存证文件里：{URL}"
    assert next(untouched) is OPENED[0]


def test_numbers_stay_numbers_and_a_text_pasted_from_elsewhere_spoils_no_workbook() -> None:
    table = Table(
        "结果", ("内容", "数值", "面积"), [("上\x0b下", 3, Decimal("2.50")), ("=1+1", None, None)], (10, 10, 10)
    )
    sheet = openpyxl.load_workbook(BytesIO(Workbooks().write_tables([table, replace(table, title="名册")])))["名册"]
    assert list(sheet.values)[1:] == [("上下", 3, 2.5), ("=1+1", None, None)]
    assert [cell.number_format for cell in sheet[2]] == ["General", "0", "0.00"]
    assert (sheet["A3"].data_type, sheet["A3"].quotePrefix) == ("s", True)


# Whole requests


def fetch(hall, ballot_id: str, who, **headers: str):
    return hall.client.get(f"{hall.path}/{ballot_id}/report", who=hall.people.again(who), headers=headers)


def sheets(answer) -> dict[str, list[tuple[Any, ...]]]:
    assert answer.status_code == 200, answer.json
    return {sheet.title: list(sheet.values) for sheet in openpyxl.load_workbook(BytesIO(answer.data))}


@pytest.mark.row("VOT-01")
def test_an_owner_takes_the_report_along_as_pages_and_as_a_table(hall, monkeypatch) -> None:
    hall.settle({"101": 8000, "102": 8000, "201": 9000})
    ballot_id = hall.opened()
    owner = hall.owners["101"]
    hall.post(f"{hall.path}/{ballot_id}/rooms/{hall.rooms['101'].id}/notice-reading", owner)
    hall.vote(ballot_id, "101")
    hall.vote(ballot_id, "102", NO)
    early = fetch(hall, ballot_id, owner)
    assert (early.status_code, early.json["code"]) == (409, "ballot_not_counted")
    hall.close(ballot_id)
    hall.post(f"{hall.path}/{ballot_id}/objections", owner, 201, text="请核对名册")

    pages = fetch(hall, ballot_id, hall.someone(Role.MANAGER))
    assert pages.mimetype == "application/pdf"
    assert len(PdfReader(BytesIO(pages.data)).pages) == 2
    assert fetch(hall, ballot_id, owner).data == pages.data
    found = sheets(fetch(hall, ballot_id, owner, Accept=XLSX))
    told = {row[1]: row[2:] for row in found["结果"] if row[2] is not None}
    assert told["状态"][0] == "计票结果（异议期内）"
    assert told["送达"] == ("已证明送达 1 户，共 3 户", 1, 3, "户")
    assert told["收到异议"][:2] == ("1 件", 1)
    assert told["已答复"][:3] == ("0 件", 0, 1)
    assert told["存证文件"][0].endswith(f"/v1/public/estates/{hall.estate_id}/ballots/{ballot_id}/bundle")
    assert found["名册"][1:] == [
        ("1号楼101", 80, "网上投票", "同意"),
        ("1号楼102", 80, "网上投票", "反对"),
        ("1号楼201", 90, None, "未投票"),
    ]
    monkeypatch.setattr(report_table, "MOST_ROWS", 2)
    ((words, *_),) = sheets(fetch(hall, ballot_id, owner, Accept=XLSX))["名册"][1:]
    assert words.startswith("名册共 3 行，超过一张表的上限 2 行")


@pytest.mark.row("VOT-01")
def test_an_election_shows_no_room_and_no_voter_by_name(hall) -> None:
    hall.settle({"101": 8000, "102": 8000, "201": 9000})
    ballot_id = hall.draft("election", [{"title": "选举业委会", "form": "select", "matter": "committee", "most": 2}])
    path = f"{hall.path}/{ballot_id}/candidates"
    standing = [("甲候选", "101"), ("乙候选", "102")]
    for name, number in standing:
        body = {"name": name, "room_id": hall.rooms[number].id, "nominator": "self"}
        candidate = hall.post(path, hall.drafter, 201, **body)["id"]
        for side in (hall.community, hall.someone(Role.STREET)):
            hall.post(f"{path}/{candidate}/check", side, passed=True)
    hall.freeze(ballot_id)
    hall.announce(ballot_id)
    hall.clock.advance(timedelta(days=15, minutes=1))
    first = hall.get(path, hall.drafter)[0]["id"]
    hall.vote(ballot_id, "101", [[first]])
    hall.vote(ballot_id, "102", [[]])
    hall.vote(ballot_id, "201", [[first]])
    hall.close(ballot_id)
    hall.publish(ballot_id)
    found = sheets(fetch(hall, ballot_id, hall.owners["101"], Accept=XLSX))
    assert found["名册"][0][:2] == ("编号", "面积（㎡）")
    assert sorted(row[2] for row in found["名册"][1:]) == sorted(["弃权", *[hall_name(hall, path, first)] * 2])
    assert [row[0] for row in found["名册"][1:]] == sorted(row[0] for row in found["名册"][1:])
    text = "\n".join(str(cell) for rows in found.values() for row in rows for cell in row)
    assert "号楼" not in text
    for number in hall.rooms:
        name = hall.container.identity.get_account(hall.owners[number].account_id).display_name
        assert not re.search(rf"{name}(?!\d)", text), "no voter is named"
    assert {row[1]: row[2] for row in found["结果"]}["状态"] == "已公布"


def hall_name(hall, path: str, candidate_id: str) -> str:
    return next(one["name"] for one in hall.get(path, hall.drafter) if one["id"] == candidate_id)
