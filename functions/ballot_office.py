"""Lambda entry point of work on ballots: writes rolls, opens boxes, counts; the only one that can open a vote."""

from __future__ import annotations

from miniprogram_api.ballots.service.work import is_found_again
from miniprogram_api.container import Container
from miniprogram_api.kernel.errors import Conflict, Unavailable
from miniprogram_api.settings import Settings

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, str], _context: object) -> str | None:
    """Do one piece of work and return the state the ballot is in then.

    What others kept from being done is let go when the sweep hands it on again. All else is raised: Lambda tries it
    twice more and then sets it aside, where an alarm calls a person.
    """
    try:
        state = CONTAINER.ballot_work.do(event, CONTAINER.clock())
    except (Unavailable, Conflict) as reason:
        CONTAINER.log.warning("ballot_work_put_off", extra={"work": event, "code": reason.code})
        if is_found_again(event):
            return None
        raise
    except Exception:
        CONTAINER.log.exception("ballot_work_failed", extra={"work": event})
        raise
    CONTAINER.log.info("ballot_work_done", extra={"work": event, "state": state})
    return state
