"""What's on, as messages: the week, a topic, one drop-in, and the list in a group."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot import press
from bot.message import Button, Message, bold, join, plain, written
from bot.models import DropInState, PlaceState
from bot.press import Signer
from bot.store.drop_ins import DropIn
from content.texts import drop_in as texts

TOPIC_DAYS: Final = 28
"""So far ahead a topic is looked through."""
MOST_BUTTONS: Final = 24
"""Drop-ins with a button of their own in one list."""
LINK: Final = "whatson"
"""What /start carries from the link under a group's list."""
LABEL: Final = 44
"""Characters of a button that a small phone still shows."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where somebody is: their chat, the moment, the council's clock. Buttons are signed for the chat."""

    signer: Signer
    chat_id: int
    now: datetime
    zone: ZoneInfo

    def button(self, text: str, verb: str, thing: int, more: str = "") -> Button:
        """A signed button."""
        return press.button(self.signer, text, verb, thing, self.chat_id, self.now, more=more)

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.zone).date()


# --- moments in words


def clock_said(moment: datetime, zone: ZoneInfo) -> str:
    """ "14:00" on the wall."""
    local = moment.astimezone(zone)
    return f"{local.hour}:{local:%M}"


def day_said(moment: datetime, zone: ZoneInfo) -> str:
    """ "Tuesday 24 November": a list is read days later too, so it never says "tomorrow"."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}"


def when_said(drop_in: DropIn, zone: ZoneInfo) -> str:
    """ "Tuesday 24 November at 14:00"."""
    return f"{day_said(drop_in.starts_at, zone)} at {clock_said(drop_in.starts_at, zone)}"


def gaps_of(drop_in: DropIn, zone: ZoneInfo) -> dict[str, str]:
    """What fills the gaps of sentences about one drop-in."""
    bring = texts.BRING.format(bring=_sentence(drop_in.bring)) if drop_in.bring else ""
    return {"name": drop_in.name, "when": when_said(drop_in, zone), "bring": bring, "note": drop_in.note or ""}


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


# --- one drop-in


def details(drop_in: DropIn, zone: ZoneInfo, *, places: bool = True) -> Message:
    """All there is to know of one: day, time, who, where, what to bring, places left."""
    lines = [
        bold(drop_in.name),
        plain(f"{day_said(drop_in.starts_at, zone)}, {_times(drop_in, zone)}"),
        *_about(drop_in),
    ]
    return join([*lines, *map(plain, _state_lines(drop_in, places=places))], "\n")


def _times(drop_in: DropIn, zone: ZoneInfo) -> str:
    return f"{clock_said(drop_in.starts_at, zone)} to {clock_said(drop_in.ends_at, zone)}"


def _about(drop_in: DropIn) -> list[Message]:
    found = [
        (texts.WITH, "agency", drop_in.agency),
        (texts.WHERE, "place", drop_in.place),
        (texts.BRING, "bring", drop_in.bring),
    ]
    return [plain(text.format(**{gap: words})) for text, gap, words in found if words]


def _state_lines(drop_in: DropIn, *, places: bool) -> list[str]:
    if drop_in.state is DropInState.CANCELLED:
        return [texts.CANCELLED_BECAUSE.format(note=drop_in.note) if drop_in.note else texts.CANCELLED_LINE]
    lines = [texts.NOTE.format(note=drop_in.note)] if drop_in.note else []
    return [*lines, places_left(drop_in)] if places and drop_in.left is not None else lines


def places_left(drop_in: DropIn) -> str:
    """ "6 places left.", or that it is full; empty where as many come as like."""
    if drop_in.left is None:
        return ""
    if drop_in.left == 0:
        return texts.FULL
    return texts.ONE_LEFT if drop_in.left == 1 else texts.PLACES_LEFT.format(count=drop_in.left)


def one(screen: Screen, drop_in: DropIn, said: PlaceState | None, position: int = 0) -> Message:
    """One drop-in with what this person said about it, and what they can say now."""
    standing = {
        PlaceState.COMING: texts.YOU_COME_SHORT,
        PlaceState.WAITING: texts.YOU_WAIT_SHORT.format(position=position),
        PlaceState.NOT_COMING: texts.YOU_DONT_SHORT,
        None: "",
    }[said]
    shown = details(drop_in, screen.zone)
    shown = join([shown, plain(standing)]) if standing and is_open(drop_in, screen.now) else shown
    return shown.with_buttons(*choices(screen, drop_in, said))


def is_open(drop_in: DropIn, now: datetime) -> bool:
    """Whether saying yes or no still means something."""
    return drop_in.state is DropInState.PLANNED and drop_in.ends_at > now


def choices(screen: Screen, drop_in: DropIn, said: PlaceState | None) -> list[list[Button]]:
    """The buttons under one drop-in, by what this person said before."""
    rows: list[list[Button]] = []
    if is_open(drop_in, screen.now):
        if said in (PlaceState.COMING, PlaceState.WAITING):
            rows.append([screen.button(texts.NOT_COMING, "notcoming", drop_in.id)])
        else:
            label = texts.PUT_ON_LIST if drop_in.is_full else texts.COMING
            rows.append([screen.button(label, "coming", drop_in.id)])
        if drop_in.map_url:
            rows.append([Button(texts.MAP, url=drop_in.map_url)])
    return [*rows, [screen.button(texts.WHATS_ON, "whatson", 0)]]


# --- lists


def week_of(day: date, weeks_ahead: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From Monday's midnight until the next Monday's, in UTC."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=weeks_ahead)
    ends = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (monday, monday + timedelta(days=7)))
    first, last = ends
    return first, last


def still_to_come(drop_ins: Iterable[DropIn], now: datetime) -> list[DropIn]:
    """Those that are not over."""
    return [one for one in drop_ins if one.ends_at > now]


def listed(drop_ins: Sequence[DropIn], zone: ZoneInfo, *, counts: bool = False) -> Message:
    """Drop-ins by day; `counts` tells how many come, for a group."""
    by_day: dict[str, list[Message]] = {}
    for drop_in in drop_ins:
        by_day.setdefault(day_said(drop_in.starts_at, zone), []).append(_in_list(drop_in, zone, counts=counts))
    return join(join([bold(day), *lines], "\n") for day, lines in by_day.items())


def _in_list(drop_in: DropIn, zone: ZoneInfo, *, counts: bool) -> Message:
    times = {"opens": clock_said(drop_in.starts_at, zone), "closes": clock_said(drop_in.ends_at, zone)}
    about = [texts.WITH.format(agency=drop_in.agency)] if drop_in.agency else []
    about += [_sentence(drop_in.place[:1].upper() + drop_in.place[1:])]
    if drop_in.state is DropInState.CANCELLED:
        about = _state_lines(drop_in, places=False)
    else:
        about += [texts.BRING.format(bring=_sentence(drop_in.bring))] if drop_in.bring else []
        about += [texts.COMING_COUNT.format(count=drop_in.coming)] if counts and drop_in.coming else []
        about += [texts.FULL_SHORT if drop_in.is_full else places_left(drop_in)] if drop_in.left is not None else []
        about += [texts.NOTE.format(note=_sentence(drop_in.note))] if drop_in.note else []
    return plain(f"• {texts.AT.format(name=drop_in.name, **times)}\n{' '.join(about)}")


def week(screen: Screen, drop_ins: Sequence[DropIn], weeks_ahead: int, topics: Iterable[str]) -> Message:
    """This week (0) or the next (1), with a button for each drop-in and the ways on."""
    title = texts.THIS_WEEK if weeks_ahead == 0 else texts.NEXT_WEEK
    nothing = texts.NOTHING_THIS_WEEK if weeks_ahead == 0 else texts.NOTHING_NEXT_WEEK
    other = (
        screen.button(texts.NEXT_WEEK, "whatson", 0, "1")
        if weeks_ahead == 0
        else screen.button(texts.THIS_WEEK, "whatson", 0)
    )
    return _with_ways_on(screen, title, nothing, drop_ins, [[other], *_topic_rows(screen, topics)])


def by_topic(screen: Screen, drop_ins: Sequence[DropIn], topic: str, topics: Iterable[str]) -> Message:
    """One topic's next four weeks."""
    title = texts.BY_TOPIC.format(topic=texts.TOPICS[topic])
    ways = [screen.button(texts.THIS_WEEK, "whatson", 0), screen.button(texts.NEXT_WEEK, "whatson", 0, "1")]
    others = _topic_rows(screen, [one for one in topics if one != topic])
    return _with_ways_on(screen, title, texts.NOTHING_OF_IT, drop_ins, [ways, *others])


