"""The lines of the result report, each worked out by hand (VOT-01)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from miniprogram_api.ballots.ballot import Ballot, Extension, State
from miniprogram_api.ballots.counting import Row
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.questions import Option, Question, checked
from miniprogram_api.ballots.refusals import ResultNotCounted
from miniprogram_api.ballots.report import report_of
from miniprogram_api.ballots.roll import Amendment, AmendmentKind, Correction
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import Share, Silence, VoteTerms
from tests.ballots.counted import DAY, FUND, MANAGER, NOON, ROWS, URL, counted, hand, known, yes


def lines_of(ballot: Ballot, heading: str = "六", **facts: Any) -> list[tuple[str, str]]:
    sections = report_of(known(ballot, **facts)).sections
    return [(line.label, line.text) for one in sections if one.heading.startswith(heading) for line in one.lines]


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
                ("冻结时间", "2026年11月2日 12:00"),
                ("名册根值", "a" * 64),
                ("第 1 次更正", "2026年11月4日公开更正 1 处。理由：按产权证"),
            ],
        ),
        (
            "四、公告与投票",
            [
                ("公告", "2026年11月3日 12:00 主任"),
                ("送达", "已证明送达 3 户，共 4 户"),
                ("投票时间", "2026年11月18日 12:00 至 2026年11月25日 12:00"),
                ("延长", "原定 2026年11月23日 12:00 截止；2026年11月22日 12:00 主任延长。理由：多户出差"),
            ],
        ),
        (
            "五、开箱",
            [
                ("开箱时间", "2026年11月25日 12:00"),
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
        ("七、异议", [("异议截止", "2026年12月2日 12:00"), ("收到异议", "2 件"), ("已答复", "2 件")]),
        (
            "八、确认、公布与存证",
            [
                ("结果确认", "2026年12月3日 12:00 李社区"),
                ("结果公布", "2026年12月4日 12:00 李社区"),
                ("存证文件 SHA-256", "c" * 64),
                ("存证文件", URL),
                (
                    "自行验算",
                    "扫描末页二维码下载存证文件，用 verify_ballot.py 自行验算名册、选票和每一项结果，不依赖本系统。",
                ),
            ],
        ),
    ]


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
