"""The tree, estates, companies, buildings and rooms over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.estates.addresses import building_id
from miniprogram_api.estates.credit_code import CreditCodeUnreadable, check_character, parse_credit_code
from miniprogram_api.estates.rules import AreaMissing, Estate, UnitLevel, check_areas, unit_below
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN, AreaSource, RoomUse
from miniprogram_api.kernel.place import walking_order

if TYPE_CHECKING:
    from miniprogram_api.container import Container
    from tests.contract_client import ContractClient
    from tests.world import People, Person, SettableClock, World


class Hand:
    """One person's hand on the registers."""

    def __init__(self, client: ContractClient, person: Person) -> None:
        self._client = client
        self._person = person
        self._count = 0

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200, key: str = "") -> Any:
        self._count += 1
        headers = {**self._person.headers, "Idempotency-Key": key or f"register-{self._count:04d}"}
        response = getattr(self._client, method.lower())(path, json=body, headers=headers)
        assert response.status_code == status, response.get_data(as_text=True)
        return response.get_json()


@pytest.mark.row("IDR-08")
def test_a_tree_grows_from_the_operator_down(client: ContractClient, people: People) -> None:
    hand = Hand(client, people.operator())
    city = hand("POST", "/v1/units", {"name": "哈尔滨市"}, status=201, key="city-0001")
    assert hand("POST", "/v1/units", {"name": "哈尔滨市"}, status=201, key="city-0001") == city
    assert hand("POST", "/v1/units", {"name": "另一市"}, status=409, key="city-0001")["code"] == "already_there"
    above = city
    for level, name in (("district", "平房区"), ("street", "友协街道"), ("community", "友协社区")):
        above = hand("POST", f"/v1/units/{above['id']}/units", {"level": level, "name": name}, status=201)
    assert len(above["path"]) == 4
    wrong = hand("POST", f"/v1/units/{city['id']}/units", {"level": "community", "name": "x"}, status=422)
    assert wrong["code"] == "unit_misplaced"
    below = hand("GET", f"/v1/units/{city['id']}/units")["items"]
    assert [unit["name"] for unit in below] == ["平房区"]
    estate = {"name": "道路队小区", "address": "友协大街"}
    assert hand("POST", f"/v1/units/{city['id']}/estates", estate, status=422)["code"] == "estate_misplaced"
    made = hand("POST", f"/v1/units/{above['id']}/estates", estate, status=201)
    for unit in above["path"]:
        assert [line["id"] for line in hand("GET", f"/v1/units/{unit}/estates")["items"]] == [made["id"]]
    Hand(client, people.stranger())("POST", "/v1/units", {"name": "x"}, status=404)


@pytest.mark.row("IDR-08")
def test_an_official_sees_below_and_never_beside(client: ContractClient, people: People, world: World) -> None:
    hand = Hand(client, people.official(world.district))
    assert hand("GET", f"/v1/units/{world.street.id}/estates")["items"][0]["id"] == world.estate.id
    hand("GET", f"/v1/units/{world.city.id}/estates", status=404)
    hand("PATCH", f"/v1/units/{world.street.id}", {"version": 0, "name": "新街道"})
    assert (
        hand("PATCH", f"/v1/units/{world.street.id}", {"version": 0, "name": "旧"}, status=409)["code"]
        == "changed_meanwhile"
    )


@pytest.mark.row("CARD-02")
def test_cards_follow_the_community_s_telephone(
    client: ContractClient, people: People, world: World, container: Container, clock: SettableClock
) -> None:
    hand = Hand(client, people.official(world.district))
    facts = {"name": "新建小区", "address": "一号"}
    made = Hand(client, people.official(world.community))(
        "POST", f"/v1/units/{world.community.id}/estates", facts, status=201
    )
    estate = container.estates.get_estate(made["id"])
    face = container.cards.face_of(estate)
    assert face is not None
    assert (face.estate_name, face.community_phone) == ("新建小区", "0451-12345")
    before = container.estates.get_unit(world.community.id)
    hand("PATCH", f"/v1/units/{before.id}", {"version": 0, "phone": "0451-87654321"})
    container.estates.follow_unit(before, container.estates.get_unit(before.id), clock())
    face = container.cards.face_of(estate)
    assert face is not None
    assert face.community_phone == "0451-87654321"


