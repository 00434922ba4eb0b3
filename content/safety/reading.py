"""Turns what somebody typed into plain words: text-speak, typos, stretched, spaced and disguised letters undone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from content.safety.loading import Words

BREAK = "."
HEAD, TAIL = 4200, 1800
"""Telegram's longest message (4,096 characters) is read whole; of anything longer, the two ends."""

_PIECE = re.compile(
    r"[^\W_]+(?:[*@$!|+€][^\W_]+|[*]+[^\W_]*)*"  # a word, perhaps with symbols for letters in it
    r"|[$@*](?=[a-z])[^\W_]+(?:[*@$!|][^\W_]+)*"
    r"|[.!?;]+|[^\s\w]"
)
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ＇")
_LOOKALIKES = str.maketrans("аеорсухіјѕһԁɡıαορτκνι", "aeopcyxijshdgiaoptkvi")
_LEET = (str.maketrans("013457$@!|+€", "oieastsaiite"), str.maketrans("013457$@!|+€", "oleastsallte"))
_STRETCHED = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_AMOUNT = re.compile(
    r"(\d+)(x|mg|g|ml|days?|dys|hrs?|hours?|weeks?|wks?|nights?|pills?|tabs?|tablets?|months?|mnths?|mths?|yrs?|years?|yo|paracetamols?)$"
)
_OD = re.compile(r"\bod['’]+e?d\b")
_SPACED_LIMIT = 40
_LETTERS = 24


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a message, with `.` where a sentence ends.

    `fresh` is where the newest message begins; `jokes` are the places in it before which somebody laughed.
    """

    words: tuple[str, ...]
    fresh: int
    jokes: tuple[int, ...] = ()


@dataclass(slots=True)
class _Piece:
    text: str
    end: int


class Reader:
    """Reads text into the words that the phrases are written in."""

    def __init__(self, words: Words, phrases: Iterable[str] = ()) -> None:
        """`phrases` are plain words; each word in them becomes one that misspellings are led back to."""
        self._speak: dict[str, tuple[str, ...]] = {key: tuple(value.split()) for key, value in words.text_speak.items()}
        self._fillers = words.fillers
        self._joking = words.joking
        self._emoji: Mapping[str, tuple[str, ...]] = {k: tuple(v.split()) for k, v in words.emoji.items()}
        lexicon = {word for phrase in phrases for word in self.plain(phrase)}
        lexicon |= {word for value in self._speak.values() for word in value}
        self._lexicon = frozenset(word for word in lexicon if word.isalpha())
        self._ordinary = words.ordinary
        self._targets = _by_length(
            [word for word in self._lexicon if len(word) >= 4]
            + [word for word in self._speak if len(word) >= 5 and word.isalpha() and word not in self._lexicon]
        )
        self._possessed = words.possessed
        self._parts = frozenset(word for word in self._lexicon if len(word) > 2) | {
            "wanna", "gonna", "cant", "dont", "i", "am", "to", "me", "my", "is", "do", "it", "no", "so", "be", "in", "on", "of", "up",
        }  # fmt: skip
        self._solved: dict[str, tuple[str, ...]] = {}
        self.searches = 0
        """How often words that are spelt otherwise were looked for: the costly part, for tests of its bound."""

    def plain(self, phrase: str) -> tuple[str, ...]:
        """Rewrite text-speak and drop fillers, nothing else: for phrases, which are spelt rightly."""
        out: list[str] = []
        for word in phrase.split():
            out.extend(self._speak.get(word, (word,)))
        return tuple(word for word in out if word not in self._fillers)

    def without_emoji(self, text: str) -> str | None:
        """The text without the emoji that stand for words, which may split a phrase; laughs stay. None if it has none."""
        bare = "".join(" " if self._emoji.get(sign, ("haha",)) != ("haha",) else sign for sign in text)
        return bare if bare != text else None

    def read(self, text: str, earlier: Sequence[str] = ()) -> Reading:
        """The words of `earlier` messages and of `text` in one row."""
        before = " ".join(_tidy(message) for message in earlier)
        border = len(before)
        row = f"{before} {_tidy(text)}" if before else _tidy(text)
        laughs: list[int] = []
        pieces: list[_Piece] = []
        for match in _PIECE.finditer(row):
            piece = match[0]
            if piece in self._emoji:
                mapped = self._emoji[piece]
                if mapped == ("haha",) and match.end() > border:
                    laughs.append(match.end())
                pieces.extend(_Piece(word, match.end()) for word in mapped if word != "haha")
            elif piece == "." and match.end() < len(row) and not row[match.end()].isspace():
                continue
            elif piece[0].isalnum() or len(piece) > 1 or piece in ".!?;":
                pieces.append(_Piece(piece, match.end()))
        pieces = _without_spacing_tricks(pieces)
        out: list[_Piece] = []
        for piece_ in self._unspaced(pieces):
            if piece_.text[0] in ".!?;":
                if len(piece_.text) == 1 or piece_.text[0] in "!?":
                    out.append(_Piece(BREAK, piece_.end))
                continue
            if piece_.text in self._joking or _DOUBLED.sub(r"\1", piece_.text) in self._joking:
                if piece_.end > border:
                    laughs.append(piece_.end)
                continue
            out.extend(_Piece(word, piece_.end) for word in self._solve(piece_.text))
        out = self._rejoined(out)
        kept = [piece for piece in out if piece.text not in self._fillers]
        kept = self._respelt(kept)
        fresh = next((i for i, piece in enumerate(kept) if piece.end > border), len(kept)) if before else 0
        jokes = tuple(sum(piece.end <= laugh for piece in kept) for laugh in laughs)
        return Reading(tuple(piece.text for piece in kept), fresh, jokes)

    def _solve(self, word: str) -> tuple[str, ...]:
        """The plain words behind one typed word; a word that nothing explains stays as it is."""
        if word in self._speak:
            return self._speak[word]
        if word in self._lexicon or word in self._ordinary or (word.isdigit()):
            return (word,)
        known = self._solved.get(word)
        if known is None:
            known = self._work_out(word[:_SPACED_LIMIT])
            if len(self._solved) < 5000:
                self._solved[word] = known
        return known

    def _work_out(self, word: str) -> tuple[str, ...]:
        amount = _AMOUNT.match(word)
        if amount:
            return (amount[1], *self._solve(amount[2]))
        candidates = list(_candidates(word))
        for candidate in candidates:
            if candidate in self._speak:
                return self._speak[candidate]
            if candidate in self._lexicon:
                return (candidate,)
        for candidate in candidates:
            if candidate in self._ordinary:
                return (candidate,)
            for whole in _whole(candidate):
                if whole in self._speak:
                    return self._speak[whole]
                if whole in self._lexicon:
                    return (whole,)
        for candidate in candidates:
            if not candidate.isalpha():
                continue
            if self._is_everyday(candidate):
                return (candidate,)
            meant = self._nearest(candidate) or self._split(candidate)
            if meant:
                return meant
        if "*" in word:
            starred = self._starred(word)
            if starred:
                return (starred,)
        return (word,)

    def _is_everyday(self, word: str) -> bool:
        """Whether it is an ordinary word with a usual ending, such as "skills" or "tapped"."""
        for ending in ("s", "es", "d", "ly"):
            stem = word.removesuffix(ending)
            if stem != word and len(stem) > 2 and stem in self._ordinary and (ending != "d" or stem[-1] == "e"):
                return True
        for ending in ("ed", "ing", "er", "ers", "y"):
            stem = word.removesuffix(ending)
            if stem == word or len(stem) < 4 or stem[-1] == "e":
                continue
            doubled = stem[-1] == stem[-2] and stem[-3] in "aeiou" and stem[:-1] in self._ordinary
            if doubled or stem in self._ordinary or f"{stem}e" in self._ordinary:
                return True
        return False

    def _nearest(self, word: str) -> tuple[str, ...]:
        """What this is a slip for: one slip to 7 letters, two from 8; swapped letters and the same start first."""
        self.searches += 1
        size = len(word)
        if size < 4 and not (size == 3 and word[0] in "kd"):
            return ()
        slips = 1 if size < 8 else 2
        near = [w for n in range(size - slips, size + slips + 1) for w in self._targets.get(n, ())]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=8)
        letters = sorted(word)
        ranked = sorted(
            (distance, sorted(target) != letters, target[0] != word[0], not _within(word, target), target)
            for target, distance, _ in found
            if (target[0] == word[0] or (distance == 1 and (len(target) > 5 or sorted(target) == letters)))
            and (distance == 1 or len(target) >= 8)
        )
        if not ranked:
            return ()
        target = ranked[0][4]
        return self._speak.get(target, (target,))

    def _split(self, word: str) -> tuple[str, ...]:
        """The words that were written without a space, such as "killmyself"; needs two real ones."""
        if len(word) < 7:
            return ()
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 12), end):
                head, part = best[start], word[start:end]
                if head is None or part not in self._parts:
                    continue
                row = (*head, part)
                old = best[end]
                if old is None or len(row) < len(old):
                    best[end] = row
        whole = tuple(word for part in best[-1] or () for word in self._speak.get(part, (part,)))
        return whole if sum(len(part) > 3 for part in whole) >= 2 or "die" in whole else ()

    def _starred(self, word: str) -> str | None:
        pattern = re.compile("".join("[a-z]" if c == "*" else re.escape(c) for c in word[:20]))
        if word.count("*") > 3 or len(word.replace("*", "")) < 2:
            return None
        return next((w for w in self._targets.get(len(word), ()) if pattern.fullmatch(w)), None)

    def _unspaced(self, pieces: list[_Piece]) -> list[_Piece]:
        """Join letters that were typed one by one ("k m s", "k i l l")."""
        out: list[_Piece] = []
        run: list[_Piece] = []
        for piece in pieces:
            if piece.text.isalnum() and len(set(piece.text)) == 1 and not piece.text.isdigit():
                run.append(_Piece(piece.text[0], piece.end))
            elif run and len(piece.text) == 1 and piece.text in "0134578@$!":
                run.append(piece)
            else:
                out.extend(self._letters(run))
                run = []
                out.append(piece)
        out.extend(self._letters(run))
        return out

    def _letters(self, run: list[_Piece]) -> list[_Piece]:
        """What a row of letters spells: all of it, or else the longest plain words in it, from the left."""
        if len(run) < 3:
            return run
        letters = "".join(piece.text for piece in run).translate(_LEET[0])
        for skipped in (0, 1):
            if 2 < len(letters) - skipped <= _LETTERS and self._spells(letters[skipped:]):
                return [*run[:skipped], _Piece(letters[skipped:], run[-1].end)]
        out: list[_Piece] = []
        i = 0
        while i < len(run):
            ends = range(min(len(run), i + 12), i + 2, -1)
            j = next((j for j in ends if self._is_word(letters[i:j])), i + 1)
            out.append(_Piece(letters[i:j], run[j - 1].end) if j > i + 1 else run[i])
            i = j
        return out

    def _is_word(self, word: str) -> bool:
        return word in self._speak or word in self._lexicon or word in self._ordinary

    def _spells(self, word: str) -> bool:
        return self._is_word(word) or bool(len(word) > 4 and (self._split(word) or self._nearest(word)))

    def _rejoined(self, pieces: list[_Piece]) -> list[_Piece]:
        """Join a word that was cut in two ("sui cide", "my self"), where one half is no word."""
        out: list[_Piece] = []
        for piece in pieces:
            if out and piece.text != BREAK and out[-1].text != BREAK:
                both = out[-1].text + piece.text
                halves = (out[-1].text, piece.text)
                if (
                    len(both) >= 4
                    and both in self._lexicon
                    and (both in ("myself", "overdose") or any(self._is_odd(half) for half in halves))
                ):
                    out[-1] = _Piece(both, piece.end)
                    continue
            out.append(piece)
        return out

    def _respelt(self, pieces: list[_Piece]) -> list[_Piece]:
        """Read "2" as "to" where one is asked for ("want 2 die"), and "me" as "my" before what one has ("me mum"), "4" as "for"."""
        for i in range(len(pieces) - 1):
            given = i > 0 and pieces[i - 1].text in _GIVING
            if pieces[i].text == "me" and pieces[i + 1].text in self._possessed and not given:
                pieces[i].text = "my"
            after_word = i == 0 or pieces[i - 1].text.isalpha()
            if pieces[i].text == "2" and (
                pieces[i + 1].text in _AFTER_TO
                or (i > 0 and pieces[i - 1].text in _BEFORE_TO)
                or (after_word and _may_follow_to(pieces[i + 1].text))
            ):
                pieces[i].text = "to"
            if pieces[i].text == "4" and after_word and _may_follow_for(pieces[i + 1].text):
                pieces[i].text = "for"
        if len(pieces) > 1 and pieces[-1].text == "4" and pieces[-2].text in _ENDS_WITH_FOR:
            pieces[-1].text = "for"
        return [piece for i, piece in enumerate(pieces) if not (i and piece.text == pieces[i - 1].text == "to")]

    def _is_odd(self, word: str) -> bool:
        return word not in self._ordinary and (word not in self._lexicon or len(word) == 1)


def _whole(word: str) -> Iterator[str]:
    """What it may be with the ending that was left out or put on: "harmin", "kickd", "belts"."""
    if len(word) > 3 and word.endswith("s"):
        yield word.removesuffix("s")
    if len(word) > 4 and word.endswith("in"):
        yield f"{word}g"
    if len(word) > 3 and word.endswith("d") and word[-2] not in "aeiou":
        yield f"{word[:-1]}ed"


def _may_follow_to(word: str) -> bool:
    """Whether "2" before this word is the word "to" and no number: "2 my heart", "2 death", but "2 days", "2 lads"."""
    return word in _AFTER_TO_ONE


def _may_follow_for(word: str) -> bool:
    """Whether "4" before this word is the word "for" and no number: "out 4 me", but "4 days", "4 kids"."""
    return word in _AFTER_FOR


def _tidy(text: str) -> str:
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} . {text[-TAIL:]}"
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = _INVISIBLE.sub("", text)
        text = "".join(c for c in text if not unicodedata.combining(c)).casefold().translate(_LOOKALIKES)
    text = _OD.sub("overdosed", text.casefold())
    return text.translate(_APOSTROPHES).replace("…", "...")


def _candidates(word: str) -> Iterable[str]:
    """What was perhaps meant: without stretched letters, with letters for the symbols."""
    seen: dict[str, None] = {}
    forms = [word]
    if not word.isalpha():
        forms = [word.translate(table) for table in _LEET] if any(c.isalpha() for c in word) else []
    for form in forms:
        seen[form] = None
        seen[_STRETCHED.sub(r"\1\1", form)] = None
        seen[_STRETCHED.sub(r"\1", form)] = None
        if _STRETCHED.search(form):
            seen[_DOUBLED.sub(r"\1", form)] = None
    return seen


def _within(word: str, target: str) -> bool:
    """Whether the word is the target with letters left out."""
    rest = iter(target)
    return all(letter in rest for letter in word)


def _by_length(words: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for word in sorted(words):
        found.setdefault(len(word), []).append(word)
    return found


def _without_spacing_tricks(pieces: list[_Piece]) -> list[_Piece]:
    """Drop full stops when nearly every word has one ("i. want. to. die"), so that they part nothing."""
    stops = sum(piece.text[0] in ".!?;" for piece in pieces)
    words = len(pieces) - stops
    if words >= 3 and stops * 2 >= words:
        return [piece for piece in pieces if piece.text[0] not in ".!?;"]
    return pieces


_BEFORE_TO = frozenset(
    [
        "want",
        "wants",
        "wanted",
        "wanting",
        "need",
        "needs",
        "going",
        "go",
        "got",
        "have",
        "has",
        "had",
        "ready",
        "trying",
        "tried",
        "try",
        "used",
        "able",
        "made",
        "forced",
        "like",
        "scared",
        "afraid",
        "nowhere",
        "somewhere",
        "anywhere",
        "place",
        "said",
        "told",
        "me",
        "him",
        "her",
        "them",
        "rape",
        "speak",
        "talk",
        "close",
    ]
)
_GIVING = frozenset((
    "give", "gives", "giving", "gave", "send", "sends", "sent", "sending", "buy", "buys", "bought", "get", "got", "owe", "owes", "show", "bring",
))  # fmt: skip
_AFTER_TO_ONE = frozenset((
    "the", "that", "this", "a", "me", "myself", "him", "himself", "her", "herself", "them", "themselves", "us", "my", "his", "our", "their", "your", "death", "everyone", "anyone",
    "someone", "somebody", "anybody", "nobody", "it", "sleep", "bed", "hospital", "prison", "jail", "court", "pieces", "hell", "heaven", "london", "school",
    "starve", "harm", "kill", "stop", "escape", "wake", "burn", "batter", "beat", "smash", "shank", "overdose", "drown", "hang", "disappear", "vanish",
    "meet", "send", "pay", "work", "move", "store", "keep", "shut", "marry", "touch", "have", "see", "feel", "breathe", "survive", "cope", "say", "tell",
))  # fmt: skip
_ENDS_WITH_FOR = frozenset(("live", "living", "asked", "waiting", "left"))
_AFTER_FOR = frozenset((
    "me", "him", "her", "them", "us", "you", "my", "his", "our", "their", "your", "a", "an", "the", "this", "that", "it", "someone", "good", "ever",
    "real", "now", "tonight", "today", "drugs", "sex", "money", "help", "food", "being", "doing", "not", "no", "getting", "people", "everyone", "rent",
))  # fmt: skip
_AFTER_TO = frozenset(
    [
        "die",
        "live",
        "kill",
        "end",
        "hurt",
        "be",
        "go",
        "stay",
        "sleep",
        "take",
        "cut",
        "do",
        "eat",
        "sell",
        "carry",
        "hold",
        "run",
        "jump",
        "drive",
        "get",
        "give",
        "find",
        "leave",
        "stab",
    ]
)
