"""Household bindings over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate, signed_in
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.households.rules import (
    AlreadyBound,
    BindingDecided,
    BindingUnknown,
    OwnBinding,
    PeriodUnclear,
    PhoneNotProved,
    ReasonMissing,
    ShareUnclear,
    TooManyRooms,
)
from miniprogram_api.households.schemas import (
    Address,
    Addresses,
    Binding,
    BindingEnd,
    BindingInFull,
    BindingRequest,
    Bindings,
    Decision,
    MoreProof,
    RoomToBind,
)
from miniprogram_api.households.service import Households
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing

routes = Routes("households", tag="房屋绑定")


@routes.get("/v1/estates/<estate_id>/addresses", guard=in_estate(Permission.BINDING_REQUEST))
def list_addresses(call: Call, estate_id: str) -> Addresses:
    """List the buildings of an estate with their entrances, to find one's room; anybody signed in may."""
    buildings = call.service(Households).list_addresses(estate_id)
    return Addresses([Address(one.id, one.name, list(one.entrances)) for one in buildings])


@routes.get(
    "/v1/estates/<estate_id>/addresses/<building_id>/rooms",
    guard=in_estate(Permission.BINDING_REQUEST),
    errors=(NotFound,),
)
def list_rooms_to_bind(call: Call, estate_id: str, building_id: str, query: ListQuery) -> PageOf[RoomToBind]:
    """List the rooms of a building by their numbers, without their owners; anybody signed in may."""
    page = call.service(Households).list_rooms(estate_id, building_id, query.limit, query.cursor)
    rooms = [RoomToBind(room.id, room.entrance, room.number, room.label) for room in page.items if not room.ended_at]
    return PageOf(rooms, page.next)


@routes.put(
    "/v1/estates/<estate_id>/rooms/<room_id>/binding",
    guard=in_estate(Permission.BINDING_REQUEST),
    errors=(
        NotFound,
        PhoneNotProved,
        AlreadyBound,
        TooManyRooms,
        ShareUnclear,
        PeriodUnclear,
        BindingDecided,
        Conflict,
        Invalid,
    ),
)
def ask_binding(call: Call, estate_id: str, room_id: str, body: BindingRequest) -> Binding:
    """Ask to be bound to a room (IDR-03).

    An owner whose proved phone number stands in the roster is bound at once; anybody else waits for a decision.
    Asking twice is one binding.
    """
    service = call.service(Households)
    return Binding.of(service.ask(call.principal, estate_id, room_id, body.request(), call.now))


@routes.get("/v1/estates/<estate_id>/rooms/<room_id>/bindings", guard=in_estate(Permission.BINDING_REQUEST))
def list_room_bindings(call: Call, estate_id: str, room_id: str) -> Bindings:
    """List who is bound to a room: all to staff, the household to its owners, oneself to anybody else."""
    listed = call.service(Households).list_room(call.principal, call.territory, estate_id, room_id)
    return Bindings([Binding.of(one) for one in listed])


@routes.get(
    "/v1/estates/<estate_id>/rooms/<room_id>/bindings/<account_id>",
    guard=in_estate(Permission.BINDING_READ),
    errors=(BindingUnknown,),
)
def read_binding(call: Call, estate_id: str, room_id: str, account_id: str) -> BindingInFull:
    """Return a binding with name, number and proof, to check it against the roster."""
    service = call.service(Households)
    one = service.access_binding_by_id(call.principal, call.territory, estate_id, room_id, account_id)
    name, phone = service.person_of(one)
    return BindingInFull(Binding.of(one), name, phone, list(one.proof_photo_ids), service.proof_of(one))


@routes.post(
    "/v1/estates/<estate_id>/rooms/<room_id>/bindings/<account_id>/decision",
    guard=in_estate(Permission.BINDING_DECIDE),
    errors=(BindingUnknown, OwnBinding, IllegalTransition, InputMissing, BindingDecided, NotFound),
)
def decide_binding(call: Call, estate_id: str, room_id: str, account_id: str, body: Decision) -> Binding:
    """Approve a binding, reject it, or ask for more proof; nobody decides about their own."""
    service = call.service(Households)
    one = service.access_binding_by_id(call.principal, call.territory, estate_id, room_id, account_id)
    return Binding.of(service.decide(call.principal, one, body.decision.value, body.reason, call.now))


@routes.post(
    "/v1/estates/<estate_id>/rooms/<room_id>/bindings/<account_id>/proof",
    guard=in_estate(Permission.BINDING_REQUEST),
    errors=(BindingUnknown, IllegalTransition, InputMissing, BindingDecided, Conflict),
)
def give_binding_proof(call: Call, estate_id: str, room_id: str, account_id: str, body: MoreProof) -> Binding:
    """Add the photos that were asked for to one's own binding."""
    service = call.service(Households)
    one = service.access_binding_by_id(call.principal, call.territory, estate_id, room_id, account_id)
    return Binding.of(service.give_proof(call.principal, one, tuple(body.photo_ids), call.now))


@routes.post(
    "/v1/estates/<estate_id>/rooms/<room_id>/bindings/<account_id>/end",
    guard=in_estate(Permission.BINDING_REQUEST),
    errors=(BindingUnknown, ReasonMissing, IllegalTransition, BindingDecided),
)
def end_binding(call: Call, estate_id: str, room_id: str, account_id: str, body: BindingEnd) -> Binding:
    """End a binding at once: one's own, a family member's or tenant's of one's room, or as staff with a reason."""
    service = call.service(Households)
    one = service.access_binding_by_id(call.principal, call.territory, estate_id, room_id, account_id)
    return Binding.of(service.end(call.principal, call.territory, one, body.reason, call.now))


@routes.get("/v1/estates/<estate_id>/bindings", guard=in_estate(Permission.BINDING_READ))
def list_waiting_bindings(call: Call, estate_id: str, query: ListQuery) -> PageOf[Binding]:
    """List the bindings of an estate that wait for a decision, oldest first."""
    page = call.service(Households).list_waiting(estate_id, query.limit, query.cursor).map(Binding.of)
    return PageOf(list(page.items), page.next)


@routes.get("/v1/me/bindings", guard=signed_in())
def list_my_bindings(call: Call) -> Bindings:
    """List one's own bindings, past ones included."""
    return Bindings([Binding.of(one) for one in call.service(Households).list_own(call.principal.account_id)])
