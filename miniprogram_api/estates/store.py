"""Where units, estates and companies lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.estates.rules import Company, CreditCodeGuard, Estate, Unit
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.storage.table import Table


def _estate_indexes(estate: Estate) -> dict[str, Key]:
    entries = {"gsi1": keys.estate_below(estate.units, estate.id)}
    if estate.company_id is not None:
        entries["gsi2"] = keys.estate_of_company(estate.company_id, estate.id)
    return entries


def _unit_indexes(unit: Unit) -> dict[str, Key]:
    return {"gsi1": keys.unit_below(unit.path[-2], unit.id)} if len(unit.path) > 1 else {}


UNIT = Kind("unit", Unit, lambda unit: keys.unit(unit.id), _unit_indexes)
ESTATE = Kind("estate", Estate, lambda estate: keys.estate(estate.id), _estate_indexes)
COMPANY = Kind(
    "company",
    Company,
    lambda company: keys.company(company.id),
    lambda company: {"gsi1": keys.company_in(company.units[0], company.id)},
)
CREDIT_CODE = Kind("credit_code", CreditCodeGuard, lambda guard: keys.credit_code(guard.code))


class Register:
    """Units, estates and companies in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_unit(self, unit_id: str) -> Unit | None:
        """Return a unit of the tree, or None."""
        return self._table.find(UNIT, keys.unit(unit_id))

    def find_estate(self, estate_id: str) -> Estate | None:
        """Return an estate, or None."""
        return self._table.find(ESTATE, keys.estate(estate_id))

    def find_company(self, company_id: str) -> Company | None:
        """Return a company, or None."""
        return self._table.find(COMPANY, keys.company(company_id))
