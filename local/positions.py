"""Where the event pump stopped reading, on disk, so that a restart goes on from there."""

import json
import threading
from pathlib import Path
from typing import Any


class Positions:
    """One small JSON file; every change replaces it whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._values: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}

    def get(self, name: str, default: Any = None) -> Any:
        """What was last remembered under this name."""
        return self._values.get(name, default)

    def remember(self, name: str, value: Any) -> None:
        """Remember a JSON value under this name."""
        with self._lock:
            self._values[name] = value
            written = self._path.with_suffix(".new")
            written.write_text(json.dumps(self._values))
            written.replace(self._path)
