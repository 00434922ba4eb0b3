"""Carries a conversation: keeps what was said, shows it to the other side, changes and takes back, and shows the whole.

Used by both doors, in the transaction of the `Speech` that is given. What staff say reaches a young person only through `send`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import escalating, press, relay, when
from bot.escalation import is_overdue
from bot.message import Button, Message, bold, join, plain, written
from bot.models import EscalationState, Lane, Role, Rung, Side
from bot.permission import Action, Relation, may
from bot.reaching import HeldBack, Reached, held_back, reach_with
from bot.relay import Call, OnItsWay, Piece, TakenBack, TooLate
from bot.staff import tell
from bot.store import escalations, lines, people, topics, veiled
from bot.store.escalations import Standing
from bot.store.lines import Said
from bot.store.people import Actor
from bot.turn import Speech
from content.council import Council
from content.texts import escalation as escalation_texts
from content.texts import page as page_texts
from content.texts import relay as texts

LINES_SHOWN = 20
"""Lines of an opened escalation; earlier ones by button."""
Source = tuple[int | None, int | None]
"""The chat and message in which somebody wrote it, so that a change of it finds its way."""


async def addressee(speech: Speech, standing: Standing) -> Actor:
    """The young person, on the account that is theirs at this moment; for somebody who has not joined, the account that wrote."""
    person = await people.get(speech.connection, standing.person_id)
    return person if person is not None else Actor(telegram_id=standing.telegram_id)


# --- from the young person


async def keep(speech: Speech, standing: Standing, person: Actor, piece: Piece, source: Source) -> int:
    """A line of theirs, for whoever opens it."""
    return await lines.add(
        speech.connection, standing.id, Side.YOUNG_PERSON, person.id, speech.now, body=piece.words, file=piece.file,
        chat_id=source[0], message_id=source[1],
    )  # fmt: skip


async def keep_waiting(
    speech: Speech,
    council: Council,
    standing: Standing,
    person: Actor,
    piece: Piece,
    source: Source,
    *,
    needs_answer: bool,
) -> int:
    """A line while nobody has it yet; the young person is told if that moves it on."""
    line = await keep(speech, standing, person, piece, source)
    after = await escalating.heard(speech, council, standing, needs_answer=needs_answer)
    if (after.rung, after.owner_id) != (standing.rung, standing.owner_id):
        await escalating.promise(speech, council, after)
    return line


async def hand_over(
    speech: Speech,
    council: Council,
    standing: Standing,
    person: Actor,
    piece: Piece,
    source: Source,
    *,
    needs_answer: bool = True,
) -> Standing:
    """A line for the one who has it. If they can't be reached any more it goes on, and the young person is told."""
    line = await keep(speech, standing, person, piece, source)
    after = await escalating.heard(speech, council, standing, needs_answer=needs_answer)
    if after.state is EscalationState.ACKNOWLEDGED:
        await show_holders(speech, after, line, piece)
        await _say_why_quiet(speech, after, person)
    else:
        await escalating.promise(speech, council, after)
    return after


async def show_holders(speech: Speech, standing: Standing, line: int, piece: Piece) -> None:
    """A line of the young person for the one who said "I've got this": words of danger no less than any others."""
    for staff in await escalating.holders(speech, standing):
        await _show(speech, standing, line, staff.telegram_id or 0, piece)
        await speech.event("escalation", standing.id, "shown", actor=staff.id, line=line)


async def _say_why_quiet(speech: Speech, standing: Standing, person: Actor) -> None:
    """Once for each conversation: the bot is silent from now on, and how to ask it nevertheless."""
    since = standing.acknowledged_at or standing.opened_at
    if await lines.since(speech.connection, standing.id, since, Side.YOUNG_PERSON) == 1:
        who = await escalating.named(speech, standing.owner_id, person)
        speech.say(standing.telegram_id, written(escalation_texts.WHILE_TALKING, {"who": who}), escalation=standing.id)


async def _show(speech: Speech, standing: Standing, line: int, chat_id: int, piece: Piece) -> None:
    """A line of the young person on the screen of staff, where nobody can forward it."""
    calls = relay.calls(await _head(speech, standing), piece)
    say(speech, chat_id, calls, lane=_lane(standing), escalation=standing.id, line=line)


