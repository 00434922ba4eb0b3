"""Faults that are made on purpose, so that one can see how the bot bears them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from practice.errors import ApiError, Mistake

Json = dict[str, Any]

DATABASE = "database"
"""Stands in place of a method for the fault that the bot makes itself."""
KINDS = ("error", "hang", "raw", "lost", "drop")
REASONS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden: bot was blocked by the user", 404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout",
}  # fmt: skip


@dataclass
class Fault:
    """One rule: which calls it strikes, how often, and what happens to them."""

    id: int
    kind: str
    method: str = "*"
    match: Json = field(default_factory=dict)
    times: int | None = 1
    probability: float = 1.0
    code: int = 500
    description: str = ""
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    seconds: float = 30.0
    body: str = ""
    executed: bool = False
    struck: int = 0

    def shown(self) -> Json:
        """The rule as the page lists it."""
        left = {"left": None if self.times is None else self.times - self.struck}
        return {key: value for key, value in vars(self).items() if value not in (None, "", {})} | left

    def carried_out(self) -> bool:
        """Whether a call that it strikes still takes effect."""
        return self.kind == "lost" or (self.kind in ("hang", "raw") and self.executed)

    def error(self) -> ApiError:
        """The refusal of an `error` fault."""
        parameters: Json = {}
        reason = self.description or REASONS.get(self.code, "Bad Request")
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
            reason = self.description or f"Too Many Requests: retry after {self.retry_after}"
        if self.migrate_to_chat_id is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to_chat_id
            reason = self.description or "Bad Request: group chat was upgraded to a supergroup chat"
        return ApiError(self.code, reason, parameters or None)


_READ: dict[str, tuple[type | tuple[type, ...], str]] = {
    "method": (str, "a method's name, or a pattern such as send*"),
    "match": (dict, "an object of parameters"),
    "probability": ((int, float), "a number from 0 to 1"),
    "code": (int, "an HTTP code"),
    "description": (str, "a text"),
    "retry_after": (int, "whole seconds"),
    "migrate_to_chat_id": (int, "a chat id"),
    "seconds": ((int, float), "seconds"),
    "body": (str, "a text"),
    "executed": (bool, "true or false"),
}


def read(fault_id: int, request: Json) -> Fault:
    """A fault out of a control request."""
    kind = request.get("kind")
    if kind not in KINDS:
        raise Mistake(f"The kind of a fault is one of {', '.join(KINDS)}.")
    found: Json = {}
    for name, (kinds, wanted) in _READ.items():
        value = request.get(name)
        if value is None:
            continue
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise Mistake(f"{name} has to be {wanted}.")
        found[name] = value
    times = request.get("times", 1)
    if times is not None and (not isinstance(times, int) or times < 1):
        raise Mistake("times is a whole number, or null for always.")
    if not 0 <= found.get("probability", 1.0) <= 1:
        raise Mistake("probability has to be a number from 0 to 1.")
    defaults = {"error": 429 if "retry_after" in found else 400 if "migrate_to_chat_id" in found else 500}
    found.setdefault("code", defaults.get(kind, 200))
    if not 100 <= found["code"] <= 599 or (kind == "error" and found["code"] < 300):
        raise Mistake("code has to be an HTTP code, and an error's at least 300.")
    return Fault(id=fault_id, kind=kind, times=times, **found)


class Faults:
    """The faults that are switched on, oldest first."""

    def __init__(self, seed: int = 0, changed: Callable[[], None] = lambda: None) -> None:
        self.rules: list[Fault] = []
        self.changed = changed
        self._chance = random.Random(seed)  # noqa: S311 - a die, not a secret
        self._last_id = 0

    @property
    def database_off(self) -> bool:
        """Whether the bot, which asks for it with the time, is to do without its database: no call is struck by it."""
        return any(fault.method == DATABASE for fault in self.rules)

    def add(self, request: Json) -> int:
        """Switch a fault on; give its id."""
        fault = read(self._last_id + 1, request)
        self._last_id = fault.id
        self.rules.append(fault)
        self.changed()
        return fault.id

    def remove(self, fault_id: int | None = None) -> None:
        """Switch one fault off, or all."""
        if fault_id is not None and all(fault.id != fault_id for fault in self.rules):
            raise Mistake(f"There is no fault {fault_id}.")
        self.rules = [fault for fault in self.rules if fault_id is not None and fault.id != fault_id]
        self.changed()

    def strike(self, method: str, params: Json) -> Fault | None:
        """The fault that hits this call, if one does; counted."""
        for fault in self.rules:
            if not fnmatchcase(method.lower(), fault.method.lower()):
                continue
            if any(str(params.get(name)) != str(value) for name, value in fault.match.items()):
                continue
            if fault.probability < 1 and self._chance.random() >= fault.probability:
                continue
            fault.struck += 1
            if fault.times is not None and fault.struck >= fault.times:
                self.rules.remove(fault)
            self.changed()
            return fault
        return None
