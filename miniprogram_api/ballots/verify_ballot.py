#!/usr/bin/env python3
"""Check the file of proof of a ballot again, trusting nobody: 核对表决证明文件.

    python verify_ballot.py bundle.json [--digest <the printed digest>] [--receipt receipt.json]

One file, Python 3.8 or newer, nothing else. It is written from docs/ballot-bundle.md and shares no line with the count
of the house: what both compute alike was computed twice. It reads two files, opens no connection and writes nothing.
It ends with 0 when everything is as it should be, and with 1 and a sentence in Chinese when anything is not.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import string
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Check = Callable[[Any], None]
    Amount = dict[str, int]

BUNDLE_FORMAT = "flowing-property-ballot/1"
RECEIPT_FORMAT = "flowing-property-receipt/1"
LARGEST = 10**24
"""No true figure comes near it; what is larger is refused before anything is multiplied or printed."""

BEIJING = timezone(timedelta(hours=8))
BANDS = (90, 80, 70, 0)
KINDS = {
    "assembly": "业主大会表决",
    "election": "业主委员会选举",
    "renovation": "改造意愿征询",
    "wishes": "意愿调查",
    "satisfaction": "满意度测评",
}
MATTERS = {
    "rules": "制定或修改业主大会议事规则",
    "covenant": "制定或修改管理规约",
    "committee": "选举业主委员会或更换委员",
    "manager": "选聘或解聘物业服务企业或其他管理人",
    "fund_use": "使用维修资金",
    "fund_raise": "筹集维修资金",
    "rebuild": "改建、重建建筑物及其附属设施",
    "common_parts": "改变共有部分用途或利用共有部分经营",
    "other": "有关共有和共同管理权利的其他重大事项",
}
"""The matters of 民法典 278 (1) to (9), in its order."""

SPECIAL = frozenset({"fund_raise", "rebuild", "common_parts"})
FORMS = {"approve": "表决", "select": "推选", "survey": "调查", "rate": "评价"}
SILENCE = {
    "not_participated": "未表态的不算参与表决",
    "abstain": "已送达而未表态的算参与表决，按弃权计",
    "follow_majority": "已送达而未表态的算参与表决，计入多数意见",
}
MEASURES = {"area": "专有部分面积", "heads": "投票权人数", "rooms": "专有部分个数"}
BASES = {"all": "全部", "taking_part": "参与表决"}
OUTCOMES = {
    "counted": "已计票（本题不设通过条件）",
    "no_quorum": "参与表决的不够，表决无效",
    "passed": "通过",
    "failed": "未通过",
    "elected": "选出，名额已满",
    "seats_open": "名额未满",
}
PLACES = {
    "ballot": "表决",
    "rules": "规则",
    "roll": "投票权名册",
    "rows": "名册行",
    "result": "结果",
    "questions": "题目",
    "options": "选项",
    "quorum": "参与条件",
    "needs": "通过条件",
    "checks": "通过条件的核算",
    "amendments": "名册更正",
    "vote": "投票",
    "taking_part": "参与表决",
    "voted": "投票",
    "amount": "得票",
    "satisfaction": "满意度",
    "area": "面积",
    "heads": "人数",
    "rooms": "个数",
    "part": "分子",
    "whole": "分母",
    "holds": "是否成立",
    "outcome": "结论",
    "deemed": "未表态的计法",
    "place": "名次",
    "adopted": "是否通过或当选",
    "tied": "是否并列待定",
    "favourable": "满意",
    "valid": "有效",
    "band": "档次",
    "enough": "答卷是否足够",
}


class Wrong(Exception):
    """Something is not as it should be: what, in Chinese, and in which field."""

    def __init__(self, why: str, where: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.where = where

    def within(self, name: str) -> Wrong:
        """The same, seen from one level further out."""
        joint = "" if not self.where or self.where.startswith("[") else "."
        return Wrong(self.why, f"{name}{joint}{self.where}")

    def told(self) -> str:
        """The sentence for the reader."""
        return f"{self.why}（位置：{self.where}）" if self.where else self.why


# ---- How the file is written -----------------------------------------------------------------------------------------

CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> bytes:
    """A value in the one form it may be written in."""
    return CANONICAL.encode(value).encode("utf-8")


def sha256(content: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def fingerprint(*parts: Any) -> str:
    """The document's ``H(a, b, ...)``."""
    return sha256(canonical(list(parts)))


def read_json(content: bytes, name: str) -> Any:
    """JSON of whole numbers, without a key that stands twice in one object."""
    try:
        return json.loads(
            content.decode("utf-8"), object_pairs_hook=_without_double_keys, parse_float=_refuse, parse_constant=_refuse
        )
    except UnicodeDecodeError:
        raise Wrong(f"{name}不是 UTF-8 编码的文本，内容已被改动或损坏") from None
    except RecursionError:
        raise Wrong(f"{name}嵌套过深，不是规定的格式") from None
    except ValueError:
        raise Wrong(f"{name}不是规定的 JSON 文本，内容已被改动或损坏") from None


