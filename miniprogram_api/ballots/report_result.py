"""What a question came to, line by line: every comparison with its working, in whole numbers and in square metres.

民法典 278 (2) names the shares, 1259 says that 以上 includes the number and 过半数 does not. There are no percentages:
a rounded one can stand on the wrong side of a threshold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.ballots.law import SATISFACTION_BANDS, Form, Measure
from miniprogram_api.ballots.report_words import Figure, Line, amount, square_metres
from miniprogram_api.ballots.results import OUTCOME_LABELS, Outcome
from miniprogram_api.kernel.area import format_area
from miniprogram_api.kernel.matter import MATTER_LABELS, Matter
from miniprogram_api.kernel.money import format_yuan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.ballots.ballot import Ballot
    from miniprogram_api.ballots.questions import Question
    from miniprogram_api.ballots.results import Check, OptionResult, QuestionResult, Satisfaction

_MEASURES: dict[Measure, str] = {Measure.AREA: "面积", Measure.HEADS: "人数", Measure.ROOMS: "户数"}
_UNITS: dict[Measure, str] = {Measure.AREA: "0.01㎡", Measure.HEADS: "人", Measure.ROOMS: "户"}
_ITEMS = dict(zip(Matter, "一二三四五六七八九", strict=True))
"""Which item of 民法典 278 (1) a matter is."""


def question_lines(ballot: Ballot, question: Question, found: QuestionResult) -> tuple[Line, ...]:
    """Return everything the report says of one question."""
    adopting = [check for option in found.options for check in option.checks]
    return (
        *_asked(question),
        amount("参与表决", found.taking_part),
        *_deemed(ballot, question, found),
        *_demanded("参与要求", found.quorum),
        *(check_line(f"参与{_MEASURES[check.measure]}", check) for check in found.quorum),
        *_demanded("同意要求", adopting),
        *(line for option in found.options for line in _option(option)),
        *_rated(ballot, found.satisfaction),
        *_seated(question, found.options),
        Line("结果", _outcome(found, adopting)),
    )


def _asked(question: Question) -> tuple[Line, ...]:
    lines = []
    if question.text:
        lines.append(Line("内容", question.text))
    if question.matter is not None:
        item = f"民法典第278条第1款第{_ITEMS[question.matter]}项：{MATTER_LABELS[question.matter]}"
        lines.append(Line("法定事项", item))
    if question.amount_fen is not None:
        lines.append(Line("金额上限", f"{format_yuan(question.amount_fen)} 元"))
    if question.form is Form.SELECT:
        figures = (Figure(question.most, "项"), Figure(question.seats, "名额"))
        lines.append(Line("选法", f"每票最多选 {question.most} 项，名额 {question.seats} 个", figures))
    return tuple(lines)


def _deemed(ballot: Ballot, question: Question, found: QuestionResult) -> tuple[Line, ...]:
    """Say what silence was counted as, and by which clause (指导规则 26)."""
    if found.deemed is None:
        return ()
    label = next(option.label for option in question.options if option.id == found.deemed)
    clause = ballot.terms.clauses.get("silence", "")
    return (Line("未表决", f"已送达未表决的业主计为参与，计入“{label}”（议事规则{clause}）"),)


def _demanded(label: str, checks: Iterable[Check]) -> tuple[Line, ...]:
    sources = dict.fromkeys(check.source for check in checks)
    return (Line(label, "；".join(sources)),) if sources else ()


def check_line(label: str, check: Check) -> Line:
    """Return one comparison with its working; areas in whole hundredths, which were compared, and in square metres."""
    verdict = "成立" if check.holds else "不成立"
    if check.whole <= 0:
        verdict += "（没有可比的基数）"
    raw = Figure(check.part, _UNITS[check.measure], check.whole)
    if check.measure is not Measure.AREA:
        return Line(label, f"{check.working}，{verdict}", (raw,))
    share, sign = check.share, "≥" if check.share.included else ">"
    part, whole = format_area(check.part), format_area(check.whole)
    metres = f"{share.denominator} × {part} {sign} {share.numerator} × {whole}"
    shown = Figure(square_metres(check.part), "㎡", square_metres(check.whole))
    return Line(label, f"{check.working}（0.01㎡），即 {metres}（㎡），{verdict}", (raw, shown))


def _option(option: OptionResult) -> tuple[Line, ...]:
    checks = (check_line(f"{option.label}：{_MEASURES[check.measure]}", check) for check in option.checks)
    return (amount(option.label, option.amount), *checks)


def _rated(ballot: Ballot, found: Satisfaction | None) -> tuple[Line, ...]:
    """Say in which band a rating lies (SUP-12), and whether there were answers enough to believe it."""
    if found is None:
        return ()
    needed = max(1, ballot.least_answers)
    enough = "已达到" if found.enough else "没有达到，结果不作依据"
    lines = [
        Line("有效答卷", f"{found.valid} 户，至少需要 {needed} 户，{enough}", (Figure(found.valid, "户", needed),)),
    ]
    if found.band is not None:
        text = f"满意 {found.favourable} 户，有效 {found.valid} 户，属于{SATISFACTION_BANDS[found.band][1]}"
        lines.append(Line("满意度", text, (Figure(found.favourable, "户", found.valid),)))
        if found.band < len(ballot.marks):
            mark = ballot.marks[found.band]
            lines.append(Line("得分", f"{mark} 分", (Figure(mark, "分"),)))
    return tuple(lines)


def _seated(question: Question, options: Iterable[OptionResult]) -> tuple[Line, ...]:
    """Name who was elected, or what was chosen, in order; and who is equal to others at the last seat."""
    if question.form is not Form.SELECT:
        return ()
    ranked = sorted((one for one in options if one.place is not None), key=lambda one: one.place or 0)
    won, tied = [one for one in ranked if one.adopted], [one for one in ranked if one.tied]
    label = "当选" if question.matter is Matter.COMMITTEE else "选定"
    lines = [Line(label, "；".join(f"第 {one.place} 名 {one.label}" for one in won) or "无")]
    if tied:
        names = "、".join(one.label for one in tied)
        lines.append(Line("票数相同", f"{names}并列第 {tied[0].place} 名，超出名额，须另行表决"))
    return tuple(lines)


def _outcome(found: QuestionResult, adopting: Iterable[Check]) -> str:
    """Return the result in words, with the article that it rests on."""
    label = OUTCOME_LABELS[found.outcome]
    if found.outcome is Outcome.NO_QUORUM:
        sources = dict.fromkeys(check.source for check in found.quorum if not check.holds)
    else:
        sources = dict.fromkeys(check.source for check in adopting)
    return f"{label}（{'；'.join(sources)}）" if sources else label
