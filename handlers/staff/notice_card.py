"""The card of a notice: what it says, who it is for and when it goes out, in words; and who may change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from telegram import Update

from bot import announcing, press
from bot import notice as rule
from bot.audience import Audience, BrokenAudience
from bot.membership import role_words
from bot.message import Button, Message, written
from bot.models import NoticeState, Role
from bot.press import Press
from bot.store import groups, notices, people
from bot.store.notices import Notice
from bot.store.people import Actor
from bot.turn import Speech
from bot.when import said
from content.council import Council
from content.opportunity import OpportunityKind
from content.recurrence_words import in_words
from content.texts import announcing as texts
from content.texts import drop_in as drop_in_texts
from content.texts import enquiry as enquiry_texts
from content.texts import notice as notice_texts
from handlers.context import Context
from handlers.permission import say_no

SHORT: Final = 300
"""Letters of what it says on the card; the test send shows all."""


def button(context: Context, label: str, verb: str, thing: int, chat_id: int, more: str = "") -> Button:
    """A signed button of this chat."""
    return press.button(context.turn.vault, label, verb, thing, chat_id, context.turn.now, more=more)


def may_change(actor: Actor, notice: Notice) -> bool:
    """Whoever made it, and managers; what the bot's own timetable made is the managers'."""
    return Role.MANAGER in actor.roles or (notice.made_by is not None and notice.made_by == actor.id)


async def own(number: int, update: Update, context: Context) -> Notice | None:
    """The notice, if whoever pressed or wrote may change it; says so if not."""
    notice = await notices.get(context.turn.connection, number)
    if notice is None:
        say_no(update, context, texts.NOT_THERE)
        return None
    if not may_change(await context.turn.actor(), notice):
        say_no(update, context, texts.NOT_YOUR_NOTICE)
        return None
    return notice


async def draft_of(press_: Press, update: Update, context: Context) -> Notice | None:
    """The same for a notice that nobody has approved yet."""
    notice = await own(press_.thing, update, context)
    if notice is not None and notice.state not in announcing.CHANGEABLE:
        say_no(update, context, texts.NOT_CHANGEABLE[notice.state])
        return None
    return notice


async def change(notice: Notice, update: Update, context: Context, **values: Any) -> Notice | None:
    """Change a draft; None, with a sentence, when it was approved or dropped meanwhile."""
    try:
        return await announcing.change(context.turn, notice, await context.turn.actor(), **values)
    except announcing.NotChangeable as error:
        say_no(update, context, texts.NOT_CHANGEABLE[error.state])
        return None


# --- in words


async def card(context: Context, notice: Notice, chat_id: int) -> Message:
    """What a notice is, and what can be done with a draft."""
    turn, council = context.turn, context.service.council
    words = await announcing.words(turn, council, notice, context.service.library.entries)
    gaps = {
        **await about(turn, council, notice),
        "words": _short(words.message.text, photo=words.photo) if words is not None else texts.NO_WORDS,
    }
    return written(texts.CARD, gaps, keep_lines=True).with_buttons(*_buttons(context, notice, chat_id))


def _short(words: str, *, photo: str | None) -> str:
    short = words if len(words) <= SHORT else words[: SHORT - 1] + "…"
    return "\n".join(part for part in (texts.PHOTO if photo else "", short) if part)


def _buttons(context: Context, notice: Notice, chat_id: int) -> Sequence[Sequence[Button]]:
    if notice.state not in announcing.CHANGEABLE:
        return ()

    def one(label: str, verb: str) -> Button:
        return button(context, label, verb, notice.id, chat_id)

    asks = [[one(texts.ASK, "nask")]] if notice.state is NoticeState.DRAFT else []
    first = [one(texts.WHO_FOR, "naud"), one(texts.WHEN, "nwhen")]
    return [first, [one(texts.TEST, "ntest")], *asks, [one(texts.DROP, "nend")]]


async def about(speech: Speech, council: Council, notice: Notice) -> Mapping[str, str]:
    """Everything about a notice but its words, for the gaps of a text."""
    maker = await people.get(speech.connection, notice.made_by)
    return {
        "title": rule.title(notice),
        **await reaches(speech, council, notice),
        "when": when_said(notice, speech.now, council.zone),
        "late": texts.LATE if notice.late_hours > 1 else texts.LATE_DROP,
        "maker": maker.name if maker is not None else texts.THE_TIMETABLE,
        "state": texts.STATES[notice.state],
    }


async def reaches(speech: Speech, council: Council, notice: Notice) -> dict[str, str]:
    """Who it is for, in words, and how many that are at this moment."""
    try:
        audience = notice.is_for
        size = await announcing.size(speech.connection, notice, rule.day_of(speech.now, council.zone), speech.now)
    except BrokenAudience as error:
        return {"audience": texts.BROKEN.format(why=error), "size": notice_texts.NOBODY, "had": ""}
    had = texts.HAD_ONE if size.had_it == 1 else texts.HAD.format(count=f"{size.had_it:,}") if size.had_it else ""
    return {"audience": await audience_said(speech, audience), "size": announcing.in_words(size), "had": had}


async def audience_said(speech: Speech, audience: Audience) -> str:
    """Who a notice is for: "the group Lounge; young people, in private, aged 18-20; staff: manager"."""
    parts = [every_group(one) for one in sorted(audience.every_group)]
    if audience.groups:
        found = [await groups.get(speech.connection, number) for number in sorted(audience.groups)]
        names = [group.title or texts.ONE_OF_MANY if group is not None else texts.ONE_OF_MANY for group in found]
        parts.append((texts.FOR_GROUP if len(names) == 1 else texts.FOR_GROUPS).format(names=", ".join(names)))
    if audience.people:
        parts.append(", ".join([texts.FOR_PEOPLE, *await _narrowed(speech, audience)]))
    if audience.staff:
        parts.append(texts.FOR_STAFF.format(names=", ".join(role_words(role) for role in sorted(audience.staff))))
    return "; ".join(parts) or texts.FOR_NOBODY_YET


async def _narrowed(speech: Speech, audience: Audience) -> list[str]:
    advisers = await people.get_all(speech.connection, sorted(audience.advisers)) if audience.advisers else []
    chosen = (
        (texts.FOR_AGES, sorted(audience.ages)),
        (texts.FOR_STATUSES, [enquiry_texts.STATUSES[one] for one in sorted(audience.statuses)]),
        (texts.FOR_AREAS, sorted(audience.areas)),
        (texts.FOR_INTERESTS, [interest_label(one) for one in sorted(audience.interests)]),
        (texts.FOR_ADVISERS, [one.name for one in advisers]),
    )
    said_ = [text.format(names=", ".join(names)) for text, names in chosen if names]
    if audience.parents:
        said_.append(texts.FOR_PARENTS)
    return [*said_, *([texts.FOR_ASKED] if audience.asked_about is not None else [])]


def every_group(audience: str) -> str:
    """ "All groups of foster carers"."""
    return texts.EVERY_GROUP.format(audience=str(audience))


def interest_label(interest: str) -> str:
    """A kind of opportunity or a topic of drop-ins, as people read it."""
    kind = interest in set(OpportunityKind)
    return OpportunityKind(interest).plural if kind else drop_in_texts.TOPICS.get(interest, interest)


def when_said(notice: Notice, now: datetime, zone: ZoneInfo) -> str:
    """When a notice goes out, by the clock on the wall; says so where quiet hours move it."""
    if notice.at == rule.NOW:
        return texts.AT_ONCE
    at = notice.at.removeprefix("0")
    due = rule.due_at(notice, notice.first_day, zone)
    goes = rule.humane(due, zone)
    if notice.rule:
        shown = at if goes == due else f"{rule.QUIET_UNTIL.hour}:00"
        words = texts.REPEATED.format(days=in_words(rule.recurrence_of(notice)), at=shown)
    else:
        words = said(goes, now, zone)
    return words if goes == due else texts.QUIET.format(when=words, at=at)
