"""A committee reports every year, owners rate it room by room, and a missing report is seen by everybody (VOT-13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from miniprogram_api.conduct.report import first_year, owes, rating_ends
from miniprogram_api.estates.store import ESTATE
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import NoticeKind
from miniprogram_api.storage import conduct_keys
from miniprogram_api.storage.transaction import Transaction
from tests.conduct.conftest import code
from tests.world import build_world

TEXT = "一年来召开业主大会两次，公开收支十二期，更换水泵两台，共花费 31,200 元，结余 8,400 元。"


def file(conduct, who, body_id: str, year: int = 2026, **changed):
    path = f"{conduct.estate}/committees/{body_id}/work-reports/{year}"
    return conduct.client.put(path, who=who, json={"text": TEXT, **changed})


def rate(conduct, body_id: str, room: str, choice: str = "satisfied", who=None, year: int = 2026):
    who = who or conduct.who(f"owner {room}")
    path = f"{conduct.estate}/committees/{body_id}/work-reports/{year}/ratings/room_{room}"
    return conduct.client.put(path, who=who, json={"choice": choice})


def read(conduct, body_id: str, year: int = 2026):
    path = f"{conduct.estate}/committees/{body_id}/work-reports/{year}"
    return conduct.client.get(path, who=conduct.who("tenant")).json


def sweep_until(conduct, now: datetime) -> None:
    """Time passes, and the clock's job runs until nothing is left for it, whatever other tests left behind."""
    conduct.clock.set(now)
    while conduct.container.report_duties.sweep(now):
        pass


@pytest.fixture
def filed(conduct) -> str:
    """A committee whose report of 2026 is being rated until the end of 8 December."""
    body_id = conduct.committee()
    sun, _ = conduct.member(body_id)
    photo_id = conduct.photo(sun)
    answer = file(conduct, sun, body_id, photo_ids=[photo_id], assembly_id="asm_2026_1")
    assert answer.status_code == 200, answer.json
    return body_id


@pytest.mark.row("VOT-13")
def test_owners_rate_a_report_and_its_result_is_shown_after_the_time(conduct, filed, container) -> None:
    assert read(conduct, filed)["report"]["assembly_id"] == "asm_2026_1"
    act = Transaction("system", "test_setup", conduct.clock())
    act.change(ESTATE, conduct.world.estate, replace(conduct.world.estate, households=166))
    container.table.commit(act)
    for room, choice in (("101", "satisfied"), ("102", "satisfied"), ("103", "basically"), ("104", "not")):
        assert rate(conduct, filed, room, choice).status_code == 200
    assert rate(conduct, filed, "104", "basically").json["choice"] == "basically", "changed within the time"
    assert read(conduct, filed)["report"].get("result") is None
    assert read(conduct, filed)["report"]["rating_until"] == "2026-12-08T16:00:00Z"
    conduct.clock.advance(timedelta(days=15, hours=13, minutes=59))
    container.work_reports.sweep(conduct.clock())
    assert rate(conduct, filed, "105").status_code == 200, "the last minute of 8 December"
    conduct.clock.advance(timedelta(minutes=1))
    assert code(rate(conduct, filed, "106")) == (409, "work_report_rating_closed")
    while container.work_reports.sweep(conduct.clock()):
        pass
    report = read(conduct, filed)["report"]
    assert report["result"] == {"satisfied": 3, "basically": 2, "not_satisfied": 0, "rooms": 166}
    assert report["state"] == "closed"


@pytest.mark.row("VOT-13")
def test_one_voice_a_room_and_only_its_owner_s(conduct, filed, client) -> None:
    wife = conduct.people.resident(conduct.world.estate, Role.CO_OWNER, "room_101")
    rate(conduct, filed, "101", "not")
    assert rate(conduct, filed, "101", "satisfied", who=wife).status_code == 200
    path = f"{conduct.estate}/committees/{filed}/work-reports/2026/ratings/room_101"
    assert client.get(path, who=conduct.who("owner 101")).json["rating"]["choice"] == "satisfied"
    for who in ("tenant 101", "family 101", "committee", "community", "owner 102"):
        assert code(rate(conduct, filed, "101", who=conduct.who(who))) == (403, "owners_rate")
        assert code(client.get(path, who=conduct.who(who))) == (403, "owners_rate")


