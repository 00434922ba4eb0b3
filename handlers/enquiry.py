"""A question was typed, or a button under an answer pressed."""

from __future__ import annotations

from telegram import Update

from bot import enquiry as rule
from bot.message import Message, plain, written
from bot.permission import Action
from bot.store import enquiries
from content.entry import Entry
from content.texts import enquiry as texts
from handlers import answers, escalation
from handlers.context import Context
from handlers.permission import needs
from handlers.reading import message_of, words_of_body


@needs(Action.USE)
async def asked(update: Update, context: Context) -> None:
    """Words in the private chat: the entry, a few suggestions, small talk, or an honest "I don't know"."""
    message = message_of(update)
    if message is None or await escalation.wished(update, context):
        return
    outcome = await decide(message.text or message.caption or "", "private", context)
    reply = await _reply(outcome, context)
    if message.caption is not None:
        context.turn.say(message.chat_id, plain(texts.CAPTION_ONLY))
    context.turn.say(message.chat_id, reply)


async def answer_words(question: str, context: Context) -> Message:
    """What the bot says to words that are meant for it, whoever else is talked with."""
    return await _reply(await decide(question, "private", context), context)


async def decide(question: str, chat: rule.Chat, context: Context) -> rule.Outcome:
    """Ask the rule, with the person's last words in mind."""
    service = context.service
    bodies = await context.turn.earlier() if chat == "private" else []
    earlier = [text for body in bodies if (text := words_of_body(body))]
    return rule.answer(
        question,
        chat=chat,
        library=service.library,
        matcher=service.matcher,
        small_talk=service.small_talk,
        earlier=earlier,
    )


async def _reply(outcome: rule.Outcome, context: Context) -> Message:
    match outcome:
        case rule.Answer(entry=entry):
            return await _answer(context, entry)
        case rule.Suggestions(matches=matches):
            await remember(context, "suggest", None)
            return answers.suggestions(matches, context.service)
        case rule.SmallTalk(text=text):
            return written(text)
        case _:
            await remember(context, "none", None)
            return answers.no_answer()


async def remember(context: Context, outcome: str, entry_id: str | None) -> int:
    """Note how an enquiry was answered; its words are not kept with it."""
    turn = context.turn
    return await enquiries.add(
        turn.connection, update_id=turn.update.update_id, chat_id=turn.update.chat_id or 0, person_id=turn.update.person_id,
        now=turn.now, outcome=outcome, entry_id=entry_id,
    )  # fmt: skip


async def _answer(context: Context, entry: Entry) -> Message:
    enquiry_id = await remember(context, "answer", entry.id)
    message = answers.entry_message(entry, context.turn.now.date())
    return message.with_buttons(*answers.rating_buttons(enquiry_id))


async def show_entry(context: Context, chat_id: int, entry: Entry) -> None:
    """An entry that was asked for by button or link."""
    context.turn.say(chat_id, await _answer(context, entry))


@needs(Action.USE)
async def entry_pressed(update: Update, context: Context) -> None:
    """An entry was chosen from the menu or from suggestions."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    entry = context.service.library.entries.get(str(query.data).partition(":")[2])
    if entry is None:
        context.turn.answer_press(query.id, texts.GONE, alert=True)
        return
    context.turn.answer_press(query.id)
    await show_entry(context, chat.id, entry)


@needs(Action.USE)
async def none_pressed(update: Update, context: Context) -> None:
    """None of the suggestions was meant."""
    query, chat = update.callback_query, update.effective_chat
    if query is not None and chat is not None:
        context.turn.answer_press(query.id)
        context.turn.say(chat.id, answers.no_answer())


@needs(Action.USE)
async def rated(update: Update, context: Context) -> None:
    """Whether an answer helped; only the person who asked can say."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None or query.message is None:
        return
    verb, _, number = str(query.data).partition(":")
    helped = verb == "helped"
    if not await enquiries.rate(context.turn.connection, int(number), query.from_user.id, helped):
        context.turn.answer_press(query.id, texts.NOT_YOURS, alert=True)
        return
    context.turn.answer_press(query.id, texts.THANKS_FOR_HELPED if helped else None)
    context.turn.take_buttons(chat.id, query.message.message_id, plain("").with_buttons([answers.PERSON, answers.MENU]))
    if not helped:
        context.turn.say(chat.id, written(texts.SORRY_NOT_MEANT).with_buttons([answers.PERSON, answers.MENU]))


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
