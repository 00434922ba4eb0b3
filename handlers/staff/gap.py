"""Staff turn questions without an answer into phrasings: /gaps, /phrasing, /phrasings; and /reload for the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from telegram import Update

from bot import gap as rule
from bot import learning, press, reloading
from bot.learning import Learned, Refused
from bot.message import Button, Message, join, plain, written
from bot.models import GapSource, GapState
from bot.my_data import day_said
from bot.permission import Action
from bot.press import Press
from bot.reloading import Reloaded
from bot.service import Service
from bot.store import gaps, people, phrasings
from bot.store.gaps import Question
from bot.store.phrasings import Words
from content.entry import Entry
from content.texts import gap as texts
from handlers.asking import Replies, prompt
from handlers.asking import asked as asked_by_us
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff import relay

CANDIDATES: Final = 5
SHOWN: Final = 10
"""Learned phrasings, or questions that the Local Offer lacks, in a list."""
MISTAKES_SHOWN: Final = 5
LONGEST_BUTTON: Final = 60
"""Letters of a title on a button; Telegram shows fewer on a small phone."""


# --- replies to our questions: Telegram shows what is answered, so nothing has to be remembered


SEARCH, WORDS, LACKS = map(prompt, (texts.SEARCH_WANTED, texts.WORDS_WANTED, texts.LACKS_WANTED))


REPLIES: Final = Replies(SEARCH, WORDS)
REPLIES_TO_LACKS: Final = Replies(LACKS)


def _ask(text: str, chat_id: int, context: Context, number: int = 0) -> None:
    context.turn.say(chat_id, written(text, {"number": number}), reply_markup={"force_reply": True})


def _button(context: Context, words: str, verb: str, thing: int, chat_id: int, more: str = "") -> Button:
    return press.button(context.turn.vault, words, verb, thing, chat_id, context.turn.now, more=more)


# --- /gaps


@needs(Action.KEEP_KNOWLEDGE)
async def listed(update: Update, context: Context) -> None:
    """/gaps: a proposal of a colleague if one waits, else the newest question."""
    message = message_of(update)
    if message is not None:
        waiting = await phrasings.waiting(context.turn.connection)
        said = await _proposal(waiting, message.chat_id, context) if waiting else None
        context.turn.say(message.chat_id, said or await _gap(0, message.chat_id, context))


@needs(Action.KEEP_KNOWLEDGE)
async def shown(press_: Press, update: Update, context: Context) -> None:
    """One question, or the newest for 0."""
    await _show(press_.thing, update, context)


@needs(Action.KEEP_KNOWLEDGE)
async def next_(press_: Press, update: Update, context: Context) -> None:
    """The next older one; after the last the newest again."""
    waiting = await gaps.open_(context.turn.connection)
    await _show(next((one.id for one in waiting if one.id < press_.thing), 0), update, context)


async def _show(number: int, update: Update, context: Context) -> None:
    if update.effective_chat is not None:
        relay.change(update, context, await _gap(number, update.effective_chat.id, context))


async def _gap(number: int, chat_id: int, context: Context) -> Message:
    waiting = await gaps.open_(context.turn.connection)
    if not waiting:
        return await _none_open(context)
    place = next((place for place, one in enumerate(waiting) if one.id == number), 0)
    question, known = waiting[place], context.service.known
    matches = known.matcher.rank(rule.without_marks(question.words), CANDIDATES)
    entries = [known.library.entries[match.entry_id] for match in matches]
    parts = [
        written(texts.GAP, {"place": place + 1, "count": len(waiting), "words": question.words}),
        plain(_source(question, context)),
        *([plain(texts.LEFT_OUT)] if rule.LEFT_OUT in question.words else []),
        plain(texts.WHICH if entries else texts.NO_CANDIDATE),
    ]
    rows = _entry_buttons(entries, question.id, chat_id, context)
    rows += [[_button(context, words, verb, question.id, chat_id) for words, verb in row] for row in UNDER]
    if len(waiting) > 1:
        rows.append([_button(context, texts.NEXT, "gapnext", question.id, chat_id)])
    return join(parts).with_buttons(*rows)


async def _none_open(context: Context) -> Message:
    """Nothing waits; what the Local Offer lacks is still listed, until its words are forgotten."""
    lacking = [f"• {one.words}" for one in await gaps.lacking(context.turn.connection)][:SHOWN]
    listed_ = [written(texts.LACKING), plain("\n".join(lacking))] if lacking else []
    return join([plain(texts.NONE_OPEN), *listed_])


UNDER: Final = (
    ((texts.OTHER_ENTRY, "gapother"), (texts.CHANGE_WORDS, "gapwords")),
    ((texts.LACKS, "gaplacks"), (texts.NOT_OURS, "gapnot")),
)


def _source(question: Question, context: Context) -> str:
    entry = context.service.library.entries.get(question.entry_id or "")
    match question.source:
        case GapSource.NOT_MEANT if entry is not None:
            return texts.FROM_NOT_MEANT.format(title=entry.title)
        case GapSource.LACKS:
            return texts.FROM_LACKS
    return texts.FROM_NONE


def _entry_buttons(entries: Iterable[Entry], number: int, chat_id: int, context: Context) -> list[list[Button]]:
    return [
        [_button(context, _short(entry.title), "gappick", number, chat_id, learning.mark(entry.id))]
        for entry in entries
    ]


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_BUTTON else title[: LONGEST_BUTTON - 1] + "…"


# --- one question


async def _open(number: int, update: Update, context: Context) -> Question | None:
    """The question, if nobody decided about it; says so if not."""
    question = await gaps.get(context.turn.connection, number)
    if question is None:
        say_no(update, context, texts.DECIDED)
    return question


async def _chosen(press_: Press, update: Update, context: Context) -> tuple[Question, Entry] | None:
    """The open question and the entry of a press; says so if one of them is gone."""
    question = await _open(press_.thing, update, context)
    if question is None:
        return None
    entry = learning.marked(context.service.known, press_.more)
    if entry is None:
        say_no(update, context, texts.REFUSED["gone"])
        return None
    return question, entry


@needs(Action.KEEP_KNOWLEDGE)
async def picked(press_: Press, update: Update, context: Context) -> None:
    """An entry was chosen: its title and the words once more, before anything is added."""
    chosen = await _chosen(press_, update, context)
    if chosen is None or update.effective_chat is None:
        return
    question, entry = chosen
    chat_id = update.effective_chat.id
    buttons = [
        _button(context, texts.ADD, "gapadd", question.id, chat_id, press_.more),
        _button(context, texts.BACK, "gap", question.id, chat_id),
    ]
    gaps_ = {"words": rule.without_marks(question.words), "title": entry.title}
    relay.change(update, context, written(texts.SURE, gaps_).with_buttons(buttons))


@needs(Action.KEEP_KNOWLEDGE)
async def added(press_: Press, update: Update, context: Context) -> None:
    """ "Add": this press by a person is the approval. It is tried out beside the updates."""
    chosen = await _chosen(press_, update, context)
    if chosen is None or update.effective_chat is None:
        return
    question, entry = chosen
    by, chat_id = (await context.turn.actor()).id, update.effective_chat.id
    relay.change(update, context, plain(texts.TRYING))
    words = rule.without_marks(question.words)
    context.service.later(_learn(context.service, chat_id, entry.id, words, by, gap_id=question.id))


async def _learn(
    service: Service,
    chat_id: int,
    entry_id: str,
    words: str,
    by: int | None,
    *,
    gap_id: int | None = None,
    phrasing_id: int | None = None,
) -> None:
    outcome = await learning.learn(service, entry_id, words, by, gap_id=gap_id, phrasing_id=phrasing_id)
    async with service.speaking() as speech:
        match outcome:
            case Learned(entry=entry):
                said = written(texts.ADDED, {"title": entry.title, "words": words})
            case Refused():
                said = join([written(texts.NOT_ADDED, {"words": words}), plain(_why(outcome))])
        more = [press.button(speech.vault, texts.NEXT, "gap", 0, chat_id, speech.now)]
        if isinstance(outcome, Refused) and gap_id is not None:
            more.insert(0, press.button(speech.vault, texts.BACK, "gap", gap_id, chat_id, speech.now))
        speech.say(chat_id, said.with_buttons(more))


def _why(refused: Refused) -> str:
    title = refused.entry.title if refused.entry is not None else ""
    return texts.REFUSED[refused.why].replace("{title}", title).replace("{question}", refused.question)


@needs(Action.KEEP_KNOWLEDGE)
async def lacks(press_: Press, update: Update, context: Context) -> None:
    """ "The offer lacks this": it stays for the report."""
    await _decide(GapState.LACKS, "lacks", press_, update, context)


@needs(Action.KEEP_KNOWLEDGE)
async def not_ours(press_: Press, update: Update, context: Context) -> None:
    """ "Not for us"."""
    await _decide(GapState.NOT_OURS, "not ours", press_, update, context)


async def _decide(state: GapState, verb: str, press_: Press, update: Update, context: Context) -> None:
    turn = context.turn
    by = (await turn.actor()).id
    if not await gaps.decide(turn.connection, turn.now, press_.thing, state, by):
        say_no(update, context, texts.DECIDED)
        return
    await turn.event("gap", press_.thing, verb, actor=by)
    await next_(press_, update, context)


@needs(Action.KEEP_KNOWLEDGE)
async def ask_to_search(press_: Press, update: Update, context: Context) -> None:
    """ "Another entry": which words to search by?"""
    await _prompted(texts.SEARCH_WANTED, press_, update, context)


@needs(Action.KEEP_KNOWLEDGE)
async def ask_for_words(press_: Press, update: Update, context: Context) -> None:
    """ "Change the words": to what?"""
    await _prompted(texts.WORDS_WANTED, press_, update, context)


async def _prompted(text: str, press_: Press, update: Update, context: Context) -> None:
    question = await _open(press_.thing, update, context)
    if question is not None and update.effective_chat is not None and update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)
        _ask(text, update.effective_chat.id, context, question.id)


@needs(Action.KEEP_KNOWLEDGE)
async def replied(update: Update, context: Context) -> None:
    """The words to search by, or the new words of a question."""
    message = message_of(update)
    if message is None:
        return
    searches = SEARCH.fullmatch(asked_by_us(message))
    found = searches or WORDS.fullmatch(asked_by_us(message))
    question = await _open(int(found[1]), update, context) if found else None
    if question is None:
        return
    words = " ".join((message.text or message.caption or "").split())
    if searches:
        context.turn.say(message.chat_id, _search(words, question, message.chat_id, context))
    else:
        context.turn.say(message.chat_id, await _change_words(words, question, message.chat_id, context))


def _search(words: str, question: Question, chat_id: int, context: Context) -> Message:
    known = context.service.known
    entries = [known.library.entries[match.entry_id] for match in known.matcher.rank(words, CANDIDATES)]
    back = [_button(context, texts.BACK, "gap", question.id, chat_id)]
    said = written(texts.FOUND if entries else texts.FOUND_NOTHING, {"words": words[: rule.LONGEST]})
    return said.with_buttons(*_entry_buttons(entries, question.id, chat_id, context), back)


async def _change_words(words: str, question: Question, chat_id: int, context: Context) -> Message:
    wrong = _wrong(words)
    if wrong:
        return plain(wrong)
    turn = context.turn
    await gaps.change_words(turn.connection, question.id, words)
    await turn.event("gap", question.id, "changed", actor=(await turn.actor()).id)
    return join([plain(texts.WORDS_CHANGED), await _gap(question.id, chat_id, context)])


def _wrong(words: str) -> str | None:
    """Why staff's own words can't be kept."""
    if len(words.split()) < rule.FEWEST_WORDS:
        return texts.TOO_FEW
    return texts.PERSONAL if rule.tells_of_somebody(words) else None


# --- proposals


@needs(Action.PROPOSE_PHRASING)
async def proposed(update: Update, context: Context) -> None:
    """/phrasing ENTRY words: what a young person called it, for whoever looks after the entries."""
    message, turn = message_of(update), context.turn
    if message is None or message.text is None:
        return
    given = message.text.split(maxsplit=2)
    if len(given) < 3:
        turn.say(message.chat_id, plain(texts.HOW_TO_PROPOSE))
        return
    entry_id, words = given[1], " ".join(given[2].split())
    entry = context.service.library.entries.get(entry_id)
    if entry is None:
        turn.say(message.chat_id, _no_such_entry(entry_id, words, context))
        return
    refused = learning.refusal(words, entry.id, context.service.known)
    if refused is not None:
        said = join([written(texts.REFUSED_PROPOSAL, {"words": words[: rule.LONGEST]}), plain(_why(refused))])
    else:
        by = (await turn.actor()).id
        number = await phrasings.propose(turn.connection, entry.id, words, by)
        await turn.event("phrasing", number, "proposed", actor=by, entry=entry.id)
        said = written(texts.PROPOSED, {"words": words, "title": entry.title})
    turn.say(message.chat_id, said)


def _no_such_entry(entry_id: str, words: str, context: Context) -> Message:
    near = context.service.matcher.rank(f"{entry_id} {words}", CANDIDATES)
    said = [written(texts.NO_SUCH_ENTRY, {"entry": entry_id[: rule.LONGEST]})]
    if near:
        said.append(plain(texts.NEAR_ENTRIES.format(entries=", ".join(match.entry_id for match in near))))
    return join(said)


async def _proposal(waiting: Sequence[Words], chat_id: int, context: Context) -> Message:
    one = waiting[0]
    who = await people.get(context.turn.connection, one.proposed_by)
    title = _title(one.entry_id, context.service)
    told = {
        "place": 1, "count": len(waiting), "words": one.words, "title": title,
        "who": who.name if who is not None and who.name else texts.SOMEBODY,
    }  # fmt: skip
    buttons = [
        _button(context, texts.ADD, "phradd", one.id, chat_id),
        _button(context, texts.NO, "phrno", one.id, chat_id),
        _button(context, texts.LATER, "gap", 0, chat_id),
    ]
    return written(texts.PROPOSAL, told).with_buttons(buttons)


def _title(entry_id: str, service: Service) -> str:
    entry = service.library.entries.get(entry_id)
    return entry.title if entry is not None else texts.GONE_ENTRY.format(entry=entry_id)


async def _waits(press_: Press, update: Update, context: Context) -> Words | None:
    """The proposal, if nobody decided about it; says so if not."""
    waiting = await phrasings.waiting(context.turn.connection)
    found = next((one for one in waiting if one.id == press_.thing), None)
    if found is None:
        say_no(update, context, texts.DECIDED)
    return found


@needs(Action.KEEP_KNOWLEDGE)
async def approved(press_: Press, update: Update, context: Context) -> None:
    """ "Add", of a proposal."""
    one = await _waits(press_, update, context)
    if one is None or update.effective_chat is None:
        return
    by, chat_id = (await context.turn.actor()).id, update.effective_chat.id
    relay.change(update, context, plain(texts.TRYING))
    context.service.later(_learn(context.service, chat_id, one.entry_id, one.words, by, phrasing_id=one.id))


@needs(Action.KEEP_KNOWLEDGE)
async def refused(press_: Press, update: Update, context: Context) -> None:
    """ "No", of a proposal: the next thing is shown."""
    one = await _waits(press_, update, context)
    if one is None or update.effective_chat is None:
        return
    turn, chat_id = context.turn, update.effective_chat.id
    await phrasings.withdraw(turn.connection, turn.now, one.id)
    await turn.event("phrasing", one.id, "refused", actor=(await turn.actor()).id)
    left = await phrasings.waiting(turn.connection)
    relay.change(update, context, await _proposal(left, chat_id, context) if left else await _gap(0, chat_id, context))


# --- what was learned


@needs(Action.KEEP_KNOWLEDGE)
async def learned(update: Update, context: Context) -> None:
    """/phrasings: the last ones that were added, each with "Take back"."""
    message, turn = message_of(update), context.turn
    if message is None:
        return
    found = (await phrasings.learned(turn.connection))[: -SHOWN - 1 : -1]
    if not found:
        turn.say(message.chat_id, plain(texts.NOTHING_LEARNED))
        return
    rows = [_learned_row(place, one, context) for place, one in enumerate(found, start=1)]
    buttons = [
        _button(context, texts.TAKE_BACK.format(number=place), "phrback", one.id, message.chat_id)
        for place, one in enumerate(found, start=1)
        if one.exported_at is None
    ]
    head = written(texts.LEARNED, {"count": len(found)})
    grid = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    turn.say(message.chat_id, join([head, *rows]).with_buttons(*grid))


def _learned_row(place: int, one: Words, context: Context) -> Message:
    day = day_said(one.approved_at, context.service.council.zone) if one.approved_at is not None else ""
    told = {
        "number": place, "words": one.words, "title": _title(one.entry_id, context.service),
        "day": day + (texts.IN_FILE if one.exported_at is not None else ""),
    }  # fmt: skip
    return written(texts.LEARNED_ROW, told)


@needs(Action.KEEP_KNOWLEDGE)
async def taken_back(press_: Press, update: Update, context: Context) -> None:
    """ "Take back": the words lead there no more."""
    if update.effective_chat is not None:
        by = (await context.turn.actor()).id
        relay.change(update, context, plain(texts.TAKING_BACK))
        context.service.later(_take_back(context.service, update.effective_chat.id, press_.thing, by))


async def _take_back(service: Service, chat_id: int, number: int, by: int | None) -> None:
    done = await learning.take_back(service, number, by)
    async with service.speaking() as speech:
        speech.say(chat_id, plain(texts.TAKEN_BACK if done else texts.CANT_TAKE_BACK))


# --- after an escalation that the Local Offer had no answer to


def ask_what_lacks(chat_id: int, context: Context) -> None:
    """Ask whoever finished it for the question in general words, or to skip."""
    buttons = [
        _button(context, texts.LACKS_WRITE, "lackwrite", 0, chat_id),
        _button(context, texts.LACKS_SKIP, "lackskip", 0, chat_id),
    ]
    context.turn.say(chat_id, plain(texts.LACKS_ASKED).with_buttons(buttons))


@needs(Action.RESOLVE)
async def lacks_prompted(press_: Press, update: Update, context: Context) -> None:
    """ "Write it"."""
    if update.effective_chat is not None and update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)
        _ask(texts.LACKS_WANTED, update.effective_chat.id, context)


@needs(Action.RESOLVE)
async def lacks_skipped(press_: Press, update: Update, context: Context) -> None:
    """ "Skip"."""
    relay.change(update, context, plain(texts.LACKS_SKIPPED))


@needs(Action.RESOLVE)
async def lacks_written(update: Update, context: Context) -> None:
    """The question in general words: it waits with the others."""
    message, turn = message_of(update), context.turn
    if message is None:
        return
    words = " ".join((message.text or message.caption or "").split())
    if wrong := _wrong(words):
        turn.say(message.chat_id, plain(wrong))
        return
    number = await gaps.add(turn.connection, turn.now, words, GapSource.LACKS)
    if number is not None:
        await turn.event("gap", number, "written", actor=(await turn.actor()).id)
    turn.say(message.chat_id, written(texts.LACKS_KEPT if number is not None else texts.LACKS_THERE, {"words": words}))


# --- /reload


@needs(Action.KEEP_KNOWLEDGE)
async def reload(update: Update, context: Context) -> None:
    """/reload: read the files anew, beside the updates, and say what came of it."""
    message = message_of(update)
    if message is not None:
        context.turn.say(message.chat_id, plain(texts.READING))
        context.service.later(_reload(context.service, message.chat_id))


async def _reload(service: Service, chat_id: int) -> None:
    outcome = await reloading.reload(service)
    async with service.speaking() as speech:
        speech.say(chat_id, _reloaded(outcome))


def _reloaded(outcome: Reloaded | reloading.Kept) -> Message:
    if isinstance(outcome, Reloaded):
        changed = texts.CHANGED.format(count=outcome.changed) if outcome.changed else texts.NOTHING_CHANGED
        return plain(texts.RELOADED.format(entries=outcome.entries, changed=changed))
    lines = list(outcome.mistakes[:MISTAKES_SHOWN])
    if len(outcome.mistakes) > MISTAKES_SHOWN:
        lines.append(texts.MORE_MISTAKES.format(count=len(outcome.mistakes) - MISTAKES_SHOWN))
    return join([written(texts.KEPT), plain("\n".join(lines))])


PRESSES: Final[Mapping[str, Handler]] = {
    "gap": shown, "gapnext": next_, "gappick": picked, "gapadd": added, "gapother": ask_to_search, "gapwords": ask_for_words,
    "gaplacks": lacks, "gapnot": not_ours, "phradd": approved, "phrno": refused, "phrback": taken_back,
    "lackwrite": lacks_prompted, "lackskip": lacks_skipped,
}  # fmt: skip
