"""How 道路队小区 comes under care, played by the people who do it: the start of the demonstration and of the tour.

Every act is a request that the person could make with the mini program; nothing is written behind the product's back.
Names, numbers and the company are made up; the estate is the one of the source text (004:74): three buildings, 166
households, open, occupied 1991, given up by its company.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from local.card_reader import read_sheet
from local.roster_file import homes, roster_file
from miniprogram_api.kernel.clock import date_of

if TYPE_CHECKING:
    from datetime import datetime

    from local.cast import Cast, Person

CREDIT_CODE = "91350100M000100Y43"
"""The worked example of the standard for credit codes (GB 32100-2015)."""

HOTLINE = "0451-86609999"
COMMUNITY_PHONE = "0451-86501234"
DAY = 24 * 60
CONTRACT = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
"""One empty page: the smallest file that is a PDF, in place of a scanned contract."""


@dataclass
class Estate:
    """道路队小区 under care, with the people who look after it."""

    id: str = ""
    district_id: str = ""
    street_id: str = ""
    community_id: str = ""
    company_id: str = ""
    filing_id: str = ""
    card_ids: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    buildings: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address under which everything of the estate lies."""
        return f"/v1/estates/{self.id}"


def found(cast: Cast, operator_code: str, now: datetime, *, cards: bool = True) -> Estate:
    """Play everything up to cards on the walls, and return the estate; printing ``cards`` is the slowest part."""
    estate = Estate()
    _build_the_tree(cast, estate, operator_code)
    _register_the_company(cast, estate)
    _open_the_estate(cast, estate)
    _file_the_contract(cast, estate, date_of(now))
    _appoint_staff(cast, estate)
    if cards:
        _hang_cards(cast, estate)
    return estate


def _build_the_tree(cast: Cast, estate: Estate, operator_code: str) -> None:
    """City, district, street and community, each with an official appointed by telephone number."""
    operator = cast.person("平台运维")
    operator.post("/v1/operators", {"code": operator_code}, status=201)
    city = operator.post("/v1/units", {"name": "哈尔滨市"}, status=201)
    district = operator.post(_units(city["id"]), {"level": "district", "name": "平房区"}, status=201)
    _appoint(operator, district["id"], "赵科长", "住建局物业科科长", "13900000001")
    bureau = cast.person("赵科长", "13900000001")
    street = bureau.post(_units(district["id"]), {"level": "street", "name": "友协街道"}, status=201)
    body = {"level": "community", "name": "友协社区", "phone": COMMUNITY_PHONE}
    community = bureau.post(_units(street["id"]), body, status=201)
    _appoint(bureau, street["id"], "钱站长", "街道物管站站长", "13900000002")
    cast.person("钱站长", "13900000002")
    _appoint(cast.person("钱站长"), community["id"], "孙书记", "社区书记", "13900000003")
    cast.person("孙书记", "13900000003")
    estate.district_id, estate.street_id, estate.community_id = district["id"], street["id"], community["id"]


def _units(unit_id: str) -> str:
    return f"/v1/units/{unit_id}/units"


def _appoint(by: Person, unit_id: str, name: str, title: str, phone: str) -> None:
    body = {"name": name, "phone": phone, "display_name": name, "title": title, "source": "subdistrict"}
    by.post(f"/v1/units/{unit_id}/officials", body, status=201)


def _register_the_company(cast: Cast, estate: Estate) -> None:
    """The company is reported by its head and confirmed by the bureau (EST-03)."""
    bureau = cast.person("赵科长")
    body = {"name": "安居流动物业服务有限公司", "credit_code": CREDIT_CODE, "hotline": HOTLINE, "staff_count": 12}
    company = bureau.post(f"/v1/units/{estate.district_id}/companies", body, status=201)
    estate.company_id = company["id"]
    body = {"name": "周总", "phone": "13900000010", "display_name": "周总", "title": "物业企业负责人"}
    bureau.post(f"/v1/companies/{company['id']}/admins", body, status=201)
    cast.person("周总", "13900000010").post(f"/v1/companies/{company['id']}/report")
    bureau.post(f"/v1/companies/{company['id']}/confirm")


def _open_the_estate(cast: Cast, estate: Estate) -> None:
    """The community opens the estate and imports the roster from Excel (EST-01, EST-02)."""
    community = cast.person("孙书记")
    flags = [{"flag": flag, "since": "2015-01-01"} for flag in ("open", "old", "abandoned")]
    body = {"name": "道路队小区", "address": "平房区友协大街道路队院内", "occupied_year": 1991, "flags": flags}
    estate.id = community.post(f"/v1/units/{estate.community_id}/estates", body, status=201)["id"]
    plan = community.send(
        "POST", f"{estate.path}/roster-imports", roster_file(), status=201, key="roster-of-daoludui"
    ).json
    done = community.post(f"{estate.path}/roster-imports/{plan['id']}/apply", {})
    while done["state"] != "done":
        done = community.post(f"{estate.path}/roster-imports/{plan['id']}/apply", {})
    listed = community.get(f"{estate.path}/buildings")["items"]
    estate.buildings = {building["name"]: building for building in listed}


def _file_the_contract(cast: Cast, estate: Estate, today: date) -> None:
    """The company submits contract and project leader, the community files them (EST-04)."""
    people = {
        "leader": {"name": "王建国", "phone": "13904510001", "filing_number": "哈物备2026-0117"},
        "deputy": {"name": "刘敏", "phone": "13904510002"},
    }
    estate.filing_id = put_under_contract(cast, estate.company_id, estate.id, today, people)
    cast.person("王建国", "13904510001")
    cast.person("刘敏", "13904510002")


