"""Who may open which order, and what a new one looks like (REP-01, REP-03, REP-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from miniprogram_api.kernel.access import Permission, Principal, Role, Territory
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.work_orders.category import CATALOGUE, OWN_PREFIX
from miniprogram_api.work_orders.refusals import (
    CallerMissing,
    CardNeeded,
    CategoryUnknown,
    HomeNotYours,
    SourceRefused,
    SpotUnknown,
)
from miniprogram_api.work_orders.rules import FeedbackKind, OrderKind, Source, Urgency

OWN_SOURCES = frozenset({Source.MINI_PROGRAM, Source.CARD})
CALLED_IN = frozenset({Source.PHONE, Source.COUNTER, Source.RECEPTION_DAY, Source.ONE_CALL})
"""Behind these stands another person, who must be able to be called back."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody reports. ``contact`` and ``caller_phone`` are plain numbers, sealed before they are stored."""

    kind: OrderKind
    category: str
    place: PlaceInEstate
    text: str
    source: Source = Source.MINI_PROGRAM
    photo_ids: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    feedback_kind: FeedbackKind | None = None
    wished_at: datetime | None = None
    contact: str | None = None
    card_token: str | None = None
    caller_name: str | None = None
    caller_phone: str | None = None


def check_opening(opening: Opening, principal: Principal, territory: Territory) -> None:
    """Make sure that this person may open this order here, from what is known without reading anything.

    Raises:
        SourceRefused: only staff register what reached them by phone, at the counter or on patrol.
        CallerMissing: the caller's name or phone is absent.
        HomeNotYours: an in-home matter of a room that is not the reporter's.
        CardNeeded: a stranger without a card, or one who reports on a home.
        CategoryUnknown: the category is in no catalogue.
        SpotUnknown: the place contradicts itself.
    """
    _check_category(opening)
    _check_place(opening.place)
    may_register = principal.may(Permission.WORK_ORDER_OPEN_FOR, territory)
    if opening.source not in OWN_SOURCES or opening.caller_name or opening.caller_phone:
        if not may_register:
            raise SourceRefused
        if opening.source in CALLED_IN and not (opening.caller_name and opening.caller_phone):
            raise CallerMissing
    if opening.source is Source.CARD and opening.card_token is None:
        raise CardNeeded("请扫描服务卡后提交。")
    at_home = opening.place.kind is PlaceKind.HOME
    if principal.roles_in(territory) == {Role.REGISTERED} and (opening.card_token is None or at_home):
        raise CardNeeded
    if at_home and not may_register and opening.place.room_id not in principal.rooms_in(territory.estate_id or ""):
        raise HomeNotYours


def _check_category(opening: Opening) -> None:
    if opening.category not in CATALOGUE and not opening.category.startswith(OWN_PREFIX):
        raise CategoryUnknown
    if (opening.kind is OrderKind.FEEDBACK) != (opening.feedback_kind is not None):
        raise CategoryUnknown("反馈请选择建议、咨询或隐患；报修无需选择。")


def _check_place(place: PlaceInEstate) -> None:
    needed = {PlaceKind.HOME: place.room_id, PlaceKind.FACILITY: place.facility_id, PlaceKind.COMMON: place.label}
    if not needed[place.kind]:
        raise SpotUnknown
    if place.kind is PlaceKind.COMMON and place.room_id is not None:
        raise SpotUnknown("公共部位请选择楼栋或单元，不要选择房屋。")
    if place.entrance is not None and place.building_id is None:
        raise SpotUnknown
