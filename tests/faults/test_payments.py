"""Thousands of schedules of everything that happens to payments: nothing is lost, nothing is doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.conftest import SCHEDULES, SEED
from tests.faults.payments_machine import PaymentsMachine

if TYPE_CHECKING:
    from tests.faults.stage import Stage

PARTS = 4
"""The schedules are played in so many parts, which `make faults` shares out over the cores."""

PLAYED = settings(
    max_examples=max(SCHEDULES // PARTS, 1),
    stateful_step_count=25,
    deadline=None,
    database=None,
    print_blob=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.row("FEE-02", "INT-13")
@pytest.mark.parametrize("part", range(PARTS))
def test_the_books_hold_whatever_happens(stage: Stage, part: int) -> None:
    """The seed is printed, in the header and with a failure; `make faults` plays ten times as many as `make test`."""

    @seed(SEED + part)
    def machine() -> PaymentsMachine:
        return PaymentsMachine(stage)

    print(f"play it again: FAULT_SEED={SEED} FAULT_SCHEDULES={SCHEDULES}")
    run_state_machine_as_test(machine, settings=PLAYED)
    print("what came of it:", dict(sorted(stage.outcomes.items())))
