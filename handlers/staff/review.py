"""/review: managers look at what the safety gate found, and at messages picked by chance, and say whether it was right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import press, reviewing, when
from bot.learning import knows
from bot.message import Button, Message, join, plain, written
from bot.models import FoundBy, GateOutcome, ReviewOf, Verdict
from bot.permission import Action
from bot.press import Press
from bot.safety import Kind
from bot.store import people, reviews
from bot.store.reviews import Seen
from content.texts import review as texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff import relay

LONGEST: Final = 1500
"""Letters of somebody's words that are shown; a message of Telegram's holds 4096 with everything else."""


@needs(Action.REVIEW)
async def listed(update: Update, context: Context) -> None:
    """/review: the gravest and newest that nobody has looked at, or how the month went."""
    message = message_of(update)
    if message is not None:
        said = await _next(0, message.chat_id, context)
        context.turn.say(message.chat_id, said, protect_content=True)


@needs(Action.REVIEW)
async def shown(press_: Press, update: Update, context: Context) -> None:
    """ "Back": the same one again; "Next": the first that is left."""
    seen = await reviews.get(context.turn.connection, press_.thing)
    if update.effective_chat is not None:
        chat_id = update.effective_chat.id
        relay.change(update, context, await _review(seen, chat_id, context))


@needs(Action.REVIEW)
async def skipped(press_: Press, update: Update, context: Context) -> None:
    """ "Skip": the next one; this one stays on the list."""
    await _go_on(press_, update, context)


async def _go_on(press_: Press, update: Update, context: Context) -> None:
    if update.effective_chat is not None:
        relay.change(update, context, await _next(press_.thing, update.effective_chat.id, context))


async def _next(after: int, chat_id: int, context: Context) -> Message:
    return await _review(await reviews.following(context.turn.connection, after), chat_id, context)


async def _review(seen: Seen | None, chat_id: int, context: Context) -> Message:
    """One of the list, whose reading is noted; without one, the month's figures."""
    turn = context.turn
    if seen is None and (seen := await reviews.following(turn.connection)) is None:
        return await _month(context)
    await reviewing.note_read(turn, seen, await turn.actor())
    person = await people.get(turn.connection, seen.person_id)
    who = f"{person.initials} ({person.id})" if person is not None else texts.NOBODY
    gaps = {
        "count": await reviews.waiting(turn.connection), "initials": who, "said": texts.FOUND[seen.outcome],
        "when": when.said(seen.at, turn.now, context.service.council.zone),
    }  # fmt: skip
    words = seen.words if len(seen.words) <= LONGEST else seen.words[:LONGEST] + texts.MORE
    parts = [written(texts.REVIEW, gaps)]
    if seen.what is ReviewOf.CONCERN:
        parts.append(plain(texts.ABOUT.format(kinds=seen.kinds.capitalize(), because=seen.because)))
    if seen.found_by is FoundBy.LIKENESS:
        parts.append(plain(texts.BY_LIKENESS))
    return join([*parts, plain(texts.WORDS.format(words=words))]).with_buttons(*_under(seen, chat_id, context))


def _under(seen: Seen, chat_id: int, context: Context) -> list[list[Button]]:
    first = [_button(context, texts.RIGHT, "revright", seen.id, chat_id)]
    if seen.what is ReviewOf.CONCERN:
        first.append(_button(context, texts.FALSE_ALARM, "revfalse", seen.id, chat_id))
    missed = _button(context, texts.MISSED, "revmissed", seen.id, chat_id)
    return [first, [missed], [_button(context, texts.SKIP, "revskip", seen.id, chat_id)]]


def _button(context: Context, words: str, verb: str, thing: int, chat_id: int, more: str = "") -> Button:
    return press.button(context.turn.vault, words, verb, thing, chat_id, context.turn.now, more=more)


async def _month(context: Context) -> Message:
    """How the month went so far; a small count is not shown, and no share of it either."""
    month = await reviewing.month(context.turn.connection, context.service.council, context.turn.now)
    gaps = {
        "pages": _counted(month.pages, month.pages_each),
        "false_alarms": _counted(month.false_alarms, month.false_alarms_each),
    }
    return join([plain(texts.NONE_LEFT), plain(texts.MONTH.format(**gaps))])


