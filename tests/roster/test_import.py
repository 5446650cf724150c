"""Imports over HTTP: nothing half-imported, a second import changes nothing, a changed file only what changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.estates.rules import Estate
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.errors import Problem, Unavailable
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN, AreaSource, RoomUse
from miniprogram_api.roster.rules import ImportRunning, ImportState
from tests.contract_client import ContractClient
from tests.roster.sheets import HEADINGS, estate_of, rooms_166, workbook
from tests.world import Person

if TYPE_CHECKING:
    from miniprogram_api.container import Container
    from tests.world import People, SettableClock, World

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Desk:
    """A manager's desk: uploads files and applies them."""

    client: ContractClient
    manager: Person
    estate: Estate
    uploads: int = 0

    def check(self, data: bytes, status: int = 201) -> dict[str, Any]:
        self.uploads += 1
        headers = {**self.manager.headers, "Idempotency-Key": f"upload-{self.uploads:04d}"}
        path = f"/v1/estates/{self.estate.id}/roster-imports"
        response = self.client.post(path, data=data, content_type=XLSX, headers=headers)
        assert response.status_code == status, response.get_data(as_text=True)
        return dict(response.get_json())

    def apply(self, made: dict[str, Any], status: int = 200, *, end_absent: bool = False) -> dict[str, Any]:
        path = f"/v1/estates/{self.estate.id}/roster-imports/{made['id']}/apply"
        response = self.client.post(path, json={"end_absent": end_absent}, headers=self.manager.headers)
        assert response.status_code == status, response.get_data(as_text=True)
        return dict(response.get_json())

    def bring_in(self, rows: list[list[Any]], *, end_absent: bool = False) -> dict[str, Any]:
        done = self.apply(self.check(workbook(("名册", rows))), end_absent=end_absent)
        assert done["state"] == "done"
        return done

    def export(self) -> bytes:
        response = self.client.get(f"/v1/estates/{self.estate.id}/roster.xlsx", headers=self.manager.headers)
        assert response.status_code == 200
        return response.get_data()


class NobodyBound:
    """Households in which the named rooms are bound."""

    def __init__(self, *bound: str) -> None:
        self.bound = frozenset(bound)

    def bound_rooms(self, estate_id: str, room_ids: Any) -> frozenset[str]:
        return self.bound & frozenset(room_ids)


@pytest.fixture
def desk(client: ContractClient, people: People, world: World) -> Desk:
    return Desk(client, people.staff(world.estate), world.estate)


def counts(made: dict[str, Any]) -> tuple[int, int, int, int]:
    return made["added"], made["changed"], made["unchanged"], made["absent"]


@pytest.mark.row("EST-02")
def test_the_sample_estate_comes_in_once(desk: Desk, container: Container) -> None:
    made = desk.check(workbook(("名册", rooms_166())))
    assert counts(made) == (166, 0, 0, 0)
    assert [(line["name"], line["entrances"], line["rooms"]) for line in made["buildings"]] == [
        ("1号楼", 4, 56),
        ("2号楼", 4, 56),
        ("3号楼", 4, 54),
    ]
    assert container.estates.get_estate(desk.estate.id).households == 0
    done = desk.apply(made)
    assert (done["state"], done["written"]) == ("done", 169)
    estate = container.estates.get_estate(desk.estate.id)
    rooms = container.estates.list_all_rooms(desk.estate.id)
    assert (estate.households, estate.importing, len(rooms)) == (166, None, 166)
    again = desk.check(workbook(("名册", rooms_166())))
    assert counts(again) == (0, 0, 166, 0)
    versions = {room.id: room.version for room in rooms}
    assert desk.apply(again)["state"] == "done"
    assert {room.id: room.version for room in container.estates.list_all_rooms(desk.estate.id)} == versions
    assert desk.apply(again) == desk.apply(again)


