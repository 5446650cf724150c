"""Item x grade of a city: the sum is the reference, the deviation is exact (FEE-07)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.access import Role
from miniprogram_api.prices.benchmark import deviation
from tests.prices.conftest import OFFER

pytestmark = pytest.mark.row("FEE-07")

CELLS = [
    {"item": item, "label": label, "grade": grade, "price": price}
    for item, label, prices in (
        ("cleaning", "保洁服务", (4_200, 3_100)),
        ("order", "秩序维护", (5_050, 3_900)),
        ("greening", "绿化养护", (1_500, 1_050)),
    )
    for grade, price in zip(("一级", "三级"), prices, strict=True)
]
SERVICES = [
    {"item": "cleaning", "grade": "三级"},
    {"item": "order", "grade": "一级"},
    {"item": "greening", "grade": "三级"},
]
"""0.31 + 0.505 + 0.105 = 0.92 yuan."""


def enter(talking, unit, key="bench-key-1", **changed):
    body = {"valid_from": "2026-01-01", "document": "分项目分等级基准价标准", "cells": CELLS, **changed}
    return talking.client.post(f"/v1/units/{unit.id}/benchmarks", json=body, who=talking.people.official(unit), key=key)


def compare(talking, price, services=SERVICES):
    path = f"/v1/estates/{talking.world.estate.id}/benchmark-comparison"
    body = {"price": price, "services": services}
    return talking.client.post(path, json=body, who=talking.who(Role.OWNER))


def test_the_sum_of_the_items_at_their_grades_is_the_reference(talking, world) -> None:
    assert enter(talking, world.city).status_code == 201
    assert compare(talking, 11_500).json == {"price": 11_500, "reference": 9_200, "deviation": 250}, "25.0 % above"
    assert compare(talking, 8_601).json["deviation"] == -65, "599/9200 = 6.511 % below"
    listed = talking.client.get(f"/v1/units/{world.city.id}/benchmarks", who=talking.people.official(world.city)).json
    assert len(listed["items"][0]["cells"]) == 6


def test_the_nearest_matrix_in_force_counts(talking, world) -> None:
    enter(talking, world.city)
    half = [{**cell, "price": cell["price"] // 2} for cell in CELLS]
    enter(talking, world.district, "bench-key-2", cells=half)
    later = enter(talking, world.district, "bench-key-3", cells=CELLS, valid_from="2026-12-01")
    assert later.status_code == 201
    assert compare(talking, 9_200).json["reference"] == 4_600
    talking.clock.set(talking.clock.now.replace(month=12))
    assert compare(talking, 9_200).json["reference"] == 9_200


def test_what_the_matrix_does_not_know_is_refused(talking, world) -> None:
    unknown = compare(talking, 9_200)
    assert (unknown.status_code, unknown.json["code"]) == (404, "benchmark_unknown")
    enter(talking, world.city)
    second = compare(talking, 9_200, [{"item": "cleaning", "grade": "二级"}])
    assert (second.status_code, second.json["detail"]) == (404, {"items": ["cleaning"]})
    twice = compare(talking, 9_200, [SERVICES[0], SERVICES[0]])
    assert (twice.status_code, twice.json["code"]) == (422, "service_twice")
    double = enter(talking, world.district, cells=[CELLS[0], CELLS[0]])
    assert (double.status_code, double.json["code"]) == (422, "service_twice")
    edited = enter(talking, world.city, "bench-key-9", document="另一文件")
    assert (edited.status_code, edited.json["code"]) == (409, "benchmark_there")
    low = enter(talking, world.community)
    assert (low.status_code, low.json["code"]) == (403, "not_allowed")


@pytest.mark.row("FEE-15")
def test_an_offer_shows_how_far_it_is_from_what_its_services_cost(talking, world) -> None:
    enter(talking, world.city)
    talking.guide()
    talk_id = talking.open().json["talk"]["id"]
    shown = talking.step(talk_id, "offer", {**OFFER, "services": SERVICES}, Role.MANAGER).json["offer"]
    assert (shown["reference"], shown["deviation"]) == (9_200, 250)
    assert shown["services"] == SERVICES


@given(price=st.integers(1, 100_000_000), reference=st.integers(1, 100_000_000))
def test_the_deviation_is_exact_to_a_tenth_of_a_percent(price, reference) -> None:
    percent = Decimal(price - reference) * 100 / Decimal(reference)
    near_half = abs((percent * 10) % 1) == Decimal("0.5")
    expected = percent.quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert near_half or Decimal(deviation(price, reference)) / 10 == expected


@pytest.mark.parametrize(("price", "reference", "tenths"), [(533, 1000, -467), (2005, 2000, 3), (1995, 2000, -3)])
def test_a_half_goes_away_from_zero(price, reference, tenths) -> None:
    assert deviation(price, reference) == tenths
