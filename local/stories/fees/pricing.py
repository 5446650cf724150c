"""政府限价、物业报价、业主还价: how the price comes about (FEE-06), and the charges beside it (FEE-04, FEE-05)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from local.money import FINANCE, propose_tariff
from local.stories.fees.reckoning import HOMES, PARKING_YUAN, SERVICE_YUAN, SHOPS, SPACES, TOTAL_AREA, WATER_YUAN, price
from local.stories.fees.telling import BUREAU, CHAIR, HEAD, MANAGER, NEIGHBOURS

if TYPE_CHECKING:
    from local.stories.fees.telling import Fees

GRADE = "三级"
CHARGED_FROM = "2026-11-01"
COSTS_FEN = {"人工": 5_600_000, "保洁清雪耗材": 1_400_000}
"""Of a year."""


def the_price_comes_about(story: Fees) -> None:
    """Limit, offer, counter-offers, agreement, vote, filing: the tariff comes into being with the filing."""
    story.chapter("1. A price through three rounds: 政府限价, 物业报价, 业主还价")
    talk = _limit_and_offer(story)
    _owners_answer(story, talk)
    _agreed_voted_filed(story, talk)


def _parts(yuan: Fraction) -> int:
    """Return a price as the house counts it, in 0.0001 yuan."""
    return int(yuan * 10_000)


def _offer(yuan: str) -> dict[str, Any]:
    lines = [{"item": item, "yearly_fen": yearly} for item, yearly in COSTS_FEN.items()]
    costs = {"lines": lines, "profit_permille": 50, "volume": int(TOTAL_AREA * 100)}
    return {"price": _parts(Fraction(yuan)), "explanation": "人工和清雪成本", "costs": costs}


def _limit_and_offer(story: Fees) -> str:
    estate, head = story.estate, story.who(HEAD)
    story.tell("政府限价: the bureau enters the guide price of grade 三级, 0.50 yuan and 20 % up")
    guide = {
        "charge": "service_base",
        "grade": GRADE,
        "price": _parts(Fraction("0.50")),
        "float_up": 20,
        "valid_from": "2026-10-01",
        "document": "平房区普通住宅物业服务等级指导价（2026）",
    }
    entered = story.who(BUREAU).post(f"/v1/units/{estate.district_id}/guide-prices", guide, status=201)
    story.see("limit", price(entered["limit"]), "0.6000 yuan")
    story.tell("物业报价: the company opens the talk and offers with its cost sheet; above the limit it cannot")
    about = {"label": "物业服务费", "kind": "service"}
    opening = {"charge": "service_base", "grade": GRADE, "about": about, "reason": "承接后首次定价"}
    talk: str = head.post(f"{estate.path}/price-talks", opening, status=201)["talk"]["id"]
    address = f"{estate.path}/price-talks/{talk}"
    story.refuse("0.61 yuan", head, f"{address}/offer", _offer("0.61"), 422, "price_above_limit")
    offered = head.post(f"{address}/offer", _offer("0.60"))
    covering = Fraction(sum(COSTS_FEN.values())) * 105 / 100 / 100 / TOTAL_AREA / 12
    story.see("offered", price(offered["offer"]["price"]), "0.6000 yuan")
    story.see("what its cost sheet comes to", price(offered["offer"]["explained_price"]), price(_parts(covering)))
    return address


def _owners_answer(story: Fees, talk: str) -> None:
    story.tell("业主还价: owners answer for fourteen days, each for the own home, nobody sees whose it is")
    asked = ("0.50", "0.45", "0.55", "0.48", "0.52")
    for name, yuan in zip(NEIGHBOURS, asked, strict=False):
        body = {"price": _parts(Fraction(yuan)), "reason": "退休金有限，希望先看服务"}
        story.who(name).put(f"{talk}/counter-offers/{story.room_of(name)}", body)
    listed = story.who(CHAIR).get(f"{talk}/counter-offers")["items"]
    story.see("prices", sorted(one["price"] for one in listed), sorted(_parts(Fraction(yuan)) for yuan in asked))
    story.see("a room among what is listed", any("room" in field for one in listed for field in one), False)
    story.go_to("2026-10-26 15:00")
    story.run_jobs()
    seen = story.who(NEIGHBOURS[3]).get(talk)
    story.see("after fourteen days", seen["talk"]["state_label"], "协商中")
    (figures,) = seen["counters"]
    story.see("median for everybody to read", price(figures["quartiles"]["median"]), "0.5000 yuan")
    story.see("who answered, in 0.1 %", figures["share"], round(Fraction(1000 * len(asked), len(HOMES))))


def _agreed_voted_filed(story: Fees, talk: str) -> None:
    head, chair = story.who(HEAD), story.who(CHAIR)
    story.tell("the company lowers to 0.55, the committee agrees, the owners vote")
    head.post(f"{talk}/revision", _offer("0.55"))
    minutes = {"price": _parts(Fraction("0.50")), "minutes": "10月26日在社区会议室协商"}
    story.refuse("agreeing on another price", chair, f"{talk}/agreement", minutes, 409, "agreed_price_differs")
    chair.post(f"{talk}/agreement", {**minutes, "price": _parts(SERVICE_YUAN)})
    story.go_to("2026-10-27 15:00")
    area = int(TOTAL_AREA * 100)
    cast = -(-2 * area // 3)
    vote = {
        "decided_on": story.today,
        "reference": "道路队小区业主大会决议 2026-1",
        "area": {"total": area, "cast": cast, "yes": cast // 2 + 1},
        "heads": {"total": len(HOMES), "cast": 111, "yes": 56},
    }
    voted = story.who(CHAIR).post(f"{talk}/vote", vote)
    story.see("111 of 166 took part, 56 agreed, by area one above half", voted["talk"]["state_label"], "待备案")
    story.tell("the bureau files it: the tariff is in force, and every owner reads basis and price")
    filed = story.who(BUREAU).post(f"{talk}/filing", {"starts_on": CHARGED_FROM})
    story.see("the talk", filed["talk"]["state_label"], "已备案")
    (tariff,) = story.who(NEIGHBOURS[0]).get(f"{story.estate.path}/tariffs")["items"]
    story.see("what owners read", tariff["words"], "按建筑面积计收，0.55元/㎡·月。")
    story.see("from", tariff["valid_from"], CHARGED_FROM)


def other_charges(story: Fees) -> None:
    """Parking by space, water of the shops by meter, the light on the stairs by invoice; two people for each."""
    estate, manager = story.estate, story.who(MANAGER)
    story.tell("parking, the water of the shops and the light on the stairs: drafted by one, approved by another")
    parking = {"method": "per_count", "price": _parts(PARKING_YUAN), "unit": "车位"}
    water = {"method": "metered", "price": _parts(WATER_YUAN), "unit": "吨", "meter": "water"}
    wanted: tuple[dict[str, Any], ...] = (
        {"code": "parking_open", "label": "露天停车费", "kind": "parking", "pricing": parking},
        {"code": "water", "label": "水费", "kind": "utility", "pricing": water, "scope": {"entrances": ["临街"]}},
        {"code": "shared_power", "label": "公摊电费", "kind": "utility", "pricing": {"method": "shared"}},
    )
    for terms in wanted:
        body = {**terms, "valid_from": CHARGED_FROM, "basis": "物业服务合同第十二条"}
        address = propose_tariff(story.cast, estate, body)
        if terms["kind"] == "parking":
            story.refuse("by who drafted it", manager, f"{address}/approval", None, 403, "same_person_refused")
        approved = story.who(HEAD).post(f"{address}/approval")
        story.see(approved["label"], approved["words"], _words(terms["code"]))
    _spaces_and_meters(story)


def _spaces_and_meters(story: Fees) -> None:
    """The accountant lets the spaces, and notes what the shops' meters show."""
    estate, finance = story.estate, story.who(FINANCE)
    for index, count in SPACES.items():
        order = {"charge": "parking_open", "count": count, "first_on": CHARGED_FROM}
        finance.post(f"{estate.path}/rooms/{story.rooms[index]}/charge-orders", order, status=201)
    building = estate.buildings[HOMES[SHOPS[0]].building]["id"]
    for index in SHOPS:
        meter = {
            "kind": "water",
            "serial": f"水{index}",
            "digits": 5,
            "installed_on": story.today,
            "first_value": 1_000 * index,
            "room_id": story.rooms[index],
        }
        finance.post(f"{estate.path}/buildings/{building}/meters", meter, status=201)


def _words(code: str) -> str:
    said = {
        "parking_open": "按订购数量计收，80.00元/车位·月。",
        "water": "按表计量计收，3.45元/吨。",
        "shared_power": "按实际费用分摊。",
    }
    return said[code]