@pytest.mark.row("VOT-13")
def test_the_estate_sets_its_days_and_fifteen_is_ours(conduct, client) -> None:
    path = f"{conduct.estate}/work-report-settings"
    assert client.get(path, who=conduct.who("tenant")).json == {"rating_days": 15}
    assert client.put(path, who=conduct.who("community"), json={"rating_days": 6}).status_code == 422
    assert code(client.put(path, who=conduct.who("committee"), json={"rating_days": 7})) == (403, "not_allowed")
    assert client.put(path, who=conduct.who("community"), json={"rating_days": 20}).json == {"rating_days": 20}
    assert client.put(path, who=conduct.who("community"), json={"rating_days": 7}).json == {"rating_days": 7}
    body_id = conduct.committee()
    sun, _ = conduct.member(body_id)
    file(conduct, sun, body_id)
    assert read(conduct, body_id)["report"]["rating_until"] == "2026-11-30T16:00:00Z"


@pytest.mark.row("VOT-13")
def test_only_members_in_office_of_this_committee_report_for_it(conduct, client) -> None:
    body_id, other = conduct.committee(), conduct.committee("物业管理委员会")
    sun, _ = conduct.member(other)
    assert code(file(conduct, sun, body_id)) == (403, "not_of_committee")
    assert code(file(conduct, conduct.who("committee"), body_id)) == (403, "not_of_committee")
    unsigned = conduct.neighbour(owner_of="room_7")
    conduct.elect(body_id, unsigned.phone)
    assert code(file(conduct, unsigned, body_id)) == (403, "not_allowed")
    assert code(file(conduct, conduct.who("community"), body_id)) == (403, "not_allowed")
    assert code(file(conduct, sun, "body_nowhere")) == (404, "body_unknown")


def test_a_report_is_filed_once_and_not_rewritten(conduct, filed) -> None:
    ma, _ = conduct.member(filed)
    before = read(conduct, filed)
    same = {"photo_ids": [photo["id"] for photo in before["photos"]], "assembly_id": "asm_2026_1"}
    assert file(conduct, ma, filed, **same).json["report"]["filed_at"] == before["report"]["filed_at"]
    assert code(file(conduct, ma, filed, text=TEXT + "另有补充")) == (409, "work_report_there")


@pytest.mark.parametrize("year", ["2024", "2025", "2027", "26", "二〇二六", "20265"])
def test_a_report_is_on_this_year_or_the_last_in_office(conduct, year) -> None:
    body_id = conduct.committee()
    sun, _ = conduct.member(body_id)
    assert code(file(conduct, sun, body_id, year)) == (422, "work_report_year_wrong")


