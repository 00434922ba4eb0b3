"""Whether somebody asks in plain words to be left alone; those who are left alone must not have to know a command."""

from __future__ import annotations

import re
from typing import Final

_PLEASE: Final = frozenset(
    {"please", "pls", "plz", "just", "ok", "okay", "now", "bot", "so", "x", "xx", "go", "away", "and", "n"}
)
_ASKS: Final = (
    "stop", "stop it", "stop this", "unsubscribe", "leave me alone", "leave me the fuck alone", "leave me tf alone", "let me be",
    "stop messaging me", "stop messaging", "stop texting me", "stop texting", "stop contacting me", "stop writing to me", "stop bothering me",
    "stop sending me messages", "stop sending me stuff", "stop sending messages", "stop msging me", "dont message me", "dont text me",
    "dont contact me", "dont write to me", "dont msg me", "do not message me", "do not contact me", "do not text me", "no more messages",
)  # fmt: skip
"""Words of our own; whole thoughts, so that "he wont leave me alone" is none of them."""
_THOUGHTS: Final = re.compile(r"[.!?,;\n]+")
_WORD: Final = re.compile(r"[a-z]+")


def asks_to_stop(text: str) -> bool:
    """Whether the message says nothing else."""
    return _bare(text) in _ASKS


def also_asks_to_stop(text: str) -> bool:
    """Whether the message says it besides something else: as a thought of its own, or at the very beginning."""
    thoughts = [_bare(thought) for thought in _THOUGHTS.split(text)]
    return any(thought in _ASKS for thought in thoughts) or any(
        thoughts[0].startswith(f"{one} ") for one in _ASKS if len(one.split()) > 1
    )


def _bare(text: str) -> str:
    words = _WORD.findall(text.casefold().replace("'", "").replace("’", ""))
    return " ".join(word for word in words if word not in _PLEASE)
