"""Python environments for tools that must not share the house's own packages."""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

from infra.byte_code import version_of
from local.problems import CannotStart

REPOSITORY = Path(__file__).resolve().parent.parent
LOCAL_FOLDER = REPOSITORY / ".local"
"""Everything that running on one machine leaves behind; git does not see it."""


def tool_environment(name: str, python: Path = Path(sys.executable)) -> Path:
    """The `bin` folder of the environment for `local/requirements-<name>.txt`, made on first use and for new pins.

    Raises:
        CannotStart: the packages could not be installed.
    """
    requirements = Path(__file__).with_name(f"requirements-{name}.txt")
    version = version_of(python)
    pins = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = LOCAL_FOLDER / "tools" / f"{name}-{pins}-python{version}"
    installed = folder / "installed"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not installed.exists():
            _install(name, folder, requirements, python)
            installed.touch()
    return folder / "bin"


def _install(name: str, folder: Path, requirements: Path, python: Path) -> None:
    print(f"Installing the {name.replace('-', ' ')} (once, about half a minute) ...", file=sys.stderr, flush=True)
    subprocess.run([str(python), "-m", "venv", "--clear", str(folder)], check=True, capture_output=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    outcome = subprocess.run([*pip, "-r", str(requirements)], capture_output=True, text=True, check=False)
    if outcome.returncode:
        lines = outcome.stderr.strip().splitlines()
        reason = next((line for line in reversed(lines) if line.startswith("ERROR")), "pip gave no reason")
        raise CannotStart(f"The {name} could not be installed ({reason}); check the network and run it again.")
