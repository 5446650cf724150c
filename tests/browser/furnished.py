"""An estate in which everything has happened once: what the demonstration lacks, done over HTTP by the people who may.

`furnish` returns what the pages of `test_every_page.py` are opened with, by name.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.cast import Cast
from local.photograph import photograph
from local.roster_file import homes
from local.stack import Stack
from miniprogram_api.kernel.clock import shanghai

if TYPE_CHECKING:
    from local.cast import Person

BUREAU, STREET, COMMUNITY, HEAD, MANAGER = "赵科长", "钱站长", "孙书记", "周总", "王建国"
DISPATCHER, REPAIRER, FINANCE, CHAIR, MEMBER = "何调度", "张师傅", "吴会计", "马秀兰", "陈桂芳"
OPERATOR, WANG, LI, NEWCOMER = "平台运维", "业主王先生", "业主李女士", "住户小陈"
PATIENCE_SECONDS = 60
_JUDGED = {"accepted", "refused", "to_decide"}


@dataclass
class Furnished:
    """The people of a demonstration at work; `ids` are what their things are called."""

    stack: Stack
    cast: Cast
    known: dict[str, Any]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def estate(self) -> str:
        """Where everything of the estate lies."""
        return f"/v1/estates/{self.known['estate_id']}"

    def who(self, name: str) -> Person:
        """Somebody of the house, signed in."""
        return self.cast.person(name)

    def day(self, ahead: int = 0) -> str:
        """A day from today on, as the house counts days."""
        return (shanghai(self.stack.container.clock()).date() + timedelta(days=ahead)).isoformat()

    def photo(self, name: str, words: str = "photo", *, sealed: bool = False) -> str:
        """Somebody photographs something, and WeChat has looked at it."""
        photo_id = self.who(name).upload(self.known["estate_id"], photograph(words), sealed=sealed)
        self.await_photo(name, photo_id)
        return photo_id

    def await_photo(self, name: str, photo_id: str) -> None:
        """Wait until the photo was judged, or waits for a person."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.who(name).get(f"{self.estate}/photos/{photo_id}")["state"] not in _JUDGED:
            assert time.monotonic() < deadline, "the photo was not looked at"
            time.sleep(0.1)

    def make(self, name: str, path: str, body: Any = None, status: int = 201) -> Any:
        """Somebody makes something of the estate."""
        return self.who(name).post(f"{self.estate}{path}", body, status=status)

    def do(self, name: str, path: str, body: Any = None) -> Any:
        """Somebody takes a step with something of the estate."""
        return self.make(name, path, body, status=200)


def id_of(shown: dict[str, Any]) -> str:
    """What a thing is called, wherever its answer says so."""
    inner = (value for value in shown.values() if isinstance(value, dict) and "id" in value)
    return str(shown["id"] if "id" in shown else next(inner)["id"])


def furnish(stack: Stack, cast: Cast, known: dict[str, Any]) -> dict[str, str]:
    """Let everything happen that pages show; return the ids."""
    house = Furnished(stack, cast, known)
    for happen in HAPPENINGS:
        happen(house)
    return house.ids


def _places(house: Furnished) -> None:
    """What the demonstration has already."""
    ids, known = house.ids, house.known
    station = house.who(COMMUNITY).get("/v1/me")["workspaces"][0]
    ids["estate"], ids["community"] = known["estate_id"], station["scope_id"]
    ids["street"] = house.who(STREET).get("/v1/me")["workspaces"][0]["scope_id"]
    ids["district"] = house.who(BUREAU).get("/v1/me")["workspaces"][0]["scope_id"]
    ids["company"] = house.who(HEAD).get("/v1/me")["workspaces"][0]["scope_id"]
    for key, name in (("room", WANG), ("room_li", LI)):
        ids[key] = next(one["room_id"] for one in house.who(name).get("/v1/me")["workspaces"] if one.get("room_id"))
    ids["today"], ids["this_month"], ids["year"] = house.day(), house.day()[:7], house.day()[:4]
    ids["card_token"] = known["cards"][0].removeprefix("/c/")
    ids["open_ballot"], ids["published_ballot"] = known["open_ballot_id"], known["published_ballot_id"]
    for key, name, path in (
        ("filing", COMMUNITY, "/filings"),
        ("card", MANAGER, "/cards"),
        ("batch", MANAGER, "/card-batches"),
        ("post", MANAGER, "/staff"),
        ("committee", COMMUNITY, "/committees"),
        ("tariff", MANAGER, "/tariffs"),
        ("bill_run", FINANCE, "/bill-runs"),
        ("spending", MANAGER, "/spending-requests"),
        ("bill", FINANCE, f"/bills?period={house.day()[:7]}"),
        ("payment", FINANCE, "/payments"),
    ):
        listed = house.who(name).get(house.estate + path)
        line = (listed["items"] if isinstance(listed, dict) else listed)[0]
        ids[key] = id_of(line)
    buildings = house.who(COMMUNITY).get(f"{house.estate}/buildings")["items"]
    ids["building"] = next(one["id"] for one in buildings if one["name"] == "1号楼")
    mine = house.who(WANG).get(f"{house.estate}/rooms/{ids['room']}/bills")["open"]
    ids["my_bill"] = mine[0]["bill"]["id"]
    ids["receipt"] = house.who(WANG).get(f"{house.estate}/rooms/{ids['room']}/receipts")["items"][0]["id"]
    ids["month"] = house.who(WANG).get(f"{house.estate}/publications")["items"][0]["month"]
    ids["my_payment"] = house.who(WANG).get("/v1/me/payment-orders")["items"][0]["id"]