async def _head(speech: Speech, standing: Standing) -> Message:
    return bold(texts.HEAD.format(initials=await escalating.initials_of(speech, standing), number=standing.id))


def _lane(standing: Standing) -> Lane:
    return Lane.PAGE if standing.urgent else Lane.REPLY


def say(
    speech: Speech,
    chat_id: int,
    calls: Sequence[Call],
    *,
    lane: Lane,
    escalation: int,
    line: int | None,
    thread: int | None = None,
) -> None:
    """Show something of a conversation to staff: it can't be forwarded or saved."""
    more: dict[str, Any] = {"protect_content": True} | ({"message_thread_id": thread} if thread is not None else {})
    for method, parameters in calls:
        speech.call(method, chat_id, {**parameters, **more}, lane=lane, escalation=escalation, line=line)


# --- from staff


@dataclass(frozen=True, slots=True)
class Sent:
    """It is on its way to the young person."""

    line: int
    standing: Standing


async def send(
    speech: Speech,
    council: Council,
    standing: Standing,
    staff: Actor,
    piece: Piece,
    source: Source,
    *,
    insist: bool = False,
) -> Sent | HeldBack:
    """What staff wrote goes to the young person; whoever wrote it has it from now on, and who had it before is told.

    When the young person asked for quiet, nothing is sent unless staff insist.
    """
    person = await addressee(speech, standing)
    held = await held_back(speech, person, insist=insist)
    if held is not None:
        return held
    line = await lines.add(
        speech.connection, standing.id, Side.STAFF, staff.id, speech.now, body=piece.words, file=piece.file,
        chat_id=source[0], message_id=source[1],
    )  # fmt: skip
    calls = relay.calls(await _speaker(speech, staff.id, person), piece, between=" ")
    lane = Lane.CRISIS if standing.urgent else Lane.REPLY
    reached = await reach_with(speech, person, calls, lane=lane, escalation=standing.id, line=line, insist=insist)
    assert isinstance(reached, Reached)
    had_it = await _who_else(speech, standing, staff)
    after = await escalating.answered(speech, council, standing, staff)
    gaps = {"who": staff.name, "initials": await escalating.initials_of(speech, standing), "number": standing.id}
    tell(speech, had_it, written(page_texts.TAKEN, gaps), lane=Lane.REPLY, escalation=standing.id)
    return Sent(line, after)


async def _speaker(speech: Speech, staff_id: int | None, person: Actor) -> Message:
    who = await escalating.named(speech, staff_id, person)
    return bold(texts.SPEAKS.format(who=who[:1].upper() + who[1:]))


async def _who_else(speech: Speech, standing: Standing, staff: Actor) -> list[Actor]:
    """Those who believe that it is theirs, or that they are asked to take it."""
    if standing.state is EscalationState.OPEN and standing.reminded == 0:
        return []
    return [person for person in await escalating.holders(speech, standing) if person.id != staff.id]


async def receipt(
    speech: Speech, standing: Standing, chat_id: int, message_id: int | None, thread: int | None = None
) -> None:
    """Say under a message of staff whom it went to."""
    gaps = {"initials": await escalating.initials_of(speech, standing), "number": standing.id}
    text = written(texts.RECEIPT, gaps)
    speech.say(chat_id, text, reply_to=message_id, thread=thread, escalation=standing.id, disable_notification=True)


async def begin(speech: Speech, council: Council, young_person: Actor, staff: Actor) -> Standing:
    """A member of staff wants to write first: ask for the message, as a reply, so that it can only go to this one."""
    standing = await escalating.write_first(speech, council, young_person, staff)
    await _ask_for(speech, standing, staff, texts.WRITE_NOW, texts.WRITE_HERE)
    return standing


async def _ask_for(
    speech: Speech, standing: Standing, staff: Actor, text: str, here: str, line: int | None = None
) -> None:
    gaps = {"initials": await escalating.initials_of(speech, standing), "number": standing.id}
    asking = {"force_reply": True, "input_field_placeholder": here}
    speech.say(staff.telegram_id or 0, written(text, gaps), escalation=standing.id, line=line, reply_markup=asking)


# --- notes between staff


