"""Ballots, checked again: the file of proof by the program that strangers run, and its roots against the table."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.proving import Proven
from miniprogram_api.ballots import verify_ballot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.proving import Item

RESULT_KNOWN = frozenset({"counted", "certified", "published", "archived"})
SHARDS_OF_AN_ATTEMPT = 10_000
"""A roll that was begun anew lies beside the one given up; the shard's number says which attempt it is of."""


@dataclass
class Ballots:
    """The file of every counted ballot verifies, and is about the very roll, votes and result that the table holds.

    ``fetch`` gives a file of the media bucket, or None when it is not there.
    """

    fetch: Callable[[str], bytes | None]
    ballots: list[dict[str, Any]] = field(default_factory=list)
    rolls: dict[tuple[str, int], dict[str, tuple[str, str]]] = field(default_factory=lambda: defaultdict(dict))
    votes: dict[tuple[str, int], dict[str, dict[int, str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )

    def take(self, item: Item) -> None:
        """Keep a counted ballot, the hash of a line of a roll, or what binds a vote."""
        body = item.body
        if item.kind == "ballot" and body["state"] in RESULT_KNOWN:
            self.ballots.append(body)
        elif item.kind == "elector" and not body.get("excluded", False):
            leaf = verify_ballot.fingerprint("roll", body["row"], body["area"], body["head"])
            self.rolls[_of(body)][body["room_id"]] = (body["row"], leaf)
        elif item.kind == "vote":
            self.votes[_of(body)][body["room_id"]][body["revision"]] = body["commitment"]

    def proven(self) -> Proven:
        """Check every counted ballot."""
        faults = []
        for ballot in self.ballots:
            faults += [f"ballot {ballot['id']} of {ballot['estate_id']}: {fault}" for fault in self._faults(ballot)]
        cast = sum(len(self._cast(ballot)) for ballot in self.ballots)
        return Proven(
            f"{len(self.ballots)} counted ballots with {cast} votes: each file of proof verifies, and its roll, votes "
            "and result are those of the table",
            faults,
        )

    def _faults(self, ballot: dict[str, Any]) -> Iterator[str]:
        if not ballot.get("bundle") or not ballot.get("roll") or not ballot.get("opening"):
            yield "it is counted, and the table says nothing of its file of proof, its roll or its opening"
            return
        proof = self.fetch(ballot["bundle"]["key"])
        if proof is None:
            yield f"its file of proof {ballot['bundle']['key']} is not in the media bucket"
            return
        if refusal := refused(proof, ballot["bundle"]["digest"]):
            yield refusal
            return
        said = json.loads(proof)
        lines = sorted(self.rolls[ballot["id"], ballot["attempt"]].values())
        roots = {
            "roll": (verify_ballot.merkle_root([leaf for _, leaf in lines]), ballot["roll"]["root"]),
            "votes": (verify_ballot.merkle_root(self._cast(ballot)), ballot["opening"]["root"]),
        }
        for name, proved in (("roll", said["roll"]["root"]), ("votes", said["votes_root"])):
            counted, written = roots[name]
            if not proved == counted == written:
                yield f"the {name} in the table are not those of the file: {counted}, {written} and {proved}"
        if _result(ballot["result"]) != _result(said["result"]):
            yield "the result in the table is not that of the file"

    def _cast(self, ballot: dict[str, Any]) -> list[str]:
        """Return the hash of every vote of the roll, replaced ones too, in the order of rows and revisions."""
        votes = self.votes[ballot["id"], ballot["attempt"]]
        rows = sorted((row, room) for room, (row, _) in self.rolls[ballot["id"], ballot["attempt"]].items())
        return [
            verify_ballot.fingerprint("cast", row, revision, commitment)
            for row, room in rows
            for revision, commitment in sorted(votes.get(room, {}).items())
        ]


def refused(proof: bytes, digest: str) -> str:
    """Run the program as a stranger would, alone in a bare Python; return its last sentence, or "" if all holds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "proof.json")
        path.write_bytes(proof)
        program = [sys.executable, "-I", "-S", verify_ballot.__file__, str(path), "--digest", digest]
        run = subprocess.run(program, capture_output=True, text=True, encoding="utf-8", check=False)
    if run.returncode == 0:
        return ""
    return (run.stdout.strip().splitlines() or run.stderr.strip().splitlines() or ["verify_ballot.py failed"])[-1]


def _of(body: dict[str, Any]) -> tuple[str, int]:
    return body["ballot_id"], body["shard"] // SHARDS_OF_AN_ATTEMPT


def _result(result: dict[str, Any]) -> list[Any]:
    """What people remember of a result: who voted, and of every question the outcome and each option's figures."""
    questions = [
        (one["outcome"], sorted((option["id"], sorted(option["amount"].items())) for option in one["options"]))
        for one in result["questions"]
    ]
    return [sorted(result["voted"].items()), *questions]
