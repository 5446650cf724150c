"""The zip of our own code that every function shares: `python -m infra.code`, into build/code.zip.

A function unpacks all of it and imports what it needs. Its byte-code is checked against its source (checked-hash), for
unlike the layers it is made anew in a work tree that changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.byte_code import NoLambdaPython, compile_folder, lambda_python, megabytes, unzipped_megabytes, zip_folder

ROOT = Path(__file__).resolve().parent.parent
CODE = ("functions", "miniprogram_api")
ZIP = ROOT / "build" / "code.zip"
TASK_ROOT = "/var/task"
"""Where Lambda unpacks it."""

IGNORED = ("__pycache__", "*.pyc")
"""Byte-code of this machine: of another Python, and stale by its time stamps."""


def build(python: Path | None) -> Path:
    """Copy, compile and zip, unless that was done for the same sources; return the zip.

    Without a Python of Lambda's it holds no byte-code, good for a look only.

    Raises:
        RuntimeError: a module cannot be compiled.
    """
    ZIP.parent.mkdir(exist_ok=True)
    with ZIP.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_from = ZIP.with_suffix(".made-from")
        wanted = fingerprint(python)
        if not (ZIP.exists() and made_from.exists() and made_from.read_text() == wanted):
            _build(python)
            made_from.write_text(wanted)
    return ZIP


def fingerprint(python: Path | None) -> str:
    """Hash what the zip is made from."""
    digest = hashlib.sha256(f"{python}{IGNORED}".encode() + Path(__file__).read_bytes())
    for path in sorted(path for name in CODE for path in (ROOT / name).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _build(python: Path | None) -> None:
    with TemporaryDirectory(dir=ZIP.parent) as folder:
        for name in CODE:
            shutil.copytree(ROOT / name, Path(folder) / name, ignore=shutil.ignore_patterns(*IGNORED))
        if python:
            compile_folder(python, Path(folder), TASK_ROOT, "checked-hash")
        zip_folder(Path(folder), ZIP)


def main() -> None:
    """Build it for a deployment."""
    try:
        build(lambda_python())
    except (NoLambdaPython, RuntimeError) as failure:
        sys.exit(str(failure))
    print(f"code: {unzipped_megabytes(ZIP):.1f} MB unzipped, {megabytes(ZIP):.1f} MB zipped")


if __name__ == "__main__":
    main()