def _repairs(house: Furnished) -> None:
    """One order is with the desk, one with a third party whose worker has a link, one waits for the community."""
    place = {"kind": "common", "label": "1号楼1单元", "building_id": house.ids["building"], "entrance": "1单元"}
    house.ids["photo"] = house.photo(WANG, "septic tank")
    report = {
        "kind": "repair",
        "category": "septic",
        "place": place,
        "text": "化粪池满了，单元门口有污水外溢",
        "photo_ids": [house.ids["photo"]],
        "card_token": house.ids["card_token"],
    }
    orders = "/work-orders"
    first = house.make(WANG, orders, report)
    house.ids["order"] = first["id"]
    accept = {"step": "accept", "scope": "in_contract", "scope_reason": "合同约定公共部位维修养护"}
    second = house.make(LI, orders, {**report, "category": "unit_door", "text": "单元门关不上", "photo_ids": []})
    house.ids["order_of_vendor"] = second["id"]
    steps = f"{orders}/{second['id']}/steps"
    house.do(DISPATCHER, steps, accept)
    vendor = {
        "name": "友协管道疏通服务部",
        "licence_no": "92230108MA0000001X",
        "contact_name": "于师傅",
        "contact_phone": "13904511234",
        "services": ["septic"],
        "prices": [{"item": "化粪池清掏", "unit": "车", "fen": 40_000}],
    }
    house.ids["vendor"] = id_of(house.make(MANAGER, "/vendors", vendor))
    sent = house.do(DISPATCHER, steps, {"step": "send_vendor", "vendor_id": house.ids["vendor"]})
    house.ids["job_token"] = sent["job_token"]
    own = {"step": "accept", "scope": "in_contract", "scope_reason": "公共部位"}
    house.do(DISPATCHER, f"{orders}/{first['id']}/steps", own)
    taker = house.who(REPAIRER).account_id
    house.do(MANAGER, f"{orders}/{first['id']}/steps", {"step": "assign", "to_account_id": taker})
    house.do(REPAIRER, f"{orders}/{first['id']}/steps", {"step": "take"})


