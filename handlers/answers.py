"""Turns what the rules decided into messages with buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.message import CALLBACK_LIMIT, Button, Message, bold, join, plain, written
from bot.service import Service
from bot.working_time import closes_at, next_opening
from content.entry import AGE_BANDS, STATUSES, TOPICS, Entry
from content.language import Language
from content.library import Library
from content.matching import Match
from content.out_of_date import withheld
from content.safety import Card
from content.texts import enquiry as texts
from content.texts import group, person, safety, start

PERSON = Button(texts.ASK_A_PERSON, "person")
MENU = Button(start.MENU_BUTTON, "menu")
RATHER_NOT = Button(texts.RATHER_NOT, "unsaid")
INTERPRETER = "interpreter"
"""The entry that is offered beside a line in another language."""
SEE_ALSO = 2
SHORT_TITLE = 60
"""Characters of a title on a button; Telegram shows fewer on a small phone."""


def day_of(service: Service, now: datetime) -> date:
    """The council's day."""
    return now.astimezone(service.council.zone).date()


def library_of(service: Service, now: datetime) -> Library:
    """The entries as they stand on the council's day."""
    return service.library.on(day_of(service, now))


def entry_message(entry: Entry, today: date) -> Message:
    """An entry as it is read in private: title, answer, what to do now, whom to ask, source."""
    shown = _shown(entry, today)
    parts = [*_warning(entry, shown), bold(shown.title)]
    parts += [written(shown.answer)] if shown.answer else []
    return join([*parts, *_next_step(shown), plain(_foot(shown))])


def again_message(entry: Entry, today: date) -> Message:
    """What is said instead of the same entry a second time: what to do, and whom to ask."""
    shown = _shown(entry, today)
    ask = [plain(texts.ASK.format(contact=entry.contact))] if entry.contact else []
    return join(
        [
            *_warning(entry, shown),
            written(texts.THAT_IS_ALL, {"title": entry.title.rstrip("?.")}),
            *_next_step(shown),
            *ask,
        ]
    )


def _shown(entry: Entry, today: date) -> Entry:
    """The entry without its amounts once it is past its date."""
    return withheld(entry) if entry.is_out_of_date(today) else entry


def _warning(entry: Entry, shown: Entry) -> list[Message]:
    """What an entry past its date begins with; it says truly whether amounts were left out."""
    if shown is entry:
        return []
    left_out = (entry.answer, entry.next_step) != (shown.answer, shown.next_step)
    text = texts.OUT_OF_DATE if left_out else texts.OUT_OF_DATE_WITHOUT_AMOUNTS
    return [written(text, {"contact": entry.contact or texts.A_PERSON})]


def _next_step(entry: Entry) -> list[Message]:
    return [bold(texts.NEXT_STEP) + plain("\n") + written(entry.next_step)] if entry.next_step else []


def _foot(entry: Entry) -> str:
    lines = []
    if entry.contact:
        lines.append(texts.ASK.format(contact=entry.contact))
    if entry.source is not None and entry.checked_on is not None:
        dated = texts.DATED.format(source_date=_in_words(entry.source_date)) if entry.source_date else ""
        checked_on = _in_words(entry.checked_on.isoformat())
        lines.append(texts.SOURCE.format(source=entry.source.title, dated=dated, checked_on=checked_on))
    return "\n".join(lines)


def _in_words(when: str) -> str:
    """A date as precise as it was written: "2023", "October 2023" or "24 October 2023"."""
    year, *rest = when.split("-")
    named = [f"{date(int(year), int(rest[0]), 1):%B}"] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *named, year])


def rating_buttons(enquiry_id: int, entry: Entry) -> list[Button]:
    """Whether the answer helped. The second also says which entry was not meant, as far as a button can carry that."""
    not_meant = f"not_meant:{enquiry_id}:{entry.id}"
    fits = len(not_meant.encode()) <= CALLBACK_LIMIT
    return [
        Button(texts.HELPED, f"helped:{enquiry_id}"),
        Button(texts.NOT_MEANT, not_meant if fits else f"not_meant:{enquiry_id}"),
    ]


def answer_buttons(enquiry_id: int, entry: Entry, library: Library) -> list[list[Button]]:
    """What can be pressed under an answer."""
    return [rating_buttons(enquiry_id, entry), *_see_also(entry, library), [PERSON, MENU]]


def _see_also(entry: Entry, library: Library) -> list[list[Button]]:
    """Up to two others: first those that are easily mixed up with this one, then those that help next."""
    named = (library.entries.get(entry_id) for entry_id in (*entry.unlike, *entry.related))
    others = {other.id: other for other in named if other is not None and other.id != entry.id}
    return [
        [_entry_button(other, texts.SEE_ALSO.format(title=other.title))] for other in list(others.values())[:SEE_ALSO]
    ]


def age_buttons(fork: Entry) -> list[list[Button]]:
    """One button for each age that has an answer of its own, and the way not to say."""
    buttons = [
        Button(texts.BANDS[band], f"age:{n}:{fork.id}") for n, band in enumerate(AGE_BANDS) if band in fork.by_age
    ]
    return [*(buttons[i : i + 2] for i in range(0, len(buttons), 2)), [RATHER_NOT]]


def status_buttons(fork: Entry) -> list[list[Button]]:
    """One button for each status that has an answer of its own, and the way not to say."""
    rows = [
        [Button(texts.STATUSES[name], f"fit:{n}:{fork.id}")]
        for n, name in enumerate(STATUSES)
        if name in fork.by_status
    ]
    return [*rows, [RATHER_NOT]]


