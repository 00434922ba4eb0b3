"""The log of the bot's calls: what it asked for, what it was told, and whether it took effect."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any

Json = dict[str, Any]

HELD = 20_000


class Journal:
    """Calls in order; bounded in memory, complete in the file, where each line is flushed at once."""

    def __init__(self, path: Path | None = None, told: Callable[[Json], None] = lambda row: None) -> None:
        self.rows: deque[Json] = deque(maxlen=HELD)
        self.count = 0
        self.told = told
        self._file = path.open("a", encoding="utf-8") if path else None

    def write(self, row: Json) -> Json:
        """Number one call and keep it."""
        self.count += 1
        row = {"n": self.count, **row}
        self.rows.append(row)
        if self._file is not None:
            self._file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
            self._file.flush()
        self.told(row)
        return row

    def since(self, number: int) -> list[Json]:
        """Calls after this one, oldest first, as far as they are held."""
        return list(takewhile(lambda row: row["n"] > number, reversed(self.rows)))[::-1]

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
