"""A question was typed, or a button under an answer pressed."""

from __future__ import annotations

from typing import Any, Final, Literal

from telegram import MaybeInaccessibleMessage, Update
from telegram import Message as TelegramMessage

from bot import enquiry as rule
from bot import learning
from bot.enrolment import age
from bot.message import Button, Message, join, plain, written
from bot.models import GapSource, Role
from bot.permission import Action
from bot.store import enquiries, people
from content.entry import AGE_BANDS, STATUSES, Entry
from content.library import Library
from content.texts import enquiry as texts
from handlers import answers, escalation
from handlers.context import Context
from handlers.permission import needs
from handlers.reading import message_of, words_of_body

RATINGS: Final = ("helped:", "not_meant:")
FORKS: Final = ("age:", "fit:", "unsaid")
Unanswered = Literal["none", "not_meant"]


@needs(Action.USE)
async def asked(update: Update, context: Context) -> None:
    """Words in the private chat: an entry, suggestions, small talk, a kind no, or an honest "I don't know"."""
    message = message_of(update)
    if message is None or await escalation.wished(update, context):
        return
    replies = await _answered(message.text or message.caption or "", context)
    if message.caption is not None:
        context.turn.say(message.chat_id, plain(texts.CAPTION_ONLY))
    for reply in replies:
        context.turn.say(message.chat_id, reply)


async def answer_words(question: str, context: Context) -> Message:
    """What the bot says to words that are meant for it, whoever else is talked with."""
    return join(await _answered(question, context))


async def decide(question: str, chat: rule.Chat, context: Context) -> rule.Outcome:
    """Ask the rule, in private with what is known of the person and what they wrote and opened just before."""
    service, turn = context.service, context.turn
    return rule.answer(
        question,
        chat=chat,
        library=service.library,
        matcher=service.matcher,
        small_talk=service.small_talk,
        languages=service.languages,
        declines=service.declines,
        who=await _who(context) if chat == "private" else rule.ANYBODY,
        earlier=await _earlier(context) if chat == "private" else (),
        today=answers.day_of(service, turn.now),
    )


async def _who(context: Context) -> rule.Asker:
    """What is known of who asks: their birthday, or what they once told the bot."""
    actor = await context.turn.actor()
    if not actor.is_enrolled:
        return rule.ANYBODY
    today = answers.day_of(context.service, context.turn.now)
    years = age(actor.born_on, today) if actor.born_on is not None else None
    return rule.asker(years, actor.told_age_band, actor.told_status)


async def _earlier(context: Context) -> list[rule.Earlier]:
    """What the same person wrote and opened in this chat in the last minutes, oldest first."""
    library = _library(context)
    earlier: list[rule.Earlier] = []
    for body in await context.turn.earlier():
        pressed = _pressed_in(body)
        if pressed.startswith("not_meant:"):
            earlier.clear()  # nothing may lean on an answer that was not what they meant
        elif (entry := _opened_by(pressed, library)) is not None:
            earlier.append(entry)
        elif (words := words_of_body(body)) and not words.startswith("/"):
            earlier.append(words)
    return earlier


def _pressed_in(body: dict[str, Any]) -> str:
    """What a stored press sends; empty for a message."""
    press = body.get("callback_query")
    data = press.get("data") if isinstance(press, dict) else None
    return data if isinstance(data, str) else ""


def _opened_by(pressed: str, library: Library) -> Entry | None:
    """The entry that a press opened, if that is what it does."""
    verb, _, rest = pressed.partition(":")
    if verb == "entry":
        return library.entries.get(rest)
    return _chosen(pressed, library)[0] if verb in ("age", "fit") else None


def _library(context: Context) -> Library:
    return answers.library_of(context.service, context.turn.now)


async def _answered(question: str, context: Context) -> list[Message]:
    """The reply, or both where two questions stood in one message."""
    outcome = await decide(question, "private", context)
    match outcome:
        case rule.Answer():
            return await _answers(context, outcome)
        case rule.Suggestions(matches=matches):
            await remember(context, "suggest", None)
            return [answers.suggestions(matches, _library(context))]
        case rule.SmallTalk(text=text):
            return [written(text)]
        case rule.OtherLanguage(code=code, entries=entries):
            await remember(context, "language", None)
            return [answers.other_language(context.service.languages.languages[code], entries, _library(context))]
        case rule.Declined(text=text, entry_id=entry_id):
            await remember(context, "declined", entry_id)
            return [answers.declined(text, _library(context).entries.get(entry_id or ""))]
        case _:
            await remember(context, "none", None)
            await _unanswered(context, question, "none")
            return [answers.no_answer()]


