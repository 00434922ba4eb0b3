"""Conversations through the bot: what a young person reads, and what staff read."""

# --- to the young person

ADDED = "I've added this to what I passed on."
ADDED_URGENT = """I've added this to what I passed on.

Don't wait for an answer if you are in danger. Call 999."""
OPENED_AGAIN = "I've opened this again."
CANT_PASS_ON = "I can't pass this kind of message on. Please write it in words."  # noqa: S105 - no password
CHANGED = "(changed)"
ASK_WHAT = "Type your question after /ask. For example: /ask can I get driving lessons"

DELETE_HOW = "To delete a message of yours, reply to it with /delete."
DELETE_NOTHING = "That one went to nobody, so I can't take it back."
DELETED_ALREADY = "That message is deleted already."
DELETED = "Deleted. I took it back. Somebody may have read it before."
DELETED_LATE = """I can't take it back from their phone. Telegram lets me do that for 48 hours only.

I deleted it here, so nobody can read it here any more."""
DELETED_ON_ITS_WAY = """It is being sent at this moment, so I can't take it back yet.

Please send /delete again in a minute."""

# --- how a message is headed

HEAD = "{initials} · {number}"
SPEAKS = "{who}:"
NOTE_BY = "Note, {who}:"
THE_BOT = "the bot"
SOMEBODY = "somebody who left"
STICKER = "sent a sticker {sign}"
PLACE = "sent a place:"
ROUND_VIDEO = "sent a round video:"
FILE_KINDS = {
    "sendPhoto": "photo", "sendVideo": "video", "sendAnimation": "GIF", "sendAudio": "sound file", "sendDocument": "file",
    "sendVoice": "voice note", "sendVideoNote": "round video", "sendSticker": "sticker", "sendLocation": "place",
}  # fmt: skip
FILE = "[{kind}]"
DELETED_LINE = "[deleted]"
FORGOTTEN_LINE = "[not kept any more]"

# --- to staff: writing to a young person

RECEIPT = "→ {initials} · {number}"
NOT_WITH_YOU = "Number {number} is not with you. Nothing was sent."
NOT_FOR_YOU = "Number {number} is not with you. Nothing was shown."
FINISHED = "Number {number} is finished since {since}. Nothing was sent."
REOPEN = "Open it again and send"
SENT_AFTER_ALL = "Opened again, and sent to {initials} · {number}."
QUIET = "{initials} · {number} asked for quiet. Nothing was sent. Send it anyway?"
SEND = "Send"
DONT = "Don't send"
SENT = "Sent to {initials} · {number}."
NOT_SENT = "Nothing was sent."
NO_ACCOUNT = "{initials} · {number} has no account that I can write to. Nothing was sent. Please ring them."
WHO_FOR = "Who is this for? Nothing was sent yet."
NOBODY = "Nobody, it is a question for you"
DRAFT_GONE = "That was settled already, or is too old. Nothing was sent now."
NOT_LIVE_ANY_MORE = "Number {number} is not open any more. Nothing was sent."
WORDS_ONLY = "I can only answer words. Nothing was sent."
TO_YOU = "It was a question for me."
WRITE_NOW = "{initials} · {number}. Write your message as a reply to this. They see your first name, not your number."
WRITE_HERE = "Your message"

# --- to staff: notes

NOTE_NOW = "{initials} · {number}. Write your note as a reply to this. Only staff can read it."
NOTE_HERE = "Your note"
NOTED = "Noted for staff: {initials} · {number}."
NOTE_HOW = "Reply to a page or a message with /note and your words. Only staff can read it."
NOTE_EMPTY = "A note needs words. Write /note and your words, as a reply."
NOTE_WHICH = "I can't tell whom that note is about. Reply to a page or to a message of theirs."

# --- to staff: reading

NOT_JOINED = "Not joined yet. In Telegram: {name}"
NOT_JOINED_NAMELESS = "Not joined yet. No name known."
WHY = "Why: {kind}"
WHY_URGENT = "Why: {kind}. URGENT"
BECAUSE = "What I noticed: {because}"
IN_A_GROUP = "It began in a group. Nothing about it was said there."
UNREACHED = "I can't write to them: they blocked the bot, or never started it. Please ring."
RING_AT = "They would like a call: {when}"
OPEN_SINCE = "Open since {since}. Nobody has said that they have it."
WITH = "{who} has it since {since}."
ANSWER_BY = "Promised: an answer by {by}."
OVERDUE = "Overdue: an answer was promised by {by}."
ENDED = "Finished {since} ({outcome})."
READ_ONLY = "You can read this, but not answer it."
NO_LINES = "Nobody has written anything yet."
EARLIER = "There are {count} earlier ones."
OLDER = "Show earlier"
BUTTON_COLLEAGUE = "Pass to a colleague"
BUTTON_RANG = "I rang them"
BUTTON_NOTE = "Note"
BUTTON_QUICK = "Quick reply"
GONE = "That is not here any more."

# --- a duty team's forum

TOPIC_HEAD = """{initials} · {number}: {kind}.

Reply to a message here to answer. Other words stay in the team."""
TOPIC_NAME = "{initials} · {number}"
TOPIC_LOST = """The topic for {initials}, number {number}, can't be used any more. Nobody is lost: pages and answers go on in private.

Please look whether I may still open topics in the duty team's group."""
TOPIC_NOT_YOURS = "Only the duty team can answer here. Nothing was sent."
TOPIC_WITH_SOMEBODY = "Number {number} is with somebody else now. Nothing was sent."
TOPIC_FINISHED = "Number {number} is finished. Nothing was sent."
TOPIC_QUIET = "They asked for quiet. Nothing was sent. Answer from your private chat with me if it can't wait."
