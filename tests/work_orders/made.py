"""Orders made by hand for the pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.work_orders.category import Category
from miniprogram_api.work_orders.effects import Actor, Given
from miniprogram_api.work_orders.rules import Order, OrderKind, OrderState, Payer, ServiceScope, Source, desk_of

OPENED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
UNITS = ("city", "district", "street", "community")
CATEGORY = Category("lighting", "照明", accept_minutes=60, close_minutes=600, warn_minutes=10, escalate_minutes=120)
REPORTER = Actor("reporter", "张**")
DESK = Actor("desk", "李调度", frozenset({Role.DISPATCHER}))
WORKER = Actor("worker", "王师傅", frozenset({Role.REPAIRER}))
OTHER = Actor("other", "赵经理", frozenset({Role.MANAGER}))
EVERYTHING = Given(
    note="说明", photo_ids=("photo_1",), scope=ServiceScope.IN_CONTRACT, scope_reason="合同内", payer=Payer.COMPANY,
    payer_reason="合同内", to_account_id="worker", to_name="王师傅", vendor_id="ven_1", operator="供水公司",
    operator_contact="96900", until_on=date(2026, 12, 1), into="wo_2", category="lighting",
)  # fmt: skip
"""More than any step requires."""


def order(state: OrderState = OrderState.SUBMITTED, **changes: Any) -> Order:
    """An order in a state, opened on Monday at 10:00 in China."""
    made = Order(
        "wo_000000000000000000000abcde", "est", UNITS, OrderKind.REPAIR, "lighting",
        PlaceInEstate(PlaceKind.COMMON, "2号楼1单元", "bld_2", "1单元"), "灯不亮", Source.MINI_PROGRAM, "reporter",
        OPENED, OPENED, OPENED, "digest", desk_of("est"), OPENED, state, reporter_id="reporter", company_id="cmp",
    )  # fmt: skip
    return replace(made, **changes)