async def _answers(context: Context, found: rule.Answer) -> list[Message]:
    """One enquiry a message, whatever number of questions it holds: both answers are rated under its number."""
    enquiry_id = await remember(context, "answer", found.entry.id)
    replies = [_answer(context, found, enquiry_id)]
    return [*replies, _answer(context, found.second, enquiry_id)] if found.second is not None else replies


def _answer(context: Context, found: rule.Answer, enquiry_id: int) -> Message:
    entry, today = found.entry, answers.day_of(context.service, context.turn.now)
    if found.again:
        return answers.again_message(entry, today).with_buttons([answers.PERSON, answers.MENU])
    message = answers.entry_message(entry, today)
    buttons = answers.answer_buttons(enquiry_id, entry, _library(context))
    match found.asks:
        case "age":
            return join([message, written(texts.HOW_OLD)]).with_buttons(*answers.age_buttons(entry), *buttons)
        case "status":
            return join([message, written(texts.WHICH_FITS)]).with_buttons(*answers.status_buttons(entry), *buttons)
        case _:
            return message.with_buttons(*buttons)


async def _unanswered(context: Context, text: str, source: Unanswered, entry_id: str | None = None) -> None:
    """Keep the question for staff, with nobody in it; `entry_id` is the entry that was not meant."""
    await learning.remember_gap(context.turn, context.service.known, text, GapSource(source), entry_id)


async def remember(context: Context, outcome: str, entry_id: str | None) -> int:
    """Note how an enquiry was answered; its words are not kept with it."""
    turn = context.turn
    return await enquiries.add(
        turn.connection, update_id=turn.update.update_id, chat_id=turn.update.chat_id or 0, person_id=turn.update.person_id,
        now=turn.now, outcome=outcome, entry_id=entry_id,
    )  # fmt: skip


async def show_entry(context: Context, chat_id: int, entry: Entry) -> None:
    """An entry that was asked for by button or link; a fork says what holds for this person, if that is known."""
    opened = rule.opened(entry, library=_library(context), matcher=context.service.matcher, who=await _who(context))
    for reply in await _answers(context, opened):
        context.turn.say(chat_id, reply)


@needs(Action.USE)
async def entry_pressed(update: Update, context: Context) -> None:
    """An entry was chosen from the menu or from suggestions."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    entry = _library(context).entries.get(str(query.data).partition(":")[2])
    if entry is None:
        context.turn.answer_press(query.id, texts.GONE, alert=True)
        return
    context.turn.answer_press(query.id)
    await show_entry(context, chat.id, entry)


# --- how old are you, which fits you


@needs(Action.USE)
async def fork_pressed(update: Update, context: Context) -> None:
    """Somebody said how old they are, or which status fits. Of young people who have joined, it is remembered."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    entry, said = _chosen(str(query.data), _library(context))
    if entry is None:
        context.turn.answer_press(query.id, texts.GONE, alert=True)
        return
    context.turn.answer_press(query.id)
    _take_away(query.message, FORKS, context)
    remembered = await _tell(context, said)
    reply = (await _answers(context, rule.Answer(entry, 1.0)))[0]
    said_so = join([reply, written(texts.REMEMBERED)]) if remembered else reply
    context.turn.say(chat.id, said_so.with_buttons(*reply.buttons))


@needs(Action.USE)
async def unsaid(update: Update, context: Context) -> None:
    """ "I'd rather not say": the question goes away, the general answer stays."""
    query = update.callback_query
    if query is not None:
        context.turn.answer_press(query.id)
        _take_away(query.message, FORKS, context)


def _chosen(pressed: str, library: Library) -> tuple[Entry | None, str]:
    """The entry that a fork leads to, and the band or status that was pressed."""
    verb, number, fork_id = pressed.split(":", 2)
    fork = library.entries.get(fork_id)
    names = tuple(AGE_BANDS) if verb == "age" else STATUSES
    if fork is None or not number.isdecimal() or int(number) >= len(names):
        return None, ""
    said = names[int(number)]
    leads = fork.by_age if verb == "age" else fork.by_status
    return library.entries.get(leads.get(said, "")), said


