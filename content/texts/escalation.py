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
SEEN_URGENT = """{who} has seen this and is dealing with it now.

If you are in danger, call 999."""
SEEN_URGENT_QUIET = "{who} has seen this."
"""For the line on a card, where 999 stands already."""

PASSED = """There was no answer in time. I'm sorry. I've told {who} now.

They should answer by {by}. If they don't, I tell {then}."""
PASSED_ON = """{who} has this now.

They should answer by {by}. If they don't, I tell {then}."""
PASSED_CLOSED = """There was no answer in time. I'm sorry. I'll tell {who} {opens}.

If it can't wait, ring {out_of_hours_name}:
{out_of_hours_phone}"""

URGENT = """I've told {who} now. Nobody has said yet that they have seen it. If nobody does in a few minutes, I tell {then}.

Don't wait for them if you are in danger. Call 999."""
URGENT_ON_CARD = "I've told {who} now. They may not see it at once. If nobody answers in a few minutes, I tell {then}."
URGENT_CLOSED_ON_CARD = (
    "The team is closed until {opens}. I've sent this to {who}, who may not see it at once. "
    "For help now, ring {out_of_hours_name}: {out_of_hours_phone}."
)
ALARM = """Nobody has answered yet. I'm sorry. I keep telling the team.

Please don't wait. Ring {out_of_hours_name}:
{out_of_hours_phone}

In danger? Call 999."""
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
RESOLVED = """{who} has marked this as done.

If it isn't, just write again."""
RESOLVED_QUIET = "This is marked as done. If it isn't, just write again."
WHILE_TALKING = "While you talk with {who}, I stay quiet. To ask me something, begin with /ask."

BUTTON_RING_ME = "Ask for a call"
BUTTON_MISTAKE = "I don't need this any more"
