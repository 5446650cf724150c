"""What three parties do together 三方联访、联议、联办、联调: one record, three signatures (VOT-05).

Source: 001:24 names the four kinds, 001:16 the parties: community, owners' committee, property company. They are not
the five parties of a linkage case (trap 5), so nothing is shared with those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.consultation.refusals import NotDiscussedTogether, PartyOfOthers, PartySigned, SignedForAnother
from miniprogram_api.kernel.access import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from miniprogram_api.consultation.topic import Topic


class JointKind(StrEnum):
    """What the parties did together."""

    VISIT = "visit"  # 民情民意三方联访
    DISCUSSION = "discussion"  # 重大事项三方联议
    HANDLING = "handling"  # 民生实事三方联办
    MEDIATION = "mediation"  # 矛盾问题三方联调


JOINT_LABELS: dict[JointKind, str] = {
    JointKind.VISIT: "三方联访",
    JointKind.DISCUSSION: "三方联议",
    JointKind.HANDLING: "三方联办",
    JointKind.MEDIATION: "三方联调",
}


class Party(StrEnum):
    """The three parties."""

    COMMUNITY = "community"
    COMMITTEE = "committee"
    COMPANY = "company"


PARTY_LABELS: dict[Party, str] = {Party.COMMUNITY: "社区", Party.COMMITTEE: "业委会", Party.COMPANY: "物业企业"}

SIGNERS: dict[Party, frozenset[Role]] = {
    Party.COMMUNITY: frozenset({Role.COMMUNITY}),
    Party.COMMITTEE: frozenset({Role.COMMITTEE}),
    Party.COMPANY: frozenset({Role.MANAGER, Role.COMPANY_ADMIN}),
}
"""Which roles sign for which party."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed for a party, and when."""

    party: Party
    by: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """What a joint action is about: a topic in one of its rounds, a work order."""

    topic_id: str | None = None
    round: int | None = None
    work_order_id: str | None = None


@dataclass(frozen=True, slots=True)
class JointAction:
    """One record of what the parties did on a day. What it says never changes, so a signature is under these words."""

    id: str
    estate_id: str
    kind: JointKind
    title: str
    text: str
    held_on: date
    link: Link
    opened_by: str
    opened_by_name: str
    opened_at: datetime
    photo_ids: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    version: int = 0

    @property
    def signed(self) -> frozenset[Party]:
        """The parties that have signed."""
        return frozenset(signature.party for signature in self.signatures)

    @property
    def is_complete(self) -> bool:
        """Whether all three parties have signed."""
        return self.signed == frozenset(Party)

    def signed_for(self, party: Party, roles: Collection[Role], by: str, name: str, at: datetime) -> JointAction:
        """Return the action with the signature of a party; signed again by the same person, nothing changes.

        Raises:
            PartyOfOthers: no role of the person belongs to the party.
            SignedForAnother: the person has signed for another party.
            PartySigned: somebody else has signed for the party.
        """
        if SIGNERS[party].isdisjoint(roles):
            raise PartyOfOthers(party=party.value)
        for signature in self.signatures:
            if signature.by == by and signature.party is not party:
                raise SignedForAnother
            if signature.party is party and signature.by != by:
                raise PartySigned
            if signature.party is party:
                return self
        return replace(self, signatures=(*self.signatures, Signature(party, by, name, at)))


def require_discussed(action: JointAction, topic: Topic, parties: Collection[Party]) -> None:
    """Let a topic go from 议 to 理 when every party there is at the estate signed a joint discussion of this round.

    Raises:
        NotDiscussedTogether: it is of another kind, topic or round, or signatures are missing.
    """
    if (action.kind, action.link.topic_id) != (JointKind.DISCUSSION, topic.id):
        raise NotDiscussedTogether("所选记录不是本议题的联议记录，请重新选择。")
    if action.link.round != topic.round:
        raise NotDiscussedTogether("所选联议记录属于上一轮，请就退回的问题重新联议。")
    missing = [party for party in Party if party in parties and party not in action.signed]
    if missing:
        named = "、".join(PARTY_LABELS[party] for party in missing)
        raise NotDiscussedTogether(f"联议记录还缺{named}的签署，请签署后再形成决议。", missing=missing)