@pytest.mark.row("EST-02")
def test_only_what_changed_is_changed_and_nothing_goes_silently(desk: Desk, container: Container) -> None:
    rows = rooms_166()
    desk.bring_in(rows)
    before = {room.label: room for room in container.estates.list_all_rooms(desk.estate.id)}
    rows[1][3] = 88.88
    rows[2][4], rows[2][5] = "新业主", "13999999999"
    gone = rows.pop()
    rows.append(["4号楼", None, 101, 70, None, None, "新楼"])
    made = desk.check(workbook(("名册", rows)))
    assert counts(made) == (1, 2, 163, 1)
    assert made["changes"] == [
        {"room": "1号楼1单元101", "facts": ["建筑面积"]},
        {"room": "1号楼1单元102", "facts": ["业主姓名", "联系电话"]},
    ]
    assert made["absent_rooms"] == [f"{gone[0]}{gone[1]}{gone[2]}"]
    assert desk.apply(made)["ended"] == 0
    after = {room.label: room for room in container.estates.list_all_rooms(desk.estate.id)}
    assert {label for label in after if before.get(label) != after[label]} == {
        "1号楼1单元101",
        "1号楼1单元102",
        "4号楼101",
    }
    assert container.estates.owner_of(after["1号楼1单元102"]) == (("新业主",), ("13999999999",))
    assert container.estates.get_estate(desk.estate.id).households == 167


