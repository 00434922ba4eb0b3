"""A copy of what is held about somebody, to read and for a computer; and deleting it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import menus
from bot.hide import clear, quiet_until
from bot.message import plain, written
from bot.store import my_data as store
from bot.store import people
from bot.store.my_data import Rows, Whose
from bot.store.people import Actor
from bot.turn import Speech
from content.council import Council
from content.texts import my_data as texts

EXPORT: Final = "export person"
ERASE: Final = "erase person"
NAME_AT_MOST: Final = 100
"""Letters; longer ones would fill a page to staff."""
JOINER: Final = "\u200d"
"""Holds an emoji of several parts together; the other invisible letters only hide something."""
Files = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A person is still dealing with something of theirs, so nothing was deleted."""


@dataclass(frozen=True, slots=True)
class Erased:
    """It is deleted; how many rows of each table changed."""

    changed: Mapping[str, int]


def clean_name(text: str) -> str:
    """A name as it is kept: no line breaks, nothing invisible. Markup and emoji are letters like any other."""
    visible = (" " if letter.isspace() else letter for letter in text)
    kept = (letter for letter in visible if letter == JOINER or unicodedata.category(letter)[0] != "C")
    return " ".join("".join(kept).split())


def day_said(moment: datetime, zone: ZoneInfo) -> str:
    """ "3 November 2026"."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def who_said(person_id: int | None, of: Actor, known: Mapping[int, Actor]) -> str:
    """Somebody of staff as a young person may see them: their adviser by first name, everybody else by role."""
    if person_id is None:
        return texts.THE_BOT
    if person_id == of.id:
        return texts.YOU
    person = known.get(person_id)
    if person is not None and person_id == of.adviser_id and person.name:
        return texts.YOUR_ADVISER.format(name=person.name.split()[0])
    if person is None or not person.roles:
        return texts.SOMEBODY_WHO_LEFT
    roles = [texts.ROLE_SAID[role] for role in sorted(person.roles) if role in texts.ROLE_SAID]
    return roles[0] if roles else texts.SOMEBODY


async def copy(speech: Speech, person: Actor, council: Council) -> Files:
    """Everything that is held about somebody, as two files: readable, and JSON."""
    parts = await store.everything(speech.connection, person)
    known = {one.id: one for one in await people.get_all(speech.connection, store.numbers_in(parts)) if one.id}
    named = {name: [_named(row, person, known) for row in rows] for name, rows in parts.items()}
    name = texts.COPY_NAME.format(day=f"{speech.now.astimezone(council.zone):%Y-%m-%d}")
    as_json = json.dumps({"made_at": speech.now.isoformat(timespec="seconds"), **named}, indent=2, ensure_ascii=False)
    readable = _readable(named, council, speech.now)
    return [(f"{name}.txt", _bytes(readable)), (f"{name}.json", _bytes(as_json))]


def _bytes(words: str) -> bytes:
    """Half a surrogate pair, which Telegram can send, becomes a question mark."""
    return words.encode("utf-8", "replace")


def _named(row: dict[str, Any], person: Actor, known: Mapping[int, Actor]) -> dict[str, Any]:
    """The row with words in place of the numbers of people."""
    return {
        key: texts.YOU
        if isinstance(value, dict) and value.get("you")
        else who_said(value["person"], person, known)
        if isinstance(value, dict) and "person" in value
        else value
        for key, value in row.items()
    }


def _readable(parts: Mapping[str, Rows], council: Council, now: datetime) -> str:
    blocks = [
        texts.COPY_TITLE.format(**council.gaps),
        texts.COPY_MADE.format(day=day_said(now, council.zone)),
        texts.COPY_NOT_IN_IT.format(**council.gaps),
    ]
    for name, title in texts.COPY_PARTS.items():
        rows = [_lines(row) for row in parts[name] if row]
        blocks.append(f"{title}\n{'=' * len(title)}\n\n" + ("\n\n".join(rows) or texts.COPY_NOTHING))
    return "\n\n".join(blocks) + "\n"


def _lines(row: Mapping[str, Any]) -> str:
    return "\n".join(f"{key.replace('_', ' ')}: {_value(value)}" for key, value in row.items())


def _value(value: Any) -> str:
    """A value in words; what is built of parts stays on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(one)}" for key, one in value.items() if one is not None)
    if isinstance(value, list):
        return "; ".join(map(_value, value))
    return str(value)


def send_copy(speech: Speech, chat_id: int, files: Files) -> None:
    """Send the files into a private chat."""
    for name, data in files:
        speech.call("sendDocument", chat_id, {}, files={"document": (name, data)})


async def erase(speech: Speech, person: Actor, *, actor: int | None, up_to: int | None = None) -> HeldBack | Erased:
    """Delete what is held about somebody and clear their chat; their adviser is told that they left.

    `up_to` is the update that asks for it, if they ask themselves. Held back while a person deals with something of theirs.
    """
    whose = Whose.of(person)
    if await store.is_held_back(speech.connection, whose):
        return HeldBack()
    adviser = await people.get(speech.connection, person.adviser_id)
    if person.telegram_id is not None:
        await clear(speech, person.telegram_id, up_to)
    changed = await store.erase(speech.connection, person.id, person.telegram_id, speech.now, keep_update=up_to)
    if person.telegram_id is not None:
        menus.undress(speech, person.telegram_id)
    await speech.event("person", person.id or 0, "erased", actor=actor, rows=sum(changed.values()))
    if adviser is not None and adviser.telegram_id is not None and adviser.is_enrolled and adviser.id != actor:
        gaps = {"initials": person.initials, "number": person.id}
        speech.say(adviser.telegram_id, written(texts.TO_ADVISER, gaps))
    return Erased(changed)


async def carry_out(
    speech: Speech, council: Council, kind: str, payload: Mapping[str, Any], approved_by: int | None
) -> bool:
    """Do what a second person has just approved: send the copy to whoever asked for it, or delete.

    Returns whether the kind is one of these. Whoever asked is told what came of it, also if it could not be done any more.
    """
    if kind not in (EXPORT, ERASE):
        return False
    number, asked_by = int(payload["person"]), int(payload["asked_by"])
    person, asker = await people.get(speech.connection, number), await people.get(speech.connection, asked_by)
    if asker is None or asker.telegram_id is None:
        return True
    if person is None:
        speech.say(asker.telegram_id, plain(texts.STAFF_NOT_FOUND.format(number=number)))
    elif kind == EXPORT:
        await speech.event("person", number, "exported", actor=asked_by, approved_by=approved_by)
        speech.say(asker.telegram_id, plain(texts.STAFF_EXPORTED.format(number=number)))
        send_copy(speech, asker.telegram_id, await copy(speech, person, council))
    else:
        quiet = person.stopped_at is not None or (await quiet_until(speech, person) or speech.now) > speech.now
        match await erase(speech, person, actor=asked_by):
            case HeldBack():
                held = texts.STAFF_HELD_BACK.format(number=number, initials=person.initials)
                speech.say(asker.telegram_id, plain(held))
            case Erased():
                if person.telegram_id is not None and not quiet:
                    speech.say(person.telegram_id, plain(texts.STAFF_ERASED_YOU))
                speech.say(asker.telegram_id, plain(texts.STAFF_ERASED.format(number=number)))
    return True
