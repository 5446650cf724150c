"""What the tour stands on: its stories by name, and a clock that takes the simulated WeChat along."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local import tour
from local.cast import AnotherAnswer
from local.travel import TravellingClock
from local.wechat_simulator import WeChatSimulator

if TYPE_CHECKING:
    from local.stack import Stack

BEGINS = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
NEARLY = timedelta(seconds=5)


def test_all_stories_are_played_unless_some_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(tour.STORIES) == {"card", "fees", "vote"}
    played: list[str] = []
    for name in tour.STORIES:
        monkeypatch.setitem(tour.STORIES, name, lambda kind, name=name: played.append(name) or 7)
    assert tour.main([]) == 0
    assert played == ["card", "fees", "vote"]
    assert "21 steps seen as told" in capsys.readouterr().out
    assert tour.main(["fees"]) == 0
    assert played[3:] == ["fees"]


def test_a_story_nobody_knows_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert tour.main(["feees"]) == 2
    assert capsys.readouterr().err == "There is no story feees; there are: card, fees, vote.\n"


def test_what_differs_ends_the_tour(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def differs(_kind: type[Stack]) -> int:
        raise AnotherAnswer("paid: 1, but the story says 2")

    monkeypatch.setitem(tour.STORIES, "fees", differs)
    assert tour.main(["fees"]) == 1
    assert "paid: 1, but the story says 2" in capsys.readouterr().err


def test_a_journey_moves_both_clocks() -> None:
    clock, simulator = TravellingClock(BEGINS), WeChatSimulator()
    clock.meet(simulator)
    for there in (BEGINS + timedelta(hours=1), BEGINS + timedelta(days=51)):
        clock.travel(there, simulator)
        told = datetime.fromtimestamp(simulator.world.clock.now(), UTC)
        assert there <= clock() < there + NEARLY
        assert abs(told - clock()) < NEARLY


def test_nobody_travels_back() -> None:
    clock, simulator = TravellingClock(BEGINS), WeChatSimulator()
    with pytest.raises(ValueError, match="has passed"):
        clock.travel(BEGINS - timedelta(days=1), simulator)
