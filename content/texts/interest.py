"""From "I'm interested" to "still there": what young people read, what staff read, and what is asked in between."""

# --- young people

OFFER = "{title}, {who}"
CLOSED = "This one is closed now. /jobs shows what is open."
GONE = "This one is not there any more. /jobs shows what is open."
FOR_YOUNG_PEOPLE = "This button is for young people. Nothing was changed."
NOTED_IN_GROUP = "Got it. {who} will talk to you by {day}. /applications in our private chat shows more."
NOTED_IN_GROUP_TEAM = "Got it, and the team knows. /applications in our private chat shows more."
NOTED_BEFORE = "I have this already. /applications in our private chat shows where it stands."
NOT_JOINED_IN_GROUP = (
    "Got it. Nobody here sees that. Write /join to me in private, then somebody can talk to you about it."
)
NOT_CONFIRMED_IN_GROUP = "Got it. Nobody here sees that. Your adviser hears of it once they have said that it's you."

NOTED = """**{offer}**

Good that you asked. {who} will talk to you about it by {day}.

You don't have to do anything until then. You can get ready if you like:"""
NOTED_TEAM = """**{offer}**

Good that you asked. The team knows, but nobody can take it just now. Tap “Ask for a call” if you want to talk about it today."""
NOT_JOINED = """**{offer}**

Good that you asked. I've kept it, and the team knows that somebody is interested. They don't know that it's you.

So that somebody can talk to you, join first: ask your adviser for a code and type /join. Or tap “Ask for a person”."""
NOT_CONFIRMED = """**{offer}**

Good that you asked. I've kept it. Somebody has to say first that it's really you. Then your adviser hears of it by itself."""
JOINED_NOW = """**{offer}**

You said that you're interested before you joined. Now I've told {who}. They will talk to you by {day}."""
JOINED_NOW_TEAM = """**{offer}**

You said that you're interested before you joined. The team knows now that it's you."""
NEW_DAY = "**{offer}**\n\n{who} will talk to you by {day} now."

NONE_YET = "You haven't said yet that you want something. /jobs shows what is open."
LIST = "**What you went for**"
LIST_ROW = "{offer}: {stands}"
STANDS = {
    "interested": "somebody will talk to you about it",
    "talked to": "you talked about it",
    "applied": "you applied",
    "interview": "you have an interview",
    "offered": "you got it",
    "started": "you started",
    "still there after 4 weeks": "you're still there after 4 weeks",
    "still there after 13 weeks": "you're still there after 13 weeks",
    "not taken": "not for you this time",
}
INTERVIEW_ON = "Your interview: {day}."
STARTS_ON = "You start: {day}."
TALKS_BY = "{who} will talk to you by {day}."
WHAT_NEXT = "How is it going?"
MOVES = {
    "applied": "I applied",
    "interview": "I have an interview",
    "offered": "I got it",
    "started": "I started",
}
NOT_FOR_ME = "It's not for me"
AGAIN = "I'm interested again"
STOP_ASKING = "Stop asking me about it"
STOPPED_ASKING = "All right. I won't ask about it any more. /applications is there if you want it."
BACK = "Back"
PERSON = "Ask for a person"
CLOTHES = "Clothes and practice"
TRAVEL = "Getting there"
CALL = "Ask for a call"
MOVED = {
    "applied": "**Good work.** That is a big step. I'll ask in a week whether you heard back.",
    "interview": "**That's good news.** Which day is it?",
    "offered": "**That's great news.** You did that. Which day do you start?",
    "started": "**You did it.** I'll ask in four weeks how it is.",
}
CANT_GO_BACK = "You're further than that already. If something is wrong there, your adviser can change it."
THERE_ALREADY = "It says so already."
WAS_CLOSED = "You said it's not for you. Tap “I'm interested again” if you changed your mind."
WHY = "That's fine. What was it? It helps us to do better."
REASONS = {
    "travel": "Getting there",
    "pay": "The pay",
    "childcare": "Childcare",
    "confidence": "I was too nervous",
    "not ready": "I'm not ready",
    "other": "Something else",
}
NOT_TAKEN = "Thank you for telling me. You can come back to it. Maybe this helps with the next one:"
DONT_KNOW = "I don't know yet"
ANOTHER_DAY = "Another day"
DAY_NOTED = "I've got it: {day}."
DAY_UNKNOWN = "No problem. Tell me when you know: /applications."
INTERVIEW_WANTED = (
    "Which day is your interview? Reply to this message, such as Friday or 27 November. (Your number {number})"
)
START_WANTED = "Which day do you start? Reply to this message, such as Friday or 27 November. (Your number {number})"
NO_DAY = "I can't read that day, or it has gone by. Write it like Friday, 27 November or 27/11."
NOT_YOURS_ANY_MORE = "I can't find that one any more. /applications shows what you went for."

