"""What a young person reads where they choose what the bot sends: /interests, /pause, and "Fewer of these"."""

from __future__ import annotations

from typing import Final

FEWER: Final = "Fewer of these"

NOT_JOINED: Final = "I only send news to people who have joined. So there is nothing to choose yet. Send /jobs or /whatson to look for yourself."
OLD_SCREEN: Final = "This is an old screen. Send /interests to see it anew."

CHOOSE: Final = """**What would you like to hear about?**

{interests}
{area}
{parent}

**What I send you**

{gets}

You don't have to choose anything. If you choose no interests, you hear about all of them. I use this to decide what to send you, and for nothing else. Staff see how many people a message goes to, not who chose what. /mydata shows what I keep."""
INTERESTS_NONE: Final = "Interests: none chosen, so you hear about all of them"
INTERESTS_SOME: Final = "Interests: {names}"
AREA_NONE: Final = "Part of town: not said"
AREA_SOME: Final = "Part of town: {area}"
PARENT: Final = {True: "A parent: yes", False: "A parent: no", None: "A parent: not said"}
GETS_ALL: Final = "You get everything: {names}."
GETS_SOME: Final = "You get: {gets}. You don't get: {muted}."
GETS_NOTHING: Final = "You get none of my news."
PAUSED: Final = "You are on a break until {day}. Until then no news comes."

KINDS_BUTTON: Final = "Work and training"
TOPICS_BUTTON: Final = "Drop-ins"
AREA_BUTTON: Final = "Part of town"
PARENT_BUTTON: Final = "Being a parent"
GETS_BUTTON: Final = "What I get"
PAUSE_BUTTON: Final = "Two weeks off"
GO_ON_BUTTON: Final = "Go on now"
DONE_BUTTON: Final = "Done"
BACK_BUTTON: Final = "◀ Back"
CHOSEN: Final = "✓ {label}"

KINDS: Final = "**Work and training**\n\nTap what you want to hear about. Tap again to take it away."
TOPICS: Final = "**Drop-ins**\n\nTap what you want to hear about. Tap again to take it away."
GETS: Final = """**What I get**

A tick means that I send it to you. Tap to change it.

Some things always come:

- Answers, if you ask me something.
- What a person writes to you.
- News about a drop-in you said you would come to, and about a job you are going for.
- If you may be in danger, people are still told."""
DONE: Final = "That is saved. /interests changes it at any time."

AREA: Final = """**Part of town**

This is so that you hear what is near you. A part of town is enough, such as Eastside. Please don't write your address. Staff see the names of parts of town, not who wrote them.

{area}"""
AREA_WRITE: Final = "Write it"
AREA_REMOVE: Final = "Take it away"
AREA_WANTED: Final = "Reply to this message with your part of town, such as Eastside. No address, please."
AREA_PLACEHOLDER: Final = "Part of town"
AREA_NOTED: Final = "Noted: {area}."
AREA_BAD: Final = "That looks like an address, or it is too long. The name of a part of town is enough, such as Eastside. Nothing was changed."

PARENT_ASKED: Final = """**Being a parent**

Are you a parent, or soon to be one? Then I can tell you about things for parents. You don't have to say."""
PARENT_YES, PARENT_NO, PARENT_RATHER_NOT = "Yes", "No", "Rather not say"

KIND_NAMES: Final = {
    "opportunity": "Jobs and training",
    "closing soon": "Last days to apply",
    "what's on": "What's on each week",
    "drop-in": "A drop-in",
    "campaign": "Special weeks",
    "message": "News from the team",
}

BREAK_NOW: Final = """**Okay. No news for two weeks.**

I start again on {day}.

What still comes:

- Answers, if you ask me something.
- What a person writes to you.
- Reminders about a drop-in you said you would come to.
- If you may be in danger, people are still told. A person may then write to you.

/stop ends all news and reminders."""
BREAK_IS_ON: Final = """**You are on a break until {day}.**

No news comes until then. You can go on now, if you like."""
BREAK_OVER: Final = "Okay. You get my news again. /interests changes what comes."

FEWER_ASKED: Final = """**What would you like?**

You got that because it is "{kind}". You can change it."""
MUTE_BUTTON: Final = 'No more "{kind}"'
PAUSE_TWO_WEEKS: Final = "Two weeks without news"
ALL_BUTTON: Final = "See all my choices"
LEAVE_BUTTON: Final = "Leave it as it is"
MUTED: Final = 'Okay. I send you no more "{kind}". /interests turns it on again.'
LEFT: Final = "Okay. Nothing was changed."
GONE: Final = "That one is over. /interests shows all your choices."
