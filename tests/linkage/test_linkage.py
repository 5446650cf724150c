"""A septic tank and five parties, over HTTP (CARD-04, story S1)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Role
from miniprogram_api.linkage.catalogue import Party
from tests.contract_client import ContractClient
from tests.world import People, SettableClock, World, keep_photo

PARTIES = {
    party.value: {"organisation": name, "person": "张三", "task": "按分工完成", "due_on": "2026-12-01"}
    for party, name in zip(Party, ("友协社区", "原机车厂", "物管会", "全体居民", "龙江物业"), strict=True)
}
BODY = {"kind": "other", "title": "化粪池满溢", "description": "三号楼北侧化粪池满溢", "parties": PARTIES}


def opened(client: ContractClient, world: World, people: People) -> tuple[str, Any]:
    path, community = f"/v1/estates/{world.estate.id}/linkage-cases", people.official(world.community)
    made = client.post(path, json=BODY, who=community, key="case-0001")
    assert made.status_code == 201, made.text
    return f"{path}/{made.get_json()['id']}", community


@pytest.mark.row("CARD-04")
def test_the_story_of_one_matter_from_opening_to_publication(
    client: ContractClient, world: World, people: People
) -> None:
    case, community = opened(client, world, people)
    committee, manager = people.neighbour(world.estate, Role.COMMITTEE), people.staff(world.estate)
    owner = people.resident(world.estate)
    reports = (
        ("community", community, {"record": "四方到场，商定清掏"}),
        ("original", community, {"promised": 800_000, "paid": 800_000}),
        ("committee", committee, {"asked": 92, "consents": 58}),
        ("provider", manager, {"record": "已承接", "order_ids": ["wo_1"]}),
    )
    for party, who, result in reports:
        answer = client.post(f"{case}/parties/{party}/report", json={**result, "done": True}, who=who)
        assert answer.status_code == 200, answer.text
    early = client.post(f"{case}/closing", json={"summary": "完成"}, who=community)
    assert (early.status_code, early.get_json()["detail"]["parties"]) == (409, ["residents"])
    empty = client.post(f"{case}/parties/residents/report", json={"done": True}, who=committee)
    assert empty.get_json()["code"] == "linkage_result_refused"
    client.put(f"{case}/participation", json={"wish": "帮忙挪车"}, who=owner)
    client.post(f"{case}/parties/residents/report", json={"record": "居民挪车", "done": True}, who=committee)
    assert client.post(f"{case}/closing", json={"summary": "已清掏"}, who=community).get_json()["state"] == "closed"
    for _ in range(2):
        assert client.post(f"{case}/publication", who=community).get_json()["state"] == "published"
    seen = client.get(case, who=owner).get_json()
    assert [part["state"] for part in seen["parties"]] == ["done"] * 5
    assert [part["organisation"] for part in seen["parties"]][1] == "原机车厂"
    assert seen["parties"][3]["result"]["participants"] == 1
    parties = ("社区协调", "原公司投资", "物管会发动", "流动物业承接", "居民参与")
    assert [step["label"] for step in seen["timeline"]] == [
        "发起",
        *(f"{party}：办结" for party in parties),
        "结案",
        "公布",
    ]


def test_opening_twice_with_one_key_is_one_case_and_a_missing_party_is_refused(
    client: ContractClient, world: World, people: People
) -> None:
    path, community = f"/v1/estates/{world.estate.id}/linkage-cases", people.official(world.community)
    first = client.post(path, json=BODY, who=community, key="case-0001").get_json()
    assert client.post(path, json=BODY, who=community, key="case-0001").get_json()["id"] == first["id"]
    other = client.post(path, json={**BODY, "title": "另一件事"}, who=community, key="case-0001")
    assert other.status_code == 409
    four = {name: part for name, part in PARTIES.items() if name != "original"}
    assert client.post(path, json={**BODY, "parties": four}, who=community, key="case-0002").status_code == 422
    assert len(client.get(path, who=community).get_json()["items"]) == 1


@pytest.mark.row("CARD-04")
def test_a_resident_takes_part_once_and_a_stranger_or_official_not(
    client: ContractClient, world: World, people: People, container: Container
) -> None:
    case, community = opened(client, world, people)
    owner = people.resident(world.estate)
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: client.put(f"{case}/participation", json={}, who=owner).status_code, range(4))
        )
    assert answers == [200] * 4
    assert len(client.get(f"{case}/participants", who=owner).get_json()["items"]) == 1
    assert client.put(f"{case}/participation", json={}, who=community).status_code == 403
    assert client.put(f"{case}/participation", json={}, who=people.stranger()).status_code == 404


def test_parties_speak_only_for_themselves_and_only_the_community_waives(
    client: ContractClient, world: World, people: People
) -> None:
    case, community = opened(client, world, people)
    manager = people.staff(world.estate)
    answer = client.post(f"{case}/parties/community/report", json={"record": "x"}, who=manager)
    assert answer.get_json()["code"] == "linkage_party_of_others"
    assert client.post(f"{case}/parties/original/waiver", json={"reason": "无原单位"}, who=manager).status_code == 403
    assert client.post(f"{case}/parties/nobody/waiver", json={"reason": "无原单位"}, who=community).status_code == 404
    waived = client.post(f"{case}/parties/original/waiver", json={"reason": "无原单位"}, who=community).get_json()
    assert (waived["parties"][1]["state"], waived["parties"][1]["reason"]) == ("not_needed", "无原单位")


def test_a_late_party_is_marked_by_the_sweep_once(
    client: ContractClient, world: World, people: People, container: Container, clock: SettableClock
) -> None:
    case, community = opened(client, world, people)
    clock.advance(timedelta(days=9))
    container.linkage.sweep(clock())
    seen = client.get(case, who=people.again(community)).get_json()
    assert [part["overdue"] for part in seen["parties"]] == [True] * 5
    assert container.linkage.access_case_by_id(world.estate.id, seen["id"]).due_at is None


def test_a_case_of_another_estate_is_not_found(client: ContractClient, world: World, people: People) -> None:
    from tests.world import build_world

    case, _ = opened(client, world, people)
    foreign = build_world(people._container)
    path = f"/v1/estates/{foreign.estate.id}/linkage-cases/{case.rpartition('/')[2]}"
    assert client.get(path, who=people.resident(foreign.estate)).status_code == 404
    assert client.get(case, who=people.resident(foreign.estate)).status_code == 404


@pytest.mark.row("CARD-09")
def test_everybody_of_the_estate_sees_the_photos_of_a_case_and_who_may_report_is_told_so(
    client: ContractClient, world: World, people: People, container: Container
) -> None:
    path, community = f"/v1/estates/{world.estate.id}/linkage-cases", people.official(world.community)
    photo = keep_photo(container, world.estate.id, community)
    made = client.post(path, json=BODY | {"photo_ids": [photo]}, who=community, key="case-0009").get_json()
    case, owner = f"{path}/{made['id']}", people.resident(world.estate)
    assert [one["id"] for one in client.get(f"{case}/photos", who=owner).get_json()] == [photo]
    assert client.get(f"{case}/photos", who=people.stranger()).status_code == 404
    assert client.get(case, who=people.staff(world.estate)).get_json()["fillable"] == ["provider"]
    assert client.get(case, who=owner).get_json()["fillable"] == []
