"""The hand-out register 发放登记: which household got which card from whom (CARD-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound


class NotAHouseholdCard(Invalid):
    """Only the card of a room is handed to a household; the others hang on walls."""

    code = "card_not_of_household"
    message = "这张卡不是住户卡，请选择该房屋的服务卡发放。"


class CardNotReady(Conflict):
    """The card is not printed yet, or is no longer valid."""

    code = "card_not_ready"
    message = "这张卡还没有打印或已失效，请先打印新卡再发放。"


class HandOutUnknown(NotFound):
    """No card was handed to this household, or it is not the household of the person who asks."""

    code = "hand_out_unknown"
    message = "没有找到发卡记录，请联系物业确认。"


@dataclass(frozen=True, slots=True)
class HandOut:
    """The last card of one household: who handed it over, when, and how its receipt is proven.

    ``order`` sorts the lines by their places. ``confirmed_by`` is the resident who confirmed in the app. A line whose
    card died has an ``ended_at`` and no longer counts as covered.
    """

    estate_id: str
    room_id: str
    room_label: str
    card_id: str
    handed_by: str
    handed_at: datetime
    order: str
    receipt_photo_id: str | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 0

    @property
    def waits(self) -> bool:
        """Say whether nothing proves yet that the living card arrived: no signed receipt, no resident's word."""
        return self.ended_at is None and self.receipt_photo_id is None and self.confirmed_by is None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Rooms with a living card in the hands of the household, out of all rooms (CARD-06)."""

    covered: int
    rooms: int

    @property
    def permille(self) -> int:
        """Covered rooms in thousandths of all rooms, rounded down; 0 where there are no rooms."""
        return self.covered * 1000 // self.rooms if self.rooms else 0