def _without_double_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Wrong("同一个字段在一处写了两次，内容已被改动")
    return value


def _refuse(number: str) -> NoReturn:
    raise Wrong(f"出现了不是整数的数 {shown(number, 40)}，规定只用整数")


def demand_canonical(value: Any, content: bytes) -> None:
    """The bytes are exactly those the value is written with.

    Raises:
        Wrong: another order, a blank, an escape, a byte more or less.
    """
    try:
        same = canonical(value) == content
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise Wrong("文件不是规定的唯一写法（多了、少了或换了字符，或字段的次序不对），内容已被改动")


# ---- What the file may hold: every field named, none besides ---------------------------------------------------------


def text(value: Any) -> None:
    """Any text."""
    if not isinstance(value, str):
        raise Wrong("这里应是文字")


def name_text(value: Any) -> None:
    """Text that is not empty."""
    text(value)
    if not value:
        raise Wrong("这里不能为空")


def flag(value: Any) -> None:
    """True or false, and no number for it."""
    if not isinstance(value, bool):
        raise Wrong("这里应是 true 或 false")


def whole(least: int) -> Check:
    """A whole number of at least so much."""

    def check(value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Wrong("这里应是整数")
        if not least <= value <= LARGEST:
            raise Wrong(f"这里的数不合理，应不小于 {least}")

    return check


def hexadecimal(length: int) -> Check:
    """So many hexadecimal digits in lower case."""
    digits = frozenset("0123456789abcdef")

    def check(value: Any) -> None:
        if not isinstance(value, str) or len(value) != length or not digits.issuperset(value):
            raise Wrong(f"这里应是 {length} 位小写十六进制数")

    return check


def one_of(*names: str) -> Check:
    """One of a few words."""
    known = frozenset(names)

    def check(value: Any) -> None:
        if not isinstance(value, str) or value not in known:
            raise Wrong(f"这里只能是 {'、'.join(sorted(known))} 之一")

    return check


def nothing_or(inner: Check) -> Check:
    """Null, or what the inner check allows."""

    def check(value: Any) -> None:
        if value is not None:
            inner(value)

    return check


def list_of(inner: Check, least: int = 0) -> Check:
    """A list of at least so many things of one shape."""

    def check(value: Any) -> None:
        if not isinstance(value, list) or len(value) < least:
            raise Wrong("这里应是列表" if least == 0 else f"这里应是至少有 {least} 项的列表")
        position = 0
        try:
            for position, item in enumerate(value):  # noqa: B007 - named for the sentence below
                inner(item)
        except Wrong as wrong:
            raise wrong.within(f"[{position}]") from None

    return check


def record(fields: dict[str, Check]) -> Check:
    """An object with exactly these fields."""
    names = frozenset(fields)

    def check(value: Any) -> None:
        if not isinstance(value, dict):
            raise Wrong("这里应是一组字段")
        if value.keys() != names:
            more, less = sorted(set(value) - names), sorted(names - set(value))
            raise Wrong(f"字段不对：多出 {shown('、'.join(more), 80) or '无'}，缺少 {'、'.join(less) or '无'}")
        name = ""
        try:
            for name, inner in fields.items():
                inner(value[name])
        except Wrong as wrong:
            raise wrong.within(name) from None

    return check


HASH = hexadecimal(64)
ROW_NAME = hexadecimal(32)
AMOUNT = record({"area": whole(0), "heads": whole(0), "rooms": whole(0)})
CHECKED = record({"part": whole(0), "whole": whole(0), "holds": flag})
NEED = record(
    {
        "measure": one_of(*MEASURES),
        "base": one_of(*BASES),
        "share": record({"numerator": whole(1), "denominator": whole(1), "included": flag}),
        "source": text,
    }
)
QUESTION = record(
    {
        "title": text,
        "text": text,
        "form": one_of(*FORMS),
        "matter": nothing_or(one_of(*MATTERS)),
        "most": whole(1),
        "seats": whole(0),
        "options": list_of(record({"id": name_text, "label": text, "favourable": flag, "valid": flag}), least=1),
    }
)
BALLOT = record(
    {
        "id": name_text,
        "estate": text,
        "kind": one_of(*KINDS),
        "title": text,
        "text": text,
        "opens_at": name_text,
        "closes_at": name_text,
        "extended": nothing_or(record({"from": name_text, "reason": text})),
        "questions": list_of(QUESTION, least=1),
    }
)
RULES = record(
    {
        "source": text,
        "quorum": list_of(NEED),
        "needs": list_of(list_of(NEED)),
        "silence": one_of(*SILENCE),
        "silence_clause": text,
        "least_answers": whole(0),
    }
)
AMENDMENT = record(
    {"number": whole(1), "at": name_text, "reason": text, "lines": whole(0), "root_before": HASH, "root_after": HASH}
)
ROLL = record(
    {
        "frozen_at": name_text,
        "root": HASH,
        "rooms": whole(0),
        "heads": whole(0),
        "area": whole(0),
        "amendments": list_of(AMENDMENT),
    }
)
VOTE = record(
    {
        "revision": whole(1),
        "channel": name_text,
        "choices": list_of(list_of(name_text)),
        "salt": name_text,
        "earlier": list_of(HASH),
    }
)
ROW = record({"row": ROW_NAME, "area": whole(1), "head": name_text, "delivered": flag, "vote": nothing_or(VOTE)})
RESULT = record(
    {
        "voted": AMOUNT,
        "questions": list_of(
            record(
                {
                    "outcome": one_of(*OUTCOMES),
                    "taking_part": AMOUNT,
                    "deemed": nothing_or(name_text),
                    "quorum": list_of(CHECKED),
                    "options": list_of(
                        record(
                            {
                                "id": name_text,
                                "amount": AMOUNT,
                                "checks": list_of(CHECKED),
                                "place": nothing_or(whole(1)),
                                "adopted": flag,
                                "tied": flag,
                            }
                        )
                    ),
                    "satisfaction": nothing_or(
                        record(
                            {
                                "favourable": whole(0),
                                "valid": whole(0),
                                "band": nothing_or(whole(0)),
                                "enough": flag,
                            }
                        )
                    ),
                }
            )
        ),
    }
)
BUNDLE = record(
    {
        "format": one_of(BUNDLE_FORMAT),
        "ballot": BALLOT,
        "rules": RULES,
        "roll": ROLL,
        "rows": list_of(ROW),
        "votes_root": HASH,
        "result": RESULT,
        "digest": HASH,
    }
)
RECEIPT = record(
    {
        "format": one_of(RECEIPT_FORMAT),
        "ballot_id": name_text,
        "room_id": name_text,
        "row": ROW_NAME,
        "row_salt": name_text,
        "revision": whole(1),
        "commitment": HASH,
        "roll_root": HASH,
        "at": name_text,
        "channel": name_text,
    }
)


# ---- What the fields must be to each other ---------------------------------------------------------------------------


def demand_sense(bundle: Any) -> None:
    """What no shape can say: lists that answer each other, shares of at most the whole, forms that can be counted."""
    questions, needs = bundle["ballot"]["questions"], bundle["rules"]["needs"]
    if len(needs) != len(questions):
        raise Wrong("通过条件的组数与题目的数目不同", "rules.needs")
    for index, question in enumerate(questions):
        where = f"ballot.questions[{index}]"
        options = [option["id"] for option in question["options"]]
        if len(set(options)) != len(options):
            raise Wrong("同一题里有两个选项用了同一个编号", where)
        if question["form"] == "approve" and "yes" not in options:
            raise Wrong("表决题里没有“同意”（yes）这个选项", where)
        if needs[index] and question["form"] not in ("approve", "select"):
            raise Wrong("调查题、评价题不能有通过条件", where)
    for need in [*bundle["rules"]["quorum"], *(need for group in needs for need in group)]:
        if need["share"]["numerator"] > need["share"]["denominator"]:
            raise Wrong("要求的比例超过了全部", "rules")


def demand_law(bundle: Any) -> None:
    """What owners decide together is asked for no less than 民法典 278 asks, whatever the file calls its rules.

    Raises:
        Wrong: a quorum below two thirds, or an approval below more than half, or below three quarters where the law
            wants that, of the area or of the heads.
    """
    if bundle["ballot"]["kind"] not in ("assembly", "election"):
        return
    rules = bundle["rules"]
    if not all(_asks(rules["quorum"], measure, "all", (2, 3, True)) for measure in ("area", "heads")):
        raise Wrong("参与条件低于民法典第二百七十八条（面积和人数都须占全部的三分之二以上）", "rules.quorum")
    for index, question in enumerate(bundle["ballot"]["questions"]):
        if question["matter"] is None:
            raise Wrong("业主共同决定的题目没有写明属于民法典第二百七十八条的哪一项", f"ballot.questions[{index}]")
        least = (3, 4, True) if question["matter"] in SPECIAL else (1, 2, False)
        if not all(_asks(rules["needs"][index], measure, "taking_part", least) for measure in ("area", "heads")):
            words = "四分之三以上" if question["matter"] in SPECIAL else "过半数"
            why = f"通过条件低于民法典第二百七十八条（参与表决的面积和人数都须{words}同意）"
            raise Wrong(why, f"rules.needs[{index}]")


def _asks(needs: Sequence[Any], measure: str, base: str, least: tuple[int, int, bool]) -> bool:
    """Whether one of the needs asks for as much as ``least``; a share of all is more than one of those taking part."""
    numerator, denominator, included = least
    for need in needs:
        share = need["share"]
        left, right = share["numerator"] * denominator, numerator * share["denominator"]
        enough = left > right or (left == right and (included or not share["included"]))
        if need["measure"] == measure and need["base"] in (base, "all") and enough:
            return True
    return False


def demand_rows(bundle: Any) -> None:
    """Every line stands once and in order, and every vote answers every question as it may be answered."""
    questions = bundle["ballot"]["questions"]
    orders = [{option["id"]: at for at, option in enumerate(question["options"])} for question in questions]
    most = [question["most"] for question in questions]
    before = ""
    for index, row in enumerate(bundle["rows"]):
        if row["row"] <= before:
            raise Wrong("名册行没有按编号排列，或同一行出现了两次", f"rows[{index}]")
        before = row["row"]
        if row["vote"] is not None:
            try:
                _demand_vote(row["vote"], orders, most)
            except Wrong as wrong:
                raise wrong.within(f"rows[{index}].vote") from None


def _demand_vote(vote: Any, orders: list[dict[str, int]], most: list[int]) -> None:
    if len(vote["earlier"]) != vote["revision"] - 1:
        raise Wrong("改票的次数与保留的旧票数目不符", "earlier")
    if len(vote["choices"]) != len(orders):
        raise Wrong("这张票回答的题数与题目数不同", "choices")
    for index, chosen in enumerate(vote["choices"]):
        places = [orders[index].get(option, -1) for option in chosen]
        if -1 in places:
            raise Wrong("选了题目里没有的选项", f"choices[{index}]")
        if any(places[at] >= places[at + 1] for at in range(len(places) - 1)):
            raise Wrong("同一选项选了两次，或没有按选项的次序写", f"choices[{index}]")
        if len(chosen) > most[index]:
            raise Wrong(f"选了 {len(chosen)} 项，本题至多选 {most[index]} 项", f"choices[{index}]")


# ---- Hashes ----------------------------------------------------------------------------------------------------------


def merkle_root(lines: Sequence[str]) -> str:
    """Root of the tree of RFC 6962, section 2.1, over hexadecimal lines."""
    leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(line)).digest() for line in lines]

    def head(start: int, end: int) -> bytes:
        if end - start == 1:
            return leaves[start]
        left = 1
        while left * 2 < end - start:
            left *= 2
        return hashlib.sha256(b"\x01" + head(start, start + left) + head(start + left, end)).digest()

    return head(0, len(leaves)).hex() if leaves else sha256(b"")


