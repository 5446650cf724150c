"""Every act, ended before and after its write and then sent again: it is done, and done once (VOT-03, VOT-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.kernel.access import Role
from tests.faults.crash import Crash, CrashPoint, Cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.consultation.conftest import Consulting

Act = "Callable[[], Any]"
KEY = "crash-key-1"


def proposing(on: Consulting) -> Any:
    return lambda: on.propose(key=KEY)


def supporting(on: Consulting) -> Any:
    topic_id, neighbour = on.proposed(), on.neighbour(1)
    return lambda: on.support(topic_id, 1, neighbour)


def making_up_the_number(on: Consulting) -> Any:
    topic_id, fifth = on.proposed(), on.neighbour(5)
    for number in range(1, 5):
        on.support(topic_id, number)
    return lambda: on.support(topic_id, 5, fifth)


def taking_support_back(on: Consulting) -> Any:
    topic_id, neighbour = on.proposed(), on.neighbour(1)
    on.support(topic_id, 1)
    path = f"{on.path}/{topic_id}/supporters/room_1"
    return lambda: on.client.delete(path, who=neighbour)


def taking_up(on: Consulting) -> Any:
    topic_id = on.proposed()
    return lambda: on.step(topic_id, "take-up", {"reason": "多户反映"}, key=KEY)


def commenting(on: Consulting) -> Any:
    topic_id, tenant = on.proposed(), on.who(Role.TENANT)
    return lambda: on.step(topic_id, "words", {"text": "支持加装"}, tenant, key=KEY)


def taking_a_word_away(on: Consulting) -> Any:
    topic_id, tenant = on.proposed(), on.who(Role.TENANT)
    word_id = on.step(topic_id, "words", {"text": "支持加装"}, tenant).json["id"]
    path = f"{on.path}/{topic_id}/words/{word_id}/removal"
    return lambda: on.client.post(path, json={"reason": "写错了"}, who=tenant)


def resolving(on: Consulting) -> Any:
    topic_id = on.discussing()
    action_id = on.discussed(topic_id)
    return lambda: on.resolve(topic_id, action_id, key=KEY)


def giving_a_task(on: Consulting) -> Any:
    topic_id = on.handling()
    on.who(Role.MANAGER)
    return lambda: on.task(topic_id, key=KEY)


def publishing(on: Consulting) -> Any:
    topic_id, photo_id = on.showing(), on.photo(on.who(Role.MANAGER))
    return lambda: on.publish(topic_id, key=KEY, photo_ids=[photo_id])


def rating(on: Consulting) -> Any:
    topic_id, neighbour = on.rating(), on.neighbour(1)
    return lambda: on.rate(topic_id, 1, 4, neighbour)


def recording(on: Consulting) -> Any:
    topic_id, photo_id = on.discussing(), on.photo(on.who(Role.COMMUNITY))
    return lambda: on.record(topic_id, key=KEY, photo_ids=[photo_id])


def signing(on: Consulting) -> Any:
    action_id, manager = on.record(None).json["action"]["id"], on.who(Role.MANAGER)
    return lambda: on.sign(action_id, "company", manager)


def setting(on: Consulting) -> Any:
    body = {"supporters": 9, "rating_days": 9, "bar_tenths": 20, "fewest_ratings": 9}
    committee = on.who(Role.COMMITTEE)
    return lambda: on.client.put(f"{on.estate}/consultation-settings", json=body, who=committee)


ACTS = [
    proposing, supporting, making_up_the_number, taking_support_back, taking_up, commenting, taking_a_word_away,
    resolving, giving_a_task, publishing, rating, recording, signing, setting,
]  # fmt: skip


@pytest.mark.row("VOT-03", "VOT-05")
@pytest.mark.parametrize("carried_out", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("prepared", ACTS, ids=lambda act: act.__name__)
def test_an_act_that_was_cut_off_is_done_by_sending_it_again(
    consulting, container, monkeypatch, prepared: Callable[[Consulting], Any], carried_out: bool
) -> None:
    monkeypatch.setattr("miniprogram_api.storage.table._WAIT_SECONDS", 0)
    act, crashes = prepared(consulting), CrashPoint()
    with crashes.before(container.table), crashes.armed(Cut(1, carried_out)), pytest.raises(Crash):
        act()
    answer = act()
    assert answer.status_code in {200, 201}, answer.json
    again = act()
    assert (again.status_code, again.json) == (answer.status_code, answer.json), "and sent once more, nothing changes"


@pytest.mark.row("VOT-03")
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("carried_out", [False, True], ids=["before", "after"])
def test_a_count_that_was_cut_off_is_finished_by_the_next_run(
    consulting, container, monkeypatch, nth, carried_out
) -> None:
    monkeypatch.setattr("miniprogram_api.consultation.store._PER_SHARD", 100)
    topic_id = consulting.rating()
    for number in (1, 2, 3):
        consulting.rate(topic_id, number, 2)
    rated, crashes = consulting.stored(topic_id), CrashPoint()
    consulting.clock.set(rated.terms.until)
    with crashes.before(container.table), crashes.armed(Cut(nth, carried_out)), pytest.raises(Crash):
        container.consultation_sweep._end_rating(rated, rated.terms.until)
    consulting.wait()
    read = consulting.read(topic_id)
    assert (read["topic"]["stage"], read["topic"]["round"]) == ("discuss", 2)
    assert [line["name"] for line in read["lines"]].count("send_back") == 1
