"""Who reaches where, worked out by hand: a city with two districts, two companies, three estates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from miniprogram_api.kernel.access import (
    PERMISSIONS,
    Grant,
    NotAllowed,
    Permission,
    PlaceUnknown,
    Principal,
    Role,
    Scope,
    ScopeKind,
    Territory,
    WorkspaceUnknown,
    demand,
    live,
)

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOME = Territory("est_home", ("city", "north", "street_1", "community_1"), "cmp_a")
NEXT_DOOR = Territory("est_next", ("city", "north", "street_1", "community_2"), "cmp_a")
SOUTH = Territory("est_south", ("city", "south", "street_9", "community_9"), "cmp_b")
ORPHAN = Territory("est_orphan", ("city", "north", "street_2", "community_3"), None)
STREET_ITSELF = Territory(None, ("city", "north", "street_1"), None)
COMPANY_ITSELF = Territory(None, (), "cmp_a")
PLACES = (HOME, NEXT_DOOR, SOUTH, ORPHAN, STREET_ITSELF, COMPANY_ITSELF)


def grant(role: Role, kind: ScopeKind, scope_id: str = "", **more: object) -> Grant:
    return Grant(f"grant_{role}", role, Scope(kind, scope_id), **more)  # type: ignore[arg-type]


@pytest.mark.row("IDR-02")
@pytest.mark.parametrize(
    ("held", "reached"),
    [
        (grant(Role.OPERATOR, ScopeKind.EVERYWHERE), PLACES),
        (grant(Role.BUREAU, ScopeKind.UNIT, "city"), (HOME, NEXT_DOOR, SOUTH, ORPHAN, STREET_ITSELF)),
        (grant(Role.BUREAU, ScopeKind.UNIT, "north"), (HOME, NEXT_DOOR, ORPHAN, STREET_ITSELF)),
        (grant(Role.STREET, ScopeKind.UNIT, "street_1"), (HOME, NEXT_DOOR, STREET_ITSELF)),
        (grant(Role.COMMUNITY, ScopeKind.UNIT, "community_1"), (HOME,)),
        (grant(Role.COMPANY_ADMIN, ScopeKind.COMPANY, "cmp_a"), (HOME, NEXT_DOOR, COMPANY_ITSELF)),
        (grant(Role.OWNER, ScopeKind.ESTATE, "est_home", room_id="room_1"), (HOME,)),
        (grant(Role.COMMITTEE, ScopeKind.ESTATE, "est_orphan"), (ORPHAN,)),
        (grant(Role.MANAGER, ScopeKind.ESTATE, "est_home", company_id="cmp_a"), (HOME,)),
        # The contract went to another company, or ended: staff of the first are strangers at once.
        (grant(Role.MANAGER, ScopeKind.ESTATE, "est_home", company_id="cmp_b"), ()),
        (grant(Role.MANAGER, ScopeKind.ESTATE, "est_orphan", company_id="cmp_a"), ()),
        (grant(Role.OWNER, ScopeKind.ESTATE, ""), ()),
        (grant(Role.COMPANY_ADMIN, ScopeKind.COMPANY, ""), ()),
    ],
)
def test_a_grant_reaches_its_scope_and_nothing_else(held: Grant, reached: tuple[Territory, ...]) -> None:
    assert tuple(place for place in PLACES if held.reaches(place)) == reached


@pytest.mark.row("IDR-02")
@pytest.mark.parametrize(
    ("term", "counts"),
    [
        ({}, True),
        ({"valid_from": NOW}, True),
        ({"valid_from": NOW + timedelta(microseconds=1)}, False),
        ({"valid_until": NOW + timedelta(microseconds=1)}, True),
        ({"valid_until": NOW}, False),
        ({"suspended": True}, False),
        ({"valid_from": NOW, "valid_until": NOW}, False),
    ],
)
def test_a_grant_counts_within_its_term(term: dict[str, object], counts: bool) -> None:
    held = grant(Role.COMMITTEE, ScopeKind.ESTATE, "est_home", **term)
    assert held.is_live(NOW) is counts
    assert live([held], NOW) == ((held,) if counts else ())


@pytest.mark.row("IDR-02")
def test_a_workspace_narrows_to_one_of_ones_own_grants() -> None:
    owner = grant(Role.OWNER, ScopeKind.ESTATE, "est_home", room_id="room_1")
    manager = grant(Role.MANAGER, ScopeKind.ESTATE, "est_south", company_id="cmp_b")
    both = Principal("acc_1", "王*", True, (owner, manager))
    narrowed = both.within(manager.id)
    assert both.may(Permission.CARD_ISSUE, SOUTH)
    assert both.belongs_to(HOME)
    assert narrowed.may(Permission.CARD_ISSUE, SOUTH)
    assert not narrowed.belongs_to(HOME)
    assert narrowed.rooms_in("est_home") == frozenset()
    assert (narrowed.account_id, narrowed.verified) == ("acc_1", True)
    with pytest.raises(WorkspaceUnknown):
        both.within("grant_of_somebody_else")


def test_the_rooms_of_a_person_are_those_of_the_estate() -> None:
    homes = tuple(
        Grant(f"grant_{number}", Role.OWNER, Scope(ScopeKind.ESTATE, estate), room_id=f"room_{number}")
        for number, estate in enumerate(["est_home", "est_home", "est_south"])
    )
    assert Principal("acc_1", grants=homes).rooms_in("est_home") == {"room_0", "room_1"}


@pytest.mark.row("IDR-08")
def test_a_stranger_learns_nothing_and_a_neighbour_learns_why() -> None:
    owner = Principal("acc_1", grants=(grant(Role.OWNER, ScopeKind.ESTATE, "est_home"),))
    demand(owner, Permission.ESTATE_READ, HOME)
    with pytest.raises(NotAllowed):
        demand(owner, Permission.ESTATE_EDIT, HOME)
    with pytest.raises(PlaceUnknown):
        demand(owner, Permission.ESTATE_READ, SOUTH)
    with pytest.raises(PlaceUnknown):
        demand(Principal("acc_2"), Permission.ESTATE_READ, HOME)


@pytest.mark.row("IDR-08")
def test_every_act_names_its_roles_and_nobody_registered_edits() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert all(PERMISSIONS.values())
    open_to_all = {permission for permission, roles in PERMISSIONS.items() if Role.REGISTERED in roles}
    assert not {permission for permission in open_to_all if permission.value.endswith((".edit", ".decide", ".import"))}


@pytest.mark.row("IDR-08")
def test_the_operator_sees_no_resident() -> None:
    seen = {permission for permission, roles in PERMISSIONS.items() if Role.OPERATOR in roles}
    about_residents = {
        Permission.ROSTER_READ, Permission.BINDING_READ, Permission.WORK_ORDER_READ, Permission.WORK_ORDER_BOARD,
        Permission.MESSAGES_UNDELIVERED, Permission.PHOTO_DECIDE,
    }  # fmt: skip
    assert seen.isdisjoint(about_residents)
