"""Every key string of prices, meters, bills and wallets; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant, shard_of
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import date, datetime


def bills_of_room(estate_id: str, room_id: str) -> str:
    """The partition of a room's bills, read consistently: who has just paid sees the bill paid."""
    return f"ROOM#{estate_id}#{room_id}#BILLS"


def bill(estate_id: str, room_id: str, period: str, kind: str, number: int) -> Key:
    """One bill; a room's bills sort by period."""
    return Key(bills_of_room(estate_id, room_id), f"BILL#{period}#{kind}#{number:03d}")


def bill_of_period(estate_id: str, period: str, kind: str, order: str, bill_id: str) -> Key:
    """The bills of one period and kind of an estate, in the order of the rooms."""
    return Key(f"ESTATE#{estate_id}#BILLS#{period}#{kind}", f"{order}#{bill_id}")


def bill_unpaid(estate_id: str, due_on: date, bill_id: str) -> Key:
    """Queue: the bills of an estate on which something is due, the longest due first."""
    return Key(f"ESTATE#{estate_id}#UNPAID", f"{due_on.isoformat()}#{bill_id}")


def bill_notice(at: datetime, bill_id: str) -> Key:
    """Sweep queue: open bills by the instant of their next notice (FEE-11)."""
    return Key(bill_notices(shard_of(bill_id)), f"{instant(at)}#{bill_id}")


def bill_notices(shard: int) -> str:
    """The partition of one shard of that queue."""
    return f"BILL_NOTICE#{shard}"


def wallet(estate_id: str, room_id: str) -> Key:
    """What a room has prepaid; its partition also holds every movement."""
    return Key(f"ROOM#{estate_id}#{room_id}#WALLET", "WALLET")


def wallet_movement(estate_id: str, room_id: str, ref: str) -> Key:
    """One movement of a room's prepaid money; one event moves it once."""
    return Key(f"ROOM#{estate_id}#{room_id}#WALLET", f"MOVE#{ref}")


def wallet_filled(estate_id: str, room_id: str) -> Key:
    """Queue: the rooms of an estate that have prepaid money left."""
    return Key(f"ESTATE#{estate_id}#WALLETS", room_id)


# Bills: runs, what is asked of them, reminders, arrears


def bill_runs_of(estate_id: str) -> str:
    """The partition of an estate's bill runs."""
    return f"ESTATE#{estate_id}#BILL_RUNS"


def bill_run(estate_id: str, run_id: str) -> Key:
    """The one run of an estate, period and kind."""
    return Key(bill_runs_of(estate_id), f"RUN#{run_id}")


def bill_run_going(progress_at: datetime, estate_id: str, run_id: str) -> Key:
    """Sweep queue: runs that compute or publish, the longest without progress first."""
    return Key("BILL_RUN_GOING", f"{instant(progress_at)}#{estate_id}#{run_id}")


def bill_run_parts(estate_id: str, run_id: str) -> str:
    """The partition of what a run computed, building by building."""
    return f"ESTATE#{estate_id}#BILL_RUN#{run_id}"


def bill_run_part(estate_id: str, run_id: str, revision: int, building_id: str) -> Key:
    """What one draft of a run computed for one building."""
    return Key(bill_run_parts(estate_id, run_id), f"PART#{revision:05d}#{building_id}")


def billed_month(estate_id: str, kind: str, month: str) -> Key:
    """Guard: one run bills a month of a kind, whatever its period is."""
    return Key(f"ESTATE#{estate_id}#BILLED#{kind}", month)


def abatements_of(estate_id: str) -> str:
    """The partition of an estate's approved abatements, by building and room, read consistently."""
    return f"ESTATE#{estate_id}#ABATEMENTS"


def abatement(estate_id: str, building_id: str, room_id: str, ref: str) -> Key:
    """One approved abatement of a room's future bills."""
    return Key(abatements_of(estate_id), f"{building_id}#{room_id}#{ref}")


def bill_adjustment(estate_id: str, adjustment_id: str) -> Key:
    """One request to change what a room owes."""
    return Key(f"ESTATE#{estate_id}#BILL_ADJUSTMENTS", f"ADJUSTMENT#{adjustment_id}")


