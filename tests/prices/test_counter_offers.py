"""Owners answer: one counter-offer a room, changeable while the round lasts, and what they say together (FEE-06)."""

from __future__ import annotations

import statistics
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.access import Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.prices.counters import figures
from tests.neighbours import MeetInTheMiddle, at_once
from tests.prices.conftest import NO, OFFER

pytestmark = pytest.mark.row("FEE-06")


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def own(talking, talk_id: str, who, room_id: str):
    return talking.client.get(f"{talking.path}/{talk_id}/counter-offers/{room_id}", who=who)


def stored_rooms(talking, count: int) -> None:
    estates = talking.container.estates
    estate = estates.get_estate(talking.world.estate.id)
    estates.edit_estate("system", estate.id, estate.version, {"households": count}, talking.clock())


def test_a_room_answers_once_and_may_change_its_mind(talking, people, world) -> None:
    talk_id = talking.offered()
    stored_rooms(talking, 166)
    owners = [people.resident(world.estate, room_id=f"room_{number}") for number in range(4)]
    for number, price in enumerate((8_000, 9_000, 10_000, 11_001)):
        assert talking.counter(talk_id, owners[number], f"room_{number}", price).status_code == 200
    assert talking.counter(talk_id, owners[0], "room_0", 8_600, "只接受八毛六").json["price"] == 8_600
    [shown] = talking.read(talk_id)["counters"]
    # 8600, 9000, 10000, 11001: quartiles at places 0.75, 1.5 and 2.25; 4/166 = 2.41 %.
    assert shown == {
        "count": 4,
        "rooms": 166,
        "share": 24,
        "quartiles": {"lower": 8_900, "median": 9_500, "upper": 10_250},
    }
    mine = own(talking, talk_id, owners[0], "room_0").json
    assert (mine["price"], mine["reason"]) == (8_600, "只接受八毛六")


def test_few_answers_show_nobodys_figure(talking, people, world) -> None:
    talk_id = talking.offered()
    for number in range(2):
        talking.counter(talk_id, people.resident(world.estate, room_id=f"room_{number}"), f"room_{number}")
    [shown] = talking.read(talk_id)["counters"]
    assert (shown["count"], shown["share"], shown["quartiles"]) == (2, None, None), (
        "the estate has no rooms on its roster"
    )


def test_only_owners_of_a_room_speak_for_it(talking, people, world) -> None:
    talk_id = talking.offered()
    for role, answer in ((Role.OWNER, 200), (Role.CO_OWNER, 200), (Role.FAMILY, 403), (Role.TENANT, 403)):
        person = people.resident(world.estate, role, room_id="room_a")
        assert talking.counter(talk_id, person, "room_a").status_code == answer
    scope, now = Scope(ScopeKind.ESTATE, world.estate.id), talking.clock()
    both = people.with_grants(
        Grant(new_id("grant", now), Role.OWNER, scope, room_id="room_mine"),
        Grant(new_id("grant", now), Role.TENANT, scope, room_id="room_let"),
    )
    assert talking.counter(talk_id, both, "room_mine").status_code == 200
    let = talking.counter(talk_id, both, "room_let")
    missing = talking.counter(talk_id, both, "room_nowhere")
    assert code(let) == code(missing) == (404, "counter_room_unknown"), "living there gives no voice in its price"
    assert code(own(talking, talk_id, both, "room_a")) == (404, "counter_room_unknown")
    assert code(own(talking, talk_id, people.resident(world.estate, room_id="room_b"), "room_b")) == (
        404,
        "counter_unknown",
    )


def test_answers_count_until_the_round_is_over_even_when_the_job_is_late(talking, people, world) -> None:
    talking.guide()
    talk_id = talking.open().json["talk"]["id"]
    owner = people.resident(world.estate, room_id="room_a")
    assert code(talking.counter(talk_id, owner, "room_a")) == (409, "countering_closed"), "nothing is offered yet"
    talking.step(talk_id, "offer", OFFER, Role.MANAGER)
    assert code(talking.counter(talk_id, owner, "room_a", 12_001)) == (422, "price_above_limit")
    assert talking.counter(talk_id, owner, "room_a").status_code == 200
    talking.clock.advance(timedelta(days=14))
    late = talking.counter(talk_id, people.again(owner), "room_a", 8_000)
    assert code(late) == (409, "countering_closed"), "the job has not run, the time is over all the same"