def _care(house: Furnished) -> None:
    """Facilities, tasks of the season, patrols, the mobile team's visits."""
    facility = {
        "kind": "septic_tank",
        "place": "1号楼东侧",
        "code": "HFC-01",
        "building_id": house.ids["building"],
        "cycle_days": 90,
        "last_checked_on": house.day(-80),
    }
    stands = house.make(MANAGER, "/facilities", facility)
    house.ids["facility"] = stands["id"]
    looked = {"version": stands["version"], "state": "in_use", "note": "井盖完好，液位正常"}
    house.make(REPAIRER, f"/facilities/{house.ids['facility']}/upkeep", looked)
    due = f"{house.day(2)}T10:00:00+08:00"
    order = {"kind": "snow", "due_at": due, "text": "先清主路和单元门口"}
    path = f"/v1/units/{house.ids['street']}/season-orders"
    house.ids["season_order"] = id_of(house.who(STREET).post(path, order, status=201))
    task = id_of(house.make(MANAGER, "/season-tasks", {"kind": "leaves", "due_at": due, "text": "清扫落叶"}))
    house.ids["season_task"] = task
    house.do(MANAGER, f"/season-tasks/{task}/start", {"photo_ids": [house.photo(MANAGER, "leaves")]})
    log = {"kind": "disinfection", "area": "1号楼楼道", "method": "84 消毒液 1:100 喷洒"}
    house.make(MANAGER, "/cleaning-log", log)
    point = {
        "name": "东门配电箱",
        "place": {"kind": "common", "label": "东门"},
        "checklist": ["箱门上锁", "没有异响"],
    }
    points = [house.make(MANAGER, "/patrol-points", point)["id"]]
    points.append(house.make(MANAGER, "/patrol-points", {**point, "name": "2号楼顶"})["id"])
    house.ids["point"] = points[0]
    plan = {"weekdays": [1, 2, 3, 4, 5, 6, 7], "start_minute": 540, "minutes": 120}
    route = {"name": "每天一圈", "point_ids": points, "plan": plan, "role": "patroller"}
    house.ids["route"] = id_of(house.make(MANAGER, "/patrol-routes", route))
    member = {"account_id": house.who(REPAIRER).account_id, "name": REPAIRER}
    team = {"name": "流动一队", "phone": "13904510003", "members": [member], "estate_ids": [house.known["estate_id"]]}
    path = f"/v1/companies/{house.ids['company']}/round-teams"
    house.ids["team"] = id_of(house.who(HEAD).post(path, team, status=201))
    visit = {
        "team_id": house.ids["team"],
        "visit_on": house.day(1),
        "from_minute": 540,
        "to_minute": 720,
        "purpose": "集中上门维修",
        "tasks": ["检查楼道灯", "疏通排水"],
    }
    house.ids["visit"] = house.make(MANAGER, "/visits", visit)[0]["id"]


def _together(house: Furnished) -> None:
    """Five parties on one matter, and practical matters of the estate and the community."""

    def part(organisation: str, person: str, task: str) -> dict[str, str]:
        return {"organisation": organisation, "person": person, "task": task, "due_on": house.day(14)}

    case = {
        "kind": "septic_tank",
        "title": "清掏化粪池并更换井盖",
        "description": "化粪池长期未清掏，需要资金和居民配合",
        "parties": {
            "community": part("友协社区", COMMUNITY, "召集五方协商"),
            "original": part("原产权单位道路队", "原单位李工", "出资更换井盖"),
            "committee": part("道路队小区物管会", CHAIR, "征求住户意见"),
            "residents": part("1号楼居民", WANG, "腾挪车辆，现场监督"),
            "provider": part("安居流动物业", MANAGER, "组织清掏"),
        },
    }
    house.ids["linkage"] = id_of(house.make(COMMUNITY, "/linkage-cases", case))
    house.who(WANG).put(f"{house.estate}/linkage-cases/{house.ids['linkage']}/participation", {"wish": "愿意现场监督"})
    matter = {"title": "更换1号楼单元门", "responsible": MANAGER, "due_on": house.day(20)}
    house.make(MANAGER, "/practical-matters", matter)
    kept = {**matter, "title": "修补东门路面", "estate_id": house.known["estate_id"]}
    path = f"/v1/units/{house.ids['community']}/practical-matters"
    house.ids["matter"] = house.who(COMMUNITY).post(path, kept, status=201)["id"]