def commitment_of(ballot_id: str, row: Any) -> str:
    """What was fixed when the vote of this row was cast."""
    vote = row["vote"]
    return fingerprint("vote", ballot_id, row["row"], vote["revision"], vote["choices"], vote["salt"])


def demand_roll(bundle: Any) -> None:
    """The roll has the root that was published, and the amendments lead to it one after the other."""
    roll = bundle["roll"]
    lines = [fingerprint("roll", row["row"], row["area"], row["head"]) for row in bundle["rows"]]
    if merkle_root(lines) != roll["root"]:
        raise Wrong("名册的各行算不出公布的名册根：有一行的面积、投票权人被改动，或多了、少了一行", "roll.root")
    number, before = 0, None
    for index, amendment in enumerate(roll["amendments"]):
        if amendment["number"] <= number or (before is not None and amendment["root_before"] != before):
            raise Wrong("名册的更正没有一次接着一次", f"roll.amendments[{index}]")
        number, before = amendment["number"], amendment["root_after"]
    if before is not None and before != roll["root"]:
        raise Wrong("最后一次更正之后的名册不是计票用的名册", "roll.amendments")
    for name, counted in amount_of(bundle["rows"]).items():
        demand_same(counted, roll[name], f"roll.{name}")


def demand_votes(bundle: Any) -> None:
    """All votes cast, replaced ones too, have the root that was published."""
    ballot_id = bundle["ballot"]["id"]
    cast = []
    for row in bundle["rows"]:
        if row["vote"] is not None:
            for index, commitment in enumerate([*row["vote"]["earlier"], commitment_of(ballot_id, row)]):
                cast.append(fingerprint("cast", row["row"], index + 1, commitment))
    if merkle_root(cast) != bundle["votes_root"]:
        raise Wrong("各张票算不出公布的票根：有一张票的选择被改动，或多了、少了一张票", "votes_root")


