"""Build the two Lambda layers of third-party packages, without Docker: `python -m layers.build`.

requirements.txt is the one list of what runs; this file says only which of it belongs to the imaging layer and what
stays at home. The zips land in build/layers/ under names that carry their hash, beside a small file through which
serverless.yml finds them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from infra.byte_code import SPELLED, NoLambdaPython, compile_folder, lambda_python, megabytes, zip_folder
from layers import botocore_data

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements.txt"
OUTPUT = ROOT / "build" / "layers"

# Lambda's name of the architecture -> the wheels that run on its Amazon Linux 2023 (glibc 2.34).
PLATFORMS = {
    "x86_64": ("manylinux_2_28_x86_64", "manylinux2014_x86_64"),
    "arm64": ("manylinux_2_28_aarch64", "manylinux2014_aarch64"),
}
IMAGING = {"pillow", "qrcode"}
# Zappa's deploying half alone needs these: 50 MB that translating an event never imports, and one that has no wheel.
NOT_DEPLOYED = {
    *("argcomplete", "cfn-flip", "hjson", "placebo", "python-slugify"),
    *("pyyaml", "text-unidecode", "toml", "tqdm", "troposphere"),
}
UNZIPPED_LIMIT_MB = 250  # Lambda's limit for the code and all layers of one function together


def main() -> None:
    """Build both layers for one architecture and report their sizes."""
    parser = argparse.ArgumentParser(description="Build the Lambda layers runtime and imaging.")
    parser.add_argument("--architecture", choices=sorted(PLATFORMS), default="x86_64")
    architecture = parser.parse_args().architecture
    try:
        build(architecture, lambda_python())
    except (NoLambdaPython, RuntimeError) as failure:
        sys.exit(str(failure))


def build(architecture: str, python: Path) -> dict[str, str]:
    """Build both layers; return the keys under which the deployment bucket must hold them.

    Raises:
        RuntimeError: a package cannot be installed or compiled, or Lambda would refuse the size.
    """
    required = read_requirements(REQUIREMENTS)
    layers = {
        "runtime": [line for name, line in required.items() if name not in IMAGING | NOT_DEPLOYED],
        "imaging": [line for name, line in required.items() if name in IMAGING],
    }
    keys = {layer: build_layer(layer, architecture, packages, python) for layer, packages in layers.items()}
    (OUTPUT / f"{architecture}.json").write_text(json.dumps(keys, indent=2) + "\n")
    report(architecture, keys)
    return keys


def fingerprint() -> str:
    """Hash what the layers are made from."""
    recipe = (REQUIREMENTS, *sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in recipe)).hexdigest()


def read_requirements(path: Path) -> dict[str, str]:
    """Read the pinned packages by their plain name; comments, options and blank lines are no packages."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    names = ((re.split(r"[\[=<>!~; ]", line, maxsplit=1)[0], line) for line in lines if line and line[0] != "-")
    return {re.sub(r"[-_.]+", "-", name).lower(): line for name, line in names}


def build_layer(layer: str, architecture: str, packages: list[str], python: Path) -> str:
    """Install, trim, compile and zip one layer; return the key under which the deployment bucket must hold it.

    The paths inside its byte-code are those of Lambda, and its name is the hash of what it holds.
    """
    folder = OUTPUT / architecture / layer
    shutil.rmtree(folder, ignore_errors=True)
    packed = folder / "python"
    packed.mkdir(parents=True)
    install(packed, architecture, packages)
    trim(packed)
    compile_folder(python, folder, "/opt", "unchecked-hash")
    draft = OUTPUT / f"{layer}-{architecture}.zip"
    zip_folder(folder, draft)
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()[:16]
    for older in OUTPUT.glob(f"{layer}-{architecture}-*.zip"):
        older.unlink()
    return f"layers/{draft.rename(OUTPUT / f'{layer}-{architecture}-{digest}.zip').name}"


def install(target: Path, architecture: str, packages: list[str]) -> None:
    """Let pip put wheels for Lambda's machine, never a source to build, into the folder.

    Nothing is resolved: requirements.txt pins the packages that others drag in too, and says all there is.
    """
    platforms = [option for platform in PLATFORMS[architecture] for option in ("--platform", platform)]
    wheels = ["--implementation", "cp", "--python-version", SPELLED, "--only-binary=:all:"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-compile", "--no-deps", *platforms, *wheels, "--target", str(target)]
    if subprocess.run([*pip, *options, *packages], check=False).returncode:
        raise RuntimeError("the packages of requirements.txt could not be installed: pip says why above")


def trim(python: Path) -> None:
    """Take out what no function imports: command-line starters, and descriptions of what nobody calls."""
    shutil.rmtree(python / "bin", ignore_errors=True)
    if (python / "botocore").exists():
        botocore_data.slim(python / "botocore" / "data")


def report(architecture: str, keys: dict[str, str]) -> None:
    """Print what each layer weighs and why, and refuse what Lambda would refuse."""
    total = 0.0
    for layer, key in keys.items():
        python = OUTPUT / architecture / layer / "python"
        unzipped = megabytes(python)
        total += unzipped
        print(f"{layer}: {unzipped:.1f} MB unzipped, {megabytes(OUTPUT / Path(key).name):.1f} MB zipped, {key}")
        heaviest = sorted(((megabytes(entry), entry.name) for entry in python.iterdir()), reverse=True)[:6]
        print("  " + ", ".join(f"{name} {size:.1f}" for size, name in heaviest))
    if total > UNZIPPED_LIMIT_MB:
        raise RuntimeError(f"both layers come to {total:.0f} MB unzipped, and Lambda takes {UNZIPPED_LIMIT_MB}")
    print(
        f"together: {total:.1f} of {UNZIPPED_LIMIT_MB} MB. Before deploying, put the zips into the deployment bucket:"
    )
    print("  aws s3 cp build/layers/ s3://<bucket>/layers/ --recursive --exclude '*' --include '*.zip'")


if __name__ == "__main__":
    main()
