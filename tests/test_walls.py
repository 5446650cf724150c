"""The walls of the house hold, and the contracts that watch them would see a hole."""

import ast
import re
from pathlib import Path

import pytest
from grimp import ImportGraph

from tests.import_contracts import KnownOnlyBy, RoomsContract, StandsAlone

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCES = sorted([*(REPOSITORY / "miniprogram_api").rglob("*.py"), *(REPOSITORY / "functions").rglob("*.py")])
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def reads_environment(source: str) -> bool:
    """Whether a module touches the process's environment, by `os.name` or `from os import name`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os" and {one.name for one in node.names} & ENVIRONMENT:
            return True
    return False


def test_only_the_settings_read_the_environment() -> None:
    readers = [path.relative_to(REPOSITORY).as_posix() for path in SOURCES if reads_environment(path.read_text())]
    assert readers == ["miniprogram_api/settings.py"]


@pytest.mark.parametrize(
    "source", ["import os\nos.environ['A']", "import os as o\no.getenv('A')", "from os import environ as e"]
)
def test_a_reader_of_the_environment_is_seen(source: str) -> None:
    assert reads_environment(source)


def spells_digits(source: str) -> list[str]:
    """The Chinese sentences of a module in which a day or period stands as machines write it; names of files may."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.JoinedStr):
            continue
        said = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        put = [ast.unparse(part) for part in node.values if isinstance(part, ast.FormattedValue)]
        machine = any(re.search(r"isoformat\(\)|%Y-%m|(period|_on)\}$", one.strip("f'\"")) for one in put)
        if machine and re.search("[\u4e00-\u9fff]", said) and not said.endswith((".xlsx", ".pdf")):
            found.append(said)
    return found


def test_people_read_days_and_months_as_they_write_them() -> None:
    assert [said for path in SOURCES for said in spells_digits(path.read_text())] == []


@pytest.mark.parametrize("written", ["due_on", "day.isoformat()", "at:%Y-%m-%d", "after.period"])
def test_a_day_as_machines_write_it_is_seen(written: str) -> None:
    assert spells_digits(f"f'请在 {{{written}}} 前缴纳'") == ["请在  前缴纳"]


def graph(*imports: tuple[str, str]) -> ImportGraph:
    built = ImportGraph()
    for module in (
        "house",
        "house.cards",
        "house.cards.rules",
        "house.estates",
        "house.estates.service",
        "house.kernel",
    ):
        built.add_module(module)
    for importer, imported in imports:
        for module in (importer, imported):
            if module not in built.modules:
                built.add_module(module)
        built.add_import(importer=importer, imported=imported)
    return built


def rooms_hold(*imports: tuple[str, str]) -> bool:
    contract = RoomsContract("rooms", session_options={}, contract_options={"house": "house"})
    return contract.check(graph(*imports), verbose=False).kept


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("house.cards.rules", "house.kernel.money"),
        ("house.cards.token", "datetime"),
        ("house.cards.service", "house.estates.service"),
        ("house.cards.service", "house.cards.store"),
        ("house.cards.service", "house.estates.rules"),
        ("house.cards.store", "pynamodb"),
        ("house.cards.store", "house.storage.table"),
        ("house.cards.routes", "flask"),
        ("house.container", "house.cards.store"),
    ],
)
def test_what_the_house_allows(importer: str, imported: str) -> None:
    assert rooms_hold((importer, imported))


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("house.cards.rules", "house.cards.service"),
        ("house.cards.rules", "pynamodb"),
        ("house.cards.token", "house.storage.table"),
        ("house.cards.service", "house.cards.routes"),
        ("house.cards.service", "house.estates.store"),
        ("house.cards.service", "house.wechat"),
        ("house.cards.rules", "house.estates.service"),
        ("house.cards.store", "flask"),
        ("house.cards.routes", "house.cards.store"),
        ("house.cards.schemas", "pydantic"),
        ("house.cards", "house.cards.service"),
    ],
)
def test_a_hole_in_a_room_s_wall_is_seen(importer: str, imported: str) -> None:
    assert not rooms_hold((importer, imported))


def test_a_library_has_the_keepers_it_is_given_and_no_others() -> None:
    options = {"modules": ["wechatpy"], "importers": ["house.wechat.**", "house.*.store"]}
    contract = KnownOnlyBy("keeper", session_options={}, contract_options=options)
    allowed = [("house.wechat.push", "wechatpy"), ("house.wechat", "wechatpy"), ("house.cards.store", "wechatpy")]
    assert contract.check(graph(*allowed), verbose=False).kept
    assert not contract.check(graph(("house.cards.service", "wechatpy")), verbose=False).kept
    assert not contract.check(graph(("house.wechatlike", "wechatpy")), verbose=False).kept


def test_the_kernel_would_not_get_away_with_a_library() -> None:
    contract = StandsAlone("kernel", session_options={}, contract_options={"package": "house.kernel"})
    assert contract.check(graph(("house.kernel.money", "decimal"), ("house.kernel", "house.kernel.money")), False).kept
    assert not contract.check(graph(("house.kernel.money", "msgspec")), False).kept
    assert not contract.check(graph(("house.kernel.money", "house.cards.rules")), False).kept
