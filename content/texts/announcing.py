"""What staff read while they make a notice: its words, who it is for, when it goes out, and what is planned."""

from __future__ import annotations

from typing import Final

# --- a message of one's own

WORDS_WANTED: Final = (
    "Reply to this message with what you want to send: words, or a photo with words under it. Nothing goes out yet. You see it "
    "first, and a second person has to say yes."
)
PLACEHOLDER: Final = "Your message"
TOO_LONG: Final = (
    "That is {count} characters. A notice may have {most}, because long ones are not read. Please send a shorter one with "
    "/announce. Nothing was kept."
)
NOT_WORDS: Final = "I can send words, or one photo with words under it. I can't send that one. Please try again with /announce. Nothing was kept."
A_FILE: Final = (
    "You sent the picture as a file. Please send it as a photo, so that people see it at once. Try again with /announce. "
    "Nothing was kept."
)

# --- the card of a draft

CARD: Final = """**{title}**

{words}

**For:** {audience}
That is {size}.{had}
**When:** {when}
**If the bot is late:** {late}
**Made by:** {maker}

{state}"""
HAD_ONE: Final = " 1 more has had it."
HAD: Final = " {count} more have had it."
PHOTO: Final = "(a photo)"
NO_WORDS: Final = "(There is nothing to say about it at the moment.)"
STATES: Final = {
    "draft": "This is a draft. Nothing goes out before a second person says yes.",
    "waiting for a second person": "A second person was asked. If you change something, they have to be asked again.",
    "planned": "It was approved and will go out.",
    "paused": "It is paused. Nothing goes out until it goes on.",
    "done": "It has gone out.",
    "cancelled": "It was dropped. Nothing goes out.",
}
WHO_FOR: Final = "Who for"
WHEN: Final = "When"
TEST: Final = "Send it to me only (test)"
ASK: Final = "Ask a second person"
DROP: Final = "Drop it"
BACK: Final = "◀ Back"

NOTHING_TO_SHOW: Final = "There is nothing to say about this any more. Nothing was sent."
SENT_TO_YOU: Final = "This is what they get. Only you got it now."
NOT_YOUR_NOTICE: Final = (
    "That notice belongs to somebody else. Whoever made it and managers can change it. Nothing was changed."
)
NOT_THERE: Final = "That notice is not there any more. Nothing was changed."
NOT_CHANGEABLE: Final = {
    "planned": "It was approved already, so it can't be changed here. Use /planned. Nothing was changed.",
    "paused": "It was approved already, so it can't be changed here. Use /planned. Nothing was changed.",
    "done": "It has gone out already. Nothing was changed.",
    "cancelled": "It was dropped before. Nothing was changed.",
}
ASKED_BEFORE: Final = "A second person was asked already. Nothing was changed."
FOR_NOBODY: Final = "It is for nobody yet. Choose who it is for first."
REACHES_NOBODY: Final = "At the moment it would reach nobody. Choose who it is for first."
TIME_GONE_BY: Final = "Its time has gone by. Choose another time first."
DROPPED: Final = "**{title}** was dropped. Nobody gets it."

# --- who it is for

FOR_WHOM: Final = "**Who is it for?**\n\n{audience}\n\nThat is {size}.{had}"
HINTS: Final = {
    "g": "Choose groups. Whoever is in one gets it there, and not in private too.",
    "a": "Only young people of these ages. Somebody whose age nobody knows is left out.",
    "s": "Only young people with this status. Somebody whose status nobody knows is left out.",
    "r": "Only young people who said that they live there.",
    "i": "Only young people who chose one of these. Somebody who chose nothing gets everything.",
    "c": "Only young people on these caseloads.",
    "t": "Staff with one of these roles.",
}
SECTIONS: Final = {
    "g": "Groups",
    "y": "Young people, in private",
    "a": "Ages",
    "s": "Status",
    "r": "Areas",
    "p": "Parents only",
    "i": "Interests",
    "c": "Whose young people",
    "t": "Staff",
}
CHOSEN: Final = "✓ {label}"
COUNTED: Final = "{label} ({count})"
EVERY_GROUP: Final = "all groups of {audience}"
NO_GROUPS: Final = "There is no registered group. A manager registers one with /groups."
NO_AREAS: Final = "Nobody has said yet where they live."
NO_ADVISERS: Final = "There is no adviser yet."
GONE_CHOICE: Final = "That is not there any more. Nothing was changed."
AUDIENCE_LONG: Final = "That is too much to choose. Take something out first. Nothing was changed."
BROKEN: Final = "I can't read who it is for ({why}). Choose anew."

