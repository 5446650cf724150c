"""The file of proof under the eyes of a stranger: the program counts as the house does, and believes nothing else."""

from __future__ import annotations

import ast
import contextlib
import copy
import hashlib
import io
import json
import random
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, example, given, settings

from miniprogram_api.ballots import verify_ballot
from miniprogram_api.ballots.counting import Row
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.merkle import row_name
from miniprogram_api.ballots.questions import Option, Question, checked
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.kernel.vote_terms import Silence, VoteTerms
from tests.ballots.drawing import Drawn, ballots
from tests.ballots.proofs import Proof, proof_of, resealed, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAM = Path(verify_ballot.__file__)

QUESTIONS = checked(
    Kind.ASSEMBLY,
    (
        Question("是否续聘", Form.APPROVE, matter=Matter.MANAGER),
        Question(
            "选聘哪家",
            Form.SELECT,
            tuple(Option(name, label) for name, label in (("c0", "甲"), ("c1", "乙"), ("c2", "丙"))),
            Matter.MANAGER,
            most=2,
            seats=1,
        ),
    ),
)
YES, NO = (("yes",), ("c0",)), (("no",), ("c0", "c1"))
ROWS = tuple(
    Row("", 8_650 + 10 * n, head, delivered, choices)
    for n, (head, delivered, choices) in enumerate(
        (("王", True, YES), ("李", True, YES), ("张", True, NO), ("王", False, YES), ("赵", True, None))
    )
)
ORDINARY = Drawn(Kind.ASSEMBLY, QUESTIONS, ROWS, VoteTerms())
"""One question passes with 3 of 4 heads; the other takes 甲. One flat of a fifth owner was told and did not vote."""


@pytest.fixture(scope="module")
def proof() -> Proof:
    return proof_of(ORDINARY, changed={1}, amended=True, extended=True)


def value_of(proof: Proof) -> dict[str, Any]:
    return json.loads(proof.content)


def run(folder: Path, content: bytes, *more: str, receipt: object = None) -> tuple[int, str]:
    """Run the program as a stranger would, without a single package or variable of ours."""
    (folder / "bundle.json").write_bytes(content)
    if receipt is not None:
        (folder / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
        more = (*more, "--receipt", "receipt.json")
    (folder / "verify_ballot.py").write_bytes(PROGRAM.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_ballot.py", "bundle.json", *more],
        cwd=folder, env={"LANG": "C.UTF-8"}, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


def refused(content: bytes, digest: str | None = None, receipt: bytes | None = None) -> str:
    """Return with which words the program refuses; a crash or an approval fails the test."""
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(verify_ballot.Wrong) as wrong:
        verify_ballot.verify(content, digest, receipt)
    assert wrong.value.why
    return wrong.value.told()


def accepted(content: bytes, digest: str | None = None, receipt: bytes | None = None) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        verify_ballot.verify(content, digest, receipt)
    return shown.getvalue()


# Two counts, one result


@given(ballots(), st.booleans(), st.sets(st.integers(0, 13)))
@settings(max_examples=500, deadline=None)
def test_any_ballot_the_house_publishes_is_counted_the_same_by_the_program(
    drawn: Drawn, amended: bool, changed: set[int]
) -> None:
    proof = proof_of(drawn, changed, amended=amended, extended=amended)
    accepted(proof.content, proof.digest)
    for receipt in proof.receipts:
        accepted(proof.content, receipt=json.dumps(receipt).encode())


@pytest.mark.row("VOT-01")
def test_a_stranger_checks_the_file_with_the_program_alone(proof: Proof, tmp_path: Path) -> None:
    code, said = run(tmp_path, proof.content, "--digest", proof.digest, receipt=proof.receipts[0])
    assert code == 0
    assert "专有部分面积 433.50 平方米，投票权人 4 人，专有部分 5 个" in said
    assert "3 × 346.60 ≥ 2 × 433.50（1,039.80 对 867.00），成立" in said
    assert "3 × 3 ≥ 2 × 4（9 对 8），成立" in said
    assert "2 × 259.90 > 1 × 346.60（519.80 对 346.60），成立" in said
    assert "2 × 2 > 1 × 3（4 对 3），成立" in said
    assert "结论：通过" in said
    assert "第 1 题 是否续聘：同意" in said
    assert said.endswith("核对通过：名册、投票、计票和结果全部重新计算，与文件一致。\n")


def test_it_runs_on_python_3_8_with_the_standard_library_alone() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 8))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))


