"""`make tour`: stories played over HTTP on fresh stacks by the people in them; ends non-zero if anything differs.

`make tour STORY=fees` plays one alone.
"""

from __future__ import annotations

import sys
import time
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from local.cast import AnotherAnswer
from local.problems import CannotStart
from local.stack import Stack
from local.stories import card, fees, vote
from local.tool_environment import LOCAL_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LOG = LOCAL_FOLDER / "logs" / "tour.log"
STORIES: dict[str, Callable[[type[Stack]], int]] = {"card": card.play, "fees": fees.play, "vote": vote.play}


def main(arguments: Sequence[str], kind: type[Stack] = Stack) -> int:
    """Play the stories named, or all of them, each on a fresh stack of that kind."""
    unknown = [name for name in arguments if name not in STORIES]
    if unknown:
        print(f"There is no story {', '.join(unknown)}; there are: {', '.join(STORIES)}.", file=sys.stderr)
        return 2
    began, steps = time.monotonic(), 0
    LOG.parent.mkdir(parents=True, exist_ok=True)
    try:
        # The application logs to standard output, as Lambda wants it; here that is for whoever watches.
        with LOG.open("w", encoding="utf-8") as log, redirect_stdout(log):
            for name in arguments or STORIES:
                steps += STORIES[name](kind)
    except (AnotherAnswer, CannotStart) as difference:
        print(f"\nThe tour ends here: {difference}\nThe house's own log: {LOG}", file=sys.stderr)
        return 1
    print(f"\n{steps} steps seen as told, in {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
