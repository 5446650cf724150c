"""The maintenance fund by building and room, income contracts, and what an estate sets for its common money."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.estates.rules import AreaMissing
from miniprogram_api.funds.contracts import ContractKeyReused, ContractMoved, ContractUnclear, ContractUnknown
from miniprogram_api.funds.items import ItemUnknown, UseRefused
from miniprogram_api.funds.maintenance import NoRoomsConcerned, RoomFundUnknown, TooManyRooms
from miniprogram_api.funds.months import EntryDateRefused, MonthMoved, MonthNotOpen
from miniprogram_api.funds.places import PlaceChanged, PlaceUnknown, PurposeNotHeld
from miniprogram_api.funds.schemas.fund import (
    AllocationShown,
    CedingBody,
    ContractShown,
    FundShown,
    NewContract,
    NewMovement,
    NewReceipt,
    RoomFundShown,
    RoomMovementShown,
    SettingsBody,
)
from miniprogram_api.funds.service import PostedBefore
from miniprogram_api.funds.service.bookkeeping import Bookkeeping
from miniprogram_api.funds.service.contracts import Contracts
from miniprogram_api.funds.service.fund import MaintenanceFund
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict, NotFound

routes = Routes("funds", tag="公共收支")

_FUND = "/v1/estates/<estate_id>/maintenance-fund"
_CONTRACTS = "/v1/estates/<estate_id>/income-contracts"
_SETTINGS = "/v1/estates/<estate_id>/fund-settings"
_POSTED = (
    PlaceUnknown,
    PlaceChanged,
    PurposeNotHeld,
    EntryDateRefused,
    MonthNotOpen,
    MonthMoved,
    PostedBefore,
    NotFound,
)


@routes.get(_FUND, guard=in_estate(Permission.FUND_READ))
def read_fund(call: Call, estate_id: str) -> FundShown:
    """Return the maintenance fund of an estate and of each building (FND-06)."""
    whole = call.service(Bookkeeping).maintenance_fen(estate_id, call.now)
    return FundShown.of(whole, call.service(MaintenanceFund).by_building(estate_id))


@routes.get(f"{_FUND}/buildings/<building_id>", guard=in_estate(Permission.FUND_READ_OPEN))
def list_room_funds(call: Call, estate_id: str, building_id: str, query: ListQuery) -> PageOf[RoomFundShown]:
    """List what the rooms of a building have in the fund, and which are low (FND-06)."""
    page = call.service(MaintenanceFund).list_rooms(estate_id, building_id, query.limit, query.cursor)
    return PageOf([RoomFundShown.of(fund) for fund in page.items], page.next)


@routes.get(f"{_FUND}/rooms/<room_id>", guard=in_estate(Permission.FUND_READ), errors=(RoomFundUnknown,))
def read_room_fund(call: Call, estate_id: str, room_id: str) -> RoomFundShown:
    """Return one room's part, to who lives there and to those who keep the books (FND-06)."""
    fund = call.service(MaintenanceFund).access_room_fund_by_id(call.principal, call.territory, estate_id, room_id)
    return RoomFundShown.of(fund)


@routes.get(f"{_FUND}/rooms/<room_id>/movements", guard=in_estate(Permission.FUND_READ), errors=(RoomFundUnknown,))
def list_room_movements(call: Call, estate_id: str, room_id: str, query: ListQuery) -> PageOf[RoomMovementShown]:
    """List what moved a room's part, newest first."""
    funds = call.service(MaintenanceFund)
    fund = funds.access_room_fund_by_id(call.principal, call.territory, estate_id, room_id)
    page = funds.list_movements(fund, query.limit, query.cursor)
    return PageOf([RoomMovementShown.of(one) for one in page.items], page.next)


