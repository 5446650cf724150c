"""A ballot from draft to published result, over HTTP against the real engine."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from miniprogram_api.ballots import verify_ballot
from tests.ballots.hall import ABSTAIN, NO, content

AREAS = {"101": 8000, "102": 8000, "201": 9000, "202": 9000, "301": 10000, "302": 10000}


@pytest.mark.row("VOT-01", "VOT-18")
def test_owners_dismiss_a_company(hall, tmp_path: Path) -> None:
    """4 of 6 heads and 34,000 of 54,000 take part: 3 x 34,000 < 2 x 54,000, so the fifth is needed; 4 yes of 5."""
    hall.settle(AREAS)
    ballot_id = hall.opened()
    receipt = hall.vote(ballot_id, "101")
    for number in ("102", "201", "301"):
        hall.vote(ballot_id, number)
    hall.vote(ballot_id, "202", NO)
    counted = hall.close(ballot_id)
    assert (counted["state"], counted["state_label"]) == ("counted", "结果异议期")
    (question,) = counted["result"]["questions"]
    assert question["outcome"] == "passed"
    assert question["taking_part"] == {"area": 44000, "heads": 5, "rooms": 5}
    assert [check["working"] for check in question["quorum"]] == ["3 × 44000 ≥ 2 × 54000", "3 × 5 ≥ 2 × 6"]
    assert question["options"][0]["amount"] == {"area": 35000, "heads": 4, "rooms": 4}
    assert [check["working"] for check in question["options"][0]["checks"]] == [
        "2 × 35000 > 1 × 44000",
        "2 × 4 > 1 × 5",
    ]
    published = hall.publish(ballot_id)
    assert published["state"] == "published"
    decisions = hall.get(f"/v1/estates/{hall.estate_id}/decisions", hall.owners["101"])["items"]
    assert [(one["matter"], one["state"]) for one in decisions] == [("manager", "in_force")]
    (tmp_path / "bundle.json").write_bytes(hall.bundle(ballot_id))
    (tmp_path / "receipt.json").write_text(json.dumps(receipt, ensure_ascii=False))
    (tmp_path / "verify_ballot.py").write_text(Path(verify_ballot.__file__).read_text())
    command = [sys.executable, "-I", "-S", "verify_ballot.py", "bundle.json", "--digest", published["digest"]]
    ran = subprocess.run(
        [*command, "--receipt", "receipt.json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.row("VOT-01")
def test_exactly_half_is_not_more_than_half(hall) -> None:
    hall.settle({"101": 8000, "102": 8000})
    ballot_id = hall.opened()
    hall.vote(ballot_id, "101")
    hall.vote(ballot_id, "102", ABSTAIN)
    (question,) = hall.close(ballot_id)["result"]["questions"]
    assert question["outcome"] == "failed"


@pytest.mark.row("VOT-01")
def test_a_flat_sold_after_the_freeze_is_voted_for_by_the_seller(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    seller = hall.owners["101"]
    from dataclasses import replace

    from miniprogram_api.households.rules import OccupancyState
    from miniprogram_api.households.store import OCCUPANCY, Bindings
    from miniprogram_api.storage.transaction import Transaction

    bindings = Bindings(hall.container.table)
    (bound,) = bindings.list_room(hall.estate_id, hall.rooms["101"].id)
    act = Transaction("system", "test_setup", hall.clock())
    act.change(OCCUPANCY, bound, replace(bound, state=OccupancyState.ENDED))
    hall.container.grants.end(act, [(seller.account_id, seller.grants[0].id)])
    hall.container.table.commit(act)
    buyer = hall.bind("101")
    assert hall.vote(ballot_id, "101", who=buyer, status=403)["code"] == "not_on_roll"
    hall.vote(ballot_id, "101", who=seller)


@pytest.mark.row("VOT-01")
def test_a_room_votes_once_and_a_retry_gets_the_same_receipt(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    again = {"Idempotency-Key": "the-same-request"}
    first = hall.vote(ballot_id, "101", headers=again)
    assert hall.vote(ballot_id, "101", headers=again) == first
    assert hall.vote(ballot_id, "101", NO, status=409)["code"] == "already_voted"
    assert hall.vote(ballot_id, "101", NO, status=409, change=True)["code"] == "already_voted"


@pytest.mark.row("VOT-01")
def test_nobody_sees_a_choice_before_the_count(hall) -> None:
    """Not the voter, not those who run the ballot, not whoever reads the table: a yes and a no look alike."""
    hall.settle(AREAS)
    ballot_id = hall.opened()
    hall.vote(ballot_id, "101")
    hall.vote(ballot_id, "102", NO)
    ballot = hall.container.ballots.get_ballot(hall.estate_id, ballot_id)
    store = hall.container._roll_store
    yes, no = (store.find_votes(store.find_elector(ballot, hall.rooms[one].id))[0] for one in ("101", "102"))
    assert len(yes.sealed) == len(no.sealed)
    for path, who in (
        (f"/rooms/{hall.rooms['101'].id}", hall.owners["101"]),
        (f"/rooms/{hall.rooms['101'].id}/receipt", hall.owners["101"]),
        ("", hall.drafter),
        ("/turnout", hall.drafter),
        ("/roll", hall.community),
        ("/steps", hall.community),
    ):
        answer = hall.get(f"{hall.path}/{ballot_id}{path}", who)
        told = {**answer, "ballot": None, "questions": None} if isinstance(answer, dict) else answer
        assert not {'"yes"', '"no"'} & set(json.dumps(told).replace("[", " ").replace("]", " ").split()), path
    assert hall.get(f"{hall.path}/{ballot_id}/votes", hall.community, 403)["code"] == "votes_masked"


@pytest.mark.row("VOT-01")
def test_the_first_instant_after_the_end_is_too_late(hall) -> None:
    hall.settle(AREAS)
    ballot_id = hall.opened()
    ends = hall.container.ballots.get_ballot(hall.estate_id, ballot_id).closes_at
    hall.clock.set(ends - timedelta(milliseconds=1))
    hall.vote(ballot_id, "101")
    hall.clock.set(ends)
    assert hall.vote(ballot_id, "102", status=409)["code"] == "ballot_not_open"
    hall.container.ballot_clock.sweep(hall.clock())
    hall.work()
    rows = content(hall.bundle(ballot_id))["rows"]
    assert sum(1 for row in rows if row["vote"] is not None) == 1
