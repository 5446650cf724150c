"""What the ballot office does: work handed to it, each piece safe to do again, and what the clock hands on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import KEPT_OPEN, Ballot, Event, State
from miniprogram_api.ballots.service.steps import take_step, the_clock
from miniprogram_api.ballots.store import BALLOT, due_at
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from miniprogram_api.ballots.service.calling import RollCaller
    from miniprogram_api.ballots.service.counting import Counting
    from miniprogram_api.ballots.service.freezing import RollWriter
    from miniprogram_api.ballots.service.ports import WorkQueue
    from miniprogram_api.ballots.store import BallotStore


TOO_LONG = timedelta(minutes=15)
"""A step that was due so long ago calls a person: every few minutes it was taken up in vain."""


def is_found_again(work: Mapping[str, str]) -> bool:
    """Say whether the sweep hands this work on again as long as it is not done; amendments it does not see."""
    return work.get("do") in {"freeze", "close", "tell"}


class BallotWork:
    """Work on ballots that needs their keys; only the ballot office's function calls it."""

    def __init__(self, writer: RollWriter, caller: RollCaller, counting: Counting, queue: WorkQueue) -> None:
        self._writer = writer
        self._caller = caller
        self._counting = counting
        self._queue = queue

    def do(self, work: Mapping[str, str], now: datetime) -> str:
        """Do one piece of work; returns the state the ballot is in then.

        Raises:
            Unavailable: the table or the files did not answer: do it again later.
            Conflict: somebody changed the ballot at this moment: do it again later.
            KeyError: the work names nothing we know.
            VoteTampered, RollTampered: a person has to look.
        """
        of = (work["estate_id"], work["ballot_id"])
        match work["do"]:
            case "freeze":
                return self._on(work, self._writer.freeze(*of, now), State.FREEZING)
            case "amend":
                return self._writer.amend(*of, now).state.value
            case "close":
                return self._on(work, self._counting.close(*of, now), State.CLOSING)
            case "tell":
                return self._caller.call(*of, now).state.value
            case unknown:
                raise KeyError(unknown)

    def _on(self, work: Mapping[str, str], ballot: Ballot, half_way: State) -> str:
        """Have work that ended itself half way go on, and return the state the ballot is in.

        Lambda stops a function that calls itself after sixteen times, which is a roll of 160,000 rooms; the sweep then
        begins a new chain.
        """
        if ballot.state is half_way:
            self._queue.put(work)
        return ballot.state.value


def _waits_too_long(ballot: Ballot, now: datetime) -> bool:
    """Say whether a step should have been taken long ago; of telling people nobody wrote down when it began."""
    at = ballot.closes_at if ballot.state is State.OPEN else due_at(ballot)
    return ballot.telling is None and at is not None and at + TOO_LONG <= now


class BallotClock:
    """What the clock does with ballots: opens them, reminds, and hands the rest to the ballot office."""

    def __init__(self, store: BallotStore, queue: WorkQueue, call_a_person: Callable[[str], None]) -> None:
        self._store = store
        self._queue = queue
        self._call_a_person = call_a_person

    def sweep(self, now: datetime) -> int:
        """Take every step that is due; return how many were taken or handed on."""
        done, waits = 0, False
        for ballot in self._store.list_due(now):
            with suppress(Conflict):  # somebody took a step at this moment; the next run looks again
                self._see_to(ballot, now)
            done += 1
            waits |= _waits_too_long(ballot, now)
        if waits:
            self._call_a_person("ballot_waits")
        return done

    def _see_to(self, ballot: Ballot, now: datetime) -> None:
        work = {"estate_id": ballot.estate_id, "ballot_id": ballot.id}
        if ballot.telling is not None:
            self._queue.put({"do": "tell", **work})
        running = ballot.state in {State.NOTICE, State.OPEN}
        if ballot.state is State.FREEZING:
            self._queue.put({"do": "freeze", **work})
        elif ballot.state is State.CLOSING or (running and ballot.closes_at is not None and ballot.closes_at <= now):
            self._queue.put({"do": "close", **work})
        elif ballot.state is State.NOTICE and ballot.takes_votes(now):
            self._step(ballot, "open", now)
        elif ballot.is_ending(now):
            act = Transaction("system", "remind_of_ballot", now)
            act.change(BALLOT, ballot, replace(ballot, told_ending=True, telling=Event.ENDING))
            self._store.commit(act)
            self._queue.put({"do": "tell", **work})
        elif ballot.published is not None and ballot.published.at + KEPT_OPEN <= now:
            self._step(ballot, "archive", now)

    def _step(self, ballot: Ballot, name: str, now: datetime) -> None:
        step_id = derived_id("bstep", ballot.id, name)
        take_step(self._store, ballot, name, the_clock(now), step_id, lambda same: same)
