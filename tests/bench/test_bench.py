"""The measuring itself: figures are written as promised, ratios are what arithmetic says."""

import json

import pytest

from bench.duel import Measured, duel
from bench.figures import Figure, line_of, write


def test_figures_are_written_in_the_promised_form(tmp_path) -> None:
    figures = [Figure("a", 1.5, "x", "the floor", 2.0), Figure("b", 2.1, "x", "the floor", 2.0), Figure("c", 7, "ms")]
    write(figures, tmp_path / "build" / "bench.json")
    assert json.loads((tmp_path / "build" / "bench.json").read_text()) == [
        {"name": "a", "value": 1.5, "unit": "x", "against": "the floor", "bar": 2.0, "holds": True},
        {"name": "b", "value": 2.1, "unit": "x", "against": "the floor", "bar": 2.0, "holds": False},
        {"name": "c", "value": 7, "unit": "ms", "against": "", "bar": None, "holds": True},
    ]
    assert "DOES NOT HOLD" in line_of(figures[1])


def test_a_ratio_is_the_median_of_the_paired_rounds() -> None:
    ours, theirs = Measured(rounds=[10, 30, 90]), Measured(rounds=[10, 10, 10])
    assert ours.ratio_to(theirs) == 3


def test_percentiles_and_rate() -> None:
    measured = Measured(calls=[n * 1_000_000 for n in range(1, 102)], rounds=[1e9, 2e9, 4e9])
    assert measured.milliseconds(50) == pytest.approx(51)
    assert measured.milliseconds(99) == pytest.approx(100)
    assert measured.per_second == 0.5


def test_contenders_take_turns_and_the_first_round_does_not_count() -> None:
    called: list[str] = []
    measured = duel([lambda: called.append("a"), lambda: called.append("b")], rounds=3, calls=2)
    assert "".join(called) == "bbaa" + "aabb" + "bbaa" + "aabb"
    assert [len(one.calls) for one in measured] == [6, 6]
    assert [len(one.rounds) for one in measured] == [3, 3]