async def _tell(context: Context, said: str) -> bool:
    """Remember it, unless nobody joined, or their birthday says it better. Staff only look how it works."""
    actor, connection = await context.turn.actor(), context.turn.connection
    if actor.id is None or not actor.is_enrolled or Role.YOUNG_PERSON not in actor.roles:
        return False
    if said in STATUSES:
        await people.tell_status(connection, actor.id, said)
    elif actor.born_on is None:
        await people.tell_age_band(connection, actor.id, said)
    else:
        return False
    return True


def _take_away(message: MaybeInaccessibleMessage | None, verbs: tuple[str, ...], context: Context) -> None:
    """Take the buttons of these verbs from under a message of ours; the others stay."""
    markup = message.reply_markup if isinstance(message, TelegramMessage) else None
    if message is None or markup is None:
        return
    rows = [
        [
            Button(key.text, data)
            for key in row
            if isinstance(data := key.callback_data, str) and not data.startswith(verbs)
        ]
        for row in markup.inline_keyboard
    ]
    context.turn.take_buttons(message.chat.id, message.message_id, plain("").with_buttons(*filter(None, rows)))


# --- what became of it


@needs(Action.USE)
async def none_pressed(update: Update, context: Context) -> None:
    """None of the suggestions was meant."""
    query, chat = update.callback_query, update.effective_chat
    if query is not None and chat is not None:
        context.turn.answer_press(query.id)
        if (question := await _asked_before(context)) is not None:
            await _unanswered(context, question, "none")
        context.turn.say(chat.id, answers.no_answer())


@needs(Action.USE)
async def rated(update: Update, context: Context) -> None:
    """Whether an answer helped; only the person who asked can say."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None or query.message is None:
        return
    verb, number, entry_id = (*str(query.data).split(":", 2), "")[:3]
    helped = verb == "helped"
    if not await enquiries.rate(context.turn.connection, int(number), query.from_user.id, helped):
        context.turn.answer_press(query.id, texts.NOT_YOURS, alert=True)
        return
    context.turn.answer_press(query.id, texts.THANKS_FOR_HELPED if helped else None)
    _take_away(query.message, (*RATINGS, *FORKS), context)
    if not helped:
        context.turn.say(chat.id, await _others(context, entry_id))


async def _others(context: Context, rejected: str) -> Message:
    """Sorry, and at once what else the same words may mean."""
    library, question = _library(context), await _asked_before(context)
    entry = library.entries.get(rejected)
    sorry = written(texts.SORRY_NOT_MEANT).with_buttons([answers.PERSON, answers.MENU])
    if question is None:
        return sorry
    await _unanswered(context, question, "not_meant", rejected if entry is not None else None)
    matcher = context.service.matcher
    leaning = entry is not None and rule.is_follow_up(question, matcher)
    asked = f"{entry.title} {question}" if entry is not None and leaning else question
    not_meant = {rejected, entry.id if entry is not None else rejected}
    matches = rule.others(asked, library=library, matcher=matcher, rejected=not_meant, who=await _who(context))
    if not matches:
        return sorry
    offered = answers.suggestions(matches, library, texts.OTHERS)
    return offered.with_buttons(*offered.buttons, [answers.PERSON])


async def _asked_before(context: Context) -> str | None:
    """The words that an answer or suggestions just pressed on came from; None where the menu was walked instead."""
    for body in reversed(await context.turn.earlier()):
        if _pressed_in(body).startswith(("menu", "topic:")):
            return None
        if (words := words_of_body(body)) and not words.startswith("/"):
            return words
    return None


@needs(Action.USE)
async def unreadable(update: Update, context: Context) -> None:
    """A voice note, photo, sticker or place: say that it can't be read, and whom to call if it was urgent."""
    message = message_of(update)
    if message is not None:
        context.turn.say(message.chat_id, written(texts.CANT_READ).with_buttons([answers.PERSON, answers.MENU]))


@needs(Action.USE)
async def old_button(update: Update, context: Context) -> None:
    """A button that nobody knows any more, or that somebody made up."""
    if update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id, texts.OLD_BUTTON, alert=True)
