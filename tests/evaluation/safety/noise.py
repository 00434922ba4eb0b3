"""Other spellings of a phrase: what thumbs, haste, habit and disguise make of it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from tests.evaluation.noise import spoken, typo

_EMOJI: Final = ("😭", "💔", "🙃", "😔", "🥺", "😂", "🔪", "💊", "🖤", "❤️")


def _as_it_is(text: str, _: random.Random) -> str:
    return text


def _shouted(text: str, _: random.Random) -> str:
    return text.upper() + "!!!"


def _stretched(text: str, chance: random.Random) -> str:
    words = text.split()
    place = chance.randrange(len(words))
    words[place] += words[place][-1] * 3
    return " ".join(words)


def _with_emoji(text: str, chance: random.Random) -> str:
    words = text.split()
    words.insert(chance.randrange(len(words) + 1), chance.choice(_EMOJI))
    return " ".join(words)


def _dotted(text: str, _: random.Random) -> str:
    return "... ".join(text.split()) + "..."


def _wide(text: str, _: random.Random) -> str:
    return "   ".join(text.split())


def _on_lines(text: str, chance: random.Random) -> str:
    words = text.split()
    place = chance.randrange(1, len(words)) if len(words) > 1 else 1
    return " ".join(words[:place]) + "\n" + " ".join(words[place:])


def _in_company(text: str, chance: random.Random) -> str:
    before = chance.choice(("hi its me.", "sorry to bother u.", "when is drop in also", "idk who else to tell but"))
    return f"{before} {text} x"


def _spelt_with_signs(text: str, chance: random.Random) -> str:
    longest = max(text.split(), key=len)
    return text.replace(
        longest, re.sub("[aeio]", lambda found: {"a": "@", "e": "3", "i": "1", "o": "0"}[found[0]], longest, count=1)
    )


VARIANTS: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "as it is": _as_it_is,
    "slips of the thumb": lambda text, chance: typo(text, chance, 0.3),
    "text-speak": spoken,
    "capitals": _shouted,
    "stretched": _stretched,
    "emoji": _with_emoji,
    "dots": _dotted,
    "wide spaces": _wide,
    "two lines": _on_lines,
    "in company": _in_company,
    "signs for letters": _spelt_with_signs,
}