QUESTIONS = {
    "heard back": "**{offer}**\n\nDid you hear back?",
    "eve": "**{offer}**\n\nYour interview is tomorrow. I hope it goes well. If you need something for it, tap here:",
    "after interview": "**{offer}**\n\nHow did the interview go?",
    "start": "**{offer}**\n\nHave you started?",
    "still there 4": "**{offer}**\n\nYou started four weeks ago. Are you still there?",
    "still there 13": "**{offer}**\n\nYou started three months ago. Are you still there?",
}
NOT_YET = "Not yet"
YES = "Yes"
NO = "No"
HAND = "I need a hand"
STILL_YES = "**That's good to hear.** You can be proud of that."
STILL_NO = "Thank you for telling me. It happens to many people. What was it?"
NOT_YET_SAID = "All right. Waiting is hard. You can ask your adviser to find out for you."
HAND_SAID = "I've told {who}. They will talk to you by {day}. If it can't wait, tap “Ask for a call”."
HAND_SAID_TEAM = "I've told the team. If you want to talk to somebody now, tap “Ask for a call”."

# --- staff

THE_TEAM = "The team"
SOMEBODY = "somebody who has not joined"
TOLD = "{initials} is interested in: {offer}\n\nThey expect to hear from {holder} by {day}."
TOLD_TEAM = "{initials} is interested in: {offer}\n\nNobody was there to take it. They were told that the team knows."
TOLD_AGAIN = "{initials} is interested again in: {offer}\n\nThey expect to hear from {holder} by {day}."
TOLD_NAMELESS = (
    "Somebody who has not joined is interested in: {offer}\n\n"
    "They were told how to join. If somebody asks you for a code, this may be why."
)
TOLD_MOVED = "{initials} says: {stage}.\n\n{offer}"
TOLD_NOT_TAKEN = "{initials} says it's not for them ({reason}).\n\n{offer}"
TOLD_HAND = "{initials} started and needs a hand.\n\n{offer}\n\nThey expect to hear from {holder} by {day}."
TOLD_HAND_TEAM = "{initials} started and needs a hand.\n\n{offer}\n\nThey were told that the team knows."
DUE = "**Due:** {initials}, {offer}\n\nNext: {step}"
DUE_AGAIN = "**Still due:** {initials}, {offer}\n\nNext: {step}"
DUE_MANAGER = "**Nobody has followed this up:** {initials}, {offer}\n\nIt was due {day}. {holder} was reminded twice."
DEFAULT_STEPS = {
    "interested": "talk to them",
    "talked to": "see whether they applied",
    "applied": "see whether they heard back",
    "interview": "see how the interview went",
    "offered": "see whether they started",
    "started": "see how it goes",
    "still there after 4 weeks": "see how it goes",
    "still there after 13 weeks": "nothing more",
    "not taken": "nothing more",
}
STAFF_LIST = "**Who is interested** ({count})"
STAFF_PAGE = "Page {page} of {pages}"
STAFF_NONE = "Nobody is waiting for a next step at the moment."
STAFF_ROW = "{due}{name} · {title} · {stage}{day}"
STAFF_OVERDUE = "DUE "
STAFF_BY = " · by {day}"
STAFF_NAMELESS = "Besides, {count} people who have not joined are interested in something."
STAFF_NAMELESS_ONE = "Besides, one person who has not joined is interested in something."
CARD = "**From the list**\n\n{name}\n{offer}\nStage: {stage}"
CARD_REASON = "Reason: {reason}"
CARD_NEXT = "Next: {step}"
CARD_BY = "Next: {step}, by {day}"
CARD_INTERVIEW = "Interview: {day}"
CARD_START = "Starts: {day}"
STAFF_MOVES = {
    "interested": "Only interested",
    "talked to": "I talked to them",
    "applied": "Applied",
    "interview": "Interview",
    "offered": "Offered",
    "started": "Started",
    "still there after 4 weeks": "Still there, 4 weeks",
    "still there after 13 weeks": "Still there, 13 weeks",
}
WRITE = "Write to them"
CHANGE_DATE = "Change the date"
NEXT_STEP = "Write the next step"
INTERVIEW_DAY = "Day of the interview"
START_DAY = "Day they start"
STAFF_NOT_TAKEN = "Not taken"
MISTAKE = "That was a mistake"
STAFF_BACK = "Back to the list"
OPEN = "Show"
STAFF_WHY = "Why was it not taken?"
STAFF_REASONS = {
    "travel": "Travel",
    "pay": "Pay",
    "childcare": "Childcare",
    "confidence": "Confidence",
    "not ready": "Not ready",
    "other": "Other",
}
WHICH_DAY = {
    "due": "By when is the next step to be done?",
    "interview": "Which day is the interview?",
    "start": "Which day do they start?",
}
STAFF_DAY_WANTED = {
    "due": "By which day? Reply to this message, such as Friday or 27/11. (Interest {number})",
    "interview": "Which day is the interview? Reply to this message, such as Friday or 27/11. (Interest {number})",
    "start": "Which day do they start? Reply to this message, such as Friday or 27/11. (Interest {number})",
}
STEP_WANTED = "What is to be done next? Reply to this message in a few words. (Interest {number})"
STEP_EMPTY = "Please write the next step in words. Nothing was changed."
STEP_TOO_LONG = "That is {count} characters long, and {longest} is the most. Please shorten it. Nothing was changed."
STAFF_NO_DAY = (
    "I can't read that day, or it is not within a year from now. Write it like Friday or 27/11. Nothing was changed."
)
NOT_THERE = "There is no such interest any more. /interested shows what is open."
HAS_NOT_JOINED = "They have not joined. Nobody knows who it is, so nothing can be changed."
