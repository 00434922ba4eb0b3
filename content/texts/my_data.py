"""/mydata: what is held about somebody, who looked at it, a copy, putting it right, and deleting it."""

TITLE = "What I hold about you"
NAME = "- Your name: {name}"
NO_NAME = "- Your name: I don't have it"
ADVISER = "- Your adviser: {adviser}"
NO_ADVISER = "- Your adviser: none yet"
BIRTHDAY = "- Your birthday: {day}"
NO_BIRTHDAY = "- Your birthday: I don't have it"
TOLD_AGE = "- You told me that your age is {band}"
TOLD_STATUS = "- You told me that the council's word for you is: {status}"
JOINED = "- You joined on {day}"
NOT_JOINED = "- You have not joined, so I have no name. I know you by a number from Telegram"
ROLES = "- In the team you are: {roles}"
SETTINGS = "- Settings: {settings}"
DISCREET = "discreet mode is on"
STOPPED = "you sent /stop on {day}"
QUIET = "you sent /hide, so I am quiet until {when}"

MESSAGES = "Your messages"
QUESTIONS = "- {count}, since {day}. I keep which answer you got. Your words are not kept with it."
NO_QUESTIONS = "- No questions yet."
LINES = "- {count} between you and people, since {day}."
NO_LINES = "- None between you and people."
ONE_QUESTION, MANY_QUESTIONS = "1 question", "{number} questions"
ONE_LINE, MANY_LINES = "1 message", "{number} messages"

HOW_LONG = "How long it is kept"
KEPT = """- What you type to me: {updates_days} days.
- A question that I can't answer, or get wrong: {text_days} days. I leave out who asked, and words that look like names. Staff may teach me its words. Then those words stay.
- What a manager reads to check me: {text_days} days.
- What I sent you: {delivery_days} days.
- What you and a person write: {text_days} days after it is finished.
- Your name and settings, and which answers you got: until you delete them.
- Who did what and when, with no names or words: at least {audit_years} years."""

LOOKED = "Who looked"
LOOK = "- {who}, {day}"
NOBODY_LOOKED = "Nobody has opened what you wrote."
AND_EARLIER = "- and {number} times before that"
YOUR_ADVISER = "{name} (your adviser)"
SOMEBODY = "somebody of the team"
SOMEBODY_WHO_LEFT = "somebody who has left the team"
ROLE_SAID = {
    "personal adviser": "an adviser",
    "duty worker": "a duty worker",
    "employment adviser": "an employment adviser",
    "participation officer": "a participation officer",
    "manager": "a manager",
}
YOU = "you"
THE_BOT = "the bot"

GET_COPY = "Get a copy"
WRONG = "Something is wrong"
DELETE = "Delete it all"

COPY = """Here is your copy, twice. One is to read. The other is for a computer.

Anyone with this phone can open them. Keep them somewhere else, or send /hide when you are done.

Not in it: notes that staff write to each other, and the council's own file. Ask the council for those. Ring {duty_name}:
{duty_phone}"""
COPY_NAME = "my-data-{day}"

HOW_TO_CORRECT = """**Something is wrong?**

- Your name: send /name and your right name, such as /name Sam Reed. Your adviser sees the change.
- Anything else: ask a person. They can put it right."""
NAME_CHANGED = "Thank you. Your name here is now: {name}"
NAME_HOW = "Send /name and your right name, such as /name Sam Reed. Nothing was changed."
NAME_TOO_LONG = "That name is too long. It can have {most} letters. Nothing was changed."
NAME_SAME = "That is the name that I have. Nothing was changed."
NAME_NOT_JOINED = "I only keep a name for people who have joined. Nothing was changed."
NAME_STAFF = "Staff names are shown to young people, so a manager has to change yours. Nothing was changed."
NAME_TO_ADVISER = "{initials} (number {number}) changed their name here. It is now: {name}"

