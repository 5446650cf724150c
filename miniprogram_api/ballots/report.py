"""The result report of a ballot: every figure with its working, for the filing with the street (VOT-01).

One function makes the lines; the printed pages and the table are two forms of the same lines. What must be kept and
handed in: 物业管理条例 14 (minutes of the assembly), 16 (filing within thirty days).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import STATE_LABELS, Ballot, Hand, Opening, Roll, State
from miniprogram_api.ballots.law import KIND_LABELS, Kind
from miniprogram_api.ballots.refusals import ResultNotCounted
from miniprogram_api.ballots.report_result import question_lines
from miniprogram_api.ballots.report_words import Figure, Line, amount, area, differing, square_metres
from miniprogram_api.ballots.roll import Amendment
from miniprogram_api.kernel.clock import date_of, shanghai, spoken

if TYPE_CHECKING:
    from miniprogram_api.ballots.results import BallotResult

SIGNATURES = ("业主委员会", "社区居民委员会", "街道办事处")
_MARKS: dict[State, str] = {State.COUNTED: "计票结果（异议期内）", State.CERTIFIED: "已确认，尚未公布"}
HOW_TO_CHECK = "扫描末页二维码下载存证文件，用 verify_ballot.py 自行验算名册、选票和每一项结果，不依赖本系统。"


@dataclass(frozen=True, slots=True)
class Known:
    """What a report is made from. ``scope`` says in words where the vote was held, ``url`` where its proof lies."""

    ballot: Ballot
    scope: str
    amendments: tuple[Amendment, ...]
    delivered: int
    objections: int
    answered: int
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report; ``mark`` stands on each page of one that is not final, ``reference`` on every page."""

    title: str
    reference: str
    mark: str
    sections: tuple[Section, ...]
    signatures: tuple[str, ...]
    url: str
    made_on: date


def report_of(known: Known) -> Report:
    """Return the report of a counted ballot.

    Raises:
        ResultNotCounted: it is not counted yet.
    """
    ballot = known.ballot
    result, roll, opening = ballot.result, ballot.roll, ballot.opening
    if result is None or roll is None or opening is None:
        raise ResultNotCounted
    numbered = enumerate(zip(ballot.questions, result.questions, strict=True), 1)
    last = ballot.published or ballot.certified
    return Report(
        title=f"{ballot.estate_name} 表决结果报告",
        reference=ballot.id,
        mark=_MARKS.get(ballot.state, ""),
        sections=(
            Section("一、基本情况", _about(known)),
            Section("二、表决规则", _rules(ballot)),
            Section("三、表决名册", _roll(roll, known.amendments)),
            Section("四、公告与投票", _course(known, roll)),
            Section("五、开箱", _opening(opening, result)),
            *(
                Section(f"六、表决结果 {number}：{question.title}", question_lines(ballot, question, found))
                for number, (question, found) in numbered
            ),
            *(_together(result) if ballot.kind is Kind.RENOVATION else ()),
            Section("七、异议", _objections(known)),
            Section("八、确认、公布与存证", _proof(known)),
        ),
        signatures=SIGNATURES,
        url=known.url,
        made_on=date_of(opening.at if last is None else last.at),
    )


def _about(known: Known) -> tuple[Line, ...]:
    ballot = known.ballot
    lines = (
        Line("小区", ballot.estate_name),
        Line("表决名称", ballot.title),
        Line("类型", KIND_LABELS[ballot.kind]),
        Line("表决范围", known.scope),
        Line("状态", _MARKS.get(ballot.state, STATE_LABELS[ballot.state])),
        Line("说明", ballot.text),
    )
    return tuple(line for line in lines if line.text)


def _rules(ballot: Ballot) -> tuple[Line, ...]:
    settings = differing(ballot.terms)
    if not settings:
        return (Line("依据", ballot.rules_source), Line("另有约定", "无，全部按法律规定"))
    return (Line("依据", ballot.rules_source), *settings)


def _roll(roll: Roll, amendments: tuple[Amendment, ...]) -> tuple[Line, ...]:
    return (
        Line("户数", f"{roll.rooms} 户", (Figure(roll.rooms, "户"),)),
        Line("业主人数", f"{roll.heads} 人", (Figure(roll.heads, "人"),)),
        Line("专有部分面积", area(roll.area), (Figure(square_metres(roll.area), "㎡"), Figure(roll.area, "0.01㎡"))),
        Line("冻结时间", minute(roll.frozen_at)),
        Line("名册根值", roll.root),
        *(_amendment(one) for one in amendments if one.applied_at is not None),
    )


def _amendment(one: Amendment) -> Line:
    lines = len(one.corrections)
    text = f"{spoken(date_of(one.made.at))}公开更正 {lines} 处。理由：{one.reason}"
    return Line(f"第 {one.number} 次更正", text, (Figure(lines, "处"),))


def _course(known: Known, roll: Roll) -> tuple[Line, ...]:
    ballot, extended = known.ballot, known.ballot.extended
    delivered = Line(
        "送达", f"已证明送达 {known.delivered} 户，共 {roll.rooms} 户", (Figure(known.delivered, "户", roll.rooms),)
    )
    return (
        Line("公告", by_whom(ballot.announced)),
        delivered,
        Line("投票时间", f"{minute(ballot.opens_at)} 至 {minute(ballot.closes_at)}"),
        *(
            ()
            if extended is None
            else (
                Line(
                    "延长",
                    f"原定 {minute(extended.closed_at_before)} 截止；{by_whom(extended.hand)}延长。"
                    f"理由：{extended.reason}",
                ),
            )
        ),
    )


def _opening(opening: Opening, result: BallotResult) -> tuple[Line, ...]:
    return (
        Line("开箱时间", minute(opening.at)),
        Line("选票", f"{opening.votes} 张", (Figure(opening.votes, "张"),)),
        amount("投票业主", result.voted),
        Line("选票根值", opening.root),
    )


def _together(result: BallotResult) -> tuple[Section, ...]:
    text = "两个事项均达到三分之二" if result.all_passed else "未能两个事项均达到三分之二"
    return (Section("六、改造意愿总体结果", (Line("结果", text),)),)


def _objections(known: Known) -> tuple[Line, ...]:
    return (
        Line("异议截止", minute(known.ballot.objections_until)),
        Line("收到异议", f"{known.objections} 件", (Figure(known.objections, "件"),)),
        Line("已答复", f"{known.answered} 件", (Figure(known.answered, "件", known.objections),)),
    )


def _proof(known: Known) -> tuple[Line, ...]:
    ballot, bundle = known.ballot, known.ballot.bundle
    return (
        Line("结果确认", by_whom(ballot.certified) or "尚未确认"),
        Line("结果公布", by_whom(ballot.published) or "尚未公布"),
        *(() if bundle is None else (Line("存证文件 SHA-256", bundle.digest), Line("存证文件", known.url))),
        Line("自行验算", f"{'' if ballot.published else '结果公布后，'}{HOW_TO_CHECK}"),
    )


def by_whom(hand: Hand | None) -> str:
    """Return when something was done, and by whom of those who run the vote."""
    return "" if hand is None else f"{minute(hand.at)} {hand.name}"


def minute(at: datetime | None) -> str:
    """Return an instant as people in China write it."""
    return "" if at is None else f"{spoken(date_of(at))} {shanghai(at):%H:%M}"
