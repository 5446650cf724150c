"""A figure with the bar it must hold, how they are printed, and where they are written."""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from local.tool_environment import REPOSITORY

WRITTEN_TO = REPOSITORY / "build" / "bench.json"


@dataclass(frozen=True)
class Figure:
    """One measured value; `against` says what it is compared with, `bar` what it may be at most (None: no promise)."""

    name: str
    value: float
    unit: str
    against: str = ""
    bar: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the value stays within its bar."""
        return self.bar is None or self.value <= self.bar


def write(figures: Iterable[Figure], path: Path = WRITTEN_TO) -> None:
    """Write the figures as a list of {name, value, unit, against, bar, holds}."""
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = [{**asdict(figure), "holds": figure.holds} for figure in figures]
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def line_of(figure: Figure) -> str:
    """One line for a terminal."""
    bar = "" if figure.bar is None else f"at most {figure.bar:g}: {'holds' if figure.holds else 'DOES NOT HOLD'}"
    name = figure.name + " " * max(1, 62 - _width(figure.name))
    return f"{name}{figure.value:>10g} {figure.unit:<10} {bar}".rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