FOR_NOBODY_YET: Final = "nobody yet"
FOR_GROUPS: Final = "groups: {names}"
FOR_GROUP: Final = "the group {names}"
FOR_PEOPLE: Final = "young people, in private"
FOR_AGES: Final = "aged {names}"
FOR_STATUSES: Final = "status: {names}"
FOR_AREAS: Final = "in {names}"
FOR_PARENTS: Final = "parents"
FOR_INTERESTS: Final = "interested in {names}"
FOR_ADVISERS: Final = "on the caseload of {names}"
FOR_STAFF: Final = "staff: {names}"
FOR_ASKED: Final = "who were interested, or not asked yet"
ONE_OF_MANY: Final = "a group that is gone"
MINE: Final = "{name} (you)"

# --- when it goes out

WHEN_QUESTION: Final = """**When does it go out?**

Now: {when}
If the bot is late: {late}"""
AT_ONCE: Final = "as soon as a second person says yes. Then there are two minutes to take it back"
AT_ONCE_BUTTON: Final = "As soon as it is approved"
TOMORROW: Final = "Tomorrow at 10:00"
ANOTHER_TIME: Final = "Another time, or several"
QUIET: Final = "{when} (not at {at}: nothing goes out between 21:00 and 9:00)"
REPEATED: Final = "{days}, at {at}"
LATE: Final = "send it up to a day later, with a note"
LATE_DROP: Final = "drop it after an hour, and tell me"
LATE_BUTTON: Final = "If late: send it with a note"
LATE_DROP_BUTTON: Final = "If late: drop it"
TIME_WANTED: Final = """Reply to this message with the day and time of notice {number}. You can write:

• tomorrow at 10
• Friday 4 December, 16:00
• every Monday at 10 until 18 December
• 1 Dec, 3 Dec and 8 Dec at 4pm"""
MOVE_WANTED: Final = """Reply to this message with the new day and time (number {number}). You can write:

• tomorrow at 10
• Friday 4 December, 16:00"""
BAD_TIMES: Final = {
    "unreadable": (
        "I can't read a day and a time in that. Write for example: tomorrow at 10, or every Monday at 10 until 18 December. "
        "Nothing was changed."
    ),
    "past": "That time has gone by. Write one that is still to come. Nothing was changed.",
    "never": "There is no such day to come. Check the day and the last day. Nothing was changed.",
    "many": "Those are too many days for one notice. Write fewer, or make a second one. Nothing was changed.",
}

# --- what is planned

PLANNED: Final = "**Planned for the next two weeks**"
TAP_ONE: Final = "Tap one to pause, move or cancel it."
NOTHING_PLANNED: Final = "Nothing is planned for the next two weeks. /announce makes a notice."
PLANNED_LINE: Final = "• **{title}**{state}: {times}. {maker}"
PLANNED_STATES: Final = {
    "draft": " (draft)",
    "waiting for a second person": " (waits for a second person)",
    "paused": " (paused)",
}
NO_TIME: Final = "no time yet"
GOING_OUT: Final = "going out now"
NO_MORE_TIMES: Final = "no time in the next two weeks"
MORE_TIMES: Final = "{times} and later"
BY: Final = "By {name}."
BY_THE_BOT: Final = "By the bot's own timetable."
WENT_OUT: Final = "**The last that went out**"
WENT_OUT_LINE: Final = "• {when}: **{title}**\n{tally}"
WAS_DROPPED: Final = "It was too late, so nobody got it."
WAS_DROPPED_BROKEN: Final = "It could not go out, so nobody got it."
WAS_STOPPED: Final = "It was stopped. {tally}"
TO_NOBODY: Final = "It reached nobody."

ONE: Final = """**{title}**

**For:** {audience}
That is {size}.{had}
**When:** {when}
**Next times:** {times}
**If the bot is late:** {late}
**Made by:** {maker}
**Approved by:** {approved}

{state}"""
NOBODY_NEEDED: Final = "nobody needs to; it is the bot's own timetable"
BY_THE_OPERATOR: Final = "the operator"
THE_TIMETABLE: Final = "the bot's own timetable"
PAUSE: Final = "Pause it"
GO_ON: Final = "Let it go on"
SEND_NOW: Final = "Send now: {when}"
MOVE: Final = "Another time: {when}"
SKIP: Final = "Leave out: {when}"
CANCEL: Final = "Cancel it"
CANCEL_SURE: Final = "**{title}** will never go out, none of its times. Are you sure?"
CANCEL_YES: Final = "Yes, cancel it"
CANCEL_NO: Final = "No, keep it"
CANCELLED: Final = "**{title}** was cancelled. Nothing more of it goes out."
OVER: Final = "That is over already. Nothing was changed."
BEGUN: Final = "It is going out already, or it was taken back. Nothing was changed."
PAUSED_FIRST: Final = "It is paused. Let it go on first. Nothing was changed."
MOVED: Final = "**{title}** goes out {when}."
MOVED_QUIET: Final = "**{title}** goes out {when}, because nothing goes out between 21:00 and 9:00."