# ---- Counting --------------------------------------------------------------------------------------------------------


def amount_of(rows: Iterable[Any]) -> Amount:
    """Area, different heads and number of some rows."""
    listed = list(rows)
    return {
        "area": sum(row["area"] for row in listed),
        "heads": len({row["head"] for row in listed}),
        "rooms": len(listed),
    }


def plus(one: Amount, other: Amount) -> Amount:
    """Both together; their heads are different ones."""
    return {name: one[name] + other[name] for name in MEASURES}


def silent_of(rows: Sequence[Any], silence: str) -> Amount:
    """The parts the vote was delivered to and that did not vote, with the heads that voted with no part at all.

    Where silence follows a majority, the parts of other heads are left out.
    """
    spoke = {row["head"] for row in rows if row["vote"] is not None}
    silent = [row for row in rows if row["delivered"] and row["vote"] is None]
    wholly = amount_of(row for row in silent if row["head"] not in spoke)
    return wholly if silence == "follow_majority" else {**amount_of(silent), "heads": wholly["heads"]}


def votes_for(question: Any, index: int, voted: Sequence[Any]) -> dict[str, Amount]:
    """What every option has: its parts, and the heads all of whose voting parts chose it."""
    amounts: dict[str, Amount] = {option["id"]: {"area": 0, "heads": 0, "rooms": 0} for option in question["options"]}
    agreed: dict[str, set[str]] = {}
    for row in voted:
        chosen = row["vote"]["choices"][index]
        for option in chosen:
            amounts[option]["area"] += row["area"]
            amounts[option]["rooms"] += 1
        head = row["head"]
        agreed[head] = agreed[head].intersection(chosen) if head in agreed else set(chosen)
    for options in agreed.values():
        for option in options:
            amounts[option]["heads"] += 1
    return amounts


