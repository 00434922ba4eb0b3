"""Finds the phrases of the safety folder in a message, and what is left of them when they are negated, past, asked or a joke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from content.safety.loading import Group, SafetyContent
from content.safety.reading import BREAK, Reader, Reading

HIDDEN = "~"
"""Stands for a word inside an idiom, which nothing may match."""
GAP, WIDE_GAP = 3, 7
OFTEN = 40
"""After so many finds of one group in one text, looking for more would only cost time."""
NEAR = 8
"""How many words before a match may say who it is about or turn it round."""


@dataclass(frozen=True, slots=True)
class Found:
    """A group whose phrase was found, what is left of its outcome, and whether it is about somebody else."""

    group: Group
    outcome: str
    other: bool


_Choices = Mapping[str, tuple[tuple[str, ...], ...]]
"""Word rows, by their first word."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """One place of a phrase: the words that may stand there, by their first word."""

    choices: _Choices
    optional: bool = False


@dataclass(frozen=True, slots=True)
class _Gap:
    """Up to so many other words of the same sentence."""

    most: int


@dataclass(frozen=True, slots=True)
class _Edge:
    """The beginning or the end of a sentence."""

    ends: bool


@dataclass(frozen=True, slots=True)
class _Count:
    """A number in digits, at least so high."""

    least: int


_Element = _Slot | _Gap | _Edge | _Count


@dataclass(frozen=True, slots=True)
class _Phrase:
    elements: tuple[_Element, ...]
    reach: int  # how many words may stand before the anchor
    group: Group | None  # None for an idiom


@dataclass(frozen=True, slots=True)
class _Find:
    start: int
    end: int
    group: Group


class Phrases:
    """The phrases and idioms of one safety folder, ready to be found.

    Matching walks over words, not letters: each phrase is tried only near its rarest word, and what it
    tries there is bounded by its own length, so hostile input costs no more than its length.
    """

    def __init__(self, content: SafetyContent) -> None:
        self.reader = reader_of(content)
        idioms = [phrase for idiom in content.idioms for phrase in idiom.phrases]
        self._slots = {name: self._choices(choices) for name, choices in content.slots.items()}
        self._contexts = {name: self._choices(choices) for name, choices in content.contexts.items()}
        self._phrases: dict[str, list[_Phrase]] = {}
        self._idioms: dict[str, list[_Phrase]] = {}
        parsed = [(self._parse(one), group) for group in content.groups for p in group.phrases for one in _variants(p)]
        plain = [(self._parse(one), None) for p in idioms for one in _variants(p)]
        usage = _usage([elements for elements, _ in [*parsed, *plain]])
        for elements, group in parsed:
            _index(self._phrases, elements, group, usage)
        for elements, _ in plain:
            _index(self._idioms, elements, None, usage)
        self.attempts = 0
        """How often a phrase was tried at a place since the gate was made: the work, for tests of its bound."""

    def find(self, reading: Reading) -> list[Found]:
        """Each group that touches the newest message; what is about the writer comes first."""
        words = self._without_idioms(reading.words)
        story = self._has("told", reading.words)
        game = self._has("game", reading.words)
        found: list[Found] = []
        for find in self._finds(words):
            if find.end <= reading.fresh:
                continue
            outcome = self._softened(find, reading, words, story=story, game=game)
            if outcome != "none":
                other = find.group.about == "someone else" or self._about_another(find, words)
                found.append(Found(find.group, outcome, other))
        return sorted(found, key=lambda one: one.other)

    def _finds(self, words: tuple[str, ...]) -> list[_Find]:
        found: dict[tuple[str, int], _Find] = {}
        for phrase, start, end in self._tried(self._phrases, words):
            if phrase.group is not None:
                found.setdefault((phrase.group.id, start), _Find(start, end, phrase.group))
        return list(found.values())

    def _without_idioms(self, words: tuple[str, ...]) -> tuple[str, ...]:
        covered = {i for _, start, end in self._tried(self._idioms, words) for i in range(start, end)}
        if not covered:
            return words
        return tuple(HIDDEN if i in covered else word for i, word in enumerate(words))

    def _tried(self, index: Mapping[str, list[_Phrase]], words: tuple[str, ...]) -> Iterable[tuple[_Phrase, int, int]]:
        often: dict[str, int] = {}
        for place, word in enumerate(words):
            for phrase in index.get(word, ()):
                name = phrase.group.id if phrase.group else ""
                if often.get(name, 0) >= OFTEN:
                    continue
                for start in range(max(0, place - phrase.reach), place + 1):
                    self.attempts += 1
                    end = _match(phrase.elements, 0, words, start)
                    if end > place:
                        often[name] = often.get(name, 0) + bool(name)
                        yield phrase, start, end
                        break

    def _softened(self, find: _Find, reading: Reading, words: tuple[str, ...], *, story: bool, game: bool) -> str:
        """What is left of the outcome when the words are turned round, asked, past, a joke or a story."""
        soften, outcomes = find.group.soften, [find.group.outcome]
        sentence = _sentence(words, find)
        before = words[max(sentence[0], find.start - NEAR) : find.start]
        now = self._has("now", words[sentence[0] : sentence[1]])
        if self._negated(before):
            outcomes.append(soften.negated)
        if not now and self._asked(before, words[find.start]):
            outcomes.append(soften.asked)
        if not now and self._has("past", words[sentence[0] : sentence[1]]):
            outcomes.append(soften.past)
        if any(joke >= sentence[0] for joke in reading.jokes):  # a laugh about something before it is no joke about it
            outcomes.append(soften.joking)
        if story:
            outcomes.append(soften.told)
        if game:
            outcomes.append(soften.game)
        return max(outcomes, key=("immediate", "worried", "none").index)

    def _asked(self, before: tuple[str, ...], first: str) -> bool:
        """Whether it is a "what if"; a lone "if" counts only close by, because it may belong to another thought."""
        return self._has("asked", (*before, first)) or self._has("asked_near", (*before[-3:], first))

    def _negated(self, before: tuple[str, ...]) -> bool:
        """Whether a "not" after the last "i" still governs what follows ("i am not going to …")."""
        near = before[-4:]
        for i in range(len(near) - 1, -1, -1):
            if self._at("negators", near, i):
                return not self._at("not_negating", near, i)
            if near[i] in ("i", "he", "she", "they", "but", HIDDEN):
                return False
        return False

    def _about_another(self, find: _Find, words: tuple[str, ...]) -> bool:
        """Whether the nearest person named before (or at the start of) the match is somebody else."""
        if any(word in ("i", "me", "us", "we", "myself") for word in words[find.start : find.end]):
            return False
        first = _sentence(words, find)[0]
        for i in range(min(find.end, len(words)) - 1, max(first, find.start - NEAR) - 1, -1):
            if i >= find.start and words[i] not in ("himself", "herself", "themselves", "themself"):
                continue
            if self._at("others", words, i):
                return True
            if words[i] in ("i", "me", "myself", "am"):
                return False
        return self._at("others", words, find.start)

    def _has(self, context: str, words: Sequence[str]) -> bool:
        return any(self._at(context, words, i) for i in range(len(words)))

    def _at(self, context: str, words: Sequence[str], i: int) -> bool:
        choices = self._contexts[context].get(words[i], ())
        return any(tuple(words[i : i + len(choice)]) == choice for choice in choices)

    def _choices(self, listed: Iterable[str]) -> _Choices:
        found: dict[str, set[tuple[str, ...]]] = {}
        for text in listed:
            plain = self.reader.plain(text)
            if plain:
                found.setdefault(plain[0], set()).add(plain)
        return {first: tuple(sorted(some, key=len, reverse=True)) for first, some in found.items()}

    def _merged(self, choices: Iterable[str], slots: Iterable[_Choices]) -> _Choices:
        rows = {" ".join(row) for slot in slots for some in slot.values() for row in some}
        return self._choices([*choices, *rows])

    def _parse(self, phrase: str) -> tuple[_Element, ...]:
        elements: list[_Element] = []
        for part in phrase.split():
            special = _SPECIAL.get(part)
            if special is not None:
                elements.append(special)
                continue
            choices = [one.replace("_", " ") for one in part.rstrip("?").split("|") if one[0] != "{"]
            slots = [self._slots[one.strip("{}")] for one in part.rstrip("?").split("|") if one[0] == "{"]
            if len(choices) == 1 and not slots and not part.endswith("?"):
                elements.extend(_Slot({word: ((word,),)}) for word in self.reader.plain(choices[0]))
                continue
            merged = slots[0] if slots and not choices else self._merged(choices, slots)
            if merged:
                elements.append(_Slot(merged, part.endswith("?")))
        return tuple(elements)


def reader_of(content: SafetyContent) -> Reader:
    """The reader that leads misspellings back to the words of these phrases."""
    idioms = [phrase for idiom in content.idioms for phrase in idiom.phrases]
    every = [phrase for group in content.groups for phrase in group.phrases] + idioms
    spelt = [_spelt(phrase) for phrase in every]
    spelt += [choice for choices in (*content.slots.values(), *content.contexts.values()) for choice in choices]
    return Reader(content.words, spelt)


_EDGES = frozenset((BREAK, "but", "because", "also", "btw", "anyway", "and", "x", "xx", "xxx", "sorry", "help"))
"""Where a thought ends or begins although nobody typed a full stop."""

_UNSKIPPED = frozenset((BREAK, HIDDEN, "not", "never"))
"""What no gap steps over, so that "he does not hit me" is not read as "he … hit me"."""

_SPECIAL: dict[str, _Element] = {
    "..": _Gap(GAP),
    "....": _Gap(WIDE_GAP),
    "<start>": _Edge(ends=False),
    "<end>": _Edge(ends=True),
    "<count>": _Count(4),
    "<number>": _Count(1),
}


def _variants(phrase: str) -> tuple[str, ...]:
    """A phrase with `word|<end>` in it is two phrases: one with the word, one that ends the sentence there."""
    if "|<end>" not in phrase:
        return (phrase,)
    shorter = " ".join("<end>" if part.endswith("|<end>") else part for part in phrase.split())
    return (phrase.replace("|<end>", ""), shorter)


def _spelt(phrase: str) -> str:
    """The plain words of a phrase, without its marks."""
    parts = (one for part in phrase.split() if part not in _SPECIAL for one in part.rstrip("?").split("|"))
    return " ".join(one for one in parts if one[0] not in "{<").replace("_", " ")


def spelt_out(phrase: str, slots: Mapping[str, Sequence[str]], chance: Random, times: int) -> list[str]:
    """Sentences that a phrase stands for, each with choices of its own: for tests and measurements."""
    return [" ".join(filter(None, (_chosen(part, slots, chance) for part in phrase.split()))) for _ in range(times)]


def _chosen(part: str, slots: Mapping[str, Sequence[str]], chance: Random) -> str:
    if part in ("..", "....", "<end>", "<start>"):
        return ""
    if part in ("<count>", "<number>"):
        return str(chance.randint(10, 40))
    one = chance.choice(part.removesuffix("|<end>").rstrip("?").split("|"))
    return str(chance.choice(slots[one.strip("{}")])) if one[0] == "{" else one.replace("_", " ")


def _usage(phrases: Iterable[tuple[_Element, ...]]) -> dict[str, int]:
    """In how many phrases each word can stand: the fewer, the better it serves as an anchor."""
    usage: dict[str, int] = {}
    for elements in phrases:
        for word in {
            word
            for e in elements
            if isinstance(e, _Slot)
            for some in e.choices.values()
            for row in some
            for word in row
        }:
            usage[word] = usage.get(word, 0) + 1
    return usage


def _index(
    index: dict[str, list[_Phrase]], elements: tuple[_Element, ...], group: Group | None, usage: Mapping[str, int]
) -> None:
    """File a phrase under the words of the place that fewest other phrases use."""
    needed = [
        (cost, i)
        for i, element in enumerate(elements)
        if isinstance(element, _Slot) and not element.optional
        for cost in [sum(usage[word] for word in element.choices)]
    ]
    if not needed:
        raise ValueError("a phrase needs at least one word that must be there")
    _, anchor = min(needed)
    reach = sum(_longest(element) for element in elements[:anchor])
    phrase = _Phrase(elements, reach, group)
    place = elements[anchor]
    assert isinstance(place, _Slot)
    for word in place.choices:
        index.setdefault(word, []).append(phrase)


def _longest(element: _Element) -> int:
    match element:
        case _Slot(choices):
            return max(len(row) for some in choices.values() for row in some)
        case _Gap(most):
            return most
        case _Count():
            return 1
        case _Edge():
            return 0


def _match(elements: tuple[_Element, ...], k: int, words: tuple[str, ...], i: int) -> int:
    """Where the phrase from its k-th element ends when it begins at word i, or -1."""
    if k == len(elements):
        return i
    element = elements[k]
    if isinstance(element, _Slot):
        if i < len(words):
            for row in element.choices.get(words[i], ()):
                if len(row) == 1 or words[i : i + len(row)] == row:
                    end = _match(elements, k + 1, words, i + len(row))
                    if end >= 0:
                        return end
        return _match(elements, k + 1, words, i) if element.optional else -1
    if isinstance(element, _Gap):
        for j in range(i, min(i + element.most, len(words)) + 1):
            end = _match(elements, k + 1, words, j)
            if end >= 0:
                return end
            if j >= len(words) or words[j] in _UNSKIPPED:
                return -1
        return -1
    if isinstance(element, _Edge):
        beside = words[i : i + 1] if element.ends else words[max(0, i - 1) : i]
        there = not beside or beside[0] in _EDGES
        return _match(elements, k + 1, words, i) if there else -1
    if i < len(words) and words[i].isdecimal() and len(words[i]) < 5 and int(words[i]) >= element.least:
        return _match(elements, k + 1, words, i + 1)
    return -1


def _sentence(words: tuple[str, ...], find: _Find) -> tuple[int, int]:
    """Where the sentence of a find begins and ends; a long one is cut to what stands near."""
    first = max(
        (i + 1 for i in range(max(0, find.start - 30), find.start) if words[i] == BREAK),
        default=max(0, find.start - 30),
    )
    last = next(
        (i for i in range(find.end, min(len(words), find.end + 20)) if words[i] == BREAK),
        min(len(words), find.end + 20),
    )
    return first, last
