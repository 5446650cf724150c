"""The roll as people look at it: read it, ask for amendments, record who was told (VOT-01, VOT-04)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Ballot, Hand
from miniprogram_api.ballots.deliveries import Contact, Delivery, Method, needs_witness
from miniprogram_api.ballots.refusals import (
    BallotMoved,
    DeliveryMoved,
    RollClosed,
    RoomNotOnRoll,
    VoteNotRunning,
    WitnessMissing,
)
from miniprogram_api.ballots.roll import Amendment, AmendmentKind, Correction, Elector
from miniprogram_api.ballots.store import AMENDMENT, DELIVERY
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage import ballot_keys
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from miniprogram_api.ballots.service.ports import WorkQueue
    from miniprogram_api.ballots.store import BallotStore, RollStore
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.photos.service import Photos


class RollDesk:
    """Rolls for those who check and run a ballot, and for owners who look for their own line."""

    def __init__(self, ballots: BallotStore, rolls: RollStore, photos: Photos, queue: WorkQueue) -> None:
        self._ballots = ballots
        self._rolls = rolls
        self._photos = photos
        self._queue = queue

    def list_roll(self, ballot: Ballot, building_id: str | None, limit: int, cursor: str | None) -> Page[Elector]:
        """List the roll building by building."""
        return self._rolls.list_roll(ballot, building_id, limit, cursor)

    def list_namesakes(self, ballot: Ballot, limit: int, cursor: str | None) -> Page[Elector]:
        """List the roll so that owners of the same names stand together, for whoever checks who is one person."""
        return self._rolls.list_by_names(ballot, limit, cursor)

    def deliveries_of(self, electors: Iterable[Elector]) -> Mapping[str, Delivery]:
        """Return what is known of telling some rooms, by room: one round trip a page."""
        return self._rolls.find_deliveries(electors)

    def list_amendments(self, ballot: Ballot) -> list[Amendment]:
        """List the public amendments of a roll, in order."""
        return self._ballots.list_amendments(ballot.estate_id, ballot.id)

    def amend(
        self,
        principal: Principal,
        ballot: Ballot,
        corrections: tuple[Correction, ...],
        reason: str,
        key: str,
        now: datetime,
    ) -> Amendment:
        """Put lines of a frozen roll right, in public and before voting begins; it is worked in within minutes.

        Raises:
            RollClosed: voting begins within the hour or has begun.
            RoomNotOnRoll: a line is not on the roll, or a correction lacks what it needs.
            BallotMoved: another amendment was made at the same moment.
        """
        if ballot.roll is None or not ballot.takes_amendments(now):
            raise RollClosed
        amendment_id = derived_id("amd", principal.account_id, ballot.id, key)
        made = self.list_amendments(ballot)
        if (there := next((one for one in made if one.id == amendment_id), None)) is not None:
            if there.applied_at is None and there.refused_at is None:
                self._hand_on(ballot)  # the first time may have ended before it
            return there
        rooms = {one.room_id for one in corrections} | {one.like for one in corrections if one.like is not None}
        known = self._rolls.find_electors(ballot, rooms)
        if len(known) < len(rooms) or not all(_is_whole(one) for one in corrections):
            raise RoomNotOnRoll
        amendment = Amendment(
            id=amendment_id,
            estate_id=ballot.estate_id,
            ballot_id=ballot.id,
            number=len(made) + 1,
            corrections=corrections,
            reason=reason,
            made=Hand(principal.account_id, principal.display_name, now),
        )
        act = Transaction(principal.account_id, "ask_for_amendment", now)
        act.add(AMENDMENT, amendment, otherwise=BallotMoved)
        self._ballots.commit(act)
        self._hand_on(ballot)
        return amendment

    def _hand_on(self, ballot: Ballot) -> None:
        self._queue.put({"do": "amend", "estate_id": ballot.estate_id, "ballot_id": ballot.id})

    def record_delivery(
        self,
        principal: Principal,
        ballot: Ballot,
        room_id: str,
        contact: Contact,
        method: Method,
        detail: str,
        photo_ids: tuple[str, ...],
        now: datetime,
    ) -> Delivery:
        """Record an attempt to tell a room at its door or by post; once delivered it stays so.

        Raises:
            RoomNotOnRoll: the roll has no such room.
            WitnessMissing: a visit without a photo, a letter without its number; reading is recorded by the reader.
            VoteNotRunning: the ballot is not announced, or voting is over.
            DeliveryMoved: somebody else recorded one at the same moment.
        """
        elector = self._rolls.find_elector(ballot, room_id)
        if elector is None or elector.excluded:
            raise RoomNotOnRoll
        if method is Method.READ or (contact is Contact.DELIVERED and needs_witness(method, detail, photo_ids)):
            raise WitnessMissing
        if ballot.announced is None or ballot.closes_at is None or ballot.closes_at <= now:
            raise VoteNotRunning
        before = self._rolls.find_delivery(elector)
        if before is not None and before.proves:
            return before
        told = Delivery(
            estate_id=ballot.estate_id,
            ballot_id=ballot.id,
            room_id=room_id,
            shard=elector.shard,
            building_id=elector.building_id,
            contact=contact,
            method=method,
            at=now,
            by=principal.account_id,
            by_name=principal.display_name,
            detail=detail,
            photo_ids=(*(before.photo_ids if before else ()), *photo_ids),
            attempts=1 if before is None else before.attempts + 1,
            version=0 if before is None else before.version,
        )
        act = Transaction(principal.account_id, "record_delivery", now)
        act.require(ballot_keys.gate(ballot.estate_id, ballot.id, elector.shard), otherwise=VoteNotRunning, shut=False)
        if before is None:
            act.add(DELIVERY, told, otherwise=DeliveryMoved)
        else:
            told = act.change(DELIVERY, before, replace(told, at=now), otherwise=DeliveryMoved)
        self._photos.attach(act, ballot.estate_id, photo_ids, f"{ballot.id}/{room_id}", "ballot_delivery")
        self._rolls.commit(act)
        return told


def _is_whole(correction: Correction) -> bool:
    """Say whether a correction has what its kind needs, and nothing points at itself."""
    if correction.kind is AmendmentKind.SAME_HEAD:
        return correction.like is not None and correction.like != correction.room_id
    return correction.kind is not AmendmentKind.AREA or (correction.area is not None and correction.area > 0)
