"""A third party values a service by three inputs; a price talk begins from it, its review is not forgotten (FEE-09)."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.access import Role
from miniprogram_api.prices.notices import appraisal_notices
from tests.prices.conftest import ABOUT, OPENING

pytestmark = pytest.mark.row("FEE-09")

FOUND = {
    "charge": "service_base",
    "grade": "三级",
    "appraiser": "哈尔滨某价格评估有限公司",
    "estate_condition": "1991 年建成，3 栋，无电梯",
    "service_items": ["保洁", "秩序维护"],
    "staff_structure": "项目经理 1 人，保洁 3 人，秩序 4 人",
    "price": 10_500,
    "valid_from": "2026-11-01",
    "valid_until": "2027-10-31",
    "review_on": "2027-09-01",
}
ADJUST = {"about": ABOUT, "reason": "评估价高于现行标准"}


def path(talking) -> str:
    return f"/v1/estates/{talking.world.estate.id}/appraisals"


def enter(talking, key=None, role=Role.STREET, **changed):
    return talking.post(path(talking), {**FOUND, **changed}, role, key)


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_an_official_enters_it_and_everybody_there_reads_it(talking, desk) -> None:
    photo_id = desk.upload(talking.who(Role.STREET), talking.world.estate.id)
    entered = enter(talking, key="appraisal-1", photo_ids=[photo_id])
    assert (entered.status_code, [photo["id"] for photo in entered.json["photos"]]) == (201, [photo_id])
    assert enter(talking, key="appraisal-1", photo_ids=[photo_id]).json["appraisal"] == entered.json["appraisal"]
    assert code(enter(talking, key="appraisal-1", price=9_000)) == (409, "appraisal_key_reused")
    owner = talking.who(Role.OWNER)
    [listed] = talking.client.get(path(talking), who=owner).json["items"]
    assert listed["findings"] == {**FOUND, "photo_ids": [photo_id]}
    read = talking.client.get(f"{path(talking)}/{listed['id']}", who=owner)
    assert read.json["appraisal"] == listed
    assert code(talking.client.get(f"{path(talking)}/appr_unknown", who=owner)) == (404, "appraisal_unknown")


@pytest.mark.parametrize("missing", ["estate_condition", "service_items", "staff_structure", "price", "review_on"])
def test_it_rests_on_all_three_inputs(talking, missing) -> None:
    assert enter(talking, **{missing: "" if missing.startswith("e") else []}).status_code == 422
    body = {name: value for name, value in FOUND.items() if name != missing}
    assert talking.post(path(talking), body, Role.STREET).status_code == 422


def test_its_dates_hang_together(talking) -> None:
    assert code(enter(talking, valid_until="2026-10-31")) == (422, "validity_unclear")
    assert code(enter(talking, review_on="2027-11-01")) == (422, "appraisal_review_outside")
    assert code(enter(talking, role=Role.MANAGER)) == (403, "not_allowed")


def test_an_adjustment_begins_a_price_talk_that_names_it(talking) -> None:
    talking.guide()
    appraisal_id = enter(talking).json["appraisal"]["id"]
    begun = talking.post(f"{path(talking)}/{appraisal_id}/adjustment", ADJUST, Role.STREET, "adjust-key-1")
    assert begun.status_code == 201
    assert (begun.json["appraisal_id"], begun.json["reason"]) == (appraisal_id, "评估价高于现行标准")
    assert (begun.json["talk"]["charge"], begun.json["talk"]["grade"]) == ("service_base", "三级")
    assert begun.json["limit"]["price"] == 12_000, "the government's limit still binds it"
    again = talking.post(f"{path(talking)}/{appraisal_id}/adjustment", ADJUST, Role.STREET, "adjust-key-1")
    assert again.json == begun.json


def test_no_price_rests_on_an_appraisal_that_is_not_valid_or_of_another_charge(talking) -> None:
    appraisal_id = enter(talking).json["appraisal"]["id"]
    parking = {**OPENING, "charge": "parking_open", "about": {"label": "停车", "kind": "parking", "unit": "车位"}}
    other = talking.post(talking.path, {**parking, "appraisal_id": appraisal_id}, Role.MANAGER)
    assert code(other) == (409, "appraisal_not_valid")
    talking.clock.set(talking.clock.now.replace(year=2027))
    late = talking.post(f"{path(talking)}/{appraisal_id}/adjustment", ADJUST, Role.STREET)
    assert code(late) == (409, "appraisal_not_valid")


def test_nobody_talks_about_a_price_without_a_company(talking) -> None:
    appraisal_id = enter(talking).json["appraisal"]["id"]
    estates, estate = talking.container.estates, talking.world.estate
    estates.edit_estate("system", estate.id, estate.version, {"company_id": None}, talking.clock())
    alone = talking.post(f"{path(talking)}/{appraisal_id}/adjustment", ADJUST, Role.STREET)
    assert code(alone) == (409, "price_talk_company_changed")


def test_its_review_is_told_once(talking) -> None:
    estate_id = talking.world.estate.id
    appraisal_id = enter(talking).json["appraisal"]["id"]
    appraisals = talking.container.appraisals
    before = appraisals.access_appraisal_by_id(estate_id, appraisal_id)
    talking.clock.set(talking.clock.now.replace(year=2027, month=8, day=31))
    appraisals.sweep(talking.clock())
    assert appraisals.access_appraisal_by_id(estate_id, appraisal_id) == before
    talking.clock.set(talking.clock.now.replace(month=9, day=1))
    appraisals.sweep(talking.clock())
    after = appraisals.access_appraisal_by_id(estate_id, appraisal_id)
    told = appraisal_notices(before, after)
    assert [(notice.kind, notice.to.estate_id, notice.to.unit_id) for notice in told] == [
        ("price", estate_id, None),
        ("price", None, talking.world.community.id),
    ]
    assert "2027年9月1日" in told[0].text
    appraisals.sweep(talking.clock())
    assert appraisals.access_appraisal_by_id(estate_id, appraisal_id) == after
    assert appraisal_notices(after, after) == ()
