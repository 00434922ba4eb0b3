"""Makes invitations and shows them: a link, a picture of it to scan, and a code to type."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime

import segno

from bot import enrolment as rule
from bot import press, when
from bot.membership import role_words
from bot.message import written
from bot.models import Role
from bot.store import invitations, people
from bot.store.people import Actor
from bot.turn import Speech
from content.council import Council
from content.texts import people as texts

PIXELS = 8
"""Of the picture, for each square: a phone reads it from another phone's screen at arm's length."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An invitation as only whoever made it may see it: nothing of it can be read from the database."""

    id: int
    payload: str
    code: str
    expires_at: datetime


async def issue(
    speech: Speech,
    role: Role,
    name: str,
    invited_by: Actor | None,
    *,
    born_on: date | None = None,
    for_person_id: int | None = None,
) -> Issued:
    """Make an invitation. `invited_by` is who says later that it is them; None: the operator."""
    token, code = rule.new_token(), rule.new_code()
    expires_at = speech.now + rule.VALID
    inviter = invited_by.id if invited_by is not None else None
    number = await invitations.add(
        speech.connection, speech.now, token=token, code=code, role=role, expires_at=expires_at, name=name,
        born_on=born_on, for_person_id=for_person_id, invited_by=inviter,
    )  # fmt: skip
    await speech.event(
        "invitation", number, "made", actor=inviter, role=role, operator=inviter is None, person=for_person_id
    )
    return Issued(number, rule.LINK + token, rule.shown(code), expires_at)


def link(username: str, payload: str) -> str:
    """The link that opens the bot with an invitation."""
    return f"https://t.me/{username}?start={payload}"


def picture(address: str) -> bytes:
    """A QR picture of a link, as PNG."""
    made = io.BytesIO()
    segno.make(address, error="m").save(made, kind="png", scale=PIXELS, border=4)
    return made.getvalue()


def show(speech: Speech, council: Council, username: str, to: Actor, issued: Issued, role: Role, name: str) -> None:
    """Give whoever invited the picture, the link and the code, with a button to take it back."""
    if to.telegram_id is None:
        return
    _send(speech, council, username, to.telegram_id, issued, texts.INVITATION, people.initials(name), role_words(role))


def show_new_phone(speech: Speech, council: Council, username: str, to: Actor, issued: Issued, initials: str) -> None:
    """The same for somebody's new phone."""
    if to.telegram_id is not None:
        _send(speech, council, username, to.telegram_id, issued, texts.INVITATION_NEW_PHONE, initials, "")


def _send(
    speech: Speech, council: Council, username: str, chat_id: int, issued: Issued, text: str, initials: str, role: str
) -> None:
    address = link(username, issued.payload)
    until = when.said(issued.expires_at, speech.now, council.zone)
    gaps = {"initials": initials, "role": role, "link": address, "code": issued.code, "until": until}
    back = press.button(speech.vault, texts.TAKE_BACK, "invback", issued.id, chat_id, speech.now)
    shown = written(text, gaps, keep_lines=True).with_buttons([back]).as_parameters()
    caption = {"caption": shown["text"], "caption_entities": shown["entities"], "reply_markup": shown["reply_markup"]}
    speech.call("sendPhoto", chat_id, caption, files={"photo": ("invitation.png", picture(address))})
