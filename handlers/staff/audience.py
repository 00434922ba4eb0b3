"""Who a notice is for: a screen for each kind of choice, every press counted anew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from telegram import Update

from bot import audience as rule
from bot.audience import Audience, BrokenAudience
from bot.membership import role_words
from bot.message import Button, Message, plain, written
from bot.models import STAFF, Role
from bot.models import Audience as GroupAudience
from bot.permission import Action
from bot.press import Press
from bot.store import groups, notices, people
from bot.store.notices import Notice
from content.entry import AGE_BANDS, STATUSES
from content.opportunity import OpportunityKind
from content.texts import announcing as texts
from content.texts import drop_in as drop_in_texts
from content.texts import enquiry as enquiry_texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.staff import notice_card as card
from handlers.staff import relay

MOST: Final = 60
"""Choices on a screen; a message holds at most a hundred buttons."""
LONGEST: Final = 40
"""Letters of a name on a button."""
FIELDS: Final[Mapping[str, str]] = {
    "g": "groups", "a": "ages", "s": "statuses", "r": "areas", "i": "interests", "c": "advisers", "t": "staff",
}  # fmt: skip
"""What each screen changes; its letter stands in the buttons, which hold few."""
AT_ONCE: Final[Mapping[str, str]] = {"y": "people", "p": "parents"}
"""What is chosen on the first screen, with one press."""
ABOUT_PEOPLE: Final = frozenset("asrpic")
"""Choices about young people; the first of them makes it a notice for young people."""
INTERESTS: Final = (*OpportunityKind, *drop_in_texts.TOPICS)
EMPTY: Final[Mapping[str, str]] = {"g": texts.NO_GROUPS, "r": texts.NO_AREAS, "c": texts.NO_ADVISERS}

Choices = dict[str, tuple[Any, str]]
"""By the key that a button carries: what is chosen, and how it is called."""


@needs(Action.ANNOUNCE)
async def shown(press_: Press, update: Update, context: Context) -> None:
    """ "Who for", and each of its screens."""
    notice = await card.draft_of(press_, update, context)
    if notice is not None and update.effective_chat is not None:
        section = press_.more if press_.more in FIELDS else ""
        relay.change(update, context, await _screen(notice, section, update.effective_chat.id, context))


@needs(Action.ANNOUNCE)
async def toggled(press_: Press, update: Update, context: Context) -> None:
    """Something was chosen, or not any more."""
    section, _, key = press_.more.partition("/")
    notice = await card.draft_of(press_, update, context)
    if notice is None or update.effective_chat is None:
        return
    after = await _toggle(_of(notice), section, key, context)
    if after is None:
        say_no(update, context, texts.GONE_CHOICE)
    elif len(after.as_json()) > rule.LONGEST:
        say_no(update, context, texts.AUDIENCE_LONG)
    else:
        changed = await card.change(notice, update, context, audience=after)
        if changed is not None:
            shows = section if section in FIELDS else ""
            relay.change(update, context, await _screen(changed, shows, update.effective_chat.id, context))


def _of(notice: Notice) -> Audience:
    """Its audience; one that nobody can read counts as empty, so that it can be chosen anew."""
    try:
        return notice.is_for
    except BrokenAudience:
        return Audience()


async def _toggle(audience: Audience, section: str, key: str, context: Context) -> Audience | None:
    """The audience after a press; None when there is no such choice any more."""
    if section in AT_ONCE:
        changed: dict[str, Any] = {AT_ONCE[section]: not getattr(audience, AT_ONCE[section])}
    elif section in FIELDS:
        choices = await _choices(section, context)
        if key not in choices:
            return None
        value = choices[key][0]
        field = _field(section, value)
        changed = {field: getattr(audience, field) ^ {value}}
    else:
        return None
    after = replace(audience, **changed)
    return replace(after, people=True) if section in ABOUT_PEOPLE and after.asks_about_people else after


def _field(section: str, value: Any) -> str:
    """The field that a choice belongs to: "every group of foster carers" stands among the groups."""
    return "every_group" if section == "g" and isinstance(value, str) else FIELDS[section]


async def _choices(section: str, context: Context) -> Choices:
    """What can be chosen on a screen, in order."""
    connection = context.turn.connection
    match section:
        case "g":
            here = [one for one in await groups.here(connection) if one.is_registered]
            here = [one for one in here if one.audience is not GroupAudience.DUTY]
            every: Choices = {
                f"e{place}": (str(one), card.every_group(one)) for place, one in enumerate(rule.EVERY_GROUP)
            }
            return every | {str(one.id): (one.id, one.title or texts.ONE_OF_MANY) for one in here[:MOST]}
        case "a":
            return {str(place): (band, band) for place, band in enumerate(AGE_BANDS)}
        case "s":
            return {str(place): (one, enquiry_texts.STATUSES[one]) for place, one in enumerate(STATUSES)}
        case "r":
            return {_digest(area): (area, area) for area in (await notices.areas(connection))[:MOST]}
        case "i":
            return {str(place): (str(one), card.interest_label(one)) for place, one in enumerate(INTERESTS)}
        case "c":
            me = (await context.turn.actor()).id
            found = await people.with_role(connection, Role.ADVISER)
            found = sorted(found, key=lambda one: (one.id != me, one.name.casefold()))
            return {
                str(one.id): (one.id, texts.MINE.format(name=one.name) if one.id == me else one.name)
                for one in found[:MOST]
            }
    return {role.name.lower(): (role, role_words(role).capitalize()) for role in Role if role in STAFF}


def _digest(area: str) -> str:
    """A key for words that don't fit a button."""
    return hashlib.sha256(area.casefold().encode()).hexdigest()[:12]


