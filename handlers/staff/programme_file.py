"""A file of staff that holds a programme: read, shown, and taken over only when they say so."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, filters

from bot import programme, timetabling
from bot.message import Button, Message, bold, join, plain, written
from bot.permission import Action, may
from bot.press import Press
from bot.programme import Difference
from bot.service import Service
from bot.store import escalations, forms
from bot.store.forms import Form
from bot.turn import Speech
from bot.whats_on import Screen
from content.programme_files import LONGEST_FILE, Reading
from content.series import SeriesDraft
from content.texts import programme as texts
from handlers import relay
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff.drop_in import people_said
from handlers.staff.programme import gaps_of
from handlers.staff.relay import change

FORM: Final = "programme"
"""The kind of form that keeps a file until somebody says "Take it over"."""
FIRST_FEW: Final = 5
FAULTS_SHOWN: Final = 20
LONGEST_FAULT: Final = 160

FILES: Final = filters.UpdateType.MESSAGE & (
    filters.Document.FileExtension("ics")
    | filters.Document.FileExtension("csv")
    | filters.Document.FileExtension("yaml")
    | filters.Document.FileExtension("yml")
)
"""What may be a programme; whether it is one, hangs on who sends it, and where."""


@needs(Action.TALK)
async def sent(update: Update, context: Context) -> None:
    """A file that may be a programme. From anybody else, or as a reply in a conversation, it is a file for a person."""
    message, turn = message_of(update), context.turn
    document = message.document if message is not None else None
    if message is None or document is None or not await _is_programme(update, context):
        await relay.talked(update, context)
        return
    if (document.file_size or 0) > LONGEST_FILE:
        turn.say(message.chat_id, plain(texts.TOO_BIG))
    else:
        turn.say(message.chat_id, plain(texts.READING))
        person_id, name = (await turn.actor()).id or 0, document.file_name or ""
        context.service.later(_read(context, message.chat_id, person_id, name, document.file_id))
    raise ApplicationHandlerStop


async def _is_programme(update: Update, context: Context) -> bool:
    message, actor = message_of(update), await context.turn.actor()
    if message is None or not may(actor.roles, Action.KEEP_PROGRAMME):
        return False
    answered = message.reply_to_message
    if answered is None:
        return True
    return await escalations.traced(context.turn.connection, message.chat_id, answered.message_id) is None


async def _read(context: Context, chat_id: int, person_id: int, name: str, file_id: str) -> None:
    """Beside the updates: Telegram and a long file take seconds. The file is kept sealed; nothing else changes."""
    service = context.service
    try:
        loaded = bytes(await (await context.bot.get_file(file_id)).download_as_bytearray())
    except TelegramError:
        async with service.speaking() as speech:
            speech.say(chat_id, plain(texts.NOT_LOADED))
        return
    today = service.clock.now().astimezone(service.council.zone).date()
    reading = await asyncio.to_thread(programme.read, name, loaded, today)
    async with service.speaking() as speech:
        kept = {"name": name, "data": base64.b64encode(loaded).decode(), "today": str(today)}
        form = await forms.begin(speech.connection, speech.now, person_id, FORM, "preview", kept)
        await speech.event(
            "programme", form, "read", actor=person_id, series=len(reading.series), faults=len(reading.faults)
        )
        speech.say(chat_id, await _preview(speech, service, reading, name, form, chat_id))


async def _preview(speech: Speech, service: Service, reading: Reading, name: str, form: int, chat_id: int) -> Message:
    found = await timetabling.difference(speech, service.council, reading.series)
    screen = Screen(speech.vault, chat_id, speech.now, service.council.zone)
    parts = [join([written(texts.FILE, {"file": name[:60]}), *_counts(found)], "\n")]
    parts += _few(texts.NEW_TITLE, found.new)
    parts += _few(texts.CHANGED_TITLE, [draft for _, draft in found.changed])
    parts += _faults(reading)
    if found.missing:
        names = ", ".join(each.draft.name for each in found.missing[:FIRST_FEW])
        more = texts.MORE.format(count=len(found.missing) - FIRST_FEW) if len(found.missing) > FIRST_FEW else ""
        count = people_said(len(found.missing), texts.MISSING, texts.MISSING_ONE, "")
        parts.append(plain(" ".join(filter(None, [count, names, more]))))
        parts += [plain(texts.NOT_ENDED)] if reading.faults else []
    return join(parts).with_buttons(*_file_buttons(found, reading, form, screen))


def _counts(found: Difference) -> list[Message]:
    counted = (
        (len(found.new), texts.NEW, texts.NEW_ONE), (len(found.changed), texts.CHANGED, texts.CHANGED_ONE),
        (len(found.same), texts.SAME, texts.SAME_ONE), (len(found.over), texts.OVER_ALREADY, texts.OVER_ALREADY_ONE),
    )  # fmt: skip
    return [plain(people_said(count, many, single, "")) for count, many, single in counted if count]


def _few(title: str, drafts: Sequence[SeriesDraft]) -> list[Message]:
    lines = [plain(texts.DRAFT.format(**gaps_of(each))) for each in drafts[:FIRST_FEW]]
    if len(drafts) > FIRST_FEW:
        lines.append(plain(texts.MORE.format(count=len(drafts) - FIRST_FEW)))
    return [join([bold(title), *lines], "\n")] if lines else []


def _faults(reading: Reading) -> list[Message]:
    lines = [plain(texts.FAULT.format(fault=str(each)[:LONGEST_FAULT])) for each in reading.faults[:FAULTS_SHOWN]]
    if len(reading.faults) > FAULTS_SHOWN:
        lines.append(plain(texts.MORE.format(count=len(reading.faults) - FAULTS_SHOWN)))
    shown = [join([bold(texts.FAULTS_TITLE), *lines], "\n")] if lines else []
    return [*shown, *([plain(texts.GOOD_HALF)] if lines and reading.series else [])]


def _file_buttons(found: Difference, reading: Reading, form: int, screen: Screen) -> Iterable[list[Button]]:
    changes = bool(found.new or found.changed)
    if changes:
        yield [screen.button(texts.TAKE, "progtake", form)]
    if found.missing and not reading.faults and reading.series:
        yield [screen.button(texts.TAKE_AND_END, "progtake", form, "end")]
    yield [screen.button(texts.LEAVE, "progleave", form)]


@needs(Action.KEEP_PROGRAMME)
async def taken(press_: Press, update: Update, context: Context) -> None:
    """ "Take it over", done beside the updates: reading a long file takes seconds."""
    turn, chat = context.turn, update.effective_chat
    kept = await forms.of_person(turn.connection, (await turn.actor()).id, FORM)
    if kept is None or kept.id != press_.thing or chat is None:
        say_no(update, context, texts.FILE_GONE)
        return
    change(update, context, plain(texts.TAKING))
    context.service.later(_take(context.service, chat.id, kept, end_missing=press_.more == "end"))


async def _take(service: Service, chat_id: int, kept: Form, *, end_missing: bool) -> None:
    """The file is read as it was, and compared with the programme as it is now; only the first press finds it."""
    data, today = base64.b64decode(kept.fields["data"]), date.fromisoformat(kept.fields["today"])
    reading = await asyncio.to_thread(programme.read, kept.fields["name"], data, today)
    ends = end_missing and not reading.faults
    async with service.speaking() as speech:
        there = await forms.of_person(speech.connection, kept.person_id, FORM)
        if there is None or there.id != kept.id:
            return
        done = await timetabling.take_over(speech, service.council, reading.series, kept.person_id, end_missing=ends)
        await forms.remove(speech.connection, kept.id)
        gaps = {"new": len(done.new), "changed": len(done.changed), "ended": len(done.missing) if ends else 0}
        await speech.event("programme", kept.id, "taken over", actor=kept.person_id, **gaps)
        speech.say(chat_id, written(texts.TAKEN, gaps))


@needs(Action.KEEP_PROGRAMME)
async def left(press_: Press, update: Update, context: Context) -> None:
    """ "Leave it"."""
    kept = await forms.of_person(context.turn.connection, (await context.turn.actor()).id, FORM)
    if kept is not None and kept.id == press_.thing:
        await forms.remove(context.turn.connection, kept.id)
        await context.turn.event("programme", kept.id, "left", actor=kept.person_id)
    change(update, context, plain(texts.NOT_TAKEN))


PRESSES: Final[Mapping[str, Handler]] = {"progtake": taken, "progleave": left}
