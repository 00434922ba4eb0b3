"""Turns what the rules decided into messages with buttons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.message import Button, Message, bold, join, plain, written
from bot.service import Service
from bot.working_time import closes_at, next_opening
from content.entry import TOPICS, Entry
from content.matching import Match
from content.safety import Card
from content.texts import enquiry as texts
from content.texts import group, person, safety, start

PERSON = Button(texts.ASK_A_PERSON, "person")
MENU = Button(start.MENU_BUTTON, "menu")
SHORT_TITLE = 60
"""Characters of a title on a button; Telegram shows fewer on a small phone."""


def entry_message(entry: Entry, today: date) -> Message:
    """An entry as it is read in private: title, answer, what to do now, whom to ask, source."""
    parts = [bold(entry.title), written(entry.answer)]
    if entry.next_step:
        parts.append(bold(texts.NEXT_STEP) + plain("\n") + written(entry.next_step))
    return join([*parts, plain(_foot(entry, today))])


def _foot(entry: Entry, today: date) -> str:
    lines = []
    if entry.contact:
        lines.append(texts.ASK.format(contact=entry.contact))
    if entry.review_by is not None and entry.review_by < today:
        lines.append(texts.OUT_OF_DATE.format(contact=entry.contact or "a person"))
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


def rating_buttons(enquiry_id: int) -> list[list[Button]]:
    """What can be pressed under an answer."""
    return [
        [Button(texts.HELPED, f"helped:{enquiry_id}"), Button(texts.NOT_MEANT, f"not_meant:{enquiry_id}")],
        [PERSON, MENU],
    ]


def suggestions(matches: Iterable[Match], service: Service) -> Message:
    """Up to three "did you mean", and "none of these"."""
    entries = [service.library.entries[match.entry_id] for match in matches]
    rows = [[entry_button(entry)] for entry in entries]
    return written(texts.SUGGEST).with_buttons(*rows, [Button(texts.NONE_OF_THESE, "none")])


def entry_button(entry: Entry) -> Button:
    """A button that opens an entry."""
    title = entry.title if len(entry.title) <= SHORT_TITLE else entry.title[: SHORT_TITLE - 1] + "…"
    return Button(title, f"entry:{entry.id}")


def no_answer() -> Message:
    """An honest "I don't know that one" with what can be done."""
    return written(texts.NO_ANSWER).with_buttons([Button(texts.ASK_A_PERSON, "person:none"), MENU])


def menu(service: Service) -> Message:
    """Every topic as a button, two in a row."""
    buttons = [Button(TOPICS.get(topic, topic), f"topic:{topic}") for topic in service.library.topics()]
    return written(start.MENU).with_buttons(*(buttons[i : i + 2] for i in range(0, len(buttons), 2)))


def topic(service: Service, name: str) -> Message:
    """The entries of a topic as buttons."""
    rows = [[entry_button(entry)] for entry in service.library.topic(name)]
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


def group_answer(entry: Entry, service: Service) -> Message:
    """An entry as it is read in a group: short, with a way to go on in private."""
    return join([bold(entry.title), written(entry.answer)]).with_buttons(
        [Button(group.MORE_BUTTON, url=service.private_link(f"entry_{entry.id}"[:64]))]
    )


def group_suggestions(matches: Iterable[Match], service: Service) -> Message:
    """Suggestions in a group open in private, so that nobody's choice is seen."""
    entries = [service.library.entries[match.entry_id] for match in matches]
    rows = [[Button(entry_button(e).text, url=service.private_link(f"entry_{e.id}"[:64]))] for e in entries]
    return written(texts.SUGGEST).with_buttons(*rows)


def private_matter(service: Service) -> Message:
    """The same for every private matter, urgent or not: a group must not be able to tell them apart."""
    return plain(group.PRIVATE).with_buttons([Button(group.PRIVATE_BUTTON, url=service.private_link())])