def test_a_new_round_begins_without_the_old_answers(talking, people, world) -> None:
    talk_id = talking.agreed()
    owner = talking.who(Role.OWNER)
    talking.step(talk_id, "vote", {**NO, "decided_on": "2026-12-07"}, Role.COMMITTEE)
    talking.step(talk_id, "offer", OFFER, Role.MANAGER)
    assert own(talking, talk_id, owner, "room_test").status_code == 404
    assert talking.counter(talk_id, owner, "room_test", 9_900).status_code == 200
    assert [figures["count"] for figures in talking.read(talk_id)["counters"]] == [0, 1], "both rounds stay public"


def test_who_negotiates_reads_the_reasons_without_the_rooms(talking, people, world) -> None:
    talk_id = talking.offered()
    for number in range(3):
        person = people.resident(world.estate, room_id=f"room_{number}")
        talking.counter(talk_id, person, f"room_{number}", 9_000 + number, f"理由{number}")
    path = f"{talking.path}/{talk_id}/counter-offers"
    seen = talking.client.get(path, who=talking.who(Role.COMMITTEE)).json["items"]
    assert sorted(one["reason"] for one in seen) == ["理由0", "理由1", "理由2"]
    assert all(set(one) == {"price", "reason", "at"} for one in seen)
    assert code(talking.client.get(path, who=talking.who(Role.OWNER))) == (403, "not_allowed")


@pytest.mark.parametrize("first", [False, True])
def test_two_owners_of_one_room_at_once_leave_one_answer(talking, container, people, world, monkeypatch, first) -> None:
    talk_id = talking.offered()
    owners = [people.resident(world.estate, role, room_id="room_a") for role in (Role.OWNER, Role.CO_OWNER)]
    if first:
        talking.counter(talk_id, owners[0], "room_a", 8_000)
    monkeypatch.setattr(
        container.counter_offers._store, "commit", MeetInTheMiddle(container.table.commit, {"put_counter_offer"}, 2)
    )
    answers = at_once(
        lambda: talking.counter(talk_id, owners[0], "room_a", 9_000),
        lambda: talking.counter(talk_id, owners[1], "room_a", 10_000),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won = next(answer.json["price"] for answer in answers if answer.status_code == 200)
    assert talking.read(talk_id)["counters"][-1]["count"] == 1
    assert own(talking, talk_id, owners[0], "room_a").json["price"] == won


def test_an_answer_that_meets_the_end_of_the_round_does_not_slip_in(
    talking, container, people, world, monkeypatch
) -> None:
    talk_id = talking.offered()
    owner = people.resident(world.estate, room_id="room_a")
    commit = container.table.commit

    def end_first(act) -> None:
        monkeypatch.setattr(container.counter_offers._store, "commit", commit)
        assert talking.step(talk_id, "withdrawal", {"reason": "暂缓"}, Role.MANAGER).status_code == 200
        commit(act)

    monkeypatch.setattr(container.counter_offers._store, "commit", end_first)
    assert code(talking.counter(talk_id, owner, "room_a")) == (409, "countering_closed")
    assert talking.read(talk_id)["counters"][-1]["count"] == 0


@given(prices=st.lists(st.integers(1, 100_000_000), min_size=3, max_size=60), more=st.integers(0, 200))
def test_quartiles_are_those_of_the_textbook(prices, more) -> None:
    made = figures(prices, len(prices) + more)
    expected = statistics.quantiles([Fraction(price) for price in prices], n=4, method="inclusive")
    assert made.quartiles is not None
    found = (made.quartiles.lower, made.quartiles.median, made.quartiles.upper)
    assert all(abs(quartile - exact) <= Fraction(1, 2) for quartile, exact in zip(found, expected, strict=True))
    assert made.share is not None
    assert abs(Fraction(made.share, 1000) - Fraction(len(prices), len(prices) + more)) <= Fraction(1, 2000)
