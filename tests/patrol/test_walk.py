"""A patroller walks a route with a phone: scans, lists, photos, findings, missed points (REP-11)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from miniprogram_api.patrol.notices import run_notices
from miniprogram_api.patrol.run import RunState
from miniprogram_api.storage import keys
from tests.patrol.conftest import PatrolDesk
from tests.world import build_world

pytestmark = pytest.mark.row("REP-11")

MONDAY = date(2026, 11, 23)


def three_points(patrol: PatrolDesk):
    return patrol.point("1号楼天台", "天台门", "水箱"), patrol.point("消防泵房"), patrol.point("东门岗亭")


ANSWERED = {"results": [{"item": "水箱", "fine": True}, {"item": "天台门", "fine": False, "note": "锁坏"}]}


def test_a_whole_walk_is_complete_with_order_time_position_and_photo(patrol, desk) -> None:
    roof, pump, gate = three_points(patrol)
    route = patrol.route(roof, pump, gate)
    photo_id = desk.accepted(patrol.patroller, patrol.world.estate.id)
    position = {"latitude_e6": 45_803_775, "longitude_e6": -126_534_967}
    first = patrol.scan(route, patrol.code(roof), photo_ids=[photo_id], position=position, **ANSWERED)
    assert (first.status_code, first.json["state"]) == (200, "open")
    patrol.scan(route, patrol.code(pump))
    done = patrol.scan(route, patrol.code(gate)).json
    assert (done["state"], [stop["in_order"] and stop["in_time"] for stop in done["stops"]]) == ("complete", [True] * 3)
    seen = patrol.run(route).json["stops"][0]
    assert (seen["latitude_e4"], seen["longitude_e4"]) == (458038, -1265350)
    assert [photo["state"] for photo in seen["photos"]] == ["accepted"]
    assert seen["photos"][0]["links"]["small"].startswith("http")
    assert seen["results"][1] == {"item": "天台门", "fine": False, "note": "锁坏"}
    (line,) = patrol.client.get(patrol.path("patrol-runs"), who=patrol.manager).json["items"]
    assert (line["scanned"], line["points"], line["out_of_order"]) == (3, 3, 0)


def test_the_printed_code_is_what_the_scan_takes(patrol) -> None:
    roof, pump, gate = three_points(patrol)
    answer = patrol.client.get(patrol.path(f"patrol-points/{pump['id']}/code"), who=patrol.manager)
    assert answer.mimetype == "image/png"
    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(answer.data)))
    assert patrol.scan(patrol.route(roof, pump, gate), read.text).status_code == 200


def test_another_order_is_allowed_and_stays_in_sight(patrol) -> None:
    _, pump, gate = three_points(patrol)
    route = patrol.route(pump, gate)
    patrol.scan(route, patrol.code(gate))
    done = patrol.scan(route, patrol.code(pump)).json
    assert (done["state"], [stop["in_order"] for stop in done["stops"]]) == ("complete", [True, False])


def test_a_foreign_point_is_refused_as_if_there_were_none(patrol, people, container) -> None:
    _, pump, _ = three_points(patrol)
    route = patrol.route(pump)
    abroad = build_world(container)
    other = PatrolDesk(patrol.client, container, abroad, people.staff(abroad.estate), people.staff(abroad.estate))
    foreign = patrol.scan(route, other.code(other.point("别处")))
    nonsense = patrol.scan(route, "patrol:point_nowhere.secret")
    assert (foreign.status_code, foreign.json["code"]) == (404, "patrol_point_unknown")
    assert {**foreign.json, "request_id": ""} == {**nonsense.json, "request_id": ""}
    assert patrol.run(route).status_code == 404, "nothing was recorded"


def test_a_replaced_or_retired_or_guessed_code_is_dead(patrol) -> None:
    _, pump, gate = three_points(patrol)
    route = patrol.route(pump, gate)
    old = patrol.code(pump)
    assert patrol.scan(route, old[:-1] + ("a" if old[-1] != "a" else "b")).status_code == 404
    patrol.client.post(patrol.path(f"patrol-points/{pump['id']}/code"), json={"version": 0}, who=patrol.manager)
    assert patrol.scan(route, old).status_code == 404
    assert patrol.scan(route, patrol.code(pump)).status_code == 200
    retired = {"version": gate["version"]}
    patrol.client.post(patrol.path(f"patrol-points/{gate['id']}/retirement"), json=retired, who=patrol.manager)
    assert patrol.scan(route, patrol.code(gate)).status_code == 404


def test_every_item_of_the_list_is_answered(patrol) -> None:
    roof, _, _ = three_points(patrol)
    route = patrol.route(roof)
    for results in (ANSWERED["results"][:1], [*ANSWERED["results"], {"item": "别的", "fine": True}], []):
        answer = patrol.scan(route, patrol.code(roof), results=results)
        assert (answer.status_code, answer.json["code"]) == (422, "patrol_checklist_incomplete")
    assert patrol.run(route).status_code == 404


def test_a_point_is_scanned_once_and_a_repeated_request_changes_nothing(patrol) -> None:
    _, pump, gate = three_points(patrol)
    route = patrol.route(pump, gate)
    first = patrol.scan(route, patrol.code(pump), key="scan-key-1", note="正常")
    assert patrol.scan(route, patrol.code(pump), key="scan-key-1", note="正常").json == first.json
    again = patrol.scan(route, patrol.code(pump), key="scan-key-2")
    assert (again.status_code, again.json["code"]) == (409, "patrol_point_scanned")
    other = patrol.point("车库")
    beside = patrol.scan(route, patrol.code(other))
    assert (beside.status_code, beside.json["code"]) == (409, "patrol_point_not_on_route")


def test_two_people_scan_at_once_and_both_count(patrol, people) -> None:
    points = [patrol.point(f"点{number}") for number in range(4)]
    route, codes = patrol.route(*points), [patrol.code(point) for point in points]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda code: patrol.scan(route, code).status_code, codes))
    assert answers == [200] * 4
    assert patrol.run(route).json["state"] == "complete"


def test_a_finding_becomes_a_work_order_in_one_tap_and_only_one(patrol, desk) -> None:
    _, pump, _ = three_points(patrol)
    route = patrol.route(pump)
    photo_id = desk.accepted(patrol.patroller, patrol.world.estate.id)
    finding = {"category": "flooding", "text": "泵房地面积水", "urgency": "urgent", "photo_ids": [photo_id]}
    answers = [
        patrol.scan(route, patrol.code(pump), key="finding-1", finding=finding).json["stops"][0]["work_order_id"]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    order = patrol.client.get(patrol.path(f"work-orders/{answers[0]}"), who=patrol.manager).json
    assert "泵房地面积水" in str(order)
    assert "消防泵房" in str(order)
    assert "patrol" in str(order)


def test_a_finding_that_is_refused_records_nothing(patrol) -> None:
    _, pump, _ = three_points(patrol)
    route = patrol.route(pump)
    answer = patrol.scan(route, patrol.code(pump), finding={"category": "no-such", "text": "泵房地面积水"})
    assert answer.status_code == 422
    assert patrol.run(route).status_code == 404


def test_missed_points_are_found_when_the_time_is_over_and_the_manager_is_told_once(
    patrol, clock, container, desk
) -> None:
    roof, pump, gate = three_points(patrol)
    route = patrol.route(roof, pump, gate)
    patrol.scan(route, patrol.code(pump))
    container.patrol.sweep(clock())
    before = container.patrol.get_run(patrol.world.estate.id, route["id"], MONDAY)[0]
    assert before.state is RunState.OPEN, "it is 10:00, the window ends at 11:00"
    clock.advance(timedelta(hours=1))
    container.patrol.sweep(clock())
    after = container.patrol.get_run(patrol.world.estate.id, route["id"], MONDAY)[0]
    assert (after.state, after.missed) == (RunState.MISSED, (roof["id"], gate["id"]))
    (notice,) = run_notices(before, after)
    assert notice.text == "日巡有 2 个点未巡检：1号楼天台、东门岗亭。请安排补巡。"
    container.patrol.sweep(clock())
    assert container.patrol.get_run(patrol.world.estate.id, route["id"], MONDAY)[0] == after
    assert run_notices(after, after) == ()
    for _ in range(2):
        desk.follow(None, desk.item(keys.patrol_run(patrol.world.estate.id, route["id"], MONDAY)))
    assert desk.inbox(patrol.manager) == [(notice.title, notice.text)]
    # What is made up for later is recorded, and the miss stays a fact.
    late = patrol.scan(route, patrol.code(gate)).json
    assert (late["state"], late["stops"][2]["missed"], late["stops"][2]["in_time"]) == ("missed", True, False)


def test_a_walk_nobody_began_is_missed_whole_but_not_on_free_days(patrol, clock, container, people) -> None:
    _, pump, gate = three_points(patrol)
    route = patrol.route(pump, gate)
    clock.advance(timedelta(days=7, hours=2))  # the next Monday at noon; nothing swept since
    for _ in range(9):
        container.patrol.sweep(clock())
    manager = people.again(patrol.manager)
    runs = patrol.client.get(patrol.path("patrol-runs"), who=manager).json["items"]
    days = [run["run_on"] for run in runs]
    assert days == ["2026-11-30", "2026-11-27", "2026-11-26", "2026-11-25", "2026-11-24", "2026-11-23"]
    assert {(run["state"], run["missed"]) for run in runs} == {("missed", 2)}
    (shown,) = patrol.client.get(patrol.path("patrol-routes"), who=manager).json["items"]
    assert (shown["id"], shown["next_run_on"]) == (route["id"], "2026-12-01")


def test_a_complete_walk_is_not_missed_and_a_stopped_route_is_not_expected(patrol, clock, container, people) -> None:
    _, pump, gate = three_points(patrol)
    walked, stopped = patrol.route(pump), patrol.route(gate)
    patrol.scan(walked, patrol.code(pump))
    body = {"name": "停", "point_ids": stopped["point_ids"], "plan": stopped["plan"], "version": 0, "stopped": True}
    path = patrol.path(f"patrol-routes/{stopped['id']}")
    assert patrol.client.put(path, json=body, who=patrol.manager).json["stopped"] is True
    refused = patrol.scan(stopped, patrol.code(gate))
    assert (refused.status_code, refused.json["code"]) == (409, "patrol_route_stopped")
    clock.advance(timedelta(hours=2))
    container.patrol.sweep(clock())
    assert container.patrol.get_run(patrol.world.estate.id, walked["id"], MONDAY)[0].state is RunState.COMPLETE
    assert patrol.run(stopped, who=people.again(patrol.manager)).status_code == 404


def test_a_route_leads_only_past_points_that_are_there(patrol) -> None:
    _, pump, _ = three_points(patrol)
    plan = {"weekdays": [1], "start_minute": 0, "minutes": 60}
    for point_ids in ([pump["id"], pump["id"]], ["point_nowhere"]):
        body = {"name": "错", "point_ids": point_ids, "plan": plan}
        answer = patrol.client.post(patrol.path("patrol-routes"), json=body, who=patrol.manager, key="route-key-1")
        assert (answer.status_code, answer.json["code"]) == (422, "patrol_route_unclear")
    home = {"name": "户内", "place": {"kind": "home", "label": "301"}}
    missing = {"name": "泵", "place": {"kind": "facility", "label": "泵", "facility_id": "fac_nowhere"}}
    for body in (home, missing):
        answer = patrol.client.post(patrol.path("patrol-points"), json=body, who=patrol.manager, key="point-key-1")
        assert (answer.status_code, answer.json["code"]) == (422, "patrol_point_misplaced")
