"""Objections of owners to a counted result, and their answers (VOT-01)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import Ballot, Hand, State
from miniprogram_api.ballots.objections import Objection
from miniprogram_api.ballots.refusals import BallotMoved, ObjectionsClosed, ObjectionUnknown
from miniprogram_api.ballots.store import BALLOT, OBJECTION
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.ballots.store import BallotStore
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.photos.service import Photos


class Objections:
    """Objections to results. The ballot counts the open ones, so that nobody certifies over one made that moment."""

    def __init__(self, store: BallotStore, photos: Photos) -> None:
        self._store = store
        self._photos = photos

    def list_objections(self, ballot: Ballot, limit: int, cursor: str | None) -> Page[Objection]:
        """List the objections to a result, answered ones too."""
        return self._store.list_objections(ballot.estate_id, ballot.id, limit, cursor)

    def make(
        self, principal: Principal, ballot: Ballot, text: str, photo_ids: tuple[str, ...], key: str, now: datetime
    ) -> Objection:
        """Object to a counted result within the time for it.

        Raises:
            ObjectionsClosed: the result is not counted, the time is over, or it was certified.
            PhotoNotYours: a photo cannot be used.
            BallotMoved: somebody else objected or certified at the same moment.
        """
        by = principal.account_id
        objection_id = derived_id("obj", by, ballot.id, key)
        there = self._store.find_objection(ballot.estate_id, ballot.id, objection_id)
        if there is not None:
            return there
        in_time = ballot.objections_until is not None and now < ballot.objections_until
        if ballot.state is not State.COUNTED or not in_time:
            raise ObjectionsClosed
        made = Objection(
            objection_id, ballot.estate_id, ballot.id, Hand(by, principal.display_name, now), text, photo_ids
        )
        act = Transaction(by, "object_to_result", now)
        act.add(OBJECTION, made, otherwise=BallotMoved)
        act.change(BALLOT, ballot, replace(ballot, open_objections=ballot.open_objections + 1), otherwise=BallotMoved)
        self._photos.attach(act, ballot.estate_id, photo_ids, objection_id, "ballot_objection")
        self._store.commit(act)
        return made

    def answer(self, principal: Principal, ballot: Ballot, objection_id: str, answer: str, now: datetime) -> Objection:
        """Answer an objection; the first answer counts.

        Raises:
            ObjectionUnknown: there is no such objection.
            BallotMoved: another objection or answer came at the same moment.
        """
        objection = self._store.find_objection(ballot.estate_id, ballot.id, objection_id)
        if objection is None:
            raise ObjectionUnknown
        if objection.answered is not None:
            return objection
        hand = Hand(principal.account_id, principal.display_name, now)
        act = Transaction(hand.by, "answer_objection", now)
        done = act.change(OBJECTION, objection, replace(objection, answer=answer, answered=hand), otherwise=BallotMoved)
        act.change(BALLOT, ballot, replace(ballot, open_objections=ballot.open_objections - 1), otherwise=BallotMoved)
        self._store.commit(act)
        return done
