"""The file of proof: everything a stranger needs to count a ballot again (docs/ballot-bundle.md)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from miniprogram_api.ballots.law import KINDS, needs_of, silence_of
from miniprogram_api.ballots.merkle import canonical, roll_leaf, root, vote_leaf
from miniprogram_api.ballots.questions import Choices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from miniprogram_api.ballots.ballot import Ballot
    from miniprogram_api.ballots.counting import Amount
    from miniprogram_api.ballots.law import Need
    from miniprogram_api.ballots.results import BallotResult, Check
    from miniprogram_api.ballots.roll import Amendment

FORMAT = "flowing-property-ballot/1"


@dataclass(frozen=True, slots=True)
class OpenedVote:
    """A vote out of the box. ``earlier`` are the commitments of the revisions it replaced."""

    revision: int
    channel: str
    choices: Choices
    salt: str
    commitment: str
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """One line of the roll with what was voted on it; ``room_id`` and ``label`` never leave the house in a bundle."""

    row: str
    area: int
    head: str
    delivered: bool
    vote: OpenedVote | None
    room_id: str
    label: str


def roll_root(rows: Sequence[tuple[str, int, str]]) -> str:
    """Return the root of a roll from (row, area, head), in the order of the rows' names."""
    return root([roll_leaf(*line) for line in sorted(rows)])


def vote_root(rows: Sequence[OpenedRow]) -> str:
    """Return the root of all votes cast, replaced ones too, in the order of rows and revisions."""
    leaves = []
    for line in sorted(rows, key=lambda one: one.row):
        if line.vote is not None:
            every = (*line.vote.earlier, line.vote.commitment)
            leaves += [vote_leaf(line.row, number, one) for number, one in enumerate(every, 1)]
    return root(leaves)


def bundle_of(
    ballot: Ballot,
    result: BallotResult,
    rows: Sequence[OpenedRow],
    amendments: Sequence[Amendment],
    votes_root: str,
) -> tuple[bytes, str]:
    """Return the published file and its digest; the file is written in the one canonical way."""
    content = {
        "format": FORMAT,
        "ballot": _ballot(ballot),
        "rules": _rules(ballot),
        "roll": {
            "frozen_at": None if ballot.roll is None else ballot.roll.frozen_at.isoformat(),
            "root": "" if ballot.roll is None else ballot.roll.root,
            "rooms": result.total.rooms,
            "heads": result.total.heads,
            "area": result.total.area,
            "amendments": [_amendment(one) for one in amendments],
        },
        "rows": [_row(line) for line in sorted(rows, key=lambda one: one.row)],
        "votes_root": votes_root,
        "result": _result(result),
    }
    sealed = hashlib.sha256(canonical(content)).hexdigest()
    return canonical({**content, "digest": sealed}), sealed


def _ballot(ballot: Ballot) -> dict[str, Any]:
    return {
        "id": ballot.id,
        "estate": ballot.estate_name,
        "kind": ballot.kind.value,
        "title": ballot.title,
        "text": ballot.text,
        "opens_at": _instant(ballot.opens_at),
        "closes_at": _instant(ballot.closes_at),
        "extended": None
        if ballot.extended is None
        else {"from": _instant(ballot.extended.closed_at_before), "reason": ballot.extended.reason},
        "questions": [
            {
                "title": question.title,
                "text": question.text,
                "form": question.form.value,
                "matter": None if question.matter is None else question.matter.value,
                "most": question.most,
                "seats": question.seats,
                "options": [
                    {"id": option.id, "label": option.label, "favourable": option.favourable, "valid": option.valid}
                    for option in question.options
                ],
            }
            for question in ballot.questions
        ],
    }


def _rules(ballot: Ballot) -> dict[str, Any]:
    silence = silence_of(ballot.kind, ballot.terms)
    return {
        "source": ballot.rules_source,
        "quorum": [_need(need) for need in KINDS[ballot.kind].quorum],
        "needs": [
            [_need(need) for need in needs_of(ballot.kind, question.matter, ballot.terms)]
            for question in ballot.questions
        ],
        "silence": silence.value,
        "silence_clause": ballot.terms.clauses.get("silence", "") if silence is ballot.terms.silence else "",
        "least_answers": ballot.least_answers,
    }


def _need(need: Need) -> dict[str, Any]:
    share = {"numerator": need.share.numerator, "denominator": need.share.denominator, "included": need.share.included}
    return {"measure": need.measure.value, "base": need.base.value, "share": share, "source": need.source}


def _amendment(one: Amendment) -> dict[str, Any]:
    return {
        "number": one.number,
        "at": one.made.at.isoformat(),
        "reason": one.reason,
        "lines": len(one.corrections),
        "root_before": one.root_before,
        "root_after": one.root_after,
    }


def _row(line: OpenedRow) -> dict[str, Any]:
    vote = line.vote
    shown = None
    if vote is not None:
        shown = {
            "revision": vote.revision,
            "channel": vote.channel,
            "choices": [list(chosen) for chosen in vote.choices],
            "salt": vote.salt,
            "earlier": list(vote.earlier),
        }
    return {"row": line.row, "area": line.area, "head": line.head, "delivered": line.delivered, "vote": shown}


def _result(result: BallotResult) -> dict[str, Any]:
    return {
        "voted": _amount(result.voted),
        "questions": [
            {
                "outcome": question.outcome.value,
                "taking_part": _amount(question.taking_part),
                "deemed": question.deemed,
                "quorum": [_check(check) for check in question.quorum],
                "options": [
                    {
                        "id": option.id,
                        "amount": _amount(option.amount),
                        "checks": [_check(check) for check in option.checks],
                        "place": option.place,
                        "adopted": option.adopted,
                        "tied": option.tied,
                    }
                    for option in question.options
                ],
                "satisfaction": None
                if question.satisfaction is None
                else {
                    "favourable": question.satisfaction.favourable,
                    "valid": question.satisfaction.valid,
                    "band": question.satisfaction.band,
                    "enough": question.satisfaction.enough,
                },
            }
            for question in result.questions
        ],
    }


def _check(check: Check) -> dict[str, Any]:
    return {"part": check.part, "whole": check.whole, "holds": check.holds}


def _amount(amount: Amount) -> dict[str, int]:
    return {"area": amount.area, "heads": amount.heads, "rooms": amount.rooms}


def _instant(at: Any) -> str | None:
    return None if at is None else at.isoformat()