@pytest.mark.row("VOT-13")
def test_a_missing_report_is_listed_from_the_first_of_december_until_it_is_filed(conduct, client) -> None:
    body_id = conduct.committee()
    sun, _ = conduct.member(body_id)
    years, below = f"{conduct.estate}/work-report-years", f"/v1/units/{conduct.world.street.id}/missing-work-reports"
    sweep_until(conduct, datetime(2026, 11, 30, 15, 59, tzinfo=UTC))
    assert client.get(below, who=conduct.who("street")).json["items"] == []
    assert [one["missing"] for one in client.get(f"{years}/2026", who=conduct.who("tenant")).json] == [False]
    sweep_until(conduct, datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    assert [one["missing"] for one in client.get(f"{years}/2026", who=conduct.who("tenant")).json] == [True]
    (line,) = client.get(below, who=conduct.who("street")).json["items"]
    assert (line["committee_id"], line["year"], line["estate_name"]) == (body_id, 2026, conduct.world.estate.name)
    assert file(conduct, conduct.people.again(sun), body_id).status_code == 200
    assert client.get(below, who=conduct.who("street")).json["items"] == []
    (year,) = client.get(f"{years}/2026", who=conduct.who("tenant")).json
    assert (year["missing"], year["report"]["year"]) == (False, 2026)
    sweep_until(conduct, datetime(2027, 12, 1, 2, 0, tzinfo=UTC))
    assert [one["year"] for one in client.get(below, who=conduct.who("street")).json["items"]] == [2027], "every year"


@pytest.mark.row("VOT-13")
def test_who_reported_in_time_or_is_no_more_in_office_is_not_missing(conduct, client) -> None:
    body_id, gone = conduct.committee(), conduct.committee("上一届业主委员会")
    sun, _ = conduct.member(body_id)
    conduct.member(gone)
    assert file(conduct, sun, body_id).status_code == 200
    community = conduct.who("community")
    client.post(f"{conduct.estate}/committees/{gone}/dissolve", who=community, json={"reason": "换届"})
    sweep_until(conduct, datetime(2026, 12, 2, 2, 0, tzinfo=UTC))
    below = f"/v1/units/{conduct.world.street.id}/missing-work-reports"
    assert client.get(below, who=conduct.who("street")).json["items"] == []
    sweep_until(conduct, datetime(2027, 12, 2, 2, 0, tzinfo=UTC))
    missing = client.get(below, who=conduct.who("street")).json["items"]
    assert [(one["committee_id"], one["year"]) for one in missing] == [(body_id, 2027)], "who goes on owes the next"


def test_committee_and_community_are_told_of_a_missing_report(conduct, container, desk) -> None:
    body_id = conduct.committee()
    sun, _ = conduct.member(body_id)
    community = conduct.who("community")
    sweep_until(conduct, datetime(2026, 12, 1, 2, 0, tzinfo=UTC))
    item = desk.item(conduct_keys.report_missing(conduct.world.estate.id, 2026, body_id))
    desk.follow(None, item)
    desk.follow(None, item)
    for person in (conduct.people.again(sun), conduct.people.again(community)):
        titles = [title for title, _ in desk.inbox(person) if title == "述职报告待提交"]
        assert titles == ["述职报告待提交"]
    listed = container.messages.list_inbox(sun.account_id, 10, None).items
    assert {one.kind for one in listed if one.title == "述职报告待提交"} == {NoticeKind.TASK}


def test_reports_of_another_estate_do_not_exist(conduct, filed, client, container, people) -> None:
    abroad = build_world(container)
    path = f"/v1/estates/{abroad.estate.id}/committees/{filed}/work-reports/2026"
    assert code(client.get(path, who=people.resident(abroad.estate))) == (404, "work_report_unknown")
    assert client.get(f"{conduct.estate}/work-reports", who=conduct.who("owner 101")).json["items"][0]["year"] == 2026


@pytest.mark.parametrize(
    ("now", "year"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), 2026),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), 2027),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), 2027),
    ],
)
def test_the_first_report_is_due_in_the_year_one_is_in_office_when_it_falls_due(now, year) -> None:
    assert first_year(now) == year


def test_a_committee_owes_a_report_while_it_is_in_office_on_the_day() -> None:
    formed, last = date(2026, 6, 1), date(2029, 5, 31)
    assert [year for year in range(2024, 2032) if owes(year, formed, last)] == [2026, 2027, 2028]
    assert owes(2026, date(2026, 12, 1), date(2026, 12, 1))
    assert not owes(2026, date(2026, 12, 2), last)


def test_rating_ends_at_a_midnight_in_china() -> None:
    assert rating_ends(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), 15) == datetime(2026, 12, 8, 16, 0, tzinfo=UTC)