def test_absent_rooms_end_only_when_asked_and_nobody_is_bound(
    desk: Desk, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = estate_of(1, 1, 2, 2)
    desk.bring_in(rows)
    by_label = {room.label: room for room in container.estates.list_all_rooms(desk.estate.id)}
    bound = by_label["1号楼1单元202"]
    monkeypatch.setitem(vars(container), "households", NobodyBound(bound.id))
    done = desk.bring_in(rows[:3], end_absent=True)
    assert (done["absent"], done["ended"], done["kept"]) == (2, 1, 1)
    labels = [room.label for room in container.estates.list_all_rooms(desk.estate.id)]
    assert labels == ["1号楼1单元101", "1号楼1单元102", "1号楼1单元202"]
    assert container.estates.get_estate(desk.estate.id).households == 3
    back = desk.bring_in(rows)
    assert (back["added"], back["changed"]) == (0, 1)
    assert container.estates.get_estate(desk.estate.id).households == 4


def test_one_wrong_row_keeps_everything_out(desk: Desk, container: Container) -> None:
    rows = rooms_166()
    rows[166][3] = "八十"
    made = desk.check(workbook(("名册", rows)))
    assert (made["state"], made["error_count"]) == ("refused", 1)
    assert made["errors"][0] == {
        "sheet": "名册",
        "row": 167,
        "column": "D列 建筑面积(m2)",
        "problem": "建筑面积应为大于 0 的数字，最多两位小数，例如 86.53。",
    }
    assert desk.apply(made, 409)["code"] == "import_refused"
    assert container.estates.get_estate(desk.estate.id).households == 0


def test_columns_the_file_lacks_leave_what_is_there(desk: Desk, container: Container) -> None:
    desk.bring_in(estate_of(1, 1, 1, 2))
    made = desk.check(workbook(("名册", [["房屋", "面积"], ["1-1-101", 51], ["1-1-102", 60]])))
    assert [change["facts"] for change in made["changes"]] == [["建筑面积"]]
    desk.apply(made)
    room = container.estates.list_all_rooms(desk.estate.id)[1]
    assert (room.area, container.estates.owner_of(room)) == (6000, (("业主2",), ("13800000002",)))


@pytest.mark.row("EST-02")
def test_what_votes_count_on_comes_in_is_kept_and_goes_out(desk: Desk, container: Container) -> None:
    headings = ["房屋", "面积", "用途", "销售状态", "面积来源"]
    desk.bring_in([headings, ["1-1-101", 50, "商铺", "未售", "合同"], ["1-1-102", "无", None, None, None]])

    def facts() -> list[tuple[Any, ...]]:
        rooms = container.estates.list_all_rooms(desk.estate.id)
        return [(room.area, room.use, room.unsold, room.area_source) for room in rooms]

    unknown = (AREA_UNKNOWN, RoomUse.DWELLING, False, AreaSource.REGISTERED)
    assert facts() == [(5000, RoomUse.SHOP, True, AreaSource.CONTRACT), unknown]
    silent = desk.check(workbook(("名册", [["房屋", "面积"], ["1-1-101", 50], ["1-1-102", "无"]])))
    assert counts(silent) == (0, 0, 2, 0)
    assert "没有面积" in silent["skipped"][0]["problem"]
    assert counts(desk.check(desk.export())) == (0, 0, 2, 0)
    changed = [headings, ["1-1-101", 50, "储藏室", "已售", "登记"], ["1-1-102", 48.5, "车位", None, "实测"]]
    made = desk.check(workbook(("名册", changed)))
    assert made["changes"] == [
        {"room": "1号楼1单元101", "facts": ["面积来源", "用途", "销售状态"]},
        {"room": "1号楼1单元102", "facts": ["建筑面积", "面积来源", "用途"]},
    ]
    desk.apply(made)
    assert facts() == [
        (5000, RoomUse.STORAGE, False, AreaSource.REGISTERED),
        (4850, RoomUse.PARKING, False, AreaSource.SURVEYED),
    ]
    refused = desk.check(workbook(("名册", [headings, ["1-1-101", 50, "宿舍", "已售", "登记"]])))
    assert refused["state"] == "refused"
    assert refused["errors"][0]["problem"] == "用途请填“住宅”“商铺”“车位”或“储藏室”，其他非住宅填“非住宅”。"


def test_a_plan_made_before_another_change_is_stale(desk: Desk) -> None:
    early = desk.check(workbook(("名册", estate_of(1, 1, 2, 2))))
    desk.bring_in(estate_of(1, 1, 1, 2))
    assert desk.apply(early, 409)["code"] == "import_stale"


def test_the_same_upload_twice_is_one_import(desk: Desk) -> None:
    data = workbook(("名册", estate_of(1, 1, 1, 2)))
    first = desk.check(data)
    desk.uploads -= 1
    assert desk.check(data) == first
    desk.uploads -= 1
    other = workbook(("名册", estate_of(1, 1, 1, 3)))
    assert desk.check(other, 409)["code"] == "import_repeated"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"x", 422, "workbook_unreadable"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, 422, "workbook_old"),
        (workbook(("说明", [["没有名册"]])), 422, "roster_missing"),
        (b"x" * (6 * 1024 * 1024 - 16 * 1024 + 1), 413, "body_too_large"),
    ],
)
def test_what_is_no_roster_is_refused_in_plain_words(desk: Desk, data: bytes, status: int, code: str) -> None:
    assert desk.check(data, status)["code"] == code


class _Cut(Unavailable):
    """The process dies."""


