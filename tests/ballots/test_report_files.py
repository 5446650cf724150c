"""The result report as files: the same figures as numbers, the roll as the rules show it, and who may take it along."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from miniprogram_api.ballots import report_table
from miniprogram_api.ballots.bundle import OpenedRow, OpenedVote
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.questions import Option, Question
from miniprogram_api.ballots.report import report_of
from miniprogram_api.ballots.report_table import Table, result_table, roll_table
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import Disclosure, VoteTerms
from miniprogram_api.spreadsheets.workbooks import Workbooks
from tests.ballots.counted import FUND, MANAGER, ROWS, URL, counted, known
from tests.ballots.hall import NO

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

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
