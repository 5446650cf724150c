"""Whose turn, who pays, what a month adds up to, what is similar: by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from miniprogram_api.kernel.place import PlaceKind
from miniprogram_api.work_orders.bulletin import line_of, similar
from miniprogram_api.work_orders.figures import count
from miniprogram_api.work_orders.payer import propose_payer
from miniprogram_api.work_orders.refusals import StaffUnknown
from miniprogram_api.work_orders.rota import Candidate, whose_turn
from miniprogram_api.work_orders.rules import OrderState, Payer, Rating, ServiceScope
from tests.work_orders.made import OPENED, order


@pytest.mark.row("REP-06")
def test_the_rota_takes_fewest_open_then_longest_idle() -> None:
    early, late = OPENED, OPENED + timedelta(hours=1)
    busy = Candidate("a", "甲", 3, early)
    recent = Candidate("b", "乙", 1, late)
    idle = Candidate("c", "丙", 1, early)
    never = Candidate("d", "丁", 1, None)
    assert whose_turn([busy, recent, idle]) is idle
    assert whose_turn([busy, recent, idle, never]) is never
    assert whose_turn([busy, recent]) is recent
    with pytest.raises(StaffUnknown):
        whose_turn([])


@pytest.mark.row("REP-10")
@pytest.mark.parametrize(
    ("scope", "place", "warranty_until", "payer"),
    [
        (ServiceScope.IN_CONTRACT, PlaceKind.FACILITY, date(2026, 11, 23), Payer.WARRANTY),
        (ServiceScope.IN_CONTRACT, PlaceKind.FACILITY, date(2026, 11, 22), Payer.COMPANY),
        (ServiceScope.IN_CONTRACT, PlaceKind.COMMON, None, Payer.COMPANY),
        (ServiceScope.IN_CONTRACT, PlaceKind.HOME, None, Payer.OWNER),
        (ServiceScope.OWNERS_OWN, PlaceKind.COMMON, None, Payer.OWNER),
        (ServiceScope.PROFESSIONAL_OPERATOR, PlaceKind.FACILITY, None, Payer.THIRD_PARTY),
        (ServiceScope.GOVERNMENT_TASK, PlaceKind.COMMON, None, Payer.THIRD_PARTY),
    ],
)
def test_who_pays_is_proposed(scope: ServiceScope, place: PlaceKind, warranty_until: date | None, payer: Payer) -> None:
    assert propose_payer(scope, place, warranty_until=warranty_until, today=date(2026, 11, 23)) is payer


@pytest.mark.row("REP-08")
def test_a_month_is_recounted_from_its_orders() -> None:
    def rated(speed: int, quality: int, attitude: int) -> Rating:
        return Rating(speed, quality, attitude, "", "reporter", OPENED)

    answered = {"first_answered_at": OPENED + timedelta(minutes=10), "scope": ServiceScope.IN_CONTRACT}
    later = {"first_answered_at": OPENED + timedelta(minutes=31), "scope": ServiceScope.GOVERNMENT_TASK}
    figures = count(
        [
            order(OrderState.CLOSED, rating=rated(5, 5, 5), **answered),
            order(OrderState.CLOSED, rating=rated(1, 4, 4), loop=2, overdue=True, **later),
            order(OrderState.SUBMITTED),
            order(OrderState.WITHDRAWN),
            order(OrderState.MERGED),
        ]
    )
    assert (figures.opened, figures.answered, figures.closed, figures.reopened, figures.overdue) == (3, 2, 2, 1, 1)
    assert figures.first_answer_minutes == 20  # (10 + 31) / 2 = 20.5, whole minutes
    assert figures.closed_permille == 666
    assert figures.satisfaction_hundredths == 400  # (15 + 9) / 6
    assert figures.by_scope == {"in_contract": 1, "government_task": 1}
    assert count([]).satisfaction_hundredths is None


@pytest.mark.row("REP-03")
def test_similar_means_same_category_and_entrance_open_and_of_the_last_fourteen_days() -> None:
    line = line_of(order())
    assert line is not None
    now = OPENED + timedelta(days=14)

    def found(at: datetime = now, **changes: object) -> bool:
        return bool(similar([replace(line, **changes)], "lighting", "bld_2", "1单元", at))

    assert found(at=now - timedelta(seconds=1))
    assert not found(at=now)
    early = {"at": now - timedelta(seconds=1)}
    assert not found(**early, category="lift")
    assert not found(**early, building_id="bld_3")
    assert not found(**early, entrance="2单元")
    assert found(**early, entrance=None)
    assert not found(**early, is_open=False)


@pytest.mark.row("REP-01")
def test_the_bulletin_names_no_person_and_no_home() -> None:
    line = line_of(order(handler_name="王师傅", handler_id="worker", followers=("neighbour",)))
    told = repr(line)
    assert not any(word in told for word in ("reporter", "worker", "王师傅", "neighbour", "灯不亮"))
    at_home = order()
    assert line_of(replace(at_home, place=replace(at_home.place, kind=PlaceKind.HOME))) is None