def test_a_hundred_thousand_parts_take_well_under_a_minute(tmp_path: Path) -> None:
    """A fifth of them, measured in the time of the processor, which no neighbour lengthens."""
    draw = random.Random(1)
    rows = tuple(
        Row("", draw.randint(3_000, 20_000), f"{draw.randrange(18_000)}", True, draw.choice((YES, YES, NO, None)))
        for _ in range(20_000)
    )
    big = proof_of(replace(ORDINARY, rows=rows), changed=set(range(0, 20_000, 10)))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    code, said = run(tmp_path, big.content, "--digest", big.digest)
    assert code == 0, said
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 8


def test_words_out_of_the_file_cannot_write_over_what_the_program_says(proof: Proof) -> None:
    value = value_of(proof)
    value["ballot"]["title"] = "题目\n核对通过：全部一致\x1b[2J\u202e" + "长" * 500
    said = accepted(resealed(value))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "\n核对通过" not in said
    assert all(len(line) < 400 for line in said.splitlines())


def test_a_terminal_that_lacks_a_sign_is_shown_its_number(proof: Proof, tmp_path: Path) -> None:
    value = value_of(proof)
    value["ballot"]["title"] = "续聘 😀"
    (tmp_path / "bundle.json").write_bytes(resealed(value))
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path / "bundle.json")],
        env={"PYTHONIOENCODING": "gbk"}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "核对通过" in done.stdout.decode("gbk")


# One byte


def _changes(content: bytes) -> Iterator[bytes]:
    """Every position changed, dropped and doubled, and something put before it."""
    for at, byte in enumerate(content):
        before, after = content[:at], content[at + 1 :]
        yield before + bytes([byte ^ 1]) + after
        yield before + bytes([byte ^ 0x80]) + after
        if content[at : at + 1] != b"0":
            yield before + b"0" + after
        yield before + after
        yield before + b" " + content[at:]
    yield content + b"\n"
    yield content + b"\x00"
    yield b"\xef\xbb\xbf" + content


def test_no_byte_of_the_file_can_be_another(proof: Proof) -> None:
    for changed in _changes(proof.content):
        refused(changed)


