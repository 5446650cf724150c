"""Set up points with their printed codes, and routes with their plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.kernel.ids import derived_id, secret_token
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.patrol.rules import (
    PatrolChanged,
    PatrolKeyReused,
    Plan,
    Point,
    PointMisplaced,
    PointUnknown,
    Route,
    RouteUnclear,
    RouteUnknown,
)
from miniprogram_api.patrol.store import POINT, ROUTE, PatrolStore
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.kernel.access import Role
    from miniprogram_api.kernel.page import Page

SECRET_LENGTH = 16
"""95 bits: who has not stood before the point cannot pretend to."""


class Printer(Protocol):
    """Draws codes."""

    def symbol(self, text: str) -> bytes:
        """Return the QR symbol of a text as a PNG file."""
        ...


class PatrolPlanning:
    """Points and routes of all estates (REP-11)."""

    def __init__(self, store: PatrolStore, printer: Printer) -> None:
        self._store = store
        self._printer = printer

    def get_point(self, estate_id: str, point_id: str) -> Point:
        """Return a point of the estate, or raise PointUnknown."""
        point = self._store.find_point(estate_id, point_id)
        if point is None:
            raise PointUnknown
        return point

    def get_route(self, estate_id: str, route_id: str) -> Route:
        """Return a route of the estate, or raise RouteUnknown."""
        route = self._store.find_route(estate_id, route_id)
        if route is None:
            raise RouteUnknown
        return route

    def list_points(self, estate_id: str, limit: int, cursor: str | None) -> Page[Point]:
        """List the points of an estate."""
        return self._store.list_points(estate_id, limit, cursor)

    def list_routes(self, estate_id: str, limit: int, cursor: str | None) -> Page[Route]:
        """List the routes of an estate."""
        return self._store.list_routes(estate_id, limit, cursor)

    def add_point(
        self,
        by: str,
        key: str,
        estate_id: str,
        *,
        name: str,
        place: PlaceInEstate,
        checklist: tuple[str, ...],
        now: datetime,
    ) -> Point:
        """Set up a point; it gets a code to print.

        Raises:
            PointMisplaced: it lies in a home, or the estate has no such building or facility.
            PatrolKeyReused: the key came before with other facts.
        """
        if place.kind is PlaceKind.HOME or (place.kind is PlaceKind.FACILITY and place.facility_id is None):
            raise PointMisplaced
        point_id = derived_id("point", by, "add_patrol_point", estate_id, key)
        point = Point(point_id, estate_id, name, place, checklist, secret_token(SECRET_LENGTH))
        act = Transaction(by, "add_patrol_point", now)
        act.add(POINT, point, otherwise=PatrolKeyReused)
        self._store.require_place(act, estate_id, place)
        try:
            self._store.commit(act)
        except PatrolKeyReused:
            there = self.get_point(estate_id, point_id)
            if (there.name, there.place, there.checklist) != (name, place, checklist):
                raise
            return there
        return point

    def edit_point(
        self, by: str, estate_id: str, point_id: str, version: int, name: str, checklist: tuple[str, ...], now: datetime
    ) -> Point:
        """Change what a point is called and what is looked at there.

        Raises:
            PointUnknown, PatrolChanged: see there.
        """
        point = self.get_point(estate_id, point_id)
        return self._change_point(by, point, version, replace(point, name=name, checklist=checklist), now)

    def renew_code(self, by: str, estate_id: str, point_id: str, version: int, now: datetime) -> Point:
        """Replace a point's code; the printed one is dead at once.

        Raises:
            PointUnknown, PatrolChanged: see there.
        """
        point = self.get_point(estate_id, point_id)
        return self._change_point(by, point, version, replace(point, secret=secret_token(SECRET_LENGTH)), now)

    def retire_point(self, by: str, estate_id: str, point_id: str, version: int, now: datetime) -> Point:
        """Take a point out of use; routes that still name it show it as missed until they are changed.

        Raises:
            PointUnknown, PatrolChanged: see there.
        """
        point = self.get_point(estate_id, point_id)
        return self._change_point(by, point, version, replace(point, retired=True), now)

    def _change_point(self, by: str, point: Point, version: int, after: Point, now: datetime) -> Point:
        if point.version != version:
            raise PatrolChanged
        act = Transaction(by, "edit_patrol_point", now)
        after = act.change(POINT, point, after, otherwise=PatrolChanged)
        self._store.commit(act)
        return after

    def print_code(self, estate_id: str, point_id: str) -> bytes:
        """Return the code of a point as a picture (PNG), or raise PointUnknown."""
        return self._printer.symbol(self.get_point(estate_id, point_id).printed)

    def add_route(
        self,
        by: str,
        key: str,
        estate_id: str,
        *,
        name: str,
        point_ids: tuple[str, ...],
        plan: Plan,
        person_id: str | None,
        role: Role | None,
        now: datetime,
    ) -> Route:
        """Set up a route; its first planned walk is the first whose time is not over.

        Raises:
            RouteUnclear: a point is named twice, is not there, or was retired.
            PatrolKeyReused: the key came before with other facts.
        """
        route_id = derived_id("route", by, "add_patrol_route", estate_id, key)
        new = Route(route_id, estate_id, name, point_ids, plan, now.date(), person_id, role).planned_from(now)
        act = Transaction(by, "add_patrol_route", now)
        act.add(ROUTE, new, otherwise=PatrolKeyReused)
        self._require_points(act, estate_id, point_ids)
        try:
            self._store.commit(act)
        except PatrolKeyReused:
            there = self.get_route(estate_id, route_id)
            if replace(new, next_run_on=there.next_run_on, version=there.version) != there:
                raise
            return there
        return new

    def edit_route(
        self,
        by: str,
        estate_id: str,
        route_id: str,
        version: int,
        *,
        name: str,
        point_ids: tuple[str, ...],
        plan: Plan,
        person_id: str | None,
        role: Role | None,
        stopped: bool,
        now: datetime,
    ) -> Route:
        """Replace a route's points, plan and person, or stop it; walks already begun keep the points they began with.

        Raises:
            RouteUnknown, RouteUnclear, PatrolChanged: see there.
        """
        route = self.get_route(estate_id, route_id)
        if route.version != version:
            raise PatrolChanged
        after = replace(
            route, name=name, point_ids=point_ids, plan=plan, person_id=person_id, role=role, stopped=stopped
        )
        act = Transaction(by, "edit_patrol_route", now)
        after = act.change(ROUTE, route, after.planned_from(now), otherwise=PatrolChanged)
        if not stopped:
            self._require_points(act, estate_id, point_ids)
        self._store.commit(act)
        return after

    def _require_points(self, act: Transaction, estate_id: str, point_ids: tuple[str, ...]) -> None:
        if len(set(point_ids)) != len(point_ids):
            raise RouteUnclear
        self._store.require_points(act, estate_id, point_ids)
