"""The mini program in a browser, at `/app/`: built once, with this machine's Node or one of its own."""

from __future__ import annotations

import fcntl
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
    from collections.abc import Iterable
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SOURCE = REPOSITORY / "miniprogram"
NODE = (20, 19)
_MADE_FROM = ("src", "index.html", "package.json", "package-lock.json", "vite.config.ts")


def build_app() -> Path:
    """Build the mini program for a browser unless that was done for this source; return its folder.

    Raises:
        CannotStart: npm could not install what it is built with, or its source does not build.
    """
    return _build("h5")


def build_for_wechat() -> Path:
    """Build the mini program for WeChat unless that was done for this source; return its folder.

    Raises:
        CannotStart: as above.
    """
    return _build("mp-weixin")


def _build(platform: str) -> Path:
    built = SOURCE / "dist" / "build" / platform
    finished, source = built.with_name(f"{platform}.made-from"), fingerprint()
    built.parent.mkdir(parents=True, exist_ok=True)
    with built.with_name("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if built.exists() and finished.exists() and finished.read_text() == source:
            return built
        print("Building the mini program (once, about a minute) ...", file=sys.stderr, flush=True)
        install_packages(SOURCE)
        run_node(SOURCE, "build the mini program", "npx", "--no-install", "uni", "build", "-p", platform)
        finished.write_text(source)
    return built


def install_packages(folder: Path) -> None:
    """Install what the folder's package-lock.json pins, once, letting no package run a script.

    Raises:
        CannotStart: npm could not.
    """
    pins = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    installed = folder / "node_modules" / ".installed"
    if installed.exists() and installed.read_text() == pins:
        return
    run_node(folder, "install the packages of the mini program", "npm", "ci", "--ignore-scripts")
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


def run_node(folder: Path, what: str, *command: str, **environment: str) -> str:
    """Run a command of Node's in a folder of the mini program and return what it said.

    Raises:
        CannotStart: it failed; the text says what could not be done, and ends with what it said.
    """
    given = {**node_environment(), **environment}
    outcome = subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, check=False)
    if outcome.returncode:
        said = (outcome.stdout + outcome.stderr).strip()[-4000:]
        raise CannotStart(f"npm could not {what}; check the network and run it again. It said:\n{said}")
    return outcome.stdout


class MiniProgram:
    """A WSGI application in front of another: what was built at `/app/`, everything else passes through."""

    def __init__(self, application: WSGIApplication, folder: Path) -> None:
        self._application = application
        files = [path for path in folder.rglob("*") if path.is_file()]
        self._files = {f"/app/{path.relative_to(folder)}": _File(path) for path in files}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if path == "/app":
            start_response("308 Permanent Redirect", [("Location", "/app/"), ("Content-Length", "0")])
            return [b""]
        file = self._files.get("/app/index.html" if path == "/app/" else path)
        if file is None:
            return self._application(environ, start_response)
        headers, content = file.sent(packed="gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""))
        # Names of built files change with their content; the page that names them is asked for every time.
        caching = "no-cache" if path == "/app/" else "public, max-age=31536000, immutable"
        start_response("200 OK", [*headers, ("Content-Length", str(len(content))), ("Cache-Control", caching)])
        return [content]


class _File:
    """One built file, as it is and, where that helps, packed."""

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        is_text = kind.startswith("text/") or kind.endswith("javascript")
        self._type = f"{kind}; charset=utf-8" if is_text else kind
        self._packed = gzip.compress(self._content, mtime=0) if is_text else None

    def sent(self, *, packed: bool) -> tuple[list[tuple[str, str]], bytes]:
        """Return the headers and the content for who takes it packed, or does not."""
        headers = [("Content-Type", self._type)]
        if self._packed is None or not packed:
            return headers, self._content
        return [*headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")], self._packed


def main() -> int:
    """Hold the source against the contract, which its types are written from anew, and against its style."""
    try:
        install_packages(SOURCE)
        for what, script in (
            ("write the types of the contract", "contract"),
            ("agree with the mini program's types", "check"),
            ("agree with the mini program's style (npm run tidy mends it)", "style"),
        ):
            run_node(SOURCE, what, "npm", "run", "--silent", script)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