def deemed_of(question: Any, silence: str, silent: Amount, amounts: dict[str, Amount]) -> str | None:
    """What the silent are taken to have said, if anything."""
    if question["form"] != "approve" or silent["rooms"] == 0 or silence == "not_participated":
        return None
    if silence == "abstain":
        return "abstain"
    for option, amount in amounts.items():
        others = [other for name, other in amounts.items() if name != option]
        if all(amount["area"] > other["area"] and amount["heads"] > other["heads"] for other in others):
            return option
    return None


def checked(need: Any, part: Amount, total: Amount, taking_part: Amount) -> dict[str, Any]:
    """One need: its part, its whole, and whether it holds."""
    base = total if need["base"] == "all" else taking_part
    share, some, all_ = need["share"], part[need["measure"]], base[need["measure"]]
    left, right = some * share["denominator"], all_ * share["numerator"]
    holds = all_ > 0 and (left > right or (left == right and share["included"]))
    return {"part": some, "whole": all_, "holds": holds}


def satisfaction_of(question: Any, index: int, voted: Sequence[Any], least: int) -> Any:
    """The share of favourable among valid answers, as one of four bands; null unless the question is a rating."""
    if question["form"] != "rate":
        return None
    counting = {option["id"] for option in question["options"] if option["valid"]}
    good = {option["id"] for option in question["options"] if option["valid"] and option["favourable"]}
    valid = sum(1 for row in voted if counting.intersection(row["vote"]["choices"][index]))
    favourable = sum(1 for row in voted if good.intersection(row["vote"]["choices"][index]))
    reached = [band for band, percent in enumerate(BANDS) if 100 * favourable >= percent * valid]
    return {
        "favourable": favourable,
        "valid": valid,
        "band": reached[0] if valid else None,
        "enough": valid >= max(least, 1),
    }


def decide_selection(question: Any, options: list[dict[str, Any]]) -> str:
    """Places, seats and ties among the options that hold their needs; the outcome."""
    strength = {
        option["id"]: (option["amount"]["heads"], option["amount"]["area"])
        for option in options
        if all(check["holds"] for check in option["checks"])
    }
    seats, ranked = question["seats"], [option for option in options if option["id"] in strength]
    for option in ranked:
        own = strength[option["id"]]
        stronger = sum(1 for other in strength.values() if other > own)
        equal = sum(1 for other in strength.values() if other == own)
        option["place"] = stronger + 1
        option["adopted"] = stronger + equal <= seats
        option["tied"] = stronger < seats < stronger + equal
    filled = sum(1 for option in options if option["adopted"])
    if filled and filled == seats:
        return "elected" if question["matter"] == "committee" else "passed"
    return "seats_open" if filled or any(option["tied"] for option in options) else "failed"


def counted_question(bundle: Any, index: int, total: Amount, voted: Sequence[Any]) -> dict[str, Any]:
    """The result of one question, counted from the rows."""
    rules, question = bundle["rules"], bundle["ballot"]["questions"][index]
    needs, form = rules["needs"][index], question["form"]
    silent, taking_part = silent_of(bundle["rows"], rules["silence"]), amount_of(voted)
    amounts = votes_for(question, index, voted)
    deemed = deemed_of(question, rules["silence"], silent, amounts)
    if deemed is not None:
        taking_part = plus(taking_part, silent)
        if rules["silence"] == "follow_majority":
            amounts[deemed] = plus(amounts[deemed], silent)
    quorum = [checked(need, taking_part, total, taking_part) for need in rules["quorum"]]
    options: list[dict[str, Any]] = [
        {
            "id": option,
            "amount": amount,
            "checks": [
                checked(need, amount, total, taking_part) for need in needs if form == "select" or option == "yes"
            ],
            "place": None,
            "adopted": False,
            "tied": False,
        }
        for option, amount in amounts.items()
    ]
    return {
        "outcome": _outcome(question, bool(needs), all(check["holds"] for check in quorum), options),
        "taking_part": taking_part,
        "deemed": deemed,
        "quorum": quorum,
        "options": options,
        "satisfaction": satisfaction_of(question, index, voted, rules["least_answers"]),
    }


