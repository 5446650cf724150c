"""Two people at the same moment, a lost answer, a process that ends: rights and case never differ (VOT-13, VOT-14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.appointments.rules import PostState
from miniprogram_api.kernel.access import Role
from tests.conduct.conftest import code, fresh_key
from tests.faults.crash import Crash, CrashPoint, Cut
from tests.neighbours import MeetInTheMiddle, at_once, fresh_phone

REPORT = "一年来召开业主大会两次，公开收支十二期，更换水泵两台，共花费 31,200 元。"


def report_path(conduct, body_id: str) -> str:
    return f"{conduct.estate}/committees/{body_id}/work-reports/2026"


def seat(conduct, post_id: str):
    return conduct.container.committees.access_seat_by_id(conduct.world.estate.id, post_id)


def consistent(conduct, case_id: str, post_id: str, who) -> None:
    """The case, the seat and the role say the same."""
    state, post = conduct.read(case_id)["case"]["state"], seat(conduct, post_id)
    assert (state == "suspended") is (post.held_for == (case_id,)) is (post.state is PostState.SUSPENDED)
    assert (("committee", conduct.world.estate.id) in who.roles()) is (state != "suspended")


class AfterAll:
    """Lets one act be written only after another was: what a slow request begun before a suspension does."""

    def __init__(self, commit, verb: str, first) -> None:
        self._commit, self._verb, self._first = commit, verb, first

    def __call__(self, act) -> None:
        if act.verb == self._verb and self._first is not None:
            first, self._first = self._first, None
            first()
        self._commit(act)


@pytest.mark.row("VOT-14")
def test_an_act_begun_before_the_suspension_and_written_after_it_is_refused(conduct, container, client) -> None:
    body_id = conduct.committee()
    sun, post_id = conduct.member(body_id)
    case_id = conduct.heard(post_id)
    told = []
    store = container.work_reports._store
    store.commit = AfterAll(store.commit, "file_work_report", lambda: told.append(conduct.step(case_id, "suspend")))
    late = client.put(report_path(conduct, body_id), who=sun, json={"text": REPORT})
    assert [answer.status_code for answer in told] == [200]
    assert code(late) == (403, "not_of_committee"), "the guard had let it pass"
    assert code(client.get(report_path(conduct, body_id), who=conduct.who("tenant"))) == (404, "work_report_unknown")


@pytest.mark.row("VOT-14")
def test_a_suspension_and_an_act_of_the_committee_in_two_threads(conduct, container, client, monkeypatch) -> None:
    for _ in range(3):
        body_id = conduct.committee()
        sun, post_id = conduct.member(body_id, owner_of="room_7")
        case_id = conduct.heard(post_id)
        street = conduct.who("street")
        meet = MeetInTheMiddle(container.table.commit, {"conduct_case_suspend", "file_work_report"}, 2)
        with monkeypatch.context() as patched:
            patched.setattr(container.conduct_cases._store, "commit", meet)
            patched.setattr(container.work_reports._store, "commit", meet)
            suspended, filed = at_once(
                lambda case=case_id, who=street: conduct.step(case, "suspend", who),
                lambda body=body_id, who=sun: client.put(report_path(conduct, body), who=who, json={"text": REPORT}),
            )
        assert suspended.status_code == 200
        assert filed.status_code in {200, 403}
        seen = client.get(report_path(conduct, body_id), who=conduct.who("tenant")).status_code
        assert seen == (200 if filed.status_code == 200 else 404)
        consistent(conduct, case_id, post_id, sun)
        again = client.put(report_path(conduct, body_id), who=sun, json={"text": REPORT})
        assert code(again) == (403, "not_allowed"), "from the next request on, nothing"


@pytest.mark.row("VOT-13", "VOT-14")
def test_who_signs_while_being_suspended_has_no_rights(conduct, container, monkeypatch) -> None:
    sun = conduct.neighbour()
    post_id = conduct.elect(conduct.committee(), sun.phone).json["id"]
    case_id = conduct.heard(post_id)
    street = conduct.who("street")
    meet = MeetInTheMiddle(container.table.commit, {"conduct_case_suspend", "sign_pledge"}, 2)
    with monkeypatch.context() as patched:
        patched.setattr(container.conduct_cases._store, "commit", meet)
        patched.setattr(container.pledges._store, "commit", meet)
        suspended, signed = at_once(
            lambda: conduct.step(case_id, "suspend", street), lambda: conduct.sign(sun, post_id)
        )
    assert (suspended.status_code, signed.status_code) == (200, 201), "whoever was second looks again"
    assert seat(conduct, post_id).held_for == (case_id,)
    assert sun.roles() == []


@pytest.mark.row("VOT-14")
def test_nobody_slips_into_another_committee_while_being_suspended(conduct, container, monkeypatch) -> None:
    first, second = conduct.committee(), conduct.committee("物业管理委员会")
    phone = fresh_phone()
    post_id = conduct.elect(first, phone).json["id"]
    case_id = conduct.heard(post_id)
    street = conduct.who("street")
    conduct.who("community")
    meet = MeetInTheMiddle(container.table.commit, {"conduct_case_suspend", "appoint_committee_member"}, 2)
    with monkeypatch.context() as patched:
        patched.setattr(container.conduct_cases._store, "commit", meet)
        patched.setattr(container._registry, "commit", meet)
        suspended, joined = at_once(
            lambda: conduct.step(case_id, "suspend", street), lambda: conduct.elect(second, phone)
        )
    assert suspended.status_code == 200
    assert joined.status_code in {201, 409}
    body = container.committees.access_body_by_id(conduct.world.estate.id, second)
    seats = [seat(conduct, post_id), *container.committees.members_of(body)]
    assert all(post.held_for == (case_id,) for post in seats)


@pytest.mark.row("VOT-14")
def test_an_election_begun_before_the_suspension_and_written_after_it_is_refused(
    conduct, container, monkeypatch
) -> None:
    first, second = conduct.committee(), conduct.committee("物业管理委员会")
    phone = fresh_phone()
    case_id = conduct.heard(conduct.elect(first, phone).json["id"])
    with monkeypatch.context() as patched:
        late = AfterAll(
            container._registry.commit, "appoint_committee_member", lambda: conduct.step(case_id, "suspend")
        )
        patched.setattr(container._registry, "commit", late)
        refused = conduct.elect(second, phone)
    assert code(refused) == (409, "post_held_for_case")


@pytest.mark.row("VOT-14")
@pytest.mark.parametrize("step", ["suspend", "restore", "end"])
@pytest.mark.parametrize("carried_out", [False, True])
def test_a_crash_before_or_after_the_write_leaves_all_or_nothing(conduct, container, step, carried_out) -> None:
    sun, post_id = conduct.member(conduct.committee(), owner_of="room_7")
    case_id = conduct.heard(post_id) if step == "suspend" else conduct.voting(post_id)
    conduct.decide()
    key, street, cut = fresh_key(), conduct.who("street"), CrashPoint()
    with cut.before(container.table), cut.armed(Cut(1, carried_out)), pytest.raises(Crash):
        conduct.step(case_id, step, street, key=key, decision_id="dec_1")
    rights = ("committee", conduct.world.estate.id) in sun.roles()
    changed = {"suspend": not rights, "restore": rights, "end": seat(conduct, post_id).is_over}[step]
    assert changed is carried_out
    again = conduct.step(case_id, step, street, key=key, decision_id="dec_1")
    assert again.status_code == 200
    assert [line["name"] for line in again.json["history"]].count(step) == 1
    assert (("committee", conduct.world.estate.id) in sun.roles()) is (step == "restore")


@pytest.mark.row("VOT-13")
@pytest.mark.parametrize("carried_out", [False, True])
def test_a_crash_while_signing_leaves_all_or_nothing(conduct, container, carried_out) -> None:
    sun = conduct.neighbour()
    post_id = conduct.elect(conduct.committee(), sun.phone).json["id"]
    cut = CrashPoint()
    with cut.before(container.table), cut.armed(Cut(1, carried_out)), pytest.raises(Crash):
        conduct.sign(sun, post_id)
    assert (sun.roles() == [("committee", conduct.world.estate.id)]) is carried_out
    assert conduct.sign(sun, post_id).status_code == 201
    assert sun.roles() == [("committee", conduct.world.estate.id)]


def test_two_members_sign_at_the_same_moment(conduct, container, monkeypatch) -> None:
    body_id = conduct.committee()
    pairs = []
    for _ in range(2):
        person = conduct.neighbour()
        pairs.append((person, conduct.elect(body_id, person.phone).json["id"]))
    meet = MeetInTheMiddle(container.table.commit, {"sign_pledge"}, 2)
    with monkeypatch.context() as patched:
        patched.setattr(container.pledges._store, "commit", meet)
        answers = at_once(*(lambda one=one: conduct.sign(*one) for one in pairs))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert all(person.roles() == [("committee", conduct.world.estate.id)] for person, _ in pairs)


def test_two_officials_take_different_steps_at_once(conduct, container, monkeypatch) -> None:
    _, post_id = conduct.member(conduct.committee())
    case_id = conduct.report(post_id).json["id"]
    community, street = conduct.who("community"), conduct.who("street")
    meet = MeetInTheMiddle(container.table.commit, {"conduct_case_check", "conduct_case_dismiss"}, 2)
    with monkeypatch.context() as patched:
        patched.setattr(container.conduct_cases._store, "commit", meet)
        answers = at_once(
            lambda: conduct.step(case_id, "check", community), lambda: conduct.step(case_id, "dismiss", street)
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert next(one.json["code"] for one in answers if one.status_code == 409) == "conduct_case_moved"
    assert len(conduct.read(case_id)["history"]) == 2


def test_two_owners_of_a_room_rate_at_once_and_the_count_leaves_nobody_out(conduct, container, monkeypatch) -> None:
    body_id = conduct.committee()
    sun, _ = conduct.member(body_id)
    conduct.client.put(report_path(conduct, body_id), who=sun, json={"text": REPORT})
    conduct.clock.advance(timedelta(days=15, hours=13, minutes=59))
    persons = [conduct.people.resident(conduct.world.estate, role, "room_101") for role in (Role.OWNER, Role.CO_OWNER)]
    path = f"{report_path(conduct, body_id)}/ratings/room_101"
    meet = MeetInTheMiddle(container.table.commit, {"rate_work_report"}, 2)
    with monkeypatch.context() as patched:
        patched.setattr(container.work_reports._store, "commit", meet)
        answers = at_once(*(
            lambda who=who: conduct.client.put(path, who=who, json={"choice": "not"}) for who in persons
        ))  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [200, 409]

    def count_now() -> None:
        container.work_reports.sweep(conduct.clock() + timedelta(minutes=1))

    store, late = container.work_reports._store, conduct.people.resident(conduct.world.estate, Role.OWNER, "room_102")
    with monkeypatch.context() as patched:
        patched.setattr(store, "commit", AfterAll(store.commit, "rate_work_report", count_now))
        refused = conduct.client.put(path.replace("101", "102"), who=late, json={"choice": "satisfied"})
    assert code(refused) == (409, "work_report_rating_closed"), "it was being counted"
    result = conduct.client.get(report_path(conduct, body_id), who=conduct.who("tenant")).json["report"]["result"]
    assert (result["satisfied"], result["not_satisfied"]) == (0, 1)
