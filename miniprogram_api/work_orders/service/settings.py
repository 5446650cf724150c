"""Look after the categories of an estate and their time limits (REP-04, REP-16)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.work_orders.category import (
    CATALOGUE,
    OWN_PREFIX,
    Category,
    CategorySetting,
    check_limits,
    known,
)
from miniprogram_api.work_orders.refusals import CategoryUnknown
from miniprogram_api.work_orders.store import CATEGORY, Orders

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.kernel.access import Principal


class WorkOrderCategories:
    """The catalogue as it counts in each estate."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    def category_of(self, estate_id: str, code: str) -> Category:
        """Return a category with the limits that count in the estate: one read."""
        setting = self._orders.find_category(estate_id, code)
        return known(code, None if setting is None else setting.category)

    def list_categories(self, estate_id: str) -> list[Category]:
        """Return every category of the estate, the catalogue first, then those it added: one query."""
        own = {setting.category.code: setting.category for setting in self._orders.all_categories(estate_id)}
        listed = [own.pop(code, category) for code, category in CATALOGUE.items()]
        return [*listed, *own.values()]

    def set_category(self, principal: Principal, estate_id: str, category: Category, now: datetime) -> Category:
        """Set the handler and limits of a category, or add one of the estate's own; the person becomes its owner.

        Raises:
            CategoryUnknown: the code is neither in the catalogue nor begins with ``own_``.
            LimitsRefused: warning, acceptance and completion do not come in this order.
            Conflict: somebody else set it at the same moment.
        """
        if category.code not in CATALOGUE and not category.code.startswith(OWN_PREFIX):
            raise CategoryUnknown
        check_limits(category)
        category = replace(category, settings_by=principal.display_name or principal.account_id, settings_at=now)
        act = Transaction(principal.account_id, "set_work_category", now)
        before = self._orders.find_category(estate_id, category.code)
        if before is None:
            act.add(CATEGORY, CategorySetting(estate_id, category))
        else:
            act.change(CATEGORY, before, replace(before, category=category))
        self._orders.commit(act)
        return category
