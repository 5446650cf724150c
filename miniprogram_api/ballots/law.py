"""Which share of whom a vote needs, kind by kind, each line with the article it rests on (docs/law.md).

以上 includes the number and 过半数 excludes it (民法典 1259); shares are compared by cross-multiplication of integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.vote_terms import MORE_THAN_HALF, TWO_THIRDS, Share, Silence

if TYPE_CHECKING:
    from miniprogram_api.kernel.matter import Matter
    from miniprogram_api.kernel.vote_terms import VoteTerms


class Measure(StrEnum):
    """What is added up."""

    AREA = "area"  # 专有部分面积, 0.01 m2
    HEADS = "heads"  # 业主人数
    ROOMS = "rooms"  # 户数


class Base(StrEnum):
    """Of whom a share is taken."""

    ALL = "all"  # 全体
    TAKING_PART = "taking_part"  # 参与表决的


class Kind(StrEnum):
    """What a ballot is."""

    ASSEMBLY = "assembly"  # 业主共同决定事项 (VOT-01, 18, 22)
    ELECTION = "election"  # 业主委员会选举 (VOT-10)
    RENOVATION = "renovation"  # 改造意愿: 同意率与方案认可率双过三分之二 (VOT-02)
    WISHES = "wishes"  # 意愿调查 (VOT-04)
    SATISFACTION = "satisfaction"  # 满意度测评 (SUP-12, SUP-15)


KIND_LABELS: dict[Kind, str] = {
    Kind.ASSEMBLY: "业主表决",
    Kind.ELECTION: "业委会选举",
    Kind.RENOVATION: "改造意愿表决",
    Kind.WISHES: "意愿调查",
    Kind.SATISFACTION: "满意度测评",
}


class Form(StrEnum):
    """How a question is answered."""

    APPROVE = "approve"  # 同意、反对、弃权
    SELECT = "select"  # at most ``most`` of several options; the best ``seats`` of those that pass win
    SURVEY = "survey"  # options that are only counted
    RATE = "rate"  # 满意度


class Voters(StrEnum):
    """Whose answer a room's is."""

    OWNERS = "owners"
    RESIDENTS = "residents"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must hold: ``measure`` of those who took part, or agreed, out of ``base``, against a share."""

    measure: Measure
    base: Base
    share: Share
    source: str


@dataclass(frozen=True, slots=True)
class KindRule:
    """What holds for a kind of ballot: how it is asked, who answers, whether the law's notice is owed."""

    forms: frozenset[Form]
    voters: Voters
    notice: bool
    quorum: tuple[Need, ...] = ()


_QUORUM = (
    Need(Measure.AREA, Base.ALL, TWO_THIRDS, "民法典第278条第2款：专有部分面积占比三分之二以上的业主参与表决"),
    Need(Measure.HEADS, Base.ALL, TWO_THIRDS, "民法典第278条第2款：人数占比三分之二以上的业主参与表决"),
)
"""Two thirds of the area and two thirds of the heads take part, whatever the matter."""

KINDS: dict[Kind, KindRule] = {
    Kind.ASSEMBLY: KindRule(frozenset({Form.APPROVE, Form.SELECT}), Voters.OWNERS, notice=True, quorum=_QUORUM),
    Kind.ELECTION: KindRule(frozenset({Form.SELECT}), Voters.OWNERS, notice=True, quorum=_QUORUM),
    Kind.RENOVATION: KindRule(frozenset({Form.APPROVE}), Voters.OWNERS, notice=True),
    Kind.WISHES: KindRule(frozenset({Form.SURVEY}), Voters.RESIDENTS, notice=False),
    Kind.SATISFACTION: KindRule(frozenset({Form.RATE}), Voters.RESIDENTS, notice=False),
}

_CONSENT = Need(
    Measure.ROOMS, Base.ALL, TWO_THIRDS, "002:27：同意改造率和改造方案认可率均须达到三分之二（分母为全部应表决户）"
)
"""The text names no denominator; all eligible households is the reading nobody can attack (trap 8)."""


def needs_of(kind: Kind, matter: Matter | None, terms: VoteTerms) -> tuple[Need, ...]:
    """Return what an option of a question needs to be adopted; surveys adopt nothing.

    An estate's own rules may ask for more than 民法典 278, never for less (``vote_terms.checked``).
    """
    if kind is Kind.RENOVATION:
        return (_CONSENT,)
    if matter is None:
        return ()
    share = terms.approval(matter)
    words = "民法典第278条第2款：参与表决专有部分面积{0}且参与表决人数{0}的业主同意"
    source = words.format("过半数" if share == MORE_THAN_HALF else f"达到 {share.numerator}/{share.denominator} ")
    clause = terms.clauses.get("approvals")
    if matter in terms.approvals and clause:
        source = f"{source}；{clause}"
    return (
        Need(Measure.AREA, Base.TAKING_PART, share, source),
        Need(Measure.HEADS, Base.TAKING_PART, share, source),
    )


def silence_of(kind: Kind, terms: VoteTerms) -> Silence:
    """Return how silence counts: rules of procedure speak of decisions of the assembly, and only there (指导规则 26).

    A consent to a renovation is a share of all households that said yes (VOT-02); nobody says yes by silence.
    """
    return terms.silence if KINDS[kind].quorum else Silence.NOT_PARTICIPATED


SATISFACTION_BANDS: tuple[tuple[int, str], ...] = ((90, "90%以上"), (80, "80%至90%"), (70, "70%至80%"), (0, "70%以下"))
"""SUP-12 (002:41): the lower bound of each band in percent, itself included (trap 9)."""


def band_of(favourable: int, valid: int) -> int | None:
    """Return which band a share lies in, 0 the best, compared as integers; None without a valid answer."""
    if valid == 0:
        return None
    return next(n for n, (percent, _) in enumerate(SATISFACTION_BANDS) if 100 * favourable >= percent * valid)
