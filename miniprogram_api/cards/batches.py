"""Making many cards at once: one for every place of a grain (CARD-01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.cards.rules import SECRET_LENGTH, Card, Grain, card_id
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.ids import secret_token
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind, walking_order

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST_BATCH = 1000
CARDS_PER_SHEET = 16
"""Four A4 pages of about 0.8 MB: what one answer of the gateway holds (6 MB, a third of it lost to its encoding)."""


class ContractNotFiled(Conflict):
    """Cards name a company and its manager, and only a filed contract says who they are (EST-04)."""

    code = "contract_not_filed"
    message = "物业服务合同还没有备案，请先完成合同和项目负责人备案，再制作服务卡。"


class BatchTooLarge(Invalid):
    """More places than one batch holds."""

    code = "card_batch_too_large"
    message = "一次最多制作 1000 张服务卡，请按楼栋分批制作。"


class BatchEmpty(Invalid):
    """The register of rooms has no place of this kind."""

    code = "card_batch_empty"
    message = "没有可以制作服务卡的位置，请先录入楼栋和房屋。"


class BatchUnknown(NotFound):
    """The estate has no such batch."""

    code = "card_batch_unknown"
    message = "没有找到这批服务卡，请刷新列表。"


class BatchKeyReused(Conflict):
    """The same Idempotency-Key came with another order."""

    code = "card_batch_key_reused"
    message = "这个编号已用于另一批服务卡，请重新提交。"


class SheetEmpty(NotFound):
    """The batch has no such sheet, or none of its cards can be printed any more."""

    code = "card_sheet_empty"
    message = "这一张里没有可打印的服务卡，请刷新列表。"


class CardOver(Conflict):
    """A card that was replaced or revoked is not printed again."""

    code = "card_over"
    message = "这张服务卡已作废，不能打印，请打印新卡。"


class CardUnprintable(Invalid):
    """The picture cannot be made; the message says which characters or which portrait is the reason."""

    code = "card_unprintable"
    message = "服务卡图片没有生成，请检查卡片上的文字和照片。"


@dataclass(frozen=True, slots=True)
class CardBatch:
    """One order to make cards. It is done when every place has its card; until then repeating it goes on with it."""

    id: str
    estate_id: str
    grain: Grain
    building_ids: tuple[str, ...]
    ordered_by: str
    ordered_at: datetime
    places: int = 0
    made: int = 0
    done_at: datetime | None = None
    version: int = 0

    @property
    def already(self) -> int:
        """How many places had a living card before."""
        return self.places - self.made

    @property
    def sheets(self) -> int:
        """How many printed sheets its cards fill."""
        return -(-self.made // CARDS_PER_SHEET)


@dataclass(frozen=True, slots=True)
class BuildingPlaces:
    """A building as far as cards are concerned: its entrances and its rooms (id, entrance, order, label)."""

    id: str
    name: str
    entrances: tuple[str, ...]
    rooms: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CardSpot:
    """A place that gets a card, and where it sorts in the register."""

    place: PlaceInEstate
    order: str


def spots_of(grain: Grain, estate_name: str, buildings: Iterable[BuildingPlaces]) -> list[CardSpot]:
    """Return the places of a grain, one card each; a building with one way in has one entrance card (CARD-01)."""
    if grain is Grain.ESTATE:
        return [CardSpot(PlaceInEstate(PlaceKind.COMMON, estate_name), "~")]
    spots = []
    for building in buildings:
        common = PlaceInEstate(PlaceKind.COMMON, building.name, building.id)
        if grain is Grain.BUILDING:
            spots.append(CardSpot(common, f"{building.id}#"))
        elif grain is Grain.ENTRANCE:
            for entrance in building.entrances or ("",):
                place = replace(common, label=building.name + entrance, entrance=entrance or None)
                spots.append(CardSpot(place, f"{building.id}#{walking_order(entrance)}"))
        else:
            for room_id, entrance, order, label in building.rooms:
                place = PlaceInEstate(PlaceKind.HOME, label, building.id, entrance or None, room_id)
                spots.append(CardSpot(place, f"{building.id}#{order}"))
    return spots


def first_card(estate_id: str, locator: str, grain: Grain, spot: CardSpot, batch_id: str, at: datetime) -> Card:
    """Return the first card of a place, with a fresh secret."""
    return Card(
        id=card_id(estate_id, grain, spot.place, 1),
        estate_id=estate_id,
        locator=locator,
        secret=secret_token(SECRET_LENGTH),
        grain=grain,
        place=spot.place,
        order=spot.order,
        created_at=at,
        batch_id=batch_id,
    )


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """What stands on one printed card; all of it is meant for a public wall. ``photo`` holds the portrait's bytes."""

    estate_name: str
    place_label: str
    company_name: str
    manager_name: str
    manager_phone: str
    photo: bytes | None
    hours: str
    services: tuple[str, ...]
    community_name: str
    community_phone: str
    committee_contact: str | None
    hotline: str
    card_number: str
    url: str
    issued_on: date