def _with_ways_on(
    screen: Screen, title: str, nothing: str, drop_ins: Sequence[DropIn], ways: list[list[Button]]
) -> Message:
    if not drop_ins:
        return plain(nothing).with_buttons(*ways)
    planned = [one for one in drop_ins if one.state is DropInState.PLANNED][:MOST_BUTTONS]
    rows = [[screen.button(label(one, screen.zone), "dropin", one.id)] for one in planned]
    shown = [bold(title), listed(drop_ins, screen.zone), plain(texts.TAP_ONE)]
    return join(shown[: 3 if planned else 2]).with_buttons(*rows, *ways)


def label(drop_in: DropIn, zone: ZoneInfo) -> str:
    """ "Tue 24, 14:00 Job club": what stands on a button."""
    local = drop_in.starts_at.astimezone(zone)
    words = f"{local:%a} {local.day}, {clock_said(drop_in.starts_at, zone)} {drop_in.name}"
    return words if len(words) <= LABEL else f"{words[: LABEL - 1].rstrip()}…"


def _topic_rows(screen: Screen, topics: Iterable[str]) -> list[list[Button]]:
    there = set(topics)
    buttons = [
        screen.button(name, "whatson", 0, f"t-{topic}") for topic, name in texts.TOPICS.items() if topic in there
    ]
    return [buttons[first : first + 3] for first in range(0, len(buttons), 3)]


