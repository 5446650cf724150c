"""Keep the register of property companies (EST-03)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from miniprogram_api.estates.credit_code import parse_credit_code
from miniprogram_api.estates.rules import (
    COMPANY_REGISTRATION,
    AlreadyThere,
    ChangedMeanwhile,
    Company,
    CreditCodeGuard,
)
from miniprogram_api.estates.service.writing import commit_new, seen
from miniprogram_api.estates.store import COMPANY, CREDIT_CODE
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.estates.store import Register
    from miniprogram_api.kernel.access import Territory
    from miniprogram_api.kernel.page import Page


class Companies:
    """Property companies from the draft of their registration to their exit."""

    def __init__(self, register: Register, estates: Estates) -> None:
        self._register = register
        self._estates = estates

    def list_companies(self, territory: Territory, limit: int, cursor: str | None) -> Page[Company]:
        """List the companies registered in the city above the territory (EST-03)."""
        return self._register.list_companies(territory.units[0], limit, cursor)

    def list_estates_of_city(self, company_id: str, limit: int, cursor: str | None) -> Page[Estate]:
        """List the estates of the city in which a company is registered, in tree order (EST-04)."""
        units = self._estates.get_company(company_id).units
        return self._register.list_estates_below(units[:1], limit, cursor)

    def create_company(
        self,
        by: str,
        key: str,
        unit_id: str,
        *,
        name: str,
        code: str,
        hotline: str,
        facts: dict[str, Any],
        now: datetime,
    ) -> Company:
        """Draft the registration of a company (EST-03); AlreadyThere when its credit code is registered."""
        company_id = derived_id("cmp", by, "create_company", unit_id, key)
        units = self._estates.get_unit(unit_id).path
        company = Company(company_id, name, parse_credit_code(code), units, hotline, now, **facts)
        act = Transaction(by, "create_company", now)
        act.add(CREDIT_CODE, CreditCodeGuard(company.credit_code, company_id), otherwise=AlreadyThere)
        act.add(COMPANY, company, otherwise=AlreadyThere)
        return commit_new(
            self._register.commit, act, lambda: self._register.find_company(company_id), company, "created_at"
        )

    def edit_company(self, by: str, company_id: str, version: int, changes: dict[str, Any], now: datetime) -> Company:
        """Change facts of a company; its credit code is its identity and stays."""
        company = self._estates.get_company(company_id)
        act = Transaction(by, "edit_company", now)
        after = act.change(COMPANY, seen(company, version), replace(company, **changes), otherwise=ChangedMeanwhile)
        self._register.commit(act)
        return after

    def step_company(self, by: str, company_id: str, step: str, now: datetime, reason: str | None = None) -> Company:
        """Report, confirm or end a registration (EST-03); IllegalTransition when it is not in the state for it."""
        company = self._estates.get_company(company_id)
        transition = COMPANY_REGISTRATION.step(company.state, step, given={"reason": reason}, actor=by, participants={})
        act = Transaction(by, f"{step}_company", now)
        stepped = replace(company, state=transition.target, exit_reason=reason)
        after = act.change(COMPANY, company, stepped, otherwise=ChangedMeanwhile)
        self._register.commit(act)
        return after
