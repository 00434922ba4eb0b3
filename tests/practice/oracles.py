"""Two independent judges of our objects: aiogram's models and the Bot API described for machines."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiogram import methods, types
from pydantic import TypeAdapter

DESCRIPTION = Path(__file__).parents[3] / "shared" / "telegram" / "bot-api.json"
NEWER = {"can_send_welcome_messages"}
"""Fields of Bot API 10.2 and 10.3, later than the description at hand (10.1)."""


@cache
def described() -> dict[str, Any]:
    if not DESCRIPTION.exists():
        pytest.skip("the Bot API described for machines is not beside the repository")
    found: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return found


def aiogram_accepts_result(method: str, result: Any) -> None:
    model = getattr(methods, method[0].upper() + method[1:])
    TypeAdapter(model.__returning__).validate_python(result)


def aiogram_accepts_update(update: dict[str, Any]) -> None:
    parsed = types.Update.model_validate(update)
    assert parsed.event_type in update


def faults_of_result(method: str, result: Any) -> list[str]:
    return _best(described()["methods"][method]["returns"], result, method)


def faults_of_update(update: dict[str, Any]) -> list[str]:
    return _faults("Update", update, "Update")


def _best(kinds: list[str], value: Any, where: str) -> list[str]:
    """Complaints under the declared type that fits best."""
    return min((_faults(kind, value, where) for kind in kinds), key=len)


def _faults(kind: str, value: Any, where: str) -> list[str]:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where} is not an array"]
        inner = kind.removeprefix("Array of ")
        return [fault for index, item in enumerate(value) for fault in _faults(inner, item, f"{where}[{index}]")]
    plain: dict[str, Any] = {"Integer": int, "Float": (int, float), "String": str, "Boolean": bool, "True": bool}
    if kind in plain:
        fits = isinstance(value, plain[kind]) and (isinstance(value, bool) == (kind in ("Boolean", "True")))
        return [] if fits else [f"{where} is no {kind}: {value!r}"]
    told = described()["types"][kind]
    if told.get("subtypes"):
        return _best(told["subtypes"], value, where)
    if not isinstance(value, dict):
        return [f"{where} is no {kind}"]
    fields = {field["name"]: field for field in told.get("fields", [])}
    faults = [f"{where} lacks {name}" for name, field in fields.items() if field["required"] and name not in value]
    faults += [f"{where} has an unknown {name}" for name in value if name not in fields and name not in NEWER]
    for name, inner in value.items():
        if name in fields:
            faults += _best(fields[name]["types"], inner, f"{where}.{name}")
    return faults
