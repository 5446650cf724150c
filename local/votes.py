"""Two votes of the demonstration estate: one of an entrance, played to its published result, and one that is open now.

Played by the people who do it, like the founding, while the estate travels from its founding to the present: the law's
fifteen days of notice and the seven of objections pass on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.cast import Cast
from local.founding import Estate, rooms_in_order
from local.roster_file import homes
from local.stack import Stack
from local.travel import TravellingClock
from miniprogram_api.kernel.clock import shanghai

if TYPE_CHECKING:
    from local.cast import Person

CHAIR, COMMUNITY = "马秀兰", "孙书记"
HOMES_BEHIND_THE_DOOR = range(18)
"""The homes of entrance 1 of building 1, by their number in the roster."""
NEIGHBOURS = range(2, 13)
"""Who votes beside 王先生 and 李女士: thirteen of eighteen, so that two thirds of heads and area take part."""
AGAINST, ABSTAINING = 5, 9
BY_POST = range(162, 166)
"""The shops, whose owners were told by registered letter."""
NOTICE = timedelta(days=16)
VOTING = timedelta(days=3, hours=10)
OBJECTIONS = timedelta(days=7, hours=1)
BEGAN_BEFORE, ENDS_AFTER = timedelta(days=2), timedelta(days=30)


@dataclass
class Votes:
    """The way of both votes; each method is called when the estate has come to its day."""

    stack: Stack
    cast: Cast
    estate: Estate
    clock: TravellingClock
    rooms: list[str] = field(default_factory=list)
    door: str = ""
    shed: str = ""

    def play(self, present: datetime) -> None:
        """Play both from the day of the founding to ``present``; the first is published by then."""
        self.rooms = rooms_in_order(self.cast, self.estate, CHAIR)
        opens = _at_eight(self.clock() + NOTICE)
        self.door = self._announced(_door(self.estate), opens, opens + VOTING)
        begins, ends = _at_eight(present - BEGAN_BEFORE), _at_eight(present + ENDS_AFTER) + timedelta(hours=10)
        self.shed = self._announced(_SHED, begins, ends)
        self._go_to(opens + timedelta(hours=1))
        self._the_entrance_votes()
        self._go_to(opens + VOTING)
        self._let_the_office_work()
        self._go_to(opens + VOTING + OBJECTIONS)
        community = self.cast.person(COMMUNITY)
        community.post(f"{self.door}/certification")
        community.post(f"{self.door}/publication")

    @staticmethod
    def id_of(ballot: str) -> str:
        """Return the id of a ballot by its address."""
        return ballot.rpartition("/")[2]

    def arrive(self) -> None:
        """In the present the second one opens; some owners were told by letter."""
        self.stack.pump.run_job("ballots")
        chair = self.cast.person(CHAIR)
        for number, index in enumerate(BY_POST, 1):
            letter = {"contact": "delivered", "method": "post", "detail": f"挂号信 XA2026{number:04d}"}
            chair.post(f"{self.shed}/deliveries/{self.rooms[index]}", letter)

    def _announced(self, draft: dict[str, Any], opens: datetime, closes: datetime) -> str:
        """The committee drafts, the community checks, the office writes the roll, the committee announces."""
        chair, ballots = self.cast.person(CHAIR), f"{self.estate.path}/ballots"
        ballot = f"{ballots}/{chair.post(ballots, draft, status=201)['id']}"
        chair.post(f"{ballot}/submission")
        self.cast.person(COMMUNITY).post(f"{ballot}/approval")
        self.stack.pump.work_off("ballot_office")
        chair.post(f"{ballot}/announcement", {"opens_at": opens.isoformat(), "closes_at": closes.isoformat()})
        return ballot

    def _the_entrance_votes(self) -> None:
        listed, neighbours = homes(), Cast(self.stack)
        self._vote(self.cast.person("业主王先生"), 0)
        self._vote(self.cast.person("业主李女士"), 1)
        for index in NEIGHBOURS:
            home = listed[index]
            self._vote(neighbours.person(f"{home.number} {home.owner}", home.phone), index)

    def _vote(self, voter: Person, index: int) -> None:
        choice = "no" if index == AGAINST else "abstain" if index == ABSTAINING else "yes"
        voter.post(f"{self.door}/rooms/{self.rooms[index]}/vote", {"choices": [[choice]]}, status=201)

    def _let_the_office_work(self) -> None:
        self.stack.pump.run_job("ballots")
        self.stack.pump.work_off("ballot_office")

    def _go_to(self, moment: datetime) -> None:
        self.clock.travel(moment, self.stack.simulator)
        self.cast.sign_everybody_out()


def _at_eight(moment: datetime) -> datetime:
    return shanghai(moment).replace(hour=8, minute=0, second=0, microsecond=0)


def _door(estate: Estate) -> dict[str, Any]:
    return {
        "kind": "assembly",
        "title": "1号楼1单元更换单元门",
        "text": "单元门锁坏了两年，门体锈蚀。拟换成带闭门器的钢制门，费用从本单元的维修资金列支，分摊表见公告栏。",
        "questions": [
            {
                "title": "是否同意更换单元门，动用维修资金不超过 8600 元",
                "form": "approve",
                "matter": "fund_use",
                "amount_fen": 860_000,
            }
        ],
        "entrances": [{"building_id": estate.buildings["1号楼"]["id"], "name": "1单元"}],
    }


_SHED = {
    "kind": "assembly",
    "title": "建电动自行车充电棚、续聘物业公司",
    "text": "冬天电动自行车在楼道里充电，消防站两次要求整改。方案和三家报价贴在公告栏，也可以到物管会看。",
    "questions": [
        {
            "title": "是否同意在小区东侧空地建电动自行车充电棚",
            "text": "占公共用地约 60 平方米，20 个充电位，费用由运营商承担，电费收入归全体业主。",
            "form": "approve",
            "matter": "common_parts",
        },
        {
            "title": "是否同意合同到期后续聘安居流动物业服务有限公司",
            "text": "三级服务，0.60 元/平方米·月，期限三年。",
            "form": "approve",
            "matter": "manager",
        },
    ],
}