@pytest.mark.row("EST-01")
@pytest.mark.row("EST-08")
def test_an_estate_with_its_facts_and_flags(client: ContractClient, people: People, world: World) -> None:
    hand = Hand(client, people.official(world.community))
    flags = [
        {"flag": flag, "since": "2020-01-01"} for flag in ("old", "no_responsible_unit", "no_service", "no_protection")
    ]
    facts = {"name": "三无小区", "address": "x", "occupied_year": 1991, "floor_area": 1_234_500, "flags": flags}
    made = hand("POST", f"/v1/units/{world.community.id}/estates", facts, status=201)
    assert (made["is_three_no"], made["occupied_year"], made["households"]) == (True, 1991, 0)
    path = f"/v1/estates/{made['id']}"
    flags[3]["until"] = "2024-06-01"
    edited = hand("PATCH", path, {"version": 0, "flags": flags})
    assert edited["is_three_no"] is False
    assert [flag["flag"] for flag in edited["flags"]] == [flag["flag"] for flag in flags]
    assert hand("PATCH", path, {"version": 0, "name": "y"}, status=409)["code"] == "changed_meanwhile"
    twice = [{"flag": "old", "since": "2020-01-01"}] * 2
    assert hand("PATCH", path, {"version": 1, "flags": twice}, status=422)["code"] == "flags_unclear"
    backward = [{"flag": "old", "since": "2020-01-02", "until": "2020-01-01"}]
    assert hand("PATCH", path, {"version": 1, "flags": backward}, status=422)["code"] == "flags_unclear"


@pytest.mark.row("IDR-20")
def test_a_company_sees_its_estates_and_nobody_else_s(client: ContractClient, people: People, world: World) -> None:
    hand = Hand(client, people.company_admin(world.company))
    lines = hand("GET", f"/v1/companies/{world.company.id}/estates")["items"]
    assert [line["id"] for line in lines] == [world.estate.id]
    other = people.staff(world.estate, Role.FINANCE)
    Hand(client, other)("GET", f"/v1/companies/{world.company.id}/estates", status=404)


# Real codes as printed on the licences of two state companies (public registers), and GB 32100-2015's own example.
@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000100005220B", "911000001000052203"])
@pytest.mark.row("EST-03")
def test_credit_codes(code: str) -> None:
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(character) * weight for character, weight in zip(code, weights, strict=False))
    right = alphabet[(31 - total % 31) % 31]
    assert check_character(code[:17]) == right
    if right == code[17]:
        assert parse_credit_code(f" {code.lower()} ") == code
    for place in range(18):
        wrong = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
        with pytest.raises(CreditCodeUnreadable):
            parse_credit_code(wrong)


@pytest.mark.row("EST-03")
def test_a_company_from_draft_to_exit(client: ContractClient, people: People, world: World) -> None:
    bureau = Hand(client, people.official(world.city))
    code = "91230108MA" + f"{abs(hash(world.city.id)) % 10**7:07d}"
    code += check_character(code)
    company = {"name": "平房物业", "credit_code": code, "hotline": "0451-86500000", "staff_count": 40}
    path = f"/v1/units/{world.city.id}/companies"
    made = bureau("POST", path, company, status=201, key="company-0001")
    assert made["state"] == "draft"
    assert bureau("POST", path, company, status=201, key="company-0001") == made
    assert bureau("POST", path, company, status=409)["code"] == "already_there"
    typo = company | {"credit_code": code[:17] + ("0" if code[17] != "0" else "1")}
    assert bureau("POST", path, typo, status=422)["code"] == "credit_code_unreadable"
    one = f"/v1/companies/{made['id']}"
    assert bureau("POST", f"{one}/confirm", status=409)["code"] == "illegal_transition"
    assert bureau("POST", f"{one}/report")["state"] == "reported"
    assert bureau("POST", f"{one}/confirm")["state"] == "confirmed"
    contacts = [{"name": "刘", "phone": "0451-86500001", "post": "办公室"}]
    assert bureau("PATCH", one, {"version": 2, "contacts": contacts})["contacts"] == contacts
    assert bureau("POST", f"{one}/exit", {"reason": "注销"})["state"] == "exited"
    listed = bureau("GET", path)["items"]
    assert made["id"] in {line["id"] for line in listed}


