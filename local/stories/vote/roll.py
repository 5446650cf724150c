"""Whose vote counts how much: the register is put right, the ballot drafted and checked, its roll frozen (VOT-01)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from local.founding import rooms_in_order, seat_in_committee
from local.stories.vote.reckoning import DEED, HOMES, LANDLORD, UNSOLD, electorate
from local.stories.vote.telling import CHAIR, COMMUNITY, COMPANIES, MANAGER, MEMBER

if TYPE_CHECKING:
    from local.stories.vote.telling import Vote

INVESTOR = ("郭万山", "13804518888")
COUPLE = (("吴淑珍", "13804518001"), ("吴海涛", "13804518002"))
DEVELOPER = "道路队房产开发公司"


def the_register_is_put_right(story: Vote) -> None:
    """Before anybody votes, the roster says who owns what."""
    story.chapter("1. Who owns what")
    _corrected_roster(story)
    _people(story)


def _corrected_roster(story: Vote) -> None:
    story.tell("the community corrects the roster in Excel: fifteen flats of one owner, a deed of two, unsold shops")
    community = story.who(COMMUNITY)
    book = load_workbook(io.BytesIO(community.send("GET", f"{story.estate.path}/roster.xlsx").data))
    heading, *lines = book.active.iter_rows()
    columns = {cell.value: number for number, cell in enumerate(heading)}
    by_place = {tuple(str(cell.value) for cell in line[:3]): line for line in lines}
    for index, facts in _corrections().items():
        home = HOMES[index]
        line = by_place[home.building, home.entrance, home.number]
        for name, value in facts.items():
            line[columns[name]].value = value
    stream = io.BytesIO()
    book.save(stream)
    imports = f"{story.estate.path}/roster-imports"
    plan = community.send("POST", imports, stream.getvalue(), status=201, key="roster-before-the-vote").json
    seen = {name: plan[name] for name in ("error_count", "added", "changed", "absent")}
    story.see("what would change", seen, {"error_count": 0, "added": 0, "changed": len(_corrections()), "absent": 0})
    done = community.post(f"{imports}/{plan['id']}/apply", {})
    while done["state"] != "done":
        done = community.post(f"{imports}/{plan['id']}/apply", {})


def _corrections() -> dict[int, dict[str, str]]:
    owner, phone = INVESTOR
    flats = {index: {"业主姓名": owner, "联系电话": phone} for index in LANDLORD}
    deed = {"业主姓名": "、".join(name for name, _ in COUPLE), "联系电话": "、".join(number for _, number in COUPLE)}
    unsold = {"业主姓名": DEVELOPER, "联系电话": "", "用途": "商铺", "销售状态": "未售"}
    return {**flats, DEED: deed, **dict.fromkeys(UNSOLD, unsold)}


def _people(story: Vote) -> None:
    story.tell("the committee has a second member; the couple, the investor and some owners bind what is theirs")
    seat_in_committee(story.cast, story.estate, MEMBER, "13904510012", "物管会委员")
    story.rooms = rooms_in_order(story.cast, story.estate, CHAIR)
    for name, number in COUPLE:
        story.see(name, story.bind(DEED, story.resident(name, number), name), "live")
    story.see(INVESTOR[0], story.bind(LANDLORD[0], story.resident(*INVESTOR), INVESTOR[0]), "live")
    for index in range(8):
        story.bind(index, story.owner(index), HOMES[index].owner)


# The ballot


def _draft(second: str) -> dict[str, Any]:
    options = [{"id": option, "label": label} for option, label in COMPANIES.items()]
    return {
        "kind": "assembly",
        "title": "解聘安居流动物业并选聘新物业服务企业",
        "text": "合同履行情况见公告栏；两家企业的方案存放于社区。",
        "questions": [
            {"title": "是否解聘安居流动物业服务有限公司", "form": "approve", "matter": "manager"},
            {
                "title": "选聘哪一家物业服务企业",
                "text": second,
                "form": "select",
                "matter": "manager",
                "options": options,
                "most": 1,
                "seats": 1,
            },
        ],
    }


def the_roll_is_frozen(story: Vote) -> None:
    """The committee drafts, the community returns it once and then passes it, the ballot office writes the roll."""
    story.chapter("2. The ballot, and the roll that is frozen for it")
    _drafted_and_returned(story)
    _passed_and_frozen(story)


def _drafted_and_returned(story: Vote) -> None:
    chair, community = story.who(CHAIR), story.who(COMMUNITY)
    story.tell("the committee drafts two questions: 解聘, and 选聘 of one among two companies")
    story.ballot_id = chair.post(story.ballots, _draft(""), status=201)["id"]
    story.see("drafted", story.state(), "草稿")
    told = story.who(MANAGER).get(story.ballot, status=404)["code"]
    story.see("the company that is to go reads the draft, refused", told, "ballot_unknown")
    story.tell("the community sends it back once: nobody could tell what the two companies ask for")
    chair.post(f"{story.ballot}/submission")
    reason = {"reason": "请写明两家企业的服务等级和收费标准"}
    returned = community.post(f"{story.ballot}/return", reason)
    story.see("returned", (returned["state_label"], returned["returned_reason"]), ("草稿", reason["reason"]))
    edited = _draft("龙江惠民：三级，0.55 元/㎡·月；北方家和：三级，0.58 元/㎡·月。")
    chair.put(story.ballot, {**edited, "version": returned["version"]})
    chair.post(f"{story.ballot}/submission")
    story.refuse("the committee passes it by itself", chair, f"{story.ballot}/approval", None, 403, "not_allowed")


def _passed_and_frozen(story: Vote) -> None:
    story.tell("the community passes it, and the ballot office writes the roll")
    passed = story.who(COMMUNITY).post(f"{story.ballot}/approval")
    story.see("passed", passed["state_label"], "生成名册中")
    story.see("by", passed["rules_source"], "民法典第二百七十八条（小区没有生效的议事规则）")
    story.deliver()
    shown = story.who(CHAIR).get(story.ballot)
    figures = {name: shown["roll"][name] for name in ("area", "heads", "rooms")}
    story.see("frozen", shown["state_label"], "名册已冻结")
    story.see("area in 0.01 m2, heads, rooms: as the roster adds up", figures, electorate(amended=False))
    lines = _lines(story)
    heads = {index: lines[room]["head"] for index, room in enumerate(story.rooms)}
    story.see(f"flats of {INVESTOR[0]}, and heads", (len(LANDLORD), len({heads[one] for one in LANDLORD})), (15, 1))
    story.see("unsold shops, and heads", (len(UNSOLD), len({heads[one] for one in UNSOLD})), (4, 1))
    story.see("owners on one deed", lines[story.rooms[DEED]]["owners"], 2)
    story.see("a name or a number among the lines", any(INVESTOR[0] in str(line) for line in lines.values()), False)


def _lines(story: Vote) -> dict[str, dict[str, Any]]:
    """Return the whole roll by room, page by page."""
    lines: dict[str, dict[str, Any]] = {}
    cursor = ""
    while True:
        page = story.who(COMMUNITY).get(f"{story.ballot}/roll?limit=100{cursor}")
        lines |= {line["room_id"]: line for line in page["items"]}
        if page["next"] is None:
            return lines
        cursor = f"&cursor={page['next']}"
