"""What a young person reads about who has their matter, until when, and what happens if not. Never more than is true."""

A_PERSON = "a person in the team"
THE_DUTY_WORKER = "the duty worker"
A_MANAGER = "a manager"
YOUR_ADVISER = "your adviser"
THE_WHOLE_TEAM = "the whole team"

NOT_SEEN = """I've told {who}. They have not seen it yet.

They should answer by {by}. If they don't, I tell {then}."""

CLOSED = """The team is closed now. I'll tell {who} {opens}.

They should answer by {by}. If they don't, I tell {then}.

If it can't wait, ring {out_of_hours_name}:
{out_of_hours_phone}"""

HELD_BACK = "I have not told anyone yet. I'll tell {who} {at}."
SEEN = "{who} has seen this and will answer by {by}. If not, {then} does."
SEEN_URGENT = """{who} has seen this and is dealing with it now. They should write or ring soon.

If you are in danger, call 999."""
SEEN_URGENT_QUIET = (
    "{who} is dealing with this, but may not have seen your last message yet. "
    "Please don't wait for that. Ring one of these numbers if you need help now."
)
"""For the line on a card, where 999 stands already: what was just written is newer than what they have seen."""

PASSED = """There was no answer in time. I'm sorry. I've told {who} now.

They should answer by {by}. If they don't, I tell {then}."""
PASSED_CLOSED = """There was no answer in time. I'm sorry. I'll tell {who} {opens}.

If it can't wait, ring {out_of_hours_name}:
{out_of_hours_phone}"""

URGENT = """I've told {who} now. Nobody has said yet that they have seen it. If nobody does in a few minutes, I tell {then}.

Don't wait for them if you are in danger. Call 999."""
URGENT_ON_CARD = "I've told {who} now. They may not see it at once. If nobody answers in a few minutes, I tell {then}."
URGENT_CLOSED_ON_CARD = (
    "The team is closed until {opens}. I've told {who} now, but they may not see it before then. "
    "If nobody answers in a few minutes, I tell {then}. Please don't wait for that. Ring one of these numbers."
)
ALARM_ON_CARD = "I've told the whole team again. Nobody has answered yet. I'm sorry. Please don't wait for them. Ring one of these numbers."
ALARM = """Nobody has answered yet. I'm sorry. I keep telling the team. Please don't wait for them.

In danger? Call 999.

In office hours, ring {duty_name}:
{duty_phone}

At other times, ring {out_of_hours_name}:
{out_of_hours_phone}"""
ALARM_ORDINARY = """Nobody has answered yet. I'm sorry. I keep telling the team.

You can ring {duty_name}:
{duty_phone}"""
NOBODY_TOLD = """I can't reach anyone in the team right now. So please ring.

In office hours, {duty_name}:
{duty_phone}

At other times, {out_of_hours_name}:
{out_of_hours_phone}"""
NOBODY_TOLD_ON_CARD = "I could not tell anyone in the team. Please ring one of these numbers."

TALKING = "You are talking with {who}. They have your last message and answered it."
WRITTEN_TO = "You are talking with {who}. What you write here goes to them."
RESOLVED = """{who} has marked this as done.

If it isn't, just write again."""
RESOLVED_QUIET = "This is marked as done. If it isn't, just write again."
WHILE_TALKING = "What you write here goes to {who}. I stay quiet while you talk. To ask me something, begin with /ask."

BUTTON_RING_ME = "Ask for a call"
BUTTON_MISTAKE = "I don't need this any more"

WRITE_MORE = "You can write here what it is about. I pass it on."
PASSED_ON_WORDS = "I've passed on what you wrote in the last 10 minutes. You can write more here."
WHO_ARE_YOU = "Please write your name too, and how to reach you."
"""To somebody who has not joined: the team does not know who they are."""
WHEN_TO_RING = "**When can they ring you?**"
WHICH_NUMBER = "Please write your name and your number here. I pass them on."
RING_NOTED = "I've passed on that you would like a call: {when}."
RING_NOTED_CLOSED = "They will see that you would like a call: {when}."
RING_LATER = "I can't promise that they ring at that time."
RING_GONE = "That time has gone. Please choose another one."
RING_WANTED = "You asked for a call: {when}."
NOTHING_OPEN = "Nothing of yours waits for a person right now."
DONE_ALREADY = "This is done already. Just write if you need something."
NOT_NEEDED = "Okay. I've told them that you don't need this any more."
NOT_NEEDED_QUIET = "Okay. This is closed. If you need something, just write."
NOT_NEEDED_URGENT = "Thank you for telling me. I've passed it on. A person still looks at it, to be sure."

BUTTON_ANOTHER_TIME = "Another time"
