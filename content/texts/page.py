"""Pages: what staff read on a locked screen. Initials and number, never the story."""

URGENT = "URGENT. {initials}, number {number}. Somebody has to look at this now."
ORDINARY = "{initials}, number {number}: {kind}. Please answer by {by}."
AGAIN = "(again)"
FOR = "For {owner}, who is away."
PASSED = "Passed to you: {why}."
ALARM = "ALARM. {initials}, number {number}: nobody has taken this since {since}. Please ring each other now."
TAKEN_BACK = '{initials}, number {number}: nothing followed after "I\'ve got this". It went to {who}.'
TAKEN = "{who} has {initials}, number {number}."
NOW_YOURS = (
    "You have {initials}, number {number}. Please write or ring by {by}. Reply to a message of theirs to answer."
)
NOW_YOURS_URGENT = "You have {initials}, number {number}. Please write or ring within {minutes} minutes. Reply to a message of theirs to answer."
NUDGE = "{initials}, number {number}: you answered {since}. Is it finished?"
NOT_ARRIVED = "{initials}, number {number}: a message did not reach them ({why}). Please ring them."
NOT_ARRIVED_BLOCKED = "they blocked the bot, or never started it"
NOT_ARRIVED_REFUSED = "Telegram did not take it"
NOT_ARRIVED_UNKNOWN = "nobody can tell whether it arrived"
REOPENED = "{initials}, number {number}: they wrote again."
NOBODY = "nobody answered in time"
NOBODY_THERE = "nobody else can be reached"
NOTHING_FOLLOWED = 'nothing followed after "I\'ve got this"'
BY_HAND = "a colleague passed it on"
AWAY = "the one who had it is away"

GOT = "I've got this"
DUTY = "Pass to duty"
OPEN = "Open"
FINISHED = "Finished"
"""The buttons under a page."""
AT_ONCE = "now"