def suggestions(matches: Iterable[Match], library: Library, text: str = texts.SUGGEST) -> Message:
    """Up to three "did you mean", and "none of these"."""
    rows = [[entry_button(library.entries[match.entry_id])] for match in matches]
    return written(text).with_buttons(*rows, [Button(texts.NONE_OF_THESE, "none")])


def other_language(language: Language, entries: Sequence[Entry], library: Library) -> Message:
    """The kind line in somebody's own language, and below it in English for whoever helps them."""
    interpreter = library.entries.get(INTERPRETER)
    offered = {entry.id: entry for entry in ([interpreter] if interpreter else []) + list(entries)}
    text = join([plain(language.line), plain(texts.IN_ENGLISH.format(language=language.name))])
    return text.with_buttons(
        [Button(language.person, "person")], *([entry_button(entry)] for entry in offered.values())
    )


def declined(text: str, entry: Entry | None) -> Message:
    """A kind no, with the entry that really helps, if there is one."""
    return written(text).with_buttons(*([[entry_button(entry)]] if entry else []), [PERSON, MENU])


def entry_button(entry: Entry) -> Button:
    """A button that opens an entry."""
    return _entry_button(entry, entry.title)


def _entry_button(entry: Entry, text: str) -> Button:
    return Button(text if len(text) <= SHORT_TITLE else text[: SHORT_TITLE - 1] + "…", f"entry:{entry.id}")


def no_answer() -> Message:
    """An honest "I don't know that one" with what can be done."""
    return written(texts.NO_ANSWER).with_buttons([Button(texts.ASK_A_PERSON, "person:none"), MENU])


def menu(library: Library) -> Message:
    """Every topic as a button, two in a row."""
    buttons = [Button(TOPICS.get(topic, topic), f"topic:{topic}") for topic in library.topics()]
    return written(start.MENU).with_buttons(*(buttons[i : i + 2] for i in range(0, len(buttons), 2)))


def topic(library: Library, name: str) -> Message:
    """The entries of a topic as buttons."""
    rows = [[entry_button(entry)] for entry in library.topic(name)]
    text = written(start.TOPIC, {"topic": TOPICS.get(name, name)}) if rows else plain(start.EMPTY_TOPIC)
    return text.with_buttons(*rows, [Button(start.BACK, "menu")])


def numbers(service: Service, now: datetime, *, beside: str = "") -> Message:
    """Whom to ring and when somebody is there, without the numbers that stand in the words beside it already."""
    council = service.council
    closes, opens = closes_at(council, now), next_opening(council, now)
    parts = []
    told_of_the_night = closes is None and council.gaps["out_of_hours_phone"] in beside
    if council.gaps["duty_phone"] not in beside and not told_of_the_night:
        if closes is not None:
            parts.append(written(person.RING_OPEN, {**council.gaps, "closes": _time(closes)}, keep_lines=True))
        else:
            when = f"{opens:%A} {opens.day} {opens:%B} at {_time(opens)}" if opens else person.NOT_KNOWN
            parts.append(written(person.RING_CLOSED, {**council.gaps, "opens": when}, keep_lines=True))
    if closes is None and council.gaps["out_of_hours_phone"] not in beside:
        parts.append(written(person.RING_OUT_OF_HOURS, council.gaps, keep_lines=True))
    if "999" not in beside:
        parts.append(written(person.DANGER))
    return join(parts)


def _time(moment: datetime) -> str:
    return f"{moment.hour}:{moment:%M}"


def card_message(card: Card) -> Message:
    """A safety card with its one question."""
    return written(card.text, keep_lines=True).with_buttons(
        [Button(safety.SAFE, "safe:yes"), Button(safety.NOT_SAFE, "safe:no")], [Button(safety.MISTAKE, "safe:mistake")]
    )


def worried_message(card: Card) -> Message:
    """The gentle card: it asks first whether a person should be told."""
    return written(card.text, keep_lines=True).with_buttons(
        [Button(safety.TELL, "tell:yes"), Button(safety.DONT_TELL, "tell:no")],
        [Button(safety.SAFE, "safe:yes"), Button(safety.NOT_SAFE, "safe:no")],
    )


def group_answer(entry: Entry, service: Service, today: date) -> Message:
    """An entry as it is read in a group: short, with a way to go on in private."""
    shown = _shown(entry, today)
    parts = [*_warning(entry, shown), bold(shown.title)]
    return join([*parts, written(shown.answer)] if shown.answer else parts).with_buttons(
        [Button(group.MORE_BUTTON, url=service.private_link(f"entry_{entry.id}"[:64]))]
    )


def group_suggestions(matches: Iterable[Match], service: Service, library: Library) -> Message:
    """Suggestions in a group open in private, so that nobody's choice is seen."""
    entries = [library.entries[match.entry_id] for match in matches]
    rows = [[Button(entry_button(e).text, url=service.private_link(f"entry_{e.id}"[:64]))] for e in entries]
    return written(texts.SUGGEST).with_buttons(*rows)


def private_matter(service: Service) -> Message:
    """The same for every private matter, urgent or not: a group must not be able to tell them apart."""
    return plain(group.PRIVATE).with_buttons([Button(group.PRIVATE_BUTTON, url=service.private_link())])
