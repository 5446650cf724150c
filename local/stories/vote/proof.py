"""Anybody counts again: bundle and program from the public routes, a bare Python, and one forged vote."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from local.cast import AnotherAnswer
from local.stories.vote.box import TWICE
from local.stories.vote.reckoning import electorate

if TYPE_CHECKING:
    from local.cast import Answer
    from local.stories.vote.telling import Vote

BARE_PYTHON = (sys.executable, "-I", "-S", "verify_ballot.py")
"""Isolated and without packages: what anybody has who has Python."""


def a_stranger_counts_again(story: Vote) -> None:
    """No session, no packages, nothing of ours but two files."""
    story.chapter("6. Anybody counts again")
    with TemporaryDirectory(prefix="anybody-") as folder:
        bundle, digest = _fetched(story, Path(folder))
        _checked(story, Path(folder), digest)
        _forged(story, Path(folder), bundle, digest)


def _public(story: Vote, path: str) -> Answer:
    answer = story.cast.request("GET", path)
    if answer.status != 200:
        raise AnotherAnswer(f"anybody: GET {path} -> {answer.status}")
    return answer


def _fetched(story: Vote, folder: Path) -> tuple[dict[str, Any], str]:
    story.tell("without an account: where the file of proof lies, and the program that checks it")
    link = _public(story, f"/v1/public/estates/{story.estate.id}/ballots/{story.ballot_id}/bundle").json
    data = story.cast.web.request("GET", link["url"]).data
    story.see("bytes", len(data), link["size"])
    (folder / "bundle.json").write_bytes(data)
    program = _public(story, "/v1/public/verify_ballot.py")
    story.see("the program", program.headers["content-type"].partition(";")[0], "text/x-python")
    (folder / "verify_ballot.py").write_bytes(program.data)
    (folder / "receipt.json").write_text(json.dumps(story.receipts[TWICE], ensure_ascii=False), encoding="utf-8")
    bundle = json.loads(data)
    story.see("lines and heads", (len(bundle["rows"]), _heads(bundle)), (166, electorate(amended=True)["heads"]))
    named = [room for room in story.rooms if room in data.decode()]
    story.see("rooms that can be told from it", len(named), 0)
    return bundle, link["digest"]


def _heads(bundle: dict[str, Any]) -> int:
    return len({row["head"] for row in bundle["rows"]})


def _run(folder: Path, bundle: str, *arguments: str) -> tuple[int, list[str]]:
    ran = subprocess.run([*BARE_PYTHON, bundle, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return ran.returncode, (ran.stdout + ran.stderr).strip().splitlines()


def _checked(story: Vote, folder: Path, digest: str) -> None:
    story.tell("a bare Python counts everything again, and finds the vote of a receipt in it")
    code, lines = _run(folder, "bundle.json", "--digest", digest, "--receipt", "receipt.json")
    receipt = [line.strip() for line in lines if "解聘安居" in line or "您的票" in line]
    story.see("it says", (code, lines[-1]), (0, "核对通过：名册、投票、计票和结果全部重新计算，与文件一致。"))
    story.see("of the receipt", receipt[-1], "第 1 题 是否解聘安居流动物业服务有限公司：同意")


def _forged(story: Vote, folder: Path, bundle: dict[str, Any], digest: str) -> None:
    story.tell("somebody turns one no into a yes; and somebody cleverer makes a new digest for it")
    voted = next(row["vote"] for row in bundle["rows"] if row["vote"] and row["vote"]["choices"][0] == ["no"])
    voted["choices"][0] = ["yes"]
    (folder / "forged.json").write_bytes(_canonical(bundle))
    code, lines = _run(folder, "forged.json", "--digest", digest)
    story.see("it says", (code, _sentence(lines)), (1, "核对未通过：文件的摘要不对"))
    bundle["digest"] = hashlib.sha256(_canonical({k: v for k, v in bundle.items() if k != "digest"})).hexdigest()
    (folder / "forged.json").write_bytes(_canonical(bundle))
    code, lines = _run(folder, "forged.json", "--digest", digest)
    story.see("to the cleverer one", (code, _sentence(lines)), (1, "核对未通过：您输入的摘要与文件的不同"))
    code, lines = _run(folder, "forged.json")
    story.see("where nobody compares the digest", (code, _sentence(lines)), (1, _NOT_WHAT_WAS_CAST))


_NOT_WHAT_WAS_CAST = "核对未通过：各张票算不出公布的票根"


def _sentence(lines: list[str]) -> str:
    """Return what is wrong, without the hashes and places that follow it."""
    return "：".join(lines[-1].split("：")[:2])


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