def _cut_after(container: Container, commits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``commits`` further acts through, then fail every one."""
    store, left = container.roster._store, [commits]
    real = container.table.commit

    def commit(act: Any) -> None:
        if left[0] == 0:
            raise _Cut
        left[0] -= 1
        real(act)

    monkeypatch.setattr(store, "commit", commit)


@pytest.mark.row("EST-02")
@pytest.mark.parametrize("by_sweep", [False, True])
@pytest.mark.parametrize("cut_after", [1, 2])
def test_a_crash_in_the_middle_is_finished_later(
    desk: Desk,
    container: Container,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
    cut_after: int,
    by_sweep: bool,
) -> None:
    made = desk.check(workbook(("名册", rooms_166())))
    with monkeypatch.context() as cut:
        _cut_after(container, cut_after, cut)
        desk.apply(made, 503)
    estate = container.estates.get_estate(desk.estate.id)
    half = container.roster.get_import(desk.estate.id, made["id"])
    assert half.state is ImportState.APPLYING
    assert estate.importing == made["id"]
    assert estate.households == len(container.estates.list_all_rooms(desk.estate.id)) == [0, 92][cut_after - 1]
    assert desk.apply(desk.check(workbook(("名册", rooms_166()))), 409)["code"] == "import_running"
    if by_sweep:
        assert container.roster.sweep(clock()) == 0
        clock.advance(timedelta(minutes=3))
        assert container.roster.sweep(clock()) == 1
    else:
        desk.apply(made)
    assert container.roster.get_import(desk.estate.id, made["id"]).state is ImportState.DONE
    estate = container.estates.get_estate(desk.estate.id)
    assert (estate.households, estate.importing) == (166, None)
    assert len(container.estates.list_all_rooms(desk.estate.id)) == 166


def test_two_imports_at_once_leave_one(desk: Desk, container: Container, clock: SettableClock) -> None:
    one = desk.check(workbook(("名册", estate_of(1, 1, 2, 2))))
    two = desk.check(workbook(("名册", estate_of(2, 1, 1, 2))))
    outcomes: list[object] = []
    gate = threading.Barrier(2)

    def run(made: dict[str, Any]) -> None:
        gate.wait()
        try:
            outcomes.append(container.roster.apply("acc_test", desk.estate.id, made["id"], False, clock()).state)
        except Problem as problem:
            outcomes.append(problem.code)

    threads = [threading.Thread(target=run, args=(made,)) for made in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ImportState.DONE in outcomes
    assert {str(outcome) for outcome in outcomes} - {"done"} <= {ImportRunning.code, "import_stale"}
    assert len(outcomes) == 2
    assert outcomes.count(ImportState.DONE) == 1
    households = container.estates.get_estate(desk.estate.id).households
    assert households == len(container.estates.list_all_rooms(desk.estate.id)) == 4


def test_the_same_import_twice_at_once_is_written_once(desk: Desk, container: Container, clock: SettableClock) -> None:
    made = desk.check(workbook(("名册", rooms_166())))
    container.roster._begin("acc_test", container.roster.get_import(desk.estate.id, made["id"]), False, clock())
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        container.roster.apply("acc_test", desk.estate.id, made["id"], False, clock())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert container.estates.get_estate(desk.estate.id).households == 166
    assert {room.version for room in container.estates.list_all_rooms(desk.estate.id)} == {0}


@pytest.mark.row("EST-02")
def test_three_thousand_rooms_and_back(desk: Desk, container: Container) -> None:
    rows = estate_of(10, 5, 30, 2)
    done = desk.bring_in(rows)
    assert (done["added"], done["written"]) == (3000, 3010)
    assert container.estates.get_estate(desk.estate.id).households == 3000
    assert counts(desk.check(desk.export())) == (0, 0, 3000, 0)


def test_exported_cells_are_never_formulas(desk: Desk) -> None:
    evil = '=HYPERLINK("http://x")'
    rows = [
        [*HEADINGS[:6], "备注"],
        ["1号楼", None, 101, 50, None, None, "@SUM(1)"],
        ["1号楼", None, 102, 50, "+张", None, "-1"],
    ]
    desk.bring_in(rows)
    import io

    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(desk.export())).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value for cell in cells if cell.quotePrefix} == {"@SUM(1)", "+张", "-1"}
    assert evil not in {cell.value for cell in cells}


def test_residents_do_not_see_the_roster(desk: Desk, people: People, client: ContractClient) -> None:
    data = workbook(("名册", estate_of(1, 1, 1, 1)))
    path = f"/v1/estates/{desk.estate.id}/roster-imports"
    for person, status in ((people.resident(desk.estate), 403), (people.stranger(), 404)):
        headers = {**person.headers, "Idempotency-Key": "upload-0001"}
        assert client.post(path, data=data, content_type=XLSX, headers=headers).status_code == status
    finance = people.staff(desk.estate, Role.FINANCE)
    assert client.get(f"/v1/estates/{desk.estate.id}/roster.xlsx", headers=finance.headers).status_code == 403
