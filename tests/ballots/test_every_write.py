"""Every act of a ballot, ended before and after each of its writes and done again: the ballot ends the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.ballots.service.desk import Asked
from miniprogram_api.ballots.service.paper import PaperRead
from miniprogram_api.ballots.service.proxies import Wish
from miniprogram_api.ballots.service.voting import Cast
from miniprogram_api.decisions.decision import decision_id
from miniprogram_api.kernel.access import Principal, Role
from tests.ballots.hall import content
from tests.faults.crash import Crash, CrashPoint, Cut

if TYPE_CHECKING:
    from tests.ballots.hall import Hall
    from tests.world import Person

AREAS = {"101": 8000, "102": 9000, "201": 10000}
MOST_WRITES = 12
Act = tuple[Callable[[], Any], Callable[[], Any]]
"""What is done, and what is then true, as a value that must be the same after any crash."""


def principal(person: Person) -> Principal:
    return Principal(person.account_id, f"人{person.account_id[-4:]}", True, person.grants)


def office(hall: Hall, work: str, ballot_id: str, now: datetime | None = None) -> Callable[[], Any]:
    sent = {"do": work, "estate_id": hall.estate_id, "ballot_id": ballot_id}
    return lambda: hall.container.ballot_work.do(sent, now or hall.clock())


def the_ballot(hall: Hall, ballot_id: str) -> Any:
    return hall.container.ballots.get_ballot(hall.estate_id, ballot_id)


def votes_of(hall: Hall, ballot_id: str, number: str) -> list[int]:
    store = hall.container._roll_store
    elector = store.find_elector(the_ballot(hall, ballot_id), hall.rooms[number].id)
    return [vote.revision for vote in store.find_votes(elector)]


def freezing(hall: Hall) -> Act:
    ballot_id = hall.draft()
    hall.post(f"{hall.path}/{ballot_id}/submission", hall.drafter)
    hall.post(f"{hall.path}/{ballot_id}/approval", hall.community)
    hall.queue.waiting.clear()

    def seen() -> Any:
        ballot = the_ballot(hall, ballot_id)
        return ballot.state, ballot.roll and (ballot.roll.rooms, ballot.roll.heads, ballot.roll.area)

    return office(hall, "freeze", ballot_id), seen


def casting(hall: Hall) -> Act:
    ballot_id, who = hall.opened(), principal(hall.owners["101"])
    wish = Cast(hall.rooms["101"].id, (("yes",),))
    receipts = []

    def act() -> None:
        done = hall.container.voting.cast(who, hall.estate_id, ballot_id, wish, "one-key-only", hall.clock())
        receipts.append(done.commitment)

    return act, lambda: (votes_of(hall, ballot_id, "101"), len(set(receipts)))


def confirming_a_paper(hall: Hall) -> Act:
    ballot_id = hall.opened()
    first, second = principal(hall.drafter), principal(hall.someone(Role.BUILDING_HEAD))
    paper = PaperRead(hall.rooms["101"].id, "NO-1", (("no",),))
    hall.container.paper_votes.enter(first, the_ballot(hall, ballot_id), paper, hall.clock())

    def act() -> None:
        hall.container.paper_votes.confirm(second, the_ballot(hall, ballot_id), paper, hall.clock())

    return act, lambda: votes_of(hall, ballot_id, "101")


def giving_a_proxy(hall: Hall) -> Act:
    ballot_id, who = hall.opened(), principal(hall.owners["101"])
    agent = hall.people.stranger()
    store = hall.container._roll_store

    def act() -> None:
        ballot = the_ballot(hall, ballot_id)
        elector = store.find_elector(ballot, hall.rooms["101"].id)
        hall.container.proxies.give(who, ballot, elector, Wish(elector.room_id, agent.account_id), hall.clock())

    def seen() -> Any:
        ballot = the_ballot(hall, ballot_id)
        elector = store.find_elector(ballot, hall.rooms["101"].id)
        held = store.find_held(ballot, agent.account_id)
        return elector.agents == (agent.account_id,), held and held.count

    return act, seen


def amending(hall: Hall) -> Act:
    ballot_id = hall.draft()
    hall.freeze(ballot_id)
    line = {"room_id": hall.rooms["101"].id, "kind": "area", "area": 8100}
    hall.post(f"{hall.path}/{ballot_id}/amendments", hall.community, 201, corrections=[line], reason="登记有误")
    hall.queue.waiting.clear()

    def seen() -> Any:
        ballot = the_ballot(hall, ballot_id)
        (made,) = hall.container.roll_desk.list_amendments(ballot)
        return ballot.roll.area, ballot.roll.amendments, made.root_after == ballot.roll.root

    return office(hall, "amend", ballot_id), seen


def telling(hall: Hall) -> Act:
    ballot_id = hall.draft()
    hall.freeze(ballot_id)
    hall.announce(ballot_id)
    hall.queue.waiting.clear()

    def seen() -> Any:
        ballot = the_ballot(hall, ballot_id)
        rows = hall.container.table.collection(f"BALLOT#{hall.estate_id}#{ballot_id}#S1.0000", prefix="CALL#")
        return ballot.telling, [len(body["accounts"]) for _, body in rows]

    return office(hall, "tell", ballot_id), seen


def closing(hall: Hall) -> Act:
    ballot_id = hall.opened()
    hall.vote(ballot_id, "101")
    hall.vote(ballot_id, "102")
    ends = the_ballot(hall, ballot_id).closes_at

    def seen() -> Any:
        ballot = the_ballot(hall, ballot_id)
        if ballot.result is None:
            return ballot.state
        return ballot.state, ballot.result.questions[0].outcome, len(content(hall.bundle(ballot_id))["rows"])

    return office(hall, "close", ballot_id, ends), seen


def publishing(hall: Hall) -> Act:
    ballot_id = hall.opened()
    for number in AREAS:
        hall.vote(ballot_id, number)
    counted = hall.close(ballot_id)
    hall.clock.set(datetime.fromisoformat(counted["objections_until"]) + timedelta(minutes=1))
    hall.post(f"{hall.path}/{ballot_id}/certification", hall.community)
    asked = Asked(principal(hall.community), hall.estate_id, ballot_id, "publish-once", hall.clock())

    def seen() -> Any:
        ballot = the_ballot(hall, ballot_id)
        decision = hall.container.decisions.find(hall.estate_id, decision_id(ballot_id, 1))
        return ballot.state, decision and (decision.matter, decision.state)

    return lambda: hall.container.ballots.publish(asked), seen


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize(
    "scene", [freezing, casting, confirming_a_paper, giving_a_proxy, amending, telling, closing, publishing]
)
def test_an_act_cut_at_any_write_and_done_again_ends_the_same(hall: Hall, scene: Callable[[Hall], Act]) -> None:
    hall.settle(AREAS)
    start = hall.clock()
    act, seen = scene(hall)
    act()
    wanted, cut_somewhere = seen(), 0
    point = CrashPoint()
    with point.before(hall.container.table):
        for nth in range(1, MOST_WRITES + 1):
            for carried_out in (False, True):
                hall.clock.set(start)
                act, seen = scene(hall)
                try:
                    with point.armed(Cut(nth, carried_out)):
                        act()
                except Crash:
                    cut_somewhere += 1
                act()
                assert seen() == wanted, (nth, carried_out)
            if cut_somewhere < 2 * nth:  # there is no nth write
                break
    assert cut_somewhere >= 2, "nothing was written"
