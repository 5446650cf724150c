"""The demonstration estate of `make run`: founded once, and found again when the data was kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.cast import Cast
from local.founding import found, move_in

if TYPE_CHECKING:
    from pathlib import Path

    from local.stack import Stack

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
    "业主王先生": "1号楼业主",
    "业主李女士": "1号楼业主",
}


def seed(stack: Stack, folder: Path) -> dict[str, Any]:
    """Found the estate unless it stands already, and return what a newcomer should know: its cards and people."""
    remembered = folder / "demonstration.json"
    if not remembered.exists():
        remembered.write_text(json.dumps(_found(stack), ensure_ascii=False, indent=1), encoding="utf-8")
    known: dict[str, Any] = json.loads(remembered.read_text(encoding="utf-8"))
    return known


def _found(stack: Stack) -> dict[str, Any]:
    cast = Cast(stack)
    estate = found(cast, stack.container.parameters.secret("operator-code"), stack.container.clock())
    move_in(cast, estate, "业主王先生", 0)
    move_in(cast, estate, "业主李女士", 1)
    people = [{"name": name, "post": POSTS.get(name, "")} for name in cast.people]
    return {"estate_id": estate.id, "cards": estate.cards, "people": people}