# --- in a group


def in_group(screen: Screen, drop_ins: Sequence[DropIn], link: str, *, whole_week: bool) -> Message:
    """The same list for everybody in a group: how many come, never who. `drop_ins` holds one where it is no whole week."""
    if not drop_ins:
        return plain(texts.GROUP_NOTHING).with_buttons([Button(texts.PRIVATELY, url=link)])
    more = "w" if whole_week else ""
    there = [one for one in drop_ins if is_open(one, screen.now)][:MOST_BUTTONS]
    rows = [
        [
            screen.button(label(one, screen.zone) if whole_week else texts.COMING, "coming", one.id, more),
            screen.button(texts.NOT_COMING, "notcoming", one.id, more),
        ]
        for one in there
    ]
    title = [bold(texts.THIS_WEEK)] if whole_week else []
    hint = [plain(texts.GROUP_HINT)] if there else []
    shown = join([*title, listed(drop_ins, screen.zone, counts=True), *hint])
    return shown.with_buttons(*rows, [Button(texts.PRIVATELY, url=link)])


def checksum(message: Message) -> int:
    """Tells two texts apart, as a number that the table can keep."""
    return zlib.crc32(message.text.encode()) & 0x7FFFFFFF


# --- the picture


def picture(drop_ins: Sequence[DropIn], first: date, last: date, today: date, title: str, zone: ZoneInfo) -> bytes:
    """The days from `first` to `last` as a calendar (PNG). The libraries are loaded when the first is drawn."""
    from content.calendar_picture import Card, Day, draw

    cards: dict[date, list[Card]] = {}
    for one in drop_ins:
        detail = ", ".join(filter(None, (one.agency, one.place)))
        card = Card(
            clock_said(one.starts_at, zone), clock_said(one.ends_at, zone), one.name, detail, one.topic,
            one.state is DropInState.CANCELLED,
        )  # fmt: skip
        cards.setdefault(one.starts_at.astimezone(zone).date(), []).append(card)
    span = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return draw(title, tuple(Day(day, tuple(cards.get(day, ())), day == today) for day in span))


def filled(text: str, drop_in: DropIn, zone: ZoneInfo) -> Message:
    """A sentence about one drop-in."""
    return written(text, gaps_of(drop_in, zone))