def _prices(house: Furnished) -> None:
    """A benchmark, a standard, an appraisal, a price that is talked about, a tariff that is drafted."""
    bureau, units = house.who(BUREAU), f"/v1/units/{house.ids['district']}"
    cells = [
        {"item": "cleaning", "label": "保洁", "grade": "三级", "price": 1500},
        {"item": "order", "label": "秩序维护", "grade": "三级", "price": 1800},
    ]
    bureau.post(
        f"{units}/benchmarks", {"valid_from": house.day(), "document": "分项基准价", "cells": cells}, status=201
    )
    item = {
        "id": "cleaning",
        "name": "楼道保洁",
        "content": "清扫楼道、扶手",
        "frequency": "每周两次",
        "measure": "目视无积尘",
        "proof": "照片",
    }
    standard = {
        "valid_from": house.day(),
        "document": "平房区住宅物业服务标准",
        "items": [item],
        "grades": [{"id": "3", "label": "三级", "items": ["cleaning"]}],
    }
    bureau.post(f"{units}/service-standards", standard, status=201)
    appraisal = {
        "charge": "service_base",
        "appraiser": "哈尔滨诚信价格评估所",
        "estate_condition": "1991 年进户，三栋楼，设施老旧",
        "service_items": ["保洁", "秩序维护"],
        "staff_structure": "项目经理 1 人，维修 2 人，保洁 2 人",
        "price": 5800,
        "valid_from": house.day(),
        "valid_until": house.day(365),
        "review_on": house.day(330),
        "grade": "三级",
        "photo_ids": [house.photo(COMMUNITY, "appraisal")],
    }
    house.ids["appraisal"] = id_of(house.make(COMMUNITY, "/appraisals", appraisal))
    talk = {
        "charge": "service_base",
        "about": {"label": "物业服务费", "kind": "service"},
        "reason": "人工费上涨",
        "grade": "三级",
    }
    house.ids["talk"] = id_of(house.make(HEAD, "/price-talks", talk))
    offer = {
        "price": 6000,
        "explanation": "人工和清雪成本",
        "costs": {
            "lines": [{"item": "人工", "yearly_fen": 5_800_000}, {"item": "清雪", "yearly_fen": 400_000}],
            "profit_permille": 50,
            "volume": 900_000,
        },
    }
    house.do(HEAD, f"/price-talks/{house.ids['talk']}/offer", offer)
    counter = {"price": 5000, "reason": "退休金有限"}
    house.who(WANG).put(f"{house.estate}/price-talks/{house.ids['talk']}/counter-offers/{house.ids['room']}", counter)
    draft = {
        "code": "menu_hauling",
        "label": "装修垃圾清运",
        "kind": "other",
        "pricing": {"method": "per_count", "price": 2_000_000, "unit": "车"},
        "basis": "服务菜单，业主自选",
        "decision": "业主大会决议第四项",
        "frequency": "随叫随到",
        "standard": "当日清运",
        "valid_from": house.day(1),
        "opens": True,
    }
    house.ids["tariff_draft"] = id_of(house.make(MANAGER, "/tariffs", draft))


def _money(house: Furnished) -> None:
    """Money that was paid at the counter, goes back, is adjusted, invoiced; meters and what is shared."""
    room = house.ids["room_li"]
    due = house.who(LI).get(f"{house.estate}/rooms/{room}/bills")["open"][0]["bill"]
    adjustment = {"kind": "reduction", "reason": "service", "text": "楼道灯坏了一周", "bill_id": house.ids["my_bill"]}
    house.ids["adjustment"] = id_of(house.make(FINANCE, "/bill-adjustments", {**adjustment, "fen": 100}))
    counter = {
        "room_id": room,
        "means": "cash",
        "parts": [{"bill_id": due["id"]}],
        "payer_name": "李女士",
        "paid_on": house.day(),
        "paper_number": "SJ-0001",
        "photo_id": house.photo(FINANCE, "paper receipt"),
    }
    house.make(FINANCE, "/counter-payments", counter)
    invoice = {"receipt_ids": [house.ids["receipt"]], "title_type": "personal", "title": "王先生"}
    house.ids["invoice"] = id_of(house.make(WANG, "/my-invoice-requests", invoice))
    meter = {
        "kind": "electricity",
        "serial": "GG-0001",
        "digits": 5,
        "installed_on": house.day(-3),
        "first_value": 120,
        "place": "1单元楼道",
    }
    house.make(MANAGER, f"/buildings/{house.ids['building']}/meters", meter)
    light = {
        "code": "shared_light",
        "label": "楼道照明",
        "kind": "utility",
        "pricing": {"method": "shared"},
        "basis": "前期物业服务合同第八条",
        "valid_from": f"{house.day()[:7]}-01",
    }
    tariffs = "/tariffs"
    drafted = f"{tariffs}/{id_of(house.make(MANAGER, tariffs, light))}"
    house.do(MANAGER, f"{drafted}/proposal")
    house.do(HEAD, f"{drafted}/approval")
    shared = {
        "kind": "utility",
        "charge": "shared_light",
        "label": "楼道照明",
        "period": house.day()[:7],
        "total_fen": 12_345,
        "by": "area",
        "photo_ids": [house.photo(FINANCE, "invoice")],
        "buildings": [house.ids["building"]],
    }
    house.make(FINANCE, "/shared-costs", shared)
    contract = {
        "resource": "advertising",
        "what": "单元门广告位 6 个",
        "payer": "友协广告部",
        "purpose": "public_income",
        "item": "advertising",
        "price_fen": 240_000,
        "begins_on": house.day(-30),
        "ends_on": house.day(335),
        "instalments": [
            {"due_on": house.day(-20), "fen": 120_000},
            {"due_on": house.day(160), "fen": 120_000},
        ],
    }
    house.make(MANAGER, "/income-contracts", contract)


