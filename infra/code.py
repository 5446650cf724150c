"""The zip of our own code that every function shares: `python -m infra.code`, into build/code.zip.

A function unpacks all of it and imports what it needs. Its byte-code is checked against its source (checked-hash), for
unlike the layers it is made anew in a work tree that changes.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from infra.byte_code import NoLambdaPython, compile_folder, lambda_python, megabytes, zip_folder

ROOT = Path(__file__).resolve().parent.parent
CODE = ("functions", "miniprogram_api")
FOLDER = ROOT / "build" / "code"
ZIP = ROOT / "build" / "code.zip"
TASK_ROOT = "/var/task"
"""Where Lambda unpacks it."""


def build(python: Path | None) -> Path:
    """Copy, compile and zip; return the zip. Without a Python of Lambda's it holds no byte-code, good for a look only.

    Raises:
        RuntimeError: a module cannot be compiled.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name in CODE:
        # Byte-code of this machine is of another Python, and stale by its time stamps.
        shutil.copytree(ROOT / name, FOLDER / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    if python:
        compile_folder(python, FOLDER, TASK_ROOT, "checked-hash")
    zip_folder(FOLDER, ZIP)
    return ZIP


def main() -> None:
    """Build it for a deployment."""
    try:
        build(lambda_python())
    except (NoLambdaPython, RuntimeError) as failure:
        sys.exit(str(failure))
    print(f"code: {megabytes(FOLDER):.1f} MB unzipped, {megabytes(ZIP):.1f} MB zipped")


if __name__ == "__main__":
    main()
