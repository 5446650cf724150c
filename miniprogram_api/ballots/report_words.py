"""The lines of a result report: figures in words and as numbers, and an estate's own settings with their clause."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from miniprogram_api.kernel.area import format_area
from miniprogram_api.kernel.matter import MATTER_LABELS
from miniprogram_api.kernel.vote_terms import SETTINGS, Disclosure, Silence, VoteTerms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from miniprogram_api.ballots.counting import Amount
    from miniprogram_api.kernel.matter import Matter
    from miniprogram_api.kernel.vote_terms import Share

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as the table holds it; ``whole`` is what it is compared with."""

    value: Number
    unit: str
    whole: Number | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: what, in words, and the numbers in those words."""

    label: str
    text: str
    figures: tuple[Figure, ...] = ()


SILENCE_LABELS: dict[Silence, str] = {
    Silence.NOT_PARTICIPATED: "已送达未表决的，不计为参与",
    Silence.ABSTAIN: "已送达未表决的，计为弃权",
    Silence.FOLLOW_MAJORITY: "已送达未表决的，计入多数意见",
}
_DISCLOSURES: dict[Disclosure, str] = {Disclosure.SIGNED: "实名公布", Disclosure.MASKED: "匿名公布"}
_LABELS: dict[str, str] = {
    "notice_days": "公告期",
    "objection_days": "异议期",
    "silence": "未表决",
    "change_once": "更改选票",
    "proxy_cap": "委托",
    "parking_in": "车位",
    "approvals": "同意比例",
    "disclosure": "表决公布",
    "election_disclosure": "选举公布",
}


def square_metres(hundredths: int) -> Decimal:
    """Return an area as the table holds it, with two decimals."""
    return Decimal(hundredths).scaleb(-2)


def area(hundredths: int) -> str:
    """Return an area as the page writes it."""
    return f"{format_area(hundredths)} ㎡"


def amount(label: str, of: Amount) -> Line:
    """Return so much of each measure as one line."""
    figures = (
        Figure(square_metres(of.area), "㎡"),
        Figure(of.area, "0.01㎡"),
        Figure(of.heads, "人"),
        Figure(of.rooms, "户"),
    )
    return Line(label, f"{area(of.area)}，{of.heads} 人，{of.rooms} 户", figures)


def differing(terms: VoteTerms) -> tuple[Line, ...]:
    """Return the settings that are not the law's, each with the clause of the estate's rules that says so (VOT-17)."""
    law = VoteTerms()
    names = [name for name in SETTINGS if getattr(terms, name) != getattr(law, name)]
    return tuple(
        Line(_LABELS[name], f"{_in_words(name, terms)}（议事规则{terms.clauses.get(name, '')}）") for name in names
    )


def _in_words(name: str, terms: VoteTerms) -> str:
    match name:
        case "notice_days":
            return f"{terms.notice_days} 日"
        case "objection_days":
            return f"{terms.objection_days} 日"
        case "silence":
            return SILENCE_LABELS[terms.silence]
        case "change_once":
            return "截止前可以更改一次"
        case "proxy_cap":
            return f"一人最多接受 {terms.proxy_cap} 户委托"
        case "parking_in":
            matters = sorted(MATTER_LABELS[matter] for matter in terms.parking_in)
            return f"以下事项中产权车位计入面积和人数：{'、'.join(matters)}"
        case "approvals":
            return _approvals(terms.approvals)
        case _:
            return _DISCLOSURES[getattr(terms, name)]


def _approvals(approvals: Mapping[Matter, Share]) -> str:
    return "；".join(f"{MATTER_LABELS[matter]}须{share_words(share)}" for matter, share in sorted(approvals.items()))


def share_words(share: Share) -> str:
    """Return a share in words: 以上 includes it, 超过 does not (民法典 1259)."""
    fraction = f"{share.numerator}/{share.denominator}"
    return f"达到 {fraction} 以上" if share.included else f"超过 {fraction}"