async def ask_for_note(speech: Speech, standing: Standing, staff: Actor) -> None:
    """Ask for a note. Its line is there before its words are, so that a reply to the question is known as the note."""
    line = await lines.add(speech.connection, standing.id, Side.NOTE, staff.id, speech.now)
    await _ask_for(speech, standing, staff, texts.NOTE_NOW, texts.NOTE_HERE, line)


async def note(
    speech: Speech, standing: Standing, staff: Actor, words: str, source: tuple[int, int], asked: int | None = None
) -> None:
    """Keep a note; `asked` is the line that waits for it."""
    if asked is None:
        asked = await lines.add(speech.connection, standing.id, Side.NOTE, staff.id, speech.now)
    await lines.write_note(speech.connection, asked, words, speech.now, *source)
    await speech.event("escalation", standing.id, "noted", actor=staff.id)
    gaps = {"initials": await escalating.initials_of(speech, standing), "number": standing.id}
    speech.say(source[0], written(texts.NOTED, gaps), reply_to=source[1], disable_notification=True)


# --- changing and taking back


async def change(speech: Speech, line: Said, words: str) -> None:
    """Its author changed it: what the other side sees changes too, and what it said before is kept."""
    standing = await escalations.get(speech.connection, line.escalation_id)
    is_gone = line.body is None and line.file is None
    if standing is None or is_gone or words == (line.body or ""):
        return
    await lines.change(speech.connection, line, words, speech.now)
    await speech.event("line", line.id, "changed", actor=line.author_id)
    if line.side is Side.NOTE:
        return
    piece = Piece(words, line.file)
    unsent = await lines.waiting(speech.connection, line) | await lines.leaving(speech.connection, line)
    await lines.cancel(speech.connection, line, speech.now)
    shown: dict[int, list[int]] = {chat: [] for chat in sorted(unsent)}
    for copy in await lines.copies(speech.connection, line):
        shown.setdefault(copy.chat_id, []).append(copy.message_id)
    person = await addressee(speech, standing)
    for chat_id, message_ids in shown.items():
        if chat_id == person.telegram_id:
            await _change_theirs(speech, standing, line, person, piece, message_ids)
        else:
            calls = await for_staff(speech, standing, line, piece, changed=True)
            left = _rewrite(speech, chat_id, message_ids, calls)
            window = await topics.of_escalation(speech.connection, chat_id, standing.id) if chat_id < 0 else None
            thread = window.thread_id if window is not None else None
            if thread is not None or chat_id > 0:
                say(speech, chat_id, left, lane=_lane(standing), escalation=standing.id, line=line.id, thread=thread)


async def for_staff(
    speech: Speech, standing: Standing, line: Said, piece: Piece, *, changed: bool = False
) -> list[Call]:
    """The calls that show a line to staff, under who it is from."""
    mark = plain(f" {texts.CHANGED}" if changed else "")
    if line.side is Side.YOUNG_PERSON:
        return relay.calls(await _head(speech, standing) + mark, piece)
    author = await people.get(speech.connection, line.author_id)
    who = bold(texts.SPEAKS.format(who=author.name if author is not None else texts.SOMEBODY))
    return relay.calls(who + mark, piece, between=" ")


async def _change_theirs(
    speech: Speech, standing: Standing, line: Said, person: Actor, piece: Piece, message_ids: Sequence[int]
) -> None:
    """The young person's copy. Behind a veil it changes unseen; once it was shown as something else than text, it comes anew."""
    head = await _speaker(speech, line.author_id, person)
    calls = relay.calls(head, Piece(f"{piece.words} {texts.CHANGED}", piece.file), between=" ")
    veils = await veiled.of_line(speech.connection, line.id)
    hidden = [number for number, was_shown in veils if not was_shown]
    if hidden:
        await veiled.replace(speech.connection, hidden[-1], calls)
        return
    plain_text = [method for method, _ in calls] == ["sendMessage"]
    left = calls if veils and not plain_text else _rewrite(speech, person.telegram_id or 0, message_ids, calls)
    if left:
        await reach_with(speech, person, left, escalation=standing.id, line=line.id, insist=True)


