"""Lambda entry point of work on payments: settles, gives back and reconciles; the only one that asks for refunds."""

from __future__ import annotations

from miniprogram_api.container import Container
from miniprogram_api.kernel.errors import TooManyRequests, Unavailable
from miniprogram_api.payments.service.work import is_found_again
from miniprogram_api.settings import Settings

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, str], _context: object) -> str | None:
    """Do one piece of work and say what was done.

    What WeChat or the table were too busy for is let go when the sweep hands it on again. All else is raised: Lambda
    tries it twice more and then sets it aside, where an alarm calls a person.
    """
    try:
        done = CONTAINER.payment_work.do(event, CONTAINER.clock())
    except (Unavailable, TooManyRequests) as reason:
        CONTAINER.log.warning("payment_work_put_off", extra={"work": event, "code": reason.code})
        if is_found_again(event):
            return None
        raise
    except Exception:
        CONTAINER.log.exception("payment_work_failed", extra={"work": event})
        raise
    CONTAINER.log.info("payment_work_done", extra={"work": event, "done": done})
    return done