def _decisions(house: Furnished) -> None:
    """A decision of the committee that the street rescinded, one that stands, a text in force, one in draft."""
    minutes = {
        "matter": "other",
        "title": "公告栏移到东门",
        "text": "公告栏从锅炉房移到东门，方便住户看到。",
        "decided_on": house.day(-1),
        "minutes": "到会 2 人，全部同意。",
        "photo_ids": [house.photo(CHAIR, "minutes")],
    }
    house.ids["decision"] = id_of(house.make(CHAIR, "/decisions", minutes))
    wrong = {**minutes, "title": "东侧空地出租作洗车点", "text": "东侧空地出租，租期一年。"}
    wrong["photo_ids"] = [house.photo(CHAIR, "minutes")]
    house.ids["rescinded"] = id_of(house.make(CHAIR, "/decisions", wrong))
    ground = {"kind": "law", "clause": "《民法典》第二百七十八条"}
    rescission = {"ground": ground, "reason": "出租共有部分应由业主共同决定"}
    house.do(STREET, f"/decisions/{house.ids['rescinded']}/rescission", rescission)
    clauses = [
        {"number": "第一条", "title": "共有部分", "text": "楼道、屋面、绿地属于全体业主，不得占用。"},
        {"number": "第二条", "title": "装修", "text": "装修前告知物业，不得改动承重结构。"},
    ]
    text = {"kind": "covenant", "text": {"title": "道路队小区管理规约", "clauses": clauses}}
    house.ids["document"] = id_of(house.make(CHAIR, "/house-rules", text))
    adopted = {"adopted_on": house.day(-30), "photo_ids": [house.photo(COMMUNITY, "covenant")]}
    house.do(COMMUNITY, f"/house-rules/{house.ids['document']}/confirmation", adopted)

    sample = house.who(CHAIR).get(f"{house.estate}/house-rules/sample?kind=rules")
    house.ids["draft_document"] = id_of(house.make(CHAIR, "/house-rules", {"kind": "rules", "text": sample}))


def _votes(house: Furnished) -> None:
    """A draft, an election with a candidate, a paper and a mandate of the vote that is open."""
    question = {"title": "是否同意加装感应灯", "form": "approve", "matter": "fund_use", "amount_fen": 120_000}
    draft = {"kind": "assembly", "title": "1号楼加装感应灯", "text": "方案见公告栏。", "questions": [question]}
    house.ids["draft_ballot"] = id_of(house.make(CHAIR, "/ballots", draft))
    elect = {"title": "选举第二届物管会委员", "form": "select", "matter": "committee", "most": 3, "seats": 3}
    election = {"kind": "election", "title": "物管会换届选举", "text": "任期三年。", "questions": [elect]}
    house.ids["election"] = id_of(house.make(COMMUNITY, "/ballots", election))
    candidate = {
        "name": "王德顺",
        "room_id": house.ids["room"],
        "nominator": "owners",
        "statement": "在本小区住了三十年，愿意为大家跑腿。",
    }
    house.make(COMMUNITY, f"/ballots/{house.ids['election']}/candidates", candidate)
    rooms = house.who(CHAIR).get(f"{house.estate}/addresses/{house.ids['building']}/rooms?limit=10")["items"]
    others = [one["room_id"] for one in rooms if one["room_id"] not in {house.ids["room"], house.ids["room_li"]}]
    open_one = f"/ballots/{house.ids['open_ballot']}"
    paper = {
        "room_id": others[0],
        "serial": "2026-0001",
        "choices": [["yes"], ["no"]],
        "photo_ids": [house.photo(CHAIR, "paper", sealed=True)],
    }
    house.make(CHAIR, f"{open_one}/papers", paper)
    mandate = {
        "room_id": others[1],
        "agent_account_id": house.who(WANG).account_id,
        "kind": "proxy",
        "photo_ids": [house.photo(CHAIR, "mandate")],
        "agent_name": "王德顺",
    }
    house.make(CHAIR, f"{open_one}/mandates", mandate)