def _rewrite(speech: Speech, chat_id: int, message_ids: Sequence[int], calls: Sequence[Call]) -> list[Call]:
    """Put new words into messages of ours. Returns what finds no place there and has to be sent."""
    methods = [method for method, _ in calls]
    if len(calls) == len(message_ids) == 1 and methods[0] in relay.CAPTIONED:
        words = {name: value for name, value in calls[0][1].items() if name.startswith("caption")}
        speech.call("editMessageCaption", chat_id, {**words, "message_id": message_ids[0]})
        return []
    if set(methods) != {"sendMessage"}:
        return list(calls)
    for message_id, (_, parameters) in zip(message_ids, calls, strict=False):
        speech.call("editMessageText", chat_id, {**parameters, "message_id": message_id})
    if len(message_ids) > len(calls):
        speech.delete(chat_id, message_ids[len(calls) :])
    return list(calls[len(message_ids) :])


async def take_back(speech: Speech, line: Said) -> TakenBack | TooLate | OnItsWay:
    """Its author deleted it: the copies go as far as Telegram lets a bot delete, and its words are not kept."""
    connection = speech.connection
    if await lines.leaving(connection, line):
        return OnItsWay()
    await lines.cancel(connection, line, speech.now)
    copies = await lines.copies(connection, line)
    fresh = [copy for copy in copies if copy.at > speech.now - relay.DELETABLE]
    for chat_id in sorted({copy.chat_id for copy in fresh}):
        speech.delete(chat_id, [copy.message_id for copy in fresh if copy.chat_id == chat_id])
    await veiled.remove_line(connection, line.id)
    await lines.remove(connection, line.id, speech.now)
    await lines.blank(connection, line)
    await speech.event("line", line.id, "deleted", actor=line.author_id)
    return TakenBack() if len(fresh) == len(copies) else TooLate()


