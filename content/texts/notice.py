"""What is said of notices: to young people, and to the staff who send them."""

from __future__ import annotations

from typing import Final

LATE: Final = "(This was meant for {when}. Sorry, it is late.)"

SENDING: Final = "**{title}** is going out.\n\n{done} of {total}\n{details}"
STARTS_SOON: Final = "**{title}** was approved. It goes out {when}.\n\nUntil then you can take it back."
SENT: Final = "**{title}** has gone out.\n\n{details}"
STOPPED: Final = "**{title}** was stopped.\n\n{details}"
DELIVERED: Final = "Delivered: {count}"
UNREACHABLE: Final = "Could not be reached: {count}"
UNKNOWN: Final = "Not known whether it arrived: {count}"
REFUSED: Final = "Telegram did not take it: {count}"
HELD: Final = "Held back: {count}. They asked for quiet, or it was not the moment."
HELD_WITH_REASONS: Final = "Held back: {count} ({reasons})"
HELD_WHY: Final = {
    "left": "left",
    "stopped": "sent /stop",
    "hidden": "asked for quiet",
    "paused": "on a break",
    "muted": "muted this",
    "enough": "had enough this week",
    "blocked": "blocked the bot",
}
SEND_AGAIN: Final = "Send to the {count} unknown again"
STOP_THE_REST: Final = "Stop the rest"
TAKE_BACK: Final = "Take it back"
TAKEN_BACK: Final = "Taken back. Nobody got it."
STOPPED_NOW: Final = "Stopped. Nobody else gets it."
TOO_LATE_TO_STOP: Final = "It has gone out already."
AGAIN_NOW: Final = "It is going out to {count} again."
NOTHING_UNKNOWN: Final = "There is nobody left to send it to again."

DROPPED: Final = (
    "**{title}** was to go out {when}. The bot could not send it in time, and it was too late now, so nobody got it. "
    "If it still matters, send it again with /planned."
)
NOTHING_TO_SAY: Final = "**{title}** was to go out {when}. What it is about is gone, so nobody got it."
REST_TOO_LATE: Final = (
    "**{title}** began to go out {when}. Then it stood still, and it was too late for the rest.\n\n{details}"
)
REST_GONE: Final = (
    "**{title}** began to go out {when}. What it is about is gone now, so the rest did not get it.\n\n{details}"
)
GROUP_LOST: Final = "The bot can't write in the group **{title}** any more. A notice did not arrive there: {why}."
TAKEN_OUT: Final = (
    "The bot was taken out of the group **{title}**. It can't write there, and nobody there can ask it anything. "
    "To have it back, add it again and look at /groups."
)
PERSON_LOST: Final = (
    "The bot can't write to {initials} (number {number}) any more: they blocked it, or closed their account. "
    "Please try another way."
)
WAITS_FOR_MORNING: Final = "It is after nine in the evening, so the rest goes out in the morning."
BROKEN: Final = "**{title}** could not go out: {why}. Nobody got it. Look at it with /planned."

KINDS: Final = {
    "opportunity": "Opportunity",
    "closing soon": "Closing soon",
    "what's on": "What's on",
    "drop-in": "Drop-in",
    "campaign": "Campaign",
    "newsletter": "Newsletter",
    "message": "Message",
}

PERSON, PEOPLE = "young person", "young people"
GROUP, GROUPS = "group", "groups"
COLLEAGUE, COLLEAGUES = "colleague", "colleagues"
FEW: Final = "fewer than {few} young people"
NOBODY: Final = "nobody"

ASKED: Final = (
    "**{asker}** would like to send a notice to {size}: {what}. Look at it first with the button, and think of who reads it. "
    "May it go out?"
)
SEE_IT: Final = "See it"
WHAT_SEND: Final = "Send a notice: {what}"
CHANGED_SINCE: Final = "Your notice was changed after you asked, so it was not sent. Please ask again with /planned."
