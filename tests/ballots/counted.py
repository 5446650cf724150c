"""Counted ballots made from rows, for the report: who voted what stands in ``ROWS``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from miniprogram_api.ballots.ballot import Ballot, Bundle, Hand, Opening, Roll, State
from miniprogram_api.ballots.counting import Row, Tally
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.questions import Question, with_options
from miniprogram_api.ballots.report import Known
from miniprogram_api.ballots.results import result_of
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import VoteTerms

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
"""12:00 in China."""

DAY = timedelta(days=1)
URL = "https://wy.example.cn/v1/public/estates/est_1/ballots/bal_1/bundle"


def hand(name: str, days: int) -> Hand:
    return Hand(f"acc_{name}", name, NOON + days * DAY)


def counted(kind: Kind, questions: Sequence[Question], rows: Sequence[Row], **facts: Any) -> Ballot:
    """A counted ballot over some rows, as the box was opened."""
    tally = Tally(tuple(questions)).take_all(rows)
    terms = facts.get("terms", VoteTerms())
    total = tally.total()
    return Ballot(
        **{
            "id": "bal_1",
            "estate_id": "est_1",
            "estate_name": "幸福里",
            "community_id": "unit_1",
            "kind": kind,
            "title": "外墙维修",
            "text": "方案见附件。",
            "questions": tuple(questions),
            "drafted": hand("主任", 0),
            "state": State.COUNTED,
            "rules_source": "《议事规则》第 2 版",
            "roll": Roll(NOON, total.rooms, total.heads, total.area, "a" * 64, 1),
            "announced": hand("主任", 1),
            "opens_at": NOON + 16 * DAY,
            "closes_at": NOON + 23 * DAY,
            "opening": Opening(NOON + 23 * DAY, tally.voted().rooms, "b" * 64),
            "result": result_of(kind, tally, terms, facts.get("least_answers", 0)),
            "bundle": Bundle("ballots/est_1/bal_1/bundle.json", 4096, "c" * 64),
            "objections_until": NOON + 30 * DAY,
            **facts,
        }
    )


def known(ballot: Ballot, **facts: Any) -> Known:
    return Known(**{"ballot": ballot, "scope": "全小区", "amendments": (), "delivered": 3, "objections": 0,
                    "answered": 0, "url": URL, **facts})  # fmt: skip


def yes(*chosen: str) -> tuple[tuple[str, ...], ...]:
    return tuple((one,) for one in chosen)


ROWS = (
    Row("r1", 8653, "a", delivered=True, choices=yes("yes", "yes")),
    Row("r2", 12047, "b", delivered=True, choices=yes("yes", "yes")),
    Row("r3", 9300, "c", delivered=True, choices=yes("no", "no")),
    Row("r4", 10000, "d"),
)
"""400.00 m2 and 4 heads; 300.00 and 3 voted, 207.00 and 2 of them twice yes."""

FUND = with_options(Question("是否筹集维修资金", Form.APPROVE, matter=Matter.FUND_RAISE, amount_fen=5_000_000))
MANAGER = with_options(Question("是否续聘物业公司", Form.APPROVE, matter=Matter.MANAGER, text="续聘三年。"))
