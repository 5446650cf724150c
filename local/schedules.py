"""When a schedule of serverless.yml runs next. Only the three forms that the house uses are understood."""

import re
from datetime import UTC, datetime, timedelta

_RATE = re.compile(r"rate\((\d+) minutes?\)")
_HOURLY = re.compile(r"cron\((\d+) \* \* \* \? \*\)")
_DAILY = re.compile(r"cron\((\d+) (\d+) \* \* \? \*\)")


def next_run(when: str, now: float) -> float:
    """The next moment a rule fires after `now`; both in epoch seconds, a daily time in UTC.

    Raises:
        ValueError: the rule is none of `rate(N minutes)`, `cron(MINUTE * * * ? *)` and `cron(MINUTE HOUR * * ? *)`.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    """
    if rate := _RATE.fullmatch(when):
        return now + 60 * int(rate[1])
    if hourly := _HOURLY.fullmatch(when):
        this_hour = datetime.fromtimestamp(now, UTC).replace(minute=int(hourly[1]), second=0, microsecond=0)
        return this_hour.timestamp() if this_hour.timestamp() > now else this_hour.timestamp() + 3600
    if daily := _DAILY.fullmatch(when):
        today = datetime.fromtimestamp(now, UTC)
        run = today.replace(hour=int(daily[2]), minute=int(daily[1]), second=0, microsecond=0)
        return (run if run > today else run + timedelta(days=1)).timestamp()
    raise ValueError(f"{when!r} is no rate(N minutes), cron(MINUTE * * * ? *) or cron(MINUTE HOUR * * ? *)")
