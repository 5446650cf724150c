"""Values of subscribe messages made to fit the formats WeChat gives each kind of key (thing, phrase, time ...).

Words may be shortened, since the page behind the message says the rest. Facts (a time, a sum, a number) may be
written differently but never cut: one that cannot be written as WeChat demands is refused here, before it is sent.
Source: WeChat's table of subscribe message parameter values; an empty value or a line break is its error 47003.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from miniprogram_api.wechat.errors import TemplateArgumentInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# What stands where there is nothing to say: it fits every kind of words and tells the person what to do.
SEE_DETAILS = "见详情"
THING_LENGTH = 20
PHRASE_LENGTH = 5
CHINESE_NAME_LENGTH = 10
LATIN_NAME_LENGTH = 20

_KEY = re.compile(r"([a-z_]+?)[0-9]+")
_HAN = "\u4e00-\u9fff"
_NOT_IN_NAMES = re.compile(f"[^{_HAN}A-Za-z·. '-]")
_NOT_HAN = re.compile(f"[^{_HAN}]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_MOMENT = re.compile(
    r"(?:(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?)?"
    r"[ T]?"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?)?"
)


def fit(key: str, value: str) -> str:
    """The value as the key wants it (``thing1``, ``time2`` ...): one line, never empty, within WeChat's limits.

    Raises:
        TemplateArgumentInvalid: the key is of no known kind, or the value is a fact that does not have its form.
    """
    kind = _KEY.fullmatch(key)
    rule = _RULES.get(kind[1]) if kind else None
    fitted = rule(_one_line(value)) if rule else None
    if not fitted:
        raise TemplateArgumentInvalid(field=key)
    return fitted


def fit_all(data: Mapping[str, str]) -> dict[str, str]:
    """Every value of a message fitted to its key.

    Raises:
        TemplateArgumentInvalid: one of them cannot be; ``detail["field"]`` says which.
    """
    return {key: fit(key, value) for key, value in data.items()}


def _one_line(value: str) -> str:
    """The visible characters of the value, with any run of white space as one space."""
    spaced = " ".join(value.split())
    return " ".join("".join(sign for sign in spaced if unicodedata.category(sign) not in _UNSEEN).split())


def _thing(value: str) -> str:
    if len(value) > THING_LENGTH:
        value = value[: THING_LENGTH - 1].rstrip() + "…"
    return value or SEE_DETAILS


def _phrase(value: str) -> str:
    return _NOT_HAN.sub("", value)[:PHRASE_LENGTH] or SEE_DETAILS


def _name(value: str) -> str:
    """Ten characters when there is Chinese in it, else twenty; what does not belong into a name goes."""
    value = " ".join(_NOT_IN_NAMES.sub("", value).split())
    limit = LATIN_NAME_LENGTH if value.isascii() else CHINESE_NAME_LENGTH
    return value[:limit].rstrip() or SEE_DETAILS


def _moment(value: str, *, needs_time: bool, needs_date: bool) -> str | None:
    """One point in time as WeChat writes it (``2019年10月1日 15:01``), or None when it is none."""
    parts = _MOMENT.fullmatch(value.strip())
    if parts is None or (needs_time and not parts["hour"]) or (needs_date and not parts["year"]):
        return None
    written = []
    if parts["year"]:
        year, month, day = int(parts["year"]), int(parts["month"]), int(parts["day"])
        try:
            date(year, month, day)
        except ValueError:
            return None
        written.append(f"{year:04}年{month}月{day}日")
    if parts["hour"]:
        if int(parts["hour"]) > 23 or int(parts["minute"]) > 59:
            return None
        written.append(f"{int(parts['hour']):02}:{parts['minute']}")
    return " ".join(written)


def _span(value: str, *, needs_time: bool = False, needs_date: bool = False) -> str | None:
    """A point in time, or two joined by ``~``."""
    points = _plain(value).split("~")
    moments = [_moment(point, needs_time=needs_time, needs_date=needs_date) for point in points]
    if len(moments) > 2 or not all(moments):
        return None
    return "~".join(moment for moment in moments if moment)


def _time(value: str) -> str | None:
    return _span(value, needs_time=True)


def _date(value: str) -> str | None:
    return _span(value, needs_date=True)


def _plain(value: str) -> str:
    """Full-width digits, letters and signs as ordinary ones."""
    return unicodedata.normalize("NFKC", value)


def _exact(pattern: str, drop: str = "") -> Callable[[str], str | None]:
    """A rule for a fact: ordinary characters, without those in ``drop``, and then exactly of this form."""
    form, dropped = re.compile(pattern), str.maketrans("", "", drop)

    def rule(value: str) -> str | None:
        value = _plain(value).translate(dropped)
        return value if form.fullmatch(value) else None

    return rule


def _car_number(value: str) -> str | None:
    return _CAR_NUMBER(value.upper())


_CAR_NUMBER = _exact(f"(?=.{{2,8}}$)[{_HAN}A-Z0-9][A-Z0-9]*[{_HAN}A-Z0-9]", drop="·.- ")

_RULES: dict[str, Callable[[str], str | None]] = {
    "thing": _thing,
    "phrase": _phrase,
    "name": _name,
    "time": _time,
    "date": _date,
    "number": _exact(r"(?=.{1,32}$)-?[0-9]+(\.[0-9]+)?", drop=", "),
    "amount": _exact(r"[¥$€£]?[0-9]{1,10}(\.[0-9]{1,2})?元?", drop=", "),
    "letter": _exact(r"[A-Za-z]{1,32}", drop=" "),
    "symbol": _exact(r"[!-/:-@\[-`{-~]{1,5}", drop=" "),
    "character_string": _exact(r"[!-~]{1,32}", drop=" "),
    "phone_number": _exact(r"(?=.*[0-9])[0-9+\-()*#]{1,17}", drop=" "),
    "car_number": _car_number,
    # The template itself lists what may stand here.
    "enum": lambda value: value,
    "enum_string": lambda value: value,
}
