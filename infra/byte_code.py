"""Byte-code of the Python that Lambda runs, and zips that come out the same on every machine.

An import costs three to four times as much without byte-code, and the file times a zip carries are nobody's: so only
byte-code that is not checked against them survives packaging (docs/performance.md).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNTIME = (3, 13)
"""The Python of serverless.yml's functions; byte-code of another one would be ignored there."""

SPELLED = ".".join(map(str, RUNTIME))


class NoLambdaPython(Exception):
    """This machine has no Python of Lambda's minor version; the text is for a person."""


def lambda_python() -> Path:
    """Return an interpreter of Lambda's minor version: the running one, one on the path, or one of pyenv's.

    Raises:
        NoLambdaPython: there is none.
    """
    for candidate in _candidates():
        if version_of(candidate) == SPELLED:
            return candidate
    raise NoLambdaPython(
        f"Lambda runs Python {SPELLED}, and only that Python can compile what is deployed: install it, so that "
        f"python{SPELLED} is found on the path, and run this again."
    )


def _candidates() -> Iterator[Path]:
    yield Path(sys.executable)
    if on_path := shutil.which(f"python{SPELLED}"):
        yield Path(on_path)
    # pyenv's python3.13 on the path refuses to run unless that version was chosen; its own copies do not.
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{SPELLED}*/bin/python"), reverse=True)


def version_of(python: Path) -> str:
    """Return the major and minor version of an interpreter; empty when it does not run."""
    shown = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([str(python), "-c", shown], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def compile_folder(python: Path, folder: Path, shown_as: str, mode: Literal["unchecked-hash", "checked-hash"]) -> None:
    """Compile every module under a folder, as if it lay at `shown_as`: the same files give the same bytes everywhere.

    ``unchecked-hash`` is believed whatever the source says, and right only where both are made anew together;
    ``checked-hash`` costs a look at the source.

    Raises:
        RuntimeError: a module cannot be compiled; the compiler says why on standard error.
    """
    compiler = [str(python), "-m", "compileall", "-q", "--invalidation-mode", mode]
    command = [*compiler, "-s", str(folder), "-p", shown_as, str(folder)]
    if subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0"}, check=False).returncode:
        raise RuntimeError(f"{folder} could not be compiled: the compiler says why above")


def zip_folder(folder: Path, target: Path) -> None:
    """Zip what a folder holds, in a fixed order with one fixed time."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def megabytes(path: Path) -> float:
    """Weigh a file or a folder, in MB of 1024 x 1024 bytes."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(entry.stat().st_size for entry in files if entry.is_file()) / 1024 / 1024


def unzipped_megabytes(archive: Path) -> float:
    """Weigh what a zip holds, unpacked."""
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist()) / 1024 / 1024