def put_under_contract(cast: Cast, company_id: str, estate_id: str, today: date, people: dict[str, Any]) -> str:
    """Let the company submit a contract for an estate from today on, and the community file it; return its id."""
    head = cast.person("周总")
    headers = {"Content-Type": "application/octet-stream", "Authorization": f"Bearer {head.token}"}
    kept = cast.request("POST", f"/v1/companies/{company_id}/contract-files", body=CONTRACT, headers=headers)
    terms = {
        "estate_id": estate_id,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=3 * 365)).isoformat(),
        "fee_standard": "0.60 元/平方米·月",
        "service_grade": "三级",
        "items": ["公共部位维修养护", "保洁", "秩序维护", "清雪"],
        "contract_file": kept.json["id"],
        **people,
    }
    filing = head.post(f"/v1/companies/{company_id}/filings", terms, status=201)
    cast.person("孙书记").post(f"/v1/estates/{estate_id}/filings/{filing['id']}/file")
    return str(filing["id"])


STAFF = (
    ("张师傅", "13904510003", "repairer", "水电维修工", ["水电", "管道"]),
    ("李师傅", "13904510004", "repairer", "综合维修工", ["门锁", "泥瓦"]),
    ("陈巡检", "13904510005", "patroller", "巡检员", []),
    ("郭保安", "13904510006", "guard", "秩序维护员", []),
    ("何调度", "13904510007", "dispatcher", "调度", []),
)


def _appoint_staff(cast: Cast, estate: Estate) -> None:
    """The manager's team, the night duty, and the committee that stands for the owners (IDR-04, IDR-05)."""
    manager = cast.person("王建国")
    for name, phone, role, title, skills in STAFF:
        body = {"name": name, "phone": phone, "role": role, "display_name": name, "title": title, "skills": skills}
        manager.post(f"{estate.path}/staff", body, status=201)
        cast.person(name, phone)
    shifts = [
        _shift("郭保安", "13904510006", day * DAY + 18 * 60, min(day * DAY + 32 * 60, 7 * DAY)) for day in range(7)
    ]
    shifts.append(_shift("郭保安", "13904510006", 0, 8 * 60))
    shifts += [_shift("何调度", "13904510007", day * DAY + 8 * 60, day * DAY + 18 * 60) for day in range(7)]
    manager.put(f"{estate.path}/duty-roster", {"shifts": shifts})
    services = ["水电急修", "管道疏通", "门禁维修", "楼道照明", "清雪除冰", "保洁消杀"]
    manager.put(f"{estate.path}/card-services", {"services": services})
    community = cast.person("孙书记")
    body = {
        "kind": "management_committee",
        "name": "道路队小区物管会",
        "formed_on": "2026-03-01",
        "term_ends_on": "2029-02-28",
    }
    community.post(f"{estate.path}/committees", body, status=201)
    seat_in_committee(cast, estate, "马秀兰", "13904510008", "物管会主任")


def seat_in_committee(cast: Cast, estate: Estate, name: str, phone: str, title: str) -> None:
    """Let the community take somebody into the committee, who signs the commitment and so may act (VOT-13)."""
    community = cast.person("孙书记")
    committee = community.get(f"{estate.path}/committees")["items"][0]
    body = {"name": name, "phone": phone, "display_name": name, "title": title}
    community.post(f"{estate.path}/committees/{committee['id']}/members", body, status=201)
    member = cast.person(name, phone)
    (seat,) = member.get("/v1/me/committee-posts")
    pledge = f"{estate.path}/committee-posts/{seat['post_id']}/pledge"
    member.post(pledge, {"digest": seat["commitment"]["digest"]}, status=201)


def _shift(name: str, phone: str, start: int, end: int) -> dict[str, Any]:
    return {"name": name, "phone": phone, "from_minute": start, "to_minute": end}


def _hang_cards(cast: Cast, estate: Estate) -> None:
    """One card for each entrance, printed and hung up (CARD-01)."""
    manager = cast.person("王建国")
    batch = manager.post(f"{estate.path}/card-batches", {"grain": "entrance"}, status=201)
    for sheet in range(1, batch["sheets"] + 1):
        printed = manager.send("GET", f"{estate.path}/cards/sheet.pdf?batch_id={batch['id']}&sheet={sheet}")
        estate.cards += [address.removeprefix(cast.stack.base_url) for address in read_sheet(printed.data)]
    cards = manager.get(f"{estate.path}/cards?limit=100")["items"]
    estate.card_ids = [card["id"] for card in cards]
    manager.post(f"{estate.path}/cards/issued", {"card_ids": estate.card_ids})
    for path in estate.cards:
        # Whoever hangs a card up scans it once: it opens, and it is known to hang there.
        cast.request("GET", path)


def move_in(cast: Cast, estate: Estate, name: str, index: int) -> str:
    """Let the owner of the roster's home ``index`` bind it by the telephone number; return the room's id."""
    home = homes()[index]
    owner = cast.person(name, home.phone)
    building = estate.buildings[home.building]
    rooms = owner.get(f"{estate.path}/addresses/{building['id']}/rooms?limit=100")["items"]
    room = next(room for room in rooms if (room.get("entrance"), room["number"]) == (home.entrance, home.number))
    owner.put(f"{estate.path}/rooms/{room['room_id']}/binding", {"relation": "owner", "name": home.owner})
    return str(room["room_id"])


def rooms_in_order(cast: Cast, estate: Estate, reader: str) -> list[str]:
    """Return the id of each home of the roster, in its order, as somebody of the house reads them."""
    places: dict[tuple[str, str, str], str] = {}
    for building in estate.buildings.values():
        listed = cast.person(reader).get(f"{estate.path}/addresses/{building['id']}/rooms?limit=100")["items"]
        places |= {(building["name"], one.get("entrance"), one["number"]): one["room_id"] for one in listed}
    return [places[home.building, home.entrance, home.number] for home in homes()]
