"""Build the two Lambda layers of third-party packages, without Docker: `python3.13 layers/build.py`.

requirements.txt is the one list of what runs; this file says only which of it belongs to the imaging layer and what
stays at home. The zips land in build/layers/ under names that carry their hash, beside a small file through which
serverless.yml finds them. Compiling is worth it: an import costs three to four times as much without byte-code, and the
file times a zip carries are nobody's, so only byte-code that is not checked against them is believed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements.txt"
OUTPUT = ROOT / "build" / "layers"

RUNTIME = (3, 13)
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
# botocore describes some 400 services in 25 MB; these are the ones the functions' roles allow.
BOTOCORE_SERVICES = {"dynamodb", "s3", "sqs", "ssm"}
UNZIPPED_LIMIT_MB = 250  # Lambda's limit for the code and all layers of one function together


def main() -> None:
    """Build both layers for one architecture and report their sizes."""
    parser = argparse.ArgumentParser(description="Build the Lambda layers runtime and imaging.")
    parser.add_argument("--architecture", choices=sorted(PLATFORMS), default="x86_64")
    architecture = parser.parse_args().architecture
    if sys.version_info[:2] != RUNTIME:
        sys.exit(
            f"layers/build.py compiles byte-code for Lambda's Python {RUNTIME[0]}.{RUNTIME[1]} and was started by "
            f"{sys.version_info[0]}.{sys.version_info[1]}: run it as python{RUNTIME[0]}.{RUNTIME[1]} layers/build.py."
        )
    if not REQUIREMENTS.exists():
        sys.exit("layers/build.py found no requirements.txt at the top of the repository, so it knows no package.")
    required = read_requirements(REQUIREMENTS)
    layers = {
        "runtime": [line for name, line in required.items() if name not in IMAGING | NOT_DEPLOYED],
        "imaging": [line for name, line in required.items() if name in IMAGING],
    }
    keys = {layer: build_layer(layer, architecture, packages) for layer, packages in layers.items()}
    (OUTPUT / f"{architecture}.json").write_text(json.dumps(keys, indent=2) + "\n")
    report(architecture, keys)


def read_requirements(path: Path) -> dict[str, str]:
    """Read the pinned packages by their plain name; comments, options and blank lines are no packages."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    names = ((re.split(r"[\[=<>!~; ]", line, maxsplit=1)[0], line) for line in lines if line and line[0] != "-")
    return {re.sub(r"[-_.]+", "-", name).lower(): line for name, line in names}


def build_layer(layer: str, architecture: str, packages: list[str]) -> str:
    """Install, trim, compile and zip one layer; return the key under which the deployment bucket must hold it."""
    folder = OUTPUT / architecture / layer
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / "python"
    python.mkdir(parents=True)
    install(python, architecture, packages)
    trim(python)
    compile_byte_code(folder)
    return write_zip(folder, layer, architecture)


def install(target: Path, architecture: str, packages: list[str]) -> None:
    """Let pip put wheels for Lambda's machine, never a source to build, into the folder.

    Nothing is resolved: requirements.txt pins the packages that others drag in too, and says all there is.
    """
    platforms = [option for platform in PLATFORMS[architecture] for option in ("--platform", platform)]
    wheels = ["--implementation", "cp", "--python-version", f"{RUNTIME[0]}.{RUNTIME[1]}", "--only-binary=:all:"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-compile", "--no-deps", *platforms, *wheels, "--target", str(target)]
    if subprocess.run([*pip, *options, *packages], check=False).returncode:
        sys.exit("layers/build.py could not install the packages of requirements.txt: pip says why above.")


def trim(python: Path) -> None:
    """Take out what no function imports: command-line starters, and descriptions of services nobody calls."""
    shutil.rmtree(python / "bin", ignore_errors=True)
    for service in (python / "botocore" / "data").glob("*/"):
        if service.is_dir() and service.name not in BOTOCORE_SERVICES:
            shutil.rmtree(service)


def compile_byte_code(folder: Path) -> None:
    """Compile every module so that Lambda believes the byte-code without looking at the source's time stamp.

    The paths inside are those of Lambda (/opt/python/...) and the hash seed is fixed: the same packages give the same
    bytes on every machine, and so the same layer.
    """
    compiler = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    paths = ["-s", str(folder), "-p", "/opt", str(folder / "python")]
    if subprocess.run([*compiler, *paths], env={**os.environ, "PYTHONHASHSEED": "0"}, check=False).returncode:
        sys.exit("layers/build.py could not compile a package: the compiler says which above.")


def write_zip(folder: Path, layer: str, architecture: str) -> str:
    """Zip the folder in a fixed order with one fixed time, named by the hash of what it holds."""
    draft = OUTPUT / f"{layer}-{architecture}.zip"
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()[:16]
    for older in OUTPUT.glob(f"{layer}-{architecture}-*.zip"):
        older.unlink()
    final = draft.rename(OUTPUT / f"{layer}-{architecture}-{digest}.zip")
    return f"layers/{final.name}"


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
        sys.exit(f"Both layers come to {total:.0f} MB unzipped; Lambda takes {UNZIPPED_LIMIT_MB}.")
    print(
        f"together: {total:.1f} of {UNZIPPED_LIMIT_MB} MB. Before deploying, put the zips into the deployment bucket:"
    )
    print("  aws s3 cp build/layers/ s3://<bucket>/layers/ --recursive --exclude '*' --include '*.zip'")


def megabytes(path: Path) -> float:
    """Weigh a file or a folder, in MB of 1024 x 1024 bytes."""
    files = [path] if path.is_file() else [entry for entry in path.rglob("*") if entry.is_file()]
    return sum(entry.stat().st_size for entry in files) / 1024 / 1024


if __name__ == "__main__":
    main()
