"""A household's orders over HTTP: staff let parking spaces, residents order from the menu."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, PageOf, Routes
from miniprogram_api.estates.rules import RoomUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.tariffs.ordering import NotOffered, OrderBackdated, OrderMoved, OrderUnknown
from miniprogram_api.tariffs.routes.tariffs import hand_of
from miniprogram_api.tariffs.schemas.orders import EndOrder, NewOrder, NewOrderByStaff, SubscriptionShown
from miniprogram_api.tariffs.service.ordering import MenuOrders

routes = Routes("fee_orders", tag="收费标准")

_BY_STAFF = "/v1/estates/<estate_id>/rooms/<room_id>/charge-orders"
_BY_RESIDENT = "/v1/estates/<estate_id>/rooms/<room_id>/menu-orders"
_ORDER = (NotOffered, OrderBackdated, OrderMoved)
_END = (OrderUnknown, OrderBackdated, OrderMoved)


def _order_id(call: Call, estate_id: str) -> str:
    return derived_id("order", call.principal.account_id, estate_id, "order_charge", call.key)


@routes.get(_BY_STAFF, guard=in_estate(Permission.TARIFF_EDIT), errors=(RoomUnknown,))
def list_charge_orders(call: Call, estate_id: str, room_id: str) -> PageOf[SubscriptionShown]:
    """List what a room ordered, past orders too."""
    orders = call.service(MenuOrders)
    return PageOf([SubscriptionShown.of(one) for one in orders.list_of_room(orders.room(estate_id, room_id))])


@routes.post(
    _BY_STAFF,
    guard=in_estate(Permission.TARIFF_EDIT),
    status=201,
    repeatable=True,
    errors=(RoomUnknown, *_ORDER),
)
def order_charge(call: Call, estate_id: str, room_id: str, body: NewOrderByStaff) -> SubscriptionShown:
    """Let a parking space to a room, or order from the menu for it (FEE-05)."""
    orders = call.service(MenuOrders)
    room, order_id = orders.room(estate_id, room_id), _order_id(call, estate_id)
    return SubscriptionShown.of(
        orders.order(room, body.charge, body.count, body.first_on, hand_of(call), order_id, body.note)
    )


@routes.post(f"{_BY_STAFF}/<order_id>/end", guard=in_estate(Permission.TARIFF_EDIT), errors=(RoomUnknown, *_END))
def end_charge_order(call: Call, estate_id: str, room_id: str, order_id: str, body: EndOrder) -> SubscriptionShown:
    """End an order of a room with a day, yesterday at the earliest."""
    orders = call.service(MenuOrders)
    room = orders.room(estate_id, room_id)
    return SubscriptionShown.of(orders.end(room, order_id, body.last_on, hand_of(call)))


@routes.get(_BY_RESIDENT, guard=in_estate(Permission.BILL_PAY), errors=(OrderUnknown, RoomUnknown))
def list_menu_orders(call: Call, estate_id: str, room_id: str) -> PageOf[SubscriptionShown]:
    """List what one's own room ordered."""
    orders = call.service(MenuOrders)
    room = orders.access_room_by_id(call.principal, estate_id, room_id)
    return PageOf([SubscriptionShown.of(one) for one in orders.list_of_room(room)])


@routes.post(
    _BY_RESIDENT,
    guard=in_estate(Permission.BILL_PAY),
    status=201,
    repeatable=True,
    errors=(OrderUnknown, RoomUnknown, *_ORDER),
)
def order_from_menu(call: Call, estate_id: str, room_id: str, body: NewOrder) -> SubscriptionShown:
    """Order an item of the menu for one's own room (FEE-08)."""
    orders = call.service(MenuOrders)
    room, order_id = orders.access_room_by_id(call.principal, estate_id, room_id), _order_id(call, estate_id)
    return SubscriptionShown.of(
        orders.order_from_menu(room, body.charge, body.count, body.first_on, hand_of(call), order_id)
    )


@routes.post(f"{_BY_RESIDENT}/<order_id>/end", guard=in_estate(Permission.BILL_PAY), errors=(RoomUnknown, *_END))
def end_menu_order(call: Call, estate_id: str, room_id: str, order_id: str, body: EndOrder) -> SubscriptionShown:
    """End an order of one's own room from the menu."""
    orders = call.service(MenuOrders)
    room = orders.access_room_by_id(call.principal, estate_id, room_id)
    return SubscriptionShown.of(orders.end_from_menu(room, order_id, body.last_on, hand_of(call)))
