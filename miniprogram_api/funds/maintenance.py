"""The maintenance fund 专项维修资金 by estate, building and room, to the fen (FND-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.money import largest_remainder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LOW_BALANCE_FEN = 50_000
"""Our default: below 500 yuan a room's owners are told; an estate may set its own line."""

MOST_ROOMS = 2_000
"""One amount is split over at most so many rooms: the shares are frozen in one item."""

ROOMS_AT_ONCE = 40
"""Rooms a piece: two parts a room, the posting and the allocation fit one act."""

UNDIVIDED = Account(AccountKind.MAINTENANCE)
"""The estate's own part of the fund: what came or went and was not split over rooms yet."""


class MovementKind(StrEnum):
    """How a room's part of the fund changes."""

    DEPOSIT = "deposit"  # 交存
    TOP_UP = "top_up"  # 续筹
    INTEREST = "interest"  # 利息
    RETURN = "return"  # 退回: what a repair did not need
    TRANSFER = "transfer"  # 公共收益结余划转
    USE = "use"  # 使用


MOVEMENT_LABELS: dict[MovementKind, str] = {
    MovementKind.DEPOSIT: "交存",
    MovementKind.TOP_UP: "续筹",
    MovementKind.INTEREST: "利息",
    MovementKind.RETURN: "退回",
    MovementKind.TRANSFER: "结余划转",
    MovementKind.USE: "使用",
}

MOVEMENT_ITEMS: dict[MovementKind, str] = {
    MovementKind.DEPOSIT: "fund_deposit",
    MovementKind.TOP_UP: "fund_top_up",
    MovementKind.INTEREST: "interest",
    MovementKind.RETURN: "fund_return",
}
"""What money that comes in is called in the catalogue; a use is booked under the item of its request."""


class RoomFundMoved(Conflict):
    """The room's part changed at the same moment, or the event moved it before."""

    code = "room_fund_moved"
    message = "该房屋的维修资金刚刚有变动，请刷新后重试。"


class RoomFundUnknown(NotFound):
    """The room has nothing in the fund, or is not the caller's."""

    code = "room_fund_unknown"
    message = "没有找到该房屋的维修资金记录，请核对房屋。"


class NoRoomsConcerned(Invalid):
    """An amount of the fund is split over rooms with an area; none was named."""

    code = "no_rooms_concerned"
    message = "请选择至少一套有建筑面积的房屋参与分摊。"


class TooManyRooms(Invalid):
    """One amount is split over at most two thousand rooms."""

    code = "too_many_rooms"
    message = "一次最多分摊 2000 套房屋，请按楼栋分次办理。"


@dataclass(frozen=True, slots=True)
class RoomFund:
    """What one room has in the fund, in fen. ``low_fen`` is the line of the estate when it last moved."""

    estate_id: str
    building_id: str
    room_id: str
    fen: int
    low_fen: int = LOW_BALANCE_FEN
    version: int = 0

    @property
    def is_low(self) -> bool:
        """Whether the owners should top it up."""
        return self.fen < self.low_fen


@dataclass(frozen=True, slots=True)
class RoomMovement:
    """One change of a room's part, ``fen`` plus or minus; ``source`` is the event that moved it, once."""

    estate_id: str
    room_id: str
    source: str
    fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """Money that came into the fund: why, how much in fen, where it lies, and for which rooms (none named: all)."""

    kind: MovementKind
    place_id: str
    fen: int
    summary: str
    on: date
    building_ids: tuple[str, ...] = ()
    room_ids: tuple[str, ...] = ()
    voucher_photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What falls on one room."""

    building_id: str
    room_id: str
    fen: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """An amount that is being split over rooms; the first ``done`` shares have reached their rooms."""

    id: str
    estate_id: str
    kind: MovementKind
    summary: str
    shares: tuple[Share, ...]
    by: str
    by_name: str
    at: datetime
    done: int = 0
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether rooms still wait for their share."""
        return self.done < len(self.shares)

    def piece(self) -> tuple[Share, ...]:
        """Return the next shares to be given."""
        return self.shares[self.done : self.done + ROOMS_AT_ONCE]

    def entry(self) -> Entry | None:
        """Return the entry that moves the next piece from the undivided part to its rooms; None when all are 0."""
        given = [share for share in self.piece() if share.fen]
        total = sum(share.fen for share in given)
        if not given:
            return None
        legs = (UNDIVIDED.debit(total), *(account_of(share).credit(share.fen) for share in given))
        return Entry(f"{self.id}:{self.done}", PostingKind.TRANSFER, self.summary, legs)


@dataclass(frozen=True, slots=True)
class BuildingFund:
    """What the rooms of one building have together, and how many of them are low."""

    building_id: str
    rooms: int
    fen: int
    low: int


def account_of(share: Share) -> Account:
    """Return the account of a room's part in the book."""
    return Account(AccountKind.MAINTENANCE, f"{share.building_id}/{share.room_id}")


def split(fen: int, rooms: Sequence[tuple[str, str, int]]) -> tuple[Share, ...]:
    """Return what falls on each room (building, room, area) by area; the shares sum to exactly ``fen``.

    A use is a negative amount. Source: 住宅专项维修资金管理办法 articles 25 and 26, by area of the exclusive parts.

    Raises:
        NoRoomsConcerned: no room has an area.
        TooManyRooms: more than two thousand.
    """
    if not any(area for _, _, area in rooms):
        raise NoRoomsConcerned
    if len(rooms) > MOST_ROOMS:
        raise TooManyRooms
    sign = -1 if fen < 0 else 1
    parts = largest_remainder(abs(fen), [area for _, _, area in rooms])
    return tuple(
        Share(building_id, room_id, sign * part) for (building_id, room_id, _), part in zip(rooms, parts, strict=True)
    )


def by_building(funds: Iterable[RoomFund]) -> list[BuildingFund]:
    """Return what each building has; the whole is the sum of these."""
    groups: dict[str, list[RoomFund]] = {}
    for fund in funds:
        groups.setdefault(fund.building_id, []).append(fund)
    return [
        BuildingFund(building_id, len(group), sum(fund.fen for fund in group), sum(fund.is_low for fund in group))
        for building_id, group in groups.items()
    ]
