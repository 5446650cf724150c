"""S13: 道路队小区 dismisses its company and hires another; a stranger counts again, and finds a forged vote."""

from __future__ import annotations

from local.cast import Cast
from local.founding import found
from local.journey import at
from local.stack import Stack
from local.stories.vote import box, counting, notice, proof, roll
from local.stories.vote.telling import Vote
from local.telling import nothing_was_set_aside, say
from local.travel import TravellingClock

BEGINS = "2026-11-02 10:00"


def play(kind: type[Stack] = Stack) -> int:
    """Play five weeks on a fresh stack of that kind with a clock of its own, and return how many steps were seen."""
    clock = TravellingClock(at(BEGINS))
    with kind(clock=clock) as stack:
        clock.meet(stack.simulator)
        cast = Cast(stack)
        say("\n道路队小区 is founded once more, on 2 November 2026 ...")
        estate = found(cast, stack.container.parameters.secret("operator-code"), clock(), cards=False)
        story = Vote(cast, estate, clock=clock)
        roll.the_register_is_put_right(story)
        roll.the_roll_is_frozen(story)
        notice.owners_are_told(story)
        box.the_box_is_filled(story)
        counting.the_box_is_opened(story)
        proof.a_stranger_counts_again(story)
        nothing_was_set_aside(story)
        return story.steps
