"""What was owed before comes from one Excel file: whole or not at all, and twice changes nothing (FEE-14)."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest

from miniprogram_api.billing.bill import Origin
from miniprogram_api.billing.service import openings
from tests.billing.estate import issued, with_rooms

pytestmark = pytest.mark.row("FEE-14")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = ["楼号", "单元", "房号", "费用类型", "账期", "金额", "到期日", "备注"]


def workbook(*rows: list[object]) -> bytes:
    made = openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def row(room: str, amount: object = 600.5, period: object = "2025-03", due: object = "2025-04-15") -> list[object]:
    return ["1号楼", "1单元", room, "物业费", period, amount, due, "旧账"]


@pytest.fixture
def office(client, container, world, people, tariffs):
    return Office(client, container, world, people)


class Office:
    def __init__(self, client, container, world, people) -> None:
        self.client, self.container, self.estate_id = client, container, world.estate.id
        self.manager = people.staff(world.estate)
        self.rooms = with_rooms(container, self.estate_id, buildings=1, rooms=60)

    def check(self, data: bytes, key: str = "arrears-key-1"):
        path = f"/v1/estates/{self.estate_id}/arrears-imports"
        return self.client.post(path, data=data, content_type=XLSX, who=self.manager, key=key)

    def apply(self, import_id: str):
        path = f"/v1/estates/{self.estate_id}/arrears-imports/{import_id}/application"
        return self.client.post(path, who=self.manager)

    def bills(self) -> list:
        return [bill for room in self.rooms for bill in self.container.bills.list_room(self.estate_id, room.id)]


def test_a_file_becomes_bills_however_excel_wrote_it(office) -> None:
    rows = [
        row("101", "1,200.50"),
        row("102", 88, period=date(2025, 3, 1), due=date(2025, 4, 15)),
        ["1栋", "1", "103室", "停车费", "2025年4月", "￥240", "2025/5/1", None],
        ["合计", None, None, None, None, 1528.5, None, None],
    ]
    checked = office.check(workbook(*rows))
    assert (checked.status_code, checked.json["state"], checked.json["rows"]) == (201, "checked", 3)
    assert checked.json["fen"] == 120050 + 8800 + 24000
    assert office.bills() == []
    assert office.apply(checked.json["id"]).json["state"] == "done"
    assert [(bill.kind.value, bill.period, bill.total_fen, bill.due_on, bill.origin) for bill in office.bills()] == [
        ("service", "2025-03", 120050, date(2025, 4, 15), Origin.ARREARS),
        ("service", "2025-03", 8800, date(2025, 4, 15), Origin.ARREARS),
        ("parking", "2025-04", 24000, date(2025, 5, 1), Origin.ARREARS),
    ]


def test_one_wrong_row_and_nothing_is_written(office) -> None:
    wrong = [
        row("999"),
        row("102", "一百"),
        row("103", -5),
        row("104", due="明天"),
        row("105", period="去年"),
        ["1号楼", "1单元", "106", "会费", "2025-03", 1, "2025-04-15", ""],
        row("101"),
        row("101"),
    ]
    checked = office.check(workbook(row("201"), *wrong)).json
    assert (checked["state"], checked["error_count"]) == ("refused", 7)
    assert sorted(one["row"] for one in checked["errors"]) == [3, 4, 5, 6, 7, 8, 10]
    refused = office.apply(checked["id"])
    assert (refused.status_code, refused.json["code"]) == (409, "arrears_refused")
    assert office.bills() == []


def test_the_same_file_twice_changes_nothing_and_another_amount_is_refused(office) -> None:
    data = workbook(*[row(room.number) for room in office.rooms])
    first = office.check(data)
    assert office.check(data).json["id"] == first.json["id"]
    for _ in range(2):
        assert office.apply(first.json["id"]).json["written"] == 60
    again = office.check(data, key="arrears-key-2").json
    assert (again["known"], again["fen"]) == (60, 0)
    office.apply(again["id"])
    assert len(office.bills()) == 60
    other = office.check(workbook(row("101", 1)), key="arrears-key-3").json
    assert (other["state"], other["error_count"]) == ("refused", 1)


def test_an_import_that_stopped_is_finished_by_the_sweep(office, monkeypatch, clock) -> None:
    checked = office.check(workbook(*[row(room.number) for room in office.rooms])).json
    monkeypatch.setattr(openings, "PIECES_PER_CALL", 1)
    assert office.apply(checked["id"]).json["state"] == "applying"
    assert len(office.bills()) == 48
    clock.advance(timedelta(minutes=3))
    office.container.opening_arrears.sweep(clock())
    assert len(office.bills()) == 60
    assert office.container.opening_arrears.get_import(office.estate_id, checked["id"]).state == "done"


def test_a_run_over_a_period_with_opening_arrears_bills_nobody_twice(office) -> None:
    checked = office.check(workbook(row("101", 50, period="2026-11", due="2026-11-30"))).json
    office.apply(checked["id"])
    issued(office.container, office.client, office.manager, office.estate_id)
    bills = [bill for bill in office.bills() if bill.period == "2026-11"]
    assert len(bills) == 60
    assert sorted({bill.total_fen for bill in bills}) == [5000, 5192]


def test_a_file_without_the_headings_is_no_file_of_arrears(office) -> None:
    made = openpyxl.Workbook()
    made.active.append(["房号", "面积"])
    file = io.BytesIO()
    made.save(file)
    refused = office.check(file.getvalue())
    assert (refused.status_code, refused.json["code"]) == (422, "arrears_missing")
