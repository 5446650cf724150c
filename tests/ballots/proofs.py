"""Files of proof made from drawn ballots by the house itself, with the receipts of those who voted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from miniprogram_api.ballots.ballot import Ballot, Extension, Hand, Roll
from miniprogram_api.ballots.bundle import OpenedRow, OpenedVote, bundle_of, roll_root, vote_root
from miniprogram_api.ballots.counting import Row, Tally
from miniprogram_api.ballots.merkle import commitment, row_name
from miniprogram_api.ballots.results import result_of
from miniprogram_api.ballots.roll import Amendment, AmendmentKind, Correction

if TYPE_CHECKING:
    from collections.abc import Collection

    from miniprogram_api.ballots.questions import Choices
    from tests.ballots.drawing import Drawn

BALLOT_ID = "bal_01"
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HAND = Hand("acc_chair", "主任", AT)


@dataclass(frozen=True)
class Proof:
    """A published file, its digest as printed, and every receipt that was handed out, newest last for each room."""

    content: bytes
    digest: str
    receipts: tuple[dict[str, Any], ...]


def secret(*parts: object) -> str:
    """A salt, the same each time."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def proof_of(drawn: Drawn, changed: Collection[int] = (), *, amended: bool = False, extended: bool = False) -> Proof:
    """Publish a drawn ballot. Rows numbered in ``changed`` voted twice; the roll may have been amended twice."""
    opened = [_opened(n, row, n in changed) for n, row in enumerate(drawn.rows)]
    lines = [(line.row, line.area, line.head) for line in opened]
    root = roll_root(lines)
    tally = Tally(drawn.questions).take_all(
        Row(line.row, line.area, line.head, line.delivered, line.vote and line.vote.choices) for line in opened
    )
    result = result_of(drawn.kind, tally, drawn.terms, drawn.least)
    ballot = Ballot(
        id=BALLOT_ID,
        estate_id="est_01",
        estate_name="幸福里",
        community_id="com_01",
        kind=drawn.kind,
        title="是否续聘物业服务企业",
        text="见附件。",
        questions=drawn.questions,
        drafted=HAND,
        terms=drawn.terms,
        rules_source="业主大会议事规则（2025）",
        roll=Roll(AT, result.total.rooms, result.total.heads, result.total.area, root, 1),
        opens_at=AT + timedelta(days=16),
        closes_at=AT + timedelta(days=30),
        extended=Extension(HAND, "参与不足", AT + timedelta(days=23)) if extended else None,
        least_answers=drawn.least,
    )
    amendments = _amendments(lines, root) if amended else ()
    content, digest = bundle_of(ballot, result, opened, amendments, vote_root(opened))
    receipts = [_receipt(line, n, root) for line in opened if line.vote for n in range(line.vote.revision)]
    return Proof(content, digest, tuple(receipts))


def resealed(value: dict[str, Any]) -> bytes:
    """A bundle somebody tampered with who knows the format: canonical, and with the digest it now has."""
    body = {name: item for name, item in value.items() if name != "digest"}
    return written({**body, "digest": hashlib.sha256(written(body)).hexdigest()})


def written(value: object) -> bytes:
    """The canonical form, written down here once more."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _opened(n: int, row: Row, changed: bool) -> OpenedRow:
    room_id = f"room_{n:06d}"
    name = row_name(BALLOT_ID, room_id, secret("row", n))
    vote = None if row.choices is None else _vote(n, name, row.choices, changed)
    return OpenedRow(name, row.area, row.head, row.delivered, vote, room_id, f"1-{n}")


def _vote(n: int, name: str, choices: Choices, changed: bool) -> OpenedVote:
    first = commitment(BALLOT_ID, name, 1, choices, secret("first", n))
    revision, salt = (2, secret("second", n)) if changed else (1, secret("first", n))
    final = commitment(BALLOT_ID, name, revision, choices, salt)
    return OpenedVote(revision, "online", choices, salt, final, (first,) if changed else ())


def _receipt(line: OpenedRow, index: int, root: str) -> dict[str, Any]:
    vote = line.vote
    assert vote is not None
    return {
        "format": "flowing-property-receipt/1",
        "ballot_id": BALLOT_ID,
        "room_id": line.room_id,
        "row": line.row,
        "row_salt": secret("row", int(line.room_id[-6:])),
        "revision": index + 1,
        "commitment": (*vote.earlier, vote.commitment)[index],
        "roll_root": root,
        "at": AT.isoformat(),
        "channel": vote.channel,
    }


def _amendments(lines: list[tuple[str, int, str]], root: str) -> tuple[Amendment, ...]:
    before = roll_root([(row, area + 1, head) for row, area, head in lines])
    correction = Correction("room_000000", AmendmentKind.AREA, area=1)
    one = Amendment("amd_1", "est_01", BALLOT_ID, 1, (correction,), "面积登记有误", HAND, AT)
    return (
        replace(one, root_before=secret("older"), root_after=before),
        replace(one, id="amd_2", number=2, root_before=before, root_after=root),
    )
