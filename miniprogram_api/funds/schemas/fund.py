"""What is sent and shown of the maintenance fund, income contracts and settings."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.funds.contracts import RESOURCE_LABELS, Ceding, Instalment, Resource, Terms
from miniprogram_api.funds.ledger import AccountKind
from miniprogram_api.funds.maintenance import LOW_BALANCE_FEN, MOVEMENT_LABELS, MovementKind, Received
from miniprogram_api.funds.schemas.ledger import Fen, Id, Ids, Name, PhotoIds, Text
from miniprogram_api.funds.settings import ANSWER_DAYS, Settings

if TYPE_CHECKING:
    from miniprogram_api.funds.contracts import IncomeContract
    from miniprogram_api.funds.maintenance import Allocation, BuildingFund, RoomFund, RoomMovement


class SettingsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days to answer a question; below what a room's part of the maintenance fund is low, in fen."""

    answer_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = ANSWER_DAYS
    low_balance_fen: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = LOW_BALANCE_FEN

    def settings(self, estate_id: str) -> Settings:
        """Return it as the house speaks of it."""
        return Settings(estate_id, self.answer_days, self.low_balance_fen)

    @classmethod
    def of(cls, settings: Settings) -> SettingsBody:
        """Return it as it is shown."""
        return cls(settings.answer_days, settings.low_balance_fen)


class NewMovement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money that came into the maintenance fund, in fen, and the rooms concerned (none named: all)."""

    kind: MovementKind
    place_id: Id
    fen: Fen
    summary: Text
    on: date
    building_ids: Ids = ()
    room_ids: Ids = ()
    voucher_photo_ids: PhotoIds = ()

    def received(self) -> Received:
        """Return it as the house speaks of it."""
        return Received(
            self.kind,
            self.place_id,
            self.fen,
            self.summary,
            self.on,
            self.building_ids,
            self.room_ids,
            self.voucher_photo_ids,
        )


class AllocationShown(msgspec.Struct, frozen=True):
    """An amount that is split over rooms, and how many rooms it has reached."""

    id: str
    kind: MovementKind
    kind_label: str
    rooms: int
    reached: int

    @classmethod
    def of(cls, allocation: Allocation) -> AllocationShown:
        """Return it as it is shown."""
        return cls(
            allocation.id, allocation.kind, MOVEMENT_LABELS[allocation.kind], len(allocation.shares), allocation.done
        )


class BuildingFundShown(msgspec.Struct, frozen=True):
    """What the rooms of a building have together, in fen."""

    building_id: str
    rooms: int
    fen: int
    low_rooms: int


class FundShown(msgspec.Struct, frozen=True):
    """The maintenance fund of an estate: the whole in the book, what is not split yet, and each building, in fen."""

    fen: int
    undivided_fen: int
    buildings: list[BuildingFundShown]

    @classmethod
    def of(cls, whole: int, buildings: list[BuildingFund]) -> FundShown:
        """Return it as it is shown."""
        shown = [BuildingFundShown(one.building_id, one.rooms, one.fen, one.low) for one in buildings]
        return cls(whole, whole - sum(one.fen for one in buildings), shown)


class RoomFundShown(msgspec.Struct, frozen=True):
    """What one room has in the fund, in fen."""

    room_id: str
    building_id: str
    fen: int
    low: bool

    @classmethod
    def of(cls, fund: RoomFund) -> RoomFundShown:
        """Return it as it is shown."""
        return cls(fund.room_id, fund.building_id, fund.fen, fund.is_low)


class RoomMovementShown(msgspec.Struct, frozen=True):
    """One change of a room's part, in fen."""

    source: str
    fen: int
    at: datetime

    @classmethod
    def of(cls, movement: RoomMovement) -> RoomMovementShown:
        """Return it as it is shown."""
        return cls(movement.source, movement.fen, movement.at)


class InstalmentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of the price, in fen, and when it is due."""

    due_on: date
    fen: Fen


class NewContract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contract that brings income; ``payer`` is an organisation, never a private person's name."""

    resource: Resource
    what: Name
    payer: Name
    purpose: AccountKind
    item: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    price_fen: Fen
    begins_on: date
    ends_on: date
    instalments: Annotated[tuple[InstalmentBody, ...], msgspec.Meta(min_length=1, max_length=120)]

    def terms(self) -> Terms:
        """Return it as the house speaks of it."""
        return Terms(
            self.resource,
            self.what,
            self.payer,
            self.purpose,
            self.item,
            self.price_fen,
            self.begins_on,
            self.ends_on,
            tuple(Instalment(one.due_on, one.fen) for one in self.instalments),
        )


class CedingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The owners' decision: from which day they leave which share (in 0.01 %) to the company, and by which vote."""

    decided_on: date
    share: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    decision: Text

    def ceding(self) -> Ceding:
        """Return it as the house speaks of it."""
        return Ceding(self.decided_on, self.share, self.decision)


class NewReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which instalment came in, where and when, with its paper."""

    number: Annotated[int, msgspec.Meta(ge=1, le=120)]
    place_id: Id
    on: date
    photo_ids: PhotoIds = ()


class InstalmentShown(msgspec.Struct, frozen=True):
    """One instalment, in fen."""

    number: int
    due_on: date
    fen: int
    overdue: bool
    received_on: date | None = None
    posting_id: str | None = None


class ContractShown(msgspec.Struct, frozen=True):
    """One income contract with what came in, in fen."""

    id: str
    resource: Resource
    resource_label: str
    what: str
    payer: str
    item: str
    price_fen: int
    received_fen: int
    overdue_fen: int
    begins_on: date
    ends_on: date
    instalments: list[InstalmentShown]
    ceded_fen: int = 0
    ceding: CedingBody | None = None

    @classmethod
    def of(cls, contract: IncomeContract, today: date) -> ContractShown:
        """Return it as it is shown on a day."""
        terms, ceding = contract.terms, contract.ceding
        parts = [
            InstalmentShown(
                number,
                one.due_on,
                one.fen,
                one.received_on is None and one.due_on < today,
                one.received_on,
                one.posting_id,
            )
            for number, one in enumerate(terms.instalments, start=1)
        ]
        return cls(
            id=contract.id,
            resource=terms.resource,
            resource_label=RESOURCE_LABELS[terms.resource],
            what=terms.what,
            payer=terms.payer,
            item=terms.item,
            price_fen=terms.price_fen,
            received_fen=contract.received_fen,
            overdue_fen=contract.overdue_fen(today),
            begins_on=terms.begins_on,
            ends_on=terms.ends_on,
            instalments=parts,
            ceded_fen=contract.ceded_fen,
            ceding=None if ceding is None else CedingBody(ceding.decided_on, ceding.share, ceding.decision),
        )