def _counted(count: int, each: float) -> str:
    if count < reviewing.SMALL:
        return texts.FEWER.format(small=reviewing.SMALL)
    return texts.COUNT.format(count=count, each=f"{each:.1f}")


# --- the verdict


async def _open(press_: Press, update: Update, context: Context) -> Seen | None:
    """The review of a press, if nobody decided about it; says so if not."""
    seen = await reviews.get(context.turn.connection, press_.thing)
    if seen is None:
        say_no(update, context, texts.DECIDED)
    return seen


@needs(Action.REVIEW)
async def right(press_: Press, update: Update, context: Context) -> None:
    """ "Right": the gate did what it should."""
    await _decide(Verdict.RIGHT, press_, update, context)


@needs(Action.REVIEW)
async def false_alarm(press_: Press, update: Update, context: Context) -> None:
    """ "False alarm": its words become a case in which nothing may be found."""
    await _decide(Verdict.FALSE_ALARM, press_, update, context)


async def _decide(verdict: Verdict, press_: Press, update: Update, context: Context) -> None:
    seen, turn = await _open(press_, update, context), context.turn
    if seen is not None:
        await reviewing.decide(turn, seen, verdict, (await turn.actor()).id, knows=knows(context.service.known))
        await _go_on(press_, update, context)


@needs(Action.REVIEW)
async def missed(press_: Press, update: Update, context: Context) -> None:
    """ "It missed something": of which kind?"""
    seen, chat = await _open(press_, update, context), update.effective_chat
    if seen is None or chat is None:
        return
    rows = [[_button(context, str(kind).capitalize(), "revkind", seen.id, chat.id, kind.name)] for kind in Kind]
    rows.append([_button(context, texts.BACK, "review", seen.id, chat.id)])
    relay.change(update, context, plain(texts.WHICH_KIND).with_buttons(*rows))


@needs(Action.REVIEW)
async def kind_chosen(press_: Press, update: Update, context: Context) -> None:
    """A kind: should it have told a person at once?"""
    seen, chat = await _open(press_, update, context), update.effective_chat
    if seen is None or chat is None or press_.more not in Kind.__members__:
        return
    rows = [
        [_button(context, words, "revas", seen.id, chat.id, f"{press_.more}/{outcome}")]
        for words, outcome in ((texts.AT_ONCE, GateOutcome.IMMEDIATE), (texts.ASKED_FIRST, GateOutcome.WORRIED))
    ]
    rows.append([_button(context, texts.BACK, "review", seen.id, chat.id)])
    asked = written(texts.HOW_SOON, {"kind": Kind[press_.more]})
    relay.change(update, context, asked.with_buttons(*rows))


@needs(Action.REVIEW)
async def confirmed(press_: Press, update: Update, context: Context) -> None:
    """The miss is confirmed: its words become a case, and a proposal for a phrase."""
    name, _, outcome = press_.more.partition("/")
    seen, chat, turn = await _open(press_, update, context), update.effective_chat, context.turn
    if seen is None or chat is None or name not in Kind.__members__ or outcome not in list(GateOutcome):
        return
    proposal = await reviewing.decide(
        turn, seen, Verdict.MISSED, (await turn.actor()).id, knows=knows(context.service.known),
        expected=GateOutcome(outcome), kind=Kind[name],
    )  # fmt: skip
    text = texts.KEPT_MISS if proposal is not None else texts.KEPT_MISS_WITHOUT_WORDS
    said = written(text, {"kind": Kind[name], "words": proposal.text if proposal is not None else ""})
    relay.change(update, context, said.with_buttons([_button(context, texts.NEXT, "review", 0, chat.id)]))


PRESSES: Final[Mapping[str, Handler]] = {
    "review": shown, "revskip": skipped, "revright": right, "revfalse": false_alarm, "revmissed": missed, "revkind": kind_chosen,
    "revas": confirmed,
}  # fmt: skip
