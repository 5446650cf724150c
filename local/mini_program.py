"""The mini program in a browser, at `/app/`: built once, with this machine's Node or one of its own."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from local.problems import CannotStart
from local.tool_environment import REPOSITORY, tool_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SOURCE = REPOSITORY / "miniprogram"
BUILT = SOURCE / "dist" / "build" / "h5"
NODE = (20, 19)
_MADE_FROM = ("src", "index.html", "package.json", "package-lock.json", "vite.config.ts")
_FINISHED = BUILT.with_name("h5.made-from")


def build_app() -> Path:
    """Build the mini program for a browser unless that was done for this source; return its folder.

    Raises:
        CannotStart: npm could not install what it is built with, or its source does not build.
    """
    source = fingerprint()
    if BUILT.exists() and _FINISHED.exists() and _FINISHED.read_text() == source:
        return BUILT
    print("Building the mini program (once, about a minute) ...", file=sys.stderr, flush=True)
    install_packages()
    _run("build the mini program", "npx", "--no-install", "uni", "build", "-p", "h5")
    _FINISHED.write_text(source)
    return BUILT


def install_packages() -> None:
    """Install what package-lock.json pins, once, letting no package run a script.

    Raises:
        CannotStart: npm could not.
    """
    pins = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    installed = SOURCE / "node_modules" / ".installed"
    if installed.exists() and installed.read_text() == pins:
        return
    _run("install the packages of the mini program", "npm", "ci", "--ignore-scripts")
    installed.write_text(pins)


def fingerprint() -> str:
    """Return what tells one source of the mini program from another."""
    digest = hashlib.sha256()
    for name in _MADE_FROM:
        path = SOURCE / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            # The contract's types are written from the contract and leave no trace in what is built.
            if file.is_file() and file.name != "contract.d.ts":
                digest.update(f"{file.relative_to(SOURCE)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def node_environment() -> dict[str, str]:
    """Return an environment in which `node` and `npm` are found: this machine's, or else one from PyPI."""
    environment = {**os.environ, "CI": "true"}
    if not _has_node():
        environment["PATH"] = f"{tool_environment('node')}{os.pathsep}{environment.get('PATH', '')}"
    return environment


def _has_node() -> bool:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return tuple(int(part) for part in version.removeprefix("v").split(".")[:2]) >= NODE


def _run(what: str, *command: str) -> None:
    outcome = subprocess.run(command, cwd=SOURCE, env=node_environment(), capture_output=True, text=True, check=False)
    if outcome.returncode:
        said = (outcome.stdout + outcome.stderr).strip()[-2000:]
        raise CannotStart(f"npm could not {what}; check the network and run it again. It said:\n{said}")


class MiniProgram:
    """A WSGI application in front of another: what was built at `/app/`, everything else passes through."""

    def __init__(self, application: WSGIApplication, folder: Path) -> None:
        self._application = application
        self._files = {
            f"/app/{path.relative_to(folder)}": _packed(path) for path in folder.rglob("*") if path.is_file()
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if path == "/app":
            start_response("308 Permanent Redirect", [("Location", "/app/"), ("Content-Length", "0")])
            return [b""]
        file = self._files.get("/app/index.html" if path == "/app/" else path)
        if file is None:
            return self._application(environ, start_response)
        headers, content = file
        # Names of built files change with their content; the page that names them is asked for every time.
        caching = "no-cache" if path == "/app/" else "public, max-age=31536000, immutable"
        start_response("200 OK", [*headers.items(), ("Cache-Control", caching)])
        return [content]


def _packed(path: Path) -> tuple[Mapping[str, str], bytes]:
    """Return a file as it is sent: text packed, as every browser takes it."""
    content, kind = path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {"Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind}
    if kind.startswith("text/") or kind.endswith("javascript"):
        content = gzip.compress(content, mtime=0)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(content))
    return headers, content
