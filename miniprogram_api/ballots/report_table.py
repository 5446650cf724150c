"""The result report as a workbook: the same lines with their numbers as numbers, and the roll as far as it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from miniprogram_api.ballots.report_words import square_metres
from miniprogram_api.ballots.vote import Channel
from miniprogram_api.kernel.vote_terms import Disclosure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from miniprogram_api.ballots.ballot import Ballot
    from miniprogram_api.ballots.bundle import OpenedRow
    from miniprogram_api.ballots.questions import Question
    from miniprogram_api.ballots.report import Report

MOST_ROWS = 20_000
"""As many as every other table of the house has. A roll has 100,000 rows at most; all of them are in the bundle."""

Cell = str | int | Decimal | None

_RESULT_HEADINGS = ("部分", "项目", "内容", "数值", "对比基数", "单位")
_RESULT_WIDTHS = (28, 22, 80, 16, 16, 10)
_CHANNELS: dict[str, str] = {
    Channel.ONLINE: "网上投票",
    Channel.PAPER: "纸质票",
    Channel.ON_SITE: "现场投票",
}


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of the workbook."""

    title: str
    headings: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]
    widths: tuple[int, ...]


def result_table(report: Report) -> Table:
    """Return the lines of a report, one row for each number in them; areas in square metres and in whole hundredths."""
    return Table("结果", _RESULT_HEADINGS, _result_rows(report), _RESULT_WIDTHS)


def _result_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    for section in report.sections:
        for line in section.lines:
            for place, one in enumerate(line.figures or (None,)):
                numbers = (None, None, None) if one is None else (one.value, one.whole, one.unit)
                yield section.heading, line.label, None if place else line.text, *numbers


def roll_table(ballot: Ballot, rows: Iterable[OpenedRow], url: str) -> Table:
    """Return one row for each line of the roll, as far as the ballot's rules show who chose what.

    Without the names of rooms the order is that of the rows' names, as in the bundle: any other could tell the room.
    ``rows`` are not touched where there are more than a sheet holds; then the sheet says so.
    """
    signed = ballot.disclosure is Disclosure.SIGNED
    titles = tuple(f"{number}. {question.title}" for number, question in enumerate(ballot.questions, 1))
    known = ("房屋", "面积（㎡）", "投票方式") if signed else ("编号", "面积（㎡）")
    widths = (24, 12, 12) if signed else (36, 12)
    rooms = 0 if ballot.roll is None else ballot.roll.rooms
    shown: Iterable[tuple[Cell, ...]]
    if rooms > MOST_ROWS:
        shown = [(f"名册共 {rooms} 行，超过一张表的上限 {MOST_ROWS} 行，没有逐行列出。每一行都在存证文件里：{url}",)]
    else:
        shown = sorted((_row(ballot, one, signed=signed) for one in rows), key=_first)
    return Table("名册", (*known, *titles), shown, (*widths, *(24 for _ in titles)))


def _first(row: tuple[Cell, ...]) -> str:
    return str(row[0])


def _row(ballot: Ballot, one: OpenedRow, *, signed: bool) -> tuple[Cell, ...]:
    vote = one.vote
    choices = [
        "未投票" if vote is None else _chosen(question, vote.choices[number])
        for number, question in enumerate(ballot.questions)
    ]
    if not signed:
        return one.row, square_metres(one.area), *choices
    return one.label, square_metres(one.area), None if vote is None else _CHANNELS[vote.channel], *choices


def _chosen(question: Question, chosen: tuple[str, ...]) -> str:
    """Return a choice in words; who chose nothing of a selection abstained."""
    return "、".join(option.label for option in question.options if option.id in chosen) or "弃权"
