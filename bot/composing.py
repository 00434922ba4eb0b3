"""What a notice says, made from what it is about at the moment it goes out: the newest words, never yesterday's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import press
from bot.message import Button, Message, join, plain, split, units, written
from bot.models import NoticeKind
from bot.press import Signer
from bot.store.notices import Firing, Notice
from bot.when import said as when_said
from content.council import Council
from content.entry import Entry
from content.texts import notice as texts

CAPTION_LIMIT: Final = 1024
"""Characters of a caption (Bot API), counted in UTF-16 units."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that is signed anew for each chat."""

    label: str
    verb: str
    thing: int
    more: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """The words, the same for everybody, and the buttons under them."""

    message: Message
    choices: tuple[tuple[Choice, ...], ...] = ()
    photo: str | None = None
    in_groups: bool = True
    """Whether the choices may stand in a group too."""
    private: tuple[tuple[Button | Choice, ...], ...] = ()
    """Rows of buttons that stand in private chats alone."""


Entries = Mapping[str, Entry]
"""The entries of the library by id, for the help that an opportunity links."""
Composer = Callable[[AsyncConnection, Council, Notice, datetime, Entries], Awaitable[Composed | None]]
"""Makes the words of a notice; None: there is nothing to say any more."""


async def _written_by_staff(
    connection: AsyncConnection, council: Council, notice: Notice, now: datetime, entries: Entries
) -> Composed | None:
    """What staff wrote themselves, word for word."""
    return Composed(plain(notice.text), photo=notice.photo) if notice.text or notice.photo else None


COMPOSERS: Final[dict[NoticeKind, Composer]] = {
    NoticeKind.MESSAGE: _written_by_staff,
    NoticeKind.CAMPAIGN: _written_by_staff,
}
"""Who makes the words of each kind; those that need more than the notice are added by `bot.composers`."""


async def compose(
    connection: AsyncConnection,
    council: Council,
    notice: Notice,
    firing: Firing | None,
    now: datetime,
    entries: Entries | None = None,
) -> Composed | None:
    """The words of a notice at this moment, with a note if it is late. Without `entries` no help is named."""
    composer = COMPOSERS.get(notice.kind)
    composed = await composer(connection, council, notice, now, entries or {}) if composer is not None else None
    if composed is None or firing is None or not firing.late:
        return composed
    note = written(texts.LATE, {"when": when_said(firing.due_at, now, council.zone)})
    return replace(composed, message=join([note, composed.message]))


def calls(
    composed: Composed, signer: Signer, chat_id: int, now: datetime, last: Choice | None = None
) -> list[tuple[str, dict[str, Any]]]:
    """The calls of the Bot API for one chat: a photo with its caption, or photo and text, or text alone.

    `last` is a choice that stands below the others.
    """
    given: list[tuple[Button | Choice, ...]] = list(composed.choices) if chat_id > 0 or composed.in_groups else []
    given += composed.private if chat_id > 0 else ()
    given += [(last,)] if last is not None else []
    rows = [list(row) for row in composed.message.buttons]
    rows += [[_button(one, signer, chat_id, now) for one in row] for row in given]
    message = composed.message.with_buttons(*rows)
    if composed.photo is None:
        return [("sendMessage", part.as_parameters()) for part in split(message)]
    if units(message.text) <= CAPTION_LIMIT:
        said = message.as_parameters()
        said.pop("link_preview_options")
        caption = {"caption": said.pop("text"), "photo": composed.photo}
        if "entities" in said:
            caption["caption_entities"] = said.pop("entities")
        return [("sendPhoto", {**said, **caption})]
    return [
        ("sendPhoto", {"photo": composed.photo}),
        *(("sendMessage", part.as_parameters()) for part in split(message)),
    ]


def _button(one: Button | Choice, signer: Signer, chat_id: int, now: datetime) -> Button:
    if isinstance(one, Button):
        return one
    return press.button(signer, one.label, one.verb, one.thing, chat_id, now, more=one.more)
