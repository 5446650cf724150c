"""Bind people to rooms, and end it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from miniprogram_api.households.rules import (
    MAXIMUM_ROOMS,
    AlreadyBound,
    BindingDecided,
    BindingUnknown,
    Occupancy,
    OccupancyState,
    OwnBinding,
    PhoneNotProved,
    ReasonMissing,
    Request,
    TooManyRooms,
)
from miniprogram_api.households.store import OCCUPANCY, Bindings
from miniprogram_api.kernel.access import Permission, Role
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.privacy import mask_name
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from miniprogram_api.estates.rules import Building, Room
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.identity.rules import Account
    from miniprogram_api.identity.service import Identity
    from miniprogram_api.identity.service.grants import Grants
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos
    from miniprogram_api.storage.sealing import Sealer

_ROSTER = "roster"
_FORGOTTEN_PER_ACT = 50
_OWNERS = frozenset({Role.OWNER, Role.CO_OWNER})


class Households:
    """Who lives where."""

    def __init__(
        self, bindings: Bindings, identity: Identity, grants: Grants, estates: Estates, photos: Photos, sealer: Sealer
    ) -> None:
        self._bindings = bindings
        self._identity = identity
        self._grants = grants
        self._estates = estates
        self._photos = photos
        self._sealer = sealer

    # Asking

    def ask(self, by: Principal, estate_id: str, room_id: str, request: Request, now: datetime) -> Occupancy:
        """Ask to be bound to a room; an owner whose proved phone number stands in the roster is bound at once (IDR-03).

        Asking again while it waits replaces what was said before; the place in the queue stays.

        Raises:
            RoomUnknown: the estate has no such room.
            PhoneNotProved: the person has not proved a phone number.
            AlreadyBound: they are bound to the room in another relation.
            TooManyRooms: they have twenty rooms.
            PeriodUnclear: the period is over or runs backward.
            BindingDecided: somebody decided about it in the same moment.
        """
        request.check(date_of(now))
        room = self._estates.get_room(estate_id, room_id)
        account = self._identity.get_account(by.account_id)
        before = self._bindings.find(estate_id, room_id, account.id)
        if before is not None and before.state is OccupancyState.LIVE and not _is_over(before, now):
            if before.relation is request.relation:
                return before
            raise AlreadyBound
        self._require_room_left(account.id, before)
        act = Transaction(account.id, "ask_binding", now)
        # The room is as it was read: neither ended nor given another owner's number meanwhile.
        self._bindings.require_room(act, room.estate_id, room.id, room.version)
        wanted = self._wanted(room, account, request, before, now)
        written = self._write(act, before, wanted)
        fresh = request.proof_photo_ids if before is None else _added(before, request.proof_photo_ids)
        self._photos.attach(act, estate_id, fresh, f"{room_id}/{account.id}", "binding")
        if wanted.state is OccupancyState.LIVE:
            self._grants.give(act, account, [wanted.grant()], wanted.name_masked or "")
        self._bindings.commit(act)
        return written

    def _wanted(
        self, room: Room, account: Account, request: Request, before: Occupancy | None, now: datetime
    ) -> Occupancy:
        if account.phone_index is None:
            raise PhoneNotProved
        matched = request.relation.owns and account.phone_index in room.owner_phone_indexes
        still_waiting = before is not None and before.state in {OccupancyState.WAITING, OccupancyState.MORE_PROOF}
        return Occupancy(
            estate_id=room.estate_id,
            room_id=room.id,
            account_id=account.id,
            relation=request.relation,
            asked_at=before.asked_at if before is not None and still_waiting else now,
            estate_name=self._estates.get_estate(room.estate_id).name,
            room_label=room.label,
            state=OccupancyState.LIVE if matched else OccupancyState.WAITING,
            share=request.share,
            valid_from=request.valid_from,
            valid_until=request.valid_until,
            proof_photo_ids=request.proof_photo_ids,
            name=self._sealer.seal(request.name.strip(), "name"),
            name_masked=mask_name(request.name.strip()),
            phone=account.phone,
            phone_masked=account.phone_masked,
            decided_by=_ROSTER if matched else None,
            decided_at=now if matched else None,
        )

    def _write(self, act: Transaction, before: Occupancy | None, after: Occupancy) -> Occupancy:
        if before is None:
            act.add(OCCUPANCY, after, otherwise=BindingDecided)
            return after
        return act.change(OCCUPANCY, before, after, otherwise=BindingDecided)

    def _require_room_left(self, account_id: str, before: Occupancy | None) -> None:
        if before is not None and before.is_open:
            return
        if sum(1 for one in self._bindings.list_account(account_id) if one.is_open) >= MAXIMUM_ROOMS:
            raise TooManyRooms

    def give_proof(self, by: Principal, one: Occupancy, photo_ids: tuple[str, ...], now: datetime) -> Occupancy:
        """Add photos that were asked for; the binding waits again at its old place in the queue.

        Raises:
            IllegalTransition: nothing was asked for.
            BindingDecided: somebody decided about it in the same moment.
        """
        if one.account_id != by.account_id:
            raise BindingUnknown
        after = one.step("give_proof", by.account_id, now, {"photos": photo_ids})
        fresh = _added(one, photo_ids)
        act = Transaction(by.account_id, "give_binding_proof", now)
        written = self._write(act, one, replace(after, proof_photo_ids=(*one.proof_photo_ids, *fresh)))
        self._photos.attach(act, one.estate_id, fresh, f"{one.room_id}/{one.account_id}", "binding")
        self._bindings.commit(act)
        return written

    # Reading

    def access_binding_by_id(
        self, by: Principal, territory: Territory, estate_id: str, room_id: str, account_id: str
    ) -> Occupancy:
        """Return a binding to the person it is about, to the room's owners, or to those who may read all of them.

        Raises:
            BindingUnknown: there is none, or none that this person may know of.
        """
        one = self._bindings.find(estate_id, room_id, account_id)
        if one is None:
            raise BindingUnknown
        if one.account_id == by.account_id or by.may(Permission.BINDING_READ, territory):
            return one
        if _owns(by, estate_id, room_id) and not one.relation.owns and one.state is OccupancyState.LIVE:
            return one
        raise BindingUnknown

    def list_room(self, by: Principal, territory: Territory, estate_id: str, room_id: str) -> list[Occupancy]:
        """List who is bound to a room: all to staff, family and tenants to its owners, oneself to everybody."""
        listed = self._bindings.list_room(estate_id, room_id)
        if by.may(Permission.BINDING_READ, territory):
            return listed
        owner = _owns(by, estate_id, room_id)
        return [
            one for one in listed if one.account_id == by.account_id or (owner and one.state is OccupancyState.LIVE)
        ]

    def list_waiting(self, estate_id: str, limit: int, cursor: str | None) -> Page[Occupancy]:
        """List the bindings of an estate that wait for a decision, oldest first."""
        return self._bindings.list_waiting(estate_id, limit, cursor)

    def list_addresses(self, estate_id: str) -> list[Building]:
        """List the buildings of an estate, for somebody who looks for their room."""
        return self._estates.list_buildings(estate_id)

    def list_rooms(self, estate_id: str, building_id: str, limit: int, cursor: str | None) -> Page[Room]:
        """List the rooms of a building, for somebody who looks for theirs.

        Raises:
            BuildingUnknown: the estate has no such building.
        """
        self._estates.get_building(estate_id, building_id)
        return self._estates.list_rooms(estate_id, building_id, limit, cursor)

    def people_of_room(self, estate_id: str, room_id: str) -> list[str]:
        """List the accounts that live in or own a room now, for whoever must tell them something."""
        listed = self._bindings.list_room(estate_id, room_id)
        return sorted({one.account_id for one in listed if one.state is OccupancyState.LIVE})

    def owners_of_room(self, estate_id: str, room_id: str) -> list[str]:
        """List the accounts that own a room now, for whoever must prove that its owner was told (PUB-03)."""
        listed = self._bindings.list_room(estate_id, room_id)
        return sorted({one.account_id for one in listed if one.state is OccupancyState.LIVE and one.relation.owns})

    def list_own(self, account_id: str) -> list[Occupancy]:
        """List the bindings of the person who asks, past ones included."""
        return self._bindings.list_account(account_id)

    def person_of(self, one: Occupancy) -> tuple[str | None, str | None]:
        """Return name and phone number in the clear, for whoever has to check them against the roster."""
        name = None if one.name is None else self._sealer.open(one.name, "name")
        return name, None if one.phone is None else self._sealer.open(one.phone, "phone")

    def proof_of(self, one: Occupancy) -> list[PhotoShown]:
        """Return the photos that prove a binding, for whoever has to check them against the roster."""
        return self._photos.show(one.estate_id, one.proof_photo_ids)

    # Deciding

    def decide(self, by: Principal, one: Occupancy, step: str, reason: str | None, now: datetime) -> Occupancy:
        """Approve, reject, or ask for more proof; the first decision counts (IDR-03).

        Raises:
            OwnBinding: nobody decides about their own.
            IllegalTransition: it was decided before.
            InputMissing: the reason is missing.
            BindingDecided: somebody else decided in the same moment.
            AccountUnknown: the person deleted their account.
        """
        if one.account_id == by.account_id:
            raise OwnBinding
        after = one.step(step, by.account_id, now, {"reason": reason})
        act = Transaction(by.account_id, f"{step}_binding", now)
        written = self._write(act, one, after)
        if after.state is OccupancyState.LIVE:
            account = self._identity.get_account(one.account_id)
            self._grants.give(act, account, [after.grant()], one.name_masked or "")
        self._bindings.commit(act)
        return written

    def end(self, by: Principal, territory: Territory, one: Occupancy, reason: str | None, now: datetime) -> Occupancy:
        """End a binding; the role ends in the same act.

        People end their own (搬离), owners those of family and tenants of their room, staff any, with a reason.

        Raises:
            BindingUnknown: the person may do none of these.
            ReasonMissing: staff gave no reason.
            BindingDecided: somebody else changed it in the same moment.
        """
        own = one.account_id == by.account_id
        theirs = _owns(by, one.estate_id, one.room_id) and not one.relation.owns
        if not own and not theirs:
            if not by.may(Permission.BINDING_DECIDE, territory):
                raise BindingUnknown
            if not reason:
                raise ReasonMissing
        if one.state is OccupancyState.ENDED:
            return one
        act = Transaction(by.account_id, "end_binding", now)
        written = self._write(act, one, one.step("end", by.account_id, now, {"reason": reason}))
        self._grants.end(act, [(one.account_id, one.grant_id)])
        self._bindings.commit(act)
        return written

    # What other rooms ask

    def bound_at(self, estate_id: str, room_ids: Iterable[str], *, owners_only: bool) -> dict[str, tuple[str, ...]]:
        """Return for each room the accounts bound to it now, owners only or all: one consistent query a room."""
        bound = {}
        for room_id in room_ids:
            live = (one for one in self._bindings.list_room(estate_id, room_id) if one.state is OccupancyState.LIVE)
            bound[room_id] = tuple(sorted(one.account_id for one in live if one.relation.owns or not owners_only))
        return bound

    def bound_rooms(self, estate_id: str, room_ids: Iterable[str]) -> frozenset[str]:
        """Return those of the rooms to which somebody is bound, or asks to be: one query a room."""
        return frozenset(
            room_id for room_id in room_ids if any(one.is_open for one in self._bindings.list_room(estate_id, room_id))
        )

    def export_of(self, account_id: str) -> list[dict[str, Any]]:
        """Return the bindings a person has or had, in the clear."""
        return [self._exported(one) for one in self._bindings.list_account(account_id)]

    def _exported(self, one: Occupancy) -> dict[str, Any]:
        name, phone = self.person_of(one)
        return {
            "estate": one.estate_name,
            "room": one.room_label,
            "relation": one.relation.value,
            "state": one.state.value,
            "name": name,
            "phone": phone,
            "asked_at": one.asked_at,
            "ended_at": one.ended_at,
            "proof_photo_ids": list(one.proof_photo_ids),
        }

    def part_with(self, act: Transaction, account_id: str) -> None:
        """Add to the act the end of every binding of a person who leaves; the caller ends the roles."""
        for listed in self._bindings.list_account(account_id):
            one = self._bindings.find(listed.estate_id, listed.room_id, account_id)
            if one is not None and one.is_open:
                self._write(act, one, one.step("end", account_id, act.at).without_person())

    def forget(self, account_id: str, now: datetime) -> None:
        """Take the person out of the bindings they had."""
        past = [one for one in self._bindings.list_account(account_id) if not one.is_open and one.name is not None]
        for start in range(0, len(past), _FORGOTTEN_PER_ACT):
            act = Transaction(account_id, "forget_person", now)
            for one in past[start : start + _FORGOTTEN_PER_ACT]:
                self._write(act, one, one.without_person())
            self._bindings.commit(act)


def _owns(by: Principal, estate_id: str, room_id: str) -> bool:
    return any(
        grant.room_id == room_id and grant.role in _OWNERS and grant.scope.id == estate_id for grant in by.grants
    )


def _is_over(one: Occupancy, now: datetime) -> bool:
    return one.valid_until is not None and one.valid_until < date_of(now)


def _added(before: Occupancy, photo_ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(photo_id for photo_id in photo_ids if photo_id not in before.proof_photo_ids)
