"""Write the roll of a ballot from the register, building by building, and put it right before voting begins."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Ballot, Roll, State
from miniprogram_api.ballots.bundle import roll_root
from miniprogram_api.ballots.law import KINDS, Voters
from miniprogram_api.ballots.merkle import row_name
from miniprogram_api.ballots.refusals import BallotMoved, BallotUnknown
from miniprogram_api.ballots.roll import (
    Amendment,
    AmendmentKind,
    Correction,
    Elector,
    Gate,
    head_identity,
    shard_numbers,
    shard_of_room,
)
from miniprogram_api.ballots.service.steps import take_step, the_clock
from miniprogram_api.ballots.store import AMENDMENT, BALLOT, ELECTOR, GATE
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.exclusive_part import RoomUse
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from miniprogram_api.ballots.service.ports import Keys, Owners, Seals
    from miniprogram_api.ballots.store import BallotStore, RollStore
    from miniprogram_api.estates.rules import Room
    from miniprogram_api.estates.service import Estates

LINES_AT_ONCE = 90
ROOMS_NAMED = 20
ROOMS_A_CALL = 10_000
"""After so many rooms a call ends and has itself called again: a room takes a read of who is bound to it."""

_BUILDINGS_AHEAD = 20
_MEETINGS = 5
_ALWAYS = frozenset({RoomUse.DWELLING, RoomUse.SHOP})
"""Parking spaces and storage rooms count only where the estate's rules say so for the matter (SPC interpretation 2)."""


class _ThereAlready(Conflict):
    """A line or a gate was written before: by a try that broke off, or by another one at this moment."""


