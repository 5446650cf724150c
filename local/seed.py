"""The demonstration estate of `make run`: founded once, and found again when the data was kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.cast import Cast
from local.founding import found, move_in
from local.money import FINANCE, KEEPER, begin_money, enroll, go_on_with_money, long_ago
from local.votes import Votes
from miniprogram_api.kernel.clock import date_of

if TYPE_CHECKING:
    from pathlib import Path

    from local.stack import Stack
    from local.travel import TravellingClock

POSTS = {
    "平台运维": "平台运维",
    "赵科长": "平房区住建局",
    "钱站长": "友协街道物管站",
    "孙书记": "友协社区",
    "周总": "物业企业负责人",
    "王建国": "项目经理",
    "刘敏": "副经理",
    "张师傅": "水电维修工",
    "李师傅": "综合维修工",
    "陈巡检": "巡检员",
    "郭保安": "秩序维护员，夜班",
    "何调度": "调度，白班",
    "马秀兰": "物管会主任",
    FINANCE: "财务",
    KEEPER: "物管会委员，公共收益保管人",
    "业主王先生": "1号楼业主",
    "业主李女士": "1号楼业主",
}


def begins(folder: Path) -> datetime:
    """Return when the house starts: now, or more than a month ago where the estate is still to be founded."""
    return datetime.now(UTC) if _remembered(folder).exists() else long_ago()


def seed(stack: Stack, clock: TravellingClock, folder: Path) -> dict[str, Any]:
    """Found the estate unless it stands already, and return what a newcomer should know: its cards and people."""
    remembered = _remembered(folder)
    if not remembered.exists():
        remembered.write_text(json.dumps(_found(stack, clock), ensure_ascii=False, indent=1), encoding="utf-8")
    known: dict[str, Any] = json.loads(remembered.read_text(encoding="utf-8"))
    enroll(stack)
    return known


def _remembered(folder: Path) -> Path:
    return folder / "demonstration.json"


def _found(stack: Stack, clock: TravellingClock) -> dict[str, Any]:
    """Found it in the past, let its first month go by, and arrive in the present."""
    clock.meet(stack.simulator)
    cast = Cast(stack)
    estate = found(cast, stack.container.parameters.secret("operator-code"), clock())
    move_in(cast, estate, "业主王先生", 0)
    move_in(cast, estate, "业主李女士", 1)
    first = date_of(clock())
    begin_money(cast, estate, first)
    present = datetime.now(UTC)
    votes = Votes(stack, cast, estate, clock)
    votes.play(present)
    clock.travel(datetime.now(UTC), stack.simulator)
    cast.sign_everybody_out()
    go_on_with_money(cast, estate, first, date_of(clock()))
    votes.arrive()
    people = [{"name": name, "post": POSTS.get(name, "")} for name in cast.people]
    ballots = {"published_ballot_id": votes.id_of(votes.door), "open_ballot_id": votes.id_of(votes.shed)}
    return {"estate_id": estate.id, "cards": estate.cards, "people": people, **ballots}
