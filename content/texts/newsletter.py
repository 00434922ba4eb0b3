"""The newsletter for foster carers: its words, and what staff read while they look at it."""

from __future__ import annotations

from typing import Final

TITLE: Final = "News for foster carers"
ISSUE: Final = "{team}, {council}. {month}"
OPPORTUNITIES: Final = "Jobs, training and courses"
OPPORTUNITIES_HINT: Final = "Do you know a young person who would like one of these? Please tell them. They find all of them with /jobs in the bot."
DROP_INS: Final = "Drop-ins in the next four weeks"
DROP_INS_HINT: Final = "Young people don't have to book. They can keep a place with /whatson in the bot."
STORIES: Final = "Good news"
SESSION: Final = "{name}{agency}. {place}"
AGENCY: Final = " with {agency}"
SESSION_DAYS: Final = "{times}: {days}"
TIMES: Final = "{opens} to {closes}"
CLOSES: Final = "Closes {day}."
PLACE: Final = "Where: {where}."
NOTHING_OPEN: Final = "Nothing is open at the moment."
NO_DROP_INS: Final = "No drop-in is planned yet."

PAGE: Final = "Page {page} of {pages}"
SCAN: Final = "Young people can open the {team} bot with this code, or at {link}"
CONTACT: Final = "{name}: {phone}"
DEMONSTRATION: Final = "This is a demo. {council} is not a real council."
FILE: Final = "newsletter-{day}.pdf"
PRINTING: Final = "I am making the PDF. It comes in a moment."
NOT_PRINTED: Final = "The PDF could not be made. Please try again, and tell the operator if it fails again."
FILE_CAPTION: Final = "The newsletter to print: {pages} of A4."
ONE_PAGE, SOME_PAGES = "1 page", "{count} pages"

LOOK: Final = """**Newsletter for foster carers**

**Goes out:** {when}, to {size}
**First lines:** {introduction}
**In it:** {opportunities}, {drop_ins}, {stories}

{state}

Please look at it before you ask for it to be sent. No young person may be named in it, and nobody may be recognised."""
NO_INTRODUCTION: Final = "none yet"
COUNTS: Final = {
    "opportunities": ("1 opportunity", "{count} opportunities"),
    "drop_ins": ("1 drop-in", "{count} drop-ins"),
    "stories": ("1 success story", "{count} success stories"),
}
STATES: Final = {
    "draft": "It is a draft. It goes out only if a second person says yes.",
    "waiting for a second person": "A second person was asked. If you change the first lines, they have to be asked again.",
    "planned": "It was approved. /planned can pause it.",
    "paused": "It was approved, and is paused. /planned lets it go on.",
}
SEE: Final = "See the message"
PDF: Final = "As a PDF to print"
INTRODUCE: Final = "Change the first lines"
ASK: Final = "Ask a second person"

INTRODUCTION_WANTED: Final = (
    "Reply to this message with the first lines of newsletter {number}: what has happened, what you want to say. "
    "Please name no young person."
)
INTRODUCED: Final = "The first lines are saved. A second person has to say yes before it goes out."
TOO_LONG: Final = (
    "That is {count} characters. The first lines may have {most}. Please write fewer. Nothing was changed."
)
NO_WORDS: Final = "I can take only words here. Please try again with /newsletter. Nothing was changed."
NOT_CHANGEABLE: Final = (
    "That newsletter was approved, has gone out or is over, so it can't be changed. /newsletter shows the next one."
)
ASKED_BEFORE: Final = "A second person was asked already. Nothing was changed."
NO_GROUPS: Final = (
    "No group of foster carers is registered, so it would reach nobody. A manager registers one with /groups. "
    "You can print the PDF."
)
EMPTY: Final = "There is nothing in it yet: no opportunity, no drop-in, no first lines."

READY: Final = (
    "The newsletter for foster carers is ready to be looked at. It is to go out {when}, if a second person says yes. "
    "See it with /newsletter."
)
NOT_APPROVED: Final = (
    "The newsletter for foster carers was to go out now. Nobody has approved it, so nobody got it. "
    "You can still ask for it with /newsletter until {until}."
)
OVER: Final = (
    "The newsletter for foster carers of {day} was never approved, so nobody got it. The next one comes by itself."
)