class RollWriter:
    """The part of the ballot office that writes rolls."""

    def __init__(
        self, ballots: BallotStore, rolls: RollStore, estates: Estates, owners: Owners, keys: Keys, seals: Seals
    ) -> None:
        self._ballots = ballots
        self._rolls = rolls
        self._estates = estates
        self._owners = owners
        self._keys = keys
        self._seals = seals

    def freeze(self, estate_id: str, ballot_id: str, now: datetime) -> Ballot:
        """Write what is missing of a roll, then its totals and root; each building ends with one write.

        It may break off anywhere and run any number of times, also twice at once; a long one ends itself half way. A
        register that changed on the way is read again from the start, into lines of their own.
        """
        ballot = self._get(estate_id, ballot_id)
        if ballot.state is not State.FREEZING:
            return ballot
        if not ballot.reached:
            self._write_gates(ballot, now)
        written = 0
        while buildings := self._estates.list_buildings_after(estate_id, ballot.reached, _BUILDINGS_AHEAD):
            for building in buildings:
                rooms = [room for room in self._estates.list_rooms_of(building) if self._is_asked(ballot, room)]
                missing = [room.label for room in rooms if room.area <= 0]
                if missing:
                    return self._refuse(ballot, f"以下房屋没有登记面积：{'、'.join(missing[:ROOMS_NAMED])}", now)
                self._write_rooms(ballot, rooms, now)
                ballot = self._move(ballot, replace(ballot, reached=building.id), "write_roll", now)
                written += len(rooms)
                if written >= ROOMS_A_CALL:
                    return ballot
        estate = self._estates.get_estate(estate_id)
        if estate.roster_revision != ballot.roster_revision or estate.importing is not None:
            again = replace(ballot, attempt=ballot.attempt + 1, roster_revision=estate.roster_revision, reached="")
            self._move(ballot, again, "write_roll_again", now)
            raise BallotMoved
        return self._finish(ballot, now)

    def amend(self, estate_id: str, ballot_id: str, now: datetime) -> Ballot:
        """Work in the amendments that wait, one after the other; the roll's new root stands with each of them."""
        for amendment in self._ballots.list_amendments(estate_id, ballot_id):
            if amendment.applied_at is None and amendment.refused_at is None:
                self._apply(self._get(estate_id, ballot_id), amendment, now)
        return self._get(estate_id, ballot_id)

    # The roll

    def _write_gates(self, ballot: Ballot, now: datetime) -> None:
        gates = [Gate(ballot.estate_id, ballot.id, n) for n in shard_numbers(ballot.attempt, ballot.shards)]
        for start in range(0, len(gates), LINES_AT_ONCE):
            piece = gates[start : start + LINES_AT_ONCE]
            for _ in range(_MEETINGS):
                missing = [gate for gate in piece if self._rolls.find_gate(ballot, gate.shard) is None]
                act = Transaction("system", "open_gates", now)
                for gate in missing:
                    act.add(GATE, gate, otherwise=_ThereAlready)
                try:
                    self._rolls.commit(act)
                    break
                except _ThereAlready:
                    continue
            else:
                raise BallotMoved

    def _write_rooms(self, ballot: Ballot, rooms: Sequence[Room], now: datetime) -> None:
        """Write the lines of a building."""
        owners_only = KINDS[ballot.kind].voters is Voters.OWNERS
        for start in range(0, len(rooms), LINES_AT_ONCE):
            piece = rooms[start : start + LINES_AT_ONCE]
            bound = self._owners.bound_at(ballot.estate_id, [room.id for room in piece], owners_only=owners_only)
            self._write_lines(ballot, [self._line(ballot, room, bound.get(room.id, ())) for room in piece], now)

    def _write_lines(self, ballot: Ballot, lines: Sequence[Elector], now: datetime) -> None:
        missing = list(lines)
        for _ in range(_MEETINGS):
            act = Transaction("system", "write_roll", now)
            for line in missing:
                act.add(ELECTOR, line, otherwise=_ThereAlready)
            try:
                self._rolls.commit(act)
                return
            except _ThereAlready:
                there = self._rolls.find_electors(ballot, (line.room_id for line in missing))
                missing = [line for line in missing if line.room_id not in there]
        raise BallotMoved

    def _is_asked(self, ballot: Ballot, room: Room) -> bool:
        if room.ended_at is not None or not ballot.scope.holds(room.building_id, room.entrance):
            return False
        if room.use in _ALWAYS:
            return True
        parking = all(question.matter in ballot.terms.parking_in for question in ballot.questions)
        return room.use is RoomUse.PARKING and parking

    def _line(self, ballot: Ballot, room: Room, accounts: tuple[str, ...]) -> Elector:
        names, _ = self._estates.owner_of(room)
        identity = head_identity(room.id, names, room.owner_phone_indexes, unsold=room.unsold)
        salt = self._keys.mask(ballot.id, f"salt|{room.id}")
        return Elector(
            estate_id=ballot.estate_id,
            ballot_id=ballot.id,
            room_id=room.id,
            shard=shard_of_room(room.id, ballot.attempt, ballot.shards),
            label=room.label,
            building_id=room.building_id,
            entrance=room.entrance,
            order=room.order,
            area=room.area,
            area_source=room.area_source.value,
            head=self._keys.mask(ballot.id, f"head|{identity}"),
            row=row_name(ballot.id, room.id, salt),
            salt=salt,
            attempt=ballot.attempt,
            owners=max(1, len(names)),
            accounts=accounts,
            phone_indexes=room.owner_phone_indexes,
            names_index=self._seals.index("|".join(sorted(names)), "owner-names") if names else None,
            unsold=room.unsold,
        )

    def _finish(self, ballot: Ballot, now: datetime) -> Ballot:
        roll = self._added_up(ballot, now)
        if not roll.rooms:
            return self._refuse(ballot, "所选范围内没有可以表决的房屋", now)
        frozen = replace(ballot, roll=roll, public_key=self._keys.public_key(ballot.id))
        return self._step(ballot, "freeze", frozen, now)

    def _added_up(self, ballot: Ballot, now: datetime) -> Roll:
        """Read the whole roll once, consistently, and return its figures."""
        lines: list[tuple[str, int, str]] = []
        for shard in shard_numbers(ballot.attempt, ballot.shards):
            electors = self._rolls.read_shard(ballot, shard).electors
            lines += [(one.row, one.area, one.head) for one in electors if not one.excluded]
        areas = Counter(area for _, area, _ in lines)
        return Roll(
            frozen_at=now if ballot.roll is None else ballot.roll.frozen_at,
            rooms=len(lines),
            heads=len({head for _, _, head in lines}),
            area=sum(area for _, area, _ in lines),
            root=roll_root(lines),
            shards=ballot.shards,
            lone_areas=sum(1 for count in areas.values() if count == 1),
            amendments=0 if ballot.roll is None else ballot.roll.amendments,
        )

    # Amendments

    def _apply(self, ballot: Ballot, amendment: Amendment, now: datetime) -> None:
        if ballot.roll is None or not ballot.takes_amendments(now):
            act = Transaction("system", "refuse_amendment", now)
            act.change(AMENDMENT, amendment, replace(amendment, refused_at=now), otherwise=BallotMoved)
            self._ballots.commit(act)
            return
        for correction in amendment.corrections:
            self._correct(ballot, correction, now)
        roll = self._added_up(ballot, now)
        after = replace(ballot, roll=replace(roll, amendments=amendment.number))
        done = replace(amendment, applied_at=now, root_before=ballot.roll.root, root_after=roll.root)
        act = Transaction("system", "amend_roll", now)
        act.change(BALLOT, ballot, after, otherwise=BallotMoved)
        act.change(AMENDMENT, amendment, done, otherwise=BallotMoved)
        self._ballots.commit(act)

    def _correct(self, ballot: Ballot, correction: Correction, now: datetime) -> None:
        for _ in range(_MEETINGS):
            before = self._rolls.find_elector(ballot, correction.room_id)
            if before is None:
                return
            after = self._corrected(ballot, before, correction)
            if after == before:
                return
            act = Transaction("system", "amend_roll", now)
            act.change(ELECTOR, before, after, otherwise=_ThereAlready)
            try:
                self._rolls.commit(act)
                return
            except _ThereAlready:
                continue
        raise BallotMoved

    def _corrected(self, ballot: Ballot, line: Elector, correction: Correction) -> Elector:
        match correction.kind:
            case AmendmentKind.SAME_HEAD:
                other = self._rolls.find_elector(ballot, correction.like or "")
                return line if other is None else replace(line, head=other.head)
            case AmendmentKind.OWN_HEAD:
                return replace(line, head=self._keys.mask(ballot.id, f"head|room|{line.room_id}"))
            case AmendmentKind.AREA:
                return replace(line, area=correction.area or line.area)
            case AmendmentKind.EXCLUDED:
                return replace(line, excluded=True)
            case AmendmentKind.INCLUDED:
                return replace(line, excluded=False)

    # Beneath

    def _get(self, estate_id: str, ballot_id: str) -> Ballot:
        ballot = self._ballots.find_ballot(estate_id, ballot_id)
        if ballot is None:
            raise BallotUnknown
        return ballot

    def _refuse(self, ballot: Ballot, reason: str, now: datetime) -> Ballot:
        """Give the ballot back to who drafted it: the register must be put right first."""
        back = replace(ballot, returned_reason=f"名册无法冻结：{reason}。请补充后重新提交。", reached="")
        return self._step(ballot, "refuse", back, now, str(back.returned_reason))

    def _step(self, before: Ballot, name: str, after: Ballot, now: datetime, reason: str = "") -> Ballot:
        step_id = derived_id("bstep", before.id, name, str(before.attempt))
        return take_step(self._ballots, before, name, the_clock(now), step_id, lambda _: after, reason)

    def _move(self, before: Ballot, after: Ballot, verb: str, now: datetime) -> Ballot:
        act = Transaction("system", verb, now)
        after = act.change(BALLOT, before, after, otherwise=BallotMoved)
        self._ballots.commit(act)
        return after