HELD_BACK = """**I can't delete it yet.** A person is still dealing with what you asked. They need it to help you.

When that is finished, you can delete it all. If you don't need help any more, ask a person to close it. /status shows where it stands."""
STAFF_CANT = (
    "You work for the team, so others rely on what you wrote. A manager can end your membership. Nothing was deleted."
)
FIRST = """**Do you want to delete it all?**

This goes:

- your name and your birthday
- what you told me about you, such as your age
- your settings
- what you and people wrote
- which answers you got

You leave the bot too. Your adviser is told that you left. You can still ask questions here.

This stays: the council's own file, and a list of who did what and when. The list has a number in place of your name. It is kept so that nobody can hide what they did.

Questions that I could not answer, or got wrong, stay too, as /privacy says. They are kept without who asked. So I can't tell which were yours.

It can't be undone. You may want a copy first."""
FIRST_NOT_JOINED = """**Do you want to delete it all?**

This goes: what you typed, what I answered, and which answers you got.

This stays: a list of what happened and when. It has no names or words in it.

Questions that I could not answer, or got wrong, stay too, as /privacy says. They are kept without who asked. So I can't tell which were yours.

It can't be undone."""
SECOND = "**Are you sure?** This is the last question. If you tap yes, it is gone."
YES_FIRST = "Yes, go on"
YES_SECOND = "Yes, delete it all"
NO = "No, keep it"
KEPT_ALL = "Nothing was deleted."
DELETED = """**It is deleted.** I also cleared this chat as far as I can.

I can't delete what is older than two days from this chat. To do that, open its menu and tap "Clear history".

This last message is noted for {delivery_days} days. Then that goes too.

You can still ask me anything here. In danger, call 999."""
TO_ADVISER = "{initials} (number {number}) deleted what the bot held about them, and left it. The council's own file is not touched."

STAFF_EXPORT_HOW = "Send /export and the young person's number, such as /export 12. Nothing was done."
STAFF_ERASE_HOW = "Send /erase and the young person's number, such as /erase 12. Nothing was done."
STAFF_NOT_FOUND = "There is no young person with the number {number}. Nothing was done."
STAFF_HELD_BACK = "{initials} (number {number}) has an open escalation, so nothing can be deleted. Resolve it first. Nothing was done."
STAFF_APPROVE_EXPORT = "{asker} asks for a copy of what the bot holds about {initials} (number {number}). It would be sent to them here. Do you approve?"
STAFF_APPROVE_ERASE = (
    "{asker} asks to delete what the bot holds about {initials} (number {number}). It can't be undone. Do you approve?"
)
STAFF_EXPORTED = "The copy for number {number}, twice: one to read, one for a computer. They see in /mydata that a copy was made. Delete it here when you have handed it over."
STAFF_ERASED = "What the bot held about number {number} is deleted. The list of who did what stays."
STAFF_ERASED_YOU = "What I held about you is deleted. You can still ask me anything here."
"""Nobody asked for it here, so it tells nothing to whoever looks at the screen."""

COPY_TITLE = "What the {team} bot holds about you"
COPY_MADE = "Made on {day}."
COPY_NOT_IN_IT = """Not in this copy:
- Notes that staff write to each other. The bot does not hand them out. Ask the council for them: ring {duty_name}, {duty_phone}.
- The council's own file. Ask the council for it too.
- Questions that the bot could not answer, or got wrong. They are kept without who asked, so nobody can tell which were yours.
- Photos and files. Telegram keeps them; the bot only knows their names."""
COPY_NOTHING = "Nothing."
COPY_PARTS = {
    "you": "You",
    "settings": "Settings",
    "questions": "Questions you asked (not the words)",
    "escalations": "What was passed to a person",
    "conversation": "What you and people wrote",
    "reviewed": "What managers look at, to see if I noticed danger",
    "typed": "What you typed or pressed lately",
    "sent": "What the bot sent you lately",
    "covered": "Messages kept behind neutral words",
    "invitations": "Invitations made for you",
    "looked_in": "Who looked in for a reason",
    "roles": "Roles in the team",
    "away": "Times you were away",
    "groups": "Groups you brought the bot into",
    "wrong_codes": "Wrong codes you tried",
    "events": "What happened, and when",
}
