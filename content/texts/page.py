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
NOW_YOURS_URGENT = """You have {initials}, number {number}. Please write or ring within {minutes} minutes. Reply to a message of theirs to answer.

Ask first if they can talk. Somebody else may hold the phone."""
NUDGE = "{initials}, number {number}: you answered {since}. Is it finished?"
NOT_ARRIVED = (
    "{initials}, number {number}: a message did not reach them ({why}). Please ring them, or reach them another way."
)
NOT_ARRIVED_BLOCKED = "they blocked the bot, or never started it"
NOT_ARRIVED_REFUSED = "Telegram did not take it"
NOT_ARRIVED_UNKNOWN = "nobody can tell whether it arrived"
REOPENED = "{initials}, number {number}: they wrote again."
NOBODY = "nobody answered in time"
NOBODY_THERE = "nobody else can be reached"
NOTHING_FOLLOWED = 'nothing followed after "I\'ve got this"'
BY_HAND = "a colleague passed it on"
AWAY = "the one who had it is away"
LEFT = "the one who had it has left"

GOT = "I've got this"
DUTY = "Pass to duty"
OPEN = "Open"
FINISHED = "Finished"
"""The buttons under a page."""
AT_ONCE = "now"

# --- what follows a press

RING = "They would like a call: {when}."
RING_ASKED = "{initials}, number {number}: they would like a call. {when}."
NOT_NEEDED = "{initials}, number {number}: they say that they don't need this any more. It is closed."
NOT_NEEDED_URGENT = (
    "{initials}, number {number}: they say that they don't need this any more. "
    "It was urgent, so it stays open until one of you has looked."
)
NOT_NEEDED_NOTE = "They pressed: I don't need this any more."

YOURS = "It is yours now."
YOURS_ALREADY = "You have this already. Nothing was changed."
SOMEBODY_HAS_IT = "{who} has it. Nothing was changed."
YOU_ARE_AWAY = "You are marked as away. Send /back first, then press again. Nothing was changed."
WITH_DUTY = "It has gone past you already: {who} has it. Nothing was changed."
IS_WITH_DUTY = "It is with duty already. Nothing was changed."
PASSED_TO = "{initials}, number {number}: passed to {who}."
DUTY_TEAM = "duty"
THE_MANAGERS = "the managers"
EVERYBODY = "everybody in the team"
NO_SUCH = "There is no number {number}. Nothing was changed."
NUMBER_NEEDED = "Write the number too, like /open 12. /queue shows the numbers."

FINISHED_ALREADY = "{initials}, number {number}: {who} finished this {when}. Nothing was changed."
SOMEBODY = "somebody"
THEY_THEMSELVES = "the young person"
REOPEN = "Open it again"
OPEN_AGAIN = "{initials}, number {number} is open again, and yours."
ANOTHER_IS_OPEN = "Number {number} is open for them already. Nothing was changed."

HOW_DID_IT_END = "{initials}, number {number}: how did it end?"
OUTCOMES = {
    "ANSWERED": "I answered",
    "MET": "I rang or met them",
    "PASSED": "Another service has it",
    "NOT_REACHED": "I could not reach them",
    "MISTAKE": "There was no need",
}
NOT_YET = "Not finished yet"
LEFT_OPEN = "{initials}, number {number} stays open."
LACKS = "Did it show something that the Local Offer lacks?"
YES, NO = "Yes", "No"
IS_FINISHED = "{initials}, number {number} is finished: {outcome}. They can read that it is done."

RANG = "I rang them"
RANG_NOTED = "Noted: you rang {initials}, number {number}."
COLLEAGUE = "Pass to a colleague"
TO_WHOM = "{initials}, number {number}: who shall have it?"
NO_COLLEAGUE = "There is no colleague who can take it at this moment. Nothing was changed."
COLLEAGUE_GONE = "{who} can't take it at this moment. Choose somebody else. Nothing was changed."
NEVER_MIND = "Never mind"
NOTHING_CHANGED = "Nothing was changed."

# --- the queue

QUEUE = "**Open: {count}**"
QUEUE_EMPTY = "Nothing waits for you."
QUEUE_ROW = "{urgent}{initials} · {number} · {kind} · {stands}"
QUEUE_URGENT = "URGENT · "
BY = "by {by}"
OVERDUE = "OVERDUE since {by}"
WAITS_SINCE = "waits since {since}"
WITH = "{who} has it"
NOBODY_HAS_IT = "nobody has it yet"
MORE = "More"
BACK = "Back"

# --- break-glass

LOOK_IN_HELP = """**/breakglass NUMBER reason**

For when somebody has to look into a matter that does not stand with them. Write the number and why, like
/breakglass 12 her school rang, they can't find her.

You can read it for {minutes} minutes. Their adviser and the managers are told at once. The young person can see it in /mydata."""
LOOK_IN_WHY = "Please write a reason after the number: a few words that a colleague understands. Nothing was opened."
LOOK_IN_NOBODY = (
    "Number {number} is from somebody who has not joined. It stands with duty and managers. Nothing was opened."
)
LOOK_IN_NO_NEED = "Number {number} stands with you already. /open {number} shows it."
LOOK_IN_BEGUN = (
    "You can read {initials}, number {number}, until {until}. Their adviser and the managers have been told."
)
LOOK_IN_TOLD = "{who} looks into the matters of {initials} until {until}, and wrote why."
LOOK_IN_REASON = "Why"
LOOK_IN_FORGOTTEN = "The reason is not kept any more."
