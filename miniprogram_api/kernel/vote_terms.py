"""What an estate's own rules say about voting 议事规则, field by field with the clause that says it (VOT-17).

National law is the floor: :func:`checked` refuses terms that would loosen it. Where the rules are silent, what stands
here as default holds, and the default is always the reading of the law that cannot be attacked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from miniprogram_api.kernel.errors import Invalid
from miniprogram_api.kernel.matter import Matter

NOTICE_DAYS = 15
"""物业管理条例 art. 14: all owners are told 15 days before; an estate may give more, never less."""

MOST_PROXIES = 50


class Silence(StrEnum):
    """How an owner counts who was told and did not vote."""

    NOT_PARTICIPATED = "not_participated"  # 未参与: what 民法典 278 says
    ABSTAIN = "abstain"  # 视为弃权: takes part, agrees to nothing
    FOLLOW_MAJORITY = "follow_majority"  # 计入多数票 (指导规则 26), by the estate's own rule and proven delivery only


class Disclosure(StrEnum):
    """What of a counted ballot is published."""

    SIGNED = "signed"  # 实名: owners see which room chose what
    MASKED = "masked"  # 匿名: rooms are not named


class TermsTooLoose(Invalid):
    """A setting would ask for less than national law does."""

    code = "vote_terms_too_loose"
    message = "议事规则的设置低于法律规定（公告不少于 15 天，同意比例不低于民法典第 278 条），请修改。"


class ClauseMissing(Invalid):
    """A setting departs from the default and names no clause of the estate's rules."""

    code = "vote_clause_missing"
    message = "与默认不同的设置须写明依据议事规则第几条，请补充条款。"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of votes as an exact fraction; ``included`` says whether the share itself is enough.

    三分之二以上 includes the number (民法典 1259), 过半数 does not.
    """

    numerator: int
    denominator: int
    included: bool

    def reached(self, part: int, whole: int) -> bool:
        """Say whether ``part`` of ``whole`` reaches the share, by cross-multiplication; nothing of nothing does not."""
        if whole <= 0:
            return False
        left, right = part * self.denominator, whole * self.numerator
        return left >= right if self.included else left > right

    def is_at_least(self, other: Share) -> bool:
        """Say whether it asks for as much as the other share or more."""
        left, right = self.numerator * other.denominator, other.numerator * self.denominator
        return left > right or (left == right and (not self.included or other.included))


MORE_THAN_HALF = Share(1, 2, included=False)
TWO_THIRDS = Share(2, 3, included=True)
THREE_QUARTERS = Share(3, 4, included=True)

SPECIAL_MATTERS = frozenset({Matter.FUND_RAISE, Matter.REBUILD, Matter.COMMON_PARTS})
"""民法典 278 (6) to (8). Using the fund (5) is an ordinary matter; the rules of 2008 said otherwise."""


def lawful_approval(matter: Matter) -> Share:
    """Return the share of those taking part that must agree, by area and by heads (民法典 278)."""
    return THREE_QUARTERS if matter in SPECIAL_MATTERS else MORE_THAN_HALF


@dataclass(frozen=True, slots=True)
class VoteTerms:
    """The settings of one estate. ``clauses`` names for each field that differs from the default where it is written.

    ``approvals`` asks for more than the law in some matters. ``parking_in`` are the matters in which parking spaces
    that are exclusive parts count. ``proxy_cap`` bounds for how many rooms of others one person may vote; None is no
    bound.
    """

    notice_days: int = NOTICE_DAYS
    objection_days: int = 7
    silence: Silence = Silence.NOT_PARTICIPATED
    change_once: bool = False
    proxy_cap: int | None = None
    parking_in: frozenset[Matter] = frozenset()
    approvals: Mapping[Matter, Share] = field(default_factory=dict)
    disclosure: Disclosure = Disclosure.SIGNED
    election_disclosure: Disclosure = Disclosure.MASKED
    clauses: Mapping[str, str] = field(default_factory=dict)

    def approval(self, matter: Matter) -> Share:
        """Return the share of those taking part that must agree to a matter."""
        return self.approvals.get(matter, lawful_approval(matter))


SETTINGS = (
    "notice_days",
    "objection_days",
    "silence",
    "change_once",
    "proxy_cap",
    "parking_in",
    "approvals",
    "disclosure",
    "election_disclosure",
)
_SILENT = VoteTerms()


def checked(terms: VoteTerms) -> VoteTerms:
    """Return terms that may hold.

    Raises:
        TermsTooLoose: they ask for less than the law.
        ClauseMissing: a field differs from the default without a clause of the estate's rules.
    """
    enough = all(share.is_at_least(lawful_approval(matter)) for matter, share in terms.approvals.items())
    possible = all(0 < share.numerator <= share.denominator for share in terms.approvals.values())
    capped = terms.proxy_cap is None or 0 <= terms.proxy_cap <= MOST_PROXIES
    if not (enough and possible and capped) or terms.notice_days < NOTICE_DAYS or terms.objection_days < 1:
        raise TermsTooLoose
    differing = [name for name in SETTINGS if getattr(terms, name) != getattr(_SILENT, name)]
    missing = [name for name in differing if not terms.clauses.get(name, "").strip()]
    if missing:
        raise ClauseMissing(missing=missing)
    return terms