@pytest.mark.row("EST-02")
def test_rooms_by_hand_keep_the_household_count(
    client: ContractClient, people: People, world: World, container: Container
) -> None:
    hand = Hand(client, people.staff(world.estate))
    base = f"/v1/estates/{world.estate.id}"
    building = hand("POST", f"{base}/buildings", {"name": "2号楼", "entrances": ["2单元", "1单元"]}, status=201)
    assert building["entrances"] == ["1单元", "2单元"]
    assert hand("POST", f"{base}/buildings", {"name": "2号楼", "entrances": ["1单元", "2单元"]}, status=201) == building
    assert hand("POST", f"{base}/buildings", {"name": "2号楼"}, status=409)["code"] == "already_there"
    rooms = f"{base}/buildings/{building['id']}/rooms"
    given = {
        "number": "301",
        "entrance": "1单元",
        "area": 8653,
        "owner_names": ["王小明"],
        "owner_phones": ["13812345678"],
    }
    room = hand("POST", rooms, given, status=201)
    assert (room["label"], room["floor"], room["area"]) == ("2号楼1单元301", 3, 8653)
    assert (room["owner_names"], room["owner_phones"]) == (["王**"], ["138****5678"])
    assert hand("POST", rooms, given, status=201) == room
    assert hand("POST", rooms, given | {"area": 1}, status=409)["code"] == "already_there"
    hand("POST", rooms, {"number": "101", "entrance": "10单元", "area": 5000}, status=201)
    hand("POST", rooms, {"number": "101", "entrance": "2单元", "area": 5000}, status=201)
    labels = [line["label"] for line in hand("GET", rooms)["items"]]
    assert labels == ["2号楼1单元301", "2号楼2单元101", "2号楼10单元101"]
    assert hand("GET", f"{base}/buildings")["items"][0]["entrances"] == ["1单元", "2单元", "10单元"]
    assert hand("GET", base)["households"] == 3
    one = f"{base}/rooms/{room['id']}"
    stored = container.estates.get_room(world.estate.id, room["id"])
    assert "王小明" not in repr(stored)
    assert "13812345678" not in repr(stored)
    assert stored.owner_phone_indexes == (container.sealer.index("13812345678", "phone"),)
    edited = hand("PATCH", one, {"version": 0, "area": 8700})
    assert (edited["area"], edited["owner_names"]) == (8700, ["王**"])
    assert hand("PATCH", one, {"version": 0, "area": 1}, status=409)["code"] == "changed_meanwhile"
    hand("DELETE", one, status=204)
    hand("GET", one, status=404)
    hand("DELETE", one, status=404)
    assert hand("GET", base)["households"] == 2
    hand("POST", rooms, given, status=201)
    assert hand("GET", base)["households"] == 3


@pytest.mark.row("EST-02")
def test_a_room_says_what_votes_count_on(
    client: ContractClient, people: People, world: World, container: Container
) -> None:
    hand = Hand(client, people.staff(world.estate))
    base = f"/v1/estates/{world.estate.id}"
    building = hand("POST", f"{base}/buildings", {"name": "2号楼"}, status=201)
    rooms = f"{base}/buildings/{building['id']}/rooms"
    plain = hand("POST", rooms, {"number": "301", "area": 8653}, status=201)
    assert (plain["use"], plain["unsold"], plain["area_source"]) == ("dwelling", False, "registered")
    given = {"number": "B12", "area": 1250, "use": "parking", "unsold": True, "area_source": "contract"}
    stall = hand("POST", rooms, given, status=201)
    assert {name: stall[name] for name in given} == given
    assert hand("POST", rooms, given, status=201) == stall
    assert hand("POST", rooms, given | {"unsold": False}, status=409)["code"] == "already_there"
    one = f"{base}/rooms/{stall['id']}"
    changes = {"version": 0, "use": "storage", "unsold": False, "area_source": "surveyed"}
    edited = hand("PATCH", one, changes)
    assert (edited["use"], edited["unsold"], edited["area_source"]) == ("storage", False, "surveyed")
    assert hand("PATCH", one, {"version": 1, "note": "x"}) | {"note": "", "version": 1} == edited
    hand("PATCH", one, {"version": 2, "use": "office"}, status=422)
    stored = container.estates.get_room(world.estate.id, stall["id"])
    assert (stored.use, stored.unsold, stored.area_source) == (RoomUse.STORAGE, False, AreaSource.SURVEYED)


