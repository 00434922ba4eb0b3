"""Fakes that remember."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.telegram_api import TelegramApi
from tests.conftest import NOW


@dataclass
class MovableClock(Clock):
    """A clock that a test moves."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def pass_(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class ScriptedTelegram(TelegramApi):
    """Answers each call as the script says and remembers what was asked."""

    script: Callable[[str, Mapping[str, Any]], Any] = lambda method, parameters: {"message_id": 1}
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def call(
        self, method: str, parameters: Mapping[str, Any] | None = None, *, wait: float | None = None, files: Any = None
    ) -> Any:
        await asyncio.sleep(0)
        self.calls.append((method, dict(parameters or {})))
        answer = self.script(method, parameters or {})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def texts(self, chat_id: int | None = None) -> list[str]:
        return [p["text"] for _, p in self.calls if "text" in p and chat_id in (None, p.get("chat_id"))]
