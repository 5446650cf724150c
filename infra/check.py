"""Package serverless.yml for every stage and lint what comes out: `python -m infra.check [stage ...]`.

Everything that is deployed passes here first. It needs no account, and after the first run, which installs the pinned
osls into node_modules/, no network. What was packaged stays in build/package/<stage>/ for tests/infrastructure and for
a deployment.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra import code
from infra.byte_code import NoLambdaPython, lambda_python

ROOT = code.ROOT
OUTPUT = ROOT / "build" / "package"
OSLS = ROOT / "node_modules" / ".bin" / "osls"

NODE = (20, 19)  # what package.json asks of Node, on osls' behalf
# Stage -> the region whose resource types and limits the template is held against.
REGIONS = {"dev": "ap-southeast-1", "prod": "ap-southeast-1", "prod-cn": "cn-north-1"}
IGNORED_CHECKS = {
    "W8003": "whether a stage has a domain of its own is settled when it is packaged, and the template may say so",
    "W3005": "osls writes DependsOn beside references it makes itself: superfluous, harmless, not ours to change",
}


class CheckFailed(Exception):
    """A stage cannot be packaged, or what came out would not be accepted; the text is for a person."""


def package(stage: str) -> Path:
    """Package one stage as a deployment would and return its CloudFormation template.

    Raises:
        CheckFailed: Node or osls is missing, or serverless.yml cannot be packaged.
    """
    install_osls()
    code.build(_lambda_python())
    folder = OUTPUT / stage
    shutil.rmtree(folder, ignore_errors=True)
    # No credentials: packaging that looked into an account would pass here and fail on the next machine.
    without_account = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FP_"))}
    osls = subprocess.run(
        [str(OSLS), "package", "--stage", stage, "--package", str(folder)],
        cwd=ROOT,
        env={**without_account, "SLS_TELEMETRY_DISABLED": "1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if osls.returncode:
        raise CheckFailed(f"serverless.yml cannot be packaged for {stage}:\n{osls.stdout}{osls.stderr}")
    (folder / "made-from").write_text(fingerprint())
    return folder / "cloudformation-template-update-stack.json"


def _lambda_python() -> Path | None:
    """What compiles the code; a template can be looked at without."""
    try:
        return lambda_python()
    except NoLambdaPython as lack:
        print(f"The code is packaged without byte-code, good for a look only. {lack}", file=sys.stderr)
        return None


def packaged_template(stage: str) -> Path:
    """Return the stage's template, packaging it only if what it is made from has changed since the last time.

    Raises:
        CheckFailed: as `package`.
    """
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with (OUTPUT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes ask at once
        made_from = OUTPUT / stage / "made-from"
        if made_from.exists() and made_from.read_text() == fingerprint():
            return OUTPUT / stage / "cloudformation-template-update-stack.json"
        return package(stage)


def fingerprint() -> str:
    """Hash everything the template depends on; the code in the zip is not part of it."""
    layers = (ROOT / "build" / "layers").glob("*.json")
    sources = [ROOT / "serverless.yml", ROOT / "package-lock.json", *(ROOT / "infra").glob("*.yml"), *layers]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(sources))).hexdigest()


def install_osls() -> None:
    """Install osls as package-lock.json pins it, once, letting no package run a script.

    Raises:
        CheckFailed: Node is missing or too old, or npm cannot install.
    """
    needed = f"Packaging serverless.yml needs Node {'.'.join(map(str, NODE))} or newer with npm"
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise CheckFailed(f"{needed}, and this machine has none.")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if tuple(int(part) for part in version.removeprefix("v").split(".")[:2]) < NODE:
        raise CheckFailed(f"{needed}, and this machine has {version}.")
    if OSLS.exists():
        return
    npm = subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=ROOT, capture_output=True, text=True, check=False)
    if npm.returncode:
        raise CheckFailed(f"npm could not install osls from package-lock.json:\n{npm.stdout}{npm.stderr}")


def lint(stage: str, template: Path) -> None:
    """Hold the template against what CloudFormation accepts in the stage's region.

    Raises:
        CheckFailed: cfn-lint found an error or a warning that is not among the explained ones.
    """
    command = Path(sys.executable).with_name("cfn-lint")
    if not command.exists():
        raise CheckFailed("cfn-lint is not installed beside this Python: install requirements-dev.txt.")
    options = ["--regions", REGIONS[stage], "--ignore-checks", *IGNORED_CHECKS, "--template", str(template)]
    cfn_lint = subprocess.run(
        [str(command), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    if cfn_lint.returncode:
        raise CheckFailed(f"cfn-lint refuses the template of {stage}:\n{cfn_lint.stdout}{cfn_lint.stderr}")


def main() -> None:
    """Package and lint the stages named, or all of them; end non-zero at the first that fails."""
    stages = sys.argv[1:] or list(REGIONS)
    if unknown := [stage for stage in stages if stage not in REGIONS]:
        sys.exit(f"There is no stage {', '.join(unknown)}: serverless.yml knows {', '.join(REGIONS)}.")
    for stage in stages:
        try:
            lint(stage, package(stage))
        except CheckFailed as failure:
            sys.exit(str(failure))
        print(f"{stage}: packaged and clean")


if __name__ == "__main__":
    main()
