"""A machine with an old Python is told which one is needed and how to point to it."""

import shutil
import subprocess
from pathlib import Path

from local.tool_environment import REPOSITORY


def test_an_old_python_is_one_sentence_and_what_to_do(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(REPOSITORY / name, tmp_path)
    old = tmp_path / "python3.10"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    made = subprocess.run(
        ["make", "run", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
    )
    said = made.stderr.splitlines()[0]
    assert made.returncode != 0
    assert said.startswith("This needs Python 3.11 or newer")
    assert said.endswith("e.g. make PYTHON=python3.12 run")
    assert not (tmp_path / ".venv").exists()
