"""The WeChat build, held against WeChat's own compilers and limits and run page by page, without WeChat's tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local.mini_program import SOURCE, build_for_wechat, install_packages, run_node

if TYPE_CHECKING:
    from pathlib import Path

TOOLS = SOURCE / "tools"
LIMIT = 2 * 1024 * 1024
"""Bytes of one package: https://developers.weixin.qq.com/miniprogram/dev/framework/subpackages.html"""

DEMONSTRATION = ("本机演示", "/local/", "phone/payment", "login-code", "localhost", "127.0.0.1", "CashierSheet")


@pytest.fixture(scope="module")
def build() -> Path:
    """The folder that would be uploaded."""
    return build_for_wechat()


@pytest.fixture(scope="module")
def tools() -> Path:
    """WeChat's compilers and the simulated runtime."""
    install_packages(TOOLS)
    return TOOLS


def texts(build: Path) -> list[Path]:
    return [path for path in build.rglob("*") if path.suffix in {".js", ".json", ".wxml", ".wxss", ".wxs"}]


def test_every_package_is_below_two_megabytes(build: Path) -> None:
    app = json.loads((build / "app.json").read_text(encoding="utf-8"))
    roots = [package["root"].rstrip("/") for package in app.get("subPackages", [])]
    sizes = dict.fromkeys(["main", *roots], 0)
    for path in build.rglob("*"):
        if path.is_file():
            first = path.relative_to(build).parts[0]
            sizes[first if first in roots else "main"] += path.stat().st_size
    assert all(0 < size < LIMIT for size in sizes.values()), sizes


def test_nothing_of_the_demonstration_is_in_it(build: Path) -> None:
    found = [(path.name, word) for path in texts(build) for word in DEMONSTRATION if word in path.read_text("utf-8")]
    assert found == []


def test_it_names_no_other_host(build: Path) -> None:
    """Addresses in comments of libraries would pass for hosts too; there are none left in what is built."""
    found = [
        (path.name, line[:120])
        for path in texts(build)
        if path.suffix in {".wxml", ".wxss", ".json"}
        for line in path.read_text("utf-8").splitlines()
        if "http://" in line or "https://" in line
    ]
    assert found == []


def test_screen_readers_of_wechat_are_told_the_roles(build: Path) -> None:
    """WeChat reads ``aria-role``; ``role`` says nothing to it."""
    wxml = "".join(path.read_text("utf-8") for path in build.rglob("*.wxml"))
    assert ' role="' not in wxml
    assert ' aria-role="button"' in wxml


def test_wechats_compilers_accept_every_file(build: Path, tools: Path) -> None:
    assert "compiled" in run_node(tools, "compile the WeChat build", "node", "compile.js", str(build))
    said = run_node(tools, "compile the WeChat build's expressions", "node", "expressions.js", str(build))
    assert said.strip() == f"{len(list(build.rglob('*.wxml')))} WXML files"


@pytest.mark.row("IDR-01", "CARD-02", "REP-01", "FEE-02", "VOT-01")
def test_compiled_pages_do_what_they_promise(build: Path, tools: Path) -> None:
    """Signing in, the card, reporting, paying (success, turning back, failure), voting, large type: pages.test.js."""
    jest = ("npx", "--no-install", "jest", "--rootDir", ".")
    run_node(tools, "run the pages of the WeChat build", *jest, BUILD=str(build))