# --- reading the whole


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it, and how they stand to it at this moment."""

    actor: Actor
    relations: frozenset[Relation]

    def may(self, action: Action) -> bool:
        """Whether they may do this to it."""
        return may(self.actor.roles, action, self.relations)


async def view(
    speech: Speech, council: Council, standing: Standing, reader: Reader, before: int | None = None
) -> tuple[Message, list[Said]]:
    """The escalation as staff read it, with what they may do, and the lines that it shows."""
    shown = await lines.page(speech.connection, standing.id, before=before, limit=LINES_SHOWN)
    earlier = await lines.count(speech.connection, standing.id, shown[0].id) if shown else 0
    parts = [await _about(speech, council, standing)] if before is None else [await _head(speech, standing)]
    if not shown:
        parts.append(plain(texts.NO_LINES))
    if earlier:
        parts.append(written(texts.EARLIER, {"count": earlier}))
    parts += [await _line_said(speech, council, standing, line) for line in shown]
    buttons = _buttons(speech, standing, reader)
    if not reader.may(Action.WRITE):
        parts.append(plain(texts.READ_ONLY))
    if earlier:
        chat = reader.actor.telegram_id or 0
        more = str(shown[0].id)
        buttons.append([press.button(speech.vault, texts.OLDER, "older", standing.id, chat, speech.now, more=more)])
    return join(parts).with_buttons(*buttons), shown


async def show_files(speech: Speech, standing: Standing, chat_id: int, shown: Sequence[Said]) -> None:
    """The photos, files and voice notes among these lines that this chat has not got yet."""
    for line in shown:
        if line.file is None or chat_id == line.chat_id or line.file["method"] == "sendSticker":
            continue
        if chat_id not in {copy.chat_id for copy in await lines.copies(speech.connection, line)}:
            calls = await for_staff(speech, standing, line, Piece(None, line.file))
            say(speech, chat_id, calls, lane=Lane.REPLY, escalation=standing.id, line=line.id)


async def _about(speech: Speech, council: Council, standing: Standing) -> Message:
    """Who, why, and where it stands; the first line holds initials and a number, for a screen that others see."""
    person = await people.get(speech.connection, standing.person_id)
    told = [_name(standing, person)]
    told.append(written(texts.WHY_URGENT if standing.urgent else texts.WHY, {"kind": standing.kind}))
    if because := standing.about.get("because"):
        told.append(written(texts.BECAUSE, {"because": because}))
    if standing.group_chat_id is not None:
        told.append(plain(texts.IN_A_GROUP))
    if standing.ring_at is not None:
        wanted = when.call_time_said(standing.ring_at, speech.now, council.zone) or standing.ring_at
        told.append(written(texts.RING_AT, {"when": wanted}))
    if standing.unreached:
        told.append(plain(texts.UNREACHED))
    return join([await _head(speech, standing), join([*told, await _stands(speech, council, standing)], "\n")])


def _name(standing: Standing, person: Actor | None) -> Message:
    if person is not None:
        return bold(person.name) if person.name else plain(texts.NOT_JOINED_NAMELESS)
    username = standing.about.get("username")
    names = [standing.about.get("name", ""), f"@{username}" if username else ""]
    name = " ".join(filter(None, names))
    return written(texts.NOT_JOINED, {"name": name}) if name else plain(texts.NOT_JOINED_NAMELESS)


async def _stands(speech: Speech, council: Council, standing: Standing) -> Message:
    def said(moment: datetime | None) -> str:
        return when.said(moment, speech.now, council.zone) if moment is not None else ""

    if standing.state is EscalationState.RESOLVED:
        gaps = {"since": said(standing.resolved_at), "outcome": standing.outcome or ""}
        return written(texts.ENDED, gaps)
    if standing.state is EscalationState.OPEN:
        first = written(texts.OPEN_SINCE, {"since": said(standing.opened_at)})
    else:
        owner = await people.get(speech.connection, standing.owner_id)
        who = owner.name if owner is not None else texts.SOMEBODY
        first = written(texts.WITH, {"who": who, "since": said(standing.acknowledged_at)})
    if standing.promised_at is None:
        return first
    late = is_overdue(standing.promised_at, speech.now)
    by = written(texts.OVERDUE if late else texts.ANSWER_BY, {"by": said(standing.promised_at)})
    return join([first, by], "\n")


async def _line_said(speech: Speech, council: Council, standing: Standing, line: Said) -> Message:
    local = line.at.astimezone(council.zone)
    at = f"{local.day} {local:%b} {local:%H:%M} "
    if line.side is Side.YOUNG_PERSON:
        who = texts.SPEAKS.format(who=await escalating.initials_of(speech, standing))
    else:
        author = await people.get(speech.connection, line.author_id)
        name = author.name if author is not None else texts.THE_BOT if line.author_id is None else texts.SOMEBODY
        who = (texts.NOTE_BY if line.side is Side.NOTE else texts.SPEAKS).format(who=name)
    words = [relay.file_said(line.file)] if line.file is not None else []
    words += [line.body] if line.body else []
    if not words:
        words = [texts.DELETED_LINE if line.deleted_at is not None else texts.FORGOTTEN_LINE]
    elif line.changed_at is not None:
        words.append(texts.CHANGED)
    return plain(at) + bold(who) + plain(" " + " ".join(words))


def _buttons(speech: Speech, standing: Standing, reader: Reader) -> list[list[Button]]:
    """What can be pressed under it, by whoever reads it."""
    chat, number = reader.actor.telegram_id or 0, standing.id

    def button(action: Action, text: str, verb: str) -> list[Button]:
        return [press.button(speech.vault, text, verb, number, chat, speech.now)] if reader.may(action) else []

    if not standing.is_live:
        return [button(Action.NOTE, texts.BUTTON_NOTE, "note")]
    has_it = standing.state is EscalationState.ACKNOWLEDGED and standing.owner_id == reader.actor.id
    got = [] if has_it else button(Action.ACKNOWLEDGE, page_texts.GOT, "got")
    above_duty = standing.rung in (Rung.ADVISER, Rung.ON_CALL) or (has_it and Role.DUTY not in reader.actor.roles)
    duty = button(Action.PASS_ON, page_texts.DUTY, "duty") if above_duty else []
    rows = [
        [*got, *duty],
        [
            *button(Action.PASS_ON, texts.BUTTON_COLLEAGUE, "pass"),
            *button(Action.RESOLVE, texts.BUTTON_RANG, "rang"),
        ],
        [*button(Action.NOTE, texts.BUTTON_NOTE, "note"), *button(Action.WRITE, texts.BUTTON_QUICK, "quick")],
        button(Action.RESOLVE, page_texts.FINISHED, "finish"),
    ]
    return [row for row in rows if row]