def bill_adjustment_in_time(estate_id: str, at: datetime, adjustment_id: str) -> Key:
    """The requests of an estate in the order they were made."""
    return Key(f"ESTATE#{estate_id}#BILL_ADJUSTMENTS_IN_TIME", f"{instant(at)}#{adjustment_id}")


def bill_adjustment_waiting(estate_id: str, at: datetime, adjustment_id: str) -> Key:
    """Queue: requests that wait for a second person."""
    return Key(f"ESTATE#{estate_id}#BILL_ADJUSTMENTS_WAITING", f"{instant(at)}#{adjustment_id}")


def fee_reminder_choice(account_id: str) -> Key:
    """Whether a person wants to be reminded of fees (FEE-11)."""
    return Key(f"ACCOUNT#{account_id}#FEE_REMINDERS", "CHOICE")


def arrears_import(estate_id: str, import_id: str) -> Key:
    """One import of what was owed before, from dry run to done."""
    return Key(f"ESTATE#{estate_id}#ARREARS_IMPORTS", f"IMPORT#{import_id}")


def arrears_import_going(progress_at: datetime, estate_id: str, import_id: str) -> Key:
    """Sweep queue: imports of arrears that were begun and must be finished."""
    return Key("ARREARS_IMPORT_GOING", f"{instant(progress_at)}#{estate_id}#{import_id}")


def room_care(estate_id: str, room_id: str) -> Key:
    """Why a room does not pay, as it was told; its partition also holds who was spoken to when."""
    return Key(f"ROOM#{estate_id}#{room_id}#CARE", "CARE")


def room_care_by_reason(estate_id: str, reason: str, room_id: str) -> Key:
    """The rooms of an estate that are looked after, by reason."""
    return Key(f"ESTATE#{estate_id}#CARE", f"{reason}#{room_id}")


def care_contact(estate_id: str, room_id: str, contact_id: str) -> Key:
    """One conversation about a room's arrears."""
    return Key(f"ROOM#{estate_id}#{room_id}#CARE", f"CONTACT#{contact_id}")


def care_contact_in_time(estate_id: str, room_id: str, at: datetime, contact_id: str) -> Key:
    """The conversations about a room's arrears in time."""
    return Key(f"ROOM#{estate_id}#{room_id}#CONTACTS", f"{instant(at)}#{contact_id}")


def collection_of(estate_id: str) -> str:
    """The partition of an estate's counted figures."""
    return f"ESTATE#{estate_id}#COLLECTION"


def collection_figure(estate_id: str, period: str, kind: str) -> Key:
    """How much of one period and kind was paid, as counted last (FEE-12)."""
    return Key(collection_of(estate_id), f"FIGURE#{period}#{kind}")


def collection_ageing(estate_id: str) -> Key:
    """How old the arrears of an estate are, and when everything is counted again."""
    return Key(collection_of(estate_id), "AGEING")


def collection_due(at: datetime, estate_id: str) -> Key:
    """Sweep queue: estates by the instant their figures are counted again."""
    return Key("COLLECTION_DUE", f"{instant(at)}#{estate_id}")


def meters_of_building(estate_id: str, building_id: str) -> str:
    """The partition of the meters of a building, or of the common parts."""
    return f"BUILDING#{estate_id}#{building_id}#METERS"


def meter(estate_id: str, building_id: str, meter_id: str) -> Key:
    """One meter."""
    return Key(meters_of_building(estate_id, building_id), f"METER#{meter_id}")


def readings_of_building(estate_id: str, building_id: str, month: str) -> str:
    """The partition of a building's readings for a month, read consistently by a bill run."""
    return f"BUILDING#{estate_id}#{building_id}#READINGS#{month}"


def reading(estate_id: str, building_id: str, month: str, meter_id: str) -> Key:
    """The one reading of a meter for a month."""
    return Key(readings_of_building(estate_id, building_id, month), f"READING#{meter_id}")


def reading_of_meter(estate_id: str, meter_id: str, month: str) -> Key:
    """The readings of a meter by month."""
    return Key(f"METER#{estate_id}#{meter_id}#READINGS", month)


def tariffs(estate_id: str) -> str:
    """The partition of all tariffs of an estate; dozens, read as a whole and consistently."""
    return f"ESTATE#{estate_id}#TARIFFS"


def tariff(estate_id: str, tariff_id: str) -> Key:
    """One version of a tariff."""
    return Key(tariffs(estate_id), f"TARIFF#{tariff_id}")