def _meetings(house: Furnished) -> None:
    """A session that owners are called to, one in draft; a topic on its way, and what the parties signed for it."""
    plan = {
        "title": "2026 年度业主大会会议",
        "form": "in_person",
        "place": "社区活动室",
        "held_on": house.day(20),
        "time": "18:30",
        "agenda": [{"title": "听取物管会年度工作报告"}, {"title": "讨论充电棚方案", "text": "三家报价"}],
    }
    session = {"kind": "yearly", "convener": "committee", "plan": plan}
    house.ids["session"] = id_of(house.make(CHAIR, "/assemblies", session))
    house.do(CHAIR, f"/assemblies/{house.ids['session']}/call", {})
    trigger = {"reason": "owners_asked", "asking": 40, "owners": 166, "photo_ids": [house.photo(CHAIR, "signatures")]}
    interim = {"kind": "interim", "convener": "committee", "plan": {**plan, "title": "临时会议"}, "trigger": trigger}
    house.ids["draft_session"] = id_of(house.make(CHAIR, "/assemblies", interim))
    topic = {"title": "给2号楼装扶手", "text": "2号楼老人多，楼梯没有扶手。", "place": {"label": "2号楼"}}
    house.ids["topic"] = id_of(house.make(WANG, "/consultations", topic))
    house.who(LI).put(f"{house.estate}/consultations/{house.ids['topic']}/supporters/{house.ids['room_li']}")
    house.make(LI, f"/consultations/{house.ids['topic']}/words", {"text": "我妈上楼就费劲，支持。"})
    taken = id_of(house.make(LI, "/consultations", {"title": "东门加一盏路灯", "text": "晚上东门很黑。"}))
    house.ids["topic_taken_up"] = taken
    house.do(CHAIR, f"/consultations/{taken}/take-up", {"reason": "多位住户提过"})
    joint = {
        "kind": "discussion",
        "title": "东门路灯商议",
        "text": "社区、物管会、物业一起商议路灯位置。",
        "held_on": house.day(),
        "consultation_id": taken,
    }
    house.ids["joint"] = id_of(house.make(COMMUNITY, "/joint-actions", joint))
    house.who(COMMUNITY).put(f"{house.estate}/joint-actions/{house.ids['joint']}/signatures/community")


def _conduct(house: Furnished) -> None:
    """A case and a breach of a member, a report on a year's work."""
    (seat,) = house.who(MEMBER).get("/v1/me/committee-posts")
    (chair_seat,) = house.who(CHAIR).get("/v1/me/committee-posts")
    house.ids["seat"] = chair_seat["post_id"]
    items = house.who(WANG).get(f"{house.estate}/conduct-items")
    listed = items["items"] if isinstance(items, dict) else items
    item = listed[0]
    report = {
        "post_id": seat["post_id"],
        "item": item.get("id") or item["code"],
        "fact": "未经会议决定，私自答应摊位费减半。",
        "photo_ids": [house.photo(COMMUNITY, "proof")],
    }
    house.ids["case"] = id_of(house.make(COMMUNITY, "/conduct-cases", report))
    breach = {
        "post_id": seat["post_id"],
        "fact": "连续两次未公开会议记录。",
        "photo_ids": [house.photo(COMMUNITY, "proof")],
    }
    house.ids["breach"] = id_of(house.make(COMMUNITY, "/breach-records", breach))
    path = f"{house.estate}/committees/{house.ids['committee']}/work-reports/{house.ids['year']}"
    text = {"text": "今年更换闭门器 3 个，公示账目 1 次，组织表决 2 次。"}
    house.who(CHAIR).put(path, text)


def _people(house: Furnished) -> None:
    """Somebody new asks for a home; a head of a building; a photo that a person must look at."""
    home = homes()[40]
    newcomer = house.cast.person(NEWCOMER, "13804519999")
    buildings = newcomer.get(f"{house.estate}/addresses")["items"]
    building = next(one for one in buildings if one["name"] == home.building)["building_id"]
    rooms = newcomer.get(f"{house.estate}/addresses/{building}/rooms?limit=100")["items"]
    room = next(one for one in rooms if (one.get("entrance"), one["number"]) == (home.entrance, home.number))
    house.ids["asked_room"], house.ids["newcomer"] = room["room_id"], newcomer.account_id
    asked = {"relation": "tenant", "name": "陈小满", "valid_until": house.day(300)}
    newcomer.put(f"{house.estate}/rooms/{room['room_id']}/binding", asked)
    head = {"name": "韩玉珍", "phone": "13904512345", "display_name": "韩玉珍", "building_id": house.ids["building"]}
    house.make(COMMUNITY, "/representatives", head)
    house.stack.simulator.control("content", next_image=["review", 10001])
    photo_id = house.who(WANG).upload(house.known["estate_id"], photograph("unclear"))
    house.await_photo(WANG, photo_id)


HAPPENINGS = (
    _places,
    _repairs,
    _care,
    _together,
    _prices,
    _money,
    _decisions,
    _votes,
    _meetings,
    _conduct,
    _people,
)
