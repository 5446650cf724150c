"""S1 潞城: the card that reaches the manager, five parties on one matter. S2 下城: the five-step closed loop."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PIL import Image

from local.card_reader import read_card
from local.cast import AnotherAnswer, Cast
from local.founding import COMMUNITY_PHONE, found, move_in
from local.photograph import TALL, photograph
from local.stack import Stack
from local.telling import PATIENCE_SECONDS, Tour, nothing_was_set_aside, say
from miniprogram_api.kernel.clock import date_of, shanghai

if TYPE_CHECKING:
    from local.cast import Person

FIVE = ("accepted_at", "handled_at", "verified_at", "registered_at", "closed_at")


def play(kind: type[Stack] = Stack) -> int:
    """Play both stories on a fresh stack of that kind, and return how many steps were seen."""
    with kind() as stack:
        cast = Cast(stack)
        say("道路队小区 is founded: tree, company, roster of 166, contract, staff, cards ...")
        estate = found(cast, stack.container.parameters.secret("operator-code"), stack.container.clock())
        tour = Tour(cast, estate)
        card = the_card_reaches_the_manager(tour)
        order = a_neighbour_reports_by_card(tour, card)
        five_parties_on_one_matter(tour, order)
        the_loop_is_closed(tour, order)
        no_gap_and_a_dead_card(tour, card)
        one_call_two_loops(tour)
        nothing_was_set_aside(tour)
        return tour.steps


def _scan(tour: Tour, path: str) -> Any:
    """Scan a card as the mini program does: no session, JSON."""
    return tour.cast.request("GET", path, headers={"Accept": "application/json"}).json


def _step(tour: Tour, who: Person, order: dict[str, Any], step: str, status: int = 200, **given: Any) -> Any:
    """Let somebody take a step on a work order."""
    return who.post(f"{tour.estate.path}/work-orders/{order['id']}/steps", {"step": step, **given}, status)


def the_card_reaches_the_manager(tour: Tour) -> str:
    """S1, first half: scan, see, call; a new manager shows on the same card."""
    cast, estate, manager = tour.cast, tour.estate, tour.cast.person("王建国")
    tour.chapter("S1 潞城: the card that reaches the manager")
    tour.tell("a printed card is read by a decoder that is not ours")
    picture = manager.send("GET", f"{estate.path}/cards/{estate.card_ids[0]}.png").data
    path = read_card(picture).removeprefix(cast.stack.base_url)
    tour.see("the code opens", path[:3], "/c/")
    tour.tell("anybody scans it, in any browser, without an account")
    page = cast.request("GET", path, headers={"Accept": "text/html"})
    tour.see("status", page.status, 200)
    tour.see("the page names the manager", "王建国" in page.data.decode(), True)
    tour.see("and his number can be tapped", "tel:13904510001" in page.data.decode(), True)
    tour.see("in charge now", _scan(tour, path)["in_charge"]["name"], "王建国")
    tour.tell("the manager goes off duty: the same card shows the deputy")
    staff = manager.get(f"{estate.path}/staff?limit=100")["items"]
    post = next(one for one in staff if one["display_name"].startswith("王") and not one["deputy"])
    minute = _minute_of_week(cast)
    hours = [{"from_minute": (minute + 60) % 10_080, "to_minute": min((minute + 60) % 10_080 + 30, 10_080)}]
    cast.person("周总").send("PATCH", f"{estate.path}/staff/{post['id']}", {"duty_hours": hours})
    tour.see("in charge now", _scan(tour, path)["in_charge"]["name"], "刘敏")
    tour.tell("another manager is appointed in his place: the printed card needs no reprint")
    body = {
        "name": "高海涛",
        "phone": "13904510009",
        "role": "manager",
        "display_name": "高海涛",
        "successor_of": post["id"],
    }
    cast.person("周总").post(f"{estate.path}/staff", body, status=201)
    cast.person("高海涛", "13904510009")
    tour.see("in charge now", _scan(tour, path)["in_charge"]["name"], "高海涛")
    return path


def _minute_of_week(cast: Cast) -> int:
    now = shanghai(cast.stack.container.clock())
    return now.weekday() * 1440 + now.hour * 60 + now.minute


def a_neighbour_reports_by_card(tour: Tour, path: str) -> dict[str, Any]:
    """S1: a full septic tank, with a photo, through the card."""
    cast, estate = tour.cast, tour.estate
    tour.tell("an owner of the roster signs in; the telephone number binds the home without anybody's help")
    room_id = move_in(cast, estate, "业主王先生", 0)
    owner = cast.person("业主王先生")
    bound = owner.get(f"{estate.path}/rooms/{room_id}/bindings")["items"][0]
    tour.see("the binding", bound["state"], "live")
    tour.tell("the owner photographs the full septic tank; the phone adds where that was")
    picture = photograph("septic tank")
    tour.see("the photo carries its place", b"Exif" in picture, True)
    photo_id = owner.upload(estate.id, picture)
    place = _scan(tour, path)["card"]["place"]
    tour.tell("and reports it; place and estate come from the card")
    named = {name: place[name] for name in ("label", "building_id", "entrance") if place.get(name)}
    body = {
        "kind": "repair",
        "category": "septic",
        "place": {**named, "kind": "common"},
        "text": "化粪池满了，单元门口有污水外溢",
        "source": "card",
        "photo_ids": [photo_id],
        "card_token": path.removeprefix("/c/"),
    }
    order = owner.post(f"{estate.path}/work-orders", body, status=201, key="septic-tank-report")
    again = owner.post(f"{estate.path}/work-orders", body, status=201, key="septic-tank-report")
    tour.see("sent twice by a bad network, opened once", again["id"] == order["id"], True)
    tour.see("somebody holds it", bool(order["holder"]), True)
    tour.tell("the photo is turned upright, stripped, and checked by WeChat")
    (photo,) = tour.settle([photo_id], owner)
    tour.see("the photo", photo["label"], "已通过")
    shown = cast.web.request("GET", photo["links"]["full"]).data
    tour.see("the stored one carries a place", b"Exif" in shown or b"GPS" in shown, False)
    tour.see("it stands upright", Image.open(io.BytesIO(shown)).size, TALL)
    return order


def five_parties_on_one_matter(tour: Tour, order: dict[str, Any]) -> None:
    """S1: money and consent are needed, so five parties take one matter (CARD-04)."""
    cast, estate = tour.cast, tour.estate
    community, committee = cast.person("孙书记"), cast.person("马秀兰")
    manager, owner = cast.person("高海涛"), cast.person("业主王先生")
    tour.tell("the community opens a case with five parties")
    due = (date_of(cast.stack.container.clock()) + timedelta(days=14)).isoformat()

    def part(organisation: str, person: Person | str, task: str) -> dict[str, Any]:
        named = {"person": person if isinstance(person, str) else person.name}
        if not isinstance(person, str):
            named["account_id"] = person.account_id
        return {"organisation": organisation, "task": task, "due_on": due, **named}

    before, after = (community.upload(estate.id, photograph(when)) for when in ("before", "after"))
    tour.settle([before, after], community)
    body = {
        "kind": "septic_tank",
        "photo_ids": [before],
        "title": "清掏化粪池并更换井盖",
        "description": "化粪池长期未清掏，需要资金和居民配合",
        "parties": {
            "community": part("友协社区", community, "召集五方协商"),
            "original": part("原产权单位道路队", "原单位李工", "出资更换井盖"),
            "committee": part("道路队小区物管会", committee, "征求住户意见"),
            "residents": part("1号楼居民", owner, "腾挪车辆，现场监督"),
            "provider": part("安居流动物业", manager, "组织清掏"),
        },
    }
    case = community.post(f"{estate.path}/linkage-cases", body, status=201)
    address = f"{estate.path}/linkage-cases/{case['id']}"
    tour.see("parties", len(case["parties"]), 5)
    tour.tell("each party reports what it did")
    owner.put(f"{address}/participation", {"wish": "愿意现场监督"})
    reports: tuple[tuple[str, Person, dict[str, Any]], ...] = (
        ("community", community, {"record": "11月25日在社区会议室协商，五方一致同意"}),
        ("original", community, {"record": "已到账", "promised": 300_000, "paid": 300_000}),
        ("committee", committee, {"record": "逐户征求意见", "asked": 54, "consents": 51}),
        ("residents", committee, {"record": "居民腾挪车辆 12 台"}),
        ("provider", manager, {"record": "清掏完成", "order_ids": [order["id"]]}),
    )
    for party, who, result in reports:
        case = who.post(f"{address}/parties/{party}/report", {**result, "done": True})
    tour.see("done", [one["state"] for one in case["parties"]], ["done"] * 5)
    tour.tell("the case is closed and published; every party has a person, a date and a result")
    community.post(f"{address}/closing", {"summary": "化粪池已清掏，井盖已更换", "photo_ids": [after]})
    case = community.post(f"{address}/publication")
    tour.see("state", case["state"], "published")
    tour.see("dates", all(one["finished_at"] and one["person"] for one in case["parties"]), True)


def the_loop_is_closed(tour: Tour, order: dict[str, Any]) -> None:
    """S2: 受理 处置 核查 登记 反馈, each by the right person, none skipped."""
    cast, estate = tour.cast, tour.estate
    manager, worker, dispatcher = cast.person("高海涛"), cast.person("张师傅"), cast.person("何调度")
    owner = cast.person("业主王先生")
    tour.chapter("S2 下城: the closed loop")
    tour.tell("nobody skips a step: handled before accepted is refused")
    refused = _refused(tour, worker, order, "handled", note="好了")
    tour.see("code", refused["code"], "illegal_transition")
    tour.tell("受理: the dispatcher accepts and says whose matter it is; the manager assigns it")
    _step(tour, dispatcher, order, "accept", scope="in_contract", scope_reason="合同约定公共部位维修养护")
    _step(tour, manager, order, "assign", to_account_id=worker.account_id)
    _step(tour, worker, order, "take")
    tour.tell("处置: the worker clears the tank and photographs it")
    after = worker.upload(estate.id, photograph("septic tank, empty"))
    tour.settle([after], worker)
    _step(tour, worker, order, "handled", note="已清掏，井盖已更换", photo_ids=[after])
    tour.tell("核查: not by the worker himself")
    refused = _refused(tour, worker, order, "verify", note="没问题")
    tour.see("refused", refused["code"] in {"same_person_refused", "not_allowed"}, True)
    _step(tour, cast.person("马秀兰"), order, "verify", note="现场看过，已清掏干净")
    tour.tell("登记 and 反馈: registered with who pays, then confirmed by the owner")
    _step(tour, dispatcher, order, "register", note="归档", payer="company", payer_reason="合同内")
    done = _step(tour, owner, order, "confirm")
    tour.see("five instants in order", [done["times"][one] is not None for one in FIVE], [True] * 5)
    instants = [done["times"][one] for one in FIVE]
    tour.see("none before the one above", instants == sorted(instants), True)
    tour.tell("the owner rates it")
    body = {"speed": 5, "quality": 4, "attitude": 5, "text": "来得很快"}
    rated = owner.post(f"{estate.path}/work-orders/{order['id']}/rating", body)
    tour.see("marks", (rated["rating"]["speed"], rated["rating"]["quality"]), (5, 4))
    tour.tell("the owner was told of every step")
    tour.cast.stack.pump.drain(PATIENCE_SECONDS)
    tour.see("messages in the inbox", len(owner.get("/v1/me/messages")["items"]) >= 3, True)


def _refused(tour: Tour, who: Person, order: dict[str, Any], step: str, **given: Any) -> Any:
    """Take a step that must be refused, and see that the order did not move."""
    address = f"{tour.estate.path}/work-orders/{order['id']}"
    reader = tour.cast.person("高海涛")
    before = reader.get(address)["steps_taken"]
    for status in (403, 409):
        try:
            refusal = _step(tour, who, order, step, status, **given)
        except AnotherAnswer:
            continue
        if reader.get(address)["steps_taken"] != before:
            raise AnotherAnswer(f"{step} was refused, and yet the order moved")
        return refusal
    raise AnotherAnswer(f"{who.name} may {step}, although the story says no")


def no_gap_and_a_dead_card(tour: Tour, path: str) -> None:
    """S1, proof: the gap list is empty or shows its age; a revoked card shows nothing of the estate."""
    cast, estate = tour.cast, tour.estate
    manager = cast.person("高海涛")
    tour.tell("the gap list: time, matter, place")
    gaps = manager.get(f"{estate.path}/gaps")
    tour.see("gaps", [gap["text"] for gap in gaps], [])
    tour.tell("a card is lost: it is replaced, and the old one is dead at once")
    card_id = estate.card_ids[0]
    manager.post(f"{estate.path}/cards/{card_id}/replacement", {"reason": "卡片被撕毁"})
    page = cast.request("GET", path, headers={"Accept": "text/html"})
    text = page.data.decode()
    for word in ("道路队", "安居", "高海涛", "刘敏", "1号楼"):
        tour.see(f"the dead card says {word}", word in text, False)
    tour.see("it names the community's number", COMMUNITY_PHONE in text, True)


def one_call_two_loops(tour: Tour) -> None:
    """S2: a telephone call climbs when nobody answers, and a reopened order shows both loops."""
    cast, estate = tour.cast, tour.estate
    guard, dispatcher, worker = cast.person("郭保安"), cast.person("何调度"), cast.person("李师傅")
    tour.tell("somebody telephones: the guard writes it down for the caller")
    building = estate.buildings["2号楼"]
    body = {
        "kind": "repair",
        "category": "unit_door",
        "place": {"kind": "common", "label": "2号楼1单元", "building_id": building["id"], "entrance": "1单元"},
        "text": "单元门锁不上",
        "source": "phone",
        "caller_name": "赵大爷",
        "caller_phone": "13804510060",
    }
    order = guard.post(f"{estate.path}/work-orders", body, status=201)
    tour.tell("nobody accepts it: two days later it has climbed (the sweep is asked with that instant)")
    later = cast.stack.container.clock() + timedelta(days=2)
    cast.stack.container.work_order_sweep.sweep(later)
    climbed = cast.person("孙书记").get(f"{estate.path}/work-orders/{order['id']}")
    tour.see("the level above holds it", climbed["level"] != "estate", True)
    tour.tell("it is done, confirmed, comes back, and is done again: both loops are visible")
    for _ in range(2):
        _step(tour, dispatcher, order, "accept", scope="in_contract", scope_reason="公共部位")
        _step(tour, worker, order, "grab")
        photo = worker.upload(estate.id, photograph("unit door"))
        _step(tour, worker, order, "handled", note="换了锁芯", photo_ids=[photo])
        _step(tour, cast.person("马秀兰"), order, "verify", note="试过，能锁上")
        _step(tour, dispatcher, order, "register", note="归档", payer="company", payer_reason="合同内")
        done = _step(tour, dispatcher, order, "feed_back", note="已电话告知赵大爷")
        if done["loop"] == 1:
            _step(tour, dispatcher, order, "reopen", note="赵大爷来电：门又锁不上了")
    shown = cast.person("高海涛").get(f"{estate.path}/work-orders/{order['id']}")
    tour.see("loops in the timeline", sorted({step["loop"] for step in shown["timeline"]}), [1, 2])