@pytest.mark.row("EST-02")
def test_an_area_is_unknown_only_when_somebody_says_so(
    client: ContractClient, people: People, world: World, container: Container
) -> None:
    hand = Hand(client, people.staff(world.estate))
    base = f"/v1/estates/{world.estate.id}"
    building = hand("POST", f"{base}/buildings", {"name": "2号楼"}, status=201)
    rooms = f"{base}/buildings/{building['id']}/rooms"
    for careless in ({"number": "301"}, {"number": "301", "area": 0}):
        hand("POST", rooms, careless, status=422)
    room = hand("POST", rooms, {"number": "301", "area": None}, status=201)
    assert room["area"] is None
    one = f"{base}/rooms/{room['id']}"
    assert container.estates.get_room(world.estate.id, room["id"]).area == AREA_UNKNOWN
    with pytest.raises(AreaMissing) as missing:
        check_areas(container.estates.list_all_rooms(world.estate.id))
    assert missing.value.detail == {"rooms": ["2号楼301"]}
    assert hand("PATCH", one, {"version": 0, "area": 8653})["area"] == 8653
    check_areas(container.estates.list_all_rooms(world.estate.id))
    hand("PATCH", one, {"version": 1, "area": 0}, status=422)
    assert hand("PATCH", one, {"version": 1, "note": "x"})["area"] == 8653
    assert hand("PATCH", one, {"version": 2, "area": None})["area"] is None


@pytest.mark.row("EST-02")
def test_a_bound_room_is_not_ended(
    client: ContractClient, people: People, world: World, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    class AllBound:
        def bound_rooms(self, estate_id: str, room_ids: Any) -> frozenset[str]:
            return frozenset(room_ids)

    hand = Hand(client, people.staff(world.estate))
    base = f"/v1/estates/{world.estate.id}"
    building = hand("POST", f"{base}/buildings", {"name": "2号楼"}, status=201)
    room = hand("POST", f"{base}/buildings/{building['id']}/rooms", {"number": "1", "area": 1}, status=201)
    monkeypatch.setitem(vars(container), "households", AllBound())
    assert hand("DELETE", f"{base}/rooms/{room['id']}", status=409)["code"] == "room_bound"


def test_walking_order_counts_as_people_do() -> None:
    doors = [("10单元", "101"), ("2单元", "1001"), ("2单元", "201"), ("1单元", "301")]
    assert sorted(doors, key=lambda door: walking_order(*door)) == [doors[3], doors[2], doors[1], doors[0]]


def test_whatever_is_listed_by_building_is_in_the_order_of_the_buildings() -> None:
    names = ["东楼", "1号楼", "2号楼", "2号楼附1", "10号楼", "A座", "B2座", "B10座"]
    assert sorted(names, key=lambda name: building_id("est_1", name)) == names
    assert {len(building_id("est_1", name)) for name in (*names, "1" * 40)} == {43}


def test_levels_stand_only_where_the_tree_allows(world: World, clock: SettableClock) -> None:
    street = unit_below(world.city, "unit_x", UnitLevel.STREET, "直辖街道", None, clock())
    assert street.path == (world.city.id, "unit_x")


@pytest.mark.row("EST-08")
def test_a_contract_ends_no_service_and_its_end_brings_it_back(world: World, clock: SettableClock) -> None:
    day = clock().date()
    unserved: Estate = world.estate.unserved(day)
    served = unserved.served_by("cmp_x", "fil_x", day + timedelta(days=3))
    assert [(entry.since, entry.until) for entry in served.flags] == [(day, day + timedelta(days=3))]
    assert served.current_flags == frozenset()


@pytest.mark.row("EST-04")
def test_a_company_finds_the_estates_of_its_city(client: ContractClient, people: People, world: World) -> None:
    head = Hand(client, people.company_admin(world.company))
    path = f"/v1/companies/{world.company.id}/city-estates"
    found = {one["id"]: one for one in head("GET", path)["items"]}
    assert found[world.estate.id] == {
        "id": world.estate.id, "name": world.estate.name, "address": world.estate.address, "served": True,
    }  # fmt: skip
    Hand(client, people.stranger())("GET", path, status=404)