def tariff_head(estate_id: str) -> Key:
    """Counts what came into force, so that two tariffs that exclude each other cannot do so at once."""
    return Key(tariffs(estate_id), "HEAD")


def fee_settings(estate_id: str) -> Key:
    """How an estate bills."""
    return Key(f"ESTATE#{estate_id}#FEE_SETTINGS", "FEE_SETTINGS")


def orders_of_building(estate_id: str, building_id: str) -> str:
    """The partition of what the rooms of a building ordered beside the package."""
    return f"BUILDING#{estate_id}#{building_id}#ORDERS"


def order_of_room(estate_id: str, building_id: str, room_id: str, order_id: str) -> Key:
    """One order of a room: parking spaces, items of the menu."""
    return Key(orders_of_building(estate_id, building_id), f"ORDER#{room_id}#{order_id}")


def shared_costs(estate_id: str) -> str:
    """The partition of all shared costs of an estate."""
    return f"ESTATE#{estate_id}#SHARED"


def shared_cost(estate_id: str, month: str, cost_id: str) -> Key:
    """One shared cost, by the month in which its period begins."""
    return Key(shared_costs(estate_id), f"COST#{month}#{cost_id}")


def shared_parts(estate_id: str, cost_id: str, building_id: str) -> Key:
    """What the rooms of one building bear of a shared cost."""
    return Key(f"SHARED#{estate_id}#{cost_id}", f"BUILDING#{building_id}")


def service_standards(unit_id: str) -> str:
    """The partition of the service standards a unit laid down."""
    return f"UNIT#{unit_id}#STANDARDS"


def service_standard(unit_id: str, valid_from: date) -> Key:
    """The service standard of a unit from a day on; versions, never edits."""
    return Key(service_standards(unit_id), f"STANDARD#{valid_from.isoformat()}")


def wallet_in_time(estate_id: str, room_id: str, at: datetime, ref: str) -> Key:
    """The movements of a room's prepaid money in time."""
    return Key(f"ROOM#{estate_id}#{room_id}#WALLET_MOVES", f"{instant(at)}#{ref}")


def credit_vendor(estate_id: str, vendor_id: str) -> Key:
    """A vendor whose customers earn credits, and on which terms."""
    return Key(f"ESTATE#{estate_id}#CREDIT_VENDORS", f"VENDOR#{vendor_id}")


def credit(estate_id: str, vendor_id: str, order_number: str) -> Key:
    """What one order at a vendor earned; an order earns once."""
    return Key(f"VENDOR#{estate_id}#{vendor_id}#CREDITS", f"ORDER#{order_number}")


def credit_of_room(estate_id: str, room_id: str, at: datetime, credit_id: str) -> Key:
    """The credits of a room in time."""
    return Key(f"ROOM#{estate_id}#{room_id}#CREDITS", f"{instant(at)}#{credit_id}")


def credit_usable(estate_id: str, room_id: str, expires_at: datetime, credit_id: str) -> Key:
    """Queue: the credits of a room that can pay a bill, the first to expire first."""
    return Key(f"ROOM#{estate_id}#{room_id}#CREDITS_USABLE", f"{instant(expires_at)}#{credit_id}")


def credit_due(at: datetime, credit_id: str) -> Key:
    """Sweep queue: credits by the instant at which they become usable or expire."""
    return Key(f"CREDIT_DUE#{shard_of(credit_id)}", f"{instant(at)}#{credit_id}")


def credit_offset(estate_id: str, bill_id: str, offset_id: str) -> Key:
    """One use of credits on a bill: which credits, by how much."""
    return Key(f"ESTATE#{estate_id}#CREDIT_OFFSETS#{bill_id}", f"OFFSET#{offset_id}")


def credit_vendor_entry(estate_id: str, vendor_id: str, entry_id: str) -> Key:
    """One thing that changed what a vendor owes for credits; one event changes it once."""
    return Key(f"VENDOR#{estate_id}#{vendor_id}#ENTRIES", f"ENTRY#{entry_id}")


def credit_vendor_in_time(estate_id: str, vendor_id: str, at: datetime, entry_id: str) -> Key:
    """What changed a vendor's debt, in time."""
    return Key(f"VENDOR#{estate_id}#{vendor_id}#IN_TIME", f"{instant(at)}#{entry_id}")
