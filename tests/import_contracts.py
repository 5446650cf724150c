"""The walls of the house that import-linter has no words for: files of a room, and libraries with one keeper.

The contracts look at what exists today, so that a new room stands behind the same walls on its first day.
"""

import fnmatch
import sys
from dataclasses import dataclass

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


@dataclass(frozen=True)
class Allowed:
    """What one kind of file in a room may import; ``neighbours`` are files of other rooms."""

    own: frozenset[str]
    shared: frozenset[str]
    libraries: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()


def _allowed(own: str = "", shared: str = "", libraries: str = "", neighbours: str = "") -> Allowed:
    return Allowed(
        frozenset(own.split()), frozenset(shared.split()), frozenset(libraries.split()), frozenset(neighbours.split())
    )


ROOM_FILES = {
    "__init__": _allowed(),
    "rules": _allowed(own="rules", shared="kernel"),
    "service": _allowed(own="rules store service", shared="kernel storage", neighbours="service rules"),
    "store": _allowed(own="rules store", shared="kernel storage", libraries="pynamodb"),
    "schemas": _allowed(own="rules schemas", shared="kernel edge", libraries="msgspec", neighbours="rules schemas"),
    "routes": _allowed(
        own="rules schemas service routes",
        shared="kernel edge",
        libraries="flask msgspec",
        neighbours="rules schemas",
    ),
}
"""A file of any other name in a room is a rule named after itself."""

PAY_VALUES = frozenset({"facts", "errors", "bill"})
"""What WeChat Pay says, as values and outcomes: the room of payments may name them, and nothing else of WeChat."""


class RoomsContract(Contract):
    """Every import of every room file is one the house allows to that kind of file."""

    type_name = "rooms"
    house = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        house = str(self.house)
        rooms = {name.split(".")[1] for name in graph.modules if name.startswith(f"{house}.") and _is_room_file(name)}
        broken = [
            f"{module} imports {imported}: {reason}"
            for module in sorted(graph.modules)
            if module.split(".")[0] == house and len(module.split(".")) > 1 and module.split(".")[1] in rooms
            for imported in sorted(graph.find_modules_directly_imported_by(module))
            if (reason := _why_not(house, module, imported, rooms))
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _print_broken(check)


class KnownOnlyBy(Contract):
    """Some modules or libraries are imported only by the modules named (* and ** as in paths) and by themselves."""

    type_name = "known_only_by"
    modules = fields.ListField(subfield=fields.StringField())
    importers = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = [
            f"{importer} imports {imported}"
            for imported in sorted(graph.modules)
            if _is_within(imported, self.modules)
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if not _is_within(importer, self.modules) and not _matches(importer, self.importers)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _print_broken(check)


class StandsAlone(Contract):
    """A package imports itself and the standard library, and nothing else."""

    type_name = "stands_alone"
    package = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        own = [str(self.package)]
        broken = [
            f"{module} imports {imported}"
            for module in sorted(graph.modules)
            if _is_within(module, own)
            for imported in sorted(graph.find_modules_directly_imported_by(module))
            if not _is_within(imported, own) and imported.split(".")[0] not in sys.stdlib_module_names
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _print_broken(check)


def _is_room_file(module: str) -> bool:
    parts = module.split(".")
    return len(parts) == 3 and parts[2] in {"rules", "service", "store", "schemas", "routes"}


def _kind(parts: list[str]) -> str:
    if len(parts) == 2:
        return "__init__"
    return parts[2] if parts[2] in ROOM_FILES else "rules"


def _why_not(house: str, module: str, imported: str, rooms: set[str]) -> str:
    importer, target = module.split("."), imported.split(".")
    room, kind = importer[1], _kind(importer)
    allowed = ROOM_FILES[kind]
    if target[0] != house:
        known = target[0] in sys.stdlib_module_names or target[0] in allowed.libraries
        return "" if known else f"a room's {kind} does not know {target[0]}"
    if len(target) == 1:
        return ""
    if target[1] == room:
        return "" if _kind(target) in allowed.own else f"{kind} does not look into its own room's {_kind(target)}"
    if room == "payments" and target[1:3] == ["wechat", "pay"] and target[3:] and target[3] in PAY_VALUES:
        return ""
    if target[1] in rooms:
        fine = _kind(target) in allowed.neighbours
        return "" if fine else "a room asks another only through its service; values and shown shapes may be named"
    return "" if target[1] in allowed.shared else f"a room's {kind} does not know {target[1]}"


def _is_within(module: str, packages: list[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _matches(module: str, patterns: list[str]) -> bool:
    """A pattern matches segment by segment; `**` at its end also takes everything below."""
    for pattern in patterns:
        wanted, parts = pattern.split("."), module.split(".")
        if wanted[-1] == "**":
            wanted = wanted[:-1]
            parts = parts[: len(wanted)]
        if len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted)):
            return True
    return False


def _print_broken(check: ContractCheck) -> None:
    for line in check.metadata["broken"]:
        output.print_error(line)
