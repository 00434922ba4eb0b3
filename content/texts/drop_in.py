"""Drop-ins, as people read them: what's on, "I'm coming", reminders, "did you get there?"."""

TOPICS = {
    "work": "Work",
    "money": "Money",
    "health": "Health",
    "housing": "Home",
    "education": "Learning",
    "social": "Food and fun",
    "other": "Other",
}
"""What stands on a button for each topic."""

# --- what's on

THIS_WEEK, NEXT_WEEK = "This week", "Next week"
WEEK_OF = "{first} to {last}"
BY_TOPIC = "{topic}: the next four weeks"
NOTHING_THIS_WEEK = "There is nothing more on this week."
NOTHING_NEXT_WEEK = "Nothing is planned for next week yet."
NOTHING_OF_IT = "Nothing of this kind is planned for the next four weeks."
AT = "{name}, {opens} to {closes}"
WITH = "With {agency}."
WHERE = "Where: {place}"
BRING = "Bring: {bring}"
PLACES_LEFT = "{count} places left."
ONE_LEFT = "1 place left."
FULL = "It is full. You can go on the list."
FULL_SHORT = "Full."
CANCELLED_LINE = "This one is cancelled."
CANCELLED_BECAUSE = "This one is cancelled: {note}"
NOTE = "Please note: {note}"
COMING_COUNT = "{count} coming."
TAP_ONE = "Tap one to see more, or to say you're coming."
PICTURE_CAPTION = "{title} on one page. The words are below."
PICTURE_EMPTY = "nothing on"
PICTURE_CANCELLED = "cancelled"

# --- in a group

GROUP_HINT = "Tap one to say you're coming. The group sees how many come. It never sees who."
GROUP_NOTHING = "Nothing more is on this week. Write /whatson again on Monday."
PRIVATELY = "See more in private"

# --- buttons

COMING = "I'm coming"
PUT_ON_LIST = "Put me on the list"
NOT_COMING = "I can't make it"
MAP = "Show the map"
WHATS_ON = "What else is on"
YES, NO, NOT_THIS_TIME = "Yes", "No, I couldn't", "I changed my mind"

# --- after a press

YOU_COME = "**You're down for it.**"
YOU_COME_SHORT = "You said you're coming."
YOU_WAIT = "**You're on the list.** It is full right now. You are number {position}. I tell you if a place is free."
YOU_WAIT_SHORT = "You are number {position} on the list."
YOU_DONT = "**OK. I took you off.** Thanks for telling us. You can come another time."
YOU_DONT_SHORT = "You said you can't make it."
REMINDED_TWICE = "I remind you the day before, and in the morning."
REMINDED_THE_DAY_BEFORE = "I remind you the day before."
REMINDED_IN_THE_MORNING = "I remind you in the morning."
AND_FILE = "The file puts it in your phone's calendar."

ALERT_COME = "You're down for {name}, {when}. {bring}"
ALERT_COME_AGAIN = "You're in already. {name}, {when}."
ALERT_COME_UNHEARD = "You're down for {name}, {when}. I can't write to you yet. For reminders, write to me in private."
ALERT_WAIT = "{name} is full right now. You are number {position} on the list."
ALERT_WAIT_UNHEARD = (
    "{name} is full. You are number {position} on the list. To hear of a free place, write to me in private."
)
ALERT_OUT = "OK. I took you off {name}, {when}."
ALERT_OUT_AGAIN = "You're not down for {name}, {when}."
CANCELLED = "{name} on {when} is cancelled. Nobody needs to come. /whatson shows what else is on."
OVER = "{name} on {when} is over. /whatson shows what comes next."
GONE = "That drop-in is not planned any more. /whatson shows what is on."

# --- what comes by itself

A_PLACE_IS_FREE = "**A place is free: you're in.**"
TOMORROW = "**Tomorrow:** you said you're coming."
TODAY = "**Today:** you said you're coming."
CANT = "If you can't make it, tap below. Then somebody else can come."
CHANGED = "**Something changed.** This is how it is now:"
CALLED_OFF = "**Cancelled:** {name} on {when}. You don't need to come."
WHY = "Why: {note}"
WHY_PLAIN = "We are sorry about that."

DID_YOU_GET_THERE = "You said you would come to {name}. Did you get there?"
GLAD = "Good to hear. Thanks for telling me."
NO_MATTER = "That's OK. If something got in the way, like travel or the time, tell your adviser. They can help."
NOT_THIS_TIME_SAID = "That's fine. There is always another one. /whatson shows what is on."
NOT_YOURS = "I asked somebody else, or long ago. There is nothing to answer."