@routes.post(
    f"{_FUND}/movements",
    guard=in_estate(Permission.FUND_BOOK),
    status=201,
    repeatable=True,
    errors=(*_POSTED, ItemUnknown, NoRoomsConcerned, AreaMissing, TooManyRooms),
)
def receive_fund(call: Call, estate_id: str, body: NewMovement) -> AllocationShown:
    """Book a deposit, a top-up, interest or what came back, and split it over the rooms by area (FND-06)."""
    funds = call.service(MaintenanceFund)
    return AllocationShown.of(funds.receive(call.principal, estate_id, body.received(), call.key, call.now))


@routes.get(_CONTRACTS, guard=in_estate(Permission.FUND_READ_OPEN))
def list_income_contracts(call: Call, estate_id: str, query: ListQuery) -> PageOf[ContractShown]:
    """List the contracts that bring the owners income, with what came in (FND-17)."""
    page = call.service(Contracts).list_contracts(estate_id, query.limit, query.cursor)
    return PageOf([ContractShown.of(one, date_of(call.now)) for one in page.items], page.next)


@routes.get(f"{_CONTRACTS}-overdue", guard=in_estate(Permission.FUND_READ_OPEN))
def list_overdue_contracts(call: Call, estate_id: str, query: ListQuery) -> PageOf[ContractShown]:
    """List the contracts on which an instalment is overdue, the longest due first (FND-17)."""
    page = call.service(Contracts).list_overdue(estate_id, query.limit, query.cursor, call.now)
    return PageOf([ContractShown.of(one, date_of(call.now)) for one in page.items], page.next)


@routes.post(
    _CONTRACTS,
    guard=in_estate(Permission.FUND_BOOK),
    status=201,
    repeatable=True,
    errors=(ContractUnclear, ItemUnknown, UseRefused, ContractKeyReused),
)
def enter_income_contract(call: Call, estate_id: str, body: NewContract) -> ContractShown:
    """Enter a contract on a common resource: payer, price, term, instalments (FND-17)."""
    contract = call.service(Contracts).enter(call.principal, estate_id, body.terms(), call.key, call.now)
    return ContractShown.of(contract, date_of(call.now))


@routes.put(
    f"{_CONTRACTS}/<contract_id>/ceding",
    guard=in_estate(Permission.FUND_LIMIT),
    errors=(ContractUnknown, ContractMoved),
)
def cede_income(call: Call, estate_id: str, contract_id: str, body: CedingBody) -> ContractShown:
    """Record the owners' dated decision to leave a share to the company (FND-17)."""
    contract = call.service(Contracts).cede(call.principal, estate_id, contract_id, body.ceding(), call.now)
    return ContractShown.of(contract, date_of(call.now))


@routes.post(
    f"{_CONTRACTS}/<contract_id>/receipts",
    guard=in_estate(Permission.FUND_BOOK),
    status=201,
    errors=(*_POSTED, ContractUnknown, ContractMoved),
)
def receive_instalment(call: Call, estate_id: str, contract_id: str, body: NewReceipt) -> ContractShown:
    """Book that an instalment came in; the posting names the contract (FND-17)."""
    contract = call.service(Contracts).receive(
        call.principal, estate_id, contract_id, body.number, body.place_id, body.on, body.photo_ids, call.now
    )
    return ContractShown.of(contract, date_of(call.now))


@routes.get(_SETTINGS, guard=in_estate(Permission.FUND_READ_OPEN))
def read_fund_settings(call: Call, estate_id: str) -> SettingsBody:
    """Return what the estate has set; our defaults while it has not."""
    return SettingsBody.of(call.service(MaintenanceFund).settings_of(estate_id))


@routes.put(_SETTINGS, guard=in_estate(Permission.FUND_ACCOUNT), errors=(Conflict,))
def set_fund_settings(call: Call, estate_id: str, body: SettingsBody) -> SettingsBody:
    """Set the days to answer a question and the line below which a part of the fund is low."""
    funds = call.service(MaintenanceFund)
    return SettingsBody.of(funds.set_settings(call.principal, body.settings(estate_id), call.now))
