"""Trying the bot without Telegram: questions in, what would be said out, as words or as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from bot import enquiry
from bot.enquiry import Answer, Chat, Declined, OtherLanguage, SmallTalk, Suggestions
from bot.safety import Immediate, Worried
from content.declined import Declines, load_declines
from content.entry import Entry
from content.language import Languages, load_languages
from content.library import Library
from content.matching import Match, Matcher
from content.out_of_date import withheld
from content.small_talk import SmallTalkPhrases

Assess = Callable[[str, Sequence[str]], Immediate | Worried | None]
Card = Callable[[str], str]

LONDON: Final = ZoneInfo("Europe/London")

_FAULT: Final = {"kind": "fault", "because": "the safety gate itself failed, so the card is shown"}
_FIELDS: Final = frozenset({"id", "text", "chat", "after"})


class BadLine(ValueError):
    """A line that is not a question; the message says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question to try, with what the same person wrote before it."""

    text: str
    id: str | int | None = None
    chat: Chat = "private"
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """All that is needed to say what the bot would say."""

    library: Library
    matcher: Matcher
    small_talk: SmallTalkPhrases
    assess: Assess
    card: Card = str
    languages: Languages | None = None
    declines: Declines | None = None
    today: date | None = None

    def result(self, question: Question) -> dict[str, object]:
        """The outcome for one question, in the shape of the JSON output."""
        outcome, concerns = self._gate(question)
        result: dict[str, object] = {"id": question.id, "outcome": outcome or "none", "entry": None}
        result |= {"topic": None, "score": None, "suggestions": [], "concerns": concerns}
        if outcome != "urgent":
            result |= self._enquiry(question, result)
        if outcome:
            result["outcome"] = outcome
        return result

    def _gate(self, question: Question) -> tuple[str | None, list[dict[str, str]]]:
        """Never an answer as if nothing were the matter because the gate broke: a fault is urgent, too."""
        try:
            found = self.assess(question.text, question.after)
        except Exception:  # noqa: BLE001 whatever is wrong with the gate, the card comes
            return "urgent", [dict(_FAULT)]
        if found is None:
            return None, []
        concerns = [{"kind": str(concern.kind), "because": concern.because} for concern in found.concerns]
        return ("urgent" if isinstance(found, Immediate) else "worried"), concerns

    def _enquiry(self, question: Question, result: dict[str, object]) -> dict[str, object]:
        outcome = enquiry.answer(
            question.text,
            chat=question.chat,
            library=self.library,
            matcher=self.matcher,
            small_talk=self.small_talk,
            languages=self.languages,
            declines=self.declines,
            earlier=question.after,
            today=self.today,
        )
        match outcome:
            case Answer(second=Answer() as second) as first:
                return {**self._answer(first), "also": self._suggestion(Match(second.entry.id, second.score))}
            case Answer() as found:
                return self._answer(found)
            case Suggestions(matches):
                suggestions = [self._suggestion(match) for match in matches]
                return {"outcome": "suggest", "score": matches[0].score, "suggestions": suggestions}
            case SmallTalk():
                return {"outcome": "smalltalk"}
            case OtherLanguage(code, entries):
                near = [self._suggestion(Match(entry.id, 0.0)) for entry in entries]
                return {"outcome": "none", "language": code, "suggestions": near}
            case Declined(kind):
                return {"outcome": "none", "declined": kind}
            case _:
                return {"outcome": "none"}

    @staticmethod
    def _answer(found: Answer) -> dict[str, object]:
        return {"outcome": "answer", "entry": found.entry.id, "topic": found.entry.topic, "score": found.score}

    def _suggestion(self, match: Match) -> dict[str, object]:
        topic = self.library.entries[match.entry_id].topic
        return {"entry": match.entry_id, "topic": topic, "score": match.score}

    def words(self, question: Question) -> str:
        """What would be said, for reading on a screen."""
        result = self.result(question)
        concerns = result["concerns"]
        if isinstance(concerns, list) and concerns:
            found = "; ".join(f"{concern['kind']}: {concern['because']}" for concern in concerns)
            kind = concerns[0]["kind"] if result["outcome"] == "urgent" else "worried"
            return f"[{result['outcome']}] {found}\n{self.card(kind)}"
        lines = [f"[{result['outcome']}]"]
        lines += self._kind_words(question, result)
        if isinstance(entry_id := result["entry"], str):
            entry = self._shown(entry_id)
            lines[0] += f" {entry.topic}/{entry.id} ({result['score']})"
            lines += [entry.title, "", entry.answer, "", "What to do now", entry.next_step]
        if isinstance(also := result.get("also"), dict):
            lines += ["", f"and also: {self.library.entries[also['entry']].title} ({also['score']})"]
        suggestions = result["suggestions"]
        for one in suggestions if isinstance(suggestions, list) else []:
            lines.append(f"- did you mean: {self.library.entries[one['entry']].title} ({one['score']})")
        return "\n".join(lines)

    def _kind_words(self, question: Question, result: Mapping[str, object]) -> list[str]:
        """What is said where no entry is: small talk, a kind no, or the line in another language."""
        if result["outcome"] == "smalltalk" and (reply := self.small_talk.reply(question.text)):
            return [reply.text]
        if "declined" in result and self.declines and (no := self.declines.found(question.text)):
            return [no.text]
        if "language" in result and self.languages:
            return [self.languages.languages[str(result["language"])].line]
        return []

    def _shown(self, entry_id: str) -> Entry:
        """The entry as it may be shown on this day."""
        entry = self.library.entries[entry_id]
        return withheld(entry) if self.today is not None and entry.is_out_of_date(self.today) else entry


def read_question(line: str, as_json: bool) -> Question:
    """A line as a question: its text, or an object with text and, if wanted, id, chat and after."""
    if not as_json or not line.lstrip().startswith(("{", '"', "[")):
        return Question(line.strip())
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise BadLine("is not JSON") from fault
    if isinstance(given, str):
        return Question(given)
    if not isinstance(given, dict):
        raise BadLine("is neither a text nor an object")
    return _checked(given)


def _checked(given: dict[str, object]) -> Question:
    text, chat, after = given.get("text"), given.get("chat"), given.get("after")
    name = given.get("id")
    if not isinstance(text, str):
        raise BadLine('has no "text"')
    if chat not in (None, "private", "group"):
        raise BadLine('"chat" is neither "private" nor "group"')
    if after is not None and not (isinstance(after, list) and all(isinstance(item, str) for item in after)):
        raise BadLine('"after" is not a list of texts')
    if name is not None and not isinstance(name, str | int):
        raise BadLine('"id" is neither a text nor a number')
    if unknown := given.keys() - _FIELDS:
        raise BadLine(f'"{min(unknown)}" is not known; use id, text, chat, after')
    return Question(text, name, "group" if chat == "group" else "private", tuple(map(str, after or ())))


def results(lines: Iterable[str], trial: Trial, *, as_json: bool) -> Iterator[str]:
    """One output line (or text) for each question; a bad line says so, and the rest goes on."""
    for number, line in enumerate(lines, start=1):
        line = line.lstrip("\ufeff")
        if not line.strip():
            continue
        try:
            question = read_question(line, as_json)
        except BadLine as fault:
            error = f"line {number} {fault}"
            yield json.dumps({"error": error, "line": number}) if as_json else error
            continue
        yield json.dumps(trial.result(question)) if as_json else trial.words(question)


def run(
    lines: Iterable[str],
    *,
    library: Library,
    matcher: Matcher,
    small_talk: SmallTalkPhrases,
    assess: Assess,
    as_json: bool,
    card: Card = str,
    languages: Languages | None = None,
    declines: Declines | None = None,
    today: date | None = None,
    out: TextIO | None = None,
) -> None:
    """Print the outcome of every line as it comes; without them, languages, declines and day are the usual ones."""
    day = today or datetime.now(LONDON).date()
    trial = Trial(
        library, matcher, small_talk, assess, card, languages or load_languages(), declines or load_declines(), day
    )
    for text in results(lines, trial, as_json=as_json):
        print(text, file=out, flush=True)