def _outcome(question: Any, has_needs: bool, quorum_holds: bool, options: list[dict[str, Any]]) -> str:
    if not has_needs:
        return "counted"
    if not quorum_holds:
        return "no_quorum"
    if question["form"] == "select":
        return decide_selection(question, options)
    (yes,) = [option for option in options if option["id"] == "yes"]
    yes["adopted"] = all(check["holds"] for check in yes["checks"])
    return "passed" if yes["adopted"] else "failed"


def counted_result(bundle: Any) -> dict[str, Any]:
    """The whole result, counted from the rows and the rules of the file alone."""
    total = amount_of(bundle["rows"])
    voted = [row for row in bundle["rows"] if row["vote"] is not None]
    questions = range(len(bundle["ballot"]["questions"]))
    return {
        "voted": amount_of(voted),
        "questions": [counted_question(bundle, index, total, voted) for index in questions],
    }


def demand_same(ours: Any, theirs: Any, where: str) -> None:
    """What was counted here is what the file says.

    Raises:
        Wrong: with the first field in which they differ.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        for name, value in ours.items():
            demand_same(value, theirs[name], f"{where}.{name}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, value in enumerate(ours):
            demand_same(value, theirs[index], f"{where}[{index}]")
    elif type(ours) is not type(theirs) or ours != theirs:
        raise Wrong(f"{_in_words(where)}：文件写的是 {_plain(theirs)}，重新计算是 {_plain(ours)}", where)


def _in_words(where: str) -> str:
    words = []
    for piece in where.replace("[", ".[").split("."):
        at = piece.strip("[]")
        words.append(f"第 {int(at) + 1} 项" if at.isdigit() else PLACES.get(piece, piece))
    return " ".join(words)


def _plain(value: Any) -> str:
    return shown(f"{len(value)} 项" if isinstance(value, list) else json.dumps(value, ensure_ascii=False), 80)


# ---- What the reader sees --------------------------------------------------------------------------------------------


def shown(words: str, most: int = 200) -> str:
    """Words out of the file, on one line and without signs that could write over what this program says."""
    clean = "".join(sign if sign.isprintable() else " " for sign in words)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def moment(words: str) -> str:
    """An instant in the time of the estate; words that are none stay as they are."""
    try:
        at = datetime.fromisoformat(words)
        return shown(words) if at.tzinfo is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return shown(words)


def figure(measure: str, value: int) -> str:
    """A figure as one writes it: areas in square metres."""
    return f"{value // 100:,}.{value % 100:02d}" if measure == "area" else f"{value:,}"


def told_amount(amount: Amount) -> str:
    """Area, heads and parts in one line."""
    area, heads, rooms = (figure(name, amount[name]) for name in ("area", "heads", "rooms"))
    return f"专有部分面积 {area} 平方米，投票权人 {heads} 人，专有部分 {rooms} 个"


def told_need(need: Any, check: Any) -> str:
    """One need with its arithmetic."""
    share, measure = need["share"], need["measure"]
    part, all_ = check["part"], check["whole"]
    share_words = f"{share['numerator']}/{share['denominator']}"
    wanted = f"{share_words} 以上（含）" if share["included"] else f"过 {share_words}（不含）"
    sign = "≥" if share["included"] else ">"
    left, right = part * share["denominator"], all_ * share["numerator"]
    sum_line = (
        f"{share['denominator']} × {figure(measure, part)} {sign} {share['numerator']} × {figure(measure, all_)}"
        f"（{figure(measure, left)} 对 {figure(measure, right)}）"
    )
    verdict = "成立" if check["holds"] else "不成立" if all_ else "不成立（基数为零）"
    source = f"，依据：{shown(need['source'])}" if need["source"] else ""
    return f"{MEASURES[measure]}须占{BASES[need['base']]}的 {wanted}：{sum_line}，{verdict}{source}"


def tell_ballot(bundle: Any) -> None:
    """What was voted on, by which rules."""
    ballot, rules = bundle["ballot"], bundle["rules"]
    print("【表决】")
    print(f"  小区：{shown(ballot['estate'])}")
    print(f"  类别：{KINDS[ballot['kind']]}    题目：{shown(ballot['title'])}")
    print(f"  投票时间：{moment(ballot['opens_at'])} 至 {moment(ballot['closes_at'])}（北京时间）")
    if ballot["extended"] is not None:
        extended = ballot["extended"]
        print(f"  延期：原定 {moment(extended['from'])} 截止，理由：{shown(extended['reason'])}")
    print(f"  规则依据：{shown(rules['source']) or '未注明'}")
    clause = f"（依据：{shown(rules['silence_clause'])}）" if rules["silence_clause"] else ""
    print(f"  未表态的业主：{SILENCE[rules['silence']]}{clause}")


def tell_roll(bundle: Any) -> None:
    """The roll and its root."""
    roll = bundle["roll"]
    print("【投票权名册】逐行重算，与公布的名册根一致")
    print(f"  {told_amount({name: roll[name] for name in MEASURES})}")
    print(f"  固定于 {moment(roll['frozen_at'])}，名册根 {roll['root']}")
    for amendment in roll["amendments"]:
        at, reason = moment(amendment["at"]), shown(amendment["reason"])
        print(f"  第 {amendment['number']} 次更正：{at}，{amendment['lines']} 行，理由：{reason}")


def tell_votes(bundle: Any, voted: Amount) -> None:
    """The votes and their root."""
    replaced = sum(len(row["vote"]["earlier"]) for row in bundle["rows"] if row["vote"] is not None)
    silent = silent_of(bundle["rows"], bundle["rules"]["silence"])
    print("【投票】逐张重算，与公布的票根一致")
    print(f"  已投票：{told_amount(voted)}")
    whose = "已送达而一票未投的业主" if bundle["rules"]["silence"] == "follow_majority" else "已送达而未投票"
    print(f"  {whose}：{told_amount(silent)}")
    print(f"  其中改过的旧票 {replaced:,} 张（只计最后一张），票根 {bundle['votes_root']}")


def tell_question(bundle: Any, index: int, counted: Any) -> None:
    """One question: who took part, every option, every need with its arithmetic, the outcome."""
    question, rules = bundle["ballot"]["questions"][index], bundle["rules"]
    labels = {option["id"]: shown(option["label"]) for option in question["options"]}
    print(f"【第 {index + 1} 题】{shown(question['title'])}（{FORMS[question['form']]}）")
    if question["matter"] is not None:
        clause = "一二三四五六七八九"[list(MATTERS).index(question["matter"])]
        print(f"  事项：{MATTERS[question['matter']]}（民法典第二百七十八条第一款第{clause}项）")
    print(f"  参与表决：{told_amount(counted['taking_part'])}")
    if counted["deemed"] is not None:
        print(f"  已送达而未表态的计入参与表决，按“{labels.get(counted['deemed'], '弃权')}”计")
    for need, check in _pairs(rules["quorum"], counted["quorum"]):
        print(f"  参与条件 {told_need(need, check)}")
    for option in counted["options"]:
        print(f"  {labels[option['id']]}：{told_amount(option['amount'])}{_standing(option)}")
        for need, check in _pairs(rules["needs"][index], option["checks"]):
            print(f"    通过条件 {told_need(need, check)}")
    _tell_satisfaction(counted["satisfaction"])
    seats = f"（名额 {question['seats']} 个）" if question["form"] == "select" and rules["needs"][index] else ""
    print(f"  结论：{OUTCOMES[counted['outcome']]}{seats}")


def _pairs(needs: Sequence[Any], checks: Sequence[Any]) -> list[tuple[Any, Any]]:
    return [(needs[at], check) for at, check in enumerate(checks)]


def _standing(option: Any) -> str:
    if option["place"] is None:
        return "，达到条件" if option["adopted"] else ""
    standing = "当选（入选）" if option["adopted"] else "并列待定" if option["tied"] else "未入选"
    return f"，第 {option['place']} 名，{standing}"


def _tell_satisfaction(satisfaction: Any) -> None:
    if satisfaction is None:
        return
    favourable, valid, band = satisfaction["favourable"], satisfaction["valid"], satisfaction["band"]
    if band is None:
        print("  满意度：没有有效答卷")
        return
    if BANDS[band]:
        reached = f"达到 {BANDS[band]}%：100 × {favourable:,} ≥ {BANDS[band]} × {valid:,}"
    else:
        reached = f"不到 {BANDS[-2]}%：100 × {favourable:,} < {BANDS[-2]} × {valid:,}"
    few = "" if satisfaction["enough"] else "（有效答卷少于规定的份数，仅供参考）"
    print(f"  满意度：{reached}{few}")


# ---- The receipt -----------------------------------------------------------------------------------------------------


def check_receipt(bundle: Any, receipt: Any) -> None:
    """The voter's own receipt fits the file; says what the vote was, or that it was changed later.

    Raises:
        Wrong: it is of another ballot, of no line of this roll, or of no vote of this line.
    """
    RECEIPT(receipt)
    ballot, roll = bundle["ballot"], bundle["roll"]
    if receipt["ballot_id"] != ballot["id"]:
        raise Wrong("这张回执不是这次表决的")
    if fingerprint("row", ballot["id"], receipt["room_id"], receipt["row_salt"])[:32] != receipt["row"]:
        raise Wrong("回执上的房屋和盐值算不出回执上的行号，回执已被改动")
    if receipt["roll_root"] != roll["root"]:
        raise Wrong("投票时的名册与计票用的名册不是同一份")
    row = next((row for row in bundle["rows"] if row["row"] == receipt["row"]), None)
    if row is None:
        raise Wrong("名册里没有回执上的这一行")
    if row["vote"] is None:
        raise Wrong("回执说这一行投了票，文件里却没有这张票：您的票没有计入")
    _tell_receipt(bundle, row, receipt)


def _tell_receipt(bundle: Any, row: Any, receipt: Any) -> None:
    vote, revision = row["vote"], receipt["revision"]
    commitments = [*vote["earlier"], commitment_of(bundle["ballot"]["id"], row)]
    if revision > len(commitments) or commitments[revision - 1] != receipt["commitment"]:
        raise Wrong("回执上的票与文件里这一行的票不符：您的票被改动，或回执被改动")
    print("【您的回执】与文件相符")
    print(f"  行号 {row['row']}，专有部分面积 {figure('area', row['area'])} 平方米")
    if revision < len(commitments):
        print(f"  这是第 {revision} 次投的票；后来又改过，计票用的是第 {len(commitments)} 次的票")
        return
    if receipt["channel"] != vote["channel"]:
        raise Wrong("回执上的投票方式与文件里的不同")
    print(f"  您的票（第 {revision} 次投的）已计入：")
    for index, question in enumerate(bundle["ballot"]["questions"]):
        labels = {option["id"]: shown(option["label"]) for option in question["options"]}
        chosen = "、".join(labels[option] for option in vote["choices"][index]) or "未选"
        print(f"    第 {index + 1} 题 {shown(question['title'])}：{chosen}")


# ---- From the first byte to the last line ----------------------------------------------------------------------------


def read_bundle(content: bytes, digest: str | None) -> Any:
    """The file's content, if it is written as it must be and has the digest it names and the one that was printed.

    Raises:
        Wrong: anything in the writing, the fields or the digests is not right.
    """
    bundle = read_json(content, "证明文件")
    BUNDLE(bundle)
    demand_canonical(bundle, content)
    own = sha256(canonical({name: value for name, value in bundle.items() if name != "digest"}))
    if own != bundle["digest"]:
        raise Wrong(f"文件的摘要不对：内容算出 {own}，文件写的是 {bundle['digest']}，内容已被改动", "digest")
    if digest is not None and _typed(digest) != own:
        raise Wrong(f"您输入的摘要与文件的不同：文件的摘要是 {own}，这不是公布的那份文件")
    return bundle


def _typed(digest: str) -> str:
    return "".join(sign for sign in digest if sign not in string.whitespace).lower()


def verify(content: bytes, digest: str | None, receipt: bytes | None) -> None:
    """Check everything, telling what was checked.

    Raises:
        Wrong: with the first thing that is not right.
    """
    bundle = read_bundle(content, digest)
    print(f"【文件】{len(content):,} 字节，写法规范，摘要与内容一致")
    print(f"  摘要 {bundle['digest']}")
    by_hand = "请与公告、计票报告上印的摘要逐字比对（或用 --digest 输入）"
    print(f"  {by_hand if digest is None else '与您输入的摘要相同'}")
    demand_sense(bundle)
    demand_law(bundle)
    demand_rows(bundle)
    tell_ballot(bundle)
    demand_roll(bundle)
    tell_roll(bundle)
    demand_votes(bundle)
    result = counted_result(bundle)
    tell_votes(bundle, result["voted"])
    demand_same(result, bundle["result"], "result")
    for index, counted in enumerate(result["questions"]):
        tell_question(bundle, index, counted)
    if receipt is not None:
        check_receipt(bundle, read_json(receipt, "回执"))


class _ChineseParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"用法：python verify_ballot.py 证明文件.json [--digest 摘要] [--receipt 回执.json]（{shown(message)}）")
        sys.exit(1)


def _read(path: str, name: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError):
        raise Wrong(f"读不到{name} {shown(path)}") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line.

    Returns:
        0 when everything holds, 1 when anything does not.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    parser = _ChineseParser(
        description="核对表决证明文件：名册、每张票、每个条件和结果，全部重新计算", allow_abbrev=False
    )
    parser.add_argument("bundle", help="公布的证明文件")
    parser.add_argument("--digest", help="公告或计票报告上印的摘要")
    parser.add_argument("--receipt", help="您自己的投票回执")
    asked = parser.parse_args(arguments)
    try:
        receipt = None if asked.receipt is None else _read(asked.receipt, "回执")
        verify(_read(asked.bundle, "证明文件"), asked.digest, receipt)
    except Wrong as wrong:
        print(f"核对未通过：{wrong.told()}")
        return 1
    print("核对通过：名册、投票、计票和结果全部重新计算，与文件一致。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