async def _screen(notice: Notice, section: str, chat_id: int, context: Context) -> Message:
    reached = await card.reaches(context.turn, context.service.council, notice)
    audience = _of(notice)
    message = written(texts.FOR_WHOM, reached, keep_lines=True)
    if not section:
        return message.with_buttons(*_sections(notice, audience, chat_id, context))
    choices = await _choices(section, context)
    rows = [
        [
            card.button(
                context,
                _label(name, value in getattr(audience, _field(section, value))),
                "ntog",
                notice.id,
                chat_id,
                f"{section}/{key}",
            )
        ]
        for key, (value, name) in choices.items()
    ]
    rows = rows if section in "gcr" else [[*first, *second] for first, second in _pairs(rows)]
    hint = texts.HINTS[section] if choices else EMPTY.get(section, "")
    back = card.button(context, texts.BACK, "naud", notice.id, chat_id)
    return (message + plain(f"\n\n{hint}")).with_buttons(*rows, [back])


def _pairs(rows: list[list[Button]]) -> list[tuple[list[Button], list[Button]]]:
    return [(rows[place], rows[place + 1] if place + 1 < len(rows) else []) for place in range(0, len(rows), 2)]


def _sections(notice: Notice, audience: Audience, chat_id: int, context: Context) -> list[list[Button]]:
    """The first screen: what is chosen at once, and a way to each other screen with how many are chosen there."""

    def one(section: str) -> Button:
        label = texts.SECTIONS[section]
        if section in AT_ONCE:
            chosen = getattr(audience, AT_ONCE[section])
            return card.button(context, _label(label, chosen), "ntog", notice.id, chat_id, section)
        count = len(getattr(audience, FIELDS[section])) + (len(audience.every_group) if section == "g" else 0)
        counted = texts.COUNTED.format(label=label, count=count) if count else label
        return card.button(context, counted, "naud", notice.id, chat_id, section)

    back = card.button(context, texts.BACK, "ncard", notice.id, chat_id)
    return [[one("g"), one("t")], [one("y")], [one("a"), one("s")], [one("r"), one("p")], [one("i"), one("c")], [back]]


def _label(name: str, chosen: bool) -> str:
    short = name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
    return texts.CHOSEN.format(label=short) if chosen else short


PRESSES: Final[Mapping[str, Handler]] = {"naud": shown, "ntog": toggled}
