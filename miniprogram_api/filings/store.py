"""Where filings and their contract files lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.filings.rules import Filing, FilingState
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from datetime import date

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.objects import Objects
    from miniprogram_api.storage.table import Table


def _indexes(filing: Filing) -> dict[str, Key]:
    entries = {"gsi2": keys.filing_of_company(filing.company_id, filing.id)}
    if filing.state is FilingState.SUBMITTED:
        entries["gsi1"] = keys.filing_waiting(filing.units, filing.submitted_at, filing.id)
    if filing.next_day is not None:
        entries["gsi3"] = keys.filing_ending(keys.shard_of(filing.id), filing.next_day, filing.id)
    return entries


FILING_KIND = Kind("filing", Filing, lambda filing: keys.filing(filing.estate_id, filing.id), _indexes)


class FilingStore:
    """Filings in the table, contracts in the store of files."""

    def __init__(self, table: Table, files: Objects) -> None:
        self._table = table
        self._files = files
        self.commit = table.commit

    def find(self, estate_id: str, filing_id: str) -> Filing | None:
        """Return a filing, or None."""
        return self._table.find(FILING_KIND, keys.filing(estate_id, filing_id))

    def list_of_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[Filing]:
        """List the filings of an estate."""
        return self._table.page(FILING_KIND, keys.filing(estate_id, "").pk, limit=limit, cursor=cursor)

    def list_all_of_estate(self, estate_id: str) -> list[Filing]:
        """List every filing of an estate; it has one every few years."""
        return self._table.all_of(FILING_KIND, keys.filing(estate_id, "").pk)

    def list_of_company(self, company_id: str, limit: int, cursor: str | None) -> Page[Filing]:
        """List the filings of a company."""
        pk = keys.filing_of_company(company_id, "").pk
        return self._table.page(FILING_KIND, pk, index="gsi2", limit=limit, cursor=cursor)

    def list_waiting(self, path: tuple[str, ...], limit: int, cursor: str | None) -> Page[Filing]:
        """List the filings to be reviewed anywhere below a unit, community by community, oldest first."""
        below = keys.filings_waiting_below(path)
        return self._table.page(FILING_KIND, below.pk, index="gsi1", prefix=below.sk, limit=limit, cursor=cursor)

    def list_due(self, shard: int, day: date, limit: int) -> tuple[Filing, ...]:
        """List the filings of a shard with which the calendar has something to do by a day."""
        last = keys.filing_ending(shard, day, "~")
        return self._table.page(FILING_KIND, last.pk, index="gsi3", between=("0", last.sk), limit=limit).items

    def save_contract(self, company_id: str, file_id: str, data: bytes, media_type: str) -> None:
        """Keep a contract file; the same file has the same id."""
        self._files.write(_file(company_id, file_id), data, media_type)

    def require_contract(self, company_id: str, file_id: str) -> None:
        """Make sure that a contract file was uploaded, or raise ObjectMissing."""
        self._files.read(_file(company_id, file_id))

    def contract_link(self, company_id: str, file_id: str) -> str:
        """Return an address at which a contract file can be read for an hour."""
        return self._files.link(_file(company_id, file_id))


def _file(company_id: str, file_id: str) -> str:
    return f"contracts/{company_id}/{file_id}"