def test_the_program_ends_with_1_at_every_position_of_a_small_file(proof: Proof, tmp_path: Path) -> None:
    """The same from its command line to its exit code, at each position once, without starting a process for each."""
    path = tmp_path / "bundle.json"
    for at, byte in enumerate(proof.content):
        path.write_bytes(proof.content[:at] + bytes([byte ^ 2]) + proof.content[at + 1 :])
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            assert verify_ballot.main([str(path)]) == 1
        assert shown.getvalue().splitlines()[-1].startswith("核对未通过：")


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_ends_the_bare_program_with_1(proof: Proof, tmp_path: Path, data: Any) -> None:
    at = data.draw(st.integers(0, len(proof.content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != proof.content[at]))
    code, said = run(tmp_path, proof.content[:at] + bytes([byte]) + proof.content[at + 1 :])
    assert code == 1
    assert said.splitlines()[-1].startswith("核对未通过：")


@given(st.binary(max_size=300))
@example(b"")
@example(b"null")
@example(b"[]")
@example(b"{}")
@example(b"[" * 200_000)
@example(b'{"a":' * 200_000)
@example(b'{"format":1e999}')
@example(b"9" * 10_000)
@example(b'"\\ud800"')
@example(b'{"digest":"a","digest":"a"}')
@settings(max_examples=300, deadline=None)
def test_what_is_no_file_of_proof_is_refused_and_breaks_nothing(content: bytes) -> None:
    refused(content)


# Written otherwise


def _with_keys_reversed(value: object) -> object:
    if isinstance(value, dict):
        return {name: _with_keys_reversed(value[name]) for name in sorted(value, reverse=True)}
    return [_with_keys_reversed(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "write",
    [
        lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True).encode(),
        lambda value: json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode(),
        lambda value: json.dumps(_with_keys_reversed(value), ensure_ascii=False, separators=(",", ":")).encode(),
        lambda value: written(value).decode().encode("utf-16"),
        lambda value: written(value).decode().encode("gbk"),
        lambda value: written(value).replace(b'"digest"', b'"digest":"0","digest"'),
        lambda value: written(value).replace(b'"area":8650', b'"area":8650,"area":8650', 1),
        lambda value: written(value).replace(b'"area":8650', b'"area":8650.0', 1),
        lambda value: written(value).replace(b'"area":8650', b'"area":8.65e3', 1),
        lambda value: written(value).replace(b'"area":8650', b'"area":NaN', 1),
        lambda value: written(value).replace(b'"area":8650', b'"area":-0', 1),
    ],
)
def test_the_same_content_in_another_writing_is_another_file(proof: Proof, write: Callable[[Any], bytes]) -> None:
    changed = write(value_of(proof))
    assert changed != proof.content
    refused(changed)


# Somebody who knows the format: every change with the inner digest made anew


def _places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for name in value if isinstance(value, dict) else range(len(value)):
            yield from _places(value[name], (*path, name))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


NOT_BOUND = {("ballot", "extended"), ("ballot", "questions", 0, "matter"), ("ballot", "questions", 1, "matter")}
"""What may be null, and stands in the digest alone: with null in its place only the printed digest tells."""


def test_nothing_of_another_kind_fits_anywhere(proof: Proof) -> None:
    value = value_of(proof)
    strange = [None, True, 0, -1, 1.5, 10**30, "", "\x00", [], [[]], {}, {"a": {}}, "1", [None]]
    for path in _places(value):
        for other in strange:
            same = type(other) is type(_at(value, path))
            if path in {(), ("digest",)} or same or (other is None and path in NOT_BOUND):
                continue
            changed = copy.deepcopy(value)
            _at(changed, path[:-1])[path[-1]] = other
            refused(resealed(changed))


def test_no_field_may_be_added_or_left_out_anywhere(proof: Proof) -> None:
    value = value_of(proof)
    for path in _places(value):
        if isinstance(_at(value, path), dict):
            more = copy.deepcopy(value)
            _at(more, path)["remark"] = "x"
            assert "remark" in refused(written(more))
            refused(resealed(more))
        elif path and isinstance(path[-1], str) and path != ("digest",):
            less = copy.deepcopy(value)
            del _at(less, path[:-1])[path[-1]]
            refused(resealed(less))


def test_true_is_no_number_and_1_is_not_true(proof: Proof) -> None:
    value = value_of(proof)
    for path in _places(value):
        here = _at(value, path)
        if isinstance(here, bool | int):
            changed = copy.deepcopy(value)
            _at(changed, path[:-1])[path[-1]] = int(here) if isinstance(here, bool) else bool(here)
            assert "这里应是" in refused(resealed(changed))


def _set(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def alter(value: dict[str, Any]) -> None:
        old = _at(value, path)
        _at(value, path[:-1])[path[-1]] = to(old) if callable(to) else to

    return alter


def _move_a_row(value: dict[str, Any]) -> None:
    value["rows"][0], value["rows"][1] = value["rows"][1], value["rows"][0]


def _drop_a_row(value: dict[str, Any]) -> None:
    del value["rows"][0]


def _row_twice(value: dict[str, Any]) -> None:
    value["rows"].insert(1, copy.deepcopy(value["rows"][0]))


def _first_vote(value: dict[str, Any]) -> dict[str, Any]:
    return next(row["vote"] for row in value["rows"] if row["vote"] and row["vote"]["choices"][0] == ["yes"])


def _a_yes_becomes_a_no(value: dict[str, Any]) -> None:
    _first_vote(value)["choices"][0] = ["no"]


def _a_vote_disappears(value: dict[str, Any]) -> None:
    next(row for row in value["rows"] if row["vote"])["vote"] = None


def _a_vote_appears(value: dict[str, Any]) -> None:
    row = next(row for row in value["rows"] if row["vote"] is None)
    row["vote"] = {"revision": 1, "channel": "paper", "choices": [["yes"], ["c0"]], "salt": "ab", "earlier": []}


def _a_change_is_forgotten(value: dict[str, Any]) -> None:
    vote = next(row["vote"] for row in value["rows"] if row["vote"] and row["vote"]["earlier"])
    vote["revision"], vote["earlier"] = 1, []


def _other_order_of_choices(value: dict[str, Any]) -> None:
    vote = next(row["vote"] for row in value["rows"] if row["vote"] and len(row["vote"]["choices"][1]) == 2)
    vote["choices"][1].reverse()


def _one_too_many_chosen(value: dict[str, Any]) -> None:
    _first_vote(value)["choices"][1] = ["c0", "c1", "c2"]


def _other(hexadecimal: str) -> str:
    return hexadecimal[::-1] if hexadecimal != hexadecimal[::-1] else "0" * len(hexadecimal)


RESULT = ("result", "questions", 0)
TAMPERED: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a yes becomes a no": (_a_yes_becomes_a_no, "票根"),
    "a vote disappears": (_a_vote_disappears, "票根"),
    "a vote appears": (_a_vote_appears, "票根"),
    "a change is forgotten": (_a_change_is_forgotten, "票根"),
    "an earlier vote is another": (
        lambda value: next(row["vote"] for row in value["rows"] if row["vote"] and row["vote"]["earlier"]).update(
            earlier=["0" * 64]
        ),
        "票根",
    ),
    "a salt": (lambda value: _first_vote(value).update(salt="00"), "票根"),
    "the root of the votes": (_set("votes_root", to=_other), "票根"),
    "the ballot's id": (_set("ballot", "id", to="bal_02"), "票根"),
    "a revision without the one before": (lambda value: _first_vote(value).update(revision=3), "改票的次数"),
    "no id": (_set("ballot", "id", to=""), "不能为空"),
    "choices out of order": (_other_order_of_choices, "次序"),
    "an option nobody asked for": (lambda value: _first_vote(value)["choices"].__setitem__(0, ["maybe"]), "没有的选项"),
    "one option too many": (_one_too_many_chosen, "至多选 2 项"),
    "a question unanswered": (lambda value: _first_vote(value)["choices"].pop(), "题数"),
    "rows out of order": (_move_a_row, "没有按编号排列"),
    "a row less": (_drop_a_row, "名册根"),
    "a row twice": (_row_twice, "出现了两次"),
    "an area": (_set("rows", 0, "area", to=lambda area: area + 1), "名册根"),
    "a head": (_set("rows", 0, "head", to="钱"), "名册根"),
    "a row's name": (_set("rows", 0, "row", to="0" * 32), "名册根"),
    "the root of the roll": (_set("roll", "root", to=_other), "名册根"),
    "the area of the roll": (_set("roll", "area", to=43_351), "投票权名册 面积：文件写的是 43351，重新计算是 43350"),
    "the heads of the roll": (_set("roll", "heads", to=5), "投票权名册 人数：文件写的是 5，重新计算是 4"),
    "the rooms of the roll": (_set("roll", "rooms", to=6), "投票权名册 个数"),
    "an amendment less": (lambda value: value["roll"]["amendments"].pop(), "更正"),
    "an amendment that follows no other": (_set("roll", "amendments", 1, "root_before", to=_other), "更正"),
    "amendments of one number": (_set("roll", "amendments", 1, "number", to=1), "更正"),
    "who voted": (_set("result", "voted", "heads", to=4), "结果 投票 人数"),
    "who took part": (_set(*RESULT, "taking_part", "area", to=43_350), "参与表决 面积"),
    "the area of a yes": (_set(*RESULT, "options", 0, "amount", "area", to=1), "得票 面积"),
    "the heads of a yes": (_set(*RESULT, "options", 0, "amount", "heads", to=3), "得票 人数"),
    "an outcome": (_set(*RESULT, "outcome", to="failed"), '文件写的是 "failed"，重新计算是 "passed"'),
    "what silence was": (_set(*RESULT, "deemed", to="yes"), "未表态的计法"),
    "a part": (_set(*RESULT, "options", 0, "checks", 0, "part", to=99), "分子"),
    "a whole": (_set(*RESULT, "quorum", 0, "whole", to=99), "分母"),
    "whether it holds": (_set(*RESULT, "quorum", 1, "holds", to=False), "是否成立"),
    "a comparison less": (lambda value: _at(value, (*RESULT, "quorum")).pop(), "参与条件"),
    "who was adopted": (_set(*RESULT, "options", 1, "adopted", to=True), "是否通过或当选"),
    "a place": (_set("result", "questions", 1, "options", 0, "place", to=2), "名次"),
    "a tie": (_set("result", "questions", 1, "options", 1, "tied", to=True), "是否并列待定"),
    "options of the result in another order": (lambda value: _at(value, (*RESULT, "options")).reverse(), "选项"),
    "a question's result twice": (lambda value: value["result"]["questions"].append(_at(value, RESULT)), "题目"),
    "a seat more": (_set("ballot", "questions", 1, "seats", to=2), "结果 题目"),
    "an option more": (
        lambda value: value["ballot"]["questions"][1]["options"].append(
            {"id": "c3", "label": "丁", "favourable": False, "valid": True}
        ),
        "选项",
    ),
    "one id for two options": (_set("ballot", "questions", 1, "options", 1, "id", to="c0"), "同一个编号"),
    "no yes": (_set("ballot", "questions", 0, "options", 0, "id", to="agree"), "yes"),
    "a quorum less": (lambda value: value["rules"]["quorum"].pop(), "参与条件低于民法典"),
    "a looser quorum": (_set("rules", "quorum", 0, "share", "numerator", to=1), "参与条件低于民法典"),
    "a quorum of those taking part": (_set("rules", "quorum", 0, "base", to="taking_part"), "参与条件低于民法典"),
    "a half that is enough": (_set("rules", "needs", 0, 0, "share", "included", to=True), "通过条件低于民法典"),
    "no need of heads": (lambda value: value["rules"]["needs"][0].pop(), "通过条件低于民法典"),
    "a matter that wants three quarters": (_set("ballot", "questions", 0, "matter", to="fund_raise"), "四分之三以上"),
    "no matter": (_set("ballot", "questions", 0, "matter", to=None), "哪一项"),
    "a share of more than all": (_set("rules", "needs", 0, 0, "share", "numerator", to=3), "超过了全部"),
    "a stricter need": (_set("rules", "needs", 0, 0, "share", "numerator", to=2), "重新计算"),
    "needs of one question": (lambda value: value["rules"]["needs"].pop(), "组数"),
    "silence that counts": (_set("rules", "silence", to="abstain"), "结果"),
    "another format": (_set("format", to="flowing-property-ballot/2"), "format"),
}


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_file_with_a_new_digest_fails_with_and_without_the_printed_one(proof: Proof, name: str) -> None:
    value = value_of(proof)
    alter, words = TAMPERED[name]
    alter(value)
    changed = resealed(value)
    assert words in refused(changed)
    refused(changed, proof.digest)


@pytest.mark.parametrize(
    "alter",
    [
        _set("ballot", "title", to="另一个题目"),
        _set("ballot", "closes_at", to="2027-01-01T00:00:00+00:00"),
        _set("ballot", "extended", to=None),
        _set("rules", "source", to="另一份规则"),
        _set("rows", 0, "delivered", to=lambda told: not told),
        _set("roll", "frozen_at", to="2020-01-01T00:00:00+00:00"),
        _set("roll", "amendments", 0, "reason", to="没有理由"),
    ],
)
def test_what_no_root_binds_is_bound_by_the_printed_digest(
    proof: Proof, alter: Callable[[dict[str, Any]], None]
) -> None:
    value = value_of(proof)
    alter(value)
    accepted(resealed(value))
    assert "不是公布的那份文件" in refused(resealed(value), proof.digest)


def test_a_new_digest_written_beside_the_old_content_is_seen(proof: Proof) -> None:
    value = value_of(proof)
    value["digest"] = hashlib.sha256(b"").hexdigest()
    assert "摘要不对" in refused(written(value))


def test_a_result_that_claims_to_have_passed_is_counted_again() -> None:
    """Three heads of four said no: the file says passed, adopted, all needs held; the rows say otherwise."""
    rows = tuple(replace(row, choices=row.choices and (("no",), row.choices[1])) for row in ROWS[:3]) + ROWS[3:]
    proof = proof_of(replace(ORDINARY, rows=rows))
    value = value_of(proof)
    assert _at(value, RESULT)["outcome"] == "failed"
    _at(value, RESULT)["outcome"] = "passed"
    yes = _at(value, (*RESULT, "options", 0))
    yes["adopted"] = True
    for check in yes["checks"]:
        check["holds"], check["part"] = True, check["whole"]
    assert "结果 题目 第 1 项" in refused(resealed(value))
    for part in ("outcome", "adopted"):
        value = value_of(proof)
        target = _at(value, RESULT) if part == "outcome" else _at(value, (*RESULT, "options", 0))
        target[part] = "passed" if part == "outcome" else True
        assert "重新计算" in refused(resealed(value))


def test_a_satisfaction_that_claims_a_better_band_is_counted_again() -> None:
    questions = checked(Kind.SATISFACTION, (Question("总体评价", Form.RATE),))
    rows = tuple(Row("", 1, f"{n}", False, (("satisfied",) if n < 8 else ("not",),)) for n in range(9))
    proof = proof_of(Drawn(Kind.SATISFACTION, questions, rows, VoteTerms(), least=9))
    assert "满意度：达到 80%：100 × 8 ≥ 80 × 9" in accepted(proof.content)
    for field, other in (("band", 0), ("favourable", 9), ("valid", 8), ("enough", False)):
        value = value_of(proof)
        _at(value, RESULT)["satisfaction"][field] = other
        assert "满意度" in refused(resealed(value))


def test_a_survey_adopts_nothing_whatever_the_file_asks_for() -> None:
    questions = checked(Kind.SATISFACTION, (Question("总体评价", Form.RATE),))
    rows = tuple(Row("", 1, f"{n}", False, (("satisfied",),)) for n in range(3))
    value = value_of(proof_of(Drawn(Kind.SATISFACTION, questions, rows, VoteTerms())))
    share = {"numerator": 1, "denominator": 2, "included": False}
    value["rules"]["needs"][0].append({"measure": "rooms", "base": "all", "share": share, "source": ""})
    assert "不能有通过条件" in refused(resealed(value))


def test_silence_counted_as_the_majority_is_told(proof: Proof) -> None:
    terms = VoteTerms(silence=Silence.FOLLOW_MAJORITY, clauses={"silence": "议事规则第二十条"})
    said = accepted(proof_of(replace(ORDINARY, terms=terms)).content)
    assert "已送达而未表态的计入参与表决，按“同意”计" in said
    assert "议事规则第二十条" in said


# The digest


def test_the_printed_digest_may_be_typed_with_blanks_and_in_capitals(proof: Proof, tmp_path: Path) -> None:
    grouped = " ".join(proof.digest[at : at + 8].upper() for at in range(0, 64, 8))
    code, said = run(tmp_path, proof.content, "--digest", grouped)
    assert code == 0
    assert "与您输入的摘要相同" in said


@pytest.mark.parametrize("typed", ["", "0" * 64, "ab", "同意"])
def test_another_digest_than_the_printed_one_fails(proof: Proof, tmp_path: Path, typed: str) -> None:
    code, said = run(tmp_path, proof.content, f"--digest={typed}")
    assert code == 1
    assert said.startswith("核对未通过：您输入的摘要与文件的不同")


@pytest.mark.parametrize("at", [0, 31, 63])
def test_one_wrong_digit_of_the_digest_fails(proof: Proof, at: int) -> None:
    digit = "0" if proof.digest[at] != "0" else "1"
    refused(proof.content, proof.digest[:at] + digit + proof.digest[at + 1 :])


# The receipt


@pytest.mark.row("VOT-01")
def test_every_receipt_proves_that_its_vote_was_counted(proof: Proof, tmp_path: Path) -> None:
    assert len(proof.receipts) == 5
    code, said = run(tmp_path, proof.content, receipt=proof.receipts[-1])
    assert code == 0
    assert "【您的回执】与文件相符" in said
    assert "您的票（第 1 次投的）已计入" in said


def test_the_receipt_of_a_vote_that_was_changed_says_so(proof: Proof, tmp_path: Path) -> None:
    first, second = (one for one in proof.receipts if one["room_id"] == "room_000001")
    code, said = run(tmp_path, proof.content, receipt=first)
    assert code == 0
    assert "这是第 1 次投的票；后来又改过，计票用的是第 2 次的票" in said
    assert "已计入" not in said
    code, said = run(tmp_path, proof.content, receipt=second)
    assert code == 0
    assert "您的票（第 2 次投的）已计入" in said


@pytest.mark.parametrize(
    ("field", "other", "words"),
    [
        ("ballot_id", "bal_02", "不是这次表决的"),
        ("room_id", "room_000009", "算不出回执上的行号"),
        ("row_salt", "00", "算不出回执上的行号"),
        ("row", "0" * 32, "算不出回执上的行号"),
        ("roll_root", "0" * 64, "不是同一份"),
        ("commitment", "0" * 64, "不符"),
        ("revision", 2, "不符"),
        ("revision", True, "整数"),
        ("revision", 0, "不合理"),
        ("channel", "paper", "投票方式"),
        ("format", "flowing-property-receipt/2", "format"),
        ("at", None, "文字"),
    ],
)
def test_a_receipt_that_does_not_fit_fails(proof: Proof, tmp_path: Path, field: str, other: object, words: str) -> None:
    code, said = run(tmp_path, proof.content, receipt={**proof.receipts[0], field: other})
    assert code == 1
    assert words in said.splitlines()[-1]


def test_a_receipt_with_more_or_less_than_its_fields_fails(proof: Proof) -> None:
    receipt = proof.receipts[0]
    refused(proof.content, receipt=json.dumps({**receipt, "vote": "yes"}).encode())
    for name in receipt:
        less = {field: value for field, value in receipt.items() if field != name}
        refused(proof.content, receipt=json.dumps(less).encode())
    for content in (b"", b"[]", b"\xff", b"{", json.dumps(receipt).replace("{", '{"at":"x",', 1).encode()):
        refused(proof.content, receipt=content)


def test_a_receipt_of_a_room_that_is_not_on_the_roll_fails(proof: Proof) -> None:
    room = {"room_id": "room_000009", "row_salt": "00", "row": row_name("bal_01", "room_000009", "00")}
    assert "没有回执上的这一行" in refused(proof.content, receipt=json.dumps({**proof.receipts[0], **room}).encode())


def test_a_receipt_whose_vote_was_left_out_of_the_file_fails(proof: Proof) -> None:
    """The house leaves out one vote and one line, and makes every root and figure anew: the voter's receipt tells."""
    receipt = json.dumps(proof.receipts[0]).encode()
    without_vote = proof_of(replace(ORDINARY, rows=(replace(ROWS[0], choices=None), *ROWS[1:])), {1})
    assert "没有计入" in refused(without_vote.content, receipt=receipt)
    other_vote = proof_of(replace(ORDINARY, rows=(replace(ROWS[0], choices=NO), *ROWS[1:])), {1})
    assert "您的票被改动" in refused(other_vote.content, receipt=receipt)
    other_roll = proof_of(replace(ORDINARY, rows=ROWS[:4]), {1})
    assert "不是同一份" in refused(other_roll.content, receipt=receipt)


# The command line


@pytest.mark.parametrize("asked", [[], ["bundle.json", "--dig", "00"], ["bundle.json", "--unknown"], ["a", "b"]])
def test_a_call_that_makes_no_sense_shows_how_it_is_called(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        verify_ballot.main(asked)
    assert ended.value.code == 1
    assert "用法：" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_ballot.main([str(tmp_path / "none.json")]) == 1
    assert "读不到证明文件" in capsys.readouterr().out
    assert verify_ballot.main([str(tmp_path)]) == 1
