"""A small world for tests: a city down to an estate, and people in it. Everything is fresh, so nothing is cleared."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.estates.rules import Company, CompanyState, Estate, Unit, UnitLevel
from miniprogram_api.estates.store import COMPANY, ESTATE, UNIT
from miniprogram_api.identity.rules import Account, AccountState, HeldGrant
from miniprogram_api.identity.store import ACCOUNT, GRANT
from miniprogram_api.kernel.access import Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.ids import new_id, secret_token
from miniprogram_api.photos.rules import ContentType, Photo
from miniprogram_api.photos.store import PHOTO
from miniprogram_api.storage import keys
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from miniprogram_api.container import Container

_numbers = itertools.count(1)


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def set(self, now: datetime) -> None:
        """Move to an instant."""
        self.now = now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


def forget_walk(container: Container, job: str) -> None:
    """Let a job that visits every estate begin anew: all tests share one table, where another may have run it."""
    key = keys.sweep_progress(job)
    if container.table.find_rows([key]):
        act = Transaction("system", "test_setup", container.clock())
        act.remove(key)
        container.table.commit(act)


@dataclass(frozen=True)
class Person:
    """Somebody who signed in."""

    account_id: str
    token: str
    grants: tuple[Grant, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """What their mini program sends along."""
        return {"Authorization": f"Bearer {self.token}"}


class People:
    """Makes people with the roles a test needs, by writing what signing in and being appointed would have written."""

    def __init__(self, container: Container) -> None:
        self._container = container

    def with_grants(self, *grants: Grant, verified: bool = True) -> Person:
        """Return a person who holds the grants."""
        now = self._container.clock()
        account_id = new_id("acc", now)
        state = AccountState.VERIFIED if verified and grants else AccountState.REGISTERED
        sealed = self._container.sealer.seal(f"openid-{account_id}", "openid")
        account = Account(account_id, sealed, now, state, display_name=f"测试{next(_numbers)}")
        act = Transaction(account_id, "test_setup", now)
        act.add(ACCOUNT, account)
        for grant in grants:
            act.add(GRANT, HeldGrant(account_id, grant, "system", now, account.display_name))
        self._container.table.commit(act)
        token, _ = self._container.tokens.issue(account_id, account.session_number, now)
        return Person(account_id, token, grants)

    def again(self, person: Person) -> Person:
        """Return the person with a fresh token, as after time has passed."""
        token, _ = self._container.tokens.issue(person.account_id, 1, self._container.clock())
        return replace(person, token=token)

    def stranger(self) -> Person:
        """Return somebody registered who belongs nowhere."""
        return self.with_grants()

    def resident(self, estate: Estate, role: Role = Role.OWNER, room_id: str = "room_test") -> Person:
        """Return an owner, co-owner, family member or tenant of a room."""
        return self.with_grants(
            Grant(new_id("grant", self._now()), role, Scope(ScopeKind.ESTATE, estate.id), estate.name, room_id=room_id)
        )

    def staff(self, estate: Estate, role: Role = Role.MANAGER) -> Person:
        """Return somebody of the company under contract, posted at the estate."""
        grant = Grant(
            new_id("grant", self._now()),
            role,
            Scope(ScopeKind.ESTATE, estate.id),
            estate.name,
            company_id=estate.company_id,
        )
        return self.with_grants(grant)

    def neighbour(self, estate: Estate, role: Role) -> Person:
        """Return a committee member or building head: an estate role without company or room."""
        return self.with_grants(Grant(new_id("grant", self._now()), role, Scope(ScopeKind.ESTATE, estate.id)))

    def company_admin(self, company: Company) -> Person:
        """Return the head of a company."""
        scope = Scope(ScopeKind.COMPANY, company.id)
        return self.with_grants(Grant(new_id("grant", self._now()), Role.COMPANY_ADMIN, scope, company.name))

    def official(self, unit: Unit) -> Person:
        """Return an official posted at the unit, with the role of its level."""
        roles = {UnitLevel.COMMUNITY: Role.COMMUNITY, UnitLevel.STREET: Role.STREET}
        role = roles.get(unit.level, Role.BUREAU)
        scope = Scope(ScopeKind.UNIT, unit.id)
        return self.with_grants(Grant(new_id("grant", self._now()), role, scope, unit.name))

    def operator(self) -> Person:
        """Return the platform's operator."""
        return self.with_grants(Grant(new_id("grant", self._now()), Role.OPERATOR, Scope(ScopeKind.EVERYWHERE)))

    def holding(self, role: Role, world: World) -> Person:
        """Return a person of any role in the world."""
        if role is Role.REGISTERED:
            return self.stranger()
        if role in {Role.OWNER, Role.CO_OWNER, Role.FAMILY, Role.TENANT}:
            return self.resident(world.estate, role)
        if role in {Role.COMMITTEE, Role.BUILDING_HEAD}:
            return self.neighbour(world.estate, role)
        if role is Role.COMPANY_ADMIN:
            return self.company_admin(world.company)
        if role is Role.OPERATOR:
            return self.operator()
        posts = {Role.COMMUNITY: world.community, Role.STREET: world.street, Role.BUREAU: world.district}
        return self.official(posts[role]) if role in posts else self.staff(world.estate, role)

    def _now(self) -> datetime:
        return self._container.clock()


@dataclass(frozen=True)
class World:
    """One branch of the tree with one estate under contract."""

    city: Unit
    district: Unit
    street: Unit
    community: Unit
    company: Company
    estate: Estate


def build_world(container: Container) -> World:
    """Write a fresh city > district > street > community > estate and a confirmed company with its contract."""
    now = container.clock()
    number = next(_numbers)
    city = _unit(container, UnitLevel.CITY, f"测试市{number}", ())
    district = _unit(container, UnitLevel.DISTRICT, f"测试区{number}", city.path)
    street = _unit(container, UnitLevel.STREET, f"测试街道{number}", district.path)
    community = _unit(container, UnitLevel.COMMUNITY, f"测试社区{number}", street.path)
    company = Company(
        id=new_id("cmp", now),
        name=f"测试物业{number}",
        credit_code=f"TEST{secrets.token_hex(7).upper()}",
        units=(city.id,),
        hotline="0451-86000000",
        created_at=now,
        state=CompanyState.CONFIRMED,
    )
    estate = Estate(
        id=new_id("est", now),
        name=f"道路队小区{number}",
        address="平房区友协大街",
        units=community.path,
        locator=secret_token(6),
        created_at=now,
        company_id=company.id,
        occupied_year=1991,
    )
    act = Transaction("system", "test_setup", now)
    for unit in (city, district, street, community):
        act.add(UNIT, unit)
    act.add(COMPANY, company)
    act.add(ESTATE, estate)
    container.table.commit(act)
    return World(city, district, street, community, company, estate)


def _unit(container: Container, level: UnitLevel, name: str, above: tuple[str, ...]) -> Unit:
    unit_id = new_id("unit", container.clock())
    return Unit(unit_id, level, name, (*above, unit_id), "0451-12345", container.clock())


def keep_photo(container: Container, estate_id: str, by: Person) -> str:
    """Return the id of a photo that somebody asked to upload and that is bound to nothing yet."""
    now = container.clock()
    photo = Photo(new_id("photo", now), estate_id, by.account_id, ContentType.JPEG, 1000, now, now)
    act = Transaction(by.account_id, "test_setup", now)
    act.add(PHOTO, photo)
    container.table.commit(act)
    return photo.id
