"""Fees that add up: from a tariff to a paid, receipted, reconciled bill, every figure recomputed from outside."""

from __future__ import annotations

from local.cast import Cast
from local.founding import found
from local.journey import at
from local.stack import Stack
from local.stories.fees import adding_up, books, desk, issuing, opening, paying, pricing, reconciling
from local.stories.fees.telling import Fees
from local.telling import nothing_was_set_aside, say
from local.travel import TravellingClock

BEGINS = "2026-10-12 10:00"


def play(kind: type[Stack] = Stack) -> int:
    """Play two months on a fresh stack of that kind with a clock of its own, and return how many steps were seen."""
    clock = TravellingClock(at(BEGINS))
    with kind(clock=clock) as stack:
        clock.meet(stack.simulator)
        cast = Cast(stack)
        say("\n道路队小区 is founded once more, on 12 October 2026 ...")
        estate = found(cast, stack.container.parameters.secret("operator-code"), clock(), cards=False)
        story = Fees(cast, estate, clock=clock)
        opening.people_move_in(story)
        opening.the_company_names_its_merchant(story)
        pricing.the_price_comes_about(story)
        pricing.other_charges(story)
        issuing.november_is_issued(story)
        paying.residents_pay(story)
        desk.the_desk(story)
        reconciling.mornings(story)
        books.november_in_the_books(story)
        adding_up.everything_adds_up(story)
        nothing_was_set_aside(story)
        return story.steps
